//! History of a session: the conversation before each line, and the lines that make one answer.
//!
//! Lines name the line before them, so that a session is a tree: a rewound conversation grows a branch, and so does each of several
//! tools that were called at once, whose results all belong to the next request. In memory is one entry for each line, what was
//! said lies in a [`Spool`]; messages of lately are kept, and shared by the requests that send them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::bounded_cache::BoundedCache;
use crate::exchange::{Message, Place};
use crate::hash::{self, ByDigest};
use crate::log::body::anthropic;
use crate::log::json::items;
use crate::log::options::Owner;
use crate::log::reason::Reason;
use crate::log::spool::{Slot, Spool};
use crate::time::Timestamp;

/// Number of bytes of a session that lie in memory.
const IN_MEMORY: usize = 1 << 20;

/// Messages of lately, by digests of the lines that said them; sessions share them.
pub(crate) type AtHand = Arc<BoundedCache<Arc<[Arc<Message>]>>>;

/// The lines of one session, by digests of their ids.
pub(crate) struct History {
    lines: HashMap<u128, Node, ByDigest>,
    answers: HashMap<u128, Answer, ByDigest>,
    /// Digests of lines added to answers: a line that is written again adds nothing.
    added: HashSet<u128, ByDigest>,
    store: Spool,
    at_hand: AtHand,
    /// Tells its lines from those of other sessions.
    seed: u128,
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
#[derive(Clone, Copy)]
pub(crate) enum Said {
    Nothing,
    /// Nothing, behind a line of this answer: progress of its calls is written between it and their results.
    Behind(u128),
    /// A message of the user, or the result of a tool.
    Turn(Slot),
    /// A part of this answer.
    Answer(u128),
}

/// An answer, which may be spread over lines.
pub(crate) struct Answer {
    /// Its first line.
    pub(crate) place: Place,
    pub(crate) parent: Option<u128>,
    pub(crate) owner: Owner,
    /// Its lines so far, but for those that say the same again.
    parts: Vec<Slot>,
    /// The line that was written last.
    last: Slot,
    /// Lines that follow one of its own: results of its calls among them.
    followers: Vec<u128>,
    /// True if a later request holds it, so that no more of it can come.
    pub(crate) is_complete: bool,
}

/// The part of a line in its answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
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
    Whole(Vec<Arc<Message>>),
    /// A line before it is not in the source.
    Torn,
}

impl History {
    /// Nothing yet.
    pub(crate) fn new(at_hand: AtHand, number: u64) -> Self {
        Self {
            lines: HashMap::default(),
            answers: HashMap::default(),
            added: HashSet::default(),
            store: Spool::new(IN_MEMORY),
            at_hand,
            seed: hash::digest(&number.to_le_bytes()),
        }
    }

    pub(crate) fn has_line(&self, id: u128) -> bool {
        self.lines.contains_key(&id)
    }

    pub(crate) fn line(&self, id: Option<u128>) -> Option<&Node> {
        self.lines.get(&id?)
    }

    pub(crate) fn answer(&self, id: u128) -> Option<&Answer> {
        self.answers.get(&id)
    }

    /// Stores a message.
    pub(crate) fn keep(&mut self, said: &Value) -> Result<Slot, Reason> {
        self.store.put(said)
    }

    /// Takes up a line.
    pub(crate) fn add(&mut self, id: u128, mut node: Node) {
        let answer = self.line(node.parent).and_then(|parent| match parent.said {
            Said::Answer(answer) | Said::Behind(answer) => Some(answer),
            _ => None,
        });
        match (node.said, answer) {
            (Said::Nothing, Some(answer)) => node.said = Said::Behind(answer),
            (Said::Turn(_), Some(answer)) => {
                self.answers.entry(answer).and_modify(|answer| answer.followers.push(id));
            }
            _ => {}
        }
        self.lines.insert(id, node);
    }

