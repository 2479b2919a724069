//! Scanner, piece cache and merging put together.
//!
//! It knows plain text only; added tokens are looked for before it is called.

use super::merger::Merger;
use super::piece_cache::{Ids, NO_KEY, PieceCache};
use super::{MergeRules, SplitRules, TokenId};

/// Memory that a thread keeps between calls for one vocabulary: about two megabytes.
pub(in crate::tokens) struct Workspace {
    cache: PieceCache,
    merger: Merger,
}

/// Appends the ids of plain text.
pub(in crate::tokens) fn encode(
    workspace: &mut Workspace,
    vocabulary: &impl MergeRules,
    scanner: &impl SplitRules,
    text: &str,
    ids: &mut Vec<TokenId>,
) {
    let (mut start, bytes) = (0, text.as_bytes());
    while start < bytes.len() {
        let batch = Batch::scan(scanner, bytes, start);
        start = batch.end();
        workspace.encode(vocabulary, bytes, &batch, ids);
    }
}

impl Workspace {
    pub(in crate::tokens) fn new() -> Self {
        Self { cache: PieceCache::new(), merger: Merger::default() }
    }

    /// Appends the ids of the pieces of a batch.
    fn encode(&mut self, vocabulary: &impl MergeRules, text: &[u8], batch: &Batch, ids: &mut Vec<TokenId>) {
        let Self { cache, merger } = self;
        // Looked up all at once, pieces wait for memory together and not one after the other.
        let mut known = [Ids::NONE; BATCH];
        for (known, key) in known.iter_mut().zip(&batch.keys[..batch.length]) {
            *known = cache.ids(*key);
        }
        for index in 0..batch.length {
            let key = batch.keys[index];
            // It may be known by now: words repeat.
            let found = if known[index].is_empty() { cache.ids(key) } else { known[index] };
            if found.is_empty() {
                let start = ids.len();
                merger.merge(vocabulary, &text[batch.ends[index]..batch.ends[index + 1]], ids);
                cache.insert(key, &ids[start..]);
            } else {
                found.append(ids);
            }
        }
    }
}

/// Pieces that are looked up together.
const BATCH: usize = 16;

/// Pieces that stand one after the other.
struct Batch {
    length: usize,
    keys: [u128; BATCH],
    /// Beginning of each, which is the end of the one before it.
    ends: [usize; BATCH + 1],
}

impl Batch {
    fn scan(scanner: &impl SplitRules, text: &[u8], start: usize) -> Self {
        let mut batch = Self { length: 0, keys: [NO_KEY; BATCH], ends: [start; BATCH + 1] };
        let mut at = start;
        while batch.length < BATCH && at < text.len() {
            let end = scanner.piece_end(at);
            batch.keys[batch.length] = PieceCache::key(text, at, end);
            batch.length += 1;
            batch.ends[batch.length] = end;
            at = end;
        }
        batch
    }

    fn end(&self) -> usize {
        self.ends[self.length]
    }
}
