//! Usage objects: the many ways providers report tokens, as one.
//!
//! Shapes as of November 2026, from the providers' SDK types. An absent field means what [`absent`] says of its API. Counts that
//! contradict each other are resolved where their total allows it and marked so; else they are reported, not repaired.

mod absent;
mod counters;
mod own_calls;
mod resolved;
mod searches;
pub(crate) mod settled;
mod thoughts;
mod tier;
mod unread;
mod words;

use serde_json::Value;

use counters::Counters;
pub(crate) use counters::OTHER_PROMPT;
pub(crate) use words::{CacheCounter, cache_counter, speaks_of_cache, words};

use crate::exchange::{Family, HasFields, Resolution, Usage, Written};
use crate::log::json::at;

/// No request has more tokens than this; a larger number is no count of tokens, and could not be summed.
pub(crate) const MOST_TOKENS: u64 = 1_000_000_000_000;

/// A number of tokens; `None` for what cannot be one.
pub(crate) fn tokens(value: &Value) -> Option<u64> {
    let tokens = match value {
        // Tables of data frames write whole numbers as 9.0, tables of text as "9".
        Value::Number(number) => number.as_u64().or_else(|| whole(number.as_f64()?)),
        Value::String(digits) => digits.parse().ok(),
        _ => None,
    };
    tokens.filter(|tokens| *tokens <= MOST_TOKENS)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number within what tokens may be")]
fn whole(number: f64) -> Option<u64> {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    let is_count = number.fract() == 0.0 && (0.0..=MOST_TOKENS as f64).contains(&number);
    is_count.then_some(number as u64)
}

/// True if a value stands where tokens are counted and is no number of tokens: negative, broken, beyond all measure, or no number at
/// all. Null is no value, and what holds more than numbers is another shape.
pub(crate) fn is_unreadable(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(_) => true,
        Value::Number(_) | Value::String(_) => tokens(value).is_none(),
        Value::Array(list) => list.iter().all(Value::is_number),
        Value::Object(map) => map.is_empty(),
    }
}

impl Written {
    /// By their lifetime, 5 minutes, 30 minutes, an hour and twelve: `total` of them, those whose lifetime is known first. True if
    /// these are more than the total.
    fn new(total: u64, known: [Option<u64>; 4]) -> (Self, bool) {
        let [five_minutes, half_hour, hour, half_day] = known.map(|tokens| tokens.unwrap_or(0));
        let written = Self { unstated: 0, five_minutes, half_hour, hour, half_day };
        let unstated = total.saturating_sub(written.total());
        (Self { unstated, ..written }, written.total() > total)
    }
}

impl Usage {
    /// Reads a usage object of any provider.
    pub fn from_json(usage: &Value) -> Self {
        let read = Self::of_one_call(usage);
        Self { own_calls: own_calls::listed(usage, &read), ..read }
    }

    /// The same without a look at the calls that the provider made by itself.
    fn of_one_call(usage: &Value) -> Self {
        let counters = Counters::read(usage);
        let has = counters.has;
        let is_anthropic = !has.chat && (has.input_tokens || counters.has_no_prompt()) && has.anthropic;
        let is_bedrock = has.camel && !has.ai_sdk && !has.chat && !has.input_tokens;
        let is_exclusive = (is_anthropic || is_bedrock || has.agent && !has.chat) && !counters.sum_up_to_the_prompt();
        let read = if is_exclusive { Self::exclusive(&counters) } else { Self::inclusive(&counters) };
        // Anthropic's fast mode is a price of its own, beside its tiers.
        let speed = usage.field("speed").and_then(Value::as_str).filter(|speed| *speed != "standard");
        let service_tier = speed.map(str::to_owned).or_else(|| tier::told(usage));
        // Anthropic charges by where it was served; other words say that no place was asked for.
        let geo = usage.field("inference_geo").and_then(Value::as_str);
        let region = geo.filter(|geo| !["", "global", "not_available"].contains(geo)).map(str::to_owned);
        let unknown_counters = if read.hit_tokens.is_none() { counters.unknown } else { Vec::new() };
        let contradicts = read.contradicts || counters.has_unreadable;
        let resolved = read.resolved.or(counters.hit.has_zero_beside.then_some(Resolution::ZeroBeside));
        let audio_tokens = counters.audio.get().unwrap_or(0) + counters.audio_output.get().unwrap_or(0);
        Self {
            audio_tokens,
            service_tier,
            region,
            contradicts,
            resolved,
            unknown_counters,
            logged_cost: counters.cost,
            web_searches: searches::counted(usage).unwrap_or(0),
            ..read
        }
    }

