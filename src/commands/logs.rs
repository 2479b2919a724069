//! Walking through logs: sources in order, progress on a terminal, skipped lines collected.

use std::io::{self, Read, Write};
use std::sync::Arc;

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};

use super::args::LogArgs;
use super::caveats::Caveats;
use crate::input::Source;
use crate::log::{Entry, LogReader, Skip, Work};
use crate::exchange::{Exchange, Place};
use crate::report::{self, Format, Lines, Report, Skipped, SkippedLine};
use crate::simulation::{Counted, Counter};

/// The sources that the arguments name.
pub(crate) fn sources(args: &LogArgs) -> Vec<Source> {
    args.logs.iter().map(Source::new).collect()
}

/// A line of one of them, as `source:line`.
pub(crate) fn label(sources: &[Source], place: Place) -> String {
    format!("{}:{}", sources[place.source].label(), place.line)
}

/// The sources of a run and what was passed over in them.
pub(crate) struct Logs {
    sources: Vec<Source>,
    pub(crate) skipped: Skipped,
    pub(crate) caveats: Caveats,
}

impl Logs {
    /// Gives every exchange of the logs to `each`, in order.
    ///
    /// # Errors
    /// A source that cannot be opened, a bad line where `--strict` was given, logs without a single exchange, and what `each`
    /// says.
    pub(crate) fn walk(
        args: &LogArgs,
        mut each: impl FnMut(&Self, Exchange) -> anyhow::Result<()>,
    ) -> anyhow::Result<Self> {
        Self::walk_ahead(args, Arc::new(|_| ()), |logs, exchange, ()| each(logs, *exchange))
    }

    /// The same, with each exchange counted on several threads, where that can be done before its turn.
    ///
    /// # Errors
    /// As above.
    pub(crate) fn walk_counted(
        args: &LogArgs,
        counter: Arc<Counter<'static>>,
        each: impl FnMut(&Self, Box<Exchange>, Option<Counted>) -> anyhow::Result<()>,
    ) -> anyhow::Result<Self> {
        Self::walk_ahead(args, Arc::new(move |exchange| counter.ahead(exchange)), each)
    }

