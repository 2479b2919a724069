//! Counts in a line of no known format: records of tracers and gateways that no format here describes, each of which names a model
//! and counts its tokens somewhere.
//!
//! The last resort, tried behind all other formats. A line is read only where all counts in it speak of one prompt: what sums up
//! several calls is none. Texts are not looked for, so that nothing is simulated. Seen so far: Braintrust, Datadog, Opik, `PostHog`,
//! Weave (2026-11).

use serde_json::{Map, Value, json};

use crate::exchange::{Exchange, HasFields, Usage};
use crate::log::body::envelope::Envelope;
use crate::log::body::usage::{tokens, words};
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::gateway::usage_only::{asks, is_sum, no_sum};
use crate::log::json::{instant, text};
use crate::log::reason::Reason;
use crate::time::Timestamp;

/// A line that counts tokens.
pub(crate) struct Counts;

/// Keys under which texts stand, in which nothing is looked for.
const TEXTS: [&str; 10] =
    ["messages", "prompt", "content", "tools", "choices", "input", "inputs", "contents", "text", "system"];

/// Words of the names under which the counts of several requests stand in sum.
const SUMS: [&str; 8] =
    ["total", "session", "accumulated", "aggregate", "aggregated", "overall", "conversation", "lifetime"];

const GROWING: &str =
    "counts that grow from line to line (cumulative): only the counts of each request by itself can be read";

/// Keys of pages, whose elements are read by themselves.
const PAGES: [&str; 3] = ["data", "runs", "spans"];

/// Objects within objects that are looked into.
const DEEPEST: usize = 5;

/// Fields that are looked at.
const MOST_FIELDS: usize = 2000;

/// Names under which such lines say who was called, beside those that all formats know.
const MODELS: [&str; 5] = ["model", "model_name", "modelId", "model_id", "response_model"];
const SELLERS: [&str; 4] = ["provider", "model_provider", "custom_llm_provider", "ai_provider"];
const HOSTS: [&str; 4] = ["base_url", "api_base", "url", "host"];

/// Fields of a line that all formats know: its id and its times.
const KEPT: [&str; 10] =
    ["id", "timestamp", "time", "ts", "created_at", "start_time", "startTime", "started_at", "end_time", "ended_at"];

impl LogFormat for Counts {
    fn name(&self) -> &'static str {
        "counts"
    }

    fn about(&self) -> &'static str {
        "lines of any other format that name a model and count the tokens of one request"
    }

    fn lacks(&self) -> Option<&'static str> {
        Some("the format is not known: counts were read by their names, texts were not read, nothing is simulated")
    }

    fn recognises(&self, line: &Value) -> bool {
        // A request that asks in the shape of no API is refused with that reason.
        !asks(line) && found(line).is_some()
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(Self)
    }
}

impl FormatReader for Counts {
    fn line(&mut self, line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        no_sum(&line)?;
        let found = found(&line).ok_or("no token counts of a request")?;
        if found.speaks_of(&["cumulative", "running"]) {
            return Err(GROWING.into());
        }
        let is_told = is_sum(&line) || found.speaks_of(&SUMS);
        let exchange = Envelope { outside: found.outside, ..Envelope::default() }.usage_only()?;
        let exchange = Exchange { time: exchange.time.or(found.start), ..exchange };
        // A call has a time or an id wherever calls are logged; totals of a session have neither.
        let is_perhaps_sum = exchange.time.is_none() && exchange.end_time.is_none() && exchange.id.is_none();
        let exchange = context.in_sum(exchange, is_told);
        Ok(vec![exchange.in_sum(is_told || is_perhaps_sum)])
    }
}

/// A call that was found in a line.
struct Found {
    outside: Value,
    /// The start by the clocks of computers, where none stands at the usual places.
    start: Option<Timestamp>,
    /// The key of the object that has the counts; empty for the line itself.
    key: String,
}

impl Found {
    /// True if the name of what has the counts has one of these words.
    fn speaks_of(&self, any: &[&str]) -> bool {
        words(&self.key).iter().any(|word| any.contains(&word.as_str()))
    }
}

/// The parts of a line that are looked at, by their names without a tracer's own beginning.
#[derive(Default)]
struct Fields<'a> {
    usages: Vec<(Usage, Value, &'a str)>,
    named: Vec<(&'a str, &'a Value)>,
    left: usize,
}

fn found(line: &Value) -> Option<Found> {
    let mut found = Fields { left: MOST_FIELDS, ..Fields::default() };
    found.walk(line.as_object()?, "", DEEPEST);
    let (usage, key) = found.usage()?;
    let first = |names: &[&str]| {
        let named = |wanted: &&str| {
            found.named.iter().find(|(name, value)| name == wanted && value.is_string()).map(|(_, value)| *value)
        };
        names.iter().find_map(named)
    };
    let model = first(&MODELS)?;
    let mut outside = json!({"usage": usage, "model": model, "provider": first(&SELLERS), "host": first(&HOSTS)});
    for key in KEPT {
        if let Some(value) = line.field(key) {
            outside[key] = value.clone();
        }
    }
    let start = instant(line, &["/created", "/metrics/start"]).or_else(|| {
        let nanoseconds = text(line, &["/start_ns"])?.parse().ok()?;
        Timestamp::from_nanosecond(nanoseconds).ok()
    });
    Some(Found { outside, start, key })
}

