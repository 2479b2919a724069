//! Exports of costs: OpenAI's and Anthropic's (JSON of their APIs, CSV of their consoles), AWS's Cost and Usage Report, Azure's.
//!
//! Columns are found by their names, as of November 2026. Anthropic's API tells cents; all others tell units.

use serde_json::Value;

use super::Line;
use crate::money::{Currency, Decimal};
use crate::time;

/// Names of the column with the day, and of those with the amount, its currency and what it is for. The first that is there counts.
const DAY: [&str; 11] = [
    "usage_date_utc",
    "start_time_iso",
    "start_time",
    "lineItem/UsageStartDate",
    "line_item_usage_start_date",
    "UsageDateTime",
    "UsageDate",
    "ChargePeriodStart",
    "date",
    "day",
    "usage_date",
];
const AMOUNT: [&str; 10] = [
    "cost_usd",
    "amount_value",
    "lineItem/UnblendedCost",
    "line_item_unblended_cost",
    "costInBillingCurrency",
    "BilledCost",
    "PreTaxCost",
    "cost",
    "amount",
    "total",
];
const CURRENCY: [&str; 8] = [
    "amount_currency",
    "lineItem/CurrencyCode",
    "line_item_currency_code",
    "billingCurrency",
    "BillingCurrencyCode",
    "billing_currency",
    "currency",
    "currencyCode",
];
const ITEM: [&str; 10] = [
    "model",
    "line_item",
    "lineItem/UsageType",
    "line_item_usage_type",
    "MeterName",
    "meterName",
    "SkuDescription",
    "description",
    "item",
    "product",
];

/// Kinds of tokens, beside a column of models.
const TOKEN_KIND: [&str; 2] = ["token_type", "usage_type"];
const QUANTITY: [&str; 9] = [
    "quantity",
    "lineItem/UsageAmount",
    "line_item_usage_amount",
    "ConsumedQuantity",
    "UsageQuantity",
    "usage_quantity",
    "usage_amount",
    "total_tokens",
    "tokens",
];
const REQUESTS: [&str; 4] = ["num_model_requests", "requests", "num_requests", "request_count"];

/// The lines of an export, in one currency.
pub(super) fn lines(text: &str) -> Result<(Currency, Vec<Line>), String> {
    let found = match serde_json::from_str::<Value>(text) {
        Ok(document) => of_api(&document)?,
        Err(_) => of_table(text)?,
    };
    let mut currencies: Vec<Currency> = found.iter().map(|(currency, _)| *currency).collect();
    currencies.sort_unstable();
    currencies.dedup();
    match currencies.as_slice() {
        [] => Ok((Currency::USD, Vec::new())),
        [currency] => Ok((*currency, found.into_iter().map(|(_, line)| line).collect())),
        _ => Err("amounts of several currencies".into()),
    }
}

type Charges = Vec<(Currency, Line)>;

/// Buckets of days, as both APIs have them.
fn of_api(document: &Value) -> Result<Charges, String> {
    let pages: Vec<&Value> = match document {
        Value::Array(pages) => pages.iter().collect(),
        page => vec![page],
    };
    let buckets = pages.into_iter().flat_map(|page| page["data"].as_array().into_iter().flatten());
    let mut found = Vec::new();
    for bucket in buckets {
        let start = bucket.get("starting_at").or_else(|| bucket.get("start_time"));
        let day = start.and_then(time::from_json).ok_or("a bucket without a start")?;
        let day = day.to_string()[..10].to_owned();
        for result in bucket["results"].as_array().into_iter().flatten() {
            found.push(of_result(result, &day).ok_or("a result with an amount that cannot be read")?);
        }
    }
    Ok(found)
}

