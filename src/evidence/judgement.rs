//! Judgements: the profile and the order of keys under which the reported counts of calls are reproduced.
//!
//! A system fingerprint or a host names the profile. A date or a model's name alone only suggests one: then the profiles of that
//! host and model are candidates. A log that sorts the keys of JSON, or fills in members that are `null`, hides how tools were sent:
//! then the ways in which common clients write them are candidates. Calls of one host, model, fingerprint and day are judged together. Logs that bear out what is
//! suggested are judged in passing; only a group that contradicts it is counted under every candidate.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::choice::{self, Vote};
use crate::exchange::Exchange;
use crate::hash;
use crate::profile::Profile;
use crate::prompt::ToolWriting;
use crate::time::Timestamp;

/// Calls of one host, model, fingerprint and day, which are judged together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupKey(u128);

/// A call, however often its line is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CallKey(u128);

/// The groups in which reported figures contradict what was suggested.
#[derive(Debug, Default)]
pub struct Doubts {
    contradicted: BTreeSet<GroupKey>,
    /// Calls of each group that disagree with what was suggested.
    disagreeing: HashMap<GroupKey, u64>,
    /// The same by the tokens that were reported less those that were counted: another era has the same difference in many calls.
    by_difference: HashMap<(GroupKey, i64), u64>,
    /// Tokens of the calls that were tried.
    tokens: u64,
}

/// Calls that disagree are all tried as long as these have so many tokens in all, so that no late change escapes in a log of usual
/// length. Behind that the first of each group are tried, those of which one difference is seen the third time, and those whose
/// number is a power of two, in the group or with its difference: a log whose counts no candidate reproduces costs only that much
/// more, however long it is.
const TRIED_TOKENS: u64 = 100_000;

/// The number of calls that are tried of each group in any case.
const TRIED: u64 = 16;

/// The time that a difference is seen from which on it is no chance.
const REPEATED: u64 = 3;

/// One call of a contradicted group, counted under every candidate.
#[derive(Clone, Debug)]
pub struct Testimony {
    /// The group that it belongs to.
    pub group: GroupKey,
    /// The call.
    pub call: CallKey,
    /// Time of the call, or of the line before it.
    pub time: Option<Timestamp>,
    /// The profiles that were tried, the suggested one first.
    pub profiles: Vec<Arc<Profile>>,
    /// The profiles that agree with what was reported, under any order of keys.
    pub vote: Vote,
    /// The tools of the call, if the log seems to have changed them.
    pub changed_tools: Option<ChangedTools>,
}

/// Tools that a log seems to have changed, tried in every way to write them.
#[derive(Clone, Debug)]
pub struct ChangedTools {
    /// A digest of the tools: calls with the same tools come from the same client.
    pub digest: u128,
    /// The ways that were tried, as logged first.
    pub writings: Arc<[ToolWriting]>,
    /// For each profile a bit for each way that reproduces the reported count; `None` if no count was reported.
    pub counts: Option<Vec<u64>>,
}

/// The judgements on calls of contradicted groups.
#[derive(Clone, Debug, Default)]
pub struct Judgements(HashMap<CallKey, Judgement>);

/// The profile and the order of keys of one call, with the support for them.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The profile.
    pub profile: Arc<Profile>,
    /// Calls of the group whose reported count the choice of profiles reproduces.
    pub support: Support,
    /// The way in which the tools were written, if the log seems to have changed them.
    pub tool_writing: Option<ToolWritingJudgement>,
}

/// The way in which tools were written that the log seems to have changed.
#[derive(Clone, Copy, Debug)]
pub struct ToolWritingJudgement {
    /// The way.
    pub writing: ToolWriting,
    /// Calls with these tools whose reported count the choice reproduces; `None` if no count was asked.
    pub support: Option<Support>,
}

/// The number of calls with a reported count that a choice reproduces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Support {
    /// Calls whose count is reproduced.
    pub reproduced: u64,
    /// Calls that reported a count.
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
    /// The group of a call that was made at that time, or whose line before was.
    pub fn new(exchange: &Exchange, time: Option<Timestamp>) -> Self {
        let fingerprint = exchange.response.as_ref().and_then(|response| response.system_fingerprint.as_deref());
        let day = time.map(|time| time.as_second().div_euclid(86_400).to_string());
        let parts = [exchange.host.as_deref(), exchange.model_at_maker(), fingerprint, day.as_deref()];
        Self(digest(parts.into_iter()))
    }
}

