//! The curve against a replay for each of its points.

use proptest::prelude::*;

use super::*;
use crate::cache::tests::{Pieces, Sent, limits, policies, streams};
use crate::cache::{AnyPolicy, Blocks, CachePolicy, Instant, Replay, ScopeKey, Seen, TraceReplay, TraceRequest};
use crate::exchange::Place;

/// More than any lifetime and capacity that matters in the streams.
const LONGEST: u64 = 400;

/// Tokens in a piece of a sequence.
const PIECE: usize = 3;

fn axes() -> impl Strategy<Value = Axis> {
    prop_oneof![Just(Axis::Lifetime), Just(Axis::Capacity)]
}

fn seen(index: usize, time: Option<i64>, took: i64) -> Seen {
    let instant = |time: Option<i64>| time.map_or(Instant::UNKNOWN, Instant::from_micros);
    let place = Place::new(0, index as u64);
    Seen { place, start: instant(time), end: instant(time.map(|time| time + took)) }
}

/// The tokens and blocks that are served at a limit.
fn at(steps: &[Step], limit: u64) -> (u64, u64) {
    let step = steps.iter().take_while(|step| step.from <= limit).last();
    step.map_or((0, 0), |step| (step.hit_tokens, step.hit_blocks))
}

/// The hits of each exchange from a replay of its own.
fn replayed(stream: &[Sent], policy: AnyPolicy, limits: Limits, known: usize) -> Vec<u64> {
    let mut cache = (Replay::new(policy, limits), Pieces::default());
    stream.iter().enumerate().map(|(index, sent)| exchange(&mut cache, index, sent, known)).collect()
}

/// The first `known` exchanges have no time.
fn exchange((replay, pieces): &mut (Replay, Pieces), index: usize, sent: &Sent, known: usize) -> u64 {
    let scope = ScopeKey::new(&[&sent.scope.to_string()]);
    let time = (index >= known).then_some(sent.time);
    let sequence = pieces.cut(&sent.tokens, PIECE);
    replay.exchange(scope, sent.cut(&sequence), seen(index, time, sent.took)).hit_tokens
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn a_curve_is_what_separate_replays_find(
        stream in streams(), limits in limits(), policy in policies(), minimum in 0..12_u64, axis in axes(), known in 0..3_usize,
        lists_points: bool,
    ) {
        let policy = match policy {
            AnyPolicy::Blocks(blocks) => AnyPolicy::Blocks(Blocks::new(blocks.step(), Some(minimum))),
            other => other,
        };
        let points: Vec<u64> = (u64::from(axis == Axis::Capacity)..60).chain([LONGEST]).collect();
        let sweeping = Sweeping { axis, at: lists_points.then(|| points.clone()) };
        let mut swept = (Replay::new(policy, limits).sweeping(&sweeping), Pieces::default());
        let mut all = Vec::new();
        for (index, sent) in stream.iter().enumerate() {
            exchange(&mut swept, index, sent, known);
            let Ok(steps) = swept.0.steps().unwrap() else {
                prop_assert!(!lists_points);
                match policy {
                    AnyPolicy::Units(_) => prop_assert!(axis == Axis::Capacity || limits.capacity.is_some()),
                    AnyPolicy::None | AnyPolicy::Blocks(_) | AnyPolicy::ReplayedWindow(_) => prop_assert!(false),
                    // A policy of which only single values can be replayed.
                    _ => {}
                }
                return Ok(());
            };
            prop_assert!(steps.is_sorted_by(|a, b| a.from < b.from), "{:?}", steps);
            all.push(steps.clone());
        }
        for point in points {
            let apart = replayed(&stream, policy, limits.with(axis, point), known);
            let together: Vec<u64> = all.iter().map(|steps| at(steps, point).0).collect();
            prop_assert_eq!(together, apart, "at {}", point);
        }
        let none = match axis {
            Axis::Lifetime => Limits { lifetime: None, overrides_requests: true, ..limits },
            Axis::Capacity => Limits { capacity: None, ..limits },
        };
        let together: Vec<u64> = all.iter().map(|steps| at(steps, u64::MAX - 1).0).collect();
        prop_assert_eq!(together, replayed(&stream, policy, none, known), "without a limit");
    }

    #[test]
    fn a_trace_s_curve_is_what_separate_replays_find(
        requests in prop::collection::vec((0..2_u8, prop::collection::vec(0..8_u64, 1..12), -2..20_i64), 1..40),
        limits in limits(), axis in axes(),
    ) {
        let replay = |replay: &mut TraceReplay| {
            let mut time = 1000;
            let mut all = Vec::new();
            for (index, (scope, ids, passed)) in requests.iter().enumerate() {
                time += passed;
                let scope = ScopeKey::new(&[&scope.to_string()]);
                let request = TraceRequest { scope, hash_ids: ids, prompt_tokens: ids.len() as u64 * 4 - 1, block_size: 4 };
                let outcome = replay.request(request, seen(index, Some(time), 0));
                let steps = replay.steps().map(<[Step]>::to_vec);
                all.push(((outcome.tokens.hit_tokens, outcome.hit_blocks), steps));
            }
            all
        };
        let swept = replay(&mut TraceReplay::new(limits).sweeping(axis));
        for point in (u64::from(axis == Axis::Capacity)..90).chain([LONGEST]) {
            let apart = replay(&mut TraceReplay::new(limits.with(axis, point)));
            for ((_, steps), (hits, _)) in swept.iter().zip(&apart) {
                prop_assert_eq!(at(steps.as_ref().unwrap(), point), *hits, "at {}", point);
            }
        }
    }
}
