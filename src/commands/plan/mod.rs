//! `cachecheck plan`: the changes that would make the same traffic cheaper, each proved on the log.

mod report;
mod shown;
mod waiting;

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::Context;

use super::Outcome;
use super::args::{LogArgs, ReplayArgs};
use crate::causes::{CauseCode, CauseSums, Explained, GivenBack, explain};
use crate::plan::{
    Audit, Calibration, OwnCuts, Plan, Traffic, UnreadWrites, breakpoints, bundle, compaction, could_wait, deferred,
    keep_alive, marked_by_cache, models, optimum, order, unread_writes, warm_up,
};
use crate::simulation::Record;
use crate::span::Span;
use crate::workspace::destination::Destination;
use crate::workspace::files::{self, Existing};
use crate::workspace::output::render;
use crate::workspace::replay::{Replayed, replay};
use waiting::Deferrable;

/// Rank the changes that would save most, each proved on the log
///
/// Without an option for a kind of plan, these are tried: causes of misses undone, other breakpoints and lifetimes, requests that wait for
/// the first of a burst, shortened histories. `--models` adds other models, `--deferrable` the savings for requests that can wait. A plan
/// compares predicted costs with predicted costs; if the predictions for the log as it is differ too much from what was reported, no plan
/// is made.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
#[expect(clippy::struct_excessive_bools, reason = "each kind of plan has an option of its own")]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    logs: LogArgs,

    /// Undo the causes of misses in the prompts, such as a date before stable text
    #[arg(long)]
    prompts: bool,

    /// Try policies of breakpoints and lifetimes
    ///
    /// For providers whose requests mark what is cached: Anthropic, Bedrock, Vertex AI, OpenAI since GPT-5.6, Qwen.
    #[arg(long)]
    breakpoints: bool,

    /// Warm the cache up before bursts, and keep prompts alive
    ///
    /// One request of each burst is sent first, so that the others read what it wrote, and requests are added that keep prompts alive.
    #[arg(long)]
    warm_up: bool,

    /// Clear tool results or the oldest turns, as histories grow
    #[arg(long)]
    compaction: bool,

    /// Reorder the pieces of independent requests, and these requests, so that they share the most tokens
    #[arg(long)]
    reorder: bool,

    /// Let these requests wait for lower prices: `all`, or a dimension and its value
    ///
    /// For a batch, a slower tier or cheaper hours. A dimension is one of `--by`, such as /metadata/job=nightly.
    #[arg(long, value_name = "DIMENSION=VALUE")]
    deferrable: Vec<Deferrable>,

    /// Compare what the provider's rule promised with what was billed
    #[arg(long)]
    audit: bool,

    /// Write the names of the requests that were served less than promised, and of those they build on, to this file, for `parse --only`
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,

    /// Use these models in place of those in the log
    #[arg(long, value_name = "MODEL", value_delimiter = ',')]
    models: Vec<String>,

    #[command(flatten)]
    replay: ReplayArgs,
}

const EXAMPLES: &str = "\
Examples:
  cachecheck plan logs.jsonl
  cachecheck plan logs.jsonl --breakpoints --format json
  cachecheck plan logs.jsonl --audit
  cachecheck plan logs.jsonl --deferrable /metadata/job=nightly
  cachecheck plan logs.jsonl --models deepseek-v4-pro,gpt-5.6-luna";

/// The plans for a log, and what they rest on.
#[derive(Default)]
struct Plans {
    calibration: Calibration,
    /// Causes of misses, each undone.
    causes: Option<CauseSums>,
    /// All of them undone at once, where one hides another.
    all_causes: Option<AllCauses>,
    /// The cuts that the log itself made.
    own_cuts: Option<OwnCuts>,
    replayed: Vec<Plan>,
    /// The best breakpoints for each request, which cannot be deployed as they are.
    optimum: Option<Plan>,
    unread_writes: UnreadWrites,
    /// The promises beside the bill; `None` if it was not asked for.
    audit: Option<Audit>,
    /// Requests of the bundle, if one was written.
    bundled: Option<u64>,
    /// Changes were looked for.
    has_changes: bool,
    /// Requests would be cheaper if they could wait, and nothing says whether they can.
    could_wait: bool,
    /// Models that cannot be compared, each with the reason.
    refused: Vec<String>,
    span: Span,
}

/// All causes undone at once.
struct AllCauses {
    codes: Vec<CauseCode>,
    /// Requests of which tokens missed because of any.
    calls: u64,
    given_back: GivenBack,
}

