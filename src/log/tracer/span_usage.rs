//! Counts of a call in a span's attributes, whoever wrote them.
//!
//! Instrumentations agree on the names of input and output and on little else: what was read from a cache and written to it stands
//! under a dozen names, in objects beneath the sums, in attributes of a framework of its own, or as JSON in a text. All places where
//! counts stand are flattened to names, of which the words tell the meaning (`usage/words.rs`). Names as of November 2026, from the
//! GenAI conventions, OpenInference, `OpenLLMetry`, Sentry, Logfire, Vercel's AI SDK and `MLflow`.

use serde_json::{Map, Value, json};

use crate::exchange::{HasFields, Usage};
use crate::log::body::usage::{CacheCounter, cache_counter, speaks_of_cache, tokens};
use crate::log::json::{at, unquoted};
use crate::log::tracer::spans::ITSELF;

/// Places of attributes that keep counts.
const PLACES: [&str; 5] = ["/gen_ai/usage", "/llm/usage", "/llm/token_count", "/llm/anthropic/usage", "/ai/usage"];

/// Attributes that hold an object of counts as JSON.
const TEXTS: [&str; 1] = ["/mlflow/chat/tokenUsage"];

/// Names of the prompt, the answer, its reasoning and the sum, those of the conventions first.
const SUMS: [(&str, &[&str]); 4] = [
    ("input_tokens", &["input_tokens", "prompt_tokens", "prompt", "inputTokens", "promptTokens"]),
    ("output_tokens", &["output_tokens", "completion_tokens", "completion", "outputTokens", "completionTokens"]),
    (
        "reasoning_tokens",
        &[
            "reasoning.output_tokens",
            "reasoning_tokens",
            "output_tokens.reasoning",
            "details.reasoning_tokens",
            "completion_details.reasoning",
            "reasoningTokens",
            "outputTokenDetails.reasoningTokens",
        ],
    ),
    ("total_tokens", &["total_tokens", "total", "totalTokens"]),
];

/// The counts by names of gateways, whose prompt may leave out what was read and written; null where there are none. A provider's own
/// object that the AI SDK hands on is taken as it is. Counters that speak of a cache in words that are not known go with them, to be
/// named.
pub(crate) fn usage(attributes: &Value) -> Value {
    if let Some(own) = of_provider(attributes) {
        return own;
    }
    let mut counts = Vec::new();
    PLACES.iter().filter_map(|place| at(attributes, place)).for_each(|place| flatten(place, "", &mut counts));
    for place in TEXTS.iter().filter_map(|place| at(attributes, place)) {
        flatten(&unquoted(place.clone()).unwrap_or_default(), "", &mut counts);
    }
    let named = |names: &[&str]| names.iter().find_map(|name| counts.iter().find(|(known, _)| known == name));
    let sums = SUMS.iter().filter_map(|(name, names)| Some(((*name).to_owned(), named(names)?.1.clone())));
    let mut usage: Map<String, Value> = sums.collect();
    if !usage.contains_key("input_tokens") && !usage.contains_key("output_tokens") {
        return Value::Null;
    }
    add_cache(&counts, &mut usage);
    usage.into()
}

/// Adds what was read and written; of several names for one the first that is not zero, the shortest first.
fn add_cache(counts: &[(String, Value)], usage: &mut Map<String, Value>) {
    // A zero may stand under one name beside the count under another.
    let mut ordered: Vec<&(String, Value)> = counts.iter().collect();
    ordered.sort_by_key(|(name, value)| (tokens(value) == Some(0), name.len(), name.clone()));
    let mut written_by_lifetime = Map::new();
    for (name, value) in ordered {
        let is_sum = SUMS.iter().any(|(_, names)| names.contains(&name.as_str()));
        match cache_counter(name).filter(|_| !is_sum) {
            Some(CacheCounter::Read) => _ = usage.entry("cache_read_tokens").or_insert_with(|| value.clone()),
            Some(CacheCounter::Written(None)) => {
                usage.entry("cache_write_tokens").or_insert_with(|| value.clone());
            }
            Some(CacheCounter::Written(Some(lifetime))) => {
                written_by_lifetime.entry(format!("ttl_{lifetime}_tokens")).or_insert_with(|| value.clone());
            }
            None if speaks_of_cache(name) => _ = usage.entry(name.clone()).or_insert_with(|| value.clone()),
            Some(CacheCounter::Missed) | None => {}
        }
    }
    if !written_by_lifetime.is_empty() {
        usage.insert("input_tokens_details".into(), json!({"cache_write_tokens_details": written_by_lifetime}));
    }
}

