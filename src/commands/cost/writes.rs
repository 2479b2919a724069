//! Writes that are charged: how far apart requests come that could read what an earlier one wrote, and what would pay.

use std::collections::HashMap;

use crate::rates::{Lifetime, Rate};
use crate::simulation::Record;
use crate::time::Timestamp;

/// Seconds of the lifetimes that are sold.
const FIVE_MINUTES: i64 = 300;
const HOUR: i64 = 3600;

/// Owner of the cache, and the model.
type CacheOfModel = (Option<String>, Option<String>);

/// Distances between requests of one cache that wrote to it.
#[derive(Debug, Default)]
pub(super) struct Writes {
    last: HashMap<CacheOfModel, Timestamp>,
    /// Within five minutes, within an hour, beyond.
    gaps: [u64; 3],
    /// The sum of each, in seconds.
    seconds: [i64; 3],
}

impl Writes {
    /// Takes note of a request that wrote or read.
    pub(super) fn add(&mut self, record: &Record) {
        let is_cached = record.reported.written.is_some_and(|written| written.total() > 0)
            || record.reported.hit_tokens.is_some_and(|hits| hits > 0);
        let Some(time) = record.time.filter(|_| is_cached) else { return };
        let Some(before) = self.last.insert((record.scope.clone(), record.model.clone()), time) else { return };
        let gap = time.duration_since(before).as_secs().abs();
        let class = usize::from(gap > FIVE_MINUTES) + usize::from(gap > HOUR);
        self.gaps[class] += 1;
        self.seconds[class] += gap;
    }

    /// The setting that would pay at these prices.
    pub(super) fn advice(&self, rate: &Rate) -> String {
        let reads = |lifetime| {
            let reads = rate.break_even_reads(lifetime).ok().flatten()?;
            Some(if reads.to_string() == "1" { "the first read".to_owned() } else { format!("{reads} reads") })
        };
        let most = (0..3).max_by_key(|&class| self.gaps[class]).unwrap_or(0);
        let minutes =
            self.gaps[most].try_into().ok().and_then(|gaps: i64| self.seconds[most].checked_div(gaps)).unwrap_or(0)
                / 60;
        match (self.gaps.iter().sum::<u64>(), most) {
            (0, _) => match reads(Lifetime::Default) {
                Some(reads) => format!("A write pays after {reads} within its lifetime; without any the prompt is cheaper uncached."),
                None => "No number of reads pays for a write at these prices.".into(),
            },
            (_, 0) => "Requests come within five minutes of each other and yet read less than they write: their prompts differ early \
                       (`cachecheck simulate` shows where), or they ask for different lifetimes."
                .into(),
            (_, 1) => match reads(Lifetime::Hour) {
                Some(reads) => format!(
                    "Most requests come about {minutes} minutes after the one before, when a write with a lifetime of 5 minutes has \
                     expired: one with an hour pays after {reads}, and no cache at all is cheaper than this."
                ),
                None => format!(
                    "Most requests come about {minutes} minutes after the one before, when a write with a lifetime of 5 minutes has expired: no cache is cheaper."
                ),
            },
            _ => "Most requests come more than an hour after the one before, when every write has expired: no cache is cheaper.".into(),
        }
    }
}
