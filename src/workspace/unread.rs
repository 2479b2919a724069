//! The gate on templates that are not read whole: nothing that rests on one is known, also if no gate is set.

use crate::report::text::plural;
use crate::report::{Cell, Gate, Verdict};
use crate::source::Place;

/// The gate on a template by its name and its constructs that are not read; `None` if all of it is read.
pub(crate) fn gate(name: &str, unread: &[(Place, String)]) -> Option<Gate> {
    let ((place, first), others) = unread.split_first()?;
    let more = match others.len() {
        0 => String::new(),
        more => format!(" and {} more", plural(more as u64, "construct")),
    };
    Some(Gate {
        name: "read",
        subject: Some(name.to_owned()),
        verdict: Verdict::Unknown,
        measured: Cell::Unknown,
        limit: Cell::Unknown,
        reason: format!("a part of the template is not read: {first}{more}"),
        place: Some(place.clone()),
        tokens: None,
        cost: None,
    })
}
