//! Keys: a call as the cache sees it, in columns: whose it is, when it was made, and one key for each whole block of its prompt and answer.
//!
//! A key names everything up to the end of its block, within the cache that the call meets: owner, model and rule are folded in, so that
//! two calls share a key if and only if one could be served what the other wrote. It is made of fingerprints under a secret, as those
//! of a redacted log are, and says no more of a text than they do.

use super::{BLOCK_TRACE, Simulation};
use crate::cache::{AnyPolicy, ScopeKey};
use crate::exchange::{BlockTrace, Exchange, Input, Redacted};
use crate::hash::{self, Key};

/// The time of a call that none is known of.
pub const UNKNOWN_TIME: i64 = i64::MIN;

/// A call in columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallKeys {
    /// The caller, as a fingerprint.
    pub scope: Option<String>,
    /// The model as it was asked for, its own names as fingerprints.
    pub model: Option<String>,
    /// Tokens in a block.
    pub block_size: u64,
    /// Tokens of the prompt without what asks for the answer.
    pub core_tokens: u64,
    /// The first blocks, so many, that can be served: the last token of a prompt never is.
    pub readable_blocks: u64,
    /// Start of the request, in microseconds since 1970; [`UNKNOWN_TIME`] if no time is known.
    pub start: i64,
    /// The end of the answer; the start if it is not known.
    pub end: i64,
    /// The whole blocks of prompt and answer, in order; none where the rule keeps none of such a call.
    pub blocks: Vec<KeyedBlock>,
}

/// A block of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyedBlock {
    /// The identity of everything up to its end.
    pub key: u128,
    /// It ends within the answer, and can be served from the end of that on.
    pub is_of_answer: bool,
    /// The call leaves it in the cache.
    pub is_written: bool,
}

impl KeyedBlock {
    /// The key in halves, as numbers that all tables have.
    #[expect(clippy::cast_possible_truncation, reason = "the key's two halves")]
    pub fn halves(self) -> (i64, i64) {
        ((self.key >> 64) as i64, self.key as i64)
    }
}

impl Simulation<'_> {
    /// The columns of a call, its texts as fingerprints under the key. It is to be called before the call is replayed.
    pub fn keys_of(&mut self, exchange: &Exchange, key: &Key) -> CallKeys {
        let redacted = self.redact(exchange.clone(), key);
        let choice = self.counter.choose(exchange, self.time_of(exchange));
        let profile = choice.map(|(profile, _)| profile);
        let is_trace = matches!(redacted.request.input, Input::Blocks(_));
        let sharings = &self.settings.sharings;
        let (name, (owner, _)) = if is_trace {
            (BLOCK_TRACE, sharings.owner_of_trace(&redacted.scope))
        } else {
            let name = profile.as_ref().map_or("", |profile| profile.name.as_str());
            (name, sharings.owner_under(&redacted.scope, profile.as_deref()))
        };
        let scope = ScopeKey::new(&[&owner, redacted.model().unwrap_or_default(), name]);
        let seen = self.seen(exchange);
        let mut keys = CallKeys {
            scope: redacted.scope.name(),
            model: redacted.model().map(str::to_owned),
            start: seen.start.micros(),
            end: seen.end.max(seen.start).micros(),
            ..CallKeys::default()
        };
        match &redacted.request.input {
            Input::Blocks(trace) => {
                keys.block_size = self.block_size_of(trace).tokens;
                keys.blocks = blocks_of_trace(trace, scope);
                keys.readable_blocks = keys.blocks.len() as u64;
            }
            Input::Redacted(redacted) => {
                let policy = profile.as_ref().map_or(AnyPolicy::None, |profile| profile.policy);
                let is_replayed = !redacted.has_own_tools
                    && profile.is_none_or(|profile| profile.template.not_replayed(&exchange.request).is_none());
                keys.block_size = policy.key_step().unwrap_or(redacted.block_size);
                keys.core_tokens = redacted.core_tokens;
                if is_replayed {
                    keys.blocks = blocks(redacted, policy, scope);
                    keys.readable_blocks = redacted.prompt_tokens.saturating_sub(1) / keys.block_size.max(1);
                }
            }
            Input::Messages(_) | Input::Text(_) | Input::Missing => {}
        }
        keys
    }
}

/// The whole blocks of a prompt and its answer under a policy; none where it keeps nothing of such a prompt.
fn blocks(redacted: &Redacted, policy: AnyPolicy, scope: ScopeKey) -> Vec<KeyedBlock> {
    let step = policy.key_step().unwrap_or(u64::MAX);
    let is_too_short = policy.minimum() > policy.step() && redacted.prompt_tokens < policy.minimum();
    if !policy.has_cache() || is_too_short {
        return Vec::new();
    }
    let length = redacted.prompt_tokens + redacted.output_tokens;
    let units = [redacted.prompt_tokens.saturating_sub(1), length].map(|end| end / step * step);
    let block = |(index, fingerprint): (usize, &u128)| {
        let end = (index as u64 + 1) * redacted.block_size;
        end.is_multiple_of(step).then(|| KeyedBlock {
            key: scope.fingerprint(*fingerprint).value(),
            is_of_answer: end > redacted.prompt_tokens,
            is_written: !matches!(policy, AnyPolicy::Units(_)) || units.contains(&end),
        })
    };
    redacted.fingerprints.iter().enumerate().filter_map(block).collect()
}

/// The blocks of a trace's line: a block is another one behind other blocks.
fn blocks_of_trace(trace: &BlockTrace, scope: ScopeKey) -> Vec<KeyedBlock> {
    let mut chained = 0;
    let block = |id: &u64| {
        chained = hash::chain(chained, &id.to_le_bytes());
        KeyedBlock { key: scope.fingerprint(chained).value(), is_of_answer: false, is_written: true }
    };
    trace.hash_ids.iter().map(block).collect()
}
