//! Judgements: the profile and the order of keys under which the reported counts of requests are reproduced.
//!
//! A system fingerprint or a host names the profile. A date or a model's name alone only suggests one: then the profiles of that
//! host and model are candidates. A log that sorts the keys of JSON, or fills in members that are `null`, hides how tools were sent:
//! then the ways in which common clients write them are candidates. Requests of one host, model, fingerprint and day are judged together. Logs that bear out what is
//! suggested are judged in passing; only a group that contradicts it is counted under every candidate.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::chance::{self, Agreement};
use super::choice::{self, Vote};
use crate::exchange::Exchange;
use crate::hash;
use crate::profile::Profile;
use crate::prompt::ToolWriting;
use crate::time::Timestamp;

/// Requests of one host, model, fingerprint and day, which are judged together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupKey(u128);

/// A request, however often its line is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RequestKey(u128);

/// One request of a contradicted group, counted under its candidates.
#[derive(Clone, Debug)]
pub struct Testimony {
    /// The group that it belongs to.
    pub group: GroupKey,
    /// The request.
    pub call: RequestKey,
    /// Time of the request, or of the line before it.
    pub time: Option<Timestamp>,
    /// The profiles that it may fall under, the suggested one first.
    pub profiles: Vec<Arc<Profile>>,
    /// A digest of the tools, if the log seems to have changed them, else 0: requests with the same tools come from the same client.
    pub tools: u128,
    /// The ways in which the tools may have been written, as logged first.
    pub writings: Arc<[ToolWriting]>,
    /// For each profile the ways that agree with the reported count; `None` if no count was reported.
    pub counts: Option<Vec<Writings>>,
    /// Tokens that were reported more than counted under what is suggested.
    pub difference: i64,
    /// A bit for each profile whose cache cannot serve the number of hits that was reported.
    pub impossible_hits: u64,
}

/// The ways to write tools by which a count agrees with the reported one, a bit for each; none for a profile that was not tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Writings {
    /// The same count.
    pub exact: u64,
    /// A count a few tokens away.
    pub near: u64,
}

/// The judgements on requests of contradicted groups.
#[derive(Clone, Debug, Default)]
pub struct Judgements(HashMap<RequestKey, Judgement>);

/// The profile and the order of keys of one request, with the support for them.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The profile.
    pub profile: Arc<Profile>,
    /// Requests of the group whose reported count the choice of profiles reproduces.
    pub support: Support,
    /// The way in which the tools were written, if the log seems to have changed them.
    pub tool_writing: Option<ToolWritingJudgement>,
}

/// The way in which tools were written that the log seems to have changed.
#[derive(Clone, Copy, Debug)]
pub struct ToolWritingJudgement {
    /// The way.
    pub writing: ToolWriting,
    /// Requests with these tools whose reported count the choice reproduces; `None` if no count was asked.
    pub support: Option<Support>,
}

/// The number of requests with a reported count that a choice reproduces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Support {
    /// Requests whose count is reproduced.
    pub reproduced: u64,
    /// Requests that reported a count.
    pub reported: u64,
}

impl fmt::Display for ToolWritingJudgement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.writing)?;
        self.support.map_or(Ok(()), |Support { reproduced, reported }| {
            write!(formatter, " (reported counts, {reproduced} of {reported})")
        })
    }
}

impl GroupKey {
    /// The group of a request that was made at that time, or whose line before was.
    pub fn new(exchange: &Exchange, time: Option<Timestamp>) -> Self {
        let fingerprint = exchange.response.as_ref().and_then(|response| response.system_fingerprint.as_deref());
        let day = time.map(|time| time.as_second().div_euclid(86_400).to_string());
        let parts = [exchange.host.as_deref(), exchange.model_at_maker(), fingerprint, day.as_deref()];
        Self(digest(parts.into_iter()))
    }
}

