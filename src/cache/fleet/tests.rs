//! Fleets against naive ones, and the optimum against all choices that a cache could make.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use proptest::prelude::*;

use super::*;
use crate::cache::{Instant, ScopeKey, Seen, TraceReplay, TraceRequest};
use crate::exchange::Place;
use crate::number::to_usize;

/// Tokens in a block.
const BLOCK: u64 = 4;

/// A request: its blocks, the time that passed before it, its caller.
type Sent = (Vec<u64>, i64, u32);

/// A block as a naive cache knows it: the path up to it.
type Block = Vec<u64>;

fn fleet(servers: u32, routing: Routing, eviction: Eviction) -> Fleet {
    Fleet { servers: NonZeroU32::new(servers).unwrap(), routing, eviction }
}

fn recorded(requests: &[Sent], lifetime: Option<i64>) -> Uses {
    let mut replay = TraceReplay::new(Limits { lifetime, ..Limits::default() }).recording();
    let mut time = 0;
    for (index, (ids, passed, caller)) in requests.iter().enumerate() {
        time += passed;
        let prompt_tokens = ids.len() as u64 * BLOCK;
        let request = TraceRequest { scope: ScopeKey::new(&[]), hash_ids: ids, prompt_tokens, block_size: BLOCK };
        let (start, place) = (Instant::from_micros(time), Place::new(0, index as u64));
        replay.request(request, Seen { place, start, end: start });
        replay.uses_mut().unwrap().name_caller(*caller);
    }
    replay.into_uses().unwrap()
}

fn hits(uses: &Uses, fleet: Fleet, room: Option<u64>) -> Vec<u32> {
    FleetReplay::new(uses, fleet, |_| true).with_room(room).blocks
}

fn count(blocks: usize) -> u32 {
    u32::try_from(blocks).unwrap()
}

fn path(ids: &[u64]) -> Vec<Block> {
    (1..=ids.len()).map(|length| ids[..length].to_vec()).collect()
}

/// A cache that keeps its blocks in a list, the first to go at the front, each with the time of its last use.
#[derive(Default)]
struct NaiveServer {
    kept: Vec<(Block, i64)>,
    sent: u64,
}

impl NaiveServer {
    fn held(&self, path: &[Block], now: i64, lifetime: Option<i64>) -> u32 {
        let lives = |block: &Block| {
            self.kept.iter().any(|(kept, used)| kept == block && lifetime.is_none_or(|lifetime| now - used < lifetime))
        };
        count(path.iter().take_while(|block| lives(block)).count())
    }

    fn keep(&mut self, path: &[Block], now: i64, lifetime: Option<i64>, (eviction, room): (Eviction, Option<u64>)) {
        for block in path {
            match self.kept.iter().position(|(kept, _)| kept == block) {
                Some(at) => {
                    let is_live = lifetime.is_none_or(|lifetime| now - self.kept[at].1 < lifetime);
                    self.kept[at].1 = now;
                    if eviction == Eviction::LeastRecentlyUsed || !is_live {
                        let entry = self.kept.remove(at);
                        self.kept.push(entry);
                    }
                }
                None => self.kept.push((block.clone(), now)),
            }
            if room.is_some_and(|room| self.kept.len() as u64 > room) {
                self.kept.remove(0);
            }
        }
    }
}

