//! The replay: exchanges in log order through history and cache.

use std::collections::{HashMap, HashSet};

use super::curve::sweep;
use super::fleet::{Recorder, Uses};
use super::history::{Common, History, KnownStart, Seen};
use super::key::{PrefixKey, ScopeKey};
use super::ledger::Ledger;
use super::limits::{Limits, NotAllAtOnce, Step, Sweeping};
use super::policy::{AnyPolicy, BlockEnd, ByHidden, HiddenTokens, KeyedEnd, Likelihood, Lookup, OpenCache, Sweep};
use super::recent_sequences::RecentSequences;
use super::repeats::Repeats;
use crate::exchange::{Place, Redacted, Written};
use crate::number::to_usize;
use crate::tokens::{Sequence, TokenId};

/// The tokens of one exchange.
#[derive(Clone, Copy, Debug)]
pub struct Tokens<'a> {
    /// Prompt and output.
    pub sequence: &'a Sequence,
    /// Tokens of the prompt.
    pub prompt: usize,
    /// Tokens of the prompt without the suffix that asks for the answer.
    pub core: usize,
    /// The ends of the prompt's content blocks, in order; none if the provider knows no breakpoints.
    pub block_ends: &'a [BlockEnd],
    /// The provider's report that it kept something of the prompt, or nothing; `None` if it reports neither.
    pub kept: Option<bool>,
    /// Figures that the provider reported of its prompt, and the place of what it does not show.
    pub billed: BilledPrompt,
}

/// The size of a prompt and its hits as the provider reported them; a policy may learn from them for the next.
#[derive(Clone, Copy, Debug, Default)]
pub struct BilledPrompt {
    /// Tokens of the prompt.
    pub tokens: Option<u64>,
    /// Of them served from the cache.
    pub read: Option<u64>,
    /// Our token from which on there may be tokens that the log does not show.
    pub unseen_from: Option<usize>,
}

/// The result of replaying one exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The most likely number of tokens served.
    pub hit_tokens: u64,
    /// The least that the policy leaves possible.
    pub hit_tokens_min: u64,
    /// The most that the policy leaves possible.
    pub hit_tokens_max: u64,
    /// The number served by how many tokens of its own the provider does not count; `None` if that does not matter.
    pub by_hidden: Option<ByHidden>,
    /// Share of cases in which caches under this policy served the most likely number, if that was counted.
    pub likelihood: Option<Likelihood>,
    /// Tokens written, if the provider counts them.
    pub written: Option<Written>,
    /// The bucket of every token.
    pub ledger: Ledger,
    /// The earlier exchange with the longest common prefix.
    pub parent: Option<Parent>,
    /// Tokens behind the common prefix that earlier prompts had at another place, roughly.
    pub repeated_tokens: u64,
}

/// The earlier exchange with the longest common prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parent {
    /// Its place in the logs.
    pub place: Place,
    /// Tokens in common, its prompt and output against this prompt.
    pub common_tokens: u64,
    /// True if its whole prompt is in common, so that this one only appends.
    pub is_appended: bool,
}

/// The request as a lookup needs it, whether its tokens are known or their fingerprints alone.
#[derive(Clone, Copy)]
struct LookupRequest<'a> {
    keys: &'a [PrefixKey],
    ends: &'a [KeyedEnd],
    kept: Option<bool>,
    billed: BilledPrompt,
    /// Tokens of prompt and output.
    length: usize,
    /// Tokens of the prompt.
    prompt: usize,
    /// The tokens are known.
    common_is_exact: bool,
}

/// A cache under one policy and its limits, with one history for each scope.
pub struct Replay {
    policy: AnyPolicy,
    limits: Limits,
    cache: Box<dyn OpenCache>,
    histories: HashMap<ScopeKey, History>,
    recent: RecentSequences,
    /// Texts of the prompts of each scope behind those that they had in common.
    repeats: HashMap<ScopeKey, Repeats>,
    /// Histories of redacted exchanges, whose blocks stand for tokens, by the size of their blocks.
    redacted: HashMap<(ScopeKey, u64), History>,
    /// The block ends of redacted exchanges.
    seen_ends: HashSet<PrefixKey>,
    /// A number for each block's fingerprint.
    blocks: HashMap<u128, TokenId>,
    sweep: Option<Result<Box<dyn Sweep>, NotAllAtOnce>>,
    /// The part of the last exchange that would be served at every limit.
    steps: Result<Vec<Step>, NotAllAtOnce>,
    /// Recorder of the blocks that exchanges use, if they are asked for and the policy has such.
    recorder: Option<Recorder>,
}

impl Outcome {
    /// The hits of a ledger, which leave no range.
    pub(super) fn exactly(ledger: Ledger, parent: Option<Parent>) -> Self {
        let hit_tokens = ledger.hit;
        let (hit_tokens_min, hit_tokens_max) = (hit_tokens, hit_tokens);
        Self {
            hit_tokens,
            hit_tokens_min,
            hit_tokens_max,
            by_hidden: None,
            likelihood: None,
            written: None,
            ledger,
            parent,
            repeated_tokens: 0,
        }
    }

