//! The direction of a log without times, judged by reported hits: many exports stand newest first.

use super::sharing::replay;
use super::spacing::CountedRequest;
use crate::report::text::plural;
use crate::simulation::{Counter, Settings};

/// The requests by which one direction must be ahead of the other: with a text that all requests share, the first request and the last are all
/// that tells.
const WANTED: usize = 2;

/// The direction in which requests were made.
pub(super) enum Direction {
    /// As they were given.
    Forwards,
    /// From the last to the first; in words how the hits agree with that.
    Backwards(String),
    /// The reported hits agree with both about alike.
    Open,
}

/// Replays the requests in both directions, and leaves them in the one that agrees with more reported hits.
pub(super) fn judge(calls: &mut [CountedRequest], counter: &Counter<'static>, settings: &Settings) -> Direction {
    let forwards = agreeing(calls, counter, settings);
    calls.reverse();
    let mut backwards = agreeing(calls, counter, settings);
    backwards.reverse();
    let alone =
        |ones: &[bool], others: &[bool]| ones.iter().zip(others).filter(|(one, other)| **one && !**other).count();
    let (ahead, behind) = (alone(&backwards, &forwards), alone(&forwards, &backwards));
    if is_decided(ahead, behind) {
        let (ahead, behind) = (plural(ahead as u64, "request"), plural(behind as u64, "request"));
        return Direction::Backwards(format!(
            "the hits of {ahead} agree with this order alone, those of {behind} with the other order"
        ));
    }
    calls.reverse();
    if is_decided(behind, ahead) { Direction::Forwards } else { Direction::Open }
}

/// The lead of one direction, by requests that agree with it alone over those that agree with the other alone, is no chance.
fn is_decided(ahead: usize, behind: usize) -> bool {
    let lead = ahead.saturating_sub(behind);
    lead >= WANTED && lead * lead >= 2 * (ahead + behind)
}

/// The requests whose predicted hits are the reported ones, or of which none were reported.
fn agreeing(calls: &[CountedRequest], counter: &Counter<'static>, settings: &Settings) -> Vec<bool> {
    let settings = Settings { sweeping: None, ..settings.again() };
    let mut agreeing = Vec::with_capacity(calls.len());
    replay(calls, counter, settings, |_, record, _| {
        agreeing.push(record.compared_hits().is_none_or(|(predicted, reported)| predicted == reported));
    });
    agreeing
}

#[cfg(test)]
mod tests {
    use super::is_decided;

    #[test]
    fn a_lead_that_may_be_chance_decides_nothing() {
        assert!(is_decided(2, 0) && is_decided(12, 4));
        assert!(!is_decided(1, 0) && !is_decided(10, 5) && !is_decided(0, 2));
    }
}
