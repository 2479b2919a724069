//! Sessions of agents, whose files hold a conversation instead of calls.

use crate::log::format::LogFormat;

pub(crate) mod atif;
pub(crate) mod claude_code;
pub(crate) mod claude_history;
pub(crate) mod claude_stream;
pub(crate) mod cline;
pub(crate) mod codex;
pub(crate) mod conversation;
pub(crate) mod gemini_cli;
pub(crate) mod opencode;
pub(crate) mod pi;
pub(crate) mod trajectory;

/// The formats of this room.
pub(in crate::log) const FORMATS: &[&dyn LogFormat] = &[
    &trajectory::MiniSweAgent,
    &trajectory::SweAgent,
    &claude_stream::ClaudeStream,
    &pi::Pi,
    &opencode::OpenCode,
    &gemini_cli::GeminiCli,
    &atif::Atif,
    &claude_code::ClaudeCode,
    &codex::Codex,
    &cline::Cline,
];
