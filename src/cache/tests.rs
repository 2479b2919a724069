//! The fast cache against a naive one of a few lines: whole prefixes in a list, searched from end to end.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;

use super::table::Absence;
use super::*;
use crate::exchange::{Place, Redacted};
use crate::hash::Key;
use crate::tokens::Sequence;

/// A key, which takes a tenth of a second to make.
static KEY: LazyLock<Key> = LazyLock::new(|| Key::new(b"a key for tests, long enough").unwrap());

/// Positions that a policy with breakpoints looks back.
const LOOK_BACK: usize = 2;

/// The most hidden tokens of a policy with steps.
const HIDDEN: usize = 4;

/// One generated exchange.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) scope: u8,
    /// The kind of request by which entries at marked places are kept apart.
    pub(super) kind: u8,
    pub(super) tokens: Vec<u32>,
    pub(super) prompt: usize,
    pub(super) core: usize,
    pub(super) time: i64,
    pub(super) took: i64,
    pub(super) ends: Vec<BlockEnd>,
    pub(super) kept: Option<bool>,
}

impl Sent {
    /// The same as the fast cache takes it.
    pub(super) fn cut<'a>(&'a self, sequence: &'a Sequence) -> Tokens<'a> {
        let (prompt, core, block_ends, kept) = (self.prompt, self.core, &self.ends[..], self.kept);
        Tokens { sequence, prompt, core, block_ends, kept, billed: BilledPrompt::default() }
    }

    /// A breakpoint stands at an end, or behind it within the look-back.
    fn is_looked_at(&self, index: usize) -> bool {
        let end = self.ends[index];
        let within = |later: &&BlockEnd| later.position - end.position <= LOOK_BACK;
        self.ends[index..].iter().filter(within).any(|later| later.breakpoint.is_some())
    }
}

/// A prefix that was written.
#[derive(Clone)]
struct Kept {
    scope: u8,
    prefix: Vec<u32>,
    visible: i64,
    used: i64,
    lifetime: Option<i64>,
}

impl Kept {
    fn is_stale(&self, now: i64) -> bool {
        self.lifetime.is_some_and(|lifetime| now >= self.used + lifetime)
    }
}

struct Naive {
    policy: AnyPolicy,
    limits: Limits,
    /// In the order of use, the least recent first.
    kept: Vec<Kept>,
    gone: Vec<Kept>,
    past: Vec<Sent>,
}

impl Naive {
    fn absence(&self, scope: u8, prefix: &[u32], now: i64) -> Option<Absence> {
        let is_it = |kept: &&Kept| kept.scope == scope && kept.prefix == prefix;
        let resident = self.kept.iter().find(is_it);
        let Some(entry) = resident.or_else(|| self.gone.iter().find(is_it)) else { return Some(Absence::Rule) };
        if now < entry.visible {
            Some(Absence::Pending)
        } else if entry.is_stale(now) {
            Some(Absence::Expired)
        } else {
            resident.is_none().then_some(Absence::Evicted)
        }
    }

    fn write(&mut self, scope: u8, prefix: &[u32], now: i64, visible: i64, lifetime: Option<i64>) {
        let lives = self.absence(scope, prefix, now);
        let lives = matches!(lives, None | Some(Absence::Pending));
        let found = |list: &mut Vec<Kept>| {
            let at = list.iter().position(|kept| kept.scope == scope && kept.prefix == prefix)?;
            Some(list.remove(at))
        };
        let (resident, gone) = (found(&mut self.kept), found(&mut self.gone));
        let lives = lives && resident.as_ref().is_some_and(|resident| !resident.is_stale(now));
        let old = resident.or(gone);
        let used = old.as_ref().map_or(now, |old| old.used.max(now));
        let old = old.filter(|_| lives);
        let visible = old.as_ref().map_or(visible, |old| old.visible.min(visible));
        let lifetime = old.map_or(lifetime, |old| old.lifetime);
        self.kept.push(Kept { scope, prefix: prefix.to_vec(), visible, used, lifetime });
        if self.limits.capacity.is_some_and(|capacity| self.kept.len() as u64 > capacity) {
            self.gone.push(self.kept.remove(0));
        }
    }

    fn touch(&mut self, scope: u8, prefix: &[u32], now: i64) {
        let at = self.kept.iter().position(|kept| kept.scope == scope && kept.prefix == prefix);
        if let Some(at) = at {
            let mut entry = self.kept.remove(at);
            entry.used = entry.used.max(now);
            self.kept.push(entry);
        }
    }

