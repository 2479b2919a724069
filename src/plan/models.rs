//! Other models: the same requests under the tokenizer, the cache's rule and the prices of other models.

use super::replayed_plan::Plan;
use super::traffic::{Traffic, usage_of_unmade};
use crate::exchange::{Exchange, Response, Scope, Usage};

/// The calls as they would be answered by another model, for each of these; the cheapest first.
///
/// # Errors
/// The reason why a model cannot be compared, beside its name.
pub fn models(traffic: &Traffic<'_>, names: &[String]) -> Vec<Result<Plan, String>> {
    names.iter().map(|name| plan(traffic, name)).collect()
}

fn plan(traffic: &Traffic<'_>, name: &str) -> Result<Plan, String> {
    let outcome = traffic.replayed(|_, exchange| Some(asked_of(name, exchange)));
    let reasons = || {
        let gap = outcome.iter().flatten().find_map(|record| {
            let unpredicted = record.unpredicted.map(|unpredicted| unpredicted.reason.clone());
            record.bill.gap().map(str::to_owned).or(unpredicted).or_else(|| record.unsimulated.clone())
        });
        gap.unwrap_or_else(|| "no call has a price both ways".into())
    };
    let saving = traffic.saving_of(&outcome).ok_or_else(|| format!("{name}: {}", reasons()))?;
    let is_estimated = outcome.iter().flatten().any(|record| record.estimated.is_some());
    let mut assumptions = vec!["answers as long as they were, in tokens of the model that gave them".to_owned()];
    if is_estimated {
        assumptions.push("the model's own tokenizer is not known: its tokens are an estimate".into());
    }
    assumptions.push("another model is another answer: evaluate its quality".into());
    Ok(Plan {
        kind: "models",
        change: format!("the model {name}"),
        saving,
        assumptions,
        how: format!("ask {name} in place of the model in use"),
        is_bound: false,
    })
}

/// The call as another model would be asked; nothing is known of its answer but its length.
fn asked_of(name: &str, exchange: &Exchange) -> Exchange {
    let Usage { output_tokens, reasoning_tokens, .. } = usage_of_unmade(&exchange.usage);
    let mut changed = exchange.clone();
    changed.usage = Usage { output_tokens, reasoning_tokens, ..Usage::default() };
    changed.request.model = Some(name.to_owned());
    (changed.host, changed.seller) = (None, None);
    changed.response = exchange.response.as_ref().map(|response| Response {
        model: None,
        system_fingerprint: None,
        ..response.clone()
    });
    changed.scope = Scope { account: None, ..exchange.scope.clone() };
    changed
}
