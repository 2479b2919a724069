//! The gates on templates: their stable prefixes, what they lost, what they cost, and their locks.

use super::measure::{Base, Measured};
use crate::commands::lock::{LockFile, Locked};
use crate::money::{Decimal, Money, fraction};
use crate::report::text::{money, one_line, plural, thousands};
use crate::report::{Cell, Gate, Verdict};
use crate::source::Place;
use crate::template::diff::{Cause, Comparison, Impact};
use crate::template::{Layout, PrefixEnd};
use crate::workspace::config::{Config, Increase, Limit};
use crate::workspace::traffic::MONTH;
use crate::workspace::unread;

/// All gates that apply to a template.
pub(super) fn gates(
    measured: &Measured,
    config: &Config,
    base: Option<&str>,
    layout: &Layout,
    lock: Option<&LockFile>,
) -> Vec<Gate> {
    let gates = &config.gates;
    let mut found: Vec<Gate> = unread::gate(&measured.name, &measured.unread).into_iter().collect();
    if let Some(limit) = gates.min_stable_prefix_tokens.as_ref().and_then(|limit| limit.for_template(&measured.path)) {
        found.push(least(measured, limit));
    }
    if let Some(limit) = gates.max_prefix_tokens_lost.as_ref().and_then(|limit| limit.for_template(&measured.path)) {
        found.push(lost(measured, limit, base, config.requests_per_day));
    }
    if let Some(limit) = gates.max_input_cost_increase.as_ref().and_then(|limit| limit.for_template(&measured.path)) {
        found.push(increase(measured, limit, base, config.requests_per_day));
    }
    if gates.lock.is_some() {
        found.push(locked(measured, layout, lock));
    }
    found
}

/// Gates on names in the configuration or the lock that are no template.
pub(super) fn gone(measured: &[Measured], config: &Config, lock: Option<&LockFile>) -> Vec<Gate> {
    let mut found = Vec::new();
    if let Some(limit) = &config.gates.min_stable_prefix_tokens {
        found.extend(idle("min_stable_prefix_tokens", limit, measured));
    }
    if let Some(limit) = &config.gates.max_prefix_tokens_lost {
        found.extend(idle("max_prefix_tokens_lost", limit, measured));
    }
    if let Some(limit) = &config.gates.max_input_cost_increase {
        found.extend(idle("max_input_cost_increase", limit, measured));
    }
    let entries = lock.filter(|_| config.gates.lock.is_some()).map_or(&[][..], |lock| &lock.entries);
    let missing =
        entries.iter().filter(|(locked, _)| !measured.iter().any(|measured| measured.name == locked.template));
    found.extend(missing.map(|(locked, place)| Gate {
        verdict: Verdict::Fail,
        measured: Cell::Unknown,
        limit: Cell::Count(locked.tokens),
        reason: format!("{} is locked but is no longer a template; run `cachecheck lock` to drop it", locked.template),
        place: Some(place.clone()),
        ..gate("lock", &locked.template)
    }));
    found
}

/// A gate that matches no template guards nothing.
fn idle<T: Copy>(name: &'static str, limit: &Limit<T>, measured: &[Measured]) -> Option<Gate> {
    let applies = measured.iter().any(|measured| limit.for_template(&measured.path).is_some());
    (!applies).then(|| Gate {
        verdict: Verdict::Unknown,
        reason: "it matches no template, so it guards nothing".into(),
        place: Some(limit.place.clone()),
        subject: None,
        ..gate(name, "")
    })
}

fn gate(name: &'static str, subject: &str) -> Gate {
    Gate {
        name,
        subject: Some(subject.to_owned()),
        verdict: Verdict::Pass,
        measured: Cell::Unknown,
        limit: Cell::Unknown,
        reason: String::new(),
        place: None,
        tokens: None,
        cost: None,
    }
}

fn least(measured: &Measured, limit: u64) -> Gate {
    let tokens = measured.prefix.tokens;
    let holds = tokens >= limit;
    let end = ended(measured.prefix.end.as_ref());
    let (verdict, reason) = match &measured.prefix.doubt {
        Some(doubt) => {
            (Verdict::Unknown, format!("the stable prefix has {} by an estimate: {doubt}", plural(tokens, "token")))
        }
        None if holds => (Verdict::Pass, format!("the stable prefix has {}", plural(tokens, "token"))),
        None => (
            Verdict::Fail,
            format!(
                "the stable prefix has {}, at least {} are required{end}",
                plural(tokens, "token"),
                thousands(limit)
            ),
        ),
    };
    Gate {
        verdict,
        measured: Cell::Count(tokens),
        limit: Cell::Count(limit),
        reason,
        place: Some(measured.end_place()),
        tokens: (!holds).then(|| limit - tokens),
        ..gate("min_stable_prefix_tokens", &measured.name)
    }
}

fn ended(end: Option<&PrefixEnd>) -> String {
    end.map_or_else(String::new, |end| format!("; `{}` at {} ends it", one_line(&end.written), end.place))
}

