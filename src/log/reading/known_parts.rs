//! Messages, instructions and tools that lines before had, byte for byte, known by what they were read as.

use std::sync::{Arc, PoisonError, RwLock};

use serde_json::Value;

use crate::bounded_cache::BoundedCache;
use crate::exchange::Message;
use crate::hash;
use crate::log::reading::part_reading::{Element, ElementSaid, Reading, Signs, Tools};

/// Number of lists of tools that are remembered: there are few in a log, and each is compared with the next one.
const LISTS: usize = 16;

/// The parts of the lines before, shared by all who read.
pub(super) struct KnownParts {
    elements: BoundedCache<Element>,
    /// Elements that are read together, and instructions.
    messages: BoundedCache<Arc<[Arc<Message>]>>,
    tools: RwLock<Vec<KnownTools>>,
    /// Texts that are JSON.
    sound: BoundedCache<()>,
}

#[derive(Clone)]
struct KnownTools {
    shape: &'static str,
    text: Arc<[u8]>,
    tools: Tools,
}

impl KnownParts {
    /// Remembers parts of so many bytes.
    pub(super) fn new(room: usize) -> Self {
        Self {
            elements: BoundedCache::new(room / 2),
            messages: BoundedCache::new(room / 2),
            tools: RwLock::default(),
            sound: BoundedCache::new(1 << 20),
        }
    }

    /// The length of the list of tools with which a text begins, if it is known.
    pub(super) fn length_of_tools(&self, text: &[u8]) -> Option<usize> {
        let known = self.tools.read().unwrap_or_else(PoisonError::into_inner);
        known.iter().find(|tools| text.starts_with(&tools.text)).map(|tools| tools.text.len())
    }

    /// The tools that a text spells.
    pub(super) fn tools(&self, reading: Reading, text: &[u8]) -> Option<Tools> {
        self.tools_by(reading.api.name(), text, || reading.tools(serde_json::from_slice(text).ok()?))
    }

    /// The tools that a text spells in a shape of that name.
    pub(super) fn tools_by(
        &self,
        shape: &'static str,
        text: &[u8],
        read: impl FnOnce() -> Option<Tools>,
    ) -> Option<Tools> {
        let known = {
            let known = self.tools.read().unwrap_or_else(PoisonError::into_inner);
            known.iter().find(|tools| tools.shape == shape && *tools.text == *text).map(|known| known.tools.clone())
        };
        known.or_else(|| {
            let tools = read()?;
            let mut known = self.tools.write().unwrap_or_else(PoisonError::into_inner);
            known.truncate(LISTS - 1);
            known.insert(0, KnownTools { shape, text: text.into(), tools: tools.clone() });
            Some(tools)
        })
    }

    /// The messages of instructions.
    pub(super) fn instructions(&self, reading: Reading, key: &str, text: &[u8]) -> Option<Arc<[Arc<Message>]>> {
        // As a list they could be elements of what was said.
        let digest = hash::chain(reading.digest(text), key.as_bytes());
        self.together(digest, text.len(), || reading.instructions(key, serde_json::from_slice(text).ok()?))
    }

    /// The messages that a text, or several, stand for together, under their digest.
    pub(super) fn together(
        &self,
        digest: u128,
        length: usize,
        read: impl FnOnce() -> Option<Vec<Arc<Message>>>,
    ) -> Option<Arc<[Arc<Message>]>> {
        self.messages.value(digest).or_else(|| {
            let messages: Arc<[Arc<Message>]> = read()?.into();
            self.messages.keep_again(digest, Arc::clone(&messages), length + size_of::<Message>() * messages.len());
            Some(messages)
        })
    }

    /// The messages of elements, given as texts, and the signs that were in them.
    pub(super) fn said<'a>(
        &self,
        reading: Reading,
        elements: impl Iterator<Item = &'a [u8]>,
    ) -> Option<(Vec<Arc<Message>>, Signs)> {
        let (mut all, mut signs, mut joined) = (Vec::new(), Signs::default(), Joined::default());
        for text in elements {
            let digest = reading.digest(text);
            let element = self.element(reading, digest, text)?;
            signs = signs.and(element.signs);
            match element.said {
                ElementSaid::One(message) => {
                    self.end(reading, &mut joined, &mut all)?;
                    all.push(message);
                }
                ElementSaid::Several(messages) => {
                    self.end(reading, &mut joined, &mut all)?;
                    all.extend(messages.iter().map(Arc::clone));
                }
                ElementSaid::Joined => joined.push(digest, text),
            }
        }
        self.end(reading, &mut joined, &mut all)?;
        Some((all, signs))
    }

    fn element(&self, reading: Reading, digest: u128, text: &[u8]) -> Option<Element> {
        self.element_by(digest, text.len(), || reading.element(serde_json::from_slice(text).ok()?))
    }

    /// The element of this digest and length.
    pub(super) fn element_by(
        &self,
        digest: u128,
        length: usize,
        read: impl FnOnce() -> Option<Element>,
    ) -> Option<Element> {
        self.elements.value(digest).or_else(|| {
            let element = read()?;
            let size = length + size_of::<Message>() * element.said.kept();
            self.elements.keep_again(digest, element.clone(), size);
            Some(element)
        })
    }

    /// Adds the messages of elements that are read together.
    fn end(&self, reading: Reading, joined: &mut Joined<'_>, all: &mut Vec<Arc<Message>>) -> Option<()> {
        let Joined { digest, texts } = std::mem::take(joined);
        if texts.is_empty() {
            return Some(());
        }
        let length = texts.iter().map(|text| text.len()).sum();
        let messages = self.together(digest, length, || {
            let elements = texts.iter().map(|text| serde_json::from_slice(text).ok()).collect::<Option<_>>()?;
            reading.messages(elements)
        })?;
        all.extend(messages.iter().map(Arc::clone));
        Some(())
    }

    /// True if a text is JSON, so that nothing is lost if it is not read.
    pub(super) fn is_sound(&self, text: &[u8]) -> bool {
        if self.length_of_tools(text) == Some(text.len()) {
            return true;
        }
        let digest = hash::digest(text);
        if self.sound.value(digest).is_some() {
            return true;
        }
        let is_sound = serde_json::from_slice::<Value>(text).is_ok();
        if is_sound {
            self.sound.keep(digest, (), 0);
        }
        is_sound
    }
}

/// Elements that follow each other and are read together.
#[derive(Default)]
struct Joined<'a> {
    digest: u128,
    texts: Vec<&'a [u8]>,
}

impl<'a> Joined<'a> {
    fn push(&mut self, digest: u128, text: &'a [u8]) {
        self.digest = hash::chain(self.digest, &digest.to_le_bytes());
        self.texts.push(text);
    }
}
