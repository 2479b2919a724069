//! How fast tokens are replayed: a conversation whose requests share their pieces, and one whose equal pieces are not the same.

use std::sync::Arc;

use cachecheck::cache::{Instant, Limits, Replay, ScopeKey, Seen};
use cachecheck::log::Place;
use cachecheck::profile::Rule;
use cachecheck::tokens::Sequence;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// Turns of the conversation, and tokens in each; the first turn is a system prompt.
const TURNS: u32 = 40;
const FIRST: u32 = 10_000;
const TURN: u32 = 300;

fn throughput(criterion: &mut Criterion) {
    let pieces: Vec<Arc<[u32]>> = (0..TURNS)
        .map(|turn| (0..if turn == 0 { FIRST } else { TURN }).map(|token| token * 31 + turn).collect())
        .collect();
    let tokens: usize = (1..=pieces.len()).map(|turns| sequence(&pieces[..turns], true).len()).sum();
    for (name, rule) in [("blocks", Rule::Blocks { size: 64, minimum: 64 }), ("units", Rule::Units { size: 128 })] {
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Elements(tokens as u64));
        for (name, shared) in [("shared pieces", true), ("equal pieces", false)] {
            group.bench_function(name, |bencher| bencher.iter(|| replay(rule, &pieces, shared)));
        }
        group.finish();
    }
}

fn replay(rule: Rule, pieces: &[Arc<[u32]>], shared: bool) -> u64 {
    let mut replay = Replay::new(rule, Limits::default());
    let scope = ScopeKey::new(&["bench"]);
    let exchange = |turns: usize| {
        let (sequence, start) = (sequence(&pieces[..turns], shared), Instant::UNKNOWN);
        let seen = Seen { place: Place { source: 0, line: turns as u64 }, start, end: start };
        replay.exchange(scope, &sequence, sequence.len(), sequence.len(), seen).hit_tokens
    };
    (1..=pieces.len()).map(exchange).sum()
}

fn sequence(pieces: &[Arc<[u32]>], shared: bool) -> Sequence {
    let mut sequence = Sequence::default();
    for piece in pieces {
        sequence.push(if shared { Arc::clone(piece) } else { piece[..].into() });
    }
    sequence
}

criterion_group!(benches, throughput);
criterion_main!(benches);
