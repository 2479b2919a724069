//! The engine all versions share: scanner, piece cache and merging put together.
//!
//! It knows plain text only; added tokens are looked for before it is called.

use std::cell::RefCell;
use std::sync::LazyLock;

use super::bpe::{Merger, Merges};
use super::cache::PieceCache;
use super::classes::Classes;
use super::scanner::Scanner;
use super::vocabulary::Vocabulary;
use crate::tokens::TokenId;

pub(super) struct Engine {
    classes: Classes,
    vocabulary: Vocabulary,
    merges: Merges,
}

/// What a thread keeps between calls: about two megabytes.
struct Workspace {
    cache: PieceCache,
    merger: Merger,
}

thread_local! {
    static WORKSPACE: RefCell<Workspace> = RefCell::new(Workspace { cache: PieceCache::new(), merger: Merger::default() });
}

impl Engine {
    /// The one engine of the process, built at first use.
    pub(super) fn shared() -> &'static Self {
        static ENGINE: LazyLock<Engine> = LazyLock::new(Engine::new);
        &ENGINE
    }

    fn new() -> Self {
        let vocabulary = Vocabulary::embedded();
        let merges = Merges::new(&vocabulary);
        Self { classes: Classes::embedded(), vocabulary, merges }
    }

    pub(super) fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    fn scanner<'t>(&'t self, text: &'t str) -> Scanner<'t> {
        Scanner::new(&self.classes, text)
    }

    /// Appends the ids of plain text.
    pub(super) fn encode(&self, text: &str, ids: &mut Vec<TokenId>) {
        WORKSPACE.with_borrow_mut(|workspace| {
            let (scanner, bytes) = (self.scanner(text), text.as_bytes());
            let mut start = 0;
            while start < bytes.len() {
                let end = scanner.piece_end(start);
                self.encode_piece(bytes, start, end, workspace, ids);
                start = end;
            }
        });
    }

    fn encode_piece(&self, text: &[u8], start: usize, end: usize, workspace: &mut Workspace, ids: &mut Vec<TokenId>) {
        let Workspace { cache, merger } = workspace;
        let Some(key) = PieceCache::key(text, start, end) else {
            return merger.merge(&self.merges, &text[start..end], ids);
        };
        if !cache.append(key, ids) {
            let known = ids.len();
            merger.merge(&self.merges, &text[start..end], ids);
            cache.insert(key, &ids[known..]);
        }
    }
}
