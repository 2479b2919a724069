//! Time as logs write it: RFC 3339, seconds, milliseconds or microseconds since 1970, HTTP dates.
//!
//! It never asks the clock: every instant in a result comes from the input.

pub use jiff::Timestamp;
