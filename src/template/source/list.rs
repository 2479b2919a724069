//! Lists of values, and their texts behind each other.

use std::cell::OnceCell;

use super::rope::Rope;
use super::value::{Optional, TextValue, Value};
use crate::document::SourceMap;
use crate::template::{Fragment, Passage};

/// Values of a list, and its texts on a line each.
#[derive(Clone, Debug, Default)]
pub(super) struct List {
    items: Rope<Value>,
    /// The number of items with words.
    with_words: usize,
    /// Worked out when they are asked for; a list that grows goes on with them.
    lines: OnceCell<Joined>,
}

impl List {
    pub(super) fn items(&self) -> &Rope<Value> {
        &self.items
    }

    pub(super) fn into_items(self) -> Rope<Value> {
        self.items
    }

    pub(super) fn push(&mut self, item: Value) {
        if let Some(lines) = self.lines.get_mut() {
            lines.push_item(&item, "\n");
        }
        self.with_words += usize::from(item.has_words());
        self.items.push(item);
    }

    /// Puts an item before the others.
    pub(super) fn put_first(&mut self, item: Value) {
        self.with_words += usize::from(item.has_words());
        self.lines = OnceCell::new();
        let mut all = Rope::one(item);
        all.append(std::mem::take(&mut self.items));
        self.items = all;
    }

    /// Puts an item in the place of one.
    pub(super) fn set(&mut self, index: usize, item: Value) {
        let old = self.items.behind(index).next();
        self.with_words -= usize::from(old.is_some_and(Value::has_words));
        self.with_words += usize::from(item.has_words());
        self.lines = OnceCell::new();
        self.items.set(index, item);
    }

    /// Takes the last item away.
    pub(super) fn pop(&mut self) {
        self.with_words -= usize::from(self.items.last().is_some_and(Value::has_words));
        self.lines = OnceCell::new();
        self.items = self.items.start(self.items.len().saturating_sub(1));
    }

    /// The items from one to before another. Those of the shorter side are looked at, so that a list which loses one after the other takes
    /// no longer than its length.
    pub(super) fn part(&self, from: usize, to: usize) -> Self {
        fn with_words<'a>(items: impl Iterator<Item = &'a Value>) -> usize {
            items.filter(|item| item.has_words()).count()
        }
        let items = self.items.start(to).split(from).1;
        let left_out = || with_words(self.items.iter().take(from)) + with_words(self.items.behind(to.max(from)));
        let is_less = items.len() * 2 < self.items.len();
        let with_words = if is_less { with_words(items.iter()) } else { self.with_words - left_out() };
        Self { items, with_words, lines: OnceCell::new() }
    }

    /// Tells whether words stand in any of its items.
    pub(super) fn has_words(&self) -> bool {
        self.with_words > 0
    }

    /// The items without those that are empty.
    pub(super) fn without_empty(&self) -> Self {
        let kept = |item: &Value| match item {
            Value::Text(text) if text.content.is_empty() => None,
            Value::Text(text) => Some(text.without_nothing().optional().unwrap_or_else(|| item.clone())),
            item => Some(item.clone()),
        };
        self.items.iter().filter_map(kept).collect()
    }

    /// Its lines are put together already.
    pub(super) fn has_lines(&self) -> bool {
        self.lines.get().is_some()
    }

    /// The texts of the first so many items on a line each, of which no more is read than what tells what it is.
    pub(super) fn first_lines(&self, count: usize) -> Option<TextValue> {
        let mut text = Joined::new(self.items.iter().take(count), "\n").text()?;
        text.give_up();
        Some(text)
    }

    /// The texts on a line each; `None` if none is one.
    pub(super) fn lines(&self) -> Option<TextValue> {
        self.lines.get_or_init(|| Joined::new(self.items.iter(), "\n")).clone().text()
    }

    /// The texts behind each other; `None` if none is one.
    pub(super) fn joined(&self, separator: &str) -> Option<TextValue> {
        if separator == "\n" { self.lines() } else { joined(self.items.iter(), separator) }
    }
}

impl Extend<Value> for List {
    fn extend<I: IntoIterator<Item = Value>>(&mut self, items: I) {
        for item in items {
            self.push(item);
        }
    }
}

impl FromIterator<Value> for List {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> Self {
        let mut list = Self::default();
        list.extend(items);
        list
    }
}

/// Texts behind each other.
#[derive(Clone, Debug, Default)]
struct Joined {
    whole: TextValue,
    has_text: bool,
}

impl Joined {
    fn new<'a>(items: impl IntoIterator<Item = &'a Value>, separator: &str) -> Self {
        let mut joined = Self::default();
        for item in items {
            joined.push_item(item, separator);
        }
        joined
    }

    fn push_item(&mut self, item: &Value, separator: &str) {
        match item {
            Value::Text(text) => self.push(text.clone(), separator),
            Value::Optional(optional) => self.push_arms(optional, separator),
            _ => {}
        }
    }

    /// Puts what a condition chooses behind the rest, with the separator where there is something.
    fn push_arms(&mut self, optional: &Optional, separator: &str) {
        let of_arm = |items: &Vec<Value>| {
            let mut arm = Self::default();
            for item in items {
                arm.push_item(item, separator);
            }
            arm
        };
        let arms: Vec<Self> = optional.arms.iter().map(of_arm).collect();
        let is_always = arms.iter().all(|arm| arm.has_text);
        let with_separator = |arm: Self| {
            let at = arm.whole.content.first_byte().unwrap_or(optional.span.start);
            let separator = Passage { text: separator.to_owned(), map: SourceMap::verbatim(at) };
            match (arm.whole.content.is_empty(), self.has_text) {
                (true, _) => arm.whole,
                (false, true) => {
                    let mut whole = TextValue::default();
                    whole.push(separator);
                    whole.append(arm.whole);
                    whole
                }
                (false, false) if is_always => arm.whole,
                (false, false) => {
                    let mut whole = arm.whole;
                    whole.push(separator);
                    whole
                }
            }
        };
        let arms = arms.into_iter().map(with_separator).collect();
        self.whole.append(TextValue::choice(optional.condition.clone(), optional.span.clone(), arms));
        self.has_text |= is_always;
    }

    fn push(&mut self, text: TextValue, separator: &str) {
        if self.has_text && !separator.is_empty() {
            let map = SourceMap::verbatim(text.content.first_byte().unwrap_or(0));
            self.whole.content.push(Fragment::Text(Passage { text: separator.to_owned(), map }));
        }
        self.whole.append(text);
        self.has_text = true;
    }

    fn text(self) -> Option<TextValue> {
        Some(self.whole).filter(TextValue::has_words)
    }
}

/// The texts among values behind each other; `None` if none is one.
pub(super) fn joined<'a>(items: impl IntoIterator<Item = &'a Value>, separator: &str) -> Option<TextValue> {
    Joined::new(items, separator).text()
}
