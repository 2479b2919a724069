//! Layouts: where the content blocks of an exchange end in the provider's tokens, for policies that keep entries there alone.

use std::sync::Arc;

use super::{KnownTokens, Simulation};
use crate::cache::{BlockEnd, Breakpoint, Outcome, Parent, Scale, ScopeKey, Step};
use crate::counting::Counted;
use crate::exchange::{Exchange, Redacted, RedactedBlockEnd, Usage};
use crate::hash::{self, Key};
use crate::lengths::{Billed, End, Lengths};
use crate::number::to_usize;
use crate::profile::Profile;
use crate::prompt::{Template, WITHOUT_TEXT};
use crate::time::{SignedDuration, micros};

/// The block ends of one exchange, and the scale on which they stand.
pub(super) struct BlockLayout {
    pub(super) block_ends: Vec<BlockEnd>,
    pub(super) kept: Option<bool>,
    scale: Scale,
}

/// A request's content blocks, for those who look for better places of breakpoints.
pub struct LaidOut {
    /// The scope of its entries.
    pub scope: ScopeKey,
    /// The profile it falls under.
    pub profile: Arc<Profile>,
    /// The ends of its blocks, in order.
    pub ends: Vec<BlockEnd>,
}

/// An hour in microseconds.
const HOUR: i64 = 3_600_000_000;

impl Simulation<'_> {
    /// The ends of its content blocks, if the profile's policy looks at those.
    pub(super) fn layout(
        &mut self,
        known: KnownTokens<'_>,
        exchange: &Exchange,
        profile: &Profile,
        scope: ScopeKey,
    ) -> Option<BlockLayout> {
        if !profile.policy.needs_block_ends() {
            return None;
        }
        let is_published = profile.template != Template::Anthropic;
        let (mut ends, count) = match known {
            KnownTokens::Counted(counted) => {
                let exact = || if is_published { text_before_media(counted) } else { 0 };
                (counted.block_ends.clone(), (counted.prompt_tokens, counted.estimated.as_ref().map(|_| exact())))
            }
            KnownTokens::Redacted(redacted) => {
                (of_redacted(redacted), (to_usize(redacted.prompt_tokens), redacted.estimated.as_ref().map(|_| 0)))
            }
        };
        if profile.policy.is_apart_by_cache_key() {
            set_apart(&mut ends, exchange.request.cache_key.as_deref());
        }
        if is_published {
            self.lengths.note_published(exchange.model().unwrap_or_default());
        }
        Some(BlockLayout::new(exchange, ends, count, scope, &mut self.lengths))
    }
}

/// Tokens of a prompt before its first image, file or sound, if these are what makes its count an estimate: they are counted exactly, and
/// what the provider counts more is behind them.
fn text_before_media(counted: &Counted) -> usize {
    if counted.estimated.as_deref() != Some(WITHOUT_TEXT) {
        return 0;
    }
    let stretches = counted.stretches(&|_, _| Vec::new());
    if stretches.iter().all(|stretch| !stretch.is_document) {
        return 0;
    }
    to_usize(stretches.iter().take_while(|stretch| !stretch.is_document).map(|stretch| stretch.tokens).sum())
}

impl BlockLayout {
    /// The layout of an exchange whose prompt has so many tokens by our count. If that is an estimate, it is one behind so many tokens, and
    /// the log's own usage says how long things are.
    pub(super) fn new(
        exchange: &Exchange,
        mut block_ends: Vec<BlockEnd>,
        (prompt_tokens, estimated_behind): (usize, Option<usize>),
        scope: ScopeKey,
        lengths: &mut Lengths,
    ) -> Self {
        let end = |end: &BlockEnd| End {
            key: scope.fingerprint(end.digest),
            tokens: end.tokens,
            is_breakpoint: end.breakpoint.is_some(),
            is_for_an_hour: end.breakpoint.and_then(|mark| mark.lifetime) == Some(HOUR),
        };
        let cached = cached(&exchange.usage);
        let scale = if let Some(exact) = estimated_behind {
            let ends: Vec<End> = block_ends.iter().map(end).collect();
            let prompt = exchange.usage.prompt_tokens.filter(|_| !exchange.usage.contradicts);
            let read = exchange.usage.hit_tokens.filter(|_| !exchange.usage.contradicts);
            let billed = Billed { prompt, cached, read, hour: for_an_hour(&exchange.usage) };
            lengths.scale(exchange.model().unwrap_or_default(), &ends, (prompt_tokens, exact), billed)
        } else {
            Scale::same()
        };
        for end in &mut block_ends {
            end.length = scale.position(end.tokens).likely;
        }
        Self { block_ends, kept: cached.map(|tokens| tokens > 0), scale }
    }

