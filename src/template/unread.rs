//! Unread constructs: parts of a template that a program may fill or replace before it sends the prompt, and that are not read here.
//!
//! Such a part counts as the text that is written, which may be wrong. It is therefore named, and what rests on it is unknown.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Match, Regex};

use super::fences::Fences;
use super::fragment::{Fragment, Passage, UnreadReason};
use super::syntax::Syntax;
use super::syntax::double_braces::have_objects;

/// A construct that is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The construct as written.
    pub written: String,
    /// Its bytes in the file.
    pub span: Range<usize>,
    /// Reason why it is not read.
    pub reason: UnreadReason,
}

impl Unread {
    /// The construct and the consequence, for a sentence.
    pub fn describe(&self) -> String {
        let written = crate::report::text::one_line(&self.written);
        match &self.reason {
            UnreadReason::OtherSyntax => {
                format!("`{written}` is counted as text but looks like a variable of another syntax")
            }
            UnreadReason::Unclosed => format!("`{written}` is counted as text: its braces are not closed"),
            UnreadReason::Include => format!("`{written}` inserts another file, which is not read"),
            UnreadReason::Elsewhere => {
                format!("`{written}` is taken for a constant, whose text stands elsewhere and is not counted")
            }
            UnreadReason::Computed => {
                format!("`{written}` inserts text that is not read: a macro, a filter or an expression makes it")
            }
            // A text that code puts together has no words of its own for it.
            UnreadReason::TooLarge if written.is_empty() => {
                "The text from here on is not read: code puts it together of too many pieces".into()
            }
            UnreadReason::TooLarge => {
                format!("`{written}` and what follows is not read: the template has too many loops, macros and texts")
            }
            UnreadReason::FrontMatter => {
                format!(
                    "`{written}` stands in the front matter, which is counted although some programs do not send it"
                )
            }
            UnreadReason::NoDocument(reason) => format!("{reason}; the file is read as plain text"),
        }
    }
}

/// A construct of some syntax.
struct Construct {
    pattern: Regex,
    /// The syntaxes that read it or that spell it out on purpose.
    read_by: &'static [Syntax],
    /// It is common in program code, so it is not reported there.
    is_code: bool,
    /// It tells that front matter is filled with the rest.
    fills_settings: bool,
}

impl Construct {
    /// The construct in a match of its pattern, without what must stand before it.
    fn found<'a>(captures: &Captures<'a>) -> Option<Match<'a>> {
        captures.get(1).or(captures.get(0))
    }
}

