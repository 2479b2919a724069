//! Codes: the reasons for which tokens of a prompt miss a cache, one name each, the same as those of template changes where both
//! have them.

/// The reason for which tokens missed a cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
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
    /// A document that differs from call to call stands before text that does not.
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
    /// The effort or thinking was set otherwise.
    EffortChanged,
    /// The choice of tools was set otherwise.
    ToolChoiceChanged,
    /// The response format was set otherwise.
    ResponseFormatChanged,
    /// Other images stand in earlier messages.
    ImageChanged,
    /// The text was not used for a lifetime.
    Idle,
    /// Others pushed the text out of the cache.
    Evicted,
    /// The prompt is too short to be kept.
    TooShort,
    /// The call before had not ended.
    Parallel,
    /// Something before the messages changed that the log does not hold: tools, system prompt or settings.
    PreambleChanged,
    /// The key or the user differs, and each has a cache of its own.
    Scope,
    /// The host has no cache.
    NoCache,
    /// Nothing in the request asks for a cache.
    MarkMissing,
    /// The marks stand elsewhere than before.
    MarkMoved,
    /// The last mark is too far behind what is kept.
    LookBack,
    /// The provider did not serve what its rule promises.
    Provider,
    /// Nothing explains it.
    Unknown,
    /// Nothing like it was sent before.
    First,
}

impl CauseCode {
    /// Its code for scripts.
    pub fn code(self) -> &'static str {
        self.words().0
    }

    /// The change as a clause, without a full stop: `a date or time in it changes`.
    pub fn what(self) -> &'static str {
        self.words().1
    }

    /// The remedy as the beginning of a condition, `If … `; `None` where the request cannot be changed so that more is served.
    pub fn remedy(self) -> Option<&'static str> {
        Some(self.words().2).filter(|words| !words.is_empty())
    }

    /// The part of a request in which it lies says more than the code.
    pub fn is_in_a_part(self) -> bool {
        let is_of_tools = (Self::ToolsReordered..=Self::ToolDescription).contains(&self);
        let is_setting = (Self::ModelChanged..=Self::ResponseFormatChanged).contains(&self);
        self.can_be_undone() && !is_of_tools && !is_setting && self != Self::Scope
    }

    /// True if requests can be written without it, so that undoing it can be counted.
    pub fn can_be_undone(self) -> bool {
        self < Self::Idle || self == Self::Scope
    }

    /// The code, the change, and the remedy behind `if`.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Time => ("time", "a date or time changes", "it is frozen or moves to the end"),
            Self::Identifier => ("identifier", "an id changes", "it is left out or moves to the end"),
            Self::Counter => ("counter", "a counter rises", "it is left out or moves to the end"),
            Self::UserValue => ("user-value", "a value of the user or session changes", "it moves to the end"),
            Self::Environment => {
                ("environment", "what it says of the machine or directory changes", "it is kept or moves to the end")
            }
            Self::Whitespace => ("whitespace", "only white space changes", "white space is always the same"),
            Self::LineEndings => ("line-endings", "only line endings change", "line endings are always the same"),
            Self::KeyOrder => ("key-order", "the keys of the same JSON change order", "keys are sorted"),
            Self::ToolsReordered => ("tools-reordered", "the same tools change order", "tools are sorted"),
            Self::ToolAdded => {
                ("tool-added", "a tool is added", "the list of tools stays the same or grows at its end")
            }
            Self::ToolRemoved => ("tool-removed", "a tool is removed", "the list of tools stays the same"),
            Self::ToolSchema => ("tool-schema", "the parameters of a tool change", "its definition stays the same"),
            Self::ToolDescription => {
                ("tool-description", "the description of a tool changes", "its description stays the same")
            }
            Self::ExamplesReordered => {
                ("examples-reordered", "the same examples change order", "examples keep one order")
            }
            Self::TextReordered => ("text-reordered", "the same text changes order", "it keeps one order"),
            Self::TextReworded => ("text-reworded", "text is reworded", "the wording stays as it was"),
            Self::TextInserted => ("text-inserted", "text is inserted", "the text stays as it was"),
            Self::TextRemoved => ("text-removed", "text is removed", "the text stays as it was"),
            Self::DocumentChanged => (
                "document-changed",
                "a document that differs from call to call stands before text that does not",
                "it moves to the end",
            ),
            Self::MessageInserted => ("message-inserted", "a message is inserted", "it is appended at the end"),
            Self::MessageRemoved => ("message-removed", "a message is removed", "it stays"),
            Self::HistoryCompacted => {
                ("history-compacted", "earlier messages are replaced by a summary", "the history is kept whole")
            }
            Self::HistoryTrimmed => {
                ("history-trimmed", "the oldest messages are left out", "the history is kept whole")
            }
            Self::HistoryEdited => {
                ("history-edited", "earlier messages are changed", "the history stays as it was sent")
            }
            Self::ReasoningDropped => {
                ("reasoning-dropped", "reasoning of earlier answers is left out", "it is sent back as it came")
            }
            Self::RoleChanged => ("role-changed", "a message has another role", "it keeps its role"),
            Self::ModelChanged => ("model-changed", "another model is asked", "a conversation stays with one model"),
            Self::EffortChanged => ("effort-changed", "the effort or thinking is set otherwise", "it stays the same"),
            Self::ToolChoiceChanged => ("tool-choice-changed", "`tool_choice` is set otherwise", "it stays the same"),
            Self::ResponseFormatChanged => {
                ("response-format-changed", "`response_format` is set otherwise", "it stays the same")
            }
            Self::ImageChanged => ("image-changed", "images of earlier messages change", "they stay as they were sent"),
            Self::Idle => ("idle", "the text was not used for longer than the cache keeps it", ""),
            Self::Evicted => ("evicted", "others pushed the text out of the cache", ""),
            Self::TooShort => ("too-short", "the prompt is shorter than what the cache keeps", ""),
            Self::Parallel => ("parallel", "the call before had not ended", ""),
            Self::PreambleChanged => (
                "preamble-changed",
                "the tools, the system prompt or a setting changed before the messages",
                "what stands before the messages stays the same",
            ),
            Self::Scope => {
                ("scope", "the key or user differs, and each has a cache of its own", "they share one key and user")
            }
            Self::NoCache => ("no-cache", "the host has no prompt cache", ""),
            Self::MarkMissing => ("mark-missing", "nothing in the request asks for a cache", ""),
            Self::MarkMoved => ("mark-moved", "the marks of the cache stand elsewhere than before", ""),
            Self::LookBack => ("look-back", "the last mark is too far behind what is kept", ""),
            Self::Provider => ("provider", "the provider did not serve what its rule promises", ""),
            Self::Unknown => ("unknown", "nothing in the log explains it", ""),
            Self::First => ("first", "nothing like it was sent before", ""),
        }
    }
}
