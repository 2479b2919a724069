//! Tables of keys: the rows that `keys` writes and `hits` reads, in two files of JSON lines beside each other. Their columns are flat, so
//! that any database reads them.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::files::{self, Draft};
use super::rows::json_line;
use crate::account::UnitPrices;
use crate::cache::{KeyedUse, Ledger};
use crate::simulation::{halves, of_halves};

/// The row of a request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RequestRow {
    /// Its place in the order of replay.
    pub(crate) seq: i64,
    pub(crate) file: u64,
    pub(crate) line: u64,
    /// Microseconds since 1970, the least number if not known; so is `ended`.
    pub(crate) started: i64,
    pub(crate) ended: i64,
    pub(crate) scope: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) profile: Option<String>,
    pub(crate) policy: Option<String>,
    /// The cache that it meets.
    pub(crate) cache: i64,
    /// The name of the secret under which keys were made: those of another one cannot be compared.
    pub(crate) key_name: String,
    pub(crate) block_size: u64,
    pub(crate) prompt_tokens: Option<u64>,
    pub(crate) prompt_tokens_billed: Option<u64>,
    pub(crate) core_tokens: u64,
    pub(crate) output_tokens: Option<u64>,
    pub(crate) prompt_tokens_reported: Option<u64>,
    pub(crate) hit_tokens_reported: Option<u64>,
    pub(crate) written_tokens_reported: Option<u64>,
    /// The row of the price list, for people.
    pub(crate) price_row: Option<String>,
    #[serde(flatten)]
    pub(crate) prices: Option<UnitPrices>,
    /// Hits that SQL has counted: the request is priced by them and not replayed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) hit_tokens: Option<u64>,
    /// Values by which sums were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) groups: Option<Map<String, Value>>,
}

/// The row of a block, or of the end of a content block.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct BlockRow {
    pub(crate) seq: i64,
    /// From 1.
    pub(crate) pos: u64,
    pub(crate) key_high: i64,
    pub(crate) key_low: i64,
    pub(crate) tokens: u64,
    pub(crate) after_answer: bool,
    pub(crate) read: bool,
    pub(crate) written: bool,
    pub(crate) lifetime: Option<i64>,
}

/// The row of a request's hits; its fields are those of `simulate --format jsonl`.
#[derive(Serialize)]
pub(crate) struct HitRow<'a> {
    pub(crate) seq: i64,
    pub(crate) file: u64,
    pub(crate) line: u64,
    pub(crate) scope: Option<&'a str>,
    pub(crate) model: Option<&'a str>,
    pub(crate) profile: Option<&'a str>,
    pub(crate) prompt_tokens: Option<u64>,
    pub(crate) hit_tokens_predicted: Option<u64>,
    pub(crate) written_tokens_predicted: Option<u64>,
    pub(crate) ledger: Option<Ledger>,
    pub(crate) cost_predicted: Option<String>,
    pub(crate) cost_without_cache: Option<String>,
    pub(crate) currency: Option<String>,
}

/// The names of the two files.
const REQUESTS: &str = "requests.jsonl";
const BLOCKS: &str = "blocks.jsonl";

/// Bytes of a row, of which the longest hold names of groups; what is longer is no row.
const LONGEST_ROW: u64 = 1 << 20;

/// Tables that are being written.
pub(crate) struct KeyTables {
    folder: PathBuf,
    requests: Draft,
    blocks: Draft,
}

/// Tables that are read, request by request.
pub(crate) struct ReadTables {
    requests: TableRows<RequestRow>,
    blocks: TableRows<BlockRow>,
    /// The first row of a request to come.
    next: Option<BlockRow>,
}

/// Rows of a file of JSON lines.
struct TableRows<R> {
    path: PathBuf,
    file: BufReader<File>,
    line: Vec<u8>,
    number: u64,
    row: std::marker::PhantomData<R>,
}

impl BlockRow {
    /// The row of a request's use at a place, counted from 1.
    fn new(seq: i64, pos: u64, keyed: &KeyedUse) -> Self {
        let (key_high, key_low) = halves(keyed.key);
        Self {
            seq,
            pos,
            key_high,
            key_low,
            tokens: keyed.tokens,
            after_answer: keyed.is_after_answer,
            read: keyed.is_read,
            written: keyed.is_written,
            lifetime: keyed.lifetime,
        }
    }

    fn keyed(&self) -> KeyedUse {
        KeyedUse {
            key: of_halves(self.key_high, self.key_low),
            tokens: self.tokens,
            is_after_answer: self.after_answer,
            is_read: self.read,
            is_written: self.written,
            lifetime: self.lifetime,
        }
    }
}

impl KeyTables {
    /// Begins tables in a folder, which is made if it is not there.
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub(crate) fn create(folder: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let (requests, blocks) = (draft(folder, REQUESTS)?, draft(folder, BLOCKS)?);
        Ok(Self { folder: folder.to_owned(), requests, blocks })
    }

