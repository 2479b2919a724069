//! Counters of usage objects: the names under which providers, gateways, SDKs and tracers write each number of tokens.
//!
//! Names as of November 2026, from the SDK types of the providers and the sources of the tools. One pass over an object finds all of
//! them; a counter of a cache that is not among them is kept by its name, so that no report claims that nothing was counted.

use serde_json::{Map, Value, json};

use super::words::{CacheCounter, LIFETIMES, cache_counter, speaks_of_cache};
use super::{is_unreadable, tokens};
use crate::exchange::HasFields;
use crate::log::body::cost;
use crate::money::Decimal;

/// The name under which a container that reads ambiguous counts hands on the prompt that they may mean as well.
pub(crate) const OTHER_PROMPT: &str = "other_prompt_tokens";

/// The numbers of a usage object by their meaning.
#[derive(Debug, Default)]
pub(super) struct Counters {
    /// Tokens of the prompt; in some shapes of its part that is neither read nor written.
    pub(super) prompt: Count,
    pub(super) hit: Count,
    pub(super) miss: Count,
    pub(super) written: Count,
    /// Of what was written, by lifetime: 5 minutes, 30 minutes, an hour, twelve hours.
    pub(super) lifetimes: [Count; 4],
    /// Written tokens whose lifetime LangChain knows, which it takes out of the sum.
    pub(super) lasting: [Count; 2],
    pub(super) output: Count,
    pub(super) reasoning: Count,
    pub(super) total: Count,
    /// The prompt if a container's numbers mean the other thing that they may mean.
    pub(super) other_prompt: Count,
    /// Gemini's prompt of tools, which is not in its count of the prompt.
    pub(super) tool_use: Count,
    /// Gemini's answer without its thoughts.
    pub(super) candidates: Count,
    /// Tokens of sound in the prompt and in the answer.
    pub(super) audio: Count,
    pub(super) audio_output: Count,
    /// The cost that stands beside the counts.
    pub(super) cost: Option<Decimal>,
    /// True if a name was seen that only shapes of this kind have.
    pub(super) has: Shapes,
    /// True if something stands where tokens are counted and is no count.
    pub(super) has_unreadable: bool,
    /// Names of counters that look like a cache's and are not known.
    pub(super) unknown: Vec<String>,
}

/// Shapes that are recognised by names of their own.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each shape is seen or not, whatever the others")]
pub(super) struct Shapes {
    /// `prompt_tokens`, as in Chat Completions.
    pub(super) chat: bool,
    /// `input_tokens`.
    pub(super) input_tokens: bool,
    /// Anthropic's names for the cache.
    pub(super) anthropic: bool,
    /// `inputTokens` or `inputTokenCount`.
    pub(super) camel: bool,
    /// The names of the AI SDK for the cache, beside which `inputTokens` is the whole prompt.
    pub(super) ai_sdk: bool,
    /// `promptTokenCount`.
    pub(super) gemini: bool,
    /// `cacheRead` beside `input`, as pi writes it, or opencode's `cache.read`.
    pub(super) agent: bool,
    /// The places where the APIs of OpenAI, DeepSeek and Gemini themselves report hits.
    pub(super) own_hits: bool,
}

/// A number under the first of its names; `differs` where another of its names has another number. A zero gives way to a number:
/// converters write zero where they do not know a counter (LiteLLM 11789).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Count {
    value: Option<u64>,
    rank: u8,
    pub(super) differs: bool,
    /// True if a zero under another name gave way.
    pub(super) has_zero_beside: bool,
}

impl Count {
    /// The number.
    pub(super) fn get(self) -> Option<u64> {
        self.value
    }

    fn set(&mut self, value: u64, rank: u8) {
        let known = self.value.unwrap_or(value);
        self.differs |= known != value && known > 0 && value > 0;
        self.has_zero_beside |= (known == 0) != (value == 0);
        if self.value.is_none() || (known == 0) == (value == 0) && rank < self.rank || known == 0 && value > 0 {
            (self.value, self.rank) = (Some(value), rank);
        }
    }
}

impl Counters {
    /// The counters of a usage object.
    pub(super) fn read(usage: &Value) -> Self {
        let mut counters = Self::default();
        if let Some(map) = usage.as_object() {
            counters.whole(map);
        }
        counters
    }

    /// True if a number under this name is read.
    pub(super) fn knows(key: &str) -> bool {
        let counters = Self::read(&json!({key: 1}));
        let counts =
            [counters.prompt, counters.hit, counters.miss, counters.written, counters.output, counters.reasoning];
        let others = [counters.total, counters.tool_use, counters.candidates, counters.audio];
        counts.into_iter().chain(others).chain(counters.lifetimes).any(|count| count.get().is_some())
    }

