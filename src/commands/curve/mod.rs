//! `cachecheck curve`: the hit ratio and the cost at every lifetime or capacity, from one replay.

mod limits;
mod memory;
mod plot;
mod report;
mod servers;
mod servers_report;

use anyhow::bail;
use clap::ValueEnum;

use limits::Limit;
use memory::MemoryArgs;
use report::CurveData;
use servers::ServerArgs;

use super::Outcome;
use super::args::{CacheArgs, LogArgs, RateArgs, SkipFirstArgs, one_of};
use crate::cache::{Axis, Sweeping};
use crate::report::{Format, OF_TABLES};
use crate::simulation::{Record, Settings};
use crate::workspace::destination::Destination;
use crate::workspace::logs::Logs;
use crate::workspace::output::render;
use crate::workspace::replay::{Replayed, replay};

/// Show the hit ratio at every lifetime or capacity, from one replay
///
/// Every point is exact: it is the result of `simulate --ttl` or `simulate --capacity`. The table shows round limits at which the
/// ratio changes; JSON and CSV have every point at which it does. Caches with breakpoints are replayed at the lifetimes that a
/// request can ask for, such as 5 minutes and an hour of Claude, each with what its writes cost.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CurveArgs {
    #[command(flatten)]
    logs: LogArgs,

    #[command(flatten)]
    skip_first: SkipFirstArgs,

    /// The limit on the horizontal axis
    #[arg(long, value_enum, default_value = "ttl")]
    over: Over,

    /// Output format
    #[arg(long, value_name = "FORMAT", value_parser = one_of(OF_TABLES), default_value = "table")]
    format: Format,

    /// Largest number of points; each adds about the same number of hits
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..), conflicts_with = "limits")]
    points: Option<u64>,

    /// Only these lifetimes (10m,24h,never) or capacities (5000,20k)
    #[arg(long, value_name = "LIMIT", value_delimiter = ',')]
    limits: Vec<String>,

    #[command(flatten)]
    servers: ServerArgs,

    #[command(flatten)]
    memory: MemoryArgs,

    #[command(flatten)]
    cache: CacheArgs,

    #[command(flatten)]
    rates: RateArgs,
}

/// The limit that runs through all its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Over {
    /// Time that an entry lives after its last use
    Ttl,
    /// Number of blocks or units that fit
    Capacity,
}

impl Over {
    fn axis(self) -> Axis {
        match self {
            Self::Ttl => Axis::Lifetime,
            Self::Capacity => Axis::Capacity,
        }
    }
}

const EXAMPLES: &str = "\
Examples:
  cachecheck curve logs.jsonl --over ttl
  cachecheck curve logs.jsonl --over ttl --limits 5m,1h,24h
  cachecheck curve trace.jsonl --over capacity
  cachecheck curve trace.jsonl --over capacity --points 20 --format markdown
  cachecheck curve trace.jsonl --over capacity --ttl 10m --format csv
  cachecheck curve trace.jsonl --over capacity --model Llama-3.1-8B
  cachecheck curve trace.jsonl --over capacity --policy opt
  cachecheck curve trace.jsonl --over capacity --replicas 4 --routing prefix";

pub(crate) fn run(args: &CurveArgs, out: &mut Destination) -> anyhow::Result<Outcome> {
    let settings = settings(args)?;
    let limits = args.limits.iter().map(|text| Limit::read(text, args.over)).collect::<Result<Vec<_>, _>>()?;
    let memory = args.memory.read()?;
    if memory.is_some() && args.over == Over::Ttl {
        bail!("memory is shown for capacities: take --over capacity, or leave out the model and its bytes");
    }
    if let Some(servers) = args.servers.asked() {
        return servers::run(args, (servers, memory), settings, &limits, out);
    }
    let asked = Limit::values(&limits);
    let at = Some(asked.clone()).filter(|at| !at.is_empty());
    let sweeping = Some(Sweeping { axis: args.over.axis(), at });
    let settings = Settings { sweeping, ..settings };
    let start = || CurveData::new(args.over, asked.clone(), memory);
    let add = |gathered: &mut CurveData, logs: &Logs, record: Record| {
        gathered.add(&record).map_err(|refusal| refusal.context(logs.label(record.place)))
    };
    let Replayed { logs, gathered, .. } =
        replay(&args.skip_first.apply(args.logs.inputs("curve")?), settings, start, add)?;
    let curve = gathered.points();
    render(&gathered.report(&curve, args, logs), args.format, out)?;
    if args.format == Format::Table {
        gathered.plot(&curve, out)?;
    }
    Ok(Outcome::Done)
}

/// The cache as it is, but for what is swept.
fn settings(args: &CurveArgs) -> anyhow::Result<Settings> {
    let settings = args.cache.settings(&args.rates, &args.logs.zone())?;
    match args.over {
        Over::Ttl if settings.lifetime.is_some() => {
            bail!(
                "--ttl names one lifetime and --over ttl runs through all of them: leave out --ttl, or name points with --limits"
            )
        }
        Over::Capacity if settings.capacity.is_some() => bail!(
            "--capacity names one capacity and --over capacity runs through all of them: leave out --capacity, or name \
             points with --limits"
        ),
        _ => Ok(settings),
    }
}
