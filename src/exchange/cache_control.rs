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
