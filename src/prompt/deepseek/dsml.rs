//! DSML: the tags in which V3.2 and later write tool calls.
//!
//! The mark `｜DSML｜` is a special token wherever the template writes it, and plain text wherever a client does.

use std::collections::HashMap;

use serde_json::Value;
use serde_json::value::RawValue;

use crate::exchange::ToolCall;
use crate::prompt::Prompt;
use crate::prompt::json::{self, Numbers};

const DSML: &str = "｜DSML｜";

/// The special tokens that stand spelled out in the constant texts of the templates.
const SPELLED: [&str; 3] = [DSML, "<think>", "</think>"];

/// The special tokens that `deepseek-recipe` recognises in what an assistant wrote: places in an image.
const GROUNDING: [&str; 8] = [
    "<｜ref｜>",
    "<｜/ref｜>",
    "<｜box｜>",
    "<｜/box｜>",
    "<｜point｜>",
    "<｜/point｜>",
    "<｜polygon｜>",
    "<｜/polygon｜>",
];

impl Prompt {
    /// Appends a constant text of a template, its spelled-out special tokens as such.
    pub(super) fn constant(&mut self, text: &str) {
        self.recognising(&SPELLED, text);
    }

    /// Appends what an assistant wrote, places in an image as special tokens.
    pub(super) fn grounded(&mut self, text: &str) {
        // All of them begin so, and hardly any text holds one.
        if text.contains("<｜") { self.recognising(&GROUNDING, text) } else { self.text(text) }
    }

    fn recognising(&mut self, spellings: &[&'static str], mut text: &str) {
        while let Some((at, spelling)) = spellings.iter().filter_map(|s| Some((text.find(s)?, *s))).min() {
            self.text(&text[..at]);
            self.special(spelling);
            text = &text[at + spelling.len()..];
        }
        self.text(text);
    }
}

/// An argument of a tool call.
pub(super) struct Argument {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) is_string: bool,
}

impl Argument {
    /// Appends `<｜DSML｜{tag} name=… string=…>value</｜DSML｜{tag}>`.
    pub(super) fn write(&self, prompt: &mut Prompt, tag: &str) {
        let Self { name, value, is_string } = self;
        prompt.constant("<｜DSML｜");
        prompt.text(&format!("{tag} name=\"{name}\" string=\"{is_string}\">{value}"));
        prompt.constant("</｜DSML｜");
        prompt.text(tag);
        prompt.text(">");
    }
}

/// The way that values which are not strings are written.
#[derive(Clone, Copy)]
pub(super) enum Values {
    /// As the client wrote them (recorded requests to August 2026).
    AsSent,
    /// Written again from their values (`deepseek-recipe`).
    Spaced(Numbers),
}

/// The top-level arguments of a call, in order; what is not a JSON object is one argument called `arguments`.
pub(super) fn arguments(call: &ToolCall, values: Values) -> Vec<Argument> {
    let whole = || vec![Argument { name: "arguments".into(), value: call.arguments.clone(), is_string: true }];
    let Ok(sent) = serde_json::from_str::<Ordered>(&call.arguments) else { return whole() };
    let written = |(name, raw): (String, Box<RawValue>)| match serde_json::from_str(raw.get()) {
        Ok(Value::String(value)) => Argument { name, value, is_string: true },
        Ok(value) => {
            let value = match values {
                Values::AsSent => raw.get().to_owned(),
                Values::Spaced(numbers) => json::spaced(&value, numbers),
            };
            Argument { name, value, is_string: false }
        }
        Err(_) => Argument { name, value: raw.get().to_owned(), is_string: false },
    };
    sent.0.into_iter().map(written).collect()
}

/// The entries of a JSON object in the order of the text, each value as written; a repeated key keeps its first place and its
/// last value.
struct Ordered(Vec<(String, Box<RawValue>)>);

impl<'de> serde::Deserialize<'de> for Ordered {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OrderedVisitor)
    }
}

struct OrderedVisitor;

impl<'de> serde::de::Visitor<'de> for OrderedVisitor {
    type Value = Ordered;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Ordered, A::Error> {
        let mut entries: Vec<(String, Box<RawValue>)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        while let Some((key, value)) = map.next_entry::<String, Box<RawValue>>()? {
            if let Some(place) = places.get(&key) {
                entries[*place].1 = value;
            } else {
                places.insert(key.clone(), entries.len());
                entries.push((key, value));
            }
        }
        Ok(Ordered(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prompt::Segment;

    #[test]
    fn arguments_keep_order_spelling_and_the_last_of_a_repeated_key() {
        let call = |text: &str| ToolCall { arguments: text.into(), ..ToolCall::default() };
        let shown = |text: &str, values| -> Vec<String> {
            let arguments = arguments(&call(text), values);
            arguments.iter().map(|a| format!("{}={}:{}", a.name, a.value, a.is_string)).collect()
        };
        let text = r#"{"z": "a\"b", "n": [1,2], "f": 1.50, "z": "c"}"#;
        assert_eq!(shown(text, Values::AsSent), ["z=c:true", "n=[1,2]:false", "f=1.50:false"]);
        assert_eq!(shown(text, Values::Spaced(Numbers::Plain)), ["z=c:true", "n=[1, 2]:false", "f=1.5:false"]);
        assert_eq!(shown("[1]", Values::AsSent), ["arguments=[1]:true"]);
    }

    #[test]
    fn constants_have_special_tokens_and_clients_do_not() {
        let mut prompt = Prompt::default();
        prompt.constant("a<｜DSML｜b");
        prompt.text("<｜DSML｜");
        let segments = [Segment::Text("a<".into()), Segment::Special(DSML), Segment::Text("b<｜DSML｜".into())];
        assert_eq!(prompt.segments(), segments);
    }
}
