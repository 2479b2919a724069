//! The list of templates that were found: the place of each, its size, and the expressions in it.

use crate::report::text::one_line;
use crate::report::{Cell, Column, Report, Table};
use crate::template::class::{ExpressionClass, values};
use crate::template::{Layout, Placeholder, Renderings, StablePrefix, Template, TemplateFile, Unread};

/// All templates of some files, as a report that says nothing else.
pub(super) fn report(files: &[TemplateFile], notes: Vec<String>, layout: &Layout) -> Report {
    let columns = [
        ("path", "path"),
        ("line", "line"),
        ("column", ""),
        ("end_line", "to"),
        ("name", "name"),
        ("format", "format"),
        ("role", "role"),
        ("tokens", "tokens"),
        ("stable_prefix_tokens", "stable"),
        ("stable_prefix_tokens_configured", "as configured"),
        ("expressions", ""),
        ("unread", ""),
    ];
    let rows = files.iter().flat_map(|file| file.templates.iter().map(move |template| row(file, template, layout)));
    let table = Table {
        key: "templates",
        title: "templates".into(),
        columns: columns.map(|(key, title)| Column::new(key, title)).into(),
        rows: rows.collect(),
    };
    Report { command: "lint", listed: Some(table), notes, ..Report::default() }
}

fn row(file: &TemplateFile, template: &Template, layout: &Layout) -> Vec<Cell> {
    let prefix = StablePrefix::measure(file, &Renderings::new(template, layout));
    // The values that a deployment fixes, fixed.
    let configured = template.configured();
    let configured = configured.map(|fixed| Renderings::new(&fixed, layout).stable_tokens() as u64);
    let begin = template.messages.iter().map(|message| message.at).min().unwrap_or(0);
    let end = template.messages.iter().map(|message| message.end).max().unwrap_or(begin);
    let place = file.place(begin);
    let role = template.messages.first().map(|message| message.role.clone()).filter(|_| template.is_role_known);
    let mut found = Vec::new();
    template.messages.iter().for_each(|message| values(&message.content, &mut found));
    vec![
        Cell::Text(place.path),
        Cell::Count(place.line),
        Cell::Count(place.column),
        Cell::Count(file.place(end.saturating_sub(1).max(begin)).line),
        Cell::text(template.name.clone()),
        Cell::Text(file.shape.to_owned()),
        Cell::text(role),
        Cell::Count(prefix.prompt_tokens),
        Cell::Count(prefix.tokens),
        Cell::Count(configured.unwrap_or(prefix.tokens)),
        Cell::List(found.into_iter().map(|value| expression(file, value)).collect()),
        Cell::List(template.unread.iter().map(|unread| unread_construct(file, unread)).collect()),
    ]
}

fn expression(file: &TemplateFile, value: &Placeholder) -> Cell {
    let place = file.place(value.span.start);
    let class: ExpressionClass = value.class();
    Cell::Map(vec![
        ("text", Cell::Text(one_line(value.expression()))),
        ("line", Cell::Count(place.line)),
        ("column", Cell::Count(place.column)),
        ("class", Cell::Text(class.name().into())),
    ])
}

fn unread_construct(file: &TemplateFile, unread: &Unread) -> Cell {
    let place = file.place(unread.span.start);
    Cell::Map(vec![
        ("text", Cell::Text(one_line(&unread.written))),
        ("line", Cell::Count(place.line)),
        ("column", Cell::Count(place.column)),
        ("reason", Cell::Text(unread.describe())),
    ])
}
