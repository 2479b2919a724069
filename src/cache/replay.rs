//! The replay: exchanges in log order through history, rule and table.

use std::collections::HashMap;

use super::curve::{NotAllAtOnce, Step, Sweep, Sweeping};
use super::history::{Common, History, Known};
use super::key::{PrefixKey, ScopeKey};
use super::ledger::Ledger;
use super::recent_sequences::RecentSequences;
use super::rule::{Kept, Lookup, serve};
use super::table::Instant;
use crate::exchange::{Place, Redacted};
use crate::number::to_usize;
use crate::profile::Rule;
use crate::tokens::{Sequence, TokenId};

/// What bounds a cache in time and space.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Microseconds an entry lives after its last use; `None` is for ever.
    pub lifetime: Option<i64>,
    /// Microseconds until a write becomes visible.
    pub delay: i64,
    /// Entries at most, the least recently used going first; `None` is without limit.
    pub capacity: Option<u64>,
}

/// One exchange as the cache sees it.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Its line.
    pub place: Place,
    /// When the request started.
    pub start: Instant,
    /// When the response ended.
    pub end: Instant,
}

/// What the replay of one exchange found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Tokens served.
    pub hit_tokens: u64,
    /// Tokens that could be served at most, where the rule leaves a range.
    pub hit_tokens_max: u64,
    /// What became of every token.
    pub ledger: Ledger,
    /// The earlier exchange with the longest common prefix.
    pub parent: Option<Parent>,
}

/// The earlier exchange with the longest common prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parent {
    /// Its line.
    pub place: Place,
    /// Tokens in common, its prompt and output against this prompt.
    pub common_tokens: u64,
    /// Whether its whole prompt is in common, so that this one only appends.
    pub is_appended: bool,
}

/// A cache under one rule and its limits, with one history for each scope.
pub struct Replay {
    rule: Rule,
    limits: Limits,
    kept: Kept,
    histories: HashMap<ScopeKey, History>,
    recent: RecentSequences,
    /// Histories of redacted exchanges, whose blocks stand for tokens, by the size of their blocks.
    redacted: HashMap<(ScopeKey, u64), History>,
    /// A number for each block's fingerprint.
    blocks: HashMap<u128, TokenId>,
    sweep: Option<Sweep>,
    /// What the last exchange would be served at every limit.
    steps: Result<Vec<Step>, NotAllAtOnce>,
}

impl Replay {
    /// An empty cache.
    pub fn new(rule: Rule, limits: Limits) -> Self {
        Self {
            rule,
            limits,
            kept: Kept::new(limits),
            histories: HashMap::new(),
            recent: RecentSequences::default(),
            redacted: HashMap::new(),
            blocks: HashMap::new(),
            sweep: None,
            steps: Ok(Vec::new()),
        }
    }

    /// An empty cache that is also replayed at every limit.
    #[must_use]
    pub fn sweeping(self, sweeping: &Sweeping) -> Self {
        Self { sweep: Some(Sweep::new(self.rule, self.limits, sweeping)), ..self }
    }

    /// What the last exchange would have been served at every limit, where that is swept.
    pub fn steps(&self) -> Option<&Result<Vec<Step>, NotAllAtOnce>> {
        self.sweep.is_some().then_some(&self.steps)
    }

    /// Looks an exchange up and keeps it. `sequence` is prompt and output, the first `prompt` tokens of it the prompt, and the
    /// first `core` of those the prompt without the suffix that asks for the answer.
    pub fn exchange(
        &mut self,
        scope: ScopeKey,
        sequence: &Sequence,
        prompt: usize,
        core: usize,
        seen: Seen,
    ) -> Outcome {
        let block_size = self.block_size();
        let (mut recent, known) = self.recent.take(scope, sequence, block_size);
        let history = self.histories.entry(scope).or_default();
        let known = recent.node.map_or(Known::NOTHING, |node| Known { node, tokens: known });
        let common = history.common(&recent.tokens[..prompt], known);
        recent.node = history.insert(sequence, &recent.tokens, core, seen, known);
        scope.extend_prefixes(&mut recent.keys, &recent.tokens, block_size);
        let outcome = self.served(&recent.keys, (recent.tokens.len(), prompt), common, seen);
        self.recent.put(recent);
        outcome
    }

    /// The same for an exchange that is known by fingerprints: what it has in common with others is known to the block.
    /// The rule's blocks must be whole numbers of the exchange's.
    pub fn redacted(&mut self, scope: ScopeKey, exchange: &Redacted, seen: Seen) -> Outcome {
        let blocks: Vec<TokenId> = exchange.fingerprints.iter().map(|value| self.number(*value)).collect();
        let size = to_usize(exchange.block_size).max(1);
        let (prompt, core) = (to_usize(exchange.prompt_tokens), to_usize(exchange.core_tokens));
        let history = self.redacted.entry((scope, exchange.block_size)).or_default();
        let common = history.common(&blocks[..prompt / size], Known::NOTHING);
        history.insert(&Sequence::from(&blocks[..]), &blocks, core / size, seen, Known::NOTHING);
        let common = Common { length: common.length * size, ..common };
        let length = prompt + to_usize(exchange.output_tokens);
        // Whole blocks of the rule end at every so many of the exchange's.
        let block_size = self.block_size();
        let ends = exchange.fingerprints.iter().enumerate().map(|(index, value)| ((index + 1) * size, value));
        let whole = ends.filter(|(end, _)| end % block_size == 0);
        let keys: Vec<PrefixKey> = whole.map(|(_, value)| scope.fingerprint(*value)).collect();
        self.served(&keys, (length, prompt), common, seen)
    }

    /// A number for a fingerprint, the same for the same.
    fn number(&mut self, fingerprint: u128) -> TokenId {
        let next = TokenId::try_from(self.blocks.len()).unwrap_or(TokenId::MAX);
        *self.blocks.entry(fingerprint).or_insert(next)
    }

    fn served(&mut self, keys: &[PrefixKey], (length, prompt): (usize, usize), common: Common, seen: Seen) -> Outcome {
        let visible = (seen.start.plus(self.limits.delay), seen.end.max(seen.start).plus(self.limits.delay));
        let lookup = Lookup { length, keys, prompt, common: common.length, now: seen.start, visible };
        let served = serve(self.rule, &mut self.kept, &lookup);
        if let Some(sweep) = &mut self.sweep {
            self.steps = sweep.serve(&lookup);
        }
        let mut ledger = served.ledger;
        let fresh = (prompt - common.length) as u64;
        *self.fresh_bucket(&mut ledger, common) += fresh;
        Outcome {
            hit_tokens: served.hit as u64,
            hit_tokens_max: served.hit_max as u64,
            ledger,
            parent: common.owner.map(|place| Parent {
                place,
                common_tokens: common.length as u64,
                is_appended: common.is_appended,
            }),
        }
    }

    /// Tokens in a block; where the rule knows none no keys are needed, and no sequence has so many.
    fn block_size(&self) -> usize {
        let size = if self.rule == Rule::None { u64::MAX } else { self.rule.block_size() };
        to_usize(size)
    }

    /// The bucket of what no earlier exchange has.
    fn fresh_bucket<'a>(&self, ledger: &'a mut Ledger, common: Common) -> &'a mut u64 {
        if (common.length as u64) < self.rule.block_size() {
            &mut ledger.cold
        } else if common.is_appended {
            &mut ledger.new
        } else {
            &mut ledger.diverged
        }
    }
}
