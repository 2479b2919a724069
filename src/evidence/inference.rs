//! Inference of a cache's rule from reported hits: step, minimum, what is kept, lifetime, delay, and who shares.

use super::age::{AgeBound, Reuse};
use super::step::{HitStep, WANTED_WITNESSES};
use crate::cache::Kept;

/// A request whose hits were reported, beside the earlier request that shares most with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ObservedRequest {
    /// Tokens of the prompt.
    pub prompt_tokens: u64,
    /// Tokens served, as reported.
    pub hit_tokens: u64,
    /// Tokens shared with the earlier request and its answer.
    pub common_tokens: u64,
    /// Our count of the prompt is the reported one, so that positions are the provider's.
    pub is_exact: bool,
    /// The log has blocks in place of text: the last one of a prompt may be shorter, and is served like the others.
    pub is_of_blocks: bool,
    /// The earlier request; `None` if nothing is shared.
    pub earlier: Option<EarlierRequest>,
}

/// The earlier request that shares most with another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EarlierRequest {
    /// Tokens of its prompt.
    pub prompt_tokens: u64,
    /// Tokens of its prompt and its answer.
    pub whole_tokens: u64,
    /// Microseconds from its start to the start of the other; `None` if the log does not tell both.
    pub age: Option<i64>,
    /// The request that was the first to send all that is shared.
    pub first: FirstRequest,
    /// The log names another caller for it.
    pub is_of_another_caller: bool,
}

/// The request that was the first to send a prefix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FirstRequest {
    /// Tokens that it shared with requests before it: what is behind them it was the first to write.
    pub common_tokens: u64,
    /// Microseconds from its start to the start of the request that sends the prefix now; `None` if the log does not tell both.
    pub age: Option<i64>,
}

/// Requests that agree with something, of those that could.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Requests that agree.
    pub agreeing: u64,
    /// All that could.
    pub of: u64,
}

/// Properties of a cache, as reported hits show them.
#[derive(Clone, Debug)]
pub struct Inference {
    /// Requests with reported hits.
    pub calls: u64,
    /// The step; `None` without any hit.
    pub step: Option<HitStep>,
    /// Requests that were served exactly what the step allows, and of which half the step would have served more.
    pub against_half: u64,
    /// The shortest prompt that hit.
    pub least_prompt: Option<u64>,
    /// Shorter prompts that shared a step or more with an earlier request and did not hit.
    pub shorter_misses: u64,
    /// The candidates for what is kept, the one first that explains most; each with the calls it explains.
    pub kept: Vec<(Kept, Share)>,
    /// Requests whose expected hit reaches into the earlier answer, and those of them that were served some of it.
    pub answers_served: Share,
    /// The age beyond which nothing is served.
    pub lifetime: AgeBound,
    /// The age below which nothing is served yet.
    pub delay: AgeBound,
    /// Requests that share most with a request of another caller, and those of them that were served as expected.
    pub between_callers: Share,
    /// Requests by age of the earlier request.
    pub by_age: Vec<(&'static str, Share)>,
}

/// Spans of ages for people, in seconds.
const AGES: [(&str, i64); 8] = [
    ("10s", 10),
    ("1m", 60),
    ("5m", 300),
    ("10m", 600),
    ("1h", 3600),
    ("6h", 21_600),
    ("24h", 86_400),
    ("72h", 259_200),
];

impl Share {
    fn add(&mut self, agrees: bool) {
        self.of += 1;
        self.agreeing += u64::from(agrees);
    }
}

impl ObservedRequest {
    /// Tokens that a cache with this step serves which keeps so much of earlier requests.
    fn expected(&self, step: u64, kept: Kept) -> u64 {
        let Some(earlier) = self.earlier else { return 0 };
        if self.is_of_blocks && self.common_tokens >= self.prompt_tokens {
            return self.prompt_tokens;
        }
        let most = self.common_tokens.min(self.prompt_tokens.saturating_sub(1));
        let whole = |tokens: u64| tokens / step * step;
        match kept {
            Kept::Blocks => whole(most),
            Kept::Prompts => whole(most.min(earlier.prompt_tokens)),
            Kept::Units => {
                let units = [whole(earlier.prompt_tokens.saturating_sub(1)), whole(earlier.whole_tokens)];
                units.into_iter().filter(|unit| *unit <= most).max().unwrap_or(0)
            }
        }
    }

