//! Sessions of agents, whose files hold a conversation instead of calls.

use crate::log::format::LogFormat;

pub(crate) mod aider;
pub(crate) mod amp;
pub(crate) mod atif;
pub(crate) mod claude_code;
pub(crate) mod claude_history;
pub(crate) mod claude_line;
pub(crate) mod claude_stream;
pub(crate) mod cline;
pub(crate) mod codex;
pub(crate) mod codex_exec;
pub(crate) mod conversation;
pub(crate) mod copilot;
pub(crate) mod gemini_cli;
pub(crate) mod gemini_headless;
pub(crate) mod given;
pub(crate) mod goose;
pub(crate) mod kimi;
pub(crate) mod opencode;
pub(crate) mod pi;
pub(crate) mod qwen_code;
#[cfg(test)]
mod tests;
pub(crate) mod trajectory;

/// The formats of this room.
pub(in crate::log) const FORMATS: &[&dyn LogFormat] = &[
    &trajectory::MiniSweAgent,
    &trajectory::SweAgent,
    &claude_stream::ClaudeStream,
    &pi::Pi,
    &opencode::OpenCode,
    &gemini_cli::GeminiCli,
    &aider::Aider,
    &amp::Amp,
    &copilot::Copilot,
    &gemini_headless::GeminiHeadless,
    &goose::Goose,
    &kimi::Kimi,
    &atif::Atif,
    &qwen_code::QwenCode,
    &claude_code::ClaudeCode,
    &codex::Codex,
    &codex_exec::CodexExec,
    &cline::Cline,
];
