//! Buckets from usage alone: what became of the tokens of a prompt that the log does not hold, or of which it holds a part.
//!
//! Spend logs hold no text, sessions of agents hold neither system prompt nor tools. What the provider counted, when, in which session
//! and in which order still tells much: the request before in the same conversation says how much could have been served, and what
//! is short of that has a reason that the counts show: a pause, another model, a shorter prompt. What they do not show is unknown.

use std::collections::{HashMap, VecDeque};
use std::ops::AddAssign;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::account::Reported;
use crate::exchange::{Content, Exchange, Input, Message, Place, Written};
use crate::hash;
use crate::profile::Profile;
use crate::time::{Timestamp, micros};

/// Tokens of prompts by what became of them, as far as counts, times, session and order tell; each token is in one bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageBuckets {
    /// Served from the cache.
    pub served: u64,
    /// New text that was written to the cache.
    pub written: u64,
    /// New text that was not written, and text that the cache never kept.
    pub uncached: u64,
    /// Kept before, and not used for longer than the cache keeps it.
    pub expired: u64,
    /// Kept before, and lost from the start or from within the tools and the system prompt.
    pub invalidated: u64,
    /// Kept before, and lost from some message on.
    pub edited: u64,
    /// Kept by the cache of another model.
    pub model_switched: u64,
    /// Part of a prompt that became shorter: its history was replaced or cut.
    pub compacted: u64,
    /// Part of the first request of a session.
    pub first: u64,
    /// Sent while the request that would have kept it had not ended.
    pub parallel: u64,
    /// Not served, for a reason that counts do not show.
    pub unknown: u64,
}

/// The buckets of one request, and the request before it that they were judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JudgedByUsage {
    /// Its tokens.
    pub buckets: UsageBuckets,
    /// The line of the request that it continues; `None` for the first of a session.
    pub continues: Option<Place>,
    /// The turn of its session, from 1; 0 where the log names no session.
    pub turn: usize,
}

/// The requests of each session that were lately seen.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    calls: HashMap<u128, VecDeque<PreviousRequest>>,
    /// The sessions of agents by what was said in them before each answer.
    said: HashMap<u128, u128>,
}

/// A request as later ones are held against it.
#[derive(Clone, Debug)]
struct PreviousRequest {
    place: Place,
    model: Option<String>,
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    prompt: u64,
    read: u64,
    /// Tokens that the next request of the conversation can be served.
    kept: u64,
    /// Microseconds after which a part of it may be gone.
    lifetime: Option<i64>,
    turn: usize,
    /// It was served less than what stands before all messages.
    is_invalidated: bool,
    /// The messages of the log, if it has any: their number and the last of them.
    said: Option<(usize, Arc<Message>)>,
}

/// Traits of the cache that a request met.
#[derive(Clone, Copy)]
struct Rule {
    /// Tokens by which a read may be short of what was kept without any break.
    slack: u64,
    /// Tokens by which a read may differ from what an earlier request kept, and tell that it is of that request.
    leeway: u64,
    lifetime: Option<i64>,
    /// Entries are served whenever they are there: a miss has a reason.
    is_sure: bool,
}

/// Requests of a session that are remembered: turns of its main conversation and of those that run beside it.
const REMEMBERED: usize = 32;

/// Messages among which the end of a session that is resumed is looked for, the newest ones.
const LATELY: usize = 8;

/// Tokens by which a prompt may shrink though nothing was cut: endings that are written otherwise.
const RESIDUE: u64 = 64;

/// Tokens by which a bill may differ from the one before of the same text.
const FEW: u64 = 4;

/// A minute in microseconds.
const MINUTE: i64 = 60_000_000;

/// OpenAI keeps entries for 5 to 10 minutes without use, an hour at most (guide "Prompt caching", 2026-09-23).
const FADING: i64 = 5 * MINUTE;

