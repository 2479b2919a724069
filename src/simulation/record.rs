//! A record: everything known of one exchange after the replay.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::account::{Bill, Billable, Offered, Reported};
use crate::cache::{ByHidden, Ledger, Likelihood, Outcome, Parent};
use crate::evidence::judgement::ToolWritingJudgement;
use crate::exchange::{Exchange, Groups, Place, Resolution, Usage, Written};
use crate::money::{Currency, Money};
use crate::profile::{Basis, Profile, Unpredicted};
use crate::rates::CacheMode;
use crate::time::Timestamp;

use super::{Divergence, JudgedByUsage, PromptParts, RecordedUse, ScopeBasis, Swept};

/// Everything known of one exchange.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its line.
    pub place: Place,
    /// The provider's id, or the log's.
    pub id: Option<String>,
    /// Start of the request.
    pub time: Option<Timestamp>,
    /// End of the response.
    pub end_time: Option<Timestamp>,
    /// The time it is replayed and priced at: its own, or the one that stands in for it.
    pub replayed_at: Option<Timestamp>,
    /// The model as requested.
    pub model: Option<String>,
    /// The model that answered, where that is another name.
    pub answered: Option<String>,
    /// Its name at its maker, where a provider stands before it in the log.
    pub model_at_maker: Option<String>,
    /// The way in which its tools were counted, with the support for it; `None` without tools.
    pub tool_writing: Option<ToolWritingJudgement>,
    /// The rule it falls under; `None` where none is known.
    pub applied: Option<Applied>,
    /// The caller that the log names.
    pub scope: Option<String>,
    /// The request names the key by which the provider chooses a machine.
    /// Other settings that stand in the prompt count as one: both tell why a provider may have served nothing.
    pub has_cache_key: bool,
    /// Values in its line by which the user wants sums.
    pub groups: Groups,
    /// The reason why it shares a cache with certain others.
    pub scope_basis: ScopeBasis,
    /// Tokens of the prompt by our count.
    pub prompt_tokens: Option<u64>,
    /// The same of the prompt as it was sent, where the provider bills the sum of several rounds.
    pub sent_tokens: Option<u64>,
    /// Reason why our count may differ from the provider's.
    pub estimated: Option<String>,
    /// The log holds a part of the prompt alone, as sessions of agents do: nothing is predicted or priced by it.
    pub known_in_part: bool,
    /// Tokens of the answer: reported, else by our count.
    pub output_tokens: Option<u64>,
    /// Kind of cache that its hits come from, as far as the request tells.
    pub cache: CacheMode,
    /// Usage that the provider reported.
    pub reported: Reported,
    /// Hits that its cache should have served; `None` if no rule is known.
    pub prediction: Option<Prediction>,
    /// The earlier exchange that shares most, whatever the rule makes of it.
    pub parent: Option<Parent>,
    /// Tokens of the prompt shared with an earlier exchange of the scope, by our count; `None` where nothing was compared.
    pub common_tokens: Option<u64>,
    /// Tokens behind those that earlier prompts had at another place, roughly.
    pub repeated_tokens: u64,
    /// Tokens that a prompt must have to be kept; `None` where no rule is known.
    pub minimum: Option<u64>,
    /// Marks of the request up to which it is to be kept; `None` under a rule that goes by none.
    pub marks: Option<usize>,
    /// Faults of those marks, each as a clause.
    pub mark_faults: Vec<String>,
    /// Place at which it differs from the earlier exchange that it shares most with.
    pub divergence: Option<Divergence>,
    /// The parts of its prompt, where they are asked for and its text is in the log.
    pub parts: Option<Arc<PromptParts>>,
    /// Reason why its tokens have no price, if the profile gives one.
    pub unpriced: Option<String>,
    /// For a block trace: in blocks.
    pub blocks: Option<Blocks>,
    /// True if its texts were redacted, so that it is known to the block.
    pub is_redacted: bool,
    /// Reason why it was not simulated, other than the want of a rule.
    pub unsimulated: Option<String>,
    /// The explicit cache that stands for the beginning of its prompt, by its name.
    pub explicit_cache: Option<String>,
    /// The provider's cache, if none of its hits can be predicted.
    pub unpredicted: Option<&'static Unpredicted>,
    /// Its tokens as the counts alone tell of them, if the log does not hold the prompt or only a part of it.
    pub by_usage: Option<JudgedByUsage>,
    /// The parts that a cache should have served at every limit, if that was asked for.
    pub swept: Option<Swept>,
    /// The blocks that it used, if they were recorded.
    pub used: Option<RecordedUse>,
    /// In money.
    pub bill: Bill,
    /// Its cost by the log itself, in dollars.
    pub logged_cost: Option<Money>,
}

