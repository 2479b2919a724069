//! Fuzzing on stable Rust. The fixtures of logs, changed at random, must never make the reader panic, and what it reads must come back
//! from its normalised line as it was. Templates made at random must be read, linted and compared in bounded time.
//!
//!     CACHECHECK_FUZZ_SECONDS=600 cargo test --test fuzz
//!
//! Without the variable a few hundred cases are tried. `CACHECHECK_FUZZ_SEED` begins elsewhere. An input that fails is written
//! beside the test's other files and named.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod mutate;
mod templates;

use std::io::{Cursor, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{env, fs};

use cachecheck::exchange::Exchange;
use cachecheck::hash::Key;
use cachecheck::input::Lines;
use cachecheck::log::{Entry, LogReader, Options};
use cachecheck::profile::Profiles;
use cachecheck::simulation::{Settings, Simulation};
use mutate::{Random, mutated};

/// Number of cases that an ordinary run of the tests tries.
const CASES: u64 = 400;

/// Number of pairs of templates that it tries.
const TEMPLATES: u64 = 40;

#[test]
fn no_log_makes_the_reader_panic_and_what_it_reads_comes_back() {
    let seeds = seeds();
    let (mut cases, mut exchanges) = (0_u64, 0);
    try_cases(CASES, |random| {
        let log = mutated(&seeds, random);
        cases += 1;
        let found = catch_unwind(AssertUnwindSafe(|| check(&log)));
        exchanges += found.unwrap_or_else(|_| panic!("case {cases} fails: {}", kept("log", &log)));
    });
    assert!(exchanges > cases / 10, "{exchanges} exchanges in {cases} cases: the logs are changed beyond recognition");
    writeln!(std::io::stderr(), "{cases} cases, {exchanges} exchanges").expect("stderr");
}

#[test]
fn no_template_makes_reading_linting_or_comparing_panic_or_take_for_ever() {
    let mut cases = 0_u64;
    try_cases(TEMPLATES, |random| {
        let pair = templates::pair(random);
        cases += 1;
        if catch_unwind(AssertUnwindSafe(|| templates::check(&pair))).is_err() {
            let [old, new] = pair.map(|(name, text)| kept(&name, text.as_bytes()));
            panic!("case {cases} fails: {old} and {new}");
        }
    });
    writeln!(std::io::stderr(), "{cases} pairs of templates").expect("stderr");
}

/// Tries cases for so many seconds as the environment asks for, else so many cases.
fn try_cases(usual: u64, mut case: impl FnMut(&mut Random)) {
    let number = |name: &str| env::var(name).ok().map(|text| text.parse::<u64>().expect(name));
    let until = number("CACHECHECK_FUZZ_SECONDS").map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let mut random = Random::new(number("CACHECHECK_FUZZ_SEED").unwrap_or(1));
    let mut cases = 0;
    while until.map_or(cases < usual, |until| Instant::now() < until) {
        cases += 1;
        case(&mut random);
    }
}

/// The fixtures, and lines that once failed.
fn seeds() -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/logs");
    let folders = [root.clone(), root.join("formats")];
    let mut paths: Vec<_> =
        folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap()).map(|e| e.unwrap().path()).collect();
    paths.retain(|path| path.is_file() && path.extension().is_some_and(|extension| extension != "py"));
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// A key, which takes a tenth of a second to make.
static KEY: std::sync::LazyLock<Key> = std::sync::LazyLock::new(|| Key::new(b"a key for fuzzing").unwrap());

/// Reads a log to its end, parses what it read once more, and simulates it in clear and redacted; gives the exchanges.
fn check(log: &[u8]) -> u64 {
    let read = read(log);
    let mut clear = Simulation::new(Profiles::builtin(), Settings::default());
    let mut redacting = Simulation::new(Profiles::builtin(), Settings::default());
    let mut redacted = Simulation::new(Profiles::builtin(), Settings::default());
    for exchange in &read {
        let line = exchange.to_json("log:1").to_string();
        let back = self::read(line.as_bytes());
        assert_eq!(back.len(), 1, "{line}");
        assert_eq!(back[0].to_json("").to_string(), line);
        let record = clear.exchange(exchange);
        let known = redacted.exchange(&redacting.redact(exchange.clone(), &KEY));
        let hits = |record: &cachecheck::simulation::Record| record.prediction.map(|prediction| prediction.hit_tokens);
        assert_eq!((record.prompt_tokens, hits(&record)), (known.prompt_tokens, hits(&known)), "{line}");
    }
    read.len() as u64
}

fn read(log: &[u8]) -> Vec<Exchange> {
    let mut reader = LogReader::new(Options { max_line: 1 << 20, ..Options::default() });
    let mut entries = Vec::new();
    // Bytes that begin as an archive and are none cannot even be opened.
    if let Ok(lines) = Lines::new(Cursor::new(log.to_vec())) {
        reader.open(lines, 0);
        while let Ok(Some(batch)) = reader.next_batch() {
            entries.extend(batch.entries);
        }
    }
    entries.extend(reader.finish().entries);
    let exchange = |entry| match entry {
        Entry::Exchange(exchange) => Some(Arc::unwrap_or_clone(exchange)),
        Entry::Skip(skip) => {
            assert!(!skip.reason.to_string().is_empty());
            None
        }
    };
    entries.into_iter().filter_map(exchange).collect()
}

/// Keeps an input that fails, and says where.
fn kept(name: &str, input: &[u8]) -> String {
    let mut number = 0;
    let mut path = || {
        number += 1;
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-failure-{number}-{name}"))
    };
    let free = std::iter::repeat_with(&mut path).find(|path| !path.exists()).unwrap();
    fs::write(&free, input).unwrap();
    free.display().to_string()
}
