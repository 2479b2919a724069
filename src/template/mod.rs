//! Templates: prompts as people keep them in files, text and variables, with the place of every character.
//!
//! A file has, by its name and content, a *shape* (a chat in YAML, a Prompty file, a plain text …), which says what its
//! messages are; their texts are cut by a *syntax* (Jinja, Handlebars, `{name}` …) into fragments. What values a variable takes is
//! not known here.

mod beside;
pub mod class;
mod class_words;
mod condition;
pub mod diff;
mod fences;
mod file;
mod fill;
mod fragment;
mod layout;
mod likely;
mod loaders;
mod log_match;
mod places;
mod prefix;
mod probe;
mod shape;
mod source;
mod syntax;
#[cfg(test)]
mod tests;
mod unread;
mod value_form;
pub mod volatile;

pub use beside::{Beside, ReadBeside};
pub use condition::Condition;
pub use file::{Certainty, Counterparts, Template, TemplateFile, TemplateMessage};
pub use fill::{Filled, Position, first_difference};
pub use fragment::{Choice, Constants, Fragment, Passage, Placeholder, UnreadReason};
pub use layout::{LaidOut, Layout};
pub use loaders::Loaders;
pub use log_match::LogMatch;
pub use places::is_hidden_for_assistants;
pub use prefix::{PrefixEnd, Renderings, StablePrefix, common_tokens};
pub use probe::{PROBES, Probe, USUAL};
pub use source::{
    CodeMark, CodePart, Disorder, UnorderedOf, UnorderedPlace, is_source, marks as code_marks, unordered,
};
pub use syntax::Syntax;
pub use unread::Unread;

use crate::source::SourceText;

impl TemplateFile {
    /// Reads a file, whatever it is: what has no known shape is a text. No other file is read.
    pub fn read(source: SourceText) -> Self {
        Self::read_as(source, None, &|_| None)
    }

    /// Reads a file whose variables are written in this syntax, whatever it looks like; `beside` reads the files that it names.
    pub fn read_as(source: SourceText, syntax: Option<Syntax>, beside: ReadBeside<'_>) -> Self {
        shape::read(source, syntax, beside)
    }

    /// Reads its source code again, in which `decide` says of a text by its name that it is a prompt or none, where it knows.
    #[must_use]
    pub fn deciding(self, decide: &dyn Fn(&str) -> Option<bool>) -> Self {
        source::read(self.source, decide, self.beside)
    }

    /// Tells whether it is source code.
    pub fn is_source(&self) -> bool {
        is_source(self.source.extension())
    }
}
