//! Counters of tokens in an answer that nothing here reads: where the prompt is not counted, they are named, so that a count of our
//! own does not stand in silently for one that was reported.

use serde_json::Value;

use super::counters::Counters;
use super::tokens;
use super::words::words;

/// Words of names that count tokens.
const COUNTS: [&str; 5] = ["token", "tokens", "eval", "evaluated", "predicted"];

/// Words of names that count or limit something else.
const OTHERS: [&str; 14] = [
    "max",
    "min",
    "limit",
    "duration",
    "ms",
    "second",
    "seconds",
    "per",
    "rate",
    "cost",
    "price",
    "remaining",
    "id",
    "ids",
];

/// Keys under which an answer has texts, and what was asked of it.
const TEXTS: [&str; 7] = ["choices", "message", "content", "output", "outputs", "candidates", "generation_settings"];

/// Objects within objects that are looked into.
const DEEPEST: usize = 2;

/// The names of such counters in the body of a response, in their order.
pub(super) fn counters(body: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk(body, "", DEEPEST, &mut found);
    found
}

fn walk(value: &Value, before: &str, depth: usize, found: &mut Vec<String>) {
    for (key, value) in value.as_object().into_iter().flatten() {
        let name = if before.is_empty() { key.clone() } else { format!("{before}.{key}") };
        match value {
            Value::Number(_) if tokens(value).is_some_and(|count| count > 0) && counts_tokens(key) => found.push(name),
            Value::Object(_) if depth > 0 && !TEXTS.contains(&key.as_str()) => walk(value, &name, depth - 1, found),
            _ => {}
        }
    }
}

/// True if a name speaks of tokens and is none of those that are known.
fn counts_tokens(key: &str) -> bool {
    let words = words(key);
    let has = |any: &[&str]| words.iter().any(|word| any.contains(&word.as_str()));
    has(&COUNTS) && !has(&OTHERS) && !Counters::knows(key)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn counters_that_nobody_reads_are_named_and_limits_texts_and_known_ones_are_not() {
        let body = json!({"model": "m", "tokens_in": 2600, "eval_duration": 7, "max_tokens": 9, "completion_tokens": 4,
            "meta": {"billed": {"text_tokens": 20}}, "choices": [{"tokens_of_choice": 3}], "zero_tokens": 0});
        assert_eq!(counters(&body), ["tokens_in", "meta.billed.text_tokens"]);
    }
}
