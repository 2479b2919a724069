//! Groups of arguments that several commands share, and what they mean.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::available_parallelism;

use anyhow::{Context, anyhow, bail};
use clap::{Args, ValueEnum};

use super::card;
use crate::counting::Overrides;
use crate::input::MAX_LINE;
use crate::log::{self, LogFormat, MAX_MEMORY, Options, Pointer};
use crate::money::{Currency, ExchangeRate};
use crate::profile::{Call, Profile, Profiles};
use crate::prompt::ChatTemplate;
use crate::rates::{RateCard, Tier};
use crate::report::{Format, Severity};
use crate::simulation::{Pricing, Settings};
use crate::template::{Constants, Layout};
use crate::time::{self, SignedDuration, Timestamp};
use crate::tokens::{HuggingFace, Tokenizer};

/// Which logs, and how their lines are read.
#[derive(Debug, Args)]
pub(crate) struct LogArgs {
    /// Log files, or - for stdin; gzip and zstd are unpacked
    #[arg(value_name = "LOG", required = true)]
    pub(crate) logs: Vec<String>,

    /// Who shares a cache: a JSON pointer into each log line, such as /metadata/team [default: API key and user]
    #[arg(long, value_name = "JSON-POINTER")]
    pub(crate) scope: Option<Pointer>,

    /// The format of every line: a name from `cachecheck parse --list-formats` [default: told by each line's content]
    #[arg(long, value_name = "NAME", value_parser = log_format, default_value = "auto", hide_default_value = true)]
    pub(crate) log_format: LogFormatName,

    /// The longest line or document that is read, in bytes
    #[arg(long, value_name = "BYTES", value_parser = bytes, default_value_t = MAX_LINE)]
    pub(crate) max_line: usize,

    /// Threads that read and count; no result depends on it [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) threads: Option<u16>,

    /// What may be remembered of texts and their tokens, so that what repeats is not read again; no result depends on it
    #[arg(long, value_name = "BYTES", value_parser = bytes, default_value_t = MAX_MEMORY)]
    pub(crate) max_memory: usize,

    /// Stop at the first line that cannot be read, or has no price where prices are asked for
    #[arg(long)]
    pub(crate) strict: bool,
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
    /// Logs as they come.
    pub(crate) fn of(logs: &[String]) -> Self {
        let log_format = LogFormatName(None);
        Self {
            logs: logs.to_vec(),
            scope: None,
            log_format,
            max_line: MAX_LINE,
            threads: None,
            max_memory: MAX_MEMORY,
            strict: false,
        }
    }

    /// The options that were given, which say nothing where no log is read.
    pub(crate) fn given(&self) -> Vec<&'static str> {
        let options = [
            ("--scope", self.scope.is_some()),
            ("--log-format", self.log_format.0.is_some()),
            ("--max-line", self.max_line != MAX_LINE),
            ("--threads", self.threads.is_some()),
            ("--max-memory", self.max_memory != MAX_MEMORY),
            ("--strict", self.strict),
        ];
        options.into_iter().filter(|(_, is_given)| *is_given).map(|(name, _)| name).collect()
    }

    /// How the lines are to be read.
    pub(crate) fn options(&self) -> Options {
        let threads = self.threads.map(usize::from).or_else(|| available_parallelism().ok().map(usize::from));
        Options {
            scope: self.scope.clone(),
            format: self.log_format.0,
            max_line: self.max_line,
            threads: threads.unwrap_or(1),
            max_memory: self.max_memory,
            ..Options::default()
        }
    }
}

fn log_format(name: &str) -> Result<LogFormatName, String> {
    match (name, log::named(name)) {
        ("auto", _) => Ok(LogFormatName(None)),
        (_, Some(format)) => Ok(LogFormatName(Some(format))),
        _ => Err("no such format; `cachecheck parse --list-formats` names them".into()),
    }
}

