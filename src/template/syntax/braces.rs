//! `{name}` as Python's `str.format` and f-strings have it, and `${name}` as shells and JavaScript have it.
//!
//! A brace is a variable only around a name: JSON and CSS in a prompt stay text. What stands in a code fence does not tell that a text
//! has variables; in one that has, it is formatted like the rest.

use std::sync::LazyLock;

use regex::Regex;

use super::tag::{Tag, cut_at, name, one_name};
use crate::template::fences::Fences;
use crate::template::{Fragment, Passage};

/// Tells whether a text has variables in braces.
pub(super) fn has_names(text: &str) -> bool {
    names(text) > 0
}

/// Tells whether a text has variables in braces, and doubled braces are escaped ones: those in which something else than a name stands, such as a
/// key of JSON, or fewer without blanks than there are variables (`{question} … {{literal}}`).
pub(super) fn has_more_names(text: &str) -> bool {
    if text.contains("{%") {
        return false;
    }
    let is_object = |(at, _): (usize, &str)| {
        let inner = text[at + 2..].trim_start_matches([' ', '\t']);
        let key = inner.trim_start_matches(|letter: char| letter == '_' || letter.is_alphanumeric());
        inner.starts_with(['"', '\n', '\r', '[']) || key.len() < inner.len() && key.trim_start().starts_with(':')
    };
    let is_escaped = || text.match_indices("{{").any(is_object);
    let is_fewer = |names: usize| !text.contains("{{ ") && names > text.matches("{{").count();
    let names = names(text);
    names > 0 && (is_fewer(names) || is_escaped())
}

/// The number of names in braces that tell that a text has variables.
fn names(text: &str) -> usize {
    if is_form(text) {
        return 0;
    }
    let (fences, dollars) = (Fences::new(text), dollars(text));
    let is_told = |tag: &&Tag| {
        // `${f({a: 1})}`
        let before = &dollars[..dollars.partition_point(|dollar| dollar.start <= tag.start)];
        let is_within = before.last().is_some_and(|dollar| tag.end <= dollar.end);
        let in_code = fences.contains(tag.start);
        // `{owner}/{repo}` is a pattern of a path.
        let is_path = text[..tag.start].ends_with('/') || text[tag.end..].starts_with('/');
        let before = text[..tag.start].ends_with('$') || text[..tag.start].ends_with("{{");
        tag.value.is_some() && !in_code && !is_within && !is_path && !before
    };
    tags(text, is_latex).iter().filter(is_told).count()
}

/// Tells whether a text is a form that a model fills in: words in braces, such as `{Name of the guest}`, are no name, and a program that
/// formatted the text would fail at them.
fn is_form(text: &str) -> bool {
    FORM.as_ref().is_some_and(|form| form.is_match(text))
}

static FORM: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:^|[\s:*(\[\x22'>-])\{(?:[A-Z][a-z]+|a|an|the|your|brief|list|name|short|one)(?:[ /-][A-Za-z']{2,})+\}(?:[^}]|$)").ok()
});

/// Tells whether a text has variables in braces behind a dollar sign.
pub(super) fn has_dollars(text: &str) -> bool {
    let fences = Fences::new(text);
    dollars(text).iter().any(|tag| !fences.contains(tag.start))
}

pub(super) fn cut(passage: &Passage) -> Vec<Fragment> {
    cut_at(passage, tags(&passage.text, is_latex))
}

/// Cuts a text that is known to be formatted, so that each field in it is a value: `{name}`, `{0}`, and `{}`, whose name is empty.
pub(in crate::template) fn cut_formatted(passage: &Passage) -> Vec<Fragment> {
    let mut cut = cut_at(passage, formatted(&passage.text));
    cut.retain(|fragment| !matches!(fragment, Fragment::Text(passage) if passage.text.is_empty()));
    cut
}

