//! Usage: the tokens that a provider reports for a call.

/// The counts of a provider for one call; every field may be unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens of the whole prompt: hits, misses and written tokens.
    pub prompt_tokens: Option<u64>,
    /// Tokens of the prompt served from the cache.
    pub hit_tokens: Option<u64>,
    /// Tokens of the prompt written to the cache, if the provider counts them.
    pub written: Option<Written>,
    /// Tokens of the answer, reasoning included.
    pub output_tokens: Option<u64>,
    /// The tokens of the answer that are reasoning.
    pub reasoning_tokens: Option<u64>,
    /// The service tier that answered, in the provider's word.
    pub service_tier: Option<String>,
    /// True if the provider's numbers do not add up to the prompt, or one of them is no number of tokens (and unknown).
    pub contradicts: bool,
    /// The provider's way to count.
    pub family: Option<Family>,
}

/// Tokens written to the cache, by their lifetime.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Lifetime not stated.
    pub unstated: u64,
    /// Five minutes.
    pub five_minutes: u64,
    /// Thirty minutes.
    pub half_hour: u64,
    /// One hour.
    pub hour: u64,
    /// Twelve hours.
    pub half_day: u64,
}

/// A way to count input tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// Input tokens are the whole prompt (DeepSeek, OpenAI, Gemini).
    Inclusive,
    /// Input tokens are those neither read from the cache nor written to it (Anthropic, Bedrock).
    Exclusive,
}

impl Written {
    /// Adds tokens with a lifetime in microseconds.
    pub fn add(&mut self, lifetime: Option<i64>, tokens: u64) {
        const MINUTE: i64 = 60_000_000;
        *match lifetime.map(|lifetime| lifetime / MINUTE) {
            Some(5) => &mut self.five_minutes,
            Some(30) => &mut self.half_hour,
            Some(60) => &mut self.hour,
            Some(720) => &mut self.half_day,
            _ => &mut self.unstated,
        } += tokens;
    }

    /// The sum over all lifetimes.
    pub fn total(&self) -> u64 {
        self.unstated + self.five_minutes + self.half_hour + self.hour + self.half_day
    }
}
