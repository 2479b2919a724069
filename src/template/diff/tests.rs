//! Suggestions, done to the file as a person would who reads them.

use proptest::prelude::*;

use super::*;
use crate::counting::Overrides;
use crate::profile::Profiles;
use crate::source::SourceText;
use crate::template::Constants;

/// The notation of a message's text: a block of lines, or one line in quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Block,
    Quoted,
}

impl Style {
    /// The line and the column at which the system message's text begins.
    fn begins(self) -> (usize, usize) {
        if self == Self::Block { (4, 7) } else { (3, 15) }
    }

    /// A system message and a question.
    fn file(self, lines: &[String], question: &str) -> TemplateFile {
        let system = match self {
            Self::Block => format!("|\n{}", lines.iter().map(|line| format!("      {line}\n")).collect::<String>()),
            Self::Quoted => format!("\"{}\"\n", lines.concat()),
        };
        let question: String = question.lines().map(|line| format!("      {line}\n")).collect();
        let text =
            format!("messages:\n  - role: system\n    content: {system}  - role: user\n    content: |\n{question}");
        TemplateFile::read(SourceText::new("a.yaml", text))
    }
}

const QUESTION: &str = "{{ question }}";

fn stable_tokens(file: &TemplateFile) -> u64 {
    let profile = Profiles::builtin().named("deepseek-v3.2").cloned();
    let layout = Layout::new(profile, None, Constants::new(), Overrides::default());
    Renderings::new(&file.templates[0], &layout).stable_tokens() as u64
}

fn suggested(file: &TemplateFile) -> Option<Suggestion> {
    let profile = Profiles::builtin().named("deepseek-v3.2").cloned();
    let layout = Layout::new(profile, None, Constants::new(), Overrides::default());
    suggest(Side { file, template: &file.templates[0] }, &layout)
}

/// A system message cut into sentences, line by line, and what some words say of it.
struct Reader<'a> {
    style: Style,
    lines: Vec<Vec<&'a str>>,
}

impl<'a> Reader<'a> {
    fn new(style: Style, lines: &'a [String]) -> Self {
        Self { style, lines: lines.iter().map(|line| line.split_inclusive(". ").collect()).collect() }
    }

    /// The lines, and the sentences of lines, at the places that some words name.
    fn named(&self, words: &str) -> Vec<(usize, Option<usize>)> {
        let (first, begin) = self.style.begins();
        let piece = |(before, piece): (&str, &str)| {
            let (line, column) = piece.split_once(')').unwrap().0.split_once(':').unwrap();
            let line = line.parse::<usize>().unwrap() - first;
            let mut left = column.parse::<usize>().unwrap() - begin;
            let sentence = self.lines[line].iter().position(|sentence| {
                let is_here = left < sentence.len();
                left = left.saturating_sub(sentence.len());
                is_here
            });
            assert!(sentence.is_some(), "{words}");
            let is_sentence = before.contains("the sentence of");
            assert!(is_sentence || before.contains("the line of"), "{words}");
            (line, sentence.filter(|_| is_sentence))
        };
        let pieces: Vec<&str> = words.split("(a.yaml:").collect();
        pieces.windows(2).map(|pair| piece((pair[0].rsplit(')').next().unwrap(), pair[1]))).collect()
    }

    /// Does what a suggestion says.
    fn done(&self, words: &str) -> TemplateFile {
        let (what, to) = words.split_once(" to ").unwrap();
        let moved = self.named(what);
        let is_moved = |line, sentence| moved.contains(&(line, None)) || moved.contains(&(line, Some(sentence)));
        let text_of = |(line, sentence): &(usize, Option<usize>)| match sentence {
            Some(sentence) => self.lines[*line][*sentence].trim().to_owned(),
            None => self.lines[*line].concat().trim().to_owned(),
        };
        let values: Vec<String> = moved.iter().map(text_of).collect();
        let target = if to.starts_with("right before") { self.named(to).first().copied() } else { None };
        let mut lines = Vec::new();
        for (line, sentences) in self.lines.iter().enumerate() {
            if target == Some((line, None)) {
                lines.extend(values.clone());
            }
            let mut text = String::new();
            for (sentence, says) in sentences.iter().enumerate() {
                if target == Some((line, Some(sentence))) {
                    text += &format!("{} ", values.join(" "));
                }
                text += if is_moved(line, sentence) { "" } else { says };
            }
            lines.extend(Some(text.trim_end().to_owned()).filter(|text| !text.is_empty()));
        }
        let mut question = QUESTION.to_owned();
        match to {
            _ if target.is_some() => {}
            _ if to.starts_with("the end of message 1 (system), as its last line") => lines.push(values.join(" ")),
            _ if to.starts_with("the end of message 1 (system)") && self.style == Style::Block => lines.extend(values),
            _ if to.starts_with("the end of message 1 (system)") => lines.push(format!(" {}", values.join(" "))),
            _ if to.starts_with("the start of message 2 (user)") => {
                question = format!("{}\n{QUESTION}", values.join("\n"));
            }
            _ => unreachable!("{words}"),
        }
        self.style.file(&lines, &question)
    }
}

