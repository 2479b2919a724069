//! The gates on recorded traffic: hit ratios, as the provider reported them, else as the simulation predicts them.

use std::sync::Arc;

use crate::caveat::Code;
use crate::decomposition::{Factor, Routes};
use crate::money::{Decimal, fraction};
use crate::report::text::percent;
use crate::report::{Caveat, Cell, Gate, SkippedLines, Verdict};
use crate::simulation::{Record, Settings, Totals};
use crate::source::Place;
use crate::template::Layout;
use crate::workspace::config::Config;
use crate::workspace::logs::{LogInputs, Logs};
use crate::workspace::replay::{Replayed, replay};
use crate::workspace::sides::{self, Side, Sides};
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
pub(super) fn gates(config: &Config, layout: &Layout, reading: Reading) -> anyhow::Result<(Vec<Gate>, Vec<Caveat>)> {
    let mut gates = Vec::new();
    let (least, most) = (&config.gates.min_hit_ratio, &config.gates.max_hit_ratio_drop);
    if least.is_none() && most.is_none() {
        return Ok((gates, Vec::new()));
    }
    let mut caveats = Vec::new();
    let now = hit_ratio(config, (&config.logs, "logs"), layout, reading, &mut caveats)?;
    if let Some((limit, place)) = least.as_ref().and_then(|limit| Some((limit.whole()?, limit.place.clone()))) {
        let judged = now.as_ref().map(|now| (now.value(), now.value() >= limit, now.say())).map_err(Clone::clone);
        gates.push(gate("min_hit_ratio", limit, judged, place));
    }
    if let Some((limit, place)) = most.as_ref().and_then(|limit| Some((limit.whole()?, limit.place.clone()))) {
        let judged = dropped(config, layout, reading, limit)?;
        gates.push(gate("max_hit_ratio_drop", limit, judged, place));
    }
    Ok((gates, caveats))
}

/// The drop that is no matter of traffic: longer gaps, shorter sessions, other routes and sizes are none of the prompts' fault.
fn dropped(config: &Config, layout: &Layout, reading: Reading, limit: Decimal) -> anyhow::Result<Judged> {
    let mut routes = Routes::default();
    let mut side = |globs: &[String], key: &str| -> anyhow::Result<Result<Side, String>> {
        let inputs = match inputs(config, (globs, key), reading)? {
            Ok(inputs) => inputs,
            Err(reason) => return Ok(Err(reason)),
        };
        let mut side = Side::default();
        let logs = sides::read(&inputs, settings(config, layout), &mut routes, |_, add| add(&mut side))?;
        Ok(match logs.incomplete(reading.max_skipped) {
            Some(reason) => Err(reason),
            None => Ok(side),
        })
    };
    let (before, after) = (side(&config.base_logs, "base_logs")?, side(&config.logs, "logs")?);
    Ok(after.and_then(|after| Ok(Sides::pair(before?, after))).and_then(|sides| judged_drop(&sides, limit)))
}

fn judged_drop(sides: &Sides, limit: Decimal) -> Judged {
    for side in sides.all() {
        pooled(&side.totals)?;
    }
    let step = sides.steps().next().ok_or("there is one side alone")?;
    let decomposition = step.decomposition().ok_or("one side has no prompt token")?;
    let of_traffic = [Factor::SessionLength, Factor::Gaps, Factor::Mix, Factor::PromptSize];
    let is_traffic = |factor| of_traffic.contains(&factor) || factor == Factor::Rest && step.rest_is_first_calls();
    let sum = |wanted: bool| -> f64 {
        let factors = Factor::ALL.into_iter().filter(|factor| is_traffic(*factor) == wanted);
        factors.map(|factor| decomposition.part(factor)).sum()
    };
    let drop = Decimal::from_f64_retain(-sum(false)).unwrap_or_default().round_dp(6).max(Decimal::ZERO);
    let basis = if sides.judges_provider() { "reported" } else { "predicted" };
    let points = |ratio: f64| format!("{:+.1} points", ratio * 100.0);
    let reason = format!(
        "the {basis} hit ratio is {}; before, {}: {} by the prompts and the provider, which count, and {} by traffic \
         (`cachecheck compare` tells the parts)",
        percent(decomposition.after),
        percent(decomposition.before),
        points(sum(false)),
        points(sum(true)),
    );
    Ok((drop, drop <= limit, reason))
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

/// The logs that a key of the configuration names, or the reason why there are none.
fn inputs(
    config: &Config,
    (globs, key): (&[String], &str),
    reading: Reading,
) -> anyhow::Result<Result<LogInputs, String>> {
    if globs.is_empty() {
        return Ok(Err(format!("no logs were named: set `{key}: [logs/*.jsonl]` in {}", config.label)));
    }
    let logs = config.log_paths(globs)?;
    if logs.is_empty() {
        return Ok(Err(format!("no file matches `{key}: [{}]`", globs.join(", "))));
    }
    Ok(Ok(LogInputs { strict: reading.strict, ..LogInputs::plain(Sources::files(&logs)) }))
}

/// The settings under which logs of this configuration are replayed.
fn settings(config: &Config, layout: &Layout) -> Settings {
    let named = config.profile.as_ref().and(layout.profile.as_ref()).map(Arc::clone);
    Settings { profile: named, ..Settings::default() }
}

/// The ratio over some logs, or the reason why there is none.
fn hit_ratio(
    config: &Config,
    (globs, key): (&[String], &str),
    layout: &Layout,
    reading: Reading,
    caveats: &mut Vec<Caveat>,
) -> anyhow::Result<Result<PooledHitRatio, String>> {
    let inputs = match inputs(config, (globs, key), reading)? {
        Ok(inputs) => inputs,
        Err(reason) => return Ok(Err(reason)),
    };
    let add = |totals: &mut Totals, _: &Logs, record: Record| {
        totals.add(&record);
        Ok(())
    };
    let settings = settings(config, layout);
    let Replayed { logs, gathered: totals, .. } = replay(&inputs, settings, Totals::default, add)?;
    let skipped = [&logs.faults.skipped.passed_over, &logs.faults.skipped.remarked].map(SkippedLines::words).concat();
    caveats.extend(skipped.iter().map(|words| Code::SkippedLines.caveat(None, &[("key", key), ("reason", words)])));
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
