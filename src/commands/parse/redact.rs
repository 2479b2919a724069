//! `parse --redact`: what becomes of each exchange, and where the key comes from.
//!
//! The key is read from a file, put into a new file, or made for one run and shown once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use super::ParseArgs;
use super::coarse::Coarseness;
use crate::caveat::Code;
use crate::exchange::{Exchange, Input};
use crate::hash::Key;
use crate::report::Caveat;
use crate::simulation::Simulation;
use crate::workspace::copies::Copies;
use crate::workspace::judging::judged_counter;
use crate::workspace::key_file;
use crate::workspace::logs::LogInputs;
use crate::workspace::output::line_on_stderr;

/// Takes the texts out of exchanges.
pub(super) struct Redaction {
    simulation: Simulation<'static>,
    /// `None` until the first exchange needs one: a key for nothing would be mistaken for that of a log.
    key: Option<Key>,
    key_file: Option<PathBuf>,
    coarseness: Coarseness,
    /// Requests by the profile they were counted under and its blocks.
    counted: BTreeMap<(Option<String>, u64), u64>,
    sources: Sources,
    /// Requests with cache marks.
    marked: u64,
}

/// Numbers in place of the sources' names, which may tell of customers and users: in the order in which they come up, so that
/// their owner finds them again.
#[derive(Default)]
struct Sources {
    numbers: BTreeMap<String, u64>,
    given: BTreeSet<u64>,
}

impl Redaction {
    /// As the arguments ask; `None` where texts are to stay.
    pub(super) fn new(args: &ParseArgs, inputs: &LogInputs, copies: &mut Copies) -> anyhow::Result<Option<Self>> {
        if !args.redact {
            return Ok(None);
        }
        let mut settings = args.counting.settings()?;
        let counter = judged_counter(inputs, copies, &mut settings)?;
        let simulation = Simulation::with_counter(Arc::new(counter), settings);
        Ok(Some(Self {
            simulation,
            key: args.key_file.as_deref().map(key_file::existing).transpose()?.flatten(),
            key_file: args.key_file.clone(),
            coarseness: args.coarseness,
            counted: BTreeMap::new(),
            sources: Sources::default(),
            marked: 0,
        }))
    }

    /// The exchange without its texts; `origin` is its line as `source:line`.
    pub(super) fn apply(&mut self, exchange: Exchange, origin: &str) -> anyhow::Result<Exchange> {
        let key = match self.key.take() {
            Some(key) => key,
            None => key_file::make(self.key_file.as_deref())?,
        };
        let has_marks = exchange.request.has_marks();
        let origin = self.sources.origin(exchange.origin.as_deref().unwrap_or(origin));
        let mut exchange = Exchange { origin: Some(origin), ..self.simulation.redact(exchange, &key) };
        self.coarseness.apply(&mut exchange);
        self.key = Some(key);
        if let Input::Redacted(redacted) = &exchange.request.input {
            self.marked += u64::from(has_marks && redacted.block_ends.is_empty());
            *self.counted.entry((redacted.profile.clone(), redacted.block_size)).or_default() += 1;
        }
        Ok(exchange)
    }

    /// Limits of the use of the redacted lines.
    pub(super) fn caveats(&self) -> Vec<Caveat> {
        let blocks = self.counted.iter().map(|((profile, size), requests)| {
            let profile = profile.as_deref().map_or("no profile known".into(), |name| format!("profile {name}"));
            Code::RedactedInBlocks.caveat(Some(*requests), &[("size", &size.to_string()), ("profile", &profile)])
        });
        let left_out = (self.marked > 0).then(|| Code::BreakpointsLeftOut.caveat(Some(self.marked), &[]));
        blocks.chain(left_out).collect()
    }

    /// Says which number stands for which source.
    pub(super) fn sources_on_stderr(&self) {
        for (name, number) in &self.sources.numbers {
            line_on_stderr(&format!("source {number} is {name}"));
        }
    }
}

impl Sources {
    /// A place by its source's number: `source 2:17`.
    fn origin(&mut self, origin: &str) -> String {
        let (name, line) = origin.rsplit_once(':').unwrap_or((origin, ""));
        let number = self.number(name);
        // After the last colon of what is no place may be anything.
        if is_place(line) { format!("{NUMBERED}{number}:{line}") } else { format!("{NUMBERED}{number}") }
    }

    /// A source that has a number already keeps it, so that to redact twice is to redact once.
    fn number(&mut self, name: &str) -> u64 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let own = name.strip_prefix(NUMBERED).and_then(|number| number.parse().ok());
        let next = self.given.last().map_or(1, |last: &u64| last.saturating_add(1));
        let number = own.filter(|number| !self.given.contains(number)).unwrap_or(next);
        self.given.insert(number);
        self.numbers.insert(name.to_owned(), number);
        number
    }
}

/// True for a place within a source: a line, or a line and the number of the request in it.
fn is_place(text: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (line, nth) = text.split_once('#').unwrap_or((text, "1"));
    is_number(line) && is_number(nth)
}

/// Start of a source's name, which its number follows.
const NUMBERED: &str = "source ";
