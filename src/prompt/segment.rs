//! A prompt in segments: special tokens and the text between them, with the origin of each stretch.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::block_end::{BlockEnd, Breakpoint};
use crate::exchange::{HasFields, Response};
use crate::hash;

/// The input of the model: special tokens and the text between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    segments: Vec<Segment>,
    origins: Origins,
    block_ends: Vec<BlockEnd>,
    /// The segment from which on the provider may feed the model more than is written here.
    unseen_from: Option<usize>,
}

/// The origin of each stretch of a prompt, without its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins(Vec<Mark>);

/// A stretch of a prompt that is tokenised by itself.
#[derive(Clone, Debug)]
pub enum Segment {
    /// A special token by its spelling: a hard boundary no merge crosses.
    Special(&'static str),
    /// Plain text; a spelled-out special token in it is text.
    Text(String),
    /// Plain text that prompts share.
    Shared(Arc<Shared>),
    /// An image, a file or a sound with the digest that tells it from others, as so many tokens.
    Media(u128, usize),
}

/// A text with its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    text: String,
    digest: u128,
}

/// The origin of a stretch of the prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Origin {
    /// The template's own start.
    Start,
    /// The reasoning effort text.
    Effort,
    /// The tool definitions.
    Tools,
    /// The definition of one tool, by its number among those that are written, from 0: a detail of the tool definitions.
    Tool(usize),
    /// Reasoning that was sent back: a detail of a message.
    Reasoning,
    /// The response format.
    Format,
    /// A message of the request, from 0.
    Message(usize),
    /// The marker after which the model answers.
    Answer,
    /// The model's own output.
    Output,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    segment: usize,
    byte: usize,
    origin: Origin,
}

/// A request laid out for the model, with its answer as it would read when sent back.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// The input of the model.
    pub prompt: Prompt,
    /// The text that the model went on to write, empty if the log does not hold the answer.
    pub output: Prompt,
    /// Reason why the prompt may differ from the one that the provider fed the model, if there is one.
    pub doubt: Option<&'static str>,
}

impl Prompt {
    /// Its segments, in order; two texts stand side by side only where a content block ends between them, or where a text was cut.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Says that what is appended from here on comes from `origin`.
    pub fn begin(&mut self, origin: Origin) {
        let (segment, byte) = self.end();
        self.origins.0.push(Mark { segment, byte, origin });
    }

    /// Says that what `write` appends is a detail of what comes from the present origin.
    pub(super) fn detail(&mut self, origin: Origin, write: impl FnOnce(&mut Self)) {
        let whole = self.origins.0.last().map_or(Origin::Start, |mark| mark.origin);
        self.begin(origin);
        write(self);
        self.begin(whole);
    }

    /// Place of the next text: behind the last one, or after a special token.
    fn end(&self) -> (usize, usize) {
        match self.segments.last() {
            None | Some(Segment::Special(_) | Segment::Media(..)) => (self.segments.len(), 0),
            Some(text) => (self.segments.len() - 1, text.as_str().len()),
        }
    }

    /// Appends a special token.
    pub fn special(&mut self, spelling: &'static str) {
        self.segments.push(Segment::Special(spelling));
    }

    /// Says that the first token, a special one, stands for a text before the prompt as well.
    pub(super) fn begin_with(&mut self, spelling: &'static str, origin: Origin) {
        let Some(first @ Segment::Special(_)) = self.segments.first_mut() else { return };
        *first = Segment::Special(spelling);
        for mark in self.origins.0.iter_mut().take_while(|mark| mark.segment == 0) {
            *mark = Mark { segment: 1, byte: 0, ..*mark };
        }
        self.origins.0.insert(0, Mark { segment: 0, byte: 0, origin });
    }

    /// Says that the model may be fed here what no log shows: reasoning, the work of the provider's tools, pages of a file.
    pub(super) fn unseen(&mut self) {
        self.unseen_from.get_or_insert(self.segments.len());
    }

    /// The segment from which on the provider may feed the model more than is written here; `None` if it is all.
    pub fn unseen_from(&self) -> Option<usize> {
        self.unseen_from
    }

    /// Appends media with that digest, of which nothing is known but how many tokens they are.
    pub(super) fn media(&mut self, digest: u128, tokens: usize) {
        self.segments.push(Segment::Media(digest, tokens));
    }

