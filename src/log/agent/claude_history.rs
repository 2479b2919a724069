//! History of a session: the conversation before each line, and the lines that make one answer.
//!
//! Lines name the line before them, so that a session is a tree: a rewound conversation grows a branch, and so does each of several
//! tools that were called at once, whose results all belong to the next request. A request goes on where an earlier one ended, so
//! that its path is followed back to there alone and its messages are a continuation of the other's.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use crate::exchange::{Message, Place, SessionMessages};
use crate::hash::ByDigest;
use crate::log::agent::claude_line::{AnswerLine, AnswerPart};
use crate::log::body::anthropic;
use crate::log::options::Owner;
use crate::log::secret;
use crate::time::Timestamp;

/// Requests whose ends are remembered, for others to go on from: the main conversation and those beside it.
const TIPS: usize = 8;

/// The lines of one session, by digests of their ids.
#[derive(Default)]
pub(crate) struct History {
    lines: HashMap<u128, Node, ByDigest>,
    answers: HashMap<u128, Answer, ByDigest>,
    /// The ends of requests, the latest at the end.
    tips: Vec<Tip>,
}

/// A line and the one before it.
pub(crate) struct Node {
    pub(crate) parent: Option<u128>,
    pub(crate) place: Place,
    pub(crate) time: Option<Timestamp>,
    pub(crate) owner: Owner,
    pub(crate) said: Said,
}

/// A line's contribution to the conversation.
#[derive(Clone)]
pub(crate) enum Said {
    Nothing,
    /// Nothing, behind a line of this answer: progress of its calls is written between it and their results.
    Behind(u128),
    /// Messages of the user, or results of tools.
    Turn(Arc<[Arc<Message>]>),
    /// A part of this answer.
    Answer(u128),
}

/// An answer, which may be spread over lines.
pub(crate) struct Answer {
    /// Its first line.
    pub(crate) place: Place,
    pub(crate) parent: Option<u128>,
    pub(crate) owner: Owner,
    /// The blocks of its lines so far, but for those that say the same again.
    parts: Vec<Vec<Value>>,
    /// The line that was written last.
    pub(crate) last: AnswerLine,
    /// The message that so many of its parts make.
    message: Option<(usize, Arc<Message>)>,
    /// Lines that follow one of its own: results of its calls among them.
    followers: Vec<u128>,
    /// True if a later request holds it, so that no more of it can come.
    pub(crate) is_complete: bool,
    /// True if a remembered path has its message.
    is_held: bool,
    /// True if a remembered path goes on behind what followed it.
    is_passed: bool,
}

/// The part of a line in its answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum LinePart {
    /// The first of its lines.
    First,
    /// One more of them.
    More,
    /// A repetition of another line, perhaps with newer counts.
    Again,
    /// One that comes when a later request held the answer already.
    Late,
}

/// The content of a request.
pub(crate) enum Before {
    /// These messages.
    Whole(SessionMessages),
    /// A line before it is not in the source.
    Torn,
}

/// A path through the session, and the messages on it.
#[derive(Default)]
struct Tip {
    /// Its last line, `None` for a path without one.
    line: Option<u128>,
    /// Its first line.
    root: u128,
    /// Its answers.
    answers: HashSet<u128, ByDigest>,
    /// The last of them.
    last: Option<u128>,
    /// Messages up to that one.
    settled: SessionMessages,
    /// Lines of turns behind it.
    turns: Vec<u128>,
    /// Messages behind it, with those of lines beside the path.
    end: Vec<Arc<Message>>,
    /// All messages.
    whole: SessionMessages,
}

impl History {
    pub(crate) fn has_line(&self, id: u128) -> bool {
        self.lines.contains_key(&id)
    }

    pub(crate) fn line(&self, id: Option<u128>) -> Option<&Node> {
        self.lines.get(&id?)
    }

    pub(crate) fn answer(&self, id: u128) -> Option<&Answer> {
        self.answers.get(&id)
    }