fn naive(requests: &[Sent], fleet: Fleet, room: Option<u64>, lifetime: Option<i64>) -> Vec<u32> {
    let mut servers: Vec<NaiveServer> = (0..fleet.servers.get()).map(|_| NaiveServer::default()).collect();
    let mut now = 0;
    let mut all = Vec::new();
    for (index, (ids, passed, caller)) in requests.iter().enumerate() {
        now += passed;
        let path = path(ids);
        let number = servers.len();
        let server = match fleet.routing {
            Routing::RoundRobin => index % number,
            Routing::Caller => *caller as usize % number,
            Routing::Prefix => {
                let mut best = 0;
                for other in 1..number {
                    let held = |server: usize| {
                        let held = servers[server].held(&path, now, lifetime);
                        if held * 10 > count(path.len()) * 3 { held } else { 0 }
                    };
                    let is_longer = held(other) > held(best);
                    if is_longer || held(other) == held(best) && servers[other].sent < servers[best].sent {
                        best = other;
                    }
                }
                best
            }
        };
        all.push(servers[server].held(&path, now, lifetime));
        servers[server].keep(&path, now, lifetime, (fleet.eviction, room));
        servers[server].sent += ids.len() as u64 * BLOCK;
    }
    all
}

/// The most blocks that any cache could serve from a request on: all choices of what to keep after each request, of what was there
/// and what it used.
fn most_of_all(requests: &[Sent], room: usize, from: usize) -> u32 {
    let mut reached: BTreeMap<BTreeSet<Block>, u32> = BTreeMap::from([(BTreeSet::new(), 0)]);
    for (index, (ids, _, _)) in requests.iter().enumerate() {
        let path = path(ids);
        let mut next: BTreeMap<BTreeSet<Block>, u32> = BTreeMap::new();
        for (kept, served) in reached {
            let held = count(path.iter().take_while(|block| kept.contains(*block)).count());
            let served = served + if index < from { 0 } else { held };
            let could: Vec<Block> = kept.union(&path.iter().cloned().collect()).cloned().collect();
            for choice in 0..1_u32 << could.len() {
                if choice.count_ones() as usize > room {
                    continue;
                }
                let chosen = could.iter().enumerate().filter(|(index, _)| choice >> index & 1 == 1);
                let best = next.entry(chosen.map(|(_, block)| block.clone()).collect()).or_default();
                *best = served.max(*best);
            }
        }
        reached = next;
    }
    reached.into_values().max().unwrap_or(0)
}

fn requests(ids: u64, length: usize, number: usize) -> impl Strategy<Value = Vec<Sent>> {
    let request = (prop::collection::vec(0..ids, 0..length), 0..4_i64, 0..4_u32);
    prop::collection::vec(request, 1..number)
}

