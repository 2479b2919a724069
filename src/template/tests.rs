//! Properties of stable prefixes and divergences over generated templates.

use proptest::prelude::*;

use super::diff::{Comparison, Side};
use super::*;
use crate::counting::Overrides;
use crate::profile::Profiles;
use crate::prompt::Template as ChatTemplate;

fn layout(profile: &str) -> Layout {
    Layout::new(Profiles::builtin().named(profile).cloned(), None, Constants::new(), Overrides::default())
}

/// Texts with and without values, as YAML messages.
fn file(label: &str, texts: &[(bool, String)]) -> TemplateFile {
    let message = |(is_user, text): &(bool, String)| {
        let role = if *is_user { "user" } else { "system" };
        format!("- role: {role}\n  content: {}\n", serde_json::Value::from(text.as_str()))
    };
    TemplateFile::read(SourceText::new(label, texts.iter().map(message).collect::<String>()))
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        5 => "[a-z]{1,8}( [a-z]{1,8}){0,4}",
        1 => Just("{{ now }}".to_owned()),
        1 => Just("{{ user }}".to_owned()),
        1 => Just("{% if a %}yes{% else %}yet{% endif %}".to_owned()),
        2 => "[ .,\n]{1,3}",
        1 => "[日本語ß]{1,3}",
    ];
    prop::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat())
}

/// The same without values.
fn plain() -> impl Strategy<Value = String> {
    let piece = prop_oneof!["[a-z]{1,8}( [a-z]{1,8}){0,4}", "[ .,\n]{1,3}", "[日本語ß]{1,3}"];
    prop::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat())
}

fn texts() -> impl Strategy<Value = Vec<(bool, String)>> {
    prop::collection::vec((any::<bool>(), text()), 1..4)
}

/// The tokens of a template with one value in the place of all variables, by a way of its own.
fn tokens(texts: &[(bool, String)], value: &str, branch: &str) -> Vec<crate::tokens::TokenId> {
    let is_jinja = has_values(texts);
    let fill = |text: &str| {
        // Jinja leaves out the line feed at the very end of what it fills.
        let text = if is_jinja { text.strip_suffix('\n').unwrap_or(text) } else { text };
        let text = text.replace("{{ now }}", value).replace("{{ user }}", value);
        text.replace("{% if a %}yes{% else %}yet{% endif %}", branch)
    };
    let message = |(is_user, text): &(bool, String)| crate::exchange::Message {
        role: if *is_user { "user" } else { "system" }.into(),
        content: Some(crate::exchange::Content::Text(fill(text))),
        ..crate::exchange::Message::default()
    };
    let input = crate::exchange::Input::from(texts.iter().map(message).collect::<Vec<_>>());
    let request = crate::exchange::Request { input, ..crate::exchange::Request::default() };
    let exchange = crate::exchange::Exchange { request, ..crate::exchange::Exchange::default() };
    let profile = Profiles::builtin().named("deepseek-v3.2").unwrap();
    let prompt = ChatTemplate::named("deepseek-v3.2").unwrap().render(&exchange).prompt;
    let mut sequence = crate::tokens::Sequence::default();
    crate::tokens::Memo::alone(profile.encoding.tokenizer(), false).encode(&prompt, &mut sequence);
    sequence.to_vec()
}

