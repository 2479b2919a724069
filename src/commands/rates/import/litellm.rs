//! LiteLLM's `model_prices_and_context_window.json`: an object of models, prices per token (keys as of 1.109.1, 2026-11).
//!
//! It has dollars only and no dates, and of off-peak hours no holidays. An entry belongs to its seller: its name is the whole key, and
//! the name behind the seller's only where the seller makes the model, since a bare name means the maker.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::off_peak::{self, OffPeak};
use super::{Harvest, Imported, Priced, charged, decimal, write_lifetime};
use crate::exchange::{Seller, seller_name};
use crate::money::Decimal;
use crate::rates::Tier;

/// A model's entry, its numbers as written.
type Entry = BTreeMap<String, Box<RawValue>>;

const TIERS: [(Tier, &str); 4] =
    [(Tier::Standard, ""), (Tier::Batch, "_batches"), (Tier::Flex, "_flex"), (Tier::Priority, "_priority")];

/// Prices that a card cannot hold to their last decimal.
const TOO_FINE: &str = "a price that a card cannot hold to its last decimal";

pub(super) fn read(json: &str) -> anyhow::Result<Harvest> {
    let entries: BTreeMap<String, Entry> = serde_json::from_str(json)?;
    let mut harvest = Harvest::default();
    for (name, entry) in entries.iter().filter(|(name, _)| *name != "sample_spec") {
        match rows(name, entry) {
            Ok(rows) => harvest.rows.extend(rows),
            Err(reason) => harvest.left_out.push((name.clone(), reason)),
        }
        match of_hours(entry) {
            Some(Ok(hours)) => harvest.price_by_hours(name, &hours),
            Some(Err(reason)) => {
                harvest.remarks.push(format!("{name} has off-peak prices that are not in this card: {reason}"));
            }
            None => {}
        }
    }
    Ok(harvest)
}

/// The names of an entry: its key, and the bare name where the seller makes the model.
fn names(name: &str, provider: &str) -> Vec<String> {
    let bare =
        name.split_once('/').filter(|(prefix, _)| seller_name(prefix) == seller_name(provider)).map(|(_, bare)| bare);
    let is_made = |bare: &&str| Seller::named(provider).is_some_and(|seller| seller.makes(bare));
    std::iter::once(name).chain(bare.filter(is_made)).map(str::to_owned).collect()
}

/// A row for each tier and each size of prompt that the entry prices.
fn rows(name: &str, entry: &Entry) -> Result<Vec<Imported>, &'static str> {
    let provider = text(entry, "litellm_provider").unwrap_or_else(|| "unknown".into());
    let row = |prices: Priced| Imported {
        provider: provider.clone(),
        models: names(name, &provider),
        priced: prices,
        ..Imported::default()
    };
    if entry.contains_key("tiered_pricing") {
        return bands(entry, write_lifetime(&provider, name)).map(|bands| {
            let band =
                |(over, up_to, prices)| Imported { context_over: over, context_up_to: Some(up_to), ..row(prices) };
            bands.into_iter().map(band).collect()
        });
    }
    let mut sizes = thresholds(entry);
    sizes.insert(0, 0);
    let mut rows = Vec::new();
    for (tier, tier_suffix) in TIERS {
        for (index, &size) in sizes.iter().enumerate() {
            let size_suffix = if size == 0 { String::new() } else { format!("_above_{size}k_tokens") };
            let suffix = format!("{size_suffix}{tier_suffix}");
            let Some(prices) = prices(entry, &suffix, write_lifetime(&provider, name))? else { continue };
            // Above the next threshold this tier has no price of its own.
            let next = sizes.get(index + 1).filter(|next| !entry.contains_key(&input_key(**next, tier_suffix)));
            let context_up_to = next.map(|next| next * 1000);
            rows.push(Imported { tier, context_over: size * 1000, context_up_to, ..row(prices) });
        }
    }
    if rows.is_empty() { Err(unpriced(entry)) } else { Ok(rows) }
}

/// Reason why an entry has no price for tokens of text.
fn unpriced(entry: &Entry) -> &'static str {
    match text(entry, "mode").as_deref() {
        Some("embedding" | "rerank" | "moderation") => "no model that answers",
        Some("image_generation" | "image_edit" | "video_generation") => "images and videos",
        Some("audio_transcription" | "audio_speech" | "realtime") => "sound",
        Some("ocr" | "search" | "vector_store") => "documents and searches",
        _ => "no price per token of input and output",
    }
}

fn input_key(size: u64, tier_suffix: &str) -> String {
    format!("input_cost_per_token_above_{size}k_tokens{tier_suffix}")
}

