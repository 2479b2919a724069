//! `cachecheck: allow ID, ID` in a comment: findings that a person accepts.
//!
//! A comment behind other text applies to its line, a comment alone on its line to the next line that is no such comment, and a
//! comment alone on the first line to the whole file.

use super::{LintRule, RULES};
use crate::report::Finding;
use crate::source::SourceText;
use crate::template::TemplateFile;

/// The words that begin it, behind what begins a comment.
const WORDS: &str = "cachecheck: allow ";

/// The beginnings of comments in the notations of templates.
const COMMENTS: [&str; 10] = ["#", "//", "<!--", "{#", "{#-", "{{!", "{{!--", "<%#", ";", "--"];

/// One id that a comment allows.
struct Allowed<'a> {
    id: &'a str,
    /// The place of the id.
    byte: usize,
    reach: Reach,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// A line, from 1.
    Line(u64),
    File,
}

/// Removes the findings that comments allow, and adds a finding for each comment that allows nothing.
pub(super) fn apply(file: &TemplateFile, findings: &mut Vec<Finding>) {
    let all = allowed(&file.source);
    let mut is_used = vec![false; all.len()];
    findings.retain(|finding| {
        let mut is_kept = true;
        for (allowed, used) in all.iter().zip(&mut is_used) {
            if allowed.covers(finding) {
                (is_kept, *used) = (false, true);
            }
        }
        is_kept
    });
    let idle = all.iter().zip(is_used).filter(|(_, is_used)| !is_used);
    findings.extend(idle.map(|(allowed, _)| allowed.idle(file)));
}

impl Allowed<'_> {
    fn covers(&self, finding: &Finding) -> bool {
        self.id == finding.rule && (self.reach == Reach::File || self.reach == Reach::Line(finding.place.line))
    }

    fn idle(&self, file: &TemplateFile) -> Finding {
        let message = if RULES.iter().any(|rule| rule.id == self.id) {
            format!("This comment allows `{}`, which finds nothing here.", self.id)
        } else {
            let known = nearest(self.id).map_or_else(|| ".".into(), |id| format!("; did you mean `{id}`?"));
            format!("This comment allows `{}`, which is not a rule{known}", self.id)
        };
        IDLE.finding(file, self.byte..self.byte + self.id.len(), message)
    }
}

/// The rule that finds comments which allow nothing.
pub(super) const IDLE: &LintRule = &super::rules::idle_allow::RULE;

fn allowed(source: &SourceText) -> Vec<Allowed<'_>> {
    let text = source.text();
    if !text.contains(WORDS) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut line = 1;
    while let Some(range) = source.line(line) {
        if let Some((is_alone, ids)) = ids(&text[range.clone()]) {
            let reach = match (is_alone, line) {
                (true, 1) => Reach::File,
                (true, _) => Reach::Line(next(source, line)),
                (false, _) => Reach::Line(line),
            };
            found.extend(ids.into_iter().map(|(at, id)| Allowed { id, byte: range.start + at, reach }));
        }
        line += 1;
    }
    found
}

/// The first line behind this one that is not itself such a comment.
fn next(source: &SourceText, line: u64) -> u64 {
    let is_allow = |line: u64| {
        let text = source.line(line).map(|range| &source.text()[range]);
        text.and_then(ids).is_some_and(|(is_alone, _)| is_alone)
    };
    let mut next = line + 1;
    while is_allow(next) {
        next += 1;
    }
    next
}

/// The ids that a line allows with their bytes in it, and whether nothing stands before the comment.
fn ids(line: &str) -> Option<(bool, Vec<(usize, &str)>)> {
    let start = line.find(WORDS)?;
    let before = line[..start].trim_end();
    let comment = COMMENTS.iter().filter(|comment| before.ends_with(**comment)).max_by_key(|comment| comment.len())?;
    let front = before[..before.len() - comment.len()].trim().trim_start_matches('\u{feff}');
    let list = &line[start + WORDS.len()..];
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    let mut found = Vec::new();
    let mut at = start + WORDS.len();
    for word in list.split(',') {
        let lead = word.len() - word.trim_start().len();
        let id = word.trim_start();
        let id = &id[..id.find(|letter| !is_part(letter)).unwrap_or(id.len())];
        // The end of the comment is no part of an id.
        let id = id.trim_end_matches('-');
        if !id.is_empty() {
            found.push((at + lead, id));
        }
        at += word.len() + 1;
    }
    Some((front.is_empty(), found))
}

/// The rule whose id begins as this one does, where one does.
fn nearest(id: &str) -> Option<&'static str> {
    let common = |rule: &str| rule.bytes().zip(id.bytes()).take_while(|(one, other)| one == other).count();
    RULES.iter().map(|rule| rule.id).filter(|rule| common(rule) >= 3).max_by_key(|rule| common(rule))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_from_every_kind_of_comment() {
        let read =
            |line| ids(line).map(|(is_alone, ids)| (is_alone, ids.iter().map(|(_, id)| *id).collect::<Vec<_>>()));
        assert_eq!(read("# cachecheck: allow a-b, c"), Some((true, vec!["a-b", "c"])));
        assert_eq!(read("x: y # cachecheck: allow a-b because"), Some((false, vec!["a-b"])));
        assert_eq!(read("{#- cachecheck: allow a-b -#}"), Some((true, vec!["a-b"])));
        assert_eq!(read("<!-- cachecheck: allow a-b -->"), Some((true, vec!["a-b"])));
        assert_eq!(read("// cachecheck: allow a,b"), Some((true, vec!["a", "b"])));
        assert_eq!(read("{# cachecheck: allow a#}"), Some((true, vec!["a"])));
        assert_eq!(read("Write cachecheck: allow a to allow it"), None, "no comment");
    }
}