    /// Blocks behind which a breakpoint stands.
    pub(super) fn marks(&self) -> usize {
        self.block_ends.iter().filter(|end| end.breakpoint.is_some()).count()
    }

    /// The provider's tokens up to the last breakpoint, at most.
    pub(super) fn last_mark(&self) -> Option<u64> {
        let last = self.block_ends.iter().rfind(|end| end.breakpoint.is_some())?;
        Some(self.scale.position(last.tokens).max as u64)
    }

    /// The parts served at each limit in the provider's tokens.
    pub(super) fn rescale(&self, steps: &mut [Step]) {
        for step in steps {
            step.hit_tokens = self.scale.position(to_usize(step.hit_tokens)).likely as u64;
        }
    }

    /// An outcome in the provider's tokens.
    pub(super) fn in_their_tokens(&self, outcome: Outcome) -> Outcome {
        let theirs = |ours: u64| self.scale.position(to_usize(ours));
        let hit = theirs(outcome.hit_tokens);
        let common = outcome.parent.map_or(0, |parent| parent.common_tokens).max(outcome.hit_tokens);
        let (common_length, prompt) = (theirs(common).likely, theirs(outcome.ledger.total()).likely);
        Outcome {
            hit_tokens: hit.likely as u64,
            hit_tokens_min: hit.min as u64,
            hit_tokens_max: theirs(outcome.hit_tokens_max).max as u64,
            ledger: outcome.ledger.rescaled(hit.likely as u64, common_length as u64, prompt as u64),
            parent: outcome.parent.map(|parent| Parent { common_tokens: common_length as u64, ..parent }),
            ..outcome
        }
    }
}

/// Tokens read and written together; `None` where either is not reported, or the report contradicts itself.
fn cached(usage: &Usage) -> Option<u64> {
    let written = usage.written.map(|written| written.total());
    usage.hit_tokens.zip(written).map(|(read, written)| read + written).filter(|_| !usage.contradicts)
}

/// Tokens read and written for an hour together; `None` where none are written so.
fn for_an_hour(usage: &Usage) -> Option<u64> {
    let written = usage.written.map(|written| written.hour).filter(|hour| *hour > 0 && !usage.contradicts)?;
    Some(usage.hit_tokens? + written)
}

/// Makes the entries at these ends those of one `prompt_cache_key`.
fn set_apart(ends: &mut [BlockEnd], cache_key: Option<&str>) {
    let Some(cache_key) = cache_key else { return };
    let apart = hash::digest(cache_key.as_bytes());
    for end in ends {
        end.apart = apart;
    }
}

/// The block ends of a redacted prompt.
fn of_redacted(redacted: &Redacted) -> Vec<BlockEnd> {
    let end = |end: &RedactedBlockEnd| BlockEnd {
        digest: end.fingerprint,
        apart: 0,
        length: to_usize(end.tokens),
        tokens: to_usize(end.tokens),
        position: to_usize(end.position),
        breakpoint: end.breakpoint.map(|lifetime| Breakpoint { lifetime: lifetime.map(micros) }),
    };
    redacted.block_ends.iter().map(end).collect()
}

/// The block ends of a prompt with keyed fingerprints in place of what they identify.
pub(super) fn redacted(ends: &[BlockEnd], key: &Key) -> Vec<RedactedBlockEnd> {
    let end = |end: &BlockEnd| {
        let mut fingerprint = key.start("block end");
        fingerprint.add(&end.digest.to_le_bytes());
        RedactedBlockEnd {
            fingerprint: fingerprint.value(),
            tokens: end.tokens as u64,
            position: end.position as u64,
            breakpoint: end.breakpoint.map(|mark| mark.lifetime.map(SignedDuration::from_micros)),
        }
    };
    ends.iter().map(end).collect()
}