    /// The same, with what `work` makes of each exchange, on several threads and before its turn.
    ///
    /// # Errors
    /// As above.
    pub(crate) fn walk_ahead<T: Send + 'static>(
        args: &LogArgs,
        work: Work<T>,
        mut each: impl FnMut(&Self, Box<Exchange>, T) -> anyhow::Result<()>,
    ) -> anyhow::Result<Self> {
        let caveats = Caveats::new(args.scope.clone());
        let mut logs = Self { sources: sources(args), skipped: Skipped::default(), caveats };
        let progress = logs.progress();
        let mut exchanges = 0_u64;
        let mut take = |logs: &mut Self, entry| match entry {
            Entry::Skip(skip) => logs.skip(&skip, args.strict),
            Entry::Exchange(exchange, _) if exchange.has_failed => {
                logs.note_failed(&exchange);
                Ok(())
            }
            Entry::Exchange(exchange, made) => {
                exchanges += 1;
                logs.caveats.add(&exchange);
                each(logs, exchange, made)
            }
        };
        let mut reader = LogReader::new(args.options(), work);
        for index in 0..logs.sources.len() {
            let bar = progress.clone();
            let lines = logs.sources[index].open(move |raw| Box::new(bar.wrap_read(raw)) as Box<dyn Read + Send>);
            let label = logs.sources[index].label().to_owned();
            let lines = lines.with_context(|| format!("cannot read {label}"))?;
            reader.open(lines, index);
            loop {
                match reader.next_entry() {
                    Ok(None) => break,
                    Ok(Some(entry)) => take(&mut logs, entry)?,
                    // What was read before may still be given.
                    Err(error) => logs.skip_rest(&label, &error, args.strict)?,
                }
            }
        }
        for entry in reader.finish() {
            take(&mut logs, entry)?;
        }
        progress.finish_and_clear();
        if exchanges == 0 {
            bail!("{}", logs.nothing());
        }
        Ok(logs)
    }

    /// The source's name and line, as `source:line`.
    pub(crate) fn label(&self, place: Place) -> String {
        label(&self.sources, place)
    }

    /// The line alone where there is one source, else as `source:line`.
    pub(crate) fn short(&self, place: Place) -> String {
        if self.sources.len() == 1 { format!("line {}", place.line) } else { self.label(place) }
    }

    /// The name of the source that a line is in.
    pub(crate) fn source(&self, place: Place) -> &str {
        self.sources[place.source].label()
    }

    fn skip(&mut self, skip: &Skip, strict: bool) -> anyhow::Result<()> {
        if strict {
            bail!("{}: {}", self.label(skip.place), skip.reason);
        }
        let source = self.source(skip.place).to_owned();
        let line = SkippedLine { source, line: Some(skip.place.line), reason: skip.reason.clone() };
        if skip.is_read {
            self.skipped.remarked.add(line);
        } else {
            self.skipped.passed_over.add(line);
        }
        Ok(())
    }

    /// A call that failed is no fault of the log: it is named, and nothing more.
    fn note_failed(&mut self, exchange: &Exchange) {
        let (place, entry) = (exchange.place, exchange.entry.as_ref());
        let source = self.source(place).to_owned();
        let entry = entry.map(|entry| format!("{entry}: ")).unwrap_or_default();
        let reason = format!("{entry}the call failed and no usage was reported: taken as not billed, not cached");
        self.skipped.passed_over.add(SkippedLine { source, line: Some(place.line), reason });
    }

    /// A source that breaks off: what came before is kept.
    fn skip_rest(&mut self, label: &str, error: &io::Error, strict: bool) -> anyhow::Result<()> {
        let reason = format!("broken off, the rest cannot be read: {error}");
        if strict {
            bail!("{label}: {reason}");
        }
        self.skipped.passed_over.add(SkippedLine { source: label.to_owned(), line: None, reason });
        Ok(())
    }

    /// Says that there was no exchange, and what there was instead.
    fn nothing(&self) -> String {
        let names: Vec<&str> = self.sources.iter().map(Source::label).collect();
        let names = names.join(", ");
        match self.skipped.passed_over.first.first() {
            None => format!("{names}: empty, nothing to read"),
            Some(first) => {
                let others = match self.skipped.passed_over.count {
                    1 => String::new(),
                    lines => format!(" ({lines} lines in all, none of them readable)"),
                };
                format!("no exchange found: {}: {}{others}", first.place(), first.reason)
            }
        }
    }

    /// Progress over the bytes of all sources, on stderr and only on a terminal.
    fn progress(&self) -> ProgressBar {
        let sizes: Option<Vec<u64>> = self.sources.iter().map(Source::size).collect();
        let (bar, template) = match sizes {
            Some(sizes) => (ProgressBar::new(sizes.iter().sum()), "{bytes} of {total_bytes} {wide_bar} {eta}"),
            None => (ProgressBar::new_spinner(), "{bytes} {spinner}"),
        };
        match ProgressStyle::with_template(template) {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        }
    }
}

/// Writes a report. What its format has no room for goes to stderr: the lines that were passed over, and beside CSV what limits the
/// answer, which JSON lines say of each exchange.
///
/// # Errors
/// When the output cannot be written to.
pub(crate) fn render(report: &Report, format: Format, out: &mut dyn Write) -> io::Result<()> {
    report::render(report, format, out)?;
    if matches!(format, Format::Jsonl | Format::Csv) {
        tell_skipped(&report.skipped, false);
    }
    if format == Format::Csv {
        tell_notes(&report.notes);
    }
    Ok(())
}

/// Names the lines that were passed over, away from what a pipe reads: by their reasons, or each by itself.
pub(crate) fn tell_skipped(skipped: &Skipped, each: bool) {
    let words = |lines: &Lines| if each { lines.all() } else { lines.words() };
    for words in words(&skipped.passed_over).into_iter().chain(words(&skipped.remarked)) {
        tell(&words);
    }
}

/// Says what limits an answer, away from what a pipe reads.
pub(crate) fn tell_notes(notes: &[String]) {
    for note in notes {
        tell(&format!("note: {note}"));
    }
}

/// Says something beside the output.
pub(crate) fn tell(words: &str) {
    // Nobody is left to tell when stderr is closed.
    let _ = writeln!(io::stderr(), "cachecheck: {}", report::visible(words));
}
