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
    /// An expression for each item of something: a comprehension.
    Each { item: Box<Expression>, binds: Vec<String>, over: Box<Expression>, is_filtered: bool },
    /// A value that gets a name where it stands: `(name := value)`.
    Bound { name: String, value: Box<Expression> },
    /// One that lies deeper in others than is read.
    TooDeep,
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
        /// The expression that gives the items, where there are any.
        items: Option<Expression>,
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

/// A literal with values in it, put together from its parts.
pub(super) struct LiteralBuilder {
    found: Vec<Expression>,
    open: TextBuilder,
    begin: usize,
    from: usize,
}

impl LiteralBuilder {
    /// A literal whose text begins at this byte.
    pub(super) fn new(begin: usize) -> Self {
        Self { found: Vec::new(), open: TextBuilder::default(), begin, from: begin }
    }

    /// Adds text that was written from this byte on.
    pub(super) fn text(&mut self, text: &str, at: usize) {
        self.open.push(text, at);
    }

    /// Adds text as it stands in the file, its line ends as line feeds.
    pub(super) fn lines(&mut self, text: &str, at: usize) {
        self.open.push_lines(text, at);
    }

    /// Adds text of several lines without the indent that they share; `is_start` tells whether a line begins here.
    pub(super) fn unindented(&mut self, text: &str, at: usize, indent: usize, is_start: &mut bool) {
        let mut at = at;
        for line in text.split_inclusive('\n') {
            let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
            let dropped = if *is_start { indent.min(blank) } else { 0 };
            self.open.push_lines(&line[dropped..], at + dropped);
            *is_start = line.ends_with('\n');
            at += line.len();
        }
    }

    /// Adds a value that stands in these bytes.
    pub(super) fn value(&mut self, value: Option<Expression>, span: Range<usize>) {
        self.close(span.start);
        self.found.extend(value);
        self.from = span.end;
    }

    fn close(&mut self, to: usize) {
        let passage = std::mem::take(&mut self.open).finish(self.from);
        if !passage.text.is_empty() {
            self.found.push(Expression { kind: ExpressionKind::Text(passage), span: self.from..to });
        }
    }

    /// The literal, which stands in these bytes.
    pub(super) fn finish(mut self, span: Range<usize>) -> Expression {
        self.close(span.end);
        let kind = match self.found.len() {
            0 => ExpressionKind::Text(TextBuilder::default().finish(self.begin)),
            1 if matches!(self.found[0].kind, ExpressionKind::Text(_)) => self.found.remove(0).kind,
            _ => ExpressionKind::Joined(self.found),
        };
        Expression { kind, span }
    }
}

/// The indent that all lines with words share.
pub(super) fn shared_indent<'a>(lines: impl Iterator<Item = &'a str>) -> usize {
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    lines.filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0)
}
