//! The cache on a block trace: one replay, and the curves of all lifetimes and capacities beside it.
//!
//! The trace is made up: conversations in turns, each request all blocks of the turns before it and some new ones, in the order
//! of their times. What a run costs on logs is measured on the whole program.

use std::hint::black_box;

use cachecheck::cache::{Axis, Instant, Limits, ScopeKey, Seen, TraceReplay, TraceRequest};
use cachecheck::log::Place;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};

/// Conversations that take turns, requests of each, and blocks that each request adds.
const CONVERSATIONS: u64 = 3000;
const TURNS: u64 = 8;
const ADDED: u64 = 6;

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
        let seen = Seen { place: Place { source: 0, line: line.unsigned_abs() }, start: time, end: time };
        let prompt_tokens = hash_ids.len() as u64 * 512;
        hits += cache.request(TraceRequest { scope, hash_ids, prompt_tokens, block_size: 512 }, seen).hit_blocks;
    }
    hits
}

fn blocks(criterion: &mut Criterion) {
    let trace = trace();
    let mut group = criterion.benchmark_group("blocks");
    group.throughput(Throughput::Elements(trace.iter().map(|ids| ids.len() as u64).sum()));
    let limited = Limits { lifetime: Some(60_000_000), delay: 1000, capacity: Some(50_000) };
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

criterion_group!(benches, blocks);
criterion_main!(benches);
