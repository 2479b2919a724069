//! What the rows of a breakdown stand for: models, scopes, profiles, hours or days.

use clap::ValueEnum;

use crate::simulation::Record;
use crate::time::{self, Timestamp};

/// What a row of the breakdown stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// The model as requested
    Model,
    /// Who shares a cache
    Scope,
    /// The cache's rule
    Profile,
    /// Hours, UTC
    Hour,
    /// Days, UTC
    Day,
}

impl By {
    /// Its name as a column.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Scope => "scope",
            Self::Profile => "profile",
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }

    /// The row that a record belongs to; `None` where it does not say.
    pub(crate) fn key(self, record: &Record) -> Option<String> {
        match self {
            Self::Model => record.model.clone(),
            Self::Scope => record.scope.clone(),
            Self::Profile => record.applied.as_ref().map(|applied| applied.profile.clone()),
            Self::Hour => record.time.map(|time| period(time, "%Y-%m-%dT%HZ", 3600, "hour")),
            Self::Day => record.time.map(|time| period(time, "%Y-%m-%d", 86_400, "day")),
        }
    }
}

/// The name of an hour or a day; in a trace whose times count from its own start, the number of it.
fn period(time: Timestamp, format: &str, seconds: i64, unit: &str) -> String {
    if time::is_relative(time) {
        format!("{unit} {:04}", time.as_second() / seconds + 1)
    } else {
        time.strftime(format).to_string()
    }
}
