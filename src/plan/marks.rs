//! Breakpoints and lifetimes: policies that a person can deploy, each replayed for all calls.
//!
//! Marks stand where all calls of an agent or a template have them: behind the tools, behind the system text, behind the last message.
//! Anthropic allows four, and none for longer behind one for shorter (its page on prompt caching, 2026-09).

use super::replayed_plan::Plan;
use super::traffic::{Traffic, unmade};
use crate::account::Quote;
use crate::causes::Call;
use crate::exchange::{CacheControl, Content, Exchange, Input, Message, RequestElement};
use crate::rates::Lifetime;
use crate::simulation::Record;

/// The kind of these plans.
pub const BREAKPOINTS: &str = "breakpoints";

/// Places of marks, with the lifetime that each asks for.
struct MarkPolicy {
    change: &'static str,
    how: &'static str,
    /// Behind the tools and the system text.
    front: Option<&'static str>,
    /// Behind the last message.
    end: Option<&'static str>,
}

const POLICIES: [MarkPolicy; 8] = [
    MarkPolicy {
        change: "no breakpoints at all",
        how: "leave out each `cache_control`: prompts are paid in full, and no write is",
        front: None,
        end: None,
    },
    MarkPolicy {
        change: "one breakpoint behind the last message, for 5 minutes",
        how: "\"cache_control\": {\"type\": \"ephemeral\"} at the last block of the last message",
        front: None,
        end: Some("5m"),
    },
    MarkPolicy {
        change: "one breakpoint behind the last message, for an hour",
        how: "\"cache_control\": {\"type\": \"ephemeral\", \"ttl\": \"1h\"} at the last block of the last message",
        front: None,
        end: Some("1h"),
    },
    MarkPolicy {
        change: "breakpoints behind tools and system text, for 5 minutes",
        how: "\"cache_control\": {\"type\": \"ephemeral\"} at the last tool and the last system block, none in messages",
        front: Some("5m"),
        end: None,
    },
    MarkPolicy {
        change: "breakpoints behind tools and system text, for an hour",
        how: "\"cache_control\": {\"type\": \"ephemeral\", \"ttl\": \"1h\"} at the last tool and the last system block, none in messages",
        front: Some("1h"),
        end: None,
    },
    MarkPolicy {
        change: "breakpoints behind tools, system text and the last message, for 5 minutes",
        how: "\"cache_control\": {\"type\": \"ephemeral\"} at the last tool, the last system block and the last block of the last message",
        front: Some("5m"),
        end: Some("5m"),
    },
    MarkPolicy {
        change: "breakpoints behind tools and system text for an hour, behind the last message for 5 minutes",
        how: "\"cache_control\": {\"type\": \"ephemeral\", \"ttl\": \"1h\"} at the last tool and the last system block, and \
              {\"type\": \"ephemeral\"} at the last block of the last message",
        front: Some("1h"),
        end: Some("5m"),
    },
    MarkPolicy {
        change: "breakpoints behind tools, system text and the last message, for an hour",
        how: "\"cache_control\": {\"type\": \"ephemeral\", \"ttl\": \"1h\"} at the last tool, the last system block and the last block of \
              the last message",
        front: Some("1h"),
        end: Some("1h"),
    },
];

/// The policies, each replayed over the calls whose provider goes by marks and sells both lifetimes; the cheapest first.
pub fn breakpoints(traffic: &Traffic<'_>) -> Vec<Plan> {
    let is_marked = marked_calls(traffic);
    if !is_marked.contains(&true) {
        return Vec::new();
    }
    let plan = |policy: &MarkPolicy| {
        let saving = traffic.saving(|call, exchange| is_marked[call].then(|| policy.applied(exchange)))?;
        Some(Plan {
            kind: BREAKPOINTS,
            change: policy.change.into(),
            saving,
            assumptions: vec!["the calls come at the times at which they came".into()],
            how: policy.how_to(),
            other_model: None,
            is_bound: false,
        })
    };
    let mut plans: Vec<Plan> = POLICIES.iter().filter_map(plan).collect();
    // A policy that is the one in use changes nothing.
    plans.retain(|plan| plan.saving.saved().is_some_and(|saved| !saved.amount.is_zero()));
    plans
}

/// The calls whose provider goes by marks and sells both lifetimes.
pub(super) fn marked_calls(traffic: &Traffic<'_>) -> Vec<bool> {
    let is_marked = |(call, record): (&Call, &Record)| {
        let has_text = matches!(call.exchange.request.input, Input::Messages(_));
        has_text && record.marks.is_some() && record.bill.quote.as_ref().is_ok_and(sells_both_lifetimes)
    };
    traffic.calls.iter().zip(&traffic.now).map(is_marked).collect()
}

fn sells_both_lifetimes(quote: &Quote) -> bool {
    [Lifetime::FiveMinutes, Lifetime::Hour]
        .into_iter()
        .all(|lifetime| quote.rate.prices.cache_write.price(lifetime).is_some())
}

impl MarkPolicy {
    /// The lines to write, and LiteLLM's setting that has its proxy write them (its documentation of prompt caching, 2026-11).
    fn how_to(&self) -> String {
        let point = |place: &str, lifetime: Option<&str>| {
            let ttl =
                if lifetime == Some("1h") { ", \"control\": {\"type\": \"ephemeral\", \"ttl\": \"1h\"}" } else { "" };
            lifetime.map(|_| format!("{{\"location\": \"message\", {place}{ttl}}}"))
        };
        let points = [point("\"role\": \"system\"", self.front), point("\"index\": -1", self.end)];
        let points: Vec<String> = points.into_iter().flatten().collect();
        if points.is_empty() {
            return self.how.into();
        }
        format!("{}; through LiteLLM: \"cache_control_injection_points\": [{}]", self.how, points.join(", "))
    }

    /// A call with these marks in place of its own.
    fn applied(&self, exchange: &Exchange) -> Exchange {
        let mut changed = unmade(exchange);
        let request = &mut changed.request;
        let mark = |after, lifetime: &str| CacheControl { after, lifetime: Some(lifetime.to_owned()) };
        request.cache_controls.clear();
        if let (Some(lifetime), Some(last)) = (self.front, request.tools.len().checked_sub(1)) {
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
