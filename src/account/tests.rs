//! Properties that bills have, whatever the tokens.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::exchange::LoggedModel;
use crate::exchange::Usage as Logged;
use crate::money::{Currency, Decimal, ExchangeRate};
use crate::rates::{CacheMode, Cost};
use crate::time::Timestamp;

/// A request in numbers.
#[derive(Clone)]
struct Given {
    model: &'static str,
    time: Option<Timestamp>,
    prompt_tokens: Option<u64>,
    output_tokens: Option<u64>,
    cache: CacheMode,
    reported: Reported,
    predicted_hits: Option<u64>,
    common_tokens: Option<u64>,
}

/// A request of a model with that usage, its prompt counted as it was reported.
fn call(model: &'static str, time: &str, usage: &Value) -> Given {
    let usage = Logged::from_json(usage);
    Given {
        model,
        time: time.parse().ok(),
        prompt_tokens: usage.prompt_tokens,
        output_tokens: usage.output_tokens,
        cache: CacheMode::Implicit,
        reported: Reported::from(&usage),
        predicted_hits: None,
        common_tokens: None,
    }
}

fn predicted(given: Given, hit_tokens: u64, common_tokens: u64) -> Given {
    Given { predicted_hits: Some(hit_tokens), common_tokens: Some(common_tokens), ..given }
}

fn bill_at(given: &Given, pricing: &Pricing) -> Bill {
    let offer = pricing.offer(&LoggedModel { model: Some(given.model), ..LoggedModel::default() });
    let call = Billable {
        offer: &offer,
        time: given.time,
        prompt_tokens: given.prompt_tokens,
        is_estimated: false,
        output_tokens: given.output_tokens,
        cache: given.cache,
        reported: &given.reported,
        predicted_hits: given.predicted_hits,
        predicted_writes: None,
        has_no_cache: false,
        common_tokens: given.common_tokens,
        unpriced: None,
    };
    Bill::new(&call, pricing)
}

fn bill(given: &Given) -> Bill {
    bill_at(given, &Pricing::default())
}

fn billed(bill: &Bill) -> Charge {
    *bill.billed().expect("known hits").1
}

fn cost(bill: &Bill) -> Cost {
    bill.billed_cost().expect("a cost")
}

fn total(cost: Cost) -> String {
    cost.total().to_string()
}

#[test]
fn one_conversation_costs_what_each_price_list_says_from_each_providers_usage() {
    let openai = json!({"prompt_tokens": 10_000, "completion_tokens": 500,
        "prompt_tokens_details": {"cached_tokens": 6_000, "cache_write_tokens": 3_000}});
    // 6,000 × 0.4 + 1,000 × 4 + 3,000 × 5 + 500 × 20.
    assert_eq!(total(cost(&bill(&call("gpt-5.6-sol", "", &openai)))), "$0.0314");
    let anthropic = json!({"input_tokens": 1_000, "cache_read_input_tokens": 6_000, "output_tokens": 500,
        "cache_creation_input_tokens": 3_000, "cache_creation": {"ephemeral_5m_input_tokens": 3_000}});
    // 6,000 × 0.3 + 1,000 × 3 + 3,000 × 3.75 + 500 × 15.
    let claude = bill(&call("claude-sonnet-4-6", "", &anthropic));
    assert_eq!([total(cost(&claude)), total(claude.without_cache.unwrap())], ["$0.02355", "$0.0375"]);
    let gemini = json!({"promptTokenCount": 10_000, "cachedContentTokenCount": 6_000, "candidatesTokenCount": 300,
        "thoughtsTokenCount": 200});
    // 6,000 × 0.125 + 4,000 × 1.25 + 500 × 10.
    assert_eq!(total(cost(&bill(&call("gemini-2.5-pro", "", &gemini)))), "$0.01075");
}

#[test]
fn reported_hits_come_before_simulated_ones_and_the_bill_says_which() {
    let reported = json!({"prompt_tokens": 100, "prompt_cache_hit_tokens": 64, "prompt_cache_miss_tokens": 36});
    let contradicting = json!({"prompt_tokens": 100, "prompt_cache_hit_tokens": 64, "prompt_cache_miss_tokens": 5});
    let silent = json!({"prompt_tokens": 100});
    let hits = |usage: &Value| {
        let bill = bill(&predicted(call("deepseek-chat", "2026-04-05T00:00Z", usage), 32, 80));
        bill.billed().map(|(basis, charge)| (basis, charge.usage.hit_tokens))
    };
    assert_eq!(hits(&reported), Some((HitBasis::Reported, 64)));
    assert_eq!(hits(&contradicting), Some((HitBasis::Predicted, 32)));
    assert_eq!(hits(&silent), Some((HitBasis::Predicted, 32)));
    let unknown = bill(&call("deepseek-chat", "2026-04-05T00:00Z", &silent));
    assert!(unknown.billed().is_none() && unknown.without_cache.is_some());
}

