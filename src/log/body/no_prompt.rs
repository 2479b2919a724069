//! Calls whose text no model answers: those that count tokens, embed, moderate or rank. They are free or have prices of their own, and
//! no prompt is cached by them, so that they are passed over.

use serde_json::Value;

use crate::exchange::HasFields;
use crate::log::body::usage::tokens;
use crate::log::json::borrowed_text;

const COUNTS: &str = "a call that only counts tokens: nothing is billed and nothing is cached for it";
const OTHERS: &str = "a call of a model that answers no prompt (embeddings, moderation, ranking): passed over";

/// Places of an address, or of its path.
const ADDRESSES: [&str; 18] = [
    "/url",
    "/uri",
    "/path",
    "/endpoint",
    "/target_url",
    "/request_url",
    "/requestUrl",
    "/request_path",
    "/request_uri",
    "/route",
    "/http.url",
    "/url.full",
    "/url.path",
    "/http.target",
    "/request/url",
    "/request/uri",
    "/request/path",
    "/base_url",
];

/// The reason why a line's call is passed over, by its address or else by its answer.
pub(crate) fn reason(line: &Value, answer: &Value) -> Option<&'static str> {
    let by_address = ADDRESSES.iter().find_map(|place| at_address(&borrowed_text(line, &[place])?));
    by_address.or_else(|| only_counts(answer).then_some(COUNTS))
}

/// The same by the address alone.
pub(crate) fn at_address(address: &str) -> Option<&'static str> {
    const COUNTING: [&str; 9] = [
        "count_tokens",
        "count-tokens",
        "count-tokens:rawPredict",
        ":countTokens",
        ":computeTokens",
        "/responses/input_tokens",
        "estimate-token-count",
        "/tokenize",
        "/detokenize",
    ];
    const OTHER: [&str; 6] =
        ["/embeddings", "/moderations", ":embedContent", ":batchEmbedContents", "/rerank", "/api/embed"];
    let path = address.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    match () {
        () if COUNTING.iter().any(|end| path.ends_with(end)) => Some(COUNTS),
        () if OTHER.iter().any(|end| path.ends_with(end)) => Some(OTHERS),
        () => None,
    }
}

/// True if an answer has the number of tokens of a prompt and nothing else.
fn only_counts(answer: &Value) -> bool {
    const COUNTS: [&str; 4] = ["input_tokens", "inputTokens", "totalTokens", "count"];
    const BESIDE: [&str; 9] = [
        "object",
        "context_management",
        "promptTokensDetails",
        "cacheTokensDetails",
        "cachedContentTokenCount",
        "totalBillableCharacters",
        "max_model_len",
        "tokens",
        "token_strs",
    ];
    let Some(fields) = answer.as_object() else { return false };
    // Moonshot's count stands one level deeper.
    if let Some(data) = answer.field("data").and_then(Value::as_object) {
        return data.len() == 1 && data.field("total_tokens").is_some_and(|count| tokens(count).is_some());
    }
    let is_count = |(key, value): (&String, &Value)| COUNTS.contains(&key.as_str()) && tokens(value).is_some();
    fields.iter().any(is_count)
        && fields.keys().all(|key| COUNTS.contains(&key.as_str()) || BESIDE.contains(&key.as_str()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_call_that_counts_tokens_is_told_by_its_address_or_its_answer() {
        for address in [
            "https://api.example.org/v1/messages/count_tokens?beta=true",
            "/v1/responses/input_tokens",
            "https://x/v1beta/models/g:countTokens",
            "https://x/models/count-tokens:rawPredict",
            "http://10.0.0.7:8000/tokenize",
        ] {
            assert_eq!(reason(&json!({"url": address}), &Value::Null), Some(COUNTS), "{address}");
        }
        assert_eq!(reason(&json!({"path": "/v1/moderations"}), &Value::Null), Some(OTHERS));
        for answer in [
            json!({"input_tokens": 9}),
            json!({"object": "response.input_tokens", "input_tokens": 9}),
            json!({"totalTokens": 9, "promptTokensDetails": []}),
            json!({"count": 2, "max_model_len": 9, "tokens": [1, 2]}),
            json!({"data": {"total_tokens": 9}}),
        ] {
            assert_eq!(reason(&json!({}), &answer), Some(COUNTS), "{answer}");
        }
        for answer in [
            json!({"input_tokens": 9, "output_tokens": 2}),
            json!({"usage": {"input_tokens": 9}}),
            json!({"tokens": 9}),
            json!({}),
            Value::Null,
        ] {
            assert_eq!(reason(&json!({"url": "https://x/v1/messages"}), &answer), None, "{answer}");
        }
    }
}
