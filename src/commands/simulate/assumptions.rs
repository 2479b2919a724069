//! Assumptions that no reported figure could judge, and what another choice would change.

use crate::report::{Cell, Column, Table};
use crate::simulation::Assumption;

/// All of them for scripts.
pub(super) fn entry(assumptions: &[Assumption]) -> Cell {
    let one = |assumption: &Assumption| {
        Cell::Map(vec![
            ("assumption", Cell::Text(assumption.kind.clone().into_owned())),
            ("choice", Cell::Text(assumption.choice.clone())),
            ("basis", Cell::Text(assumption.basis.clone())),
            ("support", Cell::text(assumption.support.as_deref())),
            ("requests", Cell::Count(assumption.requests)),
            ("could_change_tokens", Cell::count(assumption.could_change_tokens)),
        ])
    };
    Cell::List(assumptions.iter().map(one).collect())
}

/// Those that nothing bears out, for people; `None` if there are none.
pub(super) fn table(assumptions: &[Assumption]) -> Option<Table> {
    let columns = [
        ("assumption", "assumption"),
        ("choice", "choice"),
        ("basis", "by"),
        ("requests", "requests"),
        ("could_change_tokens", "could change tokens"),
    ];
    let row = |assumption: &Assumption| {
        vec![
            Cell::Text(assumption.kind.clone().into_owned()),
            Cell::Text(assumption.choice.clone()),
            Cell::Text(assumption.basis.clone()),
            Cell::Count(assumption.requests),
            Cell::count(assumption.could_change_tokens),
        ]
    };
    let rows: Vec<Vec<Cell>> = assumptions.iter().filter(|assumption| assumption.support.is_none()).map(row).collect();
    let table = Table {
        key: "unjudged",
        title: "assumptions that no reported figure could judge".into(),
        columns: columns.map(|(key, title)| Column::new(key, title)).into(),
        rows,
    };
    (!table.rows.is_empty()).then_some(table)
}
