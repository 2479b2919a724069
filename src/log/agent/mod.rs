//! Sessions of agents, whose files hold a conversation instead of calls.

pub(crate) mod claude_code;
pub(crate) mod claude_history;
pub(crate) mod codex;
pub(crate) mod trajectory;
