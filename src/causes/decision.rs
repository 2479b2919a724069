//! Decisions on differences: which of them are undone, and what becomes of their text.

/// Fate of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// It stays.
    Keep,
    /// The earlier request's side takes its place.
    Undo,
    /// The text that came there first takes its place: a value that is frozen from then on.
    First,
    /// It goes behind everything else.
    MoveToEnd,
    /// It goes to the beginning of the conversation, for as long as which it stays the same.
    MoveToConversation,
}

impl Decision {
    /// It goes elsewhere.
    pub(super) fn moves(self) -> bool {
        matches!(self, Self::MoveToEnd | Self::MoveToConversation)
    }
}

/// Texts that move.
#[derive(Default)]
pub(super) struct Moved {
    pub(super) to_end: Vec<String>,
    pub(super) to_conversation: Vec<String>,
}
