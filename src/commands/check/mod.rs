//! `cachecheck check`: the gates of `cachecheck.yaml`, for CI.

mod baseline;
mod measure;
mod on_logs;
mod on_templates;
mod quality;
mod renders;

use std::collections::BTreeSet;

use self::measure::Measured;
use self::on_logs::Reading;
use self::quality::Quality;
use super::Outcome;
use super::args::{ConfigArgs, LayoutArgs, RateArgs, UnknownIs, one_of, share};
use super::lint::findings_in;
use super::lock::LockFile;
use crate::lint::{Gaps, RULES};
use crate::money::Decimal;
use crate::report::{Cell, Fact, Format, Gate, OF_FINDINGS, Policy, Report};
use crate::template::Layout;
use crate::workspace::destination::Destination;
use crate::workspace::layouts::Layouts;
use crate::workspace::output::render;
use crate::workspace::prices;
use crate::workspace::revision::name_from_root;

/// Check templates against the gates of cachecheck.yaml, in CI
///
/// Every gate passes, fails, or is unknown if something that it needs is missing. Only the gates in the configuration are checked.
/// The exit code is 0 if all gates hold, 1 if one does not, 2 if the check could not be done.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CheckArgs {
    /// The revision that gates on changes compare with, such as HEAD~1 or origin/main
    #[arg(long, value_name = "REV")]
    base: Option<String>,

    /// Results of evaluations before and after the change, which the gates on quality judge: promptfoo's JSON, JUnit, OpenAI's
    /// evals, or lines `name: rate`
    #[arg(long, num_args = 2, value_names = ["BEFORE", "AFTER"])]
    quality: Vec<String>,

    /// Compare this many renderings byte by byte: those of --render-command, or those of each template in the logs that the configuration names
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(2..=1000))]
    renders: Option<u64>,

    /// The command that writes one rendering of a prompt to stdout each time it is run
    #[arg(long, value_name = "COMMAND", requires = "renders")]
    render_command: Option<String>,

    #[command(flatten)]
    config: ConfigArgs,

    /// Output format
    #[arg(long, value_name = "FORMAT", value_parser = one_of(OF_FINDINGS), default_value = "table")]
    format: Format,

    /// Verdict of the run if a gate is unknown
    #[arg(long, value_enum, default_value_t)]
    unknown_is: UnknownIs,

    /// Stop at the first line of a log that cannot be read
    #[arg(long)]
    strict: bool,

    /// Share of log lines that cannot be read above which the gates on logs are unknown [default: 1%]
    #[arg(long, value_name = "RATIO", value_parser = share)]
    max_skipped: Option<Decimal>,
}

const EXAMPLES: &str = "\
Examples:
  cachecheck check
  cachecheck check --base HEAD~1
  cachecheck check --base origin/main --format github
  cachecheck check --base origin/main --format sarif > cachecheck.sarif
  cachecheck check --base origin/main --quality before.json after.json
  cachecheck check --renders 5 --render-command 'python -m app.render_prompt'

