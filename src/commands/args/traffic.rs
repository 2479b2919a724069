//! Arguments on traffic: how many requests a template gets.

use clap::Args;

use super::value::requests_per_day;
use crate::template::TemplateFile;
use crate::workspace::traffic::Traffic;

/// Options for the number of requests.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Traffic")]
pub(crate) struct TrafficArgs {
    /// Logs of requests made from the new templates, for the number of requests and the variables that never change
    #[arg(long, value_name = "LOG")]
    pub(crate) logs: Vec<String>,

    /// Number of requests per day, for costs per month [default: that of `traffic:` in cachecheck.yaml]
    #[arg(long, value_name = "COUNT", conflicts_with = "logs", value_parser = requests_per_day)]
    pub(crate) requests_per_day: Option<u64>,
}

impl TrafficArgs {
    /// Reads the logs, if there are any, for requests made from these templates; without any the number of the configuration counts.
    pub(crate) fn read<'a>(
        &self,
        configured: Option<u64>,
        files: impl Iterator<Item = &'a TemplateFile>,
    ) -> anyhow::Result<Traffic> {
        if self.logs.is_empty() {
            return Ok(Traffic::daily(self.requests_per_day.or(configured)));
        }
        Traffic::read(&self.logs, files)
    }
}
