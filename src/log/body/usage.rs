//! Usage objects: the many ways providers report tokens, as one.
//!
//! Shapes as of November 2026, from the providers' SDK types. An absent field stays unknown. Contradictions are reported, not
//! repaired.

use std::cell::Cell;

use serde_json::Value;

use crate::exchange::{Family, Usage, Written};
use crate::log::json::at;

/// No request has more tokens than this; a larger number is no count of tokens, and could not be summed.
pub(crate) const MOST_TOKENS: u64 = 1_000_000_000_000;

/// Where hits stand in the inclusive family: DeepSeek, OpenAI Chat Completions and Responses, Gemini, Codex, LangChain,
/// Langfuse, LiteLLM, and llama.cpp's timings.
const HITS: [&str; 14] = [
    "/prompt_cache_hit_tokens",
    "/prompt_tokens_details/cached_tokens",
    "/input_tokens_details/cached_tokens",
    "/cached_tokens",
    "/cachedContentTokenCount",
    "/cached_content_token_count",
    "/cached_input_tokens",
    "/input_token_details/cache_read",
    "/input_cached_tokens",
    "/native_tokens_cached",
    "/prompt_cache_read_tokens",
    "/cache_read_input_tokens",
    "/total_cached_tokens",
    "/cache_n",
];

/// A number of tokens; `None` for what cannot be one.
pub(crate) fn tokens(value: &Value) -> Option<u64> {
    let tokens = match value {
        // Tables of data frames write whole numbers as 9.0, tables of text as "9".
        Value::Number(number) => number.as_u64().or_else(|| whole(number.as_f64()?)),
        Value::String(digits) => digits.parse().ok(),
        _ => None,
    };
    tokens.filter(|tokens| *tokens <= MOST_TOKENS)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number within what tokens may be")]
fn whole(number: f64) -> Option<u64> {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    let is_count = number.fract() == 0.0 && (0.0..=MOST_TOKENS as f64).contains(&number);
    is_count.then_some(number as u64)
}

/// True if a value stands where tokens are counted and is no number of tokens: negative, broken, beyond all measure.
pub(crate) fn is_unreadable(value: &Value) -> bool {
    (value.is_number() || value.is_string()) && tokens(value).is_none()
}

impl Written {
    /// By their lifetime: `total` of them, those whose lifetime is known first.
    fn new(total: u64, known: [(&str, Option<u64>); 4]) -> (Self, bool) {
        let mut written = Self::default();
        for (lifetime, tokens) in known {
            let tokens = tokens.unwrap_or(0);
            match lifetime {
                "5m" => written.five_minutes += tokens,
                "30m" => written.half_hour += tokens,
                "1h" => written.hour += tokens,
                _ => written.half_day += tokens,
            }
        }
        let contradicts = written.total() > total;
        written.unstated = total.saturating_sub(written.total());
        (written, contradicts)
    }
}

/// Counts by JSON pointer.
struct Counts<'a> {
    usage: &'a Value,
    /// True if something that was asked for is there and is no count.
    has_unreadable: Cell<bool>,
}

impl<'a> Counts<'a> {
    fn of(usage: &'a Value) -> Self {
        Self { usage, has_unreadable: Cell::new(false) }
    }

    fn first(&self, pointers: &[&str]) -> Option<u64> {
        pointers.iter().find_map(|pointer| {
            let value = at(self.usage, pointer)?;
            self.has_unreadable.set(self.has_unreadable.get() || is_unreadable(value));
            tokens(value)
        })
    }
}

impl Usage {
    /// Reads a usage object of any provider.
    pub fn from_json(usage: &Value) -> Self {
        let has = |key: &str| usage.get(key).is_some();
        let anthropic = !has("prompt_tokens")
            && has("input_tokens")
            && ["cache_read_input_tokens", "cache_creation_input_tokens", "cache_creation"].into_iter().any(has);
        let bedrock = has("inputTokens") || has("inputTokenCount");
        let counts = Counts::of(usage);
        let read = if anthropic || bedrock { Self::exclusive(&counts) } else { Self::inclusive(&counts) };
        let service_tier = usage.get("service_tier").and_then(Value::as_str).map(str::to_owned);
        Self { service_tier, contradicts: read.contradicts || counts.has_unreadable.get(), ..read }
    }

