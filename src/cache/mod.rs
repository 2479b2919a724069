//! The cache: what a provider keeps of the prompts it has seen, and what it could serve of the next one.
//!
//! A cache is a table of prefix keys with times; a policy says where it looks and where it writes. Each token of a prompt ends in
//! exactly one bucket of the [`Ledger`]. The module knows tokens and block ids, neither text nor money.

mod chunked_vec;
mod curve;
mod fleet;
mod history;
mod index;
mod key;
mod keyed;
mod ledger;
mod limits;
mod policy;
mod recent_sequences;
mod repeats;
mod replay;
mod scale;
mod table;
#[cfg(test)]
mod tests;
mod trace;

pub use fleet::{Eviction, Fleet, FleetHits, FleetReplay, Routing, Uses};
pub use history::Seen;
pub use key::{PrefixKey, ScopeKey};
pub use keyed::{
    ENTRIES_ALONE, KeyedCache, KeyedEntry, KeyedPrompt, KeyedRequest, KeyedRule, KeyedServed, KeyedUse, Search,
};
pub use ledger::Ledger;
pub use limits::{Axis, Leeway, Limits, NotAllAtOnce, Step, Sweeping};
pub use policy::{
    AnyPolicy, BlockEnd, Blocks, Breakpoint, Breakpoints, ByHidden, CachePolicy, HiddenTokens, Kept, Likelihood,
    Places, ReplayedWindow, Steps, Units,
};
pub use replay::{BilledPrompt, Outcome, Parent, Replay, Tokens};
pub use scale::{Position, Rate, Scale};
pub use table::Instant;
pub use trace::{TraceOutcome, TraceReplay, TraceRequest};
