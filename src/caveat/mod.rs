//! Caveats: what limits an answer from a log, gathered once during the walk and worded once for every command and format.

mod code;
mod exchanges;
mod words;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::exchange::Place;
use crate::log::Pointer;

pub use code::Code;

/// Number of places that are kept for a caveat.
const KEPT: usize = 5;

/// A caveat of requests of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatheredCaveat {
    /// Its kind.
    pub code: Code,
    /// Number of requests that it is about; 0 for one of the log as a whole.
    pub requests: u64,
    /// The reason, where requests of one kind have different ones.
    pub reason: Option<String>,
    /// The sentence.
    pub text: String,
    /// The first places.
    pub first: Vec<Place>,
}

/// Caveats of a run, as they are gathered.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Caveats {
    /// The pointer by which the user said that a line names the cache's owner.
    #[serde(skip)]
    owner: Option<Pointer>,
    /// Requests of the run.
    requests: u64,
    /// Requests with a time.
    timed: u64,
    #[serde(with = "crate::pairs")]
    noted: BTreeMap<(Code, Option<String>), Noted>,
}

/// The requests of one kind and reason.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Noted {
    requests: u64,
    /// Requests with tokens, and the sum of these.
    with_tokens: u64,
    tokens: i64,
    most_tokens: i64,
    /// The first lines in the log, at most [`KEPT`].
    first: Vec<Place>,
}

impl Caveats {
    /// Of a run in which lines name the cache's owner there.
    pub fn new(owner: Option<Pointer>) -> Self {
        Self { owner, ..Self::default() }
    }

    /// Notes a caveat of a request.
    pub fn note(&mut self, code: Code, place: Place) {
        self.add(code, None, 0, place);
    }

    /// The same, with a reason.
    pub fn note_because(&mut self, code: Code, reason: &str, place: Place) {
        self.add(code, Some(reason), 0, place);
    }

    /// The same, with tokens that it is about.
    pub fn note_tokens(&mut self, code: Code, tokens: i64, place: Place) {
        self.add(code, None, tokens, place);
    }

    /// The same, with a reason and a number that is summed.
    pub fn note_number(&mut self, code: Code, reason: &str, number: u64, place: Place) {
        self.add(code, Some(reason), number.cast_signed(), place);
    }

    /// Notes a caveat of the log as a whole, which no number of requests tells, with its reason and the first line that it speaks of.
    pub fn note_of_log(&mut self, code: Code, reason: &str, place: Option<Place>) {
        let noted = self.noted.entry((code, Some(reason.to_owned()))).or_default();
        if let Some(place) = place {
            noted.add_place(place);
        }
    }

    fn add(&mut self, code: Code, reason: Option<&str>, tokens: i64, place: Place) {
        let noted = self.noted.entry((code, reason.map(str::to_owned))).or_default();
        noted.requests += 1;
        noted.with_tokens += u64::from(tokens != 0);
        noted.tokens += tokens;
        noted.most_tokens = noted.most_tokens.max(tokens);
        noted.add_place(place);
    }

    /// Takes up the caveats of other requests of the same run.
    pub fn merge(&mut self, other: Self) {
        self.requests += other.requests;
        self.timed += other.timed;
        for (key, noted) in other.noted {
            self.noted.entry(key).or_default().merge(noted);
        }
    }

    /// Those of the log as a whole, and of requests these alone.
    #[must_use]
    pub fn with_requests(self, own: Self) -> Self {
        let (mut of_log, _) = self.apart();
        of_log.merge(own);
        of_log
    }

    /// Those that only a reader of the whole log knows, and those of requests one by one.
    pub fn apart(self) -> (Self, Self) {
        let (of_log, of_requests) = self.noted.into_iter().partition(|((code, _), _)| code.is_about_whole_log());
        (Self { noted: of_log, ..self }, Self { noted: of_requests, ..Self::default() })
    }

    /// Number of requests that a kind of caveat is about.
    pub fn requests(&self, code: Code) -> u64 {
        self.noted(code).map(|(_, noted)| noted.requests).sum()
    }

    fn noted(&self, code: Code) -> impl Iterator<Item = (&str, &Noted)> {
        self.noted
            .iter()
            .filter(move |((other, _), _)| *other == code)
            .map(|((_, reason), noted)| (reason.as_deref().unwrap_or_default(), noted))
    }

    /// All that are to be said, in their order.
    pub fn all(&self) -> Vec<GatheredCaveat> {
        let caveat = |((code, reason), noted): (&(Code, Option<String>), &Noted)| {
            let code = if *code == Code::NoTime && self.timed == 0 { Code::NoTimes } else { *code };
            let text = self.text(code, reason.as_deref().unwrap_or_default(), noted)?;
            let first = noted.first.clone();
            Some(GatheredCaveat { code, requests: noted.requests, reason: reason.clone(), text, first })
        };
        let mut caveats: Vec<GatheredCaveat> = self.noted.iter().filter_map(caveat).collect();
        caveats.extend(self.on_mixed_redaction());
        caveats.sort_by_key(|caveat| caveat.code);
        caveats
    }

    /// Redacted requests match neither those of another key nor clear ones.
    fn on_mixed_redaction(&self) -> Vec<GatheredCaveat> {
        let keys: Vec<&str> = self.noted(Code::Redacted).map(|(key, _)| key).collect();
        let requests = self.requests(Code::Redacted);
        let first = || self.noted(Code::Redacted).flat_map(|(_, noted)| noted.first.clone()).take(KEPT).collect();
        let caveat = |code: Code| {
            let text = code.sentence(Some(requests)).replace("{reason}", &keys.join(", "));
            GatheredCaveat { code, requests, reason: None, text, first: first() }
        };
        let several = (keys.len() > 1).then(|| caveat(Code::SeveralKeys));
        let partly = (1..self.requests).contains(&requests).then(|| caveat(Code::PartlyRedacted));
        several.into_iter().chain(partly).collect()
    }
}

impl Noted {
    fn merge(&mut self, other: Self) {
        self.requests += other.requests;
        self.with_tokens += other.with_tokens;
        self.tokens += other.tokens;
        self.most_tokens = self.most_tokens.max(other.most_tokens);
        for place in other.first {
            self.add_place(place);
        }
    }

    /// Keeps a place if it is among the first, in whichever order they come.
    fn add_place(&mut self, place: Place) {
        if self.first.len() == KEPT && self.first.last().is_some_and(|last| *last <= place) {
            return;
        }
        let at = self.first.partition_point(|known| *known <= place);
        self.first.insert(at, place);
        self.first.truncate(KEPT);
    }
}
