//! Values of expressions as far as they are text for a model: texts with the values in them, messages, lists of both.

use std::ops::Range;
use std::rc::Rc;

use super::content::{Content, DEEPEST_CHOICE, too_large};
use super::list::List;
use super::rope::Rope;
use super::text;
use crate::template::{Choice, Fragment, Passage, Placeholder};

/// The number of a use of text, in the order in which they are found.
pub(super) type SiteId = usize;

/// The value of an expression.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(TextValue),
    Message(MessagePart),
    /// Messages, and the site of the variable that they come from.
    Messages(Rope<MessagePart>, Option<SiteId>),
    List(List, Option<SiteId>),
    /// Items that a list has under a condition.
    Optional(Rc<Optional>),
    /// Not text, or not known.
    Unknown,
}

impl Value {
    /// Tells whether the words of a literal stand in it, as an item of a list.
    pub(super) fn has_words(&self) -> bool {
        match self {
            Self::Text(text) => text.has_words(),
            Self::Optional(optional) => optional.has_words,
            _ => false,
        }
    }
}

/// Items of a list, of which a condition chooses.
#[derive(Debug)]
pub(super) struct Optional {
    pub(super) condition: String,
    pub(super) span: Range<usize>,
    pub(super) arms: Vec<Vec<Value>>,
    weight: usize,
    depth: usize,
    has_words: bool,
}

impl Optional {
    /// The items that arms of a branch put in a list; too many are not read.
    pub(super) fn value(condition: &str, span: Range<usize>, arms: Vec<Vec<Value>>) -> Value {
        let weight_of = |item: &Value| match item {
            Value::Optional(inner) => inner.weight,
            _ => 1,
        };
        let weight = 1 + arms.iter().flatten().map(weight_of).sum::<usize>();
        let depth_of = |item: &Value| match item {
            Value::Optional(inner) => inner.depth,
            _ => 0,
        };
        let depth = 1 + arms.iter().flatten().map(depth_of).max().unwrap_or(0);
        if weight > MOST_ITEMS || depth > DEEPEST_CHOICE {
            return Value::Text(TextValue::too_large(span.start));
        }
        let has_words = arms.iter().flatten().any(Value::has_words);
        Value::Optional(Rc::new(Self { condition: condition.to_owned(), span, arms, weight, depth, has_words }))
    }
}

/// A message, or a text that its call will make one.
#[derive(Clone, Debug)]
pub(super) struct MessagePart {
    /// Its role, where the code says it.
    pub(super) role: Option<String>,
    pub(super) text: TextValue,
}

/// A text that code puts together.
#[derive(Clone, Debug, Default)]
pub(super) struct TextValue {
    pub(super) content: Content,
    /// Words stand in literals of its own.
    pub(super) has_own_words: bool,
    /// Values stand in it beside the texts of variables, whose own values do not count.
    pub(super) has_own_values: bool,
    /// The bytes of the file from the first to the last of its own literals.
    pub(super) own: Option<Range<usize>>,
    /// The sites of the variables whose texts are a part of it.
    pub(super) inserted: Rope<SiteId>,
    /// The site of the variable that it is as a whole.
    pub(super) alias: Option<SiteId>,
    /// The placeholders in its literals are known to be filled.
    pub(super) is_filled: bool,
    /// The placeholders that code replaces in it, as written: others of their shape are filled elsewhere.
    pub(super) replaced: Vec<String>,
}

impl TextValue {
    pub(super) fn literal(passage: Passage) -> Self {
        let has_own_words = passage.text.chars().filter(|letter| letter.is_alphabetic()).count() >= 3;
        let own = passage.map.at(0)..passage.map.at(passage.text.len().saturating_sub(1)) + 1;
        Self {
            own: has_own_words.then_some(own),
            content: Fragment::Text(passage).into(),
            has_own_words,
            ..Self::default()
        }
    }

    pub(super) fn placeholder(value: Placeholder) -> Self {
        Self { content: Fragment::Value(value).into(), has_own_values: true, ..Self::default() }
    }

    /// The place of a text that is too large to be read.
    pub(super) fn too_large(at: usize) -> Self {
        Self { content: too_large("", at).into(), has_own_values: true, ..Self::default() }
    }

