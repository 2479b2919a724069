//! The other providers of the built-in card, and what holds for the card as a whole.

use super::*;
use crate::money::Decimal;

fn query(model: &str) -> Query<'_> {
    Query { model, ..Query::default() }
}

/// A turn of 10,000 prompt tokens: 6,000 read, 3,000 written, 1,000 neither; 500 of output.
fn turn(written: Written) -> Usage {
    Usage { hit_tokens: 6_000, miss_tokens: 1_000, written, output_tokens: 500, reasoning_tokens: None }
}

fn cost(rate: &Rate, usage: &Usage) -> String {
    rate.cost(usage).expect("a cost").total().to_string()
}

#[test]
fn one_conversation_costs_what_each_price_list_says() {
    // 6,000 × 0.4 + 1,000 × 4 + 3,000 × 5 + 500 × 20, by hand.
    let half_hour = turn(Written { half_hour: 3_000, ..Written::default() });
    assert_eq!(cost(&builtin(query("gpt-5.6-sol")), &half_hour), "$0.0314");
    // 6,000 × 0.3 + 1,000 × 3 + 3,000 × 3.75 + 500 × 15.
    let five_minutes = turn(Written { five_minutes: 3_000, ..Written::default() });
    assert_eq!(cost(&builtin(query("claude-sonnet-4-6")), &five_minutes), "$0.02355");
    // 6,000 × 0.3 + 1,000 × 3 + 3,000 × 6 + 500 × 15.
    let hour = turn(Written { hour: 3_000, ..Written::default() });
    assert_eq!(cost(&builtin(query("claude-sonnet-4-6")), &hour), "$0.0303");
    // 6,000 × 0.125 + 4,000 × 1.25 + 500 × 10: nothing is charged for writing.
    assert_eq!(
        cost(&builtin(query("gemini-2.5-pro")), &turn(Written { unstated: 3_000, ..Written::default() })),
        "$0.01075"
    );
}

#[test]
fn a_long_prompt_is_dear_as_a_whole() {
    let input = |prompt_tokens| prices(&builtin(Query { prompt_tokens, ..query("gpt-5.4") }))[0].clone();
    assert_eq!([input(0), input(272_000), input(272_001)], ["2.5", "2.5", "5"]);
    let batch = Query { tier: Tier::Batch, prompt_tokens: 272_001, ..query("gpt-5.4") };
    assert!(matches!(gap(batch), NoRate::NoContextTier { .. }), "no batch price above the threshold is known");
    let haiku = |tier| prices(&builtin(Query { tier, prompt_tokens: 100_001, ..query("claude-haiku-5-5") }));
    assert_eq!(haiku(Tier::Standard), ["0.5", "0.05", "2.5"]);
    assert_eq!(haiku(Tier::Batch), ["0.25", "0.025", "1.25"]);
    assert_eq!(prices(&builtin(Query { prompt_tokens: 128_000, ..query("qwen3-max") })), ["2.4", "0.48", "12"]);
    assert!(matches!(gap(Query { prompt_tokens: 252_001, ..query("qwen3-max") }), NoRate::NoContextTier { .. }));
}

#[test]
fn a_price_without_a_start_date_is_marked_as_of_its_retrieval() {
    let retrieved = Some("2026-11-01".parse().expect("a date"));
    assert_eq!(builtin(query("gpt-5")).as_of, retrieved);
    assert_eq!(builtin(ask("gpt-5", "2025-12-01T00:00Z")).as_of, retrieved);
    assert_eq!(builtin(ask("deepseek-v4-pro", "2026-11-01T00:00Z")).as_of, None);
    assert!(matches!(gap(ask("gemini-3.8-flash", "2027-01-01T00:00Z")), NoRate::Uncovered { .. }));
}

