//! Lifetimes and capacities as people write and read them, and which of them are round.

use std::collections::BTreeSet;

use anyhow::anyhow;

use super::Over;
use crate::commands::args;
use crate::report::Cell;
use crate::time::{SignedDuration, format_duration};

/// Microseconds.
const SECOND: u64 = 1_000_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A lifetime in microseconds, or a capacity in blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limit {
    over: Over,
    value: u64,
}

impl Limit {
    pub(super) fn new(over: Over, value: u64) -> Self {
        Self { over, value }
    }

    /// Reads `10m` or `20k` as `--ttl` and `--capacity` do; `never` is more than any.
    pub(super) fn read(text: &str, over: Over) -> anyhow::Result<Self> {
        let value = match over {
            Over::Ttl => args::lifetime(text).map(|lifetime| u64::try_from(lifetime.as_micros()).unwrap_or(u64::MAX)),
            Over::Capacity => args::capacity(text),
        };
        value.map(|value| Self { over, value }).map_err(|error| anyhow!("--limits {text}: {error}"))
    }

    pub(super) fn value(self) -> u64 {
        self.value
    }

    /// The values of limits in order, each once.
    pub(super) fn values(limits: &[Self]) -> Vec<u64> {
        let values: BTreeSet<u64> = limits.iter().map(|limit| limit.value()).collect();
        values.into_iter().collect()
    }

    /// As `--ttl` or `--capacity` takes it.
    pub(super) fn cell(self) -> Cell {
        match self.over {
            Over::Ttl => Cell::Text(lifetime(self.value)),
            Over::Capacity => Cell::Count(self.value),
        }
    }

    /// Round limits, from the smallest on.
    pub(super) fn round(over: Over) -> Vec<u64> {
        match over {
            Over::Ttl => {
                let milliseconds = [1, 10, 100].map(|count| count * SECOND / 1000);
                let seconds = [1, 2, 5, 10, 20, 30].map(|count| count * SECOND);
                let minutes = [1, 2, 5, 10, 15, 20, 30, 45].map(|count| count * MINUTE);
                let hours = [1, 2, 3, 4, 6, 8, 12, 18, 24, 36, 48, 72].map(|count| count * HOUR);
                let days = [4, 5, 7, 10, 14, 21, 30, 60, 90, 180, 365].map(|count| count * DAY);
                [&milliseconds[..], &seconds, &minutes, &hours, &days].concat()
            }
            Over::Capacity => {
                let tens = (0..=18).map(|power| 10_u64.pow(power));
                tens.flat_map(|ten| [1, 2, 5].map(|count| ten * count)).collect()
            }
        }
    }
}

/// Microseconds as a duration that reads back as the same.
fn lifetime(micros: u64) -> String {
    if micros.is_multiple_of(1000) {
        return format_duration(SignedDuration::from_micros(micros.cast_signed()));
    }
    format!("{}.{:06}s", micros / SECOND, micros % SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_reads_back_as_it_is_written() {
        for micros in [1, 999, 1000, 299_999_999, 300_000_000, 300_000_001, 86_400_000_001, 999_999_999_999_999] {
            let text = lifetime(micros);
            assert_eq!(Limit::read(&text, Over::Ttl).unwrap().value(), micros, "{text}");
        }
        assert_eq!(Limit::read("20k", Over::Capacity).unwrap().value(), 20_000);
        assert_eq!(Limit::read("never", Over::Ttl).unwrap().value(), u64::MAX);
        assert!(Limit::read("99999999999999d", Over::Ttl).unwrap_err().to_string().contains("`never`"));
        for text in ["", "0", "-1", "5kk", "1h"] {
            assert!(Limit::read(text, Over::Capacity).is_err(), "{text}");
        }
    }

    #[test]
    fn round_limits_rise() {
        assert!(Limit::round(Over::Ttl).is_sorted() && Limit::round(Over::Capacity).is_sorted());
    }
}
