//! The summary of a simulation: facts, ledger, profiles, and the sentences a person takes away.

use std::collections::BTreeMap;

use crate::cache::Ledger;
use crate::commands::counts::Counts;
use crate::commands::uncached::Uncached;
use crate::exchange::{Exchange, Input};
use crate::money::{Currency, Decimal, Money};
use crate::number::ratio;
use crate::report::text::{plural, thousands};
use crate::report::{Cell, Column, Fact, Report, Table};
use crate::simulation::{Applied, Divergences, Record, Totals};
use crate::workspace::logs::Logs;

/// How many places of divergence are shown.
const SHOWN: usize = 5;

/// What is gathered while the logs go by.
#[derive(Default)]
pub(super) struct Summary {
    pub(super) totals: Totals,
    pub(super) divergences: Divergences,
    /// Requests by the rule they fall under, or the reason why they fall under none.
    rules: BTreeMap<Result<Applied, String>, u64>,
    /// Requests by the reason for an estimate.
    pub(super) estimates: Counts,
    /// Requests without a price by the reason.
    pub(super) gaps: Counts,
    /// Requests to hosts without a prompt cache.
    pub(super) uncached: Uncached,
    /// Redacted requests by the name of their key.
    pub(super) redacted: Counts,
    /// Requests that fall under a rule and could not be simulated, by the reason.
    pub(super) unsimulated: Counts,
    /// Requests whose tools have sorted keys and are counted differently from the report, estimates aside.
    pub(super) sorted_keys: u64,
    /// Requests with a cost whose output nobody counted.
    pub(super) unanswered: u64,
}

impl Summary {
    pub(super) fn add(&mut self, record: &Record, exchange: &Exchange) {
        self.totals.add(record);
        let has_cache = record.prediction.is_some_and(|prediction| prediction.has_cache);
        // Where there is no cache no edit gives anything back.
        if let Some(divergence) = record.divergence.as_ref().filter(|_| has_cache) {
            self.divergences.add(record.place, divergence);
        }
        let rule = record.applied.clone().ok_or_else(|| no_rule(record));
        *self.rules.entry(rule).or_default() += 1;
        if let Input::Redacted(redacted) = &exchange.request.input {
            self.redacted.add(Some(&redacted.key));
        }
        self.unsimulated.add(record.unsimulated.as_deref());
        self.estimates.add(record.estimated.as_deref());
        self.gaps.add(record.costs.gap.as_deref());
        self.uncached.add(record);
        let counts = record.prompt_tokens.zip(record.reported.prompt_tokens).filter(|_| record.estimated.is_none());
        let differs = counts.is_some_and(|(ours, theirs)| ours != theirs);
        self.sorted_keys += u64::from(differs && has_sorted_keys(exchange));
        let has_cost = record.costs.predicted.is_some() || record.costs.reported.is_some();
        self.unanswered += u64::from(has_cost && record.output_tokens.is_none());
    }

    /// The report, with a breakdown where one was asked for.
    pub(super) fn report(self, logs: Logs, breakdown: Option<Table>) -> Report {
        let sentences = [self.for_the_payer(), self.for_the_developer(&logs), self.for_cold_starts(&logs)];
        let ledger = Some(self.ledger()).filter(|_| self.totals.simulated > 0);
        let tables =
            breakdown.into_iter().chain(ledger).chain(self.divergences_table(&logs)).chain([self.rules_table()]);
        Report {
            command: "simulate",
            summary: self.facts(),
            tables: tables.collect(),
            sentences: sentences.into_iter().flatten().collect(),
            notes: self.notes(&logs.caveats),
            skipped: logs.skipped,
            ..Report::default()
        }
    }

    fn facts(&self) -> Vec<Fact> {
        let totals = &self.totals;
        let agreement = &totals.agreement;
        let reported = agreement.hits_reported > 0;
        let simulated = |tokens: u64| Cell::count((totals.simulated > 0).then_some(tokens));
        let mut facts = vec![
            Fact::new("requests", "requests", Cell::Count(totals.requests)).aside(self.simulated_aside()),
            Fact::hidden("requests_simulated", Cell::Count(totals.simulated)),
            Fact::new(
                "prompt_tokens",
                "prompt tokens",
                Cell::count((totals.prompted > 0).then_some(totals.prompt_tokens)),
            )
            .aside(self.exactness()),
            Fact::hidden("prompt_tokens_simulated", Cell::Count(totals.simulated_tokens)),
            Fact::hidden("prompt_tokens_reported", Cell::count(agreement.prompt_tokens_reported)),
            Fact::new("hit_tokens", "predicted hit tokens", simulated(totals.hit_tokens)).aside(self.range()),
            Fact::hidden("hit_tokens_max", simulated(totals.hit_tokens_max)),
            Fact::new(
                "hit_tokens_reported",
                "reported hit tokens",
                Cell::count(reported.then_some(agreement.hit_tokens_reported)),
            )
            .aside(self.hits_agreement()),
            Fact::new("hit_ratio", "predicted hit ratio", Cell::ratio(totals.hit_ratio()))
                .aside("pooled over tokens, as billed"),
            Fact::new("hit_ratio_reported", "reported hit ratio", Cell::ratio(agreement.rated.ratio())),
            Fact::new("request_hit_ratio", "mean per request", Cell::ratio(totals.request_hit_ratio()))
                .aside("predicted"),
        ];
        let blocks = Cell::ratio(totals.block_hit_ratio());
        facts.push(Fact::new("block_hit_ratio", "block hit ratio", blocks).only_if(totals.blocks.is_some()));
        facts.extend(self.comparison());
        facts.extend(self.money());
        let answered = totals.answered > 0;
        facts.push(Fact::hidden("output_tokens", Cell::count(answered.then_some(totals.output_tokens))));
        let ledger = totals.ledger.buckets().map(|(name, tokens)| (name, simulated(tokens)));
        facts.push(Fact::hidden("ledger", Cell::Map(ledger.into())));
        facts
    }

