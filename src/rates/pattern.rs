//! Patterns of model names: a name, or one with `*` for any run of characters.

use std::fmt;

use serde::Deserialize;

use crate::wildcard;

/// A model's name, or a pattern of names.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct ModelPattern(String);

/// The fit of a pattern to a name; the greater fits better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// By a pattern with so many characters of its own.
    Pattern(usize),
    /// Letter by letter.
    Name,
}

impl ModelPattern {
    /// A name or pattern.
    pub fn new(pattern: &str) -> Self {
        Self(pattern.to_owned())
    }

    /// True if it fits a name; capitals do not matter.
    pub fn is_of(&self, model: &str) -> bool {
        self.fit(model).is_some()
    }

    /// The fit to a name, if it fits; capitals do not matter.
    pub(super) fn fit(&self, model: &str) -> Option<Fit> {
        // Most patterns end here, and all of them are asked for each request.
        let first = self.0.as_bytes().first().filter(|first| **first != b'*');
        if first.is_some_and(|first| !model.as_bytes().first().is_some_and(|other| other.eq_ignore_ascii_case(first))) {
            return None;
        }
        if self.0.eq_ignore_ascii_case(model) {
            return Some(Fit::Name);
        }
        let matches = self.0.contains('*') && wildcard::matches(&self.0, model);
        matches.then(|| Fit::Pattern(self.0.bytes().filter(|&byte| byte != b'*').count()))
    }

    /// As it is written in the card.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ModelPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(pattern: &str, model: &str) -> Option<Fit> {
        ModelPattern(pattern.to_owned()).fit(model)
    }

    #[test]
    fn a_name_in_full_fits_better_than_any_pattern() {
        assert_eq!(fit("gpt-5", "GPT-5"), Some(Fit::Name));
        assert!(fit("gpt-5-*", "gpt-5-2025-08-07") > fit("gpt-*", "gpt-5-2025-08-07"));
        assert!(fit("gpt-5", "gpt-5") > fit("gpt-5*", "gpt-5"));
    }

    #[test]
    fn a_name_without_a_star_fits_only_itself() {
        assert_eq!(fit("gpt-5", "gpt-5-mini"), None);
        assert_eq!(fit("*-5", "gpt-5-mini"), None);
        assert_eq!(fit("gpt-5-2*", "gpt-5-mini"), None);
    }
}
