//! Tests of the card and the arithmetic against figures that the providers published.

use super::*;

fn ask<'a>(model: &'a str, time: &str) -> Query<'a> {
    Query { model, at: Some(time.parse().expect("a time")), ..Query::default() }
}

fn builtin(query: Query<'_>) -> Rate {
    RateCard::builtin().rate(&query).expect("a price")
}

fn gap(query: Query<'_>) -> NoRate {
    RateCard::builtin().rate(&query).map(|rate| rate.prices).expect_err("no price")
}

fn period(model: &str, time: &str) -> Option<Period> {
    builtin(ask(model, time)).period
}

/// Input, cache read and output, as written in the card.
fn prices(rate: &Rate) -> [String; 3] {
    let read = rate.read_price().map_or_else(|_| "not known".into(), |price| price.to_string());
    [rate.prices.input.to_string(), read, rate.prices.output.to_string()]
}

fn total(rate: &Rate, hit_tokens: u64, miss_tokens: u64, output_tokens: u64) -> String {
    let usage = Usage { hit_tokens, miss_tokens, output_tokens, ..Usage::default() };
    rate.cost(&usage).expect("a cost").total().to_string()
}

mod arithmetic;
mod deepseek;
mod providers;
mod reading;
