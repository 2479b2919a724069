//! Files with settings between two lines of dashes and a prompt below: Prompty, dotprompt, and Markdown such as agents' files.

use std::ops::Range;

use super::chat;
use super::draft::{Draft, DraftMessage, Shape, ShapeInput, cut_at_roles, role};
use super::model;
use crate::document::{self, Node, Notation};
use crate::source::SourceText;
use crate::template::unread;
use crate::template::{Passage, Syntax};

pub(super) const PROMPTY: Shape = Shape { name: "prompty", read: prompty };
pub(super) const DOTPROMPT: Shape = Shape { name: "dotprompt", read: dotprompt };
pub(super) const MARKDOWN: Shape = Shape { name: "front-matter", read: markdown };

fn prompty(input: &ShapeInput<'_>) -> Option<Vec<Draft>> {
    if input.source.extension() != "prompty" {
        return None;
    }
    let text = input.source.text();
    let (head, body) = split(text).unwrap_or((0..0, 0..text.len()));
    let draft = Draft::from_messages(by_role_lines(input.source, body));
    let settings = head_value(text, head);
    let tools = settings.as_ref().map(chat::tools).unwrap_or_default();
    let model = settings.as_ref().and_then(model::named_in);
    Some(vec![Draft { tools, model, ..draft }])
}

fn dotprompt(input: &ShapeInput<'_>) -> Option<Vec<Draft>> {
    if input.source.extension() != "prompt" {
        return None;
    }
    let text = input.source.text();
    let settings = split(text);
    // Other programs use the ending too, with a syntax of their own.
    let is_dotprompt = settings.is_some() || text.contains("{{role ") || text.contains("{{#");
    let (head, body) = settings.unwrap_or((0..0, 0..text.len()));
    let draft = Draft::from_messages(by_role_tags(input.source, body));
    let draft = if is_dotprompt { draft.with(Syntax::Handlebars) } else { draft };
    Some(vec![Draft { model: head_value(text, head).as_ref().and_then(model::named_in), ..draft }])
}

fn markdown(input: &ShapeInput<'_>) -> Option<Vec<Draft>> {
    if !input.documents.is_empty() || ["yaml", "yml", "json", "toml"].contains(&input.source.extension()) {
        return None;
    }
    let (head, body) = split(input.source.text())?;
    let text = input.source.text();
    let is_filled = unread::in_front_matter(&text[head.clone()], head.start);
    let settings = head_value(text, head).filter(|head| !head.entries().is_empty());
    // A front matter with variables is filled with the rest, and sent by many loaders.
    let body = match &is_filled {
        Some(_) => text.len() - text.trim_start_matches('\u{feff}').len()..text.len(),
        None => body,
    };
    let is_command = settings
        .as_ref()
        .is_some_and(|settings| ["allowed-tools", "argument-hint"].iter().any(|key| settings.get(key).is_some()));
    // Assistants send their agents and skills as they are written.
    let is_of_agent = settings.as_ref().is_some_and(|settings| {
        let has = |keys: &[&str]| keys.iter().any(|key| settings.get(key).is_some());
        has(&["name"]) && has(&["description"]) && has(&["tools", "model", "color", "license", "metadata", "skills"])
    });
    let has_tags = text[body.clone()].contains("{{") || text[body.clone()].contains("{%");
    if settings.is_none() && is_filled.is_none() {
        return None;
    }
    let role = super::text::role_of(input.source.label());
    let at = body.start;
    let passages = vec![Passage::verbatim(input.source, body)];
    let draft = Draft::from_messages(vec![DraftMessage { role: role.into(), passages, at }]);
    let syntax = (is_command || is_of_agent && !has_tags).then_some(Syntax::Claude);
    let model = settings.as_ref().and_then(model::named_in);
    Some(vec![Draft { unread: is_filled.into_iter().collect(), syntax, model, ..draft }])
}

/// The bytes of the settings and of what stands below them.
fn split(text: &str) -> Option<(Range<usize>, Range<usize>)> {
    // Loaders pass over empty lines before it.
    let start = text.len() - text.trim_start_matches(['\u{feff}', '\n', '\r']).len();
    let is_rule = |line: &str| line.trim_end() == "---";
    let mut lines = text[start..].split_inclusive('\n');
    let first = lines.next().filter(|line| is_rule(line))?;
    let head_start = start + first.len();
    let mut at = head_start;
    for line in lines {
        if is_rule(line) {
            return Some((head_start..at, at + line.len()..text.len()));
        }
        at += line.len();
    }
    None
}

fn head_value(text: &str, head: Range<usize>) -> Option<Node> {
    // Spaces of equal length in front keep the places.
    let padded: String = text[..head.start]
        .chars()
        .map(|letter| if letter == '\n' { "\n".into() } else { " ".repeat(letter.len_utf8()) })
        .collect();
    document::read(&format!("{padded}{}", &text[head]), Notation::Yaml).ok()?.into_iter().next()
}

/// Prompty's body: a line `system:` begins a message.
pub(super) fn by_role_lines(source: &SourceText, body: Range<usize>) -> Vec<DraftMessage> {
    let mut cuts = Vec::new();
    let mut at = body.start;
    for line in source.text()[body.clone()].split_inclusive('\n') {
        let word = line.trim().trim_start_matches('#').trim().strip_suffix(':');
        if let Some(role) = word.and_then(role) {
            cuts.push((role, at, at + line.len()));
        }
        at += line.len();
    }
    cut_at_roles(source, body, &cuts, "system")
}

/// dotprompt's body: `{{role "system"}}` begins a message.
fn by_role_tags(source: &SourceText, body: Range<usize>) -> Vec<DraftMessage> {
    let text = &source.text()[body.clone()];
    let mut cuts = Vec::new();
    for (start, _) in text.match_indices("{{") {
        let Some(length) = text[start..].find("}}") else { break };
        let inner = text[start + 2..start + length].trim();
        let word = inner.strip_prefix("role").map(|word| word.trim().trim_matches(['"', '\'']));
        if let Some(role) = word.and_then(role) {
            cuts.push((role, body.start + start, body.start + start + length + 2));
        }
    }
    cut_at_roles(source, body, &cuts, "user")
}
