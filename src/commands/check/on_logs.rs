//! The gates on recorded traffic: hit ratios, as the provider reported them, else as the simulation predicts them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::baseline::{Days, Noise, StoredReport, day, stored};
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
    /// The days that it is pooled over.
    days: Days,
}

/// Tokens of the requests of each day.
#[derive(Default)]
struct ByDay(BTreeMap<String, Totals>);

impl ByDay {
    fn add(&mut self, record: &Record) {
        if let Some(day) = record.replayed_at.and_then(day) {
            self.0.entry(day).or_default().add(record);
        }
    }

    /// The days whose hits are all known.
    fn days(&self) -> Days {
        Days(self.0.values().filter_map(|totals| pooled(totals).ok()).map(|day| (day.hit, day.tokens)).collect())
    }
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
        let required = format!(", at least {} is required", percent(fraction(limit)));
        let said = |now: &PooledHitRatio| now.say() + if now.value() >= limit { "" } else { &required };
        let judged = now.as_ref().map(|now| (now.value(), now.value() >= limit, said(now))).map_err(Clone::clone);
        gates.push(gate("min_hit_ratio", limit, judged, place));
    }
    if let Some((limit, place)) = most.as_ref().and_then(|limit| Some((limit.whole()?, limit.place.clone()))) {
        let judged = match &config.base_report {
            Some(name) => dropped_since(&stored(config, name)?, name, &now, limit),
            None => dropped(config, layout, reading, limit)?,
        };
        gates.push(gate("max_hit_ratio_drop", limit, judged, place));
    }
    Ok((gates, caveats))
}

/// The drop that is no matter of traffic: longer gaps, shorter sessions, other routes and sizes are none of the prompts' fault.
fn dropped(config: &Config, layout: &Layout, reading: Reading, limit: Decimal) -> anyhow::Result<Judged> {
    let mut routes = Routes::default();
    let mut side = |globs: &[String], key: &str| -> anyhow::Result<Result<(Side, Days), String>> {
        let inputs = match inputs(config, (globs, key), reading)? {
            Ok(inputs) => inputs,
            Err(reason) => return Ok(Err(reason)),
        };
        let mut side = Side::default();
        let mut by_day = ByDay::default();
        let logs = sides::read(&inputs, settings(config, layout), &mut routes, |record, add| {
            by_day.add(record);
            add(&mut side);
        })?;
        Ok(match logs.incomplete(reading.max_skipped) {
            Some(reason) => Err(reason),
            None => Ok((side, by_day.days())),
        })
    };
    let (before, after) = (side(&config.base_logs, "base_logs")?, side(&config.logs, "logs")?);
    let both = after.and_then(|after| Ok((before?, after)));
    Ok(both.and_then(|((before, days), (after, later))| {
        judged_drop(&Sides::pair(before, after), limit, days.noise(&later).as_ref())
    }))
}

/// The drop since a stored report, all of which counts.
fn dropped_since(before: &StoredReport, name: &str, now: &Result<PooledHitRatio, String>, limit: Decimal) -> Judged {
    let now = now.as_ref().map_err(Clone::clone)?;
    if now.basis != before.basis {
        return Err(format!("{}; {name} has the {} one, and the two cannot be compared", now.say(), before.basis));
    }
    let drop = before.ratio - fraction(now.value());
    let reason = format!(
        "{}; in {name}, {}: the whole difference counts, as a stored report cannot separate traffic from prompts",
        now.say(),
        percent(before.ratio),
    );
    Ok(beyond_noise(drop, limit, before.days.noise(&now.days).as_ref(), reason))
}

/// A drop beyond the limit fails if it is beyond the noise of the baseline, too.
fn beyond_noise(drop: f64, limit: Decimal, noise: Option<&Noise>, reason: String) -> (Decimal, bool, String) {
    let drop_told = Decimal::from_f64_retain(drop).unwrap_or_default().round_dp(6).max(Decimal::ZERO);
    match noise.filter(|_| drop_told > limit) {
        Some(noise) => (drop_told, drop <= noise.drop, format!("{reason}; the drop is {}", noise.described(drop))),
        None => (drop_told, drop_told <= limit, reason),
    }
}

fn judged_drop(sides: &Sides, limit: Decimal, noise: Option<&Noise>) -> Judged {
    for side in sides.all() {
        pooled(&side.totals)?;
    }
    if sides.have_no_basis() {
        return Err("one side reports hits that no known cache rule predicts, the other reports none".into());
    }
    let step = sides.steps().next().ok_or("only one side has a hit ratio")?;
    let decomposition = step.decomposition().ok_or("one side has no prompt token")?;
    let of_traffic = [Factor::SessionLength, Factor::Gaps, Factor::Mix, Factor::PromptSize];
    let is_traffic = |factor| of_traffic.contains(&factor) || factor == Factor::Rest && step.rest_is_first_calls();
    let sum = |wanted: bool| -> f64 {
        let factors = Factor::ALL.into_iter().filter(|factor| is_traffic(*factor) == wanted);
        factors.map(|factor| decomposition.part(factor)).sum()
    };
    let basis = sides.basis_name();
    let points = |ratio: f64| format!("{:+.1} points", ratio * 100.0);
    let reason = format!(
        "the {basis} hit ratio is {}; before, {}: {} by the prompts and the provider, which count, and {} by traffic \
         (`cachecheck compare` shows the parts)",
        percent(decomposition.after),
        percent(decomposition.before),
        points(sum(false)),
        points(sum(true)),
    );
    Ok(beyond_noise(-sum(false), limit, noise, reason))
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
    let add = |(totals, by_day): &mut (Totals, ByDay), _: &Logs, record: Record| {
        totals.add(&record);
        by_day.add(&record);
        Ok(())
    };
    let settings = settings(config, layout);
    let Replayed { logs, gathered: (totals, by_day), .. } = replay(&inputs, settings, Default::default, add)?;
    let skipped = [&logs.faults.skipped.passed_over, &logs.faults.skipped.remarked].map(SkippedLines::words).concat();
    caveats.extend(skipped.iter().map(|words| Code::SkippedLines.caveat(None, &[("key", key), ("reason", words)])));
    Ok(match logs.incomplete(reading.max_skipped) {
        Some(reason) => Err(reason),
        None => pooled(&totals).map(|pooled| PooledHitRatio { days: by_day.days(), ..pooled }),
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
            days: Days::default(),
        });
    }
    if totals.simulated == totals.requests && totals.simulated_tokens > 0 {
        let (hit, tokens) = (totals.hit_tokens, totals.simulated_tokens);
        return Ok(PooledHitRatio { hit, tokens, basis: "predicted", days: Days::default() });
    }
    let known = totals.requests - totals.simulated;
    Err(format!("{known} of {} requests neither report hits nor have a known cache rule", totals.requests))
}