impl RequestKey {
    /// The key of a request. Entries of one line that say the same of themselves are one request.
    pub fn new(exchange: &Exchange) -> Self {
        let place = format!("{}:{}", exchange.place.source(), exchange.place.line);
        let usage = format!("{:?} {:?}", exchange.usage.prompt_tokens, exchange.usage.hit_tokens);
        Self(digest([Some(&*place), exchange.entry.as_deref(), exchange.id.as_deref(), Some(&*usage)].into_iter()))
    }

    /// The digest that it is.
    pub fn digest(self) -> u128 {
        self.0
    }
}

fn digest<'a>(parts: impl Iterator<Item = Option<&'a str>>) -> u128 {
    parts.fold(0, |digest, part| {
        let digest = hash::chain(digest, &[u8::from(part.is_some())]);
        hash::chain(digest, part.unwrap_or_default().as_bytes())
    })
}

impl Writings {
    fn agreement(self, writing: usize) -> Agreement {
        match (self.exact >> writing & 1, self.near >> writing & 1) {
            (1, _) => Agreement::Exact,
            (_, 1) => Agreement::Near,
            _ => Agreement::Far,
        }
    }

    /// The agreement by the best of the ways.
    fn best(self) -> Agreement {
        match (self.exact, self.near) {
            (0, 0) => Agreement::Far,
            (0, _) => Agreement::Near,
            _ => Agreement::Exact,
        }
    }
}

impl Testimony {
    /// The agreement of the request with each profile (by index) and each way to write its tools, what is suggested and logged aside.
    pub fn agreements(&self) -> impl Iterator<Item = (usize, usize, Agreement)> {
        let writings = self.writings.len();
        let all = self.counts.iter().flatten().enumerate();
        all.flat_map(move |(profile, counts)| {
            (0..writings).map(move |writing| (profile, writing, counts.agreement(writing)))
        })
        .skip(1)
    }

    /// Its vote on each profile, under any way to write its tools.
    fn vote(&self) -> Vote {
        let bits = |counts: &Vec<Writings>| {
            counts.iter().enumerate().fold(0, |bits, (index, writings)| bits | u64::from(writings.exact != 0) << index)
        };
        Vote { counts: self.counts.as_ref().map(bits), impossible_hits: self.impossible_hits }
    }

    /// A count was reported, and no candidate that was tried reproduces it.
    pub fn agrees_with_none(&self) -> bool {
        self.counts.as_ref().is_some_and(|counts| counts.iter().all(|writings| writings.exact == 0))
    }
}

impl Judgements {
    /// Judges requests, which stand in the order of the log. For each group the profile, or the profiles of its runs of requests, is
    /// chosen that its reported counts bear out; then for each list of changed tools the way in which it was written.
    pub fn new(testimonies: Vec<Testimony>) -> Self {
        let mut groups: BTreeMap<(GroupKey, Vec<String>), Vec<Testimony>> = BTreeMap::new();
        for testimony in testimonies {
            let names = testimony.profiles.iter().map(|profile| profile.name.clone()).collect();
            groups.entry((testimony.group, names)).or_default().push(testimony);
        }
        let mut judgements = HashMap::new();
        for mut calls in groups.into_values() {
            calls.sort_by_key(|call| call.time);
            leave_out_chance(&mut calls);
            let votes: Vec<Vote> = calls.iter().map(Testimony::vote).collect();
            let choice = choice::choose(&votes, calls[0].profiles.len());
            let tool_writings = tool_writings(&calls, &choice.candidates);
            let support = Support { reproduced: choice.reproduced, reported: choice.reported };
            let is_as_suggested = choice.candidates.iter().all(|candidate| *candidate == 0);
            for ((call, candidate), tool_writing) in calls.into_iter().zip(choice.candidates).zip(tool_writings) {
                // Unchanged choices need no judgement.
                if !is_as_suggested || tool_writing.is_some_and(|judged| judged.writing != ToolWriting::AS_LOGGED) {
                    let profile = Arc::clone(&call.profiles[candidate]);
                    judgements.insert(call.call, Judgement { profile, support, tool_writing });
                }
            }
        }
        Self(judgements)
    }

    /// The judgement on a request, if its group was contradicted and something is not as suggested.
    pub fn on_call(&self, call: RequestKey) -> Option<&Judgement> {
        self.0.get(&call)
    }