#[test]
fn hits_simulated_in_place_of_a_contradiction_are_a_part_of_the_prompt_by_our_count() {
    let contradicting = json!({"prompt_tokens": 100, "prompt_cache_hit_tokens": 500, "prompt_cache_miss_tokens": 0});
    let mut record = predicted(call("deepseek-chat", "2026-04-05T00:00Z", &contradicting), 576, 608);
    record.prompt_tokens = Some(609);
    let tokens = billed(&bill(&record)).usage;
    assert_eq!((tokens.hit_tokens, tokens.miss_tokens), (576, 33));
}

#[test]
fn the_reported_size_of_a_prompt_decides_on_its_price() {
    let usage = json!({"prompt_tokens": 300_000, "prompt_tokens_details": {"cached_tokens": 100_000}});
    let mut record = call("gpt-5.4", "", &usage);
    record.prompt_tokens = Some(2);
    let bill = bill(&record);
    let reported = bill.reported.and_then(|charge| charge.cost).expect("a price");
    // 100,000 × 0.5 + 200,000 × 5, as for prompts above 272,000 tokens.
    assert_eq!([total(reported), total(cost(&bill))], ["$1.05", "$1.05"]);
}

#[test]
fn the_last_token_of_a_prompt_is_never_served() {
    let usage = json!({"prompt_tokens": 1_000_000, "prompt_cache_hit_tokens": 0});
    let best =
        |common| bill(&predicted(call("deepseek-chat", "2026-04-05T00:00Z", &usage), 0, common)).best.unwrap().cost;
    assert_eq!(total(best(1_000_000).unwrap()), total(best(999_999).unwrap()));
    assert_eq!(total(best(999_999).unwrap()), "$0.028000252");
}

#[test]
fn a_service_tier_has_its_own_price_and_an_unknown_one_none() {
    let usage = |tier: &str| json!({"prompt_tokens": 1_000_000, "cached_tokens": 0, "service_tier": tier});
    assert_eq!(total(cost(&bill(&call("gpt-5", "", &usage("default"))))), "$1.25");
    assert_eq!(total(cost(&bill(&call("gpt-5", "", &usage("batch"))))), "$0.625");
    assert!(bill(&call("gpt-5", "", &usage("scale"))).gap().unwrap().contains("`scale`"));
}

#[test]
fn a_price_in_another_currency_is_exchanged_only_when_asked() {
    let usage = json!({"prompt_tokens": 1_000_000, "cached_tokens": 0});
    let priced = |currency, exchange: &[&str]| {
        let exchange: Vec<ExchangeRate> = exchange.iter().map(|rate| rate.parse().unwrap()).collect();
        let pricing = Pricing { currency, exchange, ..Pricing::default() };
        bill_at(&call("gpt-5", "", &usage), &pricing).billed_cost().map(total)
    };
    assert!(priced(Some(Currency::CNY), &[]).is_none());
    assert_eq!(priced(Some(Currency::CNY), &["USD/CNY=7.1"]).unwrap(), "CNY 8.875");
    assert_eq!(priced(None, &["USD/CNY=7.1"]).unwrap(), "CNY 8.875");
    assert!(priced(Some(Currency::CNY), &["CNY/USD=0.14"]).is_none(), "no rate is turned around");
}

proptest! {
    #[test]
    fn parts_add_up_and_a_cache_whose_writes_are_free_never_costs(
        model in prop::sample::select(vec!["deepseek-chat", "deepseek-reasoner", "gpt-5", "gpt-4o", "gemini-2.5-pro"]),
        prompt in 0_u64..5_000_000,
        hit in 0_u64..5_000_000,
        common in 0_u64..5_000_000,
        output in 0_u64..100_000,
    ) {
        let hit = hit.min(prompt);
        let common = common.max(hit);
        let usage = json!({"prompt_tokens": prompt, "completion_tokens": output});
        let bill = bill(&predicted(call(model, "2026-04-05T00:00Z", &usage), hit, common));
        let Cost { hit, miss, written, answer, reasoning, .. } = cost(&bill);
        prop_assert_eq!(hit + miss + written + answer + reasoning, cost(&bill).total().amount);
        prop_assert_eq!(billed(&bill).usage.prompt_tokens(), prompt);
        prop_assert_eq!(written, Decimal::ZERO);
        prop_assert!(cost(&bill).total().amount <= bill.without_cache.unwrap().total().amount);
        let best = bill.best.and_then(|best| best.cost).expect("compared").total().amount;
        // A prediction of the whole prompt is beyond the best, which never serves the last token.
        prop_assert!(best <= cost(&bill).total().amount || billed(&bill).usage.miss_tokens == 0);
    }

    #[test]
    fn every_reported_token_is_charged_once(
        rest in 0_u64..1_000_000, hit in 0_u64..1_000_000, short in 0_u64..1_000_000, long in 0_u64..1_000_000,
    ) {
        let usage = json!({"input_tokens": rest, "cache_read_input_tokens": hit, "cache_creation_input_tokens": short + long,
            "cache_creation": {"ephemeral_5m_input_tokens": short, "ephemeral_1h_input_tokens": long}, "output_tokens": 0});
        let mut record = call("claude-sonnet-4-6", "", &usage);
        record.common_tokens = Some(hit / 2);
        let bill = bill(&record);
        let tokens = billed(&bill).usage;
        prop_assert_eq!(
            (tokens.miss_tokens, tokens.hit_tokens, tokens.written.five_minutes, tokens.written.hour),
            (rest, hit, short, long)
        );
        prop_assert_eq!(tokens.prompt_tokens(), rest + hit + short + long);
        prop_assert!(bill.best.is_none_or(|best| best.cost.unwrap().total().amount <= bill.without_cache.unwrap().total().amount));
    }
}

