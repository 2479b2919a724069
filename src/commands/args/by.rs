//! Arguments on the sums that a command gives beside those of the whole.

use std::num::NonZeroUsize;

use super::value::one_or_more;
use crate::calendar::Zone;
use crate::workspace::figures::Tally;
use crate::workspace::group_by::GroupBy;

/// The groups of which sums are given.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct ByArgs {
    /// Break the totals down, such as by model, day or session
    ///
    /// One of these, or each combination of several: model, scope, user, session, route (the template), turn, version (of the client), tool
    /// (whose result is sent), profile, hour, day, week, month, or a JSON
    /// pointer into the log line, such as day,/metadata/team.
    #[arg(long, value_name = "DIMENSION", value_delimiter = ',')]
    pub(crate) by: Vec<GroupBy>,

    /// Show at most this many rows of a breakdown: those that cost most
    #[arg(long, value_name = "N", value_parser = one_or_more)]
    pub(crate) top: Option<NonZeroUsize>,
}

impl ByArgs {
    /// Sums of nothing yet, to be broken down so, in the calendar of that zone.
    pub(crate) fn tally(&self, zone: Zone) -> Tally {
        Tally::new(&self.by, self.top, zone)
    }
}
