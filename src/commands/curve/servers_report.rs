//! The data gathered for curves of servers, and the report of them.

use std::collections::BTreeMap;

use super::Over;
use super::limits::Limit;
use super::memory::Memory;
use super::servers::{PolicyArg, RoutingArg, Servers, no_blocks};
use crate::cache::{Eviction, Fleet, FleetHits, FleetReplay, Uses};
use crate::caveat::Code;
use crate::number::ratio;
use crate::report::text::{capitalised, plural};
use crate::report::{Caveat, Cell, Column, Fact, Report, Table, shown};
use crate::simulation::Record;
use crate::workspace::logs::{Logs, NotesOn};

/// Data gathered while the logs are read.
#[derive(Default)]
pub(super) struct ServersData {
    /// The numbers of the requests that are summed, by profile, in their order.
    asked: BTreeMap<String, Vec<usize>>,
    /// Requests that are not simulated.
    others: u64,
    /// Requests that name the caller by whom they may be routed.
    pub(super) named: u64,
}

/// Requests of one cache on servers, with sums of those that are asked for.
struct Summed<'a> {
    uses: &'a Uses,
    asked: &'a [usize],
    replay: FleetReplay<'a>,
}

/// Sums over requests.
#[derive(Clone, Debug, Default)]
struct Sums {
    tokens: u64,
    blocks: u64,
    /// Prompt tokens that each server was sent; empty where a bound holds for any routing.
    sent: BTreeMap<u32, u64>,
}

/// A point of the curve.
#[derive(Clone, Debug)]
struct Point {
    /// Blocks for which each server has room; `None` is without limit.
    room: Option<u64>,
    served: Sums,
    /// The same where the least recently used go first, beside the optimum.
    lru: Option<Sums>,
}

/// A curve, and what its points are shares of.
pub(super) struct ServersCurve {
    points: Vec<Point>,
    requests: u64,
    prompt_tokens: u64,
    prompt_blocks: u64,
    /// Tokens in a block, where all have as many.
    block_size: Option<u64>,
    /// Tokens in the largest block.
    largest_block: u64,
    /// Tokens that are served without a limit.
    most_tokens: u64,
}

impl<'a> Summed<'a> {
    fn new(uses: &'a Uses, asked: &'a [usize], fleet: Fleet) -> Self {
        let replay = FleetReplay::new(uses, fleet, |request| asked.binary_search(&request).is_ok());
        Self { uses, asked, replay }
    }

    fn add_with_room(&self, room: Option<u64>, sums: &mut Sums) {
        let FleetHits { blocks, servers } = self.replay.with_room(room);
        for request in self.asked {
            sums.tokens += self.uses.tokens(*request, blocks[*request]);
            sums.blocks += u64::from(blocks[*request]);
            if let Some(server) = servers.get(*request) {
                *sums.sent.entry(*server).or_default() += self.uses.prompt_tokens(*request);
            }
        }
    }

    /// The sums over all caches.
    fn sums(all: &[Self], room: Option<u64>) -> Sums {
        let mut sums = Sums::default();
        for cache in all {
            cache.add_with_room(room, &mut sums);
        }
        sums
    }
}

impl ServersData {
    pub(super) fn add(&mut self, record: &Record) -> anyhow::Result<()> {
        self.named += u64::from(record.used.is_some_and(|used| used.names_caller));
        let Some(applied) = record.applied.as_ref().filter(|_| record.prediction.is_some()) else {
            self.others += 1;
            return Ok(());
        };
        let used = record.used.ok_or_else(|| no_blocks(record))?;
        self.asked.entry(applied.profile.clone()).or_default().push(used.number);
        Ok(())
    }

