//! The order of replay: requests are replayed in the order of time, whatever the order of their lines.
//!
//! A line without a time follows the line before it. Requests of one time keep the order of the log, unless the prompt of one holds
//! the answer of another: then it was sent after it. Where times fall from line to line more often than they rise, the log stands newest
//! first: then the line before is the one below. A log without any time is replayed as it stands, or backwards if more prompts
//! hold answers from lines below them than from lines above; where no prompt holds an answer, those count that go on where another
//! prompt ends.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use crate::hash::{self, ByDigest};
use crate::tokens::Sequence;

/// The order in which the user wants requests replayed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// In the order of time.
    #[default]
    Time,
    /// As their lines stand in the log.
    Log,
}

/// The beginnings of a request's tokens by which its place in a conversation is known, as digests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// Prompt and answer whole; `None` without an answer.
    whole: Option<u128>,
    /// The prompt up to the end of each of its pieces.
    beginnings: Vec<u128>,
    /// The prompt without the marker after which the model answers: a prompt that goes on from there was sent later.
    conversation: Option<u128>,
}

/// The order in which the requests of a log are replayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayOrder {
    /// The index in the log of the request that is replayed first, of the second, and so on.
    pub calls: Vec<usize>,
    /// The requests that have to be moved to bring the log into this order, as few as possible.
    pub moved: Vec<usize>,
    /// The times alone tell this order, and no answer in a later prompt.
    pub is_by_times: bool,
}

/// Watches requests as they stand in the log, and notices as soon as their order is not that of replay.
#[derive(Debug, Default)]
pub struct OrderWatch {
    last_time: Option<i64>,
    lines: u64,
    /// The requests of the last time, or all requests while no time is known.
    ties: Ties,
    is_backwards: bool,
}

/// Requests of one time.
#[derive(Debug, Default)]
struct Ties {
    calls: u64,
    first: Option<(Sequence, usize, usize)>,
    beginnings: HashSet<u128, ByDigest>,
    wholes: HashSet<u128, ByDigest>,
    conversations: HashSet<u128, ByDigest>,
    /// Conversations that a prompt goes on with.
    continued: HashSet<u128, ByDigest>,
    /// Prompts that hold an answer from another line.
    answers: Votes,
    /// Prompts that go on where the prompt of another line ends.
    growth: Votes,
}

/// Votes on the direction of a log.
#[derive(Debug, Default)]
struct Votes {
    /// Lines that were sent after a line above.
    forwards: u64,
    /// Lines that were sent before a line above.
    backwards: u64,
}

/// The tokens of a request and their parts.
#[derive(Clone, Copy, Debug)]
pub struct RequestTokens<'a> {
    /// Prompt and answer.
    pub tokens: &'a Sequence,
    /// Those of the prompt.
    pub prompt: usize,
    /// Those of the prompt before the marker after which the model answers.
    pub conversation: usize,
}

impl Links {
    /// The links of a request.
    pub fn new(RequestTokens { tokens, prompt, conversation }: RequestTokens<'_>) -> Self {
        let mut links = Self::default();
        let mut whole = 0;
        for (digest, end) in tokens.digests() {
            whole = hash::chain(whole, &digest.to_le_bytes());
            if end <= prompt {
                links.beginnings.push(whole);
            }
            if end == conversation {
                links.conversation = Some(whole);
            }
        }
        links.whole = (tokens.len() > prompt).then_some(whole);
        links
    }

    /// The prompt up to the end of each piece before its own conversation ends.
    fn earlier(&self) -> impl Iterator<Item = &u128> {
        self.beginnings.iter().take_while(|beginning| Some(**beginning) != self.conversation)
    }
}

impl OrderWatch {
    /// Takes note of the next line of the log: its time, and its tokens, if it has any.
    pub fn add(&mut self, time: Option<i64>, call: Option<RequestTokens<'_>>) {
        self.lines += 1;
        self.is_backwards |= time.is_some() && time < self.last_time;
        if time.is_some() && time != self.last_time {
            self.is_backwards |= self.ties.answers.backwards > 0;
            self.ties = Ties::default();
        }
        self.last_time = time.or(self.last_time);
        if let Some(call) = call {
            self.ties.add(call);
        }
        self.is_backwards |= self.last_time.is_some() && self.ties.answers.backwards > 0;
    }

    /// No line has a time, and no prompt tells which line came first.
    pub fn is_open(&self) -> bool {
        self.lacks_answers() && self.ties.growth.are_equal()
    }

    /// No line has a time, and no answers in prompts tell which line came first.
    pub fn lacks_answers(&self) -> bool {
        self.last_time.is_none() && self.lines > 1 && self.ties.answers.are_equal()
    }

