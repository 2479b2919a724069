//! Facts about logs that a report tells beside its figures, kept without the logs.

use serde::{Deserialize, Serialize};

use super::faults::Faults;
use super::found_files::FoundFiles;
use super::logs::{LogInputs, Logs};
use super::sources::Sources;
use crate::caveat::Caveats;
use crate::input::Source;
use crate::report::Skipped;

/// Facts about logs that a report tells beside its figures, without the logs.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct LogFacts {
    /// The names of the sources, as they are shown.
    sources: Vec<String>,
    found: FoundFiles,
    skipped: Skipped,
    exchanges: u64,
    caveats: Caveats,
}

impl LogFacts {
    /// The logs as far as a report asks for them, with the caveats of their requests.
    pub(crate) fn into_logs(self, of_requests: Caveats) -> Logs {
        let Self { sources, found, skipped, exchanges, mut caveats } = self;
        caveats.merge(of_requests);
        let faults = Faults { skipped, ..Faults::default() };
        let sources = sources.into_iter().map(Source::new).collect();
        let mut logs = Logs::new(&LogInputs::plain(Sources::default()));
        (logs.sources, logs.found, logs.exchanges) = (sources, found, exchanges);
        (logs.faults, logs.caveats) = (faults, caveats);
        logs
    }
}

impl Logs {
    /// The facts about them, and the caveats of single requests apart.
    pub(crate) fn facts(&self) -> (LogFacts, Caveats) {
        let (caveats, of_requests) = self.caveats.clone().apart();
        let sources = self.sources.iter().map(|source| source.label().to_owned()).collect();
        let (found, skipped) = (self.found.clone(), self.faults.skipped.clone());
        (LogFacts { sources, found, skipped, exchanges: self.exchanges, caveats }, of_requests)
    }
}
