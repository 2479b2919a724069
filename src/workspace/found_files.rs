//! Files that were found in folders: only reading them shows which are logs.

use std::fmt::Display;
use std::mem;

use anyhow::bail;
use serde::{Deserialize, Serialize};

use super::faults::Faults;
use super::sources::Sources;
use crate::caveat::Code;
use crate::report::Caveat;

/// The number of files that are named where there are many.
const LISTED: usize = 5;

/// The reason why a file of a folder is no log that was not read.
const NOT_TEXT: &str = "no text";

/// The files of folders that are no logs, and the one that is read and may be none.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct FoundFiles {
    /// Files that are no logs, each with the reason.
    others: Vec<(String, String)>,
    /// Files that were not opened, each with the ending of its name.
    unopened: Vec<(String, String)>,
    /// Names of files that have another name by which they are read.
    again: Vec<String>,
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
    /// The files that were found beside the sources, none of which is read yet.
    pub(super) fn new(named: &Sources) -> Self {
        let others = named.binary.iter().map(|name| (name.clone(), NOT_TEXT.to_owned())).collect();
        Self { others, unopened: named.unopened.clone(), again: named.again.clone(), candidate: None }
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
        self.others.push((label.to_owned(), reason));
    }

    /// Names the files that are no logs, those that were not opened, and those that are read once though they are named more often.
    pub(super) fn caveats(&self) -> impl Iterator<Item = Caveat> {
        let with_reason = |(name, reason): &(String, String)| format!("{name} ({reason})");
        let with_ending = |(name, ending): &(String, String)| format!("{name} (ending .{ending})");
        let others = caveat(Code::OtherFiles, self.others.iter().map(with_reason));
        let unopened = caveat(Code::UnopenedFiles, self.unopened.iter().map(with_ending));
        let again = caveat(Code::NamedAgain, self.again.iter().cloned());
        others.into_iter().chain(unopened).chain(again)
    }
}

/// A note on some files; `None` if there are none.
fn caveat(code: Code, files: impl ExactSizeIterator<Item = String>) -> Option<Caveat> {
    let count = files.len() as u64;
    (count > 0).then(|| code.caveat(Some(count), &[("reason", &listed(files))]))
}

/// The first of some words, and how many more there are.
pub(crate) fn listed(words: impl ExactSizeIterator<Item = String>) -> String {
    let more = words.len().saturating_sub(LISTED);
    let first = words.take(LISTED).collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{first} and {more} more") } else { first }
}
