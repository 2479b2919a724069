//! Marks by which a client tells where to cache: `cache_control` of Anthropic's API and of those who imitate it, Bedrock's
//! `cachePoint`, OpenAI's `prompt_cache_breakpoint`. They are kept with the exchange; what a provider makes of them is a rule's
//! business.

use serde_json::{Value, json};

use crate::exchange::{CacheControl, CacheOptions, HasFields, RequestElement};
use crate::log::json::{items, text};

impl CacheOptions {
    /// The wishes of a request's body.
    pub(crate) fn of_body(body: &Value) -> Self {
        Self { mode: text(body, &["/prompt_cache_options/mode"]), lifetime: text(body, &["/prompt_cache_options/ttl"]) }
    }

    /// The same as a normalised line has them; `None` without any.
    pub(crate) fn to_json(&self) -> Option<Value> {
        let wishes = [("mode", &self.mode), ("ttl", &self.lifetime)];
        let wishes = wishes.into_iter().filter_map(|(key, wish)| Some((key.to_owned(), wish.as_deref()?.into())));
        (*self != Self::default()).then(|| Value::Object(wishes.collect()))
    }
}

impl CacheControl {
    /// The mark that an element carries in itself; `None` where it carries none.
    pub(crate) fn within(element: &Value, after: RequestElement) -> Option<Self> {
        // Null stands for no mark: SDKs write fields that were not set.
        let carried = element.field("cache_control").or_else(|| element.field("prompt_cache_breakpoint"));
        carried.filter(|mark| !mark.is_null()).map(|mark| Self::new(mark, after))
    }

    /// The mark behind something.
    pub(crate) fn new(mark: &Value, after: RequestElement) -> Self {
        Self { after, lifetime: text(mark, &["/ttl"]) }
    }

    /// The marks that the parts of a content carry.
    pub(crate) fn of_parts(content: Option<&Value>) -> Vec<Self> {
        items(content).enumerate().filter_map(|(index, part)| Self::within(part, RequestElement::Part(index))).collect()
    }

    /// The marks that tool definitions carry; LiteLLM also takes one within the function.
    pub(crate) fn of_tools(tools: Option<&Value>) -> Vec<Self> {
        let mark = |(index, tool): (usize, &Value)| {
            let of_function = || Self::within(tool.field("function")?, RequestElement::Tool(index));
            Self::within(tool, RequestElement::Tool(index)).or_else(of_function)
        };
        items(tools).enumerate().filter_map(mark).collect()
    }

    /// The mark where so many parts and calls come before those of its message.
    pub(crate) fn behind(self, parts: usize, calls: usize) -> Self {
        let after = match self.after {
            RequestElement::Part(index) => RequestElement::Part(parts + index),
            RequestElement::Call(index) => RequestElement::Call(calls + index),
            after => after,
        };
        Self { after, ..self }
    }

    /// As a normalised line has it: `{"part": 0, "ttl": "1h"}`.
    pub(crate) fn to_json(&self) -> Value {
        let mut value = match self.after {
            RequestElement::Tool(index) => json!({"tool": index}),
            RequestElement::Part(index) => json!({"part": index}),
            RequestElement::Call(index) => json!({"call": index}),
            RequestElement::Request => json!({"request": true}),
        };
        if let Some(lifetime) = &self.lifetime {
            value["ttl"] = lifetime.as_str().into();
        }
        value
    }

    /// The marks of a normalised line.
    pub(crate) fn read(marks: &Value) -> Vec<Self> {
        let index = |mark: &Value, key: &str| usize::try_from(mark.field(key)?.as_u64()?).ok();
        let after = |mark: &Value| {
            let kinds = [
                ("tool", RequestElement::Tool as fn(usize) -> RequestElement),
                ("part", RequestElement::Part),
                ("call", RequestElement::Call),
            ];
            let found = kinds.into_iter().find_map(|(key, kind)| index(mark, key).map(kind));
            found.or_else(|| mark.field("request").map(|_| RequestElement::Request))
        };
        items(Some(marks)).filter_map(|mark| Some(Self::new(mark, after(mark)?))).collect()
    }
}
