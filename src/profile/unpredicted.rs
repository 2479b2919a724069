//! Providers whose caches follow no rule that recorded requests bear out: what is documented, what was seen, and what is done instead.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::wildcard::matches;

/// A cache whose hits are not predicted.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unpredicted {
    /// Its name in lists.
    pub name: String,
    /// The provider or server whose cache it is.
    pub provider: String,
    /// Models that it holds for, in one line.
    pub about: String,
    /// Reason why no hit is predicted.
    pub reason: String,
    /// The documented minimum of tokens, if one is.
    #[serde(default)]
    pub minimum: Option<u64>,
    /// The documented lifetime, if one is.
    #[serde(default)]
    pub lifetime: Option<String>,
    /// Open questions about the cache, each in a sentence.
    #[serde(default, rename = "open")]
    pub open_questions: Vec<String>,
    /// Source.
    pub source: String,
    /// Date on which that was read.
    pub retrieved: String,
    /// Names of models, with `*` for anything.
    #[serde(default)]
    models: Vec<String>,
    /// Hosts, likewise, for models that no entry names.
    #[serde(default)]
    hosts: Vec<String>,
    /// Others serve the models too, from caches of their own: at a host that is not among these another entry counts.
    #[serde(default)]
    open_weights: bool,
}

/// The commands still answer for such a provider with all that its own report allows.
pub const ANALYSED_INSTEAD: &str = "nothing predicted; reported hits, writes and costs are analysed";

/// All of them, in the order of the file.
pub fn unpredicted() -> &'static [Unpredicted] {
    static ALL: LazyLock<Vec<Unpredicted>> =
        LazyLock::new(|| match serde_json::from_str(include_str!("unpredicted.json")) {
            Ok(all) => all,
            Err(error) => unreachable!("the list of providers without a rule is read by a test: {error}"),
        });
    &ALL
}

impl Unpredicted {
    /// The cache of a call by its model, else by its host; `None` for one that nothing is known of.
    pub fn find(host: Option<&str>, model: Option<&str>) -> Option<&'static Self> {
        let fits = |patterns: &[String], value: Option<&str>| {
            value.is_some_and(|value| patterns.iter().any(|pattern| matches(pattern, value)))
        };
        let is_elsewhere = |entry: &Self| entry.open_weights && host.is_some() && !fits(&entry.hosts, host);
        let by_model = unpredicted().iter().find(|entry| fits(&entry.models, model) && !is_elsewhere(entry));
        by_model.or_else(|| unpredicted().iter().find(|entry| fits(&entry.hosts, host)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_provider_without_a_rule_has_a_reason() {
        for (model, name) in [
            ("gemini-2.5-flash", "gemini"),
            ("google/gemini-3-flash-preview", "gemini-3"),
            ("grok-4.3", "xai"),
            ("mistral-small-latest", "mistral"),
            ("openai/gpt-oss-120b", "gpt-oss"),
            ("Kimi-K2.5", "kimi"),
            ("gpt-4o-mini-search-preview", "openai-sound"),
            ("openai/gpt-5.4-pro", "openai-pro"),
            ("zai/GLM-5.2", "glm"),
            ("Qwen/Qwen3.5-9B", "qwen"),
            ("amazon.nova-pro-v1:0", "nova"),
            ("meta-llama/llama-4-scout", "llama"),
        ] {
            assert_eq!(Unpredicted::find(None, Some(model)).map(|entry| entry.name.as_str()), Some(name), "{model}");
        }
        for (host, name) in [
            ("openrouter.ai", "openrouter"),
            ("api.fireworks.ai", "fireworks"),
            ("api.together.xyz", "together"),
            ("api.groq.com", "groq"),
        ] {
            let found = Unpredicted::find(Some(host), Some("somebodys-own"));
            assert_eq!(found.map(|entry| entry.name.as_str()), Some(name), "{host}");
        }
        assert!(Unpredicted::find(Some("example.com"), Some("somebodys-own")).is_none());
        for (host, model, name) in [
            ("localhost", "Qwen/Qwen3-8B", "open-weights"),
            ("openrouter.ai", "moonshotai/kimi-k2", "open-weights"),
            ("dashscope-intl.aliyuncs.com", "qwen3-max", "qwen"),
            ("api.moonshot.ai", "kimi-k3", "kimi"),
            ("x.services.ai.azure.com", "grok-4.3", "xai"),
        ] {
            let found = Unpredicted::find(Some(host), Some(model));
            assert_eq!(found.map(|entry| entry.name.as_str()), Some(name), "{model} at {host}");
        }
        assert!(unpredicted().iter().all(|entry| !entry.source.is_empty() && !entry.retrieved.is_empty()));
    }
}