    /// True if the parts of a prompt are counted, what was missed among them, and the prompt is not.
    pub(super) fn has_no_prompt(&self) -> bool {
        self.prompt.get().is_none() && self.miss.get().is_some()
    }

    /// Tokens read and written.
    fn cached(&self) -> u64 {
        let lifetimes = self.lifetimes.iter().filter_map(|count| count.get()).sum();
        self.hit.get().unwrap_or(0) + self.written.get().unwrap_or(lifetimes)
    }

    /// True if what was missed, read and written sum up to the prompt, which so is the whole one.
    pub(super) fn sum_up_to_the_prompt(&self) -> bool {
        let parts = self.miss.get().map(|miss| miss + self.cached());
        self.cached() > 0 && parts.is_some() && parts == self.prompt.get()
    }

    /// The hits that the misses leave of the prompt, where nothing says if these hold what was written.
    pub(super) fn hits_by_misses(&self) -> Option<u64> {
        let (prompt, miss) = self.prompt.get().zip(self.miss.get())?;
        if self.cached() == 0 && !self.has_unreadable { prompt.checked_sub(miss) } else { None }
    }

    fn whole(&mut self, map: &Map<String, Value>) {
        for (key, value) in map {
            match key.as_str() {
                // The Assistants API writes the first without the plural.
                "prompt_tokens_details"
                | "prompt_token_details"
                | "input_tokens_details"
                | "inputTokenDetails"
                | "inputTokensDetails" => {
                    self.each(value, Self::of_prompt);
                }
                "input_token_details" | "details" => self.each(value, Self::of_langchain),
                "completion_tokens_details"
                | "output_tokens_details"
                | "outputTokenDetails"
                | "output_token_details" => {
                    self.each(value, Self::of_output);
                }
                "cache_creation" => self.each(value, |counters, key, value| match key {
                    "ephemeral_5m_input_tokens" => {
                        counters.has.anthropic |= counters.set(value, 0, |c| &mut c.lifetimes[0]);
                    }
                    "ephemeral_1h_input_tokens" => {
                        counters.has.anthropic |= counters.set(value, 0, |c| &mut c.lifetimes[2]);
                    }
                    _ => {}
                }),
                "cache" => self.each(value, |counters, key, value| match key {
                    "read" => counters.has.agent |= counters.set(value, 0, |c| &mut c.hit),
                    "write" => counters.has.agent |= counters.set(value, 0, |c| &mut c.written),
                    _ => {}
                }),
                // The third version of the AI SDK's providers has objects in place of numbers.
                "inputTokens" if value.is_object() => self.each(value, |counters, key, value| match key {
                    "total" => counters.has.ai_sdk |= counters.set(value, 6, |c| &mut c.prompt),
                    "cacheRead" => _ = counters.set(value, 2, |c| &mut c.hit),
                    "cacheWrite" => _ = counters.set(value, 2, |c| &mut c.written),
                    _ => {}
                }),
                "outputTokens" if value.is_object() => self.each(value, |counters, key, value| match key {
                    "total" => _ = counters.set(value, 5, |c| &mut c.output),
                    "reasoning" => _ = counters.set(value, 0, |c| &mut c.reasoning),
                    _ => {}
                }),
                // oh-my-pi's lifetimes of what was written.
                "cttl" => self.each(value, |counters, key, value| match key {
                    "ephemeral5m" => _ = counters.set(value, 0, |c| &mut c.lifetimes[0]),
                    "ephemeral1h" => _ = counters.set(value, 0, |c| &mut c.lifetimes[2]),
                    _ => {}
                }),
                "cacheDetails" => value.as_array().into_iter().flatten().for_each(|detail| self.of_bedrock(detail)),
                // Counts by modality are parts of others.
                "promptTokensDetails" | "prompt_tokens_by_modality" => self.modalities(value, |c| &mut c.audio),
                "candidatesTokensDetails" => self.modalities(value, |c| &mut c.audio_output),
                // Counts of tools are, too.
                "cacheTokensDetails" | "server_tool_use" => {}
                _ if cost::is_cost(key) => self.cost = cost::amount_under(key, value).or(self.cost),
                _ => self.at_top(key, value),
            }
        }
    }

    /// Gemini's counts by modality.
    fn modalities(&mut self, value: &Value, audio: impl Fn(&mut Self) -> &mut Count) {
        for detail in value.as_array().into_iter().flatten().filter(|detail| detail["modality"] == "AUDIO") {
            let count = detail.field("tokenCount").or_else(|| detail.field("token_count"));
            if let Some(count) = count.and_then(tokens) {
                audio(self).set(count, 0);
            }
        }
    }

