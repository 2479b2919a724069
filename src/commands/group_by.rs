//! Dimensions of a breakdown: models, scopes, profiles, or a unit of the calendar.

use clap::ValueEnum;

use crate::calendar::{Unit, Zone};
use crate::simulation::Record;

/// The key of a breakdown's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GroupBy {
    /// The model as requested
    Model,
    /// The group of requests that share a cache
    Scope,
    /// The cache's rule
    Profile,
    /// Hours of the time zone
    Hour,
    /// Days of the time zone
    Day,
    /// Weeks, from Monday on
    Week,
    /// Months
    Month,
}

impl GroupBy {
    /// Its name as a column.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Scope => "scope",
            Self::Profile => "profile",
            Self::Hour | Self::Day | Self::Week | Self::Month => self.unit().map_or("", Unit::name),
        }
    }

    /// The row that a record belongs to; `None` where it does not say.
    pub(crate) fn key(self, record: &Record, zone: &Zone) -> Option<String> {
        match self {
            Self::Model => record.model.clone(),
            Self::Scope => record.scope.clone(),
            Self::Profile => record.applied.as_ref().map(|applied| applied.profile.clone()),
            Self::Hour | Self::Day | Self::Week | Self::Month => Some(self.unit()?.label(record.time?, zone)),
        }
    }

    /// The unit of the calendar that it stands for.
    fn unit(self) -> Option<Unit> {
        match self {
            Self::Model | Self::Scope | Self::Profile => None,
            Self::Hour => Some(Unit::Hour),
            Self::Day => Some(Unit::Day),
            Self::Week => Some(Unit::Week),
            Self::Month => Some(Unit::Month),
        }
    }
}
