//! The cache with breakpoints against a naive one: every entry ever written in a list, and the longest of those that fit.

use proptest::prelude::*;

use super::Breakpoints;
use crate::cache::{AnyPolicy, BlockEnd, Instant, Layout, Limits, Outcome, Position, Replay, Scale, ScopeKey, Seen};
use crate::exchange::Place;
use crate::hash;
use crate::tokens::Sequence;

const MINIMUM: usize = 6;
const LOOK_BACK: usize = 2;
const OWN_LIFETIME: i64 = 10;

/// A request: blocks of tokens, each perhaps marked.
#[derive(Clone, Debug)]
struct Sent {
    blocks: Vec<Vec<u32>>,
    /// For each block, a breakpoint with the lifetime that it asks for.
    marks: Vec<Option<Option<i64>>>,
    time: i64,
    took: i64,
    kept: Option<bool>,
}

impl Sent {
    fn prefix(&self, index: usize) -> Vec<u32> {
        self.blocks[..=index].concat()
    }

    fn marked(&self) -> Vec<usize> {
        (0..self.blocks.len()).filter(|index| self.marks[*index].is_some()).collect()
    }
}

#[derive(Clone)]
struct Entry {
    prefix: Vec<u32>,
    visible: i64,
    used: i64,
    lifetime: i64,
}

#[derive(Default)]
struct Naive(Vec<Entry>);

impl Naive {
    /// The tokens read, and those written.
    fn exchange(&mut self, sent: &Sent) -> (usize, usize) {
        let fits = |entry: &Entry| {
            let is_near =
                |index: &usize| sent.marked().iter().any(|mark| *mark >= *index && mark - *index <= LOOK_BACK);
            (0..sent.blocks.len()).filter(is_near).any(|index| sent.prefix(index) == entry.prefix)
                && sent.time >= entry.visible
                && sent.time < entry.used + entry.lifetime
        };
        let longest = self.0.iter_mut().filter(|entry| fits(entry)).max_by_key(|entry| entry.prefix.len());
        let read = longest.map_or(0, |entry| {
            entry.used = entry.used.max(sent.time);
            entry.prefix.len()
        });
        let mut written = 0;
        for index in sent.marked() {
            let is_last = sent.marked().last() == Some(&index);
            let prefix = sent.prefix(index);
            let is_long = prefix.len() >= MINIMUM || sent.kept == Some(true) && is_last;
            if sent.kept == Some(false) || !is_long {
                continue;
            }
            if is_last {
                written = prefix.len().saturating_sub(read);
            }
            self.write(prefix, sent, sent.marks[index].flatten().unwrap_or(OWN_LIFETIME));
        }
        (read, written)
    }

    fn write(&mut self, prefix: Vec<u32>, sent: &Sent, lifetime: i64) {
        let mut entry = Entry { prefix, visible: sent.time + sent.took, used: sent.time, lifetime };
        let old = self.0.iter().position(|old| old.prefix == entry.prefix);
        if let Some(old) = old.map(|index| self.0.remove(index))
            && sent.time < old.used + old.lifetime
        {
            entry.visible = entry.visible.min(old.visible);
            entry.used = entry.used.max(old.used);
            entry.lifetime = entry.lifetime.max(old.lifetime);
        }
        self.0.push(entry);
    }
}

fn replay() -> Replay {
    let limits = Limits { lifetime: Some(OWN_LIFETIME), ..Limits::default() };
    Replay::new(AnyPolicy::Breakpoints(Breakpoints::new(MINIMUM as u64, LOOK_BACK)), limits)
}

fn exchange(replay: &mut Replay, sent: &Sent) -> Outcome {
    let scope = ScopeKey::new(&["a"]);
    let end = |index: usize| {
        let prefix = sent.prefix(index);
        let bytes: Vec<u8> = prefix.iter().flat_map(|token| token.to_le_bytes()).collect();
        let tokens = Position { min: prefix.len(), likely: prefix.len(), max: prefix.len() };
        BlockEnd {
            key: scope.fingerprint(hash::digest(&bytes)),
            tokens,
            position: index,
            breakpoint: sent.marks[index],
        }
    };
    let block_ends: Vec<BlockEnd> = (0..sent.blocks.len()).map(end).collect();
    let tokens = sent.blocks.concat();
    let (start, end) = (Instant::from_micros(sent.time), Instant::from_micros(sent.time + sent.took));
    let seen = Seen { place: Place::default(), start, end };
    let layout = Layout { block_ends: &block_ends, kept: sent.kept, scale: &Scale::same() };
    let sequence = Sequence::from(&tokens[..]);
    replay.exchange_with(scope, &sequence, tokens.len(), tokens.len(), seen, Some(layout))
}

