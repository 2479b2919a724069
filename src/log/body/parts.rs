//! Parts that the requests of an API have in common: what was said, the text of instructions, tools. An API names the keys under which
//! they stand, and its own reading of a request that has nothing else says what they are, so that they can be read apart from a line.

use serde_json::Value;

use crate::exchange::Message;

/// The keys of a request's body under which its large parts stand.
pub(crate) struct Parts {
    /// The list of what was said.
    pub(crate) said: &'static str,
    /// The text of instructions, by any of its names.
    pub(crate) instructions: &'static [&'static str],
    /// The list of tools.
    pub(crate) tools: &'static str,
    /// Reads an element of what was said, if each is one message whatever stands beside it.
    pub(crate) alone: Option<fn(Value) -> Result<Message, String>>,
    /// True if an element of what was said may become one message with one beside it of which that is true too.
    pub(crate) may_join: fn(&Value) -> bool,
    /// An element of what was said and a list of tools, which stand for those that were taken out of a line.
    pub(crate) stand_ins: StandIns,
    /// Signs in an element by which the API is told from others, or which change how the rest of a request is read.
    pub(crate) signs: &'static [Sign],
    /// The sign in a tool that the API alone defines so, if there is one.
    pub(crate) own_tool: Option<OwnTool>,
}

/// A sign in an element of what was said.
pub(crate) struct Sign {
    /// True of an element that has it.
    pub(crate) is_in: fn(&Value) -> bool,
    /// A small element that has it too.
    pub(crate) stand_in: &'static str,
    /// True if a request is this API's for it, whatever else it holds.
    pub(crate) is_own: bool,
}

/// A tool as one API alone defines it.
pub(crate) struct OwnTool {
    /// True of such a tool.
    pub(crate) is_one: fn(&Value) -> bool,
    /// A list of one such tool, whose name is [`STAND_IN`].
    pub(crate) stand_in: &'static str,
}

/// Small parts that an API reads as it reads its own.
pub(crate) struct StandIns {
    /// One element of what was said, whose text is [`STAND_IN`].
    pub(crate) said: &'static str,
    /// A list of one tool, whose name is [`STAND_IN`].
    pub(crate) tools: &'static str,
}

/// The text of what stands for a part that was taken out.
pub(crate) const STAND_IN: &str = "a part was taken out here";

/// The same as an element or a list of Chat Completions.
pub(crate) const OF_CHAT: StandIns = StandIns {
    said: r#"{"role": "user", "content": "a part was taken out here"}"#,
    tools: r#"[{"type": "function", "function": {"name": "a part was taken out here"}}]"#,
};
