//! A line of a session of Claude Code, with all that its reader needs of it. Any thread makes it of the line's bytes or of their value, so
//! that only the session is left to the reader, which takes lines up one after the other.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use crate::exchange::Message;
use crate::hash;
use crate::log::body::anthropic;
use crate::log::json::{at, borrowed_text, instant, items, take, text};
use crate::log::reading::scan;
use crate::log::reading::value::AnyJson;
use crate::log::reason::Reason;
use crate::log::secret;
use crate::time::{self, Timestamp};

/// A line that others may name as the one before them.
pub(crate) struct ClaudeLine {
    /// Digests of its own id, of that of the line before it, and of its session's.
    pub(crate) id: u128,
    pub(crate) parent: Option<u128>,
    pub(crate) session: u128,
    pub(crate) time: Option<Timestamp>,
    pub(crate) said: LineSaid,
}

/// Its contribution to the session.
pub(crate) enum LineSaid {
    Nothing,
    /// Messages of the user, or results of tools.
    Turn(Arc<[Arc<Message>]>),
    /// A part of the answer with this digest, perhaps of an agent that ran beside the conversation.
    Answer {
        id: u128,
        is_beside: bool,
        part: AnswerPart,
    },
}

/// A line's part of an answer.
#[derive(Default)]
pub(crate) struct AnswerPart {
    pub(crate) blocks: Vec<Value>,
    pub(crate) line: AnswerLine,
}

/// An answer's line without its blocks. That which was written last counts.
#[derive(Default)]
pub(crate) struct AnswerLine {
    /// The name of the request, else of the message.
    pub(crate) name: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) end: Option<Timestamp>,
    pub(crate) usage: Option<Value>,
}

/// The name of a field that each line has.
const SESSION: &str = "\"sessionId\"";

/// Bytes at the start and at the end of a line in which it stands.
const ENDS: usize = 1024;

impl ClaudeLine {
    /// Reads a value; `None` if no other line can name it.
    ///
    /// # Errors
    /// Fails if it holds a message and has no id.
    pub(crate) fn of_value(mut line: Value) -> Result<Option<Self>, Reason> {
        let Some(uuid) = borrowed_text(&line, &["/uuid"]).map(Cow::into_owned) else {
            return if is_said(&line) { Err("no `uuid`".into()) } else { Ok(None) };
        };
        let [parent, session] =
            ["/parentUuid", "/sessionId"].map(|key| Some(digest(&[&borrowed_text(&line, &[key])?])));
        let time = instant(&line, &["/timestamp"]);
        let said = if let Some(id) = answer_id(&line, &uuid) {
            LineSaid::Answer { id, is_beside: line["isSidechain"] == true, part: part(&mut line) }
        } else if is_said(&line) && line["isApiErrorMessage"] != true && at(&line, "/message/content").is_some() {
            LineSaid::Turn(turn(line["type"].as_str(), &line["message"]["content"]))
        } else {
            LineSaid::Nothing
        };
        Ok(Some(Self { id: digest(&[&uuid]), parent, session: session.unwrap_or_default(), time, said }))
    }

    /// Reads the bytes of a line of the user or of the model; `None` in the slightest doubt if its value would be read in the same way.
    pub(crate) fn of_bytes(line: &[u8]) -> Option<Self> {
        // To find out that a field is unknown takes as long as to read a short line.
        let is_likely = |part: &[u8]| scan::contains(part, SESSION);
        let (start, end) = line.split_at(line.len().min(ENDS));
        if !is_likely(start) && !is_likely(&end[end.len().saturating_sub(ENDS)..]) {
            return None;
        }
        let read: PlainLine<'_> = serde_json::from_str(std::str::from_utf8(line).ok()?).ok()?;
        Some(Self {
            id: digest(&[&read.uuid.0]),
            parent: read.parent_uuid.as_ref().map(|uuid| digest(&[&uuid.0])),
            session: digest(&[&read.session_id.0]),
            time: time::parse(&read.timestamp.0),
            said: read.said()?,
        })
    }
}

