//! Templates made at random from the constructs of each syntax, nested and repeated, in each kind of file, and then damaged.

use std::time::{Duration, Instant};

use cachecheck::counting::Overrides;
use cachecheck::lint::{Gaps, lint};
use cachecheck::profile::Profiles;
use cachecheck::source::SourceText;
use cachecheck::template::diff::{Comparison, Side, suggest};
use cachecheck::template::{Constants, Layout, TemplateFile};

use crate::mutate::Random;

/// The time in which a template is read, counted, linted and compared, on a loaded machine and without optimisation.
const LIMIT: Duration = Duration::from_secs(60);

/// The bytes of a template at most.
const MOST_BYTES: usize = 20_000;

/// A syntax: values, and constructs with a beginning, a middle and an end.
struct Grammar {
    ending: &'static str,
    values: &'static [&'static str],
    constructs: &'static [[&'static str; 3]],
}

const GRAMMARS: [Grammar; 6] = [
    Grammar {
        ending: "j2",
        values: &[
            "{{ a }}",
            "{{ a.b[0] | upper }}",
            "{{ a if b else c }}",
            "{{ 'x' ~ a }}",
            "{%- set a = b -%}",
            "{# a #}",
            "{{ loop.index }}",
        ],
        constructs: &[
            ["{% if a %}", "{% elif b %}", "{% endif %}"],
            ["{% if a == 'x' and not b %}", "{% else %}", "{% endif %}"],
            ["{% for x in xs %}", "{% else %}", "{% endfor %}"],
            ["{% for x in [1, 2, 3] %}", "{{ x }}", "{% endfor %}"],
            ["{% macro m(a, b=1) %}", "{{ a }}", "{% endmacro %}{{ m(1) }}"],
            ["{% set a %}", "", "{% endset %}"],
            ["{% raw %}", "{{", "{% endraw %}"],
            ["{% block b %}", "{{ super() }}", "{% endblock %}"],
            ["{% call m(1) %}", "", "{% endcall %}"],
            ["{% with a = 1 %}", "", "{% endwith %}"],
            ["{% filter upper %}", "", "{% endfilter %}"],
        ],
    },
    Grammar {
        ending: "hbs",
        values: &["{{a}}", "{{{a.b}}}", "{{! a }}", "{{> part}}", "{{f a b=1}}"],
        constructs: &[
            ["{{#if a}}", "{{else}}", "{{/if}}"],
            ["{{#each xs as |x|}}", "{{x}}", "{{/each}}"],
            ["{{#a}}", "{{^}}", "{{/a}}"],
            ["{{#unless a}}", "{{else if b}}", "{{/unless}}"],
        ],
    },
    Grammar {
        ending: "erb",
        values: &["<%= a %>", "<%# a %>", "<%- b -%>"],
        constructs: &[["<% if a %>", "<% else %>", "<% end %>"], ["<% xs.each do |x| %>", "<%= x %>", "<% end %>"]],
    },
    Grammar {
        ending: "tmpl",
        values: &["{{ .A }}", "{{ .A | upper }}", "{{ template \"x\" . }}", "{{/* a */}}"],
        constructs: &[["{{ if .A }}", "{{ else }}", "{{ end }}"], ["{{ range .Xs }}", "{{ . }}", "{{ end }}"]],
    },
    Grammar {
        ending: "txt",
        values: &["{a}", "{a.b!r:>10}", "{{", "}}"],
        constructs: &[["{", "a", "}"], ["({", ":", "})"]],
    },
    Grammar {
        ending: "txt",
        values: &["${a}", "$a", "%s", "%(a)s", "#{a}", "[[a]]", "@a"],
        constructs: &[["${", "f({a: 1})", "}"], ["%(", "a", ")s"]],
    },
];

const TEXTS: [&str; 10] = [
    "Be kind. ",
    "Answer in JSON: {\"a\": [1, 2]}\n",
    "# Rules\n\n- one\n- two\n",
    "日本語 ß 🙂",
    "\r\n",
    "\u{200b}\u{202e}",
    "<|im_end|>",
    "2026-11-29",
    "\\",
    "'''\"\"\"`",
];

/// A template and another version of it, each with the name of its file.
pub(crate) fn pair(random: &mut Random) -> [(String, String); 2] {
    let grammar = random.one(&GRAMMARS);
    let depth = 1 + random.below(6);
    let mut text = grammar.text(random, depth);
    if random.below(4) == 0 {
        let construct = random.one(grammar.constructs);
        let times = 1 + random.below(300);
        text = [&construct[0].repeat(times), text.as_str(), &construct[2].repeat(times)].concat();
    }
    if random.below(4) == 0 {
        text = text.repeat(1 + random.below(60));
    }
    let other = grammar.damaged(&text, random);
    if random.below(3) == 0 {
        text = grammar.damaged(&text, random);
    }
    let wrap = random.below(9);
    [text, other].map(|text| wrapped(&cut(&text), grammar.ending, wrap))
}

