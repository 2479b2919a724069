//! Lengths without a tokenizer: what providers bill says how long the beginnings of prompts are in their own tokens.
//!
//! A request's tokens read and written together reach up to its last breakpoint, so that they are the length of everything up to
//! there: *billed*. A place between two such lengths is *derived* from them, one behind the last is *estimated* by the rate
//! of our tokens to the model's, and both are ranges.

use std::collections::{HashMap, HashSet};

use crate::cache::{Position, PrefixKey, Rate, Scale};
use crate::number::to_usize;

/// The basis of a length, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LengthBasis {
    /// The provider's own numbers.
    Billed,
    /// Lies between two billed lengths.
    Derived,
    /// Our count at the model's rate.
    Estimated,
}

/// The end of a content block.
#[derive(Clone, Copy, Debug)]
pub struct End {
    /// The identity of everything up to it.
    pub key: PrefixKey,
    /// Our tokens up to it.
    pub tokens: usize,
    /// A breakpoint stands there.
    pub is_breakpoint: bool,
    /// The breakpoint asks for an hour.
    pub is_for_an_hour: bool,
}

/// The tokens of one request, as billed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Billed {
    /// The whole prompt.
    pub prompt: Option<u64>,
    /// Tokens that were read and written together, which reach up to the last breakpoint.
    pub cached: Option<u64>,
    /// Tokens that were read: they reach up to a breakpoint, of this request or an earlier one.
    pub read: Option<u64>,
    /// Tokens read and written for an hour together, if any are: they reach up to the last breakpoint that asks for
    /// an hour, for those of shorter lifetimes stand behind.
    pub hour: Option<u64>,
}

/// The lengths that a log has billed so far.
#[derive(Clone, Debug, Default)]
pub struct Lengths {
    billed: HashMap<PrefixKey, u64>,
    /// Reads that end at a breakpoint of which nothing was billed, as far as a range tells, each the last one.
    reads: HashMap<PrefixKey, u64>,
    /// Our tokens of whole prompts and the provider's, summed by model.
    models: HashMap<String, (u128, u128)>,
    /// Models whose tokenizer is published.
    published: HashSet<String>,
}

/// Of a model that no prompt has been billed of: Claude's tokens are 1.0 to 1.3 times those of `o200k_base` on plain text, in nine
/// of ten recorded requests (November 2026).
const UNKNOWN_MODEL: Rate = Rate { min: 1000, likely: 1140, max: 1300 };

/// The same of a model whose tokenizer is published, in a prompt that may hold more than the log shows. How much more was not measured:
/// that it is no more than `UNKNOWN_MODEL` allows is our choice.
const PUBLISHED: Rate = Rate { likely: 1000, ..UNKNOWN_MODEL };

impl Lengths {
    /// Something was learned of the lengths of a model's prompts.
    pub fn is_used(&self) -> bool {
        !self.billed.is_empty() || !self.models.is_empty() || !self.published.is_empty()
    }

    /// Takes note that a model's tokens are those of a published tokenizer, so that ours are its own.
    pub fn note_published(&mut self, model: &str) {
        if !self.published.contains(model) {
            self.published.insert(model.to_owned());
        }
    }

    /// Learns from a request, and gives the provider's tokens by ours for it: its block ends in order, our tokens of its prompt, and those
    /// at its beginning which are the provider's.
    pub fn scale(&mut self, model: &str, ends: &[End], (prompt, exact): (usize, usize), billed: Billed) -> Scale {
        let last = ends.iter().rfind(|end| end.is_breakpoint);
        let own = last.zip(billed.cached.filter(|tokens| *tokens > 0));
        if let Some((last, tokens)) = own {
            // The newest counts: Bedrock has billed the same prefix with one token more or less.
            self.billed.insert(last.key, tokens);
        }
        if let Some((end, tokens)) = ends.iter().rfind(|end| end.is_for_an_hour).zip(billed.hour) {
            self.billed.insert(end.key, tokens);
        }
        self.learn_read(model, ends, (prompt, exact), billed);
        if let Some(total) = billed.prompt {
            let (ours, theirs) = self.models.entry(model.to_owned()).or_default();
            *ours += prompt as u128;
            *theirs += u128::from(total);
        }
        self.scale_of(model, ends, (prompt, exact), billed)
    }

    /// The provider's tokens by ours, by what was billed so far.
    fn scale_of(&self, model: &str, ends: &[End], (prompt, exact): (usize, usize), billed: Billed) -> Scale {
        let last = ends.iter().rfind(|end| end.is_breakpoint);
        let own = last.zip(billed.cached.filter(|tokens| *tokens > 0));
        let mut scale = Scale::new(self.rate(model)).exact_up_to(exact);
        for end in ends {
            // Lengths that contradict the request's own report are left out.
            let fits = |tokens: u64| own.is_none_or(|(last, own)| end.tokens.cmp(&last.tokens) == tokens.cmp(&own));
            if let Some(tokens) = self.billed.get(&end.key).filter(|tokens| fits(**tokens)) {
                scale.add(end.tokens, to_usize(*tokens));
            }
        }
        if let Some(total) = billed.prompt {
            scale.add(prompt, to_usize(total));
        }
        scale
    }

