//! Findings and gates as tables, for the renderers that know tables.

use std::borrow::Cow;

use super::{Cell, Column, Finding, Gate, Report, Table};

/// The gates, all that is known of each.
pub(super) fn gates(report: &Report) -> Table {
    let columns = [
        ("name", "Gate"),
        ("subject", "Template"),
        ("verdict", "Verdict"),
        ("measured", "Measured"),
        ("limit", "Limit"),
        ("place", "Place"),
        ("reason", "Reason"),
        ("tokens", "Tokens"),
        ("cost", "Cost"),
    ];
    table("gates", "Gates", &columns, report.gates.iter().map(gate).collect())
}

fn gate(gate: &Gate) -> Vec<Cell> {
    vec![
        Cell::Text(gate.name.into()),
        Cell::text(gate.subject.as_deref()),
        Cell::Text(gate.verdict.name().into()),
        gate.measured.clone(),
        gate.limit.clone(),
        Cell::place(gate.place.clone()),
        Cell::Text(gate.reason.clone()),
        Cell::count(gate.tokens),
        Cell::money(gate.cost),
    ]
}

/// The findings, all that is known of each.
pub(super) fn findings(report: &Report) -> Table {
    let columns = [
        ("place", "Place"),
        ("end", "End"),
        ("severity", "Severity"),
        ("rule", "Rule"),
        ("message", "Message"),
        ("help", "Help"),
        ("tokens", "Tokens"),
        ("cost", "Cost"),
    ];
    table("findings", "Findings", &columns, report.findings.iter().map(finding).collect())
}

fn finding(finding: &Finding) -> Vec<Cell> {
    vec![
        Cell::Place(finding.place.clone()),
        Cell::place(finding.end.clone()),
        Cell::Text(finding.severity.name().into()),
        Cell::Text(finding.rule.into()),
        Cell::Text(finding.message.clone()),
        Cell::text(finding.help.as_deref()),
        Cell::count(finding.tokens),
        Cell::money(finding.cost),
    ]
}

fn table(key: &'static str, title: &str, columns: &[(&'static str, &'static str)], rows: Vec<Vec<Cell>>) -> Table {
    let columns = columns.iter().map(|(key, title)| Column::new(*key, *title)).collect();
    Table { key, title: title.into(), columns, rows }
}

impl Table {
    /// The columns of these keys alone.
    pub(super) fn only(mut self, keys: &[&str]) -> Self {
        let kept: Vec<bool> = self.columns.iter().map(|column| keys.contains(&&*column.key)).collect();
        let mut kept_columns = kept.iter();
        self.columns.retain(|_| kept_columns.next() == Some(&true));
        for row in &mut self.rows {
            let mut kept_cells = kept.iter();
            row.retain(|_| kept_cells.next() == Some(&true));
        }
        self
    }

    /// The columns that people see.
    pub(super) fn for_people(&self) -> Self {
        let is_shown = |column: &&Column| !column.title.is_empty();
        let keys: Vec<&str> = self.columns.iter().filter(is_shown).map(|column| &*column.key).collect();
        self.clone().only(&keys)
    }

    /// Without the columns of which nothing is known in any row.
    pub(super) fn known(self) -> Self {
        let is_known = |index: usize| self.rows.iter().any(|row| !matches!(row[index], Cell::Unknown));
        let kept: Vec<Cow<'static, str>> = (0..self.columns.len())
            .filter(|index| is_known(*index))
            .map(|index| self.columns[index].key.clone())
            .collect();
        let keys: Vec<&str> = kept.iter().map(AsRef::as_ref).collect();
        self.only(&keys)
    }
}
