//! Sessions of agents, whose files hold a conversation instead of calls.

pub(crate) mod atif;
pub(crate) mod claude_code;
pub(crate) mod claude_history;
pub(crate) mod claude_stream;
pub(crate) mod codex;
pub(crate) mod conversation;
pub(crate) mod gemini_cli;
pub(crate) mod opencode;
pub(crate) mod pi;
pub(crate) mod trajectory;
