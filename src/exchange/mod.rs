//! Exchanges: one API request each, with what was asked, answered and counted, whatever shape it was logged in.
//!
//! Nothing here knows a log format, a provider's rule or a tokenizer. What a log does not say is `None`, never zero.

mod cache_control;
mod fields;
mod halves;
mod host;
mod media;
mod message;
mod messages;
mod model;
mod model_name;
mod request;
mod scope;
mod seen_calls;
mod seller;
mod usage;

pub use cache_control::{CacheControl, CacheOptions, RequestElement};
pub use fields::HasFields;
pub(crate) use halves::Half;
pub use host::{azure_resource, google_region, priced_region, region_of_host};
pub use media::Media;
pub use message::{Content, Message, Part, Response, ToolCall, is_system};
pub use messages::{Messages, SessionMessages, SumOfMessages};
pub(crate) use model::ANTHROPIC;
pub use model::LoggedModel;
pub use model_name::ModelName;
pub use request::{BlockTrace, Input, Redacted, RedactedBlockEnd, Request};
pub use scope::{Owner, Scope, ScopePart};
pub(crate) use seen_calls::{Earlier, SeenCalls, have_one_prompt};
pub use seller::{PassedOn, Seller, seller_name};
pub(crate) use seller::{names_and_hosts, who_sells};
pub use usage::{Family, OwnCall, REGIONAL, Resolution, Usage, Written};

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// One logged API request.
#[derive(Clone, Debug, Default)]
pub struct Exchange {
    /// Its line in the logs of the run.
    pub place: Place,
    /// The provider's id of the response, or the log's own.
    pub id: Option<String>,
    /// Start of the request.
    pub time: Option<Timestamp>,
    /// End of the response.
    pub end_time: Option<Timestamp>,
    /// The host that was called, without scheme and path.
    pub host: Option<String>,
    /// The seller of the model, where a gateway or a tracer has a word for it that is known.
    pub seller: Option<&'static str>,
    /// The caller that the log names.
    pub scope: Scope,
    /// Values in the log by which the user wants sums; they are no part of who shares a cache.
    pub groups: Groups,
    /// A digest of the name of the session or conversation that the log says it is a part of, as far as its format tells one: those
    /// whose prompts are not in the log do.
    pub session: Option<String>,
    /// The name of that session as the log writes it, unless it may be a secret.
    pub session_name: Option<String>,
    /// The explicit cache that stands for the beginning of its prompt, by the provider's name for it.
    pub explicit_cache: Option<String>,
    /// The request.
    pub request: Request,
    /// The response.
    pub response: Option<Response>,
    /// Tokens as the provider counted them.
    pub usage: Usage,
    /// True if the log has a time for it that cannot be read.
    pub has_unreadable_time: bool,
    /// True if the request failed and nothing was reported for it: nothing was billed, nothing cached.
    pub has_failed: bool,
    /// Its name among the exchanges of its line, if there are several: `entry 3`, `span 00f067aa0ba902b7`.
    pub entry: Option<String>,
    /// The reason why its prompt is not known, although a request was logged.
    pub unread: Option<String>,
    /// The format it was logged in.
    pub format: Option<&'static str>,
    /// The traits of that format.
    pub format_traits: FormatTraits,
    /// The API whose bodies it has, if the format is a container.
    pub api: Option<&'static str>,
    /// The line it stood on first, as `source:line`, if it has been through `parse`.
    pub origin: Option<String>,
    /// Digests of the ids by which its line may be joined with another of the same call, the most telling first.
    pub(crate) call_ids: Arc<[u128]>,
}

/// The values that the user's pointers lead to in a request's line, in the order of the pointers; `None` where nothing is there.
pub type Groups = Option<Arc<[Option<String>]>>;

/// A request by its source and line, and by its number where a line holds several, as a document does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    source: u32,
    /// Line, from 1.
    pub line: u64,
    /// Number among the requests of the line, from 0; in a list, values that are no requests have numbers, too.
    pub(crate) within: u32,
}

impl Place {
    /// A line, and its first request, by the index of the source in the run.
    pub fn new(source: usize, line: u64) -> Self {
        Self { source: u32::try_from(source).unwrap_or(u32::MAX), line, within: 0 }
    }

    /// Index of the source in the run.
    pub fn source(self) -> usize {
        self.source as usize
    }

    /// True if it is in the line of the other.
    pub(crate) fn is_in_line_of(self, other: Self) -> bool {
        (self.source, self.line) == (other.source, other.line)
    }

    /// Its name within its source: the line, and for all but the first of a line its number in it, from 2, as in `1#2`.
    pub(crate) fn in_source(self) -> String {
        match self.within {
            0 => self.line.to_string(),
            before => format!("{}#{}", self.line, u64::from(before) + 1),
        }
    }

    /// The request so many after it in its line.
    pub(crate) fn further(self, calls: usize) -> Self {
        Self { within: self.within.saturating_add(u32::try_from(calls).unwrap_or(u32::MAX)), ..self }
    }
}

/// Traits of a log format on which it depends how its exchanges are counted and priced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FormatTraits {
    /// The system prompt or the tools are in no line: prompts are known in part.
    pub lacks_parts_of_prompts: bool,
    /// The provider stands before the model's name, as LiteLLM writes it.
    pub names_provider_in_model: bool,
}

impl Exchange {
    /// True if it was logged as the Responses API has it.
    pub fn is_of_responses(&self) -> bool {
        [self.api, self.format].contains(&Some("openai-responses"))
    }

    /// The log holds a part of the prompt alone.
    pub fn is_known_in_part(&self) -> bool {
        self.format_traits.lacks_parts_of_prompts
    }

    /// True if the log holds a part of the prompt alone, of which nothing is read off: its time and its counts are told.
    pub fn is_counted_by_report(&self) -> bool {
        let Usage { prompt_tokens, output_tokens, contradicts, .. } = self.usage;
        let is_counted = prompt_tokens.is_some() && output_tokens.is_some() && !contradicts;
        self.is_known_in_part() && is_counted && self.time.is_some()
    }

    /// The same exchange, whose counts may be those of several requests in sum.
    pub(crate) fn in_sum(self, is_sum: bool) -> Self {
        Self { usage: Usage { is_sum, ..self.usage }, ..self }
    }

    /// A call that the provider made by itself for this one, which was billed: its prompt is not in the log. It is in the sums of the
    /// session, and no turn of it, as no prompt of the session goes on from it.
    pub(crate) fn own_call(&self, OwnCall { kind, model, usage }: OwnCall) -> Self {
        let unread = format!("a call that the provider made by itself ({kind}), whose prompt is in no log");
        Self {
            time: self.end_time.or(self.time),
            end_time: self.end_time,
            host: self.host.clone(),
            seller: self.seller,
            scope: self.scope.clone(),
            groups: self.groups.clone(),
            session_name: self.session_name.clone().or_else(|| self.session.clone()),
            request: Request {
                model: model.or_else(|| self.request.model.clone()),
                input: Input::Missing,
                ..Request::default()
            },
            usage: Usage {
                service_tier: usage.service_tier.or_else(|| self.usage.service_tier.clone()),
                region: usage.region.or_else(|| self.usage.region.clone()),
                ..usage
            },
            unread: Some(unread),
            entry: Some(kind.to_owned()),
            format: self.format,
            format_traits: self.format_traits,
            api: self.api,
            ..Self::default()
        }
    }

    /// The same exchange with its name among those of its line.
    pub(crate) fn with_entry(self, entry: String) -> Self {
        let unread = self.unread.map(|reason| format!("{entry}: {reason}"));
        Self { entry: Some(entry), unread, ..self }
    }
}
