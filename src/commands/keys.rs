//! `cachecheck keys`: the requests of logs in columns and a row for each block, without any text, for SQL and whatever else counts rows.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::bail;
use serde_json::{Map, Value};

use super::Outcome;
use super::args::{CacheArgs, LogArgs, RateArgs, asked};
use crate::account::{Quote, UnitPrices};
use crate::cache::ENTRIES_ALONE;
use crate::calendar::Zone;
use crate::exchange::Exchange;
use crate::hash::Key;
use crate::report::text::plural;
use crate::simulation::{CountedExchange, Record, RequestKeys, Shard, Simulation, halves};
use crate::workspace::assumptions_file::Assumed;
use crate::workspace::destination::Destination;
use crate::workspace::group_by::GroupBy;
use crate::workspace::key_file;
use crate::workspace::key_tables::{KeyTables, RequestRow};
use crate::workspace::output::{line_on_stderr, skipped_on_stderr};
use crate::workspace::replay::{Replayed, replay};

/// Write requests and the keys of their blocks in columns, no texts
///
/// The folder gets two files of JSON lines: `requests.jsonl`, a row for each request, and `blocks.jsonl`, a row for each whole block of its
/// prompt and answer. `docs/scale.md` has the SQL that counts hits by them.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct KeysArgs {
    #[command(flatten)]
    logs: LogArgs,

    /// Folder to write to; it is created if it does not exist
    #[arg(long, value_name = "FOLDER")]
    into: PathBuf,

    /// File with the secret of the keys, the same for all logs whose requests are compared; a new secret is written if it does not exist
    #[arg(long, value_name = "FILE")]
    key_file: PathBuf,

    /// Number of the first request, if the log is one of several parts
    #[arg(long, value_name = "N", default_value_t = 0)]
    first_seq: u64,

    /// File of decisions over the whole log, as `simulate --assumptions` writes it
    #[arg(long, value_name = "FILE")]
    assumptions: Option<PathBuf>,

    /// Make keys of a run of the files alone, such as 2/7, the second of seven: all files are named, and the assumptions are those of all
    #[arg(long, value_name = "K/N", requires = "assumptions")]
    partial: Option<Shard>,

    /// Add these dimensions to the row of each request, as in `simulate --by`, such as day,/metadata/team
    #[arg(long, value_name = "DIMENSION", value_delimiter = ',')]
    by: Vec<GroupBy>,

    #[command(flatten)]
    cache: CacheArgs,

    #[command(flatten)]
    rates: RateArgs,
}

const EXAMPLES: &str = "\
Examples:
  cachecheck keys logs.jsonl --into keys/ --key-file ours.key
  cachecheck keys monday.jsonl --into monday/ --key-file ours.key --by /metadata/team";

/// The tables, and what their rows need.
struct Writing {
    tables: KeyTables,
    /// The simulation that makes the keys; another one makes the records.
    keys: Simulation<'static>,
    key: Key,
    /// Dimensions whose values stand in the rows of requests.
    by: Vec<GroupBy>,
    zone: Zone,
    seq: u64,
    written: u64,
}

pub(crate) fn run(args: &KeysArgs, out: &mut Destination) -> anyhow::Result<Outcome> {
    if args.cache.capacity.is_some() {
        bail!("--capacity changes no key, and `hits` knows none: leave it out");
    }
    let mut inputs = args.logs.inputs_by("keys", &args.by)?;
    let assumed =
        args.assumptions.as_deref().map(|path| Assumed::read(path, &asked(&args.logs, &args.cache))).transpose()?;
    inputs.decided = assumed.map(|assumed| assumed.decided);
    inputs.own_sources = args.partial.map(|shard| inputs.named.of_shard(shard)).transpose()?;
    let key = key_file::existing(&args.key_file)?.map_or_else(|| key_file::make(Some(&args.key_file)), Ok)?;
    let settings = args.cache.settings_within(&args.rates, &args.logs)?;
    // Evidence decides before anything is written.
    let Replayed { logs, mut again, .. } = replay(&inputs, settings, || (), |(), _, _| Ok(()))?;
    let simulation = || Simulation::with_counter(Arc::clone(again.counter()), again.settings().again());
    let (mut records, keys) = (simulation(), simulation());
    let mut writing = Writing {
        tables: KeyTables::create(&args.into)?,
        keys,
        key,
        by: args.by.clone(),
        zone: args.logs.zone(),
        seq: args.first_seq,
        written: 0,
    };
    again.each(&inputs, |exchange, counted| {
        let record = records.counted(exchange, counted.clone());
        writing.add(exchange, counted, &record)
    })?;
    let (calls, blocks) = (plural(writing.seq - args.first_seq, "request"), plural(writing.written, "block"));
    writing.tables.finish()?;
    skipped_on_stderr(&logs.faults.skipped, false);
    line_on_stderr(&format!("wrote {calls} and {blocks} to {}", args.into.display()));
    out.flush()?;
    Ok(Outcome::Done)
}

impl Writing {
    /// Writes a request, and its blocks.
    fn add(&mut self, exchange: &Exchange, counted: Option<CountedExchange>, record: &Record) -> anyhow::Result<()> {
        let keys = self.keys.keys_of(exchange, counted, &self.key);
        let call = self.call(&keys, record);
        self.tables.add(&call, &keys.uses)?;
        self.written += keys.uses.len() as u64;
        self.seq += 1;
        Ok(())
    }

    /// The row of a request.
    fn call(&self, keys: &RequestKeys, record: &Record) -> RequestRow {
        let (reported, bill) = (&record.reported, &record.bill);
        let quote = bill.quote.as_ref().ok();
        let output = bill.without_cache.map(|cost| cost.output().amount);
        RequestRow {
            seq: i64::try_from(self.seq).unwrap_or(i64::MAX),
            file: record.place.source() as u64 + 1,
            line: record.place.line,
            started: keys.start,
            ended: keys.end,
            scope: keys.scope.clone(),
            model: keys.model.clone(),
            profile: record.applied.as_ref().map(|applied| applied.profile.clone()),
            // Nothing is predicted of a prompt that is known in part.
            policy: keys.policy.filter(|name| record.prediction.is_some() || *name == ENTRIES_ALONE).map(str::to_owned),
            cache: halves(keys.cache).1,
            key_name: self.key.name(),
            block_size: keys.block_size,
            prompt_tokens: record.prompt_tokens,
            prompt_tokens_billed: bill.prompt_tokens,
            core_tokens: keys.core_tokens,
            output_tokens: record.output_tokens,
            prompt_tokens_reported: reported.prompt_tokens,
            hit_tokens_reported: reported.hit_tokens,
            written_tokens_reported: reported.written.map(|written| written.total()),
            price_row: quote.map(price_row),
            prices: quote.zip(output).map(|(quote, output)| UnitPrices::new(quote, output)),
            hit_tokens: None,
            groups: self.groups(record),
        }
    }

    fn groups(&self, record: &Record) -> Option<Map<String, Value>> {
        let values = (!self.by.is_empty()).then(|| GroupBy::key(&self.by, record, &self.zone))?;
        Some(self.by.iter().map(GroupBy::name).zip(values.into_iter().map(Value::from)).collect())
    }
}

/// The row of a price list in a few words.
fn price_row(quote: &Quote) -> String {
    let (list, row) = (&quote.rate.list, &quote.rate.row);
    let model = row.models.first().map(ToString::to_string).unwrap_or_default();
    let since = row.valid_from.map(|from| format!(" since {from}")).unwrap_or_default();
    format!("{} {model}{since}", list.provider)
}
