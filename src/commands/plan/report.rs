//! The report on plans: the change that saves most first.

use std::cmp::Reverse;

use super::Plans;
use crate::causes::Cause;
use crate::caveat::Code;
use crate::exchange::Place;
use crate::money::{Decimal, Money};
use crate::plan::{Audit, BREAKPOINTS, Calibration, Plan, UnreadWrites};
use crate::report::text::{capitalised, money, percent, plural, thousands};
use crate::report::{Cell, Column, Fact, Report, Table};
use crate::workspace::logs::{Logs, NotesOn};

/// A plan as it is shown, whatever it was made of.
struct Shown {
    kind: &'static str,
    change: String,
    calls: u64,
    tokens: i64,
    saved: Option<Money>,
    /// The cost as it is, with the change, and with the change at least and at most.
    costs: Option<[Money; 4]>,
    assumptions: Vec<String>,
    how: String,
}

impl Shown {
    fn of_plan(plan: &Plan) -> Self {
        let saving = plan.saving;
        Self {
            kind: plan.kind,
            change: plan.change.clone(),
            calls: saving.calls,
            tokens: saving.tokens,
            saved: saving.saved(),
            costs: Some([saving.now.likely, saving.then.likely, saving.then.least, saving.then.most]),
            assumptions: plan.assumptions.clone(),
            how: plan.how.clone(),
        }
    }

    /// A cause that can be undone; `None` for one that cannot, and where undoing it serves no more tokens.
    fn of_cause(cause: &Cause) -> Option<Self> {
        let given_back = cause.given_back.filter(|given_back| given_back.tokens > 0)?;
        Some(Self {
            kind: "prompts",
            change: format!("undoing `{}` ({})", cause.code.code(), cause.code.what()),
            calls: cause.requests,
            tokens: given_back.tokens,
            saved: given_back.cost,
            costs: None,
            assumptions: vec!["answers stay as they were".into()],
            how: cause.code.remedy().map(capitalised).unwrap_or_default(),
        })
    }
}

impl Plans {
    pub(super) fn report(&self, logs: Logs) -> Report {
        let mut shown: Vec<Shown> = self.replayed.iter().map(Shown::of_plan).collect();
        shown.extend(self.causes.iter().flat_map(|causes| causes.ranked()).filter_map(Shown::of_cause));
        shown.sort_by_key(|plan| (Reverse(plan.saved.map(|saved| saved.amount)), Reverse(plan.tokens)));
        let mut caveats = logs.caveats(NotesOn::Costs);
        caveats.extend(self.refused.iter().map(|reason| Code::NotCompared.because(reason)));
        let is_short = self.audit.as_ref().is_some_and(|audit| audit.short_tokens > 0);
        caveats.extend(is_short.then(|| Code::ShareableLog.alone()));
        caveats.extend(self.span.missing().map(|why| Code::NoMonth.because(&why)));
        Report {
            command: "plan",
            sentences: self
                .has_changes
                .then(|| self.sentence(&shown))
                .into_iter()
                .chain(self.optimum.as_ref().and_then(|optimum| self.optimum_sentence(optimum)))
                .chain(self.unread_sentence(&logs))
                .chain(self.audit.as_ref().map(audit_sentence))
                .collect(),
            summary: self.calibration_facts(),
            tables: (!shown.is_empty()).then(|| self.table(&shown)).into_iter().chain(self.shortest(&logs)).collect(),
            entries: self.entries(&shown),
            caveats,
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
        let gains = |plan: &&Shown| plan.saved.map_or(plan.tokens > 0, |saved| saved.amount > Decimal::ZERO);
        let Some(best) = shown.iter().find(gains) else {
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
        format!("{saved}{of}{month} would be saved by {}.", best.change)
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
            "The best breakpoints for each call would cost {bound}{} instead of {}, {} less{deployable}.",
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

    /// The writes that no later call read in time.
    fn unread_sentence(&self, logs: &Logs) -> Option<String> {
        let UnreadWrites { calls, tokens, premium, worst } = &self.unread_writes;
        let (worst, most) = (*worst)?;
        let premium =
            premium.map_or_else(String::new, |premium| format!(" for {} more than unwritten", money(&premium)));
        Some(format!(
            "{} in {} were written{premium}, and no later call came to read them in time; most, {}, in {}.",
            plural(*tokens, "token"),
            plural(*calls, "call"),
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
        let Calibration { calls, predicted, reported, .. } = self.calibration;
        let known = |tokens| Cell::count((calls > 0).then_some(tokens));
        let agreement = Fact::new("agreement", "agreement", Cell::ratio(self.calibration.agreement()));
        let aside = if calls == 0 {
            "no hits were reported: the rule is taken on trust".to_owned()
        } else {
            format!("of the prompt tokens of {}: predicted and reported hits are the same", plural(calls, "call"))
        };
        vec![
            agreement.aside(aside),
            Fact::new("hit_tokens_predicted", "predicted hits", known(predicted)),
            Fact::new("hit_tokens_reported", "reported hits", known(reported)),
        ]
    }

    /// The calls that were served least of what was promised.
    fn shortest(&self, logs: &Logs) -> Option<Table> {
        let audit = self.audit.as_ref().filter(|audit| audit.short_calls > 0)?;
        let row = |(place, tokens): &(Place, u64)| vec![Cell::Text(logs.label(*place)), Cell::Count(*tokens)];
        Some(Table {
            key: "short",
            title: "calls that were served less than promised, the most tokens first".into(),
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
                ("confidence", Cell::Text(self.calibration.confidence().into())),
                ("assumptions", texts(&plan.assumptions)),
                ("how", Cell::Text(plan.how.clone())),
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
            ("audit", self.audit.as_ref().map_or(Cell::Unknown, audit_map)),
        ]
    }
}

/// The promises and the bill, for the person who asks the provider.
fn audit_sentence(audit: &Audit) -> String {
    let calls = plural(audit.calls, "call");
    let more = (audit.more_calls > 0).then(|| {
        format!(
            "; {} in {} were served beyond what this log explains, by traffic outside it",
            plural(audit.more_tokens, "token"),
            plural(audit.more_calls, "call")
        )
    });
    let more = more.unwrap_or_default();
    if audit.short_tokens == 0 {
        return format!("In {calls} the provider served at least what its rule promises{more}.");
    }
    let (low, high) = audit.interval;
    let cost = audit.short_cost.as_ref().map_or_else(String::new, |cost| format!(", {}", money(cost)));
    format!(
        "The provider served {} less than its rule promises{cost}, in {} of {calls}; with the same luck between {} and {} (95 %){more}.",
        plural(audit.short_tokens, "token"),
        thousands(audit.short_calls),
        thousands(low),
        thousands(high)
    )
}

fn audit_map(audit: &Audit) -> Cell {
    Cell::Map(vec![
        ("calls", Cell::Count(audit.calls)),
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
