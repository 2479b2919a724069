//! A tokenizer of the user's: any Hugging Face `tokenizer.json`, by the library that defines the format.
//!
//! Servers that load such a file tokenise the whole prompt as one string, so the spelling of a special token is that token. Between such
//! tokens texts are tokenised by themselves, so that a conversation's stretches are known from one request to the next.

use std::cmp::Reverse;
use std::fmt;
use std::path::Path;

use regex::Regex;
use tokenizers::Tokenizer as Reference;
use tokenizers::pre_tokenizers::PreTokenizerWrapper as PreTokenizer;
use tokenizers::pre_tokenizers::metaspace::PrependScheme;

use super::{TokenId, Tokenizer};

/// A tokenizer read from a `tokenizer.json`.
pub struct HuggingFace {
    reference: Reference,
    /// True if a character of a token's spelling stands for one byte.
    is_byte_level: bool,
    /// Finds the tokens that a text is cut at before anything else is done with it; `None` where stretches depend on what stands around them.
    standing_alone: Option<Regex>,
}

/// The reason why a `tokenizer.json` cannot be used.
#[derive(Debug)]
pub struct NotATokenizer(String);

impl fmt::Display for NotATokenizer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "not a Hugging Face tokenizer.json: {}", self.0)
    }
}

impl std::error::Error for NotATokenizer {}

impl HuggingFace {
    /// Reads the file.
    ///
    /// # Errors
    /// Fails if it cannot be read or has components that are not known.
    pub fn read(path: &Path) -> Result<Self, NotATokenizer> {
        let mut reference = Reference::from_file(path).map_err(|error| NotATokenizer(error.to_string()))?;
        // Servers count a prompt as it is: padding and truncation are for training.
        reference.with_padding(None);
        reference.with_truncation(None).map_err(|error| NotATokenizer(error.to_string()))?;
        // The byte-level alphabet spells a space as Ġ.
        let is_byte_level = reference.token_to_id("Ġ").is_some();
        let standing_alone = standing_alone(&reference);
        Ok(Self { reference, is_byte_level, standing_alone })
    }
}

/// The reference first cuts a text at the added tokens that are looked for in it as it is, the leftmost and of these the longest, then
/// normalises, splits and encodes each stretch by itself. A token that takes space or letters beside it into account, or a space that is put
/// before the first stretch alone, would make a stretch depend on others.
fn standing_alone(reference: &Reference) -> Option<Regex> {
    let added = reference.get_added_tokens_decoder();
    let mut spellings = Vec::new();
    for token in added.values().filter(|token| !token.normalized && !token.content.is_empty()) {
        if token.single_word || token.lstrip || token.rstrip {
            return None;
        }
        spellings.push(token.content.as_str());
    }
    if spellings.is_empty() || reference.get_pre_tokenizer().is_some_and(tells_first_stretch) {
        return None;
    }
    // Of alternatives the first that fits is taken.
    spellings.sort_by_key(|spelling| (Reverse(spelling.len()), *spelling));
    Regex::new(&spellings.into_iter().map(regex::escape).collect::<Vec<_>>().join("|")).ok()
}

/// True if the first stretch of a text is split otherwise than the same stretch behind another.
fn tells_first_stretch(pre_tokenizer: &PreTokenizer) -> bool {
    match pre_tokenizer {
        PreTokenizer::Metaspace(metaspace) => metaspace.get_prepend_scheme() == PrependScheme::First,
        PreTokenizer::Sequence(all) => all.as_ref().iter().any(tells_first_stretch),
        _ => false,
    }
}

impl Tokenizer for HuggingFace {
    fn encode_text(&self, text: &str, ids: &mut Vec<TokenId>) {
        // Encoding fails only in trainers and post-processors, which are not asked for here.
        if let Ok(encoding) = self.reference.encode_fast(text, false) {
            ids.extend_from_slice(encoding.get_ids());
        }
    }

    fn cuts(&self, text: &str) -> Vec<usize> {
        let found = self.standing_alone.iter().flat_map(|tokens| tokens.find_iter(text));
        found.flat_map(|token| [token.start(), token.end()]).collect()
    }

