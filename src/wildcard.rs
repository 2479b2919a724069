//! Names with `*` for any run of characters, as price cards and profiles name models and hosts. Paths are matched by the crate `glob`.

/// Tells whether a pattern fits a name; the case of ASCII letters does not matter.
pub fn matches(pattern: &str, name: &str) -> bool {
    matches_bytes(pattern.as_bytes(), name.as_bytes())
}

/// Of the stars only the last that was met may have to take another character: what is before it fits as it is.
fn matches_bytes(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut taken, mut star) = (0, 0, None);
    while taken < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, taken));
                at += 1;
            }
            Some(letter) if letter.eq_ignore_ascii_case(&name[taken]) => {
                at += 1;
                taken += 1;
            }
            _ => {
                let Some((last, start)) = star else { return false };
                star = Some((last, start + 1));
                at = last + 1;
                taken = start + 1;
            }
        }
    }
    pattern[at..].iter().all(|letter| *letter == b'*')
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

    /// Every way to share the name among the stars.
    fn naive(pattern: &[u8], name: &[u8]) -> bool {
        match (pattern, name) {
            ([], []) => true,
            ([b'*', rest @ ..], _) => (0..=name.len()).any(|skipped| naive(rest, &name[skipped..])),
            ([first, rest @ ..], [letter, letters @ ..]) => first.eq_ignore_ascii_case(letter) && naive(rest, letters),
            _ => false,
        }
    }

    proptest::proptest! {
        #[test]
        fn patterns_fit_as_if_every_way_was_tried(pattern in "[abA*]{0,8}", name in "[abB]{0,10}") {
            proptest::prop_assert_eq!(matches(&pattern, &name), naive(pattern.as_bytes(), name.as_bytes()));
        }
    }
}
