//! `cachecheck diff`: the effect of a change on a template's stable prefix, with its place, cause and cost.

mod facts;
mod pairs;
mod show;

use std::collections::BTreeSet;

use self::pairs::{FilePair, PairArgs, PairsRead};
use self::show::TemplateRow;
use super::Outcome;
use super::args::{ConfigArgs, LayoutArgs, RateArgs, TrafficArgs, one_of};
use crate::report::Format;
use crate::template::diff::{Comparison, Impact, Side, excerpt, suggest};
use crate::template::{Layout, Renderings, Template, TemplateFile};
use crate::workspace::destination::Destination;
use crate::workspace::folder::Folder;
use crate::workspace::layouts::Layouts;
use crate::workspace::output::render;
use crate::workspace::prices;
use crate::workspace::revision::name_from_root;

/// Compare two versions of a template and their stable prefixes
///
/// Both versions are laid out and tokenized as the provider does it. The stable prefix of a template is the tokens that are the same
/// in each request: it ends before the first variable that may differ. Each cause is verified: the change is reverted and the tokens
/// are counted again.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DiffArgs {
    #[command(flatten)]
    pairs: PairArgs,

    /// Output format
    #[arg(long, value_name = "FORMAT", value_parser = one_of(FORMATS), default_value = "table")]
    format: Format,

    /// Exit with 1 if anything differs for the model, as diff(1) does
    #[arg(long)]
    exit_code: bool,

    #[command(flatten)]
    config: ConfigArgs,

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
  cachecheck diff old.yaml new.yaml --logs traffic.jsonl       variables that never change there count as stable
  cachecheck diff old.yaml new.yaml --format json | jq .summary.cause";

/// Findings of a comparison are shown in a pull request, but are none for code scanning.
const FORMATS: &[Format] = &[Format::Table, Format::Json, Format::Markdown, Format::Github];

pub(crate) fn run(args: &DiffArgs, out: &mut Destination) -> anyhow::Result<Outcome> {
    let config = args.config.find()?.unwrap_or_default();
    let layout_args = args.layout.or(&config)?;
    let PairsRead { pairs, unchanged, caveats, .. } = args.pairs.read(layout_args.syntax)?;
    let pricing = args.rates.or(&config)?.pricing()?;
    let newest = pairs.iter().filter_map(|pair| pair.new.as_ref().or(pair.old.as_ref()));
    let mut layouts = layout_args.layouts(pricing.at, newest)?;
    let mut traffic = args.traffic.read(config.requests_per_day, pairs.iter().filter_map(|pair| pair.new.as_ref()))?;
    layouts.declare(&traffic.take_constants());
    let mut rows = Vec::new();
    for pair in &pairs {
        rows.extend(compare(pair, &layouts, |comparison, layout| Impact::new(comparison, layout, &pricing)));
    }
    let mut report = show::report(&rows, &pairs, &layouts, &traffic, args.format == Format::Github);
    report.sentences.extend(unchanged);
    report.caveats.extend(caveats);
    report.caveats.extend(layouts.assumed_caveat());
    report.caveats.extend(layouts.caveats());
    report.caveats.extend(prices::caveats_for(layouts.usual(), &pricing));
    if args.format == Format::Github {
        name_from_root(&mut report, &Folder::here());
    }
    render(&report, args.format, out)?;
    let differs = rows.iter().any(TemplateRow::differs);
    Ok(if args.exit_code && differs { Outcome::Failed } else { Outcome::Done })
}

/// All templates of a pair of files, each with the one of the same name.
fn compare<'a>(
    pair: &'a FilePair,
    layouts: &Layouts,
    impact: impl Fn(&Comparison, &Layout) -> Impact,
) -> Vec<TemplateRow<'a>> {
    let (Some(old), Some(new)) = (&pair.old, &pair.new) else { return vec![TemplateRow::one_sided(pair)] };
    let matched = matched(old, new);
    let row = |(ours, theirs): (Option<&'a Template>, Option<&'a Template>)| match (ours, theirs) {
        (Some(ours), Some(theirs)) => {
            let (old, new) = (Side { file: old, template: ours }, Side { file: new, template: theirs });
            // Each under its own model, that of the new version.
            let layout = layouts.of_template(theirs);
            let comparison = Comparison::new(old, new, layout);
            let fixed = configured(old, new, layout).filter(|fixed| tells_more(fixed, &comparison));
            let fixed = fixed.map(|fixed| {
                let impact = impact(&fixed, layout);
                (fixed, impact)
            });
            // No move is worth it that gains a deployment nothing.
            let gains = |configured: Template| suggest(Side { template: &configured, ..new }, layout).is_some();
            let is_worth_it = theirs.configured().is_none_or(gains);
            let suggestion = if is_worth_it { suggest(new, layout) } else { None };
            let place = comparison.divergence.as_ref().and_then(|divergence| divergence.new.as_ref());
            let excerpt = excerpt(old, new, place);
            let impact = impact(&comparison, layout);
            TemplateRow::new(pair, theirs, (comparison, impact), fixed, suggestion, excerpt)
        }
        (ours, theirs) => TemplateRow::unmatched(pair, ours, theirs),
    };
    matched.into_iter().map(row).collect()
}

/// The comparison with the values fixed that are the same for a deployment; `None` if neither version has one. The cause is that of the other
/// comparison.
fn configured(old: Side<'_>, new: Side<'_>, layout: &Layout) -> Option<Comparison> {
    let fixed = (old.template.configured(), new.template.configured());
    if fixed.0.is_none() && fixed.1.is_none() {
        return None;
    }
    let (ours, theirs) = (fixed.0.as_ref().unwrap_or(old.template), fixed.1.as_ref().unwrap_or(new.template));
    let (old, new) = (Side { template: ours, ..old }, Side { template: theirs, ..new });
    Some(Comparison::with_cause_if(|_| false, old, new, Renderings::new(theirs, layout), layout))
}

/// Tells whether a comparison of configured templates has other figures than that of the templates as written.
fn tells_more(fixed: &Comparison, written: &Comparison) -> bool {
    let figures = |of: &Comparison| (of.old.tokens, of.new.tokens, of.kept_tokens());
    figures(fixed) != figures(written)
}

/// Each template with what it was, and those that are in one file only.
fn matched<'a>(old: &'a TemplateFile, new: &'a TemplateFile) -> Vec<(Option<&'a Template>, Option<&'a Template>)> {
    let counterparts = old.counterparts(new);
    let both: Vec<_> = new.templates.iter().map(|theirs| (counterparts.earlier(theirs), Some(theirs))).collect();
    let found: BTreeSet<*const Template> = both.iter().filter_map(|(ours, _)| ours.map(std::ptr::from_ref)).collect();
    let is_gone = |ours: &&Template| !found.contains(&std::ptr::from_ref::<Template>(ours));
    let gone = old.templates.iter().filter(is_gone).map(|ours| (Some(ours), None));
    both.iter().copied().chain(gone).collect()
}
