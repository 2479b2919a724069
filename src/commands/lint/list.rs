//! The list of templates that were found: the place of each, its size, and the expressions in it.

use std::collections::BTreeSet;

use crate::caveat::Code;
use crate::report::text::one_line;
use crate::report::{Caveat, Cell, Column, Report, Table};
use crate::template::class::{ExpressionClass, values};
use crate::template::{Layout, Placeholder, Renderings, StablePrefix, Template, TemplateFile, Unread};
use crate::workspace::layouts::Layouts;

/// All templates of some files, as a report that says nothing else. Documents without a text that may be a prompt are only counted.
pub(super) fn report(files: &[TemplateFile], mut caveats: Vec<Caveat>, layouts: &Layouts) -> Report {
    let settings = files.iter().filter(|file| file.is_setting()).count() as u64;
    if settings > 0 {
        caveats.push(Code::DataWithoutPrompt.caveat(Some(settings), &[]));
    }
    let templates = files.iter().filter(|file| !file.is_setting()).flat_map(|file| {
        file.templates.iter().map(move |template| entry(file, template, layouts.of_template(template)))
    });
    let templates: Vec<ListedTemplate> = templates.collect();
    let tables = vec![table(&templates)];
    let entries = vec![("templates", Cell::List(templates.into_iter().map(Cell::Map).collect()))];
    Report { command: "lint", tables, entries, caveats, ..Report::default() }
}

/// A template by the keys of JSON.
type ListedTemplate = Vec<(&'static str, Cell)>;

/// The part of it that people see.
fn table(templates: &[ListedTemplate]) -> Table {
    let columns = [
        ("path", "path"),
        ("line", "line"),
        ("end_line", "to"),
        ("name", "name"),
        ("role", "role"),
        ("tokens", "tokens"),
        ("stable_prefix_tokens", "stable"),
        ("stable_prefix_tokens_configured", "as configured"),
    ];
    let cell = |entry: &ListedTemplate, key| {
        entry.iter().find(|(own, _)| *own == key).map_or(Cell::Unknown, |(_, cell)| cell.clone())
    };
    Table {
        key: "listed",
        title: "templates".into(),
        columns: columns.map(|(key, title)| Column::new(key, title)).into(),
        rows: templates.iter().map(|entry| columns.map(|(key, _)| cell(entry, key)).into()).collect(),
    }
}

fn entry(file: &TemplateFile, template: &Template, layout: &Layout) -> ListedTemplate {
    let prefix = StablePrefix::measure(file, &Renderings::new(template, layout));
    // The values that a deployment fixes, fixed.
    let configured = template.configured();
    let configured = configured.map(|fixed| Renderings::new(&fixed, layout).stable_tokens() as u64);
    let configured = configured.unwrap_or(prefix.tokens);
    let begin = template.messages.iter().map(|message| message.at).min().unwrap_or(0);
    let end = template.messages.iter().map(|message| message.end).max().unwrap_or(begin);
    let place = file.place(begin);
    let role = template.messages.first().map(|message| message.role.clone()).filter(|_| template.is_role_known);
    let mut found = Vec::new();
    template.messages.iter().for_each(|message| values(&message.content, &mut found));
    // A value in a loop is written once.
    let mut known = BTreeSet::new();
    found.retain(|value| known.insert((value.span.start, value.span.end, value.expression().to_owned())));
    vec![
        ("path", Cell::Text(place.path)),
        ("line", Cell::Count(place.line)),
        ("column", Cell::Count(place.column)),
        ("end_line", Cell::Count(file.place(end.saturating_sub(1).max(begin)).line)),
        ("name", Cell::text(template.name.clone())),
        ("format", Cell::Text(file.shape.to_owned())),
        ("role", Cell::text(role)),
        ("certainty", Cell::Text(template.certainty.name().into())),
        // A value that a deployment fixes may be more than the least that stands there.
        ("tokens", Cell::Count(prefix.prompt_tokens.max(configured))),
        ("stable_prefix_tokens", Cell::Count(prefix.tokens)),
        ("stable_prefix_tokens_configured", Cell::Count(configured)),
        ("expressions", Cell::List(found.into_iter().map(|value| expression(file, value)).collect())),
        ("unread", Cell::List(template.unread.iter().map(|unread| unread_construct(file, unread)).collect())),
    ]
}

fn expression(file: &TemplateFile, value: &Placeholder) -> Cell {
    let place = file.place(value.span.start);
    let class: ExpressionClass = value.class();
    let written = if ["py", "go"].contains(&file.source.extension()) { value.unformed() } else { value.expression() };
    Cell::Map(vec![
        ("text", Cell::Text(one_line(written))),
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