/// Conversations that grow out of earlier ones.
fn streams() -> impl Strategy<Value = Vec<Sent>> {
    let block = prop::collection::vec(0..3_u32, 1..4);
    let mark = prop::option::weighted(0.4, prop::option::of(prop::sample::select(vec![5_i64, 30])));
    let more = prop::collection::vec((block, mark), 1..4);
    let kept = prop::option::weighted(0.3, any::<bool>());
    let step = (any::<prop::sample::Index>(), 0..5_usize, more, (-1..9_i64, 0..4_i64), kept);
    prop::collection::vec(step, 1..20).prop_map(|steps| {
        let (mut all, mut time): (Vec<Sent>, i64) = (Vec::new(), 100);
        for (from, taken, more, (passed, took), kept) in steps {
            time += passed;
            let before = (!all.is_empty()).then(|| all[from.index(all.len())].clone());
            let mut blocks: Vec<Vec<u32>> =
                before.iter().flat_map(|sent| sent.blocks.iter().take(taken).cloned()).collect();
            // Only what is new is marked, as clients move their marks on.
            let mut marks = vec![None; blocks.len()];
            for (block, mark) in more {
                blocks.push(block);
                marks.push(mark);
            }
            all.push(Sent { blocks, marks, time, took, kept });
        }
        all
    })
}

proptest! {
    #[test]
    fn reads_and_writes_are_those_of_the_naive_cache(stream in streams()) {
        let (mut fast, mut naive) = (replay(), Naive::default());
        for sent in &stream {
            let outcome = exchange(&mut fast, sent);
            let (read, written) = naive.exchange(sent);
            prop_assert_eq!(outcome.hit_tokens, read as u64, "{:?}", sent);
            prop_assert_eq!(outcome.written_tokens, Some(written as u64), "{:?}", sent);
            prop_assert_eq!(outcome.ledger.total(), sent.blocks.concat().len() as u64);
            prop_assert_eq!(outcome.ledger.hit, outcome.hit_tokens);
            prop_assert!(outcome.hit_tokens_min <= outcome.hit_tokens && outcome.hit_tokens <= outcome.hit_tokens_max);
        }
    }
}

fn conversation(blocks: usize, marked: &[(usize, Option<i64>)], time: i64) -> Sent {
    let blocks: Vec<Vec<u32>> = (0..blocks as u32).map(|number| vec![number; 3]).collect();
    let mark = |index| marked.iter().find(|mark| mark.0 == index).map(|mark| mark.1);
    let marks = (0..blocks.len()).map(mark).collect();
    Sent { blocks, marks, time, took: 0, kept: None }
}

#[test]
fn a_turn_reads_the_last_turns_entry_and_writes_what_is_new() {
    let mut cache = replay();
    let first = exchange(&mut cache, &conversation(3, &[(2, None)], 0));
    assert_eq!((first.hit_tokens, first.written_tokens), (0, Some(9)));
    let second = exchange(&mut cache, &conversation(5, &[(4, None)], 5));
    assert_eq!((second.hit_tokens, second.written_tokens, second.ledger.new), (9, Some(6), 6));
}

#[test]
fn an_entry_beyond_the_look_back_is_not_found_and_the_rule_is_the_reason() {
    let mut cache = replay();
    exchange(&mut cache, &conversation(3, &[(2, None)], 0));
    let far = exchange(&mut cache, &conversation(6, &[(5, None)], 1));
    assert_eq!((far.hit_tokens, far.ledger.rule), (0, 9));
}

#[test]
fn an_hours_entry_outlives_one_of_five_minutes_and_reading_refreshes_it() {
    let mut cache = replay();
    exchange(&mut cache, &conversation(4, &[(1, Some(30)), (3, None)], 0));
    let later = exchange(&mut cache, &conversation(4, &[(1, Some(30)), (3, None)], 15));
    assert_eq!((later.hit_tokens, later.ledger.expired), (6, 6));
    let refreshed = exchange(&mut cache, &conversation(4, &[(1, Some(30))], 40));
    assert_eq!(refreshed.hit_tokens, 6);
}

#[test]
fn parallel_requests_miss_together_and_may_hit_once_the_first_answers() {
    let mut cache = replay();
    let mut first = conversation(3, &[(2, None)], 0);
    first.took = 5;
    exchange(&mut cache, &first);
    let parallel = exchange(&mut cache, &conversation(3, &[(2, None)], 1));
    assert_eq!((parallel.hit_tokens, parallel.hit_tokens_max, parallel.ledger.pending), (0, 9, 9));
}

#[test]
fn a_report_of_nothing_kept_writes_nothing() {
    let mut cache = replay();
    let mut silent = conversation(3, &[(2, None)], 0);
    silent.kept = Some(false);
    assert_eq!(exchange(&mut cache, &silent).written_tokens, Some(0));
    assert_eq!(exchange(&mut cache, &conversation(3, &[(2, None)], 1)).hit_tokens, 0);
}
