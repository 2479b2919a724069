//! Writes the tables that are committed, for the tests that make them.

use std::fmt::Write as _;

use regex_syntax::hir::{Class as Set, HirKind};

use super::TokenId;

/// A table of classes: the letter of the last pattern that has a character, `e` for line ends and `-` for the rest; `rename` may give
/// some code points others.
pub(in crate::tokens) fn classes(patterns: &[(&str, char)], rename: impl Fn(usize, char) -> char) -> String {
    let mut letters = vec!['-'; 0x11_0000];
    for (pattern, letter) in patterns {
        for code_point in members(pattern) {
            letters[code_point] = *letter;
        }
    }
    for line_end in ['\r', '\n'] {
        letters[line_end as usize] = 'e';
    }
    let letters: Vec<char> = letters.iter().enumerate().map(|(at, letter)| rename(at, *letter)).collect();
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

/// Merges as an asset: planes of their bytes.
pub(in crate::tokens) fn planes(merges: &[[TokenId; 2]]) -> Vec<u8> {
    let plane = |side: usize, byte: usize| merges.iter().map(move |parts| parts[side].to_le_bytes()[byte]);
    let planes = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)];
    planes.into_iter().flat_map(|(side, byte)| plane(side, byte)).collect()
}

/// Compares a committed file with what it should be; with `RENEW_TABLES=1` writes it.
pub(in crate::tokens) fn compare(path: &str, made: &[u8]) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("RENEW_TABLES").is_some() {
        std::fs::write(&path, made).unwrap();
    }
    assert!(std::fs::read(&path).unwrap_or_default() == made, "{} is to be renewed: RENEW_TABLES=1", path.display());
}
