//! The era of a call: which of a host's profiles reproduces the counts that the provider reported.
//!
//! A system fingerprint or a host names the profile. A date or a model's name alone only suggests one: then the profiles of that
//! host and model are candidates, and calls of one host, model, fingerprint and day are judged together. Logs that bear out what
//! is suggested are judged in passing; only a group that contradicts it is counted under every candidate.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::choice::{self, Vote};
use crate::exchange::Exchange;
use crate::hash;
use crate::profile::Profile;
use crate::time::Timestamp;

/// Calls of one host, model, fingerprint and day, which are judged together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupKey(u128);

/// A call, however often its line is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CallKey(u128);

/// How far the reported figures bear out the profiles that were suggested.
#[derive(Debug, Default)]
pub struct Doubts {
    contradicted: BTreeSet<GroupKey>,
}

/// One call of a contradicted group, counted under every candidate.
#[derive(Clone, Debug)]
pub struct Testimony {
    /// The group that it belongs to.
    pub group: GroupKey,
    /// The call.
    pub call: CallKey,
    /// When it was made, or the line before it.
    pub time: Option<Timestamp>,
    /// The profiles that were tried, the suggested one first.
    pub candidates: Vec<Arc<Profile>>,
    /// The candidates that agree with what was reported.
    pub vote: Vote,
}

/// The profiles of calls whose reported counts contradict what was suggested.
#[derive(Debug, Default)]
pub struct Eras(HashMap<CallKey, Era>);

/// The profile of one call, with the support for it in its group.
#[derive(Clone, Debug)]
pub struct Era {
    /// The profile.
    pub profile: Arc<Profile>,
    /// Calls of the group whose reported count the choice reproduces.
    pub reproduced: u64,
    /// Calls of the group that reported a count.
    pub reported: u64,
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
}

fn digest<'a>(parts: impl Iterator<Item = Option<&'a str>>) -> u128 {
    parts.fold(0, |digest, part| {
        let digest = hash::chain(digest, &[u8::from(part.is_some())]);
        hash::chain(digest, part.unwrap_or_default().as_bytes())
    })
}

impl Doubts {
    /// Takes note of a group in which the suggested profile does not agree with what was reported.
    pub fn contradict(&mut self, group: GroupKey) {
        self.contradicted.insert(group);
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

impl Eras {
    /// Chooses for each group the profile, or the profiles of its runs of calls, that its reported counts bear out. Calls stand in
    /// the order of the log; those of one group are judged in the order of time.
    pub fn choose(testimonies: Vec<Testimony>) -> Self {
        let mut groups: BTreeMap<(GroupKey, Vec<String>), Vec<Testimony>> = BTreeMap::new();
        for testimony in testimonies {
            let names = testimony.candidates.iter().map(|profile| profile.name.clone()).collect();
            groups.entry((testimony.group, names)).or_default().push(testimony);
        }
        let mut eras = HashMap::new();
        for mut calls in groups.into_values() {
            calls.sort_by_key(|call| call.time);
            let votes: Vec<Vote> = calls.iter().map(|call| call.vote).collect();
            let choice = choice::choose(&votes, calls[0].candidates.len());
            let (reproduced, reported) = (choice.reproduced, choice.reported);
            if choice.candidates.iter().all(|candidate| *candidate == 0) {
                // All is as suggested.
                continue;
            }
            for (call, candidate) in calls.into_iter().zip(choice.candidates) {
                let profile = Arc::clone(&call.candidates[candidate]);
                eras.insert(call.call, Era { profile, reproduced, reported });
            }
        }
        Self(eras)
    }

    /// The era of a call that was judged.
    pub fn of_call(&self, call: CallKey) -> Option<&Era> {
        self.0.get(&call)
    }

    /// No call was judged.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
