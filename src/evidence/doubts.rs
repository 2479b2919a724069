//! Doubts: groups of requests whose reported counts another candidate reproduces, found without trying every candidate on every request.
//!
//! A request that disagrees with what was suggested is tried under every candidate. Where the counts of a log agree with none, trying
//! them all would take many times the time of a log that agrees: what was tried in vain is bounded by what the log holds.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::chance::{Agreement, Tally};
use super::judgement::{GroupKey, Testimony};

/// Requests that disagree with what was suggested, and what came of trying other candidates on some of them.
#[derive(Debug, Default)]
pub struct Doubts {
    groups: BTreeMap<GroupKey, Tried>,
    /// Requests of a group by the tokens that were reported less those that were counted: another era, or another way to write tools,
    /// has the same difference in many requests.
    by_difference: HashMap<(GroupKey, i64), Repeats>,
    /// Tokens of all requests.
    seen: u64,
    /// Tokens counted in vain, under each candidate.
    wasted: u64,
    /// Tokens of them since a candidate last came near a count.
    far: u64,
    /// Groups are known to be contradicted, and what is looked for are yet other candidates: nothing settles that.
    is_second: bool,
}

/// The groups in which a candidate reproduces counts that the suggestion does not, with the names of such profiles.
#[derive(Clone, Debug, Default)]
pub struct Contradictions(BTreeMap<GroupKey, BTreeSet<String>>);

/// Requests of one group that were tried.
#[derive(Debug, Default)]
struct Tried {
    has_disagreed: bool,
    /// Requests that were tried, by their tools.
    calls: HashMap<u128, u64>,
    /// Agreements by tools, profile and way to write the tools.
    tallies: BTreeMap<(u128, String, usize), Tally>,
    is_settled: bool,
}

/// Requests with one difference.
#[derive(Clone, Copy, Debug, Default)]
struct Repeats {
    seen: u64,
    /// The number of them when one was tried last.
    tried_at: u64,
}

/// Tokens that may be counted in vain in any case: that takes some hundredths of a second, and tries all requests of a log of usual length.
const FREE: u64 = 10_000_000;

/// Beyond that, one token in vain for so many of the log. Then only the first request of a group is tried, and those whose difference
/// was seen several times.
const SEEN_FOR_EACH_WASTED: u64 = 8;

/// Tokens that are counted in vain while no candidate comes near any count; from then on a log is tried as a long one is, but for the first
/// requests of a group: its reports are of another kind, such as of prompts that the log holds in part.
const FAR: u64 = 1_500_000;

/// The first requests of a group.
const NEW: u64 = 8;

/// The time that a difference is seen from which on it is no chance.
const REPEATED: u64 = 3;

/// Requests that settle that a candidate is to be weighed on the whole group.
const SETTLING: u64 = 3;

impl Doubts {
    /// Doubts about requests with which the candidates that were found first do not agree.
    pub fn second() -> Self {
        Self { is_second: true, ..Self::default() }
    }

    /// Takes note of a request of so many tokens, whether it disagrees or not.
    pub fn see(&mut self, tokens: u64) {
        self.seen += tokens;
    }

    /// Takes note of a request that disagrees with what was suggested, by that difference; true if it is to be tried.
    pub fn is_tried(&mut self, group: GroupKey, difference: i64) -> bool {
        let tried = self.groups.entry(group).or_default();
        if tried.is_settled && !self.is_second {
            return false;
        }
        let is_first = !std::mem::replace(&mut tried.has_disagreed, true);
        let alike = self.by_difference.entry((group, difference)).or_default();
        alike.seen += 1;
        let is_due = alike.seen >= REPEATED && alike.seen >= 2 * alike.tried_at;
        let allowed = FREE + self.seen / SEEN_FOR_EACH_WASTED;
        let is_new = tried.calls.values().sum::<u64>() < NEW;
        let is_free = self.wasted <= FREE && (is_new || self.far < FAR);
        let is_tried = is_free || (self.wasted <= allowed && (is_first || is_due));
        if is_tried {
            alike.tried_at = alike.seen;
        }
        is_tried
    }