impl UsageBuckets {
    /// The buckets by name, in the order in which they are shown.
    pub fn named(&self) -> [(&'static str, u64); 11] {
        [
            ("served", self.served),
            ("written", self.written),
            ("uncached", self.uncached),
            ("expired", self.expired),
            ("invalidated", self.invalidated),
            ("edited", self.edited),
            ("model_switched", self.model_switched),
            ("compacted", self.compacted),
            ("first", self.first),
            ("parallel", self.parallel),
            ("unknown", self.unknown),
        ]
    }

    /// The meaning of a bucket, as words that follow a number of tokens.
    pub fn meaning(bucket: &str) -> &'static str {
        match bucket {
            "served" => "served from the cache",
            "written" => "new, and written to the cache",
            "uncached" => "new and not written, or never kept",
            "expired" => "unused for longer than the cache keeps them",
            "invalidated" => "lost before the first message: tools, system prompt or settings changed",
            "edited" => "lost from some message on",
            "model_switched" => "kept by the cache of another model",
            "compacted" => "in a prompt that became shorter: compacted or cut",
            "first" => "in the first request of a session",
            "parallel" => "sent before the request that writes them had ended",
            "unknown" => "not served, and the counts do not show why",
            _ => "",
        }
    }

    /// All tokens.
    pub fn total(&self) -> u64 {
        self.named().iter().map(|(_, tokens)| tokens).sum()
    }
}

impl AddAssign for UsageBuckets {
    fn add_assign(&mut self, other: Self) {
        self.served += other.served;
        self.written += other.written;
        self.uncached += other.uncached;
        self.expired += other.expired;
        self.invalidated += other.invalidated;
        self.edited += other.edited;
        self.model_switched += other.model_switched;
        self.compacted += other.compacted;
        self.first += other.first;
        self.parallel += other.parallel;
        self.unknown += other.unknown;
    }
}

impl Rule {
    /// The traits of a profile's cache; without one little is taken for granted.
    fn new(profile: Option<&Profile>) -> Self {
        let Some(profile) = profile else {
            return Self { slack: 4 * RESIDUE, leeway: 4 * RESIDUE, lifetime: None, is_sure: false };
        };
        let (policy, lifetime) = (profile.policy, profile.lifetime.map(micros));
        if !policy.is_sure() {
            let lifetime = lifetime.map(|lifetime| if lifetime <= 60 * MINUTE { FADING } else { lifetime });
            return Self { slack: 3 * policy.step(), leeway: 3 * policy.step(), lifetime, is_sure: false };
        }
        let step = if policy.has_blocks() { policy.step() } else { 0 };
        // A cache that counts writes serves the very lengths that it wrote; Bedrock has billed a token more or less.
        let leeway = if policy.counts_writes() { FEW } else { step + RESIDUE };
        Self { slack: step + RESIDUE, leeway, lifetime, is_sure: true }
    }
}

impl Sessions {
    /// A request was judged by its counts.
    pub(super) fn is_used(&self) -> bool {
        !self.calls.is_empty()
    }

