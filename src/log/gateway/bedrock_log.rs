//! Bedrock's model invocation log (`CloudWatch` or S3): one record for each call, with the bodies of `InvokeModel` or `Converse`.
//!
//! Bodies of more than 100 kB lie in files of their own, which the record names. Who shares a cache is the account. Shape: the
//! Bedrock user guide, "model invocation logging"; records are also read as events of `CloudWatch`, where they are text.

use serde_json::{Map, Value, json};

use crate::exchange::{Exchange, HasFields, Scope};
use crate::log::body::bedrock::Converse;
use crate::log::body::envelope::Envelope;
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::json::{take, text, unquote_fields};
use crate::log::reason::Reason;
use crate::log::secret;

/// A record.
pub(crate) struct InvocationLog;

impl LogFormat for InvocationLog {
    fn name(&self) -> &'static str {
        "bedrock-log"
    }

    fn about(&self) -> &'static str {
        "Amazon Bedrock's model invocation log"
    }

    fn recognises(&self, line: &Value) -> bool {
        let text = |key: &str| line.field(key).and_then(Value::as_str);
        text("schemaType") == Some("ModelInvocationLog")
            || text("message").is_some_and(|text| text.contains("\"ModelInvocationLog\""))
    }

    fn reads_lines_alone(&self) -> bool {
        true
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(Self)
    }
}

impl FormatReader for InvocationLog {
    fn line(&mut self, mut line: Value, _: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        // As an event of CloudWatch the record is a text in `message`.
        unquote_fields(&mut line, &["message"])?;
        let mut record = take(&mut line, "message").filter(Value::is_object).unwrap_or(line);
        let (mut input, mut output) = (record["input"].take(), record["output"].take());
        let Some(mut request) = take(&mut input, "inputBodyJson").filter(Value::is_object) else {
            return Err(match input.field("inputBodyS3Path") {
                Some(_) => "the bodies are in a file of their own in S3 (inputBodyS3Path)".into(),
                None => "no `inputBodyJson`: turn on the logging of text data".into(),
            });
        };
        // An ARN ends with the model's name behind a slash.
        let model = text(&record, &["/modelId"]).map(|id| id.rsplit('/').next().unwrap_or(&id).to_owned());
        // Converse has the model in the URL, which is not part of the logged body.
        request["modelId"] = model.clone().into();
        let response = take(&mut output, "outputBodyJson");
        let operation = text(&record, &["/operation"]).unwrap_or_default();
        let region = text(&record, &["/region"]);
        let outside = json!({
            "timestamp": record.field("timestamp"), "id": record.field("requestId"), "model": model,
            "usage": usage(&input, &output), "error": record.field("errorCode"),
            "host": region.map(|region| format!("bedrock-runtime.{region}.amazonaws.com")),
        });
        let envelope = Envelope { outside, request, response, ..Envelope::default() };
        let exchange =
            if operation.starts_with("Converse") { envelope.read_as(&Converse) } else { envelope_of_model(envelope) }?;
        let account = text(&record, &["/accountId"]).map(|account| secret::account(&account));
        let scope = Scope { account, ..Scope::default() };
        Ok(vec![Exchange { scope, ..exchange }])
    }
}

/// `InvokeModel` has the body of the model's own API, which does not name the model.
fn envelope_of_model(mut envelope: Envelope) -> Result<Exchange, String> {
    envelope.request.as_object_mut().map(|body| body.shift_remove("modelId"));
    envelope.read()
}

/// The record's own counts, which both operations have.
fn usage(input: &Value, output: &Value) -> Value {
    let counts = [
        (input, "inputTokenCount"),
        (input, "cacheReadInputTokenCount"),
        (input, "cacheWriteInputTokenCount"),
        (output, "outputTokenCount"),
    ];
    let known = counts.into_iter().filter_map(|(side, key)| Some((key.to_owned(), side.field(key)?.clone())));
    let usage: Map<String, Value> = known.collect();
    if usage.is_empty() { Value::Null } else { usage.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(output: &Value) -> Exchange {
        let record = json!({"schemaType": "ModelInvocationLog", "operation": "InvokeModelWithResponseStream", "modelId": "m",
            "input": {"inputBodyJson": {"max_tokens": 9, "messages": [{"role": "user", "content": "hi"}], "system": "s"},
                "inputTokenCount": 20, "cacheReadInputTokenCount": 80}, "output": output});
        InvocationLog.line(record, &mut LineContext::default()).unwrap().remove(0)
    }

    #[test]
    fn the_records_counts_stand_in_for_what_a_stream_does_not_count() {
        let events = json!([{"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "ho"}},
            {"type": "message_stop", "amazon-bedrock-invocationMetrics": {"inputTokenCount": 20}}]);
        let usage = read(&json!({"outputBodyJson": events, "outputTokenCount": 5})).usage;
        assert_eq!((usage.prompt_tokens, usage.hit_tokens, usage.output_tokens), (Some(100), Some(80), Some(5)));
    }

    #[test]
    fn the_bodys_counts_say_how_long_what_was_written_lives() {
        let usage = json!({"input_tokens": 20, "cache_read_input_tokens": 70, "cache_creation_input_tokens": 10,
            "cache_creation": {"ephemeral_1h_input_tokens": 10}, "output_tokens": 5});
        let body = json!({"type": "message", "role": "assistant", "content": [], "usage": usage});
        let usage = read(&json!({"outputBodyJson": body, "outputTokenCount": 5})).usage;
        assert_eq!((usage.prompt_tokens, usage.written.unwrap().hour), (Some(100), 10));
    }
}
