//! The simulation: exchanges in log order through prompt, tokens and cache, one [`Record`] for each.
//!
//! It predicts; what the provider did is in the reported counts beside the prediction. It knows nothing of files and renderers.

mod assumptions;
mod block_layout;
mod block_size;
mod block_trace;
mod calibration;
mod called_by;
mod caveats;
mod conversation_parts;
mod counter;
mod curve;
mod divergence;
mod group;
mod growth;
mod keys;
mod known_in_part;
mod known_words;
mod marks;
mod other_traffic;
mod own_tools;
mod prompt_parts;
mod record;
mod redaction;
mod restored;
mod settings;
mod shard;
mod sharing;
mod testimony;
mod tools;
mod totals;
mod usage_buckets;

use std::collections::HashMap;
use std::sync::Arc;

pub use assumptions::{Assumption, Assumptions};
use block_layout::BlockLayout;
pub use block_layout::LaidOut;
use calibration::Calibration;
use called_by::NumberedCallers;
pub use called_by::{CalledBy, RecordedUse, UsesByProfile};
use conversation_parts::ConversationParts;
pub use counter::{CountedExchange, Counter};
pub use curve::{Curve, Point, Swept};
pub use divergence::{Divergence, Divergences, Group, RequestPart};
pub use growth::Rewriting;
pub use keys::{RequestKeys, halves, of_halves};
use known_in_part::Missing;
pub use marks::MOST_MARKS;
use other_traffic::{Concerned, OtherTraffic};
pub use prompt_parts::{BilledPart, PartKind, PromptParts};
pub use record::{Applied, Blocks, Prediction, Record};
use restored::{Restored, RestoredReasoning};
pub use settings::Settings;
pub use shard::{Couplings, Divider, Shard};
pub use sharing::{BLOCK_TRACE, Callers, JudgedSharing, ScopeBasis, Sharing, Sharings};
pub use totals::{Agreement, Rated, Totals};
pub use usage_buckets::{JudgedByUsage, UsageBuckets};
use usage_buckets::{Sessions, is_judged_by_usage};

use crate::account::{Bill, Offers, Pricing};
use crate::cache::{
    AnyPolicy, Axis, BilledPrompt, HiddenTokens, Instant, Ledger, Limits, NotAllAtOnce, Outcome, Parent, Replay,
    ScopeKey, Seen, Step, Tokens, TraceReplay,
};
use crate::counting::Counted;
use crate::exchange::{Exchange, Input, Redacted, Usage};
use crate::lengths::Lengths;
use crate::number::to_usize;
use crate::profile::{Basis, Profile, Profiles, Unpredicted};
use crate::time::{SignedDuration, Timestamp, micros};

/// The state of a run.
pub struct Simulation<'a> {
    counter: Arc<Counter<'a>>,
    settings: Settings,
    replays: HashMap<String, Replay>,
    trace: TraceReplay,
    calibration: Calibration,
    lengths: Lengths,
    offers: Offers,
    restored_reasoning: RestoredReasoning,
    missing: Missing,
    conversations: ConversationParts,
    other_traffic: OtherTraffic,
    sessions: Sessions,
    /// Hidden tokens that are known before, by profile.
    hidden_tokens: HashMap<String, HiddenTokens>,
    /// The time of the last line that had one.
    clock: Option<Timestamp>,
    /// Tokens in the blocks of the last trace line of which that is certain.
    usual_block_size: Option<u64>,
    callers: NumberedCallers,
    /// Requests with a text came, and requests with fingerprints in its place.
    has_seen: (bool, bool),
}

/// Knowledge that one simulation of a log has for others of it.
#[derive(Default)]
pub struct Told {
    /// Hidden tokens that reports told, by profile.
    pub hidden_tokens: HashMap<String, HiddenTokens>,
    /// Lengths that bills told.
    pub lengths: Lengths,
    /// Offers that were looked up.
    offers: Offers,
}

