//! Cards of users: what they add and replace, and how a mistake in one is reported.

use super::*;

const CONTRACT: &str = include_str!("../../../fixtures/rates/contract.yaml");
const MISSPELT: &str = include_str!("../../../fixtures/rates/misspelt.yaml");
const REPLACEMENT: &str = include_str!("../../../fixtures/rates/replacement.yaml");

fn read(yaml: &str) -> RateCard {
    RateCard::read(yaml).expect("a card")
}

fn error(yaml: &str) -> String {
    RateCard::read(yaml).expect_err("a mistake").to_string()
}

/// A card of one row.
fn row(row: &str) -> String {
    let head = "price_lists:\n- provider: p\n  currency: USD\n  source: s\n  retrieved: 2026-11-01\n  rows:\n";
    format!("{head}  - {row}\n")
}

#[test]
fn an_own_price_comes_first_and_the_built_in_one_after_it() {
    let card = read(CONTRACT);
    let price = |time| prices(&card.rate(&ask("deepseek-chat", time)).expect("a price"))[0].clone();
    assert_eq!(price("2026-02-01T00:00Z"), "0.2");
    assert_eq!(price("2026-03-01T00:00Z"), "0.28", "the contract ended");
    let gap = card.rate(&ask("deepseek-chat", "2025-01-01T00:00Z")).map(|rate| rate.as_of);
    assert!(matches!(gap, Err(NoRate::Uncovered { .. })));
    card.rate(&ask("gpt-5", "2026-02-01T00:00Z")).expect("a price of the built-in card");
}

#[test]
fn a_schedule_of_its_own_with_zone_weekdays_and_holidays() {
    let card = read(CONTRACT);
    let rate = |time| card.rate(&ask("house-large", time)).expect("a price");
    let period = |time| rate(time).period;
    assert_eq!(rate("2026-05-04T13:30Z").currency().code(), "EUR");
    assert_eq!(period("2026-05-04T13:29:59Z"), Some(Period::OffPeak));
    assert_eq!(period("2026-05-04T13:30Z"), Some(Period::Peak), "08:00 at -05:30, a Monday");
    assert_eq!(period("2026-05-04T23:30Z"), Some(Period::OffPeak), "18:00");
    assert_eq!(period("2026-05-01T15:00Z"), Some(Period::OffPeak), "a holiday");
    assert_eq!(period("2026-05-03T15:00Z"), Some(Period::OffPeak), "a Sunday");
    assert!(rate("2025-12-31T15:00Z").holidays_unknown);
}

#[test]
fn a_name_in_full_comes_before_a_pattern() {
    let card = read(CONTRACT);
    assert_eq!(
        prices(&card.rate(&Query { model: "house-free", ..Query::default() }).expect("a price")),
        ["0", "0", "0"]
    );
}

#[test]
fn reasoning_may_have_a_price_of_its_own_and_a_built_in_schedule_may_be_used() {
    let card = read(CONTRACT);
    let rate = card.rate(&ask("house-reasoner", "2026-08-18T02:00Z")).expect("a price");
    let usage = Usage { output_tokens: 3_000_000, reasoning_tokens: Some(1_000_000), ..Usage::default() };
    let cost = rate.cost(&usage).expect("a cost");
    assert_eq!([cost.answer, cost.reasoning], [8.into(), 8.into()]);
}

#[test]
fn a_card_that_extends_nothing_stands_alone() {
    let card = read(REPLACEMENT);
    assert!(card.extends().is_none());
    assert!(matches!(card.rate(&ask("gpt-5", "2026-02-01T00:00Z")), Err(NoRate::UnknownModel { .. })));
}

#[test]
fn an_unknown_key_is_an_error_with_its_position() {
    let error = RateCard::read(MISSPELT).expect_err("a misspelt key");
    assert_eq!(error.position, Some((9, 30)));
    let told = error.to_string();
    assert!(told.contains("no key is called `cached_read`") && told.contains("line 9 column 30"), "{told}");
}

