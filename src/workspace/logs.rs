//! Walking through logs: sources in order, progress on a terminal, skipped lines collected.

use std::collections::BTreeSet;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use anyhow::{Context, bail};

use super::copies::Copies;
use super::decided::{Decided, Identity};
use super::faults::Faults;
use super::found_files::{FoundFiles, listed};
use super::kept::Kept;
use super::opening::{Opened, Opening};
use super::period::{AskedPeriod, FirstShare, Period};
use super::progress::Progress;
use super::request_traits::{RequestTrait, RequestTraits};
use super::sources::Sources;
use super::verbose;
use super::working_reader::{WorkedEntry, WorkingReader};
use crate::caveat::{Caveats, Code, GatheredCaveat};
use crate::evidence::order::Order;
use crate::exchange::{Earlier, Exchange, Place, SeenCalls};
use crate::input::{self, Source};
use crate::log::{Options, Skip};
use crate::money::Decimal;
use crate::parallel::all_threads;
use crate::report::text::plural;
use crate::report::{Caveat, SkippedLine};
use crate::simulation::Shard;
use crate::time::Timestamp;

/// The logs that a command was given, and how they are read.
pub(crate) struct LogInputs {
    pub(crate) named: Sources,
    pub(crate) options: Options,
    /// Names of the dimensions that fields of lines tell, in the order of the options' groups.
    pub(crate) of_line: Vec<String>,
    /// Traits of requests that are told with their groups.
    pub(crate) traits: Vec<RequestTrait>,
    /// The order of replay.
    pub(crate) order: Order,
    /// The requests that are summed; the others are replayed all the same.
    pub(crate) period: Period,
    /// Decisions over these logs that were made before; without them evidence decides.
    pub(crate) decided: Option<Arc<Decided>>,
    /// True if the requests are to be told from those of other logs.
    pub(crate) are_identified: bool,
    /// The shard that is replayed, where that is not all.
    pub(crate) shard: Option<Shard>,
    /// The sources that are read, where those are not all.
    pub(crate) own_sources: Option<Range<usize>>,
    /// The share of the requests, the first ones, that are not summed.
    pub(crate) skip_first: Option<FirstShare>,
    /// True if an answer about no request at all is an answer, as for a log that is still to grow.
    pub(crate) may_be_empty: bool,
    /// True if a line that cannot be read ends the run.
    pub(crate) strict: bool,
}

impl LogInputs {
    /// These logs, read as they come.
    pub(crate) fn plain(named: Sources) -> Self {
        let options = Options { threads: all_threads(), ..Options::default() };
        Self {
            named,
            options,
            of_line: Vec::new(),
            traits: Vec::new(),
            order: Order::default(),
            period: Period::default(),
            skip_first: None,
            decided: None,
            are_identified: false,
            shard: None,
            own_sources: None,
            may_be_empty: false,
            strict: false,
        }
    }

    /// The requests that are summed.
    pub(crate) fn asked(&self) -> AskedPeriod {
        AskedPeriod::new(self.period, self.skip_first.as_ref())
    }

    /// Counts all requests, if a share of them is to be left out: it takes a pass of its own.
    ///
    /// # Errors
    /// As [`Logs::walk`].
    pub(crate) fn count_for_share(&self, copies: &mut Copies) -> anyhow::Result<()> {
        let Some(first) = self.skip_first.as_ref().filter(|first| first.is_uncounted()) else { return Ok(()) };
        let mut all = 0;
        Logs::walk_again(
            self,
            copies,
            |_| (),
            |_, _, ()| {
                all += 1;
                Ok(())
            },
        )?;
        first.count(all);
        Ok(())
    }

    /// The sources, in their order.
    pub(crate) fn sources(&self) -> Vec<Source> {
        self.named.sources.clone()
    }
}

/// A line of one of them, as `source:line`.
pub(crate) fn label(sources: &[Source], place: Place) -> String {
    format!("{}:{}", sources[place.source()].label(), place.in_source())
}

