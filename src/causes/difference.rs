//! Differences between two requests, each at a place of the template.

use std::ops::Range;

use super::code::CauseCode;
use super::slot_values::Digest;
use super::text::{self, TextChange};
use super::value::ValueKind;
use crate::hash;

/// The part of a request that a difference lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Zone {
    /// System text, examples: what stands before a conversation.
    Template,
    /// An earlier message of the conversation.
    History,
    /// The newest message.
    Newest,
}

/// A difference between two requests.
#[derive(Clone, Copy, Debug)]
pub(super) struct Difference {
    /// Its cause, where the pair alone tells it.
    pub(super) code: Option<CauseCode>,
    pub(super) kind: Option<TextChange>,
    pub(super) zone: Option<Zone>,
    /// The place of the template with the family of the value, for texts.
    pub(super) slot: Option<Slot>,
    /// The place of the paragraph in which it lies, as one of other words.
    pub(super) document: Option<Slot>,
    /// The same of the first of several long differences in a row that it is one of.
    pub(super) beside: Option<Slot>,
    /// The name of the tags that it stands between, as a place.
    pub(super) tag: Option<Slot>,
    pub(super) values: (Digest, Digest),
    pub(super) is_one_sided: (bool, bool),
    pub(super) is_long: bool,
    /// A paragraph begins with it.
    pub(super) begins_block: bool,
    /// A kind of value that stands in text that only one side has.
    pub(super) holds: Option<ValueKind>,
}

/// A difference between two texts as it was found.
pub(super) struct Found<'a> {
    pub(super) kind: TextChange,
    pub(super) zone: Zone,
    pub(super) old: &'a str,
    pub(super) new: &'a str,
}

/// The identity of a place of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Slot {
    /// Of the place, whatever stands there.
    pub(super) place: u128,
    /// Of the place with the family of the value.
    pub(super) value: u128,
}

/// Letters before a place that tell it from others.
const LETTERS: usize = 24;

/// The family of values that are numbers or look like them.
pub(super) const NUMBERS: &str = "number";

impl Slot {
    /// The slot behind a text: the last letters of it, words with digits being alike.
    pub(super) fn new(zone: Zone, before: &str, kind: TextChange) -> Self {
        let start = before.char_indices().rev().nth(LETTERS * 3 - 1).map_or(0, |(at, _)| at);
        let mut tail = String::new();
        for word in before[start..].split_inclusive(|letter: char| !letter.is_alphanumeric()) {
            let letters = word.trim_end_matches(|letter: char| !letter.is_alphanumeric());
            tail.push_str(if letters.contains(|letter: char| letter.is_ascii_digit()) { "0" } else { letters });
            tail.push_str(&word[letters.len()..]);
        }
        let start = tail.char_indices().rev().nth(LETTERS - 1).map_or(0, |(at, _)| at);
        Self::at(hash::digest(format!("{zone:?}\0{}", &tail[start..]).as_bytes()), kind)
    }

    fn at(place: u128, kind: TextChange) -> Self {
        let family = match kind {
            TextChange::Value(ValueKind::Number | ValueKind::Counter | ValueKind::Identifier) => NUMBERS,
            TextChange::Value(ValueKind::User | ValueKind::Words) | TextChange::Wording => "words",
            _ => "other",
        };
        Self { place, value: hash::chain(place, family.as_bytes()) }
    }

    /// The slot right behind another one.
    pub(super) fn behind(self, kind: TextChange) -> Self {
        Self::at(hash::chain(self.place, b"behind"), kind)
    }

    /// The slot of a paragraph that comes or goes, which is no value of those that stand there else.
    pub(super) fn of_paragraph(self, kind: TextChange) -> Self {
        Self::at(hash::chain(self.place, b"paragraph"), kind)
    }

    /// The places of the words of a stretch of text, at any of which a value may stand.
    pub(super) fn places_within(text: &str, stretch: Range<usize>) -> Vec<u128> {
        let mut at = stretch.start;
        let words = text::words(&text[stretch]).into_iter().map(|word| {
            at += word.len();
            at - word.len()
        });
        words.map(|at| Self::new(Zone::Template, &text[..at], TextChange::Wording).place).collect()
    }

