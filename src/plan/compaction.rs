//! Compaction: histories that are shortened as they grow, replayed. What is cut off is no longer paid for in later turns, but the prompt
//! differs from there on, so that the turn that cuts pays it anew.

use std::collections::HashMap;

use super::replayed_plan::Plan;
use super::saving::Amounts;
use super::traffic::{Traffic, unmade};
use crate::exchange::{Content, Exchange, Input, Message, RequestElement};
use crate::money::{Decimal, Money};
use crate::report::text::{money, plural};
use crate::simulation::Record;

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
}

/// The rules that are tried. The numbers are our choice, but for the three results that stay: so many does Anthropic's context editing
/// keep unless it is asked otherwise (page "Context editing", beta of 2025-06-27, read 2026-11).
const SHORTENINGS: [Shortening; 5] = [
    Shortening {
        change: "results of tools cleared but for the last three, one at a time",
        how: "replace the content of older results of tools by a short word in each request",
        part: Shortened::ToolResults,
        kept: 3,
        batch: 1,
    },
    Shortening {
        change: "results of tools cleared but for the last three, ten at a time",
        how: "when thirteen results of tools stand in the history, replace the content of the oldest ten by a short word, and leave them so; \
              Anthropic's context editing does it (`clear_tool_uses_20250919`, with `clear_at_least`)",
        part: Shortened::ToolResults,
        kept: 3,
        batch: 10,
    },
    Shortening {
        change: "results of tools cleared but for the last three, thirty at a time",
        how: "when thirty-three results of tools stand in the history, replace the content of the oldest thirty by a short word, and leave \
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
];

/// Stands for the content of a result that is cleared.
const CLEARED: &str = "[cleared]";

/// The rules that would shorten a call of the log, each replayed.
pub fn compaction(traffic: &Traffic<'_>) -> Vec<Plan> {
    SHORTENINGS.iter().filter_map(|rule| rule.plan(traffic)).collect()
}

impl Shortening {
    fn plan(&self, traffic: &Traffic<'_>) -> Option<Plan> {
        let cuts: Vec<usize> = traffic.calls.iter().map(|call| self.cut(&call.exchange)).collect();
        if cuts.iter().all(|cut| *cut == 0) {
            return None;
        }
        let then = traffic.replayed(|call, exchange| (cuts[call] > 0).then(|| self.applied(exchange, cuts[call])));
        let saving = traffic.saving_of(&then)?;
        let mut assumptions = vec!["answers stay as they were, though the model knows less".to_owned()];
        assumptions.extend(break_even(traffic, &then, &cuts));
        Some(Plan {
            kind: "compaction",
            change: self.change.into(),
            saving,
            assumptions,
            how: self.how.into(),
            is_bound: false,
        })
    }

    /// True if a message begins what is counted: a result, or a turn.
    fn begins(&self, message: &Message) -> bool {
        match self.part {
            Shortened::ToolResults => message.role == "tool",
            Shortened::Turns => message.role == "user",
        }
    }

    /// The results or turns of a call that are cut.
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
        let mut begun = 0;
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
                Shortened::Turns if is_within && !message.is_system() => {}
                _ => messages.push(message.clone()),
            }
        }
        changed.request.input = messages.into();
        changed
    }
}

/// The cost of a cut, and the turns after which it has paid for itself.
fn break_even(traffic: &Traffic<'_>, then: &[Option<Record>], cuts: &[usize]) -> Option<String> {
    let (mut at_once, mut cutting, mut later, mut following) = (Decimal::ZERO, 0_u64, Decimal::ZERO, 0_u64);
    let mut currency = None;
    let mut cut_before = HashMap::new();
    for (call, (now, then)) in traffic.now.iter().zip(then).enumerate() {
        let before = now.prediction.and_then(|prediction| cut_before.get(&prediction.parent?.place).copied());
        cut_before.insert(now.place, cuts[call]);
        if !traffic.asked[call] {
            continue;
        }
        let (now, then) = (Amounts::of_bill(now)?.likely, Amounts::of_bill(then.as_ref()?)?.likely);
        let more = (then - now).ok()?;
        currency = Some(more.currency);
        if cuts[call] > before.unwrap_or(0) {
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
        return Some(format!("each turn is cut anew, and costs {} {side} for it", money(&apart)));
    }
    let later = each(later, following);
    if at_once.amount <= Decimal::ZERO {
        return Some(format!("{} cut something, and even these cost no more than uncut", plural(cutting, "call")));
    }
    if later.amount <= Decimal::ZERO {
        return Some(format!("a cut costs {} more at once, and the turns behind it save nothing", money(&at_once)));
    }
    let turns = u64::try_from((at_once.amount / later.amount).ceil()).ok()?;
    Some(format!(
        "a cut costs {} more at once and saves {} in each further turn: it pays after {}",
        money(&at_once),
        money(&later),
        plural(turns, "turn")
    ))
}
