//! The gates on recorded traffic: hit ratios, as the provider reported them, else as the simulation predicts them.

use std::sync::Arc;

use crate::money::{Decimal, fraction};
use crate::report::text::percent;
use crate::report::{Cell, Gate, SkippedLines, Verdict};
use crate::simulation::{Record, Settings, Totals};
use crate::source::Place;
use crate::template::Layout;
use crate::workspace::config::Config;
use crate::workspace::logs::{LogInputs, Logs};
use crate::workspace::replay::{Replayed, replay};
use crate::workspace::sources::Sources;

/// The share of the logs that must have been read.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    /// Tells whether a line that cannot be read ends the run.
    pub(super) strict: bool,
    /// The largest share of lines that cannot be read before the gates are unknown.
    pub(super) max_skipped: Decimal,
}

/// A hit ratio, pooled over tokens.
struct PooledHitRatio {
    hit: u64,
    tokens: u64,
    /// `reported` or `predicted`.
    basis: &'static str,
}

/// The measured value, its verdict and a sentence; or the reason why it is not known.
type Judged = Result<(Decimal, bool, String), String>;

/// The gates on hit ratios that were set.
pub(super) fn gates(config: &Config, layout: &Layout, reading: Reading) -> anyhow::Result<(Vec<Gate>, Vec<String>)> {
    let mut gates = Vec::new();
    let (least, most) = (&config.gates.min_hit_ratio, &config.gates.max_hit_ratio_drop);
    if least.is_none() && most.is_none() {
        return Ok((gates, Vec::new()));
    }
    let mut notes = Vec::new();
    let now = hit_ratio(config, (&config.logs, "logs"), layout, reading, &mut notes)?;
    if let Some((limit, place)) = least.as_ref().and_then(|limit| Some((limit.whole()?, limit.place.clone()))) {
        let judged = now.as_ref().map(|now| (now.value(), now.value() >= limit, now.say())).map_err(Clone::clone);
        gates.push(gate("min_hit_ratio", limit, judged, place));
    }
    if let Some((limit, place)) = most.as_ref().and_then(|limit| Some((limit.whole()?, limit.place.clone()))) {
        let before = hit_ratio(config, (&config.base_logs, "base_logs"), layout, reading, &mut notes)?;
        gates.push(gate("max_hit_ratio_drop", limit, dropped(now, before, limit), place));
    }
    Ok((gates, notes))
}

fn dropped(now: Result<PooledHitRatio, String>, before: Result<PooledHitRatio, String>, limit: Decimal) -> Judged {
    let (now, before) = (now?, before?);
    if now.basis != before.basis {
        return Err(format!(
            "the hit ratio now is {}, the one before {}, so they cannot be compared",
            now.basis, before.basis
        ));
    }
    let drop = (before.value() - now.value()).max(Decimal::ZERO);
    Ok((drop, drop <= limit, format!("{}; before, {}", now.say(), before.say())))
}

fn gate(name: &'static str, limit: Decimal, judged: Judged, place: Place) -> Gate {
    let ratio = |value: Decimal| Cell::Ratio(fraction(value));
    let (measured, verdict, reason) = match judged {
        Ok((value, true, reason)) => (ratio(value), Verdict::Pass, reason),
        Ok((value, false, reason)) => (ratio(value), Verdict::Fail, reason),
        Err(reason) => (Cell::Unknown, Verdict::Unknown, reason),
    };
    let (subject, limit, place) = (None, ratio(limit), Some(place));
    Gate { name, subject, verdict, measured, limit, reason, place, tokens: None, cost: None }
}

impl PooledHitRatio {
    fn value(&self) -> Decimal {
        Decimal::from(self.hit) / Decimal::from(self.tokens.max(1))
    }

    fn say(&self) -> String {
        format!("the {} hit ratio is {}", self.basis, percent(fraction(self.value())))
    }
}

/// The ratio over some logs, or the reason why there is none.
fn hit_ratio(
    config: &Config,
    (globs, key): (&[String], &str),
    layout: &Layout,
    reading: Reading,
    notes: &mut Vec<String>,
) -> anyhow::Result<Result<PooledHitRatio, String>> {
    if globs.is_empty() {
        return Ok(Err(format!("no logs were named: set `{key}: [logs/*.jsonl]` in {}", config.label)));
    }
    let logs = config.log_paths(globs)?;
    if logs.is_empty() {
        return Ok(Err(format!("no file matches `{key}: [{}]`", globs.join(", "))));
    }
    let named = config.profile.as_ref().and(layout.profile.as_ref()).map(Arc::clone);
    let settings = Settings { profile: named, ..Settings::default() };
    let add = |totals: &mut Totals, _: &Logs, record: Record| {
        totals.add(&record);
        Ok(())
    };
    let inputs = LogInputs { strict: reading.strict, ..LogInputs::plain(Sources::files(&logs)) };
    let Replayed { logs, gathered: totals, .. } = replay(&inputs, settings, Totals::default, add)?;
    let skipped = [&logs.skipped.passed_over, &logs.skipped.remarked].map(SkippedLines::words).concat();
    notes.extend(skipped.into_iter().map(|words| format!("in `{key}`: {words}")));
    Ok(match logs.incomplete(reading.max_skipped) {
        Some(reason) => Err(reason),
        None => pooled(&totals),
    })
}

/// The reported ratio if every request reported its hits, else the predicted one if every request was simulated.
fn pooled(totals: &Totals) -> Result<PooledHitRatio, String> {
    let agreement = &totals.agreement;
    if agreement.rated.requests == totals.requests && agreement.rated.prompt_tokens > 0 {
        return Ok(PooledHitRatio {
            hit: agreement.rated.hit_tokens,
            tokens: agreement.rated.prompt_tokens,
            basis: "reported",
        });
    }
    if totals.simulated == totals.requests && totals.simulated_tokens > 0 {
        return Ok(PooledHitRatio { hit: totals.hit_tokens, tokens: totals.simulated_tokens, basis: "predicted" });
    }
    let known = totals.requests - totals.simulated;
    Err(format!("{known} of {} requests neither report hits nor have a known cache rule", totals.requests))
}
