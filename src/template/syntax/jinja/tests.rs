//! Texts that Jinja makes of a template, with the files beside it.

use crate::source::SourceText;
use crate::template::{Fragment, TemplateFile, UnreadReason};

/// The files of these tests, by name.
fn files(name: &str) -> Option<String> {
    let text = match name {
        "rules.j2" => "Be kind to {{ who }}.\n",
        "macros.j2" => {
            "{% set tone = 'warm' %}{% macro hello(name, sign='!') %}Hello {{ name }}{{ sign }} ({{ tone }}){% endmacro %}\n"
        }
        "base.j2" => "A {% block one %}base {{ x }}{% endblock %} B {% block two %}two{% endblock %}\n",
        "deep.j2" => "[{% include 'rules.j2' %}]",
        "circle.j2" => "o{% include 'circle.j2' %}",
        _ => return None,
    };
    Some(text.to_owned())
}

/// The text of the first message when each value is `<name>`, and the constructs that are not read.
fn said(text: &str, branch: usize) -> (String, Vec<UnreadReason>) {
    let file = TemplateFile::read_as(SourceText::new("a.j2", text), None, &files);
    let template = &file.templates[0];
    let mut said = String::new();
    write(&template.messages[0].content, branch, &mut said);
    (said, template.unread.iter().map(|unread| unread.reason.clone()).collect())
}

fn write(fragments: &[Fragment], branch: usize, said: &mut String) {
    for fragment in fragments {
        match fragment {
            Fragment::Text(passage) => said.push_str(&passage.text),
            Fragment::Value(value) => said.push_str(&format!("<{}>", value.names.join(","))),
            Fragment::Choice(choice) => write(&choice.branches[branch.min(choice.branches.len() - 1)], branch, said),
        }
    }
}

#[track_caller]
fn reads(text: &str, expected: &str) {
    assert_eq!(said(text, 0), (expected.to_owned(), Vec::new()), "{text}");
}

#[test]
fn files_beside_a_template_are_a_part_of_it() {
    reads("Hi. {% include 'rules.j2' %} Bye.\n", "Hi. Be kind to <who>. Bye.");
    reads("{% set who = 'all' %}{% include 'rules.j2' %}", "Be kind to all.");
    reads("{% include ['none.j2', 'deep.j2'] %}", "[Be kind to <who>.]");
    reads("{% for who in ['a', 'b'] %}{% include 'rules.j2' %} {% endfor %}", "Be kind to a. Be kind to b. ");
    assert_eq!(said("{% include 'none.j2' %}", 0).1, [UnreadReason::Include]);
    assert_eq!(said("{% include name %}", 0).1, [UnreadReason::Include]);
    assert_eq!(said("{% include 'circle.j2' %}", 0).1, [UnreadReason::Include], "it inserts itself");
}

#[test]
fn a_template_that_extends_another_fills_its_blocks() {
    reads("{% extends 'base.j2' %} lost {% block one %}own{% endblock %}", "A own B two");
    reads("{% extends 'base.j2' %}{% block one %}<{{ super() }}>{% endblock %}", "A <base <x>> B two");
    reads("{% set x = 'set' %}{% extends 'base.j2' %}", "A base set B two");
    assert_eq!(said("{% extends 'none.j2' %}{% block a %}x{% endblock %}", 0).1, [UnreadReason::Include]);
}

#[test]
fn macros_are_expanded() {
    let own = "{% macro m(x, y='z') %}({{ x }}-{{ y }}){% endmacro %}";
    reads(&format!("{own}{{{{ m('a') }}}}{{{{ m(user, y='b') }}}}"), "(a-z)(<user>-b)");
    reads(
        "{% macro m(x) %}{% if x %}yes {{ x }}{% else %}no{% endif %}{% endmacro %}{{ m('a') }} {{ m('') }}",
        "yes a no",
    );
    reads("{% import 'macros.j2' as own %}{{ own.hello('Ann') }}", "Hello Ann! (warm)");
    reads("{% from 'macros.j2' import hello as hi %}{{ hi(name, '?') }}", "Hello <name>? (warm)");
    reads("{% macro box() %}[{{ caller() }}]{% endmacro %}{% call box() %}in {{ x }}{% endcall %}", "[in <x>]");
    assert_eq!(said("{% macro m(x) %}{{ x }}{% endmacro %}{{ m(*all) }}", 0).1, [UnreadReason::Computed]);
    assert_eq!(
        said("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", 0).1,
        [UnreadReason::Computed],
        "it calls itself"
    );
    assert_eq!(said("{% from 'none.j2' import m %}{{ m() }}", 0).1, [UnreadReason::Computed]);
}

#[test]
fn constants_are_worked_out_as_jinja2_writes_them() {
    reads("{{ 'a' ~ 1 ~ true ~ none }}", "a1TrueNone");
    reads("{{ ['a', 'b'] | join(', ') }}", "a, b");
    reads("{% set x = 'a' %}{{ x | upper }}{% if x == 'a' %}1{% else %}2{% endif %}", "A1");
    reads("{% for x in ['a', 'b'] %}{{ loop.index }}{{ x }}{% if not loop.last %}, {% endif %}{% endfor %}", "1a, 2b");
    reads("{{ 'You are ' ~ name ~ '.' }}", "You are <name>.");
    reads("{% set a %}Hi {{ x }}.{% endset %}{% set b = a + ' Bye.' %}{{ b }}", "Hi <x>. Bye.");
    reads("{% if a %}{% set x = 'b' %}{% else %}{% set x = 'c' %}{% endif %}{{ x }}", "b");
    assert_eq!(said("{% if a %}{% set x = 'b' %}{% else %}{% set x = 'c' %}{% endif %}{{ x }}", 1).0, "c");
    assert_eq!(said("{{ 'on' if flag else 'off' }}", 1).0, "off");
    reads("{{ 1 + 2 * 3 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 2 < 3 and 'a' in ['a', 'b'] }}", "7 -4 2 True");
    reads("{% for i in range(2) %}{{ i }};{% endfor %}{{ {'a': 'b'}['a'] }}{{ {'a': 'c'}.a }}", "0;1;bc");
    reads("{{ 'a_b c' | title }} {{ 'aba' | replace('a', 'c') }} {{ [3, 1] | sort | first }}", "A_b C cbc 1");
    reads("{% filter upper | replace('A', 'b') %}a c{% endfilter %}{% set x | trim %} d {% endset %}{{ x }}", "b Cd");
}

#[test]
fn lines_end_as_jinja2_has_them() {
    reads("Hi {{ x }},\r\nbye.\r\n", "Hi <x>,\nbye.");
    reads("Hi {{ x }}\n\n", "Hi <x>\n");
    reads("Hi\n{%- if true %} you{% endif %}\n", "Hi you");
}

#[test]
fn what_a_statement_inserts_stands_where_the_statement_does() {
    let file = TemplateFile::read_as(SourceText::new("a.j2", "Hi.\n{% include 'rules.j2' %}\nBye."), None, &files);
    let template = &file.templates[0];
    let places: Vec<String> = template.messages[0]
        .content
        .iter()
        .map(|fragment| match fragment {
            Fragment::Text(passage) => passage.map.at(passage.text.len() - 1),
            other => other.span().unwrap().start,
        })
        .map(|byte| file.place(byte).to_string())
        .collect();
    assert_eq!(places, ["a.j2:1:4", "a.j2:2:1", "a.j2:2:1", "a.j2:2:1", "a.j2:3:4"]);
}
