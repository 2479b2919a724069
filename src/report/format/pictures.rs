//! Pictures of the numbers in tables, for a page: what is drawn where, as shares of the room that there is, so that letters keep their
//! size on a narrow page.

use std::ops::Range;

use serde_json::{Value, json};

use super::html::shown;
use crate::report::{Cell, Column, Table};

/// Pictures by the key of the table whose numbers they show: the column of the names, that of the numbers, and the kind.
const PICTURES: &[(&str, &str, &str, Kind)] = &[
    ("ledger", "bucket", "tokens", Kind::Waterfall),
    ("causes", "cause", "tokens_missed", Kind::Bars),
    ("periods", FIRST, "hit_ratio_billed", Kind::Line),
    ("periods", FIRST, "cost_billed", Kind::Columns),
    ("values", FIRST, "hit_ratio", Kind::Line),
    ("curve", "lifetime", "hit_ratio_predicted", Kind::Line),
    ("curve", "capacity", "hit_ratio_predicted", Kind::Line),
    ("parts", "factor", "hit_ratio", Kind::Bars),
    ("parts", "part", "tokens", Kind::Waterfall),
];

/// The first column, whatever its key.
const FIRST: &str = "";

/// Dimensions of a breakdown whose rows stand one after another.
const IN_ORDER: [&str; 5] = ["hour", "day", "week", "month", "turn"];

/// Columns that say of some points of a line that they are to be marked, and with which words: changes, and the point of today.
const MARKS: [&str; 2] = ["change", "own_of"];

/// Columns of the tokens in a row of a waterfall that were hits.
const HITS: [&str; 2] = ["hit", "hit_tokens_billed"];

/// Rows that a picture of bars has at most: more are not told apart.
const MOST_BARS: usize = 40;

/// The height of a bar with its name above it.
const ROW: usize = 34;

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Bars that begin where the one before ends.
    Waterfall,
    /// Bars that begin at nothing, to the left where they are below it.
    Bars,
    /// A line from left to right.
    Line,
    /// Upright bars from left to right.
    Columns,
}

/// A row as it is drawn.
struct Drawn {
    name: String,
    shown: String,
    value: f64,
    /// Words that mark it.
    mark: Option<String>,
    /// The share of it that was served from the cache.
    hit: f64,
}

/// The pictures of a table.
pub(super) fn pictures(table: &Table) -> Vec<Value> {
    if table.key == "by" {
        return of_breakdown(table);
    }
    let pictures = PICTURES.iter().filter(|(key, ..)| *key == table.key);
    let pictures = pictures.filter_map(|(_, names, numbers, kind)| {
        let name = if *names == FIRST { 0 } else { column(table, names)? };
        picture(table, name..name + 1, column(table, numbers)?, *kind)
    });
    pictures.collect()
}

/// Ratio and cost of a breakdown over time, or the cost of each row where they have no order.
fn of_breakdown(table: &Table) -> Vec<Value> {
    // Dimensions come before the figures.
    let Some(dimensions) = column(table, "requests") else { return Vec::new() };
    let picture = |key, kind| picture(table, 0..dimensions, column(table, key)?, kind);
    let is_in_order = dimensions == 1 && IN_ORDER.contains(&&*table.columns[0].key);
    let pictures = if is_in_order {
        [picture("hit_ratio_billed", Kind::Line), picture("cost_billed", Kind::Columns)]
    } else {
        [picture("cost_billed", Kind::Bars), None]
    };
    pictures.into_iter().flatten().collect()
}

fn column(table: &Table, key: &str) -> Option<usize> {
    table.columns.iter().position(|column| column.key == key)
}

/// The number of a cell, for a length on the screen.
pub(super) fn number(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Count(count) | Cell::Bytes(count) => count.to_string().parse().ok(),
        Cell::Difference(difference) => difference.to_string().parse().ok(),
        Cell::Ratio(ratio) | Cell::Points(ratio) => Some(*ratio),
        Cell::Money(money) | Cell::Exact(money) => money.amount.to_string().parse().ok(),
        _ => None,
    }
}

