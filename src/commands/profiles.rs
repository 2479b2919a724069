//! `cachecheck profiles`: the cache rules that are known, and the caches that follow none.

use anyhow::bail;

use super::Outcome;
use super::args::one_of;
use crate::profile::{ANALYSED_INSTEAD, Exactness, Profile, Profiles, Unpredicted, unpredicted};
use crate::report::{Cell, Column, Format, OF_TABLES, Report, Table};
use crate::time::format_duration;
use crate::workspace::destination::Destination;
use crate::workspace::output::render;

/// List the known cache rules, with minimum, lifetime, exactness and source
///
/// One rule is chosen for each request of a log: by its host, its system fingerprint, its date and model, or only its model's name,
/// whichever is the surest. A rule of your own is a YAML file for `--profile FILE`. Exactness is counted on recorded requests; providers
/// whose hits follow no rule stand at the end, with the reason.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  cachecheck profiles\n  cachecheck profiles openai\n  cachecheck profiles --format json"
)]
pub(crate) struct ProfilesArgs {
    /// Only rules whose name begins so [default: all rules]
    name: Option<String>,

    /// Output format
    #[arg(long, value_name = "FORMAT", value_parser = one_of(OF_TABLES), default_value = "table")]
    format: Format,
}

pub(crate) fn run(args: &ProfilesArgs, out: &mut Destination) -> anyhow::Result<Outcome> {
    // Exactness is a text for people and a map for programs; a heading that is empty keeps a column out of what people see.
    let columns = [
        ("profile", "profile"),
        ("provider", ""),
        ("rule", "rule"),
        ("minimum", "minimum"),
        ("lifetime", "lifetime"),
        ("exactness_text", "exact on recorded requests"),
        ("exactness", ""),
        ("open_questions", "open questions"),
        ("about", "what"),
        ("source", "source"),
        ("retrieved", "as of"),
    ];
    let wants = |name: &str| args.name.as_deref().is_none_or(|wanted| name.starts_with(wanted));
    let rules = Profiles::builtin().all().iter().filter(|profile| wants(&profile.name)).map(|profile| rule(profile));
    let without = unpredicted().iter().filter(|cache| wants(&cache.name)).map(without_rule);
    let rows: Vec<_> = rules.chain(without).collect();
    if let (Some(name), true) = (&args.name, rows.is_empty()) {
        bail!("no cache rule has a name that begins with {name}; `cachecheck profiles` lists all");
    }
    let table = Table {
        key: "profiles",
        title: "profiles".into(),
        columns: columns.map(|(key, title)| Column::new(key, title)).into(),
        rows,
    };
    let report = Report { command: "profiles", tables: vec![table], ..Report::default() };
    render(&report, args.format, out)?;
    Ok(Outcome::Done)
}

fn rule(profile: &Profile) -> Vec<Cell> {
    let exactness = profile.exactness.as_ref();
    let minimum = profile.policy.has_cache().then(|| profile.policy.minimum());
    let lifetime = match profile.lifetime {
        Some(lifetime) => format_duration(lifetime),
        None if profile.policy.has_cache() => "no end".into(),
        None => "–".into(),
    };
    vec![
        text(&profile.name),
        text(&profile.provider),
        Cell::Text(profile.policy.describe()),
        Cell::count(minimum),
        Cell::Text(lifetime),
        Cell::Text(exactness.map_or_else(|| "none seen".into(), Exactness::to_string)),
        exactness.map_or(Cell::Unknown, counts),
        list(&profile.open_questions),
        text(&profile.about),
        text(&profile.source),
        text(&profile.retrieved),
    ]
}

fn without_rule(cache: &Unpredicted) -> Vec<Cell> {
    vec![
        text(&cache.name),
        text(&cache.provider),
        text(ANALYSED_INSTEAD),
        Cell::count(cache.minimum),
        cache.lifetime.as_deref().map_or(Cell::Unknown, text),
        text("no prediction"),
        Cell::Unknown,
        list(&cache.open_questions),
        Cell::Text(format!("{}: {}", cache.about, cache.reason)),
        text(&cache.source),
        text(&cache.retrieved),
    ]
}

fn counts(exactness: &Exactness) -> Cell {
    let Exactness { exact, of, what } = exactness;
    Cell::Map(vec![("exact", Cell::Count(*exact)), ("of", Cell::Count(*of)), ("what", text(what))])
}

fn list(sentences: &[String]) -> Cell {
    Cell::List(sentences.iter().map(|sentence| text(sentence)).collect())
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}
