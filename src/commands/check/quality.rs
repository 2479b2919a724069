//! The gates on the quality of answers, by results of evaluations before and after a change.

use std::path::Path;

use crate::caveat::Code;
use crate::money::{Decimal, fraction};
use crate::report::text::{percent, plural, thousands};
use crate::report::{Caveat, Cell, Gate, Verdict};
use crate::source::Place;
use crate::workspace::config::{Config, Limit};
use crate::workspace::evaluations::{self, Evaluation};

/// The results before and after; the earlier ones may be missing.
pub(super) struct Quality {
    before: Option<Evaluation>,
    after: Option<Evaluation>,
}

impl Quality {
    /// Reads the files that were named, else those of the configuration.
    pub(super) fn read(named: &[String], config: &Config) -> anyhow::Result<Self> {
        if let [before, after] = named {
            let read = |name: &String| evaluations::read(Path::new(name), name);
            return Ok(Self { before: Some(read(before)?), after: Some(read(after)?) });
        }
        let read = |name: &Option<String>| {
            let Some(name) = name else { return Ok(None) };
            let path = config.folder.path(name);
            config.boundary.check(&path)?;
            evaluations::read(&path, name).map(Some)
        };
        Ok(Self { before: read(&config.quality.before)?, after: read(&config.quality.after)? })
    }

    /// The gates that were set.
    pub(super) fn gates(&self, config: &Config) -> Vec<Gate> {
        let least = config.gates.min_quality.as_ref().and_then(|limit| self.least(limit));
        let most = config.gates.max_quality_drop.as_ref().and_then(|limit| self.dropped(limit));
        least.into_iter().chain(most).collect()
    }

    fn least(&self, limit: &Limit<Decimal>) -> Option<Gate> {
        let least = limit.whole()?;
        let judged = self.after.as_ref().map(|after| {
            let holds = after.rate >= least;
            let required = format!(", at least {} must", percent(fraction(least)));
            (after.rate, holds, in_words(after) + if holds { "" } else { &required })
        });
        Some(gate("min_quality", least, judged, limit.place.clone()))
    }

    fn dropped(&self, limit: &Limit<Decimal>) -> Option<Gate> {
        let most = limit.whole()?;
        let both = self.before.as_ref().zip(self.after.as_ref());
        let judged = both.map(|(before, after)| {
            let (earlier, later) = rates(before, after);
            let drop = (earlier - later).max(Decimal::ZERO);
            (drop, drop <= most, compared(before, after))
        });
        let gate = gate("max_quality_drop", most, judged, limit.place.clone());
        // Rates of other cases say nothing of each other.
        let is_of_others = both.is_some_and(|(before, after)| have_nothing_in_common(before, after));
        Some(if is_of_others { Gate { verdict: Verdict::Unknown, measured: Cell::Unknown, ..gate } } else { gate })
    }

    /// A sentence on the results, where there are any.
    pub(super) fn caveat(&self) -> Option<Caveat> {
        let (before, after) = self.before.as_ref().zip(self.after.as_ref())?;
        let (earlier, later) = rates(before, after);
        let change = match later.cmp(&earlier) {
            _ if have_nothing_in_common(before, after) => "the results are those of other cases than before",
            std::cmp::Ordering::Less => {
                "fewer answers pass than before, so a prompt that costs less is not better for it"
            }
            std::cmp::Ordering::Equal => "as many answers pass as before",
            std::cmp::Ordering::Greater => "more answers pass than before",
        };
        let reason = format!("{change}: {}", compared(before, after));
        Some(Code::Quality.because(&reason))
    }
}

/// Both results, and what is worse.
fn compared(before: &Evaluation, after: &Evaluation) -> String {
    let (worse, missing) = (worse(before, after), missing(before, after));
    let earlier = match before.cases {
        Some((passed, all)) => {
            format!("{} of {} ({})", thousands(passed), thousands(all), percent(fraction(before.rate)))
        }
        None => percent(fraction(before.rate)),
    };
    let of_common = of_common(before, after).map(|(cases, earlier, later)| {
        let [earlier, later] = [earlier, later].map(|rate| percent(fraction(rate)));
        format!("; of the {cases} that both have, which are compared, {later} pass, {earlier} before")
    });
    format!("{}, {earlier} before{}{worse}{missing}", in_words(after), of_common.unwrap_or_default())
}

