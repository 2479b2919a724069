//! The age at which a cache stops or begins to serve: a lifetime, or the delay after which a write becomes visible.

/// A prefix that was sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reuse {
    /// Microseconds since it was last sent.
    pub age: i64,
    /// The cache served all of it that it can.
    pub is_served: bool,
}

/// A bound between ages at which prefixes are served and ages at which they are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgeBound {
    /// The greatest age below the bound; `None` if there is none.
    pub from: Option<i64>,
    /// The least age above it; `None` if there is none.
    pub to: Option<i64>,
    /// Served below the bound, of all there.
    pub below: (u64, u64),
    /// Served above it, of all there.
    pub above: (u64, u64),
}

/// Reuses that must lie on the side where a cache does not serve before a bound is believed.
pub const WANTED_REUSES: u64 = 5;

impl AgeBound {
    /// The age beyond which a cache no longer serves: fewest reuses contradict it, and among equals it is the greatest.
    pub fn lifetime(reuses: &[Reuse]) -> Self {
        Self::split(reuses, true)
    }

    /// The age below which a cache does not serve yet: fewest reuses contradict it, and among equals it is the least.
    pub fn delay(reuses: &[Reuse]) -> Self {
        Self::split(reuses, false)
    }

    /// The bound is seen from both sides: on the side where the cache is taken not to serve there are enough reuses, of which it
    /// served nearly none. Where it served some, the end lies open.
    pub fn is_seen(&self, side: (u64, u64)) -> bool {
        Self::wanted(side) == 0 && self.from.is_some() && self.to.is_some()
    }

    /// The number of further reuses that would have to miss on a side before it is believed that the cache does not serve there.
    pub fn wanted((served, all): (u64, u64)) -> u64 {
        WANTED_REUSES.max(served * 10).saturating_sub(all)
    }

    /// A prefix that was sent so long ago is forgotten, by a lifetime that is seen.
    pub fn has_forgotten(&self, age: i64) -> bool {
        self.is_seen(self.above) && self.to.is_some_and(|to| age >= to)
    }

    fn split(reuses: &[Reuse], serves_below: bool) -> Self {
        let mut sorted = reuses.to_vec();
        sorted.sort_by_key(|reuse| reuse.age);
        let served_in = |part: &[Reuse]| part.iter().filter(|reuse| reuse.is_served).count() as u64;
        let all_served = served_in(&sorted);
        let (mut below_served, mut best) = (0, None);
        for below in 0..=sorted.len() {
            let is_between_ages = below == 0 || below == sorted.len() || sorted[below - 1].age < sorted[below].age;
            if is_between_ages {
                let above_served = all_served - below_served;
                let (below_missed, above_missed) =
                    (below as u64 - below_served, (sorted.len() - below) as u64 - above_served);
                let contradicting =
                    if serves_below { below_missed + above_served } else { below_served + above_missed };
                let is_better =
                    best.is_none_or(|(least, _)| contradicting < least || serves_below && contradicting == least);
                if is_better {
                    best = Some((contradicting, below));
                }
            }
            below_served += u64::from(sorted.get(below).is_some_and(|reuse| reuse.is_served));
        }
        let below = best.map_or(0, |(_, below)| below);
        let (young, old) = sorted.split_at(below);
        Self {
            from: young.last().map(|reuse| reuse.age),
            to: old.first().map(|reuse| reuse.age),
            below: (served_in(young), young.len() as u64),
            above: (served_in(old), old.len() as u64),
        }
    }

    /// The roundest duration in the bound, in microseconds: people set lifetimes of ten minutes, not of 9 min 58 s.
    pub fn roundest(&self) -> Option<i64> {
        const SECOND: i64 = 1_000_000;
        const UNITS: [i64; 14] = [
            86_400 * SECOND,
            43_200 * SECOND,
            3600 * SECOND,
            1800 * SECOND,
            600 * SECOND,
            300 * SECOND,
            60 * SECOND,
            30 * SECOND,
            10 * SECOND,
            5 * SECOND,
            SECOND,
            SECOND / 10,
            SECOND / 100,
            1000,
        ];
        let (from, to) = (self.from?, self.to?);
        UNITS.iter().map(|unit| (from / unit + 1) * unit).find(|round| *round <= to).or(Some(to))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reuses(ages: impl Iterator<Item = i64>, served: impl Fn(i64) -> bool) -> Vec<Reuse> {
        ages.map(|age| Reuse { age, is_served: served(age) }).collect()
    }

    #[test]
    fn without_a_miss_there_is_no_end() {
        let bound = AgeBound::lifetime(&reuses(1..9, |_| true));
        assert_eq!((bound.from, bound.to, bound.is_seen(bound.above)), (Some(8), None, false));
    }

    #[test]
    fn a_bound_is_as_round_as_the_ages_allow() {
        let minutes = |minutes: i64| minutes * 60_000_000;
        let bound = AgeBound::lifetime(&reuses((1..30).map(|step| minutes(step) - 1_000_000), |age| age < minutes(10)));
        assert_eq!(bound.roundest(), Some(minutes(10)));
        assert!(bound.is_seen(bound.above));
    }

    #[test]
    fn an_age_beyond_which_some_are_still_served_is_no_end() {
        // Of the old ones a third is served.
        let bound = AgeBound::lifetime(&reuses((1..40).map(|step| step * 10), |age| age < 200 || age % 30 == 0));
        assert!(!bound.is_seen(bound.above), "{bound:?}");
    }

    proptest! {
        #[test]
        fn a_strict_cache_gives_its_bound_away(
            ages in prop::collection::btree_set(0_i64..1000, 2..40),
            bound in 1_i64..1000
        ) {
            let lifetime = AgeBound::lifetime(&reuses(ages.iter().copied(), |age| age < bound));
            prop_assert!(lifetime.from.is_none_or(|from| from < bound) && lifetime.to.is_none_or(|to| to >= bound));
            let delay = AgeBound::delay(&reuses(ages.iter().copied(), |age| age >= bound));
            prop_assert!(delay.from.is_none_or(|from| from < bound) && delay.to.is_none_or(|to| to >= bound));
        }
    }
}
