//! Requests of block traces: no text, but a hash for each block.

use super::block_size::BlockSize;
use super::{Applied, BLOCK_TRACE, Blocks, Divergence, Prediction, Record, Simulation, Swept};
use crate::cache::{ScopeKey, TraceRequest};
use crate::exchange::{BlockTrace, Exchange};
use crate::profile::Basis;

impl Simulation<'_> {
    /// The size of a trace's blocks, from which that of later ones may be told.
    pub(super) fn block_size_of(&mut self, trace: &BlockTrace) -> BlockSize {
        let size = BlockSize::choose(trace, self.settings.block_size, self.usual_block_size);
        self.usual_block_size = Some(size.tokens).filter(|_| size.doubt.is_none()).or(self.usual_block_size);
        size
    }

    /// Replays a request of which the log has the hashes of its blocks.
    pub(super) fn trace(&mut self, trace: &BlockTrace, exchange: &Exchange, record: &mut Record) {
        let BlockSize { tokens: block_size, doubt } = self.block_size_of(trace);
        let blocks = trace.hash_ids.len() as u64;
        let prompt_tokens = trace.input_length.unwrap_or(blocks * block_size);
        let (owner, scope_basis) = self.settings.sharings.owner_of_trace(&exchange.scope);
        record.scope_basis = scope_basis;
        let scope = ScopeKey::new(&[&owner, record.model.as_deref().unwrap_or_default()]);
        let request = TraceRequest { scope, hash_ids: &trace.hash_ids, prompt_tokens, block_size };
        let seen = self.seen(exchange);
        let outcome = self.trace.request(request, seen);
        let (uses, parent) = (self.trace.uses_mut(), outcome.tokens.parent);
        record.used = self.callers.name(uses, self.settings.recording, exchange, parent);
        let steps = self.trace.steps().map(|steps| Ok(steps.to_vec()));
        record.swept = steps.map(|steps| Swept { steps, own: None, block_size, only: None });
        record.prompt_tokens = Some(prompt_tokens);
        record.estimated = doubt.map(str::to_owned);
        record.output_tokens = trace.output_length;
        let (profile, rule) = (BLOCK_TRACE.to_owned(), format!("blocks of {block_size}"));
        record.applied = Some(Applied { profile, rule, basis: Basis::Shape, has_cache: true });
        record.prediction = Some(Prediction::new(outcome.tokens, prompt_tokens, true));
        record.note_parent(outcome.tokens.parent);
        record.blocks = Some(Blocks { hit: outcome.hit_blocks, total: blocks });
        let differs = outcome.tokens.parent.filter(|parent| parent.common_tokens < prompt_tokens);
        record.divergence =
            differs.map(|parent| Divergence::new(parent, outcome.tokens.ledger, None, &exchange.request));
    }
}
