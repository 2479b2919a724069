//! Numbers of exchanges by name: of a format, a model, a host.

use std::collections::BTreeMap;

/// Exchanges by name, in the order of the names.
#[derive(Default)]
pub(super) struct Counts(BTreeMap<String, u64>);

impl Counts {
    /// Counts an exchange of that name, if it has one.
    pub(super) fn add(&mut self, name: Option<&str>) {
        let Some(name) = name else { return };
        match self.0.get_mut(name) {
            Some(exchanges) => *exchanges += 1,
            None => _ = self.0.insert(name.to_owned(), 1),
        }
    }

    /// The names, each with its number of exchanges.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0.iter().map(|(name, exchanges)| (name.as_str(), *exchanges))
    }

    /// Number of different names.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}
