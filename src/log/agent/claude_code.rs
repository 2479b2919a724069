//! Claude Code's session files (`~/.claude/projects/*/*.jsonl`): lines that hang together by `parentUuid`. A compaction is a new
//! root, so that what came before it is no part of later requests.
//!
//! The system prompt and the tools are not in the file, so that prompts are too short by the same text each. One answer spans
//! several lines with the same `message.id` and `requestId`, one for each block, results of its first calls perhaps between them;
//! its usage is the last line's, since earlier ones have what was known by then. A session that is resumed or forked begins with a
//! copy of the other: an answer counts once in a run. All sessions are taken to share a cache, as those of one account do;
//! `--scope /sessionId` keeps them apart.

use std::any::Any;
use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::Value;

use crate::exchange::{ANTHROPIC, Exchange, FormatTraits, HasFields, Input, Place, Request, Usage};
use crate::hash::{self, ByDigest};
use crate::log::Skip;
use crate::log::agent::claude_history::{Before, History, LinePart, Node, Said};
use crate::log::agent::claude_line::{AnswerLine, ClaudeLine, LineSaid};
use crate::log::agent::qwen_code;
use crate::log::body::anthropic;
use crate::log::body::api::Api;
use crate::log::body::envelope::session_named;
use crate::log::format::{FormatReader, LineContext, LogFormat, NOT_PREPARED, PreparedLine};
use crate::log::options::Owner;
use crate::log::reason::Reason;

/// A line of a session.
pub(crate) struct ClaudeCode;

/// The sessions of one source, and the answers of all.
#[derive(Default)]
pub(crate) struct ClaudeCodeReader {
    /// Those that are held, the one that was written to last at the end.
    held: Vec<ClaudeCodeSession>,
    /// Sessions so far.
    count: u64,
    /// Answers that were not given yet, by the number of their session, in the order of their first lines.
    waiting: VecDeque<(u64, u128)>,
    /// Answers that were given, with the digest of their usage.
    given: HashMap<u128, u64, ByDigest>,
}

/// Lines that hang together, or that say they are of one session.
struct ClaudeCodeSession {
    number: u64,
    id: u128,
    history: History,
    /// Answers that were not given yet.
    waiting: usize,
    /// True if others were written to since, so that no more of it is expected.
    is_closed: bool,
    /// Answers of agents that ran beside the conversation.
    beside: HashSet<u128, ByDigest>,
}

/// Number of sessions that are open at once. Many may stand in one source, one after the other or side by side.
const OPEN: usize = 16;

/// Remark on an answer whose request is not there.
const TORN: &str = "an earlier line of this session is not in the file, or stands before those of 16 other sessions: usage is read, the \
                    prompt is not known";

/// Remark on a line that should have come before.
const LATE: &str = "a line of an answer that an earlier request already contained: its counts are not used";

impl LogFormat for ClaudeCode {
    fn name(&self) -> &'static str {
        "claude-code"
    }

    fn about(&self) -> &'static str {
        "Claude Code's session files; the system prompt and the tools are not in them"
    }

    fn lacks(&self) -> Option<&'static str> {
        Some("the system prompt and the tools are not in the file: prompt counts are too low")
    }

    fn traits(&self) -> FormatTraits {
        FormatTraits { lacks_parts_of_prompts: true, ..FormatTraits::default() }
    }

    fn unread_fields(&self) -> &'static [&'static str] {
        // Results of tools stand in them once more, as the client shows them.
        &["toolUseResult", "userType", "gitBranch", "slug", "todos", "thinkingMetadata", "permissionMode", "isMeta"]
    }

    fn recognises(&self, line: &Value) -> bool {
        let has = |key: &str| line.field(key).is_some();
        // Lines that are no calls: titles, snapshots, queues, what the client keeps for itself.
        let is_housekeeping =
            || line["type"].is_string() && !["message", "messages", "request", "payload"].into_iter().any(has);
        if qwen_code::is_own(line) {
            return false;
        }
        has("type") && has("sessionId") && (has("uuid") || has("leafUuid") || has("messageId") || is_housekeeping())
            || line["type"] == "summary" && has("leafUuid")
            || has("snapshot") && has("messageId")
    }

    fn prepare(&self, line: Value) -> PreparedLine {
        PreparedLine::Own(Box::new(ClaudeLine::of_value(line)))
    }

    fn prepare_bytes(&self, line: &[u8]) -> Option<PreparedLine> {
        Some(PreparedLine::Own(Box::new(ClaudeLine::of_bytes(line).map(Some).map(Ok::<_, Reason>)?)))
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(ClaudeCodeReader::default())
    }
}