static CONSTRUCTS: LazyLock<Vec<Construct>> = LazyLock::new(|| {
    let jinja: &[Syntax] =
        &[Syntax::Jinja, Syntax::Handlebars, Syntax::Go, Syntax::Dify, Syntax::N8n, Syntax::SemanticKernel];
    let construct = |pattern, read_by, is_code, fills_settings| {
        regex(pattern).map(|pattern| Construct { pattern, read_by, is_code, fills_settings })
    };
    let all = [
        // Not an object of JSON whose braces are doubled.
        construct(r#"\{\{[ \t]*(?:[^{}\n"\s][^{}\n]*|"[^"{}\n]*"\s*(?:[|.\[~+][^{}\n]*)?)?\}\}"#, jinja, false, true),
        construct(r"\{%[-+]?\s*[a-z][^%\n]*%\}", &[Syntax::Jinja], false, true),
        construct(r"\{#[^#\n]+#\}", &[Syntax::Jinja], false, true),
        construct(r"<%[=-]?[^%\n]*%>", &[Syntax::Erb], false, true),
        // Behind another dollar sign or a backslash it is escaped.
        construct(r"(?:^|[^$\\])(\$\{[A-Za-z_][^}\n]*\})", &[], true, true),
        construct(r"\{[A-Za-z_][\w.]*:[^{}\n\x22]*%[A-Za-z][^{}\n\x22]*\}", &[], true, false),
        construct(r"%\([A-Za-z_]\w*\)[sdifr]\b", &[Syntax::Percent], true, false),
        construct(r"<<[A-Za-z_]\w*>>", &[], true, true),
        construct(r"\[\[[A-Za-z_]\w*\]\]", &[], true, false),
        construct(r"\$ARGUMENTS\b", &[Syntax::Claude], true, false),
        construct(r"(?:^|\s)(!`[^`\n]+`)", &[Syntax::Claude], true, false),
    ];
    all.into_iter().flatten().collect()
});

/// `None` only for a pattern that is wrong, which the tests of this file rule out.
fn regex(pattern: &str) -> Option<Regex> {
    Regex::new(&format!("(?m){pattern}")).ok()
}

/// Constructs that were found, with the places that they take.
#[derive(Default)]
pub(super) struct Found {
    all: Vec<Unread>,
    spans: BTreeSet<(usize, usize)>,
    /// The places that no other takes in whole: where each begins and ends, so that the ends rise with the beginnings.
    widest: BTreeMap<usize, usize>,
}

impl Found {
    /// Tells whether these bytes stand within a construct that was found.
    fn take_in(&self, span: &Range<usize>) -> bool {
        self.widest.range(..=span.start).next_back().is_some_and(|(_, end)| span.end <= *end)
    }

    pub(super) fn push(&mut self, unread: Unread) {
        let span = &unread.span;
        if !self.take_in(span) {
            while let Some((within, _)) = self.widest.range(span.start..).next().filter(|(_, end)| **end <= span.end) {
                let within = *within;
                self.widest.remove(&within);
            }
            self.widest.insert(span.start, span.end);
        }
        self.spans.insert((span.start, span.end));
        self.all.push(unread);
    }

    /// All that was found, by its place in the file.
    pub(super) fn in_order(mut self) -> Vec<Unread> {
        self.all.sort_by_key(|unread| unread.span.start);
        self.all
    }
}

/// The constructs of other syntaxes in the texts of some fragments.
pub(super) fn in_texts(fragments: &[Fragment], syntax: Syntax, found: &mut Found) {
    for fragment in fragments {
        match fragment {
            Fragment::Text(passage) => in_text(passage, syntax, found),
            Fragment::Value(_) => {}
            Fragment::Choice(choice) => choice.branches.iter().for_each(|branch| in_texts(branch, syntax, found)),
        }
    }
}

/// The doubled braces and the `${name}` in the texts that code holds and hands on: what it is handed to may fill them.
pub(super) fn in_code(fragments: &[Fragment], found: &mut Found) {
    let mut all = Found::default();
    in_texts(fragments, Syntax::Plain, &mut all);
    let is_name = |written: &str| {
        let inner =
            written.strip_prefix("{{").map(|inner| inner.trim_start_matches(['{', ' ', '#', '/', '^', '&', '>']));
        // Several words are a remark to the model.
        let is_remark = |inner: &str| {
            inner.split_whitespace().filter(|word| *word != "}}").nth(1).is_some()
                && !inner.contains(['$', '|', '(', '='])
        };
        inner.is_some_and(|inner| {
            inner.starts_with(|letter: char| letter.is_alphabetic() || "_$.".contains(letter)) && !is_remark(inner)
        })
    };
    named_by_dollars(fragments, found);
    let open: BTreeSet<usize> = fragments.iter().flat_map(open_dollars).collect();
    let is_filled = |unread: &Unread| is_name(&unread.written) || open.contains(&unread.span.start);
    all.all.into_iter().filter(is_filled).for_each(|unread| found.push(unread));
}

/// The bytes of the file at which `${name}` stands apart, as a word does: within quotes or other code it is an example. A name in capitals is the
/// shell's.
fn open_dollars(fragment: &Fragment) -> Vec<usize> {
    let Fragment::Text(passage) = fragment else { return Vec::new() };
    let found = DOLLAR.iter().flat_map(|pattern| pattern.captures_iter(&passage.text));
    found.filter_map(|captures| captures.get(1)).map(|name| passage.span(name.range()).start).collect()
}

/// The names with a dollar sign in a text of code, where one is all of a line and there are others: what the text is handed to may fill them. In
/// shells, PHP and queries they are code.
fn named_by_dollars(fragments: &[Fragment], found: &mut Found) {
    let (mut all, mut names, mut is_filled) = (Vec::new(), BTreeSet::new(), false);
    for fragment in fragments {
        let Fragment::Text(passage) = fragment else { continue };
        let fences = Fences::new(&passage.text);
        if ["$(", "<?", "```bash", "```sh", "#!/"].iter().any(|sign| passage.text.contains(sign)) {
            return;
        }
        let here = NAMED_BY_DOLLAR.iter().flat_map(|pattern| pattern.captures_iter(&passage.text));
        for name in here.filter_map(|captures| captures.get(1)).filter(|name| !fences.contains(name.start())) {
            let is_first = passage.text[..name.start()].ends_with('\n');
            is_filled |= is_first && passage.text[name.end()..].starts_with('\n');
            names.insert(name.as_str());
            let (written, span) = (name.as_str().to_owned(), passage.span(name.range()));
            all.push(Unread { written, span, reason: UnreadReason::OtherSyntax });
        }
    }
    if is_filled && names.len() > 1 {
        for unread in all {
            found.push(unread);
        }
    }
}

static NAMED_BY_DOLLAR: LazyLock<Option<Regex>> =
    LazyLock::new(|| regex(r"(?:^|[\s>:(\x60'])(\$[a-z]\w*[a-z])(?:$|[\s<,;:)\x60'?!]|\.(?:\s|$))"));

static DOLLAR: LazyLock<Option<Regex>> = LazyLock::new(|| regex(r"(?:^|[\s>:(])(\$\{[a-z]\w*\})(?:$|[\s<,.;:)?!])"));

fn in_text(passage: &Passage, syntax: Syntax, found: &mut Found) {
    let fences = Fences::new(&passage.text);
    // A text that is formatted by single braces, if it is.
    let are_escaped = matches!(syntax, Syntax::Plain | Syntax::Braces) && have_objects(&passage.text);
    for construct in CONSTRUCTS.iter().filter(|construct| !construct.read_by.contains(&syntax)) {
        for captures in construct.pattern.captures_iter(&passage.text) {
            let Some(one) = Construct::found(&captures) else { continue };
            let in_code = construct.is_code && fences.contains(one.start());
            let span = passage.span(one.range());
            // A comment that allows a finding is meant for this program.
            let is_ours = one.as_str().contains("cachecheck: allow");
            let is_escaped = are_escaped && one.as_str().starts_with("{{");
            if !in_code && !is_ours && !is_escaped && !found.take_in(&span) {
                // Prompty's way to name a file.
                let is_file = one.as_str().starts_with("${file:");
                let reason = if is_file { UnreadReason::Include } else { UnreadReason::OtherSyntax };
                found.push(Unread { written: one.as_str().to_owned(), span, reason });
            }
        }
    }
}

/// A tag without its end: whatever follows in a text whose syntax has such tags, else a name at the end of a line or before one brace.
static UNCLOSED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"(\{\{[-~]?[ \t]*[A-Za-z_$.#/][^{}\n]*)(?:$|\}(?:[^}]|$))|(\{%[-+]?[ \t]*[a-z]+\b[^{}%\n]*)(?:$|\}(?:[^}]|$))",
    )
});
static UNCLOSED_NAME: LazyLock<Option<Regex>> =
    LazyLock::new(|| regex(r"(\{\{[ \t]*[A-Za-z_$.#/][\w.$]*[ \t]*(?:\|[^{}\n]*)?)(?:$|\}(?:[^}]|$))"));

