//! models.dev: one TOML file for each model, prices per million tokens (as of f3fc6922, 2026-07-02).
//!
//! It has dollars only, no dates, one write price. The provider and the model are in the path alone:
//! `providers/NAME/models/MODEL.toml`.

use anyhow::Context;
use serde::Deserialize;
use toml::{Spanned, Value};

use super::{Harvest, Imported, Priced, charged, decimal, write_lifetime};
use crate::money::Decimal;

/// A model's file; what else it says is not about money.
#[derive(Deserialize)]
struct File {
    cost: Option<Cost>,
}

#[derive(Deserialize)]
struct Cost {
    input: Option<Spanned<Value>>,
    output: Option<Spanned<Value>>,
    cache_read: Option<Spanned<Value>>,
    cache_write: Option<Spanned<Value>>,
    reasoning: Option<Spanned<Value>>,
    /// Only in an entry of `tiers`.
    tier: Option<Size>,
    #[serde(default)]
    tiers: Vec<Cost>,
    /// An older way to write a tier above 200,000 tokens.
    context_over_200k: Option<Box<Cost>>,
}

#[derive(Deserialize)]
struct Size {
    size: u64,
}

pub(super) fn read(toml: &str, path: &str, provider: Option<&str>) -> anyhow::Result<Harvest> {
    let (named, model) = place(path);
    let provider =
        named.or(provider).context("the path does not name the provider (providers/NAME/models/…); give --provider")?;
    let file: File = toml::from_str(toml)?;
    let mut harvest = Harvest::default();
    match file.cost.map(|cost| rows(toml, provider, model, &cost)) {
        Some(Some(rows)) => harvest.rows = rows,
        Some(None) => harvest.left_out.push((model.into(), "a price that a card cannot hold to its last decimal")),
        None => harvest.left_out.push((model.into(), "no cost")),
    }
    Ok(harvest)
}

/// Provider, where the path names it, and model.
fn place(path: &str) -> (Option<&str>, &str) {
    let path = path.strip_suffix(".toml").unwrap_or(path);
    if let Some((before, model)) = path.rsplit_once("/models/") {
        let provider = before.rsplit('/').next().filter(|name| !name.is_empty());
        return (provider, model);
    }
    (None, path.rsplit('/').next().unwrap_or(path))
}

fn rows(toml: &str, provider: &str, model: &str, cost: &Cost) -> Option<Vec<Imported>> {
    let older = cost.context_over_200k.as_deref().filter(|_| cost.tiers.is_empty()).map(|tier| (200_000, tier));
    let tiers = cost.tiers.iter().map(|tier| (tier.tier.as_ref().map_or(0, |tier| tier.size), tier));
    let all = std::iter::once((0, cost)).chain(tiers.filter(|(size, _)| *size > 0)).chain(older);
    all.map(|(size, cost)| row(toml, provider, model, size, cost)).collect()
}

fn row(toml: &str, provider: &str, model: &str, context_over: u64, cost: &Cost) -> Option<Imported> {
    // `Some(None)`: a number that a card cannot hold.
    let price = |value: &Option<Spanned<Value>>| value.as_ref().map(|value| decimal(toml.get(value.span())?, 1));
    let prices = [
        ("input", price(&cost.input)),
        ("cache_read", price(&cost.cache_read)),
        ("output", price(&cost.output)),
        ("reasoning_output", price(&cost.reasoning)),
    ];
    let has_both = cost.input.is_some() && cost.output.is_some();
    let listed = prices.into_iter().filter_map(|(key, price)| Some((key, price?)));
    let prices = listed.map(|(key, price)| Some((key, price?))).collect::<Option<Vec<(&str, Decimal)>>>()?;
    let write = charged(price(&cost.cache_write).map_or(Some(None), |price| price.map(Some))?);
    let writes = write.into_iter().map(|price| (write_lifetime(provider, model), price)).collect();
    has_both.then(|| Imported {
        provider: provider.to_owned(),
        models: vec![model.to_owned()],
        context_over,
        priced: Priced { prices, writes },
        ..Imported::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODEL: &str = "name = \"X\"\n[cost]\ninput = 3.00\noutput = 15\ncache_read = 0.1_5\ncache_write = 3.75\n\
        [[cost.tiers]]\ninput = 6.00\noutput = 22.50\ntier = { type = \"context\", size = 200_000 }\n\
        [limit]\ncontext = 1_000_000\n";

    #[test]
    fn the_path_names_provider_and_model() {
        assert_eq!(
            place("providers/openrouter/models/deepseek/deepseek-v4.toml"),
            (Some("openrouter"), "deepseek/deepseek-v4")
        );
        assert_eq!(place("dir/x.toml"), (None, "x"));
        assert!(read(MODEL, "x.toml", None).is_err());
    }

    #[test]
    fn numbers_go_over_as_they_are_written() {
        let harvest = read(MODEL, "providers/anthropic/models/claude-x.toml", None).unwrap();
        let prices = |row: usize| -> Vec<String> {
            harvest.rows[row].priced.prices.iter().map(|(key, price)| format!("{key} {price}")).collect()
        };
        assert_eq!(prices(0), ["input 3", "cache_read 0.15", "output 15"]);
        assert_eq!(prices(1), ["input 6", "output 22.5"]);
        assert_eq!((harvest.rows[0].context_over, harvest.rows[1].context_over), (0, 200_000));
        assert_eq!(harvest.rows[0].priced.writes[0].0, "5m");
    }

    #[test]
    fn a_model_without_a_cost_is_left_out() {
        let harvest = read("name = \"X\"", "x.toml", Some("p")).unwrap();
        assert_eq!((harvest.rows.len(), harvest.left_out.len()), (0, 1));
    }
}