/// Cuts a text that Python's `string.Template` fills: `$name`, `${name}`, and `$$` for a dollar sign.
pub(in crate::template) fn cut_substituted(passage: &Passage) -> Vec<Fragment> {
    let (text, mut tags, mut at) = (passage.text.as_str(), Vec::new(), 0);
    while let Some(start) = text[at..].find('$').map(|found| at + found) {
        let rest = &text[start + 1..];
        let is_braced = rest.starts_with('{');
        let inner = &rest[usize::from(is_braced)..];
        let is_letter = |letter: char| letter == '_' || letter.is_ascii_alphanumeric();
        let own = &inner[..inner.find(|letter| !is_letter(letter)).unwrap_or(inner.len())];
        let is_name = own.starts_with(|letter: char| !letter.is_ascii_digit());
        let is_closed = !is_braced || inner[own.len()..].starts_with('}');
        at = start + 1;
        if rest.starts_with('$') {
            tags.push(Tag::text(start, start + 2, "$"));
            at = start + 2;
        } else if is_name && is_closed {
            at += own.len() + 2 * usize::from(is_braced);
            tags.push(Tag::value(start, at, one_name(own)));
        }
    }
    let mut cut = cut_at(passage, tags);
    cut.retain(|fragment| !matches!(fragment, Fragment::Text(passage) if passage.text.is_empty()));
    cut
}

pub(super) fn cut_dollars(passage: &Passage) -> Vec<Fragment> {
    cut_at(passage, dollars(&passage.text))
}

/// The variables in braces; where there are any, doubled braces are escaped ones.
fn tags(text: &str, is_latex: fn(&str) -> bool) -> Vec<Tag> {
    let (mut tags, mut at, mut latex_end) = (Vec::new(), 0, 0);
    while let Some(start) = text[at..].find(['{', '}']).map(|found| at + found) {
        let rest = &text[start..];
        at = start + 1;
        if let Some(length) = of_another_syntax(rest) {
            at = start + length;
            continue;
        }
        if rest.starts_with("{{") || rest.starts_with("}}") {
            tags.push(Tag::text(start, start + 2, if rest.starts_with('{') { "{" } else { "}" }));
            at = start + 2;
            continue;
        }
        let Some(length) = field(rest) else { continue };
        let end = start + length;
        if is_latex(&text[..start]) || latex_end == start && start > 0 {
            latex_end = end;
        } else if is_heading_of_a_form(&text[..start], &rest[1..length - 1], &text[end..]) {
            // The model fills it in.
        } else {
            tags.push(Tag::value(start, end, vec![name(&rest[1..]).to_owned()]));
        }
        at = end;
    }
    if tags.iter().any(|tag| tag.value.is_some()) { tags } else { Vec::new() }
}

/// Tells whether a name in braces is all of a heading and is written as words are, and no name of a program is: `# {Title}`, `## {Titel der Ware}`.
fn is_heading_of_a_form(before: &str, inner: &str, behind: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default().trim();
    let is_heading = !line.is_empty() && line.chars().all(|letter| letter == '#');
    let is_alone = behind.lines().next().unwrap_or_default().trim().is_empty();
    let mut letters = inner.chars();
    let is_word =
        letters.next().is_some_and(char::is_uppercase) && letters.any(char::is_lowercase) || !inner.is_ascii();
    is_heading && is_alone && is_word && !inner.contains(['_', '.', ':', '!'])
}

/// The length of a tag in doubled braces that no text says of itself, such as `{{ .Date }}`, `{{#if x}}` or `{{$name}}`: it stays as it is written.
fn of_another_syntax(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("{{")?;
    let end = inner.find(['{', '}', '\n'])?;
    let (own, is_closed) = (inner[..end].trim(), inner[end..].starts_with("}}"));
    let mut letters = own.trim_start_matches('-').trim_start().chars();
    let is_marked = letters.next().is_some_and(|mark| ".$#/>^".contains(mark));
    (is_closed && is_marked && letters.next().is_some_and(|letter| letter.is_alphabetic() || letter == ' '))
        .then_some(end + 4)
}

/// The fields and escaped braces of a text that is known to be formatted.
fn formatted(text: &str) -> Vec<Tag> {
    let (mut tags, mut at) = (Vec::new(), 0);
    while let Some(start) = text[at..].find(['{', '}']).map(|found| at + found) {
        let rest = &text[start..];
        at = start + 1;
        if rest.starts_with("{{") || rest.starts_with("}}") {
            at = start + 2;
            tags.push(Tag::text(start, at, if rest.starts_with('{') { "{" } else { "}" }));
        } else if let Some((length, name)) = formatted_field(rest) {
            at = start + length;
            tags.push(Tag::value(start, at, vec![name.to_owned()]));
        }
    }
    tags
}

