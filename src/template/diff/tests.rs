//! Suggestions, done to the file as a person would who reads them.

use proptest::prelude::*;

use super::*;
use crate::profile::Profiles;
use crate::source::Source;
use crate::template::{Constants, Own};

/// The line of the file at which the system message begins.
const FIRST: usize = 4;

fn layout() -> Layout {
    Layout::new(Profiles::builtin().named("deepseek-v3.2").cloned(), None, Constants::new(), Own::default())
}

/// A system message of these lines, and a question.
fn file(system: &[String]) -> TemplateFile {
    let lines: String = system.iter().map(|line| format!("      {line}\n")).collect();
    let text = format!(
        "messages:\n  - role: system\n    content: |\n{lines}  - role: user\n    content: |\n      {{{{ question }}}}\n"
    );
    TemplateFile::read(Source::new("a.yaml", text))
}

fn stable_tokens(file: &TemplateFile) -> u64 {
    Renderings::of(&file.templates[0], &mut layout()).stable_tokens() as u64
}

fn suggested(file: &TemplateFile) -> Option<Suggestion> {
    suggest(Side { file, template: &file.templates[0] }, &mut layout())
}

/// The places that some words name.
fn places(words: &str) -> Vec<(usize, usize)> {
    let place = |piece: &str| {
        let (line, column) = piece.split_once(')')?.0.split_once(':')?;
        Some((line.parse().ok()?, column.parse().ok()?))
    };
    words.split("(a.yaml:").skip(1).filter_map(place).collect()
}

/// Does what a suggestion says to the lines of the system message, reading its words and nothing else.
fn done(system: &[String], words: &str) -> TemplateFile {
    let (what, to) = words.split_once(" to ").unwrap();
    assert_eq!(what.matches("the line of").count(), places(what).len(), "{words}");
    let moved: Vec<usize> = places(what).iter().map(|(line, _)| line - FIRST).collect();
    let mut lines: Vec<String> =
        (0..system.len()).filter(|at| !moved.contains(at)).map(|at| system[at].clone()).collect();
    let values: Vec<String> = moved.iter().map(|at| system[*at].clone()).collect();
    if to.starts_with("the end of message 1") {
        lines.extend(values);
    } else if to.starts_with("right before the line of") {
        let target = &system[places(to)[0].0 - FIRST];
        let at = lines.iter().position(|line| line == target).unwrap();
        lines.splice(at..at, values);
    } else {
        assert!(to.starts_with("the beginning of message 2 (user)"), "{words}");
        let all = file(&lines);
        let text = all
            .source
            .text()
            .replace("{{ question }}\n", &format!("{}\n      {{{{ question }}}}\n", values.join("\n      ")));
        return TemplateFile::read(Source::new("a.yaml", text));
    }
    file(&lines)
}

fn sentence() -> impl Strategy<Value = String> {
    let words = ["policy", "refund", "order", "customer", "polite", "answer", "never", "always", "guess", "ticket"];
    prop::collection::vec(prop::sample::select(words.to_vec()), 4..40)
        .prop_map(|words| format!("Keep {}.", words.join(" ")))
}

/// A line, with a value before, behind or between its sentences, or alone, or without one.
fn line(value: &'static str) -> impl Strategy<Value = String> {
    let value = move |one: String| format!("{one} It says {value}.");
    prop_oneof![
        3 => sentence(),
        1 => sentence().prop_map(value),
        1 => (sentence(), sentence()).prop_map(move |(one, other)| format!("{} {other}", value(one))),
        1 => Just(value("Mind.".into())),
    ]
}

fn lines() -> impl Strategy<Value = Vec<String>> {
    let values = ["{{ today }}", "{{ user_name }}", "{{ session_id }}", "{{ context }}", "{{ a.b | upper }}"];
    (values.map(line), prop::collection::vec(sentence(), 0..3), any::<prop::sample::Index>()).prop_map(
        |(lines, more, at)| {
            let mut lines = lines.to_vec();
            let at = at.index(lines.len());
            lines.splice(at..at, more);
            lines
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn who_does_what_is_suggested_gets_the_tokens_that_were_promised(lines in lines()) {
        let before = file(&lines);
        let Some(suggestion) = suggested(&before) else { return Ok(()) };
        let words = suggestion.told(None);
        let then = stable_tokens(&done(&lines, &words));
        prop_assert!(then >= suggestion.stable_tokens, "{words}: {then} of {}", suggestion.stable_tokens);
        prop_assert_eq!(suggestion.stable_tokens - stable_tokens(&before), suggestion.gained_tokens);
    }
}

#[test]
fn a_line_goes_before_the_value_that_already_ends_the_message() {
    let long = "Keep each answer short and polite, and never guess. ".repeat(12);
    let lines = [&*long, "The session is {{ session_id }}.", &*long, "The customer is {{ user_name }}."];
    let lines = lines.map(|line| line.trim_end().to_owned());
    let file = file(&lines);
    let words = suggested(&file).unwrap().told(None);
    let (from, to) = ("the line of `{{ session_id }}` (a.yaml:5:22)", "the line of `{{ user_name }}` (a.yaml:7:23)");
    assert_eq!(words, format!("{from} to right before {to}"));
}
