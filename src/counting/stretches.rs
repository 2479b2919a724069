//! Stretches of a counted prompt: the tokens of each part that its marks tell apart, without tokenising anything again.

use std::ops::Range;

use super::Counted;
use crate::prompt::Origin;

/// Tokens in a row that come from one part of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The part, a single tool or the reasoning of a message too.
    pub origin: Origin,
    /// Its tokens: those that begin in it.
    pub tokens: u64,
    /// It is an image, a file, or what the caller took for a document.
    pub is_document: bool,
}

impl Counted {
    /// The stretches of the prompt, in order, which hold all of its tokens. `documents` finds documents in the text of a part of so
    /// many bytes, as ranges of them in their order.
    pub fn stretches(&self, documents: &dyn Fn(Origin, usize) -> Vec<Range<usize>>) -> Vec<Stretch> {
        let (mut marks, mut origin) = (self.origins.beginnings().peekable(), Origin::Start);
        let (mut stretches, mut left) = (Vec::new(), self.prompt_tokens);
        for (segment, ids) in self.tokens.pieces().enumerate() {
            if left == 0 {
                break;
            }
            left -= ids.len();
            let lengths: Vec<usize> = self.memo.byte_lengths(ids).collect();
            let mut begins = vec![(0, origin)];
            while let Some((_, byte, next)) = marks.next_if(|(of, ..)| *of <= segment) {
                origin = next;
                begins.push((byte, next));
            }
            if self.memo.is_media(ids) {
                let origin = begins.last().map_or(origin, |(_, origin)| *origin);
                stretches.push(Stretch { origin, tokens: ids.len() as u64, is_document: true });
                continue;
            }
            stretches.extend(within(&begins, &lengths, documents));
        }
        stretches
    }
}

/// The stretches of one text, of which the bytes of each token and the beginnings of parts are given.
fn within(
    begins: &[(usize, Origin)],
    lengths: &[usize],
    documents: &dyn Fn(Origin, usize) -> Vec<Range<usize>>,
) -> Vec<Stretch> {
    let bytes: usize = lengths.iter().sum();
    let mut ends: Vec<(usize, Origin, bool)> = Vec::new();
    for (index, (start, origin)) in begins.iter().enumerate() {
        let end = begins.get(index + 1).map_or(bytes, |(next, _)| *next);
        if end > *start {
            for document in documents(*origin, end - start) {
                ends.extend([(start + document.start, *origin, false), (start + document.end, *origin, true)]);
            }
        }
        ends.push((end, *origin, false));
    }
    let (mut at, mut lengths) = (0, lengths.iter().peekable());
    let mut stretches = Vec::new();
    for (number, (end, origin, is_document)) in ends.iter().enumerate() {
        let (mut tokens, is_last) = (0, number + 1 == ends.len());
        while let Some(length) = lengths.next_if(|_| at < *end || is_last) {
            at += length;
            tokens += 1;
        }
        if tokens > 0 {
            stretches.push(Stretch { origin: *origin, tokens, is_document: *is_document });
        }
    }
    stretches
}
