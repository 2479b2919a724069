//! Prompts known in part: sessions of agents hold the conversation, and neither the system prompt nor the tools before it.
//!
//! The missing text is the same in each call of an agent, so that it is a number of tokens, not a share. Of such a prompt the
//! provider's count is taken; without one, our count and what was missing in the call before. Nothing is predicted or priced by the
//! part alone.

use std::collections::HashMap;

use super::Record;

const REASON: &str = "known in part: the session holds neither all of the system prompt nor the tools";

/// Tokens that were missing in the last call of each model and scope that reported its prompt.
#[derive(Debug, Default)]
pub(super) struct Missing {
    tokens: HashMap<(Option<String>, Option<String>), u64>,
}

impl Missing {
    /// Makes a record of a part one of the whole prompt, as far as its tokens are known.
    pub(super) fn apply(&mut self, record: &mut Record) {
        let Some(part) = record.prompt_tokens else { return };
        let agent = (record.model.clone(), record.scope.clone());
        let reported = record.reported.prompt_tokens.filter(|_| !record.reported.contradicts);
        if let Some(missing) = reported.and_then(|tokens| tokens.checked_sub(part)) {
            self.tokens.insert(agent.clone(), missing);
        }
        record.prompt_tokens = reported.or_else(|| Some(part + self.tokens.get(&agent)?));
        record.known_in_part = true;
        record.estimated = Some(REASON.into());
        record.unsimulated = Some(REASON.into());
        record.prediction = None;
        record.common_tokens = None;
        record.swept = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Reported;
    use crate::exchange::Exchange;

    #[test]
    fn what_is_missing_is_a_number_of_tokens() {
        let mut missing = Missing::default();
        let mut whole = |part, reported| {
            let mut record = Record::from_log(&Exchange::default());
            record.prompt_tokens = Some(part);
            record.reported = Reported { prompt_tokens: reported, ..Reported::default() };
            missing.apply(&mut record);
            assert!(record.known_in_part && record.prediction.is_none());
            record.prompt_tokens
        };
        assert_eq!(whole(7, None), None);
        assert_eq!(whole(7, Some(18_007)), Some(18_007));
        assert_eq!(whole(900, None), Some(18_900));
    }
}
