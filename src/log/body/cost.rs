//! Costs that a log itself tells: of OpenRouter, LiteLLM, Langfuse, Helicone, xAI, of agents. All of them are in dollars.
//!
//! Names as of November 2026, from the documents and sources of these tools.

use serde_json::Value;

use crate::log::json::at;
use crate::money::Decimal;

/// xAI's ticks in a dollar.
const TICKS: u64 = 10_000_000_000;

/// True if a key is one that holds a cost.
pub(crate) fn is_cost(key: &str) -> bool {
    matches!(
        key,
        "cost"
            | "cost_usd"
            | "costUSD"
            | "cost_in_usd_ticks"
            | "total_cost"
            | "total_cost_usd"
            | "totalCost"
            | "calculatedTotalCost"
            | "response_cost"
            | "spend"
            | "estimated_cost"
            | "costDetails"
            | "cost_details"
    )
}

/// The cost under such a key.
pub(crate) fn amount_under(key: &str, value: &Value) -> Option<Decimal> {
    match value {
        Value::Object(parts) => {
            // With the caller's own key OpenRouter charges nothing itself and names the provider's price.
            ["total", "total_cost", "upstream_inference_cost"].iter().find_map(|key| amount(parts.get(*key)?))
        }
        value if key == "cost_in_usd_ticks" => amount(value)?.checked_div(Decimal::from(TICKS)),
        value => amount(value),
    }
}

/// The cost that stands among the fields of a line; `None` where there is none.
pub(crate) fn beside(line: &Value) -> Option<Decimal> {
    let fields = line.as_object()?;
    let total = fields.iter().filter(|(key, _)| is_cost(key)).find_map(|(key, value)| amount_under(key, value));
    // LiteLLM's objects keep it among their hidden parameters.
    total.or_else(|| amount(at(line, "/hidden_params/response_cost")?))
}

/// A number, or a text of one; what is negative is no cost.
fn amount(value: &Value) -> Option<Decimal> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => return None,
    };
    let scientific = || Decimal::from_scientific(&text).ok();
    text.parse::<Decimal>().ok().or_else(scientific).filter(|amount| !amount.is_sign_negative())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_cost_is_read_to_its_last_digit_wherever_it_is_told() {
        let told = |line: Value| beside(&line).map(|cost| cost.normalize().to_string());
        assert_eq!(told(json!({"response_cost": 0.032_062})).as_deref(), Some("0.032062"));
        assert_eq!(told(json!({"cost": {"input": 0.1, "total": "0.25"}})).as_deref(), Some("0.25"));
        assert_eq!(told(json!({"cost_in_usd_ticks": 37_756_000})).as_deref(), Some("0.0037756"));
        assert_eq!(told(json!({"costDetails": {"total": 5.5e-5}})).as_deref(), Some("0.000055"));
        assert_eq!(told(json!({"hidden_params": {"response_cost": 1}})).as_deref(), Some("1"));
        assert_eq!(told(json!({"cost": -1, "price": 3})), None);
    }
}
