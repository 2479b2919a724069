//! `cachecheck keys`: the calls of logs in columns and a row for each block, without any text, for SQL and whatever else counts rows.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use serde_json::{Map, Value, json};

use super::Outcome;
use super::args::{ByArgs, CacheArgs, LogArgs, RateArgs};
use super::group_by::GroupBy;
use crate::calendar::Zone;
use crate::exchange::Exchange;
use crate::hash::Key;
use crate::report::text::plural;
use crate::simulation::{CallKeys, CountedExchange, KeyedBlock, Record, Simulation};
use crate::workspace::destination::Destination;
use crate::workspace::files::Draft;
use crate::workspace::key_file;
use crate::workspace::output::{line_on_stderr, skipped_on_stderr};
use crate::workspace::replay::{Replayed, replay};

/// Write the calls of logs in columns, and a row for each block of their prompts, without any text
///
/// The folder gets two files of JSON lines: `requests.jsonl`, a row for each call, and `blocks.jsonl`, a row for each whole block of its
/// prompt and answer. `docs/scale.md` has the SQL that counts hits by them.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct KeysArgs {
    #[command(flatten)]
    logs: LogArgs,

    /// Folder to write to; it is made if it is not there
    #[arg(long, value_name = "FOLDER")]
    into: PathBuf,

    /// Secret of the keys, the same for all logs whose calls are to be compared; a new one is written if there is no such file
    #[arg(long, value_name = "FILE")]
    key_file: PathBuf,

    /// Number of the first call, for one of several parts of a log
    #[arg(long, value_name = "N", default_value_t = 0)]
    first_seq: u64,

    #[command(flatten)]
    by: ByArgs,

    #[command(flatten)]
    cache: CacheArgs,

    #[command(flatten)]
    rates: RateArgs,
}

const EXAMPLES: &str = "\
Examples:
  cachecheck keys logs.jsonl --into keys/ --key-file ours.key
  cachecheck keys monday.jsonl --into monday/ --key-file ours.key --by /metadata/team";

/// The two files.
struct Tables {
    requests: Rows,
    blocks: Rows,
    key: Key,
    /// Dimensions whose values stand in the rows of calls.
    by: Vec<GroupBy>,
    zone: Zone,
    seq: u64,
    written: u64,
}

/// A file of rows.
struct Rows {
    draft: Draft,
    path: PathBuf,
}

pub(crate) fn run(args: &KeysArgs, out: &mut Destination) -> anyhow::Result<Outcome> {
    let inputs = args.logs.inputs_by("keys", &args.by.by)?;
    let key = key_file::existing(&args.key_file)?.map_or_else(|| key_file::make(Some(&args.key_file)), Ok)?;
    let settings = args.cache.settings_within(&args.rates, &args.logs)?;
    // Evidence decides before anything is written.
    let Replayed { logs, mut again, .. } = replay(&inputs, settings, || (), |(), _, _| Ok(()))?;
    std::fs::create_dir_all(&args.into).with_context(|| format!("cannot make {}", args.into.display()))?;
    let mut tables = Tables {
        requests: Rows::create(&args.into, "requests.jsonl")?,
        blocks: Rows::create(&args.into, "blocks.jsonl")?,
        key,
        by: args.by.by.clone(),
        zone: args.logs.zone(),
        seq: args.first_seq,
        written: 0,
    };
    let mut simulation = Simulation::with_counter(Arc::clone(again.counter()), again.settings().again());
    again.each(&inputs, |exchange, counted| tables.add(&mut simulation, exchange, counted))?;
    let (calls, blocks) = (plural(tables.seq - args.first_seq, "call"), plural(tables.written, "block"));
    // Both are there or none: what can fail for want of room fails before the first takes its place.
    tables.requests.complete()?;
    tables.blocks.complete()?;
    tables.requests.finish()?;
    tables.blocks.finish()?;
    skipped_on_stderr(&logs.faults.skipped, false);
    line_on_stderr(&format!("wrote {calls} and {blocks} to {}", args.into.display()));
    out.flush()?;
    Ok(Outcome::Done)
}

impl Rows {
    fn create(folder: &Path, name: &str) -> anyhow::Result<Self> {
        let path = folder.join(name);
        let draft = Draft::create(&path).with_context(|| cannot_write(&path))?;
        Ok(Self { draft, path })
    }

    fn add(&mut self, row: &Value) -> anyhow::Result<()> {
        writeln!(self.draft, "{row}").with_context(|| cannot_write(&self.path))
    }

    fn complete(&mut self) -> anyhow::Result<()> {
        self.draft.complete().with_context(|| cannot_write(&self.path))
    }

    fn finish(self) -> anyhow::Result<()> {
        let Self { draft, path } = self;
        draft.finish().with_context(|| cannot_write(&path))
    }
}

fn cannot_write(path: &Path) -> String {
    format!("cannot write {}", path.display())
}

impl Tables {
    /// Writes a call, and its blocks.
    fn add(
        &mut self,
        simulation: &mut Simulation<'_>,
        exchange: &Exchange,
        counted: Option<CountedExchange>,
    ) -> anyhow::Result<()> {
        let keys = simulation.keys_of(exchange, &self.key);
        let record = simulation.counted(exchange, counted);
        let row = self.request(&keys, &record);
        self.requests.add(&row)?;
        for (index, block) in keys.blocks.iter().enumerate() {
            let KeyedBlock { is_of_answer, is_written, .. } = block;
            let (high, low) = block.halves();
            let row = json!({
                "seq": self.seq,
                "pos": index + 1,
                "key_high": high,
                "key_low": low,
                "of_answer": is_of_answer,
                "written": is_written,
            });
            self.blocks.add(&row)?;
        }
        self.written += keys.blocks.len() as u64;
        self.seq += 1;
        Ok(())
    }

    /// The row of a call.
    fn request(&self, keys: &CallKeys, record: &Record) -> Value {
        let price = record.bill.quote.as_ref().ok().map(|quote| {
            let (list, row) = (&quote.rate.list, &quote.rate.row);
            let model = row.models.first().map(ToString::to_string).unwrap_or_default();
            let since = row.valid_from.map(|from| format!(" since {from}")).unwrap_or_default();
            format!("{} {model}{since}", list.provider)
        });
        let reported = &record.reported;
        let mut row = json!({
            "seq": self.seq,
            "file": record.place.source + 1,
            "line": record.place.line,
            "started": keys.start,
            "ended": keys.end,
            "scope": keys.scope,
            "model": keys.model,
            "profile": record.applied.as_ref().map(|applied| &applied.profile),
            "block_size": keys.block_size,
            "readable_blocks": keys.readable_blocks,
            "prompt_tokens": record.prompt_tokens,
            "core_tokens": keys.core_tokens,
            "output_tokens": record.output_tokens,
            "prompt_tokens_reported": reported.prompt_tokens,
            "hit_tokens_reported": reported.hit_tokens,
            "written_tokens_reported": reported.written.map(|written| written.total()),
            "price_row": price,
        });
        if !self.by.is_empty() {
            let values = GroupBy::key(&self.by, record, &self.zone);
            let groups: Map<String, Value> =
                self.by.iter().map(GroupBy::name).zip(values.into_iter().map(Value::from)).collect();
            row["groups"] = groups.into();
        }
        row
    }
}
