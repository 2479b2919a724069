//! Lays out the tables of DeepSeek's tokenizer, so that the program has none to build when it starts.
//!
//! The asset is the list of merges. Every token but the 256 single bytes is the merge of two earlier ones, and merges are made in the
//! order of the ids, so that list is the vocabulary. What lies where is said in `src/tokens/deepseek/layout.rs` and `src/tokens/bpe/pairs.rs`.

use std::collections::HashSet;
use std::env;
use std::error::Error;
use std::fs;
use std::io::Read as _;
use std::path::PathBuf;

use flate2::read::DeflateDecoder;
use layout::{FIRST_HAN, FIRST_MERGE, LAST_HAN, Pairs, SIZE, byte_token};
use pairs::{NONE, from_planes};

#[path = "src/tokens/deepseek/layout.rs"]
mod layout;
#[path = "src/tokens/bpe/pairs.rs"]
mod pairs;

/// As in `src/tokens/mod.rs`, which the layout takes it from in the program.
type TokenId = u32;

/// Deflated, in the planes of [`from_planes`].
const ASSET: &str = "src/tokens/deepseek/merges.deflate";
const LAYOUTS: [&str; 2] = ["src/tokens/deepseek/layout.rs", "src/tokens/bpe/pairs.rs"];

fn main() -> Result<(), Box<dyn Error>> {
    for source in LAYOUTS.into_iter().chain(["build.rs", ASSET]) {
        println!("cargo::rerun-if-changed={source}");
    }
    let merges = merges()?;
    let tokens = tokens(&merges);
    let (slots, filter) = Pairs::laid_out(&merges, FIRST_MERGE);
    let pairs = Pairs { slots: &slots, filter: &filter };
    let lengths: Result<Vec<u8>, _> = tokens.iter().map(|bytes| u8::try_from(bytes.len())).collect();

    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo gives build scripts a folder")?);
    fs::write(out.join("parts"), little_endian(merges.as_flattened()))?;
    fs::write(out.join("lengths"), lengths?)?;
    fs::write(out.join("slots"), slots.as_flattened())?;
    fs::write(out.join("filter"), &filter)?;
    fs::write(out.join("han"), little_endian(&han_units(&tokens, &pairs)))?;
    Ok(())
}

/// The two tokens that each merge joins.
fn merges() -> Result<Vec<[TokenId; 2]>, Box<dyn Error>> {
    let mut bytes = Vec::new();
    DeflateDecoder::new(fs::File::open(ASSET)?).read_to_end(&mut bytes)?;
    let merges = from_planes(&bytes);
    if merges.len() != (SIZE - FIRST_MERGE) as usize {
        return Err(format!("{ASSET} has {} merges", merges.len()).into());
    }
    Ok(merges)
}

/// The bytes of every token. Added ones, whose spellings are not known here, have none.
fn tokens(merges: &[[TokenId; 2]]) -> Vec<Vec<u8>> {
    let mut tokens = vec![Vec::new(); FIRST_MERGE as usize];
    for byte in 0..=u8::MAX {
        tokens[byte_token(byte) as usize].push(byte);
    }
    for [left, right] in merges {
        tokens.push([&*tokens[*left as usize], &*tokens[*right as usize]].concat());
    }
    tokens
}

/// The token of each Han character that may be taken as a unit, else [`NONE`].
///
/// Characters whose bytes can only merge with each other, because no token joins a part of such a character to a neighbour:
/// starting from the whole character gives the same tokens as starting from its bytes.
fn han_units(tokens: &[Vec<u8>], pairs: &Pairs<'_>) -> Vec<TokenId> {
    let torn = Torn::by(tokens);
    let unit = |code_point| {
        let mut bytes = [0; 3];
        match char::from_u32(code_point).map(|han| han.encode_utf8(&mut bytes).as_bytes()) {
            Some(&[a, b, c]) if !torn.contains([a, b, c]) => {
                let [a, b, c] = [a, b, c].map(byte_token);
                let (left_first, right_first) = (pairs.made(a, b), pairs.made(b, c));
                if left_first < right_first { pairs.made(left_first, c) } else { pairs.made(a, right_first) }
            }
            _ => NONE,
        }
    };
    (FIRST_HAN..=LAST_HAN).map(unit).collect()
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

fn little_endian(ids: &[TokenId]) -> Vec<u8> {
    ids.iter().flat_map(|id| id.to_le_bytes()).collect()
}
