//! Excerpts: the first lines of a template's text that differ, what is gone and what came marked.

use std::ops::Range;

use super::marked::put_in;
use super::{Side, marked, without_space};
use crate::list_diff::{Algorithm, DiffOp, DiffTag, list_diff};
use crate::source::Place;
use crate::template::syntax::code;
use crate::template::{Syntax, TemplateMessage};

/// The lines of two versions of a template that differ first, as far as their messages stand for each other; `place` is where the new one
/// differs for the model.
pub fn excerpt(old: Side<'_>, new: Side<'_>, place: Option<&Place>) -> Option<String> {
    let (ours, theirs) = (&old.template.messages, &new.template.messages);
    let tools = |side: Side<'_>| side.template.tools.iter().map(crate::document::Node::to_json).collect::<Vec<_>>();
    if ours.len() != theirs.len() || tools(old) != tools(new) {
        return None;
    }
    let mut pairs = ours.iter().zip(theirs);
    let (before, after) = pairs.find(|(before, after)| before.raw != after.raw || before.role != after.role)?;
    if before.role != after.role {
        return None;
    }
    let read = |side: Side<'_>, message: &TemplateMessage| -> Vec<String> {
        let is_code = side.template.syntax == Syntax::Code;
        message.raw.lines().map(|line| if is_code { code::shown(line) } else { line.to_owned() }).collect()
    };
    let (before_lines, after_lines) = (read(old, before), read(new, after));
    let (before_texts, after_texts) = (normal(&before_lines), normal(&after_lines));
    let changes: Vec<DiffOp> = list_diff(Algorithm::Patience, &before_texts, &after_texts)
        .into_iter()
        .filter(|change| change.tag() != DiffTag::Equal)
        .filter(|change| has_words(&before_lines[change.old_range()]) || has_words(&after_lines[change.new_range()]))
        .collect();
    // A change before that place differs in the file alone.
    let is_reached = |change: &&DiffOp| {
        let line = change.new_range().start;
        place.is_none_or(|place| line_in_file(new, after, line) <= place.line + 1)
    };
    let change = changes.iter().rfind(is_reached).filter(|_| new.template.syntax != Syntax::Code);
    let change = change.or(changes.first())?;
    Some(in_words(&before_lines[change.old_range()], &after_lines[change.new_range()]))
}

/// Lines as they are compared: white space within an expression says nothing.
fn normal(lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| without_space(line)).collect()
}

fn has_words(lines: &[String]) -> bool {
    lines.iter().any(|line| line.contains(char::is_alphanumeric))
}

/// The number of a line of a message's text in the file; behind its last, that of its end.
fn line_in_file(side: Side<'_>, message: &TemplateMessage, line: usize) -> u64 {
    let at = message.raw.split_inclusive('\n').take(line).map(str::len).sum::<usize>();
    side.file.place(if at < message.raw.len() { message.map.at(at) } else { message.end }).line
}

/// A line with its expressions spelled as in another one, where they differ from those in nothing but white space.
fn spelled_as(line: &str, other: &str) -> String {
    let known: Vec<&str> = expressions(other).into_iter().map(|range| &other[range]).collect();
    let (mut spelled, mut at) = (String::new(), 0);
    for range in expressions(line) {
        let own = &line[range.clone()];
        let same = known.iter().find(|known| without_space(known) == without_space(own));
        spelled.push_str(&line[at..range.start]);
        spelled.push_str(same.unwrap_or(&own));
        at = range.end;
    }
    spelled + &line[at..]
}

/// The bytes of what stands in braces of Jinja and its like.
fn expressions(line: &str) -> Vec<Range<usize>> {
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some((start, close)) = [("{{", "}}"), ("{%", "%}")]
        .into_iter()
        .filter_map(|(open, close)| Some((at + line[at..].find(open)?, close)))
        .min()
    {
        let Some(length) = line[start..].find(close) else { break };
        at = start + length + close.len();
        found.push(start..at);
    }
    found
}

/// The first pair of lines with words; of lines that only came or only went, the first of those.
fn in_words(gone: &[String], came: &[String]) -> String {
    let first = |lines: &[String]| lines.iter().find(|line| line.contains(char::is_alphanumeric)).cloned();
    let differs = |(ours, theirs): &(&String, &String)| without_space(ours) != without_space(theirs);
    // Lines that went on in another way may have got something put into them.
    if gone.len() != came.len()
        && let Some(shown) = put_in(&gone.join("\n"), &came.join("\n"))
    {
        return shown;
    }
    let pair = gone.iter().zip(came).find(differs).map(|(ours, theirs)| (ours.clone(), theirs.clone()));
    match pair.filter(|(ours, theirs)| has_words(&[ours.clone(), theirs.clone()])) {
        Some((ours, theirs)) => marked(&spelled_as(&ours, &theirs), &theirs),
        None => marked(&first(gone).unwrap_or_default(), &first(came).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_within_an_expression_is_no_change_of_text() {
        let line = |text: &str| vec![text.to_owned()];
        let shown = in_words(&line("Answer in {{ language }}."), &line("Reply in {{language}}."));
        assert_eq!(shown, "[-Answer-]{+Reply+} in {{language}}.");
        assert_eq!(in_words(&line("{% if a %}b {{ c"), &line("{%if a%}d {{ c")), "{%if a%}[-b-]{+d+} {{ c");
    }
}