/// Sizes of prompts above which other prices hold, in thousands of tokens.
fn thresholds(entry: &Entry) -> Vec<u64> {
    let size = |key: &String| -> Option<u64> {
        key.strip_prefix("input_cost_per_token_above_")?.strip_suffix("k_tokens")?.parse().ok()
    };
    let mut sizes: Vec<u64> = entry.keys().filter_map(size).collect();
    sizes.sort_unstable();
    sizes
}

/// A price under a key; an error where it cannot be held exactly.
fn price(entry: &Entry, key: &str) -> Result<Option<Decimal>, &'static str> {
    let text = entry.get(key).map(|raw| raw.get()).filter(|text| *text != "null");
    text.map(|text| decimal(text, 1_000_000).ok_or(TOO_FINE)).transpose()
}

/// The prices under a suffix; `None` where input or output has none.
fn prices(entry: &Entry, suffix: &str, lifetime: &'static str) -> Result<Option<Priced>, &'static str> {
    let of = |key: &str| price(entry, &format!("{key}{suffix}"));
    let (Some(input), Some(output)) = (of("input_cost_per_token")?, of("output_cost_per_token")?) else {
        return Ok(None);
    };
    let read = of("cache_read_input_token_cost")?.or(of("input_cost_per_token_cache_hit")?);
    let hour = charged(of("cache_creation_input_token_cost_above_1hr")?);
    let half_day = charged(of("cache_creation_input_token_cost_above_12hr")?);
    let shortest = charged(of("cache_creation_input_token_cost")?);
    let prices = [
        ("input", Some(input)),
        ("cache_read", read),
        ("cache_read_explicit", of("explicit_cache_read_input_token_cost")?),
        ("output", Some(output)),
        ("reasoning_output", of("output_cost_per_reasoning_token")?),
    ];
    let shortest_key = if hour.is_some() && lifetime == "any" { "5m" } else { lifetime };
    let writes = [(shortest_key, shortest), ("1h", hour), ("12h", half_day)];
    Ok(Some(Priced { prices: listed(prices), writes: listed(writes) }))
}

/// Prices by the size of the prompt: above which size, up to which, and what is charged.
fn bands(entry: &Entry, lifetime: &'static str) -> Result<Vec<(u64, u64, Priced)>, &'static str> {
    const UNREAD: &str = "prices by size that are not in the shape of LiteLLM 1.109";
    let bands: Vec<Entry> = parsed(entry, "tiered_pricing").ok_or(UNREAD)?;
    let band = |band: &Entry| {
        let [over, up_to]: [f64; 2] = parsed(band, "range").ok_or(UNREAD)?;
        let prices = prices(band, "", lifetime)?.ok_or("no price per token of input and output")?;
        Ok((whole(over).ok_or(UNREAD)?, whole(up_to).ok_or(UNREAD)?, prices))
    };
    bands.iter().map(band).collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number of tokens below 2^53")]
fn whole(number: f64) -> Option<u64> {
    (number.fract() == 0.0 && (0.0..9e15).contains(&number)).then_some(number as u64)
}

/// The hours of an entry's lower prices, and these.
fn of_hours(entry: &Entry) -> Option<Result<OffPeak, &'static str>> {
    let hours: Entry = match parsed(entry, "off_peak_pricing") {
        Some(hours) => hours,
        None => return entry.contains_key("off_peak_pricing").then_some(Err("not in the shape of LiteLLM 1.109")),
    };
    let windows: Option<Vec<off_peak::Window>> = parsed(&hours, "windows");
    Some(windows.ok_or("no windows").and_then(|windows| {
        let peak_hours = off_peak::peak_hours(&windows, text(&hours, "weekday_timezone").as_deref())?;
        let prices = prices(&hours, "", "any")?.ok_or("no price per token of input and output")?;
        Ok(OffPeak { peak_hours, prices })
    }))
}

fn listed<const N: usize>(prices: [(&'static str, Option<Decimal>); N]) -> Vec<(&'static str, Decimal)> {
    prices.into_iter().filter_map(|(key, price)| Some((key, price?))).collect()
}

fn parsed<'a, T: Deserialize<'a>>(entry: &'a Entry, key: &str) -> Option<T> {
    serde_json::from_str(entry.get(key)?.get()).ok()
}

fn text(entry: &Entry, key: &str) -> Option<String> {
    parsed(entry, key)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRICES: &str = r#"{
        "sample_spec": {"input_cost_per_token": 0.0, "output_cost_per_token": 0.0, "litellm_provider": "one of"},
        "deepseek/deepseek-chat": {"litellm_provider": "deepseek", "input_cost_per_token": 2.8e-07,
            "cache_read_input_token_cost": 2.8e-08, "cache_creation_input_token_cost": 0.0,
            "output_cost_per_token": 4.2e-07, "supports_vision": false},
        "claude-x": {"litellm_provider": "anthropic", "input_cost_per_token": 3e-06, "output_cost_per_token": 1.5e-05,
            "cache_creation_input_token_cost": 3.75e-06, "cache_creation_input_token_cost_above_1hr": 6e-06,
            "input_cost_per_token_above_200k_tokens": 6e-06, "output_cost_per_token_above_200k_tokens": 2.25e-05,
            "input_cost_per_token_batches": 1.5e-06, "output_cost_per_token_batches": 7.5e-06},
        "odd": {"litellm_provider": "p", "input_cost_per_token": 3.0000000000000004e-07, "output_cost_per_token": 1e-06},
        "dall-e": {"litellm_provider": "openai", "output_cost_per_image": 0.04}
    }"#;

    fn row<'a>(harvest: &'a Harvest, model: &str, tier: Tier, over: u64) -> &'a Imported {
        let found = harvest
            .rows
            .iter()
            .find(|row| row.models.iter().any(|name| name == model) && row.tier == tier && row.context_over == over);
        found.expect("a row")
    }

    fn written(prices: &[(&'static str, Decimal)]) -> Vec<String> {
        prices.iter().map(|(key, price)| format!("{key} {price}")).collect()
    }

    #[test]
    fn prices_per_token_become_prices_per_million() {
        let harvest = read(PRICES).unwrap();
        let chat = row(&harvest, "deepseek-chat", Tier::Standard, 0);
        assert_eq!(chat.models, ["deepseek/deepseek-chat", "deepseek-chat"]);
        assert_eq!(written(&chat.priced.prices), ["input 0.28", "cache_read 0.028", "output 0.42"]);
        assert!(chat.priced.writes.is_empty(), "a write price of zero is no surcharge");
    }

    #[test]
    fn tiers_sizes_and_lifetimes_become_rows() {
        let harvest = read(PRICES).unwrap();
        let base = row(&harvest, "claude-x", Tier::Standard, 0);
        assert_eq!(written(&base.priced.writes), ["5m 3.75", "1h 6"]);
        assert_eq!(base.context_up_to, None);
        assert_eq!(
            written(&row(&harvest, "claude-x", Tier::Standard, 200_000).priced.prices),
            ["input 6", "output 22.5"]
        );
        let batch = row(&harvest, "claude-x", Tier::Batch, 0);
        assert_eq!(
            (written(&batch.priced.prices), batch.context_up_to),
            (vec!["input 1.5".into(), "output 7.5".into()], Some(200_000))
        );
    }

    #[test]
    fn what_cannot_be_held_is_left_out_by_name() {
        let left_out: Vec<String> = read(PRICES).unwrap().left_out.into_iter().map(|(name, _)| name).collect();
        assert_eq!(left_out, ["dall-e", "odd"]);
    }

    #[test]
    fn a_reseller_keeps_its_name_before_the_model_and_a_maker_answers_to_the_bare_name() {
        assert_eq!(names("aihouse/deepseek-chat", "aihouse"), ["aihouse/deepseek-chat"]);
        assert_eq!(names("azure/gpt-4o", "azure"), ["azure/gpt-4o"]);
        assert_eq!(names("gemini/gemini-9", "gemini"), ["gemini/gemini-9", "gemini-9"]);
        assert_eq!(names("dashscope/deepseek-v4", "dashscope"), ["dashscope/deepseek-v4"]);
    }

    #[test]
    fn prices_by_size_and_by_hour_go_over() {
        let prices = r#"{
            "dashscope/qwen-x": {"litellm_provider": "dashscope", "mode": "chat", "tiered_pricing": [
                {"input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06, "range": [0, 32000.0]},
                {"input_cost_per_token": 3e-06, "output_cost_per_token": 4e-06, "range": [32000.0, 128000.0]}]},
            "deepseek-x": {"litellm_provider": "deepseek", "input_cost_per_token": 2e-06, "output_cost_per_token": 4e-06,
                "off_peak_pricing": {"input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06,
                    "windows": [{"hours_utc": ["00:00-01:00", "04:00-00:00"], "weekdays": [1, 2, 3, 4, 5]},
                        {"hours_utc": "00:00-00:00", "weekdays": [6, 7]}]}},
            "p/sound": {"litellm_provider": "p", "mode": "audio_speech", "input_cost_per_character": 1e-06}
        }"#;
        let harvest = read(prices).unwrap();
        let large = row(&harvest, "qwen-x", Tier::Standard, 32_000);
        assert_eq!(
            (written(&large.priced.prices), large.context_up_to),
            (vec!["input 3".into(), "output 4".into()], Some(128_000))
        );
        let hours = row(&harvest, "deepseek-x", Tier::Standard, 0).off_peak.as_ref().unwrap();
        assert_eq!(hours.peak_hours.windows, [("01:00-04:00".to_owned(), vec![1, 2, 3, 4, 5])]);
        assert_eq!(harvest.left_out, [("p/sound".to_owned(), "sound")]);
    }
}