/// The length and the name or number of the field that stands here, such as `{}`, `{0:N2}`, `{name!r: >{width}}`.
fn formatted_field(text: &str) -> Option<(usize, &str)> {
    let inner = text.strip_prefix('{')?;
    let end = balanced(inner)?;
    let name = inner[..end].split(['.', '[', '!', ':', ',']).next().unwrap_or_default();
    let is_name = name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    (is_name && !inner[..end].contains(['\n', '"'])).then_some((end + 2, name))
}

/// The most letters of a name in other letters than ASCII's.
const LONGEST_FOREIGN_NAME: usize = 12;

/// The length of `{name}`, `{name.part}`, `{name[0]}`, `{name!r}` or `{name:>10}`, where that stands here.
fn field(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('{')?;
    let end = inner.find(['{', '}', '\n', '"', ' '])?;
    let (field, name) = (&inner[..end], name(inner));
    let rest = field.strip_prefix(name)?;
    let is_spec = rest.is_empty() || rest.starts_with(['.', '[', '!', ':']) && rest.len() > 1;
    // A sentence in a language without blanks is a remark on what stands there.
    let is_name = !name.is_empty() && (name.is_ascii() || name.chars().count() <= LONGEST_FOREIGN_NAME);
    (inner[end..].starts_with('}') && is_name && is_spec).then_some(end + 2)
}

/// Tells whether a text ends in a command of LaTeX, whose arguments stand in braces.
fn is_latex(before: &str) -> bool {
    // `\section*{Abstract}`.
    let before = before.strip_suffix('*').filter(|command| command.contains('\\')).unwrap_or(before);
    let word = before.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    // `x_{i}` stands in a formula, `report_{date}` in a name.
    let is_index = before.ends_with(['^', '_']) && before.contains(['$', '\\']);
    (word.len() < before.len() && word.ends_with('\\')) || is_index || before.ends_with('\\')
}

/// The values of `${expression}`, braces within it balanced.
fn dollars(text: &str) -> Vec<Tag> {
    let (mut tags, mut at) = (Vec::new(), 0);
    while let Some(start) = text[at..].find("${").map(|found| at + found) {
        at = start + 2;
        let is_escaped = text[..start].ends_with(['$', '\\']);
        let Some(end) = balanced(&text[at..]).map(|length| at + length).filter(|_| !is_escaped) else { continue };
        let inner = text[at..end].trim();
        if !is_expression(inner) {
            continue;
        }
        let own = name(inner);
        let is_plain = inner[own.len()..].chars().all(|letter| letter.is_alphanumeric() || "._[]!:>?".contains(letter));
        tags.push(Tag::value(start, end + 1, if is_plain { one_name(own) } else { Vec::new() }));
        at = end + 1;
    }
    tags
}

/// Tells whether an expression stands between braces: a name, a call, a text; no operator of a shell and no set of JSON.
fn is_expression(inner: &str) -> bool {
    let first = inner.trim_start_matches(['(', '!', '[', '`', '\'']);
    let is_json = inner.starts_with('"');
    let own = name(first);
    let rest = &first[own.len()..];
    !own.is_empty() && !is_json && !rest.starts_with(['%', '#', '/', '^'])
}

/// The bytes up to the brace that closes an expression, braces and texts within it passed over; none if that stands far away.
fn balanced(text: &str) -> Option<usize> {
    const FARTHEST: usize = 2_000;
    let (mut depth, mut quote, mut escaped) = (0, None, false);
    for (at, letter) in text.char_indices().take(FARTHEST) {
        match (letter, quote) {
            _ if escaped => escaped = false,
            ('\\', _) => escaped = true,
            (letter, Some(open)) if letter == open => quote = None,
            ('"' | '\'', None) => quote = Some(letter),
            ('{', None) => depth += 1,
            ('}', None) if depth == 0 => return Some(at),
            ('}', None) => depth -= 1,
            _ => {}
        }
    }
    None
}
