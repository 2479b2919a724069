//! A reading of the parts of a request apart from the line: an API's own reading of a request that has nothing else says what they are.

use std::sync::{Arc, LazyLock};

use serde_json::{Map, Value, json};

use crate::exchange::{CacheControl, Content, Message, Request};
use crate::hash;
use crate::log::body::api::Api;
use crate::log::body::parts::{Parts, STAND_IN, Sign};
use crate::log::body::registry::APIS;
use crate::log::body::tool_secrets;
use crate::log::json::items;
use crate::log::secret;

/// The signs of all APIs, each with the number of its API.
static SIGNS: LazyLock<Vec<(usize, &'static Sign)>> = LazyLock::new(|| {
    let with_parts = APIS.iter().enumerate().filter_map(|(number, api)| Some((number, api.parts()?)));
    with_parts.flat_map(|(number, parts)| parts.signs.iter().map(move |sign| (number, sign))).collect()
});

/// The signs that were seen, a bit for each of [`SIGNS`].
#[derive(Clone, Copy, Default)]
pub(super) struct Signs(u16);

/// An API whose requests are read by their parts.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    pub(super) api: &'static dyn Api,
    parts: &'static Parts,
    /// Its number among all.
    pub(super) number: usize,
}

/// An element of what was said; copies share its messages.
#[derive(Clone)]
pub(super) struct Element {
    pub(super) signs: Signs,
    pub(super) said: ElementSaid,
}

/// The messages of an element.
#[derive(Clone)]
pub(super) enum ElementSaid {
    /// A message, as most elements are: nothing stands between it and who asks for it, for a log has millions of them.
    One(Arc<Message>),
    /// Several, or none.
    Several(Arc<[Arc<Message>]>),
    /// The element may become one message with its neighbours, which are then read together.
    Joined,
}

/// A list of tools as a request holds it.
#[derive(Clone)]
pub(super) struct Tools {
    pub(super) list: Arc<[Value]>,
    pub(super) marks: Arc<[CacheControl]>,
    /// The number of the API that alone defines tools as one of them is defined.
    own_of: Option<usize>,
}

impl ElementSaid {
    /// Number of messages that it keeps.
    pub(super) fn kept(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Several(messages) => messages.len(),
            Self::Joined => 0,
        }
    }
}

impl Signs {
    /// The signs in either.
    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True if one of them makes a request another API's with the same keys, whatever else it holds.
    pub(super) fn are_of_another_than(self, reading: Reading) -> bool {
        self.all().any(|(number, sign)| sign.is_own && reading.differs_from(*number))
    }

    fn within(message: &Value) -> Self {
        Self((0..).zip(SIGNS.iter()).map(|(bit, (_, sign))| u16::from((sign.is_in)(message)) << bit).sum())
    }

    fn all(self) -> impl Iterator<Item = &'static (usize, &'static Sign)> {
        SIGNS.iter().enumerate().filter(move |(bit, _)| self.0 >> bit & 1 != 0).map(|(_, sign)| sign)
    }
}

impl Tools {
    /// True if one of them is defined as another API with the same keys does alone.
    pub(super) fn are_of_another_than(&self, reading: Reading) -> bool {
        self.own_of.is_some_and(|number| reading.differs_from(number))
    }
}

impl Reading {
    /// The APIs that keep what was said under this key, and behind them those whose messages a tracer keeps as its `input`.
    pub(super) fn all_with(key: &str) -> impl Iterator<Item = Self> {
        let at = |number: usize| Some(Self { number, api: APIS[number], parts: APIS[number].parts()? });
        let with = move |key| (0..APIS.len()).filter_map(at).filter(move |reading| reading.parts.said == key);
        with(key).chain(with("messages").filter(move |_| key == "input"))
    }

    /// True if instructions stand under this key.
    pub(super) fn has_instructions(self, key: &str) -> bool {
        self.parts.instructions.contains(&key)
    }

    /// True if the API of that number is another one that keeps what was said under the same key.
    fn differs_from(self, number: usize) -> bool {
        number != self.number && APIS[number].parts().is_some_and(|parts| parts.said == self.parts.said)
    }

    /// A digest of a text, by which readings of the same text as different APIs are told apart.
    pub(super) fn digest(self, text: &[u8]) -> u128 {
        hash::digest(text) ^ self.number as u128
    }

