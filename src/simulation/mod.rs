//! The simulation: exchanges in log order through prompt, tokens and cache, one [`Record`] for each.
//!
//! It predicts; what the provider did is in the reported counts beside the prediction. It knows nothing of files and renderers.

mod bill;
mod calibration;
mod curve;
mod divergence;
mod pricing;
mod record;
mod redaction;
mod totals;

use std::collections::HashMap;
use std::sync::Arc;

pub use bill::{Bill, HitBasis};
use calibration::Calibration;
pub use curve::{Curve, Point, Swept};
pub use divergence::{Divergence, Divergences, Group, Part};
pub use pricing::{Pricing, Quote};
pub use record::{Applied, Blocks, Costs, Prediction, Record, Reported};
pub use totals::{Agreement, Totals};

use crate::cache::{
    Axis, Instant, Ledger, Limits, NotAllAtOnce, Outcome, Parent, Replay, ScopeKey, Seen, Step, Sweeping, TraceReplay,
    TraceRequest,
};
use crate::log::{BlockTrace, Exchange, Input, Redacted};
use crate::profile::{Basis, Call, Choice, Profile, Profiles, Rule};
use crate::prompt::{ChatTemplate, Rendered, Template};
use crate::time::{SignedDuration, Timestamp};
use crate::tokens::{Encoding, Memo, TokenId, Tokenizer};

/// The block size of the traces Mooncake published (FAST'25).
const MOONCAKE_BLOCK: u64 = 512;

/// What a user may decide.
#[derive(Default)]
pub struct Settings {
    /// The profile of all exchanges, in place of the one each falls under.
    pub profile: Option<Arc<Profile>>,
    /// In place of the profile's lifetime.
    pub lifetime: Option<SignedDuration>,
    /// In place of the profile's delay.
    pub delay: Option<SignedDuration>,
    /// Blocks or units at most.
    pub capacity: Option<u64>,
    /// Tokens in a block of a trace that does not say.
    pub block_size: Option<u64>,
    /// In place of the profile's tokenizer.
    pub tokenizer: Option<Box<dyn Tokenizer>>,
    /// In place of the profile's template.
    pub chat_template: Option<ChatTemplate>,
    /// How money is counted.
    pub pricing: Pricing,
    /// Whether each exchange is also replayed at every lifetime or capacity.
    pub sweeping: Option<Sweeping>,
}

/// The state of a run.
pub struct Simulation<'a> {
    profiles: &'a Profiles,
    settings: Settings,
    memos: HashMap<(Encoding, bool), Memo>,
    own: Option<Memo>,
    replays: HashMap<String, Replay>,
    trace: TraceReplay,
    calibration: Calibration,
    /// The time of the last line that had one.
    clock: Option<Timestamp>,
}

/// How a request is laid out and counted.
#[derive(Clone, Copy, Debug)]
pub struct Counting {
    /// How it is laid out.
    pub template: Template,
    /// How its text becomes tokens.
    pub encoding: Encoding,
    /// Whether a special token spelled out in a client's text becomes that token.
    pub recognises_specials: bool,
    /// Why that may not be what the provider does.
    pub doubt: Option<&'static str>,
}

/// What is known of an exchange's tokens.
#[derive(Clone, Copy)]
enum Known<'a> {
    Tokens { tokens: &'a [TokenId], prompt: usize, core: usize },
    Redacted(&'a Redacted),
}

impl Known<'_> {
    fn replay(self, replay: &mut Replay, scope: ScopeKey, seen: Seen) -> Outcome {
        match self {
            Self::Tokens { tokens, prompt, core } => replay.exchange(scope, tokens, prompt, core, seen),
            Self::Redacted(redacted) => replay.redacted(scope, redacted, seen),
        }
    }
}

impl<'a> Simulation<'a> {
    /// Nothing seen yet.
    pub fn new(profiles: &'a Profiles, mut settings: Settings) -> Self {
        let limits = Limits {
            lifetime: settings.lifetime.map(micros),
            delay: settings.delay.map_or(0, micros),
            capacity: settings.capacity,
        };
        let own = settings.tokenizer.take().map(|tokenizer| Memo::new(tokenizer, true));
        let trace = TraceReplay::new(limits);
        let trace = match &settings.sweeping {
            Some(sweeping) => trace.sweeping(sweeping.axis),
            None => trace,
        };
        Self {
            profiles,
            settings,
            memos: HashMap::new(),
            own,
            replays: HashMap::new(),
            trace,
            calibration: Calibration::default(),
            clock: None,
        }
    }

    /// How money is counted.
    pub fn pricing(&self) -> &Pricing {
        &self.settings.pricing
    }

