//! `DeepSeek`'s history: what its documents and the archived copies of its price page say.

use super::*;

#[test]
fn the_guides_three_examples() {
    let rate = builtin(ask("deepseek-chat", "2026-04-05T12:00Z"));
    assert_eq!(total(&rate, 0, 100_000, 2_000), "$0.02884");
    assert_eq!(total(&rate, 60_000, 40_000, 2_000), "$0.01372");
    assert_eq!(total(&rate, 90_000, 10_000, 2_000), "$0.00616");
}

#[test]
fn the_yuan_of_the_2024_document() {
    let rate = builtin(Query { currency: Some(Currency::CNY), ..ask("deepseek-chat", "2024-08-02T00:00Z") });
    assert_eq!(total(&rate, 1_000_000, 0, 0), "CNY 0.10");
    assert_eq!(total(&rate, 0, 1_000_000, 0), "CNY 1.00");
}

#[test]
fn a_request_to_v4_pro_in_may_2026() {
    assert_eq!(total(&builtin(ask("deepseek-v4-pro", "2026-05-15T00:00Z")), 21_600, 14_500, 1_200), "$0.0074298");
}

#[test]
fn the_aliases_cost_what_they_meant_on_the_day() {
    let chat = |time| prices(&builtin(ask("deepseek-chat", time)));
    assert_eq!(chat("2024-09-01T00:00Z"), ["0.14", "0.014", "0.28"]); // V2.5
    assert_eq!(chat("2025-02-20T00:00Z"), ["0.27", "0.07", "1.1"]); // V3
    assert_eq!(chat("2025-09-10T00:00Z"), ["0.56", "0.07", "1.68"]); // V3.1
    assert_eq!(chat("2025-12-01T00:00Z"), ["0.28", "0.028", "0.42"]); // V3.2
    assert_eq!(chat("2026-04-24T00:00Z"), ["0.14", "0.028", "0.28"]); // V4-flash
    assert_eq!(chat("2026-08-10T00:00Z"), ["0.14", "0.0028", "0.28"]);
    let late = builtin(ask("deepseek-chat", "2026-09-13T12:00Z")); // V4.1-Flash, off-peak
    assert_eq!(prices(&late)[0], "0.15");
    assert!(late.row.doubt.as_ref().is_some_and(|doubt| doubt.contains("billing not documented")));
    assert_eq!(prices(&builtin(ask("deepseek-reasoner", "2025-01-20T00:00Z"))), ["0.55", "0.14", "2.19"]); // R1
    assert_eq!(prices(&builtin(ask("deepseek-v4-flash", "2026-09-10T03:59:59Z")))[0], "0.44"); // V4-flash, peak
    assert_eq!(prices(&builtin(ask("deepseek-v4-flash", "2026-09-10T04:00Z")))[0], "0.15"); // V4.1-Flash
}

#[test]
fn a_gap_in_the_history_stays_a_gap() {
    for (model, time) in [
        ("deepseek-chat", "2024-08-01T23:59:59Z"),
        ("deepseek-chat", "2024-12-26T00:00Z"),
        ("deepseek-chat", "2025-02-08T15:59:59Z"),
        ("deepseek-chat", "2026-08-16T16:00Z"),
        ("deepseek-v4-flash", "2026-04-23T23:59:59Z"),
        ("deepseek-flash", "2026-09-10T03:59:59Z"),
    ] {
        assert!(matches!(gap(ask(model, time)), NoRate::Uncovered { .. }), "{model} at {time}");
    }
    builtin(ask("deepseek-chat", "2024-12-25T23:59:59Z"));
    builtin(ask("deepseek-chat", "2025-02-08T16:00Z"));
}

#[test]
fn off_peak_of_2025_crosses_midnight_in_utc() {
    let period = |time| period("deepseek-reasoner", time);
    assert_eq!(period("2025-02-26T16:29:59Z"), None);
    assert_eq!(period("2025-02-26T16:30Z"), Some(Period::OffPeak));
    assert_eq!(period("2025-03-01T00:29:59Z"), Some(Period::OffPeak));
    assert_eq!(period("2025-03-01T00:30Z"), Some(Period::Peak));
    assert_eq!(prices(&builtin(ask("deepseek-reasoner", "2025-03-01T00:00Z"))), ["0.135", "0.035", "0.55"]);
}

#[test]
fn peak_hours_of_2026_are_half_open() {
    let period = |time: &str| period("deepseek-v4-flash", time);
    assert_eq!(period("2026-08-16T08:00Z"), None, "no peak before 2026-08-16 16:00");
    assert_eq!(period("2026-08-16T16:00Z"), Some(Period::OffPeak));
    let day = ["00:59:59", "01:00", "03:59:59", "04:00", "05:59:59", "06:00", "09:59:59", "10:00"];
    let peaks = day.map(|hour| period(&format!("2026-08-18T{hour}Z")) == Some(Period::Peak));
    assert_eq!(peaks, [false, true, true, false, false, true, true, false]);
    assert_eq!(prices(&builtin(ask("deepseek-v4-flash", "2026-08-18T02:00Z"))), ["0.44", "0.014", "1.32"]);
    assert_eq!(prices(&builtin(ask("deepseek-v4-flash", "2026-08-18T10:00Z"))), ["0.22", "0.007", "0.66"]);
}