    fn start(&self) -> String {
        // Any letter will do: what stands before it is put there by the tokenizer.
        let Ok(encoding) = self.reference.encode("a", true) else { return String::new() };
        let is_special = encoding.get_special_tokens_mask().iter();
        encoding
            .get_tokens()
            .iter()
            .zip(is_special)
            .take_while(|(_, is)| **is == 1)
            .map(|(token, _)| token.as_str())
            .collect()
    }

    fn special(&self, spelling: &str) -> Option<TokenId> {
        self.reference.token_to_id(spelling)
    }

    fn byte_len(&self, id: TokenId) -> usize {
        let spelling = self.reference.id_to_token(id).unwrap_or_default();
        if self.is_byte_level { spelling.chars().count() } else { spelling.replace('▁', " ").len() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    /// Byte-level pairs over few letters, with these added tokens.
    fn file(added: &[Value], normalizer: &Value, pre_tokenizer: &Value) -> HuggingFace {
        let alphabet = ["a", "b", "<", "|", ">", "Ġ", "Ċ", "é", "Ã", "©", "Ì", "ģ", "▁"];
        let merges = [["a", "b"], ["Ġ", "ab"], ["ab", "ab"], ["<", "|"], ["Ġ", "a"], ["▁", "a"]];
        let made = merges.iter().map(|pair| pair.concat());
        let words = alphabet.iter().map(|letter| (*letter).to_owned()).chain(made);
        let vocabulary: serde_json::Map<_, _> = words.enumerate().map(|(id, word)| (word, id.into())).collect();
        let added: Vec<Value> = added
            .iter()
            .enumerate()
            .map(|(index, token)| {
                let mut whole = json!({"id": 100 + index, "single_word": false, "lstrip": false, "rstrip": false, "normalized": false,
                    "special": true});
                whole.as_object_mut().unwrap().extend(token.as_object().unwrap().clone());
                whole
            })
            .collect();
        let file = json!({"version": "1.0", "truncation": null, "padding": null, "added_tokens": added, "normalizer": normalizer,
            "pre_tokenizer": pre_tokenizer, "post_processor": null, "decoder": null,
            "model": {"type": "BPE", "vocab": vocabulary, "merges": merges, "unk_token": null}});
        let path = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(path.path(), file.to_string()).unwrap();
        HuggingFace::read(path.path()).unwrap()
    }

    fn ids(tokenizer: &HuggingFace, text: &str) -> Vec<TokenId> {
        let mut ids = Vec::new();
        tokenizer.encode_rendered(text, &mut ids);
        ids
    }

    fn added() -> Vec<Value> {
        ["<|a|>", "<|a|>b", "a|", "b\n"].map(|content| json!({"content": content})).into()
    }

    fn byte_level() -> Value {
        json!({"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": true})
    }

    proptest! {
        #[test]
        fn stretches_have_the_tokens_that_they_have_in_the_whole(text in "([ab<|>\n ]|<\\|a\\|>|e\u{301}|é){0,24}") {
            let normalized = json!({"content": "ab a", "normalized": true, "lstrip": true});
            for (added, normalizer) in [(added(), Value::Null), ([added(), vec![normalized]].concat(), json!({"type": "NFC"}))] {
                let tokenizer = file(&added, &normalizer, &byte_level());
                let places: Vec<usize> = [0].into_iter().chain(tokenizer.cuts(&text)).chain([text.len()]).collect();
                let apart = places.windows(2).flat_map(|ends| ids(&tokenizer, &text[ends[0]..ends[1]]));
                prop_assert_eq!(apart.collect::<Vec<_>>(), ids(&tokenizer, &text));
            }
        }
    }

    #[test]
    fn a_text_whose_stretches_depend_on_each_other_is_not_cut() {
        let cuts = |added: &[Value], pre_tokenizer: Value| file(added, &Value::Null, &pre_tokenizer).cuts("a<|a|> a");
        assert_eq!(cuts(&added(), byte_level()), [1, 6]);
        let taking_space = json!({"content": "<|a|>", "rstrip": true});
        let first = json!({"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": true});
        assert!(cuts(&[taking_space], byte_level()).is_empty());
        assert!(cuts(&added(), first.clone()).is_empty());
        assert!(cuts(&added(), json!({"type": "Sequence", "pretokenizers": [first]})).is_empty());
    }
}
