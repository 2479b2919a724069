//! The report on plans: the change that saves most first.

use std::cmp::Reverse;

use super::Plans;
use super::shown::{Shown, advised, gaining};
use crate::caveat::Code;
use crate::exchange::Place;
use crate::money::{Decimal, Money};
use crate::plan::{Audit, BREAKPOINTS, Calibration, Crossover, OtherModel, OwnCuts, Plan, UnreadWrites};
use crate::report::text::{capitalised, money, percent, plural, thousands};
use crate::report::{Cell, Column, Fact, Report, Table};
use crate::workspace::logs::{Logs, NotesOn};

impl Plans {
    pub(super) fn report(&self, logs: Logs) -> Report {
        let mut shown: Vec<Shown> = self.replayed.iter().map(Shown::of_plan).collect();
        shown.extend(self.causes.iter().flat_map(|causes| causes.ranked()).filter_map(Shown::of_cause));
        shown.extend(self.all_causes.as_ref().map(Shown::of_all_causes));
        shown.sort_by_key(|plan| (Reverse(plan.saved.map(|saved| saved.amount)), Reverse(plan.tokens)));
        let mut caveats = logs.caveats(NotesOn::Costs);
        caveats.extend(self.refused.iter().map(|reason| Code::NotCompared.because(reason)));
        let is_short = self.audit.as_ref().is_some_and(|audit| audit.short_tokens > 0);
        caveats.extend(is_short.then(|| Code::ShareableLog.alone()));
        caveats.extend(self.bundled.map(|calls| match calls {
            0 => Code::Bundled.because("no request was served less than promised, and the bundle names none"),
            calls => Code::Bundled.because(&format!(
                "{} in the bundle: those that were served less than promised, and those they build on",
                plural(calls, "request")
            )),
        }));
        caveats.extend(self.could_wait.then(|| Code::CallsCanWait.alone()));
        caveats.extend(self.span.missing().map(|why| Code::NoMonth.because(&why)));
        Report {
            command: "plan",
            sentences: self
                .has_changes
                .then(|| self.sentence(&shown))
                .into_iter()
                .chain(self.optimum.as_ref().and_then(|optimum| self.optimum_sentence(optimum)))
                .chain(self.unread_sentence(&logs))
                .chain(self.own_cuts.as_ref().map(own_cuts_sentence))
                .chain(self.audit.as_ref().map(audit_sentence))
                .chain(advised(&shown).into_iter().map(|plan| self.advice(plan)))
                .collect(),
            summary: self.calibration_facts(),
            tables: (!shown.is_empty())
                .then(|| self.table(&shown))
                .into_iter()
                .chain(models_table(&shown))
                .chain(self.shortest(&logs))
                .collect(),
            entries: self.entries(&shown),
            caveats,
            about: Some(logs.about()),
            log: logs.only_file(),
            skipped: logs.faults.skipped,
            ..Report::default()
        }
    }

    fn sentence(&self, shown: &[Shown]) -> String {
        if !self.calibration.bears() {
            let agreement = self.calibration.agreement().map(percent).unwrap_or_default();
            return format!(
                "No plan: the predictions agree with the reports on {agreement} of the prompt tokens, and {} are wanted. `cachecheck \
                 simulate` shows where they differ, `cachecheck infer` what the reports say of the rule.",
                percent(Calibration::LEAST)
            );
        }
        if self.calibration.predicted_calls == 0 {
            return "No change could be tried: no hits are predicted for the requests of this log (`cachecheck simulate` says by which rule, or why \
                    by none)."
                .into();
        }
        let Some(best) = gaining(shown).next() else {
            return "No change that was tried saves money on this log.".into();
        };
        if best.saved.is_none() {
            let tokens = plural(best.tokens.unsigned_abs(), "more token");
            return format!("{tokens} would come from the cache by {}; what that saves is not known.", best.change);
        }
        let saved = best.saved.as_ref().map(money).unwrap_or_default();
        let of = best.costs.map_or_else(String::new, |[now, ..]| format!(" of {}", money(&now)));
        let month = self.span.monthly(best.saved);
        let month = month.map_or_else(String::new, |month| format!(" ({} in 30 days)", money(&month)));
        let range = best.other_model.as_ref().filter(|model| model.is_estimated).zip(best.costs).map_or_else(
            String::new,
            |(_, [.., least, most])| {
                format!(" It has no public tokenizer, so that it costs between {} and {}.", money(&least), money(&most))
            },
        );
        format!("{saved}{of}{month} would be saved by {}.{range}", best.change)
    }

