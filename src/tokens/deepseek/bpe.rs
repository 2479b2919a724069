//! Byte pair encoding: of all neighbours in a piece, the pair that makes the lowest id is joined first, the leftmost of equals.
//!
//! Ids stand in the order of the merges, so the id a pair makes is also its rank. It does not know where pieces come from.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::vocabulary::{Vocabulary, byte_token};
use crate::tokens::TokenId;

/// Stands for "these two do not merge" and is greater than every id.
const NONE: TokenId = TokenId::MAX;
/// Up to here looking through all neighbours for the lowest is faster than a heap.
const SHORT: usize = 48;

const ID_BITS: u32 = 17;
const ID_MASK: u64 = (1 << ID_BITS) - 1;
const SLOT_BITS: u32 = 18;
const FILTER_BITS: u32 = 20;

const FIRST_HAN: u32 = 0x4E00;
const LAST_HAN: u32 = 0x9FA5;

/// The merges as a table: what two tokens make.
pub(super) struct Merges {
    /// Open addressing: left, right and made id in 17 bits each; 0 is a free slot.
    slots: Box<[u64]>,
    /// One bit per hash, set where a slot may be found: most pairs make nothing, and this table stays in a near cache.
    filter: Box<[u64]>,
    /// The token of each Han character that may be taken as a unit, else [`NONE`].
    han: Box<[TokenId]>,
}

impl Merges {
    pub(super) fn new(vocabulary: &Vocabulary) -> Self {
        let mut merges = Self {
            slots: vec![0; 1 << SLOT_BITS].into(),
            filter: vec![0; 1 << (FILTER_BITS - 6)].into(),
            han: Box::default(),
        };
        for (parts, made) in vocabulary.merges() {
            merges.insert(parts, made);
        }
        merges.han = (FIRST_HAN..=LAST_HAN).map(|code_point| merges.han_unit(code_point)).collect();
        merges
    }

    fn insert(&mut self, parts: [TokenId; 2], made: TokenId) {
        let key = pair_key(parts);
        let hash = hash(key);
        self.filter[filter_word(hash)] |= filter_bit(hash);
        let mut at = slot_of(hash);
        while self.slots[at] != 0 {
            at = (at + 1) & (self.slots.len() - 1);
        }
        self.slots[at] = key << ID_BITS | u64::from(made);
    }

