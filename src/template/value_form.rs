//! Forms of values: what an expression tells of the text that it makes. Tokens merge across the edge of a value, and one without white space
//! around it, or that begins with a digit, merges with less of what stands before.

use std::sync::LazyLock;

use regex::Regex;

use super::Placeholder;

/// The texts that an expression may make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ValueForm {
    /// Any.
    Any,
    /// Any without white space at its ends, which is cut off.
    Trimmed,
    /// Such that begin and end with a digit: a number of items, an instant as machines write it.
    Digits,
    /// Any, as wide as this at least: blanks fill it up.
    Padded(usize),
}

/// The form behind an expression of an f-string, or that of `printf` put behind it: `!r`, `:>10`, `:.2f`, `:%q`.
static FORM: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^(.*?[^!=<>:\s])\s*(![rsa])?(:(?:[^\[\](){}'\x22]*))?$").ok());
static NUMBER_FORM: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^:%?,?(?:\.\d+)?[dfF%]?$").ok());
static WIDTH: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^:[<>^]?(\d+)s?$").ok());

/// As many blanks as a value is filled up with at most.
const BLANKS: &str = "                                ";

static TRIMMED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:\.(?:trim|strip|Trim)\(\)|\.strip|\|\s*trim)$|^strings\.TrimSpace\(").ok());

static DIGITS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^len\([^()]*\)$|\.length(?:\(\))?$|\.size\(\)$|\|\s*(?:length|count)$",
        r"|^(?:datetime\.)?datetime\.(?:now|utcnow|today)\([^()]*\)(?:\.date\(\))?(?:\.isoformat\(\))?$",
        r"|^(?:datetime\.)?date\.today\(\)(?:\.isoformat\(\))?$|^time\.time\(\)$|^int\(time\.time\(\)\)$",
        r#"|^[\w.]*(?:now|utcnow|today)\([^()]*\)\.strftime\(["']%[YdHmyIjMS][^A-Za-z]*(?:%[YdHmyIjMS][^A-Za-z]*)*["']\)$"#,
        r"|^Date\.now\(\)$|^new Date\(\)\.(?:toISOString\(\)|getTime\(\)|getFullYear\(\))$",
    ))
    .ok()
});

impl ValueForm {
    fn new(value: &Placeholder) -> Self {
        let written = value.expression().trim();
        if let Some(form) = form_behind(written).filter(|_| !written.contains('?')) {
            let is_number = form.len() > 1 && NUMBER_FORM.as_ref().is_some_and(|number| number.is_match(form));
            let width = WIDTH.as_ref().and_then(|width| width.captures(form)?.get(1)?.as_str().parse().ok());
            return match width {
                _ if is_number => Self::Digits,
                Some(width) => Self::Padded(width),
                None => Self::Any,
            };
        }
        let is = |pattern: &LazyLock<Option<Regex>>| pattern.as_ref().is_some_and(|pattern| pattern.is_match(written));
        if is(&DIGITS) {
            Self::Digits
        } else if is(&TRIMMED) && is_chain(written) {
            Self::Trimmed
        } else {
            Self::Any
        }
    }
}

/// Tells whether an expression is names, indices, calls and filters in a row, with nothing that another text is joined by.
fn is_chain(written: &str) -> bool {
    let mut depth = 0_usize;
    let mut outside = String::new();
    for letter in written.chars() {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            letter if depth == 0 => outside.push(letter),
            _ => {}
        }
    }
    let is_name = |part: &str| part.trim().chars().all(|letter| letter.is_alphanumeric() || "_.?!$".contains(letter));
    outside.split('|').all(is_name)
}

/// The form behind an expression of an f-string, from its colon on; nothing behind one alone, as in `name!r`.
fn form_behind(written: &str) -> Option<&str> {
    let found = FORM.as_ref()?.captures(written)?;
    found.get(2).or(found.get(3))?;
    Some(found.get(3).map_or("", |form| form.as_str()))
}

impl Placeholder {
    /// Its expression without the form behind it: `price` of `{price:.2f}`. Code alone writes forms without braces.
    pub fn unformed(&self) -> &str {
        let written = self.expression();
        let found = FORM.as_ref().and_then(|form| form.captures(written));
        let is_formed = found.as_ref().is_some_and(|found| found.get(2).or(found.get(3)).is_some());
        found.filter(|_| is_formed).and_then(|found| found.get(1)).map_or(written, |plain| plain.as_str())
    }

    /// A probe's value as this expression may make one.
    pub(super) fn formed(&self, probe: &'static str) -> &'static str {
        match ValueForm::new(self) {
            ValueForm::Trimmed => probe.trim(),
            ValueForm::Padded(width) if probe.is_empty() => &BLANKS[..width.min(BLANKS.len())],
            ValueForm::Any | ValueForm::Padded(_) => probe,
            ValueForm::Digits if probe.starts_with(|letter: char| letter.is_ascii_digit()) => probe,
            ValueForm::Digits if probe.is_empty() => "0",
            ValueForm::Digits => "2026-10-05",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_tells_the_form_of_its_value() {
        let forms = [
            ("name.strip()", ValueForm::Trimmed),
            ("{{ name | trim }}", ValueForm::Trimmed),
            ("${input.topic.trim()}", ValueForm::Trimmed),
            ("strings.TrimSpace(text)", ValueForm::Trimmed),
            ("title + name.strip()", ValueForm::Any),
            ("name.strip() or other", ValueForm::Any),
            ("f(name.strip())", ValueForm::Any),
            ("name", ValueForm::Any),
            ("len(items)", ValueForm::Digits),
            ("${items.length}", ValueForm::Digits),
            ("len(items) or none", ValueForm::Any),
            ("datetime.now()", ValueForm::Digits),
            ("datetime.now().strftime('%Y-%m-%d %H:%M')", ValueForm::Digits),
            ("datetime.now().strftime('%B %d')", ValueForm::Any),
            ("new Date().toISOString()", ValueForm::Digits),
            ("new Date().toLocaleDateString()", ValueForm::Any),
            ("price:.2f", ValueForm::Digits),
            ("count:,", ValueForm::Digits),
            ("name:>10", ValueForm::Padded(10)),
            ("name!r", ValueForm::Any),
            ("rows[1:3]", ValueForm::Any),
            ("a ? b : c", ValueForm::Any),
        ];
        for (written, expected) in forms {
            let value =
                Placeholder { written: written.into(), names: Vec::new(), span: 0..1, unread: None, class: None };
            assert_eq!(ValueForm::new(&value), expected, "{written}");
        }
    }
}