    /// Takes up a line.
    pub(crate) fn add(&mut self, id: u128, mut node: Node) {
        let answer = self.line(node.parent).and_then(|parent| match parent.said {
            Said::Answer(answer) | Said::Behind(answer) => Some(answer),
            _ => None,
        });
        match (&node.said, answer) {
            (Said::Nothing, Some(answer)) => node.said = Said::Behind(answer),
            (Said::Turn(_), Some(answer)) => {
                if let Some(answer) = self.answers.get_mut(&answer) {
                    answer.followers.push(id);
                    if answer.is_passed {
                        self.tips.clear();
                    }
                }
            }
            _ => {}
        }
        self.lines.insert(id, node);
    }

    /// Takes up a line of an answer.
    pub(crate) fn add_part(&mut self, id: u128, part: AnswerPart, node: &Node) -> LinePart {
        let AnswerPart { blocks, line } = part;
        let Some(answer) = self.answers.get_mut(&id) else {
            let (place, parent, owner) = (node.place, node.parent, node.owner.clone());
            let answer = Answer {
                place,
                parent,
                owner,
                parts: vec![blocks],
                last: line,
                message: None,
                followers: Vec::new(),
                is_complete: false,
                is_held: false,
                is_passed: false,
            };
            self.answers.insert(id, answer);
            self.complete_before(id, node.parent);
            return LinePart::First;
        };
        answer.last = line;
        if answer.parts.contains(&blocks) {
            return LinePart::Again;
        }
        answer.parts.push(blocks);
        if answer.is_held {
            self.tips.clear();
        }
        if answer.is_complete { LinePart::Late } else { LinePart::More }
    }

    /// A request holds all that stands before it: those answers are complete.
    fn complete_before(&mut self, own: u128, last: Option<u128>) {
        let mut next = last;
        // No path is longer than there are lines, but for one that leads into itself.
        for _ in 0..self.lines.len() {
            let Some(node) = next.and_then(|id| self.lines.get(&id)) else { return };
            next = node.parent;
            let Said::Answer(id) = node.said else { continue };
            match self.answers.get_mut(&id) {
                // A session that has it has all before it too.
                Some(answer) if answer.is_complete => return,
                Some(answer) if id != own => answer.is_complete = true,
                _ => {}
            }
        }
    }

    /// Takes all answers for complete: no more lines are expected.
    pub(crate) fn complete(&mut self) {
        self.answers.values_mut().for_each(|answer| answer.is_complete = true);
    }

    /// Returns the messages that the request for an answer held, the oldest first.
    pub(crate) fn before(&mut self, answer: u128) -> Before {
        let found = self.answers.get(&answer).map(|found| (found.parent, found.place));
        let Some(((last, limit), (mut tip, lines))) = found.and_then(|found| Some((found, self.path(found.0)?))) else {
            return Before::Torn;
        };
        let mut is_final = true;
        let added: HashSet<u128, ByDigest> = lines.iter().copied().collect();
        for id in lines.iter().rev() {
            match self.lines.get(id).map(|node| node.said.clone()) {
                Some(Said::Turn(_)) => tip.turns.push(*id),
                // Its own lines are no part of what was asked.
                Some(Said::Answer(own)) if own == answer => is_final = false,
                Some(Said::Answer(next)) if tip.answers.insert(next) => {
                    is_final &= self.end(&mut tip, &added, limit);
                    self.add_answer(&mut tip, next);
                }
                _ => {}
            }
        }
        self.end(&mut tip, &added, limit);
        let messages = tip.whole.clone();
        if is_final && last.is_some() {
            tip.line = last;
            if self.tips.len() == TIPS {
                self.tips.remove(0);
            }
            self.tips.push(tip);
        }
        Before::Whole(messages)
    }

    /// The path that ends with a line: that of an earlier request, which it goes on, and the lines behind it, the last first. `None` if a
    /// line is not there, or is its own ancestor.
    fn path(&mut self, last: Option<u128>) -> Option<(Tip, Vec<u128>)> {
        let mut lines = Vec::new();
        let mut next = last;
        while let Some(id) = next {
            if let Some(index) = self.tips.iter().position(|tip| tip.line == next) {
                return Some((self.tips.remove(index), lines));
            }
            next = self.lines.get(&id)?.parent;
            lines.push(id);
            if lines.len() > self.lines.len() {
                return None;
            }
        }
        let root = lines.last().copied().unwrap_or_default();
        Some((Tip { root, ..Tip::default() }, lines))
    }

