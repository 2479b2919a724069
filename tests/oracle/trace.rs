//! Block traces under a lifetime, a delay and a capacity.

use serde_json::json;

use crate::chance::Chance;
use crate::{Limits, NaiveCache, options, predicted, streams};

const BLOCK: u64 = 512;

/// One request of a trace.
struct Request {
    time: u64,
    ids: Vec<u64>,
    tokens: u64,
}

/// Requests that begin as earlier ones did, some blocks long.
fn trace(chance: &mut Chance) -> Vec<Request> {
    let (mut all, mut time, mut next): (Vec<Request>, u64, u64) = (Vec::new(), 0, 0);
    for _ in 0..2 + chance.below(40) {
        time += chance.below(3) * chance.below(9_000);
        let mut ids = Vec::new();
        if !all.is_empty() {
            let earlier = &all[chance.index(all.len())].ids;
            ids.extend(&earlier[..chance.index(earlier.len() + 1)]);
        }
        for _ in 0..u64::from(ids.is_empty()) + chance.below(5) {
            ids.push(next);
            next += 1;
        }
        // The last block may not be full.
        let tokens = ids.len() as u64 * BLOCK - chance.below(2) * chance.below(BLOCK);
        all.push(Request { time, ids, tokens });
    }
    all
}

/// Hits as the documents say: blocks from the start to the first that is not there; then all of them are used, in their order.
fn hits(trace: &[Request], limits: Limits) -> Vec<u64> {
    let mut cache = NaiveCache::new(limits);
    let mut all = Vec::new();
    for request in trace {
        let beginnings = || (1..=request.ids.len()).map(|end| &request.ids[..end]);
        let served = beginnings().take_while(|items| cache.serves(0, items, request.time)).count() as u64;
        all.push((served * BLOCK).min(request.tokens));
        beginnings().for_each(|items| cache.write(0, items, request.time));
    }
    all
}

#[test]
fn traces_hit_as_a_naive_cache_says() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("trace.jsonl");
    let mut served = 0;
    for seed in 0..streams(40) {
        let mut chance = Chance::new(seed);
        let (trace, limits) = (trace(&mut chance), chance.limits());
        let line = |request: &Request| json!({"timestamp": request.time, "input_length": request.tokens, "output_length": 1, "hash_ids": request.ids});
        let lines: String = trace.iter().map(|request| format!("{}\n", line(request))).collect();
        std::fs::write(&log, lines).unwrap();
        let options = [options(limits), vec!["--block-size".into(), BLOCK.to_string()]].concat();
        let expected = hits(&trace, limits);
        assert_eq!(predicted(&log, &options), expected, "seed {seed}: {limits:?}");
        served += expected.iter().filter(|hits| **hits > 0).count();
    }
    assert!(served > 100, "the streams hit too seldom to tell anything");
}
