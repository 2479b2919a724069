//! `cachecheck plan`: the changes that would make the same traffic cheaper, each proved on the log.

mod report;

use super::Outcome;
use super::args::{CacheArgs, LogArgs, RateArgs, one_of};
use super::span::Span;
use crate::causes::{CauseSums, explain};
use crate::plan::{
    Audit, Calibration, Plan, Traffic, UnreadWrites, breakpoints, compaction, marked_by_cache, models, optimum, order,
    unread_writes, warm_up,
};
use crate::report::{Format, OF_TABLES};
use crate::simulation::Record;
use crate::workspace::destination::Destination;
use crate::workspace::output::render;
use crate::workspace::replay::{Replayed, replay};

/// Rank the changes that would make the same traffic cheaper, each proved by replaying the log with it
///
/// Without an option for one kind of plan all are made: causes of misses undone, breakpoints and lifetimes, calls that wait for the
/// first of a burst, histories that are shortened. `--models` adds other models. A plan compares prediction with prediction; if the predictions for the calls as they
/// are differ too much from what was reported, no plan is made.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
#[expect(clippy::struct_excessive_bools, reason = "each kind of plan has an option of its own")]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    logs: LogArgs,

    /// Undo the causes of misses: what stands in the prompts
    #[arg(long)]
    prompts: bool,

    /// Try policies of breakpoints and lifetimes (Anthropic, Bedrock, Vertex AI)
    #[arg(long)]
    breakpoints: bool,

    /// Send one call of each burst first, so that the others find what it wrote
    #[arg(long)]
    warm_up: bool,

    /// Clear results of tools, or leave out the oldest turns, as histories grow
    #[arg(long)]
    compaction: bool,

    /// Write the pieces of independent calls, and send these calls, in the order that shares most
    #[arg(long)]
    reorder: bool,

    /// Hold what the provider's rule promised against what was billed
    #[arg(long)]
    audit: bool,

    /// Ask these models in place of those in the log
    #[arg(long, value_name = "MODEL", value_delimiter = ',')]
    models: Vec<String>,

    /// Output format
    #[arg(long, value_name = "FORMAT", value_parser = one_of(OF_TABLES), default_value = "table")]
    format: Format,

    #[command(flatten)]
    cache: CacheArgs,

    #[command(flatten)]
    rates: RateArgs,
}

const EXAMPLES: &str = "\
Examples:
  cachecheck plan logs.jsonl
  cachecheck plan logs.jsonl --breakpoints --format json
  cachecheck plan logs.jsonl --audit
  cachecheck plan logs.jsonl --models deepseek-v4-pro,gpt-5.6-luna";

/// The plans for a log, and what they rest on.
struct Plans {
    calibration: Calibration,
    /// Causes of misses, each undone.
    causes: Option<CauseSums>,
    replayed: Vec<Plan>,
    /// The best breakpoints for each call, which nobody can deploy.
    optimum: Option<Plan>,
    unread_writes: UnreadWrites,
    /// The promises beside the bill; `None` where nobody asked.
    audit: Option<Audit>,
    /// Changes were looked for.
    has_changes: bool,
    /// Models that cannot be compared, each with the reason.
    refused: Vec<String>,
    span: Span,
}

pub(crate) fn run(args: &PlanArgs, out: &mut Destination) -> anyhow::Result<Outcome> {
    let inputs = args.logs.inputs("plan")?;
    let settings = args.cache.settings_within(&args.rates, &args.logs)?;
    let Replayed { logs, mut again, .. } = replay(&inputs, settings, || (), |(), _, _| Ok(()))?;
    let calls = again.calls(&inputs)?;
    let is_asked_for = |record: &Record| inputs.period.holds(record.replayed_at);
    let traffic = Traffic::new(&calls, again.counter(), again.settings(), is_asked_for);
    let mut span = Span::default();
    calls.iter().filter(|call| inputs.period.holds(call.exchange.time)).for_each(|call| span.add(call.exchange.time));
    let calibration = traffic.calibration();
    let has_changes =
        args.prompts || args.breakpoints || args.warm_up || args.compaction || args.reorder || !args.models.is_empty();
    let all = !has_changes && !args.audit;
    let audit = (all || args.audit).then(|| traffic.audit()).filter(|audit| audit.calls > 0);
    let has_changes = has_changes || all;
    let mut found = Plans {
        calibration,
        causes: None,
        replayed: Vec::new(),
        optimum: None,
        unread_writes: UnreadWrites::default(),
        audit,
        has_changes,
        refused: Vec::new(),
        span,
    };
    if calibration.bears() {
        if all || args.prompts {
            found.causes = Some(explain(&calls, again.counter(), again.settings(), is_asked_for).sums);
        }
        if all || args.breakpoints {
            found.replayed.extend(breakpoints(&traffic));
            let caches = marked_by_cache(&traffic);
            found.optimum = optimum(&traffic, &caches);
            found.unread_writes = unread_writes(&traffic, &caches);
        }
        if all || args.warm_up {
            found.replayed.extend(warm_up(&traffic));
        }
        if all || args.compaction {
            found.replayed.extend(compaction(&traffic));
        }
        if all || args.reorder {
            found.replayed.extend(order(&traffic));
        }
        for plan in models(&traffic, &args.models) {
            match plan {
                Ok(plan) => found.replayed.push(plan),
                Err(reason) => found.refused.push(reason),
            }
        }
    }
    render(&found.report(logs), args.format, out)?;
    Ok(Outcome::Done)
}
