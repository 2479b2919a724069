//! Rate cards of users: read from a file, with mistakes reported as `file:line:column`.

use std::path::Path;

use anyhow::{Context, anyhow};

use super::boundary::NamedBy;
use super::files;
use crate::rates::{CardError, RateCard};

/// The card in that file.
///
/// # Errors
/// A file that cannot be read, and the first mistake in it.
pub(crate) fn read(file: &str, by: NamedBy) -> anyhow::Result<RateCard> {
    let yaml = match by {
        NamedBy::Person => files::named_text(Path::new(file), files::LARGE),
        NamedBy::Repository => files::text(Path::new(file), files::LARGE),
    };
    let yaml = yaml.with_context(|| format!("cannot read rate card {file}"))?;
    RateCard::read(&yaml).map_err(|error| match (by, error.position) {
        (NamedBy::Person, _) => anyhow!("{}", in_words(file, &error)),
        (NamedBy::Repository, Some((line, column))) => {
            anyhow!("{file}:{line}:{column}: not a valid rate card; `cachecheck rates check {file}` shows the mistake")
        }
        (NamedBy::Repository, None) => {
            anyhow!("{file}: not a valid rate card; `cachecheck rates check {file}` shows the mistake")
        }
    })
}

/// The mistake with its place in front, where an editor finds it.
fn in_words(file: &str, error: &CardError) -> String {
    let message = error.to_string();
    match error.position {
        None => format!("{file}: {message}"),
        Some((line, column)) => {
            let place = format!(" at line {line} column {column}");
            format!("{file}:{line}:{column}: {}", message.replace(&place, ""))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_told_with_its_place_and_once() {
        let error = read("fixtures/rates/misspelt.yaml", NamedBy::Person).unwrap_err().to_string();
        assert!(error.starts_with("fixtures/rates/misspelt.yaml:9:30: "), "{error}");
        assert!(error.contains("cached_read") && !error.contains("at line"), "{error}");
    }

    #[test]
    fn a_card_that_a_repository_names_is_not_quoted() {
        let error = read("fixtures/rates/misspelt.yaml", NamedBy::Repository).unwrap_err().to_string();
        assert!(error.starts_with("fixtures/rates/misspelt.yaml:9:30: ") && !error.contains("cached_read"), "{error}");
    }
}
