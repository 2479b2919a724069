//! Code as far as prompts need it, the same for every language: what is bound, returned, passed on and put together.

use std::ops::Range;

use crate::document::SourceMap;
use crate::template::Passage;

/// An expression and its bytes in the file.
#[derive(Clone, Debug)]
pub(super) struct Expression {
    pub(super) kind: ExpressionKind,
    pub(super) span: Range<usize>,
}

/// A kind of expression.
#[derive(Clone, Debug)]
pub(super) enum ExpressionKind {
    /// A literal text, decoded.
    Text(Passage),
    /// Texts and values one behind the other: a format string, a concatenation.
    Joined(Vec<Expression>),
    /// One of several, as a condition decides.
    Either { condition: String, branches: Vec<Expression> },
    /// A variable or an attribute: `name`, `self.name`.
    Name(String),
    /// A call.
    Call(Box<Call>),
    /// A dictionary or an object.
    Record(Vec<Field>),
    /// A list or a tuple.
    List(Vec<Expression>),
    /// All items of another list, within a list.
    Spread(Box<Expression>),
    /// A function without a name, or one that a name is bound to.
    Function(Box<Function>),
    /// Anything else, with the expressions in it.
    Other(Vec<Expression>),
}

/// A call of a function or a constructor.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// The function as written, such as `client.messages.create`; its last name alone where it is called on an expression.
    pub(super) function: String,
    /// The expression that a method is called on.
    pub(super) receiver: Option<Expression>,
    pub(super) arguments: Vec<Argument>,
}

/// An argument of a call.
#[derive(Clone, Debug)]
pub(super) struct Argument {
    pub(super) name: Option<String>,
    pub(super) value: Expression,
}

/// An entry of a record.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) value: Expression,
}

/// A function.
#[derive(Clone, Debug, Default)]
pub(super) struct Function {
    pub(super) name: Option<String>,
    pub(super) parameters: Vec<String>,
    /// The parameters that have a value where none is given.
    pub(super) defaults: Vec<Field>,
    /// The names of its decorators.
    pub(super) decorators: Vec<String>,
    pub(super) docstring: Option<Expression>,
    pub(super) body: Vec<Statement>,
}

/// A class.
#[derive(Clone, Debug)]
pub(super) struct Class {
    pub(super) name: String,
    pub(super) bases: Vec<String>,
    pub(super) docstring: Option<Expression>,
    pub(super) body: Vec<Statement>,
}

/// A statement.
#[derive(Clone, Debug)]
pub(super) enum Statement {
    /// A name gets a value, or more of it.
    Bind {
        target: String,
        value: Expression,
        annotation: Option<String>,
        is_growing: bool,
    },
    Return(Expression),
    Do(Expression),
    Function(Function),
    Class(Class),
    /// One of several blocks, or none of them.
    Branch {
        condition: String,
        arms: Vec<Vec<Statement>>,
        is_exhaustive: bool,
    },
    /// A block for each item of something.
    Repeat {
        over: String,
        binds: Vec<String>,
        body: Vec<Statement>,
    },
}

impl Expression {
    pub(super) fn other(span: Range<usize>, parts: Vec<Self>) -> Self {
        Self { kind: ExpressionKind::Other(parts), span }
    }

    /// The literal text that it is, if it is one.
    pub(super) fn literal(&self) -> Option<&str> {
        match &self.kind {
            ExpressionKind::Text(passage) => Some(&passage.text),
            _ => None,
        }
    }
}

/// A text that is put together from decoded pieces.
#[derive(Default)]
pub(super) struct TextBuilder {
    passage: Passage,
}

impl TextBuilder {
    /// Adds a text that was written from this byte of the file on.
    pub(super) fn push(&mut self, text: &str, at: usize) {
        if !text.is_empty() {
            self.passage.map.append(self.passage.text.len(), &SourceMap::verbatim(at));
            self.passage.text.push_str(text);
        }
    }

    /// Adds a part of a literal as it stands in the file: a line ends in a line feed, however the file ends it.
    pub(super) fn push_lines(&mut self, text: &str, at: usize) {
        let mut at = at;
        for line in text.split_inclusive("\r\n") {
            match line.strip_suffix("\r\n") {
                Some(text) => {
                    self.push(text, at);
                    self.push("\n", at + text.len());
                }
                None => self.push(line, at),
            }
            at += line.len();
        }
    }

    /// The text, with a place even if it is empty.
    pub(super) fn finish(mut self, at: usize) -> Passage {
        if self.passage.text.is_empty() {
            self.passage.map = SourceMap::verbatim(at);
        }
        self.passage
    }
}