    /// The lines do not stand in the order of replay.
    pub fn is_out_of_order(&self) -> bool {
        self.is_backwards || (self.last_time.is_none() && self.ties.is_reversed())
    }
}

impl Ties {
    /// Compares a request with those of the same time. Most requests have a time of their own and are compared with none: the first of
    /// a time is only kept.
    fn add(&mut self, call: RequestTokens<'_>) {
        if self.calls == 0 {
            self.first = Some((call.tokens.clone(), call.prompt, call.conversation));
        } else {
            if let Some((tokens, prompt, conversation)) = self.first.take() {
                self.link(&Links::new(RequestTokens { tokens: &tokens, prompt, conversation }));
            }
            self.link(&Links::new(call));
        }
        self.calls += 1;
    }

    fn link(&mut self, links: &Links) {
        let holds_answer = links.beginnings.iter().any(|beginning| self.wholes.contains(beginning));
        let is_held = links.whole.is_some_and(|whole| self.beginnings.contains(&whole));
        self.answers.vote(holds_answer, is_held);
        let goes_on = links.earlier().any(|beginning| self.conversations.contains(beginning));
        let is_continued = links.conversation.is_some_and(|conversation| self.continued.contains(&conversation));
        self.growth.vote(goes_on, is_continued);
        self.beginnings.extend(&links.beginnings);
        self.wholes.extend(links.whole);
        self.conversations.extend(links.conversation);
        self.continued.extend(links.earlier());
    }

    /// More prompts hold answers of requests below them than of requests above; if there are as many, more go on where prompts below end.
    fn is_reversed(&self) -> bool {
        self.answers.is_against() || (self.answers.are_equal() && self.growth.is_against())
    }
}

impl Votes {
    fn vote(&mut self, is_after: bool, is_before: bool) {
        self.forwards += u64::from(is_after);
        self.backwards += u64::from(is_before);
    }

    fn is_against(&self) -> bool {
        self.backwards > self.forwards
    }

    fn are_equal(&self) -> bool {
        self.backwards == self.forwards
    }
}

impl ReplayOrder {
    /// The order of requests with these times, as they stand in the log. `links` are those of the request with that index, which are
    /// asked for only if its time leaves its place open.
    pub fn new(order: Order, times: &[Option<i64>], links: impl Fn(usize) -> Links) -> Self {
        let mut calls: Vec<usize> = (0..times.len()).collect();
        if order == Order::Log {
            return Self { calls, moved: Vec::new(), is_by_times: true };
        }
        let mut is_by_times = true;
        if times.iter().all(Option::is_none) {
            is_by_times = false;
            let mut all = Ties::default();
            for call in &calls {
                all.link(&links(*call));
            }
            if all.is_reversed() {
                calls.reverse();
            }
        } else {
            if is_newest_first(times) {
                calls.reverse();
            }
            let times = carried(times, &calls);
            calls.sort_by_key(|call| times[*call]);
            for tied in calls.chunk_by_mut(|one, next| times[*one] == times[*next]) {
                if tied.len() > 1 {
                    is_by_times &= !sort_by_answers(tied, &links);
                }
            }
        }
        let moved = outside_longest_rise(&calls);
        Self { calls, moved, is_by_times }
    }

    /// Turns the order round.
    pub fn turn(&mut self) {
        self.calls.reverse();
        self.is_by_times = false;
        self.moved = outside_longest_rise(&self.calls);
    }
}

/// The number by which falls must outnumber rises: one line may have come late.
const WANTED_FALLS: usize = 2;

/// Times fall from line to line more often than they rise.
fn is_newest_first(times: &[Option<i64>]) -> bool {
    let known: Vec<i64> = times.iter().copied().flatten().collect();
    let count = |is_it: fn(&i64, &i64) -> bool| known.windows(2).filter(|pair| is_it(&pair[0], &pair[1])).count();
    count(i64::gt) >= count(i64::lt) + WANTED_FALLS
}

/// Times by request, of which one without a time has that of the request before it in this order.
fn carried(times: &[Option<i64>], calls: &[usize]) -> Vec<Option<i64>> {
    let (mut carried, mut last) = (vec![None; times.len()], None);
    for call in calls {
        last = times[*call].or(last);
        carried[*call] = last;
    }
    carried
}

/// Puts each request behind those whose answers its prompt holds, and leaves the requests in their order otherwise; true if any has moved.
fn sort_by_answers(calls: &mut [usize], links: &impl Fn(usize) -> Links) -> bool {
    let all: Vec<Links> = calls.iter().map(|call| links(*call)).collect();
    let mut answers: HashMap<u128, Vec<usize>> = HashMap::new();
    for (index, links) in all.iter().enumerate() {
        if let Some(whole) = links.whole {
            answers.entry(whole).or_default().push(index);
        }
    }
    // For each request those that come behind it, and how many have yet to come before it.
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
    // A prompt is longer than one whose answer it holds, so no request waits for ever.
    debug_assert_eq!(sorted.len(), calls.len());
    let has_moved = calls != sorted;
    calls.copy_from_slice(&sorted);
    has_moved
}

