//! The engine against tiktoken-rs, whose expressions and tables are the published ones.

use proptest::prelude::*;
use tiktoken_rs::{CoreBPE, cl100k_base_singleton, o200k_base_singleton};

use super::OpenAi;
use crate::tokens::{TokenId, Tokenizer as _};

/// Both encodings, each beside its reference.
fn encodings() -> [(OpenAi, &'static CoreBPE); 2] {
    [(OpenAi::cl100k(), cl100k_base_singleton()), (OpenAi::o200k(), o200k_base_singleton())]
}

fn ids(encoding: &OpenAi, text: &str) -> Vec<TokenId> {
    let mut ids = Vec::new();
    encoding.encode_text(text, &mut ids);
    ids
}

#[test]
fn ids_are_the_published_ones() {
    assert_eq!(ids(&OpenAi::cl100k(), "hello world"), [15339, 1917]);
    assert_eq!(ids(&OpenAi::o200k(), "hello world"), [24912, 2375]);
}

#[test]
fn every_unicode_character_is_cut_as_the_expressions_do() {
    for (encoding, reference) in encodings() {
        let characters: Vec<char> = ('\0'..=char::MAX).collect();
        for part in characters.chunks(512) {
            let text: String = part.iter().map(|c| format!("a{c}b A{c}B {c}{c} 1{c}'{c}\n")).collect();
            assert_eq!(ids(&encoding, &text), reference.encode_ordinary(&text), "from {:?} on", part[0]);
        }
    }
}

#[test]
fn every_token_is_itself_and_has_its_bytes() {
    for (encoding, reference) in encodings() {
        for id in 0..encoding.vocabulary.size() {
            let bytes = reference.decode_bytes(&[id]).unwrap();
            assert_eq!(encoding.byte_len(id), bytes.len(), "token {id}");
            if let Ok(text) = str::from_utf8(&bytes) {
                assert_eq!(ids(&encoding, text), reference.encode_ordinary(text), "token {id}");
            }
        }
        assert_eq!(encoding.byte_len(TokenId::MAX), 0);
    }
}

#[test]
fn every_short_text_of_each_kind_of_character_is_cut_as_the_expressions_do() {
    const KINDS: [&str; 15] =
        ["a", "S", "'", "é", "\u{301}", "中", "ǅ", "7", " ", "\t", "\n", "/", "!", "\u{17f}", "ll"];
    for (encoding, reference) in encodings() {
        for number in 0..KINDS.len().pow(4) {
            let digits = (0..4).map(|place| KINDS[number / KINDS.len().pow(place) % KINDS.len()]);
            let text: String = digits.collect();
            assert_eq!(ids(&encoding, &text), reference.encode_ordinary(&text), "{text:?}");
        }
    }
}

#[test]
fn a_megabyte_of_anything_takes_little_time() {
    for unit in ["a", "A", " ", "\n", "\0", "=", "\u{301}", " \n", "ab", "'s", "中", "kq", "\u{200d}", "한"] {
        let text = unit.repeat(1_000_000 / unit.len()) + "x";
        for (encoding, _) in encodings() {
            // Quadratic behaviour would take minutes, which a test run does not overlook.
            let bytes: usize = ids(&encoding, &text).iter().map(|id| encoding.byte_len(*id)).sum();
            assert_eq!(bytes, text.len());
        }
    }
}

proptest! {
    #[test]
    fn ids_are_those_of_tiktoken(text in any_text()) {
        for (encoding, reference) in encodings() {
            prop_assert_eq!(ids(&encoding, &text), reference.encode_ordinary(&text));
        }
    }
}

/// Unicode of all kinds, words of either case with contractions, runs, and whole tokens.
fn any_text() -> impl Strategy<Value = String> {
    let token = (0..199_998_u32)
        .prop_map(|id| String::from_utf8_lossy(&o200k_base_singleton().decode_bytes(&[id]).unwrap()).into_owned());
    let run = (any::<char>(), 1..200_usize).prop_map(|(c, count)| c.to_string().repeat(count));
    let word = "[ \t'/.]?[A-Z]{0,3}[a-zé]{0,6}('(s|t|RE|ve|m|ll|D|\u{17f}))?[\r\n/ ]{0,3}";
    prop::collection::vec(prop_oneof![4 => token, 1 => run, 6 => word, 2 => any::<String>()], 0..12)
        .prop_map(|parts| parts.concat())
}