    /// Takes up a line of an answer.
    pub(crate) fn add_part(&mut self, id: u128, line: &Value, node: &Node) -> Result<Part, Reason> {
        let slot = self.store.put(line)?;
        let is_new = self.added.insert(hash::chain(id, line["content"].to_string().as_bytes()));
        let Some(answer) = self.answers.get_mut(&id) else {
            let (place, parent, owner) = (node.place, node.parent, node.owner.clone());
            let (parts, followers) = (vec![slot], Vec::new());
            self.answers.insert(id, Answer { place, parent, owner, parts, last: slot, followers, is_complete: false });
            self.complete_before(id, node.parent);
            return Ok(Part::First);
        };
        answer.last = slot;
        if !is_new {
            return Ok(Part::Again);
        }
        answer.parts.push(slot);
        Ok(if answer.is_complete { Part::Late } else { Part::More })
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

    /// The whole of an answer: its last line with the blocks of all.
    pub(crate) fn whole(&mut self, id: u128) -> Result<Value, Reason> {
        let Some(answer) = self.answers.get(&id) else { return Ok(json!({})) };
        let (parts, last) = (answer.parts.clone(), answer.last);
        let mut blocks = Vec::new();
        for part in parts {
            match self.store.fetch(part)?.get_mut("content").map(Value::take) {
                Some(Value::Array(more)) => blocks.extend(more),
                Some(Value::String(text)) => blocks.push(json!({"type": "text", "text": text})),
                _ => {}
            }
        }
        let mut whole = self.store.fetch(last)?;
        whole["content"] = blocks.into();
        Ok(whole)
    }

    /// Returns the messages that the request for an answer held, the oldest first.
    pub(crate) fn before(&mut self, answer: u128) -> Result<Before, Reason> {
        let found = self.answers.get(&answer);
        let Some((path, limit)) = found.and_then(|found| Some((self.path(found.parent)?, found.place))) else {
            return Ok(Before::Torn);
        };
        let mut messages = Vec::new();
        let mut given = HashSet::from([answer]);
        let (mut turns, mut beside) = (Vec::new(), Vec::new());
        for &id in path.iter().rev() {
            match self.lines.get(&id).map(|node| node.said) {
                Some(Said::Turn(_)) => turns.push(id),
                Some(Said::Answer(answer)) if given.insert(answer) => {
                    self.push_turns(std::mem::take(&mut turns), beside, &mut messages)?;
                    messages.extend(self.answered(answer)?.iter().cloned());
                    beside = self.beside(answer, &path, limit);
                }
                _ => {}
            }
        }
        self.push_turns(turns, beside, &mut messages)?;
        Ok(Before::Whole(messages))
    }

    /// The lines from the last to the first; `None` where one of them is not there, or is its own ancestor.
    fn path(&self, last: Option<u128>) -> Option<Vec<u128>> {
        let mut path = Vec::new();
        let mut next = last;
        while let Some(id) = next {
            next = self.lines.get(&id)?.parent;
            path.push(id);
            if path.len() > self.lines.len() {
                return None;
            }
        }
        Some(path)
    }

    /// The first line of a path that ends with `last`; nothing if a line is not there.
    pub(crate) fn root(&self, last: Option<u128>) -> u128 {
        self.path(last).and_then(|path| path.last().copied()).unwrap_or_default()
    }

    /// The lines behind an answer that are on another path, up to a line.
    fn beside(&self, answer: u128, path: &[u128], limit: Place) -> Vec<u128> {
        let followers = self.answers.get(&answer).map_or(&[][..], |answer| &answer.followers);
        // One alone is on the path.
        if followers.len() < 2 {
            return Vec::new();
        }
        let path: HashSet<&u128> = path.iter().collect();
        let is_before = |id: &u128| self.lines.get(id).is_some_and(|node| node.place < limit);
        followers.iter().filter(|id| !path.contains(id) && is_before(id)).copied().collect()
    }

    /// Adds the messages between two answers, in the order in which they were written. Beside the path stand the results of tools
    /// that were called at once, and what belongs to other conversations: copies of results, and prompts that were taken back.
    fn push_turns(
        &mut self,
        turns: Vec<u128>,
        beside: Vec<u128>,
        messages: &mut Vec<Arc<Message>>,
    ) -> Result<(), Reason> {
        let mut said = Vec::new();
        let mut results = HashSet::new();
        for (id, is_beside) in turns.into_iter().map(|id| (id, false)).chain(beside.into_iter().map(|id| (id, true))) {
            let place = self.line(Some(id)).map(|node| node.place);
            for message in self.turn(id)?.iter() {
                let is_new = message.tool_call_id.as_ref().is_some_and(|call| results.insert(call.clone()));
                if is_new || !is_beside {
                    said.push((place, Arc::clone(message)));
                }
            }
        }
        said.sort_by_key(|(place, _)| *place);
        messages.extend(said.into_iter().map(|(_, message)| message));
        Ok(())
    }

    fn turn(&mut self, id: u128) -> Result<Arc<[Arc<Message>]>, Reason> {
        let digest = hash::chain(self.seed, &id.to_le_bytes());
        if let Some(known) = self.at_hand.value(digest) {
            return Ok(known);
        }
        let Some(Said::Turn(slot)) = self.lines.get(&id).map(|node| node.said) else { return Ok([].into()) };
        let said = self.store.fetch(slot)?;
        let content = said.get("content").unwrap_or(&Value::Null);
        let messages = match said["role"].as_str() {
            Some("assistant") => vec![anthropic::answer(&items(Some(content)).cloned().collect::<Vec<_>>())],
            _ => anthropic::turn("user", content),
        };
        Ok(self.keep_at_hand(digest, messages, slot.length()))
    }

    fn answered(&mut self, id: u128) -> Result<Arc<[Arc<Message>]>, Reason> {
        let parts = self.answers.get(&id).map_or(0, |answer| answer.parts.len());
        let digest = hash::chain(hash::chain(self.seed, &id.to_le_bytes()), &parts.to_le_bytes());
        if let Some(known) = self.at_hand.value(digest) {
            return Ok(known);
        }
        let whole = self.whole(id)?;
        let length = self.answers.get(&id).map_or(0, |answer| answer.parts.iter().map(Slot::length).sum());
        let blocks: Vec<Value> = items(whole.get("content")).cloned().collect();
        Ok(self.keep_at_hand(digest, vec![anthropic::answer(&blocks)], length))
    }

    fn keep_at_hand(&self, digest: u128, messages: Vec<Message>, length: usize) -> Arc<[Arc<Message>]> {
        let messages: Arc<[Arc<Message>]> = messages.into_iter().map(Arc::new).collect();
        self.at_hand.keep(digest, Arc::clone(&messages), length + size_of::<Message>());
        messages
    }
}
