//! Bedrock's model invocation log (`CloudWatch` or S3): one record for each call, with the bodies of `InvokeModel` or `Converse`.
//!
//! Bodies of more than 100 kB lie in files of their own, which the record names. Who shares a cache is the account. Shape: the
//! Bedrock user guide, "model invocation logging"; records are also read as events of `CloudWatch`, where they are text.

use serde_json::{Map, Value, json};

use super::api;
use super::bedrock::Converse;
use super::envelope::Envelope;
use super::format::{LogFormat, Memory};
use super::json::{take, text, unquote_fields};
use super::{Exchange, secret};

/// A record.
pub(super) struct InvocationLog;

impl LogFormat for InvocationLog {
    fn name(&self) -> &'static str {
        "bedrock-log"
    }

    fn about(&self) -> &'static str {
        "Amazon Bedrock's model invocation log"
    }

    fn recognises(&self, line: &Value) -> bool {
        let is_record = |line: &Value| line["schemaType"] == "ModelInvocationLog";
        is_record(line) || line["message"].as_str().is_some_and(|text| text.contains("\"ModelInvocationLog\""))
    }

    fn read(&self, mut line: Value, _: &mut Memory) -> Result<Vec<Exchange>, String> {
        unquote_fields(&mut line, &["message"])?;
        let mut record = take(&mut line, "message").filter(Value::is_object).unwrap_or(line);
        let (mut input, mut output) = (record["input"].take(), record["output"].take());
        let Some(mut request) = take(&mut input, "inputBodyJson").filter(Value::is_object) else {
            return Err(match input.get("inputBodyS3Path") {
                Some(_) => "the bodies are in a file of their own in S3 (inputBodyS3Path)".into(),
                None => "no `inputBodyJson`: turn on the logging of text data".into(),
            });
        };
        let model = text(&record, &["/modelId"]).map(|id| id.rsplit('/').next().unwrap_or(&id).to_owned());
        request["modelId"] = model.clone().into();
        let response = take(&mut output, "outputBodyJson");
        // The body's own counts say more of what was written.
        let counted = response.as_ref().is_some_and(|body| body.get("usage").is_some() || body.is_array());
        let usage = if counted { Value::Null } else { usage(&input, &output) };
        let operation = text(&record, &["/operation"]).unwrap_or_default();
        let region = text(&record, &["/region"]);
        let outside = json!({
            "timestamp": record.get("timestamp"), "id": record.get("requestId"), "model": model, "usage": usage,
            "host": region.map(|region| format!("bedrock-runtime.{region}.amazonaws.com")),
        });
        let envelope = Envelope { outside, request, response, ..Envelope::default() };
        let exchange =
            if operation.starts_with("Converse") { envelope.read_as(&Converse) } else { envelope_of_model(envelope) }?;
        let scope =
            text(&record, &["/accountId"]).map(|account| secret::user(&account).replacen("user:", "account:", 1));
        Ok(vec![Exchange { scope, ..exchange }])
    }
}

/// `InvokeModel` has the body of the model's own API, which does not name the model.
fn envelope_of_model(mut envelope: Envelope) -> Result<Exchange, String> {
    envelope.request.as_object_mut().map(|body| body.shift_remove("modelId"));
    let api = api::of_request(&envelope.request)?;
    envelope.read_as(api)
}

/// The record's own counts, which both operations have.
fn usage(input: &Value, output: &Value) -> Value {
    let counts = [
        (input, "inputTokenCount"),
        (input, "cacheReadInputTokenCount"),
        (input, "cacheWriteInputTokenCount"),
        (output, "outputTokenCount"),
    ];
    let known = counts.into_iter().filter_map(|(side, key)| Some((key.to_owned(), side.get(key)?.clone())));
    let usage: Map<String, Value> = known.collect();
    if usage.is_empty() { Value::Null } else { usage.into() }
}
