//! Each syntax on texts of its own: what is a value, what is text.

use super::Syntax;
use crate::document::SourceMap;
use crate::template::{Fragment, Passage};

/// A text with its values in angle brackets.
fn cut(syntax: &str, text: &str) -> String {
    let passage = Passage { text: text.into(), map: SourceMap::verbatim(0) };
    let fragments = Syntax::named(syntax).map(|syntax| syntax.cut(passage)).unwrap_or_default();
    let shown = |fragment: &Fragment| match fragment {
        Fragment::Text(passage) => passage.text.clone(),
        Fragment::Value(value) => format!("<{}>", value.names.join(",")),
        Fragment::Choice(_) => "[]".into(),
    };
    fragments.iter().map(shown).collect()
}

#[test]
fn a_sentence_in_single_braces_is_a_remark_in_any_language() {
    let values = |text: &str| {
        let passage = Passage { text: text.into(), map: crate::document::SourceMap::verbatim(0) };
        Syntax::Braces.cut(passage).into_iter().filter(|fragment| matches!(fragment, Fragment::Value(_))).count()
    };
    assert_eq!(values("名前は {名前} です。{question}"), 2);
    assert_eq!(values("## 総合評価\n{全体的なコード品質とリスクレベルの評価を記載}\n"), 0);
}

#[test]
fn values_are_told_from_text() {
    let texts = [
        ("dollar", "Hi ${name}, ${new Date().toISOString()} ${a.b(`{${x}}`, {c: '}'})}!", "Hi <name>, <> <>!"),
        ("dollar", "$${a} \\${b} ${HOME%/} ${} ${\"a\": 1}", "$${a} \\${b} ${HOME%/} ${} ${\"a\": 1}"),
        ("percent", "Hi %(name)s, %s, 100%%, 5 %", "Hi <name>, <>, 100%, 5 %"),
        ("go", "Hi {{ .Name }}, {{- range .Items }}x{{ end -}}  y{{/* no */}}", "Hi <Name>,[]y"),
        ("go", "{{if .A}}a{{else if .B}}b{{else}}c{{end}} {{with .C}}{{.}}{{end}} {{ end }}", "<>abc <><> "),
        ("go", "{{if .A}}a{{else if .B}}b{{end}} {{with .C}}{{.}}{{end}}", "[] []"),
        ("dify", "Hi {{#sys.date#}} and {{name}}, {{ a b }}", "Hi <date> and <name>, {{ a b }}"),
        (
            "n8n",
            "It is {{ $now }} for {{ $json.query }} {{ $('A').item.json[\"x\"] }}",
            "It is <now> for <query> <json>",
        ),
        ("semantic-kernel", "Hi {{$name}} {{time.now}} {{ $x }} {{}}", "Hi <name> <> <x> {{}}"),
        (
            "claude",
            "Fix $ARGUMENTS in $1 with !`git diff` of @src/a.rs, a@b.c",
            "Fix <ARGUMENTS> in <1> with <> of <>, a@b.c",
        ),
        ("mustache", "{{! no }}Hi {{name}} {{{raw}}}", "Hi <name> <raw>"),
        ("handlebars", "{{#if a}}x{{else}}y{{/if}} {{#each xs}}z{{/each}}{{> part}}", "[] []<>"),
        ("handlebars", "Hi  {{~name~}}  you \\{{kept}} {{#if a}}x", "Hi<name>you {{kept}} <>x"),
        ("handlebars", "{{#bold a}}x{{b}}{{/bold}}!", "<>x<b>!"),
        ("braces", "Hi {name:>10} {x!r} {date:%Y} {{a}}", "Hi <name> <x> <date> {a}"),
    ];
    for (syntax, text, expected) in texts {
        assert_eq!(cut(syntax, text), expected, "{syntax}: {text}");
    }
}

#[test]
fn a_text_in_which_all_doubled_braces_are_of_go_is_one_of_its_templates() {
    assert_eq!(Syntax::detect(&["Use {{.tools}}.{{ if .Rules }} Keep {{ .Rules }}.{{ end }}"]), Syntax::Go);
    assert_eq!(Syntax::detect(&["Task: {{.task}}", "Plan first."]), Syntax::Go);
    assert_ne!(Syntax::detect(&["Use {{.tools}} for {{ question }}."]), Syntax::Go);
    assert_ne!(Syntax::detect(&["Run `docker ps --format '{{.Names}}'`."]), Syntax::Go);
    assert_ne!(Syntax::detect(&["```\nrange {{.x}}\n```\n"]), Syntax::Go);
}

