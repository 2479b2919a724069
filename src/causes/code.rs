//! Codes: the reasons for which tokens of a prompt miss a cache, one name each, the same as those of template changes where both
//! have them.

use serde::{Deserialize, Serialize};

/// The reason for which tokens missed a cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CauseCode {
    /// A date or a time changed.
    Time,
    /// An id changed.
    Identifier,
    /// A number that rises changed.
    Counter,
    /// A value that belongs to a user or a session changed.
    UserValue,
    /// A statement of a prompt on the machine, the directory or the repository changed.
    Environment,
    /// White space, or an invisible character, changed.
    Whitespace,
    /// Line endings changed.
    LineEndings,
    /// The same JSON has its keys in another order.
    KeyOrder,
    /// The same tools stand in another order.
    ToolsReordered,
    /// A tool was added.
    ToolAdded,
    /// A tool was removed.
    ToolRemoved,
    /// The parameters of a tool changed.
    ToolSchema,
    /// The description of a tool changed.
    ToolDescription,
    /// The same examples stand in another order.
    ExamplesReordered,
    /// The same text stands in another order.
    TextReordered,
    /// Text was reworded.
    TextReworded,
    /// Text was inserted.
    TextInserted,
    /// Text was removed.
    TextRemoved,
    /// A document that differs from request to request stands before text that does not.
    DocumentChanged,
    /// A message was inserted before others.
    MessageInserted,
    /// A message before others is gone.
    MessageRemoved,
    /// Earlier messages were replaced by a summary.
    HistoryCompacted,
    /// The oldest messages were left out.
    HistoryTrimmed,
    /// Earlier messages were changed.
    HistoryEdited,
    /// Reasoning that was part of earlier messages is gone.
    ReasoningDropped,
    /// A message has another role.
    RoleChanged,
    /// Another model was asked.
    ModelChanged,
    /// The reasoning effort or the thinking mode changed.
    EffortChanged,
    /// The choice of tools changed.
    ToolChoiceChanged,
    /// The response format changed.
    ResponseFormatChanged,
    /// Another setting that stands in the prompt changed: speed, citations, verbosity, whether tools are called at once.
    SettingChanged,
    /// Other images stand in earlier messages.
    ImageChanged,
    /// The text was not used for a lifetime.
    Idle,
    /// Others pushed the text out of the cache.
    Evicted,
    /// The prompt is too short to be kept.
    TooShort,
    /// The request before had not ended.
    Parallel,
    /// Something before the messages changed that the log does not hold: tools, system prompt or settings.
    PreambleChanged,
    /// The key, the user or the provider behind a gateway differs, and each has a cache of its own.
    Scope,
    /// The host has no cache.
    NoCache,
    /// No mark covers the text that both requests share.
    MarkMissing,
    /// The marks are in other places than before.
    MarkMoved,
    /// The last mark is too far behind the text that is kept.
    LookBack,
    /// The provider did not serve what its rule promises.
    Provider,
    /// Nothing explains it.
    Unknown,
    /// No similar prompt was sent before.
    First,
}