    /// The curve at the rooms that were named, or at round ones where the hits change.
    pub(super) fn curve(&self, uses: &BTreeMap<String, Uses>, servers: Servers, named: &[Limit]) -> ServersCurve {
        let caches = self.asked.iter().filter_map(|(profile, asked)| Some((uses.get(profile)?, &asked[..])));
        let caches: Vec<(&Uses, &[usize])> = caches.collect();
        let summed = |eviction| -> Vec<Summed<'_>> {
            caches.iter().map(|(uses, asked)| Summed::new(uses, asked, servers.fleet(eviction))).collect()
        };
        let is_bound = servers.policy == PolicyArg::Opt;
        let (chosen, lru) = (summed(servers.eviction()), is_bound.then(|| summed(Eviction::LeastRecentlyUsed)));
        let point = |room| Point {
            room,
            served: Summed::sums(&chosen, room),
            lru: lru.as_ref().map(|lru| Summed::sums(lru, room)),
        };
        let distinct = caches.iter().map(|(uses, _)| uses.distinct() as u64).max().unwrap_or(0);
        let mut points: Vec<Point> = rooms(named, distinct).into_iter().map(point).collect();
        let unlimited = points.iter().find(|point| point.room.is_none()).map(|point| point.served.tokens);
        if named.is_empty() {
            let mut before = (0, 0);
            points.retain(|point| {
                let now = (point.served.tokens, point.lru.as_ref().map_or(0, |lru| lru.tokens));
                point.room.is_none() || std::mem::replace(&mut before, now) != now
            });
        }
        let requests = || caches.iter().flat_map(|(uses, asked)| asked.iter().map(move |request| (*uses, *request)));
        let sizes = || requests().map(|(uses, request)| uses.block_size(request));
        ServersCurve {
            points,
            requests: requests().count() as u64,
            prompt_tokens: requests().map(|(uses, request)| uses.prompt_tokens(request)).sum(),
            prompt_blocks: requests().map(|(uses, request)| uses.prompt_blocks(request)).sum(),
            block_size: sizes().min().filter(|least| sizes().max() == Some(*least)),
            largest_block: sizes().max().unwrap_or(0),
            most_tokens: unlimited.unwrap_or_else(|| Summed::sums(&chosen, None).tokens),
        }
    }

    pub(super) fn report(
        &self,
        curve: &ServersCurve,
        (servers, memory): (Servers, Option<Memory>),
        logs: Logs,
    ) -> Report {
        let caveats = self.caveats(curve, servers).into_iter().chain(memory.and_then(Memory::caveat));
        Report {
            command: "curve",
            summary: self.facts(curve, servers).into_iter().chain(memory.map(Memory::fact)).collect(),
            tables: vec![curve.table(servers, memory)],
            sentences: curve.sentence(servers).into_iter().collect(),
            caveats: caveats.chain(logs.caveats(NotesOn::Hits)).collect(),
            about: Some(logs.about()),
            log: logs.only_file(),
            skipped: logs.faults.skipped,
            ..Report::default()
        }
    }

    fn facts(&self, curve: &ServersCurve, servers: Servers) -> Vec<Fact> {
        let others = if self.others > 0 { format!("and {} not simulated", self.others) } else { String::new() };
        vec![
            Fact::new("requests_simulated", "requests", Cell::Count(curve.requests)).aside(others),
            Fact::new("prompt_tokens_simulated", "prompt tokens", Cell::Count(curve.prompt_tokens)),
            Fact::new("hit_ratio_unlimited", "hit ratio without limit", curve.ratio(curve.most_tokens)),
            Fact::new("policy", "eviction", Cell::Text(servers.policy.name().into())),
            Fact::new("replicas", "servers", Cell::Count(u64::from(servers.replicas.get()))),
            Fact::new("routing", "routing", Cell::Text(servers.routing.name().into())).only_if(servers.are_several()),
        ]
    }

    fn caveats(&self, curve: &ServersCurve, servers: Servers) -> Vec<Caveat> {
        let (caches, unnamed) = (self.asked.len() as u64, curve.requests.saturating_sub(self.named));
        let mut caveats = Vec::new();
        if caches > 1 {
            caveats.push(Code::OwnCapacities.caveat(None, &[("profiles", &plural(caches, "profile"))]));
        }
        if unnamed > 0 && servers.are_several() {
            match servers.routing {
                RoutingArg::Session => caveats.push(Code::NoSession.caveat(Some(unnamed), &[])),
                RoutingArg::User => caveats.push(Code::NoUser.caveat(Some(unnamed), &[])),
                RoutingArg::RoundRobin | RoutingArg::Prefix => {}
            }
        }
        caveats
    }
}

