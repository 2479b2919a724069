//! Calibration: where our count is an estimate, the counts reported so far say by how much it errs.
//!
//! Only counts that nothing else rests on are scaled: a simulated prompt keeps the tokens it was simulated with.

use std::collections::HashMap;

use super::Record;

/// Our counts and the reported ones, summed by model.
#[derive(Debug, Default)]
pub(super) struct Calibration {
    sums: HashMap<String, (u128, u128)>,
    has_scaled: bool,
}

impl Calibration {
    /// A count was scaled by those of other calls of the model.
    pub(super) fn has_scaled(&self) -> bool {
        self.has_scaled
    }

    /// Learns from a record that reported its prompt tokens, and scales its estimate by what is known of its model.
    pub(super) fn apply(&mut self, record: &mut Record) {
        let (Some(reason), Some(ours)) = (record.estimated.as_deref(), record.prompt_tokens) else { return };
        let (sum, reported) = self.sums.entry(record.model.clone().unwrap_or_default()).or_default();
        if let Some(tokens) = record.reported.prompt_tokens {
            *sum += u128::from(ours);
            *reported += u128::from(tokens);
        }
        if record.prediction.is_some() || *sum == 0 || *reported == 0 {
            return;
        }
        let scaled = (u128::from(ours) * *reported + *sum / 2) / *sum;
        self.has_scaled = true;
        record.prompt_tokens = u64::try_from(scaled).ok();
        record.estimated = Some(format!("{reason}, scaled to the reported counts"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Reported;
    use crate::exchange::Exchange;

    fn estimate(ours: u64, reported: Option<u64>) -> Record {
        let mut record = Record::from_log(&Exchange::default());
        record.prompt_tokens = Some(ours);
        record.estimated = Some("guessed".into());
        record.reported = Reported { prompt_tokens: reported, ..Reported::default() };
        record
    }

    #[test]
    fn what_was_reported_scales_what_comes_after() {
        let mut calibration = Calibration::default();
        let mut counted = |ours, reported| {
            let mut record = estimate(ours, reported);
            calibration.apply(&mut record);
            (record.prompt_tokens, record.estimated.is_some_and(|reason| reason.contains("scaled")))
        };
        assert_eq!(counted(100, None), (Some(100), false));
        assert_eq!(counted(100, Some(120)), (Some(120), true));
        assert_eq!(counted(50, None), (Some(60), true));
    }
}
