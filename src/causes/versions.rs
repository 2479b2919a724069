//! Two versions of a message: what differs, and the later one with some of it undone.

use std::ops::Range;
use std::sync::Arc;

use serde_json::Value;

use super::code::CauseCode;
use super::decision::{Decision, Moved};
use super::difference::{Difference, Found, Slot, Zone};
use super::key_order::keys_in_other_order;
use super::line_endings::LineEnds;
use super::moved_lines::MovedLines;
use super::text::{self, Stretch, TextChange};
use super::text_diffs::TextDiffs;
use super::value::ValueKind;
use crate::exchange::{Content, Message, Part};

/// Bytes of stable text behind a difference in the newest message from which on the difference is no new text.
pub(super) const STABLE: usize = 160;

/// Bytes between documents in a row: tags, headings.
const BESIDE: usize = 80;

/// Bytes before a difference among which the beginning of its paragraph is looked for.
const FAR: usize = 600;

/// The same for the tag around a document.
const FAR_TAG: usize = 4_000;

/// The later of two versions of a message without the differences that `decide` undoes; what moves goes to `moved`.
pub(super) fn merge_message(
    old: &Message,
    new: &Message,
    zone: Zone,
    diffs: &TextDiffs,
    decide: &mut dyn FnMut(&Difference) -> Decision,
    moved: &mut Moved,
) -> Message {
    let mut merged = new.clone();
    let mut undone = |code, differs: bool| differs && decide(&Difference::plain(code)) == Decision::Undo;
    if undone(CauseCode::RoleChanged, old.role != new.role) {
        merged.role.clone_from(&old.role);
    }
    let edited = if zone == Zone::Template { CauseCode::TextReworded } else { CauseCode::HistoryEdited };
    let is_dropped = old.reasoning_content.is_none() || new.reasoning_content.is_none();
    let reasoning = if is_dropped { CauseCode::ReasoningDropped } else { edited };
    if undone(reasoning, old.reasoning_content != new.reasoning_content) {
        merged.reasoning_content.clone_from(&old.reasoning_content);
    }
    if undone(CauseCode::Identifier, old.tool_call_id != new.tool_call_id) {
        merged.tool_call_id.clone_from(&old.tool_call_id);
    }
    if undone(CauseCode::UserValue, old.name != new.name) {
        merged.name.clone_from(&old.name);
    }
    if undone(calls_change(old, new, edited), old.tool_calls != new.tool_calls) {
        merged.tool_calls.clone_from(&old.tool_calls);
    }
    match (&old.content, &new.content) {
        (ours, theirs) if ours == theirs || says_nothing(ours.as_ref()) && says_nothing(theirs.as_ref()) => {}
        (Some(Content::Text(ours)), Some(Content::Text(theirs))) => {
            merged.content = Some(Content::Text(merge_text((ours, theirs, zone), diffs, decide, moved)));
        }
        // The newest message may have grown at its end.
        (Some(Content::Parts(ours)), Some(Content::Parts(theirs)))
            if zone == Zone::Newest && theirs.starts_with(ours) => {}
        (Some(Content::Parts(ours)), Some(Content::Parts(theirs))) if same_kinds(ours, theirs) => {
            merged.content = Some(Content::Parts(merge_parts((ours, theirs, zone), diffs, decide, moved)));
        }
        (ours, theirs) => {
            let media = |content: &Option<Content>| -> Vec<Part> {
                let parts = content.iter().flat_map(Content::parts);
                parts.filter(|part| matches!(part, Part::Media(_))).cloned().collect()
            };
            let code = if media(ours) == media(theirs) { edited } else { CauseCode::ImageChanged };
            if decide(&Difference::plain(code)) == Decision::Undo {
                merged.content.clone_from(&old.content);
            }
        }
    }
    merged
}

/// Merges parts of the same kinds, each with the one at its place.
fn merge_parts(
    (ours, theirs, zone): (&[Part], &[Part], Zone),
    diffs: &TextDiffs,
    decide: &mut dyn FnMut(&Difference) -> Decision,
    moved: &mut Moved,
) -> Vec<Part> {
    let merged = |(ours, theirs): (&Part, &Part)| match (ours, theirs) {
        (Part::Text(ours), Part::Text(theirs)) => Part::Text(merge_text((ours, theirs, zone), diffs, decide, moved)),
        (Part::Media(before), Part::Media(now)) if before != now && zone != Zone::Newest => {
            let is_undone = decide(&Difference::plain(CauseCode::ImageChanged)) == Decision::Undo;
            if is_undone { ours.clone() } else { theirs.clone() }
        }
        _ => theirs.clone(),
    };
    ours.iter().zip(theirs).map(merged).collect()
}

