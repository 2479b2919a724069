//! Filling: a template with values in the place of its variables is a request, and every byte of the request knows its fragment.

use std::ops::Range;

use serde_json::Value as Json;

use super::probe::Probe;
use super::{Constants, Fragment, Passage, Syntax, Template};
use crate::exchange::{Content, Exchange, Message, Request};
use crate::prompt::{Origin, Prompt};

/// A template filled with a probe.
#[derive(Clone, Debug)]
pub struct Filled<'a> {
    /// The request, as an exchange without an answer.
    pub exchange: Exchange,
    /// The pieces of each message's content, in order.
    pieces: Vec<Vec<ContentPiece<'a>>>,
}

/// A piece of a message's content.
#[derive(Clone, Debug)]
struct ContentPiece<'a> {
    bytes: Range<usize>,
    from: From<'a>,
}

#[derive(Clone, Debug)]
enum From<'a> {
    Text(&'a Passage),
    /// A value, or all of a choice.
    Volatile(&'a Fragment),
    /// A value that is the same in each request.
    Constant(&'a Fragment),
}

/// A byte of a rendered prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Index of the segment.
    pub segment: usize,
    /// Byte within it.
    pub byte: usize,
}

impl<'a> Filled<'a> {
    /// Fills a template.
    pub fn new(template: &'a Template, probe: &Probe, constants: &Constants, model: Option<&str>) -> Self {
        let mut filled = Self { exchange: Exchange::default(), pieces: Vec::new() };
        let mut messages = Vec::with_capacity(template.messages.len());
        for message in &template.messages {
            let (mut content, mut pieces) = (String::new(), Vec::new());
            fill(&message.content, probe, constants, &mut content, &mut pieces);
            filled.pieces.push(pieces);
            let content = Some(Content::Text(content));
            messages.push(Message { role: message.role.clone(), content, ..Message::default() });
        }
        let tools = template.tools.iter().map(|tool| filled_tool(tool.to_json(), template.syntax, probe, constants));
        let tools = tools.collect();
        let model = model.map(str::to_owned);
        filled.exchange.request = Request { model, input: messages.into(), tools, ..Request::default() };
        filled
    }

    /// The byte of the file that a position of the rendered prompt comes from, which stands in this message or where it ends; `None`
    /// where it stands before its text.
    pub fn byte_in(&self, prompt: &Prompt, index: usize, position: Position) -> Option<usize> {
        let start = self.start_of(prompt, index)?;
        let pieces = self.pieces.get(index)?;
        if position < start {
            return None;
        }
        let length = pieces.iter().map(|piece| piece.bytes.end).max().unwrap_or(0);
        let byte = if position.segment == start.segment { position.byte - start.byte } else { length };
        // Pieces inside a choice come after it.
        let around = pieces.iter().rev().find(|piece| piece.bytes.contains(&byte));
        match around.or_else(|| pieces.iter().rev().find(|piece| piece.bytes.end <= byte))? {
            ContentPiece { bytes, from: From::Text(passage) } => {
                Some(passage.map.at((byte - bytes.start).min(passage.text.len())))
            }
            ContentPiece { from: From::Volatile(fragment) | From::Constant(fragment), .. } => {
                Some(fragment.span()?.start)
            }
        }
    }

    /// The first value or choice at or around a position, in the order of the prompt; `None` where all before it is text.
    pub fn volatile_at(&self, prompt: &Prompt, position: Position) -> Option<&'a Fragment> {
        let mut found: Option<(Position, &'a Fragment)> = None;
        for (index, pieces) in self.pieces.iter().enumerate() {
            let Some(start) = self.start_of(prompt, index) else { continue };
            for piece in pieces {
                let From::Volatile(fragment) = piece.from else { continue };
                let at = |byte| Position { segment: start.segment, byte: start.byte + byte };
                let reaches = at(piece.bytes.start) <= position && position <= at(piece.bytes.end);
                if reaches && found.is_none_or(|(first, _)| at(piece.bytes.start) < first) {
                    found = Some((at(piece.bytes.start), fragment));
                }
            }
        }
        found.map(|(_, fragment)| fragment)
    }

    /// The place where a message's content begins in the rendered prompt.
    fn start_of(&self, prompt: &Prompt, index: usize) -> Option<Position> {
        let content = match self.exchange.request.messages().get(index)?.content.as_ref()? {
            Content::Text(text) => text.as_str(),
            Content::Parts(_) => return None,
        };
        let (first, byte) = prompt.start_of(Origin::Message(index))?;
        for (segment, skipped) in
            (first..prompt.segments().len()).zip(std::iter::once(byte).chain(std::iter::repeat(0)))
        {
            let Some(text) = prompt.segments()[segment].plain() else { continue };
            if prompt.origin(segment, skipped) != Origin::Message(index) && segment != first {
                break;
            }
            let found = text.get(skipped..).and_then(|text| text.find(content));
            if let Some(found) = found {
                return Some(Position { segment, byte: skipped + found });
            }
        }
        None
    }
}

impl Fragment {
    /// Its bytes in the file; `None` for a text, whose bytes may stand apart.
    pub fn span(&self) -> Option<Range<usize>> {
        match self {
            Self::Text(_) => None,
            Self::Value(value) => Some(value.span.clone()),
            Self::Choice(choice) => Some(choice.span.clone()),
        }
    }

    /// It as written; nothing for a text.
    pub fn written(&self) -> &str {
        match self {
            Self::Text(_) => "",
            Self::Value(value) => &value.written,
            Self::Choice(choice) => &choice.written,
        }
    }
}

fn fill<'a>(
    fragments: &'a [Fragment],
    probe: &Probe,
    constants: &Constants,
    content: &mut String,
    pieces: &mut Vec<ContentPiece<'a>>,
) {
    for fragment in fragments {
        let (start, own) = (content.len(), pieces.len());
        let from = match fragment {
            Fragment::Text(passage) => {
                content.push_str(&passage.text);
                From::Text(passage)
            }
            Fragment::Value(value) => {
                let constant = value.constant(constants);
                content.push_str(constant.as_deref().unwrap_or_else(|| probe.value_of(value)));
                if constant.is_some() { From::Constant(fragment) } else { From::Volatile(fragment) }
            }
            Fragment::Choice(choice) => {
                if let Some((branch, within)) = choice.constant(constants) {
                    fill(branch, probe, &within, content, pieces);
                    From::Constant(fragment)
                } else {
                    let taken = probe.choose(choice);
                    let branch = choice.branches.get(taken).map_or(&[][..], Vec::as_slice);
                    let inner = probe.within(choice, taken);
                    fill(branch, inner.as_ref().unwrap_or(probe), constants, content, pieces);
                    From::Volatile(fragment)
                }
            }
        };
        pieces.insert(own, ContentPiece { bytes: start..content.len(), from });
    }
}

