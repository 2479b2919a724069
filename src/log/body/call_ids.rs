//! Ids by which lines of one call are joined, where a log tells the request in one line and the answer in another.

use std::sync::Arc;

use serde_json::Value;

use crate::hash;

/// Names of such ids, the most telling first: an id of a trace may stand in the lines of many calls.
pub(crate) const NAMES: [&str; 24] = [
    "request_id",
    "requestId",
    "req_id",
    "reqId",
    "call_id",
    "callId",
    "llm_call_id",
    "exchange_id",
    "interaction_id",
    "generation_id",
    "x-request-id",
    "x_request_id",
    "correlation_id",
    "correlationId",
    "recordId",
    "key",
    "id",
    "uuid",
    "span_id",
    "spanId",
    "run_id",
    "runId",
    "trace_id",
    "traceId",
];

/// The digests of a line's ids, of which a whole call needs no more than the first; the answer's own id stands in other lines where it
/// is polled.
pub(crate) fn told(line: &Value, is_whole: bool, answer: Option<&str>) -> Arc<[u128]> {
    let none = serde_json::Map::new();
    let fields = line.as_object().unwrap_or(&none);
    let told = fields.iter().filter_map(|(name, value)| {
        let rank = NAMES.iter().position(|known| known == name)?;
        let digest = match value {
            Value::String(id) if !id.is_empty() => named(name, id),
            Value::Number(id) => named(name, &id.to_string()),
            _ => return None,
        };
        Some((rank, digest))
    });
    let mut ids: Vec<(usize, u128)> = told.collect();
    if let Some(id) = answer.filter(|id| !is_whole && !id.is_empty()) {
        ids.push((NAMES.len(), named("id", id)));
    }
    if ids.is_empty() {
        return Arc::default();
    }
    ids.sort_unstable();
    ids.truncate(if is_whole { 1 } else { ids.len() });
    let mut digests: Vec<u128> = ids.into_iter().map(|(_, digest)| digest).collect();
    digests.dedup();
    digests.into()
}

/// The digest of an id under a name.
pub(crate) fn named(name: &str, id: &str) -> u128 {
    hash::chain(hash::digest(name.as_bytes()), id.as_bytes())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_most_telling_id_comes_first_and_is_another_under_another_name() {
        let line = json!({"trace_id": "t", "request_id": "r", "session": "s", "id": ""});
        assert_eq!(told(&line, false, None)[..], [named("request_id", "r"), named("trace_id", "t")]);
        assert_eq!(told(&line, true, Some("a"))[..], [named("request_id", "r")]);
        assert_eq!(told(&Value::Null, false, Some("a"))[..], [named("id", "a")]);
        assert!(told(&json!({"model": "m"}), false, None).is_empty());
        assert_ne!(named("id", "r"), named("request_id", "r"));
    }
}