    /// The latest exchange that shares most, its share, and whether its whole prompt lies in it.
    fn parent(&self, sent: &Sent) -> Option<(usize, usize, bool)> {
        let shared = |past: &Sent| {
            let prompt = &sent.tokens[..sent.prompt];
            prompt.iter().zip(&past.tokens).take_while(|(a, b)| a == b).count()
        };
        let mine = || self.past.iter().enumerate().filter(|(_, past)| past.scope == sent.scope);
        let most = mine().map(|(_, past)| shared(past)).max().filter(|most| *most > 0)?;
        let best = mine().filter(|(_, past)| shared(past) == most);
        let (index, past) = best.max_by_key(|(index, past)| (past.core <= most, *index))?;
        Some((index, most, past.core <= most))
    }

    /// The owner of entries.
    fn owner(&self, sent: &Sent) -> u8 {
        let kind = if matches!(self.policy, AnyPolicy::Breakpoints(_)) { sent.kind } else { 0 };
        10 * kind + sent.scope
    }

    /// The reason why a token is not served, if it is not, among the first `limit` that may be.
    fn miss(&self, sent: &Sent, token: usize, limit: usize) -> Option<Absence> {
        let size = usize::try_from(self.policy.step()).unwrap();
        let cover = (token / size + 1) * size;
        let ends: Vec<usize> = (size..=limit / size * size).step_by(size).collect();
        let absences = |ends: Vec<usize>| -> Vec<Option<Absence>> {
            ends.iter().map(|end| self.absence(self.owner(sent), &sent.tokens[..*end], sent.time)).collect()
        };
        match self.policy {
            AnyPolicy::None => Some(Absence::Rule),
            AnyPolicy::Blocks(_) | AnyPolicy::ReplayedWindow(_) => {
                absences(ends.into_iter().filter(|end| *end <= cover).collect()).into_iter().flatten().min()
            }
            AnyPolicy::Units(_) => {
                let covering = absences(ends.into_iter().filter(|end| *end >= cover).collect());
                if covering.contains(&None) { None } else { covering.into_iter().flatten().min() }
            }
            AnyPolicy::Steps(_) => {
                let absences = absences((1..=limit).collect());
                let known = absences.iter().take_while(|absence| absence.is_none()).count();
                let served = known / size * size;
                let is_served = token < served && served as u64 >= self.policy.minimum();
                if is_served {
                    None
                } else if token < known {
                    Some(Absence::Rule)
                } else {
                    absences.get(known).copied().flatten()
                }
            }
            AnyPolicy::Breakpoints(_) => {
                let looked_at = (0..sent.ends.len()).filter(|index| sent.is_looked_at(*index));
                let ends = looked_at.map(|index| sent.ends[index].tokens).filter(|end| (cover..=limit).contains(end));
                let covering = absences(ends.collect());
                let miss = covering.iter().copied().flatten().min().unwrap_or(Absence::Rule);
                if covering.contains(&None) { None } else { Some(miss) }
            }
        }
    }

    fn exchange(&mut self, sent: &Sent) -> (Ledger, Option<(usize, usize, bool)>) {
        let parent = self.parent(sent);
        let common = parent.map_or(0, |(_, common, _)| common);
        let limit = common.min(sent.prompt - 1);
        let size = usize::try_from(self.policy.step()).unwrap();
        let mut ledger = Ledger::default();
        let mut longest = 0;
        for token in 0..sent.prompt {
            let cover = (token / size + 1) * size;
            let miss = self.miss(sent, token, limit);
            let is_cached = self.policy != AnyPolicy::None;
            match miss {
                _ if token >= common && common < sent.ends.first().map_or(size, |first| first.tokens) => {
                    ledger.cold += 1;
                }
                _ if token >= common && parent.is_some_and(|(_, _, appended)| appended) => ledger.new += 1,
                _ if token >= common => ledger.diverged += 1,
                _ if is_cached && token >= limit => ledger.rule += 1,
                _ if is_cached && cover > limit && !matches!(self.policy, AnyPolicy::Steps(_)) => ledger.tail += 1,
                None => {
                    ledger.hit += 1;
                    longest = longest.max(cover);
                }
                Some(reason) => ledger.absent(reason, 1),
            }
        }
        if matches!(self.policy, AnyPolicy::ReplayedWindow(_)) {
            let served = replayed(common, sent.prompt, parent.is_some_and(|(_, _, appended)| appended), size);
            let replayed = ledger.hit.saturating_sub(served as u64);
            ledger.hit -= replayed;
            ledger.rule += replayed;
        }
        if matches!(self.policy, AnyPolicy::Breakpoints(_)) {
            self.mark(sent, longest);
        } else {
            self.keep(sent, size, longest);
        }
        (ledger, parent)
    }

