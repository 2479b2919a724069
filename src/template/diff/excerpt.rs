//! Excerpts: the first lines of a template's text that differ, what is gone and what came marked.

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
        Some((ours, theirs)) => marked(&ours, &theirs),
        None => marked(&first(gone).unwrap_or_default(), &first(came).unwrap_or_default()),
    }
}
