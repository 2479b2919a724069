//! Prompts known in part: sessions of agents hold the conversation, and neither the system prompt nor the tools before it; some logs hold
//! the last question alone, and the provider's count tells it.
//!
//! The missing text is the same in each call of an agent, so that it is a number of tokens, not a share. Of such a prompt the
//! provider's count is taken; without one, our count and what was missing in the call before. Nothing is predicted or priced by the
//! part alone.

use std::collections::HashMap;

use super::Record;

/// Reason of prompts in sessions of agents.
pub(super) const SESSION: &str = "known in part: the session holds neither all of the system prompt nor the tools";

/// Reason of prompts that the provider's count says to be longer.
pub(super) const PIECE: &str = "known in part: the provider counts far more tokens than the log's text has";

/// Tokens from which on a text is missing, not framing that we count otherwise.
const LEAST_MISSING: u64 = 64;

/// Of a count that is an estimate, the factor and the tokens beyond which it is no estimate of that prompt.
const BEYOND_ESTIMATES: (u64, u64) = (3, 1_000);

/// True if the reported count says that text is missing: a quarter more than an exact count, or far more than an estimate. An estimate
/// whose hits are reported stays, since nothing is billed by it.
pub(super) fn is_piece(record: &Record) -> bool {
    let reported = record.reported.prompt_tokens.filter(|_| !record.reported.contradicts);
    let Some((ours, reported)) = record.prompt_tokens.zip(reported) else { return false };
    if record.estimated.is_some() {
        let (factor, more) = BEYOND_ESTIMATES;
        let is_billed = record.reported.hit_tokens.is_none();
        return is_billed && reported > ours.saturating_mul(factor).saturating_add(more);
    }
    reported.saturating_sub(ours) >= LEAST_MISSING.max(ours / 4)
}

/// Tokens that were missing in the last call of each model and scope that reported its prompt.
#[derive(Debug, Default)]
pub(super) struct Missing {
    tokens: HashMap<(Option<String>, Option<String>), u64>,
}

impl Missing {
    /// Makes a record of a part one of the whole prompt, as far as its tokens are known.
    pub(super) fn apply(&mut self, record: &mut Record, reason: &str) {
        let Some(part) = record.prompt_tokens else { return };
        let agent = (record.model.clone(), record.scope.clone());
        let reported = record.reported.prompt_tokens.filter(|_| !record.reported.contradicts);
        if let Some(missing) = reported.and_then(|tokens| tokens.checked_sub(part)) {
            self.tokens.insert(agent.clone(), missing);
        }
        record.prompt_tokens = reported.or_else(|| Some(part + self.tokens.get(&agent)?));
        record.known_in_part = true;
        record.estimated = Some(reason.into());
        record.unsimulated = Some(reason.into());
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
    fn a_count_far_above_the_text_tells_that_text_is_missing() {
        let is_piece = |ours, reported, estimated: Option<&str>| {
            let mut record = Record::from_log(&Exchange::default());
            record.prompt_tokens = Some(ours);
            record.estimated = estimated.map(str::to_owned);
            record.reported = Reported { prompt_tokens: reported, ..Reported::default() };
            is_piece(&record)
        };
        assert!(is_piece(14, Some(12_000), None) && is_piece(8_000, Some(10_000), None));
        // Framing, images and hidden instructions of a few tokens.
        assert!(!is_piece(14, Some(77), None) && !is_piece(8_000, Some(9_999), None) && !is_piece(14, None, None));
        let estimated = Some("no tokenizer");
        assert!(is_piece(14, Some(12_000), estimated) && !is_piece(8_000, Some(20_000), estimated));
    }

    #[test]
    fn what_is_missing_is_a_number_of_tokens() {
        let mut missing = Missing::default();
        let mut whole = |part, reported| {
            let mut record = Record::from_log(&Exchange::default());
            record.prompt_tokens = Some(part);
            record.reported = Reported { prompt_tokens: reported, ..Reported::default() };
            missing.apply(&mut record, SESSION);
            assert!(record.known_in_part && record.prediction.is_none());
            record.prompt_tokens
        };
        assert_eq!(whole(7, None), None);
        assert_eq!(whole(7, Some(18_007)), Some(18_007));
        assert_eq!(whole(900, None), Some(18_900));
    }
}
