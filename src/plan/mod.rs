//! Plans: changes that would make the same traffic cheaper, each proved by replaying the log with it.
//!
//! A plan is the requests of the log, written or sent otherwise. It is compared with the requests as they are, replayed by the same rules:
//! prediction with prediction, so that the noise of a provider counts for neither. [`Calibration`] says how far those predictions are from
//! what was reported; where they are far, no plan is made.

mod audit;
mod bundle;
mod calibration;
mod compaction;
mod crossover;
mod deferred;
mod keep_alive;
mod marks;
mod models;
mod optimum;
mod order;
mod own_cuts;
mod replayed_plan;
mod saving;
mod token_range;
mod traffic;
mod unread_writes;
mod warm_up;

pub use audit::Audit;
pub use bundle::bundle;
pub use calibration::Calibration;
pub use compaction::compaction;
pub use crossover::Crossover;
pub use deferred::{could_wait, deferred};
pub use keep_alive::keep_alive;
pub use marks::{BREAKPOINTS, breakpoints};
pub use models::{Beaten, OtherModel, models};
pub use optimum::{MarkedRequest, marked_by_cache, optimum};
pub use order::order;
pub use own_cuts::OwnCuts;
pub use replayed_plan::Plan;
pub use saving::{Amounts, Saving};
pub use traffic::Traffic;
pub use unread_writes::{UnreadWrites, unread_writes};
pub use warm_up::warm_up;