    /// The first line of a path that ends with `last`; nothing if a line is not there.
    pub(crate) fn root(&self, last: Option<u128>) -> u128 {
        let mut next = last;
        // No path is longer than there are lines, but for one that leads into itself.
        for _ in 0..=self.lines.len() {
            if let Some(tip) = self.tips.iter().find(|tip| tip.line == next) {
                return tip.root;
            }
            match next.map(|id| self.lines.get(&id).map(|node| node.parent)) {
                Some(Some(None)) => return next.unwrap_or_default(),
                Some(Some(parent)) => next = parent,
                Some(None) | None => return 0,
            }
        }
        0
    }

    /// Makes what stands behind the last answer of a path its end, and tells if no line can change it any more: `limit` is where the
    /// request stands, and `added` are lines that the path just went on with.
    fn end(&self, tip: &mut Tip, added: &HashSet<u128, ByDigest>, limit: Place) -> bool {
        let followers = tip.last.and_then(|last| self.answers.get(&last)).map_or(&[][..], |last| &last.followers);
        let is_before = |id: &u128| self.lines.get(id).is_some_and(|node| node.place < limit);
        let is_on_path = |id: &u128| added.contains(id) || tip.turns.contains(id);
        // One alone is on the path.
        let others = followers.iter().filter(|id| followers.len() > 1 && !is_on_path(id));
        let (beside, late): (Vec<u128>, Vec<u128>) = others.partition(|id| is_before(id));
        let said = self.turns(&tip.turns, &beside);
        let is_same = |(ours, theirs): (&Arc<Message>, &Arc<Message>)| Arc::ptr_eq(ours, theirs);
        if said.len() != tip.end.len() || !said.iter().zip(&tip.end).all(is_same) {
            tip.whole = tip.settled.clone();
            tip.whole.extend(said.iter().cloned());
            tip.end = said;
        }
        late.is_empty()
    }

    /// Adds an answer to a path, behind its end.
    fn add_answer(&mut self, tip: &mut Tip, id: u128) {
        if let Some(before) = tip.last.and_then(|last| self.answers.get_mut(&last)) {
            before.is_passed = true;
        }
        if let Some(answer) = self.answers.get_mut(&id) {
            answer.is_held = true;
            tip.whole.extend([answer.message()]);
        }
        tip.settled = tip.whole.clone();
        tip.last = Some(id);
        tip.turns.clear();
        tip.end.clear();
    }

    /// The messages between two answers, in the order in which they were written. Beside the path stand the results of tools that were
    /// called at once, and what belongs to other conversations: copies of results, and prompts that were taken back.
    fn turns(&self, on_path: &[u128], beside: &[u128]) -> Vec<Arc<Message>> {
        let mut said = Vec::new();
        let mut results = HashSet::new();
        for (id, is_beside) in on_path.iter().map(|id| (id, false)).chain(beside.iter().map(|id| (id, true))) {
            let Some(Node { place, said: Said::Turn(messages), .. }) = self.lines.get(id) else { continue };
            for message in messages.iter() {
                let is_new = message.tool_call_id.as_ref().is_some_and(|call| results.insert(call));
                if is_new || !is_beside {
                    said.push((*place, message));
                }
            }
        }
        said.sort_by_key(|(place, _)| *place);
        said.into_iter().map(|(_, message)| Arc::clone(message)).collect()
    }
}

impl Answer {
    /// Its blocks, those of all its lines.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = &Value> {
        self.parts.iter().flatten()
    }

    /// Its parts so far as the message that later requests send back.
    fn message(&mut self) -> Arc<Message> {
        if let Some((_, known)) = self.message.as_ref().filter(|(parts, _)| *parts == self.parts.len()) {
            return Arc::clone(known);
        }
        let mut message = Arc::new(anthropic::answer(self.blocks()));
        secret::hide_in_message(&mut message);
        self.message = Some((self.parts.len(), Arc::clone(&message)));
        message
    }
}