fn has_values(texts: &[(bool, String)]) -> bool {
    texts.iter().any(|(_, text)| text.contains('{'))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_request_begins_with_the_stable_prefix(
        texts in texts(), value in prop::sample::select(PROBES.each_ref().map(|probe| probe.value).to_vec()), is_yes: bool
    ) {
        let file = file("a.yaml", &texts);
        let layout = layout("deepseek-v3.2");
        let prefix = StablePrefix::measure(&file, &Renderings::new(&file.templates[0], &layout));
        let request = tokens(&texts, value, if is_yes { "yes" } else { "yet" });
        prop_assert!(request.starts_with(&prefix.ids));
        prop_assert_eq!(prefix.end.is_none(), !has_values(&texts));
    }

    #[test]
    fn the_divergence_is_the_first_token_that_differs(
        texts in prop::collection::vec((any::<bool>(), plain()), 1..4), change in plain(), at in 0..3_usize
    ) {
        let mut changed = texts.clone();
        let at = at % texts.len();
        changed[at].1 = format!("{}{change}", &texts[at].1[..texts[at].1.char_indices().nth(3).map_or(0, |(byte, _)| byte)]);
        let (old, new) = (file("old.yaml", &texts), file("new.yaml", &changed));
        let sides = [&old, &new].map(|file| Side { file, template: &file.templates[0] });
        let comparison = Comparison::new(sides[0], sides[1], &layout("deepseek-v3.2"));
        let (ours, theirs) = (tokens(&texts, "", ""), tokens(&changed, "", ""));
        let first = (ours != theirs).then(|| common_tokens(&ours, &theirs) as u64);
        prop_assert_eq!(comparison.divergence.as_ref().map(|divergence| divergence.token), first);
        let itself = Comparison::new(sides[0], sides[0], &layout("deepseek-v3.2"));
        prop_assert!(itself.divergence.is_none() && itself.cause.is_none());
    }

    #[test]
    fn no_file_makes_reading_or_comparing_panic(
        old in "[-a-z:{}%\\[\\]\"'|>#$<=@.() \n]{0,80}", new in "[-a-z:{}%\\[\\]\"'|>#$<=@.() \n]{0,80}",
        ending in prop::sample::select(vec!["yaml", "json", "toml", "prompty", "prompt", "md", "j2", "txt"])
    ) {
        let files = [("old", old), ("new", new)].map(|(name, text)| TemplateFile::read(SourceText::new(format!("{name}.{ending}"), text)));
        prop_assert!(files.iter().all(|file| !file.templates.is_empty()));
        let sides = [0, 1].map(|side: usize| Side { file: &files[side], template: &files[side].templates[0] });
        let layout = layout("deepseek-v4.1");
        let comparison = Comparison::new(sides[0], sides[1], &layout);
        prop_assert!(comparison.kept_tokens() <= comparison.old.tokens);
        prop_assert_eq!(comparison.divergence.is_some(), comparison.cause.is_some());
        super::diff::suggest(sides[1], &layout);
    }
}

#[test]
fn shapes_are_told_by_name_and_content() {
    let shape = |label: &str, text: &str| TemplateFile::read(SourceText::new(label, text)).shape;
    assert_eq!(shape("a.prompty", "---\nname: x\n---\nsystem:\nhi\n"), "prompty");
    assert_eq!(shape("a.prompt", "---\nmodel: x\n---\n{{role \"system\"}}hi"), "dotprompt");
    assert_eq!(shape("a.md", "---\nname: x\n---\nhi\n"), "front-matter");
    assert_eq!(shape("a.md", "hi\n"), "text");
    assert_eq!(shape("a.json", r#"{"_type": "prompt", "template": "Hi {name}"}"#), "langchain");
    assert_eq!(shape("a.yaml", "prompts: ['Hi {{name}}']\nproviders: [x]\n"), "promptfoo");
    assert_eq!(shape("a.yaml", "agent:\n  system_template: hi\n  instance_template: '{{task}}'\n"), "swe-agent");
    assert_eq!(shape("a.prompt.yml", "messages:\n  - {role: system, content: hi}\n"), "chat");
    assert_eq!(shape("a.json", r#"[{"role": "user", "content": "hi"}]"#), "chat");
    assert_eq!(shape("a.toml", "[review]\nsystem = 'be kind'\nuser = '{diff}'\n"), "document");
    assert_eq!(shape("a.yaml", "key: [unclosed\n"), "text");
}

#[test]
fn variables_are_told_by_their_syntax() {
    let syntax = |text: &str| TemplateFile::read(SourceText::new("a.txt", text)).templates[0].syntax;
    assert_eq!(syntax("Hi {{ name }}"), Syntax::Jinja);
    assert_eq!(syntax("Hi {{#if a}}x{{/if}}"), Syntax::Handlebars);
    assert_eq!(syntax("Hi {name}, answer as {{\"a\": 1}}"), Syntax::Braces);
    assert_eq!(syntax("Hi ${name}"), Syntax::Dollar);
    assert_eq!(syntax("Hi <%= name %>"), Syntax::Erb);
    assert_eq!(syntax("JSON {\"a\": {\"b\": 1}} and \\frac{a}{b}"), Syntax::Plain);
    assert_eq!(syntax("```\n{code}\n```\n"), Syntax::Plain);
}
