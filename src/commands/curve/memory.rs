//! The memory that a capacity takes, for a model that is named.

use std::path::PathBuf;

use anyhow::{Context, anyhow};
use clap::{Args, ValueEnum};

use crate::caveat::Code;
use crate::kv_size::{KvSize, TokenBytes, names};
use crate::report::{Caveat, Cell, Column, Fact};
use crate::workspace::files;

/// Options of the memory that a server has.
#[derive(Debug, Args)]
#[command(next_help_heading = "Servers")]
pub(super) struct MemoryArgs {
    /// Show capacities in GiB for this model, such as Llama-3.1-8B or gpt-oss-120b
    #[arg(long, value_name = "NAME", conflicts_with_all = ["model_config", "bytes_per_token"])]
    model: Option<String>,

    /// Show capacities in GiB for the model of this `config.json` of Hugging Face
    #[arg(long, value_name = "FILE", conflicts_with = "bytes_per_token")]
    model_config: Option<PathBuf>,

    /// Show capacities in GiB, if a token takes this many bytes of the cache
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u64).range(1..1 << 40))]
    bytes_per_token: Option<u64>,

    /// Number format of the keys and values in the cache [default: bf16]
    #[arg(long, value_enum, conflicts_with = "bytes_per_token")]
    kv_dtype: Option<KvType>,
}

/// The kind of numbers in a server's cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum KvType {
    /// Two bytes
    Bf16,
    /// Two bytes
    Fp16,
    /// One byte
    Fp8,
    /// Four bytes
    Fp32,
}

/// The memory of capacities.
#[derive(Clone, Copy, Debug)]
pub(super) struct Memory {
    of_token: TokenBytes,
}

impl MemoryArgs {
    /// The memory of a token, if any option tells of it.
    pub(super) fn read(&self) -> anyhow::Result<Option<Memory>> {
        let of_number = match self.kv_dtype.unwrap_or(KvType::Bf16) {
            KvType::Bf16 | KvType::Fp16 => 2,
            KvType::Fp8 => 1,
            KvType::Fp32 => 4,
        };
        let of_token = match (&self.model, &self.model_config, self.bytes_per_token) {
            (Some(name), _, _) => Some(KvSize::named(name).ok_or_else(|| unknown(name))?.bytes(of_number)),
            (_, Some(path), _) => {
                let shown = path.display();
                let text = files::named_text(path, files::SMALL).with_context(|| format!("cannot read {shown}"))?;
                let config = serde_json::from_str(&text).with_context(|| format!("{shown} is not JSON"))?;
                let size = KvSize::from_config(&config).map_err(|reason| anyhow!("{shown}: {reason}"))?;
                Some(size.bytes(of_number))
            }
            (_, _, bytes) => bytes.map(TokenBytes::exactly),
        };
        Ok(of_token.map(|of_token| Memory { of_token }))
    }
}

impl Memory {
    /// The columns of a table of capacities.
    pub(super) fn columns(self) -> Vec<Column> {
        let least = self.has_windows().then(|| Column::new("capacity_bytes_min", "at least"));
        [Column::new("capacity_bytes", "memory")].into_iter().chain(least).collect()
    }

    /// Their cells for a capacity in tokens.
    pub(super) fn cells(self, tokens: Option<u64>) -> Vec<Cell> {
        let bytes =
            |of_token| tokens.and_then(|tokens| tokens.checked_mul(of_token)).map_or(Cell::Unknown, Cell::Bytes);
        let least = self.has_windows().then(|| bytes(self.of_token.least));
        [bytes(self.of_token.most)].into_iter().chain(least).collect()
    }

    /// The fact of the summary.
    pub(super) fn fact(self) -> Fact {
        Fact::new("bytes_per_token", "bytes of a token", Cell::Count(self.of_token.most))
    }

    /// The limit of the figures.
    pub(super) fn caveat(self) -> Option<Caveat> {
        self.has_windows().then(|| Code::WindowLayers.alone())
    }

    fn has_windows(self) -> bool {
        self.of_token.least < self.of_token.most
    }
}

fn unknown(name: &str) -> anyhow::Error {
    let known: Vec<&str> = names().collect();
    anyhow!(
        "the layers of {name} are not known: name its `config.json` with --model-config, or give --bytes-per-token; known are {}",
        known.join(", ")
    )
}
