//! Provider codes: the words by which Anthropic's and OpenAI's own diagnostics name a cause, where they have one.
//!
//! Anthropic's `cache_miss_reason` (guide "Cache diagnostics") and OpenAI's `prompt_cache_diagnostics` (guide "Prompt cache
//! diagnostics"), both read 2026-11.

use super::code::CauseCode;

/// The codes of a cause at two providers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProviderCodes {
    /// `cache_miss_reason` of Anthropic.
    pub anthropic: Option<&'static str>,
    /// A reason of `prompt_cache_diagnostics` of OpenAI.
    pub openai: Option<&'static str>,
}

impl CauseCode {
    /// The codes of the cause where it lies in that part of the request, such as `message 1 (system)`.
    pub fn at_providers(self, part: Option<&str>) -> ProviderCodes {
        let codes = |anthropic, openai| ProviderCodes { anthropic, openai };
        let is_in = |word: &str| part.is_some_and(|part| part.contains(word));
        let is_of_tools = (Self::ToolsReordered..=Self::ToolDescription).contains(&self) || is_in("tools");
        match self {
            Self::ModelChanged => codes(Some("model_changed"), Some("model_changed")),
            Self::First => codes(Some("previous_message_not_found"), None),
            Self::Scope => codes(None, Some("prompt_cache_key_changed")),
            Self::HistoryCompacted => codes(Some("messages_changed"), Some("context_compacted")),
            // Settings have codes of their own at neither, as far as both guides tell.
            Self::EffortChanged | Self::ToolChoiceChanged | Self::ResponseFormatChanged | Self::SettingChanged => {
                codes(None, None)
            }
            _ if !self.can_be_undone() => codes(None, None),
            _ if is_of_tools => codes(Some("tools_changed"), Some("tools_changed")),
            _ if is_in("(system)") || is_in("(developer)") => codes(Some("system_changed"), Some("input_changed")),
            _ if part.is_none() => codes(None, Some("input_changed")),
            _ => codes(Some("messages_changed"), Some("input_changed")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_cause_decides_on_its_code_at_a_provider() {
        let anthropic = |code: CauseCode, part| code.at_providers(part).anthropic;
        assert_eq!(anthropic(CauseCode::Time, Some("message 1 (system)")), Some("system_changed"));
        assert_eq!(anthropic(CauseCode::Time, Some("message 3 (user)")), Some("messages_changed"));
        assert_eq!(anthropic(CauseCode::KeyOrder, Some("the tools")), Some("tools_changed"));
        assert_eq!(anthropic(CauseCode::ToolAdded, None), Some("tools_changed"));
        assert_eq!(anthropic(CauseCode::Idle, Some("message 1 (system)")), None);
        assert_eq!(CauseCode::HistoryCompacted.at_providers(None).openai, Some("context_compacted"));
    }
}