    /// A prompt that shares no block, but a quarter of its text with earlier ones, is no stranger: something before it changed.
    fn apart_from_strangers(mut self) -> Self {
        if self.ledger.cold > 0 && self.repeated_tokens * 4 >= self.ledger.cold {
            self.ledger.diverged += std::mem::take(&mut self.ledger.cold);
        }
        self
    }
}

impl Replay {
    /// An empty cache.
    pub fn new(policy: AnyPolicy, limits: Limits) -> Self {
        Self {
            policy,
            limits,
            cache: policy.open(limits),
            histories: HashMap::new(),
            recent: RecentSequences::default(),
            repeats: HashMap::new(),
            redacted: HashMap::new(),
            seen_ends: HashSet::new(),
            blocks: HashMap::new(),
            sweep: None,
            steps: Ok(Vec::new()),
            recorder: None,
        }
    }

    /// An empty cache that records which blocks exchanges use.
    #[must_use]
    pub fn recording(self) -> Self {
        Self { recorder: self.policy.recorder(self.limits), ..self }
    }

    /// The blocks that exchanges used so far; `None` where they are not recorded.
    pub fn uses_mut(&mut self) -> Option<&mut Uses> {
        self.recorder.as_mut().map(Recorder::uses_mut)
    }

    /// The blocks that exchanges used; `None` where they were not recorded.
    pub fn into_uses(self) -> Option<Uses> {
        self.recorder.map(Recorder::into_uses)
    }

    /// An empty cache that is also replayed at every limit.
    #[must_use]
    pub fn sweeping(self, sweeping: &Sweeping) -> Self {
        Self { sweep: Some(sweep(&*self.policy, self.limits, sweeping)), ..self }
    }

    /// The hidden tokens that reports told.
    pub fn hidden_tokens(&self) -> HiddenTokens {
        self.cache.hidden_tokens()
    }

    /// Knows hidden tokens that reports told elsewhere.
    pub fn know_hidden_tokens(&mut self, hidden: &HiddenTokens) {
        self.cache.know_hidden_tokens(hidden);
    }

    /// Returns the part of the last exchange that would have been served at every limit, if limits are swept.
    pub fn steps(&self) -> Option<&Result<Vec<Step>, NotAllAtOnce>> {
        self.sweep.is_some().then_some(&self.steps)
    }

    /// Looks an exchange up and keeps it.
    pub fn exchange(&mut self, scope: ScopeKey, tokens: Tokens<'_>, seen: Seen) -> Outcome {
        let Tokens { sequence, prompt, core, block_ends, kept, billed } = tokens;
        let key_step = self.key_step();
        let (mut recent, known) = self.recent.take(scope, sequence, key_step);
        let history = self.histories.entry(scope).or_default();
        let known = recent.node.map_or(KnownStart::NOTHING, |node| KnownStart { node, tokens: known });
        let common = history.common(&recent.tokens[..prompt], known);
        recent.node = history.insert(sequence, &recent.tokens, core, seen, known);
        scope.extend_prefixes(&mut recent.keys, &recent.tokens, key_step);
        let keyed = |end: &BlockEnd| {
            let key = scope.prefix(&recent.keys, &recent.tokens[..end.tokens], key_step);
            KeyedEnd { end: *end, key: key.apart(end.apart) }
        };
        let ends: Vec<KeyedEnd> = block_ends.iter().map(keyed).collect();
        let request = LookupRequest {
            keys: &recent.keys,
            ends: &ends,
            kept,
            billed,
            length: recent.tokens.len(),
            prompt,
            common_is_exact: true,
        };
        let outcome = self.served(request, common, seen);
        let repeated = self.repeats.entry(scope).or_default().see(&recent.tokens[common.length..prompt]);
        self.recent.put(recent);
        Outcome { repeated_tokens: repeated, ..outcome }.apart_from_strangers()
    }