    /// The confidence in a change, in a word: that of the predictions, and no more than `fair` where tokens are known within a range alone.
    fn confidence(&self, plan: &Shown) -> &'static str {
        match self.calibration.confidence() {
            "high" if plan.other_model.as_ref().is_some_and(|model| model.is_estimated) => "fair",
            confidence => confidence,
        }
    }

    /// The steps that make a change, and what its figures rest on.
    fn advice(&self, plan: &Shown) -> String {
        format!(
            "{}: {}. Assumed: {} (confidence: {}).",
            capitalised(&plan.change),
            plan.how,
            plan.assumptions.join("; "),
            self.confidence(plan)
        )
    }

    /// The best of the policies that people can deploy beside the best that breakpoints could do.
    fn optimum_sentence(&self, optimum: &Plan) -> Option<String> {
        let regret = optimum.saving.saved()?;
        let [now, best] = [optimum.saving.now.likely, optimum.saving.then.likely];
        let policy = self.cheapest_policy().and_then(|policy| Some((policy, self.beyond_optimum(policy)?)));
        let deployable = policy.map_or_else(String::new, |(policy, beyond)| {
            format!("; {} come within {} of it", policy.change, percent(beyond))
        });
        let bound = if optimum.is_bound { "at most " } else { "" };
        Some(format!(
            "The best breakpoints for each request would cost {bound}{} instead of {}, {} less{deployable}.",
            money(&best),
            money(&now),
            money(&regret)
        ))
    }

    /// The policy of breakpoints that costs least of those that people can deploy.
    fn cheapest_policy(&self) -> Option<&Plan> {
        let policies = self.replayed.iter().filter(|plan| plan.kind == BREAKPOINTS);
        policies.min_by_key(|plan| plan.saving.then.likely.amount)
    }

    /// The writes that no later request read in time.
    fn unread_sentence(&self, logs: &Logs) -> Option<String> {
        let UnreadWrites { calls, tokens, premium, worst } = &self.unread_writes;
        let (worst, most) = (*worst)?;
        let premium =
            premium.map_or_else(String::new, |premium| format!(" for {} more than unwritten", money(&premium)));
        Some(format!(
            "{} in {} were written{premium}, and no later request read them in time; most, {}, in {}.",
            plural(*tokens, "token"),
            plural(*calls, "request"),
            thousands(most),
            logs.label(worst)
        ))
    }

    /// The cost of a policy beyond the optimum, as a share of that.
    fn beyond_optimum(&self, policy: &Plan) -> Option<f64> {
        let best = self.optimum.as_ref()?.saving.then.likely;
        (policy.saving.then.likely - best).ok()?.share_of(&best)
    }

    /// For scripts: `optimum` {`cost_now`, `cost`, `regret`, `regret_30_days`, `policy`, `policy_beyond`, `assumptions`}.
    fn optimum_map(&self) -> Cell {
        let Some(optimum) = &self.optimum else { return Cell::Unknown };
        let regret = optimum.saving.saved();
        let policy = self.cheapest_policy();
        Cell::Map(vec![
            ("cost_now", Cell::Exact(optimum.saving.now.likely)),
            ("cost", Cell::Exact(optimum.saving.then.likely)),
            ("regret", regret.map_or(Cell::Unknown, Cell::Exact)),
            ("regret_30_days", Cell::money(self.span.monthly(regret))),
            ("policy", policy.map_or(Cell::Unknown, |policy| Cell::Text(policy.change.clone()))),
            ("policy_beyond", Cell::ratio(policy.and_then(|policy| self.beyond_optimum(policy)))),
            ("assumptions", Cell::List(optimum.assumptions.iter().cloned().map(Cell::Text).collect())),
        ])
    }

    fn calibration_facts(&self) -> Vec<Fact> {
        let Calibration { calls, predicted, reported, predicted_calls, reported_calls, .. } = self.calibration;
        let known = |tokens| Cell::count((calls > 0).then_some(tokens));
        let aside = match (calls, predicted_calls, reported_calls.0) {
            (0, 0, 0) => "no hits were reported, and none are predicted".to_owned(),
            (0, 0, _) => "no hits are predicted: what was reported could not be checked".to_owned(),
            (0, _, 0) => "no hits were reported: the rule could not be checked".to_owned(),
            (0, _, _) => {
                "hits are predicted of some requests and were reported of others: the rule could not be checked"
                    .to_owned()
            }
            _ => format!(
                "of the prompt tokens of {}: predicted and reported hits are the same, request by request",
                plural(calls, "request")
            ),
        };
        let reported =
            if calls > 0 { known(reported) } else { Cell::count((reported_calls.0 > 0).then_some(reported_calls.1)) };
        let within = Fact::new("within_rule", "within the rule", Cell::ratio(self.calibration.within_rule()));
        vec![
            Fact::new("agreement", "agreement", Cell::ratio(self.calibration.agreement())).aside(aside),
            within
                .aside("reported hits are possible by the rule, which leaves some open")
                .only_if(self.calibration.apart > self.calibration.beyond),
            Fact::new("hit_tokens_predicted", "predicted hits", known(predicted)),
            Fact::new("hit_tokens_reported", "reported hits", reported),
        ]
    }

    /// The requests that were served least of what was promised.
    fn shortest(&self, logs: &Logs) -> Option<Table> {
        let audit = self.audit.as_ref().filter(|audit| audit.short_calls > 0)?;
        let row = |(place, tokens): &(Place, u64)| vec![Cell::Text(logs.label(*place)), Cell::Count(*tokens)];
        Some(Table {
            key: "short",
            title: "requests that were served less than promised, the most tokens first".into(),
            columns: vec![Column::new("call", "call"), Column::new("tokens", "tokens")],
            rows: audit.worst.iter().map(row).collect(),
        })
    }

    fn table(&self, shown: &[Shown]) -> Table {
        let columns = [
            ("saved", "saves"),
            ("cost_30_days", "in 30 days"),
            ("tokens", "hits"),
            ("calls", "calls"),
            ("plan", "plan"),
            ("change", "change"),
        ];
        let row = |plan: &Shown| {
            vec![
                Cell::money(plan.saved),
                Cell::money(self.span.monthly(plan.saved)),
                Cell::Difference(plan.tokens),
                Cell::Count(plan.calls),
                Cell::Text(plan.kind.into()),
                Cell::Text(plan.change.clone()),
            ]
        };
        Table {
            key: "ranked",
            title: "changes, by what they save on this log".into(),
            columns: columns.map(|(key, title)| Column::new(key, title)).into(),
            rows: shown.iter().map(row).collect(),
        }
    }

    /// The same for scripts: `calibration` and `plans`.
    fn entries(&self, shown: &[Shown]) -> Vec<(&'static str, Cell)> {
        let Calibration { calls, predicted, reported, prompt_tokens, .. } = self.calibration;
        let calibration = Cell::Map(vec![
            ("calls", Cell::Count(calls)),
            ("prompt_tokens", Cell::Count(prompt_tokens)),
            ("hit_tokens_predicted", Cell::Count(predicted)),
            ("hit_tokens_reported", Cell::Count(reported)),
            ("agreement", Cell::ratio(self.calibration.agreement())),
            ("within_rule", Cell::ratio(self.calibration.within_rule())),
        ]);
        let texts = |texts: &[String]| Cell::List(texts.iter().cloned().map(Cell::Text).collect());
        let plan = |plan: &Shown| {
            let cost = |index: usize| Cell::money(plan.costs.map(|costs| costs[index]));
            Cell::Map(vec![
                ("plan", Cell::Text(plan.kind.into())),
                ("change", Cell::Text(plan.change.clone())),
                ("calls", Cell::Count(plan.calls)),
                ("tokens", Cell::Difference(plan.tokens)),
                ("saved", Cell::money(plan.saved)),
                ("cost_30_days", Cell::money(self.span.monthly(plan.saved))),
                ("cost_now", cost(0)),
                ("cost", cost(1)),
                ("cost_min", cost(2)),
                ("cost_max", cost(3)),
                ("confidence", Cell::Text(self.confidence(plan).into())),
                ("assumptions", texts(&plan.assumptions)),
                ("how", Cell::Text(plan.how.clone())),
                ("crossover", plan.other_model.as_ref().map_or(Cell::Unknown, crossover_map)),
                ("beats", plan.other_model.as_ref().map_or(Cell::Unknown, beats_list)),
            ])
        };
        vec![
            ("calibration", calibration),
            ("plans", Cell::List(shown.iter().map(plan).collect())),
            ("optimum", self.optimum_map()),
            (
                "unread_writes",
                Cell::Map(vec![
                    ("calls", Cell::Count(self.unread_writes.calls)),
                    ("tokens", Cell::Count(self.unread_writes.tokens)),
                    ("premium", self.unread_writes.premium.map_or(Cell::Unknown, Cell::Exact)),
                ]),
            ),
            (
                "own_cuts",
                self.own_cuts.as_ref().map_or(Cell::Unknown, |cuts| {
                    Cell::Map(vec![
                        ("calls", Cell::Count(cuts.calls)),
                        ("tokens", Cell::Count(cuts.tokens)),
                        ("cost", Cell::money(cuts.cost)),
                        ("saved", Cell::money(cuts.saved)),
                    ])
                }),
            ),
            ("audit", self.audit.as_ref().map_or(Cell::Unknown, audit_map)),
        ]
    }
}