    /// Merges two reports of one call, such as a logger's own beside the provider's answer: of what both tell, the one counts that
    /// knows the prompt, then the one with more counts, then the first.
    pub(crate) fn merged(first: Self, second: Self) -> Self {
        let rank = |usage: &Self| (usage.prompt_tokens.is_some(), usage.known());
        let (more, less) = if rank(&second) > rank(&first) { (second, first) } else { (first, second) };
        let agrees = more.prompt_tokens.is_some()
            && more.prompt_tokens == less.prompt_tokens
            && more.output_tokens.is_none_or(|output| less.output_tokens.is_none_or(|other| other == output))
            && !less.contradicts;
        Self {
            service_tier: more.service_tier.clone().or(less.service_tier.clone()),
            region: more.region.clone().or(less.region.clone()),
            is_sum: more.is_sum || less.is_sum,
            audio_tokens: more.audio_tokens.max(less.audio_tokens),
            own_calls: if more.own_calls.is_empty() { less.own_calls.clone() } else { more.own_calls.clone() },
            unread_counters: if more.prompt_tokens.is_some() { Vec::new() } else { more.unread_counters.clone() },
            web_searches: more.web_searches.max(less.web_searches),
            logged_cost: more.logged_cost.or(less.logged_cost),
            ..if agrees { more.completed(&less) } else { more }
        }
    }

    /// The same counts, and those that only another report of the same prompt and answer has.
    fn completed(self, other: &Self) -> Self {
        let hit_tokens = self.hit_tokens.or(other.hit_tokens);
        let written = self.written.or(other.written);
        let cached = hit_tokens.unwrap_or(0) + written.map_or(0, |written| written.total());
        if self.prompt_tokens.is_none_or(|prompt| cached > prompt) {
            return self;
        }
        let output_tokens = self.output_tokens.or(other.output_tokens);
        let reasoning_tokens = self.reasoning_tokens.or(other.reasoning_tokens);
        let unknown_counters = if hit_tokens.is_none() { self.unknown_counters } else { Vec::new() };
        Self { hit_tokens, written, output_tokens, reasoning_tokens, unknown_counters, ..self }
    }

    /// A measure of what is known: counts, and of what was written how long it lives.
    pub(crate) fn known(&self) -> usize {
        let lasting = self.written.map(|written| written.total() - written.unstated).filter(|tokens| *tokens > 0);
        let written = self.written.map(|written| written.total());
        [self.prompt_tokens, self.hit_tokens, written, lasting, self.output_tokens].iter().flatten().count()
    }

    /// The usage of a response's body, wherever its API keeps it.
    pub(crate) fn of_response(body: &Value) -> Option<Self> {
        // Moonshot's streams have it in their last choice.
        let keys = ["/usage", "/usageMetadata", "/usage_metadata", "/choices/0/usage"];
        let usage = keys.iter().find_map(|key| at(body, key).filter(|usage| usage.is_object()));
        let timings = body.field("timings").map(|timings| Counters::read(timings).hit.get());
        let read = match (usage, timings.flatten()) {
            (Some(usage), hit) => {
                let web_searches = searches::counted(usage).unwrap_or_else(|| searches::listed(body));
                let usage = Self::from_json(usage);
                Self { hit_tokens: usage.hit_tokens.or(hit), web_searches, ..usage }
            }
            (None, hit) => Self { hit_tokens: hit, ..Self::default() },
        };
        let read = thoughts::with_thoughts(read, body);
        let unread_counters = if read.prompt_tokens.is_none() { unread::counters(body) } else { Vec::new() };
        let is_told = usage.is_some() || read.hit_tokens.is_some() || !unread_counters.is_empty();
        is_told.then_some(Self { unread_counters, ..read })
    }

