//! Keys: a request as the cache sees it, in columns: whose it is, when it was made, and one key for each block of its prompt and answer.
//!
//! A key names everything up to the end of its block, within the cache that the request meets: owner, model and rule are folded in, so that
//! two requests share a key if and only if one could be served what the other wrote. It is made of fingerprints under a secret, as those
//! of a redacted log are, and says no more of a text than they do.

use super::{BLOCK_TRACE, BlockLayout, CountedExchange, KnownTokens, Simulation};
use crate::cache::{AnyPolicy, BlockEnd, ENTRIES_ALONE, KeyedUse, ScopeKey};
use crate::exchange::{BlockTrace, Exchange, Input, Redacted};
use crate::hash::{self, Key};
use crate::profile::Profile;

/// A request in columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestKeys {
    /// The caller, as a fingerprint.
    pub scope: Option<String>,
    /// The model as it was asked for, its own names as fingerprints.
    pub model: Option<String>,
    /// The policy of the cache that it meets; `None` if it meets none, or cannot be replayed.
    pub policy: Option<&'static str>,
    /// The cache that it meets: of owner, model and rule.
    pub cache: u128,
    /// Tokens in a block.
    pub block_size: u64,
    /// Tokens of the prompt without what asks for the answer.
    pub core_tokens: u64,
    /// Start of the request, in microseconds since 1970; the least number if no time is known.
    pub start: i64,
    /// The end of the answer; the start if it is not known.
    pub end: i64,
    /// The whole blocks of prompt and answer, or the ends of the prompt's content blocks where the rule keeps entries there, in order; none
    /// where the rule keeps none of such a request.
    pub uses: Vec<KeyedUse>,
}

/// The key in halves, as numbers that all tables have.
#[expect(clippy::cast_possible_truncation, reason = "the key's two halves")]
pub fn halves(key: u128) -> (i64, i64) {
    ((key >> 64) as i64, key as i64)
}

/// The key of two halves.
#[expect(clippy::cast_sign_loss, reason = "the bits of the halves")]
pub fn of_halves(high: i64, low: i64) -> u128 {
    u128::from(high as u64) << 64 | u128::from(low as u64)
}

impl Simulation<'_> {
    /// The columns of a request, its texts as fingerprints under the key. The simulation replays nothing else, since it learns from each request
    /// what lengths are billed.
    pub fn keys_of(&mut self, exchange: &Exchange, counted: Option<CountedExchange>, key: &Key) -> RequestKeys {
        let redacted = self.redact_counted(exchange.clone(), counted, key);
        let choice = match &exchange.request.input {
            Input::Redacted(prompt) => self.choose_redacted(prompt, exchange),
            _ => self.counter.choose(exchange, self.time_of(exchange)),
        };
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
        let mut keys = RequestKeys {
            scope: redacted.scope.name(),
            model: redacted.model().map(str::to_owned),
            cache: scope.value(),
            start: seen.start.micros(),
            end: seen.end.max(seen.start).micros(),
            ..RequestKeys::default()
        };
        match &redacted.request.input {
            Input::Blocks(trace) => {
                keys.policy = Some(TRACED);
                keys.block_size = self.block_size_of(trace).tokens;
                keys.uses = uses_of_trace(trace, keys.block_size, scope);
            }
            Input::Redacted(prompt) => {
                keys.core_tokens = prompt.core_tokens;
                if let Some(profile) =
                    profile.filter(|profile| profile.template.not_replayed(&exchange.request).is_none())
                {
                    self.keys_of_prompt(prompt, (&redacted, &profile), scope, &mut keys);
                }
            }
            Input::Messages(_) | Input::Text(_) | Input::Missing => {}
        }
        keys
    }

    /// Fills in policy and uses of a prompt that is replayed under a profile.
    fn keys_of_prompt(
        &mut self,
        prompt: &Redacted,
        (exchange, profile): (&Exchange, &Profile),
        scope: ScopeKey,
        keys: &mut RequestKeys,
    ) {
        let policy = profile.policy;
        keys.block_size = policy.key_step().unwrap_or(prompt.block_size);
        if prompt.has_own_tools {
            let layout = self.layout_of_first_round(KnownTokens::Redacted(prompt), scope, profile, exchange);
            if let Some(layout) = layout.filter(|_| policy.needs_block_ends()) {
                keys.policy = Some(ENTRIES_ALONE);
                keys.uses = uses_of_ends(prompt, policy, &layout, scope);
            }
            return;
        }
        keys.policy = Some(policy.name());
        keys.uses = if policy.needs_block_ends() {
            let layout = self.layout(KnownTokens::Redacted(prompt), exchange, profile, scope);
            layout.map_or_else(Vec::new, |layout| uses_of_ends(prompt, policy, &layout, scope))
        } else {
            uses_of_steps(prompt, policy, scope)
        };
    }
}

