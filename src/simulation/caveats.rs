//! Limits of the answer on one record: counts that are estimates, hits and prices that are not known, hosts without a cache.

use super::Record;
use crate::account::{Charge, HitBasis, LoggedAs, Quote};
use crate::caveat::{Caveats, Code};
use crate::evidence::judgement::ToolWritingJudgement;
use crate::exchange::{Exchange, HasFields, Input};
use crate::prompt::ToolWriting;
use crate::rates::Usage;

/// The way of counting of a log whose costs no way that is known explains.
const UNEXPLAINED: &str = "in an unknown way: another price, other tokens, or a fee";

/// Tokens shared with an earlier request from which on a cache would have served something anywhere.
const LONG: u64 = 64;

impl Record {
    /// Notes all that limits the answer on this record.
    pub fn note_caveats(&self, exchange: &Exchange, caveats: &mut Caveats) {
        if let Input::Redacted(redacted) = &exchange.request.input {
            caveats.note_because(Code::Redacted, &redacted.key, self.place);
        }
        self.note_counts(exchange, caveats);
        self.note_missing_cache(caveats);
        for fault in &self.mark_faults {
            caveats.note_because(Code::InvalidMarks, fault, self.place);
        }
        match (&self.unsimulated, self.hits_unknown()) {
            (Some(_), Some(unknown)) if !self.reported.unknown_counters.is_empty() => {
                caveats.note_because(Code::HitsUnknown, &unknown, self.place);
            }
            (Some(reason), _) => caveats.note_because(Code::NotSimulated, reason, self.place),
            (None, Some(reason)) => caveats.note_because(Code::HitsUnknown, &reason, self.place),
            (None, None) => {}
        }
        if self.bill.web_searches > 0 {
            let fee = self.bill.search_fee.as_ref().map_or("their fee is not in the card", |(_, fee)| fee);
            caveats.note_number(Code::SearchFees, fee, self.bill.web_searches, self.place);
        }
        let told =
            self.logged_cost.filter(|told| self.bill.currency().is_some_and(|currency| currency == told.currency));
        match told.and_then(|told| self.bill.logged_as(told.amount)) {
            Some(LoggedAs::Otherwise(way)) => caveats.note_because(Code::LoggedCost, way, self.place),
            Some(LoggedAs::Unexplained) => caveats.note_because(Code::LoggedCost, UNEXPLAINED, self.place),
            Some(LoggedAs::Ours) | None => {}
        }
        if let Some(gap) = self.bill.gap() {
            caveats.note_because(Code::NoPrice, gap, self.place);
        }
        let billed = self.bill.billed().filter(|(_, charge)| charge.cost.is_some());
        if let (Some((basis, Charge { usage, .. })), Ok(quote)) = (billed, &self.bill.quote) {
            self.note_costs(basis, usage, quote, caveats);
        }
    }

    fn note_counts(&self, exchange: &Exchange, caveats: &mut Caveats) {
        let is_rewritten = |judged: &ToolWritingJudgement| judged.writing != ToolWriting::AS_LOGGED;
        if let Some(judged) = self.tool_writing.filter(is_rewritten) {
            caveats.note_because(Code::RewrittenTools, &judged.writing.in_words(), self.place);
        }
        if self.reported.contradicts {
            caveats.note(Code::ContradictingUsage, self.place);
        }
        if self.is_beyond_usage() && self.reported.hit_tokens.is_some() {
            caveats.note(Code::ShorterUsage, self.place);
        }
        if let Some(way) = self.reported.resolved {
            caveats.note_because(Code::ResolvedUsage, way.words(), self.place);
        }
        if !self.reported.unread_counters.is_empty() {
            caveats.note_because(Code::UnreadCounters, &self.reported.unread_counters.join(", "), self.place);
        }
        if let Some(reason) = &self.estimated {
            return caveats.note_because(Code::Estimated, reason, self.place);
        }
        let counts = self.prompt_tokens.zip(self.reported.prompt_tokens).filter(|_| !self.reported.contradicts);
        if let Some((ours, theirs)) = counts.filter(|(ours, theirs)| ours != theirs) {
            caveats.note_tokens(Code::CountDiffers, ours.cast_signed() - theirs.cast_signed(), self.place);
            if has_sorted_keys(exchange) {
                caveats.note(Code::SortedKeys, self.place);
            }
        }
    }

