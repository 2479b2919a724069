//! Prompts to tokens, each text once: special tokens are hard boundaries, so the tokens of a stretch of plain text depend on that
//! text alone and are remembered by its digest.

use std::sync::Arc;

use super::{Sequence, TokenId, Tokenizer};
use crate::bounded_cache::BoundedCache;
use crate::prompt::{Origin, Origins, Prompt, Segment};

/// A tokenizer that remembers what it has seen, for all threads. Memory grows with distinct text, up to a bound.
pub struct Memo {
    tokenizer: Box<dyn Tokenizer>,
    /// True if a special token spelled out in a client's text becomes that token, as in servers that tokenise one string.
    recognises_specials: bool,
    /// Its number, and what it and those with other numbers have seen.
    number: u128,
    texts: Arc<Texts>,
}

/// Any odd number with ones and zeros all over.
const ODD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

/// The first of the numbers that stand for tokens of media: no vocabulary is so large.
const MEDIA: TokenId = 1 << 31;

/// The tokens of texts by digest, each under its tokenizer's number.
pub type Texts = BoundedCache<Arc<[TokenId]>>;

/// The place of a token in a prompt.
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
    /// One that shares the room for what it remembers with those of other numbers.
    pub fn new(tokenizer: Box<dyn Tokenizer>, recognises_specials: bool, number: u128, texts: &Arc<Texts>) -> Self {
        Self { tokenizer, recognises_specials, number, texts: Arc::clone(texts) }
    }

    /// One that is alone and has all the room.
    pub fn alone(tokenizer: Box<dyn Tokenizer>, recognises_specials: bool) -> Self {
        Self::new(tokenizer, recognises_specials, 0, &Arc::new(Texts::new(usize::MAX)))
    }

    /// The same prompt, with its texts in segments that are tokenised by themselves: what a prompt repeats of another is known then.
    pub fn cut(&self, prompt: Prompt) -> Prompt {
        if self.recognises_specials { prompt.cut(|text| self.tokenizer.cuts(text)) } else { prompt }
    }

    /// Appends the tokens of a prompt, a piece for each segment, and gives how many of them stand before what asks the model to answer; all where nothing
    /// does.
    pub fn encode(&self, prompt: &Prompt, tokens: &mut Sequence) -> usize {
        let (start, answer) = (tokens.len(), prompt.answer_start());
        let (mut core, mut ids) = (None, Vec::new());
        for (index, segment) in prompt.segments().iter().enumerate() {
            if answer == Some(index) {
                core = Some(tokens.len() - start);
            }
            let digest = self.digest(segment);
            tokens.push(self.encode_segment(segment, digest, &mut ids), digest);
        }
        core.unwrap_or(tokens.len() - start)
    }

    /// Finds the token with this index in a prompt whose segments are the pieces of `tokens`; `None` beyond the end.
    pub fn locate(&self, origins: &Origins, tokens: &Sequence, index: usize) -> Option<Spot> {
        let (segment, before) = tokens.locate(index)?;
        let byte = before.iter().filter(|id| **id < MEDIA).map(|id| self.tokenizer.byte_len(*id)).sum();
        Some(Spot { segment, byte, origin: origins.origin(segment, byte) })
    }

    /// Bytes of text that each token stands for; those of media stand for none.
    pub fn byte_lengths<'a>(&'a self, ids: &'a [TokenId]) -> impl Iterator<Item = usize> + 'a {
        ids.iter().map(|id| if *id < MEDIA { self.tokenizer.byte_len(*id) } else { 0 })
    }

    /// The piece is an image, a file or a sound.
    pub fn is_media(&self, ids: &[TokenId]) -> bool {
        ids.first().is_some_and(|id| *id >= MEDIA)
    }

    /// Names a segment under this tokenizer: specials and texts get different names, and so do tokenizers.
    fn digest(&self, segment: &Segment) -> u128 {
        let kind = u128::from(matches!(segment, Segment::Special(_) | Segment::Media(..)));
        segment.digest() ^ (self.number << 1 | kind).wrapping_mul(ODD)
    }

    /// The tokens of the segment with this digest, which are made in `ids` if they are not known.
    fn encode_segment(&self, segment: &Segment, digest: u128, ids: &mut Vec<TokenId>) -> Arc<[TokenId]> {
        self.texts.value(digest).unwrap_or_else(|| {
            ids.clear();
            self.tokenise(segment, ids);
            let ids: Arc<[TokenId]> = ids[..].into();
            self.texts.keep(digest, Arc::clone(&ids), size_of_val(&*ids));
            ids
        })
    }

    fn tokenise(&self, segment: &Segment, ids: &mut Vec<TokenId>) {
        match segment {
            // A mark of another model's template is no token of this model.
            Segment::Special(spelling) => ids.extend(self.tokenizer.special(spelling)),
            // The low bits of a digest tell media from others.
            Segment::Media(digest, tokens) => {
                let id = MEDIA | TokenId::try_from(digest & u128::from(MEDIA - 1)).unwrap_or_default();
                ids.extend(std::iter::repeat_n(id, *tokens));
            }
            text if self.recognises_specials => self.tokenizer.encode_rendered(text.as_str(), ids),
            text => self.tokenizer.encode_text(text.as_str(), ids),
        }
    }
}
