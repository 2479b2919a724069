//! The cache on a block trace: one replay, and the curves of all lifetimes and capacities beside it. The cache on tokens: a
//! conversation whose requests share their pieces, and one whose equal pieces are not the same.
//!
//! The trace is made up: conversations in turns, each request all blocks of the turns before it and some new ones, in the order
//! of their times. What a run costs on logs is measured on the whole program.

use std::hint::black_box;
use std::sync::Arc;

use cachecheck::cache::{
    AnyPolicy, Axis, BilledPrompt, Blocks, Instant, Limits, Replay, ScopeKey, Seen, Tokens, TraceReplay, TraceRequest,
    Units,
};
use cachecheck::exchange::Place;
use cachecheck::tokens::Sequence;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};

/// Conversations that take turns, requests of each, and blocks that each request adds.
const CONVERSATIONS: u64 = 3000;
const TURNS: u64 = 8;
const ADDED: u64 = 6;

/// Requests of the conversation, and tokens that each adds; the first adds a system prompt.
const REQUESTS: u32 = 40;
const FIRST: u32 = 10_000;
const NEXT: u32 = 300;

/// The blocks of each request.
fn trace() -> Vec<Vec<u64>> {
    let turns = (0..TURNS).flat_map(|turn| (0..CONVERSATIONS).map(move |conversation| (turn, conversation)));
    turns
        .map(|(turn, conversation)| {
            let first = conversation * TURNS * ADDED;
            (first..first + (turn + 1) * ADDED).collect()
        })
        .collect()
}

fn replay(mut cache: TraceReplay, trace: &[Vec<u64>]) -> u64 {
    let scope = ScopeKey::new(&["bench"]);
    let mut hits = 0;
    for (line, hash_ids) in (0..).zip(trace) {
        let time = Instant::from_micros(line * 1000);
        let seen = Seen { place: Place::new(0, line.unsigned_abs()), start: time, end: time };
        let prompt_tokens = hash_ids.len() as u64 * 512;
        hits += cache.request(TraceRequest { scope, hash_ids, prompt_tokens, block_size: 512 }, seen).hit_blocks;
    }
    hits
}

fn blocks(criterion: &mut Criterion) {
    let trace = trace();
    let mut group = criterion.benchmark_group("blocks");
    group.throughput(Throughput::Elements(trace.iter().map(|ids| ids.len() as u64).sum()));
    let limited = Limits {
        lifetime: Some(60_000_000),
        delay: 1000,
        capacity: Some(50_000),
        overrides_requests: false,
        leeway: None,
    };
    let mut bench = |name: &str, cache: &dyn Fn() -> TraceReplay| {
        group.bench_function(name, |bencher| {
            bencher.iter_batched(cache, |cache| black_box(replay(cache, &trace)), BatchSize::PerIteration);
        });
    };
    bench("unlimited", &|| TraceReplay::new(Limits::default()));
    bench("lifetime, delay and capacity", &|| TraceReplay::new(limited));
    bench("all lifetimes", &|| TraceReplay::new(Limits::default()).sweeping(Axis::Lifetime));
    bench("all capacities", &|| TraceReplay::new(Limits::default()).sweeping(Axis::Capacity));
}

fn tokens(criterion: &mut Criterion) {
    let pieces: Vec<Arc<[u32]>> = (0..REQUESTS)
        .map(|turn| (0..if turn == 0 { FIRST } else { NEXT }).map(|token| token * 31 + turn).collect())
        .collect();
    let length: usize = (1..=pieces.len()).map(|turns| sequence(&pieces[..turns], true).len()).sum();
    for (name, policy) in [
        ("tokens in blocks", AnyPolicy::Blocks(Blocks::new(64, None))),
        ("tokens in units", AnyPolicy::Units(Units::new(128))),
    ] {
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Elements(length as u64));
        for (name, shared) in [("shared pieces", true), ("equal pieces", false)] {
            group.bench_function(name, |bencher| bencher.iter(|| converse(policy, &pieces, shared)));
        }
        group.finish();
    }
}

fn converse(policy: AnyPolicy, pieces: &[Arc<[u32]>], shared: bool) -> u64 {
    let mut replay = Replay::new(policy, Limits::default());
    let scope = ScopeKey::new(&["bench"]);
    let exchange = |turns: usize| {
        let (sequence, start) = (sequence(&pieces[..turns], shared), Instant::UNKNOWN);
        let seen = Seen { place: Place::new(0, turns as u64), start, end: start };
        let length = sequence.len();
        let tokens = Tokens {
            sequence: &sequence,
            prompt: length,
            core: length,
            block_ends: &[],
            kept: None,
            billed: BilledPrompt::default(),
        };
        replay.exchange(scope, tokens, seen).hit_tokens
    };
    (1..=pieces.len()).map(exchange).sum()
}

fn sequence(pieces: &[Arc<[u32]>], shared: bool) -> Sequence {
    let mut sequence = Sequence::default();
    for piece in pieces {
        sequence.push(if shared { Arc::clone(piece) } else { piece[..].into() }, 0);
    }
    sequence
}

criterion_group!(benches, blocks, tokens);
criterion_main!(benches);
