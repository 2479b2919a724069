//! The order of replay: calls are replayed in the order of time, whatever the order of their lines.
//!
//! A line without a time follows the line before it. Calls of one time keep the order of the log, unless the prompt of one holds
//! the answer of another: then it was sent after it. A log without any time is replayed as it stands, or backwards if more prompts
//! hold answers from lines below them than from lines above.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use crate::hash;
use crate::tokens::Sequence;

/// The order in which the user wants calls replayed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// In the order of time.
    #[default]
    Time,
    /// As their lines stand in the log.
    Log,
}

/// The beginnings of a call's tokens by which its place in a conversation is known, as digests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// Prompt and answer whole; `None` without an answer.
    whole: Option<u128>,
    /// The prompt up to the end of each of its pieces.
    beginnings: Vec<u128>,
}

/// The order in which the calls of a log are replayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayOrder {
    /// The index in the log of the call that is replayed first, of the second, and so on.
    pub calls: Vec<usize>,
    /// The calls that have to be moved to bring the log into this order, as few as possible.
    pub moved: Vec<usize>,
}

/// Watches calls as they stand in the log, and notices as soon as their order is not that of replay.
#[derive(Debug, Default)]
pub struct OrderWatch {
    last_time: Option<i64>,
    /// The calls of the last time, or all calls while no time is known.
    ties: Ties,
    is_backwards: bool,
}

/// Calls of one time.
#[derive(Debug, Default)]
struct Ties {
    calls: u64,
    first: Option<(Sequence, usize)>,
    beginnings: HashSet<u128>,
    wholes: HashSet<u128>,
    /// Prompts that hold an answer from above.
    forwards: u64,
    /// Answers that a prompt above holds.
    backwards: u64,
}

impl Links {
    /// The links of a call whose first tokens, so many, are its prompt.
    pub fn new(tokens: &Sequence, prompt_tokens: usize) -> Self {
        let mut links = Self::default();
        let mut whole = 0;
        for (digest, end) in tokens.digests() {
            whole = hash::chain(whole, &digest.to_le_bytes());
            if end <= prompt_tokens {
                links.beginnings.push(whole);
            }
        }
        links.whole = (tokens.len() > prompt_tokens).then_some(whole);
        links
    }
}

impl OrderWatch {
    /// Takes note of the next line of the log: its time, and its tokens with the number of those that are the prompt, if it has any.
    pub fn add(&mut self, time: Option<i64>, call: Option<(&Sequence, usize)>) {
        self.is_backwards |= time.is_some() && time < self.last_time;
        if time.is_some() && time != self.last_time {
            self.is_backwards |= self.ties.backwards > 0;
            self.ties = Ties::default();
        }
        self.last_time = time.or(self.last_time);
        if let Some((tokens, prompt_tokens)) = call {
            self.ties.add(tokens, prompt_tokens);
        }
        self.is_backwards |= self.last_time.is_some() && self.ties.backwards > 0;
    }

    /// No line has a time, and no prompt holds an answer that tells which line came first.
    pub fn is_open(&self) -> bool {
        self.last_time.is_none() && self.ties.calls > 1 && self.ties.forwards == 0 && self.ties.backwards == 0
    }

    /// The lines do not stand in the order of replay.
    pub fn is_out_of_order(&self) -> bool {
        self.is_backwards || self.ties.is_reversed()
    }
}

impl Ties {
    /// Compares a call with those of the same time. Most calls have a time of their own and are compared with none: the first of
    /// a time is only kept.
    fn add(&mut self, tokens: &Sequence, prompt_tokens: usize) {
        if self.calls == 0 {
            self.first = Some((tokens.clone(), prompt_tokens));
        } else {
            if let Some((tokens, prompt_tokens)) = self.first.take() {
                self.link(&Links::new(&tokens, prompt_tokens));
            }
            self.link(&Links::new(tokens, prompt_tokens));
        }
        self.calls += 1;
    }

    fn link(&mut self, links: &Links) {
        self.forwards += u64::from(links.beginnings.iter().any(|beginning| self.wholes.contains(beginning)));
        self.backwards += u64::from(links.whole.is_some_and(|whole| self.beginnings.contains(&whole)));
        self.beginnings.extend(&links.beginnings);
        self.wholes.extend(links.whole);
    }

    /// More prompts hold answers of calls below them than of calls above.
    fn is_reversed(&self) -> bool {
        self.backwards > self.forwards
    }
}

impl ReplayOrder {
    /// The order of calls with these times, as they stand in the log. `links` are those of the call with that index, which are
    /// asked for only if its time leaves its place open.
    pub fn new(order: Order, times: &[Option<i64>], links: impl Fn(usize) -> Links) -> Self {
        let mut calls: Vec<usize> = (0..times.len()).collect();
        if order == Order::Log {
            return Self { calls, moved: Vec::new() };
        }
        if times.iter().all(Option::is_none) {
            let mut all = Ties::default();
            for call in &calls {
                all.link(&links(*call));
            }
            if all.is_reversed() {
                calls.reverse();
            }
        } else {
            let times = carried(times);
            calls.sort_by_key(|call| times[*call]);
            for tied in calls.chunk_by_mut(|one, next| times[*one] == times[*next]) {
                if tied.len() > 1 {
                    sort_by_answers(tied, &links);
                }
            }
        }
        let moved = outside_longest_rise(&calls);
        Self { calls, moved }
    }
}

/// Times in which a line without one has that of the line before it.
fn carried(times: &[Option<i64>]) -> Vec<Option<i64>> {
    let mut last = None;
    times
        .iter()
        .map(|time| {
            last = time.or(last);
            last
        })
        .collect()
}