    /// Hosts that have no prompt cache: a reported zero there is not a miss, and a count that is not there is unknown.
    pub fn note_missing_cache(&self, caveats: &mut Caveats) {
        if self.prediction.is_none_or(|prediction| prediction.has_cache) {
            return;
        }
        caveats.note(Code::NoCache, self.place);
        let shared = self.common_tokens.filter(|shared| *shared >= LONG).unwrap_or(0);
        match self.reported.hit_tokens {
            None => caveats.note(Code::UnknownWithoutCache, self.place),
            Some(0) => caveats.note_tokens(Code::ZeroWithoutCache, shared.cast_signed(), self.place),
            Some(tokens) => caveats.note_tokens(Code::HitsWithoutCache, tokens.cast_signed(), self.place),
        }
    }

    fn note_costs(&self, basis: HitBasis, usage: &Usage, quote: &Quote, caveats: &mut Caveats) {
        let (bill, rate) = (&self.bill, &quote.rate);
        let is_exact = self.estimated.is_none() && !self.is_redacted && basis == HitBasis::Reported;
        let is_beyond = self.common_tokens.is_some_and(|common| usage.hit_tokens > common);
        let checks = [
            (!bill.output_known, Code::OutputUnknown),
            (bill.writes_unknown(), Code::WritesUnknown),
            (bill.best.is_none(), Code::BestUnknown),
            (bill.best.is_some() && quote.charges_writes(), Code::BestIsBound),
            (is_exact && is_beyond, Code::HitsBeyondLog),
            (rate.holidays_unknown, Code::HolidaysUnknown),
        ];
        for (_, code) in checks.into_iter().filter(|(holds, _)| *holds) {
            caveats.note(code, self.place);
        }
        if let Some(day) = rate.as_of {
            caveats.note_because(Code::PricesOfOneDay, &day.to_string(), self.place);
        }
        if let Some(doubt) = &rate.row.doubt {
            caveats.note_because(Code::UncertainPrice, doubt, self.place);
        }
        if let Some(resold) = rate.resold {
            let reason = format!("sold by {}, priced as {}'s: {}", resold.seller, rate.list.provider, resold.reason);
            caveats.note_because(Code::ResoldPrice, &reason, self.place);
        }
        if let Some(surcharge) = &rate.surcharge {
            let reason = format!(
                "{} times the listed price because of the region `{}`: {}",
                surcharge.factor.normalize(),
                surcharge.region,
                surcharge.source
            );
            caveats.note_because(Code::Surcharge, &reason, self.place);
        }
        if let Some(exchange) = quote.exchange {
            caveats.note_because(Code::Exchanged, &exchange.to_string(), self.place);
        }
    }
}

/// The tools' keys stand in the order of the alphabet, as no client writes them.
fn has_sorted_keys(exchange: &Exchange) -> bool {
    exchange.request.tools.iter().any(|tool| {
        let function = tool.field("function").unwrap_or(tool);
        function.as_object().is_some_and(|map| {
            map.len() > 1 && map.keys().next().is_some_and(|first| first == "description") && map.keys().is_sorted()
        })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::exchange::Usage as Logged;
    use crate::profile::Profiles;
    use crate::simulation::{Settings, Simulation};

    #[test]
    fn each_reason_has_a_caveat_and_a_count_of_its_own_whatever_the_model() {
        let mut simulation = Simulation::new(Profiles::builtin(), Settings::default());
        let mut caveats = Caveats::default();
        let asked = || Input::Text("What is a cache?".into());
        for (model, input) in
            [("model-of-tomorrow", asked()), ("gpt-4o", Input::Missing), ("gpt-4o-mini", Input::Missing)]
        {
            let mut exchange = Exchange { time: crate::time::parse("2026-04-07"), ..Exchange::default() };
            exchange.usage = Logged::from_json(&json!({"prompt_tokens": 900, "completion_tokens": 9}));
            exchange.request.model = Some(model.into());
            exchange.request.input = input;
            simulation.exchange(&exchange).note_caveats(&exchange, &mut caveats);
        }
        let said: Vec<(Code, u64)> = caveats.all().iter().map(|caveat| (caveat.code, caveat.requests)).collect();
        assert_eq!(said, [(Code::NotSimulated, 2), (Code::HitsUnknown, 1), (Code::Estimated, 1), (Code::NoPrice, 1)]);
        let texts: Vec<String> = caveats.all().into_iter().map(|caveat| caveat.text).collect();
        assert_eq!(texts[0], "2 requests were not simulated: no prompt in the log, only usage");
        assert!(
            texts[1].ends_with("no cache rule known to simulate model-of-tomorrow by (--profile names one)"),
            "{texts:?}"
        );
    }
}