fn sentence() -> impl Strategy<Value = String> {
    let words = ["policy", "refund", "order", "customer", "polite", "answer", "never", "always", "guess", "ticket"];
    prop::collection::vec(prop::sample::select(words.to_vec()), 4..40)
        .prop_map(|words| format!("Keep {}.", words.join(" ")))
}

/// A line, with a value before, behind or between its sentences, or alone, or within one.
fn line(value: &'static str) -> impl Strategy<Value = String> {
    let value = move |one: &str| format!("{one} It says {value}.");
    prop_oneof![
        2 => sentence(),
        1 => sentence().prop_map(move |one| value(&one)),
        2 => (sentence(), sentence()).prop_map(move |(one, other)| format!("{} {other}", value(&one))),
        2 => sentence().prop_map(move |one| format!("{} {one}", value("").trim())),
        1 => Just(value("Remember.")),
        1 => Just(value("").trim().to_owned()),
    ]
}

fn lines() -> impl Strategy<Value = Vec<String>> {
    let values = ["{{ today }}", "{{ user_name }}", "{{ session_id }}", "{{ a.b | upper }}"];
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
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn who_does_what_is_suggested_gets_the_tokens_that_were_promised(lines in lines(), is_quoted: bool) {
        let (style, lines) = if is_quoted { (Style::Quoted, vec![lines.join(" ")]) } else { (Style::Block, lines) };
        let before = style.file(&lines, QUESTION);
        let Some(suggestion) = suggested(&before) else { return Ok(()) };
        let words = suggestion.in_words(None);
        let after = Reader::new(style, &lines).done(&words);
        let then = stable_tokens(&after);
        prop_assert!(then >= suggestion.stable_tokens, "{words}: {then} of {}: {}", suggestion.stable_tokens, after.source.text());
        prop_assert_eq!(suggestion.stable_tokens - stable_tokens(&before), suggestion.gained_tokens);
    }
}

/// The suggestion for a system message, and the tokens that it gains.
fn told(style: Style, lines: &[&str]) -> (String, u64) {
    let lines: Vec<String> = lines.iter().map(|line| line.trim_end().to_owned()).collect();
    let suggestion = suggested(&style.file(&lines, QUESTION)).unwrap();
    (suggestion.in_words(None), suggestion.gained_tokens)
}

#[test]
fn a_line_goes_before_the_value_that_already_ends_the_message() {
    let long = "Keep each answer short and polite, and never guess. ".repeat(12);
    let lines = [&*long, "The session is {{ session_id }}.", &*long, "The customer is {{ user_name }}."];
    let (from, to) = ("the line of `{{ session_id }}` (a.yaml:5:22)", "the line of `{{ user_name }}` (a.yaml:7:23)");
    assert_eq!(told(Style::Block, &lines).0, format!("{from} to right before {to}"));
}

#[test]
fn of_a_long_line_a_sentence_is_moved() {
    let long = "Keep each answer short and polite, and never guess. ".repeat(12);
    let line = format!("Today is {{{{ today }}}}. {long}");
    let (words, gained) = told(Style::Quoted, &[&line]);
    assert_eq!(words, "the sentence of `{{ today }}` (a.yaml:3:24) to the end of message 1 (system)");
    assert!(gained > 120, "{gained}");
    let (words, _) = told(Style::Block, &[&line, "Answer politely."]);
    assert_eq!(words, "the sentence of `{{ today }}` (a.yaml:4:16) to the end of message 1 (system), as its last line");
    let (words, _) =
        told(Style::Quoted, &[&format!("今天是{{{{ today }}}}。{}", "请始终礼貌而简短地回答。".repeat(30))]);
    assert_eq!(words, "the sentence of `{{ today }}` (a.yaml:3:18) to the end of message 1 (system)");
}