fn lost(measured: &Measured, limit: u64, base: Option<&str>, requests_per_day: Option<u64>) -> Gate {
    let gate = Gate {
        limit: Cell::Count(limit),
        place: Some(measured.begin.clone()),
        ..gate("max_prefix_tokens_lost", &measured.name)
    };
    let (comparison, impact) = match compared(measured, base) {
        Ok(compared) => compared,
        Err((verdict, reason)) => return Gate { verdict, reason, ..gate },
    };
    let (old, new) = (comparison.old.tokens, comparison.new.tokens);
    // Text that is gone needs no cache, as `diff` says; of a prefix that got too short none serves.
    let lost = match impact.is_below {
        Some(_) => old,
        None if impact.is_tail_kept => 0,
        None => old.saturating_sub(new),
    };
    let gate = Gate { measured: Cell::Count(lost), ..gate };
    if let Some(doubt) = comparison.old.doubt.as_ref().or(comparison.new.doubt.as_ref()) {
        return Gate {
            verdict: Verdict::Unknown,
            reason: format!("the stable prefix lost {} by an estimate: {doubt}", plural(lost, "token")),
            ..gate
        };
    }
    if lost <= limit {
        return Gate { reason: kept(old, new, lost), ..gate };
    }
    let change = impact.cost_change();
    let monthly = |change: Money| {
        let requests = Decimal::from(requests_per_day?) * Decimal::from(MONTH);
        Some(format!(" ({} in 30 days)", more_or_less(Money::new(change.amount * requests, change.currency))))
    };
    let more = |change| format!("; each request costs {}{}", more_or_less(change), monthly(change).unwrap_or_default());
    let more = change.map(more).unwrap_or_default();
    let too_short = |least| format!(", and nothing is served of fewer than {}", plural(least, "token"));
    let below = impact.is_below.map(too_short).unwrap_or_default();
    let better = measured.better.as_ref().map(|better| format!("; better: move {better}")).unwrap_or_default();
    Gate {
        verdict: Verdict::Fail,
        reason: format!(
            "the stable prefix shrank from {} to {}{below}: {}{}{more}{better}",
            plural(old, "token"),
            thousands(new),
            cause(comparison),
            ended(comparison.new.end.as_ref()),
        ),
        place: Some(culprit(comparison, measured)),
        tokens: Some(lost),
        cost: change,
        ..gate
    }
}

/// `$0.0007 more`, `$0.000015 less` or `the same`.
fn more_or_less(change: Money) -> String {
    let amount = Money::new(change.amount.abs(), change.currency);
    match change.amount.cmp(&Decimal::ZERO) {
        std::cmp::Ordering::Less => format!("{} less", money(&amount)),
        std::cmp::Ordering::Equal => "the same".into(),
        std::cmp::Ordering::Greater => format!("{} more", money(&amount)),
    }
}

fn kept(old: u64, new: u64, lost: u64) -> String {
    match new.saturating_sub(old) {
        0 if lost < old.saturating_sub(new) => format!(
            "the stable prefix has {}, before it had {}: the prompt is shorter, and nothing cached is lost",
            plural(new, "token"),
            thousands(old)
        ),
        0 => format!("the stable prefix has {}, before it had {}", plural(new, "token"), thousands(old)),
        more => format!("the stable prefix has {}, {} more than before", plural(new, "token"), thousands(more)),
    }
}

fn cause(comparison: &Comparison) -> String {
    let cause = comparison.cause.as_ref().map(Cause::describe);
    cause.unwrap_or_else(|| "nothing differs before it".into())
}

/// The place to look at: the value that newly ends the prefix, else the first difference.
fn culprit(comparison: &Comparison, measured: &Measured) -> Place {
    let is_value = comparison.cause.as_ref().is_some_and(|cause| cause.kind.is_volatile());
    let end = comparison.new.end.as_ref().filter(|_| is_value).map(|end| end.place.clone());
    let divergence = comparison.divergence.as_ref().and_then(|divergence| divergence.new.clone());
    end.or(divergence).unwrap_or_else(|| measured.end_place())
}

/// The comparison of a template with the base, or the verdict if there is none.
fn compared<'a>(measured: &'a Measured, base: Option<&str>) -> Result<&'a (Comparison, Impact), (Verdict, String)> {
    match &measured.base {
        Base::NotAsked => Err((Verdict::Unknown, "no revision to compare with: give one with --base REV".into())),
        Base::Elsewhere => Err((
            Verdict::Unknown,
            "the file belongs to another repository, so its earlier version is not known: run the check in that repository".into(),
        )),
        Base::New { gone } if gone.is_empty() => {
            Err((Verdict::Pass, "the template is new, there is nothing to compare it with".into()))
        }
        Base::New { gone } => Err((
            Verdict::Pass,
            format!(
                "the template is new, there is nothing to compare it with; if it was renamed from {}, removed since {}, compare the two \
                 with `cachecheck diff`",
                gone.join(" or "),
                base.unwrap_or("the base")
            ),
        )),
        Base::Compared(compared) => Ok(compared),
    }
}

