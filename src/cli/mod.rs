//! The command line: the root parser, dispatch, and what becomes of errors.

mod appearance;
mod arguments;
mod presentation;

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use appearance::AppearanceArgs;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::commands::{
    Outcome, check, compare, completions, cost, curve, diff, explain, hits, infer, keys, lint, lock, parse, plan,
    profiles, rates, report, simulate, trend,
};
use crate::workspace::destination::Destination;
use crate::workspace::sources::listed_here;
use crate::workspace::{progress, verbose};

/// Profiler, diff and gate for LLM prompt caches
#[derive(Debug, Parser)]
#[command(name = "cachecheck", version, about, max_term_width = 100)]
#[command(after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,

    /// Write the output to a file, which is replaced when it is complete
    #[arg(long, global = true, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Show on stderr what is done and why: each pass over the logs; with -vv, also each file
    #[arg(long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,

    #[command(flatten)]
    appearance: AppearanceArgs,
}

const EXAMPLES: &str = "\
Examples:
  cachecheck simulate logs.jsonl             hits, and the causes of misses
  cachecheck simulate logs.jsonl --by model  the same for each model
  cachecheck diff old.yaml new.yaml          what a prompt change costs
  cachecheck lint prompts/                   mistakes that cost cache hits
  cachecheck check --base origin/main        the gates of cachecheck.yaml, in CI
  cachecheck cost logs.jsonl --monthly       cost, and the best possible cost
  cachecheck compare old.jsonl new.jsonl     why the hit ratio changed
  cachecheck trend logs.jsonl --by day       hit ratio and cost over time
  cachecheck plan logs.jsonl                 changes that save most, proved
  cachecheck curve logs.jsonl                the hit ratio at every lifetime
  cachecheck simulate - -f jsonl < logs      one JSON object per request, for jq
  cachecheck rates deepseek-chat             prices, with dates and sources
  cachecheck infer logs.jsonl                a rule, from the reported hits
  cachecheck profiles                        the known cache rules

Exit codes: 0 done, 1 a gate failed or templates differ (--exit-code), 2 the command could not be done.";

#[derive(Debug, Subcommand)]
enum Command {
    Simulate(simulate::SimulateArgs),
    Diff(diff::DiffArgs),
    Lint(lint::LintArgs),
    Check(check::CheckArgs),
    Lock(lock::LockArgs),
    Cost(cost::CostArgs),
    Curve(curve::CurveArgs),
    Infer(infer::InferArgs),
    Compare(compare::CompareArgs),
    Explain(explain::ExplainArgs),
    Trend(trend::TrendArgs),
    Plan(plan::PlanArgs),
    Rates(rates::RatesArgs),
    Report(report::ReportArgs),
    Keys(keys::KeysArgs),
    Hits(hits::HitsArgs),
    Parse(parse::ParseArgs),
    Profiles(profiles::ProfilesArgs),
    Completions(completions::CompletionsArgs),
    /// Print the version
    Version,
}

/// The root command, from which completions and man pages are made.
pub fn command() -> clap::Command {
    presentation::present(Cli::command())
}

/// Runs the program. Where stdout is closed nothing can be written to it, and the first attempt fails.
pub fn main(stdout_is_closed: bool) -> ExitCode {
    let cli =
        match command().try_get_matches_from(arguments::words()).and_then(|matches| Cli::from_arg_matches(&matches)) {
            Ok(cli) => cli,
            Err(error) => return usage(error, stdout_is_closed),
        };
    verbose::set(cli.verbose);
    if io::stderr().is_terminal() {
        progress::watch_phases();
    }
    let look = cli.appearance.look(cli.output.is_none());
    let result = Destination::open(cli.output.as_deref(), look, stdout_is_closed).and_then(|mut out| {
        let outcome = run(cli.command, &mut out)?;
        out.finish().map(|()| outcome)
    });
    match result {
        Ok(outcome) => ExitCode::from(outcome.code()),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => could_not_be_done(&format!("{error:#}")),
    }
}

fn run(called: Command, out: &mut Destination) -> anyhow::Result<Outcome> {
    match called {
        Command::Simulate(args) => simulate::run(&args, out),
        Command::Diff(args) => diff::run(&args, out),
        Command::Lint(args) => lint::run(&args, out),
        Command::Check(args) => check::run(&args, out),
        Command::Lock(args) => lock::run(&args, out),
        Command::Cost(args) => cost::run(&args, out),
        Command::Curve(args) => curve::run(&args, out),
        Command::Infer(args) => infer::run(&args, out),
        Command::Compare(args) => compare::run(&args, out),
        Command::Explain(args) => explain::run(&args, out),
        Command::Trend(args) => trend::run(&args, out),
        Command::Plan(args) => plan::run(&args, out),
        Command::Rates(args) => rates::run(&args, out),
        Command::Report(args) => report::run(&args, out),
        Command::Keys(args) => keys::run(&args, out),
        Command::Hits(args) => hits::run(&args, out),
        Command::Parse(args) => parse::run(&args, out),
        Command::Profiles(args) => profiles::run(&args, out),
        Command::Completions(args) => completions::run(&args, command(), out),
        Command::Version => {
            write!(out, "{}", command().render_version())?;
            Ok(Outcome::Done)
        }
    }
}

/// Help and version are asked for and succeed if they can be written; anything else about the words is an error.
fn usage(error: clap::Error, stdout_is_closed: bool) -> ExitCode {
    if let Some(advice) = arguments::advice(&error) {
        return could_not_be_done(&advice);
    }
    let is_asked_for = !error.use_stderr();
    let printed = if stdout_is_closed && is_asked_for {
        Err(crate::workspace::destination::closed())
    } else {
        let color = appearance::of_help(arguments::words(), is_asked_for);
        error.with_cmd(&command().color(color)).print().and_then(|()| io::stdout().flush())
    };
    // Somebody who typed no more than the name looks for what to do with it.
    if !is_asked_for
        && arguments::words().count() == 1
        && let Some(found) = listed_here("simulate")
    {
        let _ = writeln!(io::stderr(), "\n{found}");
    }
    match printed {
        Ok(()) if is_asked_for => ExitCode::SUCCESS,
        Err(failed) if is_asked_for && failed.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failed) if is_asked_for => could_not_be_done(&failed.to_string()),
        _ => ExitCode::from(2),
    }
}

/// Says why, if stderr can be written to; if not, the exit code has to do.
fn could_not_be_done(reason: &str) -> ExitCode {
    let _ = writeln!(io::stderr(), "{}", appearance::error(&format!("cachecheck: {reason}")));
    ExitCode::from(2)
}

/// True if the reader of the output has closed it, as `head` does, which is no error.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        let json = cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
        io.or(json) == Some(io::ErrorKind::BrokenPipe)
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_arguments_are_consistent() {
        super::command().debug_assert();
    }
}
