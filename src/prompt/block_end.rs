//! The ends of content blocks: the only places at which a cache with breakpoints keeps an entry.

use crate::exchange::CacheControl;
use crate::time::{SignedDuration, parse_duration};

/// The end of a content block in a prompt. A special token stands there, so that no token reaches over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockEnd {
    /// Segments of the prompt up to it.
    pub segments: usize,
    /// The number by which a lookup counts how far it looks back; blocks of one run of tool calls, or of results, share one.
    pub position: usize,
    /// The breakpoint that stands there, if one does.
    pub breakpoint: Option<Breakpoint>,
}

/// A place at which the client has the provider write an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Breakpoint {
    /// The entry's lifetime as asked for; `None` for the provider's default.
    pub lifetime: Option<SignedDuration>,
}

impl From<&CacheControl> for Breakpoint {
    fn from(mark: &CacheControl) -> Self {
        Self { lifetime: mark.lifetime.as_deref().and_then(parse_duration) }
    }
}
