//! Speed at which text becomes tokens: our engine beside tiktoken-rs with the same tokens and an equal split.
//!
//! The texts are the program's own sources and documents, so figures move a little as these grow.

use std::collections::HashMap;
use std::hint::black_box;

use cachecheck::tokens::Tokenizer as _;
use cachecheck::tokens::deepseek::{Added, DeepSeek};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tiktoken_rs::CoreBPE;

const CODE: &str = include_str!("../src/tokens/deepseek/scanner.rs");
const ENGLISH: &str = include_str!("../src/tokens/deepseek/README.md");
const CASES: &str = include_str!("../fixtures/tokens/cases.json");
const CHINESE: &str = "缓存以前缀为单位：只有当两个请求从第一个词元起完全相同时，后一个请求才能命中缓存。\
    因此，系统提示词应当放在最前面，而时间、用户名等经常变化的内容应当放在最后。\
    如果在提示词的开头插入一个时间戳，那么整个缓存都会失效，费用也会随之增加。\n";

const MESSAGES: &[&str] = &[
    "Hello!",
    "yes, please",
    "What is the capital of Portugal?",
    "fix the bug in src/main.rs",
    "请把这段话翻译成英文。",
    "42",
    "Thanks a lot, that works now. Could you also add a test for the empty list?",
];

fn throughput(criterion: &mut Criterion) {
    let ours = DeepSeek::new(Added::V4);
    let theirs = tiktoken(&ours);
    let kinds = [
        ("code", vec![CODE]),
        ("english", vec![ENGLISH]),
        ("json", vec![CASES]),
        ("chinese", vec![CHINESE]),
        ("short messages", MESSAGES.to_vec()),
    ];
    for (name, texts) in kinds {
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Bytes(texts.iter().map(|text| text.len() as u64).sum()));
        let mut ids = Vec::new();
        group.bench_function("ours", |bencher| {
            bencher.iter(|| {
                for text in &texts {
                    ids.clear();
                    ours.encode_text(black_box(text), &mut ids);
                }
            });
        });
        group.bench_function("tiktoken-rs", |bencher| {
            bencher.iter(|| texts.iter().map(|text| theirs.encode_ordinary(black_box(text)).len()).sum::<usize>());
        });
        for text in &texts {
            ids.clear();
            ours.encode_text(text, &mut ids);
            assert_eq!(ids, theirs.encode_ordinary(text), "{name}");
        }
    }
}

fn tiktoken(ours: &DeepSeek) -> CoreBPE {
    const SPLIT: &str = include_str!("../fixtures/tokens/split.regex");
    let ranks = (3..128_000).map(|id| {
        let mut bytes = Vec::new();
        ours.append_bytes(id, &mut bytes);
        (bytes, id)
    });
    let split: String = SPLIT.lines().collect();
    CoreBPE::new(ranks.collect(), HashMap::<String, u32>::new().into_iter().collect(), &split)
        .expect("the split is a regex")
}

criterion_group!(benches, throughput);
criterion_main!(benches);