/// A cause, its code, the change as a clause, and the remedy behind `if`, empty if there is none.
type Words = (CauseCode, &'static str, &'static str, &'static str);

/// The words of all causes, in the order of [`CauseCode`].
const WORDS: [Words; CauseCode::First as usize + 1] = [
    (CauseCode::Time, "time", "a date or time changes", "it is frozen"),
    (CauseCode::Identifier, "identifier", "an id changes", "it is left out"),
    (CauseCode::Counter, "counter", "a counter rises", "it is left out"),
    (CauseCode::UserValue, "user-value", "a value of the user or session changes", "it is the same in all requests"),
    (CauseCode::Environment, "environment", "information on the machine or directory changes", "it is kept"),
    (CauseCode::Whitespace, "whitespace", "only white space changes", "white space is always the same"),
    (CauseCode::LineEndings, "line-endings", "only line endings change", "line endings are always the same"),
    (CauseCode::KeyOrder, "key-order", "the keys of the same JSON change order", "keys are sorted"),
    (CauseCode::ToolsReordered, "tools-reordered", "the same tools change order", "tools are sorted"),
    (CauseCode::ToolAdded, "tool-added", "a tool is added", "the list of tools stays the same or grows at its end"),
    (CauseCode::ToolRemoved, "tool-removed", "a tool is removed", "the list of tools stays the same"),
    (CauseCode::ToolSchema, "tool-schema", "the parameters of a tool change", "its definition stays the same"),
    (
        CauseCode::ToolDescription,
        "tool-description",
        "the description of a tool changes",
        "its description stays the same",
    ),
    (CauseCode::ExamplesReordered, "examples-reordered", "the same examples change order", "examples keep one order"),
    (CauseCode::TextReordered, "text-reordered", "the same text changes order", "it keeps one order"),
    (CauseCode::TextReworded, "text-reworded", "text is reworded", "the wording stays as it was"),
    (CauseCode::TextInserted, "text-inserted", "text is inserted", "the text stays as it was"),
    (CauseCode::TextRemoved, "text-removed", "text is removed", "the text stays as it was"),
    (
        CauseCode::DocumentChanged,
        "document-changed",
        "a document that differs in each request stands before text that does not",
        "it moves to the end",
    ),
    (CauseCode::MessageInserted, "message-inserted", "a message is inserted", "it is appended at the end"),
    (CauseCode::MessageRemoved, "message-removed", "a message is removed", "it stays"),
    (
        CauseCode::HistoryCompacted,
        "history-compacted",
        "earlier messages are replaced by a summary",
        "the history is kept whole",
    ),
    (CauseCode::HistoryTrimmed, "history-trimmed", "the oldest messages are left out", "the history is kept whole"),
    (CauseCode::HistoryEdited, "history-edited", "earlier messages are changed", "the history stays as it was sent"),
    (
        CauseCode::ReasoningDropped,
        "reasoning-dropped",
        "reasoning of earlier answers is left out",
        "it is sent back as it came",
    ),
    (CauseCode::RoleChanged, "role-changed", "a message has another role", "it keeps its role"),
    (CauseCode::ModelChanged, "model-changed", "the model changes", "a conversation stays with one model"),
    (CauseCode::EffortChanged, "effort-changed", "the reasoning effort or thinking mode changes", "it stays the same"),
    (CauseCode::ToolChoiceChanged, "tool-choice-changed", "`tool_choice` changes", "it stays the same"),
    (CauseCode::ResponseFormatChanged, "response-format-changed", "`response_format` changes", "it stays the same"),
    (
        CauseCode::SettingChanged,
        "setting-changed",
        "a setting that stands in the prompt changes, such as the speed, citations or verbosity",
        "it stays the same",
    ),
    (CauseCode::ImageChanged, "image-changed", "images of earlier messages change", "they stay as they were sent"),
    (
        CauseCode::Idle,
        "idle",
        "the text was not used for longer than the cache keeps it",
        "the next request comes before the cache forgets the text, or a longer lifetime is asked for where there is one",
    ),
    (
        CauseCode::Evicted,
        "evicted",
        "other prompts evicted the text from the cache",
        "fewer different prompts share the cache, or it is larger",
    ),
    (
        CauseCode::TooShort,
        "too-short",
        "the prompt is shorter than the minimum of the cache",
        "what all prompts begin with is longer than the minimum",
    ),
    (
        CauseCode::Parallel,
        "parallel",
        "the earlier request had not ended",
        "one request is sent first and the others when its answer begins",
    ),
    (
        CauseCode::PreambleChanged,
        "preamble-changed",
        "the tools, the system prompt or a setting changed before the messages",
        "what stands before the messages stays the same",
    ),
    (
        CauseCode::Scope,
        "scope",
        "the key, user or provider differs, and each has a cache of its own",
        "they share one key, user and provider",
    ),
    (CauseCode::NoCache, "no-cache", "the host has no prompt cache", "the requests go to a host that has one"),
    (
        CauseCode::MarkMissing,
        "mark-missing",
        "no cache breakpoint covers the text that both requests share",
        "a cache breakpoint (`cache_control`) stands behind what stays the same",
    ),
    (
        CauseCode::MarkMoved,
        "mark-moved",
        "the cache breakpoints are in other places than before",
        "they stand behind the same parts in each request",
    ),
    (
        CauseCode::LookBack,
        "look-back",
        "the last cache breakpoint is too far after the cached text",
        "another one stands nearer to it",
    ),
    (CauseCode::Provider, "provider", "the provider did not serve what its rule promises", ""),
    (CauseCode::Unknown, "unknown", "nothing in the log explains it", ""),
    (CauseCode::First, "first", "no similar prompt was sent before", ""),
];

/// Rows stand in the order of the causes, so that a cause finds its own.
const _: () = {
    let mut index = 0;
    while index < WORDS.len() {
        assert!(WORDS[index].0 as usize == index, "WORDS lists the causes in their order");
        index += 1;
    }
};

impl CauseCode {
    /// Its code for scripts.
    pub fn code(self) -> &'static str {
        WORDS[self as usize].1
    }

    /// The change as a clause, without a full stop: `a date or time in it changes`.
    pub fn what(self) -> &'static str {
        WORDS[self as usize].2
    }

    /// The remedy as the beginning of a condition, `If … `; `None` where the request cannot be changed so that more is served.
    pub fn remedy(self) -> Option<&'static str> {
        Some(WORDS[self as usize].3).filter(|words| !words.is_empty())
    }

    /// The text says something else.
    pub(super) fn is_in_other_words(self) -> bool {
        (Self::TextReworded..=Self::MessageRemoved).contains(&self) || self == Self::UserValue
    }

    /// One of two versions may come again and again, as with a worker that still has the old one.
    pub(super) fn may_come_and_go(self) -> bool {
        let is_setting = (Self::ModelChanged..=Self::SettingChanged).contains(&self);
        let is_normalised = matches!(self, Self::Whitespace | Self::LineEndings);
        let is_edited = matches!(self, Self::ToolSchema | Self::ToolDescription | Self::RoleChanged)
            || (Self::TextReworded..=Self::TextRemoved).contains(&self);
        let is_part =
            matches!(self, Self::ToolAdded | Self::ToolRemoved | Self::MessageInserted | Self::MessageRemoved);
        is_setting || is_normalised || is_edited || is_part
    }

    /// A value differs, which can be frozen.
    pub(super) fn is_of_value(self) -> bool {
        self <= Self::Environment
    }

    /// The part of a request in which it lies says more than the code.
    pub fn is_in_a_part(self) -> bool {
        let is_of_tools = (Self::ToolsReordered..=Self::ToolDescription).contains(&self);
        let is_setting = (Self::ModelChanged..=Self::SettingChanged).contains(&self);
        self.can_be_undone() && !is_of_tools && !is_setting && self != Self::Scope
    }

    /// True if requests can be written without it, so that undoing it can be counted.
    pub fn can_be_undone(self) -> bool {
        self < Self::Idle || self == Self::Scope
    }
}
