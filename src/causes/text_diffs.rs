//! Differences of pairs of texts, each found once: a cause is tried by comparing the same requests again and again.

use std::cell::{Ref, RefCell};
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::rc::Rc;
use std::sync::Arc;

use super::difference::{Difference, Slot, Zone};
use super::message;
use super::relation;
use super::text::{self, Stretch};
use super::value_parts::ValueParts;
use crate::exchange::{Exchange, Input, Message, SumOfMessages};
use crate::hash;

/// A stretch that differs, with the difference; `None` if it is new text, which is none.
pub(super) type Change = (Stretch, Option<Difference>);

/// Lists that were found so far, by digests of the texts they are of.
type Known<Key, Item> = RefCell<HashMap<Key, Rc<[Item]>>>;

/// Text that came to a place, with the places within it.
type Arrival = (Rc<str>, Vec<u128>);

/// A text that came to a place, with the place and its paragraph.
type Arrived = (Option<Slot>, Option<Slot>);

/// Bytes from which on text that came is no value.
const LONG: usize = 2_000;

/// The differences that were found so far.
#[derive(Default)]
pub(super) struct TextDiffs {
    stretches: Known<(u128, u128), Stretch>,
    /// Texts that have so little in common that their stretches need not be found.
    unrelated: RefCell<HashSet<(u128, u128)>>,
    changes: Known<(u128, u128, Zone), Change>,
    /// The first text that came to each place at which the earlier request had none, with the places within it.
    first: RefCell<HashMap<u128, Arrival>>,
    /// Places to which texts came. Beside a request that is written otherwise, other text stands before it.
    arrived: RefCell<HashMap<u128, Arrived>>,
    /// All requests were compared as they were sent: what is written otherwise says nothing about places.
    is_read: bool,
    /// The places at which the parts of values stand.
    parts: RefCell<ValueParts>,
    /// Messages that several conversations begin with.
    standing: HashSet<u128>,
    /// The paragraphs of the blocks in which long texts that differ stand, by those texts.
    paragraphs: RefCell<HashMap<u128, Vec<u128>>>,
    /// Texts that are documents where they differ: some requests in a row may have one in common.
    documents: Rc<HashSet<u128>>,
    /// The identities of the log's own messages by their addresses, since they stay where they are as long as this is in use.
    messages: HashMap<usize, u128>,
}

