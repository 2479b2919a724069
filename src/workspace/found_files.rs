//! Files that were found in folders: only reading them shows which are logs.

use std::fmt::Display;
use std::mem;

use anyhow::bail;
use serde::{Deserialize, Serialize};

use super::faults::Faults;
use crate::caveat::Code;
use crate::report::Caveat;

/// The number of files that are named where there are many.
const LISTED: usize = 5;

/// The files of folders that are no logs, and the one that is read and may be none.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct FoundFiles {
    /// Files that are no logs, each with the reason if it was read.
    others: Vec<(String, Option<String>)>,
    #[serde(skip)]
    candidate: Option<Candidate>,
}

/// A file of which no request was read yet.
#[derive(Clone)]
struct Candidate {
    /// The faults of all files before it.
    before: Faults,
    /// The first fault that ends the run, if the file is a log.
    fatal: Option<String>,
    /// The first reason why a line of it was not read.
    reason: Option<String>,
}

impl FoundFiles {
    /// Files that have no ending of a log, which are not read.
    pub(super) fn new(others: &[String]) -> Self {
        Self { others: others.iter().map(|name| (name.clone(), None)).collect(), candidate: None }
    }

    /// Begins a file, whose faults are its own until it proves to be a log.
    pub(super) fn begin(&mut self, faults: &mut Faults) {
        self.candidate = Some(Candidate { before: mem::take(faults), fatal: None, reason: None });
    }

    /// Takes the file that is read for a log, since there is a request in it: its faults are those of the run.
    ///
    /// # Errors
    /// A fault before the request ends the run.
    pub(super) fn is_log(&mut self, faults: &mut Faults) -> anyhow::Result<()> {
        let Some(Candidate { before, fatal, .. }) = self.candidate.take() else { return Ok(()) };
        if let Some(fatal) = fatal {
            bail!("{fatal}");
        }
        *faults = before.with(mem::take(faults));
        Ok(())
    }

    /// Notes a reason why a line of the file that is read was not read.
    pub(super) fn doubt(&mut self, reason: &impl Display) {
        if let Some(candidate) = &mut self.candidate {
            candidate.reason.get_or_insert_with(|| reason.to_string());
        }
    }

    /// Ends the run with a fault, at once or as soon as the file that is read proves to be a log.
    ///
    /// # Errors
    /// The fault, in a file that is a log.
    pub(super) fn fail(&mut self, fatal: String) -> anyhow::Result<()> {
        match &mut self.candidate {
            Some(candidate) => drop(candidate.fatal.get_or_insert(fatal)),
            None => bail!("{fatal}"),
        }
        Ok(())
    }

    /// Ends a file. If there were faults and no request in it, it is no log, and its faults are forgotten.
    pub(super) fn end(&mut self, label: &str, faults: &mut Faults) {
        let Some(Candidate { before, reason, .. }) = self.candidate.take() else { return };
        let own = mem::replace(faults, before);
        match reason {
            Some(reason) => self.pass_over(label, reason),
            None => *faults = mem::take(faults).with(own),
        }
    }

    /// Notes that a file is no log.
    pub(super) fn pass_over(&mut self, label: &str, reason: String) {
        self.others.push((label.to_owned(), Some(reason)));
    }

    /// Names the files that are no logs; `None` if there are none.
    pub(super) fn caveat(&self) -> Option<Caveat> {
        let named = |(name, reason): &(String, Option<String>)| match reason {
            Some(reason) => format!("{name} ({reason})"),
            None => name.clone(),
        };
        let count = self.others.len() as u64;
        let files = listed(self.others.iter().map(named));
        (count > 0).then(|| Code::OtherFiles.caveat(Some(count), &[("reason", &files)]))
    }
}

/// The first of some words, and how many more there are.
pub(crate) fn listed(words: impl ExactSizeIterator<Item = String>) -> String {
    let more = words.len().saturating_sub(LISTED);
    let first = words.take(LISTED).collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{first} and {more} more") } else { first }
}