    /// How much of it is known: counts, and of what was written how long it lives.
    pub(crate) fn known(&self) -> usize {
        let lasting = self.written.map(|written| written.total() - written.unstated).filter(|tokens| *tokens > 0);
        let written = self.written.map(|written| written.total());
        [self.prompt_tokens, self.hit_tokens, written, lasting, self.output_tokens].iter().flatten().count()
    }

    /// The usage of a response's body, wherever its API keeps it.
    pub(crate) fn of_response(body: &Value) -> Option<Self> {
        let keys = ["/usage", "/usageMetadata", "/usage_metadata"];
        let usage = keys.iter().find_map(|key| at(body, key).filter(|usage| usage.is_object()));
        let usage = usage.map(Self::from_json);
        let timings = body.get("timings").map(|timings| Counts::of(timings).first(&["/cache_n"]));
        match (usage, timings.flatten()) {
            (Some(usage), hit) => Some(Self { hit_tokens: usage.hit_tokens.or(hit), ..usage }),
            (None, hit) => hit.map(|hit| Self { hit_tokens: Some(hit), ..Self::default() }),
        }
    }

    fn inclusive(counts: &Counts) -> Self {
        const PROMPT: [&str; 7] = [
            "/prompt_tokens",
            "/input_tokens",
            "/promptTokenCount",
            "/prompt_token_count",
            "/input",
            "/native_tokens_prompt",
            "/tokens_prompt",
        ];
        let gemini_output = || {
            let answer = counts.first(&["/candidatesTokenCount", "/candidates_token_count"])?;
            Some(answer + counts.first(&["/thoughtsTokenCount", "/thoughts_token_count"]).unwrap_or(0))
        };
        let hit_tokens = counts.first(&HITS);
        let miss_tokens = counts.first(&["/prompt_cache_miss_tokens"]);
        let prompt_tokens = counts.first(&PROMPT).or_else(|| Some(hit_tokens? + miss_tokens?));
        let (written, is_split_wrongly) = Self::written_inclusive(counts).unzip();
        let known = hit_tokens.unwrap_or(0) + written.map_or(0, |written: Written| written.total());
        let is_too_much = prompt_tokens.is_some_and(|prompt| known > prompt);
        let parts = hit_tokens.zip(miss_tokens).map(|(hit, miss)| hit + miss);
        let misses = prompt_tokens.zip(parts).is_some_and(|(prompt, parts)| prompt != parts);
        let differs = HITS.iter().any(|hit| counts.first(&[hit]).is_some_and(|told| Some(told) != hit_tokens));
        let outputs =
            ["/completion_tokens", "/output_tokens", "/output", "/native_tokens_completion", "/tokens_completion"];
        Self {
            prompt_tokens,
            hit_tokens,
            written,
            output_tokens: counts.first(&outputs).or_else(gemini_output),
            reasoning_tokens: counts.first(&[
                "/completion_tokens_details/reasoning_tokens",
                "/output_tokens_details/reasoning_tokens",
                "/thoughtsTokenCount",
                "/thoughts_token_count",
                "/reasoning_output_tokens",
                "/output_token_details/reasoning",
                "/native_tokens_reasoning",
            ]),
            contradicts: is_split_wrongly.unwrap_or(false) || is_too_much || misses || differs,
            family: prompt_tokens.map(|_| Family::Inclusive),
            ..Self::default()
        }
    }