/// No content, and content without a word, are read alike.
fn says_nothing(content: Option<&Content>) -> bool {
    match content {
        None => true,
        Some(Content::Text(text)) => text.is_empty(),
        Some(Content::Parts(parts)) => parts.iter().all(|part| matches!(part, Part::Text(text) if text.is_empty())),
    }
}

fn same_kinds(old: &[Part], new: &[Part]) -> bool {
    old.len() == new.len()
        && old.iter().zip(new).all(|(old, new)| std::mem::discriminant(old) == std::mem::discriminant(new))
}

/// The kind of difference between the calls of two messages.
fn calls_change(old: &Message, new: &Message, edited: CauseCode) -> CauseCode {
    let value = |arguments: &str| serde_json::from_str::<Value>(arguments).ok();
    let same_names = old.tool_calls.iter().map(|call| &call.name).eq(new.tool_calls.iter().map(|call| &call.name));
    let pairs = || old.tool_calls.iter().zip(&new.tool_calls);
    if !same_names || pairs().any(|(old, new)| value(&old.arguments) != value(&new.arguments)) {
        return edited;
    }
    if pairs().all(|(old, new)| old.arguments == new.arguments) {
        return CauseCode::Identifier;
    }
    let compact = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
    let only_space = pairs().all(|(old, new)| compact(&old.arguments) == compact(&new.arguments));
    if only_space { CauseCode::Whitespace } else { CauseCode::KeyOrder }
}

/// A text with some of its differences undone; what moves goes to `moved`.
pub(super) fn merge_text(
    (old, new, zone): (&str, &str, Zone),
    diffs: &TextDiffs,
    decide: &mut dyn FnMut(&Difference) -> Decision,
    moved: &mut Moved,
) -> String {
    let Some((ours, theirs)) = LineEnds::new(old).zip(LineEnds::new(new)) else {
        return merge_lines((old, new, zone), diffs, decide, moved);
    };
    let (bare_old, bare_new) = (ours.without(old), theirs.without(new));
    // A new question has line endings of its own.
    let is_undone = ours.differ_from(theirs)
        && (zone != Zone::Newest || has_stable_lines(&bare_old, &bare_new, diffs))
        && decide(&Difference::plain(CauseCode::LineEndings)) == Decision::Undo;
    let ends = if is_undone { ours } else { theirs.or(ours) };
    let before = [moved.to_end.len(), moved.to_conversation.len()];
    let merged = merge_lines((&bare_old, &bare_new, zone), diffs, decide, moved);
    let came = moved.to_end[before[0]..].iter_mut().chain(&mut moved.to_conversation[before[1]..]);
    came.for_each(|text| *text = ends.within(std::mem::take(text)));
    ends.within(merged)
}

/// Two texts have lines in common that are no new text.
fn has_stable_lines(old: &str, new: &str, diffs: &TextDiffs) -> bool {
    let stretches = diffs.stretches(old, new);
    let ends = [0].into_iter().chain(stretches.iter().map(|stretch| stretch.new.end));
    let starts = stretches.iter().map(|stretch| stretch.new.start).chain([new.len()]);
    ends.zip(starts).any(|(end, start)| start - end >= STABLE && new[end..start].contains(['\n', '\r']))
}

