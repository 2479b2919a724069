//! Exchanges counted under the profile that each falls under.
//!
//! A count needs no exchange but the one, so that threads can count ahead of the replay.

use std::sync::Arc;

use super::own_tools::has_own_tools;
use super::prompt_parts::{PartsInOrder, named_stretches};
use super::tools::{RewrittenTools, ToolTrials, Tools};
use super::{RequestPart, Settings};
use crate::cache::{AnyPolicy, BlockEnd};
use crate::counting::{Counted, Engine, Method};
use crate::evidence::judgement::{Judgement, Judgements, RequestKey, ToolWritingJudgement};
use crate::evidence::order::RequestTokens;
use crate::exchange::{Exchange, Input, Request};
use crate::profile::{Basis, Choice, Profile, Profiles, RequestFacts};
use crate::prompt::ToolWriting;
use crate::time::Timestamp;
use crate::tokens::Sequence;

/// Counts the exchanges of logs, for all threads of a run.
#[derive(Clone)]
pub struct Counter<'a> {
    profiles: &'a Profiles,
    /// The profile of all exchanges, if the user named one.
    profile: Option<Arc<Profile>>,
    /// The time of exchanges that have none, if the user gave one.
    at: Option<Timestamp>,
    engine: Arc<Engine>,
    /// Choices that the reported counts made for requests that were first taken otherwise.
    judgements: Arc<Judgements>,
    rewritten: Arc<RewrittenTools>,
    pub(super) trials: Arc<ToolTrials>,
    pub(super) wants_parts: bool,
}

/// An exchange as tokens, with the profile that it was counted under. Copies share the tokens.
#[derive(Clone)]
pub struct CountedExchange {
    /// The profile it falls under, and what decided.
    pub(super) choice: Option<(Arc<Profile>, Basis)>,
    /// The way in which the tools were written, if the log seems to have changed them and the reported counts were asked.
    pub(super) tool_writing: Option<ToolWritingJudgement>,
    /// The provider's own tools took part, so that it cannot be replayed.
    pub(super) has_own_tools: bool,
    pub(super) counted: Arc<Counted>,
    /// The parts of the prompt, where they are asked for.
    pub(super) parts: Option<Arc<PartsInOrder>>,
}

impl CountedExchange {
    /// The cache's rule asks for more of the exchange than its tokens.
    pub fn needs_messages(&self) -> bool {
        self.choice.as_ref().is_some_and(|(profile, _)| profile.policy.needs_block_ends())
    }

    /// The part of the request that the token with this index lies in; `None` where that is not known.
    pub fn part_at(&self, index: usize, request: &Request) -> Option<RequestPart> {
        self.counted.locate(index).map(|spot| RequestPart::new(spot.origin, request))
    }

    /// The parts of the prompt in their order, each tool by its name or its number and each message by its number, with their tokens.
    pub fn named_parts(&self, request: &Request, names_tools: bool) -> Vec<(String, u64)> {
        named_stretches(request, &self.counted, names_tools)
    }

    /// The ends of its content blocks; none where the provider knows no breakpoints.
    pub fn block_ends(&self) -> &[BlockEnd] {
        &self.counted.block_ends
    }

    /// The same with breakpoints behind these of its content blocks alone, each with its lifetime in microseconds.
    #[must_use]
    pub fn with_breakpoints(&self, breakpoints: &[(usize, Option<i64>)]) -> Self {
        Self { counted: Arc::new(self.counted.with_breakpoints(breakpoints)), ..self.clone() }
    }

    /// Its tokens, and how many of them are the prompt.
    pub fn sequence(&self) -> (&Sequence, usize) {
        (&self.counted.tokens, self.counted.prompt_tokens)
    }

    /// Its tokens by what tells its place among others.
    pub fn call_tokens(&self) -> RequestTokens<'_> {
        let Counted { tokens, prompt_tokens, core_tokens, .. } = &*self.counted;
        RequestTokens { tokens, prompt: *prompt_tokens, conversation: *core_tokens }
    }
}

