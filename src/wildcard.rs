//! Names with `*` for any run of characters, as price cards and profiles name models and hosts. Paths are matched by the crate `glob`.

/// Tells whether a pattern fits a name; the case of ASCII letters does not matter.
pub fn matches(pattern: &str, name: &str) -> bool {
    matches_bytes(pattern.as_bytes(), name.as_bytes())
}

/// Patterns are short and hold one star or two, so plain recursion is enough.
fn matches_bytes(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern, name) {
        ([], []) => true,
        ([b'*', rest @ ..], _) => (0..=name.len()).any(|skipped| matches_bytes(rest, &name[skipped..])),
        ([first, rest @ ..], [letter, letters @ ..]) => {
            first.eq_ignore_ascii_case(letter) && matches_bytes(rest, letters)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_any_run_of_characters() {
        assert!(matches("gpt-5*", "GPT-5-mini") && matches("*.example.com", "api.example.com"));
        assert!(matches("a*b*c", "axbbxc") && matches("*", "") && matches("a*", "a"));
        assert!(!matches("gpt-5", "gpt-5-mini") && !matches("*-5", "gpt-5-mini") && !matches("ab*ba", "aba"));
    }
}
