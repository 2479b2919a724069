//! OpenAI's encodings, by tiktoken-rs, which embeds the published ranks.
//!
//! The special tokens that frame messages are not all published; those that are not get numbers of their own, so that prompts
//! can be compared and counted, though not decoded.

use tiktoken_rs::{CoreBPE, cl100k_base_singleton, o200k_base_singleton, o200k_harmony_singleton};

use super::{TokenId, Tokenizer};

/// One of OpenAI's encodings.
pub(super) struct OpenAi {
    engine: &'static CoreBPE,
}

/// The tokens that frame messages, numbered from [`FIRST_SPECIAL`] on.
const SPECIALS: [&str; 8] = [
    "<|im_start|>",
    "<|im_sep|>",
    "<|im_end|>",
    "<|channel|>",
    "<|message|>",
    "<|return|>",
    "<|constrain|>",
    "<|hidden|>",
];

const FIRST_SPECIAL: TokenId = 1 << 24;

/// The longest run of white space given to the engine at once, in bytes: its regex gives up, with a panic, at about 700,000.
const LONGEST_BLANK: usize = 1 << 18;

impl OpenAi {
    pub(super) fn cl100k() -> Self {
        Self { engine: cl100k_base_singleton() }
    }

    pub(super) fn o200k() -> Self {
        Self { engine: o200k_base_singleton() }
    }

    pub(super) fn o200k_harmony() -> Self {
        Self { engine: o200k_harmony_singleton() }
    }
}

impl Tokenizer for OpenAi {
    fn encode_text(&self, text: &str, ids: &mut Vec<TokenId>) {
        for part in within_blank_bound(text) {
            ids.extend(self.engine.encode_ordinary(part));
        }
    }

    fn special(&self, spelling: &str) -> Option<TokenId> {
        let index = SPECIALS.iter().position(|special| *special == spelling)?;
        TokenId::try_from(index).ok().map(|index| FIRST_SPECIAL + index)
    }

    fn byte_len(&self, id: TokenId) -> usize {
        self.engine.decode_bytes(&[id]).map_or(0, |bytes| bytes.len())
    }
}

/// The text in parts, cut only inside white space that is longer than the engine can take (which may cost a token a cut).
fn within_blank_bound(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut blank) = (Vec::new(), 0, 0);
    if text.len() > LONGEST_BLANK {
        for (at, letter) in text.char_indices() {
            blank = if letter.is_whitespace() { blank + letter.len_utf8() } else { 0 };
            if blank > LONGEST_BLANK {
                parts.push(&text[start..at]);
                (start, blank) = (at, 0);
            }
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_megabyte_of_blanks_is_counted_not_a_panic() {
        let mut ids = Vec::new();
        OpenAi::o200k().encode_text(&" ".repeat(1 << 20), &mut ids);
        assert!(!ids.is_empty());
    }

    #[test]
    fn ids_are_the_published_ones() {
        let mut ids = Vec::new();
        OpenAi::cl100k().encode_text("hello world", &mut ids);
        assert_eq!(ids, [15339, 1917]);
        assert_eq!(ids.iter().map(|id| OpenAi::cl100k().byte_len(*id)).sum::<usize>(), 11);
    }
}
