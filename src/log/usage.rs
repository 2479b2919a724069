//! Usage objects: the many ways providers report tokens, as one.
//!
//! Shapes as of November 2026, from the providers' SDK types. An absent field stays unknown. It does not repair contradictions.
//! Exclusive counts (Anthropic) are brought to inclusive ones here, so that nobody above has to know.

use serde_json::Value;

/// No request has more tokens than this; a larger number is no count of tokens, and could not be summed.
const MOST_TOKENS: u64 = 1_000_000_000_000;

/// A number of tokens; `None` for what cannot be one.
pub(super) fn tokens(value: &Value) -> Option<u64> {
    value.as_u64().filter(|tokens| *tokens <= MOST_TOKENS)
}

/// What a provider says it counted; every field may be unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens of the whole prompt, hits and written tokens included.
    pub prompt_tokens: Option<u64>,
    /// Tokens of the prompt served from the cache.
    pub hit_tokens: Option<u64>,
    /// Tokens of the prompt written to the cache, where the provider counts them.
    pub written: Option<Written>,
    /// Tokens of the answer, reasoning included.
    pub output_tokens: Option<u64>,
    /// Of them, reasoning.
    pub reasoning_tokens: Option<u64>,
    /// The service tier that answered, in the provider's word.
    pub service_tier: Option<String>,
    /// Whether the parts of the prompt were given and do not add up to it.
    pub contradicts: bool,
}

/// Tokens written to the cache, by how long they live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Lifetime not stated: the provider's default, which is its shortest.
    pub unstated: u64,
    /// Five minutes.
    pub five_minutes: u64,
    /// Thirty minutes.
    pub half_hour: u64,
    /// One hour.
    pub hour: u64,
    /// Twelve hours.
    pub half_day: u64,
}

impl Usage {
    /// Reads a usage object, Anthropic's and Gemini's told from the others' by their keys.
    pub fn from_json(usage: &Value) -> Self {
        let has = |key: &str| usage.get(key).is_some();
        // LiteLLM writes Anthropic's keys beside an inclusive `prompt_tokens`.
        let is_anthropic = has("input_tokens") && !has("prompt_tokens") && !has("input_tokens_details");
        if is_anthropic && (has("cache_read_input_tokens") || has("cache_creation_input_tokens")) {
            Self::exclusive(usage)
        } else if has("promptTokenCount") {
            Self::gemini(usage)
        } else {
            Self::inclusive(usage)
        }
    }

    /// DeepSeek, OpenAI Chat Completions and Responses, and what imitates them: the prompt includes all its parts.
    fn inclusive(usage: &Value) -> Self {
        let first = |pointers: &[&str]| pointers.iter().find_map(|pointer| count(usage, pointer));
        let prompt_tokens = first(&["/prompt_tokens", "/input_tokens"]);
        let hit_tokens = first(&[
            "/prompt_cache_hit_tokens",
            "/prompt_tokens_details/cached_tokens",
            "/input_tokens_details/cached_tokens",
            "/cached_tokens",
            "/cache_read_input_tokens",
        ]);
        let written = first(&[
            "/prompt_tokens_details/cache_write_tokens",
            "/input_tokens_details/cache_write_tokens",
            "/cache_write_tokens",
            "/cache_creation_input_tokens",
        ]);
        let written = written.map(|total| Written::of(total, usage));
        Self {
            written,
            output_tokens: first(&["/completion_tokens", "/output_tokens"]),
            reasoning_tokens: first(&[
                "/completion_tokens_details/reasoning_tokens",
                "/output_tokens_details/reasoning_tokens",
            ]),
            contradicts: contradicts(prompt_tokens, hit_tokens, written, count(usage, "/prompt_cache_miss_tokens")),
            ..Self::common(usage, prompt_tokens, hit_tokens)
        }
    }

    /// Anthropic: `input_tokens` are those neither read nor written.
    fn exclusive(usage: &Value) -> Self {
        let hit_tokens = count(usage, "/cache_read_input_tokens");
        let written = count(usage, "/cache_creation_input_tokens").map(|total| Written::of(total, usage));
        let rest = count(usage, "/input_tokens");
        let parts = [rest, Some(hit_tokens.unwrap_or(0)), Some(written.map_or(0, |written| written.total()))];
        let prompt_tokens = parts.into_iter().try_fold(0_u64, |sum, part| sum.checked_add(part?));
        Self {
            written,
            output_tokens: count(usage, "/output_tokens"),
            ..Self::common(usage, prompt_tokens, hit_tokens)
        }
    }

