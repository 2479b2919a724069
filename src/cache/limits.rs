//! The limits of a cache in time and space, and what is asked of all values of one of them.

use crate::exchange::Written;

/// The bounds of a cache in time and space.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Microseconds an entry lives after its last use; `None` is for ever.
    pub lifetime: Option<i64>,
    /// Microseconds until a write becomes visible.
    pub delay: i64,
    /// Entries at most, the least recently used going first; `None` is without limit.
    pub capacity: Option<u64>,
    /// Every entry has the lifetime above, whatever lifetimes requests ask for.
    pub overrides_requests: bool,
    /// Times that the provider leaves open, if it does: then hits have a range.
    pub leeway: Option<Leeway>,
}

/// Bounds of the times that a provider leaves open. The limits beside it are the likely ones within them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leeway {
    /// Microseconds after its last use in which an entry is still there; beyond them it may be gone, or be kept for ever.
    pub least_lifetime: Option<i64>,
    /// Microseconds after which a write is visible at the latest.
    pub most_delay: i64,
}

/// The limit that runs through all its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// The lifetime, in microseconds.
    Lifetime,
    /// The capacity, in blocks or units.
    Capacity,
}

/// A request for a curve.
#[derive(Clone, Debug)]
pub struct Sweeping {
    /// Over what.
    pub axis: Axis,
    /// The limits that are asked for, in order; `None` is all.
    pub at: Option<Vec<u64>>,
}

/// The part of a request that is served from a limit on, up to the next step; below the first step nothing is served.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// The least limit.
    pub from: u64,
    /// Tokens served.
    pub hit_tokens: u64,
    /// Blocks served.
    pub hit_blocks: u64,
    /// Tokens written, if the provider counts them.
    pub written: Option<Written>,
}

/// No single replay shows all limits under this policy, and none were named, by the user or the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAllAtOnce;

impl Limits {
    /// Microseconds that an entry lives for which a request asks so many; `None` is for ever.
    pub(super) fn lifetime_of(self, asked: Option<i64>) -> Option<i64> {
        asked.filter(|_| !self.overrides_requests).or(self.lifetime)
    }

    /// These limits with another value for one of them.
    #[must_use]
    pub fn with(self, axis: Axis, limit: u64) -> Self {
        match axis {
            Axis::Lifetime => {
                let lifetime = Some(i64::try_from(limit).unwrap_or(i64::MAX));
                Self { lifetime, overrides_requests: true, ..self }
            }
            Axis::Capacity => Self { capacity: Some(limit), ..self },
        }
    }
}
