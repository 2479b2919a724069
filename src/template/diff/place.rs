//! Places of a difference: from a position of two rendered prompts to the characters of the two files.

use super::{Side, json, origin};
use crate::prompt::Origin;
use crate::source::Place;
use crate::template::fill::Position;
use crate::template::layout::LaidOut;

/// The places in both files of the first difference.
pub(super) fn both(
    old: (Side<'_>, &LaidOut<'_>),
    new: (Side<'_>, &LaidOut<'_>),
    at: Position,
) -> (Option<Place>, Option<Place>) {
    let is_tools = |laid_out| origin(laid_out, at) == Origin::Tools;
    if is_tools(old.1) || is_tools(new.1) {
        let bytes = json::first_different_tool(&old.0.template.tools, &new.0.template.tools);
        if let Some((ours, theirs)) = bytes {
            let of = |side: Side<'_>, byte: usize| if byte == 0 { end(side) } else { side.file.place(byte) };
            return (Some(of(old.0, ours)), Some(of(new.0, theirs)));
        }
    }
    let bytes = [old, new].map(|(_, laid_out)| laid_out.filled.byte_of(&laid_out.prompt, at));
    if let [Some(ours), Some(theirs)] = bytes {
        let (before, after) = (old.0.file.source.text(), new.0.file.source.text());
        let ours_there = behind_line_end(before, ours, after, theirs);
        let theirs_there = behind_line_end(after, theirs, before, ours);
        return (Some(old.0.file.place(ours_there)), Some(new.0.file.place(theirs_there)));
    }
    (one(old.0, old.1, at), one(new.0, new.1, at))
}

/// The byte at which something new begins: where one text is at its end and the other has a line end there, the line behind it.
fn behind_line_end(text: &str, byte: usize, other: &str, at: usize) -> usize {
    let is_over = other.get(at..).is_some_and(|rest| rest.trim().is_empty());
    let rest = text.get(byte..).unwrap_or_default();
    let end = if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
    if is_over && !rest.trim().is_empty() { byte + end } else { byte }
}

fn one(side: Side<'_>, laid_out: &LaidOut<'_>, at: Position) -> Option<Place> {
    if let Some(byte) = laid_out.filled.byte_of(&laid_out.prompt, at) {
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