/// The rule an exchange falls under.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Applied {
    /// The profile's name.
    pub profile: String,
    /// Its rule in a few words.
    pub rule: String,
    /// Evidence for the choice.
    pub basis: Basis,
    /// False if it has no cache.
    pub(super) has_cache: bool,
}

impl Applied {
    /// The rule of a profile.
    pub(super) fn new(profile: &Profile, basis: Basis) -> Self {
        Self {
            profile: profile.name.clone(),
            rule: profile.policy.describe(),
            basis,
            has_cache: profile.policy.has_cache(),
        }
    }
}

/// The hits that the cache should have served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prediction {
    /// The most likely number of tokens served.
    pub hit_tokens: u64,
    /// The least that the rule leaves possible.
    pub hit_tokens_min: u64,
    /// The most that the rule leaves possible.
    pub hit_tokens_max: u64,
    /// The number served by how many tokens of its own the provider does not count; `None` if that does not matter.
    pub by_hidden: Option<ByHidden>,
    /// Share of cases in which caches under this rule served the most likely number, if that was counted.
    pub likelihood: Option<Likelihood>,
    /// Tokens written, if the provider counts them.
    pub written: Option<Written>,
    /// The bucket of every token.
    pub ledger: Ledger,
    /// The earlier exchange that shares most.
    pub parent: Option<Parent>,
    /// True if there is a cache at all.
    pub has_cache: bool,
}

/// Blocks of a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blocks {
    /// Served.
    pub hit: u64,
    /// All.
    pub total: u64,
}

impl Record {
    /// Makes a record of the facts in the log alone.
    pub(super) fn from_log(exchange: &Exchange) -> Self {
        let model = exchange.model().map(str::to_owned);
        let at_maker = exchange.model_at_maker().map(str::to_owned).filter(|name| Some(name) != model.as_ref());
        let answered = exchange.response.as_ref().and_then(|response| response.model.clone());
        let answered = answered.filter(|name| Some(name) != model.as_ref());
        Self {
            place: exchange.place,
            id: exchange.id.clone(),
            time: exchange.time,
            end_time: exchange.end_time,
            replayed_at: exchange.time,
            model,
            answered,
            model_at_maker: at_maker,
            tool_writing: None,
            applied: None,
            scope: exchange.scope.name(),
            has_cache_key: exchange.request.cache_key.is_some() || exchange.request.system_settings.is_some(),
            groups: exchange.groups.clone(),
            scope_basis: ScopeBasis::default(),
            prompt_tokens: None,
            sent_tokens: None,
            estimated: None,
            known_in_part: false,
            output_tokens: exchange.usage.output_tokens,
            cache: if exchange.request.has_marks() { CacheMode::Explicit } else { CacheMode::Implicit },
            reported: Reported::from(&exchange.usage),
            prediction: None,
            parent: None,
            common_tokens: None,
            repeated_tokens: 0,
            minimum: None,
            marks: None,
            mark_faults: Vec::new(),
            divergence: None,
            parts: None,
            unpriced: None,
            blocks: None,
            is_redacted: false,
            unsimulated: None,
            explicit_cache: exchange.explicit_cache.clone(),
            unpredicted: None,
            by_usage: None,
            swept: None,
            used: None,
            bill: Bill::default(),
            logged_cost: exchange.usage.logged_cost.map(|cost| Money::new(cost, Currency::USD)),
        }
    }

    /// Notes the earlier exchange that shares most, or that none shares anything.
    pub(super) fn note_parent(&mut self, parent: Option<Parent>) {
        self.parent = parent;
        self.common_tokens = Some(parent.map_or(0, |parent| parent.common_tokens));
    }

    /// Takes the other prompt that a usage may mean, where it is much nearer to our count of the text, and near to it at all: of a text
    /// that was cut off nothing follows. Hits that are more than the whole text contradict it.
    pub(super) fn resolve_by_text(&mut self, usage: &Usage) {
        // No prompt has more hits than tokens: they are of a prompt of which only a part is known here.
        let is_beyond = self.prompt_tokens.zip(usage.hit_tokens).is_some_and(|(ours, hits)| hits > ours);
        self.reported.contradicts |= is_beyond && usage.prompt_tokens.is_none();
        let resolved = self.prompt_tokens.and_then(|ours| by_text(usage, ours));
        if let Some(resolved) = resolved.filter(|_| !self.known_in_part) {
            self.reported.prompt_tokens = resolved.prompt_tokens;
            self.reported.contradicts = resolved.contradicts;
            self.reported.resolved = resolved.resolved;
        }
    }