/// How requests are laid out and counted.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Cache")]
pub(crate) struct CountingArgs {
    /// The cache's rule for all requests: a name from `cachecheck profiles`, or a YAML file [default: by host, system fingerprint, date and model]
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) profile: Option<String>,

    /// A Hugging Face `tokenizer.json`, in place of the profile's tokenizer
    #[arg(long, value_name = "FILE")]
    pub(crate) tokenizer: Option<PathBuf>,

    /// A Jinja chat template, or a `tokenizer_config.json` that holds one [default: the one beside --tokenizer]
    #[arg(long, value_name = "FILE")]
    pub(crate) chat_template: Option<PathBuf>,
}

/// How the cache behaves.
#[derive(Debug, Args)]
#[command(next_help_heading = "Cache")]
pub(crate) struct CacheArgs {
    #[command(flatten)]
    pub(crate) counting: CountingArgs,

    /// How long an entry lives after its last use, such as 10m or 24h; `never` for no end [default: the profile's]
    #[arg(long, value_name = "DURATION", value_parser = lifetime)]
    pub(crate) ttl: Option<SignedDuration>,

    /// How long after a request its entries become visible [default: the profile's]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) delay: Option<SignedDuration>,

    /// How many blocks fit, the least recently used going first [default: no limit]
    #[arg(long, value_name = "BLOCKS", value_parser = capacity)]
    pub(crate) capacity: Option<u64>,

    /// Tokens in a block of a block trace [default: the trace's own, else 512 or 16 as its lines fit]
    #[arg(long, value_name = "TOKENS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) block_size: Option<u64>,
}

/// How templates are laid out and counted.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Layout")]
pub(crate) struct LayoutArgs {
    #[command(flatten)]
    pub(crate) counting: CountingArgs,

    /// The model that the prompts are for, which also has the prices
    #[arg(long, value_name = "NAME")]
    pub(crate) model: Option<String>,

    /// A variable that is the same in each request, with its value where that is known; may be repeated
    #[arg(long, value_name = "NAME[=VALUE]")]
    pub(crate) stable: Vec<String>,
}

impl LayoutArgs {
    /// The layout under these arguments, for prompts of that time.
    pub(crate) fn layout(&self, at: Option<Timestamp>) -> anyhow::Result<Layout> {
        let Settings { profile: named, overrides, .. } = self.counting.settings()?;
        let profile = named.or_else(|| {
            // Without a model, what the published guide describes.
            let model = self.model.as_deref().or(Some("deepseek-chat"));
            let choice = Profiles::builtin().choose(Call { model, time: at, ..Call::default() });
            choice.map(|choice| Arc::clone(choice.profile))
        });
        Ok(Layout::new(profile, self.model.clone(), self.constants(), overrides))
    }

    /// The variables that are the same in each request.
    pub(crate) fn constants(&self) -> Constants {
        let read = |given: &String| match given.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (given.clone(), None),
        };
        self.stable.iter().map(read).collect()
    }
}

/// How money is counted.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Rates")]
pub(crate) struct RateArgs {
    /// A rate card of your own, YAML, that extends or replaces the built-in one; `cachecheck rates check` reads it
    #[arg(long, value_name = "FILE")]
    pub(crate) rates: Option<String>,

    /// The currency of prices, such as CNY [default: USD]
    #[arg(long, value_name = "CODE")]
    pub(crate) currency: Option<Currency>,

    /// A rate of exchange, such as CNY/USD=0.14 for one yuan worth 0.14 dollars; may be repeated
    #[arg(long, value_name = "FROM/INTO=RATE")]
    pub(crate) fx: Vec<ExchangeRate>,

    /// The time of lines that have none, such as 2026-04-05
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub(crate) at: Option<Timestamp>,

    /// The service tier of requests that do not say: standard, batch, flex or priority
    #[arg(long, value_name = "TIER", value_parser = tier, default_value = "standard", hide_default_value = true)]
    pub(crate) tier: Tier,

    /// Who sold the requests, such as azure-openai [default: the model's maker]
    #[arg(long, value_name = "NAME")]
    pub(crate) provider: Option<String>,
}

