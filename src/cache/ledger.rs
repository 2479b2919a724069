//! The ledger: every prompt token in exactly one bucket, hit or the reason for its miss.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use super::table::Absence;

/// Prompt tokens by what became of them; the buckets sum to the prompt tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// Served from the cache.
    pub hit: u64,
    /// Seen before, beyond the last full block.
    pub tail: u64,
    /// Seen before, but the provider's rule cannot serve it: no unit there, below the minimum, the last token.
    pub rule: u64,
    /// Seen before, not visible yet.
    pub pending: u64,
    /// Seen before, not used for a lifetime.
    pub expired: u64,
    /// Seen before, pushed out by others.
    pub evicted: u64,
    /// Appended to a prompt that was seen whole.
    pub new: u64,
    /// Behind the point where an earlier prompt went on differently: what an edit can give back.
    pub diverged: u64,
    /// Of a prompt that shares not even one block with an earlier one.
    pub cold: u64,
}

impl Ledger {
    /// The buckets by name, in the order in which they are shown.
    pub fn buckets(&self) -> [(&'static str, u64); 9] {
        [
            ("hit", self.hit),
            ("tail", self.tail),
            ("rule", self.rule),
            ("pending", self.pending),
            ("expired", self.expired),
            ("evicted", self.evicted),
            ("new", self.new),
            ("diverged", self.diverged),
            ("cold", self.cold),
        ]
    }

    /// Explains a bucket in a few words.
    pub fn meaning(bucket: &str) -> &'static str {
        match bucket {
            "hit" => "served from the cache",
            "tail" => "seen before, beyond the last full block",
            "rule" => "seen before, not served by the provider's rule",
            "pending" => "seen before, not visible yet",
            "expired" => "seen before, unused for too long",
            "evicted" => "seen before, evicted by others",
            "new" => "appended to an earlier prompt",
            "diverged" => "after a change in an earlier prompt",
            "cold" => "shares no block with an earlier prompt",
            _ => "",
        }
    }

    /// The same shares of other numbers of tokens: so many are hits, so many are in common with an earlier prompt, of so many.
    #[must_use]
    pub fn rescaled(self, hit: u64, common: u64, prompt: u64) -> Self {
        let common = common.clamp(hit, prompt);
        let seen = [self.tail, self.rule, self.pending, self.expired, self.evicted];
        let [tail, rule, pending, expired, evicted] = shares(seen, common - hit);
        let [new, diverged, cold] = shares([self.new, self.diverged, self.cold], prompt - common);
        let rest = prompt - hit - [tail, rule, pending, expired, evicted, new, diverged, cold].iter().sum::<u64>();
        // Tokens that no share covers, as all weights are zero, are counted as `rule`.
        Self { hit, tail, rule: rule + rest, pending, expired, evicted, new, diverged, cold }
    }

    /// All tokens.
    pub fn total(&self) -> u64 {
        self.buckets().iter().map(|(_, tokens)| tokens).sum()
    }

    /// Adds tokens that were seen and not served.
    pub(super) fn absent(&mut self, reason: Absence, tokens: u64) {
        *match reason {
            Absence::Pending => &mut self.pending,
            Absence::Expired => &mut self.expired,
            Absence::Evicted => &mut self.evicted,
            Absence::Rule => &mut self.rule,
        } += tokens;
    }
}

/// `total` tokens in the proportions of `parts`; nothing if there are no parts.
fn shares<const N: usize>(parts: [u64; N], total: u64) -> [u64; N] {
    let sum: u128 = parts.iter().map(|part| u128::from(*part)).sum();
    if sum == 0 {
        return [0; N];
    }
    let (mut before, mut given) = (0_u128, 0_u64);
    parts.map(|part| {
        before += u128::from(part);
        // Never more than the total.
        let end = u64::try_from(before * u128::from(total) / sum).unwrap_or(total);
        let share = end - given;
        given = end;
        share
    })
}

impl AddAssign for Ledger {
    fn add_assign(&mut self, other: Self) {
        self.hit += other.hit;
        self.tail += other.tail;
        self.rule += other.rule;
        self.pending += other.pending;
        self.expired += other.expired;
        self.evicted += other.evicted;
        self.new += other.new;
        self.diverged += other.diverged;
        self.cold += other.cold;
    }
}
