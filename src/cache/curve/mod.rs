//! Curves: what a cache would serve of each request at *every* lifetime or capacity, from one replay.
//!
//! The idea is the stack distance (Mattson and others, 1970): a block that was last used so long ago, or so many others ago, hits
//! in every cache that keeps more. A request's block hits only if all before it do, so what counts is the largest distance so far.
//! If a smaller cache can keep what a larger one has lost, there is no such distance, and the limits that were asked for are
//! replayed beside each other.

mod blocks;
mod per_limit;
mod stack_distance;
#[cfg(test)]
mod tests;
mod units;
mod visibility_steps;

pub(super) use blocks::{BlockSweep, SweptBlocks, SweptRequest};
pub(super) use units::UnitSweep;

use super::policy::{CachePolicy, Lookup};
use super::replay::Limits;

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
    /// At which limits it is wanted, in order; `None` is at all.
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
}

/// No single replay shows all limits under this policy, and none were named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAllAtOnce;

/// A cache at every value of one limit.
pub trait Sweep: Send {
    /// Looks a request up at every value and then writes it.
    fn serve(&mut self, lookup: &Lookup<'_>) -> Vec<Step>;
}

/// An empty cache at every value of a limit, or at those that were asked for if the policy has no way to sweep all at once. The
/// swept limit's own value is ignored.
pub(super) fn sweep(
    policy: &dyn CachePolicy,
    limits: Limits,
    sweeping: &Sweeping,
) -> Result<Box<dyn Sweep>, NotAllAtOnce> {
    let axis = sweeping.axis;
    policy.sweep(limits, axis).map_or_else(
        || {
            let at = sweeping.at.as_ref().ok_or(NotAllAtOnce)?;
            Ok(Box::new(per_limit::PerLimit::new(policy, limits, axis, at)) as Box<dyn Sweep>)
        },
        Ok,
    )
}

impl Limits {
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
