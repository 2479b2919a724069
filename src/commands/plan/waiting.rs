//! `--deferrable`: the requests whose answers may come later.

use std::str::FromStr;

use crate::calendar::Zone;
use crate::simulation::Record;
use crate::workspace::group_by::GroupBy;

/// Requests that can wait.
#[derive(Clone, Debug)]
pub(super) enum Deferrable {
    /// All of them.
    All,
    /// Those with this value in one dimension.
    Having(GroupBy, String),
}

impl FromStr for Deferrable {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "all" {
            return Ok(Self::All);
        }
        let (by, value) = text
            .split_once('=')
            .ok_or("neither `all` nor a dimension and its value, such as /metadata/job=nightly or route=report")?;
        Ok(Self::Having(by.parse()?, value.to_owned()))
    }
}

impl Deferrable {
    /// The dimensions that lines have to be read for.
    pub(super) fn dimensions(all: &[Self]) -> Vec<GroupBy> {
        let dimension = |one: &Self| if let Self::Having(by, _) = one { Some(by.clone()) } else { None };
        all.iter().filter_map(dimension).collect()
    }

    /// True if one of these says that a request can wait.
    pub(super) fn any(all: &[Self], record: &Record, zone: &Zone) -> bool {
        let mut found = GroupBy::key(&Self::dimensions(all), record, zone).into_iter();
        all.iter().any(|one| match one {
            Self::All => true,
            Self::Having(_, value) => found.next().flatten().as_ref() == Some(value),
        })
    }
}
