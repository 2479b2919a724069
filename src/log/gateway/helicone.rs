//! Helicone: rows of its request export, with both bodies (`--include-body`).
//!
//! Names of columns: `HeliconeRequest` in its REST reference, and its export tool. A row without bodies has its counts alone. What
//! Helicone's own response cache answered (`cache_reference_id`) never reached the provider and is passed over.

use serde_json::{Value, json};

use crate::exchange::{Exchange, HasFields, Scope, Usage};
use crate::log::body::envelope::Envelope;
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::json::{take, text};
use crate::log::reason::Reason;
use crate::log::secret;

/// A row.
pub(crate) struct Helicone;

impl LogFormat for Helicone {
    fn name(&self) -> &'static str {
        "helicone"
    }

    fn about(&self) -> &'static str {
        "Helicone's request export with bodies"
    }

    fn recognises(&self, line: &Value) -> bool {
        line.field("request_created_at").is_some()
            && (line.field("request_body").is_some() || line.field("request_id").is_some())
    }

    fn reads_lines_alone(&self) -> bool {
        true
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(Self)
    }
}

impl FormatReader for Helicone {
    fn line(&mut self, mut line: Value, _: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        if text(&line, &["/cache_reference_id"]).is_some_and(|id| !id.is_empty() && id != NOT_CACHED) {
            return Ok(Vec::new());
        }
        let model = text(&line, &["/request_model", "/model", "/response_model"]);
        let request =
            take(&mut line, "request_body").filter(|body| body.as_object().is_some_and(|body| !body.is_empty()));
        let response = take(&mut line, "response_body").filter(|body| body.is_object() || body.is_array());
        // The provider's own usage tells more than the row's columns, which stand in where there is none.
        if response.as_ref().and_then(Usage::of_response).is_none_or(|usage| usage.prompt_tokens.is_none()) {
            line["usage"] = usage(&line);
        }
        let key = text(&line, &["/proxy_key_id", "/request_provider_key_id", "/api_key_id"]);
        let user = text(&line, &["/request_user_id", "/user_id"]);
        let scope = Scope {
            key: key.map(|key| secret::id(&key)),
            user: user.map(|user| secret::user(&user)),
            ..Scope::default()
        };
        line["model"] = model.clone().into();
        let exchange = match request {
            Some(mut request) => {
                // Gemini and Bedrock have the model in the URL, so that the body lacks it.
                if request.field("model").is_none() {
                    request["model"] = model.into();
                }
                Envelope { outside: line, request, response, ..Envelope::default() }.read()
            }
            None if line["prompt_tokens"].is_null() => Err("no `request_body`: export with bodies".into()),
            None => Envelope { outside: line, response, ..Envelope::default() }.usage_only(),
        }?;
        Ok(vec![Exchange { scope, ..exchange }])
    }
}

/// The reference of a row that Helicone's response cache did not answer.
const NOT_CACHED: &str = "00000000-0000-0000-0000-000000000000";

/// The row's own counts. Helicone takes what was read from the provider's cache out of `prompt_tokens` (`openaiBodyProcessor.ts`, and
/// Anthropic reports it so); a 0 in the cache's columns is their default and tells nothing.
fn usage(line: &Value) -> Value {
    let told = |key: &str| line.field(key).filter(|count| !count.is_null() && **count != 0);
    let (read, written) = (told("prompt_cache_read_tokens"), told("prompt_cache_write_tokens"));
    let (prompt, output) = (&line["prompt_tokens"], &line["completion_tokens"]);
    match (read, written) {
        (None, None) => json!({"prompt_tokens": prompt, "completion_tokens": output}),
        _ => json!({"input_tokens": prompt, "output_tokens": output,
            "cache_read_input_tokens": read, "cache_creation_input_tokens": written}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::Input;

    #[test]
    fn what_was_read_and_written_is_counted_beside_the_prompt() {
        let counts = |row: Value| {
            let usage = Usage::from_json(&usage(&row));
            (usage.prompt_tokens, usage.hit_tokens, usage.output_tokens)
        };
        let row = json!({"prompt_tokens": 30, "completion_tokens": 5, "prompt_cache_read_tokens": 64, "prompt_cache_write_tokens": 6});
        assert_eq!(counts(row), (Some(100), Some(64), Some(5)));
        let row = json!({"prompt_tokens": 30, "completion_tokens": 5, "prompt_cache_read_tokens": 0, "prompt_cache_write_tokens": 0});
        assert_eq!(counts(row), (Some(30), None, Some(5)));
    }

    #[test]
    fn what_helicones_own_cache_answered_is_no_exchange() {
        let row = |id: &str| {
            json!({"request_created_at": "2026-04-07T08:00:00Z", "request_id": "r", "request_body": {"prompt": "a", "model": "m"},
                "cache_reference_id": id})
        };
        let read = |id: &str| Helicone.line(row(id), &mut LineContext::default()).unwrap().len();
        assert_eq!([read(NOT_CACHED), read(""), read("6e4c62a1-64c8-4d8b-a6a5-31c7a0d9f5a1")], [1, 1, 0]);
    }

    #[test]
    fn a_row_without_bodies_has_its_counts() {
        let row = json!({"request_created_at": "2026-04-07T08:00:00Z", "request_id": "r", "request_model": "m",
            "request_body": null, "response_status": 200, "prompt_tokens": 30, "completion_tokens": 5});
        let read = |row: Value| Helicone.line(row, &mut LineContext::default());
        let exchange = read(row.clone()).unwrap().remove(0);
        assert!(matches!(exchange.request.input, Input::Missing));
        assert_eq!((exchange.request.model.as_deref(), exchange.usage.prompt_tokens), (Some("m"), Some(30)));
        let mut failed = row;
        (failed["response_status"], failed["prompt_tokens"], failed["completion_tokens"]) =
            (json!(-1), json!(0), json!(0));
        assert!(read(failed).unwrap()[0].has_failed);
    }
}
