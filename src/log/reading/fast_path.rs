//! The quick way through a line: nine tenths of a conversation's log are messages and tools that a line before it had, byte for
//! byte, and these are not parsed again.
//!
//! Messages and tools are cut out of the line. What is left is small and is read as any line is, by the same code, with a
//! stand-in where the messages were; then they are put in its place. Wherever the least thing is out of the ordinary the answer
//! is `None`, and the line is read the long way: the two ways never differ in what they find, only in time.

use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::Value;

use crate::bounded_cache::BoundedCache;
use crate::exchange::{CacheControl, Content, Exchange, Input, Message, Place, RequestElement};
use crate::hash;
use crate::log::body::api::Api as _;
use crate::log::body::registry::APIS;
use crate::log::body::{chat, envelope};
use crate::log::format::LogFormat;
use crate::log::reading::readers::Readers;
use crate::log::reading::scan::Scan;
use crate::log::{Options, registry, value_budget};

/// Stand-in for the part that was cut out.
const STAND_IN: &str = "messages were cut out here";
const MESSAGES: &[u8] = br#"[{"role": "user", "content": "messages were cut out here"}]"#;
const TOOLS: &[u8] = br#"[{"type": "function", "function": {"name": "tools were cut out here"}}]"#;

/// Number of lists of tools that are remembered: there are few in a log, and each is compared with the next one.
const LISTS: usize = 16;

/// Lines one after the other that could not be read this way, from which on it is tried with few: those of a format go one way.
const REFUSED: u32 = 16;

/// Of such lines one in so many is tried.
const ONE_IN: u64 = 64;

/// The messages and tools of the lines before, shared by all who read.
pub(crate) struct FastPath {
    /// Lines that could not be read this way since the last that could.
    refused: AtomicU32,
    messages: BoundedCache<Arc<Message>>,
    tools: RwLock<Vec<Tools>>,
}

/// A list of tools and its text.
#[derive(Clone)]
struct Tools {
    text: Arc<[u8]>,
    list: Arc<[Value]>,
}

/// Parts that were cut out of a line, and their places.
#[derive(Default)]
struct Cut {
    messages: Option<(Range<usize>, Vec<Arc<Message>>)>,
    tools: Option<(Range<usize>, Arc<[Value]>)>,
}

impl FastPath {
    /// Remembers messages of so many bytes.
    pub(crate) fn new(room: usize) -> Self {
        Self { refused: AtomicU32::new(0), messages: BoundedCache::new(room), tools: RwLock::default() }
    }

    /// True if lines may be read this way: messages are not looked at for anything else.
    pub(crate) fn is_possible(options: &Options) -> bool {
        let format = options.format.is_none_or(LogFormat::has_chat_requests);
        let mut pointers = options.scope.iter().chain(options.groups.iter().flatten());
        format && pointers.all(|pointer| !pointer.names("messages") && !pointer.names("tools"))
    }

