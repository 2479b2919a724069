//! Small readings of JSON values that all formats share: texts by pointer, JSON within strings, server-sent events.

use std::borrow::Cow;

use serde_json::Value;

use crate::exchange::HasFields;
use crate::log::value_budget;
use crate::time::{self, Timestamp};

/// The value that a pointer leads to. The pointers of the program name keys without `/` and `~`, so that nothing is escaped in
/// them, and they are followed often.
pub(crate) fn at<'a>(value: &'a Value, pointer: &str) -> Option<&'a Value> {
    if pointer.is_empty() {
        return Some(value);
    }
    let (mut value, mut rest) = (value, pointer.strip_prefix('/')?);
    loop {
        // Most of what is looked for is not there, and much of it in nothing at all.
        if !matches!(value, Value::Object(_) | Value::Array(_)) {
            return None;
        }
        // Keys are short: a search that is made for long texts takes longer to begin.
        let end = rest.bytes().position(|byte| byte == b'/');
        let key = &rest[..end.unwrap_or(rest.len())];
        value = match value {
            Value::Object(map) => map.field(key)?,
            Value::Array(list) => list.get(key.parse::<usize>().ok()?)?,
            _ => return None,
        };
        let Some(end) = end else { return Some(value) };
        rest = &rest[end + 1..];
    }
}

/// The first of some pointers that leads to a text (or a number, as ids sometimes are).
pub(crate) fn text(value: &Value, pointers: &[&str]) -> Option<String> {
    borrowed_text(value, pointers).map(Cow::into_owned)
}

/// The same, to be looked at.
pub(crate) fn borrowed_text<'a>(value: &'a Value, pointers: &[&str]) -> Option<Cow<'a, str>> {
    pointers.iter().find_map(|pointer| match at(value, pointer)? {
        Value::String(text) => Some(text.as_str().into()),
        Value::Number(number) => Some(number.to_string().into()),
        _ => None,
    })
}

/// The first of some pointers that leads to an instant.
pub(crate) fn instant(value: &Value, pointers: &[&str]) -> Option<Timestamp> {
    pointers.iter().find_map(|pointer| time::from_json(at(value, pointer)?))
}

/// The elements of a list, none where there is no list.
pub(crate) fn items(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

/// The same elements, taken out of it.
pub(crate) fn into_items(value: Option<Value>) -> Vec<Value> {
    if let Some(Value::Array(elements)) = value { elements } else { Vec::new() }
}

/// The elements of a list; what is no list is the only one.
pub(crate) fn each(value: Option<&Value>) -> &[Value] {
    match value {
        None | Some(Value::Null) => &[],
        Some(Value::Array(list)) => list,
        Some(one) => std::slice::from_ref(one),
    }
}

/// A field of an object, unless it is null: databases that give JSON a type write null for each key that another row has.
pub(crate) fn present<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    value.field(key).filter(|field| !field.is_null())
}

/// True if a field of an object is `true`.
pub(crate) fn is_true(value: &Value, key: &str) -> bool {
    value.field(key) == Some(&Value::Bool(true))
}

/// Takes a field out of an object; `None` for an absent one and for null.
pub(crate) fn take(value: &mut Value, key: &str) -> Option<Value> {
    value.field_mut(key).map(Value::take).filter(|field| !field.is_null())
}

/// Sets a field of an object, or of null, which becomes one. Anything else stays as it is: a log may hold a number where a format has an
/// object, and to index it would be a panic.
pub(crate) fn put(value: &mut Value, key: &str, field: Value) {
    if value.is_object() || value.is_null() {
        value[key] = field;
    }
}

/// A JSON value, or the one that a string spells: many loggers store bodies as text, streamed ones as server-sent events.
///
/// # Errors
/// A text that spells more values than may be read.
pub(crate) fn unquoted(value: Value) -> Result<Value, String> {
    let Value::String(text) = &value else { return Ok(value) };
    weigh(&[text.as_str()])?;
    Ok(spelled(text).unwrap_or(value))
}

/// Puts JSON in place of the strings that spell it, in these fields.
///
/// # Errors
/// Texts that spell more values than may be read, all of them together.
pub(crate) fn unquote_fields(value: &mut Value, keys: &[&str]) -> Result<(), String> {
    let texts: Vec<&str> = keys.iter().filter_map(|key| value.field(key)?.as_str()).collect();
    weigh(&texts)?;
    for key in keys {
        if let Some(field) = value.field_mut(key)
            && let Some(spelled) = field.as_str().and_then(spelled)
        {
            *field = spelled;
        }
    }
    Ok(())
}

/// Reads a text that spells JSON or the events of a stream.
fn spelled(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok().or_else(|| server_sent_events(text)).or_else(|| objects(text))
}

/// Refuses texts that spell too many values together; prose spells none, however many commas it has.
fn weigh(texts: &[&str]) -> Result<(), String> {
    let spells = |text: &str| text.trim_start().starts_with(['{', '[']) || data(text).next().is_some();
    let is_heavy = value_budget::check_all(texts.iter().map(|text| text.as_bytes()));
    // Few texts are so heavy that it matters what they are.
    let weighed = is_heavy
        .or_else(|_| value_budget::check_all(texts.iter().filter(|text| spells(text)).map(|text| text.as_bytes())));
    weighed.map_err(|heavy| heavy.to_string())
}

/// Contents of the `data:` lines of a stream.
fn data(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| line.strip_prefix("data:"))
}

/// The events of a stream whose every line is an object, as Ollama's are.
fn objects(text: &str) -> Option<Value> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let read = |line: &str| serde_json::from_str(line).ok().filter(Value::is_object);
    let events: Option<Vec<Value>> = lines.map(read).collect();
    events.filter(|events| events.len() > 1).map(Value::Array)
}

/// The events of a stream as text: the JSON of its `data:` lines; `None` where there is none.
fn server_sent_events(text: &str) -> Option<Value> {
    let data = data(text);
    let events: Vec<Value> = data.filter_map(|data| serde_json::from_str(data.trim()).ok()).collect();
    (!events.is_empty()).then_some(Value::Array(events))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pointer_leads_where_it_does_by_the_standard() {
        let value = json!({"a": [{"b": 1}, "x"], "": 2});
        for pointer in ["", "/a", "/a/0/b", "/a/1", "/a/2", "/a/b", "/b", "/", "/a/0/b/c"] {
            assert_eq!(at(&value, pointer), value.pointer(pointer), "{pointer}");
        }
    }

    #[test]
    fn a_body_is_the_json_it_spells_or_its_events() {
        assert_eq!(unquoted("{\"a\": 1}".into()).unwrap(), json!({"a": 1}));
        assert_eq!(unquoted("event: x\ndata: {\"a\": 1}\n\ndata: [DONE]\n".into()).unwrap(), json!([{"a": 1}]));
        assert_eq!(unquoted("{\"a\": 1}\n{\"a\": 2}\n".into()).unwrap(), json!([{"a": 1}, {"a": 2}]));
        for text in ["no JSON", "{\"a\": 1}\nno JSON", "1\n2"] {
            assert_eq!(unquoted(text.into()).unwrap(), json!(text));
        }
    }
}