impl ServersCurve {
    fn table(&self, servers: Servers, memory: Option<Memory>) -> Table {
        let (is_bound, is_routed) = (servers.policy == PolicyArg::Opt, servers.are_several());
        let mut columns = vec![Column::new("capacity", "capacity"), Column::new("capacity_tokens", "in tokens")];
        columns.extend(memory.map(Memory::columns).unwrap_or_default());
        columns.extend([
            Column::new("hit_tokens_predicted", "hit tokens"),
            Column::new("hit_ratio_predicted", "hit ratio"),
            Column::new("block_hit_ratio", "block hit ratio"),
        ]);
        columns.extend(is_bound.then(|| Column::hidden("hit_tokens_max")));
        columns.extend(is_bound.then(|| Column::new("hit_ratio_lru", "hit ratio of lru")));
        columns.extend(is_routed.then(|| Column::new("busiest_share", "busiest server")));
        let row = |Point { room, served, lru }: &Point| {
            let tokens = room.zip(self.block_size).and_then(|(room, size)| room.checked_mul(size));
            let capacity = room.map_or_else(|| Cell::Text("no limit".into()), Cell::Count);
            let mut cells = vec![capacity, Cell::count(tokens)];
            cells.extend(memory.map(|memory| memory.cells(tokens)).unwrap_or_default());
            cells.extend([
                Cell::Count(served.tokens),
                self.ratio(served.tokens),
                Cell::ratio(ratio(served.blocks, self.prompt_blocks)),
            ]);
            cells.extend(is_bound.then(|| Cell::Count(self.most_of_any(served))));
            cells.extend(lru.as_ref().map(|lru| self.ratio(lru.tokens)));
            let busiest = served.sent.values().max().copied();
            cells.extend(is_routed.then(|| busiest.map_or(Cell::Unknown, |sent| self.ratio(sent))));
            cells
        };
        let whose = if is_routed { format!(" of each of {} servers", servers.replicas) } else { String::new() };
        let title = format!("by capacity{whose} in blocks, {}", servers.policy.in_words());
        Table { key: "curve", title, columns, rows: self.points.iter().map(row).collect() }
    }

    /// Tokens that no eviction can exceed. The optimum is one of blocks, of which the last in a prompt may have fewer tokens.
    fn most_of_any(&self, optimum: &Sums) -> u64 {
        optimum.blocks.saturating_mul(self.largest_block).min(self.most_tokens).max(optimum.tokens)
    }

    fn sentence(&self, servers: Servers) -> Option<String> {
        match servers.policy {
            PolicyArg::Opt => self.sentence_of_bound(servers),
            PolicyArg::Lru | PolicyArg::Fifo => self.sentence_of_room(servers),
        }
    }

    /// One sentence: how much a better eviction could give, at the room where that is most.
    fn sentence_of_bound(&self, servers: Servers) -> Option<String> {
        let gain = |point: &Point| {
            let lru = point.lru.as_ref().map_or(0, |lru| lru.tokens);
            self.most_of_any(&point.served).saturating_sub(lru)
        };
        let most = self.points.iter().rev().max_by_key(|point| gain(point))?;
        let (lru, best) = (most.lru.as_ref()?.tokens, self.most_of_any(&most.served));
        let choice = if servers.routing == RoutingArg::Prefix { "eviction and routing" } else { "eviction" };
        if gain(most) == 0 {
            return Some(format!(
                "No {choice} would serve more at these capacities than evicting the least recently used block first."
            ));
        }
        Some(format!(
            "A better {choice} could give at most {}: {} {} of the prompt tokens instead of the {} with the least recently used \
             going first.",
            self.points_of(gain(most)),
            with_room(most.room, servers),
            shown(&self.ratio(best)),
            shown(&self.ratio(lru)),
        ))
    }

    /// A share of the prompt tokens as a difference of percentages: `15.9 points`.
    fn points_of(&self, tokens: u64) -> String {
        let percent = shown(&self.ratio(tokens));
        format!("{} points", percent.trim_end_matches(" %"))
    }

    /// One sentence: the room that nearly all hits take.
    fn sentence_of_room(&self, servers: Servers) -> Option<String> {
        let wanted = (u128::from(self.most_tokens) * 95).div_ceil(100);
        let enough =
            self.points.iter().find(|point| u128::from(point.served.tokens) >= wanted && point.served.tokens > 0)?;
        let room = with_room(enough.room, servers);
        Some(format!(
            "{} {} of the prompt tokens come from the cache; without limit {}.",
            capitalised(&room),
            shown(&self.ratio(enough.served.tokens)),
            shown(&self.ratio(self.most_tokens)),
        ))
    }

    fn ratio(&self, tokens: u64) -> Cell {
        Cell::ratio(ratio(tokens, self.prompt_tokens))
    }
}

/// Words for a room: `with room for 500 blocks on each of 4 servers`.
fn with_room(room: Option<u64>, servers: Servers) -> String {
    let room =
        room.map_or_else(|| "without limit".to_owned(), |room| format!("with room for {}", plural(room, "block")));
    if servers.are_several() { format!("{room} on each of {} servers", servers.replicas) } else { room }
}

/// The rooms that were named; without names round ones, up to one that all blocks have room in, and no limit.
fn rooms(named: &[Limit], distinct: u64) -> Vec<Option<u64>> {
    if !named.is_empty() {
        return Limit::values(named).into_iter().map(|room| Some(room).filter(|room| *room < u64::MAX)).collect();
    }
    let mut round = Limit::round(Over::Capacity);
    let enough = round.partition_point(|room| *room < distinct);
    round.truncate(enough + 1);
    round.into_iter().map(Some).chain([None]).collect()
}
