//! Slots: the places of a template whose text differs from request to request. One pair of prompts tells how a value differs, a slot over
//! the whole log tells what it is: a number that always rises is a counter, wording that differs once was edited, wording that
//! differs again and again is a document or belongs to a user.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use super::alternating::{of_unusual, states};
use super::code::CauseCode;
use super::difference::{Difference, NUMBERS, Slot, Zone};
use super::slot_values::Values;
use super::text::TextChange;
use super::value::ValueKind;
use super::value_parts::ValueParts;
use crate::hash;

/// Values of all slots of a log.
#[derive(Default)]
pub(super) struct Slots {
    values: BTreeMap<Slot, Values>,
    /// The kinds of values that differ in each zone, with the number of times.
    kinds: BTreeMap<(Zone, ValueKind), u64>,
    /// The same of each place.
    kinds_at: BTreeMap<u128, BTreeMap<ValueKind, u64>>,
    /// The differences of each paragraph, and those of them in which most is in other words.
    pairs_at: BTreeMap<Slot, u64>,
    long_at: BTreeMap<Slot, u64>,
    /// Of these, those between tags.
    tagged_at: BTreeMap<Slot, u64>,
    /// The places among these that the request at hand has a difference at, and a long one: several differ in one paragraph.
    seen: BTreeSet<(Slot, bool)>,
    /// The times that a value of the machine differs in each paragraph of what was said.
    environments_at: BTreeMap<Slot, u64>,
    /// The times that text of each paragraph was there no more.
    gone_at: BTreeMap<Slot, u64>,
    /// The times that each text of a paragraph came or was gone.
    one_sided_at: BTreeMap<(Slot, u128), u64>,
    /// Causes that pairs alone tell, at each place.
    codes_at: BTreeMap<u128, BTreeMap<CauseCode, u64>>,
    /// The cause of what differs again and again within text that came to a place at which earlier requests had none.
    within: BTreeMap<u128, CauseCode>,
    /// Parts that come and go, and whether most requests have it.
    is_usual: BTreeMap<Slot, bool>,
    /// Texts that are documents where they differ.
    documents: Rc<HashSet<u128>>,
    /// The causes of values of several words, by the places of these.
    parts: HashMap<u128, CauseCode>,
}

/// Wordings that one after the other may be those of a deploy.
const FEW: usize = 3;

/// Places at which something comes and goes that are looked at, at most.
const ALTERNATING: usize = 64;

impl Slots {
    /// Begins with the next request.
    pub(super) fn begin(&mut self) {
        self.seen.clear();
    }

    /// Takes note of a difference between a request and the one that it should have continued.
    /// `conversation` is its own, if it is a later turn of one.
    pub(super) fn note(&mut self, difference: &Difference, conversation: Option<usize>) {
        let Some(slot) = difference.slot else { return };
        if let (Some(zone), Some(TextChange::Value(kind))) = (difference.zone, difference.kind) {
            *self.kinds.entry((zone, kind)).or_default() += 1;
            *self.kinds_at.entry(slot.place).or_default().entry(kind).or_default() += 1;
        }
        if let Some(document) = difference.document {
            let is_long = difference.is_long && slot == document;
            *self.pairs_at.entry(document).or_default() += u64::from(self.seen.insert((document, false)));
            let is_another = is_long && self.seen.insert((document, true));
            *self.long_at.entry(document).or_default() += u64::from(is_another);
            *self.tagged_at.entry(document).or_default() += u64::from(is_another && difference.tag.is_some());
            *self.environments_at.entry(document).or_default() += u64::from(difference.is_environment_of_history());
            *self.gone_at.entry(document).or_default() += u64::from(difference.is_one_sided.1);
        }
        if let Some(tag) = difference.tag {
            *self.pairs_at.entry(tag).or_default() += u64::from(self.seen.insert((tag, false)));
            if difference.is_long {
                *self.long_at.entry(tag).or_default() += u64::from(self.seen.insert((tag, true)));
                let values = self.values.entry(tag).or_default();
                values.note(difference.values, difference.is_one_sided, conversation);
            }
        }
        if let Some(text) = difference.one_sided_text() {
            *self.one_sided_at.entry((slot, text)).or_default() += 1;
        }
        if let Some(code) = difference.code {
            *self.codes_at.entry(slot.place).or_default().entry(code).or_default() += 1;
        }
        let values = self.values.entry(slot).or_default();
        values.note(difference.values, difference.is_one_sided, conversation);
    }

