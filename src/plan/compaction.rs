//! Compaction: histories that are shortened as they grow, replayed. What is cut off is no longer paid for in later turns, but the prompt
//! differs from there on, so that the turn that cuts pays it anew. A summary is written by a request of its own, which is paid as well.

use std::collections::HashMap;

use super::replayed_plan::Plan;
use super::saving::Amounts;
use super::traffic::{AddedRequest, Changed, Traffic, unmade};
use crate::causes::ReplayedRequest;
use crate::exchange::{Content, Exchange, Input, Message, RequestElement};
use crate::money::{Decimal, Money};
use crate::report::text::{money, plural};
use crate::simulation::Record;
use crate::time::SignedDuration;

/// A rule by which histories are shortened. It depends on the prompt alone, so that every later turn is cut alike.
struct Shortening {
    change: &'static str,
    how: &'static str,
    part: Shortened,
    /// The last ones, which stay.
    kept: usize,
    /// The least number that is cut at once.
    batch: usize,
}

/// The part of a history that is cut.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shortened {
    /// The texts of results of tools.
    ToolResults,
    /// Whole turns: from one message of the user to the next.
    Turns,
    /// The same, with a summary in their place.
    SummarisedTurns,
}

/// The rules that are tried. The numbers are our choice, but for the three results that stay: so many does Anthropic's context editing
/// keep unless it is asked otherwise (page "Context editing", beta of 2025-06-27, read 2026-11).
const SHORTENINGS: [Shortening; 6] = [
    Shortening {
        change: "results of tools cleared but for the last three, one at a time",
        how: "replace the content of older results of tools by a short placeholder in each request",
        part: Shortened::ToolResults,
        kept: 3,
        batch: 1,
    },
    Shortening {
        change: "results of tools cleared but for the last three, ten at a time",
        how: "when thirteen results of tools stand in the history, replace the content of the oldest ten by a short placeholder, and leave them so; \
              Anthropic's context editing does it (`clear_tool_uses_20250919`, with `clear_at_least`)",
        part: Shortened::ToolResults,
        kept: 3,
        batch: 10,
    },
    Shortening {
        change: "results of tools cleared but for the last three, thirty at a time",
        how: "when thirty-three results of tools stand in the history, replace the content of the oldest thirty by a short placeholder, and leave \
              them so; Anthropic's context editing does it (`clear_tool_uses_20250919`, with `clear_at_least`)",
        part: Shortened::ToolResults,
        kept: 3,
        batch: 30,
    },
    Shortening {
        change: "the last ten turns alone sent, one left out at a time",
        how: "send the system text and the last ten turns",
        part: Shortened::Turns,
        kept: 10,
        batch: 1,
    },
    Shortening {
        change: "the last ten to twenty turns alone sent, ten left out at a time",
        how: "when twenty turns stand in the history, leave out the oldest ten, and send the rest until twenty stand there again",
        part: Shortened::Turns,
        kept: 10,
        batch: 10,
    },
    Shortening {
        change: "the oldest ten turns replaced by a summary when twenty stand in the history",
        how: "when twenty turns stand in the history, have the model summarise the oldest ten, and send the summary in their place until \
              twenty stand there again",
        part: Shortened::SummarisedTurns,
        kept: 10,
        batch: 10,
    },
];

/// Tokens of a summary: an assumption of ours, since no provider says how long one is.
const SUMMARY_TOKENS: usize = 1_000;

/// The question that is answered by a summary.
const SUMMARISE: &str = "Summarise the conversation so far.";

/// Stands for the content of a result that is cleared.
const CLEARED: &str = "[cleared]";

/// The rules that would shorten a request of the log, each replayed.
pub fn compaction(traffic: &Traffic<'_>) -> Vec<Plan> {
    SHORTENINGS.iter().filter_map(|rule| rule.plan(traffic)).collect()
}

