//! Curves: what a cache would serve of each request at *every* lifetime or capacity, from one replay.
//!
//! The idea is the stack distance (Mattson and others, 1970): a block that was last used so long ago, or so many others ago, hits
//! in every cache that keeps more. A request's block hits only if all before it do, so what counts is the largest distance so far.
//! Where a smaller cache can keep what a larger one has lost there is no such distance, and the asked limits are replayed beside
//! each other.

mod blocks;
mod per_limit;
mod stack_distance;
#[cfg(test)]
mod tests;
mod units;
mod visibility_steps;

pub(super) use blocks::{Blocks, Request};

use super::index::Index;
use super::key::PrefixKey;
use super::replay::Limits;
use super::rule::Lookup;
use crate::number::to_usize;
use crate::profile::Rule;

/// Which limit runs through all its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// The lifetime, in microseconds.
    Lifetime,
    /// The capacity, in blocks or units.
    Capacity,
}

/// What a curve is asked for.
#[derive(Clone, Debug)]
pub struct Sweeping {
    /// Over what.
    pub axis: Axis,
    /// At which limits it is wanted, in order; `None` is at all.
    pub at: Option<Vec<u64>>,
}

/// What is served of a request from a limit on, up to the next step; below the first step nothing is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// The least limit.
    pub from: u64,
    /// Tokens served.
    pub hit_tokens: u64,
    /// Blocks served.
    pub hit_blocks: u64,
}

/// A rule under which no single replay shows all limits, and none were named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAllAtOnce;

/// A cache at every limit.
pub(super) struct Sweep(Kind);

enum Kind {
    Blocks { size: usize, minimum: usize, index: Index<PrefixKey>, blocks: Box<Blocks> },
    Units(units::Units),
    PerLimit(per_limit::PerLimit),
    NotAllAtOnce,
    Nothing,
}

impl Limits {
    /// These limits with another value for one of them.
    #[must_use]
    pub fn with(self, axis: Axis, limit: u64) -> Self {
        match axis {
            Axis::Lifetime => Self { lifetime: Some(i64::try_from(limit).unwrap_or(i64::MAX)), ..self },
            Axis::Capacity => Self { capacity: Some(limit), ..self },
        }
    }
}

impl Sweep {
    /// An empty cache. Of the limits the one that is swept says nothing.
    pub(super) fn new(rule: Rule, limits: Limits, sweeping: &Sweeping) -> Self {
        let axis = sweeping.axis;
        Self(match (rule, &sweeping.at) {
            (Rule::None, _) => Kind::Nothing,
            (Rule::Blocks { size, minimum }, _) => Kind::Blocks {
                size: to_usize(size),
                minimum: if minimum > size { to_usize(minimum) } else { 0 },
                index: Index::new(),
                blocks: Box::new(Blocks::new(axis, limits)),
            },
            (Rule::Units { size }, _) if axis == Axis::Lifetime && limits.capacity.is_none() => {
                Kind::Units(units::Units::new(to_usize(size)))
            }
            (Rule::Units { .. }, Some(at)) => Kind::PerLimit(per_limit::PerLimit::new(rule, limits, axis, at)),
            (Rule::Units { .. }, None) => Kind::NotAllAtOnce,
        })
    }

    /// Looks a request up at every limit and then writes it.
    pub(super) fn serve(&mut self, lookup: &Lookup<'_>) -> Result<Vec<Step>, NotAllAtOnce> {
        match &mut self.0 {
            Kind::Nothing => Ok(Vec::new()),
            Kind::Blocks { minimum, .. } if lookup.prompt < *minimum => Ok(Vec::new()),
            Kind::Blocks { size, index, blocks, .. } => {
                let mut slots = Vec::with_capacity(lookup.keys.len());
                index.find_or_add_all(lookup.keys, &mut slots);
                let request = Request { slots: &slots, served: lookup.limit() / *size, now: lookup.now };
                let steps = blocks.look(request, |_| *size as u64);
                blocks.keep(request, |index| lookup.visible_at((index + 1) * *size));
                Ok(steps)
            }
            Kind::Units(units) => Ok(units.serve(lookup)),
            Kind::PerLimit(beside) => Ok(beside.serve(lookup)),
            Kind::NotAllAtOnce => Err(NotAllAtOnce),
        }
    }
}