/// The figures that a command shows, and whose limits it tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotesOn {
    /// Tokens and hits.
    Hits,
    /// Costs, too.
    Costs,
    /// The best cost, too.
    BestCost,
}

/// The sources of a run and what was passed over in them.
pub(crate) struct Logs {
    pub(super) sources: Vec<Source>,
    pub(super) found: FoundFiles,
    pub(crate) faults: Faults,
    pub(crate) caveats: Caveats,
    pub(super) period: Period,
    /// Tells of the next request whether it is asked for.
    next: AskedPeriod,
    may_be_empty: bool,
    /// The times of the first and the last request, whether asked for or not.
    pub(super) span: Option<(Timestamp, Timestamp)>,
    /// Requests that lie in the period.
    asked: u64,
    pub(super) exchanges: u64,
    /// The calls so far, by which one that is logged again is left out.
    seen: SeenCalls,
    /// The requests, where they are to be told from those of other logs.
    identity: Option<Identity>,
    /// The keys of the requests, by which shards keep together what belongs together; kept where a shard reads files of its own.
    keys: Option<BTreeSet<u128>>,
    /// The dimensions of which no request's line says anything.
    without_groups: Vec<String>,
    /// The last line that could not be read, if it ends in the middle and nothing was read behind it.
    torn: Option<Place>,
}

impl Logs {
    /// Takes note of the key by which shards keep a request together with those that it depends on.
    pub(super) fn see_key(&mut self, key: u128) {
        if let Some(keys) = &mut self.keys {
            keys.insert(key);
        }
    }

    /// The keys of the requests, where a shard reads files of its own.
    pub(crate) fn keys(&self) -> Option<&BTreeSet<u128>> {
        self.keys.as_ref()
    }

    /// The requests, where they are to be told from those of other logs.
    pub(crate) fn identity(&self) -> Option<Identity> {
        self.identity
    }

    /// Gives every exchange of the logs to `each`, in order.
    ///
    /// # Errors
    /// A source that cannot be opened, a bad line where `--strict` was given, logs without a single exchange, and what `each`
    /// says.
    pub(crate) fn walk(
        inputs: &LogInputs,
        mut each: impl FnMut(&mut Self, Exchange) -> anyhow::Result<()>,
    ) -> anyhow::Result<Self> {
        Self::walk_ahead(inputs, |_| (), |logs, exchange, ()| each(logs, Arc::unwrap_or_clone(exchange)))
    }

