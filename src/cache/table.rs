//! The table of what is kept: when each key becomes visible, when it was last used, and which goes first when space runs out.
//!
//! It knows keys by their slots alone. What has left the table leaves a mark, so that a miss can say whether time or space took
//! it. The order of uses is kept only under a capacity, which asks for it.

use super::chunked_vec::ChunkedVec;
use super::index::{NONE, Slot};
use super::limits::{Leeway, Limits};

/// A moment of log time in microseconds; [`Instant::UNKNOWN`] if the log has given none yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(i64);

/// The reason why a key cannot be served; if several hold, the first in this order is named.
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

/// Neighbours in the order of use.
#[derive(Clone, Copy)]
struct Neighbours {
    older: Slot,
    newer: Slot,
}

impl Neighbours {
    /// Of what was pushed out: nothing else is its own neighbour.
    fn none(slot: Slot) -> Self {
        Self { older: slot, newer: slot }
    }
}

/// Times of a slot, which are asked for together.
#[derive(Clone, Copy, Debug)]
struct Times {
    visible: Instant,
    used: Instant,
}

impl Times {
    /// The slot was not used for this lifetime.
    #[inline]
    fn are_over(self, lifetime: Option<i64>, now: Instant) -> bool {
        lifetime.is_some_and(|lifetime| now.since(self.used).is_some_and(|age| age >= lifetime))
    }
}

/// The entries that are kept, by slot.
pub(super) struct Table {
    limits: Limits,
    times: ChunkedVec<Times>,
    /// Lifetimes of the slots' own, if slots have such; `None` is for ever.
    lifetimes: ChunkedVec<Option<i64>>,
    has_own_lifetimes: bool,
    /// Under a capacity.
    order: ChunkedVec<Neighbours>,
    oldest: Slot,
    newest: Slot,
    resident: u64,
    /// A use does not make a slot the newest: the first that was written goes first.
    is_first_in_first_out: bool,
}

impl Instant {
    /// No time is known.
    pub const UNKNOWN: Self = Self(i64::MIN);

    /// From microseconds of log time.
    pub fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds of log time; the least number if no time is known.
    pub fn micros(self) -> i64 {
        self.0
    }

    /// Microseconds gone by since `earlier`; `None` where either time is unknown.
    #[inline]
    pub(super) fn since(self, earlier: Self) -> Option<i64> {
        (self != Self::UNKNOWN && earlier != Self::UNKNOWN).then(|| self.0.saturating_sub(earlier.0))
    }

    /// This moment and `span` microseconds; unknown stays unknown.
    pub(super) fn plus(self, span: i64) -> Self {
        if self == Self::UNKNOWN { self } else { Self(self.0.saturating_add(span)) }
    }

    /// Tells whether this moment comes before the time of writing became visible.
    #[inline]
    pub(super) fn is_before(self, visible: Self) -> bool {
        self != Self::UNKNOWN && visible != Self::UNKNOWN && self < visible
    }
}

