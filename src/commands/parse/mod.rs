//! `cachecheck parse`: any log as one normalised exchange on each line, or what was recognised in it.

mod coarse;
mod counts;
mod only;
mod redact;
mod summary;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::bail;
use coarse::Coarseness;
use only::Only;
use redact::Redaction;
use summary::LogSummary;

use super::Outcome;
use super::args::{CountingArgs, LogArgs, Output, rows_or_one_of};
use crate::caveat::Code;
use crate::exchange::Exchange;
use crate::log::FORMATS;
use crate::report::text::plural;
use crate::report::{Format, OF_TABLES, visible_json, wrapped};
use crate::workspace::copies::Copies;
use crate::workspace::destination::Destination;
use crate::workspace::logs::{self, Logs, NotesOn};
use crate::workspace::output::{line_on_stderr, notes_on_stderr, render, skipped_on_stderr};
use crate::workspace::verbose;

/// Convert any log to one normalised exchange per line
///
/// The lines can be read by jq, and by cachecheck with the same result as the log. API keys are replaced by their hashes. Lines that
/// cannot be read are listed on stderr.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, mut_args(for_redaction), mut_arg("since", |since| since.help(SINCE).long_help(SINCE)), mut_arg("until", |until| until.help(UNTIL)))]
pub(crate) struct ParseArgs {
    #[command(flatten)]
    logs: LogArgs,

    /// Summarise what was recognised and what is missing
    ///
    /// Names requests that cannot be analysed for that reason.
    #[arg(long)]
    summary: bool,

    /// Remove all texts; the log still gives the same simulation
    ///
    /// Token counts and keyed fingerprints of whole blocks stay.
    #[arg(long, conflicts_with = "summary")]
    redact: bool,

    /// File with the key of the fingerprints [default: a new key, shown on stderr]
    ///
    /// A new key is written if it does not exist.
    #[arg(long, value_name = "FILE", requires = "redact")]
    key_file: Option<PathBuf>,

    /// Write only the requests that this file names, one per line as SOURCE:LINE, or SOURCE:LINE#N in a document; `plan --bundle` writes such files
    #[arg(long, value_name = "FILE", conflicts_with = "summary")]
    only: Option<PathBuf>,

    /// Output format [default: jsonl, with --summary table]
    #[arg(long, value_name = "FORMAT", value_parser = rows_or_one_of(OF_TABLES))]
    format: Option<Output>,

    /// List the known log formats, one per line
    #[arg(long, exclusive = true)]
    list_formats: bool,

    #[command(flatten)]
    coarseness: Coarseness,

    #[command(flatten)]
    counting: CountingArgs,
}

const SINCE: &str = "Write only requests from this time on, such as 2026-04-05T16:30, or the last 2h";

const UNTIL: &str = "Write only requests before this time";

