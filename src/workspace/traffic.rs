//! Traffic: how many requests a template gets, and which of its variables are the same in all of them.

use anyhow::bail;

use super::logs::{LogInputs, Logs};
use super::output::skipped_on_stderr;
use super::sources::Sources;
use crate::lint::Gaps;
use crate::money::{Decimal, Money};
use crate::span::Span;
use crate::template::{Constants, LogMatch, TemplateFile};

/// Days of a month of bills.
pub(crate) const MONTH: u64 = 30;

/// The most requests a day that are multiplied: with any price, the costs of a month are still exact.
pub(crate) const MOST_REQUESTS: u64 = 1_000_000_000_000;

/// The facts about the requests.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    constants: Constants,
    requests_per_day: Option<u64>,
    /// Requests in the logs that were made from one of the templates, and all of them.
    pub(crate) matched: Option<(u64, u64)>,
    span: Span,
}

/// The gaps between requests made from the templates of each file, as the logs have them.
///
/// # Errors
/// A log that cannot be read, or in which no request was made from a template.
pub(crate) fn gaps(logs: &[String], files: &[TemplateFile]) -> anyhow::Result<Vec<Gaps>> {
    let mut gaps: Vec<Gaps> = files.iter().map(|file| Gaps::of_templates(file.templates.len())).collect();
    if logs.is_empty() {
        return Ok(gaps);
    }
    let places =
        files.iter().enumerate().flat_map(|(file, found)| (0..found.templates.len()).map(move |at| (file, at)));
    let mut seen: Vec<_> = places.map(|(file, at)| (file, at, LogMatch::new(&files[file].templates[at]))).collect();
    let (mut calls, mut all) = (Vec::new(), 0);
    let walked = Logs::walk(&LogInputs::plain(Sources::gather(logs, None)?), |_, exchange| {
        all += 1;
        for (file, at, template) in &mut seen {
            if template.add(exchange.request.messages()) {
                calls.extend(exchange.time.map(|time| (time, *file, *at)));
            }
        }
        Ok(())
    })?;
    skipped_on_stderr(&walked.faults.skipped, false);
    if calls.is_empty() {
        bail!("none of the {all} requests in {} has a time and was made from these templates", logs.join(", "));
    }
    calls.sort_unstable();
    for (time, file, at) in calls {
        gaps[file].add(at, time);
    }
    Ok(gaps)
}

impl Traffic {
    /// Makes traffic of so many requests a day, with nothing else known of them.
    pub(crate) fn daily(requests: Option<u64>) -> Self {
        Self { requests_per_day: requests, ..Self::default() }
    }

    /// Reads the logs and looks for requests made from these templates.
    pub(crate) fn read<'a>(logs: &[String], files: impl Iterator<Item = &'a TemplateFile>) -> anyhow::Result<Self> {
        let mut traffic = Self::default();
        let mut seen: Vec<LogMatch<'_>> = files.flat_map(|file| &file.templates).map(LogMatch::new).collect();
        let (mut matched, mut all) = (0, 0);
        let walked = Logs::walk(&LogInputs::plain(Sources::gather(logs, None)?), |_, exchange| {
            all += 1;
            let fits = seen.iter_mut().filter_map(|seen| seen.add(exchange.request.messages()).then_some(())).count();
            if fits > 0 {
                matched += 1;
                traffic.span.add(exchange.time);
            }
            Ok(())
        })?;
        skipped_on_stderr(&walked.faults.skipped, false);
        if matched == 0 {
            bail!("none of the {all} requests in {} was made from these templates", logs.join(", "));
        }
        traffic.matched = Some((matched, all));
        if matched == 1 {
            return Ok(traffic);
        }
        // Constants that differ between matches are none.
        let mut differing = Vec::new();
        for (name, value) in seen.iter().flat_map(LogMatch::constants) {
            match traffic.constants.get(&name) {
                Some(known) if *known != Some(value.clone()) => differing.push(name),
                _ => drop(traffic.constants.insert(name, Some(value))),
            }
        }
        differing.extend(seen.iter().flat_map(LogMatch::differing));
        traffic.constants.retain(|name, _| !differing.contains(name));
        Ok(traffic)
    }

    /// Variables that had the same value in all requests.
    pub(crate) fn take_constants(&mut self) -> Constants {
        std::mem::take(&mut self.constants)
    }

    /// Requests in 30 days; `None` where that is not known.
    pub(crate) fn requests_per_month(&self) -> Option<Decimal> {
        if let Some(daily) = self.requests_per_day {
            return Some(Decimal::from(daily) * Decimal::from(MONTH));
        }
        let (matched, _) = self.matched?;
        self.span.monthly_count(matched)
    }

    /// Cost of something in 30 days, by its cost in each request.
    pub(crate) fn monthly(&self, each: Money) -> Option<Money> {
        Some(each.times(self.requests_per_month()?))
    }
}
