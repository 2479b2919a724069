//! The share of a log's requests that only warm the cache.

use clap::Args;

use super::value::share_below_all;
use crate::money::Decimal;
use crate::workspace::logs::LogInputs;
use crate::workspace::period::FirstShare;

/// The option to leave the first requests out of the sums.
#[derive(Debug, Args)]
pub(crate) struct SkipFirstArgs {
    /// Leave the first requests out of the sums, this share of all, such as 0.5 or 50%: they are replayed and warm the cache, as in published hit ratios. The log's requests are counted first, in a pass of its own
    #[arg(long, value_name = "SHARE", value_parser = share_below_all, conflicts_with_all = ["since", "until"])]
    skip_first: Option<Decimal>,
}

impl SkipFirstArgs {
    /// Logs of which the first requests are not summed.
    pub(crate) fn apply(&self, inputs: LogInputs) -> LogInputs {
        LogInputs { skip_first: self.skip_first.map(FirstShare::new), ..inputs }
    }
}
