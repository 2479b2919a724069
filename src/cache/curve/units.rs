//! Units at every lifetime.
//!
//! Of the units that fit only the longest that can be served is used, and which that is depends on the lifetime: a cache that
//! forgets the longest uses a shorter one, and so may keep it where a more patient cache does not. So each unit's times are kept
//! for each range of lifetimes, and a longer life does not always mean more hits.

use super::blocks::outlives;
use super::{Step, Sweep};
use crate::cache::Instant;
use crate::cache::index::Index;
use crate::cache::key::PrefixKey;
use crate::cache::policy::{Lookup, written_units};
use crate::number::to_usize;

/// Units, each at every lifetime.
pub(in crate::cache) struct UnitSweep {
    size: usize,
    index: Index<PrefixKey>,
    /// By slot; those of one unit cover all lifetimes.
    pieces: Vec<Vec<Piece>>,
}

/// A unit's times at some lifetimes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    range: Range,
    visible: Instant,
    used: Instant,
}

/// Lifetimes from one to below another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    from: u64,
    to: u64,
}

/// Every lifetime.
const ALL: Range = Range { from: 0, to: u64::MAX };

impl Range {
    /// The overlap of both, if there is one.
    fn and(self, other: Self) -> Option<Self> {
        let both = Self { from: self.from.max(other.from), to: self.to.min(other.to) };
        (both.from < both.to).then_some(both)
    }

    /// The parts of this range that lie outside the other.
    fn without(self, other: Self) -> impl Iterator<Item = Self> {
        let below = Self { to: self.to.min(other.from), ..self };
        let above = Self { from: self.from.max(other.to), ..self };
        [below, above].into_iter().filter(|range| range.from < range.to)
    }
}

impl Piece {
    /// The lifetimes at which it can be served now.
    fn served(&self, now: Instant) -> Option<Range> {
        let lives = Range { from: outlives(now.since(self.used)), to: u64::MAX };
        self.range.and(lives).filter(|_| !now.is_before(self.visible))
    }
}

impl UnitSweep {
    /// No units of so many tokens.
    pub(in crate::cache) fn new(size: usize) -> Self {
        Self { size, index: Index::new(), pieces: Vec::new() }
    }

    /// The longest unit that can be served at each lifetime, which is thereby used.
    fn look(&mut self, keys: &[PrefixKey], now: Instant) -> Vec<Step> {
        let mut unserved = vec![ALL];
        let mut hits: Vec<(Range, usize)> = Vec::new();
        for (index, key) in keys.iter().enumerate().rev() {
            let Some(slot) = self.index.find(*key) else { continue };
            let unit = &mut self.pieces[slot as usize];
            let served = unit.iter().filter_map(|piece| piece.served(now));
            let served: Vec<Range> =
                served.flat_map(|range| unserved.iter().filter_map(move |open| open.and(range))).collect();
            for range in served {
                change(unit, range, |piece| piece.used = now.max(piece.used));
                unserved = unserved.iter().flat_map(|open| open.without(range)).collect();
                hits.push((range, (index + 1) * self.size));
            }
            if unserved.is_empty() {
                break;
            }
        }
        hits.extend(unserved.into_iter().map(|range| (range, 0)));
        hits.sort_unstable_by_key(|(range, _)| range.from);
        hits.dedup_by_key(|(_, position)| *position);
        let step = |(range, position): (Range, usize)| Step {
            from: range.from,
            hit_tokens: position as u64,
            hit_blocks: (position / self.size) as u64,
            written: None,
        };
        hits.into_iter().map(step).collect()
    }

    fn write(&mut self, key: PrefixKey, now: Instant, visible: Instant) {
        let slot = to_usize(self.index.find_or_add(key).into());
        if slot == self.pieces.len() {
            self.pieces.push(vec![Piece { range: ALL, visible, used: now }]);
            return;
        }
        let unit = &mut self.pieces[slot];
        for piece in unit.clone() {
            let lives = piece.range.from.max(outlives(now.since(piece.used))).min(piece.range.to);
            change(unit, Range { to: lives, ..piece.range }, |part| part.visible = visible);
            change(unit, Range { from: lives, ..piece.range }, |part| part.visible = visible.min(part.visible));
        }
        change(unit, ALL, |part| part.used = now.max(part.used));
    }
}

impl Sweep for UnitSweep {
    fn serve(&mut self, lookup: &Lookup<'_>) -> Vec<Step> {
        let steps = self.look(&lookup.keys[..lookup.limit() / self.size], lookup.now);
        for (end, key) in written_units(lookup, self.size) {
            self.write(key, lookup.now, lookup.visible_at(end));
        }
        steps
    }
}

/// Changes a unit's times at some lifetimes.
fn change(unit: &mut Vec<Piece>, range: Range, times: impl Fn(&mut Piece)) {
    for piece in std::mem::take(unit) {
        let inside = piece.range.and(range);
        let outside = |range| Piece { range, ..piece };
        let mut parts: Vec<Piece> = match inside {
            Some(inside) => piece.range.without(inside).map(outside).collect(),
            None => vec![piece],
        };
        parts.extend(inside.map(|range| {
            let mut part = outside(range);
            times(&mut part);
            part
        }));
        parts.sort_unstable_by_key(|part| part.range.from);
        for part in parts {
            match unit.last_mut() {
                Some(last) if (last.visible, last.used) == (part.visible, part.used) => last.range.to = part.range.to,
                _ => unit.push(part),
            }
        }
    }
}