impl FormatReader for ClaudeCodeReader {
    fn line(&mut self, line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        self.read(ClaudeLine::of_value(line), context)
    }

    fn prepared(&mut self, line: Box<dyn Any + Send>, context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        self.read(*line.downcast().map_err(|_| NOT_PREPARED)?, context)
    }

    fn next_of_source(&mut self, context: &mut LineContext) -> Option<Exchange> {
        let next = self.next(&mut context.remarks, true);
        if next.is_none() {
            // The answers that were given are kept for the sources to come.
            (self.held, self.waiting) = Default::default();
        }
        next
    }
}

impl ClaudeCodeReader {
    /// Takes up a line that was read: the answers that are complete with it.
    fn read(
        &mut self,
        line: Result<Option<ClaudeLine>, Reason>,
        context: &mut LineContext,
    ) -> Result<Vec<Exchange>, Reason> {
        if let Some(line) = line? {
            self.take_up(line, context);
        }
        Ok(std::iter::from_fn(|| self.next(&mut context.remarks, false)).collect())
    }

    /// Takes up a line. Whatever its kind, others may name it as the one before them.
    fn take_up(&mut self, line: ClaudeLine, context: &mut LineContext) {
        let session = self.session(line.session, line.parent);
        let (number, part) = (session.number, session.line(line, context.place, context.owner.clone()));
        match part {
            Some((answer, LinePart::First)) => self.waiting.push_back((number, answer)),
            Some((_, LinePart::Late)) => {
                context.remarks.push(Skip { place: context.place, reason: LATE.into(), is_read: true });
            }
            _ => {}
        }
    }

    /// The session of a line: the one that has the line before it, since a resumed session may go on under another id, else the one
    /// that it names.
    fn session(&mut self, id: u128, parent: Option<u128>) -> &mut ClaudeCodeSession {
        let open = |session: &&ClaudeCodeSession| !session.is_closed;
        let has_parent = |session: &ClaudeCodeSession| parent.is_some_and(|parent| session.history.has_line(parent));
        let found = self.held.iter().rposition(|session| open(&session) && has_parent(session));
        let found = found.or_else(|| self.held.iter().rposition(|session| open(&session) && session.id == id));
        let known = found.map(|index| self.held.remove(index));
        let session = known.unwrap_or_else(|| self.begun(id));
        self.held.push(session);
        let last = self.held.len() - 1;
        &mut self.held[last]
    }

    /// A new session. Where there are many, no more is expected of the one that was written to longest ago.
    fn begun(&mut self, id: u128) -> ClaudeCodeSession {
        if self.held.iter().filter(|session| !session.is_closed).count() >= OPEN {
            self.held.iter_mut().find(|session| !session.is_closed).into_iter().for_each(ClaudeCodeSession::close);
            self.held.retain(|session| !session.is_closed || session.waiting > 0);
        }
        self.count += 1;
        let (history, beside) = Default::default();
        ClaudeCodeSession { number: self.count, id, history, waiting: 0, is_closed: false, beside }
    }

