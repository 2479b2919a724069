//! Breakpoints and lifetimes: policies that a person can deploy, each replayed for all requests.
//!
//! Marks stand where all requests of an agent or a template have them: behind the tools, behind the system text, behind the last message.
//! Anthropic allows four, and none for longer behind one for shorter (its page on prompt caching, 2026-09). OpenAI takes one lifetime for
//! all breakpoints of a request, and sets none of its own in the mode `explicit` (documentation of `prompt_cache_options`, 2026-11).

use std::collections::BTreeSet;

use super::replayed_plan::Plan;
use super::traffic::{Changed, Traffic, unmade};
use crate::exchange::{CacheControl, CacheOptions, Content, Exchange, Input, Message, RequestElement};
use crate::prompt::Template;
use crate::rates::Lifetime;
use crate::time::micros;

/// The kind of these plans.
pub const BREAKPOINTS: &str = "breakpoints";

/// The words in which a request sets breakpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Wording {
    /// `cache_control` at an element.
    CacheControl,
    /// `prompt_cache_breakpoint` at a part.
    CacheBreakpoint,
}

/// The breakpoints that a provider sells.
#[derive(Clone, Debug)]
pub(super) struct MarkTerms {
    wording: Wording,
    /// The lifetimes as requests ask for them, the shortest first.
    lifetimes: Vec<&'static str>,
}

/// Places of marks, with the lifetime that each asks for.
struct MarkPolicy {
    wording: Wording,
    /// Behind the tools and the system text.
    front: Option<&'static str>,
    /// Behind the last message.
    end: Option<&'static str>,
    /// The lifetime that is meant where none is said.
    shortest: &'static str,
}

/// The policies, each replayed over the requests whose provider goes by marks; the cheapest first.
pub fn breakpoints(traffic: &Traffic<'_>) -> Vec<Plan> {
    let terms = mark_terms(traffic);
    let wordings: BTreeSet<Wording> = terms.iter().flatten().map(|terms| terms.wording).collect();
    let mut plans: Vec<Plan> = Vec::new();
    for wording in &wordings {
        let alike = || terms.iter().flatten().filter(|terms| terms.wording == *wording);
        // A policy is for the requests whose provider sells its lifetimes; the others stay as they are.
        let sold = LIFETIMES.iter().map(|(_, asked, _)| *asked);
        let lifetimes = sold.filter(|asked| alike().any(|terms| terms.lifetimes.contains(asked))).collect();
        let plan = |policy: MarkPolicy| {
            let takes = |terms: &MarkTerms| {
                let mut asked = policy.front.iter().chain(&policy.end);
                terms.wording == *wording && asked.all(|lifetime| terms.lifetimes.contains(lifetime))
            };
            let is_marked = |call: usize| terms[call].as_ref().is_some_and(takes);
            let saving = traffic
                .saving(|number, call| is_marked(number).then(|| Changed::rewritten(policy.applied(&call.exchange))))?;
            let among = if wordings.len() > 1 { format!(" (`{}`)", policy.wording.key()) } else { String::new() };
            Some(Plan {
                kind: BREAKPOINTS,
                change: format!("{}{among}", policy.change()),
                saving,
                assumptions: vec!["requests come at the same times".into()],
                how: policy.how_to(),
                other_model: None,
                is_bound: false,
            })
        };
        plans.extend(MarkTerms { wording: *wording, lifetimes }.policies().into_iter().filter_map(plan));
    }
    // A policy that is the one in use changes nothing.
    plans.retain(|plan| plan.saving.saved().is_some_and(|saved| !saved.amount.is_zero()));
    plans
}

