//! Options for reading lines: what the command line asks for, and the pointer to the cache's owner in a line.

use std::sync::Arc;

use serde_json::Value;

use crate::exchange::{Exchange, Groups, Scope};
use crate::input::MAX_LINE;
use crate::log::{LogFormat, secret};

/// Number of bytes of lines that are given to a thread together, unless the options set another.
const CHUNK: usize = 1 << 19;

/// Number of bytes from which on the entries of a document are read one by one, unless the options set another.
const LARGE: usize = 1 << 20;

/// Number of bytes that may be remembered, unless the options set another.
pub const MAX_MEMORY: usize = 1 << 30;

/// The share of it that is for messages, a sixteenth: those of conversations that go on are few, and their tokens, which are the
/// rest, are what takes long to make.
const FOR_MESSAGES: usize = 16;

/// A JSON pointer (RFC 6901) into a log line, such as `/metadata/team`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointer(String);

/// The owner of the cache, and the groups that a call is in, as a line names them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Owner {
    name: OwnerName,
    groups: Groups,
}

/// The owner of the cache, as a line names it.
#[derive(Clone, Debug, Default)]
enum OwnerName {
    /// No pointer was given: who it is the log tells by itself.
    #[default]
    Unasked,
    /// The pointer leads to nothing in this line.
    Absent,
    /// The name that it leads to.
    Named(Arc<str>),
}

/// Options for reading lines.
#[derive(Clone)]
pub struct Options {
    /// Names the cache's owner in place of user and key.
    pub scope: Option<Pointer>,
    /// Name the groups that a line is in, each by the first of several pointers that leads to something.
    pub groups: Vec<Vec<Pointer>>,
    /// The format of every line; `None` for each line's own.
    pub format: Option<&'static dyn LogFormat>,
    /// The longest line or document that is read, in bytes.
    pub max_line: usize,
    /// Threads that read; no result depends on it.
    pub threads: usize,
    /// Bytes of lines that are given to a thread together; no result depends on it.
    pub chunk: usize,
    /// Bytes from which on the entries of a document are read one by one; no result of one that is JSON depends on it.
    pub large: usize,
    /// Bytes that may be remembered so as not to be read again; no result depends on it.
    pub max_memory: usize,
}

impl Options {
    /// True if a pointer leads through a field of that name.
    pub(crate) fn names(&self, field: &str) -> bool {
        self.scope.iter().chain(self.groups.iter().flatten()).any(|pointer| pointer.names(field))
    }

    /// Bytes of messages that may be remembered.
    pub(crate) fn messages_memory(&self) -> usize {
        self.max_memory / FOR_MESSAGES
    }

    /// Bytes that are left for tokens.
    pub fn tokens_memory(&self) -> usize {
        self.max_memory - self.messages_memory()
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            scope: None,
            groups: Vec::new(),
            format: None,
            max_line: MAX_LINE,
            threads: 1,
            chunk: CHUNK,
            large: LARGE,
            max_memory: MAX_MEMORY,
        }
    }
}

impl std::str::FromStr for Pointer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "" => Err("empty; a JSON pointer looks like /metadata/team".into()),
            _ if text.starts_with('/') => Ok(Self(text.into())),
            _ => Err(format!("a JSON pointer starts with a slash: /{}", text.replace('.', "/"))),
        }
    }
}

impl std::fmt::Display for Pointer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Pointer {
    /// True if it leads through a field of that name.
    pub(crate) fn names(&self, key: &str) -> bool {
        self.0.split('/').any(|part| part == key)
    }

    /// The value it leads to, as a name; `None` where the line has nothing there.
    pub(crate) fn name(&self, line: &Value) -> Option<String> {
        match line.pointer(&self.0)? {
            Value::Null => None,
            value => Some(secret::named(&self.0, value)),
        }
    }
}

impl Owner {
    /// The owner that a line names, by the pointers of these options.
    pub(crate) fn find(options: &Options, line: &Value) -> Self {
        let name = options.scope.as_ref().map_or(OwnerName::Unasked, |pointer| {
            pointer.name(line).map_or(OwnerName::Absent, |name| OwnerName::Named(name.into()))
        });
        let group = |pointers: &Vec<Pointer>| pointers.iter().find_map(|pointer| pointer.name(line));
        let groups = || options.groups.iter().map(group).collect();
        Self { name, groups: (!options.groups.is_empty()).then(groups) }
    }

    /// The owner that this line names, else the one that the other names.
    pub(crate) fn or(&self, other: &Self) -> Self {
        let is_named = matches!(self.name, OwnerName::Named(_)) || matches!(other.name, OwnerName::Unasked);
        let name = if is_named { self.name.clone() } else { other.name.clone() };
        let both = |(own, other): (&Option<String>, &Option<String>)| own.clone().or_else(|| other.clone());
        let groups = match (&self.groups, &other.groups) {
            (Some(own), Some(other)) => Some(own.iter().zip(other.iter()).map(both).collect()),
            (own, other) => own.clone().or_else(|| other.clone()),
        };
        Self { name, groups }
    }

    /// The exchange with the owner that the line names, if the user asked for one, and its groups.
    pub(crate) fn name(&self, exchange: Exchange) -> Exchange {
        let scope = match &self.name {
            OwnerName::Unasked => exchange.scope,
            OwnerName::Absent => Scope::default(),
            OwnerName::Named(name) => Scope { named: Some(name.as_ref().to_owned()), ..exchange.scope },
        };
        Exchange { scope, groups: self.groups.clone(), ..exchange }
    }
}
