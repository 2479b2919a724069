//! Makes the two assets and checks that the committed ones are what it would make.
//!
//!     RENEW_CLASSES=1 cargo test deepseek::assets::classes
//!     TOKENIZER_JSON=path/to/tokenizer.json cargo test deepseek::assets::merges -- --ignored
//!
//! The official `tokenizer.json` has its origin in `README.md` beside this file.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use regex_syntax::hir::{Class as Set, HirKind};

use super::layout::{FIRST_MERGE, SIZE, byte_token};
use crate::tokens::TokenId;

#[test]
fn classes_are_those_of_the_regex_tables() {
    let made = classes();
    if std::env::var_os("RENEW_CLASSES").is_some() {
        std::fs::write(beside("classes.txt"), &made).unwrap();
    }
    assert!(std::fs::read_to_string(beside("classes.txt")).unwrap() == made, "classes.txt is to be renewed");
}

#[test]
#[ignore = "needs the official tokenizer.json, 6 MB"]
fn merges_are_those_of_the_official_file() {
    let path = std::env::var_os("TOKENIZER_JSON").expect("TOKENIZER_JSON names the official file");
    let planes = planes(&std::fs::read(path).unwrap());
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&planes).unwrap();
    std::fs::write(beside("merges.deflate"), encoder.finish().unwrap()).unwrap();
}

fn beside(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "src/tokens/deepseek", name].iter().collect()
}

fn classes() -> String {
    let mut letters = vec!['-'; 0x11_0000];
    for (pattern, letter) in [(r"[\p{L}\p{M}]", 'w'), (r"[\p{P}\p{S}]", 'm'), (r"\p{N}", 'n'), (r"\s", 's')] {
        for code_point in members(pattern) {
            letters[code_point] = letter;
        }
    }
    for line_end in ['\r', '\n'] {
        letters[line_end as usize] = 'e';
    }
    for code_point in (0x3040..=0x30FF).chain(0x4E00..=0x9FA5) {
        let letter = &mut letters[code_point];
        *letter = if *letter == '-' { 'O' } else { letter.to_ascii_uppercase() };
    }
    runs(&letters)
}

/// The code points a character class has in regex-syntax.
fn members(pattern: &str) -> impl Iterator<Item = usize> {
    let hir = regex_syntax::parse(pattern).unwrap();
    let HirKind::Class(Set::Unicode(set)) = hir.kind() else { panic!("{pattern} is no class") };
    set.ranges().to_vec().into_iter().flat_map(|range| range.start() as usize..=range.end() as usize)
}

fn runs(letters: &[char]) -> String {
    let starts = (0..letters.len()).filter(|at| *at == 0 || letters[*at] != letters[*at - 1]);
    let mut text = String::new();
    for (count, start) in starts.enumerate() {
        let end = if count % 16 == 15 { '\n' } else { ' ' };
        write!(text, "{start:x}{}{end}", letters[start]).unwrap();
    }
    text.trim_end().to_owned() + "\n"
}

/// The merges in the layout of the asset, after a check of all that the reader takes for granted.
fn planes(json: &[u8]) -> Vec<u8> {
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
    let plane = |side: usize, byte: usize| parts.iter().map(move |parts| parts[side].to_le_bytes()[byte]);
    [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)].into_iter().flat_map(|(side, byte)| plane(side, byte)).collect()
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
