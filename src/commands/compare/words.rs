//! Words of a comparison: the sentence that says why the hit ratio changed.

use super::steps::DifferenceParts;
use crate::calendar::Zone;
use crate::causes::CauseCode;
use crate::decomposition::Factor;
use crate::report::text::percent;
use crate::workspace::logs::Logs;
use crate::workspace::sides::SidePair;

/// Parts below a twentieth of a point are not mentioned.
const LEAST: f64 = 0.000_5;

/// Meanings of factors, in a few words.
pub(super) fn meaning(factor: Factor) -> &'static str {
    match factor {
        Factor::SessionLength => "the turns that conversations have",
        Factor::Gaps => "the time between uses",
        Factor::Mix => "the mix of models and routes",
        Factor::PromptSize => "the size of prompts, and their new text",
        Factor::Prefix => "changes before text that was cached",
        Factor::Provider => "predicted hits that were not served",
        Factor::Rest => "first requests, and unexplained misses",
    }
}

/// The sentence on a step: both ratios, and the reasons by their weight.
pub(super) fn sentence(
    step: &SidePair<'_>,
    (before, after): (f64, f64),
    parts: &DifferenceParts,
    logs: &[Logs],
    zone: &Zone,
) -> String {
    let (before, after) = (percent(before), percent(after));
    let mut parts: Vec<(Factor, f64)> = parts.ratios().filter(|(_, part)| part.abs() >= LEAST).collect();
    parts.sort_by(|(one, ours), (other, theirs)| theirs.abs().total_cmp(&ours.abs()).then(one.cmp(other)));
    if parts.is_empty() {
        return format!("{before} → {after}: the hit ratio did not change.");
    }
    let told = parts.iter().enumerate().map(|(at, (factor, part))| {
        let noun = match at {
            0 if points(*part) == "1" => " point",
            0 => " points",
            _ => "",
        };
        let direction = if *part > 0.0 { "up" } else { "down" };
        format!("{direction} {}{noun} {}", points(*part), reason(*factor, *part, step, logs, zone))
    });
    format!("hit ratio {before} → {after}: {}.", told.collect::<Vec<_>>().join(", "))
}

/// Points without their sign, to a tenth.
fn points(part: f64) -> String {
    let tenths = format!("{:.1}", (part * 100.0).abs());
    tenths.strip_suffix(".0").map_or(tenths.clone(), str::to_owned)
}

fn reason(factor: Factor, part: f64, step: &SidePair<'_>, logs: &[Logs], zone: &Zone) -> String {
    let [(turn_before, size_before), (turn_after, size_after)] = step.means();
    let is_less =
        |before: Option<f64>, after: Option<f64>| before.zip(after).is_some_and(|(before, after)| after < before);
    match factor {
        Factor::SessionLength if is_less(turn_before, turn_after) => "because sessions are shorter".into(),
        Factor::SessionLength if is_less(turn_after, turn_before) => "because sessions are longer".into(),
        Factor::SessionLength => "because sessions have other turns".into(),
        Factor::Gaps => gaps(part, step),
        Factor::Mix => "because other routes and models are called".into(),
        Factor::PromptSize if is_less(size_before, size_after) => "because prompts are smaller".into(),
        Factor::PromptSize if is_less(size_after, size_before) => "because prompts are larger".into(),
        Factor::PromptSize => "because more of the prompts is new".into(),
        Factor::Prefix => prefix(part, step, logs, zone),
        Factor::Provider => "because of the provider".into(),
        Factor::Rest => {
            let misses =
                if step.rest_is_first_calls() { "first requests" } else { "first requests and unexplained misses" };
            format!("because {misses} take {} of the prompts", if part < 0.0 { "more" } else { "less" })
        }
    }
}

fn gaps(part: f64, step: &SidePair<'_>) -> String {
    let tokens = |code| step.after.cause(code).map_or(0, |seen| seen.tokens);
    let late = [CauseCode::Idle, CauseCode::Evicted, CauseCode::Parallel].into_iter().max_by_key(|code| tokens(*code));
    match late {
        _ if part > 0.0 => "because less text had expired or was evicted".into(),
        Some(CauseCode::Evicted) => "because other prompts evicted text from the cache".into(),
        Some(CauseCode::Parallel) => {
            "because requests were sent before those that they share text with had ended".into()
        }
        _ => "because requests came later than the cache keeps text".into(),
    }
}

/// The change that weighs most, with the first request after it.
fn prefix(part: f64, step: &SidePair<'_>, logs: &[Logs], zone: &Zone) -> String {
    let is_worse = part < 0.0;
    let Some((code, seen)) = step.prefix_causes(is_worse).into_iter().next() else {
        return "because text changes before text that was cached".into();
    };
    if !is_worse {
        return format!("because this became less frequent: {}", code.what());
    }
    let (place, time) = seen.first;
    let line = logs.last().map(|logs| logs.label(place)).unwrap_or_default();
    let time = time.map(|time| format!(", {}", zone.write(time))).unwrap_or_default();
    format!("because {} (first in {line}{time})", code.what())
}
