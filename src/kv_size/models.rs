//! Well-known open models: what their `config.json` says, so that a name is enough.

use super::KvSize;

/// A model: the beginning of its name, and its size. Versions, dates and kinds of training behind the name change nothing of it.
///
/// Sources, read in November 2026: the `config.json` of each model at Hugging Face as public repositories quote them (Llama, Qwen, Mistral,
/// gpt-oss), the recipes of slime for GLM-4.5 (355B-A32B and 106B-A12B), the configurations of DeepSeek V3 and V3.2 in transformers and `LMDeploy`.
const MODELS: [(&str, KvSize); 32] = [
    ("llama-3.1-8b", KvSize::heads(32, 0, 8, 128)),
    ("llama-3.1-70b", KvSize::heads(80, 0, 8, 128)),
    ("llama-3.1-405b", KvSize::heads(126, 0, 8, 128)),
    ("llama-3.2-1b", KvSize::heads(16, 0, 8, 64)),
    ("llama-3.2-3b", KvSize::heads(28, 0, 8, 128)),
    ("llama-3.3-70b", KvSize::heads(80, 0, 8, 128)),
    ("qwen2.5-0.5b", KvSize::heads(24, 0, 2, 64)),
    ("qwen2.5-3b", KvSize::heads(36, 0, 2, 128)),
    ("qwen2.5-7b", KvSize::heads(28, 0, 4, 128)),
    ("qwen2.5-14b", KvSize::heads(48, 0, 8, 128)),
    ("qwen2.5-32b", KvSize::heads(64, 0, 8, 128)),
    ("qwen2.5-72b", KvSize::heads(80, 0, 8, 128)),
    ("qwen3-0.6b", KvSize::heads(28, 0, 8, 128)),
    ("qwen3-1.7b", KvSize::heads(28, 0, 8, 128)),
    ("qwen3-4b", KvSize::heads(36, 0, 8, 128)),
    ("qwen3-8b", KvSize::heads(36, 0, 8, 128)),
    ("qwen3-14b", KvSize::heads(40, 0, 8, 128)),
    ("qwen3-32b", KvSize::heads(64, 0, 8, 128)),
    ("qwen3-30b-a3b", KvSize::heads(48, 0, 4, 128)),
    ("qwen3-235b-a22b", KvSize::heads(94, 0, 4, 128)),
    ("mistral-7b-instruct-v0.2", KvSize::heads(32, 0, 8, 128)),
    ("mistral-nemo", KvSize::heads(40, 0, 8, 128)),
    ("mistral-large-instruct-2407", KvSize::heads(88, 0, 8, 128)),
    ("mixtral-8x7b", KvSize::heads(32, 0, 8, 128)),
    ("mixtral-8x22b", KvSize::heads(56, 0, 8, 128)),
    ("gpt-oss-20b", KvSize::heads(24, 12, 8, 64)),
    ("gpt-oss-120b", KvSize::heads(36, 18, 8, 64)),
    ("deepseek-v3", KvSize::latent(61, 512, 64, 0)),
    ("deepseek-r1", KvSize::latent(61, 512, 64, 0)),
    ("deepseek-v3.2", KvSize::latent(61, 512, 64, 128)),
    ("glm-4.5", KvSize::heads(92, 0, 8, 128)),
    ("glm-4.5-air", KvSize::heads(46, 0, 8, 128)),
];

/// The names of the models, as far as they are needed.
pub fn names() -> impl Iterator<Item = &'static str> {
    MODELS.iter().map(|(name, _)| *name)
}

/// The size of a model: the longest name that its own begins with, up to a hyphen.
pub(super) fn named(name: &str) -> Option<KvSize> {
    let own = name.rsplit('/').next()?.to_lowercase();
    let own = own.strip_prefix("meta-").unwrap_or(&own);
    // Models that were distilled have the layers of the model that learned.
    if own.contains("distill") {
        return None;
    }
    let begins = |known: &str| own.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    let found = MODELS.iter().filter(|(known, _)| begins(known)).max_by_key(|(known, _)| known.len());
    found.map(|(_, size)| *size)
}
