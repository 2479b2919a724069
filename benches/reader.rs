//! Speed at which lines become exchanges: conversations, whose lines repeat what came before, and lines that have nothing in
//! common.

use std::io::Cursor;

use cachecheck::input::Lines;
use cachecheck::log::{LogReader, Options};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

mod conversation;

fn throughput(criterion: &mut Criterion) {
    let conversation = conversation::log(30, 1);
    let strangers: String = (0..30).map(|seed| conversation::log(1, seed)).collect();
    for (name, log) in [("a conversation", conversation), ("strangers", strangers)] {
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Bytes(log.len() as u64));
        group.bench_function("read", |bencher| bencher.iter(|| assert_eq!(exchanges(&log), 30)));
        group.finish();
    }
}

fn exchanges(log: &str) -> usize {
    let mut reader = LogReader::new(Options::default());
    reader.open(Lines::new(Cursor::new(log.to_owned())).expect("memory can be read"), 0);
    std::iter::from_fn(|| reader.next_batch().ok().flatten()).map(|batch| batch.entries.len()).sum()
}

criterion_group!(benches, throughput);
criterion_main!(benches);
