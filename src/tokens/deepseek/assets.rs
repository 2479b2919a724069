//! Makes the two assets and checks that the committed ones are what it would make.
//!
//!     RENEW_TABLES=1 cargo test deepseek::assets::classes
//!     TOKENIZER_JSON=path/to/tokenizer.json cargo test deepseek::assets::merges -- --ignored
//!
//! The official `tokenizer.json` has its origin in `README.md` beside this file.

use std::collections::HashMap;

use super::layout::{FIRST_MERGE, SIZE, byte_token};
use crate::tokens::TokenId;
use crate::tokens::bpe::assets as tables;

#[test]
fn classes_are_those_of_the_regex_tables() {
    let patterns = [(r"[\p{L}\p{M}]", 'w'), (r"[\p{P}\p{S}]", 'm'), (r"\p{N}", 'n'), (r"\s", 's')];
    let made = tables::classes(&patterns, |code_point, letter| match (code_point, letter) {
        (0x3040..=0x30FF | 0x4E00..=0x9FA5, '-') => 'O',
        (0x3040..=0x30FF | 0x4E00..=0x9FA5, letter) => letter.to_ascii_uppercase(),
        (_, letter) => letter,
    });
    tables::compare("src/tokens/deepseek/classes.txt", made.as_bytes());
}

#[test]
#[ignore = "needs the official tokenizer.json, 6 MB"]
fn merges_are_those_of_the_official_file() {
    let path = std::env::var_os("TOKENIZER_JSON").expect("TOKENIZER_JSON names the official file");
    let merges = merges(&std::fs::read(path).unwrap());
    tables::compare("src/tokens/deepseek/merges.deflate", &tables::deflated(&merges));
}

/// The merges, after a check of all that the reader takes for granted.
fn merges(json: &[u8]) -> Vec<[TokenId; 2]> {
    let file: serde_json::Value = serde_json::from_slice(json).unwrap();
    let model = &file["model"];
    let ids: HashMap<&str, TokenId> = serde_json::from_value::<HashMap<String, TokenId>>(model["vocab"].clone())
        .map(|vocab| vocab.into_iter().map(|(token, id)| (&*token.leak(), id)).collect())
        .unwrap();
    for (char, byte) in byte_alphabet() {
        assert_eq!(ids[&*char.to_string()], byte_token(byte));
    }
    let merges: Vec<String> = serde_json::from_value(model["merges"].clone()).unwrap();
    let parts: Vec<[TokenId; 2]> = merges.iter().zip(FIRST_MERGE..).map(|(merge, id)| parts(&ids, merge, id)).collect();
    assert_eq!(parts.len() + FIRST_MERGE as usize, SIZE as usize);
    parts
}

fn parts(ids: &HashMap<&str, TokenId>, merge: &str, id: TokenId) -> [TokenId; 2] {
    let (left, right) = merge.split_once(' ').unwrap();
    assert_eq!(ids[&*format!("{left}{right}")], id, "merges stand in the order of the ids");
    let parts = [ids[left], ids[right]];
    assert!(parts.iter().all(|part| *part < id), "a merge joins earlier tokens");
    parts
}

/// GPT-2's alphabet: a printable character for every byte.
fn byte_alphabet() -> impl Iterator<Item = (char, u8)> {
    let printable = |byte: &u8| matches!(byte, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF);
    let rest = (0..=u8::MAX).filter(move |byte| !printable(byte));
    let stand_ins = (0x100..).filter_map(char::from_u32).zip(rest);
    (0..=u8::MAX).filter(printable).map(|byte| (char::from(byte), byte)).chain(stand_ins)
}