/// The same of texts whose lines end alike.
fn merge_lines(
    (old, new, zone): (&str, &str, Zone),
    diffs: &TextDiffs,
    decide: &mut dyn FnMut(&Difference) -> Decision,
    moved: &mut Moved,
) -> String {
    let changes = diffs.changes((old, new, zone), |stretches| differences(old, new, zone, (stretches, diffs)));
    diffs.note_first(&changes, new);
    let fate =
        |(_, difference): &(Stretch, Option<Difference>)| difference.as_ref().map_or(Decision::Keep, &mut *decide);
    let fates: Vec<Decision> = changes.iter().map(fate).collect();
    let is_document = |difference: &Option<Difference>| difference.as_ref().is_some_and(Difference::is_long);
    let moving = changes.iter().zip(&fates).filter(|((_, difference), fate)| fate.moves() && is_document(difference));
    let documents: Vec<(Range<usize>, Decision)> =
        moving.map(|((stretch, _), fate)| (document_block(new, &stretch.new), *fate)).collect();
    let (mut merged, mut at) = (String::with_capacity(new.len()), 0);
    for ((stretch, difference), fate) in changes.iter().zip(fates) {
        if stretch.new.start < at {
            // A part of a document that has moved.
            continue;
        }
        let holds = |(document, _): &&(Range<usize>, Decision)| {
            at <= document.start && document.start <= stretch.new.start && stretch.new.end <= document.end
        };
        let document = documents.iter().find(holds);
        let (range, fate) = document.map_or((&stretch.new, fate), |(document, fate)| (document, *fate));
        merged.push_str(&new[at..range.start]);
        at = range.end;
        let (ours, theirs) = (&old[stretch.old.clone()], &new[range.clone()]);
        match fate {
            Decision::Keep => merged.push_str(theirs),
            Decision::Undo => merged.push_str(ours),
            Decision::First => {
                let first = difference.as_ref().and_then(|difference| diffs.first(difference));
                merged.push_str(first.as_deref().unwrap_or(ours));
            }
            Decision::MoveToEnd => moved.to_end.push(theirs.trim().to_owned()),
            Decision::MoveToConversation => moved.to_conversation.push(theirs.trim().to_owned()),
        }
        if document.is_some() {
            at = end_without_blanks(&mut merged, new, at);
        }
    }
    merged.push_str(&new[at..]);
    match documents.first() {
        Some((_, Decision::MoveToConversation)) => without_documents(&merged, diffs, &mut moved.to_conversation),
        Some(_) => without_documents(&merged, diffs, &mut moved.to_end),
        None => merged,
    }
}

/// Ends a text where a document stood between others with one blank line, however many were around that; gives the place at which the other
/// text goes on.
fn end_without_blanks(merged: &mut String, new: &str, at: usize) -> usize {
    let behind = new[at..].len() - new[at..].trim_start().len();
    let before = merged.len() - merged.trim_end().len();
    let is_edge = |blanks: &str, is_end: bool| is_end || blanks.contains('\n');
    let stands_alone = is_edge(&merged[merged.len() - before..], before == merged.len())
        && is_edge(&new[at..at + behind], at + behind == new.len());
    if !stands_alone {
        return at;
    }
    merged.truncate(merged.len() - before);
    if !merged.is_empty() && at + behind < new.len() {
        merged.push_str("\n\n");
    }
    at + behind
}

/// A text without the paragraphs and lines that are documents elsewhere, which move with the others.
fn without_documents(text: &str, diffs: &TextDiffs, moved: &mut Vec<String>) -> String {
    let mut stays = |part: &&str| {
        let is_document = part.len() >= STABLE && diffs.is_document(part);
        moved.extend(is_document.then(|| part.trim().to_owned()));
        !is_document
    };
    let paragraphs: Vec<&str> = text.split("\n\n").filter(&mut stays).collect();
    let mut without_lines = |paragraph: &str| paragraph.split('\n').filter(&mut stays).collect::<Vec<_>>().join("\n");
    paragraphs.into_iter().map(&mut without_lines).collect::<Vec<_>>().join("\n\n")
}

/// The difference that each stretch is. Behind the last text that does not change the newest message is new text, which is none.
fn differences(
    old: &str,
    new: &str,
    zone: Zone,
    (stretches, diffs): (&[Stretch], &TextDiffs),
) -> Vec<Option<Difference>> {
    let kinds = kinds(old, new, stretches);
    let (mut before, mut last, mut run): (usize, Option<Slot>, Option<Slot>) = (0, None, None);
    // The text from which on nothing but numbers differs, which say the same of a place whatever they are.
    let mut from = 0;
    let mut found = Vec::with_capacity(stretches.len());
    for (index, (stretch, kind)) in stretches.iter().zip(kinds).enumerate() {
        let is_new_text = zone == Zone::Newest && stable_behind(stretches, index, new.len()) < STABLE;
        found.push((!is_new_text).then(|| {
            let (ours, theirs) = (&old[stretch.old.clone()], &new[stretch.new.clone()]);
            // Two documents may begin with the same words or lines: they begin at the same place.
            let document = DocumentStart::new((old, new), zone, (&stretches[..index], stretch));
            if zone == Zone::Template && text::is_long(ours, theirs) {
                let sides = [(ours, old, &stretch.old), (theirs, new, &stretch.new)];
                let sides = sides.into_iter().filter(|(side, ..)| !side.trim().is_empty());
                sides.for_each(|(side, text, range)| diffs.note_paragraphs(side, &text[document_block(text, range)]));
            }
            let is_long = kind == TextChange::Wording && text::is_long(ours, theirs);
            let at = stretch.new.start;
            let slot = match last {
                _ if is_long => document.slot,
                // Lines that came beside a value stand behind it.
                Some(last) if before == at => last.behind(kind),
                _ if document.is_at_start && (ours.trim().is_empty() || theirs.trim().is_empty()) => {
                    Slot::new(zone, &new[from..at], kind).of_paragraph(kind)
                }
                _ => Slot::new(zone, &new[from..at], kind),
            };
            last = Some(slot);
            if zone == Zone::Template && !is_long && matches!(kind, TextChange::Value(_) | TextChange::Wording) {
                diffs.note_parts(slot, (old, new), stretch);
            }
            if at > before + BESIDE {
                run = None;
            }
            let beside = run;
            run = run.or_else(|| text::is_long(ours, theirs).then_some(document.slot));
            Found { kind, zone, old: ours, new: theirs }.difference(
                slot,
                (document.slot, beside, document.tag),
                document.is_at_start,
            )
        }));
        before = stretch.new.end;
        from = if are_numbers(&new[stretch.new.clone()]) { from } else { before };
    }
    found
}

