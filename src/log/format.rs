//! The registry of log formats, and which of them a line is.

use serde_json::Value;

use super::api::{APIS, Bodies};
use super::options::Owner;
use super::{
    Skip, batch, bedrock_log, block_trace, claude_code, codex, envelope, har, helicone, langfuse, langsmith, litellm,
    log_records, normalized, openrouter, secret, server, sglang, spans, trajectory, usage_only, vllm,
};
use crate::exchange::{Exchange, Place};

/// A shape in which exchanges are logged, one JSON value a line or a document.
pub trait LogFormat: Sync {
    /// Its name on the command line.
    fn name(&self) -> &'static str;
    /// What it is, in one line.
    fn about(&self) -> &'static str;
    /// What logs of this format never hold and what that costs, where there is such a thing.
    fn lacks(&self) -> Option<&'static str> {
        None
    }
    /// Whether a line has this shape, judged by the keys it cannot do without. A line of plain text is a JSON string.
    fn recognises(&self, line: &Value) -> bool;
    /// Reads a line it recognises: one exchange, several, or none yet where a format spans lines.
    ///
    /// # Errors
    /// What is missing or of the wrong type, in words that complete "line 3: …".
    fn read(&self, line: Value, memory: &mut Memory) -> Result<Vec<Exchange>, String>;
}

/// What formats remember that span lines or files.
#[derive(Default)]
pub struct Memory {
    /// The line that is being read.
    pub(super) place: Place,
    /// Whom it names as the cache's owner. An exchange of one line is given it by the reader; what spans lines asks the line of
    /// the request first.
    pub(super) owner: Owner,
    /// What in it could not be read, beside what could.
    pub(super) skips: Vec<String>,
    /// What is to be said of it, or of lines before it.
    pub(super) remarks: Vec<Skip>,
    pub(super) batch: batch::Waiting,
    pub(super) claude_code: claude_code::Sessions,
    pub(super) codex: codex::Sessions,
    pub(super) log_records: log_records::Spans,
    pub(super) server: server::Server,
    /// The server-sent events that are being read.
    pub(super) stream: usage_only::Stream,
}

impl Memory {
    /// What could be read of an entry of the line that is called so; of what could not, why.
    pub(super) fn called<T: IntoIterator<Item = Exchange>>(
        &mut self,
        entry: impl FnOnce() -> String,
        read: Result<T, String>,
    ) -> Option<Exchange> {
        match read {
            Ok(found) => found.into_iter().next().map(|exchange| exchange.with_entry(entry())),
            // One that cannot be read does not spoil the others.
            Err(reason) => {
                self.skips.push(format!("{}: {reason}", entry()));
                None
            }
        }
    }

    /// The next exchange that is complete because its source has ended. They are made one by one: each holds all before it.
    pub(super) fn next_of_source(&mut self) -> Option<Exchange> {
        let next = self.claude_code.next(&mut self.remarks, true);
        let mut next = next.or_else(|| self.codex.end_source());
        next.iter_mut().for_each(secret::hide);
        let next = next.or_else(|| self.end_of_stream());
        if next.is_none() {
            self.claude_code.forget_source();
        }
        next
    }

    /// What is complete because the events have ended.
    pub(super) fn end_of_stream(&mut self) -> Option<Exchange> {
        let mut exchange = self.stream.finish(&mut self.remarks);
        exchange.iter_mut().for_each(secret::hide);
        exchange
    }

    /// What is complete because there are no more sources.
    pub(super) fn end(&mut self) -> Vec<Exchange> {
        let mut exchanges = self.batch.end(&mut self.remarks);
        exchanges.iter_mut().for_each(secret::hide);
        self.remarks.extend(std::mem::take(&mut self.server).end());
        exchanges
    }
}

/// All formats, in the order in which a line is tried.
pub const FORMATS: &[&dyn LogFormat] = &[
    &normalized::Normalized,
    &block_trace::BlockTraceLine,
    &block_trace::BlockTraceFile,
    &sglang::RequestLog,
    &vllm::RequestLog,
    &har::Har,
    &spans::Otlp,
    &log_records::LogRecords,
    &trajectory::MiniSweAgent,
    &trajectory::SweAgent,
    &batch::Batch,
    &bedrock_log::InvocationLog,
    &claude_code::ClaudeCode,
    &codex::Codex,
    &litellm::LiteLlm,
    &langfuse::Langfuse,
    &langsmith::LangSmith,
    &helicone::Helicone,
    &spans::SpanRow,
    &openrouter::Generation,
    &Bodies(APIS[0]),
    &Bodies(APIS[1]),
    &Bodies(APIS[2]),
    &Bodies(APIS[3]),
    &Bodies(APIS[4]),
    &Bodies(APIS[5]),
    &usage_only::UsageOnly,
];

/// The format of that name.
pub fn named(name: &str) -> Option<&'static dyn LogFormat> {
    FORMATS.iter().copied().find(|format| format.name() == name)
}

/// The format of a line: the one that is named for all, where it is of that.
///
/// # Errors
/// What the line seems to be instead.
pub(super) fn of(line: &Value, named: Option<&'static dyn LogFormat>) -> Result<&'static dyn LogFormat, String> {
    match named {
        None => detect(line),
        Some(named) if named.recognises(line) => Ok(named),
        Some(named) => Err(match detect(line) {
            Ok(other) => format!("not of the format {} but of {}; leave --log-format out", named.name(), other.name()),
            Err(hint) => format!("not of the format {}: {hint}", named.name()),
        }),
    }
}

/// The format of a line.
///
/// # Errors
/// A hint at what the line seems to be instead.
pub(super) fn detect(line: &Value) -> Result<&'static dyn LogFormat, String> {
    FORMATS.iter().copied().find(|format| format.recognises(line)).ok_or_else(|| unrecognised(line))
}

/// Says what an unrecognised line seems to be.
fn unrecognised(line: &Value) -> String {
    match line {
        Value::Object(map) if map.contains_key("request") => {
            let body = envelope::body(line);
            super::api::of_request(body).err().unwrap_or_else(|| "the request is of no known API".into())
        }
        Value::Object(map) if ["choices", "candidates", "output"].iter().any(|key| map.contains_key(*key)) => {
            "a response without its request: log both, as {\"request\": …, \"response\": …}".into()
        }
        Value::Object(map) if map.contains_key("log") => no_har(&map["log"]),
        // Its keys are not shown: they may be anything, a prompt or an API key too.
        Value::Object(map) => {
            format!(
                "no known log format (no `messages`, `prompt`, `request` or `hash_ids` among its {} keys)",
                map.len()
            )
        }
        _ => "not a JSON object".into(),
    }
}

/// Says what a `log` is that is none of HAR's, and what to do where the calls may be within it.
fn no_har(log: &Value) -> String {
    let (found, within) = match log {
        Value::Array(_) => ("a list", Some("jq -c '.log[]'")),
        // Containers' logs have each line of the program as a text.
        Value::String(_) => ("a text", Some("jq -r '.log'")),
        Value::Object(log) => match log.get("entries") {
            Some(Value::Array(_)) => ("an object whose `entries` have no `request`", Some("jq -c '.log.entries[]'")),
            Some(_) => ("an object whose `entries` are no list", None),
            None => ("an object without `entries`", None),
        },
        _ => ("neither an object nor a list", None),
    };
    match within {
        Some(filter) => format!(
            "no HAR file: `log` is {found}; where the calls are in it, take them out: {filter} LOG | cachecheck parse -"
        ),
        None => format!("no HAR file: `log` is {found}; export it as \"HAR with content\""),
    }
}
