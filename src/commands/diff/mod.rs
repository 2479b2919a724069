//! `cachecheck diff`: what a change of a template does to its stable prefix, where, why, and what that costs.

mod facts;
mod pairs;
mod show;

use std::io::Write;
use std::path::Path;

use clap::ValueEnum;

use self::pairs::{Compared, FilePair, PairArgs};
use self::show::TemplateRow;
use super::Outcome;
use super::args::{LayoutArgs, RateArgs, TrafficArgs};
use super::prices;
use crate::report::{Format, render};
use crate::template::diff::{Comparison, Impact, Side, suggest};
use crate::template::{Layout, Template, TemplateFile};
use crate::workspace::config::Config;
use crate::workspace::revision::name_from_root;

/// Show what a change of a template does to the prefix that a cache can keep
///
/// Both sides are laid out as the provider does it and counted with its own tokenizer. What a variable holds may differ from
/// request to request: the stable prefix ends before the first that does.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    pairs: PairArgs,

    /// How the result is written
    #[arg(long, value_enum, default_value_t)]
    format: DiffFormat,

    /// Exit with 1 where anything differs for the model, as diff(1) does
    #[arg(long)]
    exit_code: bool,

    /// The configuration that says what is left open here [default: cachecheck.yaml here or above]
    #[arg(long, value_name = "FILE")]
    config: Option<String>,

    #[command(flatten)]
    traffic: TrafficArgs,

    #[command(flatten)]
    layout: LayoutArgs,

    #[command(flatten)]
    rates: RateArgs,
}

const EXAMPLES: &str = "\
Examples:
  cachecheck diff old.yaml new.yaml
  cachecheck diff HEAD~1:prompts/agent.yaml prompts/agent.yaml
  cachecheck diff --git main prompts/                          every template that changed since main
  cachecheck diff old.md new.md --model deepseek-chat --at 2026-04-05 --requests-per-day 5000
  cachecheck diff old.yaml new.yaml --stable company           {{ company }} is the same in each request
  cachecheck diff old.yaml new.yaml --logs traffic.jsonl       what is constant there counts as stable
  cachecheck diff old.yaml new.yaml --format json | jq .summary.cause";

/// How a diff is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum DiffFormat {
    /// Sentences and tables for a person
    #[default]
    Table,
    /// One JSON document
    Json,
    /// Markdown, for a pull request
    Markdown,
    /// Annotations of GitHub Actions
    Github,
}

pub(crate) fn run(args: &Args, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let Compared { pairs, unchanged, notes } = args.pairs.read()?;
    let config = Config::find(args.config.as_deref())?.unwrap_or_default();
    let pricing = args.rates.or(&config).pricing()?;
    let mut layout = args.layout.or(&config).layout(pricing.at)?;
    let mut traffic = args.traffic.read(pairs.iter().filter_map(|pair| pair.new.as_ref()))?;
    layout.declare(traffic.take_constants());
    let mut rows = Vec::new();
    for pair in &pairs {
        rows.extend(compare(pair, &mut layout, |comparison, layout| Impact::new(comparison, layout, &pricing)));
    }
    let mut report = show::report(&rows, &pairs, &layout, &traffic, args.format == DiffFormat::Github);
    report.sentences.extend(unchanged);
    report.notes.extend(notes);
    report.notes.extend(prices::doubts_for(&layout, &pricing));
    if args.format == DiffFormat::Github {
        name_from_root(&mut report, Path::new(""));
    }
    render(&report, args.format.into(), out)?;
    let differs = rows.iter().any(TemplateRow::differs);
    Ok(if args.exit_code && differs { Outcome::Failed } else { Outcome::Done })
}

/// All templates of a pair of files, each with the one of the same name.
fn compare<'a>(
    pair: &'a FilePair,
    layout: &mut Layout,
    impact: impl Fn(&Comparison, &Layout) -> Impact,
) -> Vec<TemplateRow<'a>> {
    let (Some(old), Some(new)) = (&pair.old, &pair.new) else { return vec![TemplateRow::one_sided(pair)] };
    let matched = matched(old, new);
    let row = |(ours, theirs): (Option<&'a Template>, Option<&'a Template>)| match (ours, theirs) {
        (Some(ours), Some(theirs)) => {
            let (old, new) = (Side { file: old, template: ours }, Side { file: new, template: theirs });
            let comparison = Comparison::new(old, new, layout);
            let impact = impact(&comparison, layout);
            let suggestion = suggest(new, layout);
            TemplateRow::new(pair, theirs, comparison, impact, suggestion)
        }
        (ours, theirs) => TemplateRow::unmatched(pair, ours, theirs),
    };
    matched.into_iter().map(row).collect()
}

/// Each template with what it was, and those that are in one file only.
fn matched<'a>(old: &'a TemplateFile, new: &'a TemplateFile) -> Vec<(Option<&'a Template>, Option<&'a Template>)> {
    let both: Vec<_> = new.templates.iter().map(|theirs| (old.counterpart(new, theirs), Some(theirs))).collect();
    let is_gone =
        |ours: &&Template| !both.iter().any(|(found, _)| found.is_some_and(|found| std::ptr::eq(found, *ours)));
    let gone = old.templates.iter().filter(is_gone).map(|ours| (Some(ours), None));
    both.iter().copied().chain(gone).collect()
}

impl From<DiffFormat> for Format {
    fn from(format: DiffFormat) -> Self {
        match format {
            DiffFormat::Table => Self::Table,
            DiffFormat::Json => Self::Json,
            DiffFormat::Markdown => Self::Markdown,
            DiffFormat::Github => Self::Github,
        }
    }
}