impl CallKey {
    /// The key of a call. Entries of one line that say the same of themselves are one call.
    pub fn new(exchange: &Exchange) -> Self {
        let place = format!("{}:{}", exchange.place.source, exchange.place.line);
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

impl Doubts {
    /// Takes note of a group in which a candidate agrees with what was reported where the suggestion does not.
    pub fn contradict(&mut self, group: GroupKey) {
        self.contradicted.insert(group);
    }

    /// Takes note of a call of so many tokens that disagrees with what was suggested, by that difference; true if it is to be tried
    /// under the other candidates.
    pub fn is_tried(&mut self, group: GroupKey, tokens: u64, difference: i64) -> bool {
        if self.contradicted.contains(&group) {
            return false;
        }
        let disagreeing = self.disagreeing.entry(group).or_default();
        *disagreeing += 1;
        let alike = self.by_difference.entry((group, difference)).or_default();
        *alike += 1;
        let is_repeated = *alike == REPEATED || (*alike > REPEATED && alike.is_power_of_two());
        let is_tried =
            self.tokens < TRIED_TOKENS || *disagreeing <= TRIED || disagreeing.is_power_of_two() || is_repeated;
        self.tokens += if is_tried { tokens } else { 0 };
        is_tried
    }

    /// Some group is contradicted.
    pub fn any(&self) -> bool {
        !self.contradicted.is_empty()
    }

    /// The group is contradicted.
    pub fn contradicts(&self, group: GroupKey) -> bool {
        self.contradicted.contains(&group)
    }
}

impl Judgements {
    /// Judges calls, which stand in the order of the log. For each group the profile, or the profiles of its runs of calls, is
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
            let votes: Vec<Vote> = calls.iter().map(|call| call.vote).collect();
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

    /// The judgement on a call, if its group was contradicted and something is not as suggested.
    pub fn on_call(&self, call: CallKey) -> Option<&Judgement> {
        self.0.get(&call)
    }

    /// All judgements, in the order of their calls' keys.
    pub fn all(&self) -> impl Iterator<Item = (CallKey, &Judgement)> {
        let mut all: Vec<(CallKey, &Judgement)> = self.0.iter().map(|(call, judgement)| (*call, judgement)).collect();
        all.sort_unstable_by_key(|(call, _)| *call);
        all.into_iter()
    }

    /// Everything is as suggested.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(CallKey, Judgement)> for Judgements {
    fn from_iter<I: IntoIterator<Item = (CallKey, Judgement)>>(judgements: I) -> Self {
        Self(judgements.into_iter().collect())
    }
}

/// The way in which the tools of each of the calls of a group were written, whose profiles are chosen.
fn tool_writings(calls: &[Testimony], profiles: &[usize]) -> Vec<Option<ToolWritingJudgement>> {
    let mut by_tools: BTreeMap<u128, Vec<usize>> = BTreeMap::new();
    for (index, call) in calls.iter().enumerate() {
        if let Some(tools) = &call.changed_tools {
            by_tools.entry(tools.digest).or_default().push(index);
        }
    }
    let mut judged = vec![None; calls.len()];
    for indices in by_tools.into_values() {
        let Some(tools) = &calls[indices[0]].changed_tools else { continue };
        let vote = |index: &usize| {
            let counts = calls[*index].changed_tools.as_ref().and_then(|tools| tools.counts.as_ref());
            Vote { counts: counts.map(|counts| counts[profiles[*index]]), impossible_hits: 0 }
        };
        let votes: Vec<Vote> = indices.iter().map(vote).collect();
        let choice = choice::choose(&votes, tools.writings.len());
        let support = Some(Support { reproduced: choice.reproduced, reported: choice.reported });
        for (index, candidate) in indices.into_iter().zip(choice.candidates) {
            judged[index] = Some(ToolWritingJudgement { writing: tools.writings[candidate], support });
        }
    }
    judged
}