fn routings() -> impl Strategy<Value = Routing> {
    prop_oneof![Just(Routing::RoundRobin), Just(Routing::Caller), Just(Routing::Prefix)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn servers_hold_what_naive_ones_do(
        requests in requests(3, 6, 40), servers in 1..4_u32, routing in routings(), is_lru: bool, room in prop::option::of(1..12_u64),
        lifetime in prop::option::of(1..12_i64),
    ) {
        let eviction = if is_lru { Eviction::LeastRecentlyUsed } else { Eviction::FirstIn };
        let fleet = fleet(servers, routing, eviction);
        prop_assert_eq!(hits(&recorded(&requests, lifetime), fleet, room), naive(&requests, fleet, room, lifetime));
    }

    #[test]
    fn one_server_that_evicts_the_least_recently_used_is_the_cache_of_simulate(
        requests in requests(3, 6, 40), room in 1..12_u64,
    ) {
        let mut replay = TraceReplay::new(Limits { capacity: Some(room), ..Limits::default() });
        let replayed: Vec<u32> = requests.iter().map(|(ids, _, _)| {
            let prompt_tokens = ids.len() as u64 * BLOCK;
            let request = TraceRequest { scope: ScopeKey::new(&[]), hash_ids: ids, prompt_tokens, block_size: BLOCK };
            let (start, place) = (Instant::from_micros(0), Place::default());
            count(to_usize(replay.request(request, Seen { place, start, end: start }).hit_blocks))
        }).collect();
        let fleet = fleet(1, Routing::RoundRobin, Eviction::LeastRecentlyUsed);
        prop_assert_eq!(hits(&recorded(&requests, None), fleet, Some(room)), replayed);
    }

    #[test]
    fn the_optimum_is_the_best_of_all_choices(requests in requests(2, 4, 7), room in 1..5_u64, from in 0..4_usize) {
        let (uses, fleet) = (recorded(&requests, None), fleet(1, Routing::RoundRobin, Eviction::Optimal));
        let best = FleetReplay::new(&uses, fleet, |request| request >= from).with_room(Some(room)).blocks;
        prop_assert_eq!(best.iter().skip(from).sum::<u32>(), most_of_all(&requests, to_usize(room), from));
    }

    #[test]
    fn no_eviction_and_no_routing_serves_more_than_the_optimum(
        requests in requests(3, 6, 40), servers in 1..4_u32, routing in routings(), room in prop::option::of(1..12_u64),
        lifetime in prop::option::of(1..12_i64),
    ) {
        let uses = recorded(&requests, lifetime);
        let sum = |routing, eviction| hits(&uses, fleet(servers, routing, eviction), room).iter().sum::<u32>();
        let (best, of_any_routing) = (sum(routing, Eviction::Optimal), sum(Routing::Prefix, Eviction::Optimal));
        for eviction in [Eviction::LeastRecentlyUsed, Eviction::FirstIn] {
            prop_assert!(sum(routing, eviction) <= best);
        }
        prop_assert!(best <= of_any_routing);
        // A room for all blocks leaves nothing to choose.
        let all = Some(uses.distinct() as u64 + 1);
        let unlimited = hits(&uses, fleet(1, Routing::RoundRobin, Eviction::FirstIn), None);
        prop_assert_eq!(hits(&uses, fleet(1, Routing::RoundRobin, Eviction::Optimal), all), unlimited);
    }
}

#[test]
fn the_optimum_is_worked_out_by_hand() {
    // Room for two blocks. The least recently used keeps 1 and 2 never long enough; the optimum keeps 1 all along and 2 to its next use.
    let requests: Vec<Sent> = [[1], [2], [3], [1], [4], [2], [1]].map(|ids| (ids.to_vec(), 0, 0)).into();
    let uses = recorded(&requests, None);
    let with = |eviction| hits(&uses, fleet(1, Routing::RoundRobin, eviction), Some(2));
    assert_eq!(with(Eviction::LeastRecentlyUsed), [0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(with(Eviction::FirstIn), [0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(with(Eviction::Optimal), [0, 0, 0, 1, 0, 1, 1]);
}

#[test]
fn callers_stay_on_their_server_and_prefixes_find_theirs() {
    let requests: Vec<Sent> = [(vec![1, 2], 0), (vec![1, 2], 1), (vec![1, 2, 3], 0), (vec![1, 2], 1)]
        .map(|(ids, caller)| (ids, 0, caller))
        .into();
    let uses = recorded(&requests, None);
    let with =
        |routing| FleetReplay::new(&uses, fleet(2, routing, Eviction::LeastRecentlyUsed), |_| true).with_room(None);
    assert_eq!(with(Routing::Caller), FleetHits { blocks: vec![0, 0, 2, 2], servers: vec![0, 1, 0, 1] });
    assert_eq!(with(Routing::Prefix), FleetHits { blocks: vec![0, 2, 2, 2], servers: vec![0, 0, 0, 0] });
    assert_eq!(with(Routing::RoundRobin), FleetHits { blocks: vec![0, 0, 2, 2], servers: vec![0, 1, 0, 1] });
    // A first block that all share is no reason to send all to one server.
    let requests: Vec<Sent> = [[1, 2, 3, 4], [1, 5, 6, 7], [1, 2, 3, 8]].map(|ids| (ids.to_vec(), 0, 0)).into();
    let uses = recorded(&requests, None);
    let routed =
        FleetReplay::new(&uses, fleet(2, Routing::Prefix, Eviction::LeastRecentlyUsed), |_| true).with_room(None);
    assert_eq!(routed, FleetHits { blocks: vec![0, 0, 3], servers: vec![0, 1, 0] });
}