#[test]
fn without_a_provider_the_maker_is_asked_and_with_one_only_that_one() {
    let seller = |query| builtin(query).list.provider.clone();
    assert_eq!(seller(query("gpt-4.1")), "openai");
    assert_eq!(seller(Query { provider: Some("azure-openai"), ..query("gpt-4.1") }), "azure-openai");
    assert_eq!(seller(query("glm-5.3")), "zai");
    assert_eq!(seller(Query { currency: Some(Currency::CNY), ..query("glm-5.3") }), "zhipu");
    assert_eq!(
        builtin(Query { provider: Some("zhipu"), ..query("glm-5.3") }).currency(),
        Currency::CNY,
        "its only one"
    );
    let elsewhere = Query { provider: Some("groq"), ..query("gpt-4.1") };
    assert_eq!(gap(elsewhere).to_string(), "no price for gpt-4.1 at groq: not in the card");
}

#[test]
fn a_dated_name_costs_what_its_alias_costs() {
    assert_eq!(prices(&builtin(query("gpt-5-2025-08-07"))), prices(&builtin(query("gpt-5"))));
    assert_eq!(prices(&builtin(query("claude-haiku-4-5-20251001"))), prices(&builtin(query("claude-haiku-4-5"))));
    assert_eq!(prices(&builtin(query("gpt-4o-2024-05-13")))[0], "5", "it was dearer than gpt-4o");
    assert!(matches!(gap(query("gpt-5-pico")), NoRate::UnknownModel { .. }));
}

#[test]
fn a_read_price_that_nobody_published_is_not_known() {
    let batch = builtin(Query { tier: Tier::Batch, ..query("gpt-4o") });
    assert!(matches!(batch.read_price(), Err(NoRate::NoReadPrice { .. })));
    let usage = |hit_tokens| Usage { hit_tokens, miss_tokens: 10, ..Usage::default() };
    assert!(batch.cost(&usage(0)).is_ok(), "nothing was read");
    assert!(matches!(batch.cost(&usage(1)), Err(NoRate::NoReadPrice { .. })));
}

#[test]
fn a_model_is_sold_at_the_prices_of_its_seller_by_whatever_name_it_has_there() {
    let sold = |query| {
        let rate = builtin(query);
        (rate.list.provider.clone(), prices(&rate)[0].clone(), rate.resold.map(|resold| resold.seller))
    };
    let own = |seller: &str, price: &str| (seller.to_owned(), price.to_owned(), None);
    assert_eq!(sold(query("azure/gpt-4o-mini-2024-07-18")), own("azure-openai", "0.15"));
    assert_eq!(sold(query("azure/eu/gpt-4o-mini")), own("azure-openai", "0.165"));
    assert_eq!(sold(query("us.anthropic.claude-haiku-4-5-20251001-v1:0")), own("bedrock", "1.1"));
    let arn = "arn:aws:bedrock:us-east-1:1:inference-profile/global.anthropic.claude-sonnet-4-5-20250929-v1:0";
    assert_eq!(sold(query(arn)), own("bedrock", "3"));
    assert_eq!(sold(query("openai/gpt-oss-120b")), own("groq", "0.15"), "OpenAI made it and does not sell it");
    let resold = |seller: &str, price: &str, by| (seller.to_owned(), price.to_owned(), Some(by));
    assert_eq!(sold(query("openrouter/anthropic/claude-haiku-4.5")), resold("anthropic", "1", "openrouter"));
    assert_eq!(sold(query("vertex_ai/claude-haiku-4-5@20251001")), resold("anthropic", "1", "google-vertex"));
    let open_model = Query { provider: Some("openrouter"), ..ask("deepseek/deepseek-v4-pro", "2026-11-01T00:00Z") };
    assert!(matches!(gap(open_model), NoRate::UnknownModel { .. }), "its price there is not DeepSeek's");
}

#[test]
fn a_region_in_the_name_has_its_own_price_or_none() {
    for (model, input) in [
        ("azure/gpt-4o", "2.5"),
        ("azure/global-standard/gpt-4o", "2.5"),
        ("azure/eu/gpt-4o", "2.75"),
        ("azure/us/gpt-5.1", "1.375"),
        ("bedrock/us-gov-west-1/anthropic.claude-opus-5", "6"),
        ("us-gov.anthropic.claude-opus-5", "6"),
        ("eu.amazon.nova-pro-v1:0", "1.05"),
        ("global.amazon.nova-2-lite-v1:0", "0.3"),
    ] {
        assert_eq!(prices(&builtin(query(model)))[0], input, "{model}");
    }
    // No price is better than that of another region.
    for model in ["azure/us-gov/gpt-4o", "sa.amazon.nova-pro-v1:0"] {
        assert!(matches!(gap(query(model)), NoRate::NoRegion { .. }), "{model}");
    }
}

