//! Layouts: where the content blocks of an exchange end in the provider's tokens, for policies that keep entries there alone.

use super::micros;
use crate::cache::{BlockEnd, Layout, Scale, ScopeKey};
use crate::counting::Counted;
use crate::exchange::{Exchange, Message, Part, Usage};
use crate::lengths::{Billed, End, Lengths};

/// The block ends of one exchange, and the scale on which they stand.
pub(super) struct BlockLayout {
    block_ends: Vec<BlockEnd>,
    kept: Option<bool>,
    scale: Scale,
}

impl BlockLayout {
    /// The layout of an exchange; `None` if its provider knows no block ends. Where our count is an estimate the log's own usage
    /// says how long things are. `has_own_lifetimes` is false if the user named one lifetime for all.
    pub(super) fn new(
        exchange: &Exchange,
        model: &str,
        counted: &Counted,
        scope: ScopeKey,
        lengths: &mut Lengths,
        has_own_lifetimes: bool,
    ) -> Option<Self> {
        if counted.block_ends.is_empty() {
            return None;
        }
        let end = |end: &crate::counting::BlockEnd| End {
            key: scope.fingerprint(end.digest),
            tokens: end.tokens,
            is_breakpoint: end.breakpoint.is_some(),
        };
        let ends: Vec<End> = counted.block_ends.iter().map(end).collect();
        let cached = cached(&exchange.usage);
        let scale = if counted.estimated.is_some() {
            let billed =
                Billed { prompt: exchange.usage.prompt_tokens.filter(|_| !exchange.usage.contradicts), cached };
            lengths.scale(model, &ends, counted.prompt_tokens, billed)
        } else {
            Scale::same()
        };
        let of = |(counted, end): (&crate::counting::BlockEnd, &End)| BlockEnd {
            key: end.key,
            tokens: scale.position(end.tokens),
            position: counted.position,
            breakpoint: counted.breakpoint.map(|mark| mark.lifetime.filter(|_| has_own_lifetimes).map(micros)),
        };
        let block_ends = counted.block_ends.iter().zip(&ends).map(of).collect();
        Some(Self { block_ends, kept: cached.map(|tokens| tokens > 0), scale })
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

/// Why an exchange in which the provider's own tools took part cannot be replayed; `None` if none did.
pub(super) fn own_tools(exchange: &Exchange) -> Option<&'static str> {
    let has_unknown = |message: &Message| {
        message.content.iter().flat_map(|content| content.parts()).any(|part| matches!(part, Part::Unknown))
    };
    let answered = exchange.response.as_ref().and_then(|response| response.message.as_ref());
    let asked = exchange.request.messages().iter().map(AsRef::as_ref);
    asked
        .chain(answered)
        .any(has_unknown)
        .then_some("the provider's own tools took part: what it bills then is the sum of several rounds")
}
