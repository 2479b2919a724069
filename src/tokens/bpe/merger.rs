//! Byte pair encoding: of all neighbours in a piece, the pair that makes the lowest id is joined first, the leftmost of equals.
//!
//! Ids stand in the order of the merges, so the id a pair makes is also its rank. It does not know where pieces come from.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::pairs::NONE;
use super::{MergeRules, TokenId};

/// Up to here looking through all neighbours for the lowest is faster than a heap.
const SHORT: usize = 48;

/// Merges pieces, one after another, in memory it keeps.
#[derive(Default)]
pub(super) struct Merger {
    /// The tokens of the piece so far.
    ids: Vec<TokenId>,
    /// Token that each makes with the next one; apart from the ids, so that many are compared at once.
    made: Vec<TokenId>,
}

impl Merger {
    /// Appends the ids of a piece.
    pub(super) fn merge(&mut self, vocabulary: &impl MergeRules, piece: &[u8], ids: &mut Vec<TokenId>) {
        if piece.len() > 3 * SHORT {
            return merge_long(vocabulary, piece, ids);
        }
        self.ids.clear();
        self.made.clear();
        vocabulary.units(piece, |id| self.ids.push(id));
        self.made.extend(self.ids.windows(2).map(|pair| vocabulary.made(pair[0], pair[1])));
        while let Some(at) = self.lowest() {
            self.join(vocabulary, at);
        }
        ids.extend_from_slice(&self.ids);
    }

    fn lowest(&self) -> Option<usize> {
        let lowest = self.made.iter().copied().min().filter(|lowest| *lowest != NONE)?;
        self.made.iter().position(|made| *made == lowest)
    }

    fn join(&mut self, vocabulary: &impl MergeRules, at: usize) {
        let id = self.made[at];
        self.ids.remove(at + 1);
        self.made.remove(at);
        self.ids[at] = id;
        if let Some(made) = self.made.get_mut(at) {
            *made = vocabulary.made(id, self.ids[at + 1]);
        }
        if let Some(before) = at.checked_sub(1) {
            self.made[before] = vocabulary.made(self.ids[before], id);
        }
    }
}

/// A token in a long piece, and what it makes with the next one.
///
/// One that was joined to the token before it has the id [`NONE`] and makes nothing.
struct Link {
    id: TokenId,
    made: TokenId,
    before: usize,
    next: usize,
}

/// A pair for the heap: what it makes, and where.
type Pair = Reverse<(TokenId, usize)>;

/// The same for a piece of any length in n log n steps: a heap of pairs over a linked list of tokens.
fn merge_long(vocabulary: &impl MergeRules, piece: &[u8], ids: &mut Vec<TokenId>) {
    let mut chain = Chain::new(vocabulary, piece);
    let mut heap: BinaryHeap<Pair> = (0..chain.0.len()).filter_map(|at| chain.renew(vocabulary, at)).collect();
    while let Some(Reverse((made, at))) = heap.pop() {
        // A pair that was changed since by a neighbour's merge is still in the heap.
        if chain.0[at].made == made {
            let before = chain.join(at);
            heap.extend([before, at].into_iter().filter_map(|at| chain.renew(vocabulary, at)));
        }
    }
    ids.extend(chain.0.iter().map(|link| link.id).filter(|id| *id != NONE));
}

struct Chain(Vec<Link>);

impl Chain {
    fn new(vocabulary: &impl MergeRules, piece: &[u8]) -> Self {
        let mut links: Vec<Link> = Vec::with_capacity(piece.len());
        vocabulary.units(piece, |id| {
            let at = links.len();
            links.push(Link { id, made: NONE, before: at.wrapping_sub(1), next: at + 1 });
        });
        Self(links)
    }

    /// Joins a token to the next one, and says where the one before it is: beyond the end if there is none.
    fn join(&mut self, at: usize) -> usize {
        let Link { made: id, before, next: joined, .. } = self.0[at];
        let next = self.0[joined].next;
        self.0[joined] = Link { id: NONE, made: NONE, before, next };
        self.0[at] = Link { id, made: NONE, before, next };
        if let Some(link) = self.0.get_mut(next) {
            link.before = at;
        }
        before
    }

    /// Looks up what a token makes with its new neighbour.
    fn renew(&mut self, vocabulary: &impl MergeRules, at: usize) -> Option<Pair> {
        let link = self.0.get(at)?;
        let made = self.0.get(link.next).map_or(NONE, |next| vocabulary.made(link.id, next.id));
        self.0[at].made = made;
        (made != NONE).then_some(Reverse((made, at)))
    }
}
