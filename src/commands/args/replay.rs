//! Arguments of commands that replay logs and report on them in tables.

use clap::Args;

use super::{CacheArgs, LogArgs, RateArgs, one_of};
use crate::report::{Format, OF_TABLES};
use crate::simulation::Settings;

/// The format of the report, and the cache and the prices of the replay.
#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// Output format
    #[arg(long, value_name = "FORMAT", value_parser = one_of(OF_TABLES), default_value = "table")]
    pub(crate) format: Format,

    #[command(flatten)]
    cache: CacheArgs,

    #[command(flatten)]
    rates: RateArgs,
}

impl ReplayArgs {
    /// The settings of a replay of logs, within the memory that they leave for tokens.
    pub(crate) fn settings(&self, logs: &LogArgs) -> anyhow::Result<Settings> {
        self.cache.settings_within(&self.rates, logs)
    }
}