/// The requests outside the longest run of requests that already stand in rising order, in the order of the log.
fn outside_longest_rise(calls: &[usize]) -> Vec<usize> {
    // The places of the least requests that end a rise of each length, and the place before each place in its rise.
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

    #[derive(Clone)]
    struct Counted {
        tokens: Sequence,
        prompt: usize,
        conversation: usize,
    }

    impl Counted {
        fn tokens(&self) -> RequestTokens<'_> {
            RequestTokens { tokens: &self.tokens, prompt: self.prompt, conversation: self.conversation }
        }
    }

    /// A request of a conversation with so many turns before it: each turn is one piece of prompt and one of answer.
    fn turn(conversation: u32, turns: u32) -> Counted {
        let mut tokens = Sequence::default();
        for piece in 0..2 * turns + 2 {
            let ids: Arc<[u32]> = [conversation, piece].into();
            tokens.push(ids, u128::from(conversation) << 32 | u128::from(piece));
        }
        let prompt = tokens.len() - 2;
        Counted { tokens, prompt, conversation: prompt }
    }

    /// The same, of a log that holds no answers and whose prompts end in a marker.
    fn question(conversation: u32, turns: u32) -> Counted {
        let mut call = turn(conversation, turns);
        let mut tokens = Sequence::default();
        for (piece, (digest, end)) in call.tokens.pieces().zip(call.tokens.digests()) {
            if end <= call.prompt {
                tokens.push(piece.into(), digest);
            }
        }
        call.conversation = tokens.len();
        tokens.push([9].into(), u128::MAX);
        call.prompt = tokens.len();
        Counted { tokens, ..call }
    }

    fn order(calls: &[(Option<i64>, Counted)]) -> ReplayOrder {
        let times: Vec<Option<i64>> = calls.iter().map(|(time, _)| *time).collect();
        ReplayOrder::new(Order::Time, &times, |call| Links::new(calls[call].1.tokens()))
    }

    fn watched(calls: &[(Option<i64>, Counted)]) -> bool {
        let mut watch = OrderWatch::default();
        for (time, call) in calls {
            watch.add(*time, Some(call.tokens()));
        }
        watch.is_out_of_order()
    }

    #[test]
    fn times_decide_and_lines_without_one_follow_the_line_before() {
        let calls = [Some(3), None, Some(1), Some(2)].map(|time| (time, turn(0, 0)));
        assert_eq!(order(&calls), ReplayOrder { calls: vec![2, 3, 0, 1], moved: vec![2, 3], is_by_times: true });
        assert!(watched(&calls));
    }

    #[test]
    fn in_a_newest_first_log_the_line_before_is_the_one_below() {
        let forwards = [Some(1), None, Some(2), Some(2), None, Some(3), None];
        let mut backwards = forwards;
        backwards.reverse();
        let ordered = |times: &[Option<i64>]| ReplayOrder::new(Order::Time, times, |_| Links::default()).calls;
        assert_eq!(ordered(&forwards), [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(ordered(&backwards), [6, 5, 4, 3, 2, 1, 0]);
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
        assert_eq!(order(&forwards), ReplayOrder { calls: vec![0, 1, 2, 3], moved: vec![], is_by_times: false });
        assert_eq!(
            order(&backwards),
            ReplayOrder { calls: vec![3, 2, 1, 0], moved: vec![1, 2, 3], is_by_times: false }
        );
        assert!(!watched(&forwards) && watched(&backwards));
    }

    #[test]
    fn without_answers_a_prompt_comes_after_one_that_it_goes_on_from() {
        let forwards = [0, 1, 2, 2].map(|turns| (None, question(0, turns)));
        let mut backwards = forwards.clone();
        backwards.reverse();
        assert_eq!(order(&forwards).calls, [0, 1, 2, 3]);
        assert_eq!(order(&backwards).calls, [3, 2, 1, 0]);
        assert!(!watched(&forwards) && watched(&backwards));
        // At a time that is known the order of the log stays.
        let timed = backwards.map(|(_, call)| (Some(7), call));
        assert_eq!(order(&timed).calls, [0, 1, 2, 3]);
        assert!(!watched(&timed));
    }

    #[test]
    fn single_questions_leave_the_direction_open() {
        let mut watch = OrderWatch::default();
        for conversation in [0, 1, 2, 1] {
            watch.add(None, Some(question(conversation, 0).tokens()));
        }
        assert!(watch.is_open() && watch.lacks_answers());
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
