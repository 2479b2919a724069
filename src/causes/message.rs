//! Messages as texts that can be told apart and compared.

use std::borrow::Cow;

use super::line_endings::with_endings_of;
use super::text_diffs::TextDiffs;
use crate::exchange::{Content, Message, Part};
use crate::hash;

/// The identity of a message: of its role and of all that a model reads of it.
pub(super) fn digest(message: &Message) -> u128 {
    let mut digest = hash::digest(message.role.as_bytes());
    let mut add = |kind: &[u8], text: &str| {
        digest = hash::chain(digest, kind);
        digest = hash::chain(digest, text.as_bytes());
    };
    match &message.content {
        None => add(b"none", ""),
        Some(Content::Text(text)) => add(b"text", text),
        Some(Content::Parts(parts)) => parts.iter().for_each(|part| match part {
            Part::Text(text) => add(b"text", text),
            Part::Media(media) => add(b"media", &format!("{:x}", media.digest)),
            Part::Unknown => add(b"unknown", ""),
        }),
    }
    if let Some(reasoning) = &message.reasoning_content {
        add(b"reasoning", reasoning);
    }
    for call in &message.tool_calls {
        add(b"call", &call.name);
        add(b"arguments", &call.arguments);
        add(b"id", call.id.as_deref().unwrap_or_default());
    }
    for text in [&message.tool_call_id, &message.name].into_iter().flatten() {
        add(b"name", text);
    }
    digest
}

/// The identity of a message as a turn of a conversation: of its texts and calls, without what clients leave out or write anew:
/// role, reasoning, ids, images, and the order of keys in the arguments of a call.
pub(super) fn turn_digest(message: &Message) -> u128 {
    let mut digest = hash::digest(text(message).as_bytes());
    for call in &message.tool_calls {
        digest = hash::chain(digest, call.name.as_bytes());
        digest = hash::chain(digest, &arguments_digest(&call.arguments).to_le_bytes());
    }
    digest
}

/// The identity of arguments in whatever order, with whatever space they are written: of their keys, each with its value.
fn arguments_digest(arguments: &str) -> u128 {
    let pairs = arguments.split(|letter| "{}[],".contains(letter));
    let pairs = pairs.map(|pair| pair.split_whitespace().collect::<String>()).filter(|pair| !pair.is_empty());
    pairs.fold(0, |sum: u128, pair| sum.wrapping_add(hash::digest(pair.as_bytes())))
}

/// All texts of a message, one after the other.
pub(super) fn text(message: &Message) -> Cow<'_, str> {
    match &message.content {
        None => "".into(),
        Some(Content::Text(text)) => text.into(),
        Some(content) => content.texts().join("\n").into(),
    }
}

/// The share of two texts that is in both from which on they are versions of one.
pub(super) const ALIKE: f64 = 0.4;

/// Two messages are versions of one: one answers the same call, or they have much text in common.
pub(super) fn are_alike(old: &Message, new: &Message, diffs: &TextDiffs) -> bool {
    let (ours, theirs) = (text(old), text(new));
    if old.role != new.role {
        return !ours.is_empty() && ours == theirs && old.tool_calls == new.tool_calls;
    }
    let same_call = old.tool_call_id.is_some() && old.tool_call_id == new.tool_call_id;
    let same_calls = !old.tool_calls.is_empty()
        && old.tool_calls.len() == new.tool_calls.len()
        && old
            .tool_calls
            .iter()
            .zip(&new.tool_calls)
            .all(|(old, new)| old.name == new.name && (old.id == new.id || old.arguments == new.arguments));
    same_call || same_calls || (ours == theirs && !ours.is_empty()) || share(&ours, &theirs, diffs) >= ALIKE
}

/// The share of two texts that is in both, by their lines and words; at most that, if it is too little anyway.
fn share(old: &str, new: &str, diffs: &TextDiffs) -> f64 {
    let longest = old.len().max(new.len());
    if longest == 0 {
        return 0.0;
    }
    let most = ratio(old.len().min(new.len()), longest);
    if most < ALIKE {
        // Text in both is no longer than the shorter one, so that texts of such lengths are no versions and need not be compared.
        return most;
    }
    let new = &with_endings_of(old, new);
    let Some(same) = diffs.stretches_if_related(old, new) else { return 0.0 };
    let changed: usize = same.iter().map(|stretch| stretch.old.len().max(stretch.new.len())).sum();
    ratio(longest.saturating_sub(changed), longest)
}

#[expect(clippy::cast_precision_loss, reason = "a share that is compared with a rough bound")]
pub(super) fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

#[cfg(test)]
mod tests {
    use super::arguments_digest;

    #[test]
    fn arguments_are_the_same_in_any_order_but_not_with_their_values_exchanged() {
        let moved = arguments_digest(r#"{"from":"e2","to":"e4"}"#);
        assert_eq!(arguments_digest(r#"{ "to": "e4", "from": "e2" }"#), moved);
        assert_ne!(arguments_digest(r#"{"from":"e4","to":"e2"}"#), moved);
    }
}
