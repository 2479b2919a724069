//! A request as a decomposition sees it: where it belongs, and what became of its tokens.

use std::collections::BTreeMap;

use crate::causes::{CauseCode, FoundRequest};

/// The hits that a comparison goes by: the same kind on both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Those reported, else those predicted.
    Billed,
    /// Those predicted: of one side the reports are not known.
    Predicted,
}

/// A request, and what became of its tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The model, as far as it is no matter of the comparison itself.
    pub model: Option<String>,
    /// The route, by its number among those of both sides.
    pub route: usize,
    /// The turn of its conversation, from 1; 0 where it is not known.
    pub turn: usize,
    /// Its tokens.
    pub tokens: Tokens,
}

/// Tokens of a prompt by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// All of them.
    pub prompt: u64,
    /// New text, and what the rule cannot serve of any prompt.
    pub new: u64,
    /// Of the first request of its kind.
    pub first: u64,
    /// Of the first request of a session, of which nothing but counts is known.
    pub opening: u64,
    /// Lost to time.
    pub late: u64,
    /// Lost to a change before them.
    pub changed: u64,
    /// Lost, and nothing explains it.
    pub unexplained: u64,
    /// Not served by the provider.
    pub provider: u64,
}

/// A group of causes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Loss {
    First,
    Late,
    Changed,
    Unexplained,
    Provider,
}

impl Request {
    /// A request with the causes of its misses; `None` if its hits are not known.
    pub fn new(call: &FoundRequest, route: usize, basis: Basis) -> Option<Self> {
        let FoundRequest { record, causes, turn, .. } = call;
        let (prompt, hits) = match basis {
            Basis::Billed => {
                record.bill.billed().map(|(_, charge)| (charge.usage.prompt_tokens(), charge.usage.hit_tokens))
            }
            Basis::Predicted => record.prediction.map(|prediction| (prediction.ledger.total(), prediction.hit_tokens)),
        }?;
        let mut losses: BTreeMap<Loss, u64> = BTreeMap::new();
        for (code, tokens) in causes {
            let loss = match loss(*code) {
                // Without texts and sessions nothing tells a first request from a changed one.
                Some(Loss::First) if *turn == 0 => Some(Loss::Unexplained),
                loss => loss,
            };
            if let Some(loss) = loss.filter(|loss| basis == Basis::Billed || *loss != Loss::Provider) {
                *losses.entry(loss).or_default() += tokens;
            }
        }
        let mut left = prompt - hits.min(prompt);
        let mut take = |loss| {
            let tokens = losses.get(&loss).copied().unwrap_or(0).min(left);
            left -= tokens;
            tokens
        };
        let [provider, first, late, changed, unexplained] =
            [Loss::Provider, Loss::First, Loss::Late, Loss::Changed, Loss::Unexplained].map(&mut take);
        let (first, opening) = if record.by_usage.is_some() { (0, first) } else { (first, 0) };
        let tokens = Tokens { prompt, new: left, first, opening, late, changed, unexplained, provider };
        Some(Self { model: record.model.clone(), route, turn: *turn, tokens })
    }
}

/// The group of a cause; `None` where what it names is no loss of this prompt: too short, or a host without a cache.
fn loss(code: CauseCode) -> Option<Loss> {
    match code {
        CauseCode::TooShort | CauseCode::NoCache => None,
        CauseCode::First => Some(Loss::First),
        CauseCode::Idle | CauseCode::Evicted | CauseCode::Parallel => Some(Loss::Late),
        CauseCode::Provider => Some(Loss::Provider),
        CauseCode::Unknown => Some(Loss::Unexplained),
        _ => Some(Loss::Changed),
    }
}

/// A cause that tells of a change before text that could have been served.
pub fn is_of_prefix(code: CauseCode) -> bool {
    loss(code) == Some(Loss::Changed)
}