fn of_result(result: &Value, day: &str) -> Option<(Currency, Line)> {
    let amount = &result["amount"];
    // OpenAI's amount is an object in units, Anthropic's a text in cents.
    let (value, currency, unit) = match amount {
        Value::Object(_) => (&amount["value"], &amount["currency"], Decimal::ONE),
        amount => (amount, &result["currency"], Decimal::new(1, 2)),
    };
    let currency = currency.as_str()?.to_ascii_uppercase().parse().ok()?;
    let item = ["model", "line_item", "description"].iter().find_map(|key| result[*key].as_str()).unwrap_or_default();
    let kind = TOKEN_KIND.iter().find_map(|key| result[*key].as_str());
    let number = |value: &Value| decimal(&value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    let line = Line {
        day: day.to_owned(),
        item: with_kind(item, kind),
        amount: number(value)? * unit,
        quantity: number(&result["quantity"]),
        requests: None,
    };
    Some((currency, line))
}

/// An item and the kind of tokens that another column names.
fn with_kind(item: &str, kind: Option<&str>) -> String {
    match kind.filter(|kind| !kind.is_empty()) {
        Some(kind) => format!("{item}, {kind}"),
        None => item.to_owned(),
    }
}

fn of_table(text: &str) -> Result<Charges, String> {
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let head = reader.headers().map_err(|error| error.to_string())?.clone();
    let column = |names: &[&str]| {
        names.iter().find_map(|name| head.iter().position(|column| column.trim().eq_ignore_ascii_case(name)))
    };
    let (day, amount) = column(&DAY).zip(column(&AMOUNT)).ok_or_else(|| {
        "not a known export of costs: neither JSON of OpenAI's or Anthropic's cost API nor a table with a column of days and one of costs".to_owned()
    })?;
    let (currency, item, kind) = (column(&CURRENCY), column(&ITEM), column(&TOKEN_KIND));
    let (quantity, requests) = (column(&QUANTITY), column(&REQUESTS));
    let mut found = Vec::new();
    for (index, row) in reader.records().enumerate() {
        let row = row.map_err(|error| error.to_string())?;
        let cell = |column: usize| row.get(column).unwrap_or_default().trim();
        if cell(amount).is_empty() || cell(day).is_empty() {
            continue;
        }
        let line = index + 2;
        let amount =
            decimal(cell(amount)).ok_or_else(|| format!("line {line}: `{}` is not an amount", cell(amount)))?;
        let day = day_of(cell(day)).ok_or_else(|| format!("line {line}: `{}` is not a day", cell(day)))?;
        let code = currency.map(cell).filter(|code| !code.is_empty()).unwrap_or("USD").to_ascii_uppercase();
        let currency = code.parse().map_err(|_| format!("line {line}: `{code}` is not a currency"))?;
        let line = Line {
            day,
            item: with_kind(item.map(cell).unwrap_or_default(), kind.map(cell)),
            amount,
            quantity: quantity.and_then(|quantity| decimal(cell(quantity))),
            requests: requests.and_then(|requests| cell(requests).parse().ok()),
        };
        found.push((currency, line));
    }
    Ok(found)
}

/// `2026-10-01…`, `10/01/2026` as Azure writes it, or seconds since 1970.
fn day_of(text: &str) -> Option<String> {
    if let [month, day, year] = text.split('/').collect::<Vec<_>>().as_slice() {
        let is_number = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
        let year = year.get(..4)?;
        return [month, day].into_iter().all(is_number).then(|| format!("{year}-{month:0>2}-{day:0>2}"));
    }
    time::parse(text).map(|time| time.to_string()[..10].to_owned())
}

fn decimal(text: &str) -> Option<Decimal> {
    let text = text.trim_start_matches('$').replace(',', "");
    let number = text.parse().ok().or_else(|| Decimal::from_scientific(&text).ok());
    number.filter(is_plausible)
}

/// True for an amount or a quantity that a bill may have: sums and products of larger ones would leave the range of numbers.
pub(super) fn is_plausible(number: &Decimal) -> bool {
    number.abs() <= Decimal::from(10_000_000_000_000_u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let (currency, lines) = lines(text).unwrap();
        lines.iter().map(|line| format!("{} {} {} {currency}", line.day, line.item, line.amount.normalize())).collect()
    }

    #[test]
    fn exports_of_every_kind_tell_day_item_and_amount() {
        let openai = r#"{"object": "page", "data": [{"object": "bucket", "start_time": 1790812800, "results": [{
            "amount": {"value": 1.5, "currency": "usd"}, "line_item": "gpt-4o-2024-08-06, input"}]}]}"#;
        assert_eq!(read(openai), ["2026-10-01 gpt-4o-2024-08-06, input 1.5 USD"]);
        let anthropic = r#"{"data": [{"starting_at": "2026-10-01T00:00:00Z", "results": [{"currency": "USD", "amount": "150.0",
            "model": "claude-sonnet-4-5"}]}]}"#;
        assert_eq!(read(anthropic), ["2026-10-01 claude-sonnet-4-5 1.5 USD"], "in cents");
        let console = "usage_date_utc,model,token_type,cost_usd\n2026-10-01,Claude Sonnet 4.5,input,1.5\n";
        assert_eq!(read(console), ["2026-10-01 Claude Sonnet 4.5, input 1.5 USD"]);
        let aws = "lineItem/UsageStartDate,lineItem/UsageType,lineItem/UnblendedCost,lineItem/CurrencyCode\n\
                   2026-10-01T05:00:00Z,USE1-Claude4.5Sonnet-input-tokens,1.5,USD\n";
        assert_eq!(read(aws), ["2026-10-01 USE1-Claude4.5Sonnet-input-tokens 1.5 USD"]);
        let azure =
            "date,meterName,costInBillingCurrency,billingCurrency\n10/01/2026,gpt 4o 0806 Inp glbl Tokens,1.5,EUR\n";
        assert_eq!(read(azure), ["2026-10-01 gpt 4o 0806 Inp glbl Tokens 1.5 EUR"]);
    }

    #[test]
    fn quantities_and_requests_are_read_if_the_export_has_them() {
        let aws = "line_item_usage_start_date,line_item_usage_type,line_item_usage_amount,line_item_unblended_cost\n\
                   2026-10-01T05:00:00Z,USE1-Claude4.5Sonnet-input-tokens,250.5,1.5\n";
        let sheet = "day,model,requests,total_tokens,cost\n2026-10-01,gpt-4o,12,3000,1.5\n";
        let read = |text: &str| {
            let line = lines(text).unwrap().1.remove(0);
            (line.quantity.map(|quantity| quantity.to_string()), line.requests)
        };
        assert_eq!(read(aws), (Some("250.5".to_owned()), None));
        assert_eq!(read(sheet), (Some("3000".to_owned()), Some(12)));
    }

    #[test]
    fn what_is_no_export_is_told() {
        assert!(lines("a,b\n1,2\n").unwrap_err().contains("not a known export of costs"));
        assert!(lines("date,cost\n2026-10-01,much\n").unwrap_err().contains("line 2: `much` is not an amount"));
        let most = Decimal::MAX;
        assert!(lines(&format!("date,cost\n2026-10-01,{most}\n")).unwrap_err().contains("is not an amount"));
        assert!(lines("date,cost,currency\n2026-10-01,1,USD\n2026-10-01,1,EUR\n").unwrap_err().contains("several"));
    }
}
