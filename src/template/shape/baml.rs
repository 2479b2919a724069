//! BAML: each function's prompt between `#"` and `"#`, in Jinja, its roles by `{{ _.role("user") }}`.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::draft::{Draft, Shape, ShapeInput, cut_at_roles, role};
use crate::template::Syntax;

pub(super) const SHAPE: Shape = Shape { name: "baml", read };

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

/// The messages between these bytes; BAML sends none that is empty.
fn draft(input: &ShapeInput<'_>, start: usize, end: usize) -> Draft {
    let text = &input.source.text()[start..end];
    let mark = |found: Captures<'_>| {
        let (whole, word) = (found.get(0)?, found.get(1)?);
        Some((role(word.as_str()).unwrap_or("user"), start + whole.start(), start + whole.end()))
    };
    let marks: Vec<_> = ROLE.iter().flat_map(|pattern| pattern.captures_iter(text)).filter_map(mark).collect();
    let mut messages = cut_at_roles(input.source, start..end, &marks, "system");
    messages.retain(|message| !message.passages[0].text.is_empty());
    Draft::from_messages(messages).with(Syntax::Jinja)
}