/// The tokens of an exchange as far as they are known.
#[derive(Clone, Copy)]
enum KnownTokens<'a> {
    Counted(&'a Counted),
    Redacted(&'a Redacted),
}

/// The point at which a prompt differs from an earlier one.
struct Parting {
    parent: Parent,
    ledger: Ledger,
    /// The first token of its own by our count.
    index: usize,
}

impl KnownTokens<'_> {
    fn replay(
        self,
        replay: &mut Replay,
        scope: ScopeKey,
        usage: &Usage,
        layout: Option<&BlockLayout>,
        seen: Seen,
    ) -> Outcome {
        let (block_ends, kept) = layout.map_or((&[][..], None), |layout| (&layout.block_ends[..], layout.kept));
        let tokens = usage.prompt_tokens.filter(|_| !usage.contradicts);
        let unseen_from = match self {
            Self::Counted(counted) => counted.unseen_from,
            Self::Redacted(redacted) => redacted.unseen_from.map(to_usize),
        };
        let billed = BilledPrompt { tokens, read: usage.hit_tokens, unseen_from };
        match self {
            Self::Counted(counted) => {
                let tokens = Tokens {
                    sequence: &counted.tokens,
                    prompt: counted.prompt_tokens,
                    core: counted.core_tokens,
                    block_ends,
                    kept,
                    billed,
                };
                replay.exchange(scope, tokens, seen)
            }
            Self::Redacted(redacted) => replay.redacted(scope, redacted, block_ends, (kept, billed), seen),
        }
    }
}

impl<'a> Simulation<'a> {
    /// Nothing seen yet; it counts for itself.
    pub fn new(profiles: &'a Profiles, mut settings: Settings) -> Self {
        Self::with_counter(Arc::new(Counter::new(profiles, &mut settings)), settings)
    }

    /// Nothing seen yet; what counts the prompts may be asked by other threads ahead of [`Self::counted`].
    pub fn with_counter(counter: Arc<Counter<'a>>, settings: Settings) -> Self {
        let limits = Limits {
            lifetime: settings.lifetime.map(micros),
            delay: settings.delay.map_or(0, micros),
            capacity: settings.capacity,
            overrides_requests: settings.lifetime.is_some(),
            leeway: None,
        };
        let mut trace = TraceReplay::new(limits);
        if let Some(sweeping) = &settings.sweeping {
            trace = trace.sweeping(sweeping.axis);
        }
        if settings.recording.is_some() {
            trace = trace.recording();
        }
        Self {
            counter,
            settings,
            replays: HashMap::new(),
            trace,
            calibration: Calibration::default(),
            lengths: Lengths::default(),
            offers: Offers::default(),
            restored_reasoning: RestoredReasoning::default(),
            missing: Missing::default(),
            conversations: ConversationParts::default(),
            other_traffic: OtherTraffic::default(),
            sessions: Sessions::default(),
            hidden_tokens: HashMap::new(),
            clock: None,
            usual_block_size: None,
            callers: NumberedCallers::default(),
            has_seen: (false, false),
        }
    }

    /// Prices and currency.
    pub fn pricing(&self) -> &Pricing {
        &self.settings.pricing
    }

    /// The lengths that the log's bills told.
    pub fn into_lengths(self) -> Lengths {
        self.lengths
    }

    /// The blocks that exchanges used, by the profile whose cache they used; none if they were not recorded.
    pub fn into_uses(self) -> UsesByProfile {
        let replays = self.replays.into_iter().filter_map(|(profile, replay)| Some((profile, replay.into_uses()?)));
        let traced = self.trace.into_uses().filter(|uses| !uses.is_empty());
        replays.chain(traced.map(|uses| (BLOCK_TRACE.to_owned(), uses))).collect()
    }

    /// Knows lengths that bills told elsewhere.
    pub fn know_lengths(&mut self, lengths: Lengths) {
        self.lengths = lengths;
    }

    /// Knowledge for other simulations of the log.
    pub fn into_told(self) -> Told {
        let hidden = self.replays.into_iter().map(|(name, replay)| (name, replay.hidden_tokens()));
        let hidden_tokens = hidden.filter(|(_, hidden)| !hidden.is_empty()).collect();
        Told { hidden_tokens, lengths: self.lengths, offers: self.offers }
    }

    /// Knows the hidden tokens and offers that another simulation of the log found.
    pub fn know(&mut self, told: &Told) {
        self.hidden_tokens.clone_from(&told.hidden_tokens);
        self.offers.clone_from(&told.offers);
    }

    /// The next exchange of the log.
    pub fn exchange(&mut self, exchange: &Exchange) -> Record {
        self.counted(exchange, None)
    }