    /// The report agrees with an expectation. Where our count is another than the provider's, two steps less do.
    fn is_served(&self, expected: u64, step: u64) -> bool {
        let slack = if self.is_exact { 0 } else { 2 * step };
        self.hit_tokens > 0 && self.hit_tokens + slack >= expected
    }

    /// The prefix, of which so much is expected to be served, since it was last sent.
    fn reuse(&self, expected: u64, step: u64) -> Option<Reuse> {
        Some(Reuse { age: self.earlier?.age?, is_served: self.is_served(expected, step) })
    }
}

impl Inference {
    /// Infers from requests, which stand in the order of replay.
    pub fn new(calls: &[ObservedRequest]) -> Self {
        // A prompt that is served whole ends in a block of any length.
        let ends_in_steps = |call: &&ObservedRequest| !(call.is_of_blocks && call.hit_tokens == call.prompt_tokens);
        let step = HitStep::most_likely(calls.iter().filter(ends_in_steps).map(|call| call.hit_tokens));
        let tokens = step.map_or(1, |step| step.tokens);
        let hits = || calls.iter().filter(|call| call.hit_tokens > 0);
        let least_prompt = hits().map(|call| call.prompt_tokens).min();
        let kept = kept(&calls_in_time(calls, tokens), tokens);
        let rule = kept.first().map_or(Kept::Blocks, |(kept, _)| *kept);
        let due = || {
            let due = calls.iter().map(|call| (call, call.expected(tokens, rule)));
            due.filter(|(call, expected)| {
                *expected >= tokens && least_prompt.is_some_and(|least| call.prompt_tokens >= least)
            })
        };
        let shorter = calls.iter().filter(|call| least_prompt.is_some_and(|least| call.prompt_tokens < least));
        let shorter_misses = shorter.filter(|call| call.expected(tokens, rule) >= tokens).count() as u64;
        let mut between_callers = Share::default();
        due()
            .filter(|(call, _)| call.earlier.is_some_and(|earlier| earlier.is_of_another_caller))
            .for_each(|(call, expected)| between_callers.add(call.is_served(expected, tokens)));
        let reuses: Vec<Reuse> = due().filter_map(|(call, expected)| call.reuse(expected, tokens)).collect();
        let lifetime = AgeBound::lifetime(&reuses);
        Self {
            calls: calls.len() as u64,
            step,
            against_half: against_half(calls, tokens, rule),
            least_prompt,
            shorter_misses,
            answers_served: answers_served(calls, tokens),
            kept,
            delay: AgeBound::delay(&first_reuses(due(), tokens, &lifetime)),
            lifetime,
            between_callers,
            by_age: by_age(&reuses),
        }
    }
}

impl Inference {
    /// Evidence against a part of the step: lengths of hits, and requests of which half the step would have served more.
    pub fn witnesses(&self) -> u64 {
        self.step.map_or(0, |step| step.lengths + self.against_half)
    }

