//! LiteLLM: the `StandardLoggingPayload` of its callbacks, and rows of its spend logs.
//!
//! `cache_hit` is LiteLLM's own response cache: such a call never reached the provider and is passed over. Usage is inclusive.
//! Shapes: LiteLLM 1.109 (`types/utils.py`, and the table `LiteLLM_SpendLogs` in its schema).

use serde_json::{Map, Value, json};

use crate::exchange::{Exchange, FormatTraits, HasFields, Scope};
use crate::log::body::envelope::Envelope;
use crate::log::format::{FormatReader, LineContext, LogFormat, RequestShape};
use crate::log::json::{items, take, text, unquote_fields};
use crate::log::reading::scan;
use crate::log::reason::Reason;
use crate::log::secret;

const REDACTED: &str = "redacted-by-litellm";

/// Words in the place of what was cut out of a text.
const GAP: &str = "(litellm_truncated skipped ";

/// A call that LiteLLM logged.
pub(crate) struct LiteLlm;

impl LogFormat for LiteLlm {
    fn name(&self) -> &'static str {
        "litellm"
    }

    fn about(&self) -> &'static str {
        "LiteLLM's StandardLoggingPayload and spend logs"
    }

    fn traits(&self) -> FormatTraits {
        FormatTraits { names_provider_in_model: true, ..FormatTraits::default() }
    }

    fn request_shape(&self) -> RequestShape {
        RequestShape::OfApi
    }

    /// Messages that LiteLLM took out or cut short are read with the rest.
    fn may_be_cut(&self, line: &[u8]) -> bool {
        ![REDACTED, GAP].iter().any(|words| scan::contains(line, words))
    }

    fn recognises(&self, line: &Value) -> bool {
        let has = |key: &str| line.field(key).is_some();
        // A payload without its times still has the parameters beside the messages.
        let is_payload = has("startTime") || has("model_parameters");
        // A payload may be cut down to the fields that somebody wanted.
        let own = ["response_cost", "spend", "metadata", "model_parameters", "custom_llm_provider"];
        has("call_type") && is_payload && own.into_iter().any(has)
    }

    fn reads_lines_alone(&self) -> bool {
        true
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(Self)
    }
}

impl FormatReader for LiteLlm {
    fn line(&mut self, mut line: Value, _: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        if is_no_call(&line) {
            return Ok(Vec::new());
        }
        unquote_fields(&mut line, &["metadata", "messages", "proxy_server_request", "model_parameters"])?;
        line["model"] = text(&line, &["/hidden_params/litellm_model_name", "/model"]).into();
        let request = request(&mut line);
        let mut response = take(&mut line, "response").filter(Value::is_object);
        if let Some(answer) = response.as_mut().filter(|answer| is_cut(answer)).and_then(Value::as_object_mut) {
            // Part of an answer would be taken for all of it.
            answer.retain(|key, _| !["choices", "output", "content"].contains(&key.as_str()));
        }
        let scope = scope(&line);
        line["usage"] = usage(&line, response.as_ref());
        if line["status"].is_null() {
            line["status"] = line["metadata"]["status"].clone();
        }
        let envelope = Envelope { outside: line, response, ..Envelope::default() };
        let exchange = match request {
            Ok(Value::Null) => envelope.usage_only(),
            Ok(request) => Envelope { request, ..envelope }.read(),
            Err(reason) => envelope.unread(reason),
        }?;
        Ok(vec![Exchange { scope, ..exchange }])
    }
}

/// True if the provider was not called (LiteLLM's own cache answered), or no model that reads a prompt.
fn is_no_call(line: &Value) -> bool {
    const OTHERS: [&str; 6] = ["embedding", "image", "transcription", "speech", "rerank", "moderation"];
    let hit = &line["cache_hit"];
    let is_hit = hit == true || hit.as_str().is_some_and(|hit| hit.eq_ignore_ascii_case("true"));
    let kind = line["call_type"].as_str().unwrap_or_default();
    is_hit || OTHERS.iter().any(|other| kind.contains(other))
}

