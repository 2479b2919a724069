//! The quick way through a line: nine tenths of a conversation's log are messages, instructions and tools that a line before it had,
//! byte for byte, and these are not read again.
//!
//! They are taken out of the line. What is left is small and is read as any line is, by the same code, with a stand-in where each
//! part was; then the parts are put in its place. Wherever the least thing is out of the ordinary the answer is `None`, and the line
//! is read the long way: the two ways never differ in what they find, only in time.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use serde_json::Value;

use crate::exchange::{Exchange, Message, Place};
use crate::log::format::RequestShape;
use crate::log::reading::bodies;
use crate::log::reading::cut::{Keys, Places};
use crate::log::reading::known_parts::KnownParts;
use crate::log::reading::part_reading::{self, Reading, Signs, Tools};
use crate::log::reading::readers::Readers;
use crate::log::reading::scan;
use crate::log::{Options, registry, value_budget};

/// Lines one after the other that could not be read this way, from which on it is tried with few: those of a format go one way.
const REFUSED: u32 = 16;

/// Of such lines one in so many is tried.
const ONE_IN: u64 = 64;

/// A reader of lines the quick way, shared by all who read.
pub(crate) struct FastPath {
    keys: Keys,
    known: Arc<KnownParts>,
    /// Lines that could not be read this way since the last that could.
    refused: AtomicU32,
    /// The number of the API that the last line was read as: the next one is tried as that first, for a log is mostly of one API, and
    /// only one of those with the same keys can be a line's.
    likely: AtomicUsize,
}

/// Parts that were taken out of a line.
struct Taken {
    said: Vec<Arc<Message>>,
    signs: Signs,
    instructions: Option<Arc<[Arc<Message>]>>,
    tools: Option<Tools>,
}

/// A request's body in a line: the line itself, or a text in it.
#[derive(Clone, Copy)]
struct Body<'a> {
    line: &'a [u8],
    place: Place,
    options: &'a Options,
    text: &'a [u8],
    places: &'a Places,
    /// The line before and behind the text that spells the body, where it is one.
    around: Option<(&'a [u8], &'a [u8])>,
}

impl Body<'_> {
    /// The line with another body in the place of this one.
    fn line_with(&self, body: Vec<u8>) -> Option<Vec<u8>> {
        let Some((before, behind)) = self.around else { return Some(body) };
        let text = serde_json::to_string(std::str::from_utf8(&body).ok()?).ok()?;
        Some([before, text.as_bytes(), behind].concat())
    }
}

impl FastPath {
    /// Remembers parts of so many bytes.
    #[cfg(test)]
    pub(crate) fn new(room: usize) -> Self {
        Self::knowing(&Arc::new(KnownParts::new(room)))
    }

    /// Remembers parts where others do, too.
    pub(super) fn knowing(known: &Arc<KnownParts>) -> Self {
        Self {
            keys: Keys::of_apis(),
            known: Arc::clone(known),
            refused: AtomicU32::new(0),
            likely: AtomicUsize::new(0),
        }
    }

    /// True if lines may be read this way: their parts are not looked at for anything else.
    pub(crate) fn is_possible(options: &Options) -> bool {
        let format = options.format.is_none_or(|format| format.request_shape() != RequestShape::Other);
        format && !Keys::of_apis().any(|key| options.names(key))
    }

    /// The exchange of the line or entry of this number, if those of its kind can be read this way; `None` leaves it to the long way.
    pub(crate) fn read_if_likely(&self, line: &[u8], number: u64, place: Place, options: &Options) -> Option<Exchange> {
        let refused = self.refused.load(Ordering::Relaxed);
        if refused >= REFUSED && !number.is_multiple_of(ONE_IN) {
            return None;
        }
        let found = self.read(line, place, options);
        let refused = if found.is_some() { 0 } else { refused.saturating_add(1) };
        self.refused.store(refused, Ordering::Relaxed);
        found
    }

    /// The exchange of a line; `None` leaves it to the long way.
    pub(crate) fn read(&self, line: &[u8], place: Place, options: &Options) -> Option<Exchange> {
        value_budget::check(line).ok()?;
        let places = self.places(line)?;
        let Some(spelled) = places.texts.first().filter(|_| places.said.is_none()).cloned() else {
            let whole = Body { line, place, options, text: line, places: &places, around: None };
            return self.read_body(&whole);
        };
        // A log that keeps bodies as texts: the parts are taken out of the text.
        let text: String = serde_json::from_slice(&line[spelled.clone()]).ok()?;
        value_budget::check(text.as_bytes()).ok()?;
        let places = self.places(text.as_bytes()).filter(|places| places.said.is_some())?;
        let around = Some((&line[..spelled.start], &line[spelled.end..]));
        self.read_body(&Body { line, place, options, text: text.as_bytes(), places: &places, around })
    }