impl Grammar {
    fn text(&self, random: &mut Random, depth: usize) -> String {
        let mut text = String::new();
        for _ in 0..=random.below(5) {
            match random.below(4) {
                0 => text.push_str(random.one::<&str>(&TEXTS)),
                1 => text.push_str(random.one::<&str>(self.values)),
                _ if depth > 0 => {
                    let [start, middle, end] = *random.one::<[&str; 3]>(self.constructs);
                    text.push_str(start);
                    text.push_str(&self.text(random, depth - 1));
                    text.push_str(middle);
                    text.push_str(&self.text(random, depth - 1));
                    text.push_str(end);
                }
                _ => text.push_str("word "),
            }
        }
        text
    }

    /// The text with a part taken out, doubled or put in.
    fn damaged(&self, text: &str, random: &mut Random) -> String {
        let place = |random: &mut Random| {
            let byte = random.below(text.len() + 1);
            (0..=byte).rev().find(|byte| text.is_char_boundary(*byte)).unwrap_or(0)
        };
        let (one, other) = (place(random), place(random));
        let (from, to) = (one.min(other), one.max(other));
        match random.below(3) {
            0 => [&text[..from], &text[to..]].concat(),
            1 => [&text[..to], &text[from..]].concat(),
            _ => {
                let construct = random.one::<[&str; 3]>(self.constructs);
                [&text[..from], construct[random.below(3)], &text[from..]].concat()
            }
        }
    }
}

fn cut(text: &str) -> String {
    let end = (0..=text.len().min(MOST_BYTES)).rev().find(|byte| text.is_char_boundary(*byte)).unwrap_or(0);
    text[..end].to_owned()
}

/// A file that holds the text as a prompt, in one of nine ways.
fn wrapped(text: &str, ending: &str, way: usize) -> (String, String) {
    let json = serde_json::Value::from(text).to_string();
    let (ending, text) = match way {
        0 => ("yaml", format!("- role: system\n  content: {json}\n- role: user\n  content: hi\n")),
        1 => ("json", format!("{{\"messages\": [{{\"role\": \"system\", \"content\": {json}}}]}}")),
        2 => ("toml", format!("[review]\nsystem = {json}\n")),
        3 => ("prompty", format!("---\nname: x\n---\nsystem:\n{text}\nuser:\nhi\n")),
        4 => (
            "py",
            format!(
                "SYSTEM_PROMPT = f\"\"\"{text}\"\"\"\nclient.chat(messages=[{{'role': 'system', 'content': SYSTEM_PROMPT}}])\n"
            ),
        ),
        5 => (
            "ts",
            format!("const systemPrompt = `{text}`;\nconst messages = [{{role: 'system', content: systemPrompt}}];\n"),
        ),
        6 => ("md", format!("---\nmodel: deepseek-chat\n---\n{text}")),
        _ => (ending, text.to_owned()),
    };
    (format!("prompt.{ending}"), text)
}

/// Reads, counts, lints and compares two versions of a file; what of it must hold for any file is asserted.
pub(crate) fn check(pair: &[(String, String); 2]) {
    let start = Instant::now();
    let files = pair.clone().map(|(name, text)| TemplateFile::read(SourceText::new(name, text)));
    let profile = Profiles::builtin().named("deepseek-v3.2").cloned();
    let layout = Layout::new(profile, None, Constants::new(), Overrides::default());
    for file in &files {
        // Source code may hold no prompt.
        assert!(!file.templates.is_empty() || file.is_source());
        let ends = file.source.text().len();
        for message in file.templates.iter().flat_map(|template| &template.messages) {
            assert!(message.at <= message.end && message.end <= ends, "{} to {} of {ends}", message.at, message.end);
        }
        lint(file, &layout, &Gaps::default());
    }
    if files.iter().any(|file| file.templates.is_empty()) {
        return;
    }
    let sides = [0, 1].map(|side: usize| Side { file: &files[side], template: &files[side].templates[0] });
    let comparison = Comparison::new(sides[0], sides[1], &layout);
    assert!(comparison.kept_tokens() <= comparison.old.tokens);
    assert_eq!(comparison.divergence.is_some(), comparison.cause.is_some());
    let itself = Comparison::new(sides[0], sides[0], &layout);
    assert!(itself.divergence.is_none() && itself.cause.is_none());
    suggest(sides[1], &layout);
    assert!(start.elapsed() < LIMIT, "{:?}", start.elapsed());
}