    /// The next exchange, in the order of the lines: of those that are complete, or of all where the source has ended.
    pub(crate) fn next(&mut self, remarks: &mut Vec<Skip>, has_ended: bool) -> Option<Exchange> {
        loop {
            let (number, id) = *self.waiting.front()?;
            let index = self.held.iter().position(|session| session.number == number)?;
            let session = &mut self.held[index];
            let is_complete = session.history.answer(id).map(|answer| answer.is_complete)?;
            if !is_complete && !has_ended {
                return None;
            }
            self.waiting.pop_front();
            session.waiting -= 1;
            let exchange = session.exchange(id, &mut self.given, remarks);
            if session.is_closed && session.waiting == 0 {
                self.held.remove(index);
            }
            if exchange.is_some() {
                return exchange;
            }
        }
    }
}

impl ClaudeCodeSession {
    fn close(&mut self) {
        self.is_closed = true;
        self.history.complete();
    }

    /// Takes up a line; tells of an answer's what it is to it.
    fn line(&mut self, line: ClaudeLine, place: Place, owner: Owner) -> Option<(u128, LinePart)> {
        let ClaudeLine { id, parent, time, said, .. } = line;
        // The same session may be in a source twice.
        if self.history.has_line(id) {
            return None;
        }
        let mut node = Node { parent, place, time, owner, said: Said::Nothing };
        let mut found = None;
        match said {
            LineSaid::Nothing => {}
            LineSaid::Turn(messages) => node.said = Said::Turn(messages),
            LineSaid::Answer { id: answer, is_beside, part } => {
                node.said = Said::Answer(answer);
                if is_beside {
                    self.beside.insert(answer);
                }
                let part = self.history.add_part(answer, part, &node);
                self.waiting += usize::from(part == LinePart::First);
                found = Some((answer, part));
            }
        }
        self.history.add(id, node);
        found
    }

    /// An answer as an exchange; `None` where it was given before.
    fn exchange(
        &mut self,
        id: u128,
        given: &mut HashMap<u128, u64, ByDigest>,
        remarks: &mut Vec<Skip>,
    ) -> Option<Exchange> {
        let answer = self.history.answer(id)?;
        let (place, parent, own) = (answer.place, answer.parent, answer.owner.clone());
        let mut remark = |reason: &str| remarks.push(Skip { place, reason: reason.into(), is_read: true });
        let AnswerLine { name, model, end, usage } = &answer.last;
        let (name, model, end) = (name.clone(), model.clone(), *end);
        let usage = usage.as_ref().map(Usage::from_json).unwrap_or_default();
        let counts = digest_of_counts(&usage);
        if let Some(first) = given.get(&id) {
            if *first != counts {
                remark("a copy of an earlier answer, with other counts: those of the first are used");
            }
            return None;
        }
        given.insert(id, counts);
        let response = anthropic::response_of(model.clone(), answer.blocks());
        let input = match self.history.before(id) {
            Before::Whole(messages) if messages.is_empty() => Input::Missing,
            Before::Whole(messages) => Input::Messages(messages.so_far()),
            Before::Torn => {
                remark(TORN);
                Input::Missing
            }
        };
        // An agent beside the conversation has one of its own, which its first line tells.
        let root = if self.beside.contains(&id) { self.history.root(parent) } else { 0 };
        let session = session_named(&hash::chain(self.id, &root.to_le_bytes()).to_le_bytes());
        let asked = self.history.line(parent);
        let owner = asked.map_or(own.clone(), |asked| asked.owner.or(&own));
        Some(owner.name(Exchange {
            place,
            id: name,
            time: asked.and_then(|asked| asked.time).or(end),
            end_time: end,
            host: model.as_ref().filter(|model| model.starts_with("claude-")).map(|_| ANTHROPIC.into()),
            session: Some(session),
            request: Request { model, input, ..Request::default() },
            response: Some(response),
            usage,
            format: Some(ClaudeCode.name()),
            api: Some(anthropic::Messages.name()),
            ..Exchange::default()
        }))
    }
}

/// A digest by which the counts of two copies of an answer are compared.
fn digest_of_counts(usage: &Usage) -> u64 {
    let mut hasher = DefaultHasher::new();
    usage.hash(&mut hasher);
    hasher.finish()
}
