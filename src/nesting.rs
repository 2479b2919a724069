//! Nesting: expressions that a recursive parser, and code that walks its tree, cannot take without using up the stack.
//!
//! The parsers of templates limit brackets, but not operators: `not not not …` nests once for each word, and so does `a ~ a ~ a …`.

/// The most operators of an expression that is parsed. Real templates have a few dozen.
pub const MOST_OPERATORS: usize = 1000;

/// The byte at which an expression between braces begins that has more operators than are parsed, or a branch of a condition that
/// has as many.
pub fn too_deep(text: &str) -> Option<usize> {
    let (mut at, mut branches) = (0, 0);
    while let Some(start) = text[at..].find("{{").into_iter().chain(text[at..].find("{%")).min().map(|found| at + found)
    {
        let close = if text[start..].starts_with("{{") { "}}" } else { "%}" };
        let end = text[start + 2..].find(close).map_or(text.len(), |length| start + 2 + length);
        let inside = &text[start + 2..end];
        // Each `elif` nests once.
        branches += usize::from(inside.trim_start_matches(['-', '+', ' ']).starts_with("elif"));
        if branches > MOST_OPERATORS || is_too_deep(inside) {
            return Some(start);
        }
        at = end;
    }
    None
}

/// True if an expression has more operators than are parsed.
pub fn is_too_deep(expression: &str) -> bool {
    // The shortest operator is one character.
    if expression.len() <= MOST_OPERATORS {
        return false;
    }
    let signs = expression.bytes().filter(|byte| b"~+-*/%<>=|".contains(byte)).count();
    let words = expression.split(|char: char| !char.is_alphanumeric() && char != '_');
    let named = words.filter(|word| ["not", "if", "else", "and", "or", "in", "is"].contains(word)).count();
    signs + named > MOST_OPERATORS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_no_deep_expressions_and_long_chains_are() {
        assert_eq!(too_deep(&format!("not {} {{{{ a }}}}", "not ".repeat(5000))), None);
        for chain in ["not ", "a ~ ", "a~", "b if c else ", "-"] {
            let text = format!("before {{{{ {}a }}}}", chain.repeat(2000));
            assert_eq!(too_deep(&text), Some(7), "{chain}");
            assert_eq!(too_deep(&text[..text.len() - 2]), Some(7), "{chain} without an end");
        }
        assert_eq!(too_deep(&"{{ not a }}".repeat(5000)), None);
        assert!(too_deep(&format!("{{% if a %}}{}", "{%- elif b %}".repeat(2000))).is_some());
    }
}
