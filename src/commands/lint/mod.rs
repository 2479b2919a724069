//! `cachecheck lint`: mistakes in templates that lose cache hits.

mod explain;
mod files;
mod fix;
mod list;

use std::collections::BTreeSet;

use anyhow::bail;

use self::files::LintedFiles;
use super::Outcome;
use super::args::{ConfigArgs, FailOn, LayoutArgs, RateArgs, UnknownIs, one_of};
use crate::account::{Pricing, Quote};
use crate::caveat::Code;
use crate::lint::{Gaps, RULES, lint_some};
use crate::money::Money;
use crate::phase::Phase;
use crate::rates::Usage;
use crate::report::{Caveat, Cell, Fact, Finding, Format, Gate, OF_FINDINGS, Policy, Report, Severity};
use crate::template::diff::quote;
use crate::template::{Template, TemplateFile, USUAL, UnreadReason};
use crate::workspace::destination::Destination;
use crate::workspace::folder::Folder;
use crate::workspace::layouts::Layouts;
use crate::workspace::output::render;
use crate::workspace::revision::name_from_root;
use crate::workspace::traffic::gaps;
use crate::workspace::{prices, unread};

/// Find mistakes in templates that lose cache hits
///
/// A comment `cachecheck: allow ID` silences a rule: behind other text for its line, alone on a line for the next line, alone on the
/// first line for the whole file.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct LintArgs {
    /// Templates, folders of them (what git ignores is left out), or - for stdin [default: the templates of the configuration]
    #[arg(value_name = "TEMPLATE")]
    templates: Vec<String>,

    /// Output format
    #[arg(long, value_name = "FORMAT", value_parser = one_of(OF_FINDINGS), default_value = "table")]
    format: Format,

    /// Apply only this rule; may be repeated
    #[arg(long, value_name = "ID", value_parser = explain::rule_id)]
    rule: Vec<&'static str>,

    /// Leave out this rule; may be repeated
    #[arg(long, value_name = "ID", value_parser = explain::rule_id)]
    no_rule: Vec<&'static str>,

    /// Lowest severity that fails the run
    #[arg(long, value_enum, default_value_t)]
    fail_on: FailOn,

    /// Verdict of the run if a file is not the YAML, JSON or TOML that its name says
    #[arg(long, value_enum, default_value_t)]
    unknown_is: UnknownIs,

    /// Explain a rule, with an example that it reports and one that it does not
    #[arg(long, value_name = "ID", value_parser = explain::rule_id)]
    explain: Option<&'static str>,

    /// List the templates that are found, with the expressions in each, and do nothing else
    #[arg(long, conflicts_with_all = ["rule", "no_rule", "fail_on", "unknown_is"])]
    list: bool,

    /// Also templates of which nothing shows that a model is given them
    ///
    /// These are texts of folders and of code that may be prompts.
    #[arg(long)]
    perhaps: bool,

    /// Fix what is safe to fix
    ///
    /// Keys of `json.dumps` are sorted, line endings, byte order marks, blanks at line ends and braces in quotes mended.
    #[arg(long, conflicts_with_all = ["list", "diff"])]
    fix: bool,

    /// Show what --fix would change, and change nothing
    #[arg(long, conflicts_with = "list")]
    diff: bool,

    /// Leave prompts in source code out
    #[arg(long)]
    no_source: bool,

    /// List the rules
    #[arg(long)]
    list_rules: bool,

    /// Logs of requests made from the templates, for the time between requests
    #[arg(long, value_name = "LOG")]
    logs: Vec<String>,

    #[command(flatten)]
    config: ConfigArgs,

    #[command(flatten)]
    layout: LayoutArgs,

    #[command(flatten)]
    rates: RateArgs,
}

const EXAMPLES: &str = "\
Examples:
  cachecheck lint                                                            the templates that cachecheck.yaml names
  cachecheck lint prompts/
  cachecheck lint --list src/ --format json                                  the prompts in source code, with their expressions
  cachecheck lint prompts/agent.yaml --model deepseek-chat --at 2026-04-05   with the cost per request
  cachecheck lint prompts/ --stable company                                  {{ company }} is the same in each request
  cachecheck lint prompts/ --format github --fail-on warning
  cachecheck lint prompts/ --diff                                            what --fix would change
  cachecheck lint prompts/ --logs traffic.jsonl                              also whether marks outlive the time between calls
  cachecheck lint --explain stranded-text";

