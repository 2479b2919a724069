//! The summary of a simulation: facts, ledger, profiles, and the sentences a person takes away.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use serde::{Deserialize, Serialize};

use super::assumptions;
use super::causes::Causes;
use super::need_of_texts::NeedOfTexts;
use super::parts::PartSums;
use super::unknown_rules::UnknownRules;
use crate::account::CostKind;
use crate::cache::Ledger;
use crate::calendar::Zone;
use crate::causes::{CauseSums, GivenBack};
use crate::caveat::{Caveats, Code};
use crate::commands::args::ByArgs;
use crate::number::ratio;
use crate::profile::{ANALYSED_INSTEAD, Unpredicted};
use crate::report::text::{plural, thousands};
use crate::report::{Cell, Column, Fact, Format, Report, Table};
use crate::simulation::{Applied, Assumption, Divergences, Record, Totals, UsageBuckets};
use crate::workspace::figures::{self, Tally};
use crate::workspace::logs::{Logs, NotesOn};

/// Columns of a breakdown, as people see them.
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

/// Number of places of divergence that are shown.
const SHOWN: usize = 5;

/// Data gathered while the logs are read.
#[derive(Serialize, Deserialize)]
pub(crate) struct SimulationSummary {
    pub(super) tally: Tally,
    pub(super) divergences: Divergences,
    /// Causes of misses, and all causes undone at once; `None` if they were not asked for.
    pub(super) causes: Option<(CauseSums, Option<GivenBack>)>,
    unknown_rules: UnknownRules,
    /// Assumptions that no reported figure speaks of.
    pub(super) assumptions: Vec<Assumption>,
    /// The parts of prompts, where they are asked for.
    parts: PartSums,
    /// The most rows of tables that may be long.
    top: Option<usize>,
    /// Something missed whose cause only the texts tell.
    #[serde(skip)]
    pub(super) needs_texts: NeedOfTexts,
    /// Requests by the rule they fall under, or the reason why they fall under none.
    #[serde(with = "crate::pairs")]
    rules: BTreeMap<Result<Applied, String>, u64>,
}

impl SimulationSummary {
    pub(super) fn new(by: &ByArgs, zone: Zone) -> Self {
        Self {
            tally: by.tally(zone),
            divergences: Divergences::default(),
            causes: Some(Default::default()),
            unknown_rules: UnknownRules::default(),
            assumptions: Vec::new(),
            parts: PartSums::default(),
            top: by.top.map(NonZeroUsize::get),
            needs_texts: NeedOfTexts::default(),
            rules: BTreeMap::new(),
        }
    }

    /// Takes note of what a request says of the whole log, whichever shard it is in.
    pub(super) fn add_to_whole(&mut self, record: &Record) {
        self.needs_texts.add(record);
        if let Some((sums, _)) = &mut self.causes {
            sums.add(record);
        }
    }

    /// Adds a request to the sums.
    pub(super) fn add(&mut self, record: &Record, wants_parts: bool) {
        if wants_parts {
            self.parts.add(record);
        }
        self.tally.add(record);
        self.unknown_rules.add(record);
        let has_cache = record.prediction.is_some_and(|prediction| prediction.has_cache);
        // Without a cache no edit gives anything back.
        if let Some(divergence) = record.divergence.as_ref().filter(|_| has_cache) {
            self.divergences.add(record.place, divergence);
        }
        let rule = record.applied.clone().ok_or_else(|| no_rule(record));
        *self.rules.entry(rule).or_default() += 1;
    }

    /// Takes up the sums of other requests of the same log; one of the two tells of the whole.
    pub(super) fn merge(&mut self, other: Self) {
        self.tally.merge(other.tally);
        self.divergences.merge(other.divergences);
        self.unknown_rules.merge(other.unknown_rules);
        self.parts.merge(other.parts);
        for (rule, requests) in other.rules {
            *self.rules.entry(rule).or_default() += requests;
        }
        self.causes = self.causes.take().or(other.causes);
        self.assumptions.extend(other.assumptions);
    }