    /// The buckets of the next request; `None` where its prompt or its hits were not reported.
    pub(super) fn judge(
        &mut self,
        exchange: &Exchange,
        reported: &Reported,
        profile: Option<&Profile>,
    ) -> Option<JudgedByUsage> {
        let prompt = reported.prompt_tokens.filter(|_| !reported.contradicts)?;
        let read = reported.hit_tokens?.min(prompt);
        let has_session = exchange.session.is_some() || exchange.is_known_in_part();
        let rule = Rule::new(profile);
        let session = session_of(exchange);
        let resumed = if self.calls.contains_key(&session) { None } else { self.resumed(exchange) };
        let resumed = resumed.and_then(|other| self.calls.get(&other)).cloned();
        let calls = self.calls.entry(session).or_insert_with(|| resumed.unwrap_or_default());
        let now = PreviousRequest {
            place: exchange.place,
            model: exchange.model().map(str::to_owned),
            start: exchange.time,
            end: exchange.end_time,
            prompt,
            read,
            kept: kept(read, prompt, reported.written, profile),
            lifetime: shortest(reported.written),
            turn: 0,
            is_invalidated: false,
            said: last_said(exchange),
        };
        let before = continued(calls, &now, &rule, has_session);
        let turn = if has_session { 1 + before.map_or(0, |before| before.turn) } else { 0 };
        let (mut buckets, mut lost) = (UsageBuckets { served: read, ..UsageBuckets::default() }, 0);
        match before {
            None if has_session || calls.is_empty() => (buckets.first, lost) = (prompt - read, prompt - read),
            None => (buckets.unknown, lost) = (prompt - read, prompt - read),
            Some(before) => {
                // Of several prompts that were lost alike the first is no measure for the others.
                let floor = calls.iter().filter(|call| !call.is_invalidated).map(|call| call.read);
                let floor = floor.filter(|read| *read > 0).min().unwrap_or(0);
                let goes_on = goes_on(before, exchange);
                if let Some((bucket, tokens)) = missed(&mut buckets, before, &now, (&rule, floor, goes_on)) {
                    (*bucket, lost) = (tokens, tokens);
                }
            }
        }
        let written = reported.written.map_or(0, |written| written.total()).saturating_sub(lost);
        buckets.written = written.min(prompt - read - lost);
        buckets.uncached = prompt - read - lost - buckets.written;
        let continues = before.map(|before| before.place);
        let inherited = before.and_then(|before| before.lifetime);
        let said = now.said.as_ref().filter(|_| exchange.is_known_in_part());
        self.said.extend(said.map(|(number, last)| (identity(*number, last), session)));
        let is_invalidated = buckets.invalidated > 0;
        let lifetime = now.lifetime.or(inherited).or(rule.lifetime);
        calls.push_back(PreviousRequest { lifetime, turn, is_invalidated, ..now });
        if calls.len() > REMEMBERED {
            calls.pop_front();
        }
        Some(JudgedByUsage { buckets, continues, turn })
    }

    /// The session that a new one goes on from: an agent that resumes a session in a file of its own begins that with the lines of the other,
    /// which are read once.
    fn resumed(&self, exchange: &Exchange) -> Option<u128> {
        let Input::Messages(messages) = &exchange.request.input else { return None };
        let (number, _) = messages.last().filter(|_| exchange.is_known_in_part())?;
        let earlier = (number.saturating_sub(LATELY)..number.saturating_sub(1)).rev();
        earlier
            .filter_map(|index| Some(identity(index + 1, &*messages.get(index)?)))
            .find_map(|said| self.said.get(&said))
            .copied()
    }
}

/// The identity of a number of messages, by the last of them.
fn identity(number: usize, last: &Message) -> u128 {
    let mut digest = hash::digest(format!("{number} {}", last.role).as_bytes());
    let texts = last.content.iter().flat_map(Content::texts);
    let ids = last.tool_calls.iter().filter_map(|call| call.id.as_deref()).chain(last.tool_call_id.as_deref());
    for text in texts.chain(ids) {
        digest = hash::chain(digest, text.as_bytes());
    }
    digest
}

/// A prompt that the log does not hold whole, so that its counts are all that can be judged.
pub(super) fn is_judged_by_usage(exchange: &Exchange) -> bool {
    matches!(exchange.request.input, Input::Missing) || exchange.is_known_in_part()
}

/// The name of a session among all: its own, or that of an agent's file, beside whom the log names as the caller.
fn session_of(exchange: &Exchange) -> u128 {
    let of_file = || exchange.is_known_in_part().then(|| format!("file {}", exchange.place.source()));
    let session = exchange.session.clone().or_else(of_file).unwrap_or_default();
    let owner = exchange.scope.name().unwrap_or_default();
    hash::chain(hash::digest(owner.as_bytes()), session.as_bytes())
}

/// Tokens that the next request of the conversation can be served: what was read and written, or all where nothing is counted as written.
fn kept(read: u64, prompt: u64, written: Option<Written>, profile: Option<&Profile>) -> u64 {
    match (written, profile.map(|profile| profile.policy)) {
        (Some(written), policy) if policy.is_none_or(|policy| policy.counts_writes()) => {
            (read + written.total()).min(prompt)
        }
        (_, Some(policy)) if !policy.has_cache() || prompt < policy.minimum() => 0,
        _ => prompt,
    }
}

