//! Divergences: where a prompt parts from the earlier one it shares most with, and which of them cost most.

use std::collections::BTreeMap;

use crate::cache::Parent;
use crate::log::{Place, Request};
use crate::prompt::Origin;
use crate::tokens::Spot;

/// Where a prompt parts from its parent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Divergence {
    /// The parent's line.
    pub parent: Place,
    /// Index of the first token that differs.
    pub token: u64,
    /// Tokens behind it that are paid anew; 0 where the prompt only appends.
    pub lost_tokens: u64,
    /// The part of the request in which it lies, where tokens were lost.
    pub origin: Option<Origin>,
    /// The role of the message in which it lies.
    pub role: Option<String>,
}

/// The divergences of a run by where they lie, the costliest first.
#[derive(Debug, Default)]
pub struct Costliest {
    by_origin: BTreeMap<(Origin, Option<String>), Group>,
}

/// All divergences within one part of the requests.
#[derive(Clone, Debug)]
pub struct Group {
    /// How many.
    pub requests: u64,
    /// Tokens paid anew because of them.
    pub lost_tokens: u64,
    /// The one that lost most.
    pub worst: (Place, Divergence),
}

impl Divergence {
    pub(super) fn new(parent: Parent, lost_tokens: u64, spot: Option<Spot>, request: &Request) -> Self {
        let origin = spot.map(|spot| spot.origin);
        let role = match origin {
            Some(Origin::Message(index)) => request.messages().get(index).map(|message| message.role.clone()),
            _ => None,
        };
        Self { parent: parent.place, token: parent.common_tokens, lost_tokens, origin, role }
    }

    /// Where it lies, in words: `message 1 (system)`.
    pub fn place_in_request(&self) -> String {
        match (&self.origin, &self.role) {
            (Some(origin), Some(role)) => format!("{origin} ({role})"),
            (Some(origin), None) => origin.to_string(),
            (None, _) => format!("token {}", self.token),
        }
    }
}

impl Costliest {
    /// Takes note of a divergence that lost tokens.
    pub fn add(&mut self, place: Place, divergence: &Divergence) {
        if divergence.lost_tokens == 0 {
            return;
        }
        let key = (divergence.origin.unwrap_or(Origin::Start), divergence.role.clone());
        let group = self.by_origin.entry(key).or_insert_with(|| Group {
            requests: 0,
            lost_tokens: 0,
            worst: (place, divergence.clone()),
        });
        group.requests += 1;
        group.lost_tokens += divergence.lost_tokens;
        if divergence.lost_tokens > group.worst.1.lost_tokens {
            group.worst = (place, divergence.clone());
        }
    }

    /// The groups, the one that lost most tokens first.
    pub fn groups(&self) -> Vec<&Group> {
        let mut groups: Vec<&Group> = self.by_origin.values().collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.lost_tokens));
        groups
    }
}
