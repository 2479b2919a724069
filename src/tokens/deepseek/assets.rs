//! Makes the three assets and checks that the committed ones are what it would make.
//!
//!     RENEW_TABLES=1 cargo test deepseek::assets
//!     TOKENIZER_JSON=path/to/tokenizer.json cargo test deepseek::assets::merges -- --ignored
//!
//! The official `tokenizer.json` has its origin in `README.md` beside this file.

use std::collections::{HashMap, HashSet};

use super::vocabulary::{FIRST_BYTE, FIRST_HAN, LAST_HAN, VOCABULARY};
use crate::tokens::TokenId;
use crate::tokens::bpe::{assets as tables, pairs::NONE};

const FIRST_MERGE: TokenId = FIRST_BYTE + 256;

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
    tables::compare("src/tokens/deepseek/merges.planes", &tables::planes(&merges));
}

/// The merges, after a check of all that the reader takes for granted.
fn merges(json: &[u8]) -> Vec<[TokenId; 2]> {
    let file: serde_json::Value = serde_json::from_slice(json).unwrap();
    let model = &file["model"];
    let ids: HashMap<&str, TokenId> = serde_json::from_value::<HashMap<String, TokenId>>(model["vocab"].clone())
        .map(|vocab| vocab.into_iter().map(|(token, id)| (&*token.leak(), id)).collect())
        .unwrap();
    for (char, byte) in byte_alphabet() {
        assert_eq!(ids[&*char.to_string()], VOCABULARY.byte_token(byte));
    }
    let merges: Vec<String> = serde_json::from_value(model["merges"].clone()).unwrap();
    let parts: Vec<[TokenId; 2]> = merges.iter().zip(FIRST_MERGE..).map(|(merge, id)| parts(&ids, merge, id)).collect();
    assert_eq!(parts.len() + FIRST_MERGE as usize, 128_000);
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

#[test]
fn han_characters_are_units_if_nothing_tears_them() {
    let bytes = |id| {
        let mut bytes = Vec::new();
        VOCABULARY.append_bytes(id, &mut bytes);
        bytes
    };
    let torn = Torn::by(&(0..VOCABULARY.size()).map(bytes).collect::<Vec<_>>());
    let units = (FIRST_HAN..=LAST_HAN).map(|code_point| unit(&torn, code_point));
    tables::compare("src/tokens/deepseek/han.ids", &units.flat_map(TokenId::to_le_bytes).collect::<Vec<u8>>());
}

/// The token of a Han character if it may be taken as a unit, else [`NONE`].
///
/// Characters whose bytes can only merge with each other, because no token joins a part of such a character to a neighbour:
/// starting from the whole character gives the same tokens as starting from its bytes.
fn unit(torn: &Torn, code_point: u32) -> TokenId {
    let mut bytes = [0; 3];
    match char::from_u32(code_point).map(|han| han.encode_utf8(&mut bytes).as_bytes()) {
        Some(&[a, b, c]) if !torn.contains([a, b, c]) => {
            let [a, b, c] = [a, b, c].map(|byte| VOCABULARY.byte_token(byte));
            let made = |left, right| VOCABULARY.made(left, right);
            let (left_first, right_first) = (made(a, b), made(b, c));
            if left_first < right_first { made(left_first, c) } else { made(a, right_first) }
        }
        _ => NONE,
    }
}

/// Characters of three bytes that some token holds in part, and a neighbour or a part of it besides.
#[derive(Default)]
struct Torn {
    /// Beginnings of such tokens: the last bytes of a character.
    ends: HashSet<Vec<u8>>,
    /// Ends of such tokens: the first bytes of a character.
    beginnings: HashSet<Vec<u8>>,
}

impl Torn {
    /// The characters that these tokens tear, as far as they can stand in a run of the CJK block: other pieces hold no Han.
    fn by(tokens: &[Vec<u8>]) -> Self {
        let is_of_cjk_block = |bytes: &[u8]| bytes.iter().all(|byte| matches!(byte, 0x80..=0xBF | 0xE3..=0xE9));
        let is_inside_one = |bytes: &[u8]| bytes.len() <= 3 && bytes[1..].iter().all(|byte| *byte < 0xC0);
        let mut torn = Self::default();
        for bytes in tokens.iter().filter(|bytes| is_of_cjk_block(bytes) && !bytes.is_empty() && !is_inside_one(bytes))
        {
            let end = bytes.iter().take_while(|byte| **byte < 0xC0).count();
            let whole = (bytes.len() - end) / 3 * 3;
            torn.ends.insert(bytes[..end].to_vec());
            torn.beginnings.insert(bytes[end + whole..].to_vec());
        }
        torn
    }

    fn contains(&self, [a, b, c]: [u8; 3]) -> bool {
        let ends: [&[u8]; 2] = [&[c], &[b, c]];
        let beginnings: [&[u8]; 2] = [&[a], &[a, b]];
        ends.iter().any(|end| self.ends.contains(*end))
            || beginnings.iter().any(|start| self.beginnings.contains(*start))
    }
}
