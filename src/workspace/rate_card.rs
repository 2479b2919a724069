//! Rate cards of users: read from a file, with mistakes told as `file:line:column`.

use std::fs;

use anyhow::{Context, anyhow};

use crate::rates::{CardError, RateCard};

/// The card in that file.
///
/// # Errors
/// A file that cannot be read, and the first mistake in it.
pub(crate) fn read(file: &str) -> anyhow::Result<RateCard> {
    let yaml = fs::read_to_string(file).with_context(|| format!("cannot read rate card {file}"))?;
    RateCard::read(&yaml).map_err(|error| anyhow!("{}", told(file, &error)))
}

/// The mistake with its place in front, where an editor finds it.
fn told(file: &str, error: &CardError) -> String {
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
        let error = read("fixtures/rates/misspelt.yaml").unwrap_err().to_string();
        assert!(error.starts_with("fixtures/rates/misspelt.yaml:9:30: "), "{error}");
        assert!(error.contains("cached_read") && !error.contains("at line"), "{error}");
    }
}
