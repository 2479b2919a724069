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

use super::limits::Limits;
pub(super) use super::limits::{Axis, NotAllAtOnce, Step, Sweeping};
use super::policy::CachePolicy;
pub(super) use super::policy::Sweep;

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
            let own = policy.curve_lifetimes().filter(|_| axis == Axis::Lifetime);
            let at = sweeping.at.clone().or(own).ok_or(NotAllAtOnce)?;
            Ok(Box::new(per_limit::PerLimit::new(policy, limits, axis, &at)) as Box<dyn Sweep>)
        },
        Ok,
    )
}