impl<'a> Counter<'a> {
    /// Counts under these profiles; takes the user's tokenizer and chat template out of the settings.
    pub fn new(profiles: &'a Profiles, settings: &mut Settings) -> Self {
        let engine = Arc::new(Engine::new(std::mem::take(&mut settings.overrides), settings.max_memory));
        let judgements = Arc::default();
        Self {
            profiles,
            profile: settings.profile.clone(),
            at: settings.pricing.at,
            engine,
            judgements,
            rewritten: Arc::default(),
            trials: Arc::default(),
            wants_parts: settings.wants_parts,
        }
    }

    /// The same counter, which follows judgements and remembers what was tokenised before.
    #[must_use]
    pub fn with_judgements(&self, judgements: Judgements) -> Self {
        Self { judgements: Arc::new(judgements), ..self.clone() }
    }

    /// Counts an exchange before its turn; `None` if there is nothing to count, or if that depends on the line before.
    pub fn ahead(&self, exchange: &Exchange) -> Option<CountedExchange> {
        let time = exchange.time.or(self.at).filter(|_| !exchange.is_counted_by_report())?;
        self.count_alone(exchange, Some(time))
    }

    /// Counts an exchange when the time of the line before it is known; `None` if there is nothing to count, or if that depends on
    /// the answers that were replayed before it.
    pub fn count_in_turn(&self, exchange: &Exchange, last: Option<Timestamp>) -> Option<CountedExchange> {
        self.count_alone(exchange, exchange.time.or(self.at).or(last))
    }

    /// Counts an exchange as it was sent, without reasoning that its provider restores from earlier answers; `None` if there is nothing to
    /// count.
    pub fn count_as_sent(&self, exchange: &Exchange, last: Option<Timestamp>) -> Option<CountedExchange> {
        let has_text = matches!(exchange.request.input, Input::Messages(_) | Input::Text(_));
        has_text.then(|| self.count(exchange, exchange.time.or(self.at).or(last)))
    }

    /// The same as in turn, but for an exchange whose replay asks for no count.
    pub fn count_where_needed(&self, exchange: &Exchange, last: Option<Timestamp>) -> Option<CountedExchange> {
        if exchange.is_counted_by_report() { None } else { self.count_in_turn(exchange, last) }
    }

    fn count_alone(&self, exchange: &Exchange, time: Option<Timestamp>) -> Option<CountedExchange> {
        let has_text = matches!(exchange.request.input, Input::Messages(_) | Input::Text(_));
        // Restored reasoning stands in the requests before.
        let is_alone = has_text && self.lacking_reasoning(exchange, time).is_empty();
        is_alone.then(|| self.count(exchange, time))
    }

    /// Counts an exchange that was sent at that time.
    pub(super) fn count(&self, exchange: &Exchange, time: Option<Timestamp>) -> CountedExchange {
        let (choice, tool_writing) = (self.choose(exchange, time), self.tool_writing(exchange));
        let profile = choice.as_ref().map(|(profile, _)| profile.as_ref());
        let writing = tool_writing.map_or(ToolWriting::AS_LOGGED, |judged| judged.writing);
        let policy = profile.map_or(AnyPolicy::None, |profile| profile.policy);
        let has_own_tools = has_own_tools(exchange, policy);
        let counted = self.count_under(exchange, profile, writing);
        CountedExchange {
            has_own_tools,
            parts: self.wants_parts.then(|| Arc::new(PartsInOrder::new(&exchange.request, &counted))),
            counted: Arc::new(counted),
            choice,
            tool_writing,
        }
    }

