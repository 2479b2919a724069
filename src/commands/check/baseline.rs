//! A baseline from production: the hit ratio that a stored report tells, and how far its days lie apart.

use anyhow::{Context, bail};
use serde_json::Value;

use crate::report::text::plural;
use crate::time::{self, Timestamp};
use crate::workspace::config::Config;
use crate::workspace::files;

/// The fewest days of a baseline whose spread tells its noise; of fewer a spread tells nothing. Our choice.
const FEWEST_DAYS: usize = 4;

/// The standard errors that a drop must exceed to be no noise: about one day in twenty lies beyond two. Our choice.
const STANDARD_ERRORS: f64 = 2.0;

/// Hit and prompt tokens of days.
#[derive(Default)]
pub(super) struct Days(pub(super) Vec<(u64, u64)>);

/// The hit ratio that a stored report tells, and the days that it breaks down to.
pub(super) struct StoredReport {
    /// `reported` or `predicted`.
    pub(super) basis: &'static str,
    pub(super) ratio: f64,
    pub(super) days: Days,
}

impl Days {
    /// The largest drop to some days after that the spread of these days explains; `None` of fewer than four days.
    pub(super) fn noise(&self, after: &Self) -> Option<Noise> {
        let ratios: Vec<f64> = self.0.iter().filter_map(|(hit, all)| crate::number::ratio(*hit, *all)).collect();
        if ratios.len() < FEWEST_DAYS {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "some days")]
        let (count, later) = (ratios.len() as f64, after.0.len().max(1) as f64);
        let mean = ratios.iter().sum::<f64>() / count;
        let variance = ratios.iter().map(|ratio| (ratio - mean).powi(2)).sum::<f64>() / (count - 1.0);
        let drop = STANDARD_ERRORS * (variance * (1.0 / count + 1.0 / later)).sqrt();
        Some(Noise { drop, days: ratios.len() })
    }
}

/// The noise of a baseline.
pub(super) struct Noise {
    /// The largest drop that may be noise.
    pub(super) drop: f64,
    days: usize,
}

impl Noise {
    /// Words on a drop beside the noise, as a part of a sentence.
    pub(super) fn described(&self, drop: f64) -> String {
        let side = if drop <= self.drop { "within" } else { "beyond" };
        let days = plural(self.days as u64, "day");
        format!(
            "{side} the noise of {days} of the baseline, up to {:.1} points (two standard errors)",
            self.drop * 100.0
        )
    }
}

/// The day of an instant, in UTC; `None` of a trace that counts from its own start.
pub(super) fn day(at: Timestamp) -> Option<String> {
    (!time::is_relative(at)).then(|| at.to_string().chars().take(10).collect())
}

/// The report that the configuration names as the baseline, as `simulate --format json` writes it.
///
/// # Errors
/// A file that cannot be read, or that is no such report.
pub(super) fn stored(config: &Config, name: &str) -> anyhow::Result<StoredReport> {
    let path = config.folder.path(name);
    config.boundary.check(&path)?;
    let text = files::named_text(&path, files::LARGE).with_context(|| format!("cannot read {name}"))?;
    let report: Value = serde_json::from_str(&text).with_context(|| name.to_owned())?;
    let of = |kind: &str| {
        let counted = if kind == "reported" { "requests_reported" } else { "requests_simulated" };
        let is_whole = report["summary"][counted].as_u64()? == report["summary"]["requests"].as_u64()?;
        report["summary"][format!("hit_ratio_{kind}")].as_f64().filter(|_| is_whole)
    };
    let found = ["reported", "predicted"].into_iter().find_map(|basis| Some((basis, of(basis)?)));
    let Some((basis, ratio)) = found else {
        bail!(
            "{name}: it has no hit ratio over all requests: `cachecheck simulate LOG --by day --format json` writes such a report"
        );
    };
    let row = |row: &Value| {
        let tokens = |kind: &str| row[format!("{kind}_tokens_{basis}")].as_u64();
        let whole = if basis == "reported" { tokens("prompt") } else { row["prompt_tokens_simulated"].as_u64() };
        row["day"].as_str().and_then(|_| tokens("hit").zip(whole))
    };
    let rows = report["tables"]["by"].as_array().map(Vec::as_slice).unwrap_or_default();
    Ok(StoredReport { basis, ratio, days: Days(rows.iter().filter_map(row).collect()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_the_spread_of_days() {
        let days = |hits: &[u64]| Days(hits.iter().map(|hit| (*hit, 100)).collect());
        assert!(days(&[50, 60, 70]).noise(&days(&[20])).is_none());
        let steady = days(&[60, 60, 60, 60]).noise(&days(&[20])).map(|noise| noise.drop);
        assert_eq!(steady, Some(0.0));
        // Standard deviation of 10 points, of 5 days against one.
        let unsteady = days(&[50, 70, 60, 50, 70]).noise(&days(&[20])).map(|noise| noise.drop);
        assert!(unsteady.is_some_and(|drop| (drop - 2.0 * (0.01_f64 * 1.2).sqrt()).abs() < 1e-9), "{unsteady:?}");
    }
}
