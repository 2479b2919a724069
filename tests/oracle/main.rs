//! Oracles: caches so simple that they can be read in a minute, which know the rules from the documents alone, held against what
//! the program prints. They share no code with it.
//!
//! `CACHECHECK_ORACLE_STREAMS=1000` tries more streams than an ordinary run does.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod chance;
mod text;
mod trace;

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// A cache that keeps beginnings of sequences in a list, the least recently used first.
struct NaiveCache {
    kept: Vec<Beginning>,
    limits: Limits,
}

/// Limits of a cache, in milliseconds and entries.
#[derive(Clone, Copy, Debug)]
struct Limits {
    lifetime: Option<u64>,
    delay: u64,
    capacity: Option<usize>,
}

/// A beginning of a sequence that was written.
struct Beginning {
    owner: u64,
    items: Vec<u64>,
    visible: u64,
    used: u64,
}

impl NaiveCache {
    fn new(limits: Limits) -> Self {
        Self { kept: Vec::new(), limits }
    }

    fn position(&self, owner: u64, items: &[u64]) -> Option<usize> {
        self.kept.iter().position(|kept| kept.owner == owner && kept.items == items)
    }

    fn is_alive(&self, at: usize, now: u64) -> bool {
        self.limits.lifetime.is_none_or(|lifetime| now < self.kept[at].used + lifetime)
    }

    fn serves(&self, owner: u64, items: &[u64], now: u64) -> bool {
        self.position(owner, items).is_some_and(|at| self.is_alive(at, now) && self.kept[at].visible <= now)
    }

    /// Uses an entry that is there.
    fn touch(&mut self, owner: u64, items: &[u64], now: u64) {
        if let Some(at) = self.position(owner, items) {
            let entry = self.kept.remove(at);
            self.kept.push(Beginning { used: now, ..entry });
        }
    }

    /// Uses an entry, or writes it where there is none that lives; the least recently used one leaves if there is no room.
    fn write(&mut self, owner: u64, items: &[u64], now: u64) {
        let mut visible = now + self.limits.delay;
        if let Some(at) = self.position(owner, items) {
            let is_alive = self.is_alive(at, now);
            let old = self.kept.remove(at);
            if is_alive {
                visible = visible.min(old.visible);
            }
        }
        self.kept.push(Beginning { owner, items: items.to_vec(), visible, used: now });
        if self.limits.capacity.is_some_and(|capacity| self.kept.len() > capacity) {
            self.kept.remove(0);
        }
    }
}

/// The options that ask the program for these limits.
fn options(limits: Limits) -> Vec<String> {
    let mut options = vec!["--delay".into(), format!("{}ms", limits.delay), "--ttl".into()];
    options.push(limits.lifetime.map_or("never".into(), |lifetime| format!("{lifetime}ms")));
    if let Some(capacity) = limits.capacity {
        options.extend(["--capacity".into(), capacity.to_string()]);
    }
    options
}

/// Hit tokens of each call, as the program predicts them.
fn predicted(log: &Path, options: &[String]) -> Vec<u64> {
    let mut program = Command::new(env!("CARGO_BIN_EXE_cachecheck"));
    program.env_clear().arg("simulate").arg(log).args(["--format", "jsonl"]).args(options);
    let output = program.output().unwrap();
    assert!(output.status.success(), "{options:?}: {}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let hits = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["hit_tokens_predicted"].clone());
    hits.map(|hits| hits.as_u64().unwrap_or_else(|| panic!("{options:?}: no prediction: {lines}"))).collect()
}

/// The number of streams to try.
fn streams(ordinary: u64) -> u64 {
    std::env::var("CACHECHECK_ORACLE_STREAMS").ok().and_then(|number| number.parse().ok()).unwrap_or(ordinary)
}

#[test]
fn the_naive_cache_is_right_by_hand() {
    let mut cache = NaiveCache::new(Limits { lifetime: Some(100), delay: 10, capacity: Some(2) });
    cache.write(1, &[7], 0);
    assert!(!cache.serves(1, &[7], 9) && cache.serves(1, &[7], 10), "it is visible after the delay");
    assert!(!cache.serves(2, &[7], 10), "another owner has another cache");
    cache.touch(1, &[7], 50);
    assert!(cache.serves(1, &[7], 149) && !cache.serves(1, &[7], 150), "it lives on from its last use");
    cache.write(1, &[7, 8], 60);
    cache.write(1, &[9], 61);
    assert!(!cache.serves(1, &[7], 80) && cache.serves(1, &[7, 8], 80), "the least recently used one has left");
}