    fn each(&mut self, value: &Value, mut read: impl FnMut(&mut Self, &str, &Value)) {
        for (key, value) in value.as_object().into_iter().flatten() {
            read(self, key, value);
        }
    }

    /// Sets a number; true if something stands there.
    fn set(&mut self, value: &Value, rank: u8, of: impl FnOnce(&mut Self) -> &mut Count) -> bool {
        self.has_unreadable |= is_unreadable(value);
        if let Some(count) = tokens(value) {
            of(self).set(count, rank);
        }
        true
    }

    fn at_top(&mut self, key: &str, value: &Value) {
        match key {
            "prompt_tokens" => self.has.chat |= self.set(value, 0, |c| &mut c.prompt),
            "input_tokens" => self.has.input_tokens |= self.set(value, 1, |c| &mut c.prompt),
            "promptTokenCount" | "prompt_token_count" => self.has.gemini |= self.set(value, 2, |c| &mut c.prompt),
            "input" | "promptTokens" => _ = self.set(value, 3, |c| &mut c.prompt),
            "native_tokens_prompt" => _ = self.set(value, 4, |c| &mut c.prompt),
            "tokens_prompt" if !value.is_null() => self.tokens_prompt(value),
            "inputTokens" | "inputTokenCount" => self.has.camel |= self.set(value, 6, |c| &mut c.prompt),
            OTHER_PROMPT => _ = self.set(value, 0, |c| &mut c.other_prompt),
            "prompt_cache_hit_tokens" => self.has.own_hits |= self.set(value, 0, |c| &mut c.hit),
            "prompt_cache_miss_tokens" => _ = self.set(value, 0, |c| &mut c.miss),
            "cachedContentTokenCount" | "cached_content_token_count" => {
                self.has.own_hits |= self.set(value, 4, |c| &mut c.hit);
            }
            "cachedInputTokens" => self.has.ai_sdk |= self.set(value, 5, |c| &mut c.hit),
            "cache_read_input_tokens" => self.has.anthropic |= self.set(value, 11, |c| &mut c.hit),
            "cacheReadInputTokens" | "cacheReadInputTokenCount" => _ = self.set(value, 12, |c| &mut c.hit),
            "cacheRead" => self.has.agent |= self.set(value, 13, |c| &mut c.hit),
            "cacheWrite" => self.has.agent |= self.set(value, 9, |c| &mut c.written),
            "cache_creation_input_tokens" => self.has.anthropic |= self.set(value, 4, |c| &mut c.written),
            "cacheWriteInputTokens" | "cacheWriteInputTokenCount" | "cacheCreationInputTokens" => {
                _ = self.set(value, 8, |c| &mut c.written);
            }
            "toolUsePromptTokenCount" | "tool_use_prompt_token_count" => _ = self.set(value, 0, |c| &mut c.tool_use),
            "candidatesTokenCount" | "candidates_token_count" => _ = self.set(value, 0, |c| &mut c.candidates),
            "total_tokens" | "totalTokenCount" | "total_token_count" | "totalTokens" | "total" => {
                _ = self.set(value, 0, |c| &mut c.total);
            }
            "completion_tokens" => _ = self.set(value, 0, |c| &mut c.output),
            "output_tokens" => _ = self.set(value, 1, |c| &mut c.output),
            "output" | "completionTokens" => _ = self.set(value, 2, |c| &mut c.output),
            "native_tokens_completion" => _ = self.set(value, 3, |c| &mut c.output),
            "tokens_completion" => self.tokens_completion(value),
            "outputTokens" | "outputTokenCount" => _ = self.set(value, 5, |c| &mut c.output),
            _ => self.of_cache(key, value),
        }
    }

    /// OpenRouter counts by two tokenizers; the provider's own, `native`, is billed.
    fn tokens_prompt(&mut self, value: &Value) {
        if self.prompt.value.is_none() {
            self.set(value, 5, |c| &mut c.prompt);
        }
    }

    fn tokens_completion(&mut self, value: &Value) {
        if self.output.value.is_none() {
            self.set(value, 4, |c| &mut c.output);
        }
    }