pub(crate) fn run(args: &LintArgs, out: &mut Destination) -> anyhow::Result<Outcome> {
    if let Some(id) = args.explain {
        explain::rule(id, out)?;
        return Ok(Outcome::Done);
    }
    if args.diff {
        fix::show(args, out)?;
        return Ok(Outcome::Done);
    }
    let mended = if args.fix { fix::write(args)? } else { Vec::new() };
    let mut report = if args.list_rules { explain::list() } else { linted(args)? };
    report.caveats.extend(mended);
    if args.format.is_beside_code() {
        name_from_root(&mut report, &Folder::here());
    }
    render(&report, args.format, out)?;
    Ok(if report.is_failed() { Outcome::Failed } else { Outcome::Done })
}

/// The files to lint, and the layouts and prices under which they are.
struct Linted {
    files: Vec<TemplateFile>,
    caveats: Vec<Caveat>,
    pricing: Pricing,
    layouts: Layouts,
}

impl Linted {
    fn read(args: &LintArgs) -> anyhow::Result<Self> {
        let config = args.config.find()?;
        let syntax = args.layout.syntax.or(config.as_ref().and_then(|config| config.syntax));
        let LintedFiles { files, mut caveats, .. } = match &config {
            _ if !args.templates.is_empty() => {
                let found = LintedFiles::read(&args.templates, syntax, !args.no_source)?;
                // A list may be empty.
                if args.list { found } else { found.some(&args.templates)? }
            }
            Some(config) => LintedFiles::of_config(config, syntax)?,
            None => bail!(
                "no templates were named: give files or folders, such as `cachecheck lint prompts/`, or list them in \
                 cachecheck.yaml, such as `templates: [prompts/*.yaml]`"
            ),
        };
        let config = config.unwrap_or_default();
        let seen = |label: &str| {
            let whole = std::path::absolute(label).unwrap_or_else(|_| label.into());
            config.folder.relative(&whole.to_string_lossy()).unwrap_or_else(|_| label.to_owned())
        };
        let decided = files.into_iter().map(|file| {
            let path = seen(file.source.label());
            config.prompts.applied(file, &path)
        });
        let mut files: Vec<TemplateFile> = decided.collect();
        caveats.extend(if args.perhaps { None } else { LintedFiles::only_shown(&mut files) });
        let pricing = args.rates.or(&config)?.pricing()?;
        let layouts = args.layout.or(&config)?.layouts(pricing.at, &files)?;
        caveats.extend(layouts.caveats());
        Ok(Self { files, caveats, pricing, layouts })
    }
}

/// The caveats of what is in files and is not counted.
fn not_counted(files: &[TemplateFile]) -> impl Iterator<Item = Caveat> + '_ {
    files.iter().flat_map(|file| file.uncounted_caveat().into_iter().chain(file.too_deep_caveat()))
}

fn linted(args: &LintArgs) -> anyhow::Result<Report> {
    let Linted { files, mut caveats, pricing, layouts } = Linted::read(args)?;
    if args.list {
        caveats.extend(not_counted(&files));
        return Ok(list::report(&files, caveats, &layouts));
    }
    let mut findings = Vec::new();
    let gaps = gaps(&args.logs, &files)?;
    for (file, gaps) in Phase::over("linting templates", files.iter().zip(&gaps)) {
        let found = findings_in(file, &layouts, &pricing, gaps).into_iter();
        findings.extend(found.filter(|finding| args.wants(finding.rule)));
    }
    caveats.extend(not_counted(&files));
    caveats.extend(estimates(&files, &layouts));
    let layout = layouts.usual();
    let gap = quote(0, layout, &pricing).err().filter(|_| layout.model().is_some());
    caveats.extend(gap.map(|gap| Code::NoPrice.because(&gap)));
    caveats.extend(prices::caveats_for(layout, &pricing));
    Ok(Report {
        command: "lint",
        summary: summary(&files, &findings),
        findings,
        gates: files.iter().flat_map(not_read).collect(),
        caveats,
        rules: RULES.iter().filter(|rule| args.wants(rule.id)).map(|rule| rule.described()).collect(),
        policy: Some(Policy { fail_on: args.fail_on.severity(), unknown_passes: args.unknown_passes() }),
        ..Report::default()
    })
}

