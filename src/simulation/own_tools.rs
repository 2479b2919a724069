//! Exchanges in which the provider's own tools took part: what is billed of them is the sum of several rounds, so that they are not
//! predicted. The cache keeps what the first round wrote, which begins with the request.

use super::block_layout::BlockLayout;
use super::{KnownTokens, Simulation};
use crate::cache::{AnyPolicy, ScopeKey};
use crate::exchange::{Content, Exchange, Input, Message, Part, Usage};
use crate::number::to_usize;
use crate::profile::Profile;

/// Reason why an exchange in which the provider's own tools took part cannot be replayed.
pub(super) const OWN_TOOLS: &str = "the provider's own tools were used, and it bills the sum of several rounds";

/// The provider's own tools took part in an exchange so that it cannot be replayed: in its answer, or, where entries stand at the
/// ends of blocks, anywhere before.
pub(super) fn has_own_tools(exchange: &Exchange, policy: AnyPolicy) -> bool {
    if let Input::Redacted(redacted) = &exchange.request.input {
        return redacted.has_own_tools;
    }
    let has_unknown =
        |message: &Message| message.content.iter().flat_map(Content::parts).any(|part| matches!(part, Part::Unknown));
    let answered = exchange.response.as_ref().and_then(|response| response.message.as_ref());
    let mut asked = exchange.request.messages().iter().map(AsRef::as_ref);
    answered.is_some_and(has_unknown) || policy.needs_block_ends() && asked.any(has_unknown)
}

impl Simulation<'_> {
    /// Has the cache keep the entries of an exchange that is not predicted, up to where its text is not known. Its report tells neither
    /// how long they are nor that they were kept.
    pub(super) fn leave_entries(
        &mut self,
        known: KnownTokens<'_>,
        scope: ScopeKey,
        profile: &Profile,
        exchange: &Exchange,
    ) {
        if self.settings.recording.is_some() {
            return;
        }
        let Some(layout) = self.layout_of_first_round(known, scope, profile, exchange) else { return };
        let seen = self.seen(exchange);
        known.replay(self.replay(profile), scope, &Usage::default(), Some(&layout), seen);
    }

    /// The block ends of an exchange that is not predicted, up to where its text is not known; `None` where entries stand elsewhere.
    pub(super) fn layout_of_first_round(
        &mut self,
        known: KnownTokens<'_>,
        scope: ScopeKey,
        profile: &Profile,
        exchange: &Exchange,
    ) -> Option<BlockLayout> {
        let unbilled = Exchange { usage: Usage::default(), ..exchange.clone() };
        let mut layout = self.layout(known, &unbilled, profile, scope)?;
        let unknown_from = match known {
            KnownTokens::Counted(counted) => counted.unseen_from,
            KnownTokens::Redacted(redacted) => redacted.unseen_from.map(to_usize),
        };
        layout.block_ends.retain(|end| unknown_from.is_none_or(|from| end.tokens <= from));
        Some(layout)
    }
}
