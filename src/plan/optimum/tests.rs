//! The optimum against all that could be done, on small trees, through the cache itself.

use proptest::prelude::*;

use super::tree::{LifetimeTerms, Sent, Terms, Tree};
use crate::cache::{
    AnyPolicy, BilledPrompt, BlockEnd, Breakpoint, Breakpoints, Limits, Replay, ScopeKey, Seen, Tokens,
};
use crate::exchange::Place;
use crate::money::Decimal;
use crate::tokens::Sequence;

const MINUTE: i64 = 60_000_000;

/// One request of a small tree: its minutes after the one before, and the way it takes at each of its places.
#[derive(Clone, Debug)]
struct SmallRequest {
    minutes: i64,
    ways: Vec<u8>,
}

fn small_calls(most_calls: usize, most_places: usize) -> impl Strategy<Value = Vec<SmallRequest>> {
    let ways = prop::collection::vec(0..2_u8, 1..=most_places);
    let call = (prop_oneof![Just(1_i64), Just(4), Just(6), Just(40), Just(90)], ways);
    prop::collection::vec(call.prop_map(|(minutes, ways)| SmallRequest { minutes, ways }), 1..=most_calls)
}

/// The requests with their times, and the identity of each place: the ways that lead there.
fn sent(calls: &[SmallRequest]) -> Vec<Sent<u128>> {
    let mut time = 0;
    let call = |call: &SmallRequest| {
        time += call.minutes * MINUTE;
        let (mut key, mut length) = (1_u128, 0);
        let ends = call.ways.iter().enumerate().map(|(depth, way)| {
            key = key * 2 + u128::from(*way);
            // Places of different size, so that no two choices cost the same by chance.
            length += 10 + 7 * (depth as u64) + 3 * u64::from(*way);
            (key, length)
        });
        Sent { time, ends: ends.collect() }
    };
    calls.iter().map(call).collect()
}

fn terms(lifetimes: &[i64]) -> Terms {
    let write = |minutes: i64| if minutes == 5 { Decimal::new(125, 2) } else { Decimal::from(2) };
    let lifetimes =
        lifetimes.iter().map(|minutes| LifetimeTerms { lifetime: minutes * MINUTE, write: write(*minutes) });
    Terms { miss: Decimal::ONE, read: Decimal::new(1, 1), lifetimes: lifetimes.collect() }
}

/// The cost of the requests with these breakpoints, by the cache itself: for each request and each of its places a lifetime or none.
fn cost(sent: &[Sent<u128>], marks: &[Vec<Option<usize>>], terms: &Terms) -> Decimal {
    let mut replay = Replay::new(AnyPolicy::Breakpoints(Breakpoints::new(1, 20)), Limits::default());
    let mut sum = Decimal::ZERO;
    for (number, (Sent { time, ends }, marks)) in sent.iter().zip(marks).enumerate() {
        let mut ids: Vec<u32> = Vec::new();
        for (key, length) in ends {
            let id = u32::try_from(*key).unwrap();
            ids.resize(usize::try_from(*length).unwrap(), id);
        }
        // A cache serves no prompt to its very end.
        ids.push(0);
        let prompt = ids.len();
        let sequence = Sequence::from(&ids[..]);
        let block_ends: Vec<BlockEnd> = ends
            .iter()
            .zip(marks)
            .enumerate()
            .map(|(position, ((key, length), mark))| BlockEnd {
                digest: *key,
                apart: 0,
                length: usize::try_from(*length).unwrap(),
                tokens: usize::try_from(*length).unwrap(),
                position,
                breakpoint: mark.map(|mark| Breakpoint { lifetime: Some(terms.lifetimes[mark].lifetime) }),
            })
            .collect();
        let tokens = Tokens {
            sequence: &sequence,
            prompt,
            core: prompt,
            block_ends: &block_ends,
            kept: None,
            billed: BilledPrompt::default(),
        };
        let at = crate::cache::Instant::from_micros(*time);
        let seen = Seen { place: Place::new(0, number as u64 + 1), start: at, end: at };
        let outcome = replay.exchange(ScopeKey::new(&["a"]), tokens, seen);
        let written = outcome.written.unwrap_or_default();
        let by_lifetime = [(written.five_minutes, 5), (written.hour, 60)];
        let written_cost: Decimal = by_lifetime
            .iter()
            .filter(|(tokens, _)| *tokens > 0)
            .map(|(tokens, minutes)| {
                let terms = terms.lifetimes.iter().find(|terms| terms.lifetime == minutes * MINUTE).unwrap();
                Decimal::from(*tokens) * terms.write
            })
            .sum();
        let rest = prompt as u64 - 1 - outcome.hit_tokens - written.five_minutes - written.hour;
        sum += Decimal::from(outcome.hit_tokens) * terms.read + written_cost + Decimal::from(rest) * terms.miss;
    }
    sum
}

