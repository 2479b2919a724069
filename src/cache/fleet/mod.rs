//! Servers of one's own: the same requests replayed on several servers, under another eviction or with other routing.
//!
//! A replay records which blocks each request uses ([`Uses`]). What servers make of those uses depends on their room, on what they
//! evict and on who sends which request where, so it is replayed for each room that is asked for.

mod optimal;
mod server;
#[cfg(test)]
mod tests;
mod uses;

use std::cmp::Reverse;
use std::num::NonZeroU32;

use optimal::Intervals;
use server::Server;
pub(super) use uses::Recorder;
pub use uses::Uses;

use super::limits::Limits;

/// The choice of the blocks that go when a server is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eviction {
    /// The least recently used block goes first.
    LeastRecentlyUsed,
    /// The block that was written first goes first, however often it was used since.
    FirstIn,
    /// A choice that knows all requests to come, so that no other keeps more of what is used again. It is a bound, not a cache that
    /// could be built.
    Optimal,
}

/// The choice of the server that a request is sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Routing {
    /// Each request to the next server.
    RoundRobin,
    /// All requests of a caller (a session, a user) to one server; callers are dealt out in the order of their first request.
    Caller,
    /// To the server that holds the longest prefix of the prompt, if that is more than `WORTHWHILE` of it; else, and among equals,
    /// to the one that was sent the fewest tokens.
    Prefix,
}

/// The share of a prompt, in tenths, above which the routers of vLLM and `SGLang` send it where its prefix is: `--cache-threshold`, 0.3 by
/// default (`GPUStack`'s page on routing, vLLM router 0.1.15 and `SGLang` gateway 0.3.1, November 2026). They also even out the requests
/// in flight, of which a log says nothing.
const WORTHWHILE: u64 = 3;

/// Servers of the same kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fleet {
    /// The number of servers.
    pub servers: NonZeroU32,
    /// The server of each request.
    pub routing: Routing,
    /// The blocks that go first.
    pub eviction: Eviction,
}

/// Requests on a fleet, ready to be replayed with any room.
pub struct FleetReplay<'a> {
    uses: &'a Uses,
    fleet: Fleet,
    /// Intervals between uses of blocks on each server; for the optimum alone.
    optimal: Option<Vec<Intervals>>,
}

/// The result of a replay with a certain room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FleetHits {
    /// The number of blocks that each request was served.
    pub blocks: Vec<u32>,
    /// The server of each request; empty where a bound holds whatever the routing.
    pub servers: Vec<u32>,
}

impl<'a> FleetReplay<'a> {
    /// The requests on a fleet. Only hits of the requests that are asked for are wanted: the optimum spends no room on others.
    pub fn new(uses: &'a Uses, fleet: Fleet, is_asked: impl Fn(usize) -> bool) -> Self {
        let optimal = (fleet.eviction == Eviction::Optimal).then(|| {
            // The optimum of one cache with the room of all servers bounds whatever is routed by what the servers hold.
            let servers = if fleet.routing == Routing::Prefix { NonZeroU32::MIN } else { fleet.servers };
            let fleet = Fleet { servers, ..fleet };
            let on_server = |server| Intervals::new(uses, |request| fleet.fixed(uses, request) == server, &is_asked);
            (0..servers.get()).map(on_server).collect()
        });
        Self { uses, fleet, optimal }
    }

    /// The hits where each server has room for so many blocks; `None` is without limit.
    pub fn with_room(&self, blocks: Option<u64>) -> FleetHits {
        match &self.optimal {
            Some(optimal) => self.optimal_with(optimal, blocks),
            None => self.replayed_with(blocks),
        }
    }

    fn optimal_with(&self, optimal: &[Intervals], room: Option<u64>) -> FleetHits {
        let is_routed = self.fleet.routing != Routing::Prefix;
        let servers = u64::from(self.fleet.servers.get());
        let room = room.unwrap_or(u64::MAX);
        let room = if is_routed { room } else { room.saturating_mul(servers) };
        let mut blocks = vec![0; self.uses.len()];
        for intervals in optimal {
            intervals.most_kept(room, &mut blocks);
        }
        let servers = (0..self.uses.len()).filter(|_| is_routed).map(|request| self.fleet.fixed(self.uses, request));
        FleetHits { blocks, servers: servers.collect() }
    }

    fn replayed_with(&self, room: Option<u64>) -> FleetHits {
        let (uses, fleet) = (self.uses, self.fleet);
        let limits = Limits { capacity: room, ..uses.limits() };
        let numbers = 0..fleet.servers.get();
        let mut servers: Vec<Server> = numbers.map(|_| Server::new(limits, fleet.eviction, uses.distinct())).collect();
        let (mut hits, mut path) = (FleetHits::default(), Vec::new());
        for number in 0..uses.len() {
            uses.path(number, &mut path);
            let request = uses.request(number);
            let held = |server: &Server| server.held(&path[..request.could_hit()], request.now);
            let (index, blocks) = if fleet.routing == Routing::Prefix {
                let all = servers.iter().enumerate().map(|(index, server)| (index, held(server)));
                let is_worth = |blocks: u32| u64::from(blocks) * 10 > uses.prompt_blocks(number) * WORTHWHILE;
                let least_sent = |index: usize| Reverse((servers[index].sent, index));
                let rank = |(index, blocks): &(usize, u32)| (blocks * u32::from(is_worth(*blocks)), least_sent(*index));
                all.max_by_key(rank).unwrap_or_default()
            } else {
                let index = fleet.fixed(uses, number) as usize;
                (index, held(&servers[index]))
            };
            servers[index].keep(&path, request);
            hits.blocks.push(blocks);
            hits.servers.push(u32::try_from(index).unwrap_or(u32::MAX));
        }
        hits
    }
}

impl Fleet {
    /// The server of a request, where that does not depend on what servers hold.
    fn fixed(self, uses: &Uses, request: usize) -> u32 {
        let number = match self.routing {
            Routing::RoundRobin => u32::try_from(request).unwrap_or(u32::MAX),
            Routing::Caller => uses.request(request).caller,
            Routing::Prefix => 0,
        };
        number % self.servers
    }
}
