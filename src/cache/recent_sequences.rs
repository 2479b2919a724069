//! The most recent token sequences with what was computed from each: a sequence that begins like one of them is computed only from
//! where it differs.

use super::key::{PrefixKey, ScopeKey};
use crate::tokens::{Sequence, TokenId};

/// Sequences kept at most: conversations that continue side by side.
const MOST: usize = 32;

/// Tokens in all kept sequences together, beyond which the oldest are dropped.
const MOST_TOKENS: usize = 1 << 22;

/// A sequence and what was computed from it.
#[derive(Default)]
pub(super) struct RecentSequence {
    scope: Option<ScopeKey>,
    sequence: Sequence,
    pub(super) tokens: Vec<TokenId>,
    /// The keys of the prefixes that end at each multiple of the block size.
    pub(super) keys: Vec<PrefixKey>,
    /// The node of the history at which the sequence ends.
    pub(super) node: Option<u32>,
}

/// Recent sequences, the latest at the end.
#[derive(Default)]
pub(super) struct RecentSequences(Vec<RecentSequence>);

impl RecentSequences {
    /// An entry that holds this sequence, and the number of its first tokens that an earlier one has: the history holds these, and
    /// the keys of their blocks are in the entry.
    pub(super) fn take(&mut self, scope: ScopeKey, sequence: &Sequence, block_size: usize) -> (RecentSequence, usize) {
        let shared =
            |entry: &RecentSequence| if entry.scope == Some(scope) { entry.sequence.shared(sequence) } else { (0, 0) };
        let best = self.0.iter().enumerate().map(|(index, entry)| (shared(entry), index));
        let ((pieces, tokens), index) = best.max_by_key(|((_, tokens), _)| *tokens).unwrap_or_default();
        // A conversation that continues replaces its entry; one that branches off leaves the entry to the other branch.
        let continues = |entry: &RecentSequence| tokens * 2 >= entry.tokens.len();
        let mut entry = match self.0.get(index).filter(|_| tokens > 0) {
            None => RecentSequence::default(),
            Some(entry) if continues(entry) => self.0.remove(index),
            Some(entry) => entry.beginning(tokens, tokens / block_size),
        };
        entry.tokens.truncate(tokens);
        entry.keys.truncate(tokens / block_size);
        sequence.append_behind(pieces, &mut entry.tokens);
        entry.sequence.clone_from(sequence);
        entry.scope = Some(scope);
        (entry, tokens)
    }

    /// Keeps an entry as the latest.
    pub(super) fn put(&mut self, entry: RecentSequence) {
        let mut tokens = entry.tokens.len();
        self.0.push(entry);
        let kept = self.0.iter().rev().skip(1).take(MOST - 1).take_while(|entry| {
            tokens += entry.tokens.len();
            tokens <= MOST_TOKENS
        });
        let dropped = self.0.len() - 1 - kept.count();
        self.0.drain(..dropped);
    }
}

impl RecentSequence {
    /// Another entry with the same first tokens and keys.
    fn beginning(&self, tokens: usize, keys: usize) -> Self {
        Self {
            tokens: self.tokens[..tokens].to_vec(),
            keys: self.keys[..keys.min(self.keys.len())].to_vec(),
            node: self.node,
            ..Self::default()
        }
    }
}