    /// The same for an exchange that is known by fingerprints: what it has in common with others is known to the block.
    /// The policy must be able to replay it. `block_ends`, `kept` and `billed` are as in [`Tokens`].
    pub fn redacted(
        &mut self,
        scope: ScopeKey,
        exchange: &Redacted,
        block_ends: &[BlockEnd],
        (kept, billed): (Option<bool>, BilledPrompt),
        seen: Seen,
    ) -> Outcome {
        let blocks: Vec<TokenId> = exchange.fingerprints.iter().map(|value| self.number(*value)).collect();
        let size = to_usize(exchange.block_size).max(1);
        let (prompt, core) = (to_usize(exchange.prompt_tokens), to_usize(exchange.core_tokens));
        let history = self.redacted.entry((scope, exchange.block_size)).or_default();
        let common = history.common(&blocks[..prompt / size], KnownStart::NOTHING);
        history.insert(&Sequence::from(&blocks[..]), &blocks, core / size, seen, KnownStart::NOTHING);
        let keyed = |end: &BlockEnd| KeyedEnd { end: *end, key: scope.end(end) };
        let block_ends: Vec<KeyedEnd> = block_ends.iter().map(keyed).collect();
        // The common part of blocks reaches to the end of the last block that was seen, too.
        let is_seen = |end: &&KeyedEnd| self.seen_ends.contains(&end.key);
        let seen_end = block_ends.iter().rev().find(is_seen).map_or(0, |end| end.end.tokens);
        self.seen_ends.extend(block_ends.iter().map(|end| end.key));
        let seen_end = seen_end.max(self.seen_media(scope, exchange));
        let common = Common { length: (common.length * size).max(seen_end), ..common };
        let length = prompt + to_usize(exchange.output_tokens);
        // Prefix keys stand at every so many of the exchange's fingerprints.
        let key_step = self.key_step();
        let ends = exchange.fingerprints.iter().enumerate().map(|(index, value)| ((index + 1) * size, value));
        let whole = ends.filter(|(end, _)| end % key_step == 0);
        let keys: Vec<PrefixKey> = whole.map(|(_, value)| scope.fingerprint(*value)).collect();
        self.served(
            LookupRequest { keys: &keys, ends: &block_ends, kept, billed, length, prompt, common_is_exact: false },
            common,
            seen,
        )
    }

    /// Tokens up to what an earlier prompt had at the same place without showing all of it; it may stand within a block.
    fn seen_media(&mut self, scope: ScopeKey, exchange: &Redacted) -> usize {
        // All prompts of a rule begin with the same token.
        let has_earlier = !self.seen_ends.insert(scope.fingerprint(0));
        let Some((from, fingerprint)) = exchange.unseen_from.zip(exchange.unseen_fingerprint) else { return 0 };
        let is_seen = !self.seen_ends.insert(scope.fingerprint(fingerprint)) || from == 0 && has_earlier;
        if is_seen { to_usize(from) + 1 } else { 0 }
    }

    /// A number for a fingerprint, the same for the same.
    fn number(&mut self, fingerprint: u128) -> TokenId {
        let next = TokenId::try_from(self.blocks.len()).unwrap_or(TokenId::MAX);
        *self.blocks.entry(fingerprint).or_insert(next)
    }

    fn served(&mut self, request: LookupRequest<'_>, common: Common, seen: Seen) -> Outcome {
        let LookupRequest { keys, ends, kept, billed, length, prompt, common_is_exact } = request;
        let visible = (seen.start.plus(self.limits.delay), seen.end.max(seen.start).plus(self.limits.delay));
        let lookup = Lookup {
            length,
            keys,
            ends,
            kept,
            read: billed.read.map(to_usize),
            prompt,
            billed_prompt: billed.tokens.map(to_usize),
            unseen_from: billed.unseen_from,
            common: common.length,
            common_is_exact,
            is_appended: common.is_appended,
            now: seen.start,
            visible,
        };
        let served = self.cache.serve(&lookup);
        if let Some(recorder) = &mut self.recorder {
            recorder.add(&lookup);
        }
        if let Some(sweep) = &mut self.sweep {
            self.steps = sweep.as_mut().map(|sweep| sweep.serve(&lookup)).map_err(|not_all_at_once| *not_all_at_once);
        }
        let mut ledger = served.ledger;
        let (known, all) = served.in_their_tokens.unwrap_or((common.length, prompt));
        let fresh = all.saturating_sub(known) as u64;
        let least = ends.first().map_or(self.policy.step(), |first| first.end.tokens as u64);
        *fresh_bucket(&mut ledger, common, least) += fresh;
        Outcome {
            hit_tokens: served.hit as u64,
            hit_tokens_min: served.range.0 as u64,
            hit_tokens_max: served.range.1 as u64,
            by_hidden: served.by_hidden,
            likelihood: served.likelihood,
            written: served.written,
            ledger,
            parent: common.owner.map(|place| Parent {
                place,
                common_tokens: common.length as u64,
                is_appended: common.is_appended,
            }),
            repeated_tokens: 0,
        }
    }

    /// Tokens between two prefix keys; a policy that needs none gets none, since no sequence has so many tokens.
    fn key_step(&self) -> usize {
        self.policy.key_step().map_or(usize::MAX, to_usize)
    }
}

/// The bucket of what no earlier exchange has. A prompt that shares fewer than the `least` tokens shares nothing.
fn fresh_bucket(ledger: &mut Ledger, common: Common, least: u64) -> &mut u64 {
    if (common.length as u64) < least {
        &mut ledger.cold
    } else if common.is_appended {
        &mut ledger.new
    } else {
        &mut ledger.diverged
    }
}