/// The shortest lifetime of what a request wrote, in microseconds; `None` where it does not say.
fn shortest(written: Option<Written>) -> Option<i64> {
    let Written { five_minutes, half_hour, hour, half_day, .. } = written?;
    let lifetimes = [(five_minutes, 5), (half_hour, 30), (hour, 60), (half_day, 720)];
    lifetimes.into_iter().find(|(tokens, _)| *tokens > 0).map(|(_, minutes)| minutes * MINUTE)
}

/// The request that this one continues.
///
/// A read of the very length that an earlier request kept tells it. Else it is the last request of the session, but for small requests of other
/// models, which agents make beside the conversation. Without a session the last request counts only if this prompt could go on from
/// it.
fn continued<'a>(
    calls: &'a VecDeque<PreviousRequest>,
    now: &PreviousRequest,
    rule: &Rule,
    has_session: bool,
) -> Option<&'a PreviousRequest> {
    let is_beside = |call: &&PreviousRequest| call.model != now.model && call.prompt * 2 < now.prompt;
    let last = calls.iter().rev().find(|call| !is_beside(call)).or(calls.back())?;
    let exact = calls
        .iter()
        .rev()
        .find(|call| call.model == now.model && now.read > 0 && call.kept.abs_diff(now.read) <= rule.leeway);
    if let Some(exact) = exact {
        // Another model may have gone on with the conversation in the meantime.
        let goes_on = last.model != now.model && last.prompt >= exact.prompt && last.prompt <= now.prompt;
        return Some(if goes_on { last } else { exact });
    }
    let is_turn = has_session || last.model == now.model && last.prompt <= now.prompt;
    let is_call_beside = last.model != now.model && now.prompt * 2 < last.prompt;
    Some(last).filter(|_| is_turn && !is_call_beside)
}

/// All messages that the log has of an earlier request stand in this one. An agent that sums its history up says so in its file, and begins
/// another conversation there: where the file's goes on and a prompt is shorter nevertheless, what it held was cleared.
fn goes_on(before: &PreviousRequest, exchange: &Exchange) -> bool {
    let Input::Messages(messages) = &exchange.request.input else { return false };
    before.said.as_ref().is_some_and(|(number, last)| messages.get(number - 1).as_ref() == Some(last))
}

/// The number of messages and the last of them; lists of them, one for each turn of a session, would grow with the square of its length.
fn last_said(exchange: &Exchange) -> Option<(usize, Arc<Message>)> {
    let Input::Messages(messages) = &exchange.request.input else { return None };
    messages.last()
}

/// The bucket of what the request before kept and this one was not served, and how many tokens that are.
fn missed<'a>(
    buckets: &'a mut UsageBuckets,
    before: &PreviousRequest,
    now: &PreviousRequest,
    (rule, floor, goes_on): (&Rule, u64, bool),
) -> Option<(&'a mut u64, u64)> {
    let is_shorter = now.prompt + RESIDUE.max(before.prompt / 50) < before.prompt;
    let short = before.kept.min(now.prompt).saturating_sub(now.read);
    if short <= rule.slack {
        return None;
    }
    let gap = before.start.zip(now.start).map(|(before, now)| micros(now.duration_since(before)));
    let lifetime = before.lifetime.or(rule.lifetime);
    let is_expired = gap.zip(lifetime).is_some_and(|(gap, lifetime)| gap >= lifetime);
    let has_overlap = before.end.zip(now.start).is_some_and(|(end, start)| start < end);
    Some(if before.model != now.model {
        (&mut buckets.model_switched, short)
    } else if has_overlap {
        (&mut buckets.parallel, short)
    } else if is_shorter && !goes_on {
        (&mut buckets.compacted, now.prompt - now.read)
    } else if is_expired {
        (&mut buckets.expired, short)
    } else if !rule.is_sure || gap.is_none() && lifetime.is_some() && now.read == 0 {
        // Without times it may have expired; a cache that is not sure may just not have served it.
        (&mut buckets.unknown, short)
    } else if now.read == 0 || now.read < floor && !is_shorter {
        (&mut buckets.invalidated, short)
    } else {
        (&mut buckets.edited, short)
    })
}
