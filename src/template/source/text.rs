//! Methods that languages have for texts, done to a text with values in it: stripping, unindenting, replacing, filling.

use crate::template::{Fragment, Passage, Placeholder};

/// Strips white space from one end or both; a value at an end keeps its own.
pub(super) fn strip(fragments: &mut Vec<Fragment>, start: bool, end: bool) {
    while let Some(Fragment::Text(passage)) = fragments.first_mut().filter(|_| start) {
        let kept = passage.text.len() - passage.text.trim_start().len();
        *passage = passage.slice(kept..passage.text.len());
        if !passage.text.is_empty() || fragments.len() == 1 {
            break;
        }
        fragments.remove(0);
    }
    while let Some(Fragment::Text(passage)) = fragments.last_mut().filter(|_| end) {
        *passage = passage.slice(0..passage.text.trim_end().len());
        if !passage.text.is_empty() || fragments.len() == 1 {
            break;
        }
        fragments.pop();
    }
}

/// Takes away the white space that all lines begin with, as `textwrap.dedent` does; lines of white space alone become empty.
pub(super) fn dedent(fragments: &mut [Fragment]) {
    let mut lines = Vec::new();
    let mut line = Some(String::new());
    indents(fragments, &mut line, &mut lines);
    lines.extend(line.filter(|line| !line.is_empty()));
    let common = lines.iter().map(String::len).min().unwrap_or(0);
    let mut is_start = true;
    unindent(fragments, common, &mut is_start);
}

/// The indents of lines that hold more than white space; the open one in `line` while it is white space alone.
fn indents(fragments: &[Fragment], line: &mut Option<String>, lines: &mut Vec<String>) {
    for fragment in fragments {
        match fragment {
            Fragment::Text(passage) => {
                for letter in passage.text.chars() {
                    match letter {
                        '\n' => *line = Some(String::new()),
                        ' ' | '\t' => line.iter_mut().for_each(|line| line.push(letter)),
                        _ => lines.extend(line.take()),
                    }
                }
            }
            Fragment::Value(_) => lines.extend(line.take()),
            Fragment::Choice(choice) => {
                lines.extend(line.take());
                choice.branches.iter().for_each(|branch| indents(branch, line, lines));
            }
        }
    }
}

fn unindent(fragments: &mut [Fragment], common: usize, is_start: &mut bool) {
    for fragment in fragments {
        match fragment {
            Fragment::Text(passage) => *passage = unindented(passage, common, is_start),
            Fragment::Value(_) => *is_start = false,
            Fragment::Choice(choice) => {
                *is_start = false;
                choice.branches.iter_mut().for_each(|branch| unindent(branch, common, is_start));
            }
        }
    }
}

fn unindented(passage: &Passage, common: usize, is_start: &mut bool) -> Passage {
    let (mut kept, mut at) = (Passage::default(), 0);
    for line in passage.text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        let dropped = match *is_start {
            true if line.trim().is_empty() && line.ends_with('\n') => indent,
            true => indent.min(common),
            false => 0,
        };
        push(&mut kept, passage, at + dropped..at + line.len());
        *is_start = line.ends_with('\n');
        at += line.len();
    }
    kept
}

fn push(kept: &mut Passage, passage: &Passage, range: std::ops::Range<usize>) {
    let part = passage.slice(range);
    if !part.text.is_empty() || kept.text.is_empty() {
        kept.map.append(kept.text.len(), &part.map);
        kept.text.push_str(&part.text);
    }
}

/// Puts a value in place of each occurrence of a literal.
pub(super) fn replace(fragments: Vec<Fragment>, wanted: &str, value: &[Fragment]) -> (Vec<Fragment>, bool) {
    let (mut replaced, mut is_found) = (Vec::new(), false);
    for fragment in fragments {
        let Fragment::Text(passage) = &fragment else {
            replaced.push(fragment);
            continue;
        };
        let mut at = 0;
        for (start, found) in passage.text.match_indices(wanted) {
            is_found = true;
            replaced.push(Fragment::Text(passage.slice(at..start)));
            let span = passage.span(start..start + found.len());
            replaced.extend(value.iter().cloned().map(|fragment| at_place(fragment, found, &span)));
            at = start + found.len();
        }
        replaced.push(Fragment::Text(passage.slice(at..passage.text.len())));
    }
    replaced.retain(|fragment| !matches!(fragment, Fragment::Text(passage) if passage.text.is_empty()));
    (replaced, is_found)
}

