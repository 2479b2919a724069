//! Options for reading lines: what the command line asks for, and the pointer to the cache's owner in a line.

use std::sync::Arc;

use serde_json::Value;

use crate::exchange::Scope;
use crate::input::MAX_LINE;
use crate::log::{LogFormat, secret};

/// Number of bytes of lines that are given to a thread together, unless the options set another.
const CHUNK: usize = 1 << 19;

/// Number of bytes that may be remembered, unless the options set another.
pub const MAX_MEMORY: usize = 1 << 30;

/// The share of it that is for messages, a sixteenth: those of conversations that go on are few, and their tokens, which are the
/// rest, are what takes long to make.
const FOR_MESSAGES: usize = 16;

/// A JSON pointer (RFC 6901) into a log line, such as `/metadata/team`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointer(String);

/// The owner of the cache, as a line names it.
#[derive(Clone, Debug, Default)]
pub(crate) enum Owner {
    /// No pointer was given: who it is the log tells by itself.
    #[default]
    Unasked,
    /// The pointer leads to nothing there.
    Nobody,
    /// The name that it leads to.
    Named(Arc<str>),
}

/// Options for reading lines.
#[derive(Clone)]
pub struct Options {
    /// Names the cache's owner in place of user and key.
    pub scope: Option<Pointer>,
    /// The format of every line; `None` for each line's own.
    pub format: Option<&'static dyn LogFormat>,
    /// The longest line or document that is read, in bytes.
    pub max_line: usize,
    /// Threads that read; no result depends on it.
    pub threads: usize,
    /// Bytes of lines that are given to a thread together; no result depends on it.
    pub chunk: usize,
    /// Bytes that may be remembered so as not to be read again; no result depends on it.
    pub max_memory: usize,
}

impl Options {
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
        Self { scope: None, format: None, max_line: MAX_LINE, threads: 1, chunk: CHUNK, max_memory: MAX_MEMORY }
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
    /// The owner that a line names.
    pub(crate) fn find(pointer: Option<&Pointer>, line: &Value) -> Self {
        let Some(pointer) = pointer else { return Self::Unasked };
        pointer.name(line).map_or(Self::Nobody, |name| Self::Named(name.into()))
    }

    /// The owner that this line names, else the one that the other names.
    pub(crate) fn or(&self, other: &Self) -> Self {
        if matches!(self, Self::Named(_)) || matches!(other, Self::Unasked) { self.clone() } else { other.clone() }
    }

    /// The scope, in place of the one that the log tells by itself.
    pub(crate) fn scope(&self, own: Scope) -> Scope {
        match self {
            Self::Unasked => own,
            Self::Nobody => Scope::default(),
            Self::Named(name) => Scope::named(name.as_ref().to_owned()),
        }
    }
}
