//! Cache controls: a client's marks that tell up to which element of a request to cache it.
//!
//! They are kept as they were sent; a provider's cache policy decides what becomes of them.

/// A client's request to cache everything up to an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheControl {
    /// The element that it stands behind.
    pub after: RequestElement,
    /// The lifetime as sent (`5m`, `1h`); `None` for the provider's default.
    pub lifetime: Option<String>,
}

/// The client's wishes for all breakpoints of a request, `prompt_cache_options` as OpenAI's API has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CacheOptions {
    /// `implicit` lets the provider set breakpoints of its own, `explicit` does not; as sent.
    pub mode: Option<String>,
    /// The lifetime of breakpoints that name none, as sent.
    pub lifetime: Option<String>,
}

impl CacheOptions {
    /// The mode in which the provider sets no breakpoint of its own.
    pub const EXPLICIT: &str = "explicit";

    /// True if the provider is to set no breakpoint of its own.
    pub fn is_explicit(&self) -> bool {
        self.mode.as_deref() == Some(Self::EXPLICIT)
    }
}

/// An element of a request or of one of its messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestElement {
    /// A tool definition, from 0.
    Tool(usize),
    /// A part of a message's content, from 0.
    Part(usize),
    /// A tool call of a message, from 0.
    Call(usize),
    /// The whole request: the provider chooses the place.
    Request,
}
