//! `cachecheck rates check`: a card of the user's read as a run would read it, with the place of each mistake, and what it charges.

use std::collections::BTreeSet;

use crate::caveat::Code;
use crate::commands::Outcome;
use crate::commands::args::one_of;
use crate::rates::{ModelPattern, PriceList, RateCard, Row};
use crate::report::{Caveat, Cell, Fact, Format, OF_TABLES, Report};
use crate::workspace::boundary::NamedBy;
use crate::workspace::destination::Destination;
use crate::workspace::output::render;
use crate::workspace::rate_card;

/// Check a rate card of your own: show its contents, or its first mistake
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  cachecheck rates check our-contract.yaml")]
pub(super) struct RatesCheckArgs {
    /// The rate card, a YAML file
    #[arg(value_name = "FILE")]
    file: String,

    /// Output format
    #[arg(long, value_name = "FORMAT", value_parser = one_of(OF_TABLES), default_value = "table")]
    format: Format,
}

pub(super) fn run(args: &RatesCheckArgs, out: &mut Destination) -> anyhow::Result<Outcome> {
    let card = rate_card::read(&args.file, NamedBy::Person)?;
    let rows: Vec<_> = card.rows().collect();
    let models: BTreeSet<&str> = rows.iter().flat_map(|(_, row)| row.models.iter().map(ModelPattern::as_str)).collect();
    let currencies: BTreeSet<String> = rows.iter().map(|(list, _)| list.currency.to_string()).collect();
    let report = Report {
        command: "rates",
        summary: vec![
            Fact::new("file", "card", Cell::Text(args.file.clone())),
            Fact::new("rows", "rows", Cell::Count(rows.len() as u64)),
            Fact::new("models", "model names", Cell::Count(models.len() as u64)),
            Fact::new("currencies", "currencies", Cell::List(currencies.into_iter().map(Cell::Text).collect())),
            Fact::new("retrieved", "newest", Cell::text(own_date(&card))),
            Fact::new("extends", "behind it", Cell::Text(behind(&card).into())),
        ],
        caveats: repeated_rows(&rows),
        ..Report::default()
    };
    render(&report, args.format, out)?;
    Ok(Outcome::Done)
}

fn own_date(card: &RateCard) -> Option<String> {
    card.rows().map(|(list, _)| list.retrieved).max().map(|day| day.to_string())
}

fn behind(card: &RateCard) -> &'static str {
    if card.extends().is_some() { "the built-in card" } else { "nothing" }
}

/// Rows that no query finds, since an earlier one answers the same question.
fn repeated_rows(rows: &[(&PriceList, &Row)]) -> Vec<Caveat> {
    let repeated = rows.iter().enumerate().filter_map(|(index, (list, row))| {
        let mut earlier = rows[..index]
            .iter()
            .filter(|(other, _)| list.provider == other.provider && list.currency == other.currency);
        let same = earlier.find_map(|(_, other)| row.repeats(other));
        same.map(|model| (list.provider.as_str(), model.to_string()))
    });
    let caveat = |(provider, model): (&str, String)| {
        Code::RepeatedRow.caveat(None, &[("provider", provider), ("model", &model)])
    };
    repeated.collect::<BTreeSet<_>>().into_iter().map(caveat).collect()
}