    /// The ends of the breakpoints at which an entry stands.
    fn kept_ends(&self, sent: &Sent) -> Vec<BlockEnd> {
        let marked: Vec<BlockEnd> = sent.ends.iter().copied().filter(|end| end.breakpoint.is_some()).collect();
        let is_long = |end: &BlockEnd| end.tokens as u64 >= self.policy.minimum();
        match sent.kept {
            Some(false) => Vec::new(),
            Some(true) => marked.iter().copied().filter(|end| is_long(end) || Some(end) == marked.last()).collect(),
            None => marked.into_iter().filter(is_long).collect(),
        }
    }

    fn mark(&mut self, sent: &Sent, hit: usize) {
        if hit > 0 {
            self.touch(self.owner(sent), &sent.tokens[..hit], sent.time);
        }
        for end in self.kept_ends(sent) {
            let own = end.breakpoint.and_then(|breakpoint| breakpoint.lifetime);
            let lifetime = own.filter(|_| !self.limits.overrides_requests).or(self.limits.lifetime);
            let visible = sent.time + sent.took + self.limits.delay;
            self.write(self.owner(sent), &sent.tokens[..end.tokens], sent.time, visible, lifetime);
        }
        self.past.push(sent.clone());
    }

    fn keep(&mut self, sent: &Sent, size: usize, hit: usize) {
        let total = sent.tokens.len();
        let ends: Vec<usize> = match self.policy {
            AnyPolicy::None | AnyPolicy::Breakpoints(_) => Vec::new(),
            AnyPolicy::Steps(_) => (1..=sent.prompt).collect(),
            AnyPolicy::Blocks(_) | AnyPolicy::ReplayedWindow(_) => (size..=total).step_by(size).collect(),
            AnyPolicy::Units(_) => {
                [sent.prompt - 1, total].map(|end| end / size * size).into_iter().filter(|e| *e > 0).collect()
            }
        };
        if matches!(self.policy, AnyPolicy::Units(_)) && hit > 0 {
            self.touch(self.owner(sent), &sent.tokens[..hit], sent.time);
        }
        for end in ends {
            let written = if end <= sent.prompt { sent.time } else { sent.time + sent.took };
            self.write(
                self.owner(sent),
                &sent.tokens[..end],
                sent.time,
                written + self.limits.delay,
                self.limits.lifetime,
            );
        }
        self.past.push(sent.clone());
    }
}

/// Tokens that DeepSeek V4.1 serves of a prompt with so many in common, as the facts have it: f(min(P - 1, L)) - 128 after a
/// repeat or a divergence, else f(S - 2) - 128.
fn replayed(common: usize, prompt: usize, is_appended: bool, size: usize) -> usize {
    let whole = |tokens: usize| tokens / size * size;
    let boundary = if common == prompt || !is_appended { common.min(prompt - 1) } else { common.saturating_sub(2) };
    whole(boundary).saturating_sub(size)
}

/// Streams in which prompts grow out of earlier ones: some tokens of one, then others.
pub(super) fn streams() -> impl Strategy<Value = Vec<Sent>> {
    let step = (
        (0..2_u8, 0..2_u8),
        any::<prop::sample::Index>(),
        0..30_usize,
        prop::collection::vec(0..3_u32, 1..14),
        0..9_usize,
        0..4_usize,
    );
    // Tokens of a block, whether the look-back counts it, and its breakpoint.
    let breakpoint = prop::option::of(prop::option::of(1..40_i64).prop_map(|lifetime| Breakpoint { lifetime }));
    let blocks = prop::collection::vec((1..5_usize, 0..2_usize, breakpoint), 0..6);
    let timed = (step, -2..20_i64, 0..10_i64, blocks, any::<Option<bool>>());
    prop::collection::vec(timed, 1..25).prop_map(|steps| {
        let mut all: Vec<Sent> = Vec::new();
        let mut time = 1000;
        for (((scope, kind), from, kept, more, answer, suffix), passed, took, blocks, reported) in steps {
            time += passed;
            let mut tokens: Vec<u32> = match all.len() {
                0 => Vec::new(),
                length => all[from.index(length)].tokens.iter().copied().take(kept).collect(),
            };
            tokens.extend(more);
            let prompt = tokens.len() - answer.min(tokens.len() - 1);
            let core = prompt - suffix.min(prompt - 1);
            let ends = ends(&blocks, prompt, kind.into());
            all.push(Sent { scope, kind, tokens, prompt, core, time, took, ends, kept: reported });
        }
        all
    })
}

