//! Layouts: where the content blocks of an exchange end in the provider's tokens, for policies that keep entries there alone.

use super::micros;
use crate::cache::{BlockEnd, Layout, Scale, ScopeKey};
use crate::counting::BlockEnd as CountedEnd;
use crate::exchange::{Exchange, Input, Message, Part, Redacted, RedactedBlockEnd, Usage};
use crate::hash::Key;
use crate::lengths::{Billed, End, Lengths};
use crate::number::to_usize;
use crate::prompt::Breakpoint;

/// The block ends of one exchange, and the scale on which they stand.
pub(super) struct BlockLayout {
    block_ends: Vec<BlockEnd>,
    kept: Option<bool>,
    scale: Scale,
}

/// A prompt with block ends by our own count.
pub(super) struct Counts<'a> {
    pub(super) block_ends: &'a [CountedEnd],
    pub(super) prompt_tokens: usize,
    /// The count is an estimate: the log's own usage says how long things are.
    pub(super) is_estimated: bool,
}

impl BlockLayout {
    /// The layout of an exchange. `has_own_lifetimes` is false if the user named one lifetime for all entries.
    pub(super) fn new(
        exchange: &Exchange,
        counts: &Counts<'_>,
        scope: ScopeKey,
        lengths: &mut Lengths,
        has_own_lifetimes: bool,
    ) -> Self {
        let end = |end: &CountedEnd| End {
            key: scope.fingerprint(end.digest),
            tokens: end.tokens,
            is_breakpoint: end.breakpoint.is_some(),
        };
        let ends: Vec<End> = counts.block_ends.iter().map(end).collect();
        let cached = cached(&exchange.usage);
        let scale = if counts.is_estimated {
            let billed =
                Billed { prompt: exchange.usage.prompt_tokens.filter(|_| !exchange.usage.contradicts), cached };
            lengths.scale(exchange.model().unwrap_or_default(), &ends, counts.prompt_tokens, billed)
        } else {
            Scale::same()
        };
        let of = |(counted, end): (&CountedEnd, &End)| BlockEnd {
            key: end.key,
            tokens: scale.position(end.tokens),
            position: counted.position,
            breakpoint: counted.breakpoint.map(|mark| mark.lifetime.filter(|_| has_own_lifetimes).map(micros)),
        };
        let block_ends = counts.block_ends.iter().zip(&ends).map(of).collect();
        Self { block_ends, kept: cached.map(|tokens| tokens > 0), scale }
    }

    /// As a cache looks at it.
    pub(super) fn as_layout(&self) -> Layout<'_> {
        Layout { block_ends: &self.block_ends, kept: self.kept, scale: &self.scale }
    }
}

/// Tokens read and written together; `None` where either is not reported, or the report contradicts itself.
fn cached(usage: &Usage) -> Option<u64> {
    let written = usage.written.map(|written| written.total());
    usage.hit_tokens.zip(written).map(|(read, written)| read + written).filter(|_| !usage.contradicts)
}

/// Why an exchange in which the provider's own tools took part cannot be replayed.
pub(super) const OWN_TOOLS: &str =
    "the provider's own tools took part: what it bills then is the sum of several rounds";

/// The provider's own tools took part in an exchange.
pub(super) fn has_own_tools(exchange: &Exchange) -> bool {
    if let Input::Redacted(redacted) = &exchange.request.input {
        return redacted.has_own_tools;
    }
    let has_unknown = |message: &Message| {
        message.content.iter().flat_map(|content| content.parts()).any(|part| matches!(part, Part::Unknown))
    };
    let answered = exchange.response.as_ref().and_then(|response| response.message.as_ref());
    let asked = exchange.request.messages().iter().map(AsRef::as_ref);
    asked.chain(answered).any(has_unknown)
}

/// The block ends of a redacted prompt.
pub(super) fn of_redacted(redacted: &Redacted) -> Vec<CountedEnd> {
    let end = |end: &RedactedBlockEnd| CountedEnd {
        digest: end.fingerprint,
        tokens: to_usize(end.tokens),
        position: to_usize(end.position),
        breakpoint: end.breakpoint.map(|lifetime| Breakpoint { lifetime }),
    };
    redacted.block_ends.iter().map(end).collect()
}

/// The block ends of a prompt with keyed fingerprints in place of what they identify.
pub(super) fn redacted(ends: &[CountedEnd], key: &Key) -> Vec<RedactedBlockEnd> {
    let end = |end: &CountedEnd| {
        let mut fingerprint = key.start("block end");
        fingerprint.add(&end.digest.to_le_bytes());
        RedactedBlockEnd {
            fingerprint: fingerprint.value(),
            tokens: end.tokens as u64,
            position: end.position as u64,
            breakpoint: end.breakpoint.map(|mark| mark.lifetime),
        }
    };
    ends.iter().map(end).collect()
}
