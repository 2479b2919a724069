//! Sites: the places in code at which a text stands that may be a prompt, and what is done with it there.

use super::rope::Rope;
use super::value::{MessagePart, SiteId};

/// A text in code, with all that tells whether a model reads it.
#[derive(Clone, Debug)]
pub(super) struct Site {
    /// `Class.function.name`.
    pub(super) name: String,
    pub(super) kind: SiteKind,
    /// The name it stands under: a variable's, a key's, a parameter's, a function's.
    pub(super) own: String,
    /// The classes, functions and keys around it.
    pub(super) around: Vec<String>,
    pub(super) parts: Rope<MessagePart>,
    /// A function uses it, as far as this file tells.
    pub(super) uses: Vec<Use>,
    /// It stands outside functions, so that other files may use it.
    pub(super) is_shared: bool,
    /// The byte of the file at which it begins.
    pub(super) at: usize,
    /// It became a part of another site.
    pub(super) is_merged: bool,
    /// An expression has read its text since it was bound.
    pub(super) is_read: bool,
}

impl Site {
    /// The constants of the file of which a local text is one, or what it was given, as a condition decides; `None` where it says more.
    pub(super) fn constants_of_choice(&self, sites: &[Self]) -> Option<Vec<SiteId>> {
        let text = &self.parts.only()?.text;
        let is_choice = text.alias.is_none() && !text.has_own_words && text.content.is_choice();
        let constants: Vec<SiteId> = text.inserted.iter().copied().collect();
        let are_shared = !constants.is_empty() && constants.iter().all(|constant| sites[*constant].is_shared);
        (is_choice && are_shared && !self.is_shared && matches!(self.kind, SiteKind::Binding { .. }))
            .then_some(constants)
    }
}

/// A place where a text may stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SiteKind {
    Binding {
        annotation: Option<String>,
    },
    Return,
    Argument {
        function: String,
        keyword: Option<String>,
    },
    Key {
        siblings: Siblings,
    },
    Docstring {
        bases: Vec<String>,
        decorators: Vec<String>,
    },
    Messages,
    /// The descriptions of a schema's fields.
    Schema,
}

/// Siblings of a text: what the keys beside its own tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each kind is among them or not, whatever the others")]
pub(super) struct Siblings {
    /// A request is made of them.
    pub(super) are_of_request: bool,
    /// A tool's arguments are described by one of them.
    pub(super) are_of_tool: bool,
    /// A report of a program, or a dialog with a person, has them beside its message.
    pub(super) are_of_report: bool,
    /// A task of a tracker has them beside its body.
    pub(super) are_of_tracker: bool,
}

impl Siblings {
    pub(super) fn among<'a>(keys: &(impl Iterator<Item = &'a str> + Clone)) -> Self {
        // Go and C# write theirs with a capital.
        let has = |known: &[&str]| keys.clone().any(|key| known.iter().any(|name| key.eq_ignore_ascii_case(name)));
        let is_described = has(&["name"]) && has(&["description"]);
        let has_schema = has(&["parameters", "inputSchema", "input_schema", "args_schema"])
            || is_described
                && has(&["schema"])
                && has(&["handler", "execute", "run", "call", "func", "required", "risk"]);
        Self {
            are_of_request: has(&[
                "model",
                "temperature",
                "max_tokens",
                "maxTokens",
                "messages",
                "tools",
                "maxOutputTokens",
            ]),
            // Nothing of a web interface.
            are_of_tool: has_schema && !has(&["responses", "operationId", "summary", "tags"]),
            are_of_report: has(&["code", "severity", "level", "status", "confirmText", "confirmLabel", "okText"]),
            are_of_tracker: has(&["title"]) && has(&["labels", "assignees", "milestone", "story_points", "priority"]),
        }
    }
}

/// A use of a variable's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// It is the content of a message of that role.
    Message(String),
    /// It is passed to a function.
    Argument { function: String, keyword: Option<String> },
    /// It stands under a key.
    Key(String),
    /// A function of that name returns it.
    Return(String),
    /// It is compared, searched, measured: nothing that a prompt would not be.
    Other,
}

/// A use of what a function gives, or of a class as a schema.
pub(super) struct ResultUse {
    pub(super) function: String,
    pub(super) by: Use,
    pub(super) is_schema: bool,
}