    /// The next exchange of the log.
    pub fn exchange(&mut self, exchange: &Exchange) -> Record {
        self.clock = exchange.time.or(self.clock);
        let mut record = Record::of(exchange);
        record.replayed_at = self.time_of(exchange);
        match &exchange.request.input {
            Input::Blocks(trace) => self.trace(trace, exchange, &mut record),
            Input::Messages(_) | Input::Text(_) => self.prompt(exchange, &mut record),
            Input::Missing => record.unsimulated = Some("no prompt in the log, only usage".into()),
            Input::Redacted(redacted) => self.redacted(redacted, exchange, &mut record),
        }
        self.calibration.apply(&mut record);
        record.costs = self.settings.pricing.costs(&record);
        record
    }

    fn prompt(&mut self, exchange: &Exchange, record: &mut Record) {
        let choice = self.choose(exchange);
        let counting = Counting::choose(choice.as_ref().map(|(profile, _)| profile.as_ref()), record.model.as_deref());
        let (rendered, refusal) = self.render(exchange, counting);
        let (tokens, prompt, core) = self.tokens(&rendered, counting);
        record.prompt_tokens = Some(prompt as u64);
        let doubt = counting.doubt.filter(|_| self.own.is_none());
        record.estimated = refusal.or_else(|| doubt.or(rendered.doubt).map(str::to_owned));
        if record.output_tokens.is_none() && tokens.len() > prompt {
            record.output_tokens = Some((tokens.len() - prompt) as u64);
        }
        let known = Known::Tokens { tokens: &tokens, prompt, core };
        let Some((parent, ledger)) = self.replayed(known, choice, exchange, record) else { return };
        let index = usize::try_from(parent.common_tokens).unwrap_or(usize::MAX);
        let costs = ledger.diverged > 0 || ledger.cold > 0;
        let spot = costs.then(|| self.memo(counting).locate(&rendered.prompt, index)).flatten();
        record.divergence = Some(Divergence::new(parent, ledger, spot, &exchange.request));
    }

    /// Replays it under the rule it falls under; gives the parent that it parts from, and what became of its tokens.
    fn replayed(
        &mut self,
        known: Known<'_>,
        choice: Option<(Arc<Profile>, Basis)>,
        exchange: &Exchange,
        record: &mut Record,
    ) -> Option<(Parent, Ledger)> {
        let seen = self.seen(exchange);
        let (scope, model) = (record.scope.as_deref().unwrap_or_default(), record.model.as_deref().unwrap_or_default());
        let Some((profile, basis)) = choice else {
            // No rule says what a cache makes of it; what it shares with an earlier exchange of the scope is known.
            let scope = ScopeKey::new(&[scope, model]);
            let nowhere = || Replay::new(Rule::None, Limits::default());
            let outcome = known.replay(self.replays.entry(String::new()).or_insert_with(nowhere), scope, seen);
            record.common_tokens = Some(outcome.parent.map_or(0, |parent| parent.common_tokens));
            return None;
        };
        record.applied = Some(Applied { profile: profile.name.clone(), rule: profile.rule.describe(), basis });
        record.unpriced.clone_from(&profile.unpriced);
        let scope = ScopeKey::new(&[scope, model, &profile.name]);
        let replay = self.replay(&profile);
        let outcome = known.replay(replay, scope, seen);
        let steps = replay.steps().cloned();
        record.swept = steps.map(|steps| self.swept(steps, profile.lifetime, profile.rule.block_size()));
        let prompt_tokens = outcome.ledger.total();
        record.common_tokens = Some(outcome.parent.map_or(0, |parent| parent.common_tokens));
        record.prediction = Some(Prediction::new(outcome, prompt_tokens, profile.rule != Rule::None));
        let differs = outcome.parent.filter(|parent| parent.common_tokens < prompt_tokens);
        differs.map(|parent| (parent, outcome.ledger))
    }

    fn trace(&mut self, trace: &BlockTrace, exchange: &Exchange, record: &mut Record) {
        let block_size = self.settings.block_size.or(trace.block_size).unwrap_or(MOONCAKE_BLOCK);
        let blocks = trace.hash_ids.len() as u64;
        let prompt_tokens = trace.input_length.unwrap_or(blocks * block_size);
        let scope =
            ScopeKey::new(&[record.scope.as_deref().unwrap_or_default(), record.model.as_deref().unwrap_or_default()]);
        let request = TraceRequest { scope, hash_ids: &trace.hash_ids, prompt_tokens, block_size };
        let seen = self.seen(exchange);
        let outcome = self.trace.request(request, seen);
        let steps = self.trace.steps().map(|steps| Ok(steps.to_vec()));
        record.swept = steps.map(|steps| self.swept(steps, None, block_size));
        record.prompt_tokens = Some(prompt_tokens);
        record.output_tokens = trace.output_length;
        let (profile, rule) = ("block-trace".to_owned(), format!("blocks of {block_size}"));
        record.applied = Some(Applied { profile, rule, basis: Basis::Shape });
        record.prediction = Some(Prediction::new(outcome.tokens, prompt_tokens, true));
        record.common_tokens = Some(outcome.tokens.parent.map_or(0, |parent| parent.common_tokens));
        record.blocks = Some(Blocks { hit: outcome.hit_blocks, total: blocks });
        let differs = outcome.tokens.parent.filter(|parent| parent.common_tokens < prompt_tokens);
        record.divergence =
            differs.map(|parent| Divergence::new(parent, outcome.tokens.ledger, None, &exchange.request));
    }