    /// Gemini: thoughts are output, not part of the candidates.
    fn gemini(usage: &Value) -> Self {
        let prompt_tokens = count(usage, "/promptTokenCount");
        let hit_tokens = count(usage, "/cachedContentTokenCount");
        let reasoning_tokens = count(usage, "/thoughtsTokenCount");
        let candidates = count(usage, "/candidatesTokenCount");
        Self {
            output_tokens: candidates
                .or(reasoning_tokens.map(|_| 0))
                .map(|tokens| tokens.saturating_add(reasoning_tokens.unwrap_or(0))),
            reasoning_tokens,
            contradicts: contradicts(prompt_tokens, hit_tokens, None, None),
            ..Self::common(usage, prompt_tokens, hit_tokens)
        }
    }

    fn common(usage: &Value, prompt_tokens: Option<u64>, hit_tokens: Option<u64>) -> Self {
        let service_tier = usage.get("service_tier").and_then(Value::as_str).map(str::to_owned);
        Self { prompt_tokens, hit_tokens, service_tier, ..Self::default() }
    }
}

impl Written {
    /// All of them.
    pub fn total(&self) -> u64 {
        let Self { unstated, five_minutes, half_hour, hour, half_day } = *self;
        [unstated, five_minutes, half_hour, hour, half_day].into_iter().fold(0, u64::saturating_add)
    }

    /// So many in all, by lifetime as far as the usage says.
    fn of(total: u64, usage: &Value) -> Self {
        let first = |pointers: &[&str]| pointers.iter().find_map(|pointer| count(usage, pointer)).unwrap_or(0);
        let stated = Self {
            unstated: 0,
            five_minutes: first(&["/cache_creation/ephemeral_5m_input_tokens"]),
            half_hour: first(&[
                "/input_tokens_details/cache_write_tokens_details/ttl_30m_tokens",
                "/prompt_tokens_details/cache_write_tokens_details/ttl_30m_tokens",
            ]),
            hour: first(&["/cache_creation/ephemeral_1h_input_tokens"]),
            half_day: first(&[
                "/input_tokens_details/cache_write_tokens_details/ttl_12h_tokens",
                "/prompt_tokens_details/cache_write_tokens_details/ttl_12h_tokens",
            ]),
        };
        // Lifetimes that add up to more than the total are not to be relied on.
        match total.checked_sub(stated.total()) {
            Some(unstated) => Self { unstated, ..stated },
            None => Self { unstated: total, ..Self::default() },
        }
    }
}

fn count(usage: &Value, pointer: &str) -> Option<u64> {
    usage.pointer(pointer).and_then(tokens)
}

fn contradicts(prompt: Option<u64>, hit: Option<u64>, written: Option<Written>, miss: Option<u64>) -> bool {
    let (Some(prompt), Some(hit)) = (prompt, hit) else { return false };
    let parts = hit.checked_add(written.map_or(0, |written| written.total()));
    match miss {
        Some(miss) => hit.checked_add(miss) != Some(prompt),
        None => parts.is_none_or(|parts| parts > prompt),
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
    fn what_was_written_is_told_by_its_lifetime() {
        let details = json!({"cached_tokens": 6000, "cache_write_tokens": 3000,
            "cache_write_tokens_details": {"ttl_30m_tokens": 2000, "ttl_12h_tokens": 500}});
        let usage = Usage::from_json(&json!({"input_tokens": 10_000, "input_tokens_details": details}));
        let written = Written { unstated: 500, half_hour: 2000, half_day: 500, ..Written::default() };
        assert_eq!((usage.prompt_tokens, usage.written), (Some(10_000), Some(written)));
        assert!(!usage.contradicts);
    }

    #[test]
    fn anthropics_input_becomes_the_whole_prompt() {
        let usage = Usage::from_json(&json!({
            "input_tokens": 1000, "cache_read_input_tokens": 6000, "cache_creation_input_tokens": 3000,
            "cache_creation": {"ephemeral_5m_input_tokens": 2000, "ephemeral_1h_input_tokens": 1000},
            "output_tokens": 500, "service_tier": "standard"}));
        let written = Written { five_minutes: 2000, hour: 1000, ..Written::default() };
        assert_eq!((usage.prompt_tokens, usage.hit_tokens, usage.written), (Some(10_000), Some(6000), Some(written)));
        assert_eq!(usage.service_tier.as_deref(), Some("standard"));
        let translated = Usage::from_json(&json!({
            "prompt_tokens": 10_000, "cache_read_input_tokens": 6000, "cache_creation_input_tokens": 3000}));
        assert_eq!((translated.prompt_tokens, translated.hit_tokens), (Some(10_000), Some(6000)), "inclusive already");
    }

    #[test]
    fn geminis_thoughts_are_output() {
        let usage = Usage::from_json(&json!({"promptTokenCount": 10_000, "cachedContentTokenCount": 6000,
            "candidatesTokenCount": 300, "thoughtsTokenCount": 200}));
        assert_eq!((usage.hit_tokens, usage.output_tokens, usage.reasoning_tokens), (Some(6000), Some(500), Some(200)));
    }
}
