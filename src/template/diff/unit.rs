//! Units: what of a message a suggestion moves as a whole, a line, a sentence or the lines of a block.

use std::ops::Range;

use super::Side;
use super::sentence::{gap, sentences};
use super::whole::{Whole, sections};
use crate::template::syntax::code;
use crate::template::{Constants, Fragment, Syntax, TemplateMessage, UnreadReason};

/// The pieces that a message is cut into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnitSize {
    /// Lines.
    Lines,
    /// Sentences, where a line has several.
    Sentences,
    /// Sections: a heading or a tag with all that belongs to it.
    Sections,
}

/// A part of a message that is moved or stays as a whole.
pub(super) struct Unit<'a> {
    /// Its text as written.
    pub(super) text: &'a str,
    /// Its kind.
    pub(super) part: UnitKind,
    /// The first of it that may differ from request to request.
    pub(super) volatile: Option<&'a Fragment>,
    /// It may differ and can stand elsewhere, and the rest without it.
    pub(super) is_free: bool,
}

/// The kind of a unit, as a person sees it in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitKind {
    /// A line.
    Line,
    /// Lines, from the tag that begins a block to the one that ends it.
    Lines,
    /// A line of the text that is several in the file, as folded scalars of YAML have it.
    Paragraph,
    /// A sentence of a line that has several.
    Sentence,
    /// Sentences, from the one with the tag that begins a block to the one with the tag that ends it.
    Sentences,
    /// A heading or a tag with all that belongs to it.
    Section,
}

impl UnitSize {
    fn pieces(self, text: &str) -> Vec<&str> {
        match self {
            Self::Lines => text.split_inclusive('\n').collect(),
            Self::Sentences => sentences(text),
            Self::Sections => sections(text),
        }
    }

    /// A text with a unit behind it.
    pub(super) fn joined(self, first: &str, second: &str) -> String {
        match self {
            _ if first.is_empty() || second.is_empty() => format!("{first}{second}"),
            Self::Lines | Self::Sections => format!("{first}{}{second}", if first.ends_with('\n') { "" } else { "\n" }),
            Self::Sentences => format!("{first}{}{second}", gap(first)),
        }
    }

    /// A unit as it stands elsewhere.
    pub(super) fn moved(self, text: &str) -> &str {
        if self == Self::Sentences { text.trim() } else { text }
    }
}

impl UnitKind {
    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Lines => "lines",
            Self::Paragraph => "paragraph",
            Self::Sentence => "sentence",
            Self::Sentences => "sentences",
            Self::Section => "section",
        }
    }
}

impl<'a> Unit<'a> {
    /// The units of a message; `None` where a block's end is not found.
    pub(super) fn all(
        side: Side<'a>,
        message: &'a TemplateMessage,
        constants: &Constants,
        by: UnitSize,
    ) -> Option<Vec<Self>> {
        let (tags, whole) = (PlacedFragments::new(message, side.template.syntax), Whole::new(&message.raw));
        let ranges = ranges(message, side.template.syntax, &tags, by)?;
        let unit = |range| {
            let unit = Self::new(side, message, range, (constants, &tags, &whole));
            if by == UnitSize::Sections && unit.part == UnitKind::Lines {
                return Self { part: UnitKind::Section, ..unit };
            }
            unit
        };
        Some(ranges.into_iter().map(unit).collect())
    }

    fn new(
        side: Side<'_>,
        message: &'a TemplateMessage,
        range: Range<usize>,
        (constants, tags, whole): (&Constants, &PlacedFragments<'a>, &Whole<'_>),
    ) -> Self {
        let file = place(message, &range);
        let here = tags.that_begin_in(tags.bytes(message, &range));
        let volatile = here.iter().filter(|tag| tag.fragment.is_volatile(constants)).min_by_key(|tag| tag.index);
        let volatile = volatile.map(|tag| tag.fragment);
        let (before, text) = (&message.raw[..range.start], &message.raw[range.clone()]);
        let is_lines =
            (before.is_empty() || before.ends_with('\n')) && (text.ends_with('\n') || range.end == message.raw.len());
        let source = &side.file.source;
        let is_one_in_file = source.line_at(file.end) == source.line_at(file.start);
        let part = match (is_lines, text.trim_end().contains('\n')) {
            (true, true) => UnitKind::Lines,
            (true, false) if is_one_in_file => UnitKind::Line,
            (true, false) => UnitKind::Paragraph,
            (false, _) if sentences(text).len() > 1 => UnitKind::Sentences,
            (false, _) => UnitKind::Sentence,
        };
        let includes = |tag: &PlacedFragment<'_>| matches!(tag.fragment, Fragment::Value(value) if value.unread == Some(UnreadReason::Include));
        let has_include = here.iter().any(includes);
        // Only what may differ is ever moved.
        let is_free = volatile.is_some() && !has_include && whole.may_move(&range);
        Self { text, part, volatile, is_free }
    }

