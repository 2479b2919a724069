//! The quick way through spans as OTLP has them: instructions, messages and tools are texts that spell JSON, nearly all of them as a span before
//! had them, and these are not read again.
//!
//! As on the other quick way (`fast_path.rs`) they are taken out, what is left is read as any line is, with stand-ins in their places,
//! and then they are put back. Where the least thing is out of the ordinary all is read the long way.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

use crate::exchange::{Content, Exchange, Message};
use crate::hash;
use crate::log::body::api::Api;
use crate::log::body::chat;
use crate::log::body::parts::STAND_IN;
use crate::log::body::responses;
use crate::log::reading::known_parts::KnownParts;
use crate::log::reading::part_reading::{self, Element, ElementSaid, Reading, Signs, Tools};
use crate::log::reading::scan::{self, Scan};
use crate::log::tracer::span_exchange;
use crate::log::{Options, value_budget};

/// Attributes whose texts are taken out.
const CUT: [&[u8]; 3] = [b"gen_ai.system_instructions", b"gen_ai.input.messages", b"gen_ai.tool.definitions"];

/// Lines or spans one after the other that could not be read this way, from which on it is tried with few.
const REFUSED: u32 = 16;

/// Of such lines one in so many is tried.
const ONE_IN: u64 = 64;

/// A reader of spans the quick way, shared by all who read.
pub(crate) struct SpanPath {
    known: Arc<KnownParts>,
    /// Lines that could not be read this way since the last that could.
    refused: AtomicU32,
}

/// A line of spans whose large parts were taken out.
pub(crate) struct CutSpans {
    /// The line with stand-ins.
    pub(crate) rest: Vec<u8>,
    /// The text that stands for messages, but for the number of their span: no text of the line can know its digest.
    stand_in: String,
    spans: Vec<CutSpan>,
}

/// The parts of a span.
struct CutSpan {
    instructions: Option<Arc<[Arc<Message>]>>,
    said: Vec<Arc<Message>>,
    tools: Option<Tools>,
}

/// The places of the texts of a span, in the order of [`CUT`].
type TextPlaces = [Option<Range<usize>>; CUT.len()];

impl SpanPath {
    pub(crate) fn new(known: &Arc<KnownParts>) -> Self {
        Self { known: Arc::clone(known), refused: AtomicU32::new(0) }
    }

    /// True if spans may be read this way: nothing else looks at their attributes.
    pub(crate) fn is_possible(options: &Options) -> bool {
        !options.names("attributes")
    }

    /// Takes the large parts out of the line of this number, or of the entry of a document, if those of its kind can be read this way.
    pub(crate) fn cut(&self, line: &[u8], number: u64) -> Option<CutSpans> {
        let refused = self.refused.load(Ordering::Relaxed);
        if refused >= REFUSED && !number.is_multiple_of(ONE_IN) {
            return None;
        }
        let cut = self.cut_all(line);
        let refused = if cut.is_some() { 0 } else { refused.saturating_add(1) };
        self.refused.store(refused, Ordering::Relaxed);
        cut
    }

    fn cut_all(&self, line: &[u8]) -> Option<CutSpans> {
        value_budget::check(line).ok()?;
        let mut places = Vec::new();
        if !scan::contains(line, "gen_ai.input.messages") || Scan::new(line).peek()? != b'{' {
            return None;
        }
        find(&mut Scan::new(line), &mut places, DEEPEST)?;
        let reading = Reading::all_with("messages").find(|reading| reading.api.name() == chat::CHAT.name())?;
        let spans: Vec<CutSpan> =
            places.iter().map(|places| self.parts(reading, line, places)).collect::<Option<_>>()?;
        // In words as short as no secret is, which would be hidden.
        let digest: Vec<String> = hash::digest(line).to_be_bytes().iter().map(u8::to_string).collect();
        let stand_in = format!("{STAND_IN} {} ", digest.join(" "));
        (!spans.is_empty()).then(|| CutSpans { rest: with_stand_ins(line, &places, &stand_in), stand_in, spans })
    }

    /// Reads the texts of a span.
    fn parts(&self, reading: Reading, line: &[u8], places: &TextPlaces) -> Option<CutSpan> {
        let [instructions, said, tools] = [0, 1, 2].map(|part| places[part].clone().map(|place| &line[place]));
        let instructions = match instructions {
            Some(text) => Some(self.known.span_instructions(reading, text)?),
            None => None,
        };
        let tools = match tools {
            Some(text) => Some(self.known.span_tools(reading, text)?),
            None => None,
        };
        let text = spelled(said?)?;
        let (mut said, mut scan) = (Vec::new(), Scan::new(text.as_bytes()));
        scan.list(|scan| {
            match self.known.span_message(reading, scan.taken()?)? {
                ElementSaid::One(message) => said.push(message),
                ElementSaid::Several(messages) => said.extend(messages.iter().map(Arc::clone)),
                ElementSaid::Joined => return None,
            }
            Some(())
        })?;
        let is_all = scan.peek().is_none() && !said.is_empty();
        is_all.then_some(CutSpan { instructions, said, tools })
    }
}