/// All words have digits.
fn are_numbers(text: &str) -> bool {
    let has_digit = |word: &str| word.contains(|letter: char| letter.is_ascii_digit());
    !text.trim().is_empty() && text.split_whitespace().all(has_digit)
}

/// The place of the paragraph in which a stretch lies, on the side that has text.
struct DocumentStart {
    slot: Slot,
    /// The name of the tag with which it begins, as a place.
    tag: Option<Slot>,
    /// The stretch begins there.
    is_at_start: bool,
}

impl DocumentStart {
    /// The place in two texts of a stretch with others before it.
    fn new((old, new): (&str, &str), zone: Zone, (before, stretch): (&[Stretch], &Stretch)) -> Self {
        let is_gone = new[stretch.new.clone()].trim().is_empty();
        let (text, range) = if is_gone { (old, &stretch.old) } else { (new, &stretch.new) };
        let side = &text[range.clone()];
        // Paragraphs that came may begin with the blank line before them.
        let blank = side.len() - side.trim_start().len();
        let at = range.start + if blank < side.len() { blank } else { 0 };
        let start = block(text, at);
        let range = |stretch: &Stretch| if is_gone { stretch.old.clone() } else { stretch.new.clone() };
        let others = before.iter().map(range).filter(|range| !are_numbers(&text[range.clone()]));
        let ends = others.map(|range| range.end);
        let behind = ends.take_while(|end| *end <= start).last().unwrap_or(0);
        let tag = tag(text[start..].lines().next().unwrap_or_default()).filter(|_| zone == Zone::Template);
        let tag = tag.map(|name| Slot::new(zone, &format!("<{name}>"), TextChange::Wording));
        Self { slot: Slot::new(zone, &text[behind..start], TextChange::Wording), tag, is_at_start: start == at }
    }
}

/// The block of a text that a stretch fills, which is that of a document: between tags, or a paragraph; the stretch alone if the block
/// holds as much besides.
fn document_block(text: &str, stretch: &Range<usize>) -> Range<usize> {
    let start = block(text, stretch.start);
    let name = tag(text[start..].lines().next().unwrap_or_default()).filter(|_| start < stretch.start);
    let rest = &text[stretch.end..];
    let end = match name.map(|name| format!("</{name}>")) {
        Some(tag) => rest.find(&tag).map(|at| at + tag.len()),
        // It ends with a blank line: what stands behind that is another paragraph.
        None if text[stretch.clone()].ends_with("\n\n") => Some(0),
        None => rest.find("\n\n"),
    };
    let block = start..end.map_or(text.len(), |end| stretch.end + end);
    if stretch.len() * 2 >= block.len() { block } else { stretch.clone() }
}

/// The first byte of the block that a place is in: between tags on lines of their own, or else a paragraph.
fn block(text: &str, at: usize) -> usize {
    let far = text::floor(text, at.saturating_sub(FAR_TAG));
    let (mut end, mut closed) = (at, Vec::new());
    while let Some(start) = text[far..end].rfind('\n').map(|line| far + line + 1).or((far == 0 && end > 0).then_some(0))
    {
        let line = &text[start..end];
        if let Some(name) = line.strip_prefix("</").and_then(|name| name.strip_suffix('>')) {
            closed.push(name);
        } else if let Some(name) = tag(line).filter(|_| end < at)
            && closed.pop_if(|closed| *closed == name).is_none()
        {
            return start;
        }
        if start == 0 {
            break;
        }
        end = start - 1;
    }
    paragraph(text, at)
}

