//! Blocks of templates: what their tags open, part and close becomes choices and loops.

use std::ops::Range;

use super::tag::{Tag, cut_at};
use crate::template::condition::{Condition, ELSE_IF};
use crate::template::{Choice, Fragment, Passage};

/// The most blocks within each other, and fragments of a text, that are read as blocks: a loop stands there once and twice.
const DEEPEST: usize = 32;
const MOST_FRAGMENTS: usize = 5_000;

/// A tag by what it does to blocks.
pub(super) enum Part {
    Open(Opening),
    /// Another branch begins: under a condition, or where none before it holds.
    Else(Option<String>),
    Close,
    /// A value, or nothing.
    Piece(Tag),
}

/// The head of a block.
#[derive(Default)]
pub(super) struct Opening {
    pub(super) is_loop: bool,
    /// The condition of its first branch, or what the loop runs over.
    pub(super) condition: String,
    /// The branch is taken where the condition does not hold.
    pub(super) is_negated: bool,
    /// The head as people read it, where its conditions do not say it.
    pub(super) shown: Option<String>,
    /// The variable that alone decides.
    pub(super) names: Vec<String>,
    /// The names that the loop gives its items.
    pub(super) binds: Vec<String>,
}

/// A block that is open, or the whole text.
#[derive(Default)]
struct Block {
    opening: Opening,
    /// The conditions of its further branches.
    others: Vec<String>,
    has_else: bool,
    branches: Vec<Vec<Fragment>>,
    open: Vec<Fragment>,
    at: usize,
}

impl Block {
    fn close(mut self, span: Range<usize>) -> Choice {
        self.branches.push(self.open);
        if !self.has_else {
            self.branches.push(Vec::new());
        }
        let Opening { is_loop, condition, is_negated, shown, names, binds } = self.opening;
        let names = if self.others.is_empty() { names } else { Vec::new() };
        let in_a_row = || [condition.clone()].into_iter().chain(self.others.clone()).collect::<Vec<_>>().join(ELSE_IF);
        let written = shown.unwrap_or_else(in_a_row);
        if is_loop {
            let twice = self.branches[0].iter().chain(&self.branches[0]).cloned().collect();
            self.branches.push(twice);
            let conditions = Condition::of_loop(&condition);
            return Choice { conditions, names, binds, ..Choice::new(written, self.branches, span) };
        }
        let first = Condition::read(&condition);
        let first = if is_negated { Condition::Not(Box::new(first)) } else { first };
        let others = self.others.iter().map(|other| Condition::read(other));
        let conditions = [first].into_iter().chain(others).collect();
        Choice { conditions, names, ..Choice::new(written, self.branches, span) }
    }
}

/// The fragments of a text by its tags, which stand in order; `None` if its blocks do not close, or are too many.
pub(super) fn nested(passage: &Passage, parts: Vec<(Range<usize>, Part)>) -> Option<Vec<Fragment>> {
    let (mut around, mut at, mut count) = (Vec::<Block>::new(), 0, 0);
    let mut block = Block::default();
    for (range, part) in parts {
        block.open.extend(text(passage, at..range.start));
        at = range.end;
        match part {
            Part::Open(opening) if around.len() < DEEPEST => {
                let inner = Block { opening, at: range.start, ..Block::default() };
                around.push(std::mem::replace(&mut block, inner));
            }
            Part::Else(condition) if !around.is_empty() && !block.has_else => {
                let ended = std::mem::take(&mut block.open);
                block.branches.push(ended);
                match condition.filter(|_| !block.opening.is_loop) {
                    Some(other) => block.others.push(other),
                    None => block.has_else = true,
                }
            }
            Part::Close => {
                let closed = std::mem::replace(&mut block, around.pop()?);
                let span = passage.span(closed.at..range.end);
                let choice = closed.close(span);
                count += choice.branches.iter().map(Vec::len).sum::<usize>();
                block.open.push(Fragment::Choice(choice));
            }
            Part::Open(_) | Part::Else(_) => return None,
            Part::Piece(tag) => {
                let own = Tag { start: 0, end: range.len(), ..tag };
                let cut = cut_at(&passage.slice(range), vec![own]);
                block.open.extend(cut.into_iter().filter(|fragment| !is_empty(fragment)));
            }
        }
        if count > MOST_FRAGMENTS {
            return None;
        }
    }
    block.open.extend(text(passage, at..passage.text.len()));
    around.is_empty().then_some(block.open)
}

fn text(passage: &Passage, range: Range<usize>) -> Option<Fragment> {
    (!range.is_empty()).then(|| Fragment::Text(passage.slice(range)))
}

fn is_empty(fragment: &Fragment) -> bool {
    matches!(fragment, Fragment::Text(passage) if passage.text.is_empty())
}