/// Levels of lists of spans.
const DEEPEST: usize = 3;

/// Keys of lists that hold spans, or lists of them.
const LISTS: [&[u8]; 5] = [b"resourceSpans", b"resource_spans", b"scopeSpans", b"scope_spans", b"spans"];

/// Steps over an object, and finds the texts of the spans within it, or of the span that it is.
fn find(scan: &mut Scan<'_>, all: &mut Vec<TextPlaces>, depth: usize) -> Option<()> {
    let (mut places, mut is_entered) = ([const { None }; CUT.len()], false);
    scan.object(|scan, key| {
        let is_list = scan.peek()? == b'[';
        let holds_spans = LISTS.contains(&key) && depth > 0;
        if !is_list || !holds_spans && key != b"attributes" {
            return scan.value().map(|_| ());
        }
        // The last of two is the one that is read.
        (!std::mem::replace(&mut is_entered, true)).then_some(())?;
        if holds_spans {
            return scan.list(|scan| find(scan, all, depth - 1));
        }
        scan.list(|scan| attribute(scan, &mut places))
    })?;
    // A span without messages is small, and one with other texts of its own alone is none that is known.
    all.extend(Some(places).filter(|places| places[1].is_some()));
    Some(())
}

/// Steps over an attribute, and notes the place of its text if it is one that is taken out.
fn attribute(scan: &mut Scan<'_>, places: &mut TextPlaces) -> Option<()> {
    let (mut part, mut texts, mut others) = (None, Vec::new(), 0);
    scan.object(|scan, key| {
        match key {
            b"key" => {
                let name = scan.taken()?;
                part = CUT.iter().position(|cut| name.get(1..name.len() - 1) == Some(cut));
            }
            b"value" if scan.peek()? == b'{' => scan.object(|scan, kind| {
                let is_text = matches!(kind, b"stringValue" | b"string_value") && scan.peek()? == b'"';
                let value = scan.value()?;
                if is_text {
                    texts.push(value);
                } else {
                    others += 1;
                }
                Some(())
            })?,
            _ => {
                others += 1;
                scan.value()?;
            }
        }
        Some(())
    })?;
    let Some(part) = part else { return Some(()) };
    // A value of two kinds is none that is taken out.
    let text = texts.pop().filter(|_| texts.is_empty() && others == 0)?;
    places[part].replace(text).is_none().then_some(())
}

/// The line with stand-ins in the places of the texts.
fn with_stand_ins(line: &[u8], spans: &[TextPlaces], stand_in: &str) -> Vec<u8> {
    let part = |number: usize, part: usize| {
        let text = serde_json::json!({"type": "text", "content": format!("{stand_in}{number}")});
        match CUT[part] {
            b"gen_ai.system_instructions" => serde_json::json!([text]),
            b"gen_ai.input.messages" => serde_json::json!([{"role": "user", "parts": [text]}]),
            _ => serde_json::json!([{"type": "function", "name": STAND_IN}]),
        }
    };
    let cuts = spans.iter().enumerate().flat_map(|(number, places)| {
        let places = places.iter().enumerate().filter_map(|(part, place)| Some((place.clone()?, part)));
        places.map(move |(place, part)| (place, number, part))
    });
    let mut cuts: Vec<(Range<usize>, usize, usize)> = cuts.collect();
    cuts.sort_by_key(|(place, ..)| place.start);
    let (mut rest, mut at) = (Vec::new(), 0);
    for (place, number, which) in cuts {
        rest.extend_from_slice(&line[at..place.start]);
        rest.extend_from_slice(Value::from(part(number, which).to_string()).to_string().as_bytes());
        at = place.end;
    }
    rest.extend_from_slice(&line[at..]);
    rest
}

/// The text of a JSON string, if it may be read as JSON itself.
fn spelled(string: &[u8]) -> Option<String> {
    let text: String = serde_json::from_slice(string).ok()?;
    value_budget::check(text.as_bytes()).ok()?;
    Some(text)
}

