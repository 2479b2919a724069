//! The engine against the official tokenizer: committed answers, digests over large corpora, and tiktoken-rs as an oracle that
//! shares nothing with it but the bytes of the tokens.

use std::fmt::Write as _;
use std::sync::LazyLock;

use proptest::prelude::*;
use sha2::{Digest as _, Sha256};
use tiktoken_rs::CoreBPE;

use super::vocabulary::VOCABULARY;
use super::{Added, AddedTokens, DeepSeek};
use crate::tokens::{TokenId, Tokenizer as _};

static V4: LazyLock<DeepSeek> = LazyLock::new(|| DeepSeek::new(Added::V4));

fn plain(text: &str) -> Vec<TokenId> {
    let mut ids = Vec::new();
    V4.encode_text(text, &mut ids);
    ids
}

fn rendered(text: &str) -> Vec<TokenId> {
    let mut ids = Vec::new();
    V4.encode_rendered(text, &mut ids);
    ids
}

fn bytes(ids: &[TokenId]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for id in ids {
        V4.append_bytes(*id, &mut bytes);
    }
    bytes
}

#[test]
fn ids_are_those_of_the_official_tokenizer() {
    let cases: Vec<Vec<serde_json::Value>> =
        serde_json::from_str(include_str!("../../../fixtures/tokens/cases.json")).unwrap();
    assert!(cases.len() > 500);
    for case in cases {
        let text = case[0].as_str().unwrap();
        let ids = |at: usize| serde_json::from_value::<Vec<TokenId>>(case[at].clone()).unwrap();
        assert_eq!(plain(text), ids(1), "{text:?}");
        assert_eq!(rendered(text), ids(case.len() - 1), "{text:?} rendered");
    }
}

#[test]
fn a_generated_corpus_has_the_official_digest() {
    assert_eq!(digest_of_ids((0..100_000).map(|seed| generate(seed, 60))), official("generated"));
}

#[test]
fn every_unicode_character_has_the_official_digest() {
    let texts = ('\0'..=char::MAX).map(|c| format!("a{c}b {c}{c} 1{c}中{c}"));
    assert_eq!(digest_of_ids(texts), official("scalars"));
}

#[test]
fn added_tokens_are_those_of_the_official_files() {
    assert_eq!(digest_of_added(Added::V3), official("added_v3"));
    assert_eq!(digest_of_added(Added::V4), official("added_v4"));
}

#[test]
fn versions_differ_in_their_added_tokens() {
    let special = |version, spelling| DeepSeek::new(version).special(spelling);
    assert_eq!(special(Added::V3, "<think>"), None);
    assert_eq!(special(Added::R1, "<think>"), Some(128_798));
    assert_eq!(special(Added::V31, "</think>"), Some(128_799));
    assert_eq!(special(Added::V31, "<｜search▁begin｜>"), Some(128_796));
    assert_eq!(special(Added::V4, "<think>"), Some(128_821));
    assert_eq!(special(Added::V4, "<｜System｜>"), None);
    assert_eq!(special(Added::V41, "<｜System｜>"), Some(128_799));
    assert_eq!(special(Added::V41, "<｜image2｜>"), None);
    assert_eq!(special(Added::V41, "<｜deepseek_image｜>"), Some(129_264));
}

#[test]
fn no_added_token_begins_another() {
    for version in [Added::V3, Added::R1, Added::V31, Added::V4, Added::V41] {
        let added = AddedTokens::new(version);
        for pair in added.spellings_in_order().collect::<Vec<_>>().windows(2) {
            assert!(!pair[1].starts_with(pair[0]), "{pair:?}");
            assert!(pair[0].starts_with(['<', '｜']), "{pair:?}");
        }
    }
}

#[test]
fn byte_len_counts_the_bytes_of_every_token() {
    for id in 0..129_280 {
        assert_eq!(V4.byte_len(id), bytes(&[id]).len(), "token {id}");
    }
    assert_eq!(V4.byte_len(129_280), 0);
    assert_eq!(V4.byte_len(TokenId::MAX), 0);
}

#[test]
fn a_megabyte_of_anything_takes_little_time() {
    let units = [
        "a",
        " ",
        "\n",
        "\0",
        "=",
        "\u{301}",
        " \n",
        "\u{3040}",
        "ab",
        "<",
        "｜",
        "<｜User｜",
        "\u{200d}",
        "한",
        "骷",
        "kq",
    ];
    for unit in units {
        let text = unit.repeat(1_000_000 / unit.len()) + "x";
        // Quadratic behaviour would take minutes, which a test run does not overlook.
        assert_eq!(bytes(&rendered(&text)), text.as_bytes());
    }
}

