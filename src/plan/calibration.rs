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
    /// The differences of single requests, added up whatever their sign, beyond what the rule leaves open.
    pub apart: u64,
}

impl Calibration {
    /// The agreement below which no plan is made: it would rest on a rule that does not hold here.
    pub const LEAST: f64 = 0.8;

    /// Compares the requests of a log.
    pub fn of_records<'a>(records: impl Iterator<Item = &'a Record>) -> Self {
        let mut sum = Self::default();
        for record in records {
            let Some((prediction, (_, reported))) = record.prediction.zip(record.compared_hits()) else { continue };
            sum.calls += 1;
            sum.prompt_tokens += record.reported.prompt_tokens.or(record.prompt_tokens).unwrap_or(0);
            sum.predicted += prediction.hit_tokens;
            sum.reported += reported;
            let within = reported.clamp(prediction.hit_tokens_min, prediction.hit_tokens_max);
            sum.apart += within.abs_diff(reported);
        }
        sum
    }

    /// The share of prompt tokens of which prediction and report say the same; `None` where nothing was reported.
    pub fn agreement(&self) -> Option<f64> {
        ratio(self.prompt_tokens.saturating_sub(self.apart), self.prompt_tokens)
    }

    /// True if plans may rest on the predictions: they agree with the reports, or there are none to contradict them.
    pub fn bears(&self) -> bool {
        self.agreement().is_none_or(|agreement| agreement >= Self::LEAST)
    }

    /// The confidence in a plan, in a word: `high`, `fair`, or `unmeasured` where nothing was reported. A rule that leaves much open agrees
    /// with nearly everything, so that the sums of hits have to be near as well.
    pub fn confidence(&self) -> &'static str {
        let are_near = self.predicted.abs_diff(self.reported) * 10 <= self.predicted.max(self.reported);
        match self.agreement() {
            Some(agreement) if agreement >= 0.95 && are_near && self.calls >= 20 => "high",
            Some(_) => "fair",
            None => "unmeasured",
        }
    }
}