/// Messages as a span's attribute has them, in the shape of Chat Completions; `None` where one lacks its text, or may be another API's.
fn messages(reading: Reading, values: Vec<Value>) -> Option<Vec<Arc<Message>>> {
    let mut messages = Vec::with_capacity(values.len());
    for value in values {
        if span_exchange::is_withheld(&value) {
            return None;
        }
        let Element { signs, said: ElementSaid::One(message) } = reading.element(value)? else { return None };
        // Of other signs of another API, a message of a span has none that would make a request its own.
        (!signs.are_of_another_than(reading)).then(|| messages.push(message))?;
    }
    (!messages.is_empty()).then_some(messages)
}

impl KnownParts {
    /// The messages of a span's instructions, given as the string that spells them.
    fn span_instructions(&self, reading: Reading, string: &[u8]) -> Option<Arc<[Arc<Message>]>> {
        let digest = hash::chain(reading.digest(string), b"instructions of a span");
        self.together(digest, string.len(), || {
            let parts: Value = serde_json::from_str(&spelled(string)?).ok()?;
            parts.is_array().then(|| messages(reading, span_exchange::instructions(parts)))?
        })
    }

    /// The messages that one of a span's messages stands for.
    fn span_message(&self, reading: Reading, text: &[u8]) -> Option<ElementSaid> {
        let digest = hash::chain(reading.digest(text), b"message of a span");
        let element = self.element_by(digest, text.len(), || {
            let message: Value = serde_json::from_slice(text).ok()?;
            let said = match <[_; 1]>::try_from(messages(reading, span_exchange::message(message))?) {
                Ok([message]) => ElementSaid::One(message),
                Err(messages) => ElementSaid::Several(messages.into()),
            };
            Some(Element { signs: Signs::default(), said })
        });
        element.map(|element| element.said)
    }

    /// The tools of a span, given as the string that spells them.
    fn span_tools(&self, reading: Reading, string: &[u8]) -> Option<Tools> {
        let tools = self.tools_by("tools of a span", string, || {
            let list: Value = serde_json::from_str(&spelled(string)?).ok()?;
            let Value::Array(list) = list else { return None };
            reading.tools(list.iter().map(responses::tool).collect())
        })?;
        (!tools.are_of_another_than(reading)).then_some(tools)
    }
}

impl CutSpans {
    /// Puts the parts in the places of what stands for them; `None` where that is not all there is.
    pub(crate) fn put_back(mut self, exchanges: &mut [Exchange]) -> Option<()> {
        exchanges.iter_mut().try_for_each(|exchange| {
            let read = exchange.request.messages();
            let Some(number) = read.last().and_then(|message| self.number(message)) else {
                // A span whose parts were not taken out, or which is read by its counts alone.
                return (!read.iter().any(|message| self.number(message).is_some())).then_some(());
            };
            let stands_alone = read.iter().all(|message| self.number(message) == Some(number));
            let span = &mut self.spans[number];
            let stand_ins = 1 + usize::from(span.instructions.is_some());
            let is_chat = exchange.api == Some(chat::CHAT.name()) && exchange.request.cache_controls.is_empty();
            let has_tools = span.tools.is_some();
            let are_tools_alone = !has_tools || part_reading::are_stand_in(&exchange.request.tools);
            let is_there = stands_alone && read.len() == stand_ins && !span.said.is_empty();
            (is_there && is_chat && are_tools_alone).then_some(())?;
            let instructions = span.instructions.iter().flat_map(|messages| messages.iter().cloned());
            let messages: Vec<Arc<Message>> = instructions.chain(std::mem::take(&mut span.said)).collect();
            exchange.request.input = messages.into();
            if let Some(tools) = span.tools.take() {
                exchange.request.cache_controls = tools.marks.to_vec();
                exchange.request.tools = tools.list;
            }
            Some(())
        })
    }

    /// The number of the span for whose messages one stands.
    fn number(&self, message: &Message) -> Option<usize> {
        let Some(Content::Text(text)) = &message.content else { return None };
        let number = text.strip_prefix(&self.stand_in)?.parse().ok()?;
        (number < self.spans.len()).then_some(number)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::exchange::Place;
    use crate::log::reading::readers::Readers;
    use crate::log::registry;

    fn read(line: &[u8]) -> Option<Vec<Exchange>> {
        let value = serde_json::from_slice(line).ok()?;
        let format = registry::format_of(&value, None).ok()?;
        Readers::default().line(format, value, Place::default(), &Options::default()).ok()
    }

    fn quickly(path: &SpanPath, line: &[u8]) -> Option<Vec<Exchange>> {
        let cut = path.cut_all(line)?;
        let mut read = read(&cut.rest)?;
        cut.put_back(&mut read)?;
        Some(read)
    }

    fn span(id: &str, attributes: &[(&str, String)]) -> Value {
        let attribute = |(key, text): &(&str, String)| json!({"key": key, "value": {"stringValue": text}});
        let attributes: Vec<Value> = attributes.iter().map(attribute).collect();
        json!({"spanId": id, "startTimeUnixNano": "1770000000000000000", "attributes": attributes})
    }

    fn of_call<'a>(said: &Value) -> Vec<(&'a str, String)> {
        let tool = json!([{"type": "function", "name": "f", "description": "d", "parameters": {"type": "object"}}]);
        vec![
            ("gen_ai.operation.name", "chat".into()),
            ("gen_ai.request.model", "deepseek-chat".into()),
            ("gen_ai.system_instructions", json!([{"type": "text", "content": "Be \"brief\".\n"}]).to_string()),
            ("gen_ai.input.messages", said.to_string()),
            ("gen_ai.tool.definitions", tool.to_string()),
            (
                "gen_ai.output.messages",
                json!([{"role": "assistant", "parts": [{"type": "text", "content": "o"}]}]).to_string(),
            ),
        ]
    }

