//! Lines of batches that say so by their shape alone: Bedrock's, Vertex AI's and Gemini's outputs, whose answers name no tier.
//!
//! Shapes: the batch guides of Amazon Bedrock (`recordId`), Vertex AI (`processed_time`) and the Gemini API (`key`), read 2026-11.

use serde_json::Value;

use crate::exchange::HasFields;

/// The tier of a batch.
const BATCH: &str = "batch";

/// The tier that a line's own fields tell, beside the request and the answer.
pub(crate) fn told(outside: &Value, request: &Value, answer: Option<&Value>) -> Option<String> {
    let is_text = |key: &str| outside.field(key).is_some_and(Value::is_string);
    let is_gemini = request.field("contents").is_some()
        || answer.is_some_and(|answer| answer.field("candidates").is_some() || answer.field("usageMetadata").is_some());
    let is_vertex = is_text("processed_time") && outside.field("status").is_some();
    let has_only = |known: &[&str]| {
        let mut told = outside.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
        told.all(|(key, _)| known.contains(&key.as_str()))
    };
    let is_keyed = is_gemini && is_text("key") && has_only(&["key", "status", "error", "metadata"]);
    let is_bedrock = is_text("recordId") && has_only(&["recordId", "error", "provider"]);
    (is_vertex || is_keyed || is_bedrock).then(|| BATCH.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_batch_is_told_by_the_fields_around_its_bodies() {
        let asked = json!({"contents": []});
        let answered = json!({"candidates": []});
        let is_batch = |outside: Value| told(&outside, &asked, Some(&answered)).is_some();
        assert!(is_batch(json!({"status": "", "processed_time": "2026-11-02T10:00:00Z"})));
        assert!(is_batch(json!({"key": "a", "response": null})));
        assert!(!is_batch(json!({"key": "a", "timestamp": "2026-11-02T10:00:00Z"})));
        assert!(!is_batch(json!({"status": "ok"})));
        assert!(told(&json!({"key": "a"}), &json!({"messages": []}), None).is_none(), "another provider's");
    }
}
