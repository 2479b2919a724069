//! The figures of one template's diff, by the names that scripts know.

use super::show::{Found, TemplateRow};
use crate::report::text::{one_line, thousands};
use crate::report::{Cell, Fact};
use crate::source::Place;
use crate::template::diff::{CauseKind, Comparison, Impact, Move, Suggestion, ValueChange};
use crate::template::{Layout, StablePrefix};
use crate::workspace::traffic::Traffic;

/// All of them; what is not known of a template that has no counterpart is unknown.
pub(super) fn all(row: &TemplateRow<'_>, layout: &Layout, traffic: &Traffic, several: bool) -> Vec<Fact> {
    let found = row.found.as_ref();
    let profile = layout.profile.as_ref();
    let mut facts = vec![
        Fact::new("template", "template", Cell::Text(row.name.clone())).only_if(several),
        Fact::new("profile", "profile", Cell::text(profile.map(|profile| profile.name.clone())))
            .aside(profile.map(|profile| profile.policy.describe()).unwrap_or_default()),
        Fact::hidden("model", Cell::text(layout.model())),
        Fact::hidden("block_size", Cell::count(layout.block_size())),
    ];
    facts.extend(prefixes(found));
    facts.extend(configured(found));
    facts.extend(divergence(found));
    facts.extend(blocks(found));
    facts.extend(money(found, traffic));
    facts.push(Fact::hidden("suggestion", suggestion(found.and_then(|found| found.suggestion.as_ref()))));
    facts
}

fn prefixes(found: Option<&Found>) -> Vec<Fact> {
    let old = found.map(|found| &found.comparison.old);
    let new = found.map(|found| &found.comparison.new);
    let of = |prefix: Option<&StablePrefix>| {
        prefix.map(|prefix| format!("of {} tokens", thousands(prefix.prompt_tokens))).unwrap_or_default()
    };
    let end = |prefix: Option<&StablePrefix>| {
        let end = prefix.and_then(|prefix| prefix.end.as_ref());
        end.map_or(Cell::Unknown, |end| {
            Cell::Map(vec![("written", Cell::Text(one_line(&end.written))), ("place", Cell::Place(end.place.clone()))])
        })
    };
    let tokens = |prefix: Option<&StablePrefix>| Cell::count(prefix.map(|prefix| prefix.tokens));
    let prompt = |prefix: Option<&StablePrefix>| Cell::count(prefix.map(|prefix| prefix.prompt_tokens));
    vec![
        Fact::new("stable_prefix_tokens_old", "stable prefix, old", tokens(old)).aside(of(old)),
        Fact::new("stable_prefix_tokens_new", "stable prefix, new", tokens(new)).aside(of(new)),
        Fact::hidden("prompt_tokens_old", prompt(old)),
        Fact::hidden("prompt_tokens_new", prompt(new)),
        Fact::hidden("stable_prefix_end_old", end(old)),
        Fact::hidden("stable_prefix_end_new", end(new)),
    ]
}

/// The stable prefixes with the values fixed that are the same for a deployment; shown where they are others.
fn configured(found: Option<&Found>) -> Vec<Fact> {
    let fixed = found.and_then(|found| found.configured.as_ref()).map(|(fixed, _)| fixed);
    let both = fixed.or(found.map(|found| &found.comparison));
    let tokens = |side: fn(&Comparison) -> &StablePrefix| Cell::count(both.map(|both| side(both).tokens));
    let facts = [
        Fact::new("stable_prefix_tokens_configured_old", "as configured, old", tokens(|both| &both.old)),
        Fact::new("stable_prefix_tokens_configured_new", "as configured, new", tokens(|both| &both.new)),
    ];
    facts.into_iter().map(|fact| fact.only_if(fixed.is_some())).collect()
}

fn divergence(found: Option<&Found>) -> Vec<Fact> {
    let divergence = found.and_then(|found| found.comparison.divergence.as_ref());
    let cause = found.and_then(|found| found.comparison.cause.as_ref());
    let back = found.and_then(|found| given_back(&found.comparison));
    let expression = found.and_then(|found| found.comparison.changed_expression.as_ref());
    let (code, old_place, new_place) = (cause_code(found), old_place(found), new_place(found));
    let how = cause.and_then(|cause| cause.kind.how()).map(ValueChange::name);
    let facts = [
        Fact::new("divergence_token", "first token that differs", Cell::count(divergence.map(|at| at.token))),
        Fact::new("old_place", "place in the old version", Cell::place(old_place)),
        Fact::new("new_place", "place in the new version", Cell::place(new_place)),
        Fact::new("cause", "cause", Cell::text(code)).aside(how.unwrap_or_default()),
    ];
    let mut facts: Vec<Fact> =
        facts.into_iter().map(|fact| fact.only_if(divergence.is_some() || expression.is_some())).collect();
    facts.push(Fact::hidden("how", Cell::text(how)));
    let fact = Fact::new("tokens_given_back", "reverting it gives back", Cell::count(back)).aside("tokens");
    facts.push(fact.only_if(back.is_some()));
    facts
}