    fn conversation() -> Value {
        let call = json!({"type": "tool_call", "id": "c", "name": "f", "arguments": {"a": 1}});
        let results = json!([{"type": "tool_call_response", "id": "c", "response": "7"},
            {"type": "tool_call_response", "id": "d", "response": {"b": [2]}}]);
        json!([{"role": "user", "parts": [{"type": "text", "content": "hi\\\u{1f600}"}, {"type": "blob"}]},
            {"role": "assistant", "parts": [{"type": "reasoning", "content": "hm"}, call]},
            {"role": "tool", "parts": results}, {"role": "user", "parts": [{"type": "text", "content": "sk-ant-api03-abcdefghijklmnop"}]}])
    }

    #[test]
    fn spans_are_read_the_quick_way_as_the_long_way_reads_them() {
        let mut of_agent = of_call(&conversation());
        of_agent[0].1 = "invoke_agent".into();
        let spans = [
            span("a", &of_call(&conversation())),
            span("b", &of_agent),
            span("c", &of_call(&json!([conversation()[0]]))),
        ];
        let lines = [
            spans[0].to_string(),
            json!({"resourceSpans": [{"resource": {"attributes": []}, "scopeSpans": [{"spans": spans}]}]}).to_string(),
        ];
        let path = SpanPath::new(&Arc::new(KnownParts::new(1 << 20)));
        for line in lines.iter().cycle().take(6) {
            let quick = quickly(&path, line.as_bytes()).expect("the quick way");
            assert_eq!(format!("{quick:?}"), format!("{:?}", read(line.as_bytes()).unwrap()));
        }
        let shared = |line: &String| quickly(&path, line.as_bytes()).unwrap().pop().unwrap().request;
        let (one, other) = (shared(&lines[0]), shared(&lines[0]));
        assert!(Arc::ptr_eq(&one.tools, &other.tools) && Arc::ptr_eq(&one.messages()[1], &other.messages()[1]));
    }

    #[test]
    fn what_is_out_of_the_ordinary_is_left_to_the_long_way() {
        let path = SpanPath::new(&Arc::new(KnownParts::new(1 << 20)));
        let with = |name: &'static str, text: &str| {
            let mut attributes = of_call(&conversation());
            attributes.retain(|(key, _)| *key != name);
            attributes.push((name, text.to_owned()));
            span("a", &attributes).to_string()
        };
        let twice = [of_call(&conversation()), of_call(&conversation())].concat();
        let withheld = json!([{"role": "user", "parts": [{"type": "text"}]}]).to_string();
        let indexed = [of_call(&conversation()), vec![("gen_ai.prompt.0.content", "more".to_owned())]].concat();
        let older = [of_call(&conversation()), vec![("llm.request.functions.0.name", "g".to_owned())]].concat();
        let lines = [
            span("a", &twice).to_string(),
            span("a", &indexed).to_string(),
            span("a", &older).to_string(),
            with("gen_ai.input.messages", &withheld),
            with("gen_ai.input.messages", "[]"),
            with("gen_ai.input.messages", "[] []"),
            with("gen_ai.input.messages", "no JSON"),
            with("gen_ai.input.messages", r#"[{"role": "user", "parts": [{"type": "text", "content": "a"}]}, 7 8]"#),
            with("gen_ai.system_instructions", "Be brief."),
            with("gen_ai.tool.definitions", r#"[{"type": "mcp", "headers": {"a": "b"}}]"#),
            with("gen_ai.tool.definitions", "{}"),
        ];
        assert!(quickly(&path, with("gen_ai.input.messages", &conversation().to_string()).as_bytes()).is_some());
        for line in &lines {
            assert!(quickly(&path, line.as_bytes()).is_none(), "{line}");
        }
    }
}