    /// The same, with the result of `work` for each exchange, which runs on several threads, before the exchange's turn.
    ///
    /// # Errors
    /// As above.
    pub(crate) fn walk_ahead<T: Send + 'static>(
        inputs: &LogInputs,
        work: impl Fn(&Exchange) -> T + Send + Sync + 'static,
        each: impl FnMut(&mut Self, Arc<Exchange>, T) -> anyhow::Result<()>,
    ) -> anyhow::Result<Self> {
        Self::walk_with(inputs, None, work, each)
    }

    /// The same for one of several passes over the same logs.
    ///
    /// # Errors
    /// As above.
    pub(crate) fn walk_again<T: Send + 'static>(
        inputs: &LogInputs,
        copies: &mut Copies,
        work: impl Fn(&Exchange) -> T + Send + Sync + 'static,
        each: impl FnMut(&mut Self, Arc<Exchange>, T) -> anyhow::Result<()>,
    ) -> anyhow::Result<Self> {
        Self::walk_with(inputs, Some(copies), work, each)
    }

    fn walk_with<T: Send + 'static>(
        inputs: &LogInputs,
        mut copies: Option<&mut Copies>,
        work: impl Fn(&Exchange) -> T + Send + Sync + 'static,
        mut each: impl FnMut(&mut Self, Arc<Exchange>, T) -> anyhow::Result<()>,
    ) -> anyhow::Result<Self> {
        let mut logs = Self::new(inputs);
        let progress = Progress::over(&logs.sources);
        let mut traits = RequestTraits::new(&inputs.traits, &inputs.of_line);
        let mut take = |logs: &mut Self, entry: WorkedEntry<T>| match entry {
            Err(skip) => logs.skip(&skip, inputs.strict),
            Ok((exchange, _)) if exchange.has_failed => {
                logs.found.is_log(&mut logs.faults)?;
                logs.faults.note_failed(logs.sources[exchange.place.source()].label(), &exchange);
                Ok(())
            }
            Ok((mut exchange, result)) => {
                logs.found.is_log(&mut logs.faults)?;
                if logs.is_copy(&exchange) {
                    return Ok(());
                }
                traits.note(&mut exchange, |exchange| logs.short(exchange.place));
                logs.exchanges += 1;
                logs.torn = logs.torn.filter(|torn| exchange.place < *torn);
                logs.see(&exchange);
                each(logs, exchange, result)
            }
        };
        let mut kept = copies.as_mut().map_or_else(Kept::nothing, |copies| copies.begin_pass());
        kept.begin_pass(&logs.sources);
        let mut reader = WorkingReader::new(inputs.options.clone(), kept, work);
        let mut opening = Opening::new(inputs, copies.as_deref_mut(), &progress);
        for index in opening.indexes() {
            let opened = if reader.reads() { opening.open(index) } else { Ok(Opened::Kept) };
            let Some(opened) = logs.begin_source(index, opened)? else {
                reader.cannot_open();
                continue;
            };
            reader.open(index, logs.sources[index].label(), opened);
            reader.read_ahead(|| opening.open_behind(index));
            logs.take_source(index, &mut reader, inputs.strict, &mut take)?;
        }
        let did = if reader.reads() { "read" } else { "took from memory" };
        let (rest, kept) = reader.finish();
        rest.into_iter().try_for_each(|entry| take(&mut logs, entry))?;
        if let Some(copies) = copies {
            copies.end_pass(kept);
        }
        progress.finish();
        logs.without_groups = traits.never_named();
        verbose::line(verbose::STEPS, || {
            format!("{did} {} in {}", plural(logs.exchanges, "request"), plural(logs.sources.len() as u64, "log"))
        });
        if logs.exchanges == 0 && !inputs.may_be_empty {
            bail!("{}", logs.nothing());
        }
        Ok(logs)
    }

    /// Takes what is read of a source.
    fn take_source<T: Send + 'static>(
        &mut self,
        index: usize,
        reader: &mut WorkingReader<T>,
        strict: bool,
        take: &mut impl FnMut(&mut Self, WorkedEntry<T>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let before = self.exchanges;
        loop {
            match reader.next_batch() {
                Ok(None) => break,
                Ok(Some(batch)) => batch.into_iter().try_for_each(|entry| take(self, entry))?,
                // The rest of the source may still hold exchanges that are complete.
                Err(error) => self.skip_rest(index, &error, strict)?,
            }
        }
        self.end_source(index);
        let count = self.exchanges - before;
        verbose::line(verbose::FILES, || format!("{}: {}", self.sources[index].label(), plural(count, "request")));
        Ok(())
    }

    /// The sources, of which nothing is read yet.
    pub(super) fn new(inputs: &LogInputs) -> Self {
        Self {
            sources: inputs.sources(),
            found: FoundFiles::new(&inputs.named),
            faults: Faults::default(),
            caveats: Caveats::new(inputs.options.scope.clone()),
            period: inputs.period,
            next: inputs.asked(),
            may_be_empty: inputs.may_be_empty,
            span: None,
            asked: 0,
            exchanges: 0,
            seen: SeenCalls::default(),
            identity: inputs.are_identified.then(Identity::default),
            keys: inputs.own_sources.as_ref().map(|_| BTreeSet::new()),
            without_groups: Vec::new(),
            torn: None,
        }
    }

    /// Begins a source; `None` if it was found in a folder and cannot be read, so that it is no log.
    fn begin_source<T>(&mut self, index: usize, opened: io::Result<T>) -> anyhow::Result<Option<T>> {
        let source = &self.sources[index];
        match opened {
            Err(error) if source.is_found && !input::is_failure_of_machine(&error) => {
                self.found.pass_over(source.label(), error.to_string());
                return Ok(None);
            }
            Ok(_) if source.is_found => self.found.begin(&mut self.faults),
            _ => {}
        }
        opened.map(Some).with_context(|| format!("cannot read {}", source.label()))
    }

    /// Ends a source, all of which was read.
    fn end_source(&mut self, index: usize) {
        let label = self.sources[index].label();
        if let Some(torn) = self.torn.take() {
            let unfinished = || format!("{label} ends in the middle of line {}", torn.line);
            self.faults.unfinished.get_or_insert_with(unfinished);
        }
        self.found.end(label, &mut self.faults);
    }

    /// Takes a request to be summed if it lies in the period that is asked for, and notes that it is left out if not.
    pub(crate) fn is_asked_for(&mut self, place: Place, time: Option<Timestamp>) -> bool {
        if self.next.is_among_first() {
            self.caveats.note(Code::SkippedFirst, place);
            return false;
        }
        let is_asked_for = self.period.holds(time);
        if is_asked_for {
            self.asked += 1;
        } else {
            self.caveats.note(if time.is_some() { Code::OutsidePeriod } else { Code::NotInPeriod }, place);
        }
        is_asked_for
    }

    /// Refuses an answer about no request at all.
    ///
    /// # Errors
    /// No request lies in the period.
    pub(crate) fn require_calls(&self) -> anyhow::Result<()> {
        let is_to_grow = self.may_be_empty && (self.span.is_some() || self.exchanges == 0);
        if self.asked > 0 || self.period.is_all() || is_to_grow {
            return Ok(());
        }
        match (self.period.since, self.period.until, self.span) {
            (Some(since), Some(until), _) if until <= since => {
                bail!("no request can be in the period: --until ({until}) is not after --since ({since})")
            }
            (_, _, Some((first, last))) => {
                bail!(
                    "no request is in the period of --since and --until: the first request is from {first}, the last from {last}"
                )
            }
            (_, _, None) => bail!("no request has a time, so that none can be told to be in a period"),
        }
    }

    /// The caveats, those that limit what is shown as notes too. A note on some of the requests names the first one's place.
    pub(crate) fn caveats(&self, shown: NotesOn) -> Vec<Caveat> {
        let is_note = |code: Code| match shown {
            NotesOn::Hits => !code.is_about_costs(),
            NotesOn::Costs => !code.is_about_best_cost(),
            NotesOn::BestCost => true,
        };
        let note = |caveat: &GatheredCaveat| match caveat.first.first().filter(|place| place.line > 0) {
            Some(place) if caveat.requests <= 1 => format!("{} ({})", caveat.text, self.short(*place)),
            Some(place) if caveat.requests < self.exchanges => {
                format!("{} (first: {})", caveat.text, self.short(*place))
            }
            _ => caveat.text.clone(),
        };
        let named = |caveat: GatheredCaveat| Caveat {
            code: caveat.code.name(),
            requests: Some(caveat.requests).filter(|requests| *requests > 0),
            note: is_note(caveat.code).then(|| note(&caveat)),
            first: caveat.first.iter().map(|place| self.label(*place)).collect(),
            reason: caveat.reason,
            text: caveat.text,
        };
        self.caveats.all().into_iter().map(named).chain(self.found.caveats()).chain(self.without_groups()).collect()
    }

    /// Says which groups no request is in.
    fn without_groups(&self) -> impl Iterator<Item = Caveat> {
        self.without_groups.iter().map(|name| Code::NoGroup.caveat(None, &[("reason", name)]))
    }

    /// The reason why figures of these logs may be far from those of the whole, if so much of them could not be read.
    pub(crate) fn incomplete(&self, max_skipped: Decimal) -> Option<String> {
        self.faults.incomplete(self.exchanges, max_skipped)
    }

    /// Tells if a request is an earlier one that another logged as well, and names it, or that it may be one.
    fn is_copy(&mut self, exchange: &Exchange) -> bool {
        match self.seen.see(exchange) {
            Earlier::None => return false,
            Earlier::Perhaps => {
                if exchange.time.is_none() || self.period.holds(exchange.time) {
                    self.caveats.note(Code::RepeatedCall, exchange.place);
                }
                return false;
            }
            Earlier::Same => {}
        }
        self.torn = self.torn.filter(|torn| exchange.place < *torn);
        self.faults.note_copy(self.sources[exchange.place.source()].label(), exchange);
        true
    }

    /// Takes note of what a request's lines show, if it lies in the period as far as they tell.
    fn see(&mut self, exchange: &Exchange) {
        if let Some(identity) = &mut self.identity {
            identity.add(exchange);
        }
        if let Some(time) = exchange.time {
            let (first, last) = self.span.unwrap_or((time, time));
            self.span = Some((first.min(time), last.max(time)));
        }
        if exchange.time.is_none() || self.period.holds(exchange.time) {
            self.caveats.see(exchange);
        }
    }

    fn skip(&mut self, skip: &Skip, strict: bool) -> anyhow::Result<()> {
        let fatal = || format!("{}: {}", label(&self.sources, skip.place), skip.reason);
        if skip.reason.is_failure_of_machine() {
            bail!("{}", fatal());
        }
        if strict {
            self.found.fail(fatal())?;
        }
        if !skip.is_read {
            self.found.doubt(&skip.reason);
        }
        let source = self.source(skip.place).to_owned();
        let line = SkippedLine { source, line: Some(skip.place.line), reason: skip.reason.to_string() };
        if skip.is_read {
            self.faults.skipped.remarked.add(line);
        } else {
            self.faults.lines += 1;
            self.torn = skip.reason.is_torn().then_some(skip.place);
            self.faults.skipped.passed_over.add(line);
        }
        Ok(())
    }

    /// A source that breaks off: what came before is kept, unless the machine is to blame, which may do better the next time.
    fn skip_rest(&mut self, index: usize, error: &io::Error, strict: bool) -> anyhow::Result<()> {
        let label = self.sources[index].label().to_owned();
        let reason = format!("broken off, the rest cannot be read: {error}");
        if input::is_failure_of_machine(error) {
            bail!("{label}: {reason}");
        }
        if strict {
            self.found.fail(format!("{label}: {reason}"))?;
        }
        self.found.doubt(&reason);
        self.faults.unfinished.get_or_insert_with(|| format!("{label} cannot be read to its end ({error})"));
        self.faults.skipped.passed_over.add(SkippedLine { source: label, line: None, reason });
        Ok(())
    }

    /// Says that there was no exchange, and what there was instead.
    fn nothing(&self) -> String {
        let names = listed(self.sources.iter().map(|source| source.label().to_owned()));
        let skipped = &self.faults.skipped;
        match (skipped.passed_over.first.first().or(skipped.remarked.first.first()), self.found.caveats().next()) {
            (None, Some(caveat)) => format!("no request found: {}", caveat.text),
            (None, None) => format!("{names}: empty, nothing to read"),
            (Some(first), _) => {
                let others = match skipped.passed_over.count.max(skipped.remarked.count) {
                    1 => String::new(),
                    lines => format!(" ({lines} lines in all, none of them readable)"),
                };
                format!("no request found: {}: {}{others}", first.place(), first.reason)
            }
        }
    }
}