    /// Tells whether it may differ from request to request.
    pub(super) fn is_volatile(&self) -> bool {
        self.volatile.is_some()
    }

    /// Tells whether it is text that is the same in each request.
    pub(super) fn is_stable_text(&self) -> bool {
        !self.is_volatile() && !self.text.trim().is_empty()
    }
}

/// The values and choices of a message by their places in the file; those of code, whose texts may stand in any order, by their places in
/// the text.
struct PlacedFragments<'a> {
    tags: Vec<PlacedFragment<'a>>,
    are_of_code: bool,
}

struct PlacedFragment<'a> {
    start: usize,
    /// The last byte to which it or one that begins before it reaches.
    reaches: usize,
    /// Its number in the message.
    index: usize,
    fragment: &'a Fragment,
}

impl<'a> PlacedFragments<'a> {
    fn new(message: &'a TemplateMessage, syntax: Syntax) -> Self {
        let are_of_code = syntax == Syntax::Code;
        let mut in_text = if are_of_code { code::spans(&message.raw) } else { Vec::new() }.into_iter();
        let tag = |(index, fragment): (usize, &'a Fragment)| {
            let in_file = fragment.span()?;
            let span = if are_of_code { in_text.next()? } else { in_file };
            Some(PlacedFragment { start: span.start, reaches: span.end, index, fragment })
        };
        let mut tags: Vec<PlacedFragment<'a>> = message.content.iter().enumerate().filter_map(tag).collect();
        tags.sort_by_key(|tag| tag.start);
        let mut reaches = 0;
        for tag in &mut tags {
            reaches = reaches.max(tag.reaches);
            tag.reaches = reaches;
        }
        Self { tags, are_of_code }
    }

    /// Bytes of the text as the fragments are placed.
    fn bytes(&self, message: &TemplateMessage, range: &Range<usize>) -> Range<usize> {
        if self.are_of_code { range.clone() } else { place(message, range) }
    }

    fn that_begin_in(&self, bytes: Range<usize>) -> &[PlacedFragment<'a>] {
        let before = |byte| self.tags.partition_point(|tag| tag.start < byte);
        self.tags.get(before(bytes.start)..before(bytes.end)).unwrap_or_default()
    }

    /// Tells whether one of them reaches from before a byte to behind it.
    fn reach_over(&self, byte: usize) -> bool {
        let before = &self.tags[..self.tags.partition_point(|tag| tag.start < byte)];
        before.last().is_some_and(|tag| byte < tag.reaches)
    }
}

/// The bytes of each unit: pieces, those of a block and those that a tag reaches over taken together.
fn ranges(
    message: &TemplateMessage,
    syntax: Syntax,
    tags: &PlacedFragments<'_>,
    by: UnitSize,
) -> Option<Vec<Range<usize>>> {
    let (mut units, mut depth, mut at): (Vec<Range<usize>>, usize, usize) = (Vec::new(), 0, 0);
    for piece in by.pieces(&message.raw) {
        let end = at + piece.len();
        let (opened, closed) = syntax.blocks(piece)?;
        let is_within = depth > 0 || tags.reach_over(if tags.are_of_code { at } else { message.map.at(at) });
        match units.last_mut().filter(|_| is_within) {
            Some(unit) => unit.end = end,
            None => units.push(at..end),
        }
        depth = (depth + opened).checked_sub(closed)?;
        at = end;
    }
    // A text that a document repeats does not stand where it is read.
    let is_in_order = tags.are_of_code || units.is_sorted_by_key(|unit| message.map.at(unit.start));
    (depth == 0 && is_in_order).then_some(units)
}

/// The bytes of the file from the first to the last that some bytes of a message were written as.
fn place(message: &TemplateMessage, range: &Range<usize>) -> Range<usize> {
    let text = message.raw[range.clone()].trim_end();
    let last = text.char_indices().next_back().map_or(0, |(last, _)| last);
    message.map.at(range.start)..message.map.at(range.start + last)
}