/// The body that went out, null where it was not stored: messages with the model's parameters beside them, or what the proxy kept of the request.
fn request(line: &mut Value) -> Result<Value, String> {
    let messages = take(line, "messages").filter(|messages| !is_empty(messages));
    let kept = take(line, "proxy_server_request").filter(|kept| !is_empty(kept));
    let mut body = match (messages, kept) {
        (Some(messages), _) => {
            let mut body = take(line, "model_parameters").filter(Value::is_object).unwrap_or_else(|| json!({}));
            let key = match text(line, &["/call_type"]) {
                Some(kind) if kind.contains("responses") => "input",
                _ if messages.is_string() => "prompt",
                _ => "messages",
            };
            body[key] = messages;
            body
        }
        (None, Some(mut kept)) if kept.is_object() => take(&mut kept, "body").filter(Value::is_object).unwrap_or(kept),
        // Texts are stored only with store_prompts_in_spend_logs.
        _ => return Ok(Value::Null),
    };
    if is_redacted(&body) {
        return Err("the prompt is redacted by LiteLLM; turn off its message redaction to simulate".into());
    }
    if is_cut(&body) {
        return Err("the prompt is cut short by LiteLLM; raise MAX_STRING_LENGTH_PROMPT_IN_DB to simulate".into());
    }
    if !line["model"].is_null() {
        body["model"] = line["model"].clone();
    }
    Ok(body)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

fn is_redacted(body: &Value) -> bool {
    let is = |value: &Value| value.as_str().is_some_and(|text| text.contains(REDACTED));
    is(&body["prompt"]) || items(body.field("messages")).any(|message| is(message) || is(&message["content"]))
}

/// True if texts have a gap: spend logs keep 2048 letters of each, unless configured otherwise.
fn is_cut(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains(GAP),
        Value::Array(list) => list.iter().any(is_cut),
        Value::Object(map) => map.values().any(is_cut),
        _ => false,
    }
}

/// The key by the hash that LiteLLM logs in its place, and who used it.
fn scope(line: &Value) -> Scope {
    let key = text(line, &["/metadata/user_api_key_hash", "/api_key"]).filter(|key| !key.is_empty());
    let users = ["/end_user", "/metadata/user_api_key_end_user_id", "/user", "/metadata/user_api_key_user_id"];
    let user = users.iter().find_map(|pointer| text(line, &[pointer]).filter(|user| !user.is_empty()));
    // Shortened as other keys' names are; a key that was logged in clear is hashed here.
    Scope { key: key.map(|key| secret::scope(&key)), user: user.map(|user| secret::user(&user)), ..Scope::default() }
}

