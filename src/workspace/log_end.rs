//! The end of logs: the time of their last request, from which a period can be counted back.

use anyhow::{Context, bail};

use super::logs::{LogInputs, Logs};
use super::sources::Sources;
use crate::log::Options;
use crate::time::Timestamp;

/// The time of the last request, for which the logs are read.
///
/// # Errors
/// No request has a time, or the logs cannot be read once more, as what comes from a pipe.
pub(crate) fn last_request(sources: &Sources, options: &Options) -> anyhow::Result<Timestamp> {
    if let Some(pipe) = sources.sources.iter().find(|source| source.size().is_none()) {
        bail!("--since counts back from the last request, and {} can be read only once: name a time", pipe.label());
    }
    let inputs = LogInputs { options: options.clone(), ..LogInputs::plain(sources.clone()) };
    let logs = Logs::walk(&inputs, |_, _| Ok(()))?;
    logs.last_time().context("no request has a time, so that --since cannot count back from the last one")
}