proptest! {
    #[test]
    fn the_bytes_of_the_ids_are_the_text(text in any_text()) {
        prop_assert_eq!(bytes(&plain(&text)), text.as_bytes());
        prop_assert_eq!(bytes(&rendered(&text)), text.as_bytes());
    }

    #[test]
    fn ids_are_those_of_tiktoken_with_the_same_tokens(text in any_text()) {
        prop_assert_eq!(plain(&text), TIKTOKEN.encode_ordinary(&text));
    }

    #[test]
    fn text_before_a_special_token_does_not_change_what_follows(one in any_text(), two in any_text()) {
        let mut apart = plain(&one);
        apart.push(V4.special("<｜User｜>").unwrap());
        apart.extend(plain(&two));
        prop_assume!(plain(&one) == rendered(&one) && plain(&two) == rendered(&two));
        prop_assert_eq!(rendered(&format!("{one}<｜User｜>{two}")), apart);
    }
}

/// Unicode of all kinds, whole tokens, and runs.
fn any_text() -> impl Strategy<Value = String> {
    let token = (3..VOCABULARY.size()).prop_map(|id| String::from_utf8_lossy(&bytes(&[id])).into_owned());
    let run = (any::<char>(), 1..200_usize).prop_map(|(c, count)| c.to_string().repeat(count));
    let generated = (any::<u64>(), 1..40_usize).prop_map(|(seed, length)| generate(seed, length));
    prop::collection::vec(prop_oneof![4 => token, 1 => run, 4 => generated], 0..12).prop_map(|parts| parts.concat())
}

/// The three official expressions as one, an alternative per line.
const SPLIT: &str = include_str!("../../../fixtures/tokens/split.regex");

static TIKTOKEN: LazyLock<CoreBPE> = LazyLock::new(|| {
    let split: String = SPLIT.lines().collect();
    let ranks = (3..VOCABULARY.size()).map(|id| (bytes(&[id]), id)).collect();
    CoreBPE::new(ranks, std::iter::empty().collect(), &split).unwrap()
});

fn official(name: &str) -> String {
    let digests: serde_json::Value =
        serde_json::from_str(include_str!("../../../fixtures/tokens/digests.json")).unwrap();
    digests[name].as_str().unwrap().to_owned()
}

fn digest_of_ids(texts: impl Iterator<Item = String>) -> String {
    let mut sha = Sha256::new();
    for text in texts {
        let ids = plain(&text);
        sha.update(u32::try_from(ids.len()).unwrap().to_le_bytes());
        for id in ids {
            sha.update(id.to_le_bytes());
        }
    }
    hex(sha)
}

fn digest_of_added(version: Added) -> String {
    let added = AddedTokens::new(version);
    let mut sha = Sha256::new();
    for (id, spelling) in (0..130_000).filter_map(|id| Some((id, added.spelling(id)?))) {
        sha.update(format!("{id}\t{spelling}\n"));
    }
    hex(sha)
}

fn hex(sha: Sha256) -> String {
    let mut hex = String::new();
    for byte in sha.finalize() {
        write!(hex, "{byte:02x}").unwrap();
    }
    hex
}

/// A text of characters from a few of the ranges, some of them repeated; `make.py` makes the same.
fn generate(seed: u64, length: usize) -> String {
    let mut state = seed;
    let mut draw = |bound: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % bound
    };
    let kinds: Vec<(u32, u32)> = (0..=draw(5)).map(|_| RANGES[draw(RANGES.len())]).collect();
    let mut text = Vec::new();
    while text.len() < length {
        let (first, last) = kinds[draw(kinds.len())];
        let code_point = first + u32::try_from(draw((last - first + 1) as usize)).unwrap();
        let count = if draw(5) == 0 { 1 + draw(4) } else { 1 };
        text.extend(char::from_u32(code_point).into_iter().flat_map(|c| std::iter::repeat_n(c, count)));
    }
    text.into_iter().collect()
}

const RANGES: [(u32, u32); 37] = [
    (0x61, 0x7A),
    (0x61, 0x7A),
    (0x41, 0x5A),
    (0x20, 0x20),
    (0x20, 0x20),
    (0x20, 0x7E),
    (0x30, 0x39),
    (0x09, 0x0D),
    (0x0A, 0x0A),
    (0x21, 0x2F),
    (0x00, 0x1F),
    (0x7F, 0xA0),
    (0xA1, 0xFF),
    (0x300, 0x36F),
    (0x370, 0x52F),
    (0x590, 0x6FF),
    (0x900, 0xDFF),
    (0xE00, 0xFFF),
    (0x1100, 0x11FF),
    (0x2000, 0x206F),
    (0x2070, 0x2BFF),
    (0x3000, 0x303F),
    (0x3040, 0x30FF),
    (0x3041, 0x3096),
    (0x30FB, 0x30FC),
    (0x3100, 0x4DFF),
    (0x4E00, 0x9FA5),
    (0x4E00, 0x9FA5),
    (0x9FA6, 0x9FFF),
    (0xAC00, 0xD7A3),
    (0xF900, 0xFAFF),
    (0xFE00, 0xFFFF),
    (0x10000, 0x1FFFF),
    (0x1F300, 0x1FAFF),
    (0x20000, 0x3FFFF),
    (0xE0000, 0xE01FF),
    (0x4_0000, 0x10_FFFF),
];