    /// Says that a content block ends here, behind a special token.
    pub(super) fn end_block(&mut self, position: usize, breakpoint: Option<Breakpoint>) {
        debug_assert!(
            matches!(self.segments.last(), Some(Segment::Special(_))),
            "no token reaches over the end of a block"
        );
        self.block_ends.push(BlockEnd { segments: self.segments.len(), position, breakpoint });
    }

    /// The ends of its content blocks, in order; none where the provider knows no breakpoints.
    pub fn block_ends(&self) -> &[BlockEnd] {
        &self.block_ends
    }

    /// The identity of everything up to each of them.
    pub fn block_end_digests(&self) -> Vec<u128> {
        let (mut digest, mut done) = (0, 0);
        let chained = self.block_ends.iter().map(|end| {
            for segment in &self.segments[done..end.segments] {
                digest = hash::chain(digest, &segment.digest().to_le_bytes());
            }
            done = end.segments;
            digest
        });
        chained.collect()
    }

    pub(super) fn block_ends_mut(&mut self) -> &mut [BlockEnd] {
        &mut self.block_ends
    }

    /// Says that a content block ends here, behind a text: what follows is tokenised by itself.
    pub(super) fn end_text_block(&mut self, position: usize, breakpoint: Option<Breakpoint>) {
        self.block_ends.push(BlockEnd { segments: self.segments.len(), position, breakpoint });
    }

    /// Appends plain text.
    pub fn text(&mut self, text: &str) {
        let is_behind_block = self.block_ends.last().is_some_and(|end| end.segments == self.segments.len());
        match self.segments.last_mut() {
            _ if text.is_empty() => {}
            _ if is_behind_block => self.segments.push(Segment::Text(text.to_owned())),
            Some(Segment::Text(last)) => last.push_str(text),
            Some(last @ Segment::Shared(_)) => *last = Segment::Text([last.as_str(), text].concat()),
            _ => self.segments.push(Segment::Text(text.to_owned())),
        }
    }

    /// The same with its own texts cut at such places of each, in order; no token may reach over one. Texts that prompts share stay whole.
    #[must_use]
    pub fn cut(self, places: impl Fn(&str) -> Vec<usize>) -> Self {
        let (mut segments, mut stretches) = (Vec::new(), Vec::new());
        for segment in self.segments {
            let first = segments.len();
            let mut starts = vec![0];
            if let Segment::Text(text) = &segment {
                starts.extend(places(text).into_iter().filter(|place| (1..text.len()).contains(place)));
                starts.dedup();
            }
            match segment {
                Segment::Text(text) if starts.len() > 1 => {
                    let ends = starts[1..].iter().copied().chain([text.len()]);
                    segments
                        .extend(starts.iter().zip(ends).map(|(from, to)| Segment::Text(text[*from..to].to_owned())));
                }
                whole => segments.push(whole),
            }
            stretches.push((first, starts));
        }
        stretches.push((segments.len(), vec![0]));
        let first = |segment: usize| stretches[segment].0;
        let moved = |mark: Mark| {
            let (first, starts) = &stretches[mark.segment];
            let stretch = starts.partition_point(|start| *start <= mark.byte) - 1;
            Mark { segment: first + stretch, byte: mark.byte - starts[stretch], ..mark }
        };
        let ends = self.block_ends.into_iter().map(|end| BlockEnd { segments: first(end.segments), ..end });
        Self {
            origins: Origins(self.origins.0.into_iter().map(moved).collect()),
            block_ends: ends.collect(),
            unseen_from: self.unseen_from.map(first),
            segments,
        }
    }

    /// Appends what was laid out elsewhere.
    pub(super) fn append(&mut self, fragment: &Self) {
        let (segment, byte) = self.end();
        debug_assert!(fragment.block_ends.is_empty() || self.segments.is_empty(), "blocks are laid out from the start");
        self.block_ends.extend(&fragment.block_ends);
        self.origins.0.extend(fragment.origins.0.iter().map(|mark| Mark {
            segment: segment + mark.segment,
            byte: if mark.segment == 0 { byte + mark.byte } else { mark.byte },
            origin: mark.origin,
        }));
        for part in &fragment.segments {
            match part {
                Segment::Text(text) => self.text(text),
                Segment::Shared(shared) if self.end().1 > 0 => self.text(&shared.text),
                Segment::Shared(_) | Segment::Special(_) | Segment::Media(..) => self.segments.push(part.clone()),
            }
        }
    }

