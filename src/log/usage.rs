//! Usage objects: the many ways providers report tokens, as one.
//!
//! Shapes as of November 2026, from the providers' SDK types. An absent field stays unknown. It does not repair contradictions.

use serde_json::Value;

/// No request has more tokens than this; a larger number is no count of tokens, and could not be summed.
const MOST_TOKENS: u64 = 1_000_000_000_000;

/// A number of tokens; `None` for what cannot be one.
pub(super) fn tokens(value: &Value) -> Option<u64> {
    value.as_u64().filter(|tokens| *tokens <= MOST_TOKENS)
}

/// What a provider says it counted; every field may be unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens of the whole prompt, hits included.
    pub prompt_tokens: Option<u64>,
    /// Tokens of the prompt served from the cache.
    pub hit_tokens: Option<u64>,
    /// Tokens of the answer, reasoning included.
    pub output_tokens: Option<u64>,
    /// Whether hit and miss were both given and do not add up to the prompt.
    pub contradicts: bool,
}

impl Usage {
    /// Reads an inclusive usage object (DeepSeek, OpenAI Chat Completions and Responses, and what imitates them).
    pub fn from_json(usage: &Value) -> Self {
        let count = |pointer: &str| usage.pointer(pointer).and_then(tokens);
        let first = |pointers: &[&str]| pointers.iter().find_map(|pointer| count(pointer));
        let prompt_tokens = first(&["/prompt_tokens", "/input_tokens"]);
        let hit_tokens = first(&[
            "/prompt_cache_hit_tokens",
            "/prompt_tokens_details/cached_tokens",
            "/input_tokens_details/cached_tokens",
            "/cached_tokens",
        ]);
        let contradicts = match (prompt_tokens, hit_tokens, count("/prompt_cache_miss_tokens")) {
            (Some(prompt), Some(hit), Some(miss)) => hit.checked_add(miss) != Some(prompt),
            (Some(prompt), Some(hit), None) => hit > prompt,
            _ => false,
        };
        Self { prompt_tokens, hit_tokens, output_tokens: first(&["/completion_tokens", "/output_tokens"]), contradicts }
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
}
