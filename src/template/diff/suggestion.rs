//! Suggestions: a template with its values behind what is stable, where that lengthens the stable prefix.
//!
//! The tokens of a suggestion were counted: a person who does to the file what it says, to the letter, gets them.

use super::Side;
use super::unit::{Unit, UnitKind, UnitSize};
use crate::report::text::one_line;
use crate::source::Place;
use crate::template::layout::Layout;
use crate::template::prefix::Renderings;
use crate::template::{Constants, Syntax, Template};

/// A better order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The parts to move, in the order in which they stand now and then.
    pub moves: Vec<Move>,
    /// The target, in words.
    pub to: String,
    /// Tokens of the stable prefix after that.
    pub stable_tokens: u64,
    /// By how many that is longer.
    pub gained_tokens: u64,
    /// A sentence on the risk of the move.
    pub warning: &'static str,
}

/// A part of a message that goes elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The kind of text that moves.
    pub part: UnitKind,
    /// The first value or tag in it, as written.
    pub written: String,
    /// The place of that.
    pub from: Place,
}

/// The most parts that a person is asked to move at once.
const MOST_MOVES: usize = 3;

const SAME_MESSAGE: &str = "Re-read text that refers to it as above or below.";
const OTHER_MESSAGE: &str = "It moves to another message, which may change how the model reads it.";

impl Suggestion {
    /// The instruction in words; the line at that place is "its line".
    pub fn in_words(&self, here: Option<&Place>) -> String {
        let parts: Vec<String> = self.moves.iter().map(|step| step.in_words(here)).collect();
        let (last, order) = (parts.len().saturating_sub(1), if parts.len() > 1 { ", in this order" } else { "" });
        let before = if last > 0 { format!("{} and ", parts[..last].join(", ")) } else { String::new() };
        format!("{before}{} to {}{order}", parts[last..].concat(), self.to)
    }
}

impl Move {
    fn in_words(&self, here: Option<&Place>) -> String {
        match here {
            Some(here) if *here == self.from => format!("its {}", self.part.name()),
            _ => format!("the {} of `{}` ({})", self.part.name(), one_line(&self.written), self.from),
        }
    }

    fn new(side: Side<'_>, unit: &Unit<'_>) -> Option<Self> {
        let fragment = unit.volatile?;
        let from = side.file.place(fragment.span()?.start);
        Some(Self { part: unit.part, written: fragment.written().to_owned(), from })
    }
}

/// A template with some of its parts elsewhere.
struct Moved {
    template: Template,
    moves: Vec<Move>,
    to: String,
    warning: &'static str,
    /// Sentences are moved, and the lines that they stand in stay.
    leaves_sentences: bool,
}

/// The best order that is found by moving lines or sentences with values; `None` where none gains a block.
pub fn suggest(side: Side<'_>, layout: &Layout) -> Option<Suggestion> {
    if side.template.syntax == Syntax::Plain {
        return None;
    }
    let now = Renderings::new(side.template, layout).stable_tokens();
    let least = usize::try_from(layout.block_size().unwrap_or(1)).unwrap_or(1);
    let mut best: Option<(usize, Moved)> = None;
    let constants = layout.constants().clone();
    for moved in orders(side, &constants) {
        let then = Renderings::new(&moved.template, layout).stable_tokens();
        // To move a value into another message must be worth it. A sentence alone leaves what stands beside it in its line where it is.
        let is_better = best.as_ref().map_or(then >= now + least, |(so_far, known)| {
            let is_less = moved.leaves_sentences && !known.leaves_sentences && moved.warning == known.warning;
            then >= so_far + if is_less { 1 } else { least }
        });
        if is_better {
            best = Some((then, moved));
        }
    }
    best.map(|(then, moved)| Suggestion {
        moves: moved.moves,
        to: moved.to,
        stable_tokens: then as u64,
        gained_tokens: (then - now) as u64,
        warning: moved.warning,
    })
}

/// Other orders, each once.
fn orders(side: Side<'_>, constants: &Constants) -> Vec<Moved> {
    let within =
        [UnitSize::Lines, UnitSize::Sections, UnitSize::Sentences].map(|by| within_message(side, constants, by));
    let into = [UnitSize::Lines, UnitSize::Sections, UnitSize::Sentences].map(|by| into_last(side, constants, by));
    let mut orders: Vec<Moved> = Vec::new();
    for moved in within.into_iter().chain(into).flatten() {
        let is_known = orders.iter().any(|order| order.moves == moved.moves && order.to == moved.to);
        if !is_known {
            orders.push(moved);
        }
    }
    orders
}