/// The fields that lines of the user and of the model have. A line with others, or with other kinds of values, may be one of another
/// format.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct PlainLine<'a> {
    #[serde(borrow)]
    r#type: Text<'a>,
    #[serde(borrow)]
    uuid: Text<'a>,
    #[serde(borrow)]
    parent_uuid: Option<Text<'a>>,
    #[serde(borrow)]
    session_id: Text<'a>,
    #[serde(borrow)]
    timestamp: Text<'a>,
    #[serde(borrow)]
    message: PlainMessage<'a>,
    #[serde(borrow)]
    request_id: Option<Text<'a>>,
    #[serde(default)]
    is_sidechain: bool,
    #[serde(default)]
    is_api_error_message: bool,
    // Texts that no reader needs. They are read, since one that is none spoils the line.
    #[serde(borrow, rename = "cwd")]
    _cwd: Option<Text<'a>>,
    #[serde(borrow, rename = "version")]
    _version: Option<Text<'a>>,
    #[serde(borrow, rename = "agentId")]
    _agent_id: Option<Text<'a>>,
    #[serde(borrow, rename = "promptId")]
    _prompt_id: Option<Text<'a>>,
    #[serde(borrow, rename = "entrypoint")]
    _entrypoint: Option<Text<'a>>,
    #[serde(borrow, rename = "sourceToolAssistantUUID")]
    _source_tool_assistant_uuid: Option<Text<'a>>,
    // Rarer fields, read for the same reason.
    #[serde(rename = "isCompactSummary")]
    _is_compact_summary: Option<AnyJson>,
    #[serde(rename = "isVisibleInTranscriptOnly")]
    _is_visible_in_transcript_only: Option<AnyJson>,
    #[serde(rename = "logicalParentUuid")]
    _logical_parent_uuid: Option<AnyJson>,
    #[serde(rename = "sourceToolUseID")]
    _source_tool_use_id: Option<AnyJson>,
    #[serde(rename = "imagePasteIds")]
    _image_paste_ids: Option<AnyJson>,
    #[serde(rename = "teamName")]
    _team_name: Option<AnyJson>,
    #[serde(rename = "mcpMeta")]
    _mcp_meta: Option<AnyJson>,
    #[serde(rename = "error")]
    _error: Option<AnyJson>,
    // The format's unread fields.
    #[serde(default, rename = "userType")]
    _user_type: IgnoredAny,
    #[serde(default, rename = "gitBranch")]
    _git_branch: IgnoredAny,
    #[serde(default, rename = "slug")]
    _slug: IgnoredAny,
    #[serde(default, rename = "isMeta")]
    _is_meta: IgnoredAny,
    #[serde(default, rename = "todos")]
    _todos: IgnoredAny,
    #[serde(default, rename = "thinkingMetadata")]
    _thinking_metadata: IgnoredAny,
    #[serde(default, rename = "permissionMode")]
    _permission_mode: IgnoredAny,
    #[serde(default, rename = "toolUseResult")]
    _tool_use_result: IgnoredAny,
}

/// The fields of a message in such a line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlainMessage<'a> {
    content: AnyJson,
    #[serde(borrow)]
    id: Option<Text<'a>>,
    #[serde(borrow)]
    model: Option<Text<'a>>,
    usage: Option<AnyJson>,
    #[serde(borrow, rename = "role")]
    _role: Option<Text<'a>>,
    #[serde(borrow, rename = "type")]
    _type: Option<Text<'a>>,
    #[serde(borrow, rename = "stop_reason")]
    _stop_reason: Option<Text<'a>>,
    #[serde(borrow, rename = "stop_sequence")]
    _stop_sequence: Option<Text<'a>>,
    #[serde(rename = "stop_details")]
    _stop_details: Option<AnyJson>,
    #[serde(rename = "container")]
    _container: Option<AnyJson>,
    #[serde(rename = "context_management")]
    _context_management: Option<AnyJson>,
}

