//! Rows of Vertex AI's log of requests and responses in BigQuery: the bodies whole in `full_request` and `full_response`.
//!
//! `logging_time` is when the row was written; no other time is there. Shape: from memory of
//! Google's page "Log requests and responses", 2026-11.

use serde_json::{Value, json};

use crate::exchange::{Exchange, HasFields};
use crate::log::body::envelope::Envelope;
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::json::{take, text, unquote_fields};
use crate::log::reason::Reason;

/// A row.
pub(crate) struct VertexLog;

impl LogFormat for VertexLog {
    fn name(&self) -> &'static str {
        "vertex-log"
    }

    fn about(&self) -> &'static str {
        "Vertex AI's log of requests and responses in BigQuery"
    }

    fn recognises(&self, line: &Value) -> bool {
        ["logging_time", "full_request", "full_response"].iter().all(|key| line.field(key).is_some())
    }

    fn reads_lines_alone(&self) -> bool {
        true
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(Self)
    }
}

impl FormatReader for VertexLog {
    fn line(&mut self, mut line: Value, _: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        unquote_fields(&mut line, &["full_request", "full_response"])?;
        let request = take(&mut line, "full_request").ok_or("a row without `full_request`")?;
        // BigQuery writes the zone as a word.
        let time = text(&line, &["/logging_time"]).map(|time| time.trim_end_matches(" UTC").to_owned());
        let endpoint = text(&line, &["/endpoint"]).unwrap_or_default();
        let location = endpoint.split_once("/locations/").and_then(|(_, rest)| rest.split('/').next());
        let host = match location {
            None | Some("global") => "aiplatform.googleapis.com".to_owned(),
            Some(location) => format!("{location}-aiplatform.googleapis.com"),
        };
        let method = text(&line, &["/api_method"]).unwrap_or_default();
        let outside =
            json!({"timestamp": time, "model": line["model"], "url": format!("https://{host}/v1/{endpoint}:{method}")});
        let response = take(&mut line, "full_response");
        Ok(vec![Envelope { outside, request, response, ..Envelope::default() }.read()?])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_a_call_at_the_time_it_was_written_and_at_its_location() {
        let row = json!({"endpoint": "projects/1/locations/europe-west1/publishers/google/models/gemini-2.5-flash", "model": "gemini-2.5-flash",
            "logging_time": "2026-04-07 08:00:00.000000 UTC", "api_method": "generateContent",
            "full_request": {"contents": [{"role": "user", "parts": [{"text": "Which hull?"}]}]},
            "full_response": {"candidates": [], "usageMetadata": {"promptTokenCount": 100, "cachedContentTokenCount": 80}}});
        assert!(VertexLog.recognises(&row));
        let call = VertexLog.line(row, &mut LineContext::default()).unwrap().remove(0);
        assert_eq!(call.time.unwrap().to_string(), "2026-04-07T08:00:00Z");
        assert_eq!(call.host.as_deref(), Some("europe-west1-aiplatform.googleapis.com"));
        assert_eq!((call.usage.prompt_tokens, call.usage.hit_tokens), (Some(100), Some(80)));
    }
}