/// Puts each call behind those whose answers its prompt holds, and leaves the calls in their order otherwise.
fn sort_by_answers(calls: &mut [usize], links: &impl Fn(usize) -> Links) {
    let all: Vec<Links> = calls.iter().map(|call| links(*call)).collect();
    let mut answers: HashMap<u128, Vec<usize>> = HashMap::new();
    for (index, links) in all.iter().enumerate() {
        if let Some(whole) = links.whole {
            answers.entry(whole).or_default().push(index);
        }
    }
    // For each call those that come behind it, and how many have yet to come before it.
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); calls.len()];
    let mut waits = vec![0_usize; calls.len()];
    for (index, links) in all.iter().enumerate() {
        for earlier in links.beginnings.iter().filter_map(|beginning| answers.get(beginning)).flatten() {
            followers[*earlier].push(index);
            waits[index] += 1;
        }
    }
    let mut ready: BinaryHeap<Reverse<usize>> =
        (0..calls.len()).filter(|index| waits[*index] == 0).map(Reverse).collect();
    let mut sorted = Vec::with_capacity(calls.len());
    while let Some(Reverse(index)) = ready.pop() {
        sorted.push(calls[index]);
        for follower in &followers[index] {
            waits[*follower] -= 1;
            if waits[*follower] == 0 {
                ready.push(Reverse(*follower));
            }
        }
    }
    // A prompt is longer than one whose answer it holds, so no call waits for ever.
    debug_assert_eq!(sorted.len(), calls.len());
    calls.copy_from_slice(&sorted);
}

/// The calls outside the longest run of calls that already stand in rising order, in the order of the log.
fn outside_longest_rise(calls: &[usize]) -> Vec<usize> {
    // The places of the least calls that end a rise of each length, and the place before each place in its rise.
    let (mut ends, mut before): (Vec<usize>, Vec<Option<usize>>) = (Vec::new(), Vec::with_capacity(calls.len()));
    for (place, call) in calls.iter().enumerate() {
        let length = ends.partition_point(|end| calls[*end] < *call);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        match ends.get_mut(length) {
            Some(end) => *end = place,
            None => ends.push(place),
        }
    }
    let mut stays = vec![false; calls.len()];
    let mut place = ends.last().copied();
    while let Some(rising) = place {
        stays[calls[rising]] = true;
        place = before[rising];
    }
    (0..calls.len()).filter(|call| !stays[*call]).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;

    /// A call of a conversation with so many turns before it: each turn is one piece of prompt and one of answer.
    fn turn(conversation: u32, turns: u32) -> (Sequence, usize) {
        let mut tokens = Sequence::default();
        for piece in 0..2 * turns + 2 {
            let ids: Arc<[u32]> = [conversation, piece].into();
            tokens.push(ids, u128::from(conversation) << 32 | u128::from(piece));
        }
        let prompt_tokens = tokens.len() - 2;
        (tokens, prompt_tokens)
    }

    fn order(calls: &[(Option<i64>, (Sequence, usize))]) -> ReplayOrder {
        let times: Vec<Option<i64>> = calls.iter().map(|(time, _)| *time).collect();
        ReplayOrder::new(Order::Time, &times, |call| Links::new(&calls[call].1.0, calls[call].1.1))
    }

    fn watched(calls: &[(Option<i64>, (Sequence, usize))]) -> bool {
        let mut watch = OrderWatch::default();
        for (time, (tokens, prompt)) in calls {
            watch.add(*time, Some((tokens, *prompt)));
        }
        watch.is_out_of_order()
    }

    #[test]
    fn times_decide_and_lines_without_one_follow_the_line_before() {
        let calls = [Some(3), None, Some(1), Some(2)].map(|time| (time, turn(0, 0)));
        assert_eq!(order(&calls), ReplayOrder { calls: vec![2, 3, 0, 1], moved: vec![2, 3] });
        assert!(watched(&calls));
    }

    #[test]
    fn at_one_time_an_answer_comes_before_the_prompt_that_holds_it() {
        let calls = [turn(0, 1), turn(1, 0), turn(0, 0)].map(|call| (Some(7), call));
        assert_eq!(order(&calls).calls, [1, 2, 0]);
        assert!(watched(&calls));
    }

    #[test]
    fn a_log_without_times_is_turned_round_if_its_prompts_hold_answers_from_below() {
        let forwards = [0, 1, 2, 3].map(|turns| (None, turn(0, turns)));
        let mut backwards = forwards.clone();
        backwards.reverse();
        assert_eq!(order(&forwards), ReplayOrder { calls: vec![0, 1, 2, 3], moved: vec![] });
        assert_eq!(order(&backwards), ReplayOrder { calls: vec![3, 2, 1, 0], moved: vec![1, 2, 3] });
        assert!(!watched(&forwards) && watched(&backwards));
    }

    proptest! {
        #[test]
        fn distinct_times_give_one_order_however_the_lines_are_shuffled(
            times in Just((0..8).collect::<Vec<i64>>()).prop_shuffle()
        ) {
            let calls: Vec<_> = times.iter().map(|time| (Some(*time), turn(0, 0))).collect();
            let sorted: Vec<i64> = order(&calls).calls.iter().map(|call| times[*call]).collect();
            prop_assert_eq!(sorted, (0..8).collect::<Vec<i64>>());
        }

        #[test]
        fn the_watch_notices_whatever_the_order_moves(
            raw in prop::collection::vec((prop::option::of(0_i64..3), 0_u32..2, 0_u32..3), 0..7)
        ) {
            let calls: Vec<_> = raw.iter().map(|(time, talk, turns)| (*time, turn(*talk, *turns))).collect();
            let stays = order(&calls).moved.is_empty();
            prop_assert!(stays || watched(&calls));
        }
    }
}
