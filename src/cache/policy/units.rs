//! Units: a cache looks for the longest persisted unit, and writes one at the end of the input (less its last token) and one at
//! the end of the output. DeepSeek V4.

use std::num::NonZeroU64;

use serde::Deserialize;

use super::lookup::Entries;
use super::{CachePolicy, Kept, Lookup, OpenCache, Places, Served, Sweep};
use crate::cache::curve::UnitSweep;
use crate::cache::key::PrefixKey;
use crate::cache::ledger::Ledger;
use crate::cache::limits::{Axis, Leeway, Limits};
use crate::cache::table::Absence;
use crate::number::to_usize;

/// Whole units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Units {
    /// Units end at multiples of this many tokens.
    size: NonZeroU64,
}

struct UnitCache {
    size: usize,
    entries: Entries,
    leeway: Option<Leeway>,
}

impl Units {
    /// Units that end at multiples of so many tokens, at least one.
    pub fn new(size: u64) -> Self {
        Self { size: NonZeroU64::new(size).unwrap_or(NonZeroU64::MIN) }
    }

    fn size(self) -> usize {
        to_usize(self.size.get())
    }
}

/// The ends of the last whole units of a prompt, less its last token, and of prompt and answer together.
fn ends(prompt: usize, length: usize, size: usize) -> [usize; 2] {
    [prompt.saturating_sub(1), length].map(|end| end / size * size)
}

/// The units that a request leaves: their ends, and their keys.
pub(in crate::cache) fn written_units<'a>(
    lookup: &'a Lookup<'_>,
    size: usize,
) -> impl Iterator<Item = (usize, PrefixKey)> + 'a {
    let key = move |end: usize| Some((end, *lookup.keys.get((end / size).checked_sub(1)?)?));
    ends(lookup.prompt, lookup.length, size).into_iter().filter_map(key)
}

impl CachePolicy for Units {
    fn describe(&self) -> String {
        format!("units of {}", self.size)
    }

    fn step(&self) -> u64 {
        self.size.get()
    }

    fn served_prefix_caveat(&self) -> Option<&'static str> {
        Some("serves a prefix that ends within a prompt only after several requests have shared it")
    }

    fn keeps_what_two_share(&self) -> bool {
        true
    }

    fn places(&self) -> Places {
        Places::Steps
    }

    fn leaves_at_step(&self, end: u64, prompt: u64, length: u64) -> bool {
        ends(to_usize(prompt), to_usize(length), self.size()).contains(&to_usize(end))
    }

    fn kept(&self) -> Option<Kept> {
        Some(Kept::Units)
    }

    fn open(&self, limits: Limits) -> Box<dyn OpenCache> {
        Box::new(UnitCache { size: self.size(), entries: Entries::new(limits), leeway: limits.leeway })
    }

    /// Under a capacity the entry that leaves depends on all others, so that no single replay shows every value.
    fn sweep(&self, limits: Limits, axis: Axis) -> Option<Box<dyn Sweep>> {
        let sweeps = axis == Axis::Lifetime && limits.capacity.is_none();
        sweeps.then(|| Box::new(UnitSweep::new(self.size())) as Box<dyn Sweep>)
    }
}

impl OpenCache for UnitCache {
    fn serve(&mut self, lookup: &Lookup<'_>) -> Served {
        let (size, Entries { index, table }) = (self.size, &mut self.entries);
        let seen = &lookup.keys[..lookup.limit() / size];
        let mut ledger = Ledger::default();
        let mut hit = None;
        // The longest unit that is served whatever the provider makes of the times it leaves open.
        let mut certain = None;
        let mut reason = Absence::Rule;
        // From the longest down: a token is served by the longest unit that can be, else its reason is the first in order
        // among the units that would cover it.
        for (index_of_key, key) in seen.iter().enumerate().rev() {
            let found = index.find(*key).ok_or(Absence::Rule);
            if let (Some(leeway), Ok(slot), None) = (self.leeway, found, certain)
                && table.is_certain(slot, lookup.now, leeway)
            {
                certain = Some(index_of_key + 1);
            }
            match found.and_then(|slot| table.probe(slot, lookup.now).map(|()| slot)) {
                _ if hit.is_some() => {}
                Ok(slot) => hit = Some(slot),
                Err(absence) => reason = reason.min(absence),
            }
            match hit {
                Some(_) => ledger.hit += size as u64,
                None => ledger.absent(reason, size as u64),
            }
        }
        lookup.add_rest(&mut ledger, seen.len() * size);
        if let Some(slot) = hit {
            table.touch(slot, lookup.now);
        }
        for (end, key) in written_units(lookup, size) {
            table.write(index.find_or_add(key), lookup.now, lookup.visible_at(end));
        }
        // Detected prefixes and fixed intervals may have left units that no rule foretells.
        let served = Served::exactly(ledger);
        let least = if self.leeway.is_some() { certain.map_or(0, |units| units * size) } else { served.hit };
        Served { range: (least.min(served.hit), seen.len() * size), ..served }
    }
}