    /// Reads no more of it than what tells what it is.
    pub(super) fn give_up(&mut self) {
        self.content.give_up();
        self.has_own_values = true;
    }

    /// The text that a variable holds from now on, where it is made of the one that the variable's site has: one text that grew.
    pub(super) fn grown_from(self, old: Self, site: SiteId) -> Self {
        let mut inserted = old.inserted;
        inserted.extend(self.inserted.iter().copied().filter(|inserted| *inserted != site));
        Self {
            has_own_words: self.has_own_words || old.has_own_words,
            has_own_values: self.has_own_values || old.has_own_values,
            own: around(self.own.clone(), old.own),
            inserted,
            ..self
        }
    }

    /// Appends a text; one that a variable holds is inserted.
    pub(super) fn append(&mut self, other: Self) {
        if self.content.is_cut() {
            return;
        }
        self.content.append(other.content);
        self.is_filled |= other.is_filled;
        for written in other.replaced {
            if !self.replaced.contains(&written) {
                self.replaced.push(written);
            }
        }
        if let Some(site) = other.alias {
            self.inserted.push(site);
        } else {
            self.has_own_words |= other.has_own_words;
            self.has_own_values |= other.has_own_values;
            self.own = around(self.own.take(), other.own);
            self.inserted.append(other.inserted);
        }
    }

    /// Appends a piece of its own literals.
    pub(super) fn push(&mut self, passage: Passage) {
        if !passage.text.is_empty() {
            self.content.push(Fragment::Text(passage));
        }
    }

    /// The text of a variable, as a use of the variable's.
    pub(super) fn of_variable(self, site: SiteId) -> Self {
        let own = Self { has_own_words: false, has_own_values: false, own: None, inserted: Rope::default(), ..self };
        Self { alias: Some(site), ..own }
    }

    /// The same text as one of its own, which begins with the variable's that it was.
    pub(super) fn detached(self) -> Self {
        match self.alias {
            Some(site) => Self { alias: None, inserted: Rope::one(site), ..self.of_variable(site) },
            None => self,
        }
    }

    /// Tells whether the text of a variable is a part of it.
    pub(super) fn inserts(&self, site: SiteId) -> bool {
        self.inserted.iter().any(|inserted| *inserted == site)
    }

    /// The same text after a change: no longer the variable's that it was.
    pub(super) fn changed(self) -> Self {
        match self.alias {
            Some(site) => Self { has_own_words: true, ..self.of_variable(site).detached() },
            None => self,
        }
    }

    /// Text of a variable as a whole, with nothing beside it that tells or changes.
    pub(super) fn only_variable(&self) -> Option<SiteId> {
        self.inserted.only().copied().filter(|_| !self.has_own_words && !self.has_own_values)
    }

    /// One of several texts.
    pub(super) fn choice(written: String, span: Range<usize>, branches: Vec<Self>) -> Self {
        let mut whole = Self::default();
        let mut contents = Vec::new();
        for mut branch in branches {
            contents.push(std::mem::take(&mut branch.content));
            whole.append(branch);
        }
        whole.content = Content::choice(written, span, contents);
        whole
    }

    /// It with nothing in place of what stands for it: `note ? `Note: ${note}` : null`.
    pub(super) fn without_nothing(&self) -> Self {
        const NOTHING: &[&str] = &["null", "undefined", "None", "nil", "false", "False"];
        let is_nothing = |branch: &Vec<Fragment>| matches!(branch.as_slice(), [Fragment::Value(value)] if NOTHING.contains(&value.expression().trim()));
        match self.content.first() {
            Some(Fragment::Choice(choice)) if self.content.len() == 1 && choice.branches.iter().any(is_nothing) => {
                let mut choice = choice.clone();
                choice.branches.iter_mut().filter(|branch| is_nothing(branch)).for_each(Vec::clear);
                Self { content: Fragment::Choice(choice).into(), ..self.clone() }
            }
            _ => self.clone(),
        }
    }