    pub(crate) fn report(self, logs: Logs, format: Format) -> Report {
        let causes = self.causes.as_ref().map(|(sums, together)| Causes { sums, together: *together, logs: &logs });
        let told = causes.as_ref().map(Causes::sentences).unwrap_or_default();
        let told = told.into_iter().chain(self.parts.sentence()).collect();
        let mut sentences: Vec<String> = self.for_the_payer(&logs.caveats).into_iter().collect();
        let (providers, steps) = (self.unknown_rules.on_providers(), self.unknown_rules.on_steps());
        // Reports are the answer if nothing is predicted.
        let is_answer = self.tally.totals().simulated == 0;
        let (first, last) = if is_answer { (providers, told) } else { (told, providers) };
        sentences.extend(first.into_iter().chain(last).chain(steps));
        let mut entries = causes.as_ref().map(Causes::entries).unwrap_or_default();
        entries.push(("assumptions", assumptions::entry(&self.assumptions)));
        let causes = causes.as_ref().and_then(Causes::table);
        let ledger = Some(self.ledger()).filter(|_| self.tally.totals().simulated > 0);
        let by_usage = self.tally.totals().by_usage.map(|buckets| usage_table(&buckets));
        let (by, left_out) = self.tally.by(COLUMNS);
        let by = by.into_iter().chain(ledger).chain(by_usage).chain(self.parts.table(self.top));
        let money = self.tally.by_currency(COLUMNS);
        let tables = by.chain(money).chain(causes).chain(self.divergences_table(&logs)).chain([self.rules_table()]);
        // Scripts have them by themselves.
        let unjudged = assumptions::table(&self.assumptions).filter(|_| format != Format::Json);
        let tables = tables.chain(unjudged);
        Report {
            command: "simulate",
            summary: self.facts(&logs.caveats),
            tables: tables.collect(),
            entries,
            sentences,
            caveats: logs.caveats(NotesOn::Costs).into_iter().chain(left_out).collect(),
            about: Some(logs.about()),
            log: logs.only_file(),
            skipped: logs.faults.skipped,
            ..Report::default()
        }
    }

