//! cachecheck: profiler, diff and gate for LLM prompt caches.
//!
//! [`api`] is a small face for other programs and bindings: read logs, simulate, cost, diff. Neither it nor what stands behind it
//! promises stability yet. The modules stand in the order of the floors (see ARCHITECTURE.md): each names only those before it.

#![forbid(unsafe_code)]

// Primitives.
pub mod bounded_cache;
pub mod calendar;
pub mod document;
pub mod hash;
pub mod input;
pub mod list_diff;
pub mod money;
pub mod nesting;
pub mod number;
pub mod pairs;
pub mod parallel;
pub mod phase;
pub mod random;
pub mod rewind;
pub mod source;
pub mod span;
pub mod time;
pub mod wildcard;

// Domain.
pub mod account;
pub mod cache;
pub mod causes;
pub mod caveat;
pub mod change_points;
pub mod counting;
pub mod decomposition;
pub mod evidence;
pub mod exchange;
pub mod kv_size;
pub mod lengths;
pub mod lint;
pub mod log;
pub mod plan;
pub mod profile;
pub mod prompt;
pub mod rates;
pub mod report;
pub mod simulation;
pub mod template;
pub mod tokens;

// For other programs.
pub mod api;

// The commands of the program.
pub mod cli;
pub(crate) mod commands;
pub(crate) mod workspace;