    /// Its tokens, and what decides on their price.
    pub(super) fn call<'a>(&'a self, offer: &'a Offered) -> Billable<'a> {
        // Known by the rule, whether its prompt was in the log or not.
        let has_no_cache = match &self.prediction {
            Some(prediction) => !prediction.has_cache,
            None => self.applied.as_ref().is_some_and(|applied| !applied.has_cache),
        };
        Billable {
            offer,
            time: self.replayed_at,
            prompt_tokens: self.prompt_tokens,
            is_estimated: self.estimated.is_some(),
            output_tokens: self.output_tokens,
            cache: self.cache,
            reported: &self.reported,
            predicted_hits: self.prediction.map(|prediction| prediction.hit_tokens).or(has_no_cache.then_some(0)),
            predicted_writes: self.prediction.and_then(|prediction| prediction.written),
            has_no_cache,
            common_tokens: self.common_tokens,
            unpriced: self.unpriced.as_deref(),
        }
    }

    /// Explains that its hits are not known, if they are neither reported nor predicted.
    pub fn hits_unknown(&self) -> Option<String> {
        if self.bill.billed().is_some() {
            return None;
        }
        let reported = match self.reported.unknown_counters.as_slice() {
            [] if self.reported.hit_tokens.is_some() => "the reported hits contradict the rest of the usage".to_owned(),
            [] => "no hits reported".to_owned(),
            names => format!("hits may be reported as {}, a field that is not known", names.join(", ")),
        };
        if let Some(reason) = &self.unsimulated {
            return Some(format!("{reported}, and not simulated: {reason}"));
        }
        if let Some(Unpredicted { reason, .. }) = self.unpredicted {
            return Some(format!("{reported}, and not predicted: {reason}"));
        }
        let model = self.model.as_deref().unwrap_or_default();
        Some(format!("{reported}, and no cache rule known to simulate {model} by (--profile names one)"))
    }

    /// Predicted and reported hits, where both are known and the report contradicts neither itself nor the text.
    pub fn compared_hits(&self) -> Option<(u64, u64)> {
        let reported = self.reported.hit_tokens.filter(|_| !self.reported.contradicts && !self.is_beyond_usage())?;
        Some((self.prediction?.hit_tokens, reported))
    }

    /// True if more tokens of the text would be served than the provider counted in the whole prompt, and it counted less than half: text and
    /// usage are not those of one request.
    pub(super) fn is_beyond_usage(&self) -> bool {
        let counted = self.prediction.zip(self.prompt_tokens).zip(self.reported.prompt_tokens);
        counted.is_some_and(|((prediction, ours), prompt)| prediction.hit_tokens_min > prompt && ours / 2 > prompt)
    }

    /// Predicted hit, reported miss: the provider did not serve what its rule promises.
    pub fn lost(&self) -> Option<u64> {
        self.compared_hits().map(|(predicted, reported)| predicted.saturating_sub(reported))
    }

    /// Reported hit, not predicted: traffic outside the log, or a cache that keeps more than its rule says.
    pub fn unexplained(&self) -> Option<u64> {
        self.compared_hits().map(|(predicted, reported)| reported.saturating_sub(predicted))
    }
}

/// The exchange with the prompt that our count of the text tells its usage to mean, if that is not the one it names.
pub(super) fn resolved(exchange: &Exchange, ours: u64) -> Option<Exchange> {
    by_text(&exchange.usage, ours).map(|usage| Exchange { usage, ..exchange.clone() })
}

/// A usage with the other prompt that it may mean, if our count of the text tells that it is that one.
fn by_text(usage: &Usage, ours: u64) -> Option<Usage> {
    let (reported, other) = usage.prompt_tokens.zip(usage.other_prompt)?;
    let cached = usage.hit_tokens.unwrap_or(0) + usage.written.map_or(0, |written| written.total());
    let is_near = ours.abs_diff(other).saturating_mul(4) <= other;
    let is_nearer = ours.abs_diff(other).saturating_mul(2) < ours.abs_diff(reported);
    let was_whole = matches!(usage.resolved, Some(Resolution::Whole | Resolution::WholeBySeller));
    // More was read than the prompt is long: it leaves out what was read.
    let is_left_out = cached > reported;
    let resolution = if is_left_out { Resolution::LeftOut } else { Resolution::ByText };
    (is_near && cached <= other && is_nearer).then(|| Usage {
        prompt_tokens: Some(other),
        other_prompt: None,
        contradicts: usage.contradicts && !is_left_out,
        resolved: (!was_whole).then_some(resolution),
        ..usage.clone()
    })
}

impl Prediction {
    pub(super) fn new(outcome: Outcome, prompt_tokens: u64, has_cache: bool) -> Self {
        debug_assert_eq!(outcome.ledger.total(), prompt_tokens, "the buckets sum to the prompt tokens");
        Self {
            hit_tokens: outcome.hit_tokens,
            hit_tokens_min: outcome.hit_tokens_min,
            hit_tokens_max: outcome.hit_tokens_max,
            by_hidden: outcome.by_hidden,
            likelihood: outcome.likelihood,
            written: outcome.written,
            ledger: outcome.ledger,
            parent: outcome.parent,
            has_cache,
        }
    }
}