/// A text as it reads where each of its conditions holds or none does.
fn taken(syntax: &str, text: &str, branch: usize) -> String {
    fn shown(fragments: &[Fragment], branch: usize) -> String {
        let one = |fragment: &Fragment| match fragment {
            Fragment::Text(passage) => passage.text.clone(),
            Fragment::Value(value) => format!("<{}>", value.names.join(",")),
            Fragment::Choice(choice) => shown(&choice.branches[branch.min(choice.branches.len() - 1)], branch),
        };
        fragments.iter().map(one).collect()
    }
    let passage = Passage { text: text.into(), map: SourceMap::verbatim(0) };
    let fragments = Syntax::named(syntax).map(|syntax| syntax.cut(passage)).unwrap_or_default();
    shown(&fragments, branch)
}

#[test]
fn a_tag_of_mustache_that_is_alone_on_its_line_takes_the_line_with_it() {
    let text = "Be brief.\n{{#formal}}\nBe polite.\n{{/formal}}\n  {{! Ask the desk. }}\n{{^formal}}Be warm.{{/formal}}\nEnd {{! here }}\n";
    assert_eq!(taken("mustache", text, 0), "Be brief.\nBe polite.\nBe warm.\nEnd \n");
    assert_eq!(taken("mustache", text, 1), "Be brief.\n\nEnd \n");
    let text =
        "{{#unless a}}\nOne.\n{{else if b}}\nTwo.\n{{else}}\nThree.\n{{/unless}}\n{{#each xs}}\n- {{this}}\n{{/each}}";
    assert_eq!(taken("handlebars", text, 0), "One.\n- <this>\n");
    assert_eq!(taken("handlebars", text, 1), "Two.\n");
    assert_eq!(taken("handlebars", text, 2), "Three.\n- <this>\n- <this>\n");
}

#[test]
fn what_workflow_tools_alone_write_tells_them() {
    assert_eq!(Syntax::detect(&["Answer {{#sys.query#}} from {{#context#}}."]), Syntax::Dify);
    assert_eq!(Syntax::detect(&["Answer {{ $json.question }}."]), Syntax::N8n);
    assert_eq!(Syntax::detect(&["It is {{ $now }}: {{ $('Mail').item.json.text }}."]), Syntax::N8n);
    assert_eq!(Syntax::detect(&["Answer {{$input}} and {{time.now}}."]), Syntax::SemanticKernel);
    assert_eq!(Syntax::detect(&["Answer {{#if a}}this{{/if}}."]), Syntax::Handlebars);
    assert_eq!(Syntax::detect(&["Pay {{ $ }} now."]), Syntax::Plain);
}

#[test]
fn a_pattern_of_a_path_is_text() {
    assert_eq!(Syntax::detect(&["Open {owner}/{repo} on GitHub, repos/{owner}/x."]), Syntax::Plain);
    assert_eq!(Syntax::detect(&["Open {owner}/{repo} for {user}."]), Syntax::Braces);
    assert_eq!(Syntax::detect(&["It is ${new Date().toISOString()}."]), Syntax::Dollar);
}

#[test]
fn a_form_that_a_model_fills_in_has_no_variables() {
    assert_eq!(Syntax::detect(&["Answer like this:\n- {Date}: {Short description of the visit}"]), Syntax::Plain);
    assert_eq!(Syntax::detect(&["Answer the letter of {name} on {date}."]), Syntax::Braces);
    assert_eq!(Syntax::detect(&["Answer like this:\n# {Title}\n## {标题}\n- Step"]), Syntax::Plain);
    assert_eq!(
        cut("braces", "Answer {question}:\n# {Title}\n# {title}\n"),
        "Answer <question>:\n# {Title}\n# <title>\n"
    );
}

#[test]
fn doubled_braces_are_escaped_where_single_ones_outnumber_them() {
    assert_eq!(Syntax::detect(&["{history}\nQuestion: {question}\nWrite {{name}}."]), Syntax::Braces);
    assert_eq!(Syntax::detect(&["{{ history }}\nQuestion: {{ question }}\nWrite {name}."]), Syntax::Jinja);
}