/// The tags in texts that begin and do not end.
pub(super) fn unclosed(fragments: &[Fragment], syntax: Syntax, found: &mut Found) {
    let has_tags =
        !matches!(syntax, Syntax::Plain | Syntax::Braces | Syntax::Dollar | Syntax::Percent | Syntax::Claude);
    let pattern = if has_tags { &UNCLOSED } else { &UNCLOSED_NAME };
    for fragment in fragments {
        match fragment {
            Fragment::Text(passage) => {
                let fences = Fences::new(&passage.text);
                let all = pattern.iter().flat_map(|pattern| pattern.captures_iter(&passage.text));
                for open in all.filter_map(|captures| captures.get(1).or(captures.get(2))) {
                    let mark = &open.as_str()[..2];
                    let rest = &passage.text[open.end()..];
                    let end = rest.find(if mark == "{{" { "}}" } else { "%}" });
                    // An expression may stand in several lines.
                    let is_closed = end.is_some_and(|end| rest.find(mark).is_none_or(|next| end < next));
                    let span = passage.span(open.range());
                    if !is_closed && !fences.contains(open.start()) && !found.take_in(&span) {
                        let written = open.as_str().trim_end().to_owned();
                        found.push(Unread { written, span, reason: UnreadReason::Unclosed });
                    }
                }
            }
            Fragment::Value(_) => {}
            Fragment::Choice(choice) => choice.branches.iter().for_each(|branch| unclosed(branch, syntax, found)),
        }
    }
}