    /// Learns the length up to a breakpoint at which no request ends from a read that can only end there, once two requests were served it.
    fn learn_read(&mut self, model: &str, ends: &[End], lengths: (usize, usize), billed: Billed) {
        let Some(read) = billed.read.filter(|read| *read > 0 && billed.prompt.is_some()) else { return };
        let is_known = ends.iter().any(|end| self.billed.get(&end.key) == Some(&read));
        let Some((_, earlier)) = ends.split_last().filter(|_| !is_known) else { return };
        let scale = self.scale_of(model, ends, lengths, billed);
        let may_end_there = |end: &&End| {
            let Position { min, max, .. } = scale.position(end.tokens);
            end.is_breakpoint && !self.billed.contains_key(&end.key) && (min..=max).contains(&to_usize(read))
        };
        let mut found = earlier.iter().filter(may_end_there);
        let (Some(end), None) = (found.next(), found.next()) else { return };
        if self.reads.insert(end.key, read) == Some(read) {
            self.billed.insert(end.key, read);
        }
    }

    /// The length of everything up to an end, if it was billed.
    pub fn billed(&self, key: PrefixKey) -> Option<u64> {
        self.billed.get(&key).copied()
    }

    /// Our tokens in a model's, by what was billed so far.
    pub fn likely(&self, model: &str, tokens: usize) -> u64 {
        tokens as u64 * self.rate(model).likely / 1000
    }

    /// The provider's tokens for a thousand of ours: as billed so far, give or take a tenth.
    fn rate(&self, model: &str) -> Rate {
        let Some((ours, theirs)) = self.models.get(model).filter(|sums| sums.0 > 0 && sums.1 > 0) else {
            return if self.published.contains(model) { PUBLISHED } else { UNKNOWN_MODEL };
        };
        let likely = u64::try_from(theirs * 1000 / ours).unwrap_or(UNKNOWN_MODEL.likely);
        Rate { min: likely * 9 / 10, likely, max: likely * 11 / 10 }
    }
}

impl LengthBasis {
    /// The basis of a position on a scale whose last known position is `last`.
    pub fn at(position: Position, last: usize) -> Self {
        if position.is_known() {
            Self::Billed
        } else if position.likely <= last {
            Self::Derived
        } else {
            Self::Estimated
        }
    }

    /// The basis in a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Billed => "billed",
            Self::Derived => "derived",
            Self::Estimated => "estimated",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::ScopeKey;

    fn ends(marks: &[bool]) -> Vec<End> {
        let key = |index: usize| ScopeKey::new(&["a"]).fingerprint(index as u128);
        let end = |(index, is_breakpoint): (usize, &bool)| End {
            key: key(index),
            tokens: (index + 1) * 100,
            is_breakpoint: *is_breakpoint,
            is_for_an_hour: false,
        };
        marks.iter().enumerate().map(end).collect()
    }

    #[test]
    fn what_was_read_and_written_is_the_length_up_to_the_last_breakpoint() {
        let mut lengths = Lengths::default();
        let billed = Billed { prompt: Some(420), cached: Some(230), ..Billed::default() };
        let scale = lengths.scale("m", &ends(&[true, true, false]), (320, 0), billed);
        assert_eq!(scale.position(200), Position { min: 230, likely: 230, max: 230 });
        assert_eq!(scale.position(320).likely, 420);
        assert_eq!(LengthBasis::at(scale.position(100), 420), LengthBasis::Derived);
        // Another request ends where the first had a breakpoint in between.
        lengths.scale(
            "m",
            &ends(&[true]),
            (120, 0),
            Billed { prompt: Some(130), cached: Some(117), ..Billed::default() },
        );
        let again = lengths.scale("m", &ends(&[true, true]), (220, 0), Billed::default());
        assert_eq!((again.position(100).likely, again.position(200).likely), (117, 230));
    }

    #[test]
    fn what_was_written_for_an_hour_is_the_length_up_to_the_last_breakpoint_that_asks_for_one() {
        let mut lengths = Lengths::default();
        let mut marked = ends(&[true, true]);
        marked[0].is_for_an_hour = true;
        let billed = Billed { prompt: Some(420), cached: Some(400), hour: Some(130), ..Billed::default() };
        let scale = lengths.scale("m", &marked, (220, 0), billed);
        assert_eq!((scale.position(100).likely, scale.position(200).likely), (130, 400));
    }

    #[test]
    fn without_a_report_a_length_is_a_range() {
        let mut lengths = Lengths::default();
        let scale = lengths.scale("m", &ends(&[true]), (120, 0), Billed::default());
        assert_eq!(scale.position(100), Position { min: 100, likely: 114, max: 130 });
        assert_eq!(LengthBasis::at(scale.position(100), 0), LengthBasis::Estimated);
    }

    #[test]
    fn tokens_before_an_image_are_the_providers_whatever_it_is_long() {
        let mut lengths = Lengths::default();
        lengths.note_published("m");
        let billed = Billed { prompt: Some(1320), ..Billed::default() };
        let scale = lengths.scale("m", &ends(&[false, false, false]), (320, 150), billed);
        assert_eq!(scale.position(100), Position { min: 100, likely: 100, max: 100 });
        assert!(scale.position(200).likely > 150);
    }

    #[test]
    fn nothing_cached_is_no_length() {
        let mut lengths = Lengths::default();
        lengths.scale(
            "m",
            &ends(&[true]),
            (120, 0),
            Billed { prompt: Some(130), cached: Some(0), ..Billed::default() },
        );
        let scale = lengths.scale("m", &ends(&[true]), (120, 0), Billed::default());
        assert!(!scale.position(100).is_known());
    }
}
