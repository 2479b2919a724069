//! Thoughts that only a total holds.

use serde_json::Value;

use super::tokens;
use crate::exchange::{Resolution, Usage};
use crate::log::json::{at, text};

/// The usage of a Gemini model behind Google's endpoint for OpenAI's clients, which tells the thoughts in the total alone.
pub(super) fn with_thoughts(usage: Usage, body: &Value) -> Usage {
    let is_gemini = || text(body, &["/model"]).is_some_and(|model| model.contains("gemini"));
    let (Some(prompt), Some(output), None) = (usage.prompt_tokens, usage.output_tokens, usage.reasoning_tokens) else {
        return usage;
    };
    let rest = at(body, "/usage/total_tokens").and_then(tokens).and_then(|total| total.checked_sub(prompt + output));
    // Tokens that a cache served may be missing in the prompt as well.
    let Some(thoughts) = rest.filter(|rest| *rest > 0 && usage.hit_tokens.is_none() && is_gemini()) else {
        return usage;
    };
    let (reasoning_tokens, resolved) = (Some(thoughts), Some(Resolution::Reasoning));
    Usage { output_tokens: Some(output + thoughts), reasoning_tokens, resolved, ..usage }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn thoughts_that_only_the_total_of_a_gemini_model_holds_are_a_part_of_the_answer() {
        let read = |model: &str| {
            let usage = json!({"prompt_tokens": 758, "completion_tokens": 102, "total_tokens": 1725});
            let usage = Usage::of_response(&json!({"model": model, "usage": usage})).unwrap();
            (usage.output_tokens, usage.reasoning_tokens, usage.resolved)
        };
        assert_eq!(read("gemini-2.5-pro"), (Some(967), Some(865), Some(Resolution::Reasoning)));
        assert_eq!(read("another"), (Some(102), None, None));
    }
}
