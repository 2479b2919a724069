//! Results of promptfoo (`promptfoo eval -o out.json`): one result for each prompt, provider and test.
//!
//! `cached` is promptfoo's own cache of answers: such a result was no call. What the provider's cache served is not counted. Shape: from
//! memory of `src/types/index.ts` of its repository, 2026-11.

use serde_json::{Value, json};

use crate::exchange::{Exchange, HasFields};
use crate::log::body::envelope::Envelope;
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::json::{at, items, text};
use crate::log::reason::Reason;

/// A document of results.
pub(crate) struct Promptfoo;

impl LogFormat for Promptfoo {
    fn name(&self) -> &'static str {
        "promptfoo"
    }

    fn about(&self) -> &'static str {
        "results of promptfoo: counts only, none of what was cached"
    }

    fn lacks(&self) -> Option<&'static str> {
        Some("hits are not in it, texts and times are not read: tokens are summed, nothing is simulated")
    }

    fn recognises(&self, line: &Value) -> bool {
        at(line, "/results/results").is_some_and(Value::is_array)
            && (line.field("evalId").is_some() || at(line, "/results/stats").is_some())
    }

    fn reads_lines_alone(&self) -> bool {
        true
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(Self)
    }
}

impl FormatReader for Promptfoo {
    fn line(&mut self, line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        let results = items(at(&line, "/results/results")).enumerate();
        Ok(results
            .filter_map(|(index, result)| context.named(|| format!("result {}", index + 1), call(result)))
            .collect())
    }
}

fn call(result: &Value) -> Result<Option<Exchange>, String> {
    let answer = &result["response"];
    let told = [&answer["tokenUsage"], &result["tokenUsage"]].into_iter().find(|told| told.is_object());
    let Some(told) =
        told.filter(|told| answer["cached"] != true && told["prompt"].as_u64().is_some_and(|prompt| prompt > 0))
    else {
        return Ok(None);
    };
    // `openai:chat:gpt-4o`, `anthropic:messages:claude-…`: provider and model with the kind of API between them.
    let id = text(result, &["/provider/id", "/provider"]).unwrap_or_default();
    let provider = id.split_once(':').map(|(provider, _)| provider);
    let model = id.rsplit_once(':').map_or(id.as_str(), |(_, model)| model);
    let usage = json!({"prompt_tokens": told["prompt"], "completion_tokens": told["completion"], "total_tokens": told["total"]});
    let outside =
        json!({"id": result["id"], "model": model, "provider": provider, "usage": usage, "cost": answer["cost"]});
    Envelope { outside, ..Envelope::default() }.usage_only().map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_of_promptfoos_own_cache_is_no_call() {
        let result = |cached: bool| {
            let usage = if cached {
                json!({"total": 2_306, "cached": 2_306})
            } else {
                json!({"total": 2_306, "prompt": 2_006, "completion": 300})
            };
            json!({"provider": {"id": "openai:chat:gpt-4o"}, "response": {"output": "Blue.", "tokenUsage": usage, "cached": cached, "cost": 0.008}})
        };
        let line = json!({"evalId": "e", "results": {"version": 3, "results": [result(true), result(false)], "stats": {"tokenUsage": {"prompt": 2_006}}}});
        assert!(Promptfoo.recognises(&line));
        let found = Promptfoo.line(line, &mut LineContext::default()).unwrap();
        assert_eq!(
            (found.len(), found[0].request.model.as_deref(), found[0].seller),
            (1, Some("gpt-4o"), Some("openai"))
        );
        assert_eq!((found[0].usage.prompt_tokens, found[0].usage.hit_tokens), (Some(2_006), None));
    }
}
