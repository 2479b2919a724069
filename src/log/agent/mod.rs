//! Sessions of agents, whose files hold a conversation instead of calls.

use crate::log::format::LogFormat;

pub(crate) mod claude_code;
pub(crate) mod claude_history;
pub(crate) mod codex;
pub(crate) mod trajectory;

/// The formats of this room.
pub(in crate::log) const FORMATS: &[&dyn LogFormat] =
    &[&trajectory::MiniSweAgent, &trajectory::SweAgent, &claude_code::ClaudeCode, &codex::Codex];
