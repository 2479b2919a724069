//! Prompts to tokens, each text once: special tokens are hard boundaries, so the tokens of a stretch of plain text depend on that
//! text alone and are remembered by its digest.

use std::collections::HashMap;
use std::sync::Arc;

use super::{TokenId, Tokenizer};
use crate::hash;
use crate::prompt::{Origin, Prompt, Segment};

/// A tokenizer that remembers what it has seen. Memory grows with distinct text.
pub struct Memo {
    tokenizer: Box<dyn Tokenizer>,
    /// Whether a special token spelled out in a client's text becomes that token, as in servers that tokenise one string.
    recognises_specials: bool,
    texts: HashMap<u128, Arc<[TokenId]>>,
}

/// Where a token of a prompt lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Index of the segment.
    pub segment: usize,
    /// Byte within the segment at which the token begins.
    pub byte: usize,
    /// The part of the request it comes from.
    pub origin: Origin,
}

impl Memo {
    /// Nothing remembered yet.
    pub fn new(tokenizer: Box<dyn Tokenizer>, recognises_specials: bool) -> Self {
        Self { tokenizer, recognises_specials, texts: HashMap::new() }
    }

    /// Appends the tokens of a prompt, and gives how many of them stand before what asks the model to answer; all where nothing
    /// does.
    pub fn encode(&mut self, prompt: &Prompt, ids: &mut Vec<TokenId>) -> usize {
        let (start, answer) = (ids.len(), prompt.answer_start());
        let mut core = None;
        for (index, segment) in prompt.segments().iter().enumerate() {
            if answer == Some(index) {
                core = Some(ids.len() - start);
            }
            self.encode_segment(segment, ids);
        }
        core.unwrap_or(ids.len() - start)
    }

    /// Where the token with this index lies; `None` beyond the end.
    pub fn locate(&mut self, prompt: &Prompt, index: usize) -> Option<Spot> {
        let (mut ids, mut before) = (Vec::new(), 0);
        for (number, segment) in prompt.segments().iter().enumerate() {
            ids.clear();
            self.encode_segment(segment, &mut ids);
            if index < before + ids.len() {
                let byte = ids[..index - before].iter().map(|id| self.tokenizer.byte_len(*id)).sum();
                return Some(Spot { segment: number, byte, origin: prompt.origin(number, byte) });
            }
            before += ids.len();
        }
        None
    }

    fn encode_segment(&mut self, segment: &Segment, ids: &mut Vec<TokenId>) {
        match segment {
            Segment::Special(spelling) => match self.tokenizer.special(spelling) {
                Some(id) => ids.push(id),
                None => self.tokenizer.encode_text(spelling, ids),
            },
            Segment::Text(text) => {
                let digest = hash::digest(text.as_bytes());
                if let Some(known) = self.texts.get(&digest) {
                    ids.extend_from_slice(known);
                    return;
                }
                let start = ids.len();
                if self.recognises_specials {
                    self.tokenizer.encode_rendered(text, ids);
                } else {
                    self.tokenizer.encode_text(text, ids);
                }
                self.texts.insert(digest, ids[start..].into());
            }
        }
    }
}
