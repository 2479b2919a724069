//! Counts of a call in a span's attributes, whoever wrote them.
//!
//! Instrumentations agree on the names of input and output and on little else: what was read from a cache and written to it stands
//! under a dozen names, in objects beneath the sums, in attributes of a framework of its own, or as JSON in a text. All places where
//! counts stand are flattened to names, of which the words tell the meaning (`usage/words.rs`). Names as of November 2026, from the
//! GenAI conventions, OpenInference, `OpenLLMetry`, Sentry, Logfire, Vercel's AI SDK and `MLflow`.

use serde_json::{Map, Value, json};

use crate::exchange::{HasFields, Usage};
use crate::log::body::usage::{CacheCounter, OTHER_PROMPT, cache_counter, speaks_of_cache, tokens};
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
pub(crate) fn usage(attributes: &Value, scope: Option<&str>) -> Value {
    let told = at(attributes, "/ai/response/providerMetadata").and_then(|told| unquoted(told.clone()).ok());
    let told = told.unwrap_or_default();
    if let Some(own) = of_provider(&told).or_else(|| beside_provider(&told, attributes)) {
        return own;
    }
    let mut counts = Vec::new();
    // Of OpenAI and others the AI SDK's first versions told no more than that.
    told.as_object().into_iter().flatten().for_each(|(_, told)| flatten(told, "", &mut counts));
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
    if scope.is_some_and(is_exclusive) { with_cache(usage) } else { usage.into() }
}

/// True if an instrumentation hands on what Bedrock counts, whose input leaves out what was read and written: `OpenLLMetry`'s, up to
/// 0.62 at the least (its issue 4449).
fn is_exclusive(scope: &str) -> bool {
    ["instrumentation.bedrock", "instrumentation-bedrock"].iter().any(|end| scope.ends_with(end))
}

/// The counts with a prompt that holds what was read and written. The text may say that the prompt held it before; the total was
/// summed without it and says nothing.
fn with_cache(mut usage: Map<String, Value>) -> Value {
    let count = |name: &str| usage.get(name).and_then(tokens).unwrap_or(0);
    let (input, cached) = (count("input_tokens"), count("cache_read_tokens") + count("cache_write_tokens"));
    if input > 0 && cached > 0 {
        usage.remove("total_tokens");
        usage.insert("input_tokens".into(), (input + cached).into());
        usage.insert(OTHER_PROMPT.into(), input.into());
    }
    usage.into()
}

/// Counts of a call none of which is known by its name, to be named; null where there are none.
pub(crate) fn unread(attributes: &Value) -> Value {
    let mut counts = Vec::new();
    PLACES.iter().filter_map(|place| at(attributes, place)).for_each(|place| flatten(place, "", &mut counts));
    let counts: Map<String, Value> = counts.into_iter().filter(|(_, count)| count.is_number()).collect();
    if counts.is_empty() { Value::Null } else { counts.into() }
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
fn of_provider(told: &Value) -> Option<Value> {
    let own = |provider: &Value| provider.field("usage").or_else(|| provider.field("usageMetadata")).cloned();
    let mut objects = told.as_object()?.values().filter_map(own);
    objects.find(|usage| Usage::from_json(usage).prompt_tokens.is_some())
}

/// The AI SDK's counts up to version 5, whose input is what Anthropic and Bedrock count beside reads and writes; those it keeps among
/// what the provider told.
fn beside_provider(told: &Value, attributes: &Value) -> Option<Value> {
    let own = at(attributes, "/ai/usage")?;
    if own.field("inputTokenDetails").is_some() {
        return None;
    }
    let provider = told.field("anthropic").or_else(|| told.field("bedrock"))?;
    let first = |places: &[&str]| places.iter().find_map(|place| at(provider, place).filter(|count| count.is_u64()));
    let read = first(&["/cacheReadInputTokens", "/usage/cacheReadInputTokens"]);
    let written = first(&["/cacheCreationInputTokens", "/usage/cacheWriteInputTokens", "/cacheWriteInputTokens"]);
    read.or(written)?;
    let read = read.or_else(|| own.field("cachedInputTokens"));
    let any = |names: [&str; 2]| names.iter().find_map(|name| own.field(name));
    Some(
        json!({"input_tokens": any(["inputTokens", "promptTokens"])?, "output_tokens": any(["outputTokens", "completionTokens"]),
        "cache_read_input_tokens": read, "cache_creation_input_tokens": written}),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::tracer::spans::nested;

    #[test]
    fn what_was_read_and_written_is_found_under_whatever_name() {
        let read = |pairs: &[(&str, Value)]| {
            let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
            let usage = Usage::from_json(&usage(&nested(pairs), None));
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
    fn what_a_provider_told_the_ai_sdk_is_read_beside_its_sums() {
        let read = |told: Value, sums: &[(&str, u64)]| {
            let told = ("ai.response.providerMetadata".to_owned(), json!(told.to_string()));
            let sums = sums.iter().map(|(name, count)| (format!("ai.usage.{name}"), json!(count)));
            let usage = Usage::from_json(&usage(&nested(sums.chain([told])), None));
            (usage.prompt_tokens, usage.hit_tokens, usage.written.map(|written| written.total()))
        };
        let four = json!({"anthropic": {"cacheCreationInputTokens": 6_000, "cacheReadInputTokens": 2_000}});
        let sums = [("promptTokens", 12), ("completionTokens", 50)];
        assert_eq!(read(four.clone(), &sums), (Some(8_012), Some(2_000), Some(6_000)));
        let six = [("inputTokens", 8_012), ("outputTokens", 50), ("inputTokenDetails.cacheReadTokens", 2_000)];
        assert_eq!(read(four, &six), (Some(8_012), Some(2_000), Some(6_000)), "since version 6 the input is whole");
        let bedrock = json!({"bedrock": {"usage": {"cacheReadInputTokens": 2_000, "cacheWriteInputTokens": 700}}});
        let sums = [("inputTokens", 5_000), ("outputTokens", 50), ("totalTokens", 5_050), ("cachedInputTokens", 2_000)];
        assert_eq!(read(bedrock, &sums), (Some(7_700), Some(2_000), Some(700)));
        let openai = json!({"openai": {"reasoningTokens": 1_088, "cachedPromptTokens": 1_024}});
        let sums = [("promptTokens", 2_224), ("completionTokens", 1_415)];
        assert_eq!(read(openai, &sums), (Some(2_224), Some(1_024), None));
    }

    #[test]
    fn the_input_of_openllmetrys_bedrock_leaves_out_the_cache() {
        let counts = json!({"gen_ai": {"usage": {"input_tokens": 5_000, "output_tokens": 50, "cache_read_input_tokens": 2_000}},
            "llm": {"usage": {"total_tokens": 5_050}}});
        let prompt = |scope: &str| Usage::from_json(&usage(&counts, Some(scope))).prompt_tokens;
        assert_eq!(prompt("opentelemetry.instrumentation.bedrock"), Some(7_000));
        assert_eq!(prompt("opentelemetry.instrumentation.anthropic"), Some(5_000));
    }

    #[test]
    fn a_counter_in_words_that_are_not_known_is_kept_to_be_named() {
        let attributes = json!({"gen_ai": {"usage": {"input_tokens": 100, "native": {"cached": 7}}}});
        assert_eq!(Usage::from_json(&usage(&attributes, None)).unknown_counters, ["native.cached"]);
    }
}
