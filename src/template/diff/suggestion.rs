//! Suggestions: a template with its values behind what is stable, where that lengthens the stable prefix.

use super::Side;
use crate::source::Place;
use crate::template::layout::Layout;
use crate::template::prefix::Renderings;
use crate::template::{Constants, Fragment, Message, Syntax, Template};

/// A better order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What goes where.
    pub moves: Vec<Move>,
    /// Tokens of the stable prefix after that.
    pub stable_tokens: u64,
    /// By how many that is longer.
    pub gained_tokens: u64,
    /// What a person should weigh before.
    pub warning: &'static str,
}

/// A value that goes elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// It as written.
    pub written: String,
    /// Where it stands.
    pub from: Place,
    /// Where it would stand, in words.
    pub to: String,
}

const SAME_MESSAGE: &str = "text that speaks of it as above or below must be read again";
const OTHER_MESSAGE: &str =
    "it then stands in a message of another role or place, which may change how the model takes it";

/// A template with lines moved.
struct Moved {
    template: Template,
    moves: Vec<Move>,
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
    for moved in [within_messages(side, &constants), into_last(side, &constants)].into_iter().flatten() {
        let then = Renderings::of(&moved.template, layout).stable_tokens();
        // To move a value into another message must be worth it.
        let is_better = best.as_ref().map_or(then >= now + least, |(so_far, _)| then >= so_far + least);
        if is_better {
            best = Some((then, moved));
        }
    }
    best.map(|(then, moved)| Suggestion {
        moves: moved.moves,
        stable_tokens: then as u64,
        gained_tokens: (then - now) as u64,
        warning: moved.warning,
    })
}

/// Every message with its values at its end.
fn within_messages(side: Side<'_>, constants: &Constants) -> Option<Moved> {
    let mut template = side.template.clone();
    let mut moves = Vec::new();
    for (index, message) in template.messages.iter_mut().enumerate() {
        let Parted { stable, values, end } = Parted::of(&message.raw, side.template.syntax, constants)?;
        if values.is_empty() {
            continue;
        }
        let to = format!("the end of message {} ({})", index + 1, message.role);
        moves.extend(moves_of(side, message, &values, &to));
        *message = message.saying(joined(&joined(&stable, &values), &end), side.template.syntax);
    }
    (!moves.is_empty()).then_some(Moved { template, moves, warning: SAME_MESSAGE })
}

/// The values of all messages at the beginning of the last.
fn into_last(side: Side<'_>, constants: &Constants) -> Option<Moved> {
    let mut template = side.template.clone();
    let last = template.messages.pop().filter(|last| last.role == "user")?;
    let (mut moves, mut all) = (Vec::new(), String::new());
    let to = format!("the beginning of message {} ({})", template.messages.len() + 1, last.role);
    for message in &mut template.messages {
        let Parted { stable, values, end } = Parted::of(&message.raw, side.template.syntax, constants)?;
        let values = joined(&values, &end);
        if values.trim().is_empty() {
            continue;
        }
        moves.extend(moves_of(side, message, &values, &to));
        all = joined(&all, &values);
        *message = message.saying(stable, side.template.syntax);
    }
    template.messages.push(last.saying(joined(&all, &last.raw), side.template.syntax));
    (!moves.is_empty()).then_some(Moved { template, moves, warning: OTHER_MESSAGE })
}

fn moves_of(side: Side<'_>, message: &Message, volatile: &str, to: &str) -> Vec<Move> {
    let is_moved = |fragment: &&Fragment| !fragment.written().is_empty() && volatile.contains(fragment.written());
    let moved = message.content.iter().filter(is_moved).filter_map(|fragment| {
        let from = side.file.place(fragment.span()?.start);
        Some(Move { written: fragment.written().to_owned(), from, to: to.to_owned() })
    });
    moved.collect()
}

/// A text in lines: those that are the same in each request, those that may differ, and those at its end that may.
struct Parted {
    stable: String,
    values: String,
    end: String,
}

impl Parted {
    /// `None` where a block's end is not found.
    fn of(raw: &str, syntax: Syntax, constants: &Constants) -> Option<Self> {
        let (mut lines, mut depth) = (Vec::new(), 0_usize);
        for line in raw.split_inclusive('\n') {
            let (opened, closed) = syntax.blocks(line)?;
            let is_volatile = depth + opened + closed > 0 || syntax.is_volatile(line, constants);
            lines.push((is_volatile, line));
            depth = (depth + opened).checked_sub(closed)?;
        }
        let is_stable_text = |(is_volatile, line): &(bool, &str)| !is_volatile && !line.trim().is_empty();
        let end = lines.iter().rposition(is_stable_text).map_or(0, |last| last + 1);
        let of = |lines: &[(bool, &str)], wanted: bool| {
            lines.iter().filter(|(is_volatile, _)| *is_volatile == wanted).map(|(_, line)| *line).collect()
        };
        let (front, tail) = lines.split_at(end);
        let tail = tail.iter().map(|(_, line)| *line).collect();
        (depth == 0).then(|| Self { stable: of(front, false), values: of(front, true), end: tail })
    }
}

fn joined(first: &str, second: &str) -> String {
    let gap = if first.is_empty() || second.is_empty() || first.ends_with('\n') { "" } else { "\n" };
    format!("{first}{gap}{second}")
}