/// The findings of all rules in a file, with their cost: on each template by the layout of its own model.
pub(crate) fn findings_in(file: &TemplateFile, layouts: &Layouts, pricing: &Pricing, gaps: &Gaps) -> Vec<Finding> {
    let models: BTreeSet<Option<&str>> = file.templates.iter().map(|template| template.model.as_deref()).collect();
    let models = if models.is_empty() { BTreeSet::from([None]) } else { models };
    let of_model = |model: Option<&str>| {
        let layout = layouts.of_model(model);
        let quote = quote(0, layout, pricing).ok();
        let found = lint_some(file, layout, gaps, &|template| template.model.as_deref() == model);
        found.into_iter().map(move |finding| priced(finding, quote.as_ref())).collect::<Vec<_>>()
    };
    let mut findings: Vec<Finding> = models.into_iter().flat_map(of_model).collect();
    // Findings on the file as a whole are told once.
    findings.sort_by(|one, other| (&one.place, one.rule).cmp(&(&other.place, other.rule)));
    findings.dedup_by(|later, kept| later.rule == kept.rule && later.place == kept.place);
    findings
}

/// The gates on templates whose file is not the document that its name says: what its prompts are is unknown. Of other constructs that
/// are not read the rules speak.
fn not_read(file: &TemplateFile) -> Vec<Gate> {
    let is_broken = |template: &&Template| {
        template.unread.iter().any(|unread| matches!(unread.reason, UnreadReason::NoDocument(_)))
    };
    let broken = file.templates.iter().filter(is_broken);
    broken.filter_map(|template| unread::gate(&file.name_of(template), &file.unread(template))).collect()
}

impl LintArgs {
    /// An unknown verdict passes, as all does that nothing fails.
    fn unknown_passes(&self) -> bool {
        self.unknown_is == UnknownIs::Pass || self.fail_on == FailOn::Never
    }

    /// The rule is among those that were asked for.
    fn wants(&self, id: &str) -> bool {
        (self.rule.is_empty() || self.rule.contains(&id)) && !self.no_rule.contains(&id)
    }
}

fn summary(files: &[TemplateFile], findings: &[Finding]) -> Vec<Fact> {
    let count = |severity| Cell::Count(findings.iter().filter(|finding| finding.severity == severity).count() as u64);
    let templates: usize = files.iter().map(|file| file.templates.len()).sum();
    vec![
        Fact::new("files", "files", Cell::Count(files.len() as u64)),
        Fact::new("templates", "templates", Cell::Count(templates as u64)),
        Fact::hidden("errors", count(Severity::Error)),
        Fact::hidden("warnings", count(Severity::Warning)),
        Fact::hidden("notes", count(Severity::Note)),
    ]
}

/// Reasons why token counts may differ from the provider's, each once.
fn estimates(files: &[TemplateFile], layouts: &Layouts) -> Vec<Caveat> {
    let mut found = BTreeSet::new();
    for template in files.iter().flat_map(|file| &file.templates) {
        let doubt = layouts.of_template(template).lay_out(template, &USUAL).doubt;
        found.extend(doubt);
    }
    found.iter().map(|doubt| Code::Estimated.because(doubt)).collect()
}

/// The finding with its cost per request: its tokens as misses, less their cost as hits.
fn priced(finding: Finding, quote: Option<&Quote>) -> Finding {
    let cost = quote.zip(finding.tokens).and_then(|(quote, tokens)| {
        let miss = quote.cost(&Usage { miss_tokens: tokens, ..Usage::default() }).ok()?.input();
        let hit = quote.cost(&Usage { hit_tokens: tokens, ..Usage::default() }).ok()?.input();
        Some(Money::new(miss.amount - hit.amount, miss.currency))
    });
    Finding { cost, ..finding }
}
