//! The first sentence on a log's costs: for the person who pays, over the whole bill.

use super::logs::CostData;
use super::writes::Writes;
use crate::account::{CostKind, Sums};
use crate::caveat::{Caveats, Code};
use crate::money::Money;
use crate::report::text::{amounts, plural, thousands};
use crate::simulation::Totals;

/// The cost of all requests, or its bounds; then the saving by the cache, and the setting that would pay.
pub(super) fn summarize(gathered: &CostData, caveats: &Caveats) -> String {
    let totals = gathered.tally.totals();
    let account = &totals.account;
    let all = |of: &dyn Fn(&Sums) -> Option<Money>| account.by_currency().filter_map(of).collect::<Vec<Money>>();
    let costs = all(&|sums| sums.cost(CostKind::Billed));
    let bounded = account.bounded();
    if bounded == 0 {
        let cost = if totals.requests == 1 { "costs" } else { "cost" };
        return format!("What {} {cost} is not known{}.", plural(totals.requests, "request"), tokens(totals));
    }
    let (least, most) = (all(&|sums| Some(sums.bounds()?.0)), all(&|sums| Some(sums.bounds()?.1)));
    let priced = account.priced(CostKind::Billed);
    let without = all(&|sums| sums.cost(CostKind::WithoutCache));
    let unpriced = totals.requests - bounded;
    let mut sentence = if priced < bounded {
        let unknown = plural(bounded - priced, "request");
        let known = if priced == 0 {
            String::new()
        } else {
            format!(", {} of it for the {} whose hits are known", amounts(&costs), thousands(priced))
        };
        format!("Between {} and {}: the hits of {unknown} are not known{known}", amounts(&least), amounts(&most))
    } else if let Some(doubt) = writes_unknown(caveats).filter(|_| least != most) {
        format!(
            "Between {} and {} instead of {} without a cache: {doubt}",
            amounts(&least),
            amounts(&most),
            amounts(&without)
        )
    } else if let Some(costly) = costlier(gathered, &costs, &without) {
        costly
    } else {
        let about = if gathered.estimated > 0 { "About " } else { "" };
        format!("{about}{} instead of {} without a cache", amounts(&costs), amounts(&without))
    };
    if unpriced > 0 {
        sentence +=
            &format!("; {} of {} without a price not in it", thousands(unpriced), plural(totals.requests, "request"));
    }
    let fees = all(&Sums::search_fees);
    if !fees.is_empty() {
        sentence += &format!(", and {} for web searches", amounts(&fees));
    }
    // A cache that one request alone names was kept for no time that the log shows.
    if let Some(storage) = totals.storage.cost().filter(|storage| !storage.amount.is_zero()) {
        sentence += &format!(", and at least {} to store explicit caches", amounts(&[storage]));
    }
    let best = all(&|sums| sums.cost(CostKind::Best));
    if best.len() == costs.len() && priced == bounded {
        sentence += &format!("; the best this traffic could reach is {}{}", bound_of_best(caveats), amounts(&best));
    }
    let estimated = if gathered.estimated > 0 {
        format!("; the tokens of {} are estimated", plural(gathered.estimated, "request"))
    } else {
        String::new()
    };
    format!("{sentence} ({}{estimated}).{}", hits_from(totals), advice(gathered))
}

/// The requests that may have written to the cache, where the price list charges that and the log does not tell.
fn writes_unknown(caveats: &Caveats) -> Option<String> {
    let calls = caveats.requests(Code::WritesUnknown);
    (calls > 0).then(|| format!("how much {} wrote to the cache is not reported", plural(calls, "request")))
}

/// Tokens are known without a price.
fn tokens(totals: &Totals) -> String {
    let account = &totals.account;
    if account.counted == 0 {
        return String::new();
    }
    let hits = if account.requests == account.counted {
        format!(", {} of them from the cache", thousands(account.hit_tokens))
    } else {
        String::new()
    };
    let have = if totals.requests == 1 { "it has" } else { "they have" };
    format!("; {have} {}{hits}", plural(account.prompt_tokens, "prompt token"))
}

/// The sentence on a cache that costs more than none.
fn costlier(gathered: &CostData, costs: &[Money], without: &[Money]) -> Option<String> {
    if !is_costlier(gathered) {
        return None;
    }
    let totals = gathered.tally.totals();
    let written = totals.written_tokens_reported.unwrap_or(0);
    let read = totals.account.hit_tokens;
    Some(format!(
        "The cache costs more than it saves: {} instead of {} without one, {} written and {} read",
        amounts(costs),
        amounts(without),
        plural(written, "token"),
        thousands(read),
    ))
}

fn is_costlier(gathered: &CostData) -> bool {
    let saved = gathered.tally.totals().account.sums().and_then(Sums::saved);
    saved.is_some_and(|saved| saved.amount.is_sign_negative() && !saved.amount.is_zero())
}

/// Advice where the cache costs more than none: the setting that would pay.
fn advice(gathered: &CostData) -> String {
    let charging = gathered.prices.iter().map(|(quote, _)| quote).find(|quote| quote.charges_writes());
    match charging.filter(|_| is_costlier(gathered)) {
        Some(quote) => format!(" {}", Writes::advice(&gathered.writes, &quote.rate)),
        None => String::new(),
    }
}

/// The side of the best cost on which the true one is, as a word before it.
fn bound_of_best(caveats: &Caveats) -> &'static str {
    match (caveats.requests(Code::Redacted) > 0, caveats.requests(Code::BestIsBound) > 0) {
        (false, false) => "",
        (true, false) => "at most ",
        (false, true) => "at least ",
        (true, true) => "about ",
    }
}

/// Source of the hits. Hits that are simulated know nothing of what came before the log: without any the cost is the most.
pub(super) fn hits_from(totals: &Totals) -> String {
    let account = &totals.account;
    let rest = totals.requests - account.requests;
    let parts = [
        (account.reported, "with hits as reported"),
        (account.simulated(), "with hits simulated"),
        (rest, "with hits unknown"),
    ];
    let known = parts.into_iter().filter(|(requests, _)| *requests > 0);
    let said = known.map(|(requests, what)| format!("{} {what}", thousands(requests))).collect::<Vec<_>>().join(", ");
    let most: Vec<Money> = account.by_currency().filter_map(|sums| sums.cost(CostKind::WithoutCache)).collect();
    if account.reported == 0 && account.simulated() == totals.requests && !most.is_empty() {
        return format!("{said}; at most {} if none of them hits", amounts(&most));
    }
    said
}
