//! Divergences: where a prompt parts from the earlier one it shares most with, and which of them cost most.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::cache::{Ledger, Parent};
use crate::exchange::{Place, Request};
use crate::prompt::Origin;
use crate::tokens::Spot;

/// The place at which a prompt differs from its parent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Divergence {
    /// The parent's line.
    pub parent: Place,
    /// Index of the first token that differs.
    pub token: u64,
    /// Tokens behind it that miss the cache because the parent went on differently; 0 where the prompt only appends.
    pub lost_tokens: u64,
    /// Tokens behind it where not even one block is shared: perhaps another prompt altogether, perhaps one changed at the front.
    pub cold_tokens: u64,
    /// The part of the request in which it lies, where that is known.
    pub part: Option<RequestPart>,
}

/// A part of a request.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RequestPart {
    /// Origin of the part in the request.
    pub origin: Origin,
    /// The role, where it is a message.
    pub role: Option<String>,
    /// True for the last message, which is expected to differ.
    pub is_last: bool,
}

/// The divergences of a run by where they lie.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Divergences {
    /// By the part in which they lie, by the token where that is not known.
    #[serde(with = "crate::pairs")]
    lost: BTreeMap<Result<RequestPart, u64>, Group>,
    cold: Option<Group>,
}

/// All divergences within one part of the requests.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Group {
    /// Number of requests.
    pub requests: u64,
    /// Tokens that missed the cache because of them.
    pub tokens: u64,
    /// The line that lost most, the first of them, and where it parts.
    pub worst: (Place, Divergence),
    worst_tokens: u64,
}

impl Divergence {
    pub(super) fn new(parent: Parent, ledger: Ledger, spot: Option<Spot>, request: &Request) -> Self {
        let part = spot.map(|spot| RequestPart::new(spot.origin, request));
        let (lost_tokens, cold_tokens) = (ledger.diverged, ledger.cold);
        Self { parent: parent.place, token: parent.common_tokens, lost_tokens, cold_tokens, part }
    }

    /// Place of the divergence in words: `message 1 (system)`; `None` if it is not known.
    pub fn place_in_request(&self) -> Option<String> {
        self.part.as_ref().map(RequestPart::to_string)
    }
}

impl fmt::Display for RequestPart {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let role = self.role.as_ref().map(|role| format!(" ({role})")).unwrap_or_default();
        write!(formatter, "{}{role}", self.origin)
    }
}

impl RequestPart {
    pub(super) fn new(origin: Origin, request: &Request) -> Self {
        let messages = request.messages();
        let Origin::Message(index) = origin else { return Self { origin, role: None, is_last: false } };
        let role = messages.get(index).map(|message| message.role.clone());
        Self { origin, role, is_last: index + 1 == messages.len() && index > 0 }
    }
}

impl Divergences {
    /// Takes note of a divergence that cost tokens.
    pub fn add(&mut self, place: Place, divergence: &Divergence) {
        if divergence.lost_tokens > 0 {
            let group = Group::of_one(place, divergence, divergence.lost_tokens);
            merge_into(self.lost.entry(divergence.part.clone().ok_or(divergence.token)), group);
        }
        if divergence.cold_tokens > 0 {
            self.merge_cold(Group::of_one(place, divergence, divergence.cold_tokens));
        }
    }

    /// Takes up the divergences of other requests.
    pub fn merge(&mut self, other: Self) {
        for (part, group) in other.lost {
            merge_into(self.lost.entry(part), group);
        }
        if let Some(cold) = other.cold {
            self.merge_cold(cold);
        }
    }

    fn merge_cold(&mut self, group: Group) {
        match &mut self.cold {
            Some(cold) => cold.merge(group),
            none => *none = Some(group),
        }
    }

    /// The groups that an edit can give back, the costliest first; those in a last message, which is meant to differ, come after
    /// the others.
    pub fn groups(&self) -> Vec<&Group> {
        let mut groups: Vec<&Group> = self.lost.values().collect();
        groups.sort_by_key(|group| (group.is_in_last_message(), Reverse(group.tokens)));
        groups
    }

    /// Requests that share something with an earlier one, but not one block.
    pub fn cold(&self) -> Option<&Group> {
        self.cold.as_ref()
    }
}

/// Adds a group to the one of the same place, if there is one.
fn merge_into(entry: Entry<'_, Result<RequestPart, u64>, Group>, group: Group) {
    match entry {
        Entry::Occupied(mut known) => known.get_mut().merge(group),
        Entry::Vacant(place) => drop(place.insert(group)),
    }
}

impl Group {
    fn of_one(place: Place, divergence: &Divergence, tokens: u64) -> Self {
        Self { requests: 1, tokens, worst: (place, divergence.clone()), worst_tokens: tokens }
    }

    fn merge(&mut self, other: Self) {
        self.requests += other.requests;
        self.tokens += other.tokens;
        // The order in which requests are added is no matter.
        let rank = |group: &Self| {
            let (place, divergence) = &group.worst;
            (Reverse(group.worst_tokens), *place, divergence.token, divergence.parent)
        };
        if rank(&other) < rank(self) {
            self.worst_tokens = other.worst_tokens;
            self.worst = other.worst;
        }
    }

    /// True if it lies in the last message.
    pub fn is_in_last_message(&self) -> bool {
        self.worst.1.part.as_ref().is_some_and(|part| part.is_last)
    }

    /// Tokens of the worst of them that missed the cache.
    pub fn worst_tokens(&self) -> u64 {
        self.worst_tokens
    }
}
