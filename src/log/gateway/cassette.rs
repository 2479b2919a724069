//! Cassettes: HTTP traffic that tests replay, as VCR (Ruby), vcrpy and pytest-recording, go-vcr, betamax and their kin record it, in YAML
//! or JSON.
//!
//! They agree on a list of interactions, each a request and a response, and differ in how a body stands: as text, as text beside its
//! encoding, in base64 (packed by gzip or not), or as the value that the text spells.

use serde_json::Value;

use super::recorded::{self, Recorded};
use crate::exchange::{Exchange, HasFields};
use crate::log::format::{FormatReader, LineContext, LogFormat, RequestShape};
use crate::log::json::{instant, items, present, text};
use crate::log::reason::Reason;
use crate::time::{self, Timestamp};

/// A cassette.
pub(crate) struct Cassette;

impl LogFormat for Cassette {
    fn name(&self) -> &'static str {
        "cassette"
    }

    fn about(&self) -> &'static str {
        "Cassettes of VCR, vcrpy, go-vcr, betamax"
    }

    fn request_shape(&self) -> RequestShape {
        RequestShape::Other
    }

    fn recognises(&self, line: &Value) -> bool {
        let has_requests = |list: &Vec<Value>| list.iter().all(|interaction| interaction["request"].is_object());
        interactions(line).and_then(Value::as_array).is_some_and(has_requests)
    }

    fn reads_lines_alone(&self) -> bool {
        true
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(Self)
    }
}

impl FormatReader for Cassette {
    fn line(&mut self, line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        let all = || items(interactions(&line));
        let exchanges: Vec<Exchange> = all()
            .enumerate()
            .filter_map(|(index, one)| context.named(|| format!("interaction {}", index + 1), exchange(one)))
            .collect();
        if exchanges.is_empty() && context.skips.is_empty() {
            let count = all().count();
            return Err(format!("no interaction of the cassette is a request to a known API ({count} in total)").into());
        }
        Ok(exchanges)
    }
}

/// The keys under which a cassette has its list.
pub(in crate::log) const KEYS: [&str; 2] = ["interactions", "http_interactions"];

fn interactions(line: &Value) -> Option<&Value> {
    KEYS.iter().find_map(|key| line.field(key))
}

/// The call of an interaction; `None` for what is no call of a model.
fn exchange(interaction: &Value) -> Result<Option<Exchange>, String> {
    let (request, response) = (&interaction["request"], &interaction["response"]);
    let status = [response.pointer("/status/code"), response.field("status_code"), response.field("code")];
    let recorded = Recorded {
        url: text(request, &["/uri", "/url"]).unwrap_or_default(),
        is_post: request["method"].as_str().is_some_and(|method| method.eq_ignore_ascii_case("post")),
        headers: headers(request),
        status: status.into_iter().flatten().next().cloned(),
        request: body(request),
        response: body(response),
    };
    let Some(exchange) = recorded.exchange()? else { return Ok(None) };
    let time = exchange.time.or_else(|| instant(interaction, &["/recorded_at"])).or_else(|| answered_at(response));
    Ok(Some(Exchange { time, ..exchange }))
}

/// The body of a message, in any of the ways in which recorders keep it; `None` where there is none.
fn body(message: &Value) -> Option<Result<Value, String>> {
    if let Some(parsed) = present(message, "parsed_body") {
        return Some(Ok(parsed.clone()));
    }
    match present(message, "body").or_else(|| present(message, "content"))? {
        Value::String(text) => Some(of_text(text)),
        Value::Object(body) => {
            if let Some(text) = body.field("base64_string").and_then(Value::as_str) {
                return Some(recorded::of_base64(text));
            }
            // Beside its content a structured body says what it is.
            let content = body.field("string").or_else(|| body.field("content").filter(|_| body.contains_key("type")));
            match content {
                Some(Value::String(text)) => Some(of_text(text)),
                Some(Value::Null) => None,
                Some(value) => Some(Ok(value.clone())),
                None => Some(Ok(Value::Object(body.clone()))),
            }
        }
        _ => None,
    }
}