/// A tool definition with its texts filled.
fn filled_tool(value: Json, syntax: Syntax, probe: &Probe, constants: &Constants) -> Json {
    match value {
        Json::String(text) if syntax != Syntax::Plain => {
            let fragments = syntax.cut(Passage { text, ..Passage::default() });
            let mut filled = String::new();
            fill(&fragments, probe, constants, &mut filled, &mut Vec::new());
            filled.into()
        }
        Json::Array(items) => items.into_iter().map(|item| filled_tool(item, syntax, probe, constants)).collect(),
        Json::Object(map) => {
            let filled = map.into_iter().map(|(key, value)| (key, filled_tool(value, syntax, probe, constants)));
            Json::Object(filled.collect())
        }
        value => value,
    }
}

/// The place where two prompts first differ; `None` where they do not.
pub fn first_difference(one: &Prompt, other: &Prompt) -> Option<Position> {
    let (ours, theirs) = (one.segments(), other.segments());
    for segment in 0..ours.len().max(theirs.len()) {
        let byte = match (ours.get(segment), theirs.get(segment)) {
            (Some(ours), Some(theirs)) if ours == theirs => continue,
            (Some(ours), Some(theirs)) => {
                ours.plain().zip(theirs.plain()).map_or(0, |(ours, theirs)| common_bytes(ours, theirs))
            }
            _ => 0,
        };
        return Some(Position { segment, byte });
    }
    None
}

/// The number of bytes that two texts have in common at their beginning, whole characters only.
fn common_bytes(one: &str, other: &str) -> usize {
    let mut bytes = common_items(one.as_bytes(), other.as_bytes());
    while !(one.is_char_boundary(bytes) && other.is_char_boundary(bytes)) {
        bytes -= 1;
    }
    bytes
}

/// The number of items that two lists have in common at their beginning; most of them are compared many at once.
pub(super) fn common_items<T: PartialEq>(one: &[T], other: &[T]) -> usize {
    const AT_ONCE: usize = 128;
    let chunks = one.chunks_exact(AT_ONCE).zip(other.chunks_exact(AT_ONCE));
    let at = AT_ONCE * chunks.take_while(|(ours, theirs)| ours == theirs).count();
    at + one[at..].iter().zip(&other[at..]).take_while(|(ours, theirs)| ours == theirs).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn texts_have_whole_characters_in_common(begin in "[a-cé日🙂]{0,300}", one in "[aè日🙂]{0,3}", other in "[aé本🙂]{0,3}") {
            let (one, other) = (format!("{begin}{one}"), format!("{begin}{other}"));
            let alike = one.chars().zip(other.chars()).take_while(|(ours, theirs)| ours == theirs);
            let bytes: usize = alike.map(|(letter, _)| letter.len_utf8()).sum();
            prop_assert_eq!(common_bytes(&one, &other), bytes);
        }
    }
}