    /// The same with texts that others can share.
    pub(super) fn into_shared(mut self) -> Self {
        for segment in &mut self.segments {
            if let Segment::Text(text) = segment {
                *segment = Segment::Shared(Arc::new(Shared::new(std::mem::take(text))));
            }
        }
        self
    }

    /// The first segment of what asks the model to answer; `None` where nothing does.
    pub fn answer_start(&self) -> Option<usize> {
        let mark = self.origins.0.iter().rfind(|mark| mark.origin == Origin::Answer)?;
        let text = self.segments.get(mark.segment).map_or(0, |segment| segment.as_str().len());
        // A mark at the end of a text is a mark before what follows it.
        Some(mark.segment + usize::from(mark.byte > 0 && mark.byte == text))
    }

    /// Beginning of the text that comes from `origin`: segment and byte; `None` if there is none.
    pub fn start_of(&self, origin: Origin) -> Option<(usize, usize)> {
        self.origins.0.iter().find(|mark| mark.origin == origin).map(|mark| (mark.segment, mark.byte))
    }

    /// The origin of a byte within a segment.
    pub fn origin(&self, segment: usize, byte: usize) -> Origin {
        self.origins.origin(segment, byte)
    }

    /// Origins of its stretches, without their text.
    pub fn origins(&self) -> &Origins {
        &self.origins
    }

    /// All of it as one string, special tokens spelled out.
    pub fn spelled(&self) -> String {
        self.segments.iter().map(Segment::as_str).collect()
    }
}

impl Origins {
    /// The origin of a byte within a segment; details are of the whole that they are in.
    pub fn origin(&self, segment: usize, byte: usize) -> Origin {
        let after = self.0.partition_point(|mark| (mark.segment, mark.byte) <= (segment, byte));
        let whole = self.0[..after].iter().rev().find(|mark| !mark.origin.is_detail());
        whole.map_or(Origin::Start, |mark| mark.origin)
    }

    /// The beginnings of all stretches, details too: segment, byte and origin.
    pub fn beginnings(&self) -> impl Iterator<Item = (usize, usize, Origin)> {
        self.0.iter().map(|mark| (mark.segment, mark.byte, mark.origin))
    }
}

impl Segment {
    /// Its text, or the special token's spelling.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Special(spelling) => spelling,
            Self::Text(text) => text,
            Self::Shared(shared) => &shared.text,
            Self::Media(..) => "",
        }
    }

    /// Its text; `None` for a special token.
    pub fn plain(&self) -> Option<&str> {
        match self {
            Self::Special(_) | Self::Media(..) => None,
            text => Some(text.as_str()),
        }
    }

    /// The digest of it as a string.
    pub fn digest(&self) -> u128 {
        match self {
            Self::Shared(shared) => shared.digest,
            Self::Special(text) => hash::digest(text.as_bytes()),
            Self::Text(text) => hash::digest(text.as_bytes()),
            Self::Media(digest, tokens) => hash::chain(*digest, &tokens.to_le_bytes()),
        }
    }
}

impl PartialEq for Segment {
    /// True if both are the same to a tokenizer: a text is a text, shared or not.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Media(ours, one), Self::Media(theirs, two)) => (ours, one) == (theirs, two),
            (Self::Media(..), _) | (_, Self::Media(..)) => false,
            _ => self.plain().is_some() == other.plain().is_some() && self.as_str() == other.as_str(),
        }
    }
}

impl Eq for Segment {}

impl Shared {
    fn new(text: String) -> Self {
        let digest = hash::digest(text.as_bytes());
        Self { text, digest }
    }
}

impl Origin {
    /// A part of what comes from another origin.
    fn is_detail(self) -> bool {
        matches!(self, Self::Tool(_) | Self::Reasoning)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => formatter.write_str("the start of the prompt"),
            Self::Effort => formatter.write_str("the reasoning effort text"),
            Self::Tools | Self::Tool(_) => formatter.write_str("the tool definitions"),
            Self::Reasoning => formatter.write_str("the reasoning of a message"),
            Self::Format => formatter.write_str("the response format"),
            Self::Message(index) => write!(formatter, "message {}", index + 1),
            Self::Answer => formatter.write_str("the answer's start"),
            Self::Output => formatter.write_str("the answer"),
        }
    }
}