    /// An item that is one of several texts of which some are empty, as one that a list has under a condition.
    pub(super) fn optional(&self) -> Option<Value> {
        let Some(Fragment::Choice(choice)) = self.content.first().filter(|_| self.content.len() == 1) else {
            return None;
        };
        let is_empty = |branch: &Vec<Fragment>| {
            branch.iter().all(|fragment| matches!(fragment, Fragment::Text(passage) if passage.text.is_empty()))
        };
        if !choice.branches.iter().any(is_empty) {
            return None;
        }
        let arm = |branch: &Vec<Fragment>| {
            let text = Self { content: branch.clone().into(), ..self.clone() };
            if is_empty(branch) { Vec::new() } else { vec![Value::Text(text)] }
        };
        Some(Optional::value(&choice.written, choice.span.clone(), choice.branches.iter().map(arm).collect()))
    }

    /// Cuts it at all placeholders that are written so, with blanks in them or not.
    pub(super) fn cut_at_marks(&mut self, mark: &str) {
        self.content.change(|content| text::cut_alike(content, mark));
        if let Some((open, close)) = mark.split_once('x') {
            self.content.change(|content| text::cut_alike(content, &format!("{open} x {close}")));
        }
        self.is_filled = true;
    }

    /// The text of a variable that is a value or a word in its place, such as `title or "untitled"`: the value stands where the variable is used.
    pub(super) fn used_at(mut self, name: &str, span: &Range<usize>) -> Self {
        let is_value = |branch: &Vec<Fragment>| matches!(branch.as_slice(), [Fragment::Value(_)]);
        let is_one_of_values = match self.content.first().filter(|_| self.content.len() == 1) {
            Some(Fragment::Choice(choice)) => choice.branches.iter().any(is_value),
            _ => false,
        };
        if is_one_of_values {
            let used = |value: Placeholder| {
                let (written, names) = (name.to_owned(), vec![name.to_owned()]);
                Placeholder { written, names, span: span.clone(), ..value }
            };
            let branch = |branch: Vec<Fragment>| match <[Fragment; 1]>::try_from(branch) {
                Ok([Fragment::Value(value)]) => vec![Fragment::Value(used(value))],
                Ok([other]) => vec![other],
                Err(several) => several,
            };
            self.content.change(|content| {
                let choice = |fragment| match fragment {
                    Fragment::Choice(choice) => Fragment::Choice(Choice {
                        branches: choice.branches.into_iter().map(branch).collect(),
                        ..choice
                    }),
                    other => other,
                };
                content.into_iter().map(choice).collect()
            });
        }
        self
    }

    /// The words of a literal begin it: its text is not made of values alone.
    pub(super) fn has_words(&self) -> bool {
        self.has_own_words || !self.inserted.is_empty() || self.alias.is_some()
    }
}

/// The most items that lists put together have: a list that is put into itself doubles each time.
const MOST_ITEMS: usize = 2_000;

/// The fragments or items at the beginning of a text or list that is not read further.
pub(super) const MOST_KEPT: usize = 100;

/// Puts items behind others; those that are too many are one that is not read.
pub(super) fn put_behind<T>(list: &mut impl Extend<T>, len: usize, more: Vec<T>, not_read: T) {
    let room = MOST_ITEMS.saturating_sub(len);
    let not_read = (more.len() > room).then_some(not_read);
    list.extend(more.into_iter().take(room).chain(not_read));
}

/// The bytes from the beginning of the first of two ranges to the end of the last.
pub(super) fn around(one: Option<Range<usize>>, other: Option<Range<usize>>) -> Option<Range<usize>> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.start.min(other.start)..one.end.max(other.end)),
        (one, other) => one.or(other),
    }
}

/// The text of some fragments with a mark in place of each value, the first branch of each choice.
pub(super) fn plain<'a>(fragments: impl IntoIterator<Item = &'a Fragment>, value: &str, text: &mut String) {
    for fragment in fragments {
        match fragment {
            Fragment::Text(passage) => text.push_str(&passage.text),
            Fragment::Value(_) => text.push_str(value),
            Fragment::Choice(choice) => {
                let usual = choice.branches.iter().find(|branch| !branch.is_empty());
                plain(usual.map_or(&[][..], Vec::as_slice), value, text);
            }
        }
    }
}