impl Table {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            times: ChunkedVec::new(),
            lifetimes: ChunkedVec::new(),
            has_own_lifetimes: false,
            order: ChunkedVec::new(),
            oldest: NONE,
            newest: NONE,
            resident: 0,
            is_first_in_first_out: false,
        }
    }

    /// The same, with the slot going first that was written first, however often it was used since.
    pub(super) fn first_in_first_out(self) -> Self {
        Self { is_first_in_first_out: true, ..self }
    }

    /// A table whose slots are all written with lifetimes of their own.
    pub(super) fn with_own_lifetimes(limits: Limits) -> Self {
        Self { has_own_lifetimes: true, ..Self::new(limits) }
    }

    /// Tells whether a slot can be served now, and the reason if it cannot.
    #[inline]
    pub(super) fn probe(&self, slot: Slot, now: Instant) -> Result<(), Absence> {
        let times = self.times.value(slot).ok_or(Absence::Rule)?;
        if now.is_before(times.visible) {
            Err(Absence::Pending)
        } else if times.are_over(self.lifetime(slot), now) {
            Err(Absence::Expired)
        } else if self.is_resident(slot) {
            Ok(())
        } else {
            Err(Absence::Evicted)
        }
    }

    /// The slot is served whatever the provider makes of the times it leaves open.
    pub(super) fn is_certain(&self, slot: Slot, now: Instant, leeway: Leeway) -> bool {
        let visible = self.times.value(slot).map(|times| times.visible.plus(leeway.most_delay - self.limits.delay));
        let is_young = self.age(slot, now).zip(leeway.least_lifetime).is_none_or(|(age, least)| age < least);
        self.probe(slot, now).is_ok() && is_young && visible.is_some_and(|visible| !now.is_before(visible))
    }

    /// The slot may be served, however long ago it was used.
    pub(super) fn is_possible(&self, slot: Slot, now: Instant, leeway: Leeway) -> bool {
        match self.probe(slot, now) {
            Err(Absence::Expired) => leeway.least_lifetime.is_some(),
            served => served.is_ok(),
        }
    }

    /// Microseconds since a slot was used, if a lifetime asks for them and both times are known.
    pub(super) fn age(&self, slot: Slot, now: Instant) -> Option<i64> {
        let is_asked = self.has_own_lifetimes || self.limits.lifetime.is_some();
        now.since(self.times.value(slot)?.used).filter(|_| is_asked)
    }

    /// Marks a slot as used now, if it is there.
    pub(super) fn touch(&mut self, slot: Slot, now: Instant) {
        if self.is_resident(slot) {
            self.use_now(slot, now);
            self.make_newest(slot);
        }
    }

    /// Writes a slot, which may be the next new one: from `visible` on it can be served, unless an earlier writing that still
    /// lives is visible sooner.
    #[inline]
    pub(super) fn write(&mut self, slot: Slot, now: Instant, visible: Instant) {
        let (was_resident, lifetime) = (self.is_resident(slot), self.lifetime(slot));
        let Some(times) = self.times.value_mut(slot) else {
            return self.insert(slot, now, visible);
        };
        let lives = was_resident && !times.are_over(lifetime, now);
        let visible = if lives { visible.min(times.visible) } else { visible };
        *times = Times { visible, used: now.max(times.used) };
        if !was_resident {
            self.admit(slot);
        } else if !lives || !self.is_first_in_first_out {
            self.make_newest(slot);
        }
    }

    /// Writes a slot with a lifetime of its own. One that still lives is not written again but used, and keeps its lifetime.
    pub(super) fn write_for(&mut self, slot: Slot, now: Instant, visible: Instant, lifetime: Option<i64>) {
        let known = self.times.value(slot);
        let lives = known.is_some_and(|times| self.is_resident(slot) && !times.are_over(self.lifetime(slot), now));
        self.write(slot, now, visible);
        match self.lifetimes.value_mut(slot) {
            Some(own) if !lives => *own = lifetime,
            Some(_) => {}
            None => self.lifetimes.push(lifetime),
        }
    }

    /// The times of a slot whose lifetime is its own: when it was last used, and from when on it can be served.
    pub(super) fn times(&self, slot: Slot) -> Option<(Instant, Instant, Option<i64>)> {
        let Times { visible, used } = self.times.value(slot)?;
        Some((used, visible, self.lifetimes.value(slot)?))
    }

    fn insert(&mut self, slot: Slot, now: Instant, visible: Instant) {
        self.times.push(Times { visible, used: now });
        if self.limits.capacity.is_some() {
            self.order.push(Neighbours::none(slot));
            self.admit(slot);
        }
    }

    fn use_now(&mut self, slot: Slot, now: Instant) {
        if let Some(times) = self.times.value_mut(slot) {
            times.used = now.max(times.used);
        }
    }

    /// Counts a slot in, and the least recently used out where there is no room.
    fn admit(&mut self, slot: Slot) {
        self.resident += 1;
        self.append(slot);
        if self.limits.capacity.is_some_and(|capacity| self.resident > capacity) {
            let oldest = self.oldest;
            self.unlink(oldest);
            self.place(oldest, |neighbours| *neighbours = Neighbours::none(oldest));
            self.resident -= 1;
        }
    }

    fn make_newest(&mut self, slot: Slot) {
        if self.limits.capacity.is_some() && self.newest != slot {
            self.unlink(slot);
            self.append(slot);
        }
    }

    fn append(&mut self, slot: Slot) {
        let newest = self.newest;
        self.place(slot, |neighbours| *neighbours = Neighbours { older: newest, newer: NONE });
        match newest {
            NONE => self.oldest = slot,
            newest => self.place(newest, |neighbours| neighbours.newer = slot),
        }
        self.newest = slot;
    }

    fn unlink(&mut self, slot: Slot) {
        let Some(Neighbours { older, newer }) = self.order.value(slot) else { return };
        match older {
            NONE => self.oldest = newer,
            older => self.place(older, |neighbours| neighbours.newer = newer),
        }
        match newer {
            NONE => self.newest = older,
            newer => self.place(newer, |neighbours| neighbours.older = older),
        }
    }

    /// Changes a slot's place in the order of use; without a capacity there is none.
    fn place(&mut self, slot: Slot, change: impl FnOnce(&mut Neighbours)) {
        if let Some(neighbours) = self.order.value_mut(slot) {
            change(neighbours);
        }
    }

    #[inline]
    fn is_resident(&self, slot: Slot) -> bool {
        self.order.value(slot).is_none_or(|neighbours| neighbours.older != slot)
    }

    /// The lifetime of a slot in microseconds, its own or that of all; `None` is for ever.
    #[inline]
    fn lifetime(&self, slot: Slot) -> Option<i64> {
        let own = if self.has_own_lifetimes { self.lifetimes.value(slot) } else { None };
        own.unwrap_or(self.limits.lifetime)
    }
}