const EXAMPLES: &str = "\
Examples:
  cachecheck parse session.har | jq -r .request.model
  cachecheck parse requests.jsonl answers.jsonl | cachecheck simulate -
  cachecheck parse logs/*.jsonl.gz --summary
  cachecheck parse logs.jsonl --redact --key-file ours.key > to-share.jsonl
  cachecheck parse --list-formats";

pub(crate) fn run(args: &ParseArgs, out: &mut Destination) -> anyhow::Result<Outcome> {
    if args.list_formats {
        let page = out.look.width;
        return list(out, page);
    }
    match (args.summary, args.format) {
        (true, None) => return summarise(args, Format::default(), out),
        (true, Some(Output::Report(format))) => return summarise(args, format, out),
        (true, Some(Output::Rows)) => bail!("--summary has no jsonl output; --format json is its output for scripts"),
        (false, Some(Output::Report(_))) => {
            bail!("exchanges are written as jsonl; the other formats are for --summary")
        }
        (false, None | Some(Output::Rows)) => {}
    }
    let inputs = args.logs.inputs("parse")?;
    let mut copies = Copies::default();
    let mut redaction = Redaction::new(args, &inputs, &mut copies)?;
    let mut only = args.only.as_deref().map(Only::read).transpose()?;
    let mut found = CallsByFormat::new();
    // Written on the threads that read, unless it is to be changed in its turn.
    let (sources, is_final) = (inputs.sources(), redaction.is_none());
    let line = move |exchange: &Exchange| shown(&exchange.to_json(&logs::label(&sources, exchange.place)));
    let work = move |exchange: &Exchange| is_final.then(|| line(exchange));
    let mut last = None;
    let each = |logs: &mut Logs, exchange: Arc<Exchange>, line: Option<String>| {
        last = exchange.time.or(last);
        if !logs.is_asked_for(exchange.place, last) {
            return Ok(());
        }
        if let Some(only) = &mut only
            && !only.takes(&logs.label(exchange.place))
        {
            return Ok(());
        }
        let source = logs.source(exchange.place).to_owned();
        *found.entry((exchange.place.source(), source, exchange.format.unwrap_or_default())).or_insert(0) += 1;
        let origin = logs.label(exchange.place);
        let line = match &mut redaction {
            Some(redaction) => shown(&redaction.apply(Arc::unwrap_or_clone(exchange), &origin)?.to_json(&origin)),
            None => line.unwrap_or_default(),
        };
        Ok(writeln!(out, "{line}")?)
    };
    // To redact takes two passes: the first judges by which profiles the requests are to be counted.
    let logs = if args.redact {
        Logs::walk_again(&inputs, &mut copies, work, each)?
    } else {
        Logs::walk_ahead(&inputs, work, each)?
    };
    logs.require_calls()?;
    only.as_ref().map_or(Ok(()), Only::require_all)?;
    remarks_on_stderr(&logs, found, redaction.as_ref());
    Ok(Outcome::Done)
}

/// Requests of each source and format, in the order of the sources.
type CallsByFormat = BTreeMap<(usize, String, &'static str), u64>;

/// Limits of lines that were written; others limit predictions.
const OF_LINES: [Code; 5] = [Code::NoOwner, Code::NotInPeriod, Code::OtherFiles, Code::UnopenedFiles, Code::NamedAgain];

/// Says on stderr what was recognised, what redacted lines are good for, and what was passed over.
fn remarks_on_stderr(logs: &Logs, found: CallsByFormat, redaction: Option<&Redaction>) {
    let is_verbose = verbose::is_asked_for(verbose::STEPS);
    if is_verbose {
        for ((_, source, format), exchanges) in found {
            line_on_stderr(&format!("{source}: {} recognised as {format}", plural(exchanges, "exchange")));
        }
    }
    if let Some(redaction) = redaction {
        notes_on_stderr(&redaction.caveats());
        if is_verbose {
            redaction.sources_on_stderr();
        }
    }
    let mut caveats = logs.caveats(NotesOn::Hits);
    caveats.retain(|caveat| OF_LINES.iter().any(|code| code.name() == caveat.code));
    notes_on_stderr(&caveats);
    skipped_on_stderr(&logs.faults.skipped, is_verbose);
}

/// Only redaction counts tokens.
fn for_redaction(arg: clap::Arg) -> clap::Arg {
    let counts = ["profile", "tokenizer", "chat_template"].contains(&arg.get_id().as_str());
    if counts { arg.requires("redact").help_heading("Redaction") } else { arg }
}

/// Lists the formats; what is told of each goes on in the next line where the page ends.
fn list(out: &mut dyn Write, page: Option<usize>) -> anyhow::Result<Outcome> {
    let width = FORMATS.iter().map(|format| format.name().len()).max().unwrap_or(0);
    for format in FORMATS.iter() {
        let line = format!("{:width$}  {}", format.name(), format.about());
        let indent = " ".repeat(width + 2);
        let lines = page.map_or_else(|| vec![Cow::Borrowed(&*line)], |page| wrapped(&line, page, &indent));
        lines.iter().try_for_each(|line| writeln!(out, "{line}"))?;
    }
    Ok(Outcome::Done)
}

/// A line as it is written: characters that a terminal acts on are escaped.
fn shown(json: &impl Display) -> String {
    visible_json(&json.to_string()).into_owned()
}

fn summarise(args: &ParseArgs, format: Format, out: &mut Destination) -> anyhow::Result<Outcome> {
    let mut summary = LogSummary::default();
    let mut last = None;
    let logs = Logs::walk(&args.logs.inputs("parse")?, |logs, exchange| {
        last = exchange.time.or(last);
        if logs.is_asked_for(exchange.place, last) {
            summary.add(&exchange);
        }
        Ok(())
    })?;
    logs.require_calls()?;
    render(&summary.report(logs), format, out)?;
    Ok(Outcome::Done)
}