    fn written_inclusive(counts: &Counts) -> Option<(Written, bool)> {
        let of_langchain =
            |lifetime: &str| counts.first(&[&format!("/input_token_details/ephemeral_{lifetime}_input_tokens")]);
        let split = [of_langchain("5m"), of_langchain("1h")].into_iter().flatten().reduce(|a, b| a + b);
        let total = counts.first(&[
            "/prompt_tokens_details/cache_write_tokens",
            "/input_tokens_details/cache_write_tokens",
            "/prompt_tokens_details/cache_creation_tokens",
            "/input_token_details/cache_creation",
            "/cache_creation_input_tokens",
            "/cache_write_input_tokens",
            "/prompt_cache_write_tokens",
            "/cache_write_tokens",
        ]);
        // LangChain takes what it knows the lifetime of out of the sum.
        let total = total.filter(|total| *total > 0 || split.is_none()).or(split)?;
        let details = |lifetime: &str| {
            let pointer =
                |side: &str| format!("/{side}_tokens_details/cache_write_tokens_details/ttl_{lifetime}_tokens");
            counts.first(&[&pointer("input"), &pointer("prompt")])
        };
        let known = [
            ("5m", details("5m").or_else(|| of_langchain("5m"))),
            ("30m", details("30m")),
            ("1h", details("1h").or_else(|| of_langchain("1h"))),
            ("12h", details("12h")),
        ];
        Some(Written::new(total, known))
    }

    fn exclusive(counts: &Counts) -> Self {
        let fresh = counts.first(&["/input_tokens", "/inputTokens", "/inputTokenCount"]);
        let hit = counts.first(&["/cache_read_input_tokens", "/cacheReadInputTokens", "/cacheReadInputTokenCount"]);
        let (written, contradicts) = Self::written_exclusive(counts).unzip();
        let prompt =
            fresh.map(|fresh| fresh + hit.unwrap_or(0) + written.map_or(0, |written: Written| written.total()));
        // What cannot be read is not zero: then the sum is not known either.
        let prompt = prompt.filter(|_| !counts.has_unreadable.get());
        Self {
            prompt_tokens: prompt,
            hit_tokens: hit,
            written,
            output_tokens: counts.first(&["/output_tokens", "/outputTokens", "/outputTokenCount"]),
            reasoning_tokens: counts.first(&["/output_tokens_details/thinking_tokens"]),
            contradicts: contradicts.unwrap_or(false),
            family: prompt.map(|_| Family::Exclusive),
            ..Self::default()
        }
    }

