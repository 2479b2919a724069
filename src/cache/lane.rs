//! The sequences of lately, with what was worked out of each: a sequence that begins as one of them does is worked out from
//! there on alone.

use super::key::{PrefixKey, ScopeKey};
use crate::tokens::{Sequence, TokenId};

/// How many are kept: conversations that go on side by side.
const MOST: usize = 32;

/// Tokens in all of them together, beyond which the oldest go.
const MOST_TOKENS: usize = 1 << 22;

/// A sequence and what was worked out of it.
#[derive(Default)]
pub(super) struct Lane {
    scope: Option<ScopeKey>,
    sequence: Sequence,
    pub(super) tokens: Vec<TokenId>,
    /// The keys of the prefixes that end at each multiple of the block size.
    pub(super) keys: Vec<PrefixKey>,
    /// The node of the history at which the sequence ends.
    pub(super) node: Option<u32>,
}

/// The sequences of lately, the latest at the end.
#[derive(Default)]
pub(super) struct Lanes(Vec<Lane>);

impl Lanes {
    /// A lane that holds this sequence, and how many of its tokens are known from before: of these the history has seen all, and
    /// of the blocks in them the keys are there.
    pub(super) fn take(&mut self, scope: ScopeKey, sequence: &Sequence, block_size: usize) -> (Lane, usize) {
        let shared = |lane: &Lane| if lane.scope == Some(scope) { lane.sequence.shared(sequence) } else { (0, 0) };
        let best = self.0.iter().enumerate().map(|(index, lane)| (shared(lane), index));
        let ((pieces, tokens), index) = best.max_by_key(|((_, tokens), _)| *tokens).unwrap_or_default();
        // A conversation that goes on takes its lane with it; one that parts from it leaves it alone.
        let goes_on = |lane: &Lane| tokens * 2 >= lane.tokens.len();
        let mut lane = match self.0.get(index).filter(|_| tokens > 0) {
            None => Lane::default(),
            Some(lane) if goes_on(lane) => self.0.remove(index),
            Some(lane) => lane.beginning(tokens, tokens / block_size),
        };
        lane.tokens.truncate(tokens);
        lane.keys.truncate(tokens / block_size);
        sequence.append_behind(pieces, &mut lane.tokens);
        lane.sequence.clone_from(sequence);
        lane.scope = Some(scope);
        (lane, tokens)
    }

    /// Keeps a lane as the latest.
    pub(super) fn put(&mut self, lane: Lane) {
        let mut tokens = lane.tokens.len();
        self.0.push(lane);
        let kept = self.0.iter().rev().skip(1).take(MOST - 1).take_while(|lane| {
            tokens += lane.tokens.len();
            tokens <= MOST_TOKENS
        });
        let gone = self.0.len() - 1 - kept.count();
        self.0.drain(..gone);
    }
}

impl Lane {
    /// Another lane that begins alike.
    fn beginning(&self, tokens: usize, keys: usize) -> Self {
        Self {
            tokens: self.tokens[..tokens].to_vec(),
            keys: self.keys[..keys.min(self.keys.len())].to_vec(),
            node: self.node,
            ..Self::default()
        }
    }
}
