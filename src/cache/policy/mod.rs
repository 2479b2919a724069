//! Policies: what sets one provider's cache apart from another's, one file for each.
//!
//! Everything that depends on the provider is asked of a [`CachePolicy`]; no other code tells policies apart. A new one is a file
//! here, a variant of [`AnyPolicy`], and a profile that names it.

mod answers;
mod blocks;
mod breakpoints;
mod lookup;
mod none;
mod replayed_window;
mod steps;
mod units;

use std::ops::Deref;

use serde::Deserialize;

pub use answers::{CachePolicy, HiddenTokens, Kept, Places};
pub(super) use answers::{OpenCache, Sweep};
pub use blocks::Blocks;
pub use breakpoints::Breakpoints;
pub use lookup::{BlockEnd, Breakpoint, ByHidden, Likelihood};
pub(super) use lookup::{Entries, KeyedEnd, Lookup, Served};
use none::NoCache;
pub use replayed_window::ReplayedWindow;
pub use steps::Steps;
pub use units::Units;
pub(super) use units::written_units;

/// Any of the policies, as a profile names it: it is asked as a [`CachePolicy`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnyPolicy {
    /// Whole blocks from the start.
    Blocks(Blocks),
    /// Whole persisted units.
    Units(Units),
    /// Whole blocks, of which the last is often replayed.
    ReplayedWindow(ReplayedWindow),
    /// Multiples of a step, with a likelihood.
    Steps(Steps),
    /// Entries at marked places.
    Breakpoints(Breakpoints),
    /// No cache.
    None,
}

impl Deref for AnyPolicy {
    type Target = dyn CachePolicy;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Blocks(blocks) => blocks,
            Self::Units(units) => units,
            Self::ReplayedWindow(blocks) => blocks,
            Self::Steps(steps) => steps,
            Self::Breakpoints(breakpoints) => breakpoints,
            Self::None => &NoCache,
        }
    }
}

impl AnyPolicy {
    /// The name by which a profile names it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Blocks(_) => "blocks",
            Self::Units(_) => "units",
            Self::ReplayedWindow(_) => "replayed_window",
            Self::Steps(_) => "steps",
            Self::Breakpoints(_) => "breakpoints",
            Self::None => "none",
        }
    }
}
