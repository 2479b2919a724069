//! Places in a line of what requests have in common: they are found without reading it, and the rest of the line can be read with
//! stand-ins in these places.

use std::ops::Range;

use crate::log::body::parts::STAND_IN;
use crate::log::body::registry::APIS;
use crate::log::reading::scan::Scan;

/// Keys of objects that hold a request's body, or parts of it.
const CONTAINERS: [&[u8]; 5] = [b"request", b"body", b"model_parameters", b"postData", b"input"];

/// Keys under which loggers keep a request's body as a text that spells it.
const TEXTS: [&[u8]; 4] = [b"request", b"body", b"request_body", b"text"];

/// Keys of an answer under which OpenAI repeats what was sent; nothing is read of them.
const REPEATED: [&[u8]; 2] = [b"tools", b"instructions"];

/// Levels of objects that are looked into.
const DEEPEST: usize = 3;

/// Places of the parts of one request.
#[derive(Default)]
pub(super) struct Places {
    pub(super) said: Option<SaidPlace>,
    /// The key of the instructions, and their place.
    pub(super) instructions: Option<(&'static str, Range<usize>)>,
    pub(super) tools: Option<Range<usize>>,
    /// Texts that may spell a request's body.
    pub(super) texts: Vec<Range<usize>>,
    /// Parts that an answer repeats.
    pub(super) repeated: Vec<Range<usize>>,
}

/// The place of a list of what was said, and those of its elements.
pub(super) struct SaidPlace {
    pub(super) key: &'static str,
    pub(super) list: Range<usize>,
    pub(super) elements: Vec<Range<usize>>,
}

/// The keys of parts in the bodies of all APIs.
pub(super) struct Keys {
    said: Vec<&'static str>,
    instructions: Vec<&'static str>,
    tools: Vec<&'static str>,
}

/// Finds the length of a list of tools that is known, at whose beginning a text stands.
pub(super) type KnownLength<'a> = &'a dyn Fn(&[u8]) -> Option<usize>;

impl Keys {
    pub(super) fn of_apis() -> Self {
        let parts = || APIS.iter().filter_map(|api| api.parts());
        let mut keys = Self {
            said: parts().map(|parts| parts.said).collect(),
            instructions: parts().flat_map(|parts| parts.instructions).copied().collect(),
            tools: parts().map(|parts| parts.tools).collect(),
        };
        for list in [&mut keys.said, &mut keys.instructions, &mut keys.tools] {
            list.sort_unstable();
            list.dedup();
        }
        keys
    }

    /// True if a field of that name may hold a part.
    pub(super) fn any(&self, mut is_named: impl FnMut(&str) -> bool) -> bool {
        [&self.said, &self.instructions, &self.tools].into_iter().flatten().any(|key| is_named(key))
    }
}

fn named(keys: &[&'static str], key: &[u8]) -> Option<&'static str> {
    keys.iter().copied().find(|name| name.as_bytes() == key)
}

impl Places {
    /// The places in a line; `None` where a part may stand in two.
    pub(super) fn find(line: &[u8], keys: &Keys, known: KnownLength<'_>) -> Option<Self> {
        let mut places = Self::default();
        places.object(&mut Scan::new(line), keys, known, DEEPEST)?;
        let is_spelled = places.texts.len() == 1 && places.instructions.is_none() && places.tools.is_none();
        (places.said.is_some() || is_spelled).then_some(places)
    }

    fn object(&mut self, scan: &mut Scan<'_>, keys: &Keys, known: KnownLength<'_>, depth: usize) -> Option<()> {
        let mut entered = [false; CONTAINERS.len()];
        scan.object(|scan, key| {
            let first = scan.peek()?;
            if let (Some(key), b'[') = (named(&keys.said, key), first) {
                return set(&mut self.said, said(scan, key)?);
            }
            if let (Some(key), b'[' | b'{' | b'"') = (named(&keys.instructions, key), first) {
                return set(&mut self.instructions, (key, scan.value()?));
            }
            if let (Some(_), b'[') = (named(&keys.tools, key), first) {
                return set(&mut self.tools, tools(scan, known)?);
            }
            match CONTAINERS.iter().position(|name| *name == key) {
                Some(container) if first == b'{' && depth > 0 && !entered[container] => {
                    entered[container] = true;
                    self.object(scan, keys, known, depth - 1)
                }
                // The last of two is the one that is read.
                Some(container) if entered[container] => None,
                _ if key == b"response" && first == b'{' => self.answer(scan, known),
                _ if TEXTS.contains(&key) && first == b'"' => self.text(scan),
                _ => scan.value().map(|_| ()),
            }
        })
    }

    /// Steps over a text, and notes one that begins as an object does.
    fn text(&mut self, scan: &mut Scan<'_>) -> Option<()> {
        let begins = scan.rest()?.starts_with(b"\"{");
        let place = scan.value()?;
        self.texts.extend(Some(place).filter(|_| begins));
        Some(())
    }

    /// Steps over an answer.
    fn answer(&mut self, scan: &mut Scan<'_>, known: KnownLength<'_>) -> Option<()> {
        scan.object(|scan, key| {
            let found = match (REPEATED.contains(&key), scan.peek()?) {
                (true, b'[') => Some(tools(scan, known)?),
                (is_repeated, first) => Some(scan.value()?).filter(|_| is_repeated && first == b'"'),
            };
            self.repeated.extend(found);
            Some(())
        })
    }

    /// The line with stand-ins in the place of what was taken out.
    pub(super) fn replaced(&self, line: &[u8], said: &str, tools: &str) -> Vec<u8> {
        let text = format!("\"{STAND_IN}\"");
        let mut cuts: Vec<(&Range<usize>, &str)> = self.repeated.iter().map(|range| (range, "null")).collect();
        cuts.extend(self.said.as_ref().map(|found| (&found.list, said)));
        cuts.extend(self.instructions.as_ref().map(|(_, range)| (range, text.as_str())));
        cuts.extend(self.tools.as_ref().map(|range| (range, tools)));
        cuts.sort_by_key(|(range, _)| range.start);
        let (mut left, mut at) = (Vec::new(), 0);
        for (range, stand_in) in cuts {
            left.extend_from_slice(&line[at..range.start]);
            left.extend_from_slice(stand_in.as_bytes());
            at = range.end;
        }
        left.extend_from_slice(&line[at..]);
        left
    }
}

/// Notes a part; `None` where it was noted before.
fn set<T>(place: &mut Option<T>, found: T) -> Option<()> {
    place.replace(found).is_none().then_some(())
}

fn said(scan: &mut Scan<'_>, key: &'static str) -> Option<SaidPlace> {
    let mut elements = Vec::new();
    let start = scan.skip(0).start;
    scan.list(|scan| {
        elements.push(scan.value()?);
        Some(())
    })?;
    Some(SaidPlace { key, list: start..scan.skip(0).end, elements }).filter(|said| !said.elements.is_empty())
}

fn tools(scan: &mut Scan<'_>, known: KnownLength<'_>) -> Option<Range<usize>> {
    match known(scan.rest()?) {
        Some(length) => Some(scan.skip(length)),
        None => scan.value(),
    }
}