fn increase(measured: &Measured, limit: Increase, base: Option<&str>, requests_per_day: Option<u64>) -> Gate {
    let shown = match limit {
        Increase::Share(share) => Cell::Ratio(fraction(share)),
        Increase::Monthly(amount, currency) => {
            Cell::money(currency.or(measured.currency()).map(|currency| Money::new(amount, currency)))
        }
    };
    let gate =
        Gate { limit: shown, place: Some(measured.begin.clone()), ..gate("max_input_cost_increase", &measured.name) };
    let unknown = |reason: String| Gate { verdict: Verdict::Unknown, reason, ..gate.clone() };
    let (comparison, impact) = match compared(measured, base) {
        Ok(compared) => compared,
        Err((verdict, reason)) => return Gate { verdict, reason, ..gate },
    };
    if let Some(doubt) = comparison.old.doubt.as_ref().or(comparison.new.doubt.as_ref()) {
        return unknown(format!("token counts are estimates: {doubt}"));
    }
    let (Some(old), Some(change)) = (impact.cost_old, impact.cost_change()) else {
        return unknown(impact.gap.clone().unwrap_or_else(|| "the cache rule of this model is not known".into()));
    };
    let (value, most) = match limit {
        Increase::Share(_) if old.amount.is_zero() => {
            return unknown("before, a request cost nothing, so there is no share to compute".into());
        }
        Increase::Share(share) => (change.amount / old.amount, share),
        Increase::Monthly(_, Some(currency)) if currency != change.currency => {
            return unknown(format!(
                "the limit is in {currency} but the prices are in {}: set `currency` in `pricing`",
                change.currency
            ));
        }
        Increase::Monthly(amount, _) => match requests_per_day {
            Some(daily) => (change.amount * Decimal::from(daily) * Decimal::from(MONTH), amount),
            None => {
                return unknown(
                    "the number of requests is not known: set `traffic: {requests_per_day: …}` in cachecheck.yaml"
                        .into(),
                );
            }
        },
    };
    let cell = match limit {
        Increase::Share(_) => Cell::Ratio(fraction(value)),
        Increase::Monthly(..) => Cell::Money(Money::new(value, change.currency)),
    };
    let holds = value <= most;
    Gate {
        verdict: if holds { Verdict::Pass } else { Verdict::Fail },
        measured: cell,
        reason: format!("each request costs {}: {}", more_or_less(change), cause(comparison)),
        place: Some(if holds { measured.begin.clone() } else { culprit(comparison, measured) }),
        cost: (!holds).then_some(change),
        ..gate
    }
}

fn locked(measured: &Measured, layout: &Layout, lock: Option<&LockFile>) -> Gate {
    let now = Locked::new(measured.name.clone(), &measured.prefix, layout);
    let gate =
        Gate { measured: Cell::Count(now.tokens), place: Some(measured.begin.clone()), ..gate("lock", &measured.name) };
    let fail = |reason: String| Gate { verdict: Verdict::Fail, reason, ..gate.clone() };
    if let Some(doubt) = &measured.prefix.doubt {
        return Gate { verdict: Verdict::Unknown, reason: format!("the token count is an estimate: {doubt}"), ..gate };
    }
    let Some(lock) = lock else {
        return fail("there is no cachecheck.lock: run `cachecheck lock` and commit the file".into());
    };
    let Some((before, _)) = lock.get(&measured.name) else {
        return fail(format!("the template is not in {}: run `cachecheck lock` to add it", lock.label));
    };
    let gate = Gate { limit: Cell::Count(before.tokens), ..gate };
    if before.profile != now.profile {
        let reason = format!(
            "it is locked under {} but checked under {}: run `cachecheck lock` again",
            before.profile, now.profile
        );
        return Gate { verdict: Verdict::Fail, reason, ..gate };
    }
    if before.is_same(&now) {
        return Gate {
            reason: format!("the stable prefix is the locked one, {}", plural(now.tokens, "token")),
            ..gate
        };
    }
    // The first line that is another now; of lines that are gone, the end.
    let is_other = |(index, (hash, _)): &(usize, &(String, Place))| before.lines.get(*index) != Some(hash);
    let other = measured.lines.iter().enumerate().find(is_other).filter(|_| !before.lines.is_empty());
    let reworded = other.map(|(_, (_, place))| place.clone());
    let first =
        reworded.as_ref().map(|place| format!("; the first line that differs is {}:{}", place.path, place.line));
    Gate {
        verdict: Verdict::Fail,
        reason: format!(
            "the stable prefix differs from the locked one: {}, {} now{}{}; if that is intended, run `cachecheck lock`",
            plural(before.tokens, "token"),
            thousands(now.tokens),
            first.unwrap_or_default(),
            ended(measured.prefix.end.as_ref())
        ),
        place: Some(reworded.unwrap_or_else(|| measured.end_place())),
        tokens: before.tokens.checked_sub(now.tokens).filter(|lost| *lost > 0),
        ..gate
    }
}
