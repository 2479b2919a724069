//! Stack distances: how many slots were used since a given one, itself included. A cache that evicts the least recently used slot
//! holds a slot exactly if it has room for as many.
//!
//! Each use takes the next position in a row of bits; a bit is set if that use is its slot's last. A distance is a count of set
//! bits, and the counts of whole chunks are summed in a Fenwick tree small enough for the processor's own cache.

use crate::cache::index::Slot;

/// Bits in a word.
const WORD: usize = 64;

/// Words of bits that the tree counts as one.
const CHUNK: usize = 64;

/// Positions at least, before the row is closed up.
const ROOM: usize = 1 << 16;

/// Slots in the order of their last use, and how far each is from the latest.
pub(super) struct StackDistances {
    /// The position of each slot's last use.
    positions: Vec<u32>,
    /// One bit for each position.
    words: Vec<u64>,
    /// A Fenwick tree over the set bits of each chunk.
    sums: Vec<u32>,
    /// The next position.
    next: usize,
}

impl StackDistances {
    /// Nothing was used.
    pub(super) fn new() -> Self {
        let mut distances = Self { positions: Vec::new(), words: Vec::new(), sums: Vec::new(), next: 0 };
        distances.lay_out(0);
        distances
    }

    /// The position of a slot's last use: the smaller, the greater the distance.
    pub(super) fn position(&self, slot: Slot) -> u32 {
        self.positions[slot as usize]
    }

    /// The number of slots used at this position, which must be a last use, or after it.
    pub(super) fn distance(&self, position: u32) -> u64 {
        (self.positions.len() - self.before(position as usize)) as u64
    }

    /// The position and the distance of a slot, given those of one that has just been used: if that stood right before, there is
    /// nothing to count.
    pub(super) fn distance_behind(&self, slot: Slot, before: Option<(u32, u64)>) -> (u32, u64) {
        let position = self.position(slot);
        match before {
            Some((last, distance)) if last + 1 == position => (position, distance),
            _ => (position, self.distance(position)),
        }
    }

    /// Makes room for so many uses, so that none of them moves a position.
    pub(super) fn make_room_for(&mut self, uses: usize) {
        if self.next + uses > self.words.len() * WORD {
            self.close_up(uses);
        }
    }

    /// Marks a slot, which may be the next new one, as used. There must be room for it.
    pub(super) fn use_now(&mut self, slot: Slot) {
        let position = self.next;
        self.next += 1;
        match self.positions.get_mut(slot as usize) {
            Some(last) => {
                let last = std::mem::replace(last, narrow(position)) as usize;
                self.words[last / WORD] &= !(1 << (last % WORD));
                self.add(last, u32::MAX);
            }
            None => self.positions.push(narrow(position)),
        }
        self.words[position / WORD] |= 1 << (position % WORD);
        self.add(position, 1);
    }

    /// Set bits before a position.
    fn before(&self, position: usize) -> usize {
        let word = position / WORD;
        let chunk = word / CHUNK;
        let within = self.words[chunk * CHUNK..word].iter().map(|word| word.count_ones()).sum::<u32>();
        let last = (self.words[word] & ((1 << (position % WORD)) - 1)).count_ones();
        let mut sum = within + last;
        let mut node = chunk;
        while node > 0 {
            sum = sum.wrapping_add(self.sums[node - 1]);
            node &= node - 1;
        }
        sum as usize
    }

    /// Adds to the chunk of a position; `u32::MAX` takes one away.
    fn add(&mut self, position: usize, count: u32) {
        let mut node = position / (WORD * CHUNK) + 1;
        while let Some(sum) = self.sums.get_mut(node - 1) {
            *sum = sum.wrapping_add(count);
            node += node & node.wrapping_neg();
        }
    }

    /// Gives each slot the position that leaves no gaps, and room behind them.
    fn close_up(&mut self, uses: usize) {
        let mut before = Vec::with_capacity(self.words.len());
        let mut sum = 0;
        for word in &self.words {
            before.push(sum);
            sum += word.count_ones();
        }
        for position in &mut self.positions {
            let (word, bit) = (*position as usize / WORD, *position as usize % WORD);
            *position = before[word] + (self.words[word] & ((1 << bit) - 1)).count_ones();
        }
        self.lay_out(uses);
    }

    /// Lays the row out again: the slots' last uses without gaps from the start, and more than as much room again.
    fn lay_out(&mut self, more: usize) {
        let used = self.positions.len();
        let chunks = (used * 2 + more + ROOM).div_ceil(WORD * CHUNK);
        self.words.clear();
        self.words.resize(chunks * CHUNK, 0);
        self.words[..used / WORD].fill(u64::MAX);
        self.words[used / WORD] = (1 << (used % WORD)) - 1;
        self.next = used;
        self.sums.clear();
        self.sums.resize(chunks, 0);
        for chunk in 0..chunks {
            let words = &self.words[chunk * CHUNK..][..CHUNK];
            self.sums[chunk] += words.iter().map(|word| word.count_ones()).sum::<u32>();
            let parent = chunk | (chunk + 1);
            if parent < chunks {
                self.sums[parent] += self.sums[chunk];
            }
        }
    }
}

fn narrow(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_rank_is_a_place_in_a_list_of_last_uses(uses in prop::collection::vec(0..50_u32, 1..400), again in 0..1500_usize) {
            let mut distances = StackDistances::new();
            let mut list: Vec<u32> = Vec::new();
            let mut slots: Vec<u32> = Vec::new();
            // Often enough round that the row is closed up.
            for used in uses.iter().cycle().take(uses.len() + again * 100) {
                let slot = slots.iter().position(|known| known == used).unwrap_or_else(|| {
                    slots.push(*used);
                    slots.len() - 1
                });
                distances.make_room_for(1);
                distances.use_now(u32::try_from(slot).unwrap());
                list.retain(|known| known != used);
                list.insert(0, *used);
            }
            for (slot, used) in slots.iter().enumerate() {
                let place = list.iter().position(|known| known == used).unwrap() as u64 + 1;
                prop_assert_eq!(distances.distance(distances.position(u32::try_from(slot).unwrap())), place);
            }
        }
    }
}