cachecheck.yaml:
  profile: deepseek-v3.2
  templates: [prompts/*.yaml]
  pricing: {model: deepseek-chat, at: 2026-04-05}
  traffic: {requests_per_day: 5000}          # for costs per month
  logs: [logs/*.jsonl]                       # for hit ratios
  max_skipped: 1%                            # of their lines; with more that cannot be read the gates are unknown
  gates:
    min_stable_prefix_tokens: {prompts/agent.yaml: 2048}   # the exact path, else the first glob that matches
    max_prefix_tokens_lost: 64               # needs --base
    max_input_cost_increase: 5%              # needs --base; a share, or in 30 days $100 or ¥100
    min_hit_ratio: 0.6
    max_hit_ratio_drop: 0.05                 # needs base_logs, or base_report: FILE of simulate --by day --format json
    min_quality: 0.9                         # with --quality, or quality: {before: FILE, after: FILE}
    max_quality_drop: 0.02
    lock: enforced                           # cachecheck.lock, written by `cachecheck lock`
    lint: {fail-on: error}";

pub(crate) fn run(args: &CheckArgs, out: &mut Destination) -> anyhow::Result<Outcome> {
    let config = args.config.required()?;
    // Renderings by a command need no templates.
    if args.render_command.is_none() && args.quality.is_empty() {
        config.require_something()?;
    }
    let rates = RateArgs::default().or(&config)?;
    let pricing = rates.pricing()?;
    let files = config.read_templates()?;
    let layouts = LayoutArgs::default().or(&config)?.layouts(pricing.at, &files)?;
    let layout = layouts.usual();
    let (measured, base_caveats) = Measured::all(&files, &config, args.base.as_deref(), &layouts, &pricing)?;
    let lock = LockFile::read(&config)?;

    let mut gates: Vec<Gate> = Vec::new();
    for measured in &measured {
        let layout = layouts.of_model(measured.model.as_deref());
        gates.extend(on_templates::gates(measured, &config, args.base.as_deref(), layout, lock.as_ref()));
    }
    gates.extend(on_templates::gone(&measured, &config, lock.as_ref()));
    let max_skipped = args.max_skipped.or(config.max_skipped).unwrap_or(Decimal::new(1, 2));
    let (on_logs, log_caveats) = on_logs::gates(&config, layout, Reading { strict: args.strict, max_skipped })?;
    gates.extend(on_logs);
    let quality = Quality::read(&args.quality, &config)?;
    gates.extend(quality.gates(&config));
    if let Some(count) = args.renders {
        let base = args.base.as_deref();
        gates.extend(renders::gates(count, args.render_command.as_deref(), &files, &config, base, &layouts)?);
    }

    let mut report = Report { command: "check", gates, ..Report::default() };
    if config.gates.lint.is_some() {
        report.findings =
            files.iter().flat_map(|file| findings_in(file, &layouts, &pricing, &Gaps::default())).collect();
        report.rules = RULES.iter().map(|rule| rule.described()).collect();
    }
    report.summary = vec![
        Fact::new("templates", "templates", Cell::Count(measured.len() as u64)).only_if(!measured.is_empty()),
        Fact::new("profile", "profile", Cell::text(profiles_used(&measured, &layouts))).only_if(!measured.is_empty()),
        Fact::hidden("base", Cell::text(args.base.as_deref())),
        Fact::hidden("currency", Cell::text(measured.iter().find_map(Measured::currency).map(|code| code.to_string()))),
    ];
    report.policy = Some(Policy {
        fail_on: config.gates.lint.and_then(|gate| gate.fail_on),
        unknown_passes: args.unknown_is == UnknownIs::Pass,
    });
    report.caveats = config.caveats(args.renders.is_some())?;
    report.caveats.extend(base_caveats);
    report.caveats.extend(layouts.assumed_caveat().filter(|_| !measured.is_empty()));
    report.caveats.extend(layouts.caveats());
    report.caveats.extend(quality.caveat());
    report.caveats.extend(log_caveats);
    report.caveats.extend(measure::caveats(&files, &measured));
    report.caveats.extend(prices::caveats_for(layout, &pricing));
    if args.format.is_beside_code() {
        name_from_root(&mut report, &config.folder);
    }
    render(&report, args.format, out)?;
    Ok(if report.is_failed() { Outcome::Failed } else { Outcome::Done })
}

/// The rules by which templates were measured, in the order of their names; without templates the usual one.
fn profiles_used(measured: &[Measured], layouts: &Layouts) -> Option<String> {
    let name = |layout: &Layout| layout.profile.as_ref().map(|profile| profile.name.clone());
    let used: BTreeSet<String> =
        measured.iter().filter_map(|measured| name(layouts.of_model(measured.model.as_deref()))).collect();
    if measured.is_empty() {
        return name(layouts.usual());
    }
    Some(used.into_iter().collect::<Vec<_>>().join(", ")).filter(|used| !used.is_empty())
}