impl RateArgs {
    /// How money is counted under these arguments.
    pub(crate) fn pricing(&self) -> anyhow::Result<Pricing> {
        Ok(Pricing {
            card: self.card()?,
            provider: self.provider.clone(),
            tier: self.tier,
            currency: self.currency,
            exchange: self.fx.clone(),
            at: self.at,
        })
    }

    /// The user's card or the built-in one. A run reads one card and needs it to its end.
    pub(crate) fn card(&self) -> anyhow::Result<&'static RateCard> {
        let own = self.rates.as_deref().map(card::read).transpose()?;
        Ok(own.map_or_else(RateCard::builtin, |card| Box::leak(Box::new(card))))
    }
}

/// How a report without a line per exchange is written.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum ReportFormat {
    /// Tables for a person
    #[default]
    Table,
    /// One JSON document
    Json,
    /// The first table as comma-separated values
    Csv,
    /// Markdown
    Markdown,
}

/// How gates and findings are reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum GateFormat {
    /// Tables for a person
    #[default]
    Table,
    /// One JSON document
    Json,
    /// Markdown, for a pull request
    Markdown,
    /// Annotations of GitHub Actions
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit, for test reports
    Junit,
}

impl GateFormat {
    /// Whether findings are shown beside the code.
    pub(crate) fn is_beside_code(self) -> bool {
        matches!(self, Self::Github | Self::Sarif | Self::Junit)
    }
}

/// The mildest finding that fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Errors
    #[default]
    Error,
    /// Warnings and errors
    Warning,
    /// Any finding
    Note,
    /// None
    Never,
}

impl FailOn {
    /// The severity from which on findings fail; `None` where none does.
    pub(crate) fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Note => Some(Severity::Note),
            Self::Never => None,
        }
    }
}

impl From<GateFormat> for Format {
    fn from(format: GateFormat) -> Self {
        match format {
            GateFormat::Table => Self::Table,
            GateFormat::Json => Self::Json,
            GateFormat::Markdown => Self::Markdown,
            GateFormat::Github => Self::Github,
            GateFormat::Sarif => Self::Sarif,
            GateFormat::Junit => Self::Junit,
        }
    }
}

impl From<ReportFormat> for Format {
    fn from(format: ReportFormat) -> Self {
        match format {
            ReportFormat::Table => Self::Table,
            ReportFormat::Json => Self::Json,
            ReportFormat::Csv => Self::Csv,
            ReportFormat::Markdown => Self::Markdown,
        }
    }
}

impl CacheArgs {
    /// The settings of a simulation of logs, within the memory that they leave for tokens.
    pub(crate) fn settings_within(&self, rates: &RateArgs, logs: &LogArgs) -> anyhow::Result<Settings> {
        Ok(Settings { max_memory: Some(logs.options().tokens_memory()), ..self.settings(rates)? })
    }

    /// The settings of a simulation under these arguments.
    pub(crate) fn settings(&self, rates: &RateArgs) -> anyhow::Result<Settings> {
        Ok(Settings {
            lifetime: self.ttl,
            delay: self.delay,
            capacity: self.capacity,
            block_size: self.block_size,
            max_memory: None,
            pricing: rates.pricing()?,
            ..self.counting.settings()?
        })
    }

    /// The options that were given, which only a log can be replayed with.
    pub(crate) fn given(&self) -> Vec<&'static str> {
        let options = [
            ("--profile", self.counting.profile.is_some()),
            ("--tokenizer", self.counting.tokenizer.is_some()),
            ("--chat-template", self.counting.chat_template.is_some()),
            ("--ttl", self.ttl.is_some()),
            ("--delay", self.delay.is_some()),
            ("--capacity", self.capacity.is_some()),
            ("--block-size", self.block_size.is_some()),
        ];
        options.into_iter().filter(|(_, is_given)| *is_given).map(|(name, _)| name).collect()
    }
}

impl CountingArgs {
    /// The settings under which requests are counted, and nothing else said.
    pub(crate) fn settings(&self) -> anyhow::Result<Settings> {
        Ok(Settings {
            profile: self.profile.as_deref().map(profile).transpose()?,
            overrides: Overrides {
                tokenizer: self.tokenizer.as_deref().map(tokenizer).transpose()?,
                chat_template: self.chat_template()?,
            },
            ..Settings::default()
        })
    }