    /// The same, counted ahead where that could be done.
    pub fn counted(&mut self, exchange: &Exchange, counted: Option<CountedExchange>) -> Record {
        self.clock = exchange.time.or(self.clock);
        let mut record = Record::from_log(exchange);
        record.replayed_at = self.time_of(exchange);
        let mut parts = None;
        match &exchange.request.input {
            Input::Blocks(trace) => self.trace(trace, exchange, &mut record),
            Input::Messages(_) | Input::Text(_) | Input::Redacted(_) if exchange.is_counted_by_report() => {
                self.restored_reasoning.learn(exchange);
                self.counted_by_report(exchange, &mut record);
            }
            Input::Messages(_) | Input::Text(_) => {
                let counted = counted.unwrap_or_else(|| self.count(exchange, record.replayed_at));
                self.restored_reasoning.learn(exchange);
                self.has_seen.0 = true;
                parts.clone_from(&counted.parts);
                let resolved = record::resolved(exchange, counted.counted.prompt_tokens as u64);
                self.prompt(resolved.as_ref().unwrap_or(exchange), counted, &mut record);
            }
            Input::Missing => record.unsimulated = Some("no prompt in the log, only usage".into()),
            Input::Redacted(redacted) => {
                self.has_seen.1 = true;
                self.redacted(redacted, exchange, &mut record);
            }
        }
        let has_prompt = !matches!(exchange.request.input, Input::Blocks(_) | Input::Missing);
        if has_prompt && exchange.is_known_in_part() && !record.known_in_part {
            self.part_by_calls_before(&mut record);
        }
        record.resolve_by_text(&exchange.usage);
        if has_prompt && !record.known_in_part && known_in_part::is_piece(&record) {
            self.missing.apply(&mut record, known_in_part::PIECE);
        }
        if is_judged_by_usage(exchange) || record.known_in_part {
            self.judge_by_usage(exchange, &mut record);
        }
        if !record.known_in_part {
            self.calibration.apply(&mut record);
        }
        let offer = self.offers.for_call(&exchange.asked(), &self.settings.pricing);
        record.bill = Bill::new(&record.call(&offer), &self.settings.pricing);
        if self.counter.wants_parts {
            record.parts = self.parts(exchange, parts, &record).map(Arc::new);
        }
        record
    }

    /// Counts an exchange with the reasoning that its provider restores.
    fn count(&self, exchange: &Exchange, time: Option<Timestamp>) -> CountedExchange {
        let lacking = self.counter.lacking_reasoning(exchange, time);
        if lacking.is_empty() {
            return self.counter.count(exchange, time);
        }
        let Restored { exchange, by_length } = self.restored_reasoning.restore(exchange, &lacking);
        let mut counted = self.counter.count(&exchange, time);
        if by_length > 0 {
            let reason = || {
                "reasoning that the provider restores is counted by its reported length: its text is not in the log"
                    .into()
            };
            if let Some(counted) = Arc::get_mut(&mut counted.counted) {
                counted.estimated.get_or_insert_with(reason);
            }
        }
        counted
    }

    fn prompt(&mut self, exchange: &Exchange, counted: CountedExchange, record: &mut Record) {
        let CountedExchange { choice, tool_writing, has_own_tools, counted, .. } = counted;
        record.tool_writing = tool_writing.or_else(|| tools::as_logged(&exchange.request.tools));
        record.prompt_tokens = Some(counted.prompt_tokens as u64);
        record.estimated.clone_from(&counted.estimated);
        if record.output_tokens.is_none() && counted.tokens.len() > counted.prompt_tokens {
            record.output_tokens = Some((counted.tokens.len() - counted.prompt_tokens) as u64);
        }
        let parting = self.replayed((KnownTokens::Counted(&counted), has_own_tools), choice, exchange, record);
        let Some(Parting { parent, ledger, index }) = parting else { return };
        let spot = if ledger.diverged > 0 || ledger.cold > 0 { counted.locate(index) } else { None };
        record.divergence = Some(Divergence::new(parent, ledger, spot, &exchange.request));
    }

