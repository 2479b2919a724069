//! Helicone: rows of its request export, with both bodies (`--include-body`).
//!
//! Names of columns: Helicone's own schema (`request_response_rmt`) and its export tool. A row without bodies has no prompt.

use serde_json::{Value, json};

use super::envelope::{Envelope, joined};
use super::format::{LogFormat, Memory};
use super::json::{take, text};
use super::{Exchange, secret};

/// A row.
pub(super) struct Helicone;

impl LogFormat for Helicone {
    fn name(&self) -> &'static str {
        "helicone"
    }

    fn about(&self) -> &'static str {
        "Helicone's request export with bodies"
    }

    fn recognises(&self, line: &Value) -> bool {
        line.get("request_created_at").is_some()
            && (line.get("request_body").is_some() || line.get("request_id").is_some())
    }

    fn read(&self, mut line: Value, _: &mut Memory) -> Result<Vec<Exchange>, String> {
        let mut request =
            take(&mut line, "request_body").filter(Value::is_object).ok_or("no `request_body`: export with bodies")?;
        let response = take(&mut line, "response_body").filter(|body| body.is_object() || body.is_array());
        if request.get("model").is_none() {
            request["model"] = text(&line, &["/request_model", "/model"]).into();
        }
        let counted = |body: &Value| ["usage", "usageMetadata"].iter().any(|key| body.get(key).is_some());
        if !response.as_ref().is_some_and(counted) {
            line["usage"] =
                json!({"prompt_tokens": line["prompt_tokens"], "completion_tokens": line["completion_tokens"]});
            for (from, to) in
                [("prompt_cache_read_tokens", "cached_tokens"), ("prompt_cache_write_tokens", "cache_write_tokens")]
            {
                if line[from].is_u64() {
                    line["usage"]["prompt_tokens_details"][to] = line[from].clone();
                }
            }
        }
        let scope = joined([
            text(&line, &["/proxy_key_id", "/request_provider_key_id", "/api_key_id"]).map(|key| secret::id(&key)),
            text(&line, &["/request_user_id", "/user_id"]).map(|user| secret::user(&user)),
        ]);
        let exchange = Envelope { outside: line, request, response, ..Envelope::default() }.read()?;
        Ok(vec![Exchange { scope, ..exchange }])
    }
}