    /// Counts against the provider's report.
    fn comparison(&self) -> Vec<Fact> {
        let agreement = &self.totals.agreement;
        let compared = agreement.lost.is_some();
        vec![
            Fact::new("lost", "lost", Cell::count(agreement.lost))
                .aside("predicted hits that the provider reported as misses")
                .only_if(compared),
            Fact::new("unexplained", "unexplained", Cell::count(agreement.unexplained))
                .aside("reported hits that neither the log nor the rule explains")
                .only_if(compared),
            Fact::hidden("hits_compared", Cell::Count(agreement.compared)),
            Fact::hidden("hits_equal", Cell::Count(agreement.hits_equal)),
            Fact::hidden("counts_reported", Cell::Count(agreement.counted)),
            Fact::hidden("counts_equal", Cell::Count(agreement.count_equal)),
            Fact::hidden("estimated", Cell::Count(agreement.estimated)),
            Fact::hidden("usage_contradictions", Cell::Count(agreement.contradictions)),
        ]
    }

    fn money(&self) -> Vec<Fact> {
        let totals = &self.totals;
        let part = |of: u64| {
            if of == totals.requests {
                String::new()
            } else {
                format!("of {of} of {}", plural(totals.requests, "request"))
            }
        };
        let input = |cost: &BTreeMap<Currency, Decimal>| {
            let (total, output) = only(cost).zip(only(&totals.output_cost))?;
            (total - output).ok()
        };
        let currency =
            only(&totals.cost).or_else(|| only(&totals.cost_reported)).map(|money| money.currency.to_string());
        vec![
            Fact::new("input_cost", "input cost, predicted", Cell::money(input(&totals.cost)))
                .aside(part(totals.priced))
                .only_if(totals.priced > 0),
            Fact::new(
                "input_cost_without_cache",
                "input cost without cache",
                Cell::money(input(&totals.cost_without_cache)),
            )
            .aside(part(totals.priced))
            .only_if(totals.priced > 0),
            Fact::new("cost", "cost with output, predicted", Cell::money(only(&totals.cost)))
                .aside(part(totals.priced))
                .only_if(totals.priced > 0),
            Fact::new("cost_reported", "cost with output, reported", Cell::money(only(&totals.cost_reported)))
                .aside(part(totals.priced_reported))
                .only_if(totals.priced_reported > 0),
            Fact::new(
                "cost_without_cache",
                "cost with output, without cache",
                Cell::money(only(&totals.cost_without_cache)),
            )
            .aside(part(totals.priced))
            .only_if(totals.priced > 0),
            Fact::hidden("requests_priced", Cell::Count(totals.priced)),
            Fact::hidden("requests_priced_reported", Cell::Count(totals.priced_reported)),
            Fact::hidden("currency", Cell::text(currency)),
        ]
    }

    fn ledger(&self) -> Table {
        let total = self.totals.simulated_tokens;
        let share = |tokens: u64| Cell::ratio(ratio(tokens, total));
        let rows = self.totals.ledger.buckets().into_iter().filter(|(_, tokens)| *tokens > 0).map(|(name, tokens)| {
            vec![Cell::Text(name.into()), Cell::Count(tokens), share(tokens), Cell::Text(Ledger::meaning(name).into())]
        });
        let columns =
            [("bucket", "bucket"), ("tokens", "tokens"), ("share", "share"), ("meaning", "what became of them")];
        Table {
            key: "ledger",
            title: "where the prompt tokens went (predicted)".into(),
            columns: columns.map(|(key, title)| Column::new(key, title)).into(),
            rows: rows.collect(),
        }
    }

