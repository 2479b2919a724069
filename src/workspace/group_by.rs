//! Dimensions of a breakdown: models, scopes, profiles, a unit of the calendar, traits of requests, or whatever a pointer into the line
//! leads to.

use std::str::FromStr;

use crate::calendar::{Unit, Zone};
use crate::log::{Pointer, SESSION};
use crate::simulation::Record;
use crate::workspace::request_traits::{RequestTrait, SESSION_DIMENSION};

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
    /// The session or conversation, in whichever field of the line a log names it.
    Session,
    /// The version of the client, in whichever field of the line a log names it.
    Version,
    /// A trait of the request that no single field holds.
    Trait(RequestTrait),
    /// A value in the log's line.
    Line(Pointer),
}

/// Places of a client's version: Claude Code, Codex, what tracers and gateways write.
const VERSIONS: [&str; 9] = [
    "/version",
    "/payload/cli_version",
    "/cli_version",
    "/client_version",
    "/metadata/client_version",
    "/attributes/service.version",
    "/metadata/user_agent",
    "/request/headers/user-agent",
    "/headers/user-agent",
];

/// Objects in which a line may keep what it says of its session.
const PLACES: [&str; 7] =
    ["", "/metadata", "/attributes", "/request/metadata", "/body/metadata", "/request/body/metadata", "/payload"];

/// Traits of requests, by the name of their dimension.
const TRAITS: [(&str, RequestTrait); 4] = [
    ("user", RequestTrait::User),
    ("route", RequestTrait::Route),
    ("turn", RequestTrait::Turn),
    ("tool", RequestTrait::Tool),
];

/// The dimensions that have a name, as help and errors list them.
pub(crate) const NAMES: &str =
    "model, scope, user, session, route, turn, version, tool, profile, hour, day, week, month";

impl FromStr for GroupBy {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Ok(match name {
            "model" => Self::Model,
            "scope" => Self::Scope,
            "profile" => Self::Profile,
            SESSION_DIMENSION => Self::Session,
            "version" => Self::Version,
            pointer if pointer.starts_with('/') => Self::Line(pointer.parse()?),
            _ => {
                let unit =
                    [Unit::Hour, Unit::Day, Unit::Week, Unit::Month].into_iter().find(|unit| unit.name() == name);
                let of_call = TRAITS.into_iter().find(|(known, _)| *known == name);
                let found = unit.map(Self::Calendar).or(of_call.map(|(_, of_call)| Self::Trait(of_call)));
                found.ok_or_else(|| format!("neither one of {NAMES}, nor a JSON pointer such as /metadata/team"))?
            }
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
            Self::Session => SESSION_DIMENSION.into(),
            Self::Version => "version".into(),
            Self::Trait(wanted) => TRAITS
                .iter()
                .find(|(_, of_call)| of_call == wanted)
                .map_or_else(String::new, |(name, _)| (*name).into()),
            Self::Line(pointer) => pointer.to_string(),
        }
    }

    /// The pointers that dimensions ask for, in their order: the reader takes what they lead to from each line.
    pub(crate) fn pointers(all: &[Self]) -> Vec<Vec<Pointer>> {
        let read = |places: Vec<String>| places.iter().filter_map(|place| place.parse().ok()).collect();
        let pointers = |by: &Self| match by {
            Self::Line(pointer) => Some(vec![pointer.clone()]),
            Self::Version => Some(read(VERSIONS.map(str::to_owned).into())),
            Self::Session => {
                let names = PLACES.iter().flat_map(|place| SESSION.iter().map(move |name| format!("{place}/{name}")));
                Some(read(names.collect()))
            }
            _ => None,
        };
        all.iter().filter_map(pointers).collect()
    }

    /// The names of the dimensions that such pointers tell, in their order.
    pub(crate) fn of_line(all: &[Self]) -> Vec<String> {
        all.iter().filter(|by| by.is_of_line()).map(Self::name).collect()
    }

    fn is_of_line(&self) -> bool {
        matches!(self, Self::Line(_) | Self::Session | Self::Version)
    }

    /// The traits of requests among dimensions, in their order.
    pub(crate) fn traits(all: &[Self]) -> Vec<RequestTrait> {
        let of_call = |by: &Self| if let Self::Trait(of_call) = by { Some(*of_call) } else { None };
        all.iter().filter_map(of_call).collect()
    }

    /// The row that a record belongs to, by all dimensions; `None` where it does not say.
    pub(crate) fn key(all: &[Self], record: &Record, zone: &Zone) -> Vec<Option<String>> {
        // Values that pointers lead to come first.
        let groups = record.groups.as_deref().unwrap_or_default();
        let pointers = all.iter().filter(|by| by.is_of_line()).count();
        let (of_line, of_call) = groups.split_at(pointers.min(groups.len()));
        let (mut of_line, mut of_call) = (of_line.iter(), of_call.iter());
        let value = |by: &Self| match by {
            Self::Model => record.model.clone(),
            Self::Scope => record.scope.clone(),
            Self::Profile => record.applied.as_ref().map(|applied| applied.profile.clone()),
            Self::Calendar(unit) => Some(unit.label(record.time?, zone)),
            Self::Line(_) | Self::Session | Self::Version => of_line.next().cloned().flatten(),
            Self::Trait(_) => of_call.next().cloned().flatten(),
        };
        all.iter().map(value).collect()
    }
}
