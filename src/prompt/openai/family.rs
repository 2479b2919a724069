//! Families of OpenAI's models: whose messages are framed alike.

/// The way in which a model's messages are framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// The answer's role is followed by a separator: GPT-3.5, 4, 4o, 4.1 and `gpt-5-chat` (1,309 of 1,316 calls of text alone).
    Classic,
    /// The model writes what follows its role itself, one token less: o1, o3, o4 (34 of 35; `o1-preview` and `o1-mini`, which are no
    /// more, differ).
    Reasoning,
    /// The same, and earlier answers name their channel, two tokens more each: GPT-5 and later (259 of 270; the mode `pro` of
    /// GPT-5.6 adds 1,500 hidden tokens), gpt-oss.
    Channels,
}

impl Family {
    pub(super) fn of_model(model: &str) -> Self {
        // Fine-tuned models have the name of the model they were made of behind `ft:`.
        let model = model.strip_prefix("ft:").unwrap_or(model);
        let begins = |names: &[&str]| names.iter().any(|name| model.starts_with(name));
        if begins(&["gpt-5-chat"]) {
            Self::Classic
        } else if begins(&["gpt-5", "gpt-6", "gpt-oss"]) {
            Self::Channels
        } else if begins(&["o1", "o3", "o4"]) {
            Self::Reasoning
        } else {
            Self::Classic
        }
    }
}

/// True if a model writes its calls with three more tokens, which say that arguments are JSON: 5.2, 5.3, 5.4 and 5.6 do (37 of 37
/// calls), 5 and 5.5 do not (18 of 18).
pub(super) fn names_json(model: &str) -> bool {
    ["gpt-5.2", "gpt-5.3", "gpt-5.4", "gpt-5.6"].iter().any(|name| model.starts_with(name))
}
