//! How many requests have something said of them: a reason, a model, a day.

use std::collections::BTreeMap;

use crate::report::text::plural;

/// What is said of requests whose output nobody counted, where there is a cost.
pub(crate) const WITHOUT_OUTPUT: &str = "without a count of output tokens, which are not in the cost";

/// Requests by what is said of them, in the order of the words.
#[derive(Default)]
pub(crate) struct Counts(BTreeMap<String, u64>);

impl Counts {
    /// Counts a request of which this is said, if anything.
    pub(crate) fn add(&mut self, said: Option<&str>) {
        let Some(said) = said else { return };
        match self.0.get_mut(said) {
            Some(requests) => *requests += 1,
            None => _ = self.0.insert(said.to_owned(), 1),
        }
    }

    /// What is said, with how many requests it is said of.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0.iter().map(|(said, requests)| (said.as_str(), *requests))
    }

    /// How many different things are said.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Of how many requests anything is said.
    pub(crate) fn requests(&self) -> u64 {
        self.0.values().sum()
    }

    /// A sentence for each reason: how many of these (`request`) what (`without a price`) for it.
    pub(crate) fn notes(&self, of: &str, what: &str) -> impl Iterator<Item = String> {
        self.iter().map(move |(reason, requests)| format!("{} {what}: {reason}", plural(requests, of)))
    }
}