    /// All judgements, in the order of their requests' keys.
    pub fn all(&self) -> impl Iterator<Item = (RequestKey, &Judgement)> {
        let mut all: Vec<(RequestKey, &Judgement)> =
            self.0.iter().map(|(call, judgement)| (*call, judgement)).collect();
        all.sort_unstable_by_key(|(call, _)| *call);
        all.into_iter()
    }

    /// Everything is as suggested.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(RequestKey, Judgement)> for Judgements {
    fn from_iter<I: IntoIterator<Item = (RequestKey, Judgement)>>(judgements: I) -> Self {
        Self(judgements.into_iter().collect())
    }
}

/// Leaves out what agrees by chance alone: first the ways in which the same tools may have been written, each under each profile, then
/// the profiles of the whole group.
fn leave_out_chance(calls: &mut [Testimony]) {
    let profiles = calls[0].profiles.len();
    for indices in by_tools(calls).into_values() {
        let reported: Vec<usize> = indices.into_iter().filter(|index| calls[*index].counts.is_some()).collect();
        let Some(first) = reported.first() else { continue };
        let writings = calls[*first].writings.len();
        let counts = |call: usize| calls[reported[call]].counts.as_deref().unwrap_or_default();
        let agreement =
            |call: usize, candidate: usize| counts(call)[candidate / writings].agreement(candidate % writings);
        let believed = chance::believed(reported.len(), profiles * writings, agreement);
        let mask = |profile: usize| {
            let own = believed[profile * writings..].iter().take(writings);
            own.rev().fold(0, |bits, is_believed| bits << 1 | u64::from(*is_believed))
        };
        let masks: Vec<u64> = (0..profiles).map(mask).collect();
        for index in reported {
            keep(&mut calls[index], &masks);
        }
    }
    let reported: Vec<usize> = (0..calls.len()).filter(|index| calls[*index].counts.is_some()).collect();
    let agreement = |call: usize, profile: usize| {
        calls[reported[call]].counts.as_ref().map_or(Agreement::Far, |counts| counts[profile].best())
    };
    let believed = chance::believed(reported.len(), profiles, agreement);
    let masks: Vec<u64> = believed.into_iter().map(|is_believed| if is_believed { u64::MAX } else { 0 }).collect();
    for index in reported {
        keep(&mut calls[index], &masks);
    }
}

/// Keeps of a request's agreements those whose bit is set for the profile.
fn keep(call: &mut Testimony, masks: &[u64]) {
    for (writings, mask) in call.counts.iter_mut().flatten().zip(masks) {
        writings.exact &= mask;
    }
}

/// The requests of a group by their tools.
fn by_tools(calls: &[Testimony]) -> BTreeMap<u128, Vec<usize>> {
    let mut by_tools: BTreeMap<u128, Vec<usize>> = BTreeMap::new();
    for (index, call) in calls.iter().enumerate() {
        by_tools.entry(call.tools).or_default().push(index);
    }
    by_tools
}

/// The way in which the tools of each of the requests of a group were written, whose profiles are chosen.
fn tool_writings(calls: &[Testimony], profiles: &[usize]) -> Vec<Option<ToolWritingJudgement>> {
    let mut judged = vec![None; calls.len()];
    for indices in by_tools(calls).into_values() {
        let writings = &calls[indices[0]].writings;
        if writings.len() == 1 {
            continue;
        }
        let vote = |index: &usize| {
            let counts = calls[*index].counts.as_ref();
            Vote { counts: counts.map(|counts| counts[profiles[*index]].exact), impossible_hits: 0 }
        };
        let votes: Vec<Vote> = indices.iter().map(vote).collect();
        let choice = choice::choose(&votes, writings.len());
        let support = Some(Support { reproduced: choice.reproduced, reported: choice.reported });
        for (index, candidate) in indices.into_iter().zip(choice.candidates) {
            judged[index] = Some(ToolWritingJudgement { writing: writings[candidate], support });
        }
    }
    judged
}
