//! Facts about logs that a report tells beside its figures, kept without the logs.

use serde::{Deserialize, Serialize};

use super::faults::Faults;
use super::found_files::FoundFiles;
use super::logs::{LogInputs, Logs};
use super::period::Period;
use super::sources::Sources;
use crate::caveat::Caveats;
use crate::input::Source;
use crate::report::Skipped;
use crate::span::Span;
use crate::time::Timestamp;

/// Facts about logs that a report tells beside its figures, without the logs.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct LogFacts {
    /// The names of the sources, as they are shown.
    sources: Vec<String>,
    found: FoundFiles,
    skipped: Skipped,
    exchanges: u64,
    caveats: Caveats,
    times: LogTimes,
}

/// The period that was asked for, and the times of the log's first and last request.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct LogTimes {
    #[serde(with = "crate::time::as_text")]
    since: Option<Timestamp>,
    #[serde(with = "crate::time::as_text")]
    until: Option<Timestamp>,
    #[serde(with = "crate::time::as_text")]
    first: Option<Timestamp>,
    #[serde(with = "crate::time::as_text")]
    last: Option<Timestamp>,
}

impl LogFacts {
    /// The logs as far as a report asks for them, with the caveats of their requests.
    pub(crate) fn into_logs(self, of_requests: Caveats) -> Logs {
        let Self { sources, found, skipped, exchanges, mut caveats, times } = self;
        caveats.merge(of_requests);
        let faults = Faults { skipped, ..Faults::default() };
        let sources = sources.into_iter().map(Source::new).collect();
        let mut logs = Logs::new(&LogInputs::plain(Sources::default()));
        (logs.sources, logs.found, logs.exchanges) = (sources, found, exchanges);
        (logs.faults, logs.caveats) = (faults, caveats);
        logs.period = Period { since: times.since, until: times.until };
        logs.span = times.first.zip(times.last);
        logs
    }
}

impl Logs {
    /// The facts about them, and the caveats of single requests apart.
    pub(crate) fn facts(&self) -> (LogFacts, Caveats) {
        let (caveats, of_requests) = self.caveats.clone().apart();
        let sources = self.sources.iter().map(|source| source.label().to_owned()).collect();
        let (found, skipped) = (self.found.clone(), self.faults.skipped.clone());
        let (first, last) = self.span.unzip();
        let times = LogTimes { since: self.period.since, until: self.period.until, first, last };
        (LogFacts { sources, found, skipped, exchanges: self.exchanges, caveats, times }, of_requests)
    }

    /// The time of the last request, whether asked for or not.
    pub(crate) fn last_time(&self) -> Option<Timestamp> {
        self.span.map(|(_, last)| last)
    }

    /// The time that the requests asked for stand for: that of the named period, as far as the log reaches its ends.
    pub(crate) fn period_of(&self, asked: Span) -> Span {
        asked.within(self.period.since, self.period.until, self.span)
    }
}
