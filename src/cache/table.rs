//! The table of prefix keys: when each becomes visible, when it was last used, and which goes first when space runs out.
//!
//! What has left the table leaves a mark, so that a miss can say whether time or space took it.

use std::collections::HashMap;

use super::key::{ByDigest, PrefixKey};
use super::replay::Limits;

/// A moment of log time in microseconds; [`Instant::UNKNOWN`] where the log has told none yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(i64);

/// Why a key cannot be served, in the order in which a reason is named where several hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Absence {
    /// Written, not visible yet.
    Pending,
    /// Not used for a lifetime.
    Expired,
    /// Pushed out by others.
    Evicted,
    /// Never written: the rule leaves nothing there.
    Rule,
}

const NONE: u32 = u32::MAX;

struct Entry {
    visible: Instant,
    used: Instant,
    resident: bool,
    /// Neighbours in the order of use; kept only under a capacity.
    older: u32,
    newer: u32,
}

/// Prefix keys with times.
pub(super) struct Table {
    limits: Limits,
    index: HashMap<PrefixKey, u32, ByDigest>,
    entries: Vec<Entry>,
    oldest: u32,
    newest: u32,
    resident: u64,
}

impl Instant {
    /// No time is known.
    pub const UNKNOWN: Self = Self(i64::MIN);

    /// From microseconds of log time.
    pub fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Whether `span` microseconds have gone by since `earlier`; false where either time is unknown.
    fn is_past(self, earlier: Self, span: i64) -> bool {
        self != Self::UNKNOWN && earlier != Self::UNKNOWN && self.0 >= earlier.0.saturating_add(span)
    }

    /// This moment and `span` microseconds; unknown stays unknown.
    pub(super) fn plus(self, span: i64) -> Self {
        if self == Self::UNKNOWN { self } else { Self(self.0.saturating_add(span)) }
    }

    /// Whether this moment comes before the time of writing became visible.
    fn is_before(self, visible: Self) -> bool {
        self != Self::UNKNOWN && visible != Self::UNKNOWN && self < visible
    }
}

impl Table {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, index: HashMap::default(), entries: Vec::new(), oldest: NONE, newest: NONE, resident: 0 }
    }

    /// Whether a key can be served now, and why not.
    pub(super) fn probe(&self, key: PrefixKey, now: Instant) -> Result<(), Absence> {
        let entry = self.index.get(&key).map(|slot| self.entry(*slot)).ok_or(Absence::Rule)?;
        if now.is_before(entry.visible) {
            Err(Absence::Pending)
        } else if self.is_expired(entry, now) {
            Err(Absence::Expired)
        } else if entry.resident {
            Ok(())
        } else {
            Err(Absence::Evicted)
        }
    }

    /// Marks a key as used now, if it is there.
    pub(super) fn touch(&mut self, key: PrefixKey, now: Instant) {
        if let Some(slot) = self.index.get(&key).copied().filter(|slot| self.entry(*slot).resident) {
            let entry = self.entry_mut(slot);
            entry.used = entry.used.max(now);
            self.make_newest(slot);
        }
    }

    /// Writes a key: from `visible` on it can be served, unless an earlier writing that still lives is visible sooner.
    pub(super) fn write(&mut self, key: PrefixKey, now: Instant, visible: Instant) {
        let Some(slot) = self.index.get(&key).copied() else {
            self.insert(key, now, visible);
            return;
        };
        let lives = self.entry(slot).resident && !self.is_expired(self.entry(slot), now);
        let was_resident = self.entry(slot).resident;
        let entry = self.entry_mut(slot);
        entry.visible = if lives { entry.visible.min(visible) } else { visible };
        entry.used = entry.used.max(now);
        entry.resident = true;
        if was_resident {
            self.make_newest(slot);
        } else {
            self.admit(slot);
        }
    }

    fn insert(&mut self, key: PrefixKey, now: Instant, visible: Instant) {
        let slot = u32::try_from(self.entries.len()).unwrap_or(NONE);
        self.entries.push(Entry { visible, used: now, resident: true, older: NONE, newer: NONE });
        self.index.insert(key, slot);
        self.admit(slot);
    }

    /// Counts an entry in, and the least recently used out where there is no room.
    fn admit(&mut self, slot: u32) {
        self.resident += 1;
        self.append(slot);
        if self.limits.capacity.is_some_and(|capacity| self.resident > capacity) && self.oldest != NONE {
            let oldest = self.oldest;
            self.unlink(oldest);
            self.entry_mut(oldest).resident = false;
            self.resident -= 1;
        }
    }

    fn make_newest(&mut self, slot: u32) {
        if self.limits.capacity.is_some() && self.newest != slot {
            self.unlink(slot);
            self.append(slot);
        }
    }

    fn append(&mut self, slot: u32) {
        if self.limits.capacity.is_none() {
            return;
        }
        let newest = self.newest;
        let entry = self.entry_mut(slot);
        (entry.older, entry.newer) = (newest, NONE);
        match newest {
            NONE => self.oldest = slot,
            newest => self.entry_mut(newest).newer = slot,
        }
        self.newest = slot;
    }

    fn unlink(&mut self, slot: u32) {
        let Entry { older, newer, .. } = *self.entry(slot);
        match older {
            NONE => self.oldest = newer,
            older => self.entry_mut(older).newer = newer,
        }
        match newer {
            NONE => self.newest = older,
            newer => self.entry_mut(newer).older = older,
        }
    }

    fn is_expired(&self, entry: &Entry, now: Instant) -> bool {
        self.limits.lifetime.is_some_and(|lifetime| now.is_past(entry.used, lifetime))
    }

    fn entry(&self, slot: u32) -> &Entry {
        &self.entries[slot as usize]
    }

    fn entry_mut(&mut self, slot: u32) -> &mut Entry {
        &mut self.entries[slot as usize]
    }
}
