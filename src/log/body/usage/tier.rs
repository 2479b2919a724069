//! Service tiers in the words of Google's endpoints and of all others.

use serde_json::Value;

use crate::log::json::text;

/// The service tier of a usage object, in the provider's word: Gemini's own, or of an answer through Google's other endpoints.
pub(super) fn told(usage: &Value) -> Option<String> {
    const TRAFFIC: [&str; 3] = ["/trafficType", "/traffic_type", "/extra_properties/google/traffic_type"];
    let traffic = || text(usage, &TRAFFIC).map(|word| word.to_ascii_lowercase());
    text(usage, &["/service_tier", "/serviceTier"]).or_else(traffic)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::exchange::Usage;

    #[test]
    fn googles_endpoints_tell_the_tier_in_words_of_their_own() {
        let tier = |usage: Value| Usage::from_json(&usage).service_tier;
        assert_eq!(
            tier(json!({"promptTokenCount": 1, "trafficType": "ON_DEMAND_FLEX"})).as_deref(),
            Some("on_demand_flex")
        );
        let nested = json!({"prompt_tokens": 1, "extra_properties": {"google": {"traffic_type": "ON_DEMAND"}}});
        assert_eq!(tier(nested).as_deref(), Some("on_demand"));
        assert_eq!(tier(json!({"promptTokenCount": 1, "serviceTier": "flex"})).as_deref(), Some("flex"));
    }
}
