//! The summary of a simulation: facts, ledger, profiles, and the sentences a person takes away.

use std::collections::BTreeMap;

use crate::account::CostKind;
use crate::cache::Ledger;
use crate::commands::by::By;
use crate::commands::counts::Counts;
use crate::commands::figures::{self, Tally};
use crate::commands::uncached::Uncached;
use crate::exchange::{Exchange, Input};
use crate::number::ratio;
use crate::report::text::{plural, thousands};
use crate::report::{Cell, Column, Fact, Report, Table};
use crate::simulation::{Applied, Divergences, Record, Totals};
use crate::workspace::logs::Logs;

/// What people see of a breakdown.
const COLUMNS: &[&str] = &[
    "requests",
    "prompt_tokens",
    "hit_tokens_predicted",
    "hit_ratio_predicted",
    "hit_tokens_reported",
    "hit_ratio_reported",
    "diverged",
    "lost",
    "cost_predicted",
    "cost_reported",
    "cost_without_cache",
];

/// How many places of divergence are shown.
const SHOWN: usize = 5;

/// What is gathered while the logs go by.
pub(super) struct Summary {
    pub(super) tally: Tally,
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
    pub(super) fn new(by: Option<By>) -> Self {
        Self {
            tally: Tally::new(by),
            divergences: Divergences::default(),
            rules: BTreeMap::new(),
            estimates: Counts::default(),
            gaps: Counts::default(),
            uncached: Uncached::default(),
            redacted: Counts::default(),
            unsimulated: Counts::default(),
            sorted_keys: 0,
            unanswered: 0,
        }
    }

    pub(super) fn add(&mut self, record: &Record, exchange: &Exchange) {
        self.tally.add(record);
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
        self.gaps.add(record.bill.gap());
        self.uncached.add(record);
        let counts = record.prompt_tokens.zip(record.reported.prompt_tokens).filter(|_| record.estimated.is_none());
        let differs = counts.is_some_and(|(ours, theirs)| ours != theirs);
        self.sorted_keys += u64::from(differs && has_sorted_keys(exchange));
        let has_cost = record.bill.billed_cost().is_some();
        self.unanswered += u64::from(has_cost && record.output_tokens.is_none());
    }

    pub(super) fn report(self, logs: Logs) -> Report {
        let sentences = [self.for_the_payer(), self.for_the_developer(&logs), self.for_cold_starts(&logs)];
        let ledger = Some(self.ledger()).filter(|_| self.tally.totals().simulated > 0);
        let by = self.tally.by(COLUMNS).into_iter().chain(ledger);
        let money = self.tally.by_currency(COLUMNS);
        let tables = by.chain(money).chain(self.divergences_table(&logs)).chain([self.rules_table()]);
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
        let totals = self.tally.totals();
        let fact = |key, label| figures::fact(totals, key, label);
        let compared = totals.agreement.lost.is_some();
        let mut facts = vec![
            fact("requests", "requests").aside(self.simulated_aside()),
            fact("prompt_tokens", "prompt tokens").aside(self.exactness()),
            fact("hit_tokens_predicted", "predicted hit tokens").aside(self.range()),
            fact("hit_tokens_reported", "reported hit tokens").aside(self.hits_agreement()),
            fact("hit_ratio_predicted", "predicted hit ratio").aside("pooled over tokens, as billed"),
            fact("hit_ratio_reported", "reported hit ratio"),
            fact("request_hit_ratio", "mean per request").aside("predicted"),
            fact("block_hit_ratio", "block hit ratio").only_if(totals.blocks.is_some()),
            fact("lost", "lost").aside("predicted hits that the provider reported as misses").only_if(compared),
            fact("unexplained", "unexplained")
                .aside("reported hits that neither the log nor the rule explains")
                .only_if(compared),
        ];
        facts.extend(self.money());
        facts.extend(figures::hidden(totals, &facts));
        facts
    }

    /// Costs, each with the number of requests that have it where those are not all; by currency they stand in a table.
    fn money(&self) -> Vec<Fact> {
        let totals = self.tally.totals();
        let costs = [
            ("input_cost_predicted", "input cost, predicted", CostKind::Predicted),
            ("input_cost_without_cache", "input cost without cache", CostKind::WithoutCache),
            ("cost_predicted", "cost with output, predicted", CostKind::Predicted),
            ("cost_reported", "cost with output, reported", CostKind::Reported),
            ("cost_without_cache", "cost with output, without cache", CostKind::WithoutCache),
        ];
        let cost = |(key, label, kind)| {
            let priced = totals.account.priced(kind);
            let aside = if priced == totals.requests {
                String::new()
            } else {
                format!("of {priced} of {}", plural(totals.requests, "request"))
            };
            let is_sum = totals.account.sums().is_some() && priced > 0;
            figures::fact(totals, key, label).aside(aside).only_if(is_sum)
        };
        costs.into_iter().map(cost).collect()
    }

    fn ledger(&self) -> Table {
        let totals = self.tally.totals();
        let share = |tokens: u64| Cell::ratio(ratio(tokens, totals.simulated_tokens));
        let rows = totals.ledger.buckets().into_iter().filter(|(_, tokens)| *tokens > 0).map(|(name, tokens)| {
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
        match self.tally.totals().requests - self.tally.totals().simulated {
            0 => String::new(),
            others if self.unsimulated.len() == 0 => format!("{others} not simulated: no rule known"),
            others => format!("{others} not simulated"),
        }
    }

    /// How many counts are the provider's own.
    fn exactness(&self) -> String {
        let agreement = &self.tally.totals().agreement;
        let mut parts = Vec::new();
        if agreement.exact_counted > 0 {
            parts.push(format!("{} of {} counted exactly as reported", agreement.exact_equal, agreement.exact_counted));
        }
        if agreement.estimated > 0 {
            parts.push(format!("{} estimated", agreement.estimated));
        }
        let ours_are_none = parts.is_empty() && self.tally.totals().prompted == 0;
        if let (true, Some(reported)) = (ours_are_none, agreement.prompt_tokens_reported) {
            parts.push(format!("{} reported", thousands(reported)));
        }
        if parts.is_empty() { "not reported".into() } else { parts.join(", ") }
    }

    fn range(&self) -> String {
        let Totals { hit_tokens, hit_tokens_max, .. } = *self.tally.totals();
        if hit_tokens_max > hit_tokens {
            format!("up to {} if the provider keeps every possible unit", thousands(hit_tokens_max))
        } else {
            String::new()
        }
    }

    fn hits_agreement(&self) -> String {
        let agreement = &self.tally.totals().agreement;
        let mut parts = Vec::new();
        if (1..self.tally.totals().requests).contains(&agreement.hits_reported) {
            parts.push(format!(
                "by {} of {}",
                agreement.hits_reported,
                plural(self.tally.totals().requests, "request")
            ));
        }
        if agreement.compared > 0 {
            parts.push(format!("{} of {} requests with hits as predicted", agreement.hits_equal, agreement.compared));
        }
        parts.join(", ")
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
