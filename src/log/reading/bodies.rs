//! Bodies of a line under names of the logger's own: what is a request by its own shape is read as one, and the answer with it.

use serde_json::Value;

use crate::exchange::{HasFields, Usage};
use crate::log::body::envelope;
use crate::log::body::registry::{APIS, of_request};
use crate::log::body::stream;
use crate::log::json::{present, unquoted};
use crate::log::registry::CONTAINERS;

/// Names of answers, for those that cannot be told by their shape, as what a server says that is down.
const ANSWERS: [&str; 24] = [
    "response_body",
    "responseBody",
    "ResponseBody",
    "http_response_body",
    "http.response.body",
    "response_payload",
    "responsePayload",
    "response_json",
    "responseJson",
    "llm_response",
    "raw_response",
    "api_response",
    "resp_body",
    "res_body",
    "output_body",
    "modelOutput",
    "resp",
    "res",
    "output",
    "result",
    "completion",
    "answer",
    "reply",
    "body",
];

/// Puts JSON in place of the texts that spell bodies, and bodies under other names under those that all formats know.
///
/// # Errors
/// A text of more values than may be read.
pub(super) fn open(line: &mut Value) -> Result<(), String> {
    envelope::unquote(line)?;
    let said = |key: &str| line.field(key).is_some_and(Value::is_array);
    if !line.is_object() || present(line, "request").is_some() || said("messages") || said("contents") {
        return Ok(());
    }
    let Some(request) = request(line)? else {
        if let Some(answer) = answer_alone(line).filter(|_| !is_of_known_format(line)) {
            rename(line, &answer, "response");
        }
        return Ok(());
    };
    if is_of_known_format(line) {
        return Ok(());
    }
    rename(line, &request, "request");
    if present(line, "response").is_none()
        && let Some(answer) = answer(line)?
    {
        rename(line, &answer, "response");
    }
    // Bedrock's batches have names of their own and tell no host.
    if request == "modelInput" && line.field("provider").is_none() {
        line["provider"] = "bedrock".into();
    }
    Ok(())
}

/// True if a format says of such a line itself where its bodies are.
fn is_of_known_format(line: &Value) -> bool {
    CONTAINERS.into_iter().flatten().any(|format| format.recognises(line))
}

fn rename(line: &mut Value, from: &str, to: &str) {
    let Some(body) = line.field_mut(from).map(Value::take) else { return };
    if let Some(fields) = line.as_object_mut() {
        fields.shift_remove(from);
        fields.insert(to.to_owned(), unquoted(body).unwrap_or_default());
    }
}

/// The name of the only field that is a request; of several the only one that is called so.
fn request(line: &Value) -> Result<Option<String>, String> {
    let mut found = Vec::new();
    // An answer may hold the messages that it adds. A `body` may be either.
    let is_of_answer =
        |name: &str| name.to_ascii_lowercase().contains("resp") || name != "body" && ANSWERS.contains(&name);
    // Looks at values first: most fields of most lines are no bodies whatever they are called.
    for (name, value) in line.as_object().into_iter().flatten().filter(|(_, value)| may_be_body(value)) {
        let words = ["\"messages\"", "\"contents\"", "\"input\"", "\"prompt\""];
        if !is_of_answer(name) && is_request(value, &words)? {
            found.push(name);
        }
    }
    if found.len() > 1 {
        found.retain(|name| name.to_ascii_lowercase().contains("req"));
    }
    Ok(if let [name] = found[..] { Some(name.clone()) } else { None })
}

/// True if a value is an object or a text that may spell one.
fn may_be_body(value: &Value) -> bool {
    match value {
        Value::Object(_) => true,
        Value::String(text) => text.trim_start().starts_with('{'),
        _ => false,
    }
}

fn is_request(value: &Value, words: &[&str]) -> Result<bool, String> {
    let is_one = |body: &Value| {
        let has_said = ["messages", "contents"].iter().any(|key| body.field(key).is_some_and(Value::is_array));
        (has_said || body.field("model").is_some_and(Value::is_string)) && of_request(body).is_ok()
    };
    match value {
        Value::Object(_) => Ok(is_one(value)),
        Value::String(text) if may_be_body(value) && words.iter().any(|word| text.contains(word)) => {
            Ok(is_one(&unquoted(value.clone())?))
        }
        _ => Ok(false),
    }
}

/// The name of the field that is an answer by its shape, else of one by its name.
fn answer(line: &Value) -> Result<Option<String>, String> {
    for (name, value) in line.as_object().into_iter().flatten().filter(|(name, _)| *name != "request") {
        let begins =
            |text: &str| ["{", "[", "data:", "event:"].iter().any(|begin| text.trim_start().starts_with(begin));
        let is_one = match value {
            Value::Object(_) | Value::Array(_) => is_answer(value),
            Value::String(text) if begins(text) => is_answer(&unquoted(value.clone())?),
            _ => false,
        };
        if is_one {
            return Ok(Some(name.clone()));
        }
    }
    Ok(ANSWERS.into_iter().find(|name| present(line, name).is_some()).map(str::to_owned))
}

fn is_answer(value: &Value) -> bool {
    match value {
        Value::Array(events) => events.first().is_some_and(stream::is_event),
        body => APIS.iter().any(|api| api.is_response(body)) || stream::is_event(body),
    }
}

/// The name of the field that is an answer with counts, where there is no request.
fn answer_alone(line: &Value) -> Option<String> {
    const NAMES: [&str; 3] = ["body", "payload", "res"];
    let is_named = |name: &str| NAMES.contains(&name) || name.to_ascii_lowercase().contains("resp");
    let is_counted = |body: &Value| Usage::of_response(body).is_some_and(|usage| usage.prompt_tokens.is_some());
    let mut found = line.as_object()?.iter().filter(|(name, value)| {
        value.is_object() && *name != "response" && is_named(name) && is_answer(value) && is_counted(value)
    });
    let (name, _) = found.next()?;
    found.next().is_none().then(|| name.clone())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn opened(mut line: Value) -> (Value, Value) {
        open(&mut line).unwrap();
        (line["request"].clone(), line["response"].clone())
    }

    #[test]
    fn bodies_are_found_under_any_name_by_their_shape() {
        let asked = json!({"model": "m", "messages": [{"role": "user", "content": "Which hull?"}]});
        let answered = json!({"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 2}});
        for (one, other) in
            [("request_body", "response_body"), ("payload", "result"), ("llm_request", "out"), ("prompt", "completion")]
        {
            let pair = (asked.clone(), answered.clone());
            assert_eq!(opened(json!({"ts": 1, one: asked, other: answered})), pair, "{one}");
            assert_eq!(opened(json!({"ts": 1, one: asked.to_string(), other: answered.to_string()})), pair, "{one}");
        }
        let page = "<html>502</html>";
        assert_eq!(opened(json!({"req": asked, "res": page})), (asked.clone(), page.into()), "by its name");
        assert_eq!(opened(json!({"id": "a", "body": answered})), (Value::Null, answered.clone()));
        let two = json!({"before": asked, "after": asked});
        assert_eq!(opened(two).0, Value::Null, "two of them tell nothing");
        let session = json!({"custom_id": "a", "body": asked});
        assert_eq!(opened(session).0, Value::Null, "a format of its own");
        assert_eq!(opened(json!({"metadata": {"prompt": "x"}})).0, Value::Null);
        let added = json!({"modelId": "m", "messages": [{"role": "assistant", "content": "Blue."}]});
        assert_eq!(opened(json!({"steps": [], "response": added})).0, Value::Null, "an answer");
    }
}