/// A value stands where its placeholder does.
fn at_place(fragment: Fragment, written: &str, span: &std::ops::Range<usize>) -> Fragment {
    match fragment {
        Fragment::Value(value) => {
            Fragment::Value(Placeholder { written: written.to_owned(), span: span.clone(), ..value })
        }
        other => other,
    }
}

/// The bytes of `%s`, `%(name)s` and `%%` in a text, with the name where there is one; `None` where it is an escaped sign.
pub(super) fn percents(text: &str) -> Vec<(std::ops::Range<usize>, Option<String>)> {
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(start) = text[at..].find('%').map(|found| at + found) {
        let rest = &text[start + 1..];
        at = start + 1;
        if rest.starts_with('%') {
            found.push((start..start + 2, None));
            at = start + 2;
            continue;
        }
        // Python's `%(name)s`, Ruby's `%<name>s` and `%{name}`.
        let within =
            |open, close| rest.strip_prefix(open).and_then(|rest: &str| rest.split_once(close)).map(|(name, _)| name);
        let name = within('(', ')').or_else(|| within('<', '>'));
        let is_name = |name: &&str| name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
        if let Some(name) = within('{', '}').filter(is_name) {
            at = start + name.len() + 3;
            found.push((start..at, Some(name.to_owned())));
            continue;
        }
        let skipped = name.map_or(0, |name| name.len() + 2);
        let flags = rest[skipped..].find(|letter: char| !"-+ #0123456789.*".contains(letter)).unwrap_or(0);
        let kind = rest[skipped + flags..].chars().next().filter(|kind| "sdifgexXrcauoG".contains(*kind));
        if kind.is_some() && !(flags > 0 && rest[skipped..].starts_with(' ')) {
            let end = start + 1 + skipped + flags + 1;
            found.push((start..end, Some(name.unwrap_or_default().to_owned())));
            at = end;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::SourceMap;
    use crate::template::source::value::plain;

    fn text(text: &str) -> Fragment {
        Fragment::Text(Passage { text: text.into(), map: SourceMap::verbatim(0) })
    }

    fn value(written: &str) -> Fragment {
        let names = vec![written.to_owned()];
        Fragment::Value(Placeholder { written: written.into(), names, span: 0..1, unread: None, class: None })
    }

    fn shown(fragments: &[Fragment]) -> String {
        let mut shown = String::new();
        plain(fragments, "•", &mut shown);
        shown
    }

    #[test]
    fn lines_lose_the_indent_that_all_have() {
        let mut fragments = [text("\n    You are\n      kind to "), value("x"), text(".\n   \n    Be "), value("y")];
        dedent(&mut fragments);
        assert_eq!(shown(&fragments), "\nYou are\n  kind to •.\n\nBe •");
    }

    #[test]
    fn white_space_is_stripped_up_to_a_value() {
        let mut fragments = vec![text("\n  Hi "), value("x"), text(" \n")];
        strip(&mut fragments, true, true);
        assert_eq!(shown(&fragments), "Hi •");
    }

    #[test]
    fn a_literal_is_replaced_by_a_value() {
        let (fragments, is_found) = replace(vec![text("Hi {x}, {x}!")], "{x}", &[value("name")]);
        assert!(is_found);
        assert_eq!(shown(&fragments), "Hi •, •!");
    }

    #[test]
    fn percent_signs_are_told_from_placeholders() {
        let names: Vec<_> = percents("100% of %s, %(name)s, 5%% and %.2f").into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, [Some(String::new()), Some("name".into()), None, Some(String::new())]);
    }
}