    /// The time of an exchange: its own, the one the user gave for such, or that of the line before it.
    fn time_of(&self, exchange: &Exchange) -> Option<Timestamp> {
        exchange.time.or(self.settings.pricing.at).or(self.clock)
    }

    /// The profile of an exchange, and what decided.
    fn choose(&self, exchange: &Exchange) -> Option<(Arc<Profile>, Basis)> {
        if let Some(profile) = &self.settings.profile {
            return Some((Arc::clone(profile), Basis::Named));
        }
        let response = exchange.response.as_ref();
        let call = Call {
            host: exchange.host.as_deref(),
            fingerprint: response.and_then(|response| response.system_fingerprint.as_deref()),
            time: self.time_of(exchange),
            model: exchange.request.model.as_deref().or_else(|| response?.model.as_deref()),
        };
        self.profiles.choose(call).map(|Choice { profile, basis }| (Arc::clone(profile), basis))
    }

    /// By the user's template; one that refuses a request leaves it to the profile's, and says why.
    fn render(&self, exchange: &Exchange, counting: Counting) -> (Rendered, Option<String>) {
        let refused = match self.settings.chat_template.as_ref().map(|template| template.render(exchange)) {
            Some(Ok(rendered)) => return (rendered, None),
            Some(Err(refusal)) => Some(format!("the chat template refused it: {refusal}")),
            None => None,
        };
        (counting.template.render(exchange), refused)
    }

    /// Prompt and output as tokens, how many of them are the prompt, and how many of those its core.
    fn tokens(&mut self, rendered: &Rendered, counting: Counting) -> (Vec<TokenId>, usize, usize) {
        let memo = self.memo(counting);
        let mut tokens = Vec::new();
        let core = memo.encode(&rendered.prompt, &mut tokens);
        let prompt = tokens.len();
        memo.encode(&rendered.output, &mut tokens);
        (tokens, prompt, core)
    }

    fn memo(&mut self, counting: Counting) -> &mut Memo {
        let Counting { encoding, recognises_specials, .. } = counting;
        let own = self.own.as_mut();
        own.unwrap_or_else(|| {
            let key = (encoding, recognises_specials);
            self.memos.entry(key).or_insert_with(|| Memo::new(encoding.tokenizer(), recognises_specials))
        })
    }

    fn replay(&mut self, profile: &Profile) -> &mut Replay {
        let limits = Limits {
            lifetime: self.settings.lifetime.or(profile.lifetime).map(micros),
            delay: micros(self.settings.delay.unwrap_or(profile.delay)),
            capacity: self.settings.capacity,
        };
        self.replays.entry(profile.name.clone()).or_insert_with(|| {
            let replay = Replay::new(profile.rule, limits);
            match &self.settings.sweeping {
                Some(sweeping) => replay.sweeping(sweeping),
                None => replay,
            }
        })
    }

    /// What a sweep found of an exchange whose profile has that lifetime.
    fn swept(
        &self,
        steps: Result<Vec<Step>, NotAllAtOnce>,
        lifetime: Option<SignedDuration>,
        block_size: u64,
    ) -> Swept {
        let sweeps = |axis| self.settings.sweeping.as_ref().is_some_and(|sweeping| sweeping.axis == axis);
        let own = lifetime.filter(|_| sweeps(Axis::Lifetime)).map(|lifetime| micros(lifetime).unsigned_abs());
        Swept { steps, own, block_size }
    }

    fn seen(&self, exchange: &Exchange) -> Seen {
        let instant =
            |time: Option<Timestamp>| time.map_or(Instant::UNKNOWN, |time| Instant::from_micros(time.as_microsecond()));
        let start = instant(self.clock);
        let end = exchange.end_time.map_or(start, |end| instant(Some(end)));
        Seen { place: exchange.place, start, end }
    }
}

impl Counting {
    /// By the profile; without one by the model's name, and for a model nobody published a tokenizer of, by a likeness.
    pub fn choose(profile: Option<&Profile>, model: Option<&str>) -> Self {
        let known = model.and_then(Encoding::of_openai_model);
        if let Some(profile) = profile {
            let Profile { template, encoding, recognises_specials, .. } = *profile;
            let is_deepseek = model.is_some_and(|model| model.to_ascii_lowercase().contains("deepseek"));
            let fits =
                model.is_none() || known == Some(encoding) || is_deepseek && matches!(encoding, Encoding::DeepSeek(_));
            let doubt = (!fits).then_some("the profile's tokenizer is not this model's; name its own with --tokenizer");
            return Self { template, encoding, recognises_specials, doubt };
        }
        Self {
            template: Template::OpenAi,
            encoding: known.unwrap_or(Encoding::O200k),
            recognises_specials: false,
            doubt: known.is_none().then_some("no tokenizer of this model is known; counted with o200k_base"),
        }
    }
}

fn micros(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
