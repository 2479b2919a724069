//! Suggestions: a template with its values behind what is stable, where that lengthens the stable prefix.
//!
//! What a suggestion says is what was counted: who does it to the file, to the letter, gets those tokens.

use super::Side;
use super::unit::{Part, Unit};
use crate::report::text::one_line;
use crate::source::Place;
use crate::template::layout::Layout;
use crate::template::prefix::Renderings;
use crate::template::{Constants, Syntax, Template};

/// A better order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What is moved, in the order in which it stands and is to stand.
    pub moves: Vec<Move>,
    /// Where all of it goes, in words.
    pub to: String,
    /// Tokens of the stable prefix after that.
    pub stable_tokens: u64,
    /// By how many that is longer.
    pub gained_tokens: u64,
    /// What a person should weigh before.
    pub warning: &'static str,
}

/// A part of a message that goes elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// What of the text it is.
    pub part: Part,
    /// The first value or tag in it, as written.
    pub written: String,
    /// Where that stands.
    pub from: Place,
}

const SAME_MESSAGE: &str = "text that speaks of it as above or below must be read again";
const OTHER_MESSAGE: &str =
    "it then stands in a message of another role or place, which may change how the model takes it";

impl Suggestion {
    /// What to do, in words; what stands at that place is "its line".
    pub fn told(&self, here: Option<&Place>) -> String {
        let parts: Vec<String> = self.moves.iter().map(|step| step.told(here)).collect();
        let (last, order) = (parts.len().saturating_sub(1), if parts.len() > 1 { ", in this order" } else { "" });
        let before = if last > 0 { format!("{} and ", parts[..last].join(", ")) } else { String::new() };
        format!("{before}{} to {}{order}", parts[last..].concat(), self.to)
    }
}

impl Move {
    fn told(&self, here: Option<&Place>) -> String {
        match here {
            Some(here) if *here == self.from => format!("its {}", self.part.name()),
            _ => format!("the {} of `{}` ({})", self.part.name(), one_line(&self.written), self.from),
        }
    }

    fn of(side: Side<'_>, unit: &Unit<'_>) -> Option<Self> {
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
}

/// The best order that is found by moving lines with values; `None` where none gains a block.
pub fn suggest(side: Side<'_>, layout: &mut Layout) -> Option<Suggestion> {
    if side.template.syntax == Syntax::Plain {
        return None;
    }
    let now = Renderings::of(side.template, layout).stable_tokens();
    let least = usize::try_from(layout.block_size().unwrap_or(1)).unwrap_or(1);
    let mut best: Option<(usize, Moved)> = None;
    let constants = layout.constants().clone();
    for moved in [within_message(side, &constants), into_last(side, &constants)].into_iter().flatten() {
        let then = Renderings::of(&moved.template, layout).stable_tokens();
        // To move a value into another message must be worth it.
        let is_better = best.as_ref().map_or(then >= now + least, |(so_far, _)| then >= so_far + least);
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

/// The first message with values with all of them behind what is stable in it; others cannot be reached by the prefix.
fn within_message(side: Side<'_>, constants: &Constants) -> Option<Moved> {
    let is_volatile = |unit: &Unit<'_>| unit.volatile.is_some();
    for (index, message) in side.template.messages.iter().enumerate() {
        let units = Unit::all(side, message, constants)?;
        if !units.iter().any(is_volatile) {
            continue;
        }
        let end = units.iter().rposition(Unit::is_stable_text).map_or(0, |last| last + 1);
        let (front, tail) = units.split_at(end);
        let (values, stable): (Vec<&Unit<'_>>, Vec<&Unit<'_>>) = front.iter().partition(|unit| is_volatile(unit));
        let (blank, tail) = tail.split_at(tail.iter().position(is_volatile).unwrap_or(0));
        let to = match tail.first().and_then(|unit| Move::of(side, unit)) {
            Some(first) => format!("right before {}", first.told(None)),
            None => format!("the end of message {} ({})", index + 1, message.role),
        };
        let texts = stable.into_iter().chain(blank).chain(values.iter().copied()).chain(tail);
        let text = texts.fold(String::new(), |text, unit| joined(&text, unit.text));
        let mut template = side.template.clone();
        template.messages[index] = message.saying(text, template.syntax);
        let moves = values.into_iter().filter_map(|unit| Move::of(side, unit)).collect();
        return Moved { template, moves, to, warning: SAME_MESSAGE }.checked(side);
    }
    None
}

/// The values of all messages at the beginning of the last.
fn into_last(side: Side<'_>, constants: &Constants) -> Option<Moved> {
    let mut template = side.template.clone();
    let last = template.messages.pop().filter(|last| last.role == "user")?;
    let (mut moves, mut all) = (Vec::new(), String::new());
    let to = format!("the beginning of message {} ({})", template.messages.len() + 1, last.role);
    for (message, original) in template.messages.iter_mut().zip(&side.template.messages) {
        let units = Unit::all(side, original, constants)?;
        let (values, stable): (Vec<&Unit<'_>>, Vec<&Unit<'_>>) = units.iter().partition(|unit| unit.volatile.is_some());
        if values.is_empty() {
            continue;
        }
        all = values.iter().fold(all, |all, unit| joined(&all, unit.text));
        moves.extend(values.into_iter().filter_map(|unit| Move::of(side, unit)));
        *message = original.saying(stable.iter().map(|unit| unit.text).collect(), side.template.syntax);
    }
    template.messages.push(last.saying(joined(&all, &last.raw), side.template.syntax));
    Moved { template, moves, to, warning: OTHER_MESSAGE }.checked(side)
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

fn joined(first: &str, second: &str) -> String {
    let gap = if first.is_empty() || second.is_empty() || first.ends_with('\n') { "" } else { "\n" };
    format!("{first}{gap}{second}")
}
