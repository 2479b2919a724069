//! Other models: the same requests under the tokenizer, the cache's rule and the prices of other models.

use super::crossover::Crossover;
use super::replayed_plan::Plan;
use super::saving::{Amounts, Saving};
use super::token_range::TokenRange;
use super::traffic::{Changed, Traffic, usage_of_unmade};
use crate::exchange::{Exchange, Response, Scope, Usage};
use crate::report::text::percent;

/// The comparison of another model with the one in use, and with the others.
#[derive(Clone, Debug)]
pub struct OtherModel {
    /// Its name.
    pub name: String,
    /// True if its tokens are known within a range alone.
    pub is_estimated: bool,
    /// The shares of hits at which it is cheaper than the model in use, if both are served the same share.
    pub crossover: Option<Crossover>,
    /// The other models that were compared and cost more in most of the range, the cheapest first.
    pub beats: Vec<Beaten>,
}

/// A model that costs more than another.
#[derive(Clone, Debug)]
pub struct Beaten {
    /// Its name.
    pub name: String,
    /// The share of the range, that both token counts and rules leave open, in which it costs more.
    pub share: f64,
}

/// The requests as they would be answered by another model, for each of these.
///
/// # Errors
/// The reason why a model cannot be compared, beside its name.
pub fn models(traffic: &Traffic<'_>, names: &[String]) -> Vec<Result<Plan, String>> {
    let mut plans: Vec<Result<Plan, String>> = names.iter().map(|name| plan(traffic, name)).collect();
    let costs: Vec<(String, Amounts)> = plans
        .iter()
        .flatten()
        .filter_map(|plan| Some((plan.other_model.as_ref()?.name.clone(), plan.saving.then)))
        .collect();
    for plan in plans.iter_mut().flatten() {
        let then = plan.saving.then;
        let Some(model) = &mut plan.other_model else { continue };
        model.beats = beaten(&model.name, then, &costs);
        let words =
            model.beats.iter().map(|beaten| format!("costs less than {} in {}", beaten.name, range_word(beaten.share)));
        plan.assumptions.extend(words);
    }
    plans
}

/// The models that cost more than one in most of the range, the cheapest first.
fn beaten(name: &str, then: Amounts, costs: &[(String, Amounts)]) -> Vec<Beaten> {
    let mut others: Vec<&(String, Amounts)> = costs
        .iter()
        .filter(|(other, costs)| other != name && costs.likely.currency == then.likely.currency)
        .filter(|(_, costs)| then.share_below(costs) > 0.5)
        .collect();
    others.sort_by_key(|(_, costs)| costs.likely.amount);
    others.into_iter().map(|(name, costs)| Beaten { name: name.clone(), share: then.share_below(costs) }).collect()
}

/// The part of a range that a share of it is, in words.
fn range_word(share: f64) -> String {
    if share >= 1.0 { "all of the range".into() } else { format!("most of the range ({})", percent(share)) }
}

fn plan(traffic: &Traffic<'_>, name: &str) -> Result<Plan, String> {
    let outcome = traffic.replayed(traffic.all(), |_, call| Some(Changed::rewritten(asked_of(name, &call.exchange))));
    let reasons = || {
        let gap = outcome.iter().flatten().find_map(|record| {
            let unpredicted = record.unpredicted.map(|unpredicted| unpredicted.reason.clone());
            record.bill.gap().map(str::to_owned).or(unpredicted).or_else(|| record.unsimulated.clone())
        });
        gap.unwrap_or_else(|| "no request has a price for both models".into())
    };
    let mut is_estimated = false;
    let costs = traffic.pairs(&outcome).map(|(call, now, then)| {
        let range = TokenRange::of_call(&traffic.calls[call].exchange, now, then);
        is_estimated |= range.is_some();
        (now, then, Amounts::of_range(then, range.as_ref()))
    });
    let saving = Saving::of_costs(costs).ok_or_else(|| format!("{name}: {}", reasons()))?;
    let crossover = Crossover::of_pairs(traffic.pairs(&outcome).map(|(_, now, then)| (now, then)));
    let mut assumptions = vec!["answers as long as they were, in tokens of the model that gave them".to_owned()];
    if is_estimated {
        assumptions.push(format!(
            "the model has no public tokenizer: {}; it saves in {}",
            TokenRange::words(),
            saved_in(&saving)
        ));
    }
    assumptions.extend(crossover.map(crossover_words));
    assumptions.push("another model gives other answers: evaluate their quality".into());
    Ok(Plan {
        kind: "models",
        change: format!("the model {name}"),
        saving,
        assumptions,
        how: format!("use {name} in place of the present model"),
        other_model: Some(OtherModel { name: name.to_owned(), is_estimated, crossover, beats: Vec::new() }),
        is_bound: false,
    })
}

/// The part of the range of costs in which a change saves.
fn saved_in(saving: &Saving) -> String {
    match saving.then.share_below(&saving.now) {
        share if share > 0.5 => range_word(share),
        share if share > 0.0 => format!("some of the range ({})", percent(share)),
        _ => "none of the range".into(),
    }
}

fn crossover_words(crossover: Crossover) -> String {
    match crossover {
        Crossover::Above(share) => {
            format!("cheaper if both models have the same hit ratio and it is above {}", percent(share))
        }
        Crossover::Below(share) => {
            format!("cheaper if both models have the same hit ratio and it is below {}", percent(share))
        }
        Crossover::Always => "cheaper at any hit ratio that both models have".into(),
        Crossover::Never => "more expensive at any hit ratio that both models have".into(),
    }
}

/// The request as another model would be asked; nothing is known of its answer but its length.
fn asked_of(name: &str, exchange: &Exchange) -> Exchange {
    let Usage { output_tokens, reasoning_tokens, .. } = usage_of_unmade(&exchange.usage);
    let mut changed = exchange.clone();
    changed.usage = Usage { output_tokens, reasoning_tokens, ..Usage::default() };
    changed.request.model = Some(name.to_owned());
    (changed.host, changed.seller) = (None, None);
    changed.response = exchange.response.as_ref().map(|response| Response {
        model: None,
        system_fingerprint: None,
        served_by: None,
        ..response.clone()
    });
    changed.scope = Scope { account: None, ..exchange.scope.clone() };
    changed
}
