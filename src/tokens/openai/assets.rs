//! Makes the assets from the vocabularies that tiktoken-rs brings, and checks that the committed ones are what it would make.
//!
//!     RENEW_TABLES=1 cargo test openai::assets

use std::collections::HashMap;

use tiktoken_rs::{CoreBPE, cl100k_base_singleton, o200k_base_singleton, o200k_harmony_singleton};

use crate::tokens::TokenId;
use crate::tokens::bpe::{assets as tables, pairs::byte_rank};

#[test]
fn classes_are_those_of_the_regex_tables() {
    let patterns = [
        (r"[\p{Lu}\p{Lt}]", 'u'),
        (r"\p{Ll}", 'l'),
        (r"[\p{Lm}\p{Lo}]", 'c'),
        (r"\p{M}", 'm'),
        (r"\p{N}", 'n'),
        (r"\s", 's'),
    ];
    let made = tables::classes(&patterns, |_, letter| letter);
    tables::compare("src/tokens/openai/classes.txt", made.as_bytes());
}

#[test]
fn merges_are_those_of_the_published_ranks() {
    for (engine, size, path) in [
        (cl100k_base_singleton(), 100_256, "src/tokens/openai/cl100k.planes"),
        (o200k_base_singleton(), 199_998, "src/tokens/openai/o200k.planes"),
    ] {
        tables::compare(path, &tables::planes(&merges(engine, size)));
    }
}

#[test]
fn harmony_has_the_tokens_of_o200k() {
    for id in 0..199_998 {
        assert_eq!(o200k_harmony_singleton().decode_bytes(&[id]).ok(), o200k_base_singleton().decode_bytes(&[id]).ok());
    }
}

/// The first token that is no single byte.
const FIRST_MERGE: TokenId = 256;

/// The two tokens each token is made of, after a check of all that the reader takes for granted.
fn merges(engine: &CoreBPE, size: TokenId) -> Vec<[TokenId; 2]> {
    let tokens: Vec<Vec<u8>> = (0..size).map(|id| engine.decode_bytes(&[id]).unwrap()).collect();
    assert!(engine.decode_bytes(&[size]).is_err(), "no token stands behind the last merge");
    for byte in 0..=u8::MAX {
        assert_eq!(tokens[byte_rank(byte) as usize], [byte]);
    }
    let ids: HashMap<&[u8], TokenId> = tokens.iter().map(Vec::as_slice).zip(0..).collect();
    let halves = |id: TokenId| halves(&ids, &tokens[id as usize], id);
    (FIRST_MERGE..size).map(halves).collect()
}

/// The tokens that the bytes of a token merge to before it is made: two, or no pair of tokens would stand for it.
fn halves(ids: &HashMap<&[u8], TokenId>, token: &[u8], id: TokenId) -> [TokenId; 2] {
    let mut ends: Vec<usize> = (0..=token.len()).collect();
    loop {
        let made = |at: usize| ids.get(&token[ends[at]..ends[at + 2]]).copied().filter(|made| *made < id);
        let lowest = (0..ends.len() - 2).filter_map(|at| Some((made(at)?, at))).min();
        let Some((_, at)) = lowest else { break };
        ends.remove(at + 1);
    }
    let &[start, middle, end] = &*ends else { panic!("token {id} is made of {} parts", ends.len() - 1) };
    [ids[&token[start..middle]], ids[&token[middle..end]]]
}