    /// The block ends of a request in the provider's tokens, the scope of its entries and its profile; `None` if its cache keeps no entries
    /// at the ends of blocks, or the request cannot be replayed.
    pub fn block_ends(&mut self, exchange: &Exchange, counted: &CountedExchange) -> Option<LaidOut> {
        let CountedExchange { choice, has_own_tools, counted, .. } = counted;
        let (profile, _) = choice.as_ref()?;
        if *has_own_tools || profile.template.not_replayed(&exchange.request).is_some() {
            return None;
        }
        let (owner, _) = self.settings.sharings.owner_under(&exchange.scope, Some(profile));
        let scope = ScopeKey::new(&[&owner, exchange.model().unwrap_or_default(), &profile.name]);
        let layout = self.layout(KnownTokens::Counted(counted), exchange, profile, scope)?;
        Some(LaidOut { scope, profile: Arc::clone(profile), ends: layout.block_ends })
    }

    /// Replays it under the rule it falls under; gives the parent that it parts from, and what became of its tokens.
    fn replayed(
        &mut self,
        (known, has_own_tools): (KnownTokens<'_>, bool),
        choice: Option<(Arc<Profile>, Basis)>,
        exchange: &Exchange,
        record: &mut Record,
    ) -> Option<Parting> {
        let model = record.model.as_deref().unwrap_or_default();
        let profile = choice.as_ref().map(|(profile, _)| &**profile);
        let (mut owner, scope_basis) = self.settings.sharings.owner_under(&exchange.scope, profile);
        record.scope_basis = scope_basis;
        if let Some(gaps) = self.settings.spacing.forgotten(exchange) {
            owner = format!("{gaps} {owner}");
        }
        let Some((profile, basis)) = choice else {
            let scope = ScopeKey::new(&[&owner, model]);
            self.replayed_without_rule(known, scope, exchange, record);
            return None;
        };
        record.applied = Some(Applied::new(&profile, basis));
        record.unpriced.clone_from(&profile.unpriced);
        let scope = ScopeKey::new(&[&owner, model, &profile.name]);
        let is_bare = profile.policy.needs_block_ends() && matches!(exchange.request.input, Input::Text(_));
        let bare = is_bare
            .then_some("a prompt that is one text has no content blocks, at whose ends the provider keeps prompts");
        if let Some(reason) = profile.template.not_replayed(&exchange.request).or(bare) {
            record.unsimulated = Some(reason.into());
            record.sent_tokens = record.prompt_tokens;
            return None;
        }
        if has_own_tools {
            record.unsimulated = Some(own_tools::OWN_TOOLS.into());
            record.sent_tokens = record.prompt_tokens;
            self.leave_entries(known, scope, &profile, exchange);
            return None;
        }
        self.replayed_by_rule(known, (&owner, scope), &profile, exchange, record)
    }

    /// Replays it under a profile's rule, in the scope of an owner; gives the parent that it parts from.
    fn replayed_by_rule(
        &mut self,
        known: KnownTokens<'_>,
        (owner, scope): (&str, ScopeKey),
        profile: &Profile,
        exchange: &Exchange,
        record: &mut Record,
    ) -> Option<Parting> {
        let (layout, seen) = (self.layout(known, exchange, profile, scope), self.seen(exchange));
        let replay = self.replay(profile);
        let counted = known.replay(replay, scope, &exchange.usage, layout.as_ref(), seen);
        let mut steps = replay.steps().cloned();
        let uses = self.replays.get_mut(&profile.name).and_then(Replay::uses_mut);
        record.used = self.callers.name(uses, self.settings.recording, exchange, counted.parent);
        record.minimum = Some(profile.policy.minimum());
        record.marks = layout.as_ref().map(BlockLayout::marks);
        let (mut outcome, mut reach) = (counted, counted.ledger.total().saturating_sub(1));
        if let Some(layout) = &layout {
            record.mark_faults = marks::faults(exchange, layout, profile);
            if let Some(Ok(steps)) = &mut steps {
                layout.rescale(steps);
            }
            outcome = layout.in_their_tokens(counted);
            reach = layout.last_mark().unwrap_or(0);
            record.prompt_tokens = Some(outcome.ledger.total());
        }
        record.swept = steps.map(|steps| self.swept(steps, profile.lifetime, profile.policy));
        record.note_parent(outcome.parent);
        record.repeated_tokens = outcome.repeated_tokens;
        let concerned = Concerned::new(owner, self.time_of(exchange), profile, reach);
        record.prediction = Some(self.prediction(outcome, exchange, profile, &concerned));
        let differs = outcome.parent.filter(|parent| Some(parent.common_tokens) < record.prompt_tokens);
        let index = counted.parent.map_or(0, |parent| to_usize(parent.common_tokens));
        differs.map(|parent| Parting { parent, ledger: outcome.ledger, index })
    }

    /// The hits of an outcome, in a range where the log leaves more open than the rule does.
    fn prediction(
        &mut self,
        outcome: Outcome,
        exchange: &Exchange,
        profile: &Profile,
        concerned: &Concerned,
    ) -> Prediction {
        let mut prediction = Prediction::new(outcome, outcome.ledger.total(), profile.policy.has_cache());
        let has_time = exchange.time.or(self.settings.pricing.at).is_some();
        if !has_time && self.settings.lifetime.or(profile.lifetime).is_some() {
            // Without a time of its own nothing says whether what it shares with earlier requests had expired.
            prediction.hit_tokens_min = 0;
        }
        self.other_traffic.widen(&mut prediction, &exchange.usage, concerned);
        prediction
    }

    /// Replays it where no rule says what a cache makes of it: what it shares with an earlier exchange of the scope is known.
    fn replayed_without_rule(
        &mut self,
        known: KnownTokens<'_>,
        scope: ScopeKey,
        exchange: &Exchange,
        record: &mut Record,
    ) {
        record.unpredicted = Unpredicted::find(exchange.host.as_deref(), exchange.model_at_maker());
        let seen = self.seen(exchange);
        let nowhere = || Replay::new(AnyPolicy::None, Limits::default());
        let replay = self.replays.entry(String::new()).or_insert_with(nowhere);
        record.note_parent(known.replay(replay, scope, &exchange.usage, None, seen).parent);
    }

    /// The time of an exchange: its own, the one the user gave for such, or that of the line before it.
    fn time_of(&self, exchange: &Exchange) -> Option<Timestamp> {
        exchange.time.or(self.settings.pricing.at).or(self.clock)
    }

    fn replay(&mut self, profile: &Profile) -> &mut Replay {
        let limits = Limits {
            lifetime: self.settings.lifetime.or(profile.lifetime).map(micros),
            delay: micros(self.settings.delay.unwrap_or(profile.delay)),
            capacity: self.settings.capacity,
            overrides_requests: self.settings.lifetime.is_some(),
            leeway: profile.leeway.filter(|_| !self.settings.sets_limits()),
        };
        self.replays.entry(profile.name.clone()).or_insert_with(|| {
            let replay = Replay::new(profile.policy, limits);
            let mut replay = if self.settings.recording.is_some() { replay.recording() } else { replay };
            if let Some(hidden) = self.hidden_tokens.get(&profile.name) {
                replay.know_hidden_tokens(hidden);
            }
            match &self.settings.sweeping {
                Some(sweeping) => replay.sweeping(sweeping),
                None => replay,
            }
        })
    }

    /// Attributes the result of a sweep to an exchange whose profile has that lifetime.
    fn swept(
        &self,
        steps: Result<Vec<Step>, NotAllAtOnce>,
        lifetime: Option<SignedDuration>,
        policy: AnyPolicy,
    ) -> Swept {
        let sweeps = |axis| self.settings.sweeping.as_ref().is_some_and(|sweeping| sweeping.axis == axis);
        let own = lifetime.filter(|_| sweeps(Axis::Lifetime)).map(|lifetime| micros(lifetime).unsigned_abs());
        let only = policy.curve_lifetimes().filter(|_| sweeps(Axis::Lifetime));
        Swept { steps, own, block_size: policy.step(), only }
    }

    fn seen(&self, exchange: &Exchange) -> Seen {
        let instant =
            |time: Option<Timestamp>| time.map_or(Instant::UNKNOWN, |time| Instant::from_micros(time.as_microsecond()));
        if let Some(moments) = self.settings.spacing.moments_of(exchange) {
            let (start, end) = (Instant::from_micros(moments.start), Instant::from_micros(moments.end));
            return Seen { place: exchange.place, start, end };
        }
        let start = instant(self.time_of(exchange));
        let end = exchange.end_time.map_or(start, |end| instant(Some(end)));
        Seen { place: exchange.place, start, end }
    }
}