/// The normalised usage object, else the response's, else the counts beside them.
fn usage(line: &Value, response: Option<&Value>) -> Value {
    let logged = line.pointer("/metadata/usage_object").filter(|usage| usage.is_object());
    let answered = || response?.field("usage").filter(|usage| usage.is_object());
    if let Some(usage) = logged.or_else(answered) {
        return usage.clone();
    }
    let counts = ["prompt_tokens", "completion_tokens"].iter();
    let counts = counts.filter_map(|key| Some(((*key).to_owned(), line.field(key)?.clone())));
    let mut counts: Map<String, Value> = counts.collect();
    // Rows of spend logs keep there what the columns do not have (litellm 11364).
    let more = line.pointer("/metadata/additional_usage_values").and_then(Value::as_object);
    let more = more.into_iter().flatten().filter(|(_, count)| !count.is_null());
    counts.extend(more.map(|(name, count)| (name.clone(), count.clone())));
    Value::Object(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(fields: &Value) -> Vec<Exchange> {
        let mut line = json!({"call_type": "acompletion", "startTime": 1_775_548_800, "metadata": {}, "model": "m", "prompt_tokens": 9});
        line.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        LiteLlm.line(line, &mut LineContext::default()).unwrap()
    }

    #[test]
    fn a_payload_that_was_cut_down_to_what_was_sent_is_still_one() {
        let line = json!({"call_type": "acompletion", "model": "m", "messages": [{"role": "user", "content": "hi"}],
            "model_parameters": {"tools": [{"type": "function", "function": {"name": "look"}}]}});
        assert!(LiteLlm.recognises(&line));
        let exchange = LiteLlm.line(line, &mut LineContext::default()).unwrap().remove(0);
        assert_eq!(exchange.request.tools.len(), 1);
    }

    #[test]
    fn what_reads_no_prompt_is_passed_over() {
        assert!(read(&json!({"call_type": "aembedding"})).is_empty());
        assert!(read(&json!({"cache_hit": "True"})).is_empty());
        assert_eq!(read(&json!({"cache_hit": "False"})).len(), 1);
    }

    #[test]
    fn the_input_of_responses_is_no_list_of_messages() {
        let items = json!([{"role": "user", "content": "hi"}, {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}]);
        let exchange = read(&json!({"call_type": "aresponses", "messages": items})).remove(0);
        assert_eq!((exchange.api, exchange.request.messages().len()), (Some("openai-responses"), 2));
    }

    #[test]
    fn what_the_columns_of_a_row_lack_stands_in_its_metadata() {
        let more = json!({"prompt_tokens_details": {"cached_tokens": 2}, "cache_read_input_tokens": 2, "cache_creation_input_tokens": 6});
        let usage = read(&json!({"metadata": {"additional_usage_values": more}})).remove(0).usage;
        assert_eq!(
            (usage.prompt_tokens, usage.hit_tokens, usage.written.map(|written| written.total())),
            (Some(9), Some(2), Some(6))
        );
    }

    #[test]
    fn texts_with_a_gap_are_not_taken_for_the_whole() {
        let cut = "Once ... (litellm_truncated skipped 900 chars) ... upon";
        let line = json!({"call_type": "acompletion", "startTime": 1, "metadata": {}, "model": "m",
            "messages": [{"role": "user", "content": cut}]});
        assert!(
            LiteLlm
                .line(line, &mut LineContext::default())
                .unwrap_err()
                .to_string()
                .contains("MAX_STRING_LENGTH_PROMPT_IN_DB")
        );
        let counted = read(&json!({"messages": [{"role": "user", "content": cut}]})).remove(0);
        assert!(counted.unread.unwrap().contains("MAX_STRING_LENGTH_PROMPT_IN_DB"));
        let response = json!({"choices": [{"message": {"content": cut}}], "usage": {"prompt_tokens": 9}});
        let exchange = read(&json!({"messages": [{"role": "user", "content": "hi"}], "response": response})).remove(0);
        assert_eq!(exchange.usage.prompt_tokens, Some(9));
        assert!(exchange.response.unwrap().message.is_none());
    }

    #[test]
    fn a_redacted_prompt_leaves_what_was_counted() {
        let counts =
            json!({"prompt_tokens": 1000, "prompt_tokens_details": {"cached_tokens": 640}, "completion_tokens": 5});
        let redacted = json!([{"role": "user", "content": REDACTED}]);
        let exchange = read(&json!({"messages": redacted, "metadata": {"usage_object": counts}})).remove(0);
        assert!(matches!(exchange.request.input, crate::exchange::Input::Missing));
        assert!(exchange.unread.unwrap().contains("redacted"));
        assert_eq!((exchange.usage.prompt_tokens, exchange.usage.hit_tokens), (Some(1000), Some(640)));
        assert_eq!(exchange.request.model.as_deref(), Some("m"));
    }

    #[test]
    fn what_the_proxy_kept_is_the_body_or_holds_it() {
        let body = json!({"messages": [{"role": "user", "content": "hi"}]});
        for kept in [body.clone(), json!({"url": "http://x", "body": body}), body.to_string().into()] {
            assert_eq!(read(&json!({"messages": "{}", "proxy_server_request": kept}))[0].request.messages().len(), 1);
        }
    }
}
