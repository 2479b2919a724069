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
pub(crate) use value::{capacity, duration, instant, lifetime, requests_per_day, share};

use crate::workspace::assumptions_file::AskedKinds;

/// The arguments that runs over one log must have alike, by kind.
pub(crate) fn asked(logs: &LogArgs, cache: &CacheArgs) -> AskedKinds {
    let kinds =
        [("logs", logs.logs_asked()), ("options of logs", logs.options_asked()), ("cache", format!("{cache:?}"))];
    kinds.map(|(kind, value)| (kind.to_owned(), value)).into()
}
