//! A card as YAML text. Names are quoted as JSON strings, which YAML reads too.

use std::collections::BTreeMap;

use super::{Args, Harvest, Imported};
use crate::money::Decimal;
use crate::rates::Tier;

/// How many names of entries left out are told.
const TOLD: usize = 5;

pub(super) fn card(harvest: &Harvest, args: &Args) -> String {
    let mut lists: BTreeMap<&str, Vec<&Imported>> = BTreeMap::new();
    for row in &harvest.rows {
        lists.entry(&row.provider).or_default().push(row);
    }
    let files = args.files.iter().map(|file| file.rsplit(['/', '\\']).next().unwrap_or(file));
    let source = match args.files.len() {
        1 => files.collect::<String>(),
        count => format!("{count} files of models.dev"),
    };
    let mut yaml = head(harvest, &source);
    yaml += "price_lists:\n";
    for (provider, rows) in lists {
        yaml += &format!("- provider: {}\n  currency: USD\n", quoted(provider));
        yaml += &format!("  source: {}\n", quoted(&format!("{source}, {}", args.retrieved)));
        yaml += &format!("  retrieved: {}\n  rows:\n", args.retrieved);
        yaml.extend(rows.into_iter().map(|imported| row(imported, args)));
    }
    yaml
}

/// Comments on what the card is and what it is not.
fn head(harvest: &Harvest, source: &str) -> String {
    let mut head =
        format!("# Made by `cachecheck rates import` from {source}. Prices in dollars per million tokens.\n");
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, reason) in &harvest.left_out {
        reasons.entry(reason).or_default().push(name);
    }
    for (reason, names) in reasons {
        let more = if names.len() > TOLD { ", …" } else { "" };
        let first = names.iter().take(TOLD).copied().collect::<Vec<_>>().join(", ");
        head += &format!("# Left out, {reason}: {} ({first}{more})\n", names.len()).replace(['\r'], "");
    }
    head.extend(harvest.remarks.iter().map(|remark| format!("# {remark}.\n")));
    head
}

fn row(row: &Imported, args: &Args) -> String {
    let models: Vec<String> = row.models.iter().map(|model| quoted(model)).collect();
    let mut fields = vec![format!("models: [{}]", models.join(", "))];
    if row.tier != Tier::Standard {
        fields.push(format!("tier: {}", row.tier));
    }
    if row.context_over > 0 {
        fields.push(format!("context_over: {}", row.context_over));
    }
    fields.extend(row.context_up_to.map(|limit| format!("context_up_to: {limit}")));
    fields.extend(args.since.map(|day| format!("valid_from: {day}")));
    let mut prices = priced(&row.prices);
    if !row.writes.is_empty() {
        prices.push(format!("cache_write: {{{}}}", priced(&row.writes).join(", ")));
    }
    fields.push(format!("prices: {{{}}}", prices.join(", ")));
    format!("  - {{{}}}\n", fields.join(", "))
}

fn priced(prices: &[(&'static str, Decimal)]) -> Vec<String> {
    prices.iter().map(|(key, price)| format!("{key}: \"{price}\"")).collect()
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