    /// Takes note of the places within text that came to a place at which earlier requests had none: such text is of the cause of what
    /// differs in it again and again.
    pub(super) fn note_within(&mut self, place: u128, places: &[u128]) {
        // At its very beginning what stood there before may differ, too.
        let begins = places.len().min(1);
        let code = self.code_at(&places[begins..]).or_else(|| self.code_at(&places[..begins]));
        self.within.extend(code.map(|code| (place, code)));
    }

    /// The cause of most of what differs again and again at any of these places.
    fn code_at(&self, places: &[u128]) -> Option<CauseCode> {
        let values = places.iter().filter_map(|place| self.kinds_at.get(place).map(|kinds| (place, kinds)));
        let values = values.filter_map(|(place, kinds)| {
            let (kind, times) = kinds.iter().max_by_key(|(_, times)| **times)?;
            Some((*times, self.code_of_values(*kind, *place)?))
        });
        let plain = places.iter().filter_map(|place| self.codes_at.get(place)).flatten();
        let is_order = |code: &CauseCode| {
            matches!(code, CauseCode::KeyOrder | CauseCode::TextReordered | CauseCode::ExamplesReordered)
        };
        let plain = plain.filter(|(code, _)| is_order(code)).map(|(code, times)| (*times, *code));
        values.chain(plain).filter(|(times, _)| *times > 1).max().map(|(_, code)| code)
    }

    /// Takes note of the texts that are documents, each with those of its paragraphs, which stand in one request at one place and in the next
    /// at another; gives them.
    pub(super) fn note_documents<'a>(
        &mut self,
        differences: &(impl Iterator<Item = &'a Difference> + Clone),
        with_paragraphs: impl Fn(u128) -> Vec<u128>,
    ) -> Rc<HashSet<u128>> {
        loop {
            let found = differences.clone().filter(|difference| self.code(difference) == CauseCode::DocumentChanged);
            let found: HashSet<u128> = found.flat_map(Difference::texts).flat_map(&with_paragraphs).collect();
            if found.len() <= self.documents.len() {
                return Rc::clone(&self.documents);
            }
            self.documents = Rc::new(found);
        }
    }

    /// The cause of values of a kind that differ at a place.
    fn code_of_values(&self, kind: ValueKind, place: u128) -> Option<CauseCode> {
        let slot = Slot { place, value: hash::chain(place, NUMBERS.as_bytes()) };
        match kind {
            ValueKind::Time => Some(CauseCode::Time),
            ValueKind::Environment => Some(CauseCode::Environment),
            ValueKind::Counter => Some(CauseCode::Counter),
            ValueKind::Number | ValueKind::Identifier if self.values.get(&slot).is_some_and(Values::rise) => {
                Some(CauseCode::Counter)
            }
            ValueKind::Number | ValueKind::Identifier => Some(CauseCode::Identifier),
            ValueKind::User => Some(CauseCode::UserValue),
            ValueKind::Words => None,
        }
    }

    /// The cause of what differs within text that came to a place.
    fn code_within(&self, difference: &Difference) -> Option<CauseCode> {
        // Lines that only change places stand on one side of a stretch each.
        let is_whole = difference.code.is_none() && difference.is_one_sided != (false, false);
        difference.slot.filter(|_| is_whole).and_then(|slot| self.within.get(&slot.place)).copied()
    }

