//! Usage: the tokens that a provider reports for a request.

use crate::money::Decimal;

/// The region of requests to a regional endpoint, whichever region it is.
pub const REGIONAL: &str = "regional";

/// The counts of a provider for one request; every field may be unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
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
    /// The region in which it was served, in the provider's word, or [`REGIONAL`], where that may change the price.
    pub region: Option<String>,
    /// Web searches that the provider made for the answer, which it charges beside the tokens.
    pub web_searches: u64,
    /// True if the provider's numbers do not add up to the prompt, or one of them is no number of tokens (and unknown).
    pub contradicts: bool,
    /// Cost of the request by the log itself, in dollars: a gateway's or a tracer's figure.
    pub logged_cost: Option<Decimal>,
    /// The provider's way to count.
    pub family: Option<Family>,
    /// The way in which a contradiction among its numbers was resolved.
    pub resolved: Option<Resolution>,
    /// The tokens of the prompt if the numbers mean the other thing that they may mean; our count of the text decides.
    pub other_prompt: Option<u64>,
    /// Names of counters that speak of a cache and are not known, where no count of hits is.
    pub unknown_counters: Vec<String>,
    /// Names of counters of tokens in the answer that are not known, where no count of the prompt is.
    pub unread_counters: Vec<String>,
    /// Tokens of sound, asked or answered, which most models charge otherwise than text.
    pub audio_tokens: u64,
    /// True if these are the counts of several requests in sum, which no price by the length of a prompt fits.
    pub is_sum: bool,
    /// Calls of a model that the provider made for the answer and billed, which are in none of these counts.
    pub own_calls: Vec<OwnCall>,
}

/// A call that the provider made by itself while it answered a request, as Anthropic's compaction and its advisor.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OwnCall {
    /// The work it did, in a word.
    pub kind: &'static str,
    /// Its model, where it is not the request's.
    pub model: Option<String>,
    /// Its counts.
    pub usage: Usage,
}

/// Tokens written to the cache, by their lifetime.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
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

/// A way to resolve numbers that contradict each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Resolution {
    /// The prompt leaves out what was read and written, as gateways pass Anthropic's count on.
    LeftOut,
    /// The prompt is what the total leaves beside the answer.
    ByTotal,
    /// The total counts the cached tokens twice.
    Twice,
    /// The answer leaves out the reasoning, which the total has.
    Reasoning,
    /// Our count of the text says which of two prompts is meant.
    ByText,
    /// The prompt is the whole one, under names of an API whose own leaves out what was read and written.
    Whole,
    /// Hits are told twice, once as zero.
    ZeroBeside,
    /// The prompt is the whole one, as this seller counts it, although the API of these names leaves out what was read and written.
    WholeBySeller,
}

impl Resolution {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::LeftOut,
        Self::ByTotal,
        Self::Twice,
        Self::Reasoning,
        Self::ByText,
        Self::Whole,
        Self::ZeroBeside,
        Self::WholeBySeller,
    ];

    /// Words that complete "a reported usage contradicts itself and was resolved: ".
    pub fn words(self) -> &'static str {
        match self {
            Self::LeftOut => "its prompt tokens leave out reads and writes, which were added",
            Self::ByTotal => "its hits and misses do not sum to its prompt tokens, but its total confirms them",
            Self::Twice => "its total counts the cached tokens twice, and is not used",
            Self::Reasoning => {
                "its output tokens leave out the reasoning, which its total includes and which was added"
            }
            Self::Whole => {
                "its prompt tokens include reads and writes, as its total shows, although the API of these names leaves them out"
            }
            Self::ZeroBeside => "it has the hits twice, once as zero, which is not used",
            Self::WholeBySeller => {
                "its prompt tokens include reads and writes, as Amazon Bedrock counts OpenAI's models"
            }
            Self::ByText => "its total counts the cached tokens twice, as counting the text shows, and is not used",
        }
    }
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
