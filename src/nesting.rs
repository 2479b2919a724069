//! Nesting: expressions of Jinja that a recursive parser, and code that walks its tree, cannot take without using up the stack.
//!
//! The parser limits brackets within each other, but not operators: `not not not …` nests once for each word, and so do `a ~ a ~ a …`
//! and `a.b.b.b…`. They are counted by its own lexer, which alone tells where a string or a comment ends.

use minijinja::machinery::{Token, tokenize};
use minijinja::syntax::SyntaxConfig;

/// The most operators of an expression that is parsed. Real templates have a few dozen.
pub const MOST_OPERATORS: usize = 1000;

/// The byte at which an expression between braces begins that has more operators than are parsed, or a branch of a condition that
/// has as many.
pub fn too_deep(text: &str) -> Option<usize> {
    first_too_deep(text, false)
}

/// True if an expression has more operators than are parsed.
pub fn is_too_deep(expression: &str) -> bool {
    first_too_deep(expression, true).is_some()
}

fn first_too_deep(text: &str, is_expression: bool) -> Option<usize> {
    // The shortest operator is one character.
    if text.len() <= MOST_OPERATORS {
        return None;
    }
    let (mut operators, mut branches, mut start) = (0, 0, 0);
    let (mut is_behind_value, mut is_first) = (false, false);
    // Behind an error nothing is parsed either.
    for (token, span) in tokenize(text, is_expression, SyntaxConfig::default()).map_while(Result::ok) {
        match &token {
            Token::VariableStart | Token::BlockStart => (operators, start) = (0, span.start_offset as usize),
            // Each `elif` nests once.
            Token::Ident("elif") if is_first => branches += 1,
            token if is_operator(token, is_behind_value) => operators += 1,
            _ => {}
        }
        if operators.max(branches) > MOST_OPERATORS {
            return Some(start);
        }
        is_first = matches!(token, Token::BlockStart);
        is_behind_value = is_value_end(&token);
    }
    None
}

/// Tells whether what a token makes holds the expression before it or behind it.
fn is_operator(token: &Token<'_>, is_behind_value: bool) -> bool {
    match token {
        Token::Ident(word) => ["not", "if", "else", "and", "or", "in", "is"].contains(word),
        // Of a value; those that begin one within another are limited by the parser.
        Token::BracketOpen | Token::ParenOpen => is_behind_value,
        Token::Plus
        | Token::Minus
        | Token::Mul
        | Token::Div
        | Token::FloorDiv
        | Token::Pow
        | Token::Mod
        | Token::Dot
        | Token::Tilde
        | Token::Assign
        | Token::Pipe
        | Token::Eq
        | Token::Ne
        | Token::Gt
        | Token::Gte
        | Token::Lt
        | Token::Lte => true,
        _ => false,
    }
}

/// Tells whether a value may end with a token.
fn is_value_end(token: &Token<'_>) -> bool {
    matches!(
        token,
        Token::Ident(_)
            | Token::Str(_)
            | Token::String(_)
            | Token::Int(_)
            | Token::Int128(_)
            | Token::Float(_)
            | Token::BracketClose
            | Token::ParenClose
            | Token::BraceClose
    )
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
        for chain in [".b", "[0]", "()", "|trim", " is b"] {
            assert!(is_too_deep(&format!("a{}", chain.repeat(2000))), "{chain}");
        }
        assert_eq!(too_deep(&"{{ not a }}".repeat(5000)), None);
        assert!(too_deep(&format!("{{% if a %}}{}", "{%- elif b %}".repeat(2000))).is_some());
    }

    #[test]
    fn ends_in_strings_and_comments_are_no_ends() {
        let chain = "~ a ".repeat(2000);
        assert_eq!(too_deep(&format!("{{{{ '}}}}' {chain} }}}}")), Some(0));
        assert_eq!(too_deep(&format!("{{# {{{{ ' #}}{{{{ a {chain} }}}}")), Some(10));
        assert_eq!(too_deep(&format!("{{% raw %}}{{{{ a {chain} }}}}{{% endraw %}}")), None);
    }

    #[test]
    fn long_lists_and_strings_are_no_chains() {
        let list = |item: &str| format!("[{}]", vec![item; 3000].join(", "));
        assert!(!is_too_deep(&list("1.5")) && !is_too_deep(&list("[1]")) && !is_too_deep(&list("{'a': 1}")));
        assert!(!is_too_deep(&format!("'{}'", "One - or two. ".repeat(3000))));
    }
}
