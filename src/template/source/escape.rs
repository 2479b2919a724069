//! Escape sequences of literals, as each language decodes them.

/// One escape sequence of Python, from its backslash on.
pub(super) fn python(written: &str) -> String {
    let rest = &written[1..];
    match rest.chars().next() {
        Some('\n' | '\r') => String::new(),
        Some('a') => "\u{7}".into(),
        Some('N') => written.into(),
        Some(letter) if letter.is_digit(8) => number(rest, 8),
        _ => common(written),
    }
}

/// One escape sequence of JavaScript, from its backslash on.
pub(super) fn javascript(written: &str) -> String {
    let rest = &written[1..];
    match rest.chars().next() {
        Some('\n' | '\r' | '\u{2028}' | '\u{2029}') => String::new(),
        Some('0') if rest.len() == 1 => "\0".into(),
        Some('u') if rest.starts_with("u{") => number(rest[2..].trim_end_matches('}'), 16),
        Some('\\' | '\'' | '"' | '`' | 'n' | 'r' | 't' | 'b' | 'f' | 'v' | 'x' | 'u') => common(written),
        _ => rest.into(),
    }
}

/// One escape sequence of Go, Java, C# or Ruby, from its backslash on.
pub(super) fn of_others(written: &str) -> String {
    let rest = &written[1..];
    match rest.chars().next() {
        Some('\n' | '\r') => String::new(),
        Some('a') => "\u{7}".into(),
        Some('e') => "\u{1b}".into(),
        Some('s') => " ".into(),
        Some('u') if rest.starts_with("u{") => number(rest[2..].trim_end_matches('}'), 16),
        Some(letter) if letter.is_digit(8) => number(rest, 8),
        Some('\\' | '\'' | '"' | '`' | 'n' | 'r' | 't' | 'b' | 'f' | 'v' | 'x' | 'u' | 'U') => common(written),
        _ => rest.into(),
    }
}

/// The part that all have in common; an unknown sequence stands for itself.
fn common(written: &str) -> String {
    let rest = &written[1..];
    match rest.chars().next() {
        Some('n') => "\n".into(),
        Some('r') => "\r".into(),
        Some('t') => "\t".into(),
        Some('b') => "\u{8}".into(),
        Some('f') => "\u{c}".into(),
        Some('v') => "\u{b}".into(),
        Some('\\' | '\'' | '"' | '`') => rest.into(),
        Some('x' | 'u' | 'U') => number(&rest[1..], 16),
        _ => written.into(),
    }
}

/// The character of that number.
fn number(digits: &str, base: u32) -> String {
    let letter = u32::from_str_radix(digits, base).ok().and_then(char::from_u32);
    letter.map_or_else(|| char::REPLACEMENT_CHARACTER.into(), String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_are_decoded_as_the_language_does() {
        let python: Vec<String> = ["\\n", "\\x41", "\\u00e9", "\\101", "\\\n", "\\q", "\\'"].map(super::python).into();
        assert_eq!(python, ["\n", "A", "é", "A", "", "\\q", "'"]);
        let script: Vec<String> = ["\\n", "\\x41", "\\u{e9}", "\\`", "\\\n", "\\q", "\\$"].map(javascript).into();
        assert_eq!(script, ["\n", "A", "é", "`", "", "q", "$"]);
    }
}