/// The rates to compare: of the cases that both have, if others were added or left out; those say nothing of a change.
fn rates(before: &Evaluation, after: &Evaluation) -> (Decimal, Decimal) {
    let of_common = of_common(before, after).map(|(_, earlier, later)| (earlier, later));
    of_common.unwrap_or((before.rate, after.rate))
}

/// The cases that both have, in words, and the rates of those before and after; `None` where both have the same ones, or none in common.
fn of_common(before: &Evaluation, after: &Evaluation) -> Option<(String, Decimal, Decimal)> {
    let (ours, theirs) = (&before.by_name, &after.by_name);
    let common: Vec<(&Decimal, &Decimal)> =
        ours.iter().filter_map(|(name, earlier)| Some((earlier, theirs.get(name)?))).collect();
    if common.is_empty() || common.len() == ours.len() && common.len() == theirs.len() {
        return None;
    }
    let count = Decimal::from(common.len());
    let earlier: Decimal = common.iter().map(|(earlier, _)| **earlier).sum();
    let later: Decimal = common.iter().map(|(_, later)| **later).sum();
    Some((plural(common.len() as u64, "case"), earlier / count, later / count))
}

/// Tells whether both name their cases, and none is in both.
fn have_nothing_in_common(before: &Evaluation, after: &Evaluation) -> bool {
    let (ours, theirs) = (&before.by_name, &after.by_name);
    !ours.is_empty() && !theirs.is_empty() && !ours.keys().any(|name| theirs.contains_key(name))
}

/// A remark on cases of the results before that those after have not.
fn missing(before: &Evaluation, after: &Evaluation) -> String {
    let is_missing = |name: &&String| !after.by_name.contains_key(*name);
    let names: Vec<&str> = before.by_name.keys().filter(is_missing).map(String::as_str).collect();
    match names.as_slice() {
        _ if after.by_name.is_empty() => String::new(),
        [] => String::new(),
        [first, ..] if names.len() == before.by_name.len() => {
            format!("; no case of those before is in those after, such as {first}")
        }
        [first, rest @ ..] if !rest.is_empty() => {
            format!("; {first} and {} more of those before are not in those after", rest.len())
        }
        few => format!("; {} of those before is not in those after", few.join(", ")),
    }
}

fn in_words(evaluation: &Evaluation) -> String {
    let rate = percent(fraction(evaluation.rate));
    match evaluation.cases {
        Some((passed, all)) => format!("{} of {} pass ({rate})", thousands(passed), plural(all, "answer")),
        None => format!("{rate} of the answers pass"),
    }
}

/// The first cases that pass less often than before.
fn worse(before: &Evaluation, after: &Evaluation) -> String {
    let is_worse = |(name, rate): &(&String, &Decimal)| before.by_name.get(*name).is_some_and(|old| old > *rate);
    let names: Vec<&str> = after.by_name.iter().filter(is_worse).map(|(name, _)| name.as_str()).collect();
    match names.as_slice() {
        [] => String::new(),
        [first, second, third, rest @ ..] if !rest.is_empty() => {
            format!("; worse: {first}, {second}, {third} and {} more", rest.len())
        }
        few => format!("; worse: {}", few.join(", ")),
    }
}

fn gate(name: &'static str, limit: Decimal, judged: Option<(Decimal, bool, String)>, place: Place) -> Gate {
    let ratio = |value: Decimal| Cell::Ratio(fraction(value));
    let (measured, verdict, reason) = if let Some((value, holds, reason)) = judged {
        (ratio(value), if holds { Verdict::Pass } else { Verdict::Fail }, reason)
    } else {
        let missing =
            "no results of evaluations: give them with --quality BEFORE AFTER, or `quality: {before: …, after: …}`";
        (Cell::Unknown, Verdict::Unknown, missing.to_owned())
    };
    Gate {
        name,
        subject: None,
        verdict,
        measured,
        limit: ratio(limit),
        reason,
        place: Some(place),
        tokens: None,
        cost: None,
    }
}