    /// The identity of the place, whatever stands there.
    pub(super) fn place(self) -> u128 {
        self.place
    }
}

impl Difference {
    /// A difference whose cause the pair alone tells.
    pub(super) fn plain(code: CauseCode) -> Self {
        let nothing = Digest::default();
        Self {
            code: Some(code),
            kind: None,
            zone: None,
            slot: None,
            document: None,
            beside: None,
            tag: None,
            values: (nothing, nothing),
            is_one_sided: (false, false),
            is_long: false,
            begins_block: false,
            holds: None,
        }
    }

    /// The same of a part of the request, such as a tool, that came or went.
    pub(super) fn part(code: CauseCode, part: &str, has_come: bool) -> Self {
        let place = hash::digest(part.as_bytes());
        Self { slot: Some(Slot { place, value: place }), is_one_sided: (has_come, !has_come), ..Self::plain(code) }
    }

    /// The place of text of a template where the earlier request had none.
    pub(super) fn comes(&self) -> Option<Slot> {
        self.slot.filter(|_| self.zone == Some(Zone::Template) && self.is_one_sided == (true, false))
    }

    /// A text that is longer than a value.
    pub(super) fn is_long(&self) -> bool {
        self.is_long
    }

    /// It lies in the newest message.
    pub(super) fn is_of_newest(&self) -> bool {
        self.zone == Some(Zone::Newest)
    }

    /// Messages that came or went.
    pub(super) fn is_message(&self) -> bool {
        matches!(self.code, Some(CauseCode::MessageInserted | CauseCode::MessageRemoved | CauseCode::HistoryTrimmed))
    }

    pub(super) fn is_environment_of_history(&self) -> bool {
        self.zone == Some(Zone::History) && self.kind == Some(TextChange::Value(ValueKind::Environment))
    }

    /// A value before a conversation, or words that may be a part of one.
    pub(super) fn is_short_value(&self) -> bool {
        self.code.is_none() && !self.is_long && self.zone == Some(Zone::Template)
    }

    /// The identity of a long text that came or went whole.
    pub(super) fn one_sided_text(&self) -> Option<u128> {
        match self.is_one_sided {
            _ if !self.is_long || self.code.is_some() => None,
            (true, false) => Some(self.values.1.text),
            (false, true) => Some(self.values.0.text),
            _ => None,
        }
    }

    /// The identities of both texts, where they are long and stand before a conversation.
    pub(super) fn texts(&self) -> impl Iterator<Item = u128> {
        let is_of_template = self.is_long && self.zone == Some(Zone::Template);
        let texts = [(self.values.0, self.is_one_sided.0), (self.values.1, self.is_one_sided.1)];
        texts.into_iter().filter(move |(_, is_empty)| is_of_template && !is_empty).map(|(value, _)| value.text)
    }

    /// The text is this one.
    pub(super) fn is_text(&self, text: &str) -> bool {
        self.values.1.text == hash::digest(text.trim().as_bytes())
    }
}

impl Found<'_> {
    /// A kind of value within text that only one side has.
    fn held(&self) -> Option<ValueKind> {
        match (self.old.trim(), self.new.trim()) {
            ("", text) | (text, "") if text.len() < 2_000 => ValueKind::within(text),
            _ => None,
        }
    }

    /// The difference, in the slot that it stands in, of a paragraph.
    /// `begins_block` says that it is the beginning of that.
    pub(super) fn difference(
        &self,
        slot: Slot,
        (document, beside, tag): (Slot, Option<Slot>, Option<Slot>),
        begins_block: bool,
    ) -> Difference {
        Difference {
            code: self.kind.into(),
            kind: Some(self.kind),
            zone: Some(self.zone),
            slot: Some(slot),
            document: Some(document),
            beside,
            tag,
            values: (Digest::new(self.old), Digest::new(self.new)),
            is_one_sided: (self.old.trim().is_empty(), self.new.trim().is_empty()),
            holds: self.held(),
            is_long: text::is_long(self.old, self.new),
            begins_block,
        }
    }
}
