//! Code in Markdown: what looks like a variable there shows one, as a rule, and is not filled.
//!
//! Only in files that are Markdown by name and a template by guess. A fence around a variable and nothing else is filled: that is
//! how prompts quote what a request brings.

use std::ops::Range;
use std::path::Path;

use crate::source::SourceText;

/// The bytes of code in fences and between backticks; none in files of another kind.
pub(super) fn shown(source: &SourceText) -> Vec<Range<usize>> {
    let ending = Path::new(source.label()).extension();
    if !ending.is_some_and(|ending| ending == "md" || ending == "mdc" || ending == "markdown" || ending == "mdx") {
        return Vec::new();
    }
    let (mut found, mut at, mut fence) = (Vec::new(), 0, None);
    for line in source.text().split_inclusive('\n') {
        let is_fence = line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        match fence.take() {
            None if is_fence => fence = Some(at + line.len()),
            None => found.extend(inline(line).map(|code| at + code.start..at + code.end)),
            Some(start) if is_fence => {
                found.extend(Some(start..at).filter(|code| is_code(&source.text()[code.clone()])));
            }
            open => fence = open,
        }
        at += line.len();
    }
    found
}

/// The parts of a line between backticks.
fn inline(line: &str) -> impl Iterator<Item = Range<usize>> {
    let ticks: Vec<usize> = line.match_indices('`').map(|(at, _)| at).collect();
    let pairs: Vec<Range<usize>> = ticks.chunks_exact(2).map(|pair| pair[0]..pair[1]).collect();
    pairs.into_iter()
}

/// Tells whether a fence holds more than a variable.
fn is_code(inside: &str) -> bool {
    let inside = inside.trim();
    let is_variable = inside.starts_with(['{', '$', '<']) && inside.ends_with(['}', '>']) && !inside.contains('\n');
    !inside.is_empty() && !is_variable
}