/// Other models: what they cost, and at which shares of hits they are cheaper.
fn models_table(shown: &[Shown]) -> Option<Table> {
    let columns = [
        ("model", "model"),
        ("cost", "costs"),
        ("cost_min", "at least"),
        ("cost_max", "at most"),
        ("cheaper_at", "cheaper if both hit"),
    ];
    let row = |plan: &Shown| {
        let (model, [_, likely, least, most]) = plan.other_model.as_ref().zip(plan.costs)?;
        let cheaper = match model.crossover? {
            Crossover::Above(share) => format!("above {}", percent(share)),
            Crossover::Below(share) => format!("below {}", percent(share)),
            Crossover::Always => "any share".into(),
            Crossover::Never => "never".into(),
        };
        let cells = [likely, least, most].map(|cost| Cell::money(Some(cost)));
        Some([vec![Cell::Text(model.name.clone())], cells.into(), vec![Cell::Text(cheaper)]].concat())
    };
    let rows: Vec<Vec<Cell>> = shown.iter().filter_map(row).collect();
    (!rows.is_empty()).then(|| Table {
        key: "models",
        title: "other models, by what they save".into(),
        columns: columns.map(|(key, title)| Column::new(key, title)).into(),
        rows,
    })
}

/// For scripts: at which share of hits, that both models serve alike, another model becomes cheaper; the share is null where there is none.
fn crossover_map(model: &OtherModel) -> Cell {
    let Some(crossover) = model.crossover else { return Cell::Unknown };
    let cheaper = match crossover {
        Crossover::Above(_) => "above",
        Crossover::Below(_) => "below",
        Crossover::Always => "always",
        Crossover::Never => "never",
    };
    Cell::Map(vec![("hit_ratio", Cell::ratio(crossover.share())), ("cheaper", Cell::Text(cheaper.into()))])
}