#[test]
fn the_hours_of_a_peak_are_told_from_their_begin_to_their_end() {
    let card = RateCard::builtin();
    let peak = |time: &str| {
        let row = builtin(ask("deepseek-v4-flash", "2026-08-18T02:00Z")).row;
        card.peak(&row, time.parse().unwrap()).map(|(begin, end)| [begin.to_string(), end.to_string()])
    };
    let hours = |begin: &str, end: &str| Some([begin, end].map(|hour| format!("2026-08-18T{hour}:00:00Z")));
    assert_eq!(peak("2026-08-18T01:00:00Z"), hours("01", "04"));
    assert_eq!(peak("2026-08-18T03:59:59Z"), hours("01", "04"));
    assert_eq!(peak("2026-08-18T04:00:00Z"), None);
    assert_eq!(peak("2026-08-18T06:30:00Z"), hours("06", "10"));
    // A Sunday.
    assert_eq!(peak("2026-08-30T02:00:00Z"), None);
}

#[test]
fn peak_doubles_every_price() {
    for (_, row) in RateCard::builtin().rows() {
        let RowPrices::Scheduled { schedule, peak, off_peak } = &row.prices else { continue };
        if schedule == "deepseek-2026" {
            let all = |prices: &Prices| {
                [Some(prices.input), prices.cache_read, Some(prices.output)].map(|price| price.map(Price::per_million))
            };
            assert_eq!(all(peak), all(off_peak).map(|price| price.map(|price| price + price)), "{}", row.models[0]);
        }
    }
}

#[test]
fn weekends_are_off_peak_since_2026_08_23_and_holidays_too() {
    let period = |time| period("deepseek-v4-pro", time).expect("a schedule");
    assert_eq!(period("2026-08-22T02:00Z"), Period::Peak, "a Saturday before the rule");
    assert_eq!(period("2026-08-23T02:00Z"), Period::OffPeak, "the Sunday of the rule");
    assert_eq!(period("2026-08-30T02:00Z"), Period::OffPeak, "a Sunday");
    assert_eq!(period("2026-09-25T02:00Z"), Period::OffPeak, "a Friday and a holiday");
    assert_eq!(period("2026-10-01T02:00Z"), Period::OffPeak, "a Thursday and a holiday");
    assert_eq!(period("2026-10-08T02:00Z"), Period::Peak, "the Thursday after");
}

#[test]
fn beyond_the_calendar_a_peak_hour_counts_as_a_working_day_and_says_so() {
    let rate = |time| builtin(ask("deepseek-v4-pro", time));
    let doubt = |time| (rate(time).period, rate(time).holidays_unknown);
    assert_eq!(doubt("2026-12-31T02:00Z"), (Some(Period::Peak), false));
    assert_eq!(doubt("2027-01-01T02:00Z"), (Some(Period::Peak), true));
    assert_eq!(doubt("2027-01-01T12:00Z"), (Some(Period::OffPeak), false), "no peak hour on any day");
    assert_eq!(doubt("2027-01-02T02:00Z"), (Some(Period::OffPeak), false), "a Saturday");
}

#[test]
fn without_a_time_there_is_no_price() {
    let timeless = Query { model: "deepseek-chat", ..Query::default() };
    assert_eq!(gap(timeless), NoRate::NoTime { model: "deepseek-chat".to_owned() });
}

#[test]
fn a_missing_currency_or_tier_is_named() {
    let yuan = Query { currency: Some(Currency::CNY), ..ask("deepseek-chat", "2026-01-01T00:00Z") };
    let told = "no CNY price for deepseek-chat at 2026-01-01T00:00:00Z: no row of the card covers that time";
    assert_eq!(gap(yuan).to_string(), told);
    let euros = Query { currency: "EUR".parse().ok(), ..yuan };
    let told = gap(euros).to_string();
    assert!(told.starts_with("no price for deepseek-chat in EUR, only in USD, CNY; --fx USD/EUR=RATE "), "{told}");
    let batch = Query { tier: Tier::Batch, ..ask("deepseek-chat", "2026-01-01T00:00Z") };
    assert_eq!(gap(batch).to_string(), "no batch price for deepseek-chat, only standard");
    assert_eq!(gap(ask("gpt-0", "2026-01-01T00:00Z")).to_string(), "no price for gpt-0: the model is not in the card");
}