impl<'a> Fields<'a> {
    fn walk(&mut self, map: &'a Map<String, Value>, named: &'a str, depth: usize) {
        // A prompt and an answer at the least.
        if map.values().filter(|value| tokens(value).is_some()).count() >= 2 {
            let counts = plain(map);
            let read = Usage::from_json(&counts);
            if read.prompt_tokens.is_some() && read.output_tokens.is_some() {
                self.usages.push((read, counts, named));
            }
        }
        for (key, value) in map {
            self.left = self.left.saturating_sub(1);
            self.named.push((key.strip_prefix("$ai_").unwrap_or(key), value));
            if let Value::Object(inner) = value
                && depth > 0
                && self.left > 0
                && !is_passed_over(key)
            {
                self.walk(inner, key, depth - 1);
            }
        }
    }

    /// The counts that say most, where all speak of one call: the same answer, and the same prompt or what of it was not cached.
    fn usage(&mut self) -> Option<(Value, String)> {
        self.usages.sort_by_key(|(usage, ..)| std::cmp::Reverse(usage.known()));
        let (most, counts, key) = self.usages.first()?;
        let cached = most.hit_tokens.unwrap_or(0) + most.written.map_or(0, |written| written.total());
        let is_of_it = |usage: &Usage| {
            let rest = most.prompt_tokens.and_then(|prompt| prompt.checked_sub(usage.prompt_tokens?));
            usage.output_tokens == most.output_tokens && rest.is_some_and(|rest| rest == 0 || rest == cached)
        };
        self.usages.iter().all(|(usage, ..)| is_of_it(usage)).then(|| (counts.clone(), (*key).to_owned()))
    }
}

/// True if nothing is looked for under this key.
fn is_passed_over(key: &str) -> bool {
    TEXTS.contains(&key) || PAGES.contains(&key)
}

/// The counts of an object by names that all usage has. `PostHog` counts as the provider does, Anthropic's input without the cache's,
/// or says in a field of its own which of both it did.
fn plain(map: &Map<String, Value>) -> Value {
    let provider = map.field("$ai_provider").and_then(Value::as_str);
    let is_told = map.field("$ai_cache_reporting_exclusive").and_then(Value::as_bool);
    let is_inclusive =
        provider.is_some_and(|name| name != "anthropic") && is_told != Some(true) || is_told == Some(false);
    let name = |key: &str| match key.strip_prefix("$ai_") {
        Some("cache_read_input_tokens") if is_inclusive => "cache_read_tokens".to_owned(),
        Some("cache_creation_input_tokens") if is_inclusive => "cache_write_tokens".to_owned(),
        plain => plain.unwrap_or(key).to_owned(),
    };
    let is_count = |(key, value): &(&String, &Value)| match value {
        Value::Object(_) => !is_passed_over(key),
        value => !value.is_array(),
    };
    map.iter().filter(is_count).map(|(key, value)| (name(key), value.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &Value) -> Option<(Option<String>, Option<u64>, Option<u64>)> {
        let exchange = Counts
            .recognises(line)
            .then(|| Counts.line(line.clone(), &mut LineContext::default()).unwrap().remove(0))?;
        Some((exchange.request.model.clone(), exchange.usage.prompt_tokens, exchange.usage.hit_tokens))
    }

    #[test]
    fn counts_are_found_wherever_a_tracer_keeps_them() {
        let expected = Some((Some("gpt-4o".to_owned()), Some(100), Some(60)));
        for line in [
            json!({"created": "2026-04-07T08:00:00Z", "metadata": {"model": "gpt-4o"},
                "metrics": {"prompt_tokens": 100, "completion_tokens": 7, "prompt_cached_tokens": 60, "start": 1.0}}),
            json!({"event": "$ai_generation", "properties": {"$ai_model": "gpt-4o", "$ai_provider": "openai", "$ai_input_tokens": 100,
                "$ai_output_tokens": 7, "$ai_cache_read_input_tokens": 60}}),
            json!({"meta": {"model_name": "gpt-4o"}, "start_ns": 1_788_948_000_000_000_000_u64,
                "metrics": {"input_tokens": 100, "output_tokens": 7, "cached_input_tokens": 60}}),
            json!({"inputs": {"model": "gpt-4o"}, "output": {"model": "gpt-4o", "usage": {"prompt_tokens": 100,
                "completion_tokens": 7, "prompt_tokens_details": {"cached_tokens": 60}}},
                "summary": {"usage": {"gpt-4o": {"prompt_tokens": 100, "completion_tokens": 7}}}}),
        ] {
            assert_eq!(read(&line), expected, "{line}");
        }
    }

    #[test]
    fn sums_over_calls_and_counts_without_a_model_are_no_call() {
        let counts = |prompt: u64, output: u64| json!({"prompt_tokens": prompt, "completion_tokens": output});
        assert_eq!(read(&json!({"usage": counts(100, 7)})), None);
        assert_eq!(read(&json!({"model": "m", "first": counts(100, 7), "second": counts(90, 5)})), None);
        assert_eq!(read(&json!({"model": "m", "first": counts(100, 7), "second": counts(90, 7)})), None);
        assert_eq!(read(&json!({"request": {"model": "m", "inputs": "hi"}, "counts": counts(100, 7)})), None);
    }
}