    /// Text that came with a deploy and is other text in each request: it is frozen from then on. What comes and goes is left out, as are
    /// the lines of a list that is longer and shorter.
    pub(super) fn is_deployed(&self, difference: &Difference) -> bool {
        let values = || difference.slot.and_then(|slot| self.values.get(&slot));
        let has_come = || values().is_some_and(Values::came_once);
        // Lines of a list may come and go, or change places, in a paragraph that came.
        let is_line = || self.code(difference) == CauseCode::Environment && !difference.begins_block;
        let stays = || {
            if difference.begins_block {
                return values().is_none_or(|values| values.gone == 0);
            }
            difference.document.and_then(|slot| self.gone_at.get(&slot)).is_none_or(|gone| *gone == 0)
        };
        (self.code(difference).is_of_value() || self.code_within(difference).is_some())
            && has_come()
            && stays()
            && !is_line()
    }

    /// A text that stays the same as long as a conversation lasts.
    pub(super) fn is_of_conversation(&self, difference: &Difference) -> bool {
        let values = difference.slot.and_then(|slot| self.values.get(&slot));
        difference.zone == Some(Zone::Template) && values.is_some_and(|values| values.within == 0)
    }

    /// The cause of a difference.
    pub(super) fn code(&self, difference: &Difference) -> CauseCode {
        if difference.texts().any(|text| self.documents.contains(&text)) {
            return CauseCode::DocumentChanged;
        }
        if let Some(code) = self.code_of_parts(difference) {
            return code;
        }
        if let Some(code) = difference.code {
            // Two documents may have lines in common.
            let is_order = code == CauseCode::TextReordered && self.is_of_document(difference);
            let is_of_text = (CauseCode::Whitespace..=CauseCode::KeyOrder).contains(&code)
                || matches!(code, CauseCode::TextReordered | CauseCode::ExamplesReordered);
            let is_document = is_order || is_of_text && self.is_between_tags(difference);
            return if is_document { CauseCode::DocumentChanged } else { self.usual_way(code, difference) };
        }
        if let Some(code) = self.code_within(difference) {
            // Documents that come to a place come in any order.
            let is_document = difference.is_long && self.is_of_document(difference);
            return if is_document { CauseCode::DocumentChanged } else { code };
        }
        let values = difference.slot.and_then(|slot| self.values.get(&slot));
        let is_rising = values.is_some_and(Values::rise);
        let is_repeated = values.is_some_and(|values| values.pairs > 1);
        let kind = match difference.kind {
            // Of what was said, text that is no longer there was taken out, rather than changing from request to request.
            // A message that is made anew for each request may have a directory or the state of a repository.
            _ if self.is_environment_again(difference) => Some(ValueKind::Environment),
            _ if difference.zone == Some(Zone::History) && difference.is_one_sided != (false, false) => {
                return CauseCode::HistoryEdited;
            }
            Some(TextChange::Value(ValueKind::User | ValueKind::Environment))
                if difference.zone == Some(Zone::History) =>
            {
                return CauseCode::HistoryEdited;
            }
            Some(TextChange::Value(kind)) => Some(self.usual_kind(difference).unwrap_or(kind)),
            _ => self.came_with(difference),
        };
        match kind {
            Some(ValueKind::Time) => CauseCode::Time,
            Some(ValueKind::Counter) => CauseCode::Counter,
            Some(ValueKind::Number | ValueKind::Identifier)
                if is_rising && (is_repeated || kind == Some(ValueKind::Number)) =>
            {
                CauseCode::Counter
            }
            // Two documents may have so much in common that a few words differ.
            _ if self.is_of_document(difference) => CauseCode::DocumentChanged,
            Some(ValueKind::Environment) => CauseCode::Environment,
            Some(ValueKind::Number | ValueKind::Identifier) => CauseCode::Identifier,
            Some(ValueKind::User) if !values.is_some_and(Values::are_deployed) => CauseCode::UserValue,
            _ if self.is_between_tags(difference) => CauseCode::DocumentChanged,
            Some(ValueKind::User | ValueKind::Words) | None => self.wording(difference, values),
        }
    }

