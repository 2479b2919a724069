//! Notations of variables, and cutting texts at them.

mod blocks;
pub(super) mod braces;
mod claude;
pub(super) mod code;
pub(super) mod double_braces;
mod erb;
pub(super) mod go;
mod handlebars;
mod jinja;
pub(super) mod percent;
mod tag;
#[cfg(test)]
mod tests;

use super::beside::Beside;
use super::places::{is_of_assistants, is_of_prompts};
use super::{Fragment, Passage};

/// A way to write variables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Syntax {
    /// None: all of it is text.
    #[default]
    Plain,
    /// `{{ name }}`, `{% if … %}`.
    Jinja,
    /// `{{name}}`, `{{#if …}}`, `{{> partial}}`.
    Handlebars,
    /// `{name}`, as Python's `str.format` has it.
    Braces,
    /// `${expression}`.
    Dollar,
    /// `%(name)s`.
    Percent,
    /// Go's `{{ .Name }}`.
    Go,
    /// Dify's `{{#node.field#}}`.
    Dify,
    /// n8n's `{{ $json.field }}`.
    N8n,
    /// Semantic Kernel's `{{$name}}`.
    SemanticKernel,
    /// `$ARGUMENTS` of commands for Claude Code.
    Claude,
    /// `<%= name %>`.
    Erb,
    /// A text that source code puts together.
    Code,
}

impl Syntax {
    /// All that a person can name.
    pub const ALL: [Self; 12] = [
        Self::Plain,
        Self::Jinja,
        Self::Handlebars,
        Self::Braces,
        Self::Dollar,
        Self::Percent,
        Self::Erb,
        Self::Go,
        Self::Dify,
        Self::N8n,
        Self::SemanticKernel,
        Self::Claude,
    ];

    /// The syntax of that name.
    pub fn named(name: &str) -> Option<Self> {
        // Mustache is the part of Handlebars that it grew from; BAML's and liquid's tags are Jinja's.
        let name = match name {
            "mustache" => "handlebars",
            "baml" | "liquid" => "jinja",
            name => name,
        };
        Self::ALL.into_iter().find(|syntax| syntax.name() == name)
    }

    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Jinja => "jinja",
            Self::Handlebars => "handlebars",
            Self::Braces => "braces",
            Self::Dollar => "dollar",
            Self::Percent => "percent",
            Self::Go => "go",
            Self::Dify => "dify",
            Self::N8n => "n8n",
            Self::SemanticKernel => "semantic-kernel",
            Self::Claude => "claude",
            Self::Erb => "erb",
            Self::Code => "code",
        }
    }

    /// The syntax that the name of a file says.
    pub(super) fn of_file(label: &str) -> Option<Self> {
        let path = label.replace('\\', "/");
        let file = path.rsplit('/').next().unwrap_or(&path);
        // Agents send these as they are written but for what commands have.
        let is_command = path.contains(".claude/commands/") || path.contains(".claude/skills/") || file == "SKILL.md";
        match file.rsplit_once('.').map_or("", |(_, ending)| ending) {
            "tmpl" | "gotmpl" | "gotpl" => Some(Self::Go),
            "hbs" | "mustache" | "handlebars" => Some(Self::Handlebars),
            "j2" | "jinja" | "jinja2" | "liquid" => Some(Self::Jinja),
            "erb" => Some(Self::Erb),
            "md" if is_command => Some(Self::Claude),
            // A program that makes such a file of a template fills it before.
            "md" | "mdc" if is_of_assistants(&path) && !path.split('/').any(is_of_prompts) => Some(Self::Plain),
            _ if file == "skprompt.txt" => Some(Self::SemanticKernel),
            _ => None,
        }
    }

    /// The syntax of a template's texts, recognised by their content.
    pub(super) fn detect(texts: &[&str]) -> Self {
        let any = |has: fn(&str) -> bool| texts.iter().any(|text| has(text));
        let is_of_go = || {
            any(go::is_whole)
                && !any(braces::has_names)
                && texts.iter().all(|text| !text.contains("{{") || go::is_whole(text))
        };
        if is_of_go() {
            Self::Go
        } else if any(double_braces::has_nodes) {
            Self::Dify
        } else if any(double_braces::has_expressions) {
            Self::N8n
        } else if any(double_braces::has_dollars) {
            Self::SemanticKernel
        } else if any(handlebars::has_blocks) {
            Self::Handlebars
        } else if any(jinja::has_tags) && !any(braces::has_more_names) {
            Self::Jinja
        } else if any(erb::has_tags) {
            Self::Erb
        } else if any(braces::has_names) {
            Self::Braces
        } else if any(braces::has_dollars) {
            Self::Dollar
        } else {
            Self::Plain
        }
    }

    /// The syntax of texts that code holds: beside `{name}`, doubled braces are escaped ones, unless a text has Jinja's statements.
    pub(super) fn detect_in_code(texts: &[&str]) -> Self {
        let has_names = texts.iter().any(|text| braces::has_names(text));
        let has_statements = texts.iter().any(|text| text.contains("{%"));
        if has_names && !has_statements { Self::Braces } else { Self::detect(texts) }
    }

    /// Cuts a text into fragments, without the files beside it.
    pub(super) fn cut(self, passage: Passage) -> Vec<Fragment> {
        self.cut_beside(passage, &Beside::default())
    }

    /// The files that a text names to insert them.
    pub(super) fn named_in(self, text: &str) -> Vec<String> {
        if self == Self::Jinja { jinja::named_in(text) } else { Vec::new() }
    }

    /// Cuts a text into fragments; what it inserts of other files is a part of it.
    pub(super) fn cut_beside(self, passage: Passage, beside: &Beside) -> Vec<Fragment> {
        let fragments = match self {
            Self::Plain => vec![Fragment::Text(passage)],
            Self::Jinja => jinja::cut(&passage, beside),
            Self::Handlebars => handlebars::cut(&passage),
            Self::Braces => braces::cut(&passage),
            Self::Dollar => braces::cut_dollars(&passage),
            Self::Percent => percent::cut(&passage),
            Self::Go => go::cut(&passage),
            Self::Dify => double_braces::dify(&passage),
            Self::N8n => double_braces::n8n(&passage),
            Self::SemanticKernel => double_braces::semantic_kernel(&passage),
            Self::Claude => claude::cut(&passage),
            Self::Erb => erb::cut(&passage),
            Self::Code => code::cut(&passage),
        };
        let is_empty = |fragment: &Fragment| matches!(fragment, Fragment::Text(passage) if passage.text.is_empty());
        fragments.into_iter().filter(|fragment| !is_empty(fragment)).collect()
    }

    /// The number of blocks that a line opens and closes; `None` if the syntax does not tell.
    pub(super) fn blocks(self, line: &str) -> Option<(usize, usize)> {
        match self {
            Self::Plain
            | Self::Braces
            | Self::Dollar
            | Self::Percent
            | Self::Dify
            | Self::N8n
            | Self::SemanticKernel
            | Self::Claude => Some((0, 0)),
            Self::Jinja => Some(jinja::blocks(line)),
            Self::Handlebars => Some((line.matches("{{#").count(), line.matches("{{/").count())),
            Self::Go | Self::Erb => None,
            Self::Code => Some(code::blocks(line)),
        }
    }
}
