//! BAML: each function's prompt between `#"` and `"#`, in Jinja, its roles by `{{ _.role("user") }}`.

use std::sync::LazyLock;

use regex::Regex;

use super::draft::{Draft, DraftMessage, Shape, ShapeInput, role};
use crate::template::{Passage, Syntax};

pub(super) const SHAPE: Shape = Shape { name: "baml", about: "a BAML file", read };

static FUNCTION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?s)\bfunction\s+(\w+)\s*\(.*?\bprompt\s+(#+)""#).ok());
static ROLE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"\{\{-?\s*_\.(?:role|chat)\(\s*(?:role\s*=\s*)?["'](\w+)["'][^}]*\}\}"#).ok());

fn read(input: &ShapeInput<'_>) -> Option<Vec<Draft>> {
    if input.source.extension() != "baml" {
        return None;
    }
    let text = input.source.text();
    let mut drafts = Vec::new();
    for found in FUNCTION.iter().flat_map(|function| function.captures_iter(text)) {
        let (Some(name), Some(marks), Some(whole)) = (found.get(1), found.get(2), found.get(0)) else { continue };
        let start = whole.end();
        let Some(length) = text[start..].find(&format!("\"{}", marks.as_str())) else { continue };
        drafts.push(draft(input, start, start + length).named(name.as_str()));
    }
    Some(drafts)
}

/// The messages between these bytes; white space at the ends is stripped.
fn draft(input: &ShapeInput<'_>, start: usize, end: usize) -> Draft {
    let text = &input.source.text()[start..end];
    let mut cuts = vec![("system", 0, 0)];
    for found in ROLE.iter().flat_map(|pattern| pattern.captures_iter(text)) {
        if let (Some(whole), Some(word)) = (found.get(0), found.get(1)) {
            cuts.push((role(word.as_str()).unwrap_or("user"), whole.start(), whole.end()));
        }
    }
    let ends = cuts.iter().skip(1).map(|(_, start, _)| *start).chain([text.len()]);
    let message = |((role, _, from), until): (&(&str, usize, usize), usize)| {
        let piece = &text[*from..until];
        let begin = start + from + (piece.len() - piece.trim_start().len());
        let stop = (start + from + piece.trim_end().len()).max(begin);
        let passages = vec![Passage::verbatim(input.source, begin..stop)];
        DraftMessage { role: (*role).to_owned(), passages, at: begin }
    };
    let messages = cuts.iter().zip(ends).map(message).filter(|message| !message.passages[0].text.is_empty());
    Draft::from_messages(messages.collect()).with(Syntax::Jinja)
}
