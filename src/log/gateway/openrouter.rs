//! OpenRouter's record of a generation (`GET /api/v1/generation`): what the provider counted, without texts.
//!
//! `native_tokens_…` are the model's own counts, which are billed; `tokens_…` are counted with one tokenizer for all models and left
//! alone. The prompt holds what was cached. Shape: OpenRouter's API reference, "Get request & usage metadata for a generation".

use serde_json::{Value, json};

use crate::exchange::{Exchange, HasFields, Scope};
use crate::log::body::envelope::Envelope;
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::json::text;
use crate::log::reason::Reason;
use crate::log::secret;

/// The record of a generation.
pub(crate) struct Generation;

impl LogFormat for Generation {
    fn name(&self) -> &'static str {
        "openrouter-generation"
    }

    fn about(&self) -> &'static str {
        "OpenRouter's records of generations, with the counts of the provider"
    }

    fn lacks(&self) -> Option<&'static str> {
        Some("prompts are not in the log: reported counts are summed, nothing is simulated")
    }

    fn recognises(&self, line: &Value) -> bool {
        line.field("native_tokens_prompt").is_some() && line.field("id").is_some()
    }

    fn reads_lines_alone(&self) -> bool {
        true
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(Self)
    }
}

impl FormatReader for Generation {
    fn line(&mut self, line: Value, _: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        let counts =
            ["native_tokens_prompt", "native_tokens_completion", "native_tokens_cached", "native_tokens_reasoning"];
        let counts = counts.into_iter().filter_map(|key| Some((key.to_owned(), line.field(key)?.clone())));
        let outside = json!({
            "id": line.field("id"), "timestamp": line.field("created_at"), "model": line.field("model"), "host": "openrouter.ai",
            "usage": counts.collect::<Value>(), "service_tier": line.field("service_tier"),
            "total_cost": line.field("total_cost").or_else(|| line.field("usage")),
        });
        // The record has an empty name for calls without a user.
        let user = text(&line, &["/external_user"]).filter(|user| !user.is_empty()).map(|user| secret::user(&user));
        let exchange = Envelope { outside, ..Envelope::default() }.usage_only()?;
        Ok(vec![Exchange { scope: Scope { user, ..Scope::default() }, ..exchange }])
    }
}