/// The breakpoints that the provider of each request sells; `None` for those whose provider goes by none.
pub(super) fn mark_terms(traffic: &Traffic<'_>) -> Vec<Option<MarkTerms>> {
    let terms = |call: usize| {
        let (request, record) = (&traffic.calls[call].exchange.request, &traffic.now[call]);
        if !matches!(request.input, Input::Messages(_)) || record.marks.is_none() {
            return None;
        }
        let (profile, quote) = (traffic.profile(call)?, record.bill.quote.as_ref().ok()?);
        let asked =
            profile.policy.asked_lifetimes().or_else(|| Some(vec![u64::try_from(micros(profile.lifetime?)).ok()?]))?;
        let sold = |lifetime: u64| {
            let lifetime = i64::try_from(lifetime).ok()?;
            quote.rate.prices.cache_write.price(Lifetime::of_micros(lifetime))?;
            LIFETIMES.iter().find(|(seconds, ..)| seconds * 1_000_000 == lifetime).map(|(_, asked, _)| *asked)
        };
        let lifetimes: Vec<&str> = asked.into_iter().filter_map(sold).collect();
        let wording =
            if profile.template == Template::OpenAi { Wording::CacheBreakpoint } else { Wording::CacheControl };
        (!lifetimes.is_empty()).then_some(MarkTerms { wording, lifetimes })
    };
    (0..traffic.calls.len()).map(terms).collect()
}

/// Lifetimes that providers sell (2026-11), in seconds, as requests ask for them, and in words.
const LIFETIMES: [(i64, &str, &str); 4] =
    [(300, "5m", "5 minutes"), (1_800, "30m", "30 minutes"), (3_600, "1h", "an hour"), (43_200, "12h", "12 hours")];

/// A lifetime in words.
fn words(lifetime: &str) -> &'static str {
    LIFETIMES.iter().find(|(_, asked, _)| *asked == lifetime).map_or("its lifetime", |(.., words)| words)
}

impl Wording {
    fn key(self) -> &'static str {
        match self {
            Self::CacheControl => "cache_control",
            Self::CacheBreakpoint => "prompt_cache_breakpoint",
        }
    }
}

impl MarkTerms {
    /// Every choice of places with every choice of lifetimes, but none for longer behind one for shorter.
    fn policies(&self) -> Vec<MarkPolicy> {
        let lifetimes = || [None].into_iter().chain(self.lifetimes.iter().copied().enumerate().map(Some));
        let mut policies = Vec::new();
        for front in lifetimes() {
            for end in lifetimes() {
                let both = front.zip(end);
                let is_refused = both.is_some_and(|((front, _), (end, _))| match self.wording {
                    Wording::CacheControl => end > front,
                    Wording::CacheBreakpoint => end != front,
                });
                if !is_refused {
                    let asked = |lifetime: Option<(usize, &'static str)>| lifetime.map(|(_, asked)| asked);
                    let (front, end) = (asked(front), asked(end));
                    policies.push(MarkPolicy { wording: self.wording, front, end, shortest: self.lifetimes[0] });
                }
            }
        }
        policies
    }
}

impl MarkPolicy {
    /// The policy in words that complete "With …".
    fn change(&self) -> String {
        match (self.front, self.end) {
            (None, None) => "no breakpoints at all".into(),
            (None, Some(end)) => format!("one breakpoint after the last message, for {}", words(end)),
            (Some(front), None) => format!("breakpoints after tools and system text, for {}", words(front)),
            (Some(front), Some(end)) if front == end => {
                format!("breakpoints after tools, system text and the last message, for {}", words(front))
            }
            (Some(front), Some(end)) => format!(
                "breakpoints after tools and system text for {}, after the last message for {}",
                words(front),
                words(end)
            ),
        }
    }

    /// The lines to write.
    fn how_to(&self) -> String {
        match self.wording {
            Wording::CacheControl => self.cache_controls(),
            Wording::CacheBreakpoint => self.cache_breakpoints(),
        }
    }