pub(super) fn answer_texts(response: Option<&Response>) -> Vec<&str> {
    let content = response.and_then(|response| response.message.as_ref()?.content.as_ref());
    content.map(|content| content.texts()).unwrap_or_default()
}

/// The `function` object of a tool definition, or the definition itself where it is flat.
pub(super) fn function(tool: &serde_json::Value) -> &serde_json::Value {
    tool.field("function").unwrap_or(tool)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_found_at_its_very_byte() {
        let mut prompt = Prompt::default();
        prompt.special("<s>");
        prompt.begin(Origin::Message(0));
        prompt.text("ab");
        prompt.begin(Origin::Tools);
        prompt.text("cd");
        assert_eq!(prompt.segments(), [Segment::Special("<s>"), Segment::Text("abcd".into())]);
        let origins: Vec<Origin> = (0..4).map(|byte| prompt.origin(1, byte)).collect();
        assert_eq!(origins, [Origin::Message(0), Origin::Message(0), Origin::Tools, Origin::Tools]);
        assert_eq!(prompt.origin(0, 0), Origin::Start);
    }

    #[test]
    fn a_prompt_that_was_cut_reads_the_same_and_each_byte_comes_from_where_it_did() {
        let mut prompt = Prompt::default();
        prompt.special("<s>");
        prompt.begin(Origin::Message(0));
        prompt.text("ab|cd");
        prompt.begin(Origin::Tools);
        prompt.text("|ef");
        prompt.unseen();
        prompt.special("<t>");
        prompt.begin(Origin::Answer);
        prompt.text("|g|");
        let bars = |text: &str| text.match_indices('|').flat_map(|(at, _)| [at, at + 1]).collect();
        let cut = prompt.clone().cut(bars);
        let origins = |prompt: &Prompt| -> Vec<(char, Origin)> {
            let segments = prompt.segments().iter().enumerate();
            segments
                .flat_map(|(index, segment)| {
                    segment.as_str().char_indices().map(move |(byte, char)| (char, prompt.origin(index, byte)))
                })
                .collect()
        };
        assert_eq!(origins(&cut), origins(&prompt));
        let spellings: Vec<&str> = cut.segments().iter().map(Segment::as_str).collect();
        assert_eq!(spellings, ["<s>", "ab", "|", "cd", "|", "ef", "<t>", "|", "g", "|"]);
        assert_eq!((cut.unseen_from(), cut.answer_start()), (Some(6), Some(7)));
        assert_eq!(prompt.clone().cut(|_| Vec::new()), prompt);
    }

    #[test]
    fn what_was_laid_out_elsewhere_reads_and_comes_from_where_it_would_here() {
        let parts = |prompt: &mut Prompt| {
            prompt.begin(Origin::Message(0));
            prompt.text("system");
            prompt.begin(Origin::Tools);
            prompt.text("tools");
            prompt.special("<t>");
            prompt.begin(Origin::Format);
            prompt.text("format");
        };
        for before in ["", "effort"] {
            let (mut here, mut there) = (Prompt::default(), Prompt::default());
            for prompt in [&mut here, &mut there] {
                prompt.special("<s>");
                prompt.begin(Origin::Effort);
                prompt.text(before);
            }
            parts(&mut here);
            let mut fragment = Prompt::default();
            parts(&mut fragment);
            there.append(&fragment.into_shared());
            for prompt in [&mut here, &mut there] {
                prompt.begin(Origin::Message(1));
                prompt.text("more");
                prompt.special("<e>");
            }
            assert_eq!(here.spelled(), there.spelled());
            assert_eq!(here.segments().len(), there.segments().len());
            for (index, segment) in here.segments().iter().enumerate() {
                assert_eq!(segment, &there.segments()[index]);
                assert_eq!(segment.digest(), there.segments()[index].digest());
                let origins = |prompt: &Prompt| -> Vec<Origin> {
                    (0..segment.as_str().len()).map(|byte| prompt.origin(index, byte)).collect()
                };
                assert_eq!(origins(&here), origins(&there));
            }
        }
    }

    #[test]
    fn the_answer_starts_behind_the_last_text() {
        let mut prompt = Prompt::default();
        prompt.text("question");
        prompt.begin(Origin::Answer);
        prompt.special("<a>");
        assert_eq!(prompt.answer_start(), Some(1));
        assert_eq!(Prompt::default().answer_start(), None);
    }
}