    /// The number of further hits that would tell the step from a part of it.
    pub fn witnesses_wanted(&self) -> u64 {
        WANTED_WITNESSES.saturating_sub(self.witnesses())
    }
}

/// The requests without those that a lifetime, if there is one, explains: they do not tell what is kept.
fn calls_in_time(calls: &[ObservedRequest], step: u64) -> Vec<ObservedRequest> {
    let reuse = |call: &ObservedRequest| {
        let expected = call.expected(step, Kept::Blocks);
        if expected >= step { call.reuse(expected, step) } else { None }
    };
    let lifetime = AgeBound::lifetime(&calls.iter().filter_map(reuse).collect::<Vec<_>>());
    let age = |call: &ObservedRequest| call.earlier.and_then(|earlier| earlier.age);
    let is_forgotten = |call: &ObservedRequest| age(call).is_some_and(|age| lifetime.has_forgotten(age));
    calls.iter().filter(|call| !is_forgotten(call)).copied().collect()
}

/// Prefixes since they were first sent, unless they were forgotten in between: that tells when they became visible.
fn first_reuses<'a>(
    due: impl Iterator<Item = (&'a ObservedRequest, u64)>,
    step: u64,
    lifetime: &AgeBound,
) -> Vec<Reuse> {
    let reuse = |(call, expected): (&ObservedRequest, u64)| {
        let first = call.earlier?.first;
        let age = first.age.filter(|age| !lifetime.has_forgotten(*age))?;
        let is_served = call.is_served(expected, step);
        (first.common_tokens < expected).then_some(Reuse { age, is_served })
    };
    due.filter_map(reuse).collect()
}

fn against_half(calls: &[ObservedRequest], step: u64, kept: Kept) -> u64 {
    if !step.is_multiple_of(2) {
        return 0;
    }
    let speaks = |call: &&ObservedRequest| {
        let expected = call.expected(step, kept);
        call.is_exact && expected > 0 && call.hit_tokens == expected && call.expected(step / 2, kept) > expected
    };
    calls.iter().filter(speaks).count() as u64
}

/// The candidates for what is kept with the requests that each explains, the best first and the simplest first among equals.
fn kept(calls: &[ObservedRequest], step: u64) -> Vec<(Kept, Share)> {
    let share = |kept: Kept| {
        let mut share = Share::default();
        for call in calls.iter().filter(|call| call.is_exact) {
            let expected = call.expected(step, kept);
            if call.hit_tokens > 0 || call.expected(step, Kept::Blocks) > 0 {
                share.add(call.hit_tokens == expected);
            }
        }
        (kept, share)
    };
    let mut all = [Kept::Blocks, Kept::Units, Kept::Prompts].map(share).to_vec();
    all.sort_by_key(|(_, share)| std::cmp::Reverse(share.agreeing));
    all
}

fn answers_served(calls: &[ObservedRequest], step: u64) -> Share {
    let mut share = Share::default();
    for call in calls.iter().filter(|call| call.is_exact && call.hit_tokens > 0) {
        let (with, without) = (call.expected(step, Kept::Blocks), call.expected(step, Kept::Prompts));
        if with > without {
            share.add(call.hit_tokens > without);
        }
    }
    share
}

fn by_age(reuses: &[Reuse]) -> Vec<(&'static str, Share)> {
    let mut spans: Vec<(&str, Share)> = AGES.iter().map(|(name, _)| (*name, Share::default())).collect();
    spans.push(("beyond", Share::default()));
    for reuse in reuses {
        let span = AGES.iter().position(|(_, seconds)| reuse.age < seconds * 1_000_000).unwrap_or(AGES.len());
        spans[span].1.add(reuse.is_served);
    }
    spans.retain(|(_, share)| share.of > 0);
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A request that continues an earlier one of so many tokens, so many of them an answer, after so many seconds.
    fn continued(prompt: u64, answer: u64, seconds: i64, hit_tokens: u64) -> ObservedRequest {
        let whole_tokens = prompt + answer;
        let age = Some(seconds * 1_000_000);
        let earlier = EarlierRequest { prompt_tokens: prompt, whole_tokens, age, ..EarlierRequest::default() };
        ObservedRequest {
            prompt_tokens: whole_tokens + 40,
            hit_tokens,
            common_tokens: whole_tokens,
            is_exact: true,
            is_of_blocks: false,
            earlier: Some(earlier),
        }
    }

    /// Requests of a cache with blocks of 64 that keeps answers for ten minutes.
    fn calls() -> Vec<ObservedRequest> {
        let hit = |whole: u64, seconds: i64| if seconds < 600 { whole / 64 * 64 } else { 0 };
        (1..40_i64)
            .map(|call| {
                let (prompt, answer) = (200 + 90 * call.cast_unsigned(), 150);
                continued(prompt, answer, call * 29, hit(prompt + answer, call * 29))
            })
            .collect()
    }

    #[test]
    fn step_answers_and_lifetime_of_a_strict_cache_are_found() {
        let found = Inference::new(&calls());
        assert_eq!(found.step.map(|step| step.tokens), Some(64));
        assert_eq!(found.kept[0].0, Kept::Blocks);
        assert!(found.answers_served.agreeing > 10 && found.answers_served.agreeing == found.answers_served.of);
        assert_eq!(
            (found.lifetime.roundest(), found.lifetime.is_seen(found.lifetime.above)),
            (Some(600_000_000), true)
        );
        assert!(!found.delay.is_seen(found.delay.below));
    }

    #[test]
    fn without_a_hit_nothing_is_said() {
        let found = Inference::new(&[ObservedRequest { prompt_tokens: 900, ..ObservedRequest::default() }]);
        assert_eq!((found.step, found.least_prompt), (None, None));
    }
}
