//! Curves of one's own servers: another eviction, several servers, and who sends which request where.

use std::num::NonZeroU32;

use anyhow::{anyhow, bail};
use clap::{Args, ValueEnum};

use super::limits::Limit;
use super::memory::Memory;
use super::servers_report::ServersData;
use super::{CurveArgs, Over};
use crate::cache::{Eviction, Fleet, Routing};
use crate::commands::Outcome;
use crate::simulation::{CalledBy, Record, Settings};
use crate::workspace::destination::Destination;
use crate::workspace::group_by::GroupBy;
use crate::workspace::logs::{LogInputs, Logs};
use crate::workspace::output::render;
use crate::workspace::replay::{Replayed, replay};
use crate::workspace::request_traits::RequestTrait;

/// Options of servers.
#[derive(Debug, Args)]
#[command(next_help_heading = "Servers")]
pub(super) struct ServerArgs {
    /// Order in which a full cache evicts blocks [default: lru]
    #[arg(long, value_enum)]
    policy: Option<PolicyArg>,

    /// Number of servers, each with a cache of its own and the capacity of each point
    #[arg(long, value_name = "K")]
    replicas: Option<NonZeroU32>,

    /// The server that a request is sent to [default: round-robin]
    #[arg(long, value_enum, requires = "replicas")]
    routing: Option<RoutingArg>,
}

/// The eviction, as servers' documents name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum PolicyArg {
    /// The least recently used block first
    Lru,
    /// The block that was written first, however often it was used since
    Fifo,
    /// The optimum, which knows all later requests: no other order serves more
    Opt,
}

/// The routing, as gateways name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum RoutingArg {
    /// Each request to the next server
    RoundRobin,
    /// All requests of a session to one server; of a request that names none, those of the conversation that it goes on with
    Session,
    /// All requests of a user to one server
    User,
    /// Each request to the server that holds the longest prefix of it, if that is more than 30 % of the prompt; else to the one that was sent the fewest tokens
    Prefix,
}

impl ServerArgs {
    /// The servers, if any option asks for others than one cache that evicts the least recently used.
    pub(super) fn asked(&self) -> Option<Servers> {
        let is_asked = self.replicas.is_some() || self.policy.is_some_and(|policy| policy != PolicyArg::Lru);
        let policy = self.policy.unwrap_or(PolicyArg::Lru);
        let (replicas, routing) = (self.replicas.unwrap_or(NonZeroU32::MIN), self.routing);
        is_asked.then_some(Servers { policy, replicas, routing: routing.unwrap_or(RoutingArg::RoundRobin) })
    }
}

/// The servers that were asked for.
#[derive(Clone, Copy)]
pub(super) struct Servers {
    pub(super) policy: PolicyArg,
    pub(super) replicas: NonZeroU32,
    pub(super) routing: RoutingArg,
}

impl PolicyArg {
    /// Its name on the command line.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Lru => "lru",
            Self::Fifo => "fifo",
            Self::Opt => "opt",
        }
    }

    /// The eviction in the title of a table.
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Self::Lru => "the least recently used evicted first",
            Self::Fifo => "the first written evicted first",
            Self::Opt => "evicted in the best order, which knows later requests",
        }
    }
}

impl RoutingArg {
    /// Its name on the command line.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::RoundRobin => "round-robin",
            Self::Session => "session",
            Self::User => "user",
            Self::Prefix => "prefix",
        }
    }
}

impl Servers {
    pub(super) fn are_several(self) -> bool {
        self.replicas > NonZeroU32::MIN
    }

    /// The servers with this eviction.
    pub(super) fn fleet(self, eviction: Eviction) -> Fleet {
        let routing = match self.routing {
            RoutingArg::RoundRobin => Routing::RoundRobin,
            RoutingArg::Session | RoutingArg::User => Routing::Caller,
            RoutingArg::Prefix => Routing::Prefix,
        };
        Fleet { servers: self.replicas, routing, eviction }
    }

    pub(super) fn eviction(self) -> Eviction {
        match self.policy {
            PolicyArg::Lru => Eviction::LeastRecentlyUsed,
            PolicyArg::Fifo => Eviction::FirstIn,
            PolicyArg::Opt => Eviction::Optimal,
        }
    }

    fn called_by(self) -> CalledBy {
        if self.routing == RoutingArg::User { CalledBy::User } else { CalledBy::Session }
    }

    /// The logs, with what names the callers by whom requests are routed.
    fn inputs(self, args: &CurveArgs) -> anyhow::Result<LogInputs> {
        let by: &[GroupBy] = match self.routing {
            RoutingArg::RoundRobin | RoutingArg::Prefix => &[],
            RoutingArg::Session => &[GroupBy::Session],
            RoutingArg::User => &[GroupBy::Trait(RequestTrait::User)],
        };
        Ok(args.skip_first.apply(args.logs.inputs_by("curve", by)?))
    }
}

/// Replays the logs on servers.
///
/// # Errors
/// As a curve's, and what says nothing of servers.
pub(super) fn run(
    args: &CurveArgs,
    (servers, memory): (Servers, Option<Memory>),
    settings: Settings,
    limits: &[Limit],
    out: &mut Destination,
) -> anyhow::Result<Outcome> {
    if args.over != Over::Capacity {
        bail!("--policy and --replicas need a capacity: take --over capacity, with --ttl for a lifetime");
    }
    if args.points.is_some() {
        bail!(
            "--points needs a curve that one replay shows whole, and servers are replayed at each point: name points with --limits"
        );
    }
    let settings = Settings { recording: Some(servers.called_by()), ..settings };
    let add = |gathered: &mut ServersData, logs: &Logs, record: Record| {
        gathered.add(&record).map_err(|refusal| refusal.context(logs.label(record.place)))
    };
    let Replayed { logs, gathered, uses, .. } = replay(&servers.inputs(args)?, settings, ServersData::default, add)?;
    if servers.routing == RoutingArg::User && gathered.named == 0 {
        bail!(
            "no request names its user, so that none can be routed by it: take --routing session, or --scope for the place of its name"
        );
    }
    let curve = gathered.curve(&uses, servers, limits);
    render(&gathered.report(&curve, (servers, memory), logs), args.format, out)?;
    Ok(Outcome::Done)
}

/// Refuses a cache whose entries depend on what it has kept.
pub(super) fn no_blocks(record: &Record) -> anyhow::Error {
    let profile = record.applied.as_ref().map(|applied| applied.profile.as_str()).unwrap_or_default();
    anyhow!(
        "--policy and --replicas need servers that keep plain blocks, and {profile} keeps none: name another profile, such as \
         --profile vllm"
    )
}
