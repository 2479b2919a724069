//! Rows of New API's and One API's logs (`/api/log/`, table `logs`): counts in columns, what was cached in `other`, a text of JSON.
//!
//! `claude` in it says that the columns count as Anthropic does, without what was read and written (new-api 7291); else the prompt is
//! whole. Rows of type 2 are calls. Shape: `service/log_info_generate.go` of its repository, 2026-11.

use serde_json::{Value, json};

use crate::exchange::{Exchange, HasFields, Scope};
use crate::log::body::envelope::Envelope;
use crate::log::body::told_by_total::Told;
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::json::{instant, text, unquote_fields};
use crate::log::reason::Reason;
use crate::log::secret;
use crate::time::SignedDuration;

/// A row.
pub(crate) struct NewApi;

impl LogFormat for NewApi {
    fn name(&self) -> &'static str {
        "new-api"
    }

    fn about(&self) -> &'static str {
        "rows of the logs of New API and One API: counts only"
    }

    fn lacks(&self) -> Option<&'static str> {
        Some("prompts are not in it: reported counts are summed, nothing is simulated")
    }

    fn recognises(&self, line: &Value) -> bool {
        ["quota", "model_name", "prompt_tokens", "token_name"].iter().all(|key| line.field(key).is_some())
    }

    fn reads_lines_alone(&self) -> bool {
        true
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(Self)
    }
}

impl FormatReader for NewApi {
    fn line(&mut self, mut line: Value, _: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        // Others are payments, logins and errors.
        if line.field("type").is_some_and(|kind| kind != 2) {
            return Ok(Vec::new());
        }
        unquote_fields(&mut line, &["other"])?;
        let outside = json!({"model": line["model_name"], "usage": usage(&line), "id": text(&line, &["/request_id"])});
        let exchange = Envelope { outside, ..Envelope::default() }.usage_only()?;
        // A row is written when the answer is there; it says how many seconds that took.
        let end = instant(&line, &["/created_at"]);
        let took = line["use_time"].as_i64().map(SignedDuration::from_secs);
        let start = end.and_then(|end| end.checked_sub(took?).ok()).or(end);
        let user = text(&line, &["/username", "/user_id"]).map(|user| secret::user(&user));
        Ok(vec![Exchange { time: start, end_time: end, scope: Scope { user, ..Scope::default() }, ..exchange }])
    }
}

fn usage(line: &Value) -> Value {
    let (prompt, output, other) = (&line["prompt_tokens"], &line["completion_tokens"], &line["other"]);
    let (read, written) = (&other["cache_tokens"], &other["cache_creation_tokens"]);
    let is_exclusive = other["claude"] == true || other["usage_semantic"] == "anthropic";
    let (five_minutes, hour) = (&other["cache_creation_tokens_5m"], &other["cache_creation_tokens_1h"]);
    let mut usage = Told { input: prompt, output, read, written, total: &Value::Null }.usage(!is_exclusive);
    if is_exclusive && !(five_minutes.is_null() && hour.is_null()) {
        usage["cache_creation"] = json!({"ephemeral_5m_input_tokens": five_minutes, "ephemeral_1h_input_tokens": hour});
    }
    usage
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_says_if_its_columns_leave_out_the_cache() {
        let read = |prompt: u64, other: Value| {
            let line = json!({"type": 2, "created_at": 1_775_548_803, "use_time": 3, "quota": 9, "model_name": "m", "token_name": "t",
                "prompt_tokens": prompt, "completion_tokens": 50, "other": other.to_string()});
            assert!(NewApi.recognises(&line));
            NewApi.line(line, &mut LineContext::default()).unwrap().remove(0)
        };
        let claude = read(
            12,
            json!({"claude": true, "cache_tokens": 2_000, "cache_creation_tokens": 6_000, "cache_creation_tokens_5m": 6_000}),
        );
        assert_eq!((claude.usage.prompt_tokens, claude.usage.hit_tokens), (Some(8_012), Some(2_000)));
        assert_eq!(claude.usage.written.map(|written| written.five_minutes), Some(6_000));
        assert_eq!(claude.time.unwrap().to_string(), "2026-04-07T08:00:00Z");
        let other = read(5_000, json!({"cache_tokens": 4_096}));
        assert_eq!((other.usage.prompt_tokens, other.usage.hit_tokens), (Some(5_000), Some(4_096)));
        assert_eq!(read(5_000, json!({})).usage.hit_tokens, None, "One API does not count them");
    }
}