fn ends(blocks: &[(usize, usize, Option<Breakpoint>)], prompt: usize, apart: u128) -> Vec<BlockEnd> {
    let (mut tokens, mut position) = (0, 0);
    let ends = blocks.iter().map(|(length, counted, breakpoint)| {
        tokens += length;
        position += counted;
        BlockEnd { digest: 0, apart, length: tokens, tokens, position, breakpoint: *breakpoint }
    });
    ends.take_while(|end| end.tokens <= prompt).collect()
}

/// Cuts tokens into pieces, equal ones the very same, as a tokenizer does that remembers what it has seen.
#[derive(Default)]
pub(super) struct Pieces(HashMap<Vec<u32>, Arc<[u32]>>);

impl Pieces {
    pub(super) fn cut(&mut self, tokens: &[u32], length: usize) -> Sequence {
        let mut sequence = Sequence::default();
        for piece in tokens.chunks(length) {
            let known = self.0.entry(piece.to_vec()).or_insert_with(|| piece.into());
            sequence.push(Arc::clone(known), 0);
        }
        sequence
    }
}

pub(super) fn limits() -> impl Strategy<Value = Limits> {
    let lifetime = prop_oneof![Just(None), (1..40_i64).prop_map(Some)];
    let capacity = prop_oneof![Just(None), (1..12_u64).prop_map(Some)];
    (lifetime, 0..8_i64, capacity, any::<bool>()).prop_map(|(lifetime, delay, capacity, overrides_requests)| Limits {
        lifetime,
        delay,
        capacity,
        overrides_requests,
        leeway: None,
    })
}

/// Policies that serve the same whether they know tokens or blocks.
fn fixed_policies() -> impl Strategy<Value = AnyPolicy> {
    let blocks = (1..5_u64).prop_map(|size| AnyPolicy::Blocks(Blocks::new(size, None)));
    let units = (1..5_u64).prop_map(|size| AnyPolicy::Units(Units::new(size)));
    prop_oneof![blocks, units, Just(AnyPolicy::None)]
}

pub(super) fn policies() -> impl Strategy<Value = AnyPolicy> {
    let breakpoints = (1..16_u64).prop_map(|minimum| AnyPolicy::Breakpoints(Breakpoints::new(minimum, LOOK_BACK)));
    let windows = (1..5_u64).prop_map(|size| AnyPolicy::ReplayedWindow(ReplayedWindow::new(size)));
    let steps =
        (1..5_u64, 1..8_u64).prop_map(|(size, minimum)| AnyPolicy::Steps(Steps::new(size, minimum, HIDDEN as u64)));
    prop_oneof![3 => fixed_policies(), 2 => breakpoints, 1 => windows, 1 => steps]
}

