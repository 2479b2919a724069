//! Dimensions of a breakdown: models, scopes, profiles, a unit of the calendar, or whatever a pointer into the line leads to.

use std::str::FromStr;

use crate::calendar::{Unit, Zone};
use crate::log::Pointer;
use crate::simulation::Record;

/// One dimension of a breakdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum GroupBy {
    /// The model as requested.
    Model,
    /// The group of requests that share a cache.
    Scope,
    /// The cache's rule.
    Profile,
    /// Hours, days, weeks or months of the time zone.
    Calendar(Unit),
    /// A value in the log's line.
    Line(Pointer),
}

/// The dimensions that have a name, as help and errors list them.
pub(crate) const NAMES: &str = "model, scope, profile, hour, day, week, month";

impl FromStr for GroupBy {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Ok(match name {
            "model" => Self::Model,
            "scope" => Self::Scope,
            "profile" => Self::Profile,
            pointer if pointer.starts_with('/') => Self::Line(pointer.parse()?),
            _ => match [Unit::Hour, Unit::Day, Unit::Week, Unit::Month].into_iter().find(|unit| unit.name() == name) {
                Some(unit) => Self::Calendar(unit),
                None => return Err(format!("not one of {NAMES}, nor a JSON pointer such as /metadata/team")),
            },
        })
    }
}

impl GroupBy {
    /// Its name as a column.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Model => "model".into(),
            Self::Scope => "scope".into(),
            Self::Profile => "profile".into(),
            Self::Calendar(unit) => unit.name().into(),
            Self::Line(pointer) => pointer.to_string(),
        }
    }

    /// The pointers among dimensions, in their order: the reader takes what they lead to from each line.
    pub(crate) fn pointers(all: &[Self]) -> Vec<Pointer> {
        let pointer = |by: &Self| match by {
            Self::Line(pointer) => Some(pointer.clone()),
            _ => None,
        };
        all.iter().filter_map(pointer).collect()
    }

    /// The row that a record belongs to, by all dimensions; `None` where it does not say.
    pub(crate) fn key(all: &[Self], record: &Record, zone: &Zone) -> Vec<Option<String>> {
        let mut groups = record.groups.iter().flat_map(|groups| groups.iter());
        let value = |by: &Self| match by {
            Self::Model => record.model.clone(),
            Self::Scope => record.scope.clone(),
            Self::Profile => record.applied.as_ref().map(|applied| applied.profile.clone()),
            Self::Calendar(unit) => Some(unit.label(record.time?, zone)),
            Self::Line(_) => groups.next().cloned().flatten(),
        };
        all.iter().map(value).collect()
    }
}