/// All ways to give each of so many places one of so many choices.
fn assignments(places: usize, choices: usize) -> impl Iterator<Item = Vec<Option<usize>>> {
    (0..choices.pow(u32::try_from(places).unwrap())).map(move |mut number| {
        (0..places)
            .map(|_| {
                let digit = number % choices;
                number /= choices;
                digit.checked_sub(1)
            })
            .collect()
    })
}

/// The breakpoints of each request that the tree chooses, by the places of the request.
fn chosen_marks(sent: &[Sent<u128>], tree: &Tree<u128>, terms: &Terms) -> Vec<Vec<Option<usize>>> {
    let choice = tree.cheapest(terms);
    let marks = tree.breakpoints(&choice, terms);
    sent.iter()
        .zip(marks)
        .map(|(call, marks)| {
            let of_key =
                |key: u128| marks.iter().find(|(place, _)| tree.key(*place) == key).map(|(_, lifetime)| *lifetime);
            call.ends.iter().map(|(key, _)| of_key(*key)).collect()
        })
        .collect()
}

/// Every way to mark the requests, each request on its own: the least cost.
fn least_of_all_marks(sent: &[Sent<u128>], terms: &Terms) -> Decimal {
    let places: Vec<usize> = sent.iter().map(|call| call.ends.len()).collect();
    let all = assignments(places.iter().sum(), terms.lifetimes.len() + 1).map(|flat| {
        let mut rest = &flat[..];
        let own = |count: &usize| {
            let (own, others) = rest.split_at(*count);
            rest = others;
            own.to_vec()
        };
        places.iter().map(own).collect::<Vec<_>>()
    });
    all.map(|marks| cost(sent, &marks, terms)).min().unwrap()
}

/// Every way to give each place one lifetime that is no longer than those of the places before it, or none: the least cost. A request marks
/// all its places but those that no request before or behind it passes in time.
fn least_of_all_lifetimes(sent: &[Sent<u128>], terms: &Terms) -> Decimal {
    let mut keys: Vec<u128> = sent.iter().flat_map(|call| call.ends.iter().map(|(key, _)| *key)).collect();
    keys.sort_unstable();
    keys.dedup();
    let passes = |call: &Sent<u128>, key: u128| call.ends.iter().any(|(other, _)| *other == key);
    let is_used = |call: &Sent<u128>, key: u128, lifetime: i64| {
        let others = sent.iter().filter(|other| other.time != call.time && passes(other, key));
        others.into_iter().any(|other| (other.time - call.time).abs() < lifetime)
    };
    let all = assignments(keys.len(), terms.lifetimes.len() + 1).filter_map(|lifetimes| {
        let of_key = |key: u128| lifetimes[keys.binary_search(&key).unwrap()];
        let marks = |call: &Sent<u128>| -> Option<Vec<Option<usize>>> {
            let own: Vec<Option<usize>> = call.ends.iter().map(|(key, _)| of_key(*key)).collect();
            own.is_sorted_by(|before, behind| before >= behind).then_some(())?;
            let used = |(mark, (key, _)): (Option<usize>, &(u128, u64))| {
                mark.filter(|mark| is_used(call, *key, terms.lifetimes[*mark].lifetime))
            };
            Some(own.into_iter().zip(&call.ends).map(used).collect())
        };
        let marks: Option<Vec<_>> = sent.iter().map(marks).collect();
        Some(cost(sent, &marks?, terms))
    });
    all.min().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn with_one_lifetime_no_breakpoints_of_any_call_cost_less(
        calls in prop_oneof![small_calls(3, 3), small_calls(4, 2), small_calls(8, 1)],
    ) {
        let (sent, terms) = (sent(&calls), terms(&[5]));
        let tree = Tree::new(&sent);
        let optimum = tree.cheapest(&terms).cost;
        prop_assert_eq!(optimum, least_of_all_marks(&sent, &terms));
        prop_assert_eq!(cost(&sent, &chosen_marks(&sent, &tree, &terms), &terms), optimum);
    }

    #[test]
    fn with_two_lifetimes_no_other_lifetimes_of_places_cost_less(calls in small_calls(6, 2)) {
        let (sent, terms) = (sent(&calls), terms(&[5, 60]));
        let tree = Tree::new(&sent);
        let optimum = tree.cheapest(&terms).cost;
        prop_assert_eq!(optimum, least_of_all_lifetimes(&sent, &terms));
        prop_assert_eq!(cost(&sent, &chosen_marks(&sent, &tree, &terms), &terms), optimum);
    }
}