    fn facts(&self, caveats: &Caveats) -> Vec<Fact> {
        let totals = self.tally.totals();
        let fact = |key, label| figures::fact(totals, key, label);
        let compared = totals.agreement.lost.is_some();
        let mut facts = vec![
            fact("requests", "requests").aside(self.simulated_aside(caveats)),
            fact("prompt_tokens", "prompt tokens").aside(self.exactness()),
            fact("hit_tokens_predicted", "predicted hit tokens").aside(self.range()),
            fact("hit_tokens_reported", "reported hit tokens").aside(self.hits_agreement()),
            fact("hit_ratio_predicted", "predicted hit ratio").aside("pooled over tokens, as billed"),
            fact("hit_ratio_reported", "reported hit ratio"),
            fact("request_hit_ratio", "mean per request").aside("predicted"),
            fact("block_hit_ratio", "block hit ratio").only_if(totals.blocks.is_some()),
            fact("lost", "lost").aside("predicted hits that the provider reported as misses").only_if(compared),
            fact("unexplained", "unexplained").aside("reported hits that were not predicted").only_if(compared),
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
        costs.into_iter().map(cost).chain([figures::storage(totals)]).collect()
    }

    fn ledger(&self) -> Table {
        let (key, title) = ("ledger", "where the prompt tokens went (predicted)");
        buckets_table(key, title, &self.tally.totals().ledger.buckets(), ("what became of them", Ledger::meaning))
    }

    fn rules_table(&self) -> Table {
        let rows = self.rules.iter().map(|(rule, requests)| match rule {
            Ok(Applied { profile, rule, basis, .. }) => {
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
            ("place", "changed"),
            ("requests", "requests"),
            ("tokens", "tokens missed"),
            ("worst", "worst"),
            ("against", "compared with"),
            ("token", "from token"),
        ];
        let table = Table {
            key: "divergences",
            title: "where prompts differ from earlier ones".into(),
            columns: columns.map(|(key, title)| Column::new(key, title)).into(),
            rows,
        };
        Some(table).filter(|table| !table.rows.is_empty())
    }

    fn simulated_aside(&self, caveats: &Caveats) -> String {
        match self.tally.totals().requests - self.tally.totals().simulated {
            0 => String::new(),
            others if caveats.requests(Code::NotSimulated) == 0 => {
                format!("{} not simulated: no rule predicts their hits", thousands(others))
            }
            others => format!("{} not simulated", thousands(others)),
        }
    }

    /// Tells how many counts are the provider's own.
    fn exactness(&self) -> String {
        let (totals, agreement) = (self.tally.totals(), &self.tally.totals().agreement);
        // Counts that are the provider's own are no estimates, whatever else is estimated of those prompts.
        if agreement.counted == 0
            && totals.prompted > 0
            && agreement.prompt_tokens_reported == Some(totals.prompt_tokens)
        {
            return "as reported".into();
        }
        let mut parts = Vec::new();
        if agreement.exact_counted > 0 {
            let [equal, counted] = [agreement.exact_equal, agreement.exact_counted].map(thousands);
            parts.push(format!("{equal} of {counted} counted exactly as reported"));
        }
        if agreement.estimated > 0 {
            parts.push(format!("{} estimated", thousands(agreement.estimated)));
        }
        let ours_are_none = parts.is_empty() && self.tally.totals().prompted == 0;
        if let (true, Some(reported)) = (ours_are_none, agreement.prompt_tokens_reported) {
            parts.push(format!("{} reported", thousands(reported)));
        }
        if parts.is_empty() { "not reported".into() } else { parts.join(", ") }
    }

    fn range(&self) -> String {
        let Totals { hit_tokens, hit_tokens_min, hit_tokens_max, .. } = *self.tally.totals();
        if hit_tokens_min < hit_tokens || hit_tokens < hit_tokens_max {
            let [least, most] = [hit_tokens_min, hit_tokens_max].map(thousands);
            format!("from {least} to {most}, by what rule and log leave open")
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
                thousands(agreement.hits_reported),
                plural(self.tally.totals().requests, "request")
            ));
        }
        if agreement.compared > 0 {
            let equal = thousands(agreement.hits_equal);
            parts.push(format!("{equal} of {} with hits as predicted", plural(agreement.compared, "request")));
        }
        parts.join(", ")
    }
}

/// Tokens of prompts that the log does not hold whole, as counts alone tell of them.
fn usage_table(buckets: &UsageBuckets) -> Table {
    let (key, title) = ("usage_buckets", "where the prompt tokens went, by reported counts, times and order alone");
    buckets_table(key, title, &buckets.named(), ("these tokens were", UsageBuckets::meaning))
}

/// Tokens by bucket, those without any left out.
fn buckets_table(
    key: &'static str,
    title: &str,
    buckets: &[(&'static str, u64)],
    (heading, meaning): (&'static str, fn(&str) -> &'static str),
) -> Table {
    let all = buckets.iter().map(|(_, tokens)| tokens).sum();
    let rows = buckets.iter().filter(|(_, tokens)| *tokens > 0).map(|(name, tokens)| {
        let share = Cell::ratio(ratio(*tokens, all));
        vec![Cell::Text((*name).into()), Cell::Count(*tokens), share, Cell::Text(meaning(name).into())]
    });
    let columns = [("bucket", "bucket"), ("tokens", "tokens"), ("share", "share"), ("meaning", heading)];
    Table {
        key,
        title: title.into(),
        columns: columns.map(|(key, title)| Column::new(key, title)).into(),
        rows: rows.collect(),
    }
}

/// Explains that a request falls under no rule.
fn no_rule(record: &Record) -> String {
    if let Some(reason) = &record.unsimulated {
        return reason.split([',', ';']).next().unwrap_or_default().to_owned();
    }
    if let Some(Unpredicted { reason, .. }) = record.unpredicted {
        return format!("{ANALYSED_INSTEAD}: {reason}");
    }
    let model = record.model.as_deref().unwrap_or("a request without a model");
    format!("{ANALYSED_INSTEAD}: no rule known for {model}")
}
