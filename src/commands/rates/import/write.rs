//! A card as YAML text. Names are quoted as JSON strings, which YAML reads too.

use std::collections::{BTreeMap, BTreeSet};

use super::off_peak::PeakHours;
use super::{Harvest, ImportArgs, Imported, Priced};
use crate::money::Decimal;
use crate::rates::Tier;

/// Number of left-out entries that are named.
const TOLD: usize = 5;

pub(super) fn card(harvest: &Harvest, args: &ImportArgs) -> String {
    let mut lists: BTreeMap<&str, Vec<&Imported>> = BTreeMap::new();
    for row in &harvest.rows {
        lists.entry(&row.provider).or_default().push(row);
    }
    let files = args.files.iter().map(|file| file.rsplit(['/', '\\']).next().unwrap_or(file));
    let source = match args.files.len() {
        1 => files.collect::<String>(),
        count => format!("{count} files of models.dev"),
    };
    let schedules = schedules(harvest);
    let mut yaml = head(harvest, &source);
    yaml += &written_schedules(&schedules, &source, args);
    yaml += "price_lists:\n";
    for (provider, rows) in lists {
        yaml += &format!("- provider: {}\n  currency: USD\n", quoted(provider));
        yaml += &format!("  source: {}\n", quoted(&format!("{source}, {}", args.retrieved)));
        yaml += &format!("  retrieved: {}\n  rows:\n", args.retrieved);
        yaml.extend(rows.into_iter().map(|imported| row(imported, args, &schedules)));
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

/// The distinct schedules, in their order; each is called after its place.
fn schedules(harvest: &Harvest) -> Vec<&PeakHours> {
    let hours: BTreeSet<&PeakHours> =
        harvest.rows.iter().filter_map(|row| Some(&row.off_peak.as_ref()?.peak_hours)).collect();
    hours.into_iter().collect()
}

fn written_schedules(schedules: &[&PeakHours], source: &str, args: &ImportArgs) -> String {
    const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let mut yaml = String::new();
    for (index, hours) in schedules.iter().enumerate() {
        if index == 0 {
            yaml += "# Public holidays are not in the source: a holiday's peak hours may have cost the lower price.\nschedules:\n";
        }
        yaml +=
            &format!("  {}:\n    source: {}\n", schedule_name(index), quoted(&format!("{source}, {}", args.retrieved)));
        yaml += &format!("    utc_offset: \"{}\"\n    peak:\n", hours.utc_offset);
        for (window, weekdays) in &hours.windows {
            let weekdays: Vec<&str> =
                weekdays.iter().filter_map(|day| WEEKDAYS.get(usize::from(*day).checked_sub(1)?).copied()).collect();
            yaml += &format!("    - {{hours: [\"{window}\"], weekdays: [{}]}}\n", weekdays.join(", "));
        }
    }
    yaml
}

fn schedule_name(index: usize) -> String {
    format!("imported-{}", index + 1)
}

fn row(row: &Imported, args: &ImportArgs, schedules: &[&PeakHours]) -> String {
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
    match &row.off_peak {
        None => fields.push(format!("prices: {}", all_of(&row.priced))),
        Some(off_peak) => {
            let schedule = schedules.iter().position(|known| **known == off_peak.peak_hours).unwrap_or_default();
            fields.push(format!("schedule: {}", schedule_name(schedule)));
            fields.push(format!("peak: {}", all_of(&row.priced)));
            fields.push(format!("off_peak: {}", all_of(&off_peak.prices)));
        }
    }
    format!("  - {{{}}}\n", fields.join(", "))
}

fn all_of(priced: &Priced) -> String {
    let mut fields = listed(&priced.prices);
    if !priced.writes.is_empty() {
        fields.push(format!("cache_write: {{{}}}", listed(&priced.writes).join(", ")));
    }
    format!("{{{}}}", fields.join(", "))
}

fn listed(prices: &[(&'static str, Decimal)]) -> Vec<String> {
    prices.iter().map(|(key, price)| format!("{key}: \"{price}\"")).collect()
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
