//! Two versions of a message: what differs, and the later one with some of it undone.

use serde_json::Value;

use super::code::CauseCode;
use super::compare::Decision;
use super::slot::{Difference, Found, Slot, Zone};
use super::text::{self, Stretch, TextChange};
use super::text_diffs::TextDiffs;
use super::value::ValueKind;
use crate::exchange::{Content, Message, Part};

/// Bytes of stable text behind a difference in the newest message from which on the difference is no new text.
pub(super) const STABLE: usize = 160;

/// The later of two versions of a message without the differences that `decide` undoes; what moves goes to `ends`.
pub(super) fn merge_message(
    old: &Message,
    new: &Message,
    zone: Zone,
    diffs: &TextDiffs,
    decide: &mut dyn FnMut(&Difference) -> Decision,
    ends: &mut Vec<String>,
) -> Message {
    let mut merged = new.clone();
    let mut undone = |code, differs: bool| differs && decide(&Difference::plain(code)) == Decision::Undo;
    if undone(CauseCode::RoleChanged, old.role != new.role) {
        merged.role.clone_from(&old.role);
    }
    let edited = if zone == Zone::Template { CauseCode::TextReworded } else { CauseCode::HistoryEdited };
    let reasoning = if new.reasoning_content.is_none() { CauseCode::ReasoningDropped } else { edited };
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
        (ours, theirs) if ours == theirs => {}
        (Some(Content::Text(ours)), Some(Content::Text(theirs))) => {
            merged.content = Some(Content::Text(merge_text((ours, theirs, zone), diffs, decide, ends)));
        }
        (Some(Content::Parts(ours)), Some(Content::Parts(theirs))) if same_kinds(ours, theirs) => {
            let parts = ours.iter().zip(theirs).map(|(ours, theirs)| match (ours, theirs) {
                (Part::Text(ours), Part::Text(theirs)) => {
                    Part::Text(merge_text((ours, theirs, zone), diffs, decide, ends))
                }
                _ => theirs.clone(),
            });
            merged.content = Some(Content::Parts(parts.collect()));
        }
        (ours, theirs) => {
            let media = |content: &Option<Content>| {
                content
                    .as_ref()
                    .map_or(0, |content| content.parts().iter().filter(|part| matches!(part, Part::Media(_))).count())
            };
            let code = if media(ours) == media(theirs) { edited } else { CauseCode::ImageChanged };
            if decide(&Difference::plain(code)) == Decision::Undo {
                merged.content.clone_from(&old.content);
            }
        }
    }
    merged
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

/// A text with some of its differences undone; what moves goes to `ends`.
pub(super) fn merge_text(
    (old, new, zone): (&str, &str, Zone),
    diffs: &TextDiffs,
    decide: &mut dyn FnMut(&Difference) -> Decision,
    ends: &mut Vec<String>,
) -> String {
    let changes = diffs.changes((old, new, zone), |stretches| differences(old, new, zone, stretches));
    let (mut merged, mut at) = (String::with_capacity(new.len()), 0);
    for (stretch, difference) in changes.iter() {
        merged.push_str(&new[at..stretch.new.start]);
        at = stretch.new.end;
        let (ours, theirs) = (&old[stretch.old.clone()], &new[stretch.new.clone()]);
        match difference.as_ref().map_or(Decision::Keep, &mut *decide) {
            Decision::Keep => merged.push_str(theirs),
            Decision::Undo => merged.push_str(ours),
            Decision::MoveToEnd => ends.push(theirs.trim().to_owned()),
        }
    }
    merged.push_str(&new[at..]);
    merged
}

/// The difference that each stretch is. Behind the last text that does not change the newest message is new text, which is none.
fn differences(old: &str, new: &str, zone: Zone, stretches: &[Stretch]) -> Vec<Option<Difference>> {
    let moved = text::moved_lines(old, new, stretches);
    let kinds = kinds(old, new, stretches, moved);
    let mut before = 0;
    let mut found = Vec::with_capacity(stretches.len());
    for (index, (stretch, kind)) in stretches.iter().zip(kinds).enumerate() {
        let is_new_text = zone == Zone::Newest && stable_behind(stretches, index, new.len()) < STABLE;
        found.push((!is_new_text).then(|| {
            let (ours, theirs) = (&old[stretch.old.clone()], &new[stretch.new.clone()]);
            let slot = Slot::new(zone, &new[before..stretch.new.start], kind);
            Found { kind, zone, old: ours, new: theirs }.difference(slot)
        }));
        before = stretch.new.end;
    }
    found
}

/// The kinds of all differences of two texts; words beside a value of a user on one line are of the user too.
fn kinds(old: &str, new: &str, stretches: &[Stretch], moved: Option<TextChange>) -> Vec<TextChange> {
    const USER: TextChange = TextChange::Value(ValueKind::User);
    let mut kinds: Vec<TextChange> = stretches.iter().map(|stretch| text::kind(old, new, stretch, moved)).collect();
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

/// A message with texts behind its own.
pub(super) fn with_ends(message: &Message, ends: Vec<String>) -> Message {
    let mut message = message.clone();
    for end in ends.into_iter().filter(|end| !end.is_empty()) {
        match &mut message.content {
            Some(Content::Text(text)) => *text = format!("{text}\n\n{end}"),
            Some(Content::Parts(parts)) => parts.push(Part::Text(end)),
            None => message.content = Some(Content::Text(end)),
        }
    }
    message
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
