//! Fixes: what a rule found and can be mended without changing what the prompt says.

use std::ops::Range;

use super::context::passages;
use super::rules::{byte_order_mark, line_endings, trailing_blanks, unquoted_braces, unsorted_json};
use crate::list_diff::{Algorithm, DiffTag, group_diff_ops, list_diff};
use crate::report::Finding;
use crate::source::{Place, SourceText};
use crate::template::TemplateFile;

/// Lines around a change that `diff -u` shows.
const CONTEXT: usize = 3;

/// The text of a file with all that is safe mended; `None` if nothing is.
pub fn fixed(file: &TemplateFile, findings: &[Finding]) -> Option<String> {
    let source = &file.source;
    let has = |id: &str| findings.iter().any(|finding| finding.rule == id);
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for finding in findings {
        let Some(span) = span(source, finding) else { continue };
        let written = &source.text()[span.clone()];
        let better = match finding.rule {
            id if id == unquoted_braces::RULE.id => Some(quoted(written)),
            id if id == unsorted_json::RULE.id => sorted(written),
            _ => None,
        };
        edits.extend(better.map(|better| (span, better)));
    }
    if has(trailing_blanks::RULE.id) {
        let blanks = file.templates.iter().flat_map(|template| trailing_blanks::blanks(file, &passages(template)));
        edits.extend(blanks.map(|span| (span, String::new())));
    }
    if has(line_endings::RULE.id) {
        edits.extend(source.text().match_indices("\r\n").map(|(at, _)| (at..at + 1, String::new())));
    }
    if has(byte_order_mark::RULE.id) {
        edits.push((0..'\u{feff}'.len_utf8(), String::new()));
    }
    edits.sort_by_key(|(span, _)| span.start);
    edits.dedup_by(|later, earlier| later.0.start < earlier.0.end);
    let mut text = source.text().to_owned();
    for (span, better) in edits.iter().rev() {
        text.replace_range(span.clone(), better);
    }
    (text != source.text()).then_some(text)
}

/// The changes between two texts of a file, as `diff -u` writes them.
pub fn unified(path: &str, old: &str, new: &str) -> String {
    let [old, new] = [old, new].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    // `git apply` takes no path with a dot in front.
    let path = path.trim_start_matches("./");
    let hunks = group_diff_ops(list_diff(Algorithm::Myers, &old, &new), CONTEXT);
    let mut out = String::new();
    for hunk in &hunks {
        let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { continue };
        if out.is_empty() {
            out = format!("--- a/{path}\n+++ b/{path}\n");
        }
        let [removed, added] =
            [first.old_range().start..last.old_range().end, first.new_range().start..last.new_range().end];
        out += &format!("@@ -{} +{} @@\n", lines_of(&removed), lines_of(&added));
        for change in hunk {
            let (tag, removed, added) = change.as_tag_tuple();
            let sign = if tag == DiffTag::Equal { ' ' } else { '-' };
            old[removed].iter().for_each(|line| push_line(&mut out, sign, line));
            if tag != DiffTag::Equal {
                new[added].iter().for_each(|line| push_line(&mut out, '+', line));
            }
        }
    }
    out
}

/// Lines as the head of a hunk has them: the first one, counted from 1, and how many; of none the one before them.
fn lines_of(range: &Range<usize>) -> String {
    match range.len() {
        0 => format!("{},0", range.start),
        1 => format!("{}", range.start + 1),
        count => format!("{},{count}", range.start + 1),
    }
}

fn push_line(out: &mut String, sign: char, line: &str) {
    out.push(sign);
    out.push_str(line);
    if !line.ends_with('\n') {
        out.push_str("\n\\ No newline at end of file\n");
    }
}

/// The bytes of a finding.
fn span(source: &SourceText, finding: &Finding) -> Option<Range<usize>> {
    let start = byte(source, &finding.place)?;
    let end = byte(source, finding.end.as_ref()?)?;
    (start < end).then_some(start..end)
}

/// The byte at a place.
fn byte(source: &SourceText, place: &Place) -> Option<usize> {
    let line = source.line(place.line)?;
    let text = &source.text()[line.clone()];
    // A byte order mark counts for no column.
    let mark = text.len() - text.trim_start_matches('\u{feff}').len();
    let column = usize::try_from(place.column).ok()?.checked_sub(1)?;
    let letters = text[mark..].char_indices().map(|(at, _)| at).chain([text.len() - mark]);
    Some(line.start + mark + letters.into_iter().nth(column)?)
}

/// A variable in quotes; a backslash stays one only in single ones.
fn quoted(written: &str) -> String {
    if written.contains(['"', '\\']) { format!("'{}'", written.replace('\'', "''")) } else { format!("\"{written}\"") }
}

/// A call of `json.dumps` that sorts the keys. `tojson` stays: Jinja2's sorts by itself, and refuses the argument that Transformers' takes.
fn sorted(written: &str) -> Option<String> {
    if written.contains("sort_keys") {
        return None;
    }
    let open = written.find("json.dumps(")? + "json.dumps".len();
    let (mut depth, mut quote) = (0, None);
    for (at, letter) in written[open..].char_indices() {
        match (letter, quote) {
            (letter, Some(opened)) if letter == opened => quote = None,
            ('"' | '\'', None) => quote = Some(letter),
            ('(' | '[' | '{', None) => depth += 1,
            (')' | ']' | '}', None) => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let end = open + at;
            let (inner, rest) = (&written[open + 1..end], &written[end..]);
            let given = inner.trim_end();
            // A comma behind the last argument stays where it is, as does the line of the closing bracket.
            let comma = if given.ends_with(',') { "," } else { "" };
            let (given, space) = (given.trim_end_matches(','), &inner[given.len()..]);
            return Some(format!("{}({given}, sort_keys=True{comma}{space}{rest}", &written[..open]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_keep_what_they_hold() {
        assert_eq!(quoted("{{ a }}"), "\"{{ a }}\"");
        assert_eq!(quoted(r"{{ a | replace('\n', ' ') }}"), r"'{{ a | replace(''\n'', '' '') }}'");
    }

    #[test]
    fn keys_are_sorted_where_one_word_says_so() {
        let texts = [
            ("{{ tools | tojson }}", None),
            ("json.dumps({'a': ')'}, indent=2)", Some("json.dumps({'a': ')'}, indent=2, sort_keys=True)")),
            ("json.dumps(tools)", Some("json.dumps(tools, sort_keys=True)")),
            ("json.dumps({\"a\": [1]}, indent=2)", Some("json.dumps({\"a\": [1]}, indent=2, sort_keys=True)")),
            ("json.dumps(\n    tools,\n)", Some("json.dumps(\n    tools, sort_keys=True,\n)")),
            ("json.dumps(tools, sort_keys=True)", None),
            ("JSON.stringify(tools)", None),
        ];
        for (written, expected) in texts {
            assert_eq!(sorted(written).as_deref(), expected, "{written}");
        }
    }
}
