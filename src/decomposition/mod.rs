//! Decomposition: why the hit ratio of some requests differs from that of others, as shares of seven factors that sum to the difference.
//!
//! Requests are sorted into cells by their model, route and turn (`cells`). In a cell tokens are new text or could be served, and what
//! could be served is lost step by step: to time, to a change before it, to what nothing explains, to the provider; first requests, of
//! which a log has so many whatever its turns, come on top. Each factor is one of these numbers. The ratio of a mixture, some numbers as before and the others as after, can be
//! computed, and `shapley` shares the difference among the factors fairly, whatever the order in which they are exchanged.

mod cells;
mod request;
mod route;
mod shapley;
#[cfg(test)]
mod tests;

pub use cells::Cells;
pub use request::{Basis, Request, is_of_prefix};
pub use route::Routes;

/// A reason for which hit ratios differ, in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Factor {
    /// The turns that conversations have.
    SessionLength,
    /// The time between uses: what has expired, was pushed out, or had not been written yet.
    Gaps,
    /// The models and routes that are called.
    Mix,
    /// The size of prompts, and how much of each is new text.
    PromptSize,
    /// Changes before text that could have been served.
    Prefix,
    /// The provider did not serve what its rule promises.
    Provider,
    /// First requests, for which nothing was in the cache, and misses that nothing explains.
    Rest,
}

impl Factor {
    /// All of them, in their order.
    pub const ALL: [Self; 7] =
        [Self::SessionLength, Self::Gaps, Self::Mix, Self::PromptSize, Self::Prefix, Self::Provider, Self::Rest];

    /// Its name for scripts.
    pub fn name(self) -> &'static str {
        match self {
            Self::SessionLength => "session_length",
            Self::Gaps => "gaps",
            Self::Mix => "mix",
            Self::PromptSize => "prompt_size",
            Self::Prefix => "prefix",
            Self::Provider => "provider",
            Self::Rest => "rest",
        }
    }
}

/// Two hit ratios, and the share of each factor in their difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Decomposition {
    /// The hit ratio before.
    pub before: f64,
    /// The hit ratio after.
    pub after: f64,
    /// The shares in the order of [`Factor::ALL`], which sum to `after - before`.
    parts: [f64; 7],
}

impl Decomposition {
    /// Compares two lists of requests; `None` if one of them has no token.
    pub fn new(before: &[Request], after: &[Request]) -> Option<Self> {
        let cells = Cells::new(before, after)?;
        let parts = shapley::values(|exchanged| cells.hit_ratio(exchanged));
        let (before, after) = (cells.hit_ratio(&[false; 7]), cells.hit_ratio(&[true; 7]));
        Some(Self {
            before: rounded(before),
            after: rounded(after),
            parts: summing_to(parts, rounded(after) - rounded(before)),
        })
    }

    /// The share of a factor, in points of a fraction.
    pub fn part(&self, factor: Factor) -> f64 {
        Factor::ALL.iter().zip(self.parts).find(|(other, _)| **other == factor).map_or(0.0, |(_, part)| part)
    }

    /// The difference that is shared.
    pub fn difference(&self) -> f64 {
        rounded(self.after - self.before)
    }
}

/// To the six digits that are shown.
fn rounded(ratio: f64) -> f64 {
    (ratio * 1e6).round() / 1e6
}

/// The parts to six digits, of which the largest takes what rounding leaves over, so that those that are shown sum exactly.
fn summing_to(parts: [f64; 7], sum: f64) -> [f64; 7] {
    let mut parts = parts.map(rounded);
    let left = rounded(sum - parts.iter().sum::<f64>());
    let largest = (0..parts.len()).max_by(|a, b| parts[*a].abs().total_cmp(&parts[*b].abs()));
    if let Some(largest) = largest {
        parts[largest] = rounded(parts[largest] + left);
    }
    parts
}