/// Counts by the names of the steps that lead to them.
fn flatten(counts: &Value, path: &str, into: &mut Vec<(String, Value)>) {
    for (key, value) in counts.as_object().into_iter().flatten() {
        let path = match (path, key.as_str()) {
            ("", key) => key.to_owned(),
            // An attribute that is a count and has others below its name, as `prompt_tokens` and `prompt_tokens.cached`.
            (path, ITSELF) => path.to_owned(),
            (path, key) => format!("{path}.{key}"),
        };
        match value {
            Value::Object(_) => flatten(value, &path, into),
            Value::Null => {}
            value => into.push((path, value.clone())),
        }
    }
}

/// The provider's own counts, which the AI SDK keeps as JSON beside its own.
fn of_provider(attributes: &Value) -> Option<Value> {
    let told = unquoted(at(attributes, "/ai/response/providerMetadata")?.clone()).ok()?;
    let mut objects = told.as_object()?.values().filter_map(|provider| provider.field("usage"));
    objects.find(|usage| Usage::from_json(usage).prompt_tokens.is_some()).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::tracer::spans::nested;

    #[test]
    fn what_was_read_and_written_is_found_under_whatever_name() {
        let read = |pairs: &[(&str, Value)]| {
            let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
            let usage = Usage::from_json(&usage(&nested(pairs)));
            (usage.prompt_tokens, usage.hit_tokens, usage.written.map(|written| (written.total(), written.hour)))
        };
        let sums = ("gen_ai.usage.input_tokens", json!(100));
        let expected = (Some(100), Some(60), Some((30, 0)));
        for (hits, writes) in [
            ("gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_creation.input_tokens"),
            ("gen_ai.usage.cache_read_input_tokens", "gen_ai.usage.cache_creation_input_tokens"),
            ("gen_ai.usage.input_tokens.cached", "gen_ai.usage.input_tokens.cache_write"),
            ("gen_ai.usage.details.cache_read_tokens", "gen_ai.usage.details.cache_write_tokens"),
            ("gen_ai.usage.input_cache_read_tokens", "gen_ai.usage.input_cache_write_tokens"),
            ("gen_ai.usage.input_token_details.cache_read", "gen_ai.usage.input_token_details.cache_creation"),
            ("llm.anthropic.usage.cache_read_input_tokens", "llm.anthropic.usage.cache_creation_input_tokens"),
            ("llm.token_count.prompt_details.cache_read", "llm.token_count.prompt_details.cache_write"),
            ("ai.usage.cachedInputTokens", "ai.usage.inputTokenDetails.cacheWriteTokens"),
        ] {
            assert_eq!(read(&[sums.clone(), (hits, json!(60)), (writes, json!(30))]), expected, "{hits}");
        }
        let hour = ("gen_ai.usage.cache_creation.ephemeral_1h_input_tokens", json!(30));
        let hits = ("gen_ai.usage.cached_tokens", json!(60));
        assert_eq!(read(&[sums.clone(), hits, hour]), (Some(100), Some(60), Some((30, 30))));
        let told = json!({"anthropic": {"usage": {"input_tokens": 10, "cache_read_input_tokens": 60,
            "cache_creation_input_tokens": 30}}});
        let told = ("ai.response.providerMetadata", json!(told.to_string()));
        assert_eq!(read(&[sums, told]), expected);
        let mlflow = json!(json!({"input_tokens": 100, "cache_read_input_tokens": 60}).to_string());
        assert_eq!(read(&[("mlflow.chat.tokenUsage", mlflow)]), (Some(100), Some(60), None));
    }

    #[test]
    fn a_counter_in_words_that_are_not_known_is_kept_to_be_named() {
        let attributes = json!({"gen_ai": {"usage": {"input_tokens": 100, "native": {"cached": 7}}}});
        assert_eq!(Usage::from_json(&usage(&attributes)).unknown_counters, ["native.cached"]);
    }
}
