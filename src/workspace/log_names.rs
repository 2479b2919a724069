//! Names of the logs of a run and of lines in them.

use super::found_files::listed;
use super::logs::{Logs, label};
use crate::exchange::Place;

impl Logs {
    /// The logs, in a few words.
    pub(crate) fn about(&self) -> String {
        listed(self.sources.iter().map(|source| source.label().to_owned()))
    }

    /// The source's name and line, as `source:line`.
    pub(crate) fn label(&self, place: Place) -> String {
        label(&self.sources, place)
    }

    /// The line alone where there is one source, else as `source:line`.
    pub(crate) fn short(&self, place: Place) -> String {
        if self.sources.len() == 1 { format!("line {}", place.in_source()) } else { self.label(place) }
    }

    /// The file that [`Self::short`] names lines of by their numbers alone.
    pub(crate) fn only_file(&self) -> Option<String> {
        let [source] = &self.sources[..] else { return None };
        source.size().map(|_| source.name.clone())
    }

    /// The name of the source that a line is in.
    pub(crate) fn source(&self, place: Place) -> &str {
        self.sources[place.source()].label()
    }
}
