//! Arguments on logs: which are read, and how their lines are.

use std::fmt;

use anyhow::bail;
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};

use super::value::{beginning, bytes, time_back, time_of_zone};
use crate::calendar::Zone;
use crate::evidence::order::Order;
use crate::input::{MAX_LINE, stdin_is_fed};
use crate::log::{self, LogFormat, MAX_MEMORY, Options, Pointer};
use crate::parallel::all_threads;
use crate::workspace::group_by::GroupBy;
use crate::workspace::log_end::last_request;
use crate::workspace::logs::LogInputs;
use crate::workspace::output::line_on_stderr;
use crate::workspace::period::Period;
use crate::workspace::sources::{AGENTS, Sources, found_here};

/// The logs to read, and options for reading their lines.
#[derive(Debug, Args)]
pub(crate) struct LogArgs {
    /// Logs: files, folders, or patterns such as 'logs/*.jsonl'; - is stdin
    ///
    /// Files may be packed by gzip or zstd, and folders are searched. Where none is named and stdin is a pipe or a file, that is read.
    #[arg(value_name = "LOG")]
    pub(crate) logs: Vec<String>,

    /// Read the sessions of a coding agent from the folder in which it keeps them
    #[arg(long, value_name = "AGENT", value_parser = PossibleValuesParser::new(AGENTS.iter().map(|agent| agent.name)))]
    pub(crate) from: Option<String>,

    /// JSON pointer into each log line, such as /metadata/team: only requests with the same value there share a cache [default: API key and user]
    #[arg(long, value_name = "JSON-POINTER")]
    pub(crate) scope: Option<Pointer>,

    /// The order of replay
    #[arg(long, value_enum, default_value_t)]
    pub(crate) order: OrderArg,

    /// Sum only requests from this time on, such as 2026-04-05T16:30, or the last 2h
    ///
    /// A date alone is its midnight. 90s, 30m, 2h or 7d count back from the last request, for which the logs are read once more. Requests
    /// before that time are replayed and warm the cache.
    #[arg(long, value_name = "TIME", value_parser = beginning)]
    pub(crate) since: Option<String>,

    /// Sum only requests before this time
    #[arg(long, value_name = "TIME", value_parser = time_of_zone)]
    pub(crate) until: Option<String>,

    /// Time zone of hours, days, weeks and months, and of the times in options, such as Europe/Berlin or +02:00 [default: UTC]
    ///
    /// Times in logs that name none are UTC.
    #[arg(long, value_name = "ZONE")]
    pub(crate) time_zone: Option<Zone>,

    /// Format of every line: a name from `cachecheck parse --list-formats` [default: recognised line by line]
    #[arg(long, value_name = "NAME", value_parser = log_format, default_value = "auto", hide_default_value = true)]
    pub(crate) log_format: LogFormatName,

    /// Size of the longest line or document that is read, such as 64MB
    #[arg(long, value_name = "BYTES", value_parser = bytes, default_value_t = MAX_LINE)]
    pub(crate) max_line: usize,

    /// Number of threads; it changes no result [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) threads: Option<u16>,

    /// Memory for remembering texts and tokens that repeat, such as 2GB; it changes no result
    #[arg(long, value_name = "BYTES", value_parser = bytes, default_value_t = MAX_MEMORY)]
    pub(crate) max_memory: usize,

    /// Fail at the first line that cannot be read, or, if costs are shown, that has no price
    #[arg(long)]
    pub(crate) strict: bool,
}

/// The order of replay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum OrderArg {
    /// By time; a line without a time follows the line before it
    #[default]
    Time,
    /// In the order of the lines
    Log,
}

/// A log format by its name, or each line's own.
#[derive(Clone)]
pub(crate) struct LogFormatName(Option<&'static dyn LogFormat>);

impl fmt::Debug for LogFormatName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.map_or("auto", LogFormat::name))
    }
}

