//! Causes: why tokens of logged prompts missed, and what undoing each cause would give back.
//!
//! Each request is held against the one that it should have continued (`reference`), part by part (`compare`); the texts that
//! differ tell the cause, one pair at a time and each place over the whole log (`slot`). A cause is proven by undoing it: the requests
//! are rewritten without it (`without`), and the log is replayed under the same cache (`undo`), as far as that concerns (`replaying`).

mod alternating;
mod behind;
mod came_beside;
mod code;
mod compare;
mod decision;
mod difference;
mod key_order;
mod line_endings;
mod merging;
mod message;
mod message_order;
mod misses;
mod moved_lines;
mod moving;
mod parting;
mod provider_codes;
mod reference;
mod relation;
mod replaying;
mod sending;
mod slot;
mod slot_values;
mod strays;
mod summary;
mod sums;
mod text;
mod text_diffs;
mod tools;
mod undo;
mod usual;
mod value;
mod value_parts;
mod value_words;
mod versions;
mod without;

pub use code::CauseCode;
pub use misses::Misses;
pub use moved_lines::is_example;
pub use parting::{Parting, parting};
pub use provider_codes::ProviderCodes;
pub use reference::sampled as text_samples;
pub use sending::may_run_until;
pub use sums::{Cause, CauseSums, GivenBack, Worst, own_causes};
pub use undo::{Explained, FoundRequest, ReplayedRequest, explain, found};