/// The tokens that reverting the cause gives back; nothing of a value that left or moved back, since the prefix then ends at it again.
pub(super) fn given_back(comparison: &Comparison) -> Option<u64> {
    let cause = comparison.cause.as_ref()?;
    let is_gain = matches!(cause.kind, CauseKind::VolatileRemoved | CauseKind::VolatileMovedBack);
    cause.tokens_given_back.filter(|_| !(is_gain && comparison.new.tokens >= comparison.old.tokens))
}

/// The code of the cause; where only a value is made otherwise, that it is.
pub(super) fn cause_code(found: Option<&Found>) -> Option<&'static str> {
    let comparison = &found?.comparison;
    let expression = comparison.changed_expression.as_ref().map(|_| "expression-changed");
    comparison.cause.as_ref().map(|cause| cause.kind.code()).or(expression)
}

fn old_place(found: Option<&Found>) -> Option<Place> {
    let comparison = &found?.comparison;
    match &comparison.divergence {
        Some(divergence) => divergence.old.clone(),
        None => Some(comparison.changed_expression.as_ref()?.old.as_ref()?.1.clone()),
    }
}

/// The place in the new version at which the first token differs, or of the value that is made otherwise.
pub(super) fn new_place(found: Option<&Found>) -> Option<Place> {
    let comparison = &found?.comparison;
    match &comparison.divergence {
        Some(divergence) => divergence.new.clone(),
        None => Some(comparison.changed_expression.as_ref()?.new.as_ref()?.1.clone()),
    }
}

fn blocks(found: Option<&Found>) -> Vec<Fact> {
    let impact = found.map(|found| &found.impact);
    let of = |get: fn(&Impact) -> Option<u64>| Cell::count(impact.and_then(get));
    vec![
        Fact::new("blocks_kept", "blocks that stay in use", of(|impact| impact.blocks_kept)),
        Fact::new("blocks_lost", "blocks lost", of(Impact::blocks_lost)),
        Fact::new("blocks_rebuilt", "blocks rebuilt once", of(Impact::blocks_rebuilt)),
    ]
}

fn money(found: Option<&Found>, traffic: &Traffic) -> Vec<Fact> {
    let impact = found.map(|found| &found.impact);
    let change = impact.and_then(Impact::cost_change);
    let monthly = change.and_then(|change| traffic.monthly(change));
    let exact = |get: fn(&Impact) -> Option<crate::money::Money>| Cell::exact(impact.and_then(get));
    let facts = [
        Fact::new("cost_per_request_old", "input per request, old", exact(|impact| impact.cost_old)),
        Fact::new("cost_per_request_new", "input per request, new", exact(|impact| impact.cost_new)),
        Fact::new("cost_change_per_request", "change per request", Cell::exact(change)),
        Fact::new("rewarm_cost", "rebuilding the cache, once", exact(|impact| impact.rewarm_cost)),
    ];
    let mut facts: Vec<Fact> = facts.into_iter().map(|fact| fact.only_if(change.is_some())).collect();
    facts
        .push(Fact::new("cost_change_per_month", "change in 30 days", Cell::money(monthly)).only_if(monthly.is_some()));
    facts.push(Fact::hidden("currency", Cell::text(change.map(|change| change.currency.to_string()))));
    facts
}

fn suggestion(suggestion: Option<&Suggestion>) -> Cell {
    let Some(suggestion) = suggestion else { return Cell::Unknown };
    let step = |step: &Move| {
        Cell::Map(vec![
            ("part", Cell::Text(step.part.name().into())),
            ("written", Cell::Text(one_line(&step.written))),
            ("from", Cell::Place(step.from.clone())),
            ("to", Cell::Text(suggestion.to.clone())),
        ])
    };
    Cell::Map(vec![
        ("stable_prefix_tokens", Cell::Count(suggestion.stable_tokens)),
        ("gained_tokens", Cell::Count(suggestion.gained_tokens)),
        ("moves", Cell::List(suggestion.moves.iter().map(step).collect())),
        ("warning", Cell::Text(suggestion.warning.into())),
    ])
}