/// A picture of a table with columns that name the rows, and one of numbers; `None` where there are too few or too many of these.
fn picture(table: &Table, names: Range<usize>, numbers: usize, kind: Kind) -> Option<Value> {
    let mark = MARKS.iter().find_map(|key| column(table, key));
    let hits = HITS.iter().find_map(|key| column(table, key));
    let drawn = |row: &Vec<Cell>| {
        let value = number(&row[numbers])?;
        let name = row[names.clone()].iter().map(shown).collect::<Vec<_>>().join(", ");
        let mark = mark.map(|mark| &row[mark]).filter(|cell| !matches!(cell, Cell::Unknown)).map(shown);
        let hit = match hits.and_then(|hits| number(&row[hits])) {
            // Only tokens are divided: a cost and a number of hits are no shares of each other.
            _ if kind != Kind::Waterfall => 1.0,
            Some(hit) if value > 0.0 => hit / value,
            Some(_) => 0.0,
            None => f64::from(u8::from(table.key == "ledger" && ["hit", "served"].contains(&&*name))),
        };
        let mark = mark.filter(|words| !words.is_empty() && words != "–");
        Some(Drawn { name, shown: shown(&row[numbers]), value, mark, hit })
    };
    let known: Vec<Drawn> = table.rows.iter().filter_map(drawn).collect();
    let is_upright = matches!(kind, Kind::Line | Kind::Columns);
    if known.len() < 2 || !is_upright && known.len() > MOST_BARS {
        return None;
    }
    let is_ratio = table.rows.iter().any(|row| matches!(row[numbers], Cell::Ratio(_)));
    let title = title(&table.columns[numbers]);
    let (kind, drawn) = match kind {
        Kind::Line => ("line", line(&known, is_ratio)),
        Kind::Columns => ("columns", columns(&known)),
        Kind::Bars | Kind::Waterfall => ("bars", bars(&known, kind)),
    };
    let has_hits = kind == "bars" && known.iter().any(|row| row.hit < 1.0);
    Some(json!({"kind": kind, "title": title, "has_hits": has_hits, "drawn": drawn}))
}

/// The heading of a picture; a column that people do not see has none of its own.
fn title(column: &Column) -> &str {
    match &*column.key {
        "hit_ratio_billed" => "hit ratio",
        "cost_billed" => "cost",
        _ => &column.title,
    }
}

/// Bars, one below another, each with its name and number above it.
fn bars(known: &[Drawn], kind: Kind) -> Value {
    let is_waterfall = kind == Kind::Waterfall;
    let (mut least, mut most) = (0.0_f64, 0.0_f64);
    for row in known {
        (least, most) = (least.min(row.value), if is_waterfall { most + row.value } else { most.max(row.value) });
    }
    let room = most - least;
    let percent = |value: f64| if room > 0.0 { value / room * 100.0 } else { 0.0 };
    let mut at = 0.0;
    let bars = known.iter().enumerate().map(|(index, row)| {
        let start = if is_waterfall { at } else { row.value.min(0.0) - least };
        at += row.value;
        let (start, length, hit) = (percent(start), percent(row.value.abs()), row.hit.clamp(0.0, 1.0));
        let pieces = if row.value < 0.0 {
            vec![json!({"kind": "less", "x": two(start), "length": two(length)})]
        } else {
            vec![
                json!({"kind": "hit", "x": two(start), "length": two(length * hit)}),
                json!({"kind": "missed", "x": two(start + length * hit), "length": two(length * (1.0 - hit))}),
            ]
        };
        json!({"name": row.name, "shown": row.shown, "top": index * ROW, "pieces": pieces})
    });
    json!({"height": known.len() * ROW, "rows": bars.collect::<Vec<_>>()})
}