    /// Input tokens are the whole prompt, unless the numbers say otherwise.
    fn inclusive(counters: &Counters) -> Self {
        let lasting = counters.lasting.map(counters::Count::get);
        let sum = |counts: &[Option<u64>]| counts.iter().flatten().copied().reduce(|a, b| a + b);
        let split = sum(&lasting).or_else(|| sum(&counters.lifetimes.map(counters::Count::get)));
        // LangChain takes what it knows the lifetime of out of the sum.
        let total = counters.written.get().filter(|total| *total > 0 || split.is_none()).or(split);
        let lifetimes = counters.lifetimes.map(counters::Count::get);
        let known = [lifetimes[0].or(lasting[0]), lifetimes[1], lifetimes[2].or(lasting[1]), lifetimes[3]];
        let (written, is_split_wrongly) = total.map(|total| Written::new(total, known)).unzip();
        let thoughts = counters.reasoning.get().unwrap_or(0);
        let gemini_output = || Some(counters.candidates.get()? + thoughts);
        let hit_tokens = counters.hit.get().or_else(|| counters.hits_by_misses()).or_else(|| absent::hits(counters));
        let miss_tokens = counters.miss.get();
        let prompt = counters.prompt.get().or_else(|| Some(hit_tokens? + miss_tokens?));
        let prompt_tokens = prompt.map(|prompt| prompt + counters.tool_use.get().unwrap_or(0));
        let read = Self {
            prompt_tokens,
            hit_tokens,
            written,
            output_tokens: counters.output.get().or_else(gemini_output),
            reasoning_tokens: counters.reasoning.get(),
            contradicts: is_split_wrongly.unwrap_or(false) || counters.hit.differs,
            other_prompt: counters.other_prompt.get(),
            family: prompt_tokens.map(|_| Family::Inclusive),
            ..Self::default()
        };
        resolved::resolved(read, counters)
    }