    fn rules_table(&self) -> Table {
        let rows = self.rules.iter().map(|(rule, requests)| match rule {
            Ok(Applied { profile, rule, basis }) => {
                let (profile, rule) = (Cell::Text(profile.clone()), Cell::Text(rule.clone()));
                vec![profile, rule, Cell::Count(*requests), Cell::Text(basis.to_string())]
            }
            Err(why) => vec![Cell::Unknown, Cell::Unknown, Cell::Count(*requests), Cell::Text(why.clone())],
        });
        let columns = [("profile", "profile"), ("rule", "rule"), ("requests", "requests"), ("basis", "chosen by")];
        Table {
            key: "profiles",
            title: "cache rules".into(),
            columns: columns.map(|(key, title)| Column::new(key, title)).into(),
            rows: rows.collect(),
        }
    }

    /// The parts of requests in which prompts part from earlier ones, those that an edit can give back first.
    fn divergences_table(&self, logs: &Logs) -> Option<Table> {
        let rows: Vec<Vec<Cell>> = self
            .divergences
            .groups()
            .into_iter()
            .take(SHOWN)
            .map(|group| {
                let (place, worst) = &group.worst;
                let place_in_request = worst.place_in_request().unwrap_or_else(|| "a block".into());
                let last = if group.is_in_last_message() { ", the last" } else { "" };
                vec![
                    Cell::Text(format!("{place_in_request}{last}")),
                    Cell::Count(group.requests),
                    Cell::Count(group.tokens),
                    Cell::Text(logs.short(*place)),
                    Cell::Text(logs.short(worst.parent)),
                    Cell::Count(worst.token),
                ]
            })
            .collect();
        let columns = [
            ("place", "in"),
            ("requests", "requests"),
            ("tokens", "tokens paid anew"),
            ("worst", "the costliest"),
            ("against", "against"),
            ("token", "at token"),
        ];
        let table = Table {
            key: "divergences",
            title: "where prompts part from earlier ones".into(),
            columns: columns.map(|(key, title)| Column::new(key, title)).into(),
            rows,
        };
        Some(table).filter(|table| !table.rows.is_empty())
    }

    fn simulated_aside(&self) -> String {
        match self.totals.requests - self.totals.simulated {
            0 => String::new(),
            others if self.unsimulated.len() == 0 => format!("{others} not simulated: no rule known"),
            others => format!("{others} not simulated"),
        }
    }

    /// How many counts are the provider's own.
    fn exactness(&self) -> String {
        let agreement = &self.totals.agreement;
        let mut parts = Vec::new();
        if agreement.exact_counted > 0 {
            parts.push(format!("{} of {} counted exactly as reported", agreement.exact_equal, agreement.exact_counted));
        }
        if agreement.estimated > 0 {
            parts.push(format!("{} estimated", agreement.estimated));
        }
        let ours_are_none = parts.is_empty() && self.totals.prompted == 0;
        if let (true, Some(reported)) = (ours_are_none, agreement.prompt_tokens_reported) {
            parts.push(format!("{} reported", thousands(reported)));
        }
        if parts.is_empty() { "not reported".into() } else { parts.join(", ") }
    }

    fn range(&self) -> String {
        let Totals { hit_tokens, hit_tokens_max, .. } = self.totals;
        if hit_tokens_max > hit_tokens {
            format!("up to {} with units kept at will", thousands(hit_tokens_max))
        } else {
            String::new()
        }
    }

    fn hits_agreement(&self) -> String {
        let agreement = &self.totals.agreement;
        let mut parts = Vec::new();
        if (1..self.totals.requests).contains(&agreement.hits_reported) {
            parts.push(format!("by {} of {}", agreement.hits_reported, plural(self.totals.requests, "request")));
        }
        if agreement.compared > 0 {
            parts.push(format!("{} of {} requests with hits as predicted", agreement.hits_equal, agreement.compared));
        }
        parts.join(", ")
    }
}

/// The amount where there is one currency; unknown where there is none or several.
pub(super) fn only(amounts: &BTreeMap<Currency, Decimal>) -> Option<Money> {
    match amounts.iter().collect::<Vec<_>>()[..] {
        [(currency, amount)] => Some(Money::new(*amount, *currency)),
        _ => None,
    }
}

/// Why a request falls under no rule.
fn no_rule(record: &Record) -> String {
    if let Some(reason) = &record.unsimulated {
        return reason.split([',', ';']).next().unwrap_or_default().to_owned();
    }
    format!("no rule known for {}", record.model.as_deref().unwrap_or("a request without a model"))
}

/// Whether a tool's keys stand in the order of the alphabet, as no client writes them.
fn has_sorted_keys(exchange: &Exchange) -> bool {
    exchange.request.tools.iter().any(|tool| {
        let function = tool.get("function").unwrap_or(tool);
        let keys: Vec<&String> = function.as_object().into_iter().flat_map(|map| map.keys()).collect();
        keys.len() > 1 && keys.is_sorted() && keys[0] == "description"
    })
}