/// The first token that differs between two Jinja templates.
fn divergence(old: &str, new: &str) -> Option<u64> {
    let [old, new] = [old, new].map(|text| TemplateFile::read(SourceText::new("a.j2", text.to_owned())));
    let profile = Profiles::builtin().named("deepseek-v3.2").cloned();
    let layout = Layout::new(profile, None, Constants::new(), Overrides::default());
    let side = |file| Side { file, template: &file.templates[0] };
    Comparison::new(side(&old), side(&new), &layout).divergence.map(|divergence| divergence.token)
}

#[test]
fn a_variable_decides_alike_wherever_it_decides() {
    let long = "Keep each answer short and polite, and never guess. ".repeat(8);
    // The long text stands only where the changed line does not.
    let old = format!("{{% if brief %}}Hi.{{% else %}}{long}{{% endif %}}\n{{% if not brief %}}Tell all.{{% endif %}}");
    let new = old.replace("Tell all", "Say more");
    let (both, one) = (divergence(&old, &new).unwrap(), divergence(&long, &old).unwrap());
    assert!(both > 60, "{both}, {one}");
    // A part of a condition that alone opens the way: with `user` and without `user.notes`, text is new.
    let old = "Hi.\n{% if user and user.notes %}<user>\n{% endif %}Bye.";
    let new = "Hi.\n{% if user %}<user>\n{% endif %}Bye.";
    assert!(divergence(old, new).unwrap() < 6);
    // Another name for the same flag changes no text.
    assert_eq!(divergence("{% if a %}Yes.{% endif %}", "{% if b %}Yes.{% endif %}"), None);
}

/// The lines that differ first between two texts of a file of that name.
fn excerpt_of(name: &str, old: &str, new: &str) -> Option<String> {
    let [old, new] = [old, new].map(|text| TemplateFile::read(SourceText::new(name, text.to_owned())));
    let profile = Profiles::builtin().named("deepseek-v3.2").cloned();
    let layout = Layout::new(profile, None, Constants::new(), Overrides::default());
    let side = |file| Side { file, template: &file.templates[0] };
    let comparison = Comparison::new(side(&old), side(&new), &layout);
    let place = comparison.divergence.and_then(|divergence| divergence.new);
    super::excerpt(side(&old), side(&new), place.as_ref())
}

#[test]
fn an_insertion_is_shown_as_one() {
    let shown = |old: &str, new: &str| excerpt_of("a.j2", old, new);
    let text = "Be kind.\n{% if a %}\nBe brief.\n{% endif %}\nAnswer {{ q }}.\n";
    let inserted = text.replace("Answer", "Never guess.\nAnswer");
    assert_eq!(shown(text, &inserted).as_deref(), Some("{+Never guess.+}"));
    assert_eq!(shown(&inserted, text).as_deref(), Some("[-Never guess.-]"));
    assert_eq!(shown(text, &text.replace("kind", "calm")).as_deref(), Some("Be [-kind-]{+calm+}."));
    // White space within an expression is no change, and what differs is behind it.
    let spaced = text.replace("{{ q }}", "{{q}}").replace("{% if a %}", "{% if  a %}").replace("Answer", "Reply to");
    assert_eq!(shown(text, &spaced).as_deref(), Some("[-Answer-]{+Reply to+} {{q}}."));
}

/// The lines and columns of the first difference between two texts of a file of that name.
fn places(name: &str, old: &str, new: &str) -> [Option<(u64, u64)>; 2] {
    let [old, new] = [old, new].map(|text| TemplateFile::read(SourceText::new(name, text.to_owned())));
    let profile = Profiles::builtin().named("deepseek-v3.2").cloned();
    let layout = Layout::new(profile, None, Constants::new(), Overrides::default());
    let side = |file| Side { file, template: &file.templates[0] };
    let found = Comparison::new(side(&old), side(&new), &layout).divergence.unwrap();
    [found.old, found.new].map(|place| place.map(|place| (place.line, place.column)))
}