    /// Reads an element of what was said; `None` if it cannot be read apart from the line.
    pub(super) fn element(self, value: Value) -> Option<Element> {
        if is_claimed(&value) {
            return None;
        }
        let signs = Signs::within(&value);
        let said = if let Some(read) = self.parts.alone {
            let mut message = Arc::new(read(value).ok()?);
            secret::hide_in_message(&mut message);
            ElementSaid::One(message)
        } else if (self.parts.may_join)(&value) {
            ElementSaid::Joined
        } else {
            match <[_; 1]>::try_from(self.messages(vec![value])?) {
                Ok([message]) => ElementSaid::One(message),
                Err(messages) => ElementSaid::Several(messages.into()),
            }
        };
        Some(Element { signs, said })
    }

    /// The messages of elements that follow each other.
    pub(super) fn messages(self, elements: Vec<Value>) -> Option<Vec<Arc<Message>>> {
        let mut said: Vec<Value> = vec![serde_json::from_str(self.parts.stand_ins.said).ok()?];
        said.extend(elements);
        let request = self.api.request(Map::from_iter([(self.parts.said.to_owned(), said.into())]).into()).ok()?;
        Some(hidden(&request.messages()[1..]))
    }

    /// The messages of instructions.
    pub(super) fn instructions(self, key: &str, text: Value) -> Option<Vec<Arc<Message>>> {
        if is_claimed(&json!({ "content": text })) {
            return None;
        }
        let request = self.request(key, text)?;
        let (_, messages) = request.messages().split_last()?;
        // The next message could join a message of the assistant.
        let may_join = messages.iter().any(|message| message.role == "assistant");
        (!may_join).then(|| hidden(messages))
    }

    /// The tools of a list; `None` if a request keeps less of them than the line has.
    pub(super) fn tools(self, list: Value) -> Option<Tools> {
        let own_of = |tool: &Value| {
            APIS.iter().position(|api| {
                api.parts().and_then(|parts| parts.own_tool.as_ref()).is_some_and(|own| (own.is_one)(tool))
            })
        };
        let own_of = items(Some(&list)).find_map(own_of);
        let Request { tools, cache_controls, .. } = self.request(self.parts.tools, list)?;
        let has_secret = tools.iter().any(|tool| tool_secrets::without_own_secrets(tool) != *tool);
        (!has_secret).then(|| Tools { list: tools, marks: cache_controls.into(), own_of })
    }

    /// The request that has one part, and a stand-in for what was said.
    fn request(self, key: &str, part: Value) -> Option<Request> {
        let said: Value = serde_json::from_str(self.parts.stand_ins.said).ok()?;
        let body = Map::from_iter([(self.parts.said.to_owned(), json!([said])), (key.to_owned(), part)]);
        self.api.request(body.into()).ok()
    }

    /// A list that stands for what was said, with the signs that were in it.
    pub(super) fn stand_in(self, signs: Signs) -> String {
        let signs = signs.all().map(|(_, sign)| sign.stand_in);
        let elements: Vec<&str> = [self.parts.stand_ins.said].into_iter().chain(signs).collect();
        format!("[{}]", elements.join(","))
    }

    /// A list that stands for tools.
    pub(super) fn tools_stand_in(self, tools: &Tools) -> &'static str {
        let own = tools.own_of.and_then(|number| APIS[number].parts()?.own_tool.as_ref());
        own.map_or(self.parts.stand_ins.tools, |own| own.stand_in)
    }
}

/// True if a message makes any request with it one of an API whose parts are not read apart: it looks at all messages.
fn is_claimed(message: &Value) -> bool {
    APIS.iter().any(|api| api.claims(message))
}

fn hidden(messages: &[Arc<Message>]) -> Vec<Arc<Message>> {
    let mut messages = messages.to_vec();
    messages.iter_mut().for_each(secret::hide_in_message);
    messages
}

/// True if a message was read of a stand-in.
pub(super) fn is_stand_in(message: &Message) -> bool {
    matches!(&message.content, Some(Content::Text(text)) if text == STAND_IN)
}

/// True if tools were read of a stand-in.
pub(super) fn are_stand_in(tools: &[Value]) -> bool {
    matches!(tools, [tool] if tool["function"]["name"] == STAND_IN)
}
