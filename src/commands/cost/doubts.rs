//! What limits an answer about money: gaps, estimates, prices as of a day, and whatever else a reader has to know.

use std::collections::BTreeSet;

use crate::account::{Charge, HitBasis, Quote};
use crate::commands::counts::{Counts, WITHOUT_OUTPUT};
use crate::rates::Usage;
use crate::report::text::plural;
use crate::simulation::Record;

/// Requests by what is doubtful about them.
#[derive(Default)]
pub(super) struct Doubts {
    /// Without a bill, by the reason.
    gaps: Counts,
    /// At prices seen on one day, by that day.
    as_of: Counts,
    /// At prices that may not be charged, by the reason.
    uncertain: Counts,
    /// At peak prices on a day beyond the holiday calendar.
    holidays_unknown: u64,
    outputs_unknown: u64,
    writes_unknown: u64,
    best_unknown: u64,
    /// With a best cost that leaves charged writes out.
    best_bounds: u64,
    contradictions: u64,
    /// With more reported hits than they share with earlier requests of the log.
    beyond_the_log: u64,
    /// With hits or a best cost that rest on an estimated count.
    estimated: u64,
    redacted: u64,
    untimed: u64,
    exchanged: BTreeSet<String>,
}

impl Doubts {
    pub(super) fn add(&mut self, record: &Record) {
        self.untimed += u64::from(record.time.is_none());
        self.redacted += u64::from(record.is_redacted);
        self.contradictions += u64::from(record.reported.contradicts);
        match (record.bill.billed(), &record.bill.quote) {
            (Some((basis, charge @ Charge { cost: Some(_), .. })), Ok(quote)) => {
                self.add_bill(record, basis, &charge.usage, quote);
            }
            _ => self.gaps.add(record.bill.gap().map(str::to_owned).or_else(|| record.hits_unknown()).as_deref()),
        }
    }

    fn add_bill(&mut self, record: &Record, basis: HitBasis, usage: &Usage, quote: &Quote) {
        let (bill, rate) = (&record.bill, &quote.rate);
        self.as_of.add(rate.as_of.map(|day| day.to_string()).as_deref());
        self.uncertain.add(rate.row.doubt.as_deref());
        self.holidays_unknown += u64::from(rate.holidays_unknown);
        self.outputs_unknown += u64::from(!bill.output_known);
        self.writes_unknown += u64::from(bill.writes_unknown());
        self.best_unknown += u64::from(bill.best.is_none());
        self.best_bounds += u64::from(bill.best.is_some() && quote.charges_writes());
        let is_exact = record.estimated.is_none() && !record.is_redacted && basis == HitBasis::Reported;
        let is_beyond = record.common_tokens.is_some_and(|common| usage.hit_tokens > common);
        self.beyond_the_log += u64::from(is_exact && is_beyond);
        self.estimated +=
            u64::from(record.estimated.is_some() && (basis == HitBasis::Predicted || bill.best.is_some()));
        self.exchanged.extend(quote.exchange.map(|exchange| exchange.to_string()));
    }

    /// Which side of the best cost the true one is on, as a word before it.
    pub(super) fn bound_of_best(&self) -> &'static str {
        match (self.redacted > 0, self.best_bounds > 0) {
            (false, false) => "",
            (true, false) => "at most ",
            (false, true) => "at least ",
            (true, true) => "about ",
        }
    }

    /// Each in a sentence, gaps first.
    pub(super) fn notes(&self) -> Vec<String> {
        let gaps = self.gaps.iter().map(|(gap, requests)| format!("not counted: {}: {gap}", are(requests)));
        let as_of = self.as_of.iter().map(|(day, requests)| {
            format!("{} charged at prices as of {day}: since when they hold is not known", are(requests))
        });
        let uncertain =
            self.uncertain.iter().map(|(doubt, requests)| format!("{} charged by guess: {doubt}", are(requests)));
        let exchanged = self.exchanged.iter().map(|rate| format!("prices were exchanged at {rate}"));
        let told = [
            (self.outputs_unknown, WITHOUT_OUTPUT),
            (self.writes_unknown, "to models that charge cache writes, and nobody counted them: the cost is too low"),
            (self.best_unknown, "not compared with earlier ones: the best cost is unknown"),
            (self.best_bounds, "to models that charge cache writes: the best cost has none in it, and is a bound"),
            (
                self.beyond_the_log,
                "with more hits reported than shared with earlier ones of the log: the best cache has them too",
            ),
            (
                self.contradictions,
                "whose reported usage contradicts itself or cannot be read: its counts of the prompt are not used",
            ),
            (self.estimated, "whose tokens are counted by estimate; simulated hits and the best cost rest on it"),
            (self.redacted, "redacted: the best cost is known to the block, and the true one may be lower"),
            (self.holidays_unknown, "charged at peak prices beyond the end of the holiday calendar"),
            (self.untimed, "on lines without a time"),
        ];
        let told = told.into_iter().filter(|(requests, _)| *requests > 0);
        gaps.chain(told.map(|(requests, what)| format!("{} {what}", are(requests))))
            .chain(as_of)
            .chain(uncertain)
            .chain(exchanged)
            .collect()
    }
}

fn are(requests: u64) -> String {
    plural(requests, "request")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::exchange::{Exchange, Input, Usage};
    use crate::profile::Profiles;
    use crate::simulation::{Settings, Simulation};

    #[test]
    fn each_reason_has_a_note_and_a_count_of_its_own_whatever_the_model() {
        let mut simulation = Simulation::new(Profiles::builtin(), Settings::default());
        let mut doubts = Doubts::default();
        let asked = || Input::Text("What is a cache?".into());
        for (model, input) in [("gpt-4o", asked()), ("gpt-4o", Input::Missing), ("gpt-4o-mini", Input::Missing)] {
            let mut exchange = Exchange { time: crate::time::parse("2026-04-07"), ..Exchange::default() };
            exchange.usage = Usage::from_json(&json!({"prompt_tokens": 900, "completion_tokens": 9}));
            exchange.request.model = Some(model.into());
            exchange.request.input = input;
            let record = simulation.exchange(&exchange);
            doubts.add(&record);
        }
        let not_simulated = "no hits reported, and not simulated: no prompt in the log, only usage";
        let no_rule = "no hits reported, and no cache rule known to simulate gpt-4o by (--profile names one)";
        let notes = [format!("not counted: 1 request: {no_rule}"), format!("not counted: 2 requests: {not_simulated}")];
        assert_eq!(doubts.notes(), notes);
    }
}