    /// Takes note of the causes of values that have parts, each of which may differ alone: all are of the cause that most of the
    /// differences there have.
    pub(super) fn note_parts<'a>(&mut self, differences: impl Iterator<Item = &'a Difference>, parts: &ValueParts) {
        let mut times: BTreeMap<u128, BTreeMap<CauseCode, u64>> = BTreeMap::new();
        for difference in differences.filter(|difference| difference.is_short_value()) {
            if let Some(value) = difference.slot.and_then(|slot| parts.value_at(slot.place)) {
                *times.entry(value).or_default().entry(self.code(difference)).or_default() += 1;
            }
        }
        let most = times.into_iter().filter_map(|(value, times)| {
            let (code, _) = times.into_iter().max_by_key(|(code, times)| (*times, Reverse(*code)))?;
            code.is_of_value().then_some((value, code))
        });
        let codes: HashMap<u128, CauseCode> = most.collect();
        let with_codes = parts.places().filter_map(|(place, value)| Some((place, *codes.get(&value)?)));
        self.parts = with_codes.collect();
    }

    /// Values of a cause have parts that differ alone.
    pub(super) fn has_parts(&self, code: CauseCode) -> bool {
        self.parts.values().any(|known| *known == code)
    }

    /// The cause of the value that a difference is a part of.
    fn code_of_parts(&self, difference: &Difference) -> Option<CauseCode> {
        difference.slot.filter(|_| difference.is_short_value()).and_then(|slot| self.parts.get(&slot.place)).copied()
    }

    /// A value of the machine, which differs again and again in a paragraph of what was said.
    fn is_environment_again(&self, difference: &Difference) -> bool {
        let times = || difference.document.and_then(|document| self.environments_at.get(&document));
        difference.is_environment_of_history() && times().is_some_and(|times| *times > 2)
    }

    /// The paragraph in which it lies, or one right before it, is another document again and again.
    fn is_of_document(&self, difference: &Difference) -> bool {
        let places = [difference.document, difference.beside];
        !self.is_beside_documents(difference)
            && difference.zone == Some(Zone::Template)
            && places.into_iter().flatten().any(|place| self.is_document_at(place))
    }

    /// A paragraph that came or went at a place of documents, and is none.
    fn is_beside_documents(&self, difference: &Difference) -> bool {
        let times = |of: &BTreeMap<Slot, u64>| difference.document.and_then(|slot| of.get(&slot)).copied().unwrap_or(0);
        let is_untagged = || {
            difference.begins_block
                && difference.tag.is_none()
                && difference.one_sided_text().is_some()
                && times(&self.tagged_at) * 2 > times(&self.long_at)
        };
        is_untagged() || self.comes_and_goes(difference)
    }

    /// One text that comes again and again, and goes, is most of what differs at its place: no other document stands there.
    fn comes_and_goes(&self, difference: &Difference) -> bool {
        let times = |slot: Slot| self.one_sided_at.get(&(slot, difference.one_sided_text()?)).copied();
        let pairs = |slot: Slot| self.values.get(&slot).map_or(0, |values| values.pairs);
        difference.slot.is_some_and(|slot| times(slot).is_some_and(|times| times > 2 && times * 2 > pairs(slot)))
    }

    /// Text between tags of this name is another document again and again.
    fn is_between_tags(&self, difference: &Difference) -> bool {
        difference.tag.is_some_and(|tag| self.is_document_at(tag))
    }

    fn is_document_at(&self, document: Slot) -> bool {
        let Some(values) = self.values.get(&document) else { return false };
        let long = self.long_at.get(&document).copied().unwrap_or(0);
        let all = self.pairs_at.get(&document).copied().unwrap_or(0);
        let is_other = values.vary() && !values.are_deployed() && !values.only_grow_or_shrink();
        is_other && long > 2 && long * 2 >= all
    }

    /// The kind of nearly all values that stood at a place: one random value in many looks like a path or a time. Random digits and letters
    /// are of one kind, and a few of them look like words.
    fn usual_kind(&self, difference: &Difference) -> Option<ValueKind> {
        let kinds = self.kinds_at.get(&difference.slot?.place)?;
        let all: u64 = kinds.values().sum();
        let times = |kind: ValueKind| kinds.get(&kind).copied().unwrap_or(0);
        let random = times(ValueKind::Identifier) + times(ValueKind::Number);
        if times(ValueKind::Identifier) > 0 && random * 10 >= all * 9 {
            return Some(ValueKind::Identifier);
        }
        let (kind, times) = kinds.iter().max_by_key(|(_, times)| **times)?;
        (*kind != ValueKind::Words && times * 10 >= all * 9).then_some(*kind)
    }

    /// The kind of a value that text brought with it, or took away, if values of the kind differ from request to request.
    fn came_with(&self, difference: &Difference) -> Option<ValueKind> {
        let (zone, kind) = (difference.zone?, difference.holds?);
        self.kinds.get(&(zone, kind)).is_some_and(|times| *times > 1).then_some(kind)
    }

    fn wording(&self, difference: &Difference, values: Option<&Values>) -> CauseCode {
        let varies =
            values.is_some_and(|values| values.vary() && !values.are_deployed() && !values.only_grow_or_shrink());
        let varies = varies && !self.is_beside_documents(difference);
        match (difference.zone, varies) {
            (Some(Zone::History), _) => CauseCode::HistoryEdited,
            (_, true) if difference.is_long || difference.zone == Some(Zone::Newest) => CauseCode::DocumentChanged,
            (_, true) if values.is_some_and(|values| values.new.len() > FEW || values.come_again()) => {
                CauseCode::UserValue
            }
            _ => match difference.is_one_sided {
                (true, _) => self.usual_way(CauseCode::TextInserted, difference),
                (_, true) => self.usual_way(CauseCode::TextRemoved, difference),
                _ => CauseCode::TextReworded,
            },
        }
    }

    /// A code that the pair tells; of what comes and goes that of what most requests do not do.
    fn usual_way(&self, code: CauseCode, difference: &Difference) -> CauseCode {
        let is_there = difference.slot.and_then(|slot| self.is_usual.get(&slot));
        // Messages that come again were not left out of a history.
        let plain = if code == CauseCode::HistoryTrimmed { CauseCode::MessageRemoved } else { code };
        is_there.map_or(code, |is_there| of_unusual(plain, *is_there))
    }

    /// Takes note of what comes and goes, and whether most requests have it: a request has what the one has that it is held against, but for
    /// what came and what is gone.
    /// A message that is not in another conversation may be none of its template: there only turns of the same one tell, `own`.
    pub(super) fn note_usual(
        &mut self,
        differences: &[Vec<Difference>],
        (references, own): (&[Option<usize>], &[Option<usize>]),
    ) {
        let alternates = |slot: &Slot| self.values.get(slot).is_some_and(|values| values.came > 0 && values.gone > 0);
        let mut changes: BTreeMap<Slot, Vec<(usize, bool)>> = BTreeMap::new();
        let mut messages: BTreeSet<Slot> = BTreeSet::new();
        for (call, found) in differences.iter().enumerate() {
            let one_sided = found.iter().filter(|found| found.is_one_sided.0 != found.is_one_sided.1);
            for (slot, found) in one_sided.filter_map(|found| Some((found.slot?, found))) {
                if alternates(&slot) {
                    changes.entry(slot).or_default().push((call, found.is_one_sided.0));
                    messages.extend(found.is_message().then_some(slot));
                }
            }
        }
        for (slot, changes) in changes.into_iter().take(ALTERNATING) {
            let is_there = states(&changes, if messages.contains(&slot) { own } else { references });
            let times = is_there.iter().filter(|is_there| **is_there == Some(true)).count();
            let others = is_there.iter().filter(|is_there| **is_there == Some(false)).count();
            self.is_usual.insert(slot, times > others);
        }
    }
}