    /// The exchange of a line, if lines of its kind can be read this way; `None` leaves it to the long way.
    pub(crate) fn read_if_likely(&self, line: &[u8], place: Place, options: &Options) -> Option<Exchange> {
        let refused = self.refused.load(Ordering::Relaxed);
        if refused >= REFUSED && !place.line.is_multiple_of(ONE_IN) {
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
        let mut scan = Scan::new(line);
        let cut = self.cut(&mut scan, line, b"request")?;
        let (messages, list) = cut.messages?;
        let mut value: Value = serde_json::from_slice(&without(line, &messages, cut.tools.as_ref())).ok()?;
        envelope::unquote(&mut value).ok()?;
        let format = registry::format_of(&value, options.format).ok().filter(|format| format.may_be_cut(line))?;
        let mut readers = Readers::default();
        let mut exchanges = readers.line(format, value, place, options).ok()?;
        let is_alone = exchanges.len() == 1 && readers.context.skips.is_empty();
        let mut exchange = exchanges.pop().filter(|_| is_alone)?;
        let is_chat = exchange.api.is_none_or(|api| api == chat::CHAT.name());
        (is_chat && is_stand_in(&exchange.request.input)).then(|| exchange.request.input = list.into())?;
        if let Some((_, tools)) = cut.tools {
            are_stand_in(&exchange.request.tools).then(|| exchange.request.tools = tools)?;
        }
        Some(exchange)
    }

    /// Steps over an object, or over the one within it that holds the request's body, and takes out what is large.
    fn cut(&self, scan: &mut Scan<'_>, line: &[u8], wrapper: &[u8]) -> Option<Cut> {
        let (mut own, mut inner) = (Cut::default(), None);
        let mut parameters = None;
        scan.object(|scan, key| {
            match key {
                b"messages" if own.messages.is_none() => own.messages = Some(self.messages(scan, line)?),
                b"tools" if own.tools.is_none() && scan.peek()? == b'[' => own.tools = Some(self.tools(scan, line)?),
                b"messages" | b"tools" => return None,
                key if key == wrapper && inner.is_none() => {
                    let next: &[u8] = if wrapper == b"request" { b"body" } else { b"" };
                    inner = Some(self.cut(scan, line, next)?);
                }
                key if key == wrapper => return None,
                // LiteLLM keeps tools apart from messages.
                b"model_parameters" if wrapper == b"request" && parameters.is_none() && scan.peek()? == b'{' => {
                    parameters = Some(self.cut(scan, line, b"")?);
                }
                b"model_parameters" if parameters.is_some() => return None,
                _ => {
                    scan.value()?;
                }
            }
            Some(())
        })?;
        match (inner, parameters) {
            (inner, None) => Some(inner.unwrap_or(own)),
            (None, Some(Cut { messages: None, tools })) if own.tools.is_none() => Some(Cut { tools, ..own }),
            _ => None,
        }
    }

    fn messages(&self, scan: &mut Scan<'_>, line: &[u8]) -> Option<(Range<usize>, Vec<Arc<Message>>)> {
        let mut list = Vec::new();
        let start = scan.skip(0).start;
        scan.list(|scan| {
            list.push(self.message(&line[scan.value()?])?);
            Some(())
        })?;
        Some((start..scan.skip(0).end, list)).filter(|(_, list)| !list.is_empty())
    }

    fn message(&self, text: &[u8]) -> Option<Arc<Message>> {
        let digest = hash::digest(text);
        if let Some(known) = self.messages.value(digest) {
            return Some(known);
        }
        let value: Value = serde_json::from_slice(text).ok()?;
        // Such messages would make it a call of another API.
        if APIS.iter().any(|api| api.owns_message(&value)) {
            return None;
        }
        let message = Arc::new(chat::message(value).ok()?);
        self.messages.keep_again(digest, Arc::clone(&message), text.len() + size_of::<Message>());
        Some(message)
    }

    fn tools(&self, scan: &mut Scan<'_>, line: &[u8]) -> Option<(Range<usize>, Arc<[Value]>)> {
        let rest = scan.rest()?;
        let known = {
            let known = self.tools.read().unwrap_or_else(PoisonError::into_inner);
            known.iter().find(|tools| rest.starts_with(&tools.text)).cloned()
        };
        if let Some(tools) = known {
            return Some((scan.skip(tools.text.len()), tools.list));
        }
        let range = scan.value()?;
        let tools: Vec<Value> = serde_json::from_slice(&line[range.clone()]).ok()?;
        // Such tools would make it a call of another API, or they are more than the request keeps of them.
        let has_mark = |tool: &Value| CacheControl::within(tool, RequestElement::Request).is_some();
        let has_secret = |tool: &Value| envelope::without_own_secrets(tool) != *tool;
        if tools.iter().any(|tool| APIS.iter().any(|api| api.owns_tool(tool)) || has_mark(tool) || has_secret(tool)) {
            return None;
        }
        let tools = Tools { text: line[range.clone()].into(), list: tools.into() };
        let mut known = self.tools.write().unwrap_or_else(PoisonError::into_inner);
        known.truncate(LISTS - 1);
        known.insert(0, tools.clone());
        Some((range, tools.list))
    }
}

fn is_stand_in(input: &Input) -> bool {
    let Input::Messages(messages) = input else { return false };
    let text = |message: &Message| matches!(&message.content, Some(Content::Text(text)) if text == STAND_IN);
    matches!(messages.as_slice(), [message] if text(message))
}

fn are_stand_in(tools: &[Value]) -> bool {
    serde_json::from_slice::<Value>(TOOLS).is_ok_and(|stand_in| stand_in.as_array().is_some_and(|all| all == tools))
}

/// The line with stand-ins.
fn without(line: &[u8], messages: &Range<usize>, tools: Option<&(Range<usize>, Arc<[Value]>)>) -> Vec<u8> {
    let mut cuts = vec![(messages.clone(), MESSAGES)];
    cuts.extend(tools.map(|(range, _)| (range.clone(), TOOLS)));
    cuts.sort_by_key(|(range, _)| range.start);
    let (mut left, mut at) = (Vec::new(), 0);
    for (range, stand_in) in cuts {
        left.extend_from_slice(&line[at..range.start]);
        left.extend_from_slice(stand_in);
        at = range.end;
    }
    left.extend_from_slice(&line[at..]);
    left
}
