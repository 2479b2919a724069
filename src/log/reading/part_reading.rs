//! A reading of the parts of a request apart from the line: an API's own reading of a request that has nothing else says what they are.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::exchange::{CacheControl, Content, Message, Request};
use crate::hash;
use crate::log::body::api::Api;
use crate::log::body::parts::{Parts, STAND_IN};
use crate::log::body::registry::APIS;
use crate::log::body::{anthropic, bedrock, chat, envelope};
use crate::log::json::items;
use crate::log::secret;

/// A tool that Anthropic alone defines so.
const WITH_SCHEMA: &str = r#"[{"name": "a part was taken out here", "input_schema": {}}]"#;

/// A test of a message, and a small message that passes it too.
type Sign = (fn(&Value) -> bool, &'static str);

/// Signs in a message by which APIs are told apart, or which change how the rest of a request is read, and a small message that has the
/// sign too.
const SIGNS: [Sign; 5] = [
    (anthropic::has_own_block, r#"{"role": "user", "content": [{"type": "thinking"}]}"#),
    (anthropic::has_mark, r#"{"role": "user", "content": [{"text": "", "cache_control": {}}]}"#),
    (anthropic::has_system_role, r#"{"role": "system", "content": ""}"#),
    (chat::is_own_message, r#"{"role": "tool", "content": ""}"#),
    (
        anthropic::has_citations,
        r#"{"role": "user", "content": [{"type": "text", "text": "", "citations": {"enabled": true}}]}"#,
    ),
];

/// The signs that were seen, a bit for each of [`SIGNS`].
#[derive(Clone, Copy, Default)]
pub(super) struct Signs(u8);

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
    /// True if one of them is defined as Anthropic alone does.
    pub(super) has_schema: bool,
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

    /// True if the first sign is there, by which a request is Anthropic's whatever else it holds.
    pub(super) fn is_anthropic(self) -> bool {
        self.0 & 1 != 0
    }

    fn within(message: &Value) -> Self {
        Self((0..).zip(SIGNS).map(|(bit, (is_there, _))| u8::from(is_there(message)) << bit).sum())
    }

    fn messages(self) -> impl Iterator<Item = &'static str> {
        SIGNS.into_iter().enumerate().filter(move |(bit, _)| self.0 >> bit & 1 != 0).map(|(_, (_, message))| message)
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

    /// A digest of a text, by which readings of the same text as different APIs are told apart.
    pub(super) fn digest(self, text: &[u8]) -> u128 {
        hash::digest(text) ^ self.number as u128
    }

    /// Reads an element of what was said; `None` if it cannot be read apart from the line.
    pub(super) fn element(self, value: Value) -> Option<Element> {
        // Such a message makes it a call of Bedrock, which looks at all others too.
        if bedrock::is_own_message(&value) {
            return None;
        }
        let signs = Signs::within(&value);
        let said = if (self.parts.may_join)(&value) {
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
        if bedrock::is_own_message(&json!({ "content": text })) {
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
        let has_schema = items(Some(&list)).any(anthropic::is_own_tool);
        let Request { tools, cache_controls, .. } = self.request(self.parts.tools, list)?;
        let has_secret = tools.iter().any(|tool| envelope::without_own_secrets(tool) != *tool);
        (!has_secret).then(|| Tools { list: tools, marks: cache_controls.into(), has_schema })
    }

    /// The request that has one part, and a stand-in for what was said.
    fn request(self, key: &str, part: Value) -> Option<Request> {
        let said: Value = serde_json::from_str(self.parts.stand_ins.said).ok()?;
        let body = Map::from_iter([(self.parts.said.to_owned(), json!([said])), (key.to_owned(), part)]);
        self.api.request(body.into()).ok()
    }

    /// A list that stands for what was said, with the signs that were in it.
    pub(super) fn stand_in(self, signs: Signs) -> String {
        let elements: Vec<&str> = [self.parts.stand_ins.said].into_iter().chain(signs.messages()).collect();
        format!("[{}]", elements.join(","))
    }

    /// A list that stands for tools.
    pub(super) fn tools_stand_in(self, tools: &Tools) -> &'static str {
        if tools.has_schema { WITH_SCHEMA } else { self.parts.stand_ins.tools }
    }
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