/// The name of a tag that opens, on a line of its own.
fn tag(line: &str) -> Option<&str> {
    let within = line.trim().strip_prefix('<')?.strip_suffix('>')?;
    let name = within.split_whitespace().next()?;
    let is_name = name.starts_with(char::is_alphabetic) && !within.contains(['<', '>', '/']);
    is_name.then_some(name)
}

/// The first byte of the paragraph that a place is in, or of its line, if the paragraph begins far before it.
fn paragraph(text: &str, at: usize) -> usize {
    let far = text::floor(text, at.saturating_sub(FAR));
    let line = || text[..at].rfind('\n').map_or(0, |end| end + 1);
    text[far..at].rfind("\n\n").map_or_else(line, |end| far + end + 2)
}

/// The kinds of all differences of two texts; words beside a value of a user on one line are of the user too.
fn kinds(old: &str, new: &str, stretches: &[Stretch]) -> Vec<TextChange> {
    const USER: TextChange = TextChange::Value(ValueKind::User);
    let valued = |stretch| (stretch, text::value_kind(old, new, stretch));
    let valued: Vec<(&Stretch, Option<ValueKind>)> = stretches.iter().map(valued).collect();
    let in_other_order = keys_in_other_order(old, new, stretches);
    let moved = MovedLines::new(old, new, &valued, &in_other_order);
    let kind = |((index, valued), is_key_order)| {
        let moved = moved.as_ref().and_then(|moved| moved.change(index));
        if is_key_order { TextChange::KeyOrder } else { text::kind(old, new, valued, moved) }
    };
    let mut kinds: Vec<TextChange> = valued.into_iter().enumerate().zip(in_other_order).map(kind).collect();
    let mut is_beside = vec![false; kinds.len()];
    for later in 1..kinds.len() {
        let between = &new[stretches[later - 1].new.end..stretches[later].new.start];
        if between.len() < 80 && !between.contains('\n') {
            is_beside[later] = kinds[later - 1] == USER;
            is_beside[later - 1] |= kinds[later] == USER;
        }
    }
    for (kind, is_beside) in kinds.iter_mut().zip(is_beside) {
        if is_beside && *kind == TextChange::Value(ValueKind::Words) {
            *kind = USER;
        }
    }
    kinds
}

/// The longest stretch that stays the same behind one that differs.
fn stable_behind(stretches: &[Stretch], index: usize, length: usize) -> usize {
    let ends = stretches[index..].iter().map(|stretch| stretch.new.end);
    let starts = stretches[index + 1..].iter().map(|stretch| stretch.new.start).chain([length]);
    ends.zip(starts).map(|(end, start)| start - end).max().unwrap_or(0)
}

/// A message with texts before or behind its own, if they are not there yet.
pub(super) fn with_texts(message: &Arc<Message>, texts: Vec<String>, are_before: bool) -> Arc<Message> {
    let mut with = Message::clone(message);
    for added in texts.into_iter().filter(|added| !added.is_empty()) {
        match &mut with.content {
            Some(Content::Text(text)) if are_before && !text.starts_with(&added) => {
                *text = format!("{added}\n\n{text}");
            }
            // Behind a mark text is a part of its own.
            Some(Content::Text(text)) if !are_before && !with.cache_controls.is_empty() => {
                with.content = Some(Content::Parts(vec![Part::Text(std::mem::take(text)), Part::Text(added)]));
            }
            Some(Content::Text(text)) if !are_before => *text = format!("{text}\n\n{added}"),
            Some(Content::Text(_)) => {}
            Some(Content::Parts(parts)) if are_before => {
                if !parts.contains(&Part::Text(added.clone())) {
                    parts.insert(0, Part::Text(added));
                }
            }
            Some(Content::Parts(parts)) => parts.push(Part::Text(added)),
            None => with.content = Some(Content::Text(added)),
        }
    }
    if with == **message { Arc::clone(message) } else { Arc::new(with) }
}

impl From<TextChange> for Option<CauseCode> {
    fn from(change: TextChange) -> Self {
        match change {
            TextChange::LineEndings => Some(CauseCode::LineEndings),
            TextChange::Whitespace => Some(CauseCode::Whitespace),
            TextChange::KeyOrder => Some(CauseCode::KeyOrder),
            TextChange::Reordered => Some(CauseCode::TextReordered),
            TextChange::ExamplesReordered => Some(CauseCode::ExamplesReordered),
            TextChange::Value(_) | TextChange::Wording => None,
        }
    }
}