impl AllCauses {
    /// `None` where each cause alone gives back what it does with the others.
    fn new(explained: &Explained) -> Option<Self> {
        let given_back = explained.together?;
        let codes: Vec<CauseCode> = explained.sums.hiding(given_back)?.into_iter().map(|cause| cause.code).collect();
        let has_any = |causes: &[(CauseCode, u64)]| causes.iter().any(|(code, _)| codes.contains(code));
        let calls = explained.causes.iter().zip(&explained.asked).filter(|(causes, asked)| **asked && has_any(causes));
        Some(Self { calls: calls.count() as u64, codes, given_back })
    }
}

pub(crate) fn run(args: &PlanArgs, out: &mut Destination) -> anyhow::Result<Outcome> {
    let inputs = args.logs.inputs_by("plan", &Deferrable::dimensions(&args.deferrable))?;
    let settings = args.replay.settings(&args.logs)?;
    let Replayed { logs, mut again, .. } = replay(&inputs, settings, || (), |(), _, _| Ok(()))?;
    let calls = again.calls(&inputs)?;
    let is_asked_for = |record: &Record| inputs.period.holds(record.replayed_at);
    let traffic = Traffic::new(&calls, again.counter(), again.settings(), is_asked_for);
    let mut span = Span::default();
    calls.iter().filter(|call| inputs.period.holds(call.exchange.time)).for_each(|call| span.add(call.exchange.time));
    let mut found = Plans { calibration: traffic.calibration(), span: logs.period_of(span), ..Plans::default() };
    found.has_changes = args.wants(args.names_changes());
    if args.wants(args.is_audited()) {
        found.audit = Some(traffic.audit()).filter(|audit| audit.calls > 0);
    }
    if found.calibration.bears() {
        if args.wants(args.prompts) || args.wants(args.compaction) {
            let explained = explain(&calls, again.counter(), again.settings(), is_asked_for);
            found.own_cuts = OwnCuts::of_causes(&explained.sums).filter(|_| args.wants(args.compaction));
            if args.wants(args.prompts) {
                found.all_causes = AllCauses::new(&explained);
                found.causes = Some(explained.sums);
            }
        }
        found.look_for_changes(args, &traffic);
    }
    if let Some(path) = &args.bundle {
        let calls: BTreeSet<String> = bundle(&traffic).into_iter().map(|place| logs.label(place)).collect();
        let lines: String = calls.iter().map(|call| format!("{call}\n")).collect();
        let written = files::write(path, lines.as_bytes(), Existing::Replaced);
        written.with_context(|| format!("cannot write {}", path.display()))?;
        found.bundled = Some(calls.len() as u64);
    }
    render(&found.report(logs), args.replay.format, out)?;
    Ok(Outcome::Done)
}

impl PlanArgs {
    /// True if a kind of change is asked for by name.
    fn names_changes(&self) -> bool {
        let named = [self.prompts, self.breakpoints, self.warm_up, self.compaction, self.reorder];
        named.contains(&true) || !self.models.is_empty() || !self.deferrable.is_empty()
    }

    /// True if promises are to be held against the bill.
    fn is_audited(&self) -> bool {
        self.audit || self.bundle.is_some()
    }

    /// True if a part of the report is asked for: by its name, or because none is named.
    fn wants(&self, is_named: bool) -> bool {
        is_named || !self.names_changes() && !self.is_audited()
    }
}

impl Plans {
    /// Makes the plans that are asked for, but for the causes of misses.
    fn look_for_changes(&mut self, args: &PlanArgs, traffic: &Traffic<'_>) {
        let (wants_marks, wants_warm_up) = (args.wants(args.breakpoints), args.wants(args.warm_up));
        let caches = if wants_marks || wants_warm_up { marked_by_cache(traffic) } else { Vec::new() };
        if wants_marks {
            self.replayed.extend(breakpoints(traffic));
            self.optimum = optimum(traffic, &caches);
            self.unread_writes = unread_writes(traffic, &caches);
        }
        if wants_warm_up {
            self.replayed.extend(warm_up(traffic));
            self.replayed.extend(keep_alive(traffic, &caches));
        }
        if args.wants(args.compaction) {
            self.replayed.extend(compaction(traffic));
        }
        if args.wants(args.reorder) {
            self.replayed.extend(order(traffic));
        }
        if args.deferrable.is_empty() {
            self.could_wait = args.wants(false) && could_wait(traffic);
        } else {
            let zone = args.logs.zone();
            let can_wait = traffic.having(|record| Deferrable::any(&args.deferrable, record, &zone));
            self.replayed.extend(deferred(traffic, &can_wait));
        }
        for plan in models(traffic, &args.models) {
            match plan {
                Ok(plan) => self.replayed.push(plan),
                Err(reason) => self.refused.push(reason),
            }
        }
    }
}
