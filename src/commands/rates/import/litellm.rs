//! LiteLLM's `model_prices_and_context_window.json`: an object of models, prices per token (keys as of 1.109.1, 2026-11).
//!
//! It has dollars only and no dates. What a card cannot say is named: prices by band (`tiered_pricing`) and off-peak hours
//! (`off_peak_pricing`), whose holidays it does not know.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::{Harvest, Imported, charged, decimal, write_lifetime};
use crate::money::Decimal;
use crate::rates::Tier;

/// A model's entry, its numbers as written.
type Entry = BTreeMap<String, Box<RawValue>>;

const TIERS: [(Tier, &str); 4] =
    [(Tier::Standard, ""), (Tier::Batch, "_batches"), (Tier::Flex, "_flex"), (Tier::Priority, "_priority")];

pub(super) fn read(json: &str) -> anyhow::Result<Harvest> {
    let entries: BTreeMap<String, Entry> = serde_json::from_str(json)?;
    let mut harvest = Harvest::default();
    for (name, entry) in entries.iter().filter(|(name, _)| *name != "sample_spec") {
        match rows(name, entry) {
            Ok(rows) => harvest.rows.extend(rows),
            Err(reason) => harvest.left_out.push((name.clone(), reason)),
        }
        if entry.contains_key("off_peak_pricing") {
            harvest.remarks.push(format!("{name} has off-peak prices, which are not in this card"));
        }
    }
    Ok(harvest)
}

/// A row for each tier and each size of prompt that the entry prices.
fn rows(name: &str, entry: &Entry) -> Result<Vec<Imported>, &'static str> {
    let provider = text(entry, "litellm_provider").unwrap_or_else(|| "unknown".into());
    let mut models = vec![name.to_owned()];
    models.extend(name.strip_prefix(&format!("{provider}/")).map(str::to_owned));
    let mut sizes = thresholds(entry);
    sizes.insert(0, 0);
    let mut rows = Vec::new();
    for (tier, tier_suffix) in TIERS {
        for (index, &size) in sizes.iter().enumerate() {
            let size_suffix = if size == 0 { String::new() } else { format!("_above_{size}k_tokens") };
            let suffix = format!("{size_suffix}{tier_suffix}");
            let Some((prices, writes)) = prices(entry, &suffix, write_lifetime(&provider, name))? else { continue };
            // Above the next threshold this tier has no price of its own.
            let next = sizes.get(index + 1).filter(|next| !entry.contains_key(&input_key(**next, tier_suffix)));
            rows.push(Imported {
                provider: provider.clone(),
                models: models.clone(),
                tier,
                context_over: size * 1000,
                context_up_to: next.map(|next| next * 1000),
                prices,
                writes,
            });
        }
    }
    if rows.is_empty() { Err("no price per token of input and output") } else { Ok(rows) }
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

type Priced = (Vec<(&'static str, Decimal)>, Vec<(&'static str, Decimal)>);

/// The prices under a suffix; `None` where input or output has none, an error where one cannot be held exactly.
fn prices(entry: &Entry, suffix: &str, lifetime: &'static str) -> Result<Option<Priced>, &'static str> {
    let price = |key: &str| -> Result<Option<Decimal>, &'static str> {
        let Some(text) = entry.get(&format!("{key}{suffix}")).map(|raw| raw.get()).filter(|text| *text != "null")
        else {
            return Ok(None);
        };
        decimal(text, 1_000_000).map(Some).ok_or("a price that a card cannot hold to its last decimal")
    };
    let (Some(input), Some(output)) = (price("input_cost_per_token")?, price("output_cost_per_token")?) else {
        return Ok(None);
    };
    let read = price("cache_read_input_token_cost")?.or(price("input_cost_per_token_cache_hit")?);
    let reasoning = price("output_cost_per_reasoning_token")?;
    let hour = charged(price("cache_creation_input_token_cost_above_1hr")?);
    let half_day = charged(price("cache_creation_input_token_cost_above_12hr")?);
    let shortest = charged(price("cache_creation_input_token_cost")?);
    let prices =
        [("input", Some(input)), ("cache_read", read), ("output", Some(output)), ("reasoning_output", reasoning)];
    let shortest_key = if hour.is_some() && lifetime == "any" { "5m" } else { lifetime };
    let writes = [(shortest_key, shortest), ("1h", hour), ("12h", half_day)];
    Ok(Some((listed(prices), listed(writes))))
}

fn listed<const N: usize>(prices: [(&'static str, Option<Decimal>); N]) -> Vec<(&'static str, Decimal)> {
    prices.into_iter().filter_map(|(key, price)| Some((key, price?))).collect()
}

fn text(entry: &Entry, key: &str) -> Option<String> {
    serde_json::from_str(entry.get(key)?.get()).ok()
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
        assert_eq!(written(&chat.prices), ["input 0.28", "cache_read 0.028", "output 0.42"]);
        assert!(chat.writes.is_empty(), "a write price of zero is no surcharge");
    }

    #[test]
    fn tiers_sizes_and_lifetimes_become_rows() {
        let harvest = read(PRICES).unwrap();
        let base = row(&harvest, "claude-x", Tier::Standard, 0);
        assert_eq!(written(&base.writes), ["5m 3.75", "1h 6"]);
        assert_eq!(base.context_up_to, None);
        assert_eq!(written(&row(&harvest, "claude-x", Tier::Standard, 200_000).prices), ["input 6", "output 22.5"]);
        let batch = row(&harvest, "claude-x", Tier::Batch, 0);
        assert_eq!(
            (written(&batch.prices), batch.context_up_to),
            (vec!["input 1.5".into(), "output 7.5".into()], Some(200_000))
        );
    }

    #[test]
    fn what_cannot_be_held_is_left_out_by_name() {
        let left_out: Vec<String> = read(PRICES).unwrap().left_out.into_iter().map(|(name, _)| name).collect();
        assert_eq!(left_out, ["dall-e", "odd"]);
    }
}
