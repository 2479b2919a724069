//! Plans: changes that would make the same traffic cheaper, each proved by replaying the log with it.
//!
//! A plan is the calls of the log, written or sent otherwise. It is compared with the calls as they are, replayed by the same rules:
//! prediction with prediction, so that the noise of a provider counts for neither. [`Calibration`] says how far those predictions are from
//! what was reported; where they are far, no plan is made.

mod audit;
mod calibration;
mod compaction;
mod marks;
mod models;
mod optimum;
mod order;
mod saving;
mod traffic;
mod unread_writes;
mod warm_up;

pub use audit::Audit;
pub use calibration::Calibration;
pub use compaction::compaction;
pub use marks::{BREAKPOINTS, breakpoints};
pub use models::models;
pub use optimum::optimum;
pub use order::order;
pub use saving::{Amounts, Saving};
pub use traffic::Traffic;
pub use unread_writes::{UnreadWrites, unread_writes};
pub use warm_up::warm_up;

/// A change that was replayed.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The kind of plan: `breakpoints`, `compaction`, `models`, `order`, `warm-up`.
    pub kind: &'static str,
    /// The change, in words that complete "With …".
    pub change: String,
    /// The cost and the tokens that it saves.
    pub saving: Saving,
    /// Assumptions of its figures.
    pub assumptions: Vec<String>,
    /// The steps that make the change.
    pub how: String,
    /// True if an even better change of this kind may exist.
    pub is_bound: bool,
}
