//! A small face of the library, for programs and bindings: read logs, simulate, cost, diff.
//!
//! It promises no stability yet: names and types may change with any version below 1.0. The modules behind it may be used too, and
//! change more often.
//!
//! ```
//! use cachecheck::api;
//!
//! let request = |question: &str| {
//!     let policies = "Answer from the handbook and name its paragraph. ".repeat(40);
//!     format!(
//!         r#"{{"timestamp": "2026-04-05T08:00:00Z", "request": {{"model": "deepseek-chat", "messages": [
//!             {{"role": "system", "content": "{policies}"}}, {{"role": "user", "content": "{question}"}}]}}}}"#
//!     )
//!     .replace('\n', "")
//! };
//! let log = api::read(std::io::Cursor::new([request("Shoes?"), request("Socks?")].join("\n")))?;
//! let simulated = api::simulate(&log);
//! assert_eq!((simulated.totals.requests, simulated.totals.hit_tokens > 0), (2, true));
//! # Ok::<(), std::io::Error>(())
//! ```

use std::io::{self, Read};
use std::sync::Arc;

use crate::account::CostKind;
use crate::counting::Overrides;
use crate::exchange::{Earlier, Exchange, Place, SeenCalls};
use crate::input::{Lines, Source};
use crate::log::{Batch, Entry, LogReader, MAX_MEMORY, Options, Skip};
use crate::money::Money;
use crate::profile::{Profiles, RequestFacts};
use crate::simulation::{Record, Settings, Simulation, Totals};
use crate::source::SourceText;
use crate::template::diff::{Comparison, Side};
use crate::template::{Constants, Layout, TemplateFile};
use crate::time::Timestamp;

/// The calls read from logs.
#[derive(Debug, Default)]
pub struct Log {
    /// Their calls, in the order of the logs. Calls that failed and were not billed are among them.
    pub exchanges: Vec<Exchange>,
    /// Lines that could not be read, those that were read with a remark, and copies of earlier calls.
    pub skipped: Vec<Skip>,
    /// Sources that could not be read to their end, with the reason: what is behind is not known.
    pub unfinished: Vec<(Place, io::Error)>,
}

/// A cache's answer to logged calls.
#[derive(Debug, Default)]
pub struct Simulated {
    /// One record for each call that was not a failure.
    pub records: Vec<Record>,
    /// Their sums.
    pub totals: Totals,
}

/// Reads log files, packed by gzip or zstd or not at all; the name `-` is stdin.
///
/// # Errors
/// A file that cannot be opened.
///
/// ```
/// let log = cachecheck::api::read_logs(&["fixtures/logs/short.jsonl"])?;
/// assert!(!log.exchanges.is_empty() && log.skipped.is_empty() && log.unfinished.is_empty());
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn read_logs(names: &[&str]) -> io::Result<Log> {
    let sources = names.iter().map(|name| Source::new(*name).open(MAX_MEMORY, |raw| raw));
    Ok(gather(sources.collect::<io::Result<_>>()?))
}

/// Reads one log from its bytes.
///
/// # Errors
/// Bytes that cannot be read, or are packed in a way that is not unpacked here.
///
/// ```
/// let log = cachecheck::api::read(std::io::Cursor::new("{\"prompt\": \"a\"}\nno JSON\n"))?;
/// assert_eq!((log.exchanges.len(), log.skipped.len()), (1, 1));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn read(bytes: impl Read + Send + 'static) -> io::Result<Log> {
    Ok(gather(vec![Lines::new(bytes)?]))
}

fn gather(sources: Vec<Lines>) -> Log {
    let (mut log, mut seen) = (Log::default(), SeenCalls::default());
    let mut reader = LogReader::new(Options::default());
    for (index, lines) in sources.into_iter().enumerate() {
        reader.open(lines, index);
        loop {
            match reader.next_batch() {
                Ok(None) => break,
                Ok(Some(batch)) => log.take(batch, &mut seen),
                Err(error) => log.unfinished.push((Place::new(index, 0), error)),
            }
        }
    }
    log.take(reader.finish(), &mut seen);
    log
}

impl Log {
    fn take(&mut self, batch: Batch, seen: &mut SeenCalls) {
        for entry in batch.entries {
            match entry {
                Entry::Exchange(exchange) if !exchange.has_failed && seen.see(&exchange) == Earlier::Same => {
                    let reason = "a copy of an earlier request: each call is counted once".into();
                    self.skipped.push(Skip { place: exchange.place, reason, is_read: true });
                }
                Entry::Exchange(exchange) => self.exchanges.push(Arc::unwrap_or_clone(exchange)),
                Entry::Skip(skip) => self.skipped.push(skip),
            }
        }
    }
}

/// Replays calls through the caches of their providers.
///
/// ```
/// use cachecheck::api;
///
/// let log = api::read_logs(&["fixtures/logs/support-and-agent.jsonl"])?;
/// let simulated = api::simulate(&log);
/// assert_eq!(simulated.totals.hit_tokens, 21_568);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn simulate(log: &Log) -> Simulated {
    let mut simulation = Simulation::new(Profiles::builtin(), Settings::default());
    let mut simulated = Simulated::default();
    for exchange in log.exchanges.iter().filter(|exchange| !exchange.has_failed) {
        let record = simulation.exchange(exchange);
        simulated.totals.add(&record);
        simulated.records.push(record);
    }
    simulated
}

/// The cost of simulated calls, one amount for each currency: at the hits that were reported, else at those that are predicted. Calls
/// without a known price are in none.
///
/// ```
/// use cachecheck::api;
///
/// let log = api::read_logs(&["fixtures/logs/support-and-agent.jsonl"])?;
/// let costs = api::cost(&api::simulate(&log));
/// assert_eq!(costs.iter().map(|cost| cost.to_string()).collect::<Vec<_>>(), ["$0.006802684"]);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn cost(simulated: &Simulated) -> Vec<Money> {
    simulated.totals.account.by_currency().filter_map(|sums| sums.cost(CostKind::Billed)).collect()
}

/// Compares two versions of a template, each by the name of its file, which tells its shape, and its text; `None` if either holds no
/// template. Without a model the prompts are laid out for DeepSeek.
///
/// ```
/// use cachecheck::api;
///
/// let (old, new) = ("You are a support bot for a shop.", "It is {{ now }}. You are a support bot for a shop.");
/// let comparison = api::diff(("prompt.md.j2", old), ("prompt.md.j2", new), Some("deepseek-chat"), None).unwrap();
/// assert!(comparison.new.tokens < comparison.old.tokens);
/// ```
pub fn diff(old: (&str, &str), new: (&str, &str), model: Option<&str>, at: Option<Timestamp>) -> Option<Comparison> {
    let model = model.unwrap_or("deepseek-chat");
    let choice = Profiles::builtin().choose(RequestFacts { model: Some(model), time: at, ..RequestFacts::default() });
    let profile = choice.map(|choice| Arc::clone(choice.profile));
    let layout = Layout::new(profile, Some(model.to_owned()), Constants::default(), Overrides::default());
    let [old, new] = [old, new].map(|(name, text)| TemplateFile::read(SourceText::new(name, text)));
    let (ours, theirs) = (old.templates.first()?, new.templates.first()?);
    Some(Comparison::new(Side { file: &old, template: ours }, Side { file: &new, template: theirs }, &layout))
}