/// The first message with values with all of them behind what is stable in it; others cannot be reached by the prefix.
fn within_message(side: Side<'_>, constants: &Constants, by: UnitSize) -> Option<Moved> {
    for (index, message) in side.template.messages.iter().enumerate() {
        let units = Unit::all(side, message, constants, by)?;
        if !units.iter().any(Unit::is_volatile) {
            continue;
        }
        let end = units.iter().rposition(Unit::is_stable_text).map_or(0, |last| last + 1);
        let (front, tail) = units.split_at(end);
        let (blank, tail) = tail.split_at(tail.iter().position(Unit::is_volatile).unwrap_or(0));
        let before: String = std::iter::once(stable(front)).chain(blank.iter().map(|unit| unit.text.into())).collect();
        let is_own_line = by == UnitSize::Sentences && tail.is_empty() && before.ends_with('\n');
        let to = match tail.first().and_then(|unit| Move::new(side, unit)) {
            Some(first) => format!("right before {}", first.in_words(None)),
            None if is_own_line => format!("the end of message {} ({}), as its last line", index + 1, message.role),
            None => format!("the end of message {} ({})", index + 1, message.role),
        };
        let values: Vec<&Unit<'_>> = front.iter().filter(|unit| unit.is_volatile()).collect();
        if values.len() > MOST_MOVES || values.iter().any(|unit| !unit.is_free) {
            return None;
        }
        let text = values.iter().fold(before, |text, unit| by.joined(&text, by.moved(unit.text)));
        let tail: String = tail.iter().map(|unit| unit.text).collect();
        let text = by.joined(&text, &tail) + if is_own_line { "\n" } else { "" };
        let mut template = side.template.clone();
        template.messages[index] = message.saying(text, template.syntax);
        let moves = values.into_iter().filter_map(|unit| Move::new(side, unit)).collect();
        let leaves_sentences = by == UnitSize::Sentences;
        return Moved { template, moves, to, warning: SAME_MESSAGE, leaves_sentences }.checked(side);
    }
    None
}

/// The values of all messages at the beginning of the last.
fn into_last(side: Side<'_>, constants: &Constants, by: UnitSize) -> Option<Moved> {
    let mut template = side.template.clone();
    let last = template.messages.pop().filter(|last| last.role == "user")?;
    let (mut moves, mut all) = (Vec::new(), String::new());
    let to = format!("the start of message {} ({})", template.messages.len() + 1, last.role);
    for (message, original) in template.messages.iter_mut().zip(&side.template.messages) {
        let units = Unit::all(side, original, constants, by)?;
        let values: Vec<&Unit<'_>> = units.iter().filter(|unit| unit.is_volatile()).collect();
        if values.is_empty() {
            continue;
        }
        if moves.len() + values.len() > MOST_MOVES || values.iter().any(|unit| !unit.is_free) {
            return None;
        }
        all = values.iter().fold(all, |all, unit| by.joined(&all, by.moved(unit.text)));
        moves.extend(values.into_iter().filter_map(|unit| Move::new(side, unit)));
        *message = original.saying(stable(&units), side.template.syntax);
    }
    template.messages.push(last.saying(by.joined(&all, &last.raw), side.template.syntax));
    let leaves_sentences = by == UnitSize::Sentences;
    Moved { template, moves, to, warning: OTHER_MESSAGE, leaves_sentences }.checked(side)
}

/// The text of the units that do not differ; a line that loses its last sentence keeps its end, and no blanks before it.
fn stable(units: &[Unit<'_>]) -> String {
    let mut text = String::new();
    for (index, unit) in units.iter().enumerate() {
        let ends_line = unit.text.ends_with('\n');
        if !unit.is_volatile() {
            text.push_str(unit.text);
        } else if ends_line {
            text.truncate(text.trim_end_matches([' ', '\t']).len());
            text.push_str(if text.is_empty() || text.ends_with('\n') { "" } else { "\n" });
        } else if index + 1 == units.len() {
            text.truncate(text.trim_end().len());
        }
    }
    text
}

impl Moved {
    /// `None` where nothing is moved, or where what is moved is no longer read as what it was.
    fn checked(self, side: Side<'_>) -> Option<Self> {
        let is_whole = written(&self.template) == written(side.template);
        (!self.moves.is_empty() && is_whole).then_some(self)
    }
}

/// The values and choices of a template, in no order of its own.
fn written(template: &Template) -> Vec<&str> {
    let mut written: Vec<&str> = template.volatile().iter().map(|fragment| fragment.written()).collect();
    written.sort_unstable();
    written
}