/// The constructs that the syntax itself names as not read.
pub(super) fn named(fragments: &[Fragment], found: &mut Found) {
    for fragment in fragments {
        match fragment {
            Fragment::Text(_) => {}
            Fragment::Value(value) => {
                let is_known = found.spans.contains(&(value.span.start, value.span.end));
                if let Some(reason) = value.unread.clone().filter(|_| !is_known) {
                    found.push(Unread { written: value.written.clone(), span: value.span.clone(), reason });
                }
            }
            Fragment::Choice(choice) => choice.branches.iter().for_each(|branch| named(branch, found)),
        }
    }
}

/// The first construct with variables in front matter that begins at this byte of the file.
pub(super) fn in_front_matter(text: &str, at: usize) -> Option<Unread> {
    let filling = CONSTRUCTS.iter().filter(|construct| construct.fills_settings);
    let all = filling.filter_map(|construct| Construct::found(&construct.pattern.captures(text)?));
    let first = all.min_by_key(Match::start)?;
    let span = at + first.start()..at + first.end();
    Some(Unread { written: first.as_str().to_owned(), span, reason: UnreadReason::FrontMatter })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceText;
    use crate::template::TemplateFile;

    fn unread(name: &str, text: &str) -> Vec<String> {
        let file = TemplateFile::read(SourceText::new(name, text));
        file.templates[0].unread.iter().map(|unread| unread.written.clone()).collect()
    }

    #[test]
    fn every_pattern_is_one() {
        assert_eq!(CONSTRUCTS.len(), 11);
    }

    #[test]
    fn a_variable_of_another_syntax_is_named() {
        let texts = [
            ("Hi {name}, today is {{ .Date }}.", "{{ .Date }}"),
            ("Hi {name}, {{#if x}}.", "{{#if x}}"),
            ("Hi {name}, today is {date:%Y-%m-%d %H}.", "{date:%Y-%m-%d %H}"),
            ("Hi {name}, it is ${new Date().toISOString()}.", "${new Date().toISOString()}"),
            ("Hi {{ name }}, it is ${now()}.", "${now()}"),
            ("Hi <<NAME>>.", "<<NAME>>"),
            ("Hi [[name]].", "[[name]]"),
            ("Hi %(name)s.", "%(name)s"),
            ("Do $ARGUMENTS now.", "$ARGUMENTS"),
            ("Branch: !`git branch`", "!`git branch`"),
            ("Hi {name}. {# a remark #}", "{# a remark #}"),
        ];
        for (text, expected) in texts {
            assert_eq!(unread("a.txt", text), [expected], "{text}");
        }
    }

    #[test]
    fn a_tag_that_does_not_end_is_named() {
        assert_eq!(unread("a.j2", "Hi {{ name }}, it is {{ date\nNow answer."), ["{{ date"]);
        assert_eq!(unread("a.txt", "Hi {{ name\nNow answer {{ question }}."), ["{{ name"]);
        assert_eq!(unread("a.j2", "{% if a\nHi {{ name }}"), ["{% if a"]);
        assert_eq!(unread("a.md", "```\n{{ date\n```\nBraces {{ alone open one."), Vec::<String>::new());
    }

    #[test]
    fn ordinary_text_is_read() {
        let texts = [
            "Answer as {\"a\": {\"b\": 1}} and cite \\frac{a}{b}.",
            "Costs $5 or ${} and [[1, 2], [3]] and 100%.",
            "Hi {{ name }}, {% if a %}yes{% endif %}{# a remark #}",
            "{% raw %}{{ literal }}{% endraw %} and {{ name }}",
            "Hi {name}, answer as {{\"a\": 1}}",
            "```sh\necho ${HOME%/} $ARGUMENTS\n[[ -f x ]] && cat <<EOF\n```\n",
            "Great!`x` is code, and a << b >> c.",
            "Escaped: $${name} and \\${name}.",
            "Answer with {{\"title\": \"One\", \"page\": 1}} alone.",
            "Answer with [{{\n  \"name\": {{...values...}}\n}}] alone.",
            "Today is {{ .Date }}. Be kind.",
        ];
        for text in texts {
            assert_eq!(unread("a.txt", text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn front_matter_with_variables_and_a_broken_document_are_not_read() {
        let front = "---\nCURRENT_TIME: {{ CURRENT_TIME }}\n---\nYou are kind.\n";
        assert_eq!(unread("a.md", front), ["{{ CURRENT_TIME }}"]);
        assert_eq!(unread("a.md", "---\nname: x\n---\nYou are kind.\n"), Vec::<String>::new());
        let file = TemplateFile::read(SourceText::new("a.yaml", "messages: [unclosed\n"));
        assert!(matches!(file.templates[0].unread[0].reason, UnreadReason::NoDocument(_)));
    }

    #[test]
    fn text_of_macros_and_other_files_is_not_read_and_captured_text_is() {
        assert_eq!(unread("a.j2", "{% include 'rules.j2' %}"), ["{% include 'rules.j2' %}"]);
        assert_eq!(unread("a.hbs", "{{> rules}} {{#if a}}x{{/if}}"), ["{{> rules}}"]);
        assert_eq!(unread("a.j2", "{% macro m(x) %}Hi {{ x }}{% endmacro %}{{ m('Ann') }}"), Vec::<String>::new());
        assert_eq!(unread("a.j2", "{% macro m(x) %}Hi {{ x | f }}{% endmacro %}{{ m('Ann') }}"), ["{{ x | f }}"]);
        assert_eq!(unread("a.j2", "{% from 'x.j2' import m %}{{ m() }} {{ now() }}"), ["{{ m() }}"]);
        assert_eq!(unread("a.j2", "{% set rules %}Be kind.{% endset %}{{ rules }}"), Vec::<String>::new());
        assert_eq!(unread("a.j2", "{% set rules %}Be kind.{% endset %}{{ rules | upper }}"), ["{{ rules | upper }}"]);
        assert_eq!(unread("a.j2", "{% if a %}{% set x = 'b' %}{% endif %}{{ x }}"), Vec::<String>::new());
        assert_eq!(unread("a.j2", "{% if a %}{% set x = 'b' %}{% endif %}{{ x | f }}"), ["{{ x | f }}"]);
        assert_eq!(unread("a.j2", "{% set x = 'a' ~ 'b' %}{{ x + 'c' }}"), Vec::<String>::new());
        assert_eq!(unread("a.j2", "{% trans %}Hi{% endtrans %} {{ x }}"), ["{% trans %}", "{% endtrans %}"]);
    }
}