/// A line through points; a ratio stands between nothing and all, what is not one below the highest.
fn line(known: &[Drawn], is_ratio: bool) -> Value {
    let highest = known.iter().max_by(|a, b| a.value.total_cmp(&b.value));
    let most = if is_ratio { 1.0 } else { highest.map_or(0.0, |row| row.value) };
    let step = 98.0 / places(known.len() - 1);
    let across = |index: usize| 1.0 + places(index) * step;
    let mut marked = 0;
    let points = known.iter().enumerate().map(|(index, row)| {
        let height = if most > 0.0 { row.value / most * 150.0 } else { 0.0 };
        let x = across(index);
        // Marks that stand close to each other are written in two rows.
        let mark_top = if row.mark.is_some() { 12 + 14 * (marked % 2) } else { 0 };
        marked += usize::from(row.mark.is_some());
        let anchor = if x < 20.0 { "start" } else if x > 80.0 { "end" } else { "middle" };
        json!({"name": row.name, "shown": row.shown, "x": two(x), "y": two(190.0 - height), "mark": row.mark, "mark_top": mark_top, "anchor": anchor})
    });
    let top = if is_ratio { "100 %".to_owned() } else { highest.map_or_else(String::new, |row| row.shown.clone()) };
    json!({"points": points.collect::<Vec<_>>(), "top": top, "middle": is_ratio.then_some("50 %"), "labels": labels(known, across),
        "radius": if known.len() > 60 { "1.5" } else { "3" }})
}

/// Upright bars, the highest as high as the picture.
fn columns(known: &[Drawn]) -> Value {
    let highest = known.iter().max_by(|a, b| a.value.total_cmp(&b.value));
    let most = highest.map_or(0.0, |row| row.value);
    let step = 98.0 / places(known.len());
    let across = |index: usize| 1.0 + places(index) * step;
    let bars = known.iter().enumerate().map(|(index, row)| {
        let height = if most > 0.0 { (row.value / most * 100.0).max(0.0) } else { 0.0 };
        let (x, width) = (two(across(index)), two(step * 0.8));
        json!({"name": row.name, "shown": row.shown, "x": x, "width": width, "y": two(120.0 - height), "height": two(height)})
    });
    json!({"bars": bars.collect::<Vec<_>>(), "top": highest.map_or_else(String::new, |row| row.shown.clone()),
        "labels": labels(known, |index| across(index) + step * 0.4)})
}

/// The names of the first, the middle and the last row; that of the middle one stands where it is drawn.
fn labels(known: &[Drawn], across: impl Fn(usize) -> f64) -> Value {
    let middle = known.len() / 2;
    let name = (known.len() > 4).then(|| &known[middle].name);
    json!({"first": known[0].name, "middle": name, "middle_x": two(across(middle)), "last": known[known.len() - 1].name})
}

/// A number of rows, for places on the screen.
fn places(count: usize) -> f64 {
    count.to_string().parse().unwrap_or_default()
}

fn two(number: f64) -> String {
    format!("{number:.2}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::{Currency, Money};

    #[test]
    fn a_cost_is_not_divided_by_the_hits_of_its_row() {
        let columns = ["model", "requests", "hit_tokens_billed", "cost_billed"].map(|key| Column::new(key, key));
        let row = |model: &str, hits, cost: u32| {
            let cost = Money::new(cost.into(), Currency::USD);
            vec![Cell::Text(model.into()), Cell::Count(1), Cell::Count(hits), Cell::money(Some(cost))]
        };
        let rows = vec![row("one", 0, 3), row("other", 1, 6)];
        let table = Table { key: "by", title: "by model".into(), columns: columns.into(), rows };
        let drawn = pictures(&table);
        assert_eq!(drawn.len(), 1);
        assert_eq!((&drawn[0]["kind"], &drawn[0]["has_hits"]), (&json!("bars"), &json!(false)));
        let lengths: Vec<&Value> = [0, 1].map(|row| &drawn[0]["drawn"]["rows"][row]["pieces"][0]["length"]).into();
        assert_eq!(lengths, [&json!("50.00"), &json!("100.00")]);
    }
}