    /// Adds a request and its uses.
    ///
    /// # Errors
    /// The disk is full.
    pub(crate) fn add(&mut self, call: &RequestRow, uses: &[KeyedUse]) -> anyhow::Result<()> {
        write_row(&mut self.requests, call).with_context(|| cannot_write(&self.folder, REQUESTS))?;
        for (pos, keyed) in (1..).zip(uses) {
            let row = BlockRow::new(call.seq, pos, keyed);
            write_row(&mut self.blocks, &row).with_context(|| cannot_write(&self.folder, BLOCKS))?;
        }
        Ok(())
    }

    /// Puts both files in their places.
    ///
    /// # Errors
    /// A step fails.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        finish_both(&self.folder, [(REQUESTS, self.requests), (BLOCKS, self.blocks)])
    }
}

/// Puts two files in their places in a folder. Both are there or none: what fails for want of room fails before the first takes its place.
///
/// # Errors
/// A step fails.
pub(crate) fn finish_both(folder: &Path, mut drafts: [(&str, Draft); 2]) -> anyhow::Result<()> {
    for (name, draft) in &mut drafts {
        draft.complete().with_context(|| cannot_write(folder, name))?;
    }
    drafts.into_iter().try_for_each(|(name, draft)| draft.finish().with_context(|| cannot_write(folder, name)))
}

/// Begins a file in a folder.
///
/// # Errors
/// The folder cannot be written to.
pub(crate) fn draft(folder: &Path, name: &str) -> anyhow::Result<Draft> {
    Draft::create(&folder.join(name)).with_context(|| cannot_write(folder, name))
}

/// The words for a file in a folder that cannot be written.
pub(crate) fn cannot_write(folder: &Path, name: &str) -> String {
    format!("cannot write {}", folder.join(name).display())
}

/// Writes a row as a line of JSON.
///
/// # Errors
/// The destination cannot be written to.
pub(crate) fn write_row(mut file: impl Write, row: &impl Serialize) -> anyhow::Result<()> {
    Ok(file.write_all(json_line(row)?.as_bytes())?)
}

/// All rows of a file of JSON lines.
///
/// # Errors
/// The file cannot be opened.
pub(crate) fn rows<R: DeserializeOwned>(path: PathBuf) -> anyhow::Result<impl Iterator<Item = anyhow::Result<R>>> {
    let mut rows = TableRows::open(path)?;
    Ok(std::iter::from_fn(move || rows.next_row().transpose()))
}

impl<R: DeserializeOwned> TableRows<R> {
    fn open(path: PathBuf) -> anyhow::Result<Self> {
        let open = files::regular(&path).and_then(|()| File::open(&path));
        let file = open.with_context(|| format!("cannot read {}", path.display()))?;
        let file = BufReader::with_capacity(1 << 16, file);
        Ok(Self { path, file, line: Vec::new(), number: 0, row: std::marker::PhantomData })
    }

    fn next_row(&mut self) -> anyhow::Result<Option<R>> {
        self.line.clear();
        self.number += 1;
        if self.file.by_ref().take(LONGEST_ROW).read_until(b'\n', &mut self.line)? == 0 {
            return Ok(None);
        }
        let what = || format!("{}:{} is not a row as cachecheck writes it", self.path.display(), self.number);
        serde_json::from_slice(&self.line).map(Some).with_context(what)
    }
}

impl ReadTables {
    /// Opens the tables in a folder.
    ///
    /// # Errors
    /// They are not there.
    pub(crate) fn open(folder: &Path) -> anyhow::Result<Self> {
        Ok(Self {
            requests: TableRows::open(folder.join(REQUESTS))?,
            blocks: TableRows::open(folder.join(BLOCKS))?,
            next: None,
        })
    }

    /// The next request, with its uses instead of what `uses` held.
    ///
    /// # Errors
    /// A row is none, or the rows are not in the order of their requests.
    pub(crate) fn next_call(&mut self, uses: &mut Vec<KeyedUse>) -> anyhow::Result<Option<RequestRow>> {
        uses.clear();
        let Some(call) = self.requests.next_row()? else {
            let rest = self.next.take().map_or_else(|| self.blocks.next_row(), |row| Ok(Some(row)))?;
            if let Some(BlockRow { seq, .. }) = rest {
                bail!("{} has a row of request {seq}, which is missing or out of order", self.blocks.path.display());
            }
            return Ok(None);
        };
        loop {
            let row = self.next.take().map_or_else(|| self.blocks.next_row(), |row| Ok(Some(row)))?;
            match row {
                Some(row) if row.seq == call.seq => uses.push(row.keyed()),
                row => {
                    self.next = row;
                    return Ok(Some(call));
                }
            }
        }
    }
}
