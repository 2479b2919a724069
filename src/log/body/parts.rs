//! Parts that the requests of an API have in common: what was said, the text of instructions, tools. An API names the keys under which
//! they stand, and its own reading of a request that has nothing else says what they are, so that they can be read apart from a line.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::exchange::{CacheControl, Content, Message, Request};
use crate::log::body::api::Api;
use crate::log::body::{anthropic, bedrock, chat, envelope};
use crate::log::json::items;
use crate::log::secret;

/// The keys of a request's body under which its large parts stand.
pub(crate) struct Parts {
    /// The list of what was said.
    pub(crate) said: &'static str,
    /// The text of instructions, by any of its names.
    pub(crate) instructions: &'static [&'static str],
    /// The list of tools.
    pub(crate) tools: &'static str,
    /// True if an element of what was said may become one message with one beside it of which that is true too.
    pub(crate) may_join: fn(&Value) -> bool,
    /// An element of what was said and a list of tools, which stand for those that were taken out of a line.
    pub(crate) stand_ins: StandIns,
}

/// Small parts that an API reads as it reads its own.
pub(crate) struct StandIns {
    /// One element of what was said, whose text is [`STAND_IN`].
    pub(crate) said: &'static str,
    /// A list of one tool, whose name is [`STAND_IN`].
    pub(crate) tools: &'static str,
}

/// The text of what stands for a part that was taken out.
pub(crate) const STAND_IN: &str = "a part was taken out here";

/// The same as an element or a list of Chat Completions.
pub(crate) const OF_CHAT: StandIns = StandIns {
    said: r#"{"role": "user", "content": "a part was taken out here"}"#,
    tools: r#"[{"type": "function", "function": {"name": "a part was taken out here"}}]"#,
};

/// A tool that Anthropic alone defines so.
const WITH_SCHEMA: &str = r#"[{"name": "a part was taken out here", "input_schema": {}}]"#;

/// Signs in a message by which APIs are told apart, and a small message that has the sign too.
const SIGNS: [(fn(&Value) -> bool, &str); 4] = [
    (anthropic::has_own_block, r#"{"role": "user", "content": [{"type": "thinking"}]}"#),
    (anthropic::has_mark, r#"{"role": "user", "content": [{"text": "", "cache_control": {}}]}"#),
    (anthropic::has_system_role, r#"{"role": "system", "content": ""}"#),
    (chat::is_own_message, r#"{"role": "tool", "content": ""}"#),
];

/// The signs that were seen, a bit for each of [`SIGNS`].
#[derive(Clone, Copy, Default)]
pub(crate) struct Signs(u8);

/// An element of what was said.
pub(crate) struct Element {
    pub(crate) signs: Signs,
    /// True if it may become one message with its neighbours, which are then read together.
    pub(crate) may_join: bool,
    /// Its messages, where it is read by itself.
    pub(crate) messages: Vec<Arc<Message>>,
}

/// A list of tools as a request holds it.
#[derive(Clone)]
pub(crate) struct Tools {
    pub(crate) list: Arc<[Value]>,
    pub(crate) marks: Arc<[CacheControl]>,
    /// True if one of them is defined as Anthropic alone does.
    pub(crate) has_schema: bool,
}

impl Signs {
    /// The signs in either.
    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True if the first sign is there, by which a request is Anthropic's whatever else it holds.
    pub(crate) fn is_anthropic(self) -> bool {
        self.0 & 1 != 0
    }

    fn within(message: &Value) -> Self {
        Self((0..).zip(SIGNS).map(|(bit, (is_there, _))| u8::from(is_there(message)) << bit).sum())
    }

    fn messages(self) -> impl Iterator<Item = &'static str> {
        SIGNS.into_iter().enumerate().filter(move |(bit, _)| self.0 >> bit & 1 != 0).map(|(_, (_, message))| message)
    }
}

impl Parts {
    /// Reads an element of what was said; `None` if it cannot be read apart from the line.
    pub(crate) fn element(&self, api: &dyn Api, value: Value) -> Option<Element> {
        // Such a message makes it a call of Bedrock, which looks at all others too.
        if bedrock::is_own_message(&value) {
            return None;
        }
        let signs = Signs::within(&value);
        let may_join = (self.may_join)(&value);
        let messages = if may_join { Vec::new() } else { self.messages(api, vec![value])? };
        Some(Element { signs, may_join, messages })
    }

    /// The messages of elements that follow each other.
    pub(crate) fn messages(&self, api: &dyn Api, elements: Vec<Value>) -> Option<Vec<Arc<Message>>> {
        let mut said: Vec<Value> = vec![serde_json::from_str(self.stand_ins.said).ok()?];
        said.extend(elements);
        let request = api.request(Map::from_iter([(self.said.to_owned(), said.into())]).into()).ok()?;
        Some(hidden(&request.messages()[1..]))
    }

    /// The messages of instructions.
    pub(crate) fn instructions(&self, api: &dyn Api, key: &str, text: Value) -> Option<Vec<Arc<Message>>> {
        if bedrock::is_own_message(&json!({ "content": text })) {
            return None;
        }
        let request = self.request(api, key, text)?;
        let (_, messages) = request.messages().split_last()?;
        // What is said next could join a message of the assistant.
        let may_join = messages.iter().any(|message| message.role == "assistant");
        (!may_join).then(|| hidden(messages))
    }

    /// The tools of a list; `None` if a request keeps less of them than the line has.
    pub(crate) fn tools(&self, api: &dyn Api, list: Value) -> Option<Tools> {
        let has_schema = items(Some(&list)).any(anthropic::is_own_tool);
        let Request { tools, cache_controls, .. } = self.request(api, self.tools, list)?;
        let has_secret = tools.iter().any(|tool| envelope::without_own_secrets(tool) != *tool);
        (!has_secret).then(|| Tools { list: tools, marks: cache_controls.into(), has_schema })
    }

    /// The request that has one part, and a stand-in for what was said.
    fn request(&self, api: &dyn Api, key: &str, part: Value) -> Option<Request> {
        let said: Value = serde_json::from_str(self.stand_ins.said).ok()?;
        let body = Map::from_iter([(self.said.to_owned(), json!([said])), (key.to_owned(), part)]);
        api.request(body.into()).ok()
    }

    /// A list that stands for what was said, with the signs that were in it.
    pub(crate) fn stand_in(&self, signs: Signs) -> String {
        let elements: Vec<&str> = [self.stand_ins.said].into_iter().chain(signs.messages()).collect();
        format!("[{}]", elements.join(","))
    }

    /// A list that stands for tools.
    pub(crate) fn tools_stand_in(&self, tools: &Tools) -> &'static str {
        if tools.has_schema { WITH_SCHEMA } else { self.stand_ins.tools }
    }
}

fn hidden(messages: &[Arc<Message>]) -> Vec<Arc<Message>> {
    let mut messages = messages.to_vec();
    messages.iter_mut().for_each(secret::hide_in_message);
    messages
}

/// True if a message was read of a stand-in.
pub(crate) fn is_stand_in(message: &Message) -> bool {
    matches!(&message.content, Some(Content::Text(text)) if text == STAND_IN)
}

/// True if tools were read of a stand-in.
pub(crate) fn are_stand_in(tools: &[Value]) -> bool {
    matches!(tools, [tool] if tool["function"]["name"] == STAND_IN)
}
