//! Web searches that a provider made for an answer, wherever its API tells them.
//!
//! Anthropic, DeepSeek and OpenRouter count them in the usage; Responses has an item for each call of the tool, of which only searches
//! are charged, not pages that are opened (OpenAI's guide to web search, 2026); Gemini lists the queries.

use serde_json::Value;

use super::tokens;
use crate::exchange::HasFields;
use crate::log::json::at;

/// The number of searches that a usage counts.
pub(super) fn counted(usage: &Value) -> Option<u64> {
    const COUNTERS: [&str; 4] = [
        "/server_tool_use/web_search_requests",
        "/server_tool_use_details/web_search_requests",
        // LiteLLM's, of any provider.
        "/prompt_tokens_details/web_search_requests",
        "/web_search_requests",
    ];
    COUNTERS.iter().find_map(|pointer| at(usage, pointer).and_then(tokens))
}

/// The number of searches in the body of a response, beside its usage.
pub(super) fn listed(body: &Value) -> u64 {
    items(body) + queries(body)
}

/// Calls of the tool of Responses that are searches.
fn items(body: &Value) -> u64 {
    let items = body.field("output").and_then(Value::as_array).into_iter().flatten();
    let is_search = |item: &&Value| {
        item.field("type").and_then(Value::as_str) == Some("web_search_call")
            && item.pointer("/action/type").is_none_or(|action| action == "search")
    };
    items.filter(is_search).count() as u64
}

/// The queries of Gemini's grounding.
fn queries(body: &Value) -> u64 {
    let candidates = body.field("candidates").and_then(Value::as_array).into_iter().flatten();
    let queries = candidates.filter_map(|candidate| {
        let found = ["/groundingMetadata/webSearchQueries", "/grounding_metadata/web_search_queries"];
        found.iter().find_map(|pointer| candidate.pointer(pointer)?.as_array())
    });
    queries.map(|queries| queries.len() as u64).sum()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn searches_are_counted_where_each_api_tells_them_and_opened_pages_are_none() {
        let used = |usage: Value| counted(&usage);
        assert_eq!(used(json!({"server_tool_use": {"web_search_requests": 3, "web_fetch_requests": 2}})), Some(3));
        assert_eq!(used(json!({"server_tool_use": null})), None);
        assert_eq!(used(json!({"prompt_tokens_details": {"web_search_requests": 1}})), Some(1));
        let call = |action: &str| json!({"type": "web_search_call", "action": {"type": action}});
        let output = json!([call("search"), call("open_page"), {"type": "web_search_call"}, {"type": "message"}]);
        assert_eq!(listed(&json!({"output": output})), 2);
        let grounded = json!({"candidates": [{"groundingMetadata": {"webSearchQueries": ["a", "b"]}}]});
        assert_eq!(listed(&grounded), 2);
    }
}
