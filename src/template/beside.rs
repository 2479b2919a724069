//! Files beside a template: the texts of those that it inserts or imports from, read once, by the names that it gives them.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Reads a file by the name that a template gives it: seen from the template's folder where it begins with a dot, else from that or any
/// folder above it. `None` where none is there that may be read.
pub type ReadBeside<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Texts of other files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside(Arc<BTreeMap<String, String>>);

/// The most files that one template may draw in.
const MOST: usize = 64;

/// The most names that are looked for in vain.
const MOST_MISSING: usize = 512;

impl Beside {
    /// The files that some texts name, and those that these name, and so on. `named_in` is given a text and the name of its file, none for
    /// the first.
    pub(super) fn collect<'t>(
        texts: impl IntoIterator<Item = &'t str>,
        named_in: impl Fn(&str, &str) -> Vec<String>,
        read: ReadBeside<'_>,
    ) -> Self {
        let mut found: BTreeMap<String, String> = BTreeMap::new();
        let mut wanted: Vec<String> = texts.into_iter().flat_map(|text| named_in(text, "")).collect();
        let mut missing = Vec::new();
        while let Some(name) = wanted.pop() {
            if found.contains_key(&name)
                || missing.contains(&name)
                || found.len() >= MOST
                || missing.len() >= MOST_MISSING
            {
                continue;
            }
            match read(&name) {
                Some(text) => {
                    wanted.extend(named_in(&text, &name));
                    found.insert(name, text);
                }
                None => missing.push(name),
            }
        }
        Self(Arc::new(found))
    }

    /// All that several have.
    pub(super) fn of_all<'b>(all: impl IntoIterator<Item = &'b Self>) -> Self {
        let texts = all.into_iter().flat_map(Self::iter).map(|(name, text)| (name.to_owned(), text.to_owned()));
        Self(Arc::new(texts.collect()))
    }

    /// The texts of all, one behind the other.
    pub(super) fn text(&self) -> String {
        self.0.values().map(String::as_str).collect()
    }

    /// The text of one.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// All of them by name.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