fn fingerprints(key: &Key, tokens: &[u32], size: u64) -> Vec<u128> {
    let mut fingerprint = key.start("tokens");
    let blocks = tokens.chunks_exact(usize::try_from(size).unwrap());
    blocks
        .map(|block| {
            for token in block {
                fingerprint.add(&token.to_le_bytes());
            }
            fingerprint.value()
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn the_fast_cache_equals_the_naive_one(stream in streams(), limits in limits(), policy in policies(), length in 1..5_usize) {
        let mut pieces = Pieces::default();
        let mut naive = Naive { policy, limits, kept: Vec::new(), gone: Vec::new(), past: Vec::new() };
        let mut fast = Replay::new(policy, limits);
        for (index, sent) in stream.iter().enumerate() {
            let place = Place::new(0, index as u64);
            let (start, end) = (Instant::from_micros(sent.time), Instant::from_micros(sent.time + sent.took));
            let scope = ScopeKey::new(&[&sent.scope.to_string()]);
            let sequence = pieces.cut(&sent.tokens, length);
            let outcome = fast.exchange(scope, sent.cut(&sequence), Seen { place, start, end });
            let (ledger, parent) = naive.exchange(sent);
            let expected = parent.map(|(index, common, is_appended)| Parent {
                place: Place::new(0, index as u64),
                common_tokens: common as u64,
                is_appended,
            });
            prop_assert_eq!(outcome.ledger, ledger, "exchange {}", index);
            prop_assert_eq!(outcome.parent, expected, "exchange {}", index);
            prop_assert_eq!(outcome.hit_tokens, ledger.hit);
            prop_assert!((outcome.hit_tokens_min..=outcome.hit_tokens_max).contains(&outcome.hit_tokens));
            if matches!(policy, AnyPolicy::Breakpoints(_)) {
                let last = naive.kept_ends(sent).last().map_or(0, |end| end.tokens as u64);
                prop_assert_eq!(outcome.written.map(|written| written.total()), Some(last.saturating_sub(ledger.hit)));
            }
            prop_assert_eq!(ledger.total(), sent.prompt as u64);
        }
    }

    #[test]
    fn a_redacted_exchange_hits_as_the_clear_one_and_is_known_to_the_block(
        stream in streams(), limits in limits(), policy in fixed_policies(), parts in 1..4_u64,
    ) {
        let key = &*KEY;
        let size = policy.step();
        // The exchange's blocks may be smaller than the rule's.
        let block_size = if size % parts == 0 { size / parts } else { size };
        let (mut clear, mut redacted) = (Replay::new(policy, limits), Replay::new(policy, limits));
        for (index, sent) in stream.iter().enumerate() {
            let place = Place::new(0, index as u64);
            let (start, end) = (Instant::from_micros(sent.time), Instant::from_micros(sent.time + sent.took));
            let (scope, seen) = (ScopeKey::new(&[&sent.scope.to_string()]), Seen { place, start, end });
            let whole = clear.exchange(scope, sent.cut(&sent.tokens[..].into()), seen);
            let exchange = Redacted {
                block_size,
                prompt_tokens: sent.prompt as u64,
                core_tokens: sent.core as u64,
                output_tokens: (sent.tokens.len() - sent.prompt) as u64,
                fingerprints: fingerprints(key, &sent.tokens, block_size),
                ..Redacted::default()
            };
            let known = redacted.redacted(scope, &exchange, &[], (None, BilledPrompt::default()), seen);
            prop_assert_eq!((known.hit_tokens, known.hit_tokens_max), (whole.hit_tokens, whole.hit_tokens_max));
            prop_assert_eq!(known.ledger.total(), whole.ledger.total());
            let common = |outcome: &Outcome| outcome.parent.map_or(0, |parent| parent.common_tokens);
            prop_assert_eq!(common(&known), common(&whole) / block_size * block_size);
        }
    }

    #[test]
    fn blocks_without_limits_serve_all_that_was_seen_but_the_tail(stream in streams(), size in 1..5_u64) {
        let mut cache = Replay::new(AnyPolicy::Blocks(Blocks::new(size, None)), Limits::default());
        for (index, sent) in stream.iter().enumerate() {
            let seen = Seen { place: Place::new(0, index as u64), start: Instant::UNKNOWN, end: Instant::UNKNOWN };
            let outcome = cache.exchange(ScopeKey::new(&["a"]), sent.cut(&sent.tokens[..].into()), seen);
            let common = outcome.parent.map_or(0, |parent| parent.common_tokens);
            prop_assert_eq!(outcome.ledger.hit + outcome.ledger.tail, common.min(sent.prompt as u64 - 1));
            prop_assert_eq!(outcome.ledger.hit % size, 0);
        }
    }
}

#[test]
fn times_that_the_provider_leaves_open_give_hits_a_range() {
    let leeway = Some(Leeway { least_lifetime: Some(60), most_delay: 10 });
    let limits = Limits { lifetime: Some(1000), leeway, ..Limits::default() };
    for policy in [AnyPolicy::Blocks(Blocks::new(2, None)), AnyPolicy::Units(Units::new(2))] {
        let served = |ages: i64| {
            let mut replay = Replay::new(policy, limits);
            let mut at = |micros: i64, tokens: &[u32]| {
                let (sequence, now) = (Sequence::from(tokens), Instant::from_micros(micros));
                let seen = Seen { place: Place::default(), start: now, end: now };
                let (block_ends, billed) = (&[][..], BilledPrompt::default());
                let prompt = tokens.len();
                let tokens = Tokens { sequence: &sequence, prompt, core: prompt, block_ends, kept: None, billed };
                let outcome = replay.exchange(ScopeKey::new(&[]), tokens, seen);
                (outcome.hit_tokens_min, outcome.hit_tokens, outcome.hit_tokens_max)
            };
            at(0, &[1, 2, 3, 4, 5]);
            at(ages, &[1, 2, 3, 4, 5, 6])
        };
        assert_eq!(served(5), (0, 4, 4), "perhaps not built yet");
        assert_eq!(served(20), (4, 4, 4));
        assert_eq!(served(100), (0, 4, 4), "perhaps gone");
        assert_eq!(served(2000), (0, 0, 4), "perhaps kept after all");
    }
}
