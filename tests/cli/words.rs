//! The wording of comments and names: a comment begins with the thing that it is about, not with a question, and a function is called by
//! what it does or gives.

use crate::program::{files, read};

/// Openings that make a reader work out the subject: "Number of calls" is plainer than "How many calls there are".
const QUESTIONS: [&str; 13] =
    ["How", "Nobody", "So", "That", "What", "When", "Where", "Whether", "Which", "Who", "Whom", "Whose", "Why"];

/// Names that say nothing at the place of the call: `Key::of(x)` may be anything. `from` is Rust's own, `at` names a place.
const PREPOSITIONS: [&str; 5] = ["of", "for_", "in_", "on", "to"];

/// The first words of the comments in a file, each with the number of its line. A comment opens at its first line, after an empty
/// line, and after a heading.
fn openings(text: &str) -> Vec<(usize, &str)> {
    let mut openings = Vec::new();
    let mut opens = true;
    for (number, line) in (1..).zip(text.lines()) {
        let comment = line.trim_start().strip_prefix("//").map(|rest| rest.trim_start_matches(['/', '!']).trim());
        if let Some(word) = comment.filter(|_| opens).and_then(|comment| comment.split_whitespace().next()) {
            openings.push((number, word));
        }
        opens = comment.is_none_or(|comment| comment.is_empty() || comment.starts_with('#'));
    }
    openings
}

#[test]
fn no_comment_opens_with_a_question_word() {
    let folders = ["src", "tests", "benches"].iter().flat_map(|folder| files(folder, "rs"));
    let mut found = Vec::new();
    for file in folders {
        for (number, word) in openings(&read(&file)).into_iter().filter(|(_, word)| QUESTIONS.contains(word)) {
            let place = file.display();
            found.push(format!("{place}:{number}: a comment opens with \"{word}\"; begin with a noun or a verb"));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_function_is_called_by_a_preposition() {
    let mut found = Vec::new();
    for file in ["src", "tests", "benches"].iter().flat_map(|folder| files(folder, "rs")) {
        for (number, line) in (1..).zip(read(&file).lines()) {
            let name = line.split_once("fn ").and_then(|(_, rest)| rest.split(['(', '<']).next()).unwrap_or_default();
            if PREPOSITIONS.contains(&name) {
                found.push(format!("{}:{number}: `fn {name}` does not say what it gives", file.display()));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_comment_opens_at_its_first_line_after_an_empty_line_and_after_a_heading() {
    let text = "//! Reads logs.\n//! Where lines wrap.\n//!\n//! Why not.\nfn a() {}\n    /// # Errors\n    /// When it fails.\n";
    assert_eq!(openings(text), [(1, "Reads"), (4, "Why"), (6, "#"), (7, "When")]);
}
