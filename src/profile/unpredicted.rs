//! Providers whose caches follow no rule that recorded calls bear out, each with what was seen of it (November 2026).

use crate::wildcard::matches;

/// Names of models, and why their hits are not predicted. The first that fits counts.
const UNPREDICTED: &[(&[&str], &str)] = &[
    (
        &["*gemini*"],
        "Gemini promises no hit; 162 recorded reads of 2.5-flash have any length, 119 of them below the documented minimum of 2,048",
    ),
    (&["*gemma*"], "no cache of Gemma is documented, no recorded call has a hit"),
    (
        &["*grok*"],
        "xAI documents neither block nor lifetime; grok-4.3 read multiples of 64 in 213 of 213 recorded calls, others any length, some beyond the prompt",
    ),
    (
        &["*magistral*", "*voxtral*", "*mistral*", "*ministral*", "*pixtral*", "*codestral*"],
        "Mistral documents blocks of 64, but mistral-small read multiples of 16 in 57 of 58 recorded calls, magistral and voxtral any length",
    ),
    (
        &["*gpt-oss*"],
        "each host of gpt-oss has its own cache: Groq read multiples of 256 in 10 of 10 recorded calls, Bedrock of 16",
    ),
    (&["*kimi*", "*moonshot*"], "Moonshot documents whole blocks without their size; 15 recorded hits show no rule"),
    (&["*glm*"], "Z.ai documents no block; recorded reads have any length, and cold calls read tokens that all share"),
    (
        &["*qwen*"],
        "implicit hits of Qwen are often 1,000 to 2,500 tokens short of what is shared; each host has its own cache",
    ),
    (&["*nova*"], "no recorded call of Amazon Nova has a hit"),
    (&["*llama*"], "each host of Llama has its own cache; name the server's profile where it is vLLM or SGLang"),
    (&["*minimax*", "*command*", "*sonar*", "*jamba*"], "no cache is documented for it, no recorded call has a hit"),
];

/// Why hits of a model are not predicted, as far as recorded calls show; `None` for a model nothing is known of.
pub fn why_unpredicted(model: &str) -> Option<&'static str> {
    let fits = |patterns: &[&str]| patterns.iter().any(|pattern| matches(pattern, model));
    UNPREDICTED.iter().find(|(patterns, _)| fits(patterns)).map(|(_, reason)| *reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_provider_without_a_rule_has_a_reason() {
        for model in [
            "gemini-2.5-flash",
            "google/gemini-3-flash-preview",
            "grok-4.3",
            "mistral-small-latest",
            "openai/gpt-oss-120b",
            "Kimi-K2.5",
            "zai/GLM-5.2",
            "Qwen/Qwen3.5-9B",
            "amazon.nova-pro-v1:0",
            "meta-llama/llama-4-scout",
        ] {
            assert!(why_unpredicted(model).is_some(), "{model}");
        }
        assert_eq!(why_unpredicted("somebodys-own"), None);
    }
}