/// For scripts: the other models that cost more in most of the range, and the share of it.
fn beats_list(model: &OtherModel) -> Cell {
    let beaten = model.beats.iter().map(|beaten| {
        Cell::Map(vec![("model", Cell::Text(beaten.name.clone())), ("share", Cell::ratio(Some(beaten.share)))])
    });
    Cell::List(beaten.collect())
}

/// The cost of the cuts that the log itself made, and what they saved.
fn own_cuts_sentence(cuts: &OwnCuts) -> String {
    let OwnCuts { calls, tokens, cost, saved } = cuts;
    let cost = cost.as_ref().map_or_else(String::new, |cost| format!(", {} more than as hits", money(cost)));
    let saved = saved.as_ref().map_or_else(String::new, |saved| {
        let (amount, side) = (
            Money::new(saved.amount.abs(), saved.currency),
            if saved.amount < Decimal::ZERO { "cost" } else { "saved" },
        );
        format!("; in all the cuts {side} {} against whole histories", money(&amount))
    });
    format!(
        "The log's own cuts of histories made {} pay for {} again{cost}{saved}.",
        plural(*calls, "request"),
        plural(*tokens, "token")
    )
}

/// The promises and the bill, for the person who asks the provider.
fn audit_sentence(audit: &Audit) -> String {
    let calls = plural(audit.calls, "request");
    let more = (audit.more_calls > 0).then(|| {
        format!(
            "; {} in {} were served beyond what this log explains, by traffic outside it",
            plural(audit.more_tokens, "token"),
            plural(audit.more_calls, "request")
        )
    });
    let more = more.unwrap_or_default();
    if audit.short_tokens == 0 {
        let open = if audit.promised == audit.likely {
            String::new()
        } else {
            format!(
                " ({}, where {} are the most likely: the rest is left open)",
                plural(audit.promised, "token"),
                thousands(audit.likely)
            )
        };
        return format!("In {calls} the provider served at least what its rule promises for sure{open}{more}.");
    }
    let (low, high) = audit.interval;
    let cost = audit.short_cost.as_ref().map_or_else(String::new, |cost| format!(", {}", money(cost)));
    format!(
        "The provider served {} less than its rule promises{cost}, in {} of {calls}; 95 % interval from {} to {}{more}.",
        plural(audit.short_tokens, "token"),
        thousands(audit.short_calls),
        thousands(low),
        thousands(high)
    )
}

fn audit_map(audit: &Audit) -> Cell {
    Cell::Map(vec![
        ("calls", Cell::Count(audit.calls)),
        ("promised_tokens", Cell::Count(audit.promised)),
        ("likely_tokens", Cell::Count(audit.likely)),
        ("as_promised", Cell::Count(audit.as_promised)),
        ("short_calls", Cell::Count(audit.short_calls)),
        ("short_tokens", Cell::Count(audit.short_tokens)),
        ("short_tokens_min", Cell::Count(audit.interval.0)),
        ("short_tokens_max", Cell::Count(audit.interval.1)),
        ("short_cost", Cell::money(audit.short_cost)),
        ("more_calls", Cell::Count(audit.more_calls)),
        ("more_tokens", Cell::Count(audit.more_tokens)),
    ])
}
