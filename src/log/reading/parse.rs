//! Bytes to values, within the budget of a line.

use serde_json::Value;

use crate::log::body::stream;
use crate::log::reading::value;
use crate::log::registry::detect;
use crate::log::value_budget;

/// The value that bytes spell, unless it exceeds the budget.
pub(crate) fn parse(bytes: &[u8]) -> serde_json::Result<Value> {
    parse_without(bytes, &[])
}

/// The same without these fields of a line, which nobody asks for.
pub(crate) fn parse_without(bytes: &[u8], left_out: &[&str]) -> serde_json::Result<Value> {
    value_budget::check(bytes)?;
    value::read(bytes, left_out)
}

/// The values that are read of a line one after the other: the elements of a list, or of a page as APIs give them (`{"data": […]}`).
pub(crate) fn elements(mut value: Value) -> Vec<Value> {
    match &mut value {
        Value::Array(elements) => return stream::events(std::mem::take(elements)),
        Value::Object(_) => {}
        _ => return vec![value],
    }
    match page_key(&value) {
        Some(key) if detect(&value).is_err() => match value[key].take() {
            Value::Array(elements) => elements,
            element => vec![element],
        },
        _ => vec![value],
    }
}

/// The key under which a page has its elements, where the value may be one.
pub(crate) fn page_key(value: &Value) -> Option<&'static str> {
    let is_page = |key: &&str| value.get(*key).is_some_and(|data| data.is_array() || data.is_object());
    ["data", "runs", "spans"].into_iter().find(is_page)
}