    /// Input tokens are those neither read nor written; a count of what was read or written that is not there is zero, as the sum
    /// takes it.
    fn exclusive(counters: &Counters) -> Self {
        let fresh = counters.prompt.get().or(counters.miss.get());
        let lifetimes = counters.lifetimes.map(counters::Count::get);
        let sum = lifetimes.into_iter().flatten().reduce(|a, b| a + b);
        let total = counters.written.get().or(sum);
        let (written, contradicts) = total.map(|total| Written::new(total, lifetimes)).unzip();
        let hit = counters.hit.get();
        let cached = hit.unwrap_or(0) + written.map_or(0, |written: Written| written.total());
        // A part that cannot be read is not zero: then the sum is not known either.
        let prompt = fresh.map(|fresh| fresh + cached).filter(|_| !counters.has_unreadable);
        let hit = hit.or_else(|| absent::hits(counters).filter(|_| prompt.is_some()));
        // opencode counts what was thought beside the answer.
        let reasoning = counters.reasoning.get();
        let beside = reasoning.filter(|_| counters.has.agent).unwrap_or(0);
        let read = Self {
            prompt_tokens: prompt,
            hit_tokens: hit,
            written,
            output_tokens: counters.output.get().map(|output| output + beside),
            reasoning_tokens: reasoning,
            contradicts: contradicts.unwrap_or(false) || counters.hit.differs,
            family: prompt.map(|_| Family::Exclusive),
            ..Self::default()
        };
        resolved::perhaps_whole(read, counters)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_absent_field_is_unknown_and_a_zero_is_zero() {
        let without = Usage::from_json(&json!({"prompt_tokens": 7673, "completion_tokens": 2}));
        assert_eq!((without.prompt_tokens, without.hit_tokens), (Some(7673), None));
        let with = Usage::from_json(&json!({"input_tokens": 7685, "input_tokens_details": {"cached_tokens": 0}}));
        assert_eq!((with.prompt_tokens, with.hit_tokens), (Some(7685), Some(0)));
    }

    #[test]
    fn hit_and_miss_that_do_not_add_up_are_reported() {
        let usage = |hit: u64, miss: u64| {
            Usage::from_json(
                &json!({"prompt_tokens": 100, "prompt_cache_hit_tokens": hit, "prompt_cache_miss_tokens": miss}),
            )
        };
        assert!(!usage(64, 36).contradicts);
        assert!(usage(64, 35).contradicts);
        assert_eq!(usage(u64::MAX, 35).hit_tokens, None);
    }

    #[test]
    fn one_contradiction_does_not_hide_another() {
        let contradicts = |usage: Value| Usage::from_json(&usage).contradicts;
        let counts = json!({"prompt_tokens": 100, "prompt_cache_hit_tokens": 64, "prompt_cache_miss_tokens": 36});
        let mut written = counts.clone();
        written["cache_write_tokens"] = 90.into();
        assert!(!contradicts(counts) && contradicts(written));
        let told_twice = |other: u64, own: u64| json!({"prompt_tokens": 100, "cached_tokens": other, "prompt_tokens_details": {"cached_tokens": own}});
        assert!(!contradicts(told_twice(0, 0)) && contradicts(told_twice(70, 40)));
    }

    #[test]
    fn a_zero_beside_a_number_under_another_name_is_what_a_converter_did_not_know() {
        let details = json!({"cached_tokens": 0});
        let usage = json!({"prompt_tokens": 2459, "cache_read_input_tokens": 2455, "prompt_tokens_details": details});
        let read = Usage::from_json(&usage);
        assert_eq!(
            (read.hit_tokens, read.contradicts, read.resolved),
            (Some(2455), false, Some(Resolution::ZeroBeside))
        );
    }

    #[test]
    fn a_total_tells_that_a_prompt_under_anthropics_names_is_the_whole_one() {
        let read = |input: u64, total: Option<u64>| {
            let usage = Usage::from_json(
                &json!({"input_tokens": input, "cache_read_input_tokens": 60, "output_tokens": 5, "total_tokens": total}),
            );
            (usage.prompt_tokens, usage.other_prompt)
        };
        assert_eq!(
            read(100, Some(105)),
            (Some(100), Some(160)),
            "a naive sum says the same, so that the text may decide"
        );
        assert_eq!(read(100, Some(165)), (Some(160), None));
        assert_eq!(read(100, None), (Some(160), None));
        assert_eq!(read(40, Some(45)), (Some(100), None), "a part is no larger than the whole");
    }

    #[test]
    fn what_langchain_knows_the_lifetime_of_is_written_beside_the_sum() {
        let read = |sum: Option<u64>| {
            let details = json!({"cache_read": 10, "cache_creation": sum, "ephemeral_5m_input_tokens": 50,
                "ephemeral_1h_input_tokens": 20});
            Usage::from_json(&json!({"input_tokens": 100, "output_tokens": 1, "input_token_details": details}))
        };
        for usage in [read(Some(0)), read(None), read(Some(70))] {
            assert_eq!(usage.written, Some(Written { five_minutes: 50, hour: 20, ..Written::default() }));
            assert!(!usage.contradicts);
        }
        assert!(read(Some(60)).contradicts);
    }

    #[test]
    fn a_number_that_is_no_count_is_unknown_and_named() {
        let read = |usage: &str| Usage::from_json(&serde_json::from_str(usage).unwrap());
        for wrong in ["-4", "99999999999999999999999", "1e300", "0.5", "\"many\"", "1000000000001"] {
            let usage = read(&format!(r#"{{"prompt_tokens": 9, "completion_tokens": {wrong}}}"#));
            assert_eq!((usage.prompt_tokens, usage.output_tokens, usage.contradicts), (Some(9), None, true), "{wrong}");
            let usage = read(&format!(r#"{{"input_tokens": 9, "cache_read_input_tokens": {wrong}}}"#));
            assert_eq!((usage.prompt_tokens, usage.hit_tokens, usage.contradicts), (None, None, true), "{wrong}");
        }
        for right in ["4", "4.0", "\"4\""] {
            let usage = read(&format!(r#"{{"prompt_tokens": 9, "completion_tokens": {right}}}"#));
            assert_eq!((usage.output_tokens, usage.contradicts), (Some(4), false), "{right}");
        }
    }

    #[test]
    fn input_tokens_that_leave_out_the_cache_become_the_whole_prompt() {
        let anthropic = json!({"input_tokens": 10, "cache_read_input_tokens": 200, "cache_creation_input_tokens": 30,
            "cache_creation": {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 20}, "output_tokens": 5});
        let bedrock = json!({"inputTokens": 10, "cacheReadInputTokens": 200, "cacheWriteInputTokens": 30,
            "cacheDetails": [{"ttl": "5m", "inputTokens": 10}, {"ttl": "1h", "inputTokens": 20}], "outputTokens": 5});
        let read = Usage::from_json(&anthropic);
        assert_eq!((read.prompt_tokens, read.hit_tokens), (Some(240), Some(200)));
        assert_eq!(read.written, Some(Written { five_minutes: 10, hour: 20, ..Written::default() }));
        assert_eq!(Usage::from_json(&bedrock), read);
    }

    #[test]
    fn an_inclusive_count_keeps_its_prompt_whatever_was_read_and_written() {
        let openai = json!({"input_tokens": 240, "output_tokens": 5, "input_tokens_details": {"cached_tokens": 200,
            "cache_write_tokens": 30, "cache_write_tokens_details": {"ttl_30m_tokens": 30}}});
        let read = Usage::from_json(&openai);
        assert_eq!((read.prompt_tokens, read.hit_tokens), (Some(240), Some(200)));
        assert_eq!(read.written, Some(Written { half_hour: 30, ..Written::default() }));
        let litellm = json!({"prompt_tokens": 240, "cache_read_input_tokens": 200, "cache_creation_input_tokens": 30});
        assert_eq!(Usage::from_json(&litellm).prompt_tokens, Some(240));
        assert!(Usage::from_json(&json!({"prompt_tokens": 1, "cached_tokens": 2})).contradicts);
    }

    /// Prompt, hits and answer of a usage object.
    fn counts(usage: &Value) -> (Option<u64>, Option<u64>, Option<u64>) {
        let read = Usage::from_json(usage);
        assert!(!read.contradicts, "{usage}");
        (read.prompt_tokens, read.hit_tokens, read.output_tokens)
    }

    #[test]
    fn counters_of_sdks_and_agents_are_read() {
        for usage in [
            json!({"inputTokens": 100, "cachedInputTokens": 60, "outputTokens": 7, "totalTokens": 107}),
            json!({"inputTokens": 100, "inputTokenDetails": {"cacheReadTokens": 60, "noCacheTokens": 40}, "outputTokens": 7}),
            json!({"inputTokens": {"total": 100, "noCache": 40, "cacheRead": 60, "cacheWrite": 0}, "outputTokens": {"total": 7, "text": 7}}),
            json!({"input_tokens": 100, "cache_read_tokens": 60, "cache_write_tokens": 0, "output_tokens": 7}),
            json!({"input": 40, "cacheRead": 60, "cacheWrite": 0, "output": 7, "totalTokens": 107}),
            json!({"input": 40, "output": 5, "reasoning": 2, "cache": {"read": 60, "write": 0}}),
            json!({"input_tokens": 100, "output_tokens": 7, "details": {"cache_read_tokens": 60, "input_tokens": 40}}),
            json!({"prompt_tokens": 100, "completion_tokens": 7, "prompt_tokens_details": {"cached_tokens": 60,
                "cache_creation_input_tokens": 0}}),
        ] {
            assert_eq!(counts(&usage), (Some(100), Some(60), Some(7)), "{usage}");
        }
    }

    #[test]
    fn what_an_absent_count_means_is_told_by_its_api() {
        let hits = |usage: Value| counts(&usage).1;
        assert_eq!(
            hits(json!({"promptTokenCount": 100, "candidatesTokenCount": 7})),
            Some(0),
            "Gemini leaves zero out"
        );
        assert_eq!(hits(json!({"inputTokens": 100, "outputTokens": 7, "totalTokens": 107})), Some(0), "Bedrock");
        assert_eq!(
            hits(json!({"inputTokens": 100, "outputTokens": 7, "totalTokens": 160})),
            None,
            "something was left out"
        );
        assert_eq!(hits(json!({"input_tokens": 9, "cache_read_input_tokens": null, "output_tokens": 7})), Some(0));
        assert_eq!(
            hits(json!({"prompt_tokens": 100, "completion_tokens": 7})),
            None,
            "OpenAI always counts: a logger left it out"
        );
        assert_eq!(hits(json!({"input_tokens": 100, "output_tokens": 7})), None);
    }

    #[test]
    fn the_prompt_of_geminis_tools_is_a_part_of_the_prompt() {
        let usage = json!({"promptTokenCount": 30, "toolUsePromptTokenCount": 900, "candidatesTokenCount": 50,
            "thoughtsTokenCount": 20, "totalTokenCount": 1000});
        assert_eq!(counts(&usage), (Some(930), Some(0), Some(70)));
        let within = json!({"promptTokenCount": 30, "candidatesTokenCount": 50, "thoughtsTokenCount": 20, "totalTokenCount": 80});
        assert_eq!(counts(&within), (Some(30), Some(0), Some(50)));
    }

    #[test]
    fn counts_that_contradict_each_other_are_resolved_where_their_total_says_how() {
        let resolved = |usage: Value| (Usage::from_json(&usage).resolved, counts(&usage));
        let gateway =
            json!({"input_tokens": 3, "cache_read_tokens": 500, "cache_write_tokens": 40, "output_tokens": 9});
        assert_eq!(resolved(gateway), (Some(Resolution::LeftOut), (Some(543), Some(500), Some(9))));
        let total = json!({"prompt_tokens": 90, "prompt_cache_hit_tokens": 64, "prompt_cache_miss_tokens": 36,
            "completion_tokens": 5, "total_tokens": 105});
        assert_eq!(resolved(total), (Some(Resolution::ByTotal), (Some(100), Some(64), Some(5))));
        let twice = json!({"prompt_tokens": 100, "completion_tokens": 5, "total_tokens": 165,
            "prompt_tokens_details": {"cached_tokens": 60}});
        assert_eq!(resolved(twice), (Some(Resolution::Twice), (Some(100), Some(60), Some(5))));
        let reasoning = json!({"prompt_tokens": 100, "completion_tokens": 5, "total_tokens": 125,
            "completion_tokens_details": {"reasoning_tokens": 20}});
        assert_eq!(resolved(reasoning), (Some(Resolution::Reasoning), (Some(100), None, Some(25))));
    }

    #[test]
    fn a_counter_that_speaks_of_a_cache_and_is_not_known_is_named() {
        let usage = Usage::from_json(&json!({"prompt_tokens": 100, "prefix_cache_served": 60, "cache_hit": true}));
        assert_eq!((usage.hit_tokens, usage.unknown_counters), (None, vec!["prefix_cache_served".to_owned()]));
        let known = Usage::from_json(&json!({"prompt_tokens": 100, "cached_tokens": 60, "cache_weight": 2}));
        assert!(known.unknown_counters.is_empty(), "its hits are known");
    }

    #[test]
    fn of_two_reports_of_one_call_neither_loses_what_only_it_tells() {
        let own = json!({"prompt_tokens": 100, "cached_tokens": 60, "completion_tokens": 5, "cost": 0.5});
        let answered = json!({"prompt_tokens": 100, "completion_tokens": 5, "inference_geo": "us", "speed": "fast",
            "completion_tokens_details": {"reasoning_tokens": 3}});
        let merged = |first: &Value, second: &Value| Usage::merged(Usage::from_json(first), Usage::from_json(second));
        let usage = merged(&own, &answered);
        assert_eq!((usage.hit_tokens, usage.reasoning_tokens), (Some(60), Some(3)));
        assert_eq!((usage.region.as_deref(), usage.service_tier.as_deref()), (Some("us"), Some("fast")));
        assert!(usage.logged_cost.is_some());
        for other in [json!({"prompt_tokens": 300, "cached_tokens": 60}), json!({"cached_tokens": 60})] {
            assert_eq!(merged(&answered, &other).hit_tokens, None, "it is not known to be of the same prompt");
        }
        let written = json!({"prompt_tokens": 100, "cache_write_tokens": 70});
        assert_eq!(merged(&own, &written).written, None, "no prompt has more read and written than it is long");
    }

    #[test]
    fn what_was_not_cached_is_no_hit() {
        let zero =
            json!({"input_tokens": 100, "cached_input_tokens": 0, "non_cached_input_tokens": 100, "output_tokens": 5});
        assert_eq!(counts(&zero), (Some(100), Some(0), Some(5)));
        let alone = json!({"input_tokens": 100, "non_cached_input_tokens": 40, "output_tokens": 5});
        assert_eq!(counts(&alone), (Some(100), Some(60), Some(5)));
        let tracer = json!({"input_tokens": 8012, "cache_read_input_tokens": 2000, "cache_write_input_tokens": 6000,
            "non_cached_input_tokens": 12, "output_tokens": 50});
        assert_eq!(counts(&tracer), (Some(8012), Some(2000), Some(50)), "its parts sum up to it");
        let parts = json!({"uncached_input_tokens": 15, "cache_read_input_tokens": 200, "output_tokens": 5,
            "cache_creation": {"ephemeral_1h_input_tokens": 10, "ephemeral_5m_input_tokens": 5}});
        assert_eq!(counts(&parts), (Some(230), Some(200), Some(5)));
    }

    #[test]
    fn counts_of_one_kind_of_input_are_parts_of_those_beside_them() {
        let usage = json!({"input_tokens": 2000, "output_tokens": 100, "input_cached_tokens": 1536, "input_uncached_tokens": 464,
            "input_cached_text_tokens": 1500, "input_cached_image_tokens": 36});
        assert_eq!(counts(&usage), (Some(2000), Some(1536), Some(100)));
        let audio = json!({"promptTokenCount": 110, "candidatesTokenCount": 5, "promptTokensDetails": [
            {"modality": "TEXT", "tokenCount": 10}, {"modality": "AUDIO", "tokenCount": 100}]});
        assert_eq!(Usage::from_json(&audio).audio_tokens, 100);
    }

    #[test]
    fn a_faster_mode_is_a_tier_of_its_own() {
        let usage = |speed| Usage::from_json(&json!({"input_tokens": 1, "service_tier": "standard", "speed": speed}));
        assert_eq!(usage("fast").service_tier.as_deref(), Some("fast"));
        assert_eq!(usage("standard").service_tier.as_deref(), Some("standard"));
    }
}