/// A body as text, which YAML has in base64 if it is not plain text.
fn of_text(text: &str) -> Result<Value, String> {
    let spelled = recorded::spelled(text.to_owned())?;
    Ok(if spelled.is_string() { recorded::of_base64(text).unwrap_or(spelled) } else { spelled })
}

/// The request's headers, by their names in lower case, each with its first value.
fn headers(request: &Value) -> Value {
    let all = request["headers"].as_object().into_iter().flatten();
    Value::Object(all.map(|(name, value)| (name.to_ascii_lowercase(), first(value).clone())).collect())
}

fn first(value: &Value) -> &Value {
    value.as_array().map_or(value, |list| list.first().unwrap_or(&Value::Null))
}

/// The time that the server gave with its answer.
fn answered_at(response: &Value) -> Option<Timestamp> {
    let mut headers = response["headers"].as_object()?.iter();
    headers.find(|(name, _)| name.eq_ignore_ascii_case("date")).and_then(|(_, value)| time::from_json(first(value)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SENT: &str = r#"{"model": "deepseek-chat", "messages": [{"role": "user", "content": "hi"}]}"#;
    const ANSWERED: &str = r#"{"choices": [{"message": {"role": "assistant", "content": "Hello."}}], "usage": {"prompt_tokens": 5, "completion_tokens": 2}}"#;

    fn read(interaction: &Value) -> Result<Option<Exchange>, String> {
        exchange(interaction)
    }

    fn asked(body: &Value) -> Value {
        json!({"method": "POST", "uri": "https://api.deepseek.com/chat/completions", "body": body})
    }

    #[test]
    fn a_body_stands_as_text_beside_its_encoding_in_base64_or_as_its_value() {
        let value: Value = serde_json::from_str(SENT).unwrap();
        let bodies = [
            json!(SENT),
            json!({"encoding": "UTF-8", "string": SENT}),
            json!({"type": "json", "content": value}),
            value.clone(),
        ];
        for body in bodies {
            let answer = json!({"status": {"code": 200}, "body": {"string": ANSWERED}});
            let exchange = read(&json!({"request": asked(&body), "response": answer})).unwrap().unwrap();
            assert_eq!(exchange.request.model.as_deref(), Some("deepseek-chat"), "{body}");
            assert_eq!(exchange.usage.prompt_tokens, Some(5), "{body}");
            assert_eq!(exchange.host.as_deref(), Some("api.deepseek.com"), "{body}");
        }
        let parsed =
            json!({"method": "POST", "uri": "https://api.deepseek.com/chat/completions", "parsed_body": value});
        assert!(read(&json!({"request": parsed, "response": {"parsed_body": {}}})).unwrap().is_some());
    }

    #[test]
    fn the_time_is_the_recorders_or_that_of_the_answers_date() {
        let date = json!({"Date": ["Tue, 07 Apr 2026 08:00:00 GMT"]});
        let at = |interaction: &Value| read(interaction).unwrap().unwrap().time.unwrap().to_string();
        let dated =
            json!({"request": asked(&json!(SENT)), "response": {"headers": date, "body": {"string": ANSWERED}}});
        assert_eq!(at(&dated), "2026-04-07T08:00:00Z");
        let noted = json!({"request": asked(&json!(SENT)), "response": {"body": {"string": ANSWERED}},
            "recorded_at": "Tue, 07 Apr 2026 08:01:00 GMT"});
        assert_eq!(at(&noted), "2026-04-07T08:01:00Z");
    }

    #[test]
    fn what_is_no_request_to_a_model_is_passed_over_and_a_request_without_a_body_is_named() {
        let page = json!({"method": "GET", "uri": "https://example.org/", "body": null});
        assert!(read(&json!({"request": page, "response": {"body": {"string": "hi"}}})).unwrap().is_none());
        assert!(
            read(&json!({"request": asked(&Value::Null), "response": {}})).unwrap_err().contains("not in the file")
        );
        let reason = read(&json!({"request": asked(&json!({"base64_string": "*"})), "response": {}})).unwrap_err();
        assert_eq!(reason, "the request's body is not base64");
    }
}
