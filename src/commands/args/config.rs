//! Arguments on the configuration of a repository: which, and what it may name.

use clap::Args;

use crate::workspace::config::Config;

/// The configuration of a repository.
#[derive(Debug, Default, Args)]
pub(crate) struct ConfigArgs {
    /// Configuration file; options of the command line override it [default: cachecheck.yaml here or above]
    #[arg(long, value_name = "FILE")]
    config: Option<String>,

    /// Let the configuration name files outside the repository, such as a rate card that several repositories share
    #[arg(long)]
    allow_outside: bool,
}

impl ConfigArgs {
    /// The configuration; `None` if there is none.
    pub(crate) fn find(&self) -> anyhow::Result<Option<Config>> {
        Config::find(self.config.as_deref(), self.allow_outside)
    }

    /// The configuration of a command that cannot do without.
    pub(crate) fn required(&self) -> anyhow::Result<Config> {
        Config::required(self.config.as_deref(), self.allow_outside)
    }
}
