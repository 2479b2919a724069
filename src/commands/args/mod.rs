//! Groups of arguments that several commands share, and their values.

mod by;
mod cache;
mod config;
mod format;
mod logs;
mod rates;
mod replay;
mod skip_first;
mod traffic;
mod value;

pub(crate) use by::ByArgs;
pub(crate) use cache::{CacheArgs, CacheTimesArgs, CountingArgs, LayoutArgs};
pub(crate) use config::ConfigArgs;
pub(crate) use format::{FailOn, Output, UnknownIs, one_of, rows_or_one_of};
pub(crate) use logs::LogArgs;
pub(crate) use rates::RateArgs;
pub(crate) use replay::ReplayArgs;
pub(crate) use skip_first::SkipFirstArgs;
pub(crate) use traffic::TrafficArgs;
pub(crate) use value::{capacity, duration, instant, lifetime, share};