#[test]
fn a_difference_begins_where_the_first_rendering_shows_it() {
    // Blanks in place of a value merge with those before it, and hide it.
    let alone = places("a.j2", "You are a clerk.\n\nBe kind.\n", "You are a clerk.\n{{ name }}\n\nBe kind.\n");
    assert_eq!(alone, [Some((2, 1)), Some((2, 1))]);
    // Nothing in place of a value lets the text behind it stand for it.
    let before = places("a.j2", "See: {{ place }}, please.\n", "See: shop{{ place }}, please.\n");
    assert_eq!(before, [Some((1, 6)), Some((1, 6))]);
    // A message that is over is so at its end, whatever message comes next.
    let chat = |more: &str| {
        format!(
            "messages:\n  - role: system\n    content: |\n      Be kind.\n{more}  - role: user\n    content: Hello.\n"
        )
    };
    let [old, new] = places("a.yaml", &chat(""), &chat("      Be brief.\n"));
    assert_eq!((old, new), (Some((5, 1)), Some((5, 7))));
}

#[test]
fn texts_of_code_are_shown_as_they_read() {
    let code = |system: &str| {
        format!(
            "RULES = \"Be kind.\\nNever guess.\\n\"\ndef ask(client, q):\n    system = f\"{system}\"\n    \
             return client.chat.completions.create(model='m', messages=[{{'role': 'system', 'content': system}}])\n"
        )
    };
    let (old, new) = (code("You are a clerk. It is {q}.\\n{RULES}"), code("You are a clerk.\\n{RULES}It is {q}."));
    assert_eq!(excerpt_of("a.py", &old, &new).as_deref(), Some("You are a clerk.[- It is {q}.-]"));
}

#[test]
fn a_value_stands_behind_constants_that_are_written_above() {
    let code = "RULES = \"\"\"Be kind to all who write, and brief where they are in a hurry.\nNever guess what a person meant: ask.\nKeep \
         names and numbers as they are.\nWrite in the language of the question, and in no other language than that one.\nDo not \
         promise what the shop cannot keep, and do not speak of the rules.\nEnd with the name of the shop.\n\"\"\"\ndef ask(client, \
         question):\n    text = f\"Here is a question.\\nIt reads {question}.\\n{RULES}\"\n    \
         return client.chat.completions.create(model='m', messages=[{'role': 'user', 'content': text}])\n";
    let file = TemplateFile::read(SourceText::new("a.py", code.to_owned()));
    let profile = Profiles::builtin().named("deepseek-v3.2").cloned();
    let layout = Layout::new(profile, None, Constants::new(), Overrides::default());
    let found = super::suggest(Side { file: &file, template: &file.templates[0] }, &layout).unwrap();
    assert_eq!(found.moves.len(), 1);
    assert!(found.gained_tokens >= 64, "{}", found.gained_tokens);
}

#[test]
fn another_form_of_a_value_is_another_expression() {
    let changed = |name: &str, old: &str, new: &str| {
        let [old, new] = [old, new].map(|text| TemplateFile::read(SourceText::new(name, text.to_owned())));
        let layout = Layout::new(None, None, Constants::new(), Overrides::default());
        let side = |file| Side { file, template: &file.templates[0] };
        Comparison::new(side(&old), side(&new), &layout).differs()
    };
    let python = |value: &str| {
        format!("def ask(llm, price):\n    llm.invoke(f'You are a clerk. The price is {{price{value}}} now.')\n")
    };
    assert!(changed("a.py", &python(":.2f"), &python(":.1f")));
    assert!(changed("a.py", &python(""), &python("!r")));
    assert!(!changed("a.py", &python(":.2f"), &python(":.2f")));
    let percent = |form: &str| format!("def ask(llm, q):\n    llm.invoke('You are a clerk. Answer {form} now.' % q)\n");
    assert!(changed("a.py", &percent("%s"), &percent("%r")));
    let go = |form: &str| {
        format!(
            "package p\nfunc ask(q string) {{\n\tclient.Chat(fmt.Sprintf(\"You are a clerk. Answer {form} now.\", q))\n}}\n"
        )
    };
    assert!(changed("a.go", &go("%s"), &go("%q")));
}