    /// Takes note of what came of trying a request of so many tokens.
    pub fn weigh(&mut self, testimony: &Testimony, tokens: u64) {
        let tried = self.groups.entry(testimony.group).or_default();
        *tried.calls.entry(testimony.tools).or_default() += 1;
        let (mut is_in_vain, mut came_near) = (true, false);
        for (profile, writing, agreement) in testimony.agreements() {
            let name = testimony.profiles[profile].name.clone();
            let tally = tried.tallies.entry((testimony.tools, name, writing)).or_default();
            let before = tally.exact();
            tally.add(agreement);
            is_in_vain &= tally.exact() == before;
            came_near |= agreement != Agreement::Far;
            tried.is_settled |= tally.exact() >= SETTLING && tally.is_no_chance();
        }
        let counted = tokens * testimony.profiles.len() as u64;
        self.far = if came_near { 0 } else { self.far + counted };
        self.wasted += if is_in_vain { counted } else { 0 };
    }

    /// The groups in which a candidate's agreement is no chance.
    pub fn contradictions(self) -> Contradictions {
        let believed = |(group, tried): (GroupKey, Tried)| {
            let calls = |tools: &u128| tried.calls.get(tools).copied().unwrap_or_default();
            let all = tried.tallies.iter().filter(|((tools, ..), tally)| tally.is_believed(calls(tools)));
            let profiles: BTreeSet<String> = all.map(|((_, profile, _), _)| profile.clone()).collect();
            (!profiles.is_empty()).then_some((group, profiles))
        };
        Contradictions(self.groups.into_iter().filter_map(believed).collect())
    }
}

impl Contradictions {
    /// Some group is contradicted.
    pub fn any(&self) -> bool {
        !self.0.is_empty()
    }

    /// Takes up others; true if there was one that was not known.
    pub fn take_up(&mut self, others: Self) -> bool {
        let mut is_new = false;
        for (group, profiles) in others.0 {
            let known = self.0.entry(group).or_default();
            let before = known.len();
            known.extend(profiles);
            is_new |= known.len() > before;
        }
        is_new
    }

    /// The profiles that reproduce counts of the group; `None` if it is not contradicted.
    pub fn profiles(&self, group: GroupKey) -> Option<&BTreeSet<String>> {
        self.0.get(&group)
    }
}

#[cfg(test)]
mod tests {

    use super::super::judgement::{RequestKey, Writings};
    use super::*;
    use crate::exchange::Exchange;
    use crate::prompt::ToolWriting;

    #[test]
    fn a_log_that_no_candidate_comes_near_is_tried_no_longer_but_for_new_groups_and_differences_that_repeat() {
        let exchange = Exchange::default();
        let group = GroupKey::new(&exchange, None);
        let testimony = |exact| Testimony {
            group,
            call: RequestKey::new(&exchange),
            time: None,
            profiles: crate::profile::Profiles::builtin().all()[..2].to_vec(),
            tools: 0,
            writings: [ToolWriting::AS_LOGGED].into(),
            counts: Some(vec![Writings::default(), Writings { exact, near: 0 }]),
            difference: 0,
            impossible_hits: 0,
        };
        let mut doubts = Doubts::default();
        for difference in 0..15 {
            assert!(doubts.is_tried(group, difference));
            doubts.weigh(&testimony(0), 50_000);
        }
        assert!(!doubts.is_tried(group, 16));
        let another = Exchange { host: Some("another".into()), ..Exchange::default() };
        assert!(doubts.is_tried(GroupKey::new(&another, None), 16), "another group is new");
        assert_eq!([79, 79, 79].map(|difference| doubts.is_tried(group, difference)), [false, false, true]);
        doubts.weigh(&testimony(1), 1_000);
        assert!(doubts.is_tried(group, 17), "a candidate reproduces a count of the group");
    }
}
