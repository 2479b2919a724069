//! `cachecheck profiles`: the cache rules that are known.

use std::io::Write;

use super::Outcome;
use super::args::one_of;
use crate::profile::{Profile, Profiles};
use crate::report::{Cell, Column, Format, OF_TABLES, Report, Table, render};
use crate::time::format_duration;

/// List the known cache rules, with lifetime and source
///
/// One rule is chosen for each request of a log: by its host, its system fingerprint, its date and model, or only its model's name,
/// whichever is the surest. A rule of your own is a YAML file for `--profile FILE`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  cachecheck profiles\n  cachecheck profiles --format json")]
pub(crate) struct Args {
    /// Output format
    #[arg(long, value_name = "FORMAT", value_parser = one_of(OF_TABLES), default_value = "table")]
    format: Format,
}

pub(crate) fn run(args: &Args, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let columns = [
        ("profile", "profile"),
        ("rule", "rule"),
        ("lifetime", "lifetime"),
        ("about", "what"),
        ("source", "source"),
        ("retrieved", "as of"),
    ];
    let table = Table {
        key: "profiles",
        title: "profiles".into(),
        columns: columns.map(|(key, title)| Column::new(key, title)).into(),
        rows: Profiles::builtin().all().iter().map(|profile| row(profile)).collect(),
    };
    let report = Report { command: "profiles", tables: vec![table], ..Report::default() };
    render(&report, args.format, out)?;
    Ok(Outcome::Done)
}

fn row(profile: &Profile) -> Vec<Cell> {
    let text = |text: &str| Cell::Text(text.to_owned());
    vec![
        text(&profile.name),
        Cell::Text(profile.policy.describe()),
        Cell::Text(profile.lifetime.map_or_else(|| "no end".into(), format_duration)),
        text(&profile.about),
        text(&profile.source),
        text(&profile.retrieved),
    ]
}
