//! The testimony of requests: what was reported of them beside our count, under what is suggested and under every candidate.

use std::sync::Arc;

use super::tools::{MoreByWriting, ToolTrial};
use super::{CountedExchange, Counter};
use crate::counting::Counted;
use crate::evidence::chance::Agreement;
use crate::evidence::choice::MOST_CANDIDATES;
use crate::evidence::doubts::{Contradictions, Doubts};
use crate::evidence::judgement::{GroupKey, RequestKey, Testimony, Writings};
use crate::exchange::{Content, Exchange, Input, Message};
use crate::profile::Profile;
use crate::prompt::ToolWriting;
use crate::time::Timestamp;

impl Counter<'_> {
    /// Takes note of a request; if its reported figures contradict what was suggested, it is tried under the candidates.
    pub fn doubt(&self, exchange: &Exchange, counted: &CountedExchange, time: Option<Timestamp>, doubts: &mut Doubts) {
        let tokens = counted.counted.prompt_tokens as u64;
        doubts.see(tokens);
        let Some((group, difference)) = self.disagreeing_group(exchange, counted, time) else { return };
        if doubts.is_tried(group, difference)
            && let Some(testimony) = self.testimony(exchange, time, group, |_| true)
        {
            doubts.weigh(&testimony, tokens);
        }
    }

    /// The group of a request whose reported figures disagree with what was suggested, if there are other candidates, and the tokens
    /// that were reported more than counted.
    fn disagreeing_group(
        &self,
        exchange: &Exchange,
        counted: &CountedExchange,
        time: Option<Timestamp>,
    ) -> Option<(GroupKey, i64)> {
        let (profile, basis) = counted.choice.as_ref()?;
        let reported = reported_prompt(exchange)?;
        let difference = difference(reported, &counted.counted);
        let has_count = difference == 0;
        let may_be_changed = || self.trials.of_request(&exchange.request).writings.len() > 1;
        let is_contradicted = if basis.is_suggestion() {
            !has_count || !can_serve(profile, exchange.usage.hit_tokens)
        } else {
            !has_count && may_be_changed()
        };
        is_contradicted.then(|| (GroupKey::new(exchange, time), difference))
    }

    /// Counts a request of a contradicted group under what is suggested and the profiles that reproduce other counts of the group.
    pub fn testify(
        &self,
        exchange: &Exchange,
        time: Option<Timestamp>,
        contradictions: &Contradictions,
    ) -> Option<Testimony> {
        let group = GroupKey::new(exchange, time);
        let profiles = contradictions.profiles(group)?;
        self.testimony(exchange, time, group, |profile| profiles.contains(&profile.name))
    }

    /// The same under every profile, for a request that agrees with none of those, if that is worth the time.
    pub fn testify_again(&self, exchange: &Exchange, testimony: Testimony, doubts: &mut Doubts) -> Testimony {
        let tokens = exchange.usage.prompt_tokens.unwrap_or_default();
        doubts.see(tokens);
        if !testimony.agrees_with_none() || !doubts.is_tried(testimony.group, testimony.difference) {
            return testimony;
        }
        let again = self.testimony(exchange, testimony.time, testimony.group, |_| true).unwrap_or(testimony);
        doubts.weigh(&again, tokens);
        again
    }

    /// Counts a request under what is suggested and those of its candidates that are wanted.
    fn testimony(
        &self,
        exchange: &Exchange,
        time: Option<Timestamp>,
        group: GroupKey,
        is_wanted: impl Fn(&Profile) -> bool,
    ) -> Option<Testimony> {
        // If a provider restores reasoning, a count depends on requests before.
        if !self.lacking_reasoning(exchange, time).is_empty() {
            return None;
        }
        let mut profiles = self.candidates(exchange, time);
        profiles.truncate(MOST_CANDIDATES);
        let suggested = profiles.first()?;
        let trial = self.trials.of_request(&exchange.request);
        let reported = reported_prompt(exchange);
        let mut off = 0;
        let counts: Option<Vec<Writings>> = reported.map(|reported| {
            let matches = |profile: &Arc<Profile>| {
                if !Arc::ptr_eq(profile, suggested) && !is_wanted(profile) {
                    return Writings::default();
                }
                let counted = self.count_under(exchange, Some(profile), ToolWriting::AS_LOGGED);
                if Arc::ptr_eq(profile, suggested) {
                    off = difference(reported, &counted);
                }
                self.matching_writings(exchange, profile, (reported, counted.prompt_tokens as u64), &trial)
            };
            profiles.iter().map(matches).collect()
        });
        let impossible = |(index, profile): (usize, &Arc<Profile>)| {
            u64::from(!can_serve(profile, exchange.usage.hit_tokens)) << index
        };
        let impossible_hits = profiles.iter().enumerate().map(impossible).sum();
        let (call, tools, writings) = (RequestKey::new(exchange), trial.digest, Arc::clone(&trial.writings));
        Some(Testimony { group, call, time, profiles, tools, writings, counts, difference: off, impossible_hits })
    }

    /// The ways to write the tools by which a request, of so many reported tokens and so many as logged, agrees under the profile.
    fn matching_writings(
        &self,
        exchange: &Exchange,
        profile: &Profile,
        (reported, as_logged): (u64, u64),
        trial: &ToolTrial,
    ) -> Writings {
        let more = trial.more(profile, || self.more_by_writing(exchange, profile, &trial.writings));
        let mut matching = Writings::default();
        for (index, writing) in trial.writings.iter().enumerate() {
            let counted = match &more {
                _ if *writing == ToolWriting::AS_LOGGED => as_logged,
                Some(more) => as_logged.saturating_add_signed(more[index]),
                None => self.count_under(exchange, Some(profile), *writing).prompt_tokens as u64,
            };
            match Agreement::new(counted, reported) {
                Agreement::Exact => matching.exact |= 1 << index,
                Agreement::Near => matching.near |= 1 << index,
                Agreement::Far => {}
            }
        }
        matching
    }

    /// The most tokens by which another way to write the tools changes the count of a request with them; `None` where each request has to
    /// be counted.
    pub(super) fn most_by_writing(&self, exchange: &Exchange, profile: &Profile, trial: &ToolTrial) -> Option<u64> {
        let more = trial.more(profile, || self.more_by_writing(exchange, profile, &trial.writings))?;
        more.iter().map(|more| more.unsigned_abs()).max()
    }

    /// The tokens that each way to write the tools takes more than the tools as logged: the same for all requests with these tools, since
    /// text that never changes stands on both sides of them. `None` with a template of the user's, which may do anything.
    fn more_by_writing(&self, exchange: &Exchange, profile: &Profile, writings: &[ToolWriting]) -> MoreByWriting {
        if self.is_overridden() {
            return None;
        }
        let message = Message { role: "user".into(), content: Some(Content::Text("-".into())), ..Message::default() };
        let mut short = Exchange { request: exchange.request.clone(), ..Exchange::default() };
        (short.host, short.seller) = (exchange.host.clone(), exchange.seller);
        short.request.input = Input::from(vec![message]);
        let count = |writing: &ToolWriting| self.count_under(&short, Some(profile), *writing).prompt_tokens as u64;
        let as_logged = count(&ToolWriting::AS_LOGGED);
        Some(writings.iter().map(|writing| count(writing).cast_signed() - as_logged.cast_signed()).collect())
    }
}

