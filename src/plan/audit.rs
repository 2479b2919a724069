//! An audit: what the provider's rule promised on a log beside what was billed.
//!
//! A request falls short by the tokens that the rule promises even in the worst case and that were not reported as hits; it has more than
//! promised where traffic outside the log, or a longer memory than the rule's, served it. The provider's own agreement elsewhere in the log
//! says how much of a shortfall is noise: requests are drawn again and again, with replacement, and the shortfall of nineteen draws in
//! twenty lies in the interval (the percentile bootstrap, B. Efron 1979).

use crate::exchange::Place;
use crate::money::Money;
use crate::random::Random;
use crate::simulation::Record;

/// Draws of the bootstrap.
const DRAWS: usize = 1_000;

/// The promises beside the bill.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// Requests with a prediction and a report.
    pub calls: u64,
    /// Hits that the rule promises even in the worst case.
    pub promised: u64,
    /// Hits that are the most likely by the rule.
    pub likely: u64,
    /// Requests whose report lies within what the rule leaves possible.
    pub as_promised: u64,
    /// Requests that were served less than the least that the rule promises, and the tokens.
    pub short_calls: u64,
    /// The tokens that they fall short.
    pub short_tokens: u64,
    /// The interval in which nineteen of twenty draws of these requests lie.
    pub interval: (u64, u64),
    /// Requests that were served more than the most that the log's own traffic allows, and the tokens.
    pub more_calls: u64,
    /// The tokens beyond.
    pub more_tokens: u64,
    /// The cost of the tokens that fell short, beyond that of hits; `None` without a price or in several currencies.
    pub short_cost: Option<Money>,
    /// The requests that fall short most, the first eight.
    pub worst: Vec<(Place, u64)>,
}

/// Requests named by an audit.
const NAMED: usize = 8;

impl Audit {
    /// Compares requests.
    pub fn of_records<'a>(records: impl Iterator<Item = &'a Record>) -> Self {
        let (mut audit, mut shorts, mut costs) = (Self::default(), Vec::new(), Vec::new());
        for record in records {
            let Some((prediction, (_, reported))) = record.prediction.zip(record.compared_hits()) else { continue };
            audit.calls += 1;
            audit.promised += prediction.hit_tokens_min;
            audit.likely += prediction.hit_tokens;
            let short = short_of(record).unwrap_or(0);
            let more = reported.saturating_sub(prediction.hit_tokens_max);
            audit.as_promised += u64::from(short == 0 && more == 0);
            audit.more_calls += u64::from(more > 0);
            audit.more_tokens += more;
            shorts.push(short);
            if short > 0 {
                audit.short_calls += 1;
                audit.short_tokens += short;
                audit.worst.push((record.place, short));
                costs.push(record.bill.premium(short));
            }
        }
        audit.interval = interval(&shorts);
        audit.worst.sort_by_key(|(place, tokens)| (std::cmp::Reverse(*tokens), *place));
        audit.worst.truncate(NAMED);
        let costs: Option<Vec<Money>> = costs.into_iter().collect();
        audit.short_cost = costs.and_then(|costs| Money::sum(costs).ok().flatten());
        audit
    }
}

/// The tokens that a request falls short of the least that its rule promises; `None` without a promise or a report.
pub(super) fn short_of(record: &Record) -> Option<u64> {
    let (_, reported) = record.compared_hits()?;
    Some(record.prediction?.hit_tokens_min.saturating_sub(reported))
}

/// The 2.5th and the 97.5th percentile of the sums of as many values drawn with replacement; the same for the same values.
fn interval(values: &[u64]) -> (u64, u64) {
    if values.is_empty() {
        return (0, 0);
    }
    let mut random = Random::new(1979);
    let mut draw = || (0..values.len()).map(|_| values[random.index(values.len())]).sum();
    let mut sums: Vec<u64> = (0..DRAWS).map(|_| draw()).collect();
    sums.sort_unstable();
    (sums[DRAWS * 25 / 1000], sums[DRAWS * 975 / 1000 - 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_of_values_that_are_all_alike_is_their_sum() {
        assert_eq!(interval(&[64; 50]), (3_200, 3_200));
        assert_eq!(interval(&[]), (0, 0));
    }

    #[test]
    fn the_interval_holds_the_sum_and_is_narrower_for_more_calls() {
        let values =
            |count: usize| (0..count).map(|index| if index % 5 == 0 { 1_000 } else { 0 }).collect::<Vec<u64>>();
        let width = |count: usize| {
            let (low, high) = interval(&values(count));
            let sum: u64 = values(count).iter().sum();
            assert!((low..=high).contains(&sum), "{low} {sum} {high}");
            // By the binomial distribution: 1.96 × √(n × 0.2 × 0.8) requests of 1,000 to each side.
            let calls = f64::from(u32::try_from(count).unwrap());
            let expected = 2.0 * 1.96 * (calls * 0.16).sqrt() * 1_000.0;
            let found = f64::from(u32::try_from(high - low).unwrap());
            assert!((found - expected).abs() < expected / 4.0, "{low} {high} {expected}");
            found / (calls * 200.0)
        };
        assert!(width(2_000) < width(200) / 2.0);
    }
}
