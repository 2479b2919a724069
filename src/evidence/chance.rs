//! Chance: the candidates whose agreement with reported counts is more than counts give that are off at random.
//!
//! Of many counts that are off by some tokens, some equal any candidate's by chance, and as many lie one token beside it, or two, or
//! eight. A candidate that is right reproduces counts, and those that it does not reproduce are off for another reason. The limits
//! here are our choice and no provider's number: they lie between what the tests of this file have of either kind.

/// The distance up to which a count is near a reported one.
pub const NEAR: u64 = 8;

/// A candidate's agreement with the reported count of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// The same count.
    Exact,
    /// A few tokens more or fewer.
    Near,
    /// Another count, or none.
    Far,
}

/// Agreements of one candidate with the reported counts of several requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    exact: u64,
    near: u64,
}

/// The number of requests for each that a candidate reproduces, above which it explains too little of them to be believed.
const LEAST_SHARE: u64 = 50;

/// The most requests whose count is near, for each that is reproduced: rules of other times, under which a part of the requests fall, are
/// often a few tokens away.
const MOST_NEAR: u64 = 3;

impl Agreement {
    /// The agreement of a count with a reported one.
    pub fn new(counted: u64, reported: u64) -> Self {
        match counted.abs_diff(reported) {
            0 => Self::Exact,
            1..=NEAR => Self::Near,
            _ => Self::Far,
        }
    }
}

impl Tally {
    /// Takes up a request.
    pub fn add(&mut self, agreement: Agreement) {
        self.exact += u64::from(agreement == Agreement::Exact);
        self.near += u64::from(agreement == Agreement::Near);
    }

    /// Requests whose count is reproduced.
    pub fn exact(self) -> u64 {
        self.exact
    }

    /// The counts that are the same are no chance: by chance, sixteen would be near for each of them.
    pub fn is_no_chance(self) -> bool {
        self.exact > 0 && MOST_NEAR * self.exact >= self.near
    }

    /// The same, and they are enough of so many requests.
    pub fn is_believed(self, calls: u64) -> bool {
        self.is_no_chance() && LEAST_SHARE * self.exact >= calls
    }
}

/// True for each candidate that is believed over so many requests. The first is what is taken for granted, and is. The others explain
/// what it leaves, and of what the best of them leaves others may explain the rest: a log may change from one to another.
pub fn believed(calls: usize, candidates: usize, agreement: impl Fn(usize, usize) -> Agreement) -> Vec<bool> {
    let mut believed = vec![false; candidates];
    believed[0] = true;
    let mut left: Vec<usize> = (0..calls).filter(|call| agreement(*call, 0) != Agreement::Exact).collect();
    while !left.is_empty() {
        let tallies: Vec<Tally> = (0..candidates)
            .map(|candidate| {
                let mut tally = Tally::default();
                for call in &left {
                    tally.add(agreement(*call, candidate));
                }
                tally
            })
            .collect();
        let is_believed = |tally: &Tally| tally.is_believed(left.len() as u64);
        let all = tallies.iter().enumerate().filter(|(_, tally)| is_believed(tally));
        all.for_each(|(candidate, _)| believed[candidate] = true);
        // Of equal ones the first.
        let best = tallies.iter().enumerate().rev().filter(|(_, tally)| is_believed(tally));
        let Some((best, _)) = best.max_by_key(|(_, tally)| tally.exact) else { break };
        left.retain(|call| agreement(*call, best) != Agreement::Exact);
    }
    believed
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The candidates that are believed of counts, each given by the tokens that every candidate is off.
    fn of_differences(calls: &[&[i64]]) -> Vec<bool> {
        believed(calls.len(), calls[0].len(), |call, candidate| {
            Agreement::new(calls[call][candidate].unsigned_abs(), 0)
        })
    }

    #[test]
    fn one_candidate_that_reproduces_what_the_first_does_not_is_believed() {
        assert_eq!(of_differences(&[&[79, 0], &[0, 79]]), [true, true]);
        assert_eq!(of_differences(&[&[79, 3]]), [true, false]);
    }

    #[test]
    fn counts_that_are_off_at_random_bear_nobody_out() {
        let calls: Vec<[i64; 2]> = (-20..=20).map(|off| [off + 3, off]).collect();
        let calls: Vec<&[i64]> = calls.iter().map(<[i64; 2]>::as_slice).collect();
        assert_eq!(of_differences(&calls), [true, false]);
        let wide: Vec<[i64; 2]> = (-200..=200).map(|off| [off * 100 + 30, off * 100]).collect();
        let wide: Vec<&[i64]> = wide.iter().map(<[i64; 2]>::as_slice).collect();
        assert_eq!(of_differences(&wide), [true, false]);
    }

    #[test]
    fn a_change_from_one_candidate_to_another_a_few_tokens_away_is_seen() {
        let calls = [[9, 0, 4].as_slice(); 20].into_iter().chain([[9, 4, 0].as_slice(); 3]).collect::<Vec<_>>();
        assert_eq!(of_differences(&calls), [true, true, true]);
    }

    #[test]
    fn first_turns_bear_a_candidate_out_where_later_ones_hold_more_than_the_log() {
        let calls = [[60, 0].as_slice()].into_iter().chain([[900, 840].as_slice(); 9]).collect::<Vec<_>>();
        assert_eq!(of_differences(&calls), [true, true]);
    }
}