/// The name of the policy under which a trace's blocks are replayed.
const TRACED: &str = "blocks";

/// The ends of whole steps of a prompt and its answer under a policy, an entry being left at those that are written; none where it keeps
/// nothing of such a prompt.
fn uses_of_steps(redacted: &Redacted, policy: AnyPolicy, scope: ScopeKey) -> Vec<KeyedUse> {
    let Some(step) = policy.key_step() else { return Vec::new() };
    let is_too_short = policy.minimum() > policy.step() && redacted.prompt_tokens < policy.minimum();
    if is_too_short {
        return Vec::new();
    }
    let keyed = |(index, fingerprint): (usize, &u128)| {
        let end = (index as u64 + 1) * redacted.block_size;
        end.is_multiple_of(step).then(|| KeyedUse {
            key: scope.fingerprint(*fingerprint).value(),
            tokens: end,
            is_after_answer: end > redacted.prompt_tokens,
            // The last token of a prompt is never served.
            is_read: end < redacted.prompt_tokens,
            is_written: policy.leaves_at_step(
                end,
                redacted.prompt_tokens,
                redacted.prompt_tokens + redacted.output_tokens,
            ),
            lifetime: None,
        })
    };
    redacted.fingerprints.iter().enumerate().filter_map(keyed).collect()
}

/// The ends of a prompt's content blocks at which its cache looks or keeps an entry.
fn uses_of_ends(redacted: &Redacted, policy: AnyPolicy, layout: &BlockLayout, scope: ScopeKey) -> Vec<KeyedUse> {
    let uses = policy.uses_of_ends(&layout.block_ends, layout.kept);
    let keyed = |(end, (is_read, is_written)): (&BlockEnd, (bool, bool))| KeyedUse {
        key: scope.end(end).value(),
        tokens: end.length as u64,
        // A prefix can be served once the answer has begun; logs tell when it ended.
        is_after_answer: true,
        is_read: is_read && (end.tokens as u64) < redacted.prompt_tokens,
        is_written,
        lifetime: end.breakpoint.and_then(|mark| mark.lifetime),
    };
    let keyed = layout.block_ends.iter().zip(uses).map(keyed);
    keyed.filter(|keyed| keyed.is_read || keyed.is_written).collect()
}

/// The blocks of a trace's line: a block is another one behind other blocks.
fn uses_of_trace(trace: &BlockTrace, size: u64, scope: ScopeKey) -> Vec<KeyedUse> {
    let mut chained = 0;
    let keyed = |(index, id): (usize, &u64)| {
        chained = hash::chain(chained, &id.to_le_bytes());
        let end = (index as u64 + 1) * size;
        KeyedUse {
            key: scope.fingerprint(chained).value(),
            // The last block may not be whole.
            tokens: trace.input_length.map_or(end, |tokens| tokens.min(end)),
            is_after_answer: false,
            is_read: true,
            is_written: true,
            lifetime: None,
        }
    };
    trace.hash_ids.iter().enumerate().map(keyed).collect()
}
