//! Limits of the work on a file: code that changes one text or list over and over is read up to a step, and says so.

use std::ops::Range;

use super::code::Expression;
use super::list::List;
use super::rope::Rope;
use super::value::{MOST_KEPT, MessagePart, SiteId, TextValue, Value, put_behind};
use super::walk::Walk;
use crate::template::Fragment;

/// The most fragments and items that expressions of a file copy. Each method of a text, and each list that another is put into, copies all.
const MOST_COPIED: usize = 200_000;

impl Walk<'_> {
    /// Counts what an expression copies, and tells whether the file may copy so much.
    fn may_copy(&mut self, amount: usize) -> bool {
        self.copied += amount;
        self.copied <= MOST_COPIED
    }

    /// Counts that a text is looked through; in a file that does so too often it is not read.
    pub(super) fn look_through(&mut self, text: &mut TextValue) {
        if !self.may_copy(text.content.weight()) {
            text.give_up();
        }
    }

    /// Makes other fragments of a text.
    pub(super) fn change(&mut self, text: &mut TextValue, changed: impl FnOnce(Vec<Fragment>) -> Vec<Fragment>) {
        self.look_through(text);
        text.content.change(changed);
    }

    /// One of several texts, each of which is copied into the choice.
    pub(super) fn choice(&mut self, written: &str, span: Range<usize>, mut branches: Vec<TextValue>) -> TextValue {
        for branch in &mut branches {
            self.look_through(branch);
        }
        TextValue::choice(written.to_owned(), span, branches)
    }

    /// The texts of a list behind each other; `None` if none is one.
    pub(super) fn text_of_items(&mut self, items: &List, separator: &str) -> Option<TextValue> {
        if separator == "\n" {
            return self.lines(items);
        }
        if self.may_copy(items.items().len()) { items.joined(separator) } else { items.first_lines(MOST_KEPT) }
    }

    /// The texts of a list on a line each; in a file that puts too many together the first ones, which say that the rest is not read.
    pub(super) fn lines(&mut self, items: &List) -> Option<TextValue> {
        let is_read = items.has_lines() || self.may_copy(items.items().len());
        if is_read { items.lines() } else { items.first_lines(MOST_KEPT) }
    }

    /// Puts the items of a list behind others at the place of an expression.
    pub(super) fn list_behind(&mut self, values: &mut Vec<Value>, more: List, expression: &Expression) {
        let more = self.so_many(more.into_items());
        Self::put_behind(values, more, expression);
    }

    /// Puts messages behind others at the place of an expression; those of a variable know that they are the variable's.
    pub(super) fn messages_behind(
        &mut self,
        values: &mut Vec<Value>,
        (parts, site): (Rope<MessagePart>, Option<SiteId>),
        expression: &Expression,
    ) {
        let message = |part: MessagePart| {
            let text = match site {
                Some(site) => part.text.of_variable(site),
                None => part.text,
            };
            Value::Message(MessagePart { text, ..part })
        };
        let (parts, is_whole) = self.so_many(parts);
        Self::put_behind(values, (parts.into_iter().map(message).collect(), is_whole), expression);
    }

    /// The items of a list, if the file may copy so many, else the first; and true if these are all.
    fn so_many<T: Clone>(&mut self, items: Rope<T>) -> (Vec<T>, bool) {
        let is_whole = self.may_copy(items.len()) || items.len() <= MOST_KEPT;
        (if is_whole { items.into_vec() } else { items.start(MOST_KEPT).into_vec() }, is_whole)
    }

    fn put_behind(values: &mut Vec<Value>, (more, is_whole): (Vec<Value>, bool), expression: &Expression) {
        let not_read = || Value::Text(TextValue::too_large(expression.span.start));
        let len = values.len();
        put_behind(values, len, more, not_read());
        values.extend((!is_whole).then(not_read));
    }
}
