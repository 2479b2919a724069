//! Calibration: where our count is an estimate, the counts reported so far say by how much it errs.
//!
//! Only counts that nothing else rests on are changed: a simulated prompt keeps the tokens it was simulated with.

use std::collections::HashMap;

use super::Record;

/// Our counts and the reported ones, summed by model and by the reason why ours are estimates: hidden text of a tool and a vocabulary
/// that is not known err each in its own way.
#[derive(Debug, Default)]
pub(super) struct Calibration {
    sums: HashMap<(String, String), (u128, u128)>,
    has_scaled: bool,
}

impl Calibration {
    /// A count was scaled by those of other requests of the model.
    pub(super) fn has_scaled(&self) -> bool {
        self.has_scaled
    }

    /// Takes the provider's count of a record, and learns from it; scales the estimate of one without.
    pub(super) fn apply(&mut self, record: &mut Record) {
        let (Some(reason), Some(ours)) = (record.estimated.as_deref(), record.prompt_tokens) else { return };
        let kind = (record.model.clone().unwrap_or_default(), reason.to_owned());
        let (sum, reported) = self.sums.entry(kind).or_default();
        let own = record.reported.prompt_tokens.filter(|_| !record.reported.contradicts);
        if let Some(tokens) = own {
            *sum += u128::from(ours);
            *reported += u128::from(tokens);
        }
        if record.prediction.is_some() || *sum == 0 || *reported == 0 {
            return;
        }
        record.estimated = Some(match own {
            Some(_) => format!("{reason}; the provider's count is used"),
            None => format!("{reason}, scaled to the reported counts"),
        });
        let scaled = (u128::from(ours) * *reported + *sum / 2) / *sum;
        self.has_scaled |= own.is_none();
        record.prompt_tokens = own.or_else(|| u64::try_from(scaled).ok());
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
    fn what_was_reported_stands_and_scales_what_comes_after() {
        let mut calibration = Calibration::default();
        let mut counted = |ours, reported| {
            let mut record = estimate(ours, reported);
            calibration.apply(&mut record);
            (record.prompt_tokens, record.estimated.unwrap_or_default())
        };
        assert_eq!(counted(100, None), (Some(100), "guessed".into()));
        assert_eq!(counted(100, Some(120)), (Some(120), "guessed; the provider's count is used".into()));
        assert_eq!(counted(50, None), (Some(60), "guessed, scaled to the reported counts".into()));
        assert_eq!(counted(50, Some(40)), (Some(40), "guessed; the provider's count is used".into()));
    }
}