impl TextDiffs {
    /// Nothing compared yet of a log with these requests.
    pub(super) fn new<'a>(exchanges: impl Iterator<Item = &'a Exchange>) -> Self {
        let (mut digests, mut looked_at) = (HashMap::new(), SumOfMessages::<()>::default());
        for exchange in exchanges {
            if let Input::Messages(messages) = &exchange.request.input {
                looked_at.next(messages, |(), message| {
                    digests.entry(address(message)).or_insert_with(|| message::digest(message));
                });
            }
        }
        Self { messages: digests, ..Self::default() }
    }

    /// The identity of a message.
    pub(super) fn digest(&self, message: &Arc<Message>) -> u128 {
        self.messages.get(&address(message)).copied().unwrap_or_else(|| message::digest(message))
    }

    /// Takes note of the parts of a value that stands in two texts.
    pub(super) fn note_parts(&self, slot: Slot, (old, new): (&str, &str), stretch: &Stretch) {
        self.parts.borrow_mut().note(slot.place(), [(old, &stretch.old), (new, &stretch.new)]);
    }

    /// The places at which the parts of values stand.
    pub(super) fn parts(&self) -> Ref<'_, ValueParts> {
        self.parts.borrow()
    }

    /// Takes note of texts that came to places at which the earlier request had none.
    pub(super) fn note_first(&self, changes: &[Change], new: &str) {
        if self.is_read {
            return;
        }
        for (stretch, difference) in changes {
            let Some((difference, slot)) = difference.as_ref().and_then(|found| Some((found, found.comes()?))) else {
                continue;
            };
            if stretch.new.len() < LONG {
                let places = || Slot::places_within(new, stretch.new.clone());
                let first = || (new[stretch.new.clone()].into(), places());
                self.first.borrow_mut().entry(slot.place()).or_insert_with(first);
                let arrived = (difference.slot, difference.document);
                self.arrived.borrow_mut().entry(difference.values.1.text).or_insert(arrived);
            }
        }
    }

    /// From now on requests are written otherwise.
    pub(super) fn end_of_reading(&mut self) {
        self.is_read = true;
    }

    /// A difference at the place to which its text came as it was sent, if it comes to one that is not known.
    pub(super) fn as_it_came(&self, difference: &Difference) -> Difference {
        let is_unknown = |slot: Slot| !self.first.borrow().contains_key(&slot.place());
        let arrived = || self.arrived.borrow().get(&difference.values.1.text).copied();
        let arrived = difference.comes().filter(|slot| is_unknown(*slot)).and_then(|_| arrived());
        arrived.map_or(*difference, |(slot, document)| Difference { slot, document, ..*difference })
    }

    /// The first text that came to the place of a difference; `None` where the earlier request had one too.
    pub(super) fn first(&self, difference: &Difference) -> Option<Rc<str>> {
        let slot = self.as_it_came(difference).comes()?;
        self.first.borrow().get(&slot.place()).map(|(text, _)| Rc::clone(text))
    }

    /// The places to which text came, each with the places within it.
    pub(super) fn places_within(&self, mut take: impl FnMut(u128, &[u128])) {
        self.first.borrow().iter().for_each(|(place, (_, places))| take(*place, places));
    }

    /// Takes note of the messages that two conversations have in common, of which the newest is none.
    pub(super) fn note_standing(&mut self, old: &Exchange, new: &Exchange) {
        let (Input::Messages(old), Input::Messages(new)) = (&old.request.input, &new.request.input) else { return };
        let (old, new) = (old.behind(0), new.behind(0));
        let earlier = new.split_last().map_or(&[][..], |(_, earlier)| earlier);
        let ours: HashSet<u128> = earlier.iter().map(|message| self.digest(message)).collect();
        let both: Vec<u128> =
            old.iter().map(|message| self.digest(message)).filter(|digest| ours.contains(digest)).collect();
        self.standing.extend(both);
    }

    /// Takes note of the paragraphs of the block in which a text that differs stands.
    pub(super) fn note_paragraphs(&self, text: &str, block: &str) {
        let digest = |text: &str| hash::digest(text.trim().as_bytes());
        let paragraphs = || block.split("\n\n").filter(|part| !part.trim().is_empty()).map(digest).collect();
        self.paragraphs.borrow_mut().entry(digest(text)).or_insert_with(paragraphs);
    }

    /// A text that differs, and the paragraphs of its block.
    pub(super) fn with_paragraphs(&self, text: u128) -> Vec<u128> {
        let known = self.paragraphs.borrow();
        known.get(&text).into_iter().flatten().copied().chain([text]).collect()
    }

    /// Takes note of the texts that are documents.
    pub(super) fn note_documents(&mut self, documents: Rc<HashSet<u128>>) {
        self.documents = documents;
    }

    /// A text is a document where it differs.
    pub(super) fn is_document(&self, text: &str) -> bool {
        !self.documents.is_empty() && self.documents.contains(&hash::digest(text.trim().as_bytes()))
    }

    /// A message with which several conversations begin.
    pub(super) fn is_standing(&self, message: &Arc<Message>) -> bool {
        self.standing.contains(&self.digest(message))
    }

    /// The stretches in which two texts differ, in order.
    pub(super) fn stretches(&self, old: &str, new: &str) -> Rc<[Stretch]> {
        let key = (hash::digest(old.as_bytes()), hash::digest(new.as_bytes()));
        known_or(&self.stretches, key, || text::stretches(old, new).into())
    }

    /// The same; `None` of texts that are surely no versions of one, and have no stable text in common.
    pub(super) fn stretches_if_related(&self, old: &str, new: &str) -> Option<Rc<[Stretch]>> {
        let key = (hash::digest(old.as_bytes()), hash::digest(new.as_bytes()));
        if self.unrelated.borrow().contains(&key) {
            return None;
        }
        let is_known = self.stretches.borrow().contains_key(&key);
        if !is_known && !relation::may_be_related(old, new) {
            self.unrelated.borrow_mut().insert(key);
            return None;
        }
        Some(self.stretches(old, new))
    }

    /// The same with the difference that each stretch is in a zone, as `find` tells.
    pub(super) fn changes(
        &self,
        (old, new, zone): (&str, &str, Zone),
        find: impl FnOnce(&[Stretch]) -> Vec<Option<Difference>>,
    ) -> Rc<[Change]> {
        let key = (hash::digest(old.as_bytes()), hash::digest(new.as_bytes()), zone);
        known_or(&self.changes, key, || {
            let stretches = self.stretches(old, new);
            stretches.iter().cloned().zip(find(&stretches)).collect()
        })
    }
}

/// The place of a message in memory.
pub(super) fn address(message: &Arc<Message>) -> usize {
    Arc::as_ptr(message).addr()
}

fn known_or<Key: Eq + Hash, Item>(known: &Known<Key, Item>, key: Key, find: impl FnOnce() -> Rc<[Item]>) -> Rc<[Item]> {
    if let Some(found) = known.borrow().get(&key) {
        return Rc::clone(found);
    }
    let found = find();
    known.borrow_mut().insert(key, Rc::clone(&found));
    found
}
