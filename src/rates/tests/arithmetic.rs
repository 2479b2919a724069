//! Usage times rate: exact, every token once, parts that add up.

use super::*;
use crate::money::{Decimal, Money};
use proptest::prelude::*;
use std::sync::LazyLock;

static EXAMPLES: LazyLock<RateCard> = LazyLock::new(|| {
    RateCard::read(include_str!("../../../fixtures/rates/replacement.yaml")).expect("the example card")
});

fn example(model: &str) -> Rate {
    EXAMPLES.rate(&Query { model, ..Query::default() }).expect("a price")
}

#[test]
fn the_seven_savings_of_the_ggr_paper() {
    let hits_of_a_thousand_before_and_after =
        [(346, 857), (267, 833), (104, 848), (118, 566), (499, 801), (112, 674), (110, 697)];
    let saved = hits_of_a_thousand_before_and_after.map(|(before, after)| {
        let cost = |hit_tokens| {
            let usage = Usage { hit_tokens, miss_tokens: 1000 - hit_tokens, ..Usage::default() };
            example("half").cost(&usage).expect("a cost").total().amount
        };
        ((Decimal::ONE - cost(after) / cost(before)) * Decimal::ONE_HUNDRED).round().to_string()
    });
    assert_eq!(saved, ["31", "33", "39", "24", "20", "30", "31"]);
}

#[test]
fn written_tokens_cost_the_write_price_instead_of_the_input_price() {
    let written = Written { five_minutes: 1_000_000, hour: 1_000_000, ..Written::default() };
    let usage = Usage { written, ..Usage::default() };
    let cost = example("charged").cost(&usage).expect("a cost");
    assert_eq!(cost.total().to_string(), "$3.25");
    assert_eq!(example("charged").cost_without_cache(&usage).total().to_string(), "$2.00");
}

#[test]
fn a_lifetime_not_stated_is_the_shortest_and_one_not_listed_is_a_gap() {
    let rate = example("charged");
    let price = |lifetime| rate.write_price(lifetime).map(|price| price.to_string());
    assert_eq!(price(Lifetime::Default), Ok("1.25".to_owned()));
    assert_eq!(price(Lifetime::Hour), Ok("2".to_owned()));
    let gap = NoRate::NoWritePrice { model: "charged".to_owned(), lifetime: Lifetime::HalfDay };
    assert_eq!(price(Lifetime::HalfDay), Err(gap));
    assert_eq!(example("half").write_price(Lifetime::HalfDay).map(|price| price.to_string()), Ok("1".to_owned()));
}

#[test]
fn a_charged_write_pays_after_so_many_reads() {
    let reads = |model, lifetime| example(model).break_even_reads(lifetime).expect("a price");
    assert_eq!(reads("charged", Lifetime::FiveMinutes), Some(Decimal::ONE));
    assert_eq!(reads("charged", Lifetime::Hour), Some(Decimal::TWO));
    assert_eq!(reads("half", Lifetime::Default), Some(Decimal::ZERO));
    assert_eq!(reads("undiscounted", Lifetime::Default), None);
}

#[test]
fn a_write_that_nobody_reads_costs_more_than_no_cache() {
    let usage = Usage { written: Written { unstated: 1000, ..Written::default() }, ..Usage::default() };
    let rate = example("charged");
    let saved = rate.cost_without_cache(&usage).total() - rate.cost(&usage).expect("a cost").total();
    assert_eq!(saved.map(|money| money.to_string()), Ok("-$0.00025".to_owned()));
}

#[test]
fn costs_of_two_currencies_do_not_add_up() {
    assert!((Cost::zero(Currency::USD) + Cost::zero(Currency::CNY)).is_err());
}

/// Up to a billion tokens of each kind.
fn usage() -> impl Strategy<Value = Usage> {
    let tokens = 0..1_000_000_000_u64;
    let written = [tokens.clone(), tokens.clone(), tokens.clone()];
    (tokens.clone(), tokens.clone(), written, tokens.clone(), proptest::option::of(tokens)).prop_map(
        |(hit_tokens, miss_tokens, [unstated, five_minutes, hour], output_tokens, reasoning_tokens)| Usage {
            hit_tokens,
            miss_tokens,
            written: Written { unstated, five_minutes, hour, ..Written::default() },
            output_tokens,
            reasoning_tokens,
        },
    )
}

/// Every row of the built-in card, in each of its periods.
fn any_rate() -> impl Strategy<Value = Rate> {
    let rates: Vec<_> = RateCard::builtin().shared_rows().flat_map(|(list, row)| rates_of(list, row)).collect();
    proptest::sample::select(rates)
}

fn rates_of(list: &Arc<PriceList>, row: &Arc<Row>) -> Vec<Rate> {
    let prices = match &row.prices {
        RowPrices::Flat(prices) => vec![prices],
        RowPrices::Scheduled { peak, off_peak, .. } => vec![peak, off_peak],
    };
    let rate = |prices: &Arc<Prices>| Rate {
        list: Arc::clone(list),
        row: Arc::clone(row),
        prices: Arc::clone(prices),
        cache: CacheMode::Implicit,
        period: None,
        as_of: None,
        holidays_unknown: false,
        resold: None,
        surcharge: None,
    };
    prices.into_iter().map(rate).collect()
}

proptest! {
    #[test]
    fn parts_add_up_to_the_total_and_costs_to_the_cost_of_the_sum(rate in any_rate(), one in usage(), two in usage()) {
        let (Ok(first), Ok(second)) = (rate.cost(&one), rate.cost(&two)) else { return Ok(()) };
        prop_assert_eq!(first.input() + first.output(), Ok(first.total()));
        let parts = [first.hit, first.miss, first.written, first.answer, first.reasoning];
        prop_assert_eq!(parts.into_iter().sum::<Decimal>(), first.total().amount);
        let both = (first + second).expect("one currency");
        prop_assert_eq!(Money::sum([first.total(), second.total()]), Ok(Some(both.total())));
        let doubled = Usage { hit_tokens: one.hit_tokens * 2, ..one };
        prop_assert_eq!(rate.cost(&doubled).map(|cost| cost.hit), Ok(first.hit + first.hit));
    }

    #[test]
    fn a_cache_never_costs_more_where_reads_are_no_dearer_than_input_and_writes_are_free(rate in any_rate(), usage in usage()) {
        let free_writes = rate.prices.cache_write.is_empty();
        prop_assume!(free_writes && rate.read_price().is_ok_and(|read| read <= rate.prices.input));
        let with = rate.cost(&usage).expect("a cost").total().amount;
        prop_assert!(with <= rate.cost_without_cache(&usage).total().amount);
    }

    #[test]
    fn without_hits_and_writes_the_cost_is_that_without_a_cache(rate in any_rate(), usage in usage()) {
        let cold = Usage { hit_tokens: 0, written: Written::default(), ..usage };
        prop_assert_eq!(rate.cost(&cold), Ok(rate.cost_without_cache(&cold)));
    }
}
