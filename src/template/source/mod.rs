//! Prompts in source code: the texts of a file that a model reads, each as a template, with the place of every character.
//!
//! A file is parsed by its language's grammar and becomes the same few kinds of statements, whatever its language. A walk over them
//! follows names to their texts and notes each place where a text stands; its signs tell whether it is a prompt.

mod assemble;
mod audience;
mod branch;
mod builder;
mod building;
mod calls;
mod chain;
mod changes;
mod code;
mod content;
mod csharp;
mod directives;
mod effort;
mod escape;
mod evaluate;
mod extent;
mod folding;
mod following;
mod functions;
mod go;
mod growth;
mod hashed;
mod import_lines;
mod imports;
mod java;
mod javascript;
#[cfg(test)]
mod language_tests;
mod later;
mod likeness;
mod list;
mod marks;
mod methods;
mod models;
mod numbers;
mod origin;
mod patterns;
mod python;
mod reader;
mod record;
mod request;
#[cfg(test)]
mod request_tests;
mod rope;
mod ruby;
mod schema;
#[cfg(test)]
mod schema_tests;
mod scope;
mod setting;
#[cfg(test)]
mod sign_tests;
mod signs;
mod site;
#[cfg(test)]
mod tests;
mod text;
mod tree;
mod unordered;
mod value;
#[cfg(test)]
mod value_tests;
mod walk;
mod words;

pub use marks::{CodeMark, CodePart, marks};
use tree_sitter::Node;
pub use unordered::{Disorder, UnorderedOf, UnorderedPlace, unordered};

use super::{Beside, ReadBeside, Template, TemplateFile};
use crate::source::SourceText;

/// A programming language.
struct Language {
    /// Its name.
    name: &'static str,
    endings: &'static [&'static str],
    grammar: fn() -> tree_sitter::Language,
    read: fn(Node<'_>, &str) -> Vec<code::Statement>,
}

/// All languages that are read.
const LANGUAGES: &[Language] = &[
    Language { name: "python", endings: &["py"], grammar: || tree_sitter_python::LANGUAGE.into(), read: python::read },
    Language {
        name: "typescript",
        endings: &["ts", "mts", "cts"],
        grammar: || tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
        read: javascript::read,
    },
    Language {
        name: "typescript",
        endings: &["tsx"],
        grammar: || tree_sitter_typescript::LANGUAGE_TSX.into(),
        read: javascript::read,
    },
    // JavaScript is a part of TypeScript with pages in it.
    Language {
        name: "javascript",
        endings: &["js", "jsx", "mjs", "cjs"],
        grammar: || tree_sitter_typescript::LANGUAGE_TSX.into(),
        read: javascript::read,
    },
    Language { name: "go", endings: &["go"], grammar: || tree_sitter_go::LANGUAGE.into(), read: go::read },
    Language { name: "java", endings: &["java"], grammar: || tree_sitter_java::LANGUAGE.into(), read: java::read },
    Language { name: "csharp", endings: &["cs"], grammar: || tree_sitter_c_sharp::LANGUAGE.into(), read: csharp::read },
    Language { name: "ruby", endings: &["rb"], grammar: || tree_sitter_ruby::LANGUAGE.into(), read: ruby::read },
];

impl Language {
    /// The language of a file, by the ending of its name.
    fn by_ending(ending: &str) -> Option<&'static Self> {
        LANGUAGES.iter().find(|language| language.endings.contains(&ending))
    }

    /// The prompts of a file, and the first byte of what lies too deep to be read.
    fn read(
        &self,
        source: &SourceText,
        decide: &dyn Fn(&str) -> Option<bool>,
        beside: &Beside,
    ) -> (Vec<Template>, Option<usize>) {
        let Some(tree) = tree::parse(source.text(), &(self.grammar)()) else { return (Vec::new(), None) };
        let statements = (self.read)(tree.root_node(), source.text());
        let imported = imports::texts(source.text(), self, beside);
        let (sites, too_deep) = walk::Walk::over(source.text(), self.name, &statements, imported);
        let mut templates = assemble::templates(sites, source, self.name, decide);
        let models = models::Models::named_in(source.text(), tree.root_node());
        for template in &mut templates {
            let at = template.messages.first().map(|first| first.at);
            template.model = at.and_then(|at| models.of_text_at(at)).map(str::to_owned);
        }
        (templates, too_deep)
    }

    /// The statements of a text.
    fn statements(&self, text: &str) -> Option<Vec<code::Statement>> {
        let tree = tree::parse(text, &(self.grammar)())?;
        Some((self.read)(tree.root_node(), text))
    }
}

/// Reads a file of source code; `decide` says of a text by its name that it is a prompt or none, where it knows.
pub(super) fn read(source: SourceText, decide: &dyn Fn(&str) -> Option<bool>, beside: Beside) -> TemplateFile {
    let language = Language::by_ending(source.extension());
    let (templates, too_deep) = language.map(|language| language.read(&source, decide, &beside)).unwrap_or_default();
    let shape = language.map_or("text", |language| language.name);
    let too_deep = too_deep.map(|at| source.place(at));
    TemplateFile { source, shape, templates, uncounted: None, too_deep, beside }
}

/// The files that a file of source code imports texts from.
pub(super) fn beside(source: &SourceText, read: ReadBeside<'_>) -> Beside {
    let language = Language::by_ending(source.extension());
    language.map(|language| imports::beside(source.text(), language, read)).unwrap_or_default()
}

/// Tells whether a name says that what it stands for is a prompt.
pub(super) fn names_a_prompt(name: &str) -> bool {
    signs::names_a_prompt(name)
}

/// Tells whether a text begins as one does that asks something of its reader.
pub(super) fn addresses_a_reader(text: &str) -> bool {
    signs::opens_with_a_request(text)
}

/// Tells whether a file of that ending is source code that is read.
pub fn is_source(ending: &str) -> bool {
    Language::by_ending(ending).is_some()
}
