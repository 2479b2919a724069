//! Places of a difference: from a position of two rendered prompts to the characters of the two files.

use super::{Side, json, origin};
use crate::prompt::Origin;
use crate::source::Place;
use crate::template::fill::{Position, first_difference};
use crate::template::layout::LaidOut;
use crate::template::prefix::{Renderings, common_tokens};

/// Tokens by which a rendering may part later than the first and still show where the difference begins: blanks and marks in place of a
/// value merge with the text before it.
const MERGED_TOKENS: usize = 2;

/// The places in both files of the first difference, which begins at this token. A value that is like the text behind it hides where it
/// was put in, so that of all renderings that part there the one counts that shows the earliest place.
pub(super) fn first(
    old: (Side<'_>, &Renderings<'_>),
    new: (Side<'_>, &Renderings<'_>),
    token: usize,
) -> (Option<Place>, Option<Place>) {
    let parted = old.1.pairs(new.1).filter(|(ours, theirs)| {
        let common = common_tokens(&ours.tokens, &theirs.tokens);
        ours.tokens != theirs.tokens && common <= token + MERGED_TOKENS
    });
    let places = parted.filter_map(|(ours, theirs)| {
        let at = first_difference(&ours.prompt, &theirs.prompt)?;
        Some(both((old.0, ours), (new.0, theirs), at))
    });
    let order = |place: &Option<Place>| place.as_ref().map_or((u64::MAX, 0), |place| (place.line, place.column));
    places.min_by_key(|(old, new)| (order(new), order(old))).unwrap_or_default()
}

/// The places in both files at which two renderings first differ.
fn both(old: (Side<'_>, &LaidOut<'_>), new: (Side<'_>, &LaidOut<'_>), at: Position) -> (Option<Place>, Option<Place>) {
    let is_tools = |laid_out| origin(laid_out, at) == Origin::Tools;
    if is_tools(old.1) || is_tools(new.1) {
        let bytes = json::first_different_tool(&old.0.template.tools, &new.0.template.tools);
        if let Some((ours, theirs)) = bytes {
            let of = |side: Side<'_>, byte: usize| if byte == 0 { end(side) } else { side.file.place(byte) };
            return (Some(of(old.0, ours)), Some(of(new.0, theirs)));
        }
    }
    let message = |laid_out| match origin(laid_out, at) {
        Origin::Message(index) => Some(index),
        _ => None,
    };
    // A message that is over on one side ends there, whatever comes behind it.
    let index = [message(old.1), message(new.1)].into_iter().flatten().min();
    let byte = |laid_out: &LaidOut<'_>| laid_out.filled.byte_in(&laid_out.prompt, index?, at);
    let bytes = [byte(old.1), byte(new.1)];
    if let [Some(ours), Some(theirs)] = bytes {
        let (before, after) = (old.0.file.source.text(), new.0.file.source.text());
        let ours_there = behind_line_end(before, ours, after, theirs);
        let theirs_there = behind_line_end(after, theirs, before, ours);
        return (Some(old.0.file.place(ours_there)), Some(new.0.file.place(theirs_there)));
    }
    (around(old.0, old.1, at), around(new.0, new.1, at))
}

/// The byte at which something new begins: where one text is at its end and the other has a line end there, the line behind it.
fn behind_line_end(text: &str, byte: usize, other: &str, at: usize) -> usize {
    let is_over = other.get(at..).is_some_and(|rest| rest.trim().is_empty());
    let rest = text.get(byte..).unwrap_or_default();
    let end = if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
    if is_over && !rest.trim().is_empty() { byte + end } else { byte }
}

/// The place of what a position belongs to that is in no text of a message on both sides.
fn around(side: Side<'_>, laid_out: &LaidOut<'_>, at: Position) -> Option<Place> {
    if let Origin::Message(index) = origin(laid_out, at)
        && let Some(byte) = laid_out.filled.byte_in(&laid_out.prompt, index, at)
    {
        return Some(side.file.place(byte));
    }
    match origin(laid_out, at) {
        Origin::Message(index) => Some(side.file.place(side.template.messages.get(index)?.at)),
        Origin::Tools | Origin::Tool(_) => Some(side.file.place(side.template.tools.first()?.span.start)),
        Origin::Start | Origin::Effort | Origin::Format | Origin::Reasoning => {
            Some(side.file.place(side.template.messages.first()?.at))
        }
        Origin::Answer | Origin::Output => Some(end(side)),
    }
}

/// The end of a template.
fn end(side: Side<'_>) -> Place {
    let last = side.template.messages.last();
    side.file.place(last.map_or(0, |message| message.end))
}