    /// The lines to write, and LiteLLM's setting that has its proxy write them (its documentation of prompt caching, 2026-11).
    fn cache_controls(&self) -> String {
        let ttl = |lifetime: &str| {
            if lifetime == self.shortest { String::new() } else { format!(", \"ttl\": \"{lifetime}\"") }
        };
        let mark = |lifetime: &str| format!("{{\"type\": \"ephemeral\"{}}}", ttl(lifetime));
        let front = self.front.map(|lifetime| format!("{} at the last tool and the last system block", mark(lifetime)));
        let end = self.end.map(|lifetime| format!("{} at the last block of the last message", mark(lifetime)));
        let lines = match (front, end) {
            (None, None) => {
                return "leave out each `cache_control`: prompts are charged in full, and nothing is written".into();
            }
            (Some(front), None) => format!("{front}, none in messages"),
            (None, Some(end)) => end,
            (Some(front), Some(end)) => format!("{front}, and {end}"),
        };
        let point = |place: &str, lifetime: Option<&str>| {
            let own = lifetime.filter(|lifetime| *lifetime != self.shortest);
            let control = own.map_or_else(String::new, |lifetime| format!(", \"control\": {}", mark(lifetime)));
            lifetime.map(|_| format!("{{\"location\": \"message\", {place}{control}}}"))
        };
        let points = [point("\"role\": \"system\"", self.front), point("\"index\": -1", self.end)];
        let points: Vec<String> = points.into_iter().flatten().collect();
        format!(
            "\"cache_control\": {lines}; through LiteLLM: \"cache_control_injection_points\": [{}]",
            points.join(", ")
        )
    }

    /// The lines to write for OpenAI.
    fn cache_breakpoints(&self) -> String {
        let places = match (self.front, self.end) {
            (None, None) => {
                return "\"prompt_cache_options\": {\"mode\": \"explicit\"} without a breakpoint: nothing is written or read"
                    .into();
            }
            (Some(_), None) => "the last system message",
            (None, Some(_)) => "the last message",
            (Some(_), Some(_)) => "the last system message and of the last message",
        };
        let lifetime = self.front.or(self.end).unwrap_or(self.shortest);
        format!(
            "\"prompt_cache_options\": {{\"mode\": \"explicit\", \"ttl\": \"{lifetime}\"}}, and \
             \"prompt_cache_breakpoint\": {{\"mode\": \"explicit\"}} at the last part of {places}; one \"prompt_cache_key\" for all \
             requests with the same prefix"
        )
    }

    /// A request with these marks in place of its own.
    fn applied(&self, exchange: &Exchange) -> Exchange {
        let mut changed = unmade(exchange);
        let request = &mut changed.request;
        let mark = |after, lifetime: &str| CacheControl { after, lifetime: Some(lifetime.to_owned()) };
        request.cache_controls.clear();
        if self.wording == Wording::CacheBreakpoint {
            request.cache_options = CacheOptions { mode: Some(CacheOptions::EXPLICIT.into()), lifetime: None };
        } else if let (Some(lifetime), Some(last)) = (self.front, request.tools.len().checked_sub(1)) {
            request.cache_controls.push(mark(RequestElement::Tool(last), lifetime));
        }
        let Input::Messages(sent) = &exchange.request.input else { return changed };
        let mut messages = sent.as_slice().to_vec();
        let last_system = messages.iter().rposition(|message| message.is_system());
        let last = messages.len().checked_sub(1);
        for (index, message) in messages.iter_mut().enumerate() {
            let lifetime = if Some(index) == last {
                self.end
            } else if Some(index) == last_system {
                self.front
            } else {
                None
            };
            if lifetime.is_none() && message.cache_controls.is_empty() {
                continue;
            }
            let mut marked = Message::clone(message);
            marked.cache_controls =
                lifetime.map(|lifetime| mark(last_element(message), lifetime)).into_iter().collect();
            *message = marked.into();
        }
        request.input = messages.into();
        changed
    }
}

/// The last element of a message, behind which a mark covers all of it.
fn last_element(message: &Message) -> RequestElement {
    match (message.tool_calls.len().checked_sub(1), &message.content) {
        (Some(call), _) => RequestElement::Call(call),
        (None, Some(Content::Parts(parts))) => RequestElement::Part(parts.len().saturating_sub(1)),
        (None, _) => RequestElement::Part(0),
    }
}