#[test]
fn a_row_that_cannot_be_meant_is_an_error_with_its_position() {
    for (text, told) in [
        ("{models: [m]}", "either `prices`, or `schedule`"),
        ("{models: [m], schedule: s, peak: {input: \"1\", output: \"1\"}}", "either `prices`, or `schedule`"),
        ("{models: [], prices: {input: \"1\", output: \"1\"}}", "at least one model"),
        (
            "{models: [m], valid_from: 2026-02-01, valid_until: 2026-02-01, prices: {input: \"1\", output: \"1\"}}",
            "not after",
        ),
        ("{models: [m], prices: {input: \"-1\", output: \"1\"}}", "negative"),
        ("{models: [m], prices: {input: \"1e3\", output: \"1\"}}", "`1e3` is not a price"),
        ("{models: [m], prices: {input: \"2000000\", output: \"1\"}}", "above a million"),
        ("{models: [m], tier: slow, prices: {input: \"1\", output: \"1\"}}", "tier: not `slow`; it may be `standard`"),
        ("{models: [m], valid_from: yesterday, prices: {input: \"1\", output: \"1\"}}", "yesterday"),
    ] {
        let error = error(&row(text));
        assert!(error.contains(told) && error.contains("line 7"), "{error}");
    }
}

#[test]
fn a_name_that_refers_to_nothing_is_an_error() {
    let scheduled =
        "{models: [m], schedule: s, peak: {input: \"1\", output: \"1\"}, off_peak: {input: \"1\", output: \"1\"}}";
    assert_eq!(error(&row(scheduled)), "no schedule is called `s`");
    let with_peak = |peak: &str| format!("schedules: {{s: {{source: x, utc_offset: \"+00:00\", peak: [{peak}]}}}}\n");
    let calendar = with_peak("{hours: [\"09:00-12:00\"], not_on: c}") + &row(scheduled);
    assert_eq!(error(&calendar), "no calendar is called `c`");
    for hours in ["9:00-12:00", "12:00-09:00", "09:00-25:00", "22:00-24:01", "09:00"] {
        let error = error(&(with_peak(&format!("{{hours: [\"{hours}\"]}}")) + &row(scheduled)));
        assert!(error.contains("span of one day's hours"), "{error}");
    }
}

#[test]
fn a_price_is_read_from_its_text_even_without_quotes() {
    let card = read(&row("{models: [m], prices: {input: 0.1, output: 0.30000000000}}"));
    assert_eq!(
        prices(&card.rate(&Query { model: "m", ..Query::default() }).expect("a price")),
        ["0.1", "not known", "0.3"]
    );
}

#[test]
fn a_row_belongs_to_its_seller_and_a_bare_name_means_the_maker() {
    let list = |provider: &str, model: &str, price: &str| {
        format!(
            "- provider: {provider}\n  currency: USD\n  source: s\n  retrieved: 2026-11-01\n  rows:\n  \
             - {{models: [{model}], prices: {{input: \"{price}\", output: \"1\"}}}}\n"
        )
    };
    let lists = [
        list("aihouse", "deepseek-v9", "9"),
        list("deepseek", "deepseek-v9", "7"),
        list("azure", "azure/gpt-9", "8"),
        list("house", "gpt-9", "6"),
        list("one", "llama-9", "5"),
        list("two", "llama-9", "4"),
        list("one", "one/qwen-9", "3"),
    ];
    let card = read(&format!("extends: nothing\nprice_lists:\n{}", lists.concat()));
    let price = |model: &str, provider| {
        let query = Query { model, provider, ..Query::default() };
        card.rate(&query).map(|rate| rate.prices.input.to_string()).map_err(|gap| gap.to_string())
    };
    assert_eq!(price("deepseek-v9", None).as_deref(), Ok("7"));
    assert_eq!(price("deepseek-v9", Some("aihouse")).as_deref(), Ok("9"));
    assert_eq!(price("gpt-9", Some("azure-openai")).as_deref(), Ok("8"), "by its name in an imported card");
    assert_eq!(price("gpt-9", None).as_deref(), Ok("6"), "a contract under a name of the house");
    assert_eq!(
        price("llama-9", None),
        Err("no price for llama-9 from its maker; sold by one, two: --provider names one".to_owned())
    );
    assert_eq!(price("llama-9", Some("two")).as_deref(), Ok("4"));
    assert_eq!(
        price("qwen-9", None),
        Err("no price for qwen-9 from its maker; sold by one: --provider names one".to_owned())
    );
}