/// The tokens that were reported more than counted.
fn difference(reported: u64, counted: &Counted) -> i64 {
    reported.cast_signed().wrapping_sub_unsigned(counted.prompt_tokens as u64)
}

/// The reported prompt tokens; `None` if there is no report that can be believed.
fn reported_prompt(exchange: &Exchange) -> Option<u64> {
    exchange.usage.prompt_tokens.filter(|_| !exchange.usage.contradicts)
}

/// The profile's cache can serve so many tokens.
fn can_serve(profile: &Profile, hits: Option<u64>) -> bool {
    hits.is_none_or(|hits| hits.is_multiple_of(profile.policy.step().max(1)))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::profile::Profiles;
    use crate::simulation::Settings;

    fn call(tools: &Value, model: &str, choice: Value) -> Exchange {
        let message = |role: &str, text: &str| Message {
            role: role.into(),
            content: Some(Content::Text(text.into())),
            ..Message::default()
        };
        let messages = [message("system", "You mind a lighthouse.\n\n"), message("user", "\n{Is it lit?")];
        let mut exchange = Exchange::default();
        exchange.request.model = Some(model.into());
        exchange.request.input = Input::from(messages.to_vec());
        exchange.request.tools = tools.as_array().cloned().unwrap_or_default().into();
        exchange.request.tool_choice = (!choice.is_null()).then_some(choice);
        exchange
    }

    #[test]
    fn what_a_way_to_write_tools_takes_more_is_the_same_in_every_call() {
        let parameters = json!({"additionalProperties": false, "properties": {"hour": {"description": "Of the day", "title": "Hour",
            "type": "integer"}, "lamp": {"default": null, "enum": ["red", "white"], "type": "string"}}, "required": ["hour"], "type": "object"});
        let tool = |name: &str| json!({"function": {"description": "Lights it.", "name": name, "parameters": parameters}, "type": "function"});
        let tools = json!([tool("light"), tool("snuff")]);
        let writings = ToolWriting::candidates(call(&tools, "", Value::Null).request.tools.as_ref());
        assert!(writings.len() > 10);
        let counter = Counter::new(Profiles::builtin(), &mut Settings::default());
        let choices = [Value::Null, json!("required"), json!({"type": "function", "function": {"name": "snuff"}})];
        let models = ["some-model", "gpt-4o", "o3", "gpt-5", "deepseek-reasoner"];
        for profile in Profiles::builtin().all() {
            for (model, choice) in models.iter().flat_map(|model| choices.iter().map(move |choice| (model, choice))) {
                let exchange = call(&tools, model, choice.clone());
                let more = counter.more_by_writing(&exchange, profile, &writings).unwrap();
                let count = |writing| counter.count_under(&exchange, Some(profile), writing).prompt_tokens as u64;
                let as_logged = count(ToolWriting::AS_LOGGED);
                for (writing, more) in writings.iter().zip(&*more) {
                    let name = &profile.name;
                    assert_eq!(count(*writing), as_logged.saturating_add_signed(*more), "{name} {model} {writing}");
                }
            }
        }
    }
}
