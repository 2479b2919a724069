//! Events of coding agents that OpenTelemetry carries as log records: Claude Code's `api_request`, Codex's `sse_event` at the end of a
//! response, Gemini CLI's `api_response`. They tell the counts of one call each, and no texts.
//!
//! Names as of November 2026, from the tools' own pages on telemetry.

use serde_json::{Map, Value, json};

use crate::exchange::{ANTHROPIC, Exchange, HasFields, Scope};
use crate::log::body::envelope::Envelope;
use crate::log::json::{instant, text};
use crate::log::secret;
use crate::time::{SignedDuration, Timestamp};

/// The counters of an agent's event, by the names that its provider has for them.
type EventCounters = &'static [(&'static str, &'static str)];

/// Anthropic's: the input leaves out what was read and written.
const CLAUDE_CODE: EventCounters = &[
    ("input_tokens", "input_tokens"),
    ("output_tokens", "output_tokens"),
    ("cache_read_tokens", "cache_read_input_tokens"),
    ("cache_creation_tokens", "cache_creation_input_tokens"),
];

const CODEX: EventCounters = &[
    ("input_token_count", "prompt_tokens"),
    ("output_token_count", "completion_tokens"),
    ("cached_token_count", "cached_tokens"),
    ("reasoning_token_count", "reasoning_tokens"),
];

const GEMINI_CLI: EventCounters = &[
    ("input_token_count", "promptTokenCount"),
    ("output_token_count", "candidatesTokenCount"),
    ("cached_content_token_count", "cachedContentTokenCount"),
    ("thoughts_token_count", "thoughtsTokenCount"),
    ("tool_token_count", "toolUsePromptTokenCount"),
    ("total_token_count", "totalTokenCount"),
];

/// The call that an agent's event tells of; `None` where it tells of something else.
///
/// # Errors
/// A value of the wrong type.
pub(crate) fn exchange(attributes: &[(String, Value)], time: Option<Timestamp>) -> Result<Option<Exchange>, String> {
    let named = attributes.iter().rfind(|(name, _)| name == "event.name").and_then(|(_, name)| name.as_str());
    let Some(named) = named else { return Ok(None) };
    let told: Map<String, Value> = attributes.iter().cloned().collect();
    let told = Value::Object(told);
    let is_of = |agent: &str, event: &str| named.strip_prefix(agent).unwrap_or(named) == event;
    let (counters, host) = if is_of("claude_code.", "api_request") && told.field("cache_read_tokens").is_some() {
        (
            CLAUDE_CODE,
            Some(ANTHROPIC).filter(|_| told["model"].as_str().is_some_and(|model| model.starts_with("claude-"))),
        )
    } else if named == "codex.sse_event" && told.field("input_token_count").is_some() {
        // One event for each of a stream, of which only that at its end has counts.
        (CODEX, None)
    } else if ["gemini_cli.api_response", "qwen-code.api_response"].contains(&named) {
        (GEMINI_CLI, None)
    } else {
        return Ok(None);
    };
    let usage: Map<String, Value> =
        counters.iter().filter_map(|(from, to)| Some(((*to).to_owned(), told.get(*from)?.clone()))).collect();
    let mut outside = json!({"usage": usage, "model": told["model"], "host": host});
    for name in ["cost_usd", "session.id", "conversation.id"] {
        if let Some(value) = told.get(name) {
            outside[name] = value.clone();
        }
    }
    // The fast mode has prices of its own.
    if let Some(speed) = told.field("speed").filter(|speed| **speed != "normal") {
        outside["usage"]["speed"] = speed.clone();
    }
    // The event is written when the answer is there.
    let end = instant(&told, &["/event.timestamp"]).or(time);
    let took = told.field("duration_ms").and_then(|took| took.as_i64().or_else(|| took.as_str()?.parse().ok()));
    let start = end.and_then(|end| end.checked_sub(SignedDuration::from_millis(took?)).ok()).or(end);
    let exchange = Envelope { outside, ..Envelope::default() }.usage_only()?;
    let user = text(&told, &["/user.id"]).map(|user| secret::user(&user));
    Ok(Some(Exchange {
        id: text(&told, &["/request_id", "/response_id"]),
        time: start,
        end_time: end,
        scope: Scope { user, ..Scope::default() },
        ..exchange
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(attributes: &Value) -> Option<Exchange> {
        let attributes: Vec<(String, Value)> =
            attributes.as_object().unwrap().iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        exchange(&attributes, None).unwrap()
    }

    #[test]
    fn each_agent_counts_as_its_provider_does() {
        let claude = read(&json!({"event.name": "api_request", "model": "claude-sonnet-4-5", "input_tokens": "10",
            "output_tokens": 5, "cache_read_tokens": 200, "cache_creation_tokens": 30, "cost_usd": 0.01,
            "duration_ms": "2000", "event.timestamp": "2026-04-07T08:00:02Z"}))
        .unwrap();
        assert_eq!((claude.usage.prompt_tokens, claude.usage.hit_tokens), (Some(240), Some(200)));
        assert_eq!(claude.time.unwrap().to_string(), "2026-04-07T08:00:00Z");
        assert_eq!(claude.usage.logged_cost.unwrap().to_string(), "0.01");
        let codex =
            read(&json!({"event.name": "codex.sse_event", "event.kind": "response.completed", "model": "gpt-5.5",
            "input_token_count": 240, "cached_token_count": 200, "output_token_count": 5, "reasoning_token_count": 2}))
            .unwrap();
        assert_eq!(
            (codex.usage.prompt_tokens, codex.usage.hit_tokens, codex.usage.output_tokens),
            (Some(240), Some(200), Some(5))
        );
        let gemini = read(&json!({"event.name": "gemini_cli.api_response", "model": "gemini-2.5-pro", "input_token_count": 240,
            "cached_content_token_count": 200, "output_token_count": 5, "thoughts_token_count": 2, "tool_token_count": 0}))
        .unwrap();
        assert_eq!(
            (gemini.usage.prompt_tokens, gemini.usage.hit_tokens, gemini.usage.output_tokens),
            (Some(240), Some(200), Some(7))
        );
    }

    #[test]
    fn other_events_are_no_calls() {
        assert!(read(&json!({"event.name": "tool_result", "model": "claude-sonnet-4-5"})).is_none());
        assert!(read(&json!({"event.name": "codex.sse_event", "event.kind": "response.created"})).is_none());
    }
}