    /// What two tokens make, or [`NONE`].
    #[inline]
    fn made(&self, left: TokenId, right: TokenId) -> TokenId {
        let key = pair_key([left, right]);
        let hash = hash(key);
        if self.filter[filter_word(hash)] & filter_bit(hash) == 0 {
            return NONE;
        }
        let mut at = slot_of(hash);
        loop {
            let slot = self.slots[at];
            if slot >> ID_BITS == key {
                return (slot & ID_MASK) as TokenId;
            }
            if slot == 0 {
                return NONE;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    fn han_unit(&self, code_point: u32) -> TokenId {
        let mut bytes = [0; 3];
        match char::from_u32(code_point).map(|han| han.encode_utf8(&mut bytes).as_bytes()) {
            Some(&[a, b, c]) if !may_merge_in_part([a, b, c]) => {
                let [a, b, c] = [a, b, c].map(byte_token);
                let (left_first, right_first) = (self.made(a, b), self.made(b, c));
                if left_first < right_first { self.made(left_first, c) } else { self.made(a, right_first) }
            }
            _ => NONE,
        }
    }

    /// The tokens merging starts from, which is bytes but for Han characters.
    fn units(&self, piece: &[u8], mut push: impl FnMut(TokenId)) {
        let mut rest = piece;
        while let [first, tail @ ..] = rest {
            let han = self.han_at(rest);
            push(if han == NONE { byte_token(*first) } else { han });
            rest = if han == NONE { tail } else { &rest[3..] };
        }
    }

    #[inline]
    fn han_at(&self, bytes: &[u8]) -> TokenId {
        let &[lead @ 0xE4..=0xE9, second, third, ..] = bytes else { return NONE };
        let code_point = u32::from(lead & 0x0F) << 12 | u32::from(second & 0x3F) << 6 | u32::from(third & 0x3F);
        let index = code_point.wrapping_sub(FIRST_HAN) as usize;
        self.han.get(index).copied().unwrap_or(NONE)
    }
}

/// Whether a token of the vocabulary joins a part of this Han character to a neighbour in the same piece.
///
/// All others can only merge as a whole, so starting from whole characters gives the same ids as starting from bytes.
/// A test derives these lists from the vocabulary.
fn may_merge_in_part([lead, second, third]: [u8; 3]) -> bool {
    const ENDS: [u8; 6] = [0x86, 0xA5, 0xAB, 0xB1, 0xB9, 0xBD];
    const BEGINNINGS: [[u8; 2]; 7] =
        [[0xE7, 0x8B], [0xE7, 0x97], [0xE7, 0x9D], [0xE8, 0x88], [0xE8, 0x8A], [0xE9, 0xAA], [0xE9, 0xAB]];
    ENDS.contains(&third) || BEGINNINGS.contains(&[lead, second])
}

#[inline]
fn pair_key([left, right]: [TokenId; 2]) -> u64 {
    u64::from(left) << ID_BITS | u64::from(right)
}

#[inline]
fn hash(key: u64) -> u64 {
    key.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

#[inline]
fn slot_of(hash: u64) -> usize {
    (hash >> (64 - SLOT_BITS)) as usize
}

#[inline]
fn filter_word(hash: u64) -> usize {
    (hash >> (64 - FILTER_BITS + 6)) as usize
}

#[inline]
fn filter_bit(hash: u64) -> u64 {
    1 << ((hash >> (64 - FILTER_BITS)) & 63)
}

/// Merges pieces, one after another, in memory it keeps.
#[derive(Default)]
pub(super) struct Merger {
    /// The tokens of the piece so far.
    ids: Vec<TokenId>,
    /// What each makes with the next one; apart from the ids, so that many are compared at once.
    made: Vec<TokenId>,
}

impl Merger {
    /// Appends the ids of a piece.
    pub(super) fn merge(&mut self, merges: &Merges, piece: &[u8], ids: &mut Vec<TokenId>) {
        if piece.len() > 3 * SHORT {
            return merge_long(merges, piece, ids);
        }
        self.ids.clear();
        self.made.clear();
        merges.units(piece, |id| self.ids.push(id));
        self.made.extend(self.ids.windows(2).map(|pair| merges.made(pair[0], pair[1])));
        while let Some(at) = self.lowest() {
            self.join(merges, at);
        }
        ids.extend_from_slice(&self.ids);
    }

    fn lowest(&self) -> Option<usize> {
        let lowest = self.made.iter().copied().min().filter(|lowest| *lowest != NONE)?;
        self.made.iter().position(|made| *made == lowest)
    }

    fn join(&mut self, merges: &Merges, at: usize) {
        let id = self.made[at];
        self.ids.remove(at + 1);
        self.made.remove(at);
        self.ids[at] = id;
        if let Some(made) = self.made.get_mut(at) {
            *made = merges.made(id, self.ids[at + 1]);
        }
        if let Some(before) = at.checked_sub(1) {
            self.made[before] = merges.made(self.ids[before], id);
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
fn merge_long(merges: &Merges, piece: &[u8], ids: &mut Vec<TokenId>) {
    let mut chain = Chain::new(merges, piece);
    let mut heap: BinaryHeap<Pair> = (0..chain.0.len()).filter_map(|at| chain.renew(merges, at)).collect();
    while let Some(Reverse((made, at))) = heap.pop() {
        // A pair that was changed since by a neighbour's merge is still in the heap.
        if chain.0[at].made == made {
            let before = chain.join(at);
            heap.extend([before, at].into_iter().filter_map(|at| chain.renew(merges, at)));
        }
    }
    ids.extend(chain.0.iter().map(|link| link.id).filter(|id| *id != NONE));
}

struct Chain(Vec<Link>);

impl Chain {
    fn new(merges: &Merges, piece: &[u8]) -> Self {
        let mut links: Vec<Link> = Vec::with_capacity(piece.len());
        merges.units(piece, |id| {
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
    fn renew(&mut self, merges: &Merges, at: usize) -> Option<Pair> {
        let link = self.0.get(at)?;
        let made = self.0.get(link.next).map_or(NONE, |next| merges.made(link.id, next.id));
        self.0[at].made = made;
        (made != NONE).then_some(Reverse((made, at)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether bytes can stand in a run of the CJK block, which are the pieces that hold Han characters.
    fn is_of_cjk_block(bytes: &[u8]) -> bool {
        bytes.iter().all(|byte| matches!(byte, 0x80..=0xBF | 0xE3..=0xE9))
    }

    #[test]
    fn other_han_characters_merge_only_as_a_whole() {
        let vocabulary = Vocabulary::embedded();
        for (_, id) in vocabulary.merges() {
            let mut bytes = Vec::new();
            vocabulary.append_bytes(id, &mut bytes);
            let inside_one = bytes.len() <= 3 && bytes[1..].iter().all(|byte| *byte < 0xC0);
            if inside_one || !is_of_cjk_block(&bytes) {
                continue;
            }
            let start = bytes.iter().take_while(|byte| **byte < 0xC0).count();
            let end = (bytes.len() - start) % 3;
            // Stand-ins for the byte that is not in the token: one that is in neither list.
            let first = match bytes[..start] {
                [] => None,
                [third] => Some([0xE4, 0x80, third]),
                [second, third] => Some([0xE4, second, third]),
                _ => panic!("{bytes:x?} cannot be text"),
            };
            let last = match bytes[bytes.len() - end..] {
                // Kana start from bytes in any case.
                [] | [0xE3, ..] => None,
                [lead] => Some([lead, 0x80, 0x80]),
                [lead, second] => Some([lead, second, 0x80]),
                _ => unreachable!("a remainder of three"),
            };
            for part in [first, last].into_iter().flatten() {
                assert!(may_merge_in_part(part), "{bytes:x?} holds a part of {part:x?}");
            }
        }
    }
}
