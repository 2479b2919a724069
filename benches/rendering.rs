//! Speed at which requests are laid out, by themselves and beside others with the same system text and tools.

use std::hint::black_box;
use std::io::Cursor;
use std::sync::Arc;

use cachecheck::exchange::Exchange;
use cachecheck::input::Lines;
use cachecheck::log::{Entry, LogReader, Options};
use cachecheck::prompt::{Fragments, Template};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

mod conversation;

fn throughput(criterion: &mut Criterion) {
    let exchange = exchange();
    for name in ["deepseek-v3.2", "deepseek-v4-august", "openai"] {
        let template = Template::named(name).expect("the template is known");
        let length = template.render(&exchange).prompt.spelled().len();
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Bytes(length as u64));
        group.bench_function("by itself", |bencher| bencher.iter(|| template.render(black_box(&exchange))));
        let fragments = Fragments::default();
        group.bench_function("beside others", |bencher| {
            bencher.iter(|| template.render_with(black_box(&exchange), &fragments));
        });
        group.finish();
    }
}

/// The last exchange of a conversation.
fn exchange() -> Exchange {
    let mut reader = LogReader::new(Options::default());
    reader.open(Lines::new(Cursor::new(conversation::log(10, 1))).expect("memory can be read"), 0);
    let entries = std::iter::from_fn(|| reader.next_batch().ok().flatten()).flat_map(|batch| batch.entries);
    match entries.last() {
        Some(Entry::Exchange(exchange)) => Arc::unwrap_or_clone(exchange),
        other => panic!("{other:?} is no exchange"),
    }
}

criterion_group!(benches, throughput);
criterion_main!(benches);
