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
        ("braces", "Hi {name:>10} {x!r} {date:%Y} {{a}}", "Hi <name> <x> <date> {a}"),
    ];
    for (syntax, text, expected) in texts {
        assert_eq!(cut(syntax, text), expected, "{syntax}: {text}");
    }
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
}

#[test]
fn doubled_braces_are_escaped_where_single_ones_outnumber_them() {
    assert_eq!(Syntax::detect(&["{history}\nQuestion: {question}\nWrite {{name}}."]), Syntax::Braces);
    assert_eq!(Syntax::detect(&["{{ history }}\nQuestion: {{ question }}\nWrite {name}."]), Syntax::Jinja);
}