    /// The places of parts in a text; `None` if what an answer repeats is no JSON.
    fn places(&self, text: &[u8]) -> Option<Places> {
        let places = Places::find(text, &self.keys, &|text| self.known.length_of_tools(text))?;
        let is_sound = |range: &Range<usize>| self.known.is_sound(&text[range.clone()]);
        places.repeated.iter().all(is_sound).then_some(places)
    }

    /// Reads a body as a call of whichever API it is.
    fn read_body(&self, body: &Body<'_>) -> Option<Exchange> {
        let said = body.places.said.as_ref()?;
        let likely = self.likely.load(Ordering::Relaxed);
        let first = Reading::all_with(said.key).filter(|one| one.number == likely);
        let others = Reading::all_with(said.key).filter(|one| one.number != likely);
        first.chain(others).find_map(|reading| {
            let found = self.read_as(reading, body)?;
            self.likely.store(reading.number, Ordering::Relaxed);
            Some(found)
        })
    }

    /// Reads a line as a call of this API; `None` if it may be none.
    fn read_as(&self, reading: Reading, body: &Body<'_>) -> Option<Exchange> {
        let Body { line, place, options, text, places, .. } = *body;
        let taken = self.take(reading, text, places)?;
        let name = reading.api.name();
        if taken.are_of_another_than(reading) {
            return None;
        }
        let tools = taken.tools.as_ref().map_or("", |tools| reading.tools_stand_in(tools));
        let rest = body.line_with(places.replaced(text, &reading.stand_in(taken.signs), tools))?;
        let mut value: Value = serde_json::from_slice(&rest).ok()?;
        bodies::open(&mut value).ok()?;
        let format = registry::format_of(&value, options.format).ok().filter(|format| format.may_be_cut(line))?;
        let mut readers = Readers::default();
        let mut exchanges = readers.line(format, value, place, options).ok()?;
        let is_alone = exchanges.len() == 1 && readers.context.skips.is_empty();
        let mut exchange = exchanges.pop().filter(|_| is_alone)?;
        let is_of_api = match format.request_shape() {
            RequestShape::OfApi => exchange.api.is_none_or(|api| api == name),
            RequestShape::OfOne(api) => name == api,
            RequestShape::Other => false,
        };
        // Marks that a line has apart from its tools are all there are.
        let has_marks = || scan::contains(line, "cache_marks");
        let are_marked = taken.tools.as_ref().is_some_and(|tools| !tools.marks.is_empty());
        (is_of_api && !(are_marked && has_marks())).then(|| taken.put_back(&mut exchange))??;
        Some(exchange)
    }

    /// The parts of a line, read by this API.
    fn take(&self, reading: Reading, line: &[u8], places: &Places) -> Option<Taken> {
        let text = |range: &Range<usize>| &line[range.clone()];
        let instructions = match &places.instructions {
            Some((key, _)) if !reading.has_instructions(key) => return None,
            Some((key, range)) => Some(self.known.instructions(reading, key, text(range))?),
            None => None,
        };
        let tools = match &places.tools {
            Some(range) => Some(self.known.tools(reading, text(range))?),
            None => None,
        };
        let elements = &places.said.as_ref()?.elements;
        let (said, signs) = self.known.said(reading, elements.iter().map(text))?;
        Some(Taken { said, signs, instructions, tools })
    }
}

impl Taken {
    /// True if such parts make it a request of another API with the same keys, whatever else it holds.
    fn are_of_another_than(&self, reading: Reading) -> bool {
        self.signs.are_of_another_than(reading)
            || self.tools.as_ref().is_some_and(|tools| tools.are_of_another_than(reading))
    }

    /// Puts the parts in the places of what stands for them; `None` where that is not there.
    fn put_back(self, exchange: &mut Exchange) -> Option<()> {
        let request = &mut exchange.request;
        let read = request.messages();
        let stand_in = |message: &Arc<Message>| part_reading::is_stand_in(message);
        // Instructions come first, of which some are no message.
        let stand_ins = 1 + usize::from(self.instructions.is_some());
        if !(0..stand_ins).all(|at| read.get(at).is_some_and(stand_in)) {
            return None;
        }
        let mut messages = self.said;
        if let Some(instructions) = &self.instructions {
            messages.splice(0..0, instructions.iter().cloned());
        }
        if messages.is_empty() {
            return None;
        }
        request.input = messages.into();
        if let Some(tools) = self.tools {
            part_reading::are_stand_in(&request.tools).then(|| request.tools = tools.list)?;
            request.cache_controls.splice(0..0, tools.marks.iter().cloned());
        }
        Some(())
    }
}