#[test]
fn explicit_caches_have_their_own_read_price_and_storage() {
    let read = |cache| prices(&builtin(Query { cache, ..query("qwen3.7-max") }))[1].clone();
    assert_eq!([read(CacheMode::Implicit), read(CacheMode::Explicit)], ["0.5", "0.25"]);
    assert_eq!(prices(&builtin(Query { cache: CacheMode::Explicit, ..query("gpt-5") }))[1], "0.125");
    let stored = builtin(query("gemini-2.5-pro")).storage_cost(2_000_000.into()).map(|money| money.to_string());
    assert_eq!(stored.as_deref(), Some("$9.00"));
    assert_eq!(builtin(query("gpt-5")).storage_cost(2_000_000.into()), None);
}

#[test]
fn every_tier_of_anthropic_keeps_the_ratios_of_its_price_list() {
    // 1.25 times the input price for five minutes and twice for an hour; Anthropic's pricing page, 2026-10.
    for (list, row) in RateCard::builtin().rows().filter(|(list, _)| list.provider == "anthropic") {
        let RowPrices::Flat(prices) = &row.prices else { panic!("a schedule at {}", list.provider) };
        let times = |factor: &str| prices.input.per_million() * factor.parse::<Decimal>().expect("a decimal");
        // Haiku 3 was rounded to 0.30, and Claude 2 had no cache.
        if prices.cache_write.is_empty() || row.is_of("claude-3-haiku") {
            continue;
        }
        let write = |lifetime| prices.cache_write.price(lifetime).expect("a price").per_million();
        assert_eq!(write(Lifetime::FiveMinutes), times("1.25"), "{}", row.models[0]);
        assert_eq!(write(Lifetime::Hour), times("2"), "{}", row.models[0]);
    }
}

#[test]
fn no_read_of_the_card_is_dearer_than_input() {
    for (list, row) in RateCard::builtin().rows() {
        let prices = match &row.prices {
            RowPrices::Flat(prices) => vec![prices],
            RowPrices::Scheduled { peak, off_peak, .. } => vec![peak, off_peak],
        };
        let dear = prices.iter().any(|prices| prices.cache_read.is_some_and(|read| read > prices.input));
        assert!(!dear, "{} at {}", row.models[0], list.provider);
    }
}

#[test]
fn no_two_rows_of_the_card_answer_the_same_question() {
    let card = RateCard::builtin();
    let rows: Vec<_> = card.rows().collect();
    for (index, (list, row)) in rows.iter().enumerate() {
        for (other_list, other) in &rows[..index] {
            let same_seller = list.provider == other_list.provider && list.currency == other_list.currency;
            let same_request = row.tier == other.tier && row.context_over == other.context_over;
            let one_ends_first = row.valid_until.zip(other.valid_from).is_some_and(|(until, from)| until <= from)
                || other.valid_until.zip(row.valid_from).is_some_and(|(until, from)| until <= from);
            let same_model = row.models.iter().any(|model| other.models.contains(model));
            assert!(!(same_seller && same_request && same_model && !one_ends_first), "{}", row.models[0]);
        }
    }
}

#[test]
fn every_price_schedule_and_calendar_has_a_source_with_a_date() {
    let card = RateCard::builtin();
    let lists = card.rows().map(|(list, _)| &list.source);
    let hours = card.schedules().map(|(_, schedule)| &schedule.source);
    let holidays = card.calendars().map(|(_, calendar)| &calendar.source);
    for source in lists.chain(hours).chain(holidays) {
        assert!(source.contains(", 202"), "{source}");
    }
    let known_until: Vec<_> = card.calendars().map(|(_, calendar)| calendar.last_known().to_string()).collect();
    assert_eq!(known_until, ["2026-12-31"]);
    assert_eq!(RateCard::builtin().retrieved(), "2026-11-01".parse().ok());
}