impl Shortening {
    fn plan(&self, traffic: &Traffic<'_>) -> Option<Plan> {
        // A request that is not predicted as it is has nothing to be compared with.
        let is_predicted = traffic.having(|record| record.prediction.is_some());
        let cut =
            |(call, is_predicted): (&ReplayedRequest, bool)| if is_predicted { self.cut(&call.exchange) } else { 0 };
        let cuts: Vec<usize> = traffic.calls.iter().zip(is_predicted).map(cut).collect();
        if cuts.iter().all(|cut| *cut == 0) {
            return None;
        }
        let has_summary = self.part == Shortened::SummarisedTurns;
        let summaries = if has_summary { self.summaries(traffic, &cuts) } else { Vec::new() };
        let (then, added) = traffic.replayed_with(summaries, |number, call| {
            (cuts[number] > 0).then(|| Changed::rewritten(self.applied(&call.exchange, cuts[number])))
        });
        let asked: Vec<&Record> =
            added.iter().filter(|(after, _)| traffic.asked[*after]).map(|(_, record)| record).collect();
        let saving = traffic.saving_of(&then)?.with_added(&asked)?;
        let mut assumptions = vec!["answers stay as they were, though the model knows less".to_owned()];
        if has_summary {
            assumptions
                .push(format!("a summary has {SUMMARY_TOKENS} tokens, and the request that writes it is charged"));
        }
        assumptions.extend(break_even(traffic, &then, &added, &cuts));
        Some(Plan {
            kind: "compaction",
            change: self.change.into(),
            saving,
            assumptions,
            how: self.how.into(),
            other_model: None,
            is_bound: false,
        })
    }

    /// True if a message begins what is counted: a result, or a turn.
    fn begins(&self, message: &Message) -> bool {
        match self.part {
            Shortened::ToolResults => message.role == "tool",
            Shortened::Turns | Shortened::SummarisedTurns => message.role == "user",
        }
    }

    /// The results or turns of a request that are cut.
    fn cut(&self, exchange: &Exchange) -> usize {
        let Input::Messages(sent) = &exchange.request.input else { return 0 };
        let count = sent.as_slice().iter().filter(|message| self.begins(message)).count();
        count.saturating_sub(self.kept) / self.batch * self.batch
    }

    fn applied(&self, exchange: &Exchange, cut: usize) -> Exchange {
        let mut changed = unmade(exchange);
        // The answer was given to a longer prompt, whose size tells nothing of this one's.
        changed.usage.prompt_tokens = None;
        let Input::Messages(sent) = &exchange.request.input else { return changed };
        let (mut begun, mut is_summarised) = (0, false);
        let mut messages = Vec::with_capacity(sent.as_slice().len());
        for message in sent.as_slice() {
            begun += usize::from(self.begins(message));
            let is_within = begun > 0 && begun <= cut;
            match self.part {
                Shortened::ToolResults if is_within && self.begins(message) => {
                    let mut cleared = Message::clone(message);
                    cleared.content = Some(Content::Text(CLEARED.into()));
                    for mark in &mut cleared.cache_controls {
                        mark.after = RequestElement::Part(0);
                    }
                    messages.push(cleared.into());
                }
                Shortened::Turns | Shortened::SummarisedTurns if is_within && !message.is_system() => {
                    let is_first = self.part == Shortened::SummarisedTurns && !is_summarised;
                    messages.extend(is_first.then(|| from_user(summary(cut)).into()));
                    is_summarised = true;
                }
                _ => messages.push(message.clone()),
            }
        }
        changed.request.input = messages.into();
        changed
    }