    fn written_exclusive(counts: &Counts) -> Option<(Written, bool)> {
        let ttl = |lifetime: &str| {
            let details = counts.usage.get("cacheDetails").and_then(Value::as_array)?;
            let detail = details.iter().find(|detail| detail["ttl"] == lifetime)?;
            detail.get("inputTokens").and_then(tokens)
        };
        let known = [
            ("5m", counts.first(&["/cache_creation/ephemeral_5m_input_tokens"]).or_else(|| ttl("5m"))),
            ("30m", None),
            ("1h", counts.first(&["/cache_creation/ephemeral_1h_input_tokens"]).or_else(|| ttl("1h"))),
            ("12h", None),
        ];
        let sum = known.iter().filter_map(|(_, tokens)| *tokens).reduce(|a, b| a + b);
        let pointers = ["/cache_creation_input_tokens", "/cacheWriteInputTokens", "/cacheWriteInputTokenCount"];
        Some(Written::new(counts.first(&pointers).or(sum)?, known))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_absent_field_is_unknown_and_a_zero_is_zero() {
        let without = Usage::from_json(&json!({"prompt_tokens": 7673, "completion_tokens": 2}));
        assert_eq!((without.prompt_tokens, without.hit_tokens), (Some(7673), None));
        let with = Usage::from_json(&json!({"input_tokens": 7685, "input_tokens_details": {"cached_tokens": 0}}));
        assert_eq!((with.prompt_tokens, with.hit_tokens), (Some(7685), Some(0)));
    }

    #[test]
    fn hit_and_miss_that_do_not_add_up_are_reported() {
        let usage = |hit: u64, miss: u64| {
            Usage::from_json(
                &json!({"prompt_tokens": 100, "prompt_cache_hit_tokens": hit, "prompt_cache_miss_tokens": miss}),
            )
        };
        assert!(!usage(64, 36).contradicts);
        assert!(usage(64, 35).contradicts);
        assert_eq!(usage(u64::MAX, 35).hit_tokens, None);
    }

    #[test]
    fn one_contradiction_does_not_hide_another() {
        let contradicts = |usage: Value| Usage::from_json(&usage).contradicts;
        let counts = json!({"prompt_tokens": 100, "prompt_cache_hit_tokens": 64, "prompt_cache_miss_tokens": 36});
        let mut written = counts.clone();
        written["cache_write_tokens"] = 90.into();
        assert!(!contradicts(counts) && contradicts(written));
        let told_twice = |other: u64| json!({"prompt_tokens": 100, "cached_tokens": other, "prompt_tokens_details": {"cached_tokens": 0}});
        assert!(!contradicts(told_twice(0)) && contradicts(told_twice(70)));
    }

    #[test]
    fn what_langchain_knows_the_lifetime_of_is_written_beside_the_sum() {
        let read = |sum: Option<u64>| {
            let details = json!({"cache_read": 10, "cache_creation": sum, "ephemeral_5m_input_tokens": 50,
                "ephemeral_1h_input_tokens": 20});
            Usage::from_json(&json!({"input_tokens": 100, "output_tokens": 1, "input_token_details": details}))
        };
        for usage in [read(Some(0)), read(None), read(Some(70))] {
            assert_eq!(usage.written, Some(Written { five_minutes: 50, hour: 20, ..Written::default() }));
            assert!(!usage.contradicts);
        }
        assert!(read(Some(60)).contradicts);
    }

    #[test]
    fn a_number_that_is_no_count_is_unknown_and_named() {
        let read = |usage: &str| Usage::from_json(&serde_json::from_str(usage).unwrap());
        for wrong in ["-4", "99999999999999999999999", "1e300", "0.5", "\"many\"", "1000000000001"] {
            let usage = read(&format!(r#"{{"prompt_tokens": 9, "completion_tokens": {wrong}}}"#));
            assert_eq!((usage.prompt_tokens, usage.output_tokens, usage.contradicts), (Some(9), None, true), "{wrong}");
            let usage = read(&format!(r#"{{"input_tokens": 9, "cache_read_input_tokens": {wrong}}}"#));
            assert_eq!((usage.prompt_tokens, usage.hit_tokens, usage.contradicts), (None, None, true), "{wrong}");
        }
        for right in ["4", "4.0", "\"4\""] {
            let usage = read(&format!(r#"{{"prompt_tokens": 9, "completion_tokens": {right}}}"#));
            assert_eq!((usage.output_tokens, usage.contradicts), (Some(4), false), "{right}");
        }
    }

    #[test]
    fn input_tokens_that_leave_out_the_cache_become_the_whole_prompt() {
        let anthropic = json!({"input_tokens": 10, "cache_read_input_tokens": 200, "cache_creation_input_tokens": 30,
            "cache_creation": {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 20}, "output_tokens": 5});
        let bedrock = json!({"inputTokens": 10, "cacheReadInputTokens": 200, "cacheWriteInputTokens": 30,
            "cacheDetails": [{"ttl": "5m", "inputTokens": 10}, {"ttl": "1h", "inputTokens": 20}], "outputTokens": 5});
        let read = Usage::from_json(&anthropic);
        assert_eq!((read.prompt_tokens, read.hit_tokens), (Some(240), Some(200)));
        assert_eq!(read.written, Some(Written { five_minutes: 10, hour: 20, ..Written::default() }));
        assert_eq!(Usage::from_json(&bedrock), read);
    }

    #[test]
    fn an_inclusive_count_keeps_its_prompt_whatever_was_read_and_written() {
        let openai = json!({"input_tokens": 240, "output_tokens": 5, "input_tokens_details": {"cached_tokens": 200,
            "cache_write_tokens": 30, "cache_write_tokens_details": {"ttl_30m_tokens": 30}}});
        let read = Usage::from_json(&openai);
        assert_eq!((read.prompt_tokens, read.hit_tokens), (Some(240), Some(200)));
        assert_eq!(read.written, Some(Written { half_hour: 30, ..Written::default() }));
        let litellm = json!({"prompt_tokens": 240, "cache_read_input_tokens": 200, "cache_creation_input_tokens": 30});
        assert_eq!(Usage::from_json(&litellm).prompt_tokens, Some(240));
        assert!(Usage::from_json(&json!({"prompt_tokens": 1, "cached_tokens": 2})).contradicts);
    }
}