#[test]
fn a_cost_whose_hits_are_not_known_lies_between_all_hits_and_none() {
    let unknown = json!({"prompt_tokens": 1_000, "completion_tokens": 100});
    let bounds = |model: &'static str, usage: &Value| {
        let (least, most) = bill(&call(model, "", usage)).bounds.expect("bounds");
        [total(least), total(most)]
    };
    // 1,000 × 1.25 or × 2.5, and 100 × 10.
    assert_eq!(bounds("gpt-4o", &unknown), ["$0.00225", "$0.0035"]);
    // Writes are charged, and whether any were made is not known: 1,000 × 0.4 or × 5, and 100 × 20.
    assert_eq!(bounds("gpt-5.6-sol", &unknown), ["$0.0024", "$0.007"]);
    let known =
        json!({"prompt_tokens": 1_000, "completion_tokens": 100, "prompt_tokens_details": {"cached_tokens": 400}});
    assert_eq!(bounds("gpt-4o", &known), ["$0.003", "$0.003"]);
    // 600 × 4 or × 5, since no writes were counted, and 400 × 0.4.
    assert_eq!(bounds("gpt-5.6-sol", &known), ["$0.00456", "$0.00516"]);
    let mut account = Account::default();
    account.add(&bill(&call("gpt-4o", "", &known)));
    account.add(&bill(&call("gpt-4o", "", &unknown)));
    assert_eq!(
        (account.prompt_tokens, account.hit_ratio(), account.hit_ratio_range()),
        (2_000, None, Some((0.2, 0.7)))
    );
    let sums = account.sums().expect("one currency");
    assert_eq!(
        sums.bounds().map(|(least, most)| [least.to_string(), most.to_string()]),
        Some(["$0.00525".into(), "$0.0065".into()])
    );
}

#[test]
fn a_cost_that_the_log_tells_is_explained_by_the_way_it_was_counted() {
    let usage =
        json!({"prompt_tokens": 1_000, "completion_tokens": 100, "prompt_tokens_details": {"cached_tokens": 400}});
    let bill = bill(&call("gpt-4o", "", &usage));
    let told = |cost: &str| bill.logged_as(cost.parse().unwrap());
    assert_eq!(told("0.003"), Some(LoggedAs::Ours));
    assert_eq!(told("0.0035"), Some(LoggedAs::Otherwise("every prompt token at the input price")));
    assert_eq!(told("0.0040"), Some(LoggedAs::Otherwise("cached tokens twice, once at the input price")));
    assert_eq!(told("0.0025"), Some(LoggedAs::Otherwise("hits as free")));
    assert_eq!(told("0.003165"), Some(LoggedAs::Otherwise("a fee of 5.5 % on top")));
    assert_eq!(told("0.1234"), Some(LoggedAs::Unexplained));
    assert_eq!(told("0.00"), Some(LoggedAs::Ours), "rounded to the cent it says no more");
}

#[test]
fn reads_of_a_cache_that_was_asked_for_have_their_own_price() {
    let usage = json!({"prompt_tokens": 100_000, "cached_tokens": 100_000, "completion_tokens": 0});
    let given = call("qwen3.7-max", "2026-11-01T00:00:00Z", &usage);
    assert_eq!(total(cost(&bill(&given))), "$0.05");
    assert_eq!(total(cost(&bill(&Given { cache: CacheMode::Explicit, ..given }))), "$0.025");
}

#[test]
fn a_sum_has_a_price_only_where_it_does_not_depend_on_the_length_of_each_prompt() {
    let quote = |model: &'static str, prompt: u64| {
        let usage = json!({"prompt_tokens": prompt, "completion_tokens": 10});
        let mut given = call(model, "2026-09-09T10:00:00Z", &usage);
        given.reported.is_sum = true;
        bill_at(&given, &Pricing::default()).quote.map(|_| ())
    };
    assert_eq!(quote("gpt-5.5", 100_000), Ok(()), "no prompt in it is longer");
    assert!(quote("gpt-5.5", 300_000).unwrap_err().contains("the sum of several"));
    assert_eq!(quote("gpt-4o", 9_000_000), Ok(()));
}

#[test]
fn sound_has_no_price_of_text() {
    let quote = |model: &'static str| {
        let details = json!([{"modality": "AUDIO", "tokenCount": 100}]);
        let usage = json!({"promptTokenCount": 110, "candidatesTokenCount": 5, "promptTokensDetails": details});
        bill_at(&call(model, "2026-09-09T10:00:00Z", &usage), &Pricing::default()).quote.map(|_| ())
    };
    assert!(quote("gemini-2.5-flash").unwrap_err().contains("with audio"));
    assert_eq!(quote("gemini-2.5-pro"), Ok(()));
}