    /// The requests that write the summaries: each continues the history as it was cut before.
    fn summaries(&self, traffic: &Traffic<'_>, cuts: &[usize]) -> Vec<AddedRequest> {
        let before = cuts_before(traffic, cuts);
        let summary = |call: usize| {
            let before = before[call].filter(|before| cuts[call] > *before)?;
            let exchange = &traffic.calls[call].exchange;
            let mut asking = self.applied(exchange, before);
            let Input::Messages(sent) = &asking.request.input else { return None };
            let mut messages = sent.as_slice().to_vec();
            messages.push(from_user(SUMMARISE.into()).into());
            asking.request.input = messages.into();
            (asking.usage.output_tokens, asking.usage.reasoning_tokens) = (Some(SUMMARY_TOKENS as u64), None);
            asking.response = None;
            let time = traffic.now[call].replayed_at?.checked_sub(SignedDuration::from_millis(1)).ok()?;
            (asking.time, asking.end_time) = (Some(time), None);
            traffic.added(asking, call, time)
        };
        (0..cuts.len()).filter_map(summary).collect()
    }
}

/// The cut of the request that each one continues, 0 where nothing was cut; `None` for a request that continues none, whose history comes from
/// before the log.
fn cuts_before(traffic: &Traffic<'_>, cuts: &[usize]) -> Vec<Option<usize>> {
    let mut known = HashMap::new();
    let before = |(now, cut): (&Record, &usize)| {
        let before = now.prediction.and_then(|prediction| known.get(&prediction.parent?.place).copied());
        known.insert(now.place, *cut);
        before
    };
    traffic.now.iter().zip(cuts).map(before).collect()
}

/// A message of the user.
fn from_user(text: String) -> Message {
    Message { role: "user".into(), content: Some(Content::Text(text)), ..Message::default() }
}

/// A text as long as a summary, another one for each cut.
fn summary(cut: usize) -> String {
    format!("{cut}{}", " summary".repeat(SUMMARY_TOKENS - 1))
}

/// The cost of a cut, and the turns after which it has paid for itself.
fn break_even(
    traffic: &Traffic<'_>,
    then: &[Option<Record>],
    added: &[(usize, Record)],
    cuts: &[usize],
) -> Option<String> {
    let (mut at_once, mut cutting, mut later, mut following) = (Decimal::ZERO, 0_u64, Decimal::ZERO, 0_u64);
    let mut currency = None;
    let before = cuts_before(traffic, cuts);
    for (_, record) in added.iter().filter(|(call, _)| traffic.asked[*call]) {
        at_once += Amounts::of_bill(record)?.likely.amount;
    }
    for (call, now, then) in traffic.pairs(then) {
        let (now, then) = (Amounts::of_bill(now)?.likely, Amounts::of_bill(then)?.likely);
        let more = (then - now).ok()?;
        currency = Some(more.currency);
        if cuts[call] > before[call].unwrap_or(0) {
            at_once += more.amount;
            cutting += 1;
        } else if cuts[call] > 0 {
            later -= more.amount;
            following += 1;
        }
    }
    let currency = currency.filter(|_| cutting > 0)?;
    let each = |sum: Decimal, count: u64| Money::new((sum / Decimal::from(count)).round_dp(9), currency);
    let at_once = each(at_once, cutting);
    if following == 0 {
        let (apart, side) = (
            Money::new(at_once.amount.abs(), currency),
            if at_once.amount.is_sign_negative() { "less" } else { "more" },
        );
        return Some(format!("each turn is cut again, and costs {} {side} for it", money(&apart)));
    }
    let later = each(later, following);
    if at_once.amount <= Decimal::ZERO {
        return Some(format!(
            "{} cut something, and even these cost no more than without the cut",
            plural(cutting, "request")
        ));
    }
    if later.amount <= Decimal::ZERO {
        return Some(format!("a cut costs {} more at once, and the turns after it save nothing", money(&at_once)));
    }
    let turns = u64::try_from((at_once.amount / later.amount).ceil()).ok()?;
    Some(format!(
        "a cut costs {} more at once and saves {} in each further turn: it pays after {}",
        money(&at_once),
        money(&later),
        plural(turns, "turn")
    ))
}