    /// Counts an exchange under a profile, its tools written in that way.
    pub(super) fn count_under(&self, exchange: &Exchange, profile: Option<&Profile>, writing: ToolWriting) -> Counted {
        let method = Method::choose(profile, exchange.model_at_maker());
        if writing == ToolWriting::AS_LOGGED {
            return self.count_by(exchange, method);
        }
        let tools = self.rewritten.written(&exchange.request.tools, writing);
        self.count_by(&with_tools(exchange, tools), method)
    }

    /// Counts an exchange by that method, its tools as they are.
    pub(super) fn count_by(&self, exchange: &Exchange, method: Method) -> Counted {
        self.engine.count(exchange, method).0
    }

    /// The messages (by index) whose reasoning the provider restores.
    pub(super) fn lacking_reasoning(&self, exchange: &Exchange, time: Option<Timestamp>) -> Vec<usize> {
        let has_calls = exchange.request.messages().iter().any(|message| !message.tool_calls.is_empty());
        let choice = if has_calls { self.choose(exchange, time) } else { None };
        choice.map_or_else(Vec::new, |(profile, _)| profile.template.lacking_reasoning(&exchange.request))
    }

    /// The profile of an exchange, and what decided.
    pub(super) fn choose(&self, exchange: &Exchange, time: Option<Timestamp>) -> Option<(Arc<Profile>, Basis)> {
        let (profile, basis) = self.suggested(exchange, time)?;
        let judgement = self.judgement(exchange).filter(|_| basis.is_suggestion());
        Some(judgement.map_or((profile, basis), |Judgement { profile, support, .. }| {
            (Arc::clone(profile), Basis::Counts { reproduced: support.reproduced, reported: support.reported })
        }))
    }

    /// The profile of an exchange before any judgement.
    pub(super) fn suggested(&self, exchange: &Exchange, time: Option<Timestamp>) -> Option<(Arc<Profile>, Basis)> {
        if let Some(profile) = &self.profile {
            return Some((Arc::clone(profile), Basis::Named));
        }
        self.profiles.choose(call(exchange, time)).map(|Choice { profile, basis }| (Arc::clone(profile), basis))
    }

    /// The profiles that an exchange may fall under if its profile is only suggested, the suggested one first.
    pub(super) fn candidates(&self, exchange: &Exchange, time: Option<Timestamp>) -> Vec<Arc<Profile>> {
        let Some((suggested, basis)) = self.suggested(exchange, time) else { return Vec::new() };
        let mut candidates = vec![suggested];
        if basis.is_suggestion() {
            for profile in self.profiles.candidates(call(exchange, time)) {
                if profile.name != candidates[0].name {
                    candidates.push(Arc::clone(profile));
                }
            }
        }
        candidates
    }

    fn judgement(&self, exchange: &Exchange) -> Option<&Judgement> {
        if self.judgements.is_empty() { None } else { self.judgements.on_call(RequestKey::new(exchange)) }
    }

    /// The way in which the tools are written, if the reported counts were asked.
    pub(super) fn tool_writing(&self, exchange: &Exchange) -> Option<ToolWritingJudgement> {
        self.judgement(exchange)?.tool_writing
    }

    /// The profile of that name.
    pub fn profile(&self, name: &str) -> Option<&Arc<Profile>> {
        self.profiles.named(name)
    }

    /// The user brought a tokenizer or a chat template.
    pub(super) fn is_overridden(&self) -> bool {
        self.engine.is_overridden()
    }
}

/// Collects the facts that decide on the profile of an exchange.
fn call(exchange: &Exchange, time: Option<Timestamp>) -> RequestFacts<'_> {
    let response = exchange.response.as_ref();
    RequestFacts {
        host: exchange.host.as_deref(),
        fingerprint: response.and_then(|response| response.system_fingerprint.as_deref()),
        time,
        model: exchange.model_at_maker(),
        request: Some(&exchange.request),
    }
}

/// The exchange with other tools.
fn with_tools(exchange: &Exchange, tools: Tools) -> Exchange {
    let mut exchange = exchange.clone();
    exchange.request.tools = tools;
    exchange
}