    /// Names that gateways and SDKs have for what was read, written and thought; what else speaks of a cache is not known.
    fn of_cache(&mut self, key: &str, value: &Value) {
        match key {
            "cached_tokens" => self.has.own_hits |= self.set(value, 3, |c| &mut c.hit),
            "cached_prompt_tokens"
            | "cached_input_tokens"
            | "input_cached_tokens"
            | "cache_read_tokens"
            | "cacheReadTokens"
            | "native_tokens_cached"
            | "prompt_cache_read_tokens"
            | "total_cached_tokens"
            | "cache_n"
            | "num_cached_tokens"
            | "cached" => _ = self.set(value, 8, |c| &mut c.hit),
            "cache_write_input_tokens"
            | "prompt_cache_write_tokens"
            | "cache_write_tokens"
            | "cacheWriteTokens"
            | "cache_creation_tokens" => _ = self.set(value, 6, |c| &mut c.written),
            "reasoning_tokens"
            | "reasoning_output_tokens"
            | "reasoningTokens"
            | "native_tokens_reasoning"
            | "thoughtsTokenCount"
            | "thoughts_token_count"
            | "reasoning" => _ = self.set(value, 3, |c| &mut c.reasoning),
            _ => self.by_words(key, value),
        }
    }

    fn of_prompt(&mut self, key: &str, value: &Value) {
        match key {
            "cached_tokens" => self.has.own_hits |= self.set(value, 1, |c| &mut c.hit),
            "cacheReadTokens" => self.has.ai_sdk |= self.set(value, 2, |c| &mut c.hit),
            "cacheWriteTokens" => self.has.ai_sdk |= self.set(value, 2, |c| &mut c.written),
            "audio_tokens" => _ = self.set(value, 0, |c| &mut c.audio),
            "cache_write_tokens" => _ = self.set(value, 0, |c| &mut c.written),
            "cache_creation_tokens" | "cache_creation_input_tokens" => _ = self.set(value, 1, |c| &mut c.written),
            "cache_write_tokens_details" | "cache_creation" | "cache_creation_token_details" => {
                self.each(value, Self::of_lifetime);
            }
            _ => self.by_words(key, value),
        }
    }

    fn of_lifetime(&mut self, key: &str, value: &Value) {
        match key {
            "ttl_5m_tokens" | "ephemeral_5m_input_tokens" => _ = self.set(value, 0, |c| &mut c.lifetimes[0]),
            "ttl_30m_tokens" => _ = self.set(value, 0, |c| &mut c.lifetimes[1]),
            "ttl_1h_tokens" | "ephemeral_1h_input_tokens" => _ = self.set(value, 0, |c| &mut c.lifetimes[2]),
            "ttl_12h_tokens" => _ = self.set(value, 0, |c| &mut c.lifetimes[3]),
            _ => {}
        }
    }

    fn of_langchain(&mut self, key: &str, value: &Value) {
        match key {
            "cache_read" | "cache_read_tokens" | "cached_tokens" => _ = self.set(value, 7, |c| &mut c.hit),
            "cache_creation" | "cache_write_tokens" => _ = self.set(value, 3, |c| &mut c.written),
            "ephemeral_5m_input_tokens" => _ = self.set(value, 0, |c| &mut c.lasting[0]),
            "ephemeral_1h_input_tokens" => _ = self.set(value, 0, |c| &mut c.lasting[1]),
            _ => self.by_words(key, value),
        }
    }

    fn of_output(&mut self, key: &str, value: &Value) {
        match key {
            "reasoning_tokens" | "reasoning" | "thinking_tokens" | "reasoningTokens" => {
                self.set(value, 0, |c| &mut c.reasoning);
            }
            "audio_tokens" => _ = self.set(value, 0, |c| &mut c.audio_output),
            _ => {}
        }
    }

    fn of_bedrock(&mut self, detail: &Value) {
        let Some(count) = detail.field("inputTokens") else { return };
        match detail["ttl"].as_str() {
            Some("5m") => _ = self.set(count, 1, |c| &mut c.lifetimes[0]),
            Some("1h") => _ = self.set(count, 1, |c| &mut c.lifetimes[2]),
            _ => {}
        }
    }

    /// A counter by the words of its name, behind all that are known by their names; one that speaks of a cache in other words is kept
    /// by its name.
    fn by_words(&mut self, key: &str, value: &Value) {
        match cache_counter(key).filter(|_| tokens(value).is_some()) {
            Some(CacheCounter::Read) => _ = self.set(value, 20, |c| &mut c.hit),
            Some(CacheCounter::Missed) => _ = self.set(value, 20, |c| &mut c.miss),
            Some(CacheCounter::Written(None)) => _ = self.set(value, 20, |c| &mut c.written),
            Some(CacheCounter::Written(Some(lifetime))) => {
                if let Some(place) = LIFETIMES.iter().position(|known| *known == lifetime) {
                    self.set(value, 20, |c| &mut c.lifetimes[place]);
                }
            }
            None => self.note_unknown(key, value),
        }
    }

    fn note_unknown(&mut self, key: &str, value: &Value) {
        if value.is_number() && speaks_of_cache(key) {
            self.unknown.push(key.to_owned());
        }
    }
}
