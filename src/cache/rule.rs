//! The rules: at which positions a cache looks, at which it writes, and which reason names a miss.

use super::index::Index;
use super::key::PrefixKey;
use super::ledger::Ledger;
use super::replay::Limits;
use super::table::{Absence, Instant, Table};
use crate::number::to_usize;
use crate::profile::Rule;

/// What is kept, by prefix.
pub(super) struct Kept {
    index: Index<PrefixKey>,
    table: Table,
}

/// One request as a rule sees it.
pub(super) struct Lookup<'a> {
    /// How many tokens prompt and output have.
    pub(super) length: usize,
    /// The keys of all whole blocks of prompt and output.
    pub(super) keys: &'a [PrefixKey],
    /// How many tokens are the prompt.
    pub(super) prompt: usize,
    /// How many of the prompt's an earlier exchange has.
    pub(super) common: usize,
    pub(super) now: Instant,
    /// When what is written of the prompt, and of the output, becomes visible.
    pub(super) visible: (Instant, Instant),
}

/// What the cache serves.
pub(super) struct Served {
    pub(super) hit: usize,
    pub(super) hit_max: usize,
    /// The part of the ledger below the common prefix.
    pub(super) ledger: Ledger,
}

impl Kept {
    pub(super) fn new(limits: Limits) -> Self {
        Self { index: Index::new(), table: Table::new(limits) }
    }
}

/// Looks a request up and then writes it.
pub(super) fn serve(rule: Rule, kept: &mut Kept, lookup: &Lookup<'_>) -> Served {
    match rule {
        Rule::None => lookup.nothing(0),
        Rule::Blocks { size, minimum } if minimum > size && lookup.prompt < to_usize(minimum) => lookup.nothing(0),
        Rule::Blocks { size, .. } => lookup.blocks(to_usize(size), kept),
        Rule::Units { size } => lookup.units(to_usize(size), kept),
    }
}

impl Lookup<'_> {
    /// The most that could be served: what was seen, and never the last token.
    pub(super) fn limit(&self) -> usize {
        self.common.min(self.prompt.saturating_sub(1))
    }

    /// Nothing is served, and the rule is the reason.
    fn nothing(&self, hit_max: usize) -> Served {
        Served { hit: 0, hit_max, ledger: Ledger { rule: self.common as u64, ..Ledger::default() } }
    }

    pub(super) fn visible_at(&self, position: usize) -> Instant {
        if position <= self.prompt { self.visible.0 } else { self.visible.1 }
    }

    /// Every whole block from the start until the first that is absent; writes every whole block.
    fn blocks(&self, size: usize, Kept { index, table }: &mut Kept) -> Served {
        let mut slots = Vec::with_capacity(self.keys.len());
        index.find_or_add_all(self.keys, &mut slots);
        let seen = &slots[..self.limit() / size];
        let mut ledger = Ledger::default();
        let mut reason = None;
        for slot in seen {
            // A block is served if it and all before it are; the first reason in order names the miss.
            reason = reason.into_iter().chain(table.probe(*slot, self.now).err()).min();
            match reason {
                None => ledger.hit += size as u64,
                Some(reason) => ledger.absent(reason, size as u64),
            }
        }
        self.add_rest(&mut ledger, seen.len() * size);
        for (index, slot) in slots.iter().enumerate() {
            table.write(*slot, self.now, self.visible_at((index + 1) * size));
        }
        let hit = to_usize(ledger.hit);
        Served { hit, hit_max: hit, ledger }
    }

    /// The longest persisted unit; writes one at the end of the input and one at the end of the output.
    fn units(&self, size: usize, Kept { index, table }: &mut Kept) -> Served {
        let seen = &self.keys[..self.limit() / size];
        let mut ledger = Ledger::default();
        let mut hit = None;
        let mut reason = Absence::Rule;
        // From the longest down: a token is served by the longest unit that can be, else its reason is the first in order
        // among the units that would cover it.
        for key in seen.iter().rev() {
            let found = index.find(*key).ok_or(Absence::Rule);
            match found.and_then(|slot| table.probe(slot, self.now).map(|()| slot)) {
                _ if hit.is_some() => {}
                Ok(slot) => hit = Some(slot),
                Err(absence) => reason = reason.min(absence),
            }
            match hit {
                Some(_) => ledger.hit += size as u64,
                None => ledger.absent(reason, size as u64),
            }
        }
        self.add_rest(&mut ledger, seen.len() * size);
        if let Some(slot) = hit {
            table.touch(slot, self.now);
        }
        for end in [self.prompt.saturating_sub(1), self.length] {
            let blocks = end / size;
            if let Some(key) = blocks.checked_sub(1).and_then(|index| self.keys.get(index)) {
                table.write(index.find_or_add(*key), self.now, self.visible_at(blocks * size));
            }
        }
        Served { hit: to_usize(ledger.hit), hit_max: seen.len() * size, ledger }
    }

    /// What was seen beyond the last whole block: a tail, and the last token, which no rule serves.
    fn add_rest(&self, ledger: &mut Ledger, blocks_end: usize) {
        ledger.tail = (self.limit() - blocks_end) as u64;
        ledger.rule += (self.common - self.limit()) as u64;
    }
}
