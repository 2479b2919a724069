//! Replayed window: blocks whose last one is often computed again although it is there. DeepSeek V4.1.
//!
//! Its attention has a sliding window, and after a repeated or changed prompt the model recomputes the last window before the
//! first new token. After a plain continuation it may or may not, so that the policy gives a range. The reading is provisional:
//! it was fitted to 56 recorded successions and a handful of repeats and changes (2026-09-13 to 10-06).

use std::collections::HashSet;

use serde::Deserialize;

use super::blocks::BlockCache;
use super::{Blocks, CachePolicy, Lookup, OpenCache, Places, Served, Sweep};
use crate::cache::key::PrefixKey;
use crate::cache::limits::{Axis, Limits, Step};
use crate::number::to_usize;

/// Blocks of which the last may be replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct ReplayedWindow(Blocks);

struct WindowCache {
    size: usize,
    blocks: BlockCache,
    /// The last whole blocks of inputs, less their last token.
    input_ends: HashSet<PrefixKey>,
}

struct WindowSweep {
    size: usize,
    blocks: Box<dyn Sweep>,
}

impl ReplayedWindow {
    /// Blocks of so many tokens, which are also the window.
    pub fn new(size: u64) -> Self {
        Self(Blocks::new(size, None))
    }
}

impl CachePolicy for ReplayedWindow {
    fn describe(&self) -> String {
        format!("blocks of {}, last one replayed", self.0.step())
    }

    fn step(&self) -> u64 {
        self.0.step()
    }

    fn places(&self) -> Places {
        self.0.places()
    }

    fn leaves_at_step(&self, end: u64, prompt: u64, length: u64) -> bool {
        self.0.leaves_at_step(end, prompt, length)
    }

    fn served_prefix(&self, tokens: u64) -> u64 {
        self.0.served_prefix(tokens).saturating_sub(self.step())
    }

    fn served_prefix_caveat(&self) -> Option<&'static str> {
        Some("computes the last block of a shared prefix again")
    }

    fn open(&self, limits: Limits) -> Box<dyn OpenCache> {
        let blocks = BlockCache::new(self.0, limits);
        Box::new(WindowCache { size: to_usize(self.step()), blocks, input_ends: HashSet::new() })
    }

    fn sweep(&self, limits: Limits, axis: Axis) -> Option<Box<dyn Sweep>> {
        let blocks = self.0.sweep(limits, axis)?;
        Some(Box::new(WindowSweep { size: to_usize(self.step()), blocks }))
    }
}

/// The prompt only appends to an earlier one.
fn continues(lookup: &Lookup<'_>) -> bool {
    lookup.is_appended && lookup.common < lookup.prompt
}

/// The most likely hits where the blocks that are there reach so far.
fn without_window(lookup: &Lookup<'_>, size: usize, blocks_end: usize) -> usize {
    let boundary = match continues(lookup) {
        true if lookup.common_is_exact => lookup.common.saturating_sub(2),
        true => lookup.common,
        false => lookup.limit(),
    };
    (boundary / size * size).saturating_sub(size).min(blocks_end)
}

impl OpenCache for WindowCache {
    fn serve(&mut self, lookup: &Lookup<'_>) -> Served {
        let size = self.size;
        let Served { hit: blocks_end, range: (certain_end, possible_end), mut ledger, .. } = self.blocks.serve(lookup);
        let hit = without_window(lookup, size, blocks_end);
        ledger.hit -= (blocks_end - hit) as u64;
        ledger.rule += (blocks_end - hit) as u64;
        let range = if continues(lookup) {
            let keys = &lookup.keys[..certain_end / size];
            let input_end = keys.iter().rposition(|key| self.input_ends.contains(key)).map_or(0, |index| index + 1);
            (hit.min(input_end * size), possible_end)
        } else {
            let [least, most] = [certain_end, possible_end].map(|end| without_window(lookup, size, end));
            (least, most)
        };
        let input = lookup.prompt.saturating_sub(1) / size;
        self.input_ends.extend(input.checked_sub(1).and_then(|last| lookup.keys.get(last)));
        Served { hit, range, ledger, ..Served::default() }
    }
}

impl Sweep for WindowSweep {
    fn serve(&mut self, lookup: &Lookup<'_>) -> Vec<Step> {
        let mut steps = self.blocks.serve(lookup);
        for step in &mut steps {
            let hit = without_window(lookup, self.size, to_usize(step.hit_tokens));
            (step.hit_tokens, step.hit_blocks) = (hit as u64, (hit / self.size) as u64);
        }
        steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::{AnyPolicy, BilledPrompt, Instant, Outcome, Replay, ScopeKey, Seen, Tokens};
    use crate::exchange::Place;
    use crate::tokens::Sequence;

    /// A request of so many tokens and its answer, then a prompt that has so many in common with both, and its length.
    fn after((prompt, output): (usize, usize), (common, next): (usize, usize)) -> Outcome {
        let mut replay = Replay::new(AnyPolicy::ReplayedWindow(ReplayedWindow::new(128)), Limits::default());
        let first: Vec<u32> = (0..).take(prompt + output).collect();
        let mut second = first[..common].to_vec();
        second.resize(next, u32::MAX);
        let mut exchange = |tokens: Vec<u32>, prompt: usize| {
            let sequence: Sequence = tokens[..].into();
            let tokens = Tokens {
                sequence: &sequence,
                prompt,
                core: prompt,
                block_ends: &[],
                kept: None,
                billed: BilledPrompt::default(),
            };
            let seen = Seen { place: Place::default(), start: Instant::UNKNOWN, end: Instant::UNKNOWN };
            replay.exchange(ScopeKey::new(&["a"]), tokens, seen)
        };
        exchange(first, prompt);
        exchange(second, next)
    }

    /// Recorded requests of `deepseek-flash`, 2026-09-13 to 10-06.
    #[test]
    fn recorded_successions_are_in_range_and_changes_and_repeats_exact() {
        for ((prompt, output), reported) in [
            ((497, 95), 512),
            ((763, 479), 1152),
            ((1768, 435), 2176),
            ((822, 59), 640),
            ((919, 364), 1152),
            ((3883, 654), 4352),
        ] {
            let whole = prompt + output;
            let outcome = after((prompt, output), (whole, whole + 40));
            assert!(
                (outcome.hit_tokens_min..=outcome.hit_tokens_max).contains(&reported),
                "{prompt} + {output}: {outcome:?}"
            );
        }
        for (common, reported) in [(1035, 896), (591, 384), (484, 256), (60, 0)] {
            let outcome = after((2000, 100), (common, 2100));
            assert_eq!((outcome.hit_tokens, outcome.hit_tokens_max), (reported, reported), "changed at {common}");
        }
        let repeated = after((2000, 100), (2000, 2000));
        assert_eq!((repeated.hit_tokens, repeated.hit_tokens_max), (1792, 1792));
    }
}