    /// The template that was named, else the one of the `tokenizer_config.json` beside the tokenizer.
    fn chat_template(&self) -> anyhow::Result<Option<ChatTemplate>> {
        let config = self.tokenizer.as_deref().map(|path| path.with_file_name("tokenizer_config.json"));
        let config = config.and_then(|path| std::fs::read_to_string(path).ok());
        let Some(path) = &self.chat_template else {
            return Ok(config.and_then(|config| ChatTemplate::read(&config, None).ok()));
        };
        let shown = path.display();
        let source = std::fs::read_to_string(path).with_context(|| format!("cannot read chat template {shown}"))?;
        let template = ChatTemplate::read(&source, config.as_deref());
        template.map(Some).map_err(|error| anyhow!("chat template {shown}: {error}"))
    }
}

fn tokenizer(path: &Path) -> anyhow::Result<Box<dyn Tokenizer>> {
    std::fs::metadata(path).with_context(|| format!("cannot read tokenizer {}", path.display()))?;
    let tokenizer = HuggingFace::read(path).with_context(|| format!("cannot use tokenizer {}", path.display()))?;
    Ok(Box::new(tokenizer))
}

/// The profile of that name, or the one in that file.
fn profile(name: &str) -> anyhow::Result<Arc<Profile>> {
    if let Some(profile) = Profiles::builtin().named(name) {
        return Ok(Arc::clone(profile));
    }
    let path = Path::new(name);
    let is_yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    if !is_yaml && !path.exists() {
        bail!("no profile `{name}`; `cachecheck profiles` lists them, and a YAML file can be named");
    }
    let yaml = std::fs::read_to_string(path).with_context(|| format!("cannot read profile {name}"))?;
    Profiles::custom(&yaml).map(Arc::new).with_context(|| format!("cannot read profile {name}"))
}

/// Reads `90s`, `10m`, `24h` or `3d`.
fn duration(text: &str) -> Result<SignedDuration, String> {
    let duration = time::parse_duration(text).ok_or("a duration looks like 90s, 10m, 24h or 3d")?;
    let is_counted = i64::try_from(duration.as_micros()).is_ok();
    is_counted.then_some(duration).ok_or_else(|| "longer than can be counted".into())
}

/// Reads a duration, or `never` for one without end.
pub(crate) fn lifetime(text: &str) -> Result<SignedDuration, String> {
    if text == "never" {
        return Ok(SignedDuration::MAX);
    }
    duration(text).map_err(|error| format!("{error}; `never` is a lifetime without end"))
}

/// Reads `5000`, `20k` or `1M`.
pub(crate) fn capacity(text: &str) -> Result<u64, String> {
    let blocks = scaled(text).filter(|blocks| *blocks > 0);
    blocks.ok_or_else(|| "a capacity looks like 5000, 20k or 1M, in blocks".into())
}

/// Reads `50000`, `500k`, `64MB` or `2GB`.
fn bytes(text: &str) -> Result<usize, String> {
    let bytes = scaled(text.strip_suffix(['b', 'B']).unwrap_or(text));
    let bytes = bytes.and_then(|bytes| usize::try_from(bytes).ok());
    bytes.ok_or_else(|| "a size looks like 50000, 500k, 64MB or 2GB".into())
}

/// A whole number in ones, thousands, millions or billions.
fn scaled(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit: u64 = match &text[digits.len()..] {
        "" => 1,
        "k" | "K" => 1000,
        "m" | "M" => 1_000_000,
        "g" | "G" => 1_000_000_000,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(unit)
}

pub(crate) fn instant(text: &str) -> Result<Timestamp, String> {
    time::parse(text).ok_or_else(|| "a time looks like 2026-04-05 or 2026-04-05T16:30:00Z".into())
}

fn tier(text: &str) -> Result<Tier, String> {
    Tier::of_response(text).ok_or_else(|| "a service tier is standard, batch, flex or priority".into())
}
