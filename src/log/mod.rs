//! Logs: lines and documents of many formats become exchanges.
//!
//! The module knows the shapes in which calls are logged, not providers' rules: nothing here counts tokens.

mod anthropic;
mod api;
mod batch;
mod bedrock;
mod bedrock_log;
mod block_trace;
mod cache_control;
mod chat;
mod claude_code;
mod claude_history;
mod codex;
mod diagnose;
mod envelope;
mod failure;
mod fast_path;
mod format;
mod gemini;
mod har;
mod helicone;
mod json;
mod langfuse;
mod langsmith;
mod line;
mod litellm;
mod log_records;
mod normalized;
mod openrouter;
mod options;
mod part;
mod reader;
mod responses;
mod scan;
mod secret;
mod server;
mod sglang;
mod span_call;
mod span_event;
mod spans;
mod spool;
mod stream;
#[cfg(test)]
mod tests;
mod trace_fast_path;
mod trajectory;
mod usage;
mod usage_only;
mod value_budget;
mod vllm;

pub use diagnose::is_torn;
pub use format::{FORMATS, LogFormat, Memory, named};
pub use line::Work;
pub use options::{MAX_MEMORY, Options, Pointer};
pub use reader::{Entry, LogReader, Skip};
pub use spool::is_failure_of_machine;