/// A text that is borrowed from the line if it stands there as it is.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl PlainLine<'_> {
    /// Its contribution; `None` for a line of another kind.
    fn said(self) -> Option<LineSaid> {
        let PlainMessage { content: AnyJson(content), id, model, usage, .. } = self.message;
        let is_answer = match &*self.r#type.0 {
            "user" => false,
            "assistant" => model.as_ref().is_none_or(|model| model.0 != SYNTHETIC),
            _ => return None,
        };
        if !is_answer {
            let turn = || LineSaid::Turn(turn(Some(&self.r#type.0), &content));
            return Some(if self.is_api_error_message { LineSaid::Nothing } else { turn() });
        }
        let (message, request) = (id.as_ref().map(|id| &*id.0), self.request_id.as_ref().map(|id| &*id.0));
        let answer = answer_of(message, request, &self.uuid.0);
        let line = AnswerLine {
            name: self.request_id.or(id).map(|id| id.0.into_owned()),
            model: model.map(|model| model.0.into_owned()),
            end: time::parse(&self.timestamp.0),
            usage: usage.map(|usage| usage.0),
        };
        let part = AnswerPart { blocks: blocks(Some(content)), line };
        Some(LineSaid::Answer { id: answer, is_beside: self.is_sidechain, part })
    }
}

/// True if a line has a message of the user or of the model.
fn is_said(line: &Value) -> bool {
    matches!(line["type"].as_str(), Some("user" | "assistant"))
}

/// The model of words that the client says in its place.
const SYNTHETIC: &str = "<synthetic>";

/// The answer that a line is a part of; `None` for other lines, and for what the client says in the model's place.
fn answer_id(line: &Value, uuid: &str) -> Option<u128> {
    if line["type"] != "assistant" || at(line, "/message/model").is_some_and(|model| model == SYNTHETIC) {
        return None;
    }
    let [message, request] = ["/message/id", "/requestId"].map(|pointer| borrowed_text(line, &[pointer]));
    Some(answer_of(message.as_deref(), request.as_deref(), uuid))
}

/// An answer by the ids of its message and its request, else by that of its line.
fn answer_of(message: Option<&str>, request: Option<&str>, uuid: &str) -> u128 {
    match [message, request].map(|id| id.filter(|id| !id.is_empty())) {
        [None, None] => digest(&["line", uuid]),
        [message, request] => digest(&["answer", message.unwrap_or_default(), request.unwrap_or_default()]),
    }
}

/// Takes from an answer's line what is needed.
fn part(line: &mut Value) -> AnswerPart {
    let end = instant(line, &["/timestamp"]);
    let name = text(line, &["/requestId", "/message/id"]);
    let mut message = take(line, "message").unwrap_or_default();
    let model = text(&message, &["/model"]);
    let usage = take(&mut message, "usage");
    AnswerPart { blocks: blocks(take(&mut message, "content")), line: AnswerLine { name, model, end, usage } }
}

/// The blocks of an answer.
fn blocks(content: Option<Value>) -> Vec<Value> {
    match content {
        Some(Value::Array(blocks)) => blocks,
        Some(Value::String(text)) => vec![json!({"type": "text", "text": text})],
        _ => Vec::new(),
    }
}

/// The messages of a line that is no answer.
fn turn(role: Option<&str>, content: &Value) -> Arc<[Arc<Message>]> {
    let messages = match role {
        Some("assistant") => vec![anthropic::answer(items(Some(content)))],
        _ => anthropic::turn("user", content),
    };
    let mut messages: Vec<Arc<Message>> = messages.into_iter().map(Arc::new).collect();
    messages.iter_mut().for_each(secret::hide_in_message);
    messages.into()
}

/// A name made of parts, as a digest.
fn digest(parts: &[&str]) -> u128 {
    match parts {
        [one] => hash::digest(one.as_bytes()),
        parts => hash::digest(parts.join("\0").as_bytes()),
    }
}
