//! The reasoning effort, which stands before all that a log shows: in gpt-oss's published format in its first message, by OpenAI's guide
//! "Prompt caching" (2026-09-23) in what a prefix is made of for all models. No two recorded requests differ in nothing else.
//!
//! It costs no token that the counts have not: the first token of a prompt stands for it.

use super::Layout;
use super::family::Family;

/// Efforts with the token that a prompt begins with under each. The last stands for any other.
const STARTS: [(&str, &str); 8] = [
    ("none", "<|effort:none|>"),
    ("minimal", "<|effort:minimal|>"),
    ("low", "<|effort:low|>"),
    ("medium", "<|effort:medium|>"),
    ("high", "<|effort:high|>"),
    ("xhigh", "<|effort:xhigh|>"),
    ("max", "<|effort:max|>"),
    ("", "<|effort:other|>"),
];

impl Layout<'_> {
    /// The token that stands for an effort which is not the model's own; `None` where nothing else than always is before the prompt.
    pub(super) fn effort_start(&self) -> Option<&'static str> {
        let effort = self.request.reasoning_effort.as_deref()?.to_lowercase();
        let is_own = Some(&*effort) == own_effort(self.request.bare_model());
        let start = STARTS.iter().find(|(name, _)| *name == effort).or(STARTS.last());
        start.filter(|_| self.family != Family::Classic && !is_own).map(|(_, start)| *start)
    }
}

/// The effort of a model that is asked for none: by `openai-python`'s `ReasoningEffort` (read 2026-11) `none` for GPT-5.1, `medium` for all
/// before; by its chat template `medium` for gpt-oss. Of later models it is not written down.
fn own_effort(model: &str) -> Option<&'static str> {
    let is_before = ["o1", "o3", "o4", "gpt-5-", "gpt-oss"].iter().any(|name| model.starts_with(name));
    match model {
        "gpt-5" => Some("medium"),
        _ if is_before => Some("medium"),
        _ if model.starts_with("gpt-5.1") => Some("none"),
        _ => None,
    }
}
