//! Calibration: how far the predictions for a log are from what its provider reported.

use crate::number::ratio;
use crate::simulation::Record;

/// The predicted and the reported hits of the requests that have both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calibration {
    /// Requests with both.
    pub calls: u64,
    /// Tokens of their prompts.
    pub prompt_tokens: u64,
    /// Hits that are predicted.
    pub predicted: u64,
    /// Hits that were reported.
    pub reported: u64,
    /// The differences of single requests, added up whatever their sign.
    pub apart: u64,
    /// The part of them that lies beyond what the rule leaves open.
    pub beyond: u64,
    /// Requests with a prediction, whether anything was reported or not.
    pub predicted_calls: u64,
    /// Requests with a report that does not contradict itself, whether anything is predicted or not, and the hits.
    pub reported_calls: (u64, u64),
}

impl Calibration {
    /// The agreement below which no plan is made: it would rest on a rule that does not hold here.
    pub const LEAST: f64 = 0.8;

    /// Compares the requests of a log.
    pub fn of_records<'a>(records: impl Iterator<Item = &'a Record>) -> Self {
        let mut sum = Self::default();
        for record in records {
            sum.predicted_calls += u64::from(record.prediction.is_some());
            if let Some(hits) = record.reported.hit_tokens.filter(|_| !record.reported.contradicts) {
                sum.reported_calls = (sum.reported_calls.0 + 1, sum.reported_calls.1 + hits);
            }
            let Some((prediction, (_, reported))) = record.prediction.zip(record.compared_hits()) else { continue };
            sum.calls += 1;
            sum.prompt_tokens += record.reported.prompt_tokens.or(record.prompt_tokens).unwrap_or(0);
            sum.predicted += prediction.hit_tokens;
            sum.reported += reported;
            let within = reported.clamp(prediction.hit_tokens_min, prediction.hit_tokens_max);
            sum.beyond += within.abs_diff(reported);
            sum.apart += prediction.hit_tokens.abs_diff(reported);
        }
        sum
    }

    /// The share of prompt tokens of which prediction and report say the same; `None` where nothing was reported. A report within a range
    /// that the rule leaves open is still another number than the one predicted.
    pub fn agreement(&self) -> Option<f64> {
        ratio(self.prompt_tokens.saturating_sub(self.apart), self.prompt_tokens)
    }

    /// The share of prompt tokens of which the report says nothing that the rule rules out.
    pub fn within_rule(&self) -> Option<f64> {
        ratio(self.prompt_tokens.saturating_sub(self.beyond), self.prompt_tokens)
    }

    /// True if plans may rest on the predictions: they agree with the reports, or there are none to contradict them.
    pub fn bears(&self) -> bool {
        self.agreement().is_none_or(|agreement| agreement >= Self::LEAST)
    }

    /// The confidence in a plan, in a word: `high`, `fair`, or `unmeasured` where nothing was reported. Of prompts that hardly hit, most
    /// tokens agree whatever is predicted, so that the sums of hits have to be near as well.
    pub fn confidence(&self) -> &'static str {
        let are_near = self.predicted.abs_diff(self.reported) * 10 <= self.predicted.max(self.reported);
        match self.agreement() {
            Some(agreement) if agreement >= 0.95 && are_near && self.calls >= 20 => "high",
            Some(_) => "fair",
            None => "unmeasured",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apart(apart: u64, beyond: u64) -> Calibration {
        Calibration {
            calls: 30,
            prompt_tokens: 1_000,
            predicted: 900,
            reported: 900 - apart,
            apart,
            beyond,
            ..Calibration::default()
        }
    }

    #[test]
    fn what_the_rule_leaves_open_is_no_agreement() {
        let open = apart(300, 0);
        assert_eq!((open.agreement(), open.within_rule()), (Some(0.7), Some(1.0)));
        assert!(!open.bears(), "no plan rests on a range alone");
        assert!(apart(200, 200).bears());
    }

    #[test]
    fn confidence_is_high_where_hits_are_near_and_many() {
        assert_eq!(apart(10, 0).confidence(), "high");
        assert_eq!(apart(60, 0).confidence(), "fair");
        assert_eq!(Calibration { predicted: 0, ..apart(40, 40) }.confidence(), "fair", "prompts that hardly hit");
        assert_eq!(Calibration::default().confidence(), "unmeasured");
    }
}