impl LogArgs {
    /// The options that were given, which say nothing where no log is read.
    pub(crate) fn given(&self) -> Vec<&'static str> {
        let options = [
            ("--scope", self.scope.is_some()),
            ("--order", self.order != OrderArg::default()),
            ("--since", self.since.is_some()),
            ("--until", self.until.is_some()),
            ("--time-zone", self.time_zone.is_some()),
            ("--log-format", self.log_format.0.is_some()),
            ("--max-line", self.max_line != MAX_LINE),
            ("--threads", self.threads.is_some()),
            ("--max-memory", self.max_memory != MAX_MEMORY),
            ("--strict", self.strict),
        ];
        options.into_iter().filter(|(_, is_given)| *is_given).map(|(name, _)| name).collect()
    }

    /// True if a log is named in any way.
    pub(crate) fn is_named(&self) -> bool {
        !self.logs.is_empty() || self.from.is_some()
    }

    /// Asks for a log where none is named and stdin is none: says which are on this machine.
    ///
    /// # Errors
    /// There is no log.
    pub(crate) fn require_any(&self, command: &str) -> anyhow::Result<()> {
        if self.is_named() || stdin_is_fed() { Ok(()) } else { bail!("{}", found_here(command)) }
    }

    /// The logs, and how their lines are to be read. `command` is the name of the command that reads them, for advice.
    ///
    /// # Errors
    /// No log was named, or what was named cannot be found.
    pub(crate) fn inputs(&self, command: &str) -> anyhow::Result<LogInputs> {
        self.inputs_of(&self.logs, command)
    }

    /// The same for other names than those that were given.
    ///
    /// # Errors
    /// As [`LogArgs::inputs`].
    pub(crate) fn inputs_of(&self, names: &[String], command: &str) -> anyhow::Result<LogInputs> {
        let order = match self.order {
            OrderArg::Time => Order::Time,
            OrderArg::Log => Order::Log,
        };
        if self.max_line > self.max_memory.max(MAX_LINE) {
            bail!(
                "--max-line allows {} bytes, more than --max-memory: raise --max-memory to at least that",
                self.max_line
            );
        }
        let sources = self.sources(names, command)?;
        let options = self.options();
        let period = self.period(&sources, &options)?;
        Ok(LogInputs { options, order, period, strict: self.strict, ..LogInputs::plain(sources) })
    }

    fn sources(&self, names: &[String], command: &str) -> anyhow::Result<Sources> {
        if self.is_named() {
            let agent = AGENTS.iter().find(|agent| self.from.as_deref() == Some(agent.name));
            return Sources::gather(names, agent);
        }
        self.require_any(command)?;
        line_on_stderr("no log named: reading stdin");
        Ok(Sources::files(&["-".to_owned()]))
    }

    /// Options of reading.
    pub(crate) fn options(&self) -> Options {
        Options {
            scope: self.scope.clone(),
            format: self.log_format.0,
            max_line: self.max_line,
            threads: self.threads.map_or_else(all_threads, usize::from),
            max_memory: self.max_memory,
            ..Options::default()
        }
    }

    /// The same, and each line says to which groups of these dimensions it belongs.
    ///
    /// # Errors
    /// As [`Self::inputs`].
    pub(crate) fn inputs_by(&self, command: &str, by: &[GroupBy]) -> anyhow::Result<LogInputs> {
        let mut inputs = self.inputs(command)?;
        inputs.options.groups = GroupBy::pointers(by);
        inputs.of_line = GroupBy::of_line(by);
        inputs.traits = GroupBy::traits(by);
        Ok(inputs)
    }

    /// The time zone of all that is named after hours and days.
    pub(crate) fn zone(&self) -> Zone {
        self.time_zone.clone().unwrap_or_default()
    }

    /// The logs that are named, as far as runs over one log must have them alike.
    pub(crate) fn logs_asked(&self) -> String {
        format!("{:?} {:?}", self.logs, self.from)
    }

    /// The options that change how lines are read, as far as runs over one log must have them alike.
    pub(crate) fn options_asked(&self) -> String {
        let read =
            (&self.scope, &self.order, &self.since, &self.until, &self.time_zone, &self.log_format, &self.max_line);
        format!("{read:?}")
    }

    /// The period that is summed.
    fn period(&self, sources: &Sources, options: &Options) -> anyhow::Result<Period> {
        let zone = self.zone();
        let read = |text: &Option<String>| text.as_deref().and_then(|text| zone.read(text));
        let since = match self.since.as_deref().and_then(time_back) {
            Some(back) => last_request(sources, options)?.checked_sub(back).ok(),
            None => read(&self.since),
        };
        Ok(Period { since, until: read(&self.until) })
    }
}

fn log_format(name: &str) -> Result<LogFormatName, String> {
    match (name, log::named(name)) {
        ("auto", _) => Ok(LogFormatName(None)),
        (_, Some(format)) => Ok(LogFormatName(Some(format))),
        _ => Err("unknown log format; `cachecheck parse --list-formats` lists them".into()),
    }
}
