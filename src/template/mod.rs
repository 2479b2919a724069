//! Templates: prompts as people keep them in files, text and variables, with the place of every character.
//!
//! A file has, by its name and content, a *shape* (a chat in YAML, a Prompty file, a plain text …), which says what its
//! messages are; their texts are cut by a *syntax* (Jinja, Handlebars, `{name}` …) into fragments. What values a variable takes is
//! not known here.

pub mod class;
pub mod diff;
mod file;
mod fill;
mod fragment;
mod layout;
mod log_match;
mod prefix;
mod shape;
mod source;
mod syntax;
#[cfg(test)]
mod tests;
mod unread;
pub mod volatile;

pub use file::{Template, TemplateFile, TemplateMessage};
pub use fill::{Filled, PROBES, Position, Probe, USUAL, first_difference};
pub use fragment::{Choice, Constants, Fragment, Passage, Placeholder, UnreadReason};
pub use layout::{LaidOut, Layout};
pub use log_match::LogMatch;
pub use prefix::{PrefixEnd, Renderings, StablePrefix, common_tokens};
pub use source::is_source;
pub use syntax::Syntax;
pub use unread::Unread;

use crate::source::SourceText;

impl TemplateFile {
    /// Reads a file, whatever it is: what has no known shape is a text.
    pub fn read(source: SourceText) -> Self {
        shape::read(source, None)
    }

    /// Reads a file whose variables are written in this syntax, whatever it looks like.
    pub fn read_as(source: SourceText, syntax: Option<Syntax>) -> Self {
        shape::read(source, syntax)
    }

    /// Reads source code, in which `decide` says of a text by its name that it is a prompt or none, where it knows.
    pub fn read_deciding(source: SourceText, decide: &dyn Fn(&str) -> Option<bool>) -> Self {
        source::read(source, decide)
    }

    /// Tells whether it is source code.
    pub fn is_source(&self) -> bool {
        is_source(self.source.extension())
    }
}
