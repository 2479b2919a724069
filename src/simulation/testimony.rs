//! The testimony of calls: what was reported of them beside our count, under what is suggested and under every candidate.

use std::sync::Arc;

use serde_json::Value;

use super::{CountedExchange, Counter};
use crate::evidence::choice::{MOST_CANDIDATES, Vote};
use crate::evidence::judgement::{CallKey, ChangedTools, Doubts, GroupKey, Testimony};
use crate::exchange::Exchange;
use crate::hash;
use crate::profile::Profile;
use crate::prompt::ToolWriting;
use crate::time::Timestamp;

impl Counter<'_> {
    /// Takes note of a call whose reported figures contradict what was suggested, if a candidate agrees with them.
    pub fn doubt(&self, exchange: &Exchange, counted: &CountedExchange, time: Option<Timestamp>, doubts: &mut Doubts) {
        let Some((group, difference)) = Self::disagreeing_group(exchange, counted, time) else { return };
        if doubts.is_tried(group, counted.counted.prompt_tokens as u64, difference) {
            let testimony = self.testimony(exchange, time, group);
            if testimony.is_some_and(|testimony| testimony.vote.counts.is_some_and(|counts| counts != 0)) {
                doubts.contradict(group);
            }
        }
    }

    /// The group of a call whose reported figures disagree with what was suggested, if there are other candidates, and the tokens
    /// that were reported more than counted.
    fn disagreeing_group(
        exchange: &Exchange,
        counted: &CountedExchange,
        time: Option<Timestamp>,
    ) -> Option<(GroupKey, i64)> {
        let (profile, basis) = counted.choice.as_ref()?;
        let reported = reported_prompt(exchange)?;
        let difference = reported.cast_signed().wrapping_sub_unsigned(counted.counted.prompt_tokens as u64);
        let has_count = difference == 0;
        let may_be_changed = || ToolWriting::candidates(&exchange.request.tools).len() > 1;
        let is_contradicted = if basis.is_suggestion() {
            !has_count || !can_serve(profile, exchange.usage.hit_tokens)
        } else {
            !has_count && may_be_changed()
        };
        is_contradicted.then(|| (GroupKey::new(exchange, time), difference))
    }

    /// Counts a call under every candidate, if its group is contradicted.
    pub fn testify(&self, exchange: &Exchange, time: Option<Timestamp>, doubts: &Doubts) -> Option<Testimony> {
        let group = GroupKey::new(exchange, time);
        if doubts.contradicts(group) { self.testimony(exchange, time, group) } else { None }
    }

    fn testimony(&self, exchange: &Exchange, time: Option<Timestamp>, group: GroupKey) -> Option<Testimony> {
        // If a provider restores reasoning, a count depends on calls before.
        if !self.lacking_reasoning(exchange, time).is_empty() {
            return None;
        }
        let mut profiles = self.candidates(exchange, time);
        profiles.truncate(MOST_CANDIDATES);
        if profiles.is_empty() {
            return None;
        }
        let tools = &exchange.request.tools;
        let writings: Arc<[ToolWriting]> = ToolWriting::candidates(tools).into();
        let reported = reported_prompt(exchange);
        // For each profile the ways to write the tools that reproduce the count, as logged first.
        let counts: Option<Vec<u64>> = reported.map(|reported| {
            profiles.iter().map(|profile| self.matching_writings(exchange, profile, reported, &writings)).collect()
        });
        let mut vote = Vote::default();
        for (index, profile) in profiles.iter().enumerate() {
            vote.impossible_hits |= u64::from(!can_serve(profile, exchange.usage.hit_tokens)) << index;
        }
        vote.counts = counts.as_ref().map(|counts| {
            counts.iter().enumerate().fold(0, |bits, (index, writings)| bits | u64::from(*writings != 0) << index)
        });
        let digest = || hash::digest(Value::from(tools.to_vec()).to_string().as_bytes());
        let changed_tools = (writings.len() > 1).then(|| ChangedTools { digest: digest(), writings, counts });
        Some(Testimony { group, call: CallKey::new(exchange), time, profiles, vote, changed_tools })
    }

    /// A bit for each way to write the tools by which the call has so many tokens under the profile.
    fn matching_writings(
        &self,
        exchange: &Exchange,
        profile: &Profile,
        reported: u64,
        writings: &[ToolWriting],
    ) -> u64 {
        let fits = |writing: ToolWriting| {
            u64::from(self.count_under(exchange, Some(profile), writing).prompt_tokens as u64 == reported)
        };
        writings.iter().enumerate().fold(0, |bits, (index, writing)| bits | fits(*writing) << index)
    }
}

/// The reported prompt tokens; `None` if there is no report that can be believed.
fn reported_prompt(exchange: &Exchange) -> Option<u64> {
    exchange.usage.prompt_tokens.filter(|_| !exchange.usage.contradicts)
}

/// The profile's cache can serve so many tokens.
fn can_serve(profile: &Profile, hits: Option<u64>) -> bool {
    hits.is_none_or(|hits| hits.is_multiple_of(profile.policy.step().max(1)))
}
