//! Values by slot, in pieces of a fixed size: a table of millions grows without being copied.

use super::index::Slot;

/// How many values a piece holds, as a power of two: enough that pieces are few, few enough that the last one is no waste.
const PIECE_BITS: u32 = 16;

/// A row of values that is only added to.
#[derive(Debug)]
pub(super) struct Rows<T> {
    pieces: Vec<Vec<T>>,
}

impl<T: Copy> Rows<T> {
    /// None yet.
    pub(super) fn new() -> Self {
        Self { pieces: Vec::new() }
    }

    /// How many there are, which is also the next slot.
    pub(super) fn len(&self) -> usize {
        let before = self.pieces.len().saturating_sub(1) << PIECE_BITS;
        before + self.pieces.last().map_or(0, Vec::len)
    }

    /// The value of a slot; `None` beyond the last.
    #[inline]
    pub(super) fn value(&self, slot: Slot) -> Option<T> {
        let (piece, at) = place(slot);
        self.pieces.get(piece)?.get(at).copied()
    }

    /// The value of a slot, to be changed.
    #[inline]
    pub(super) fn value_mut(&mut self, slot: Slot) -> Option<&mut T> {
        let (piece, at) = place(slot);
        self.pieces.get_mut(piece)?.get_mut(at)
    }

    /// All of them, in the order of their slots.
    pub(super) fn iter(&self) -> impl Iterator<Item = T> {
        self.pieces.iter().flatten().copied()
    }

    /// Adds the value of the next slot.
    pub(super) fn push(&mut self, value: T) {
        match self.pieces.last_mut() {
            Some(piece) if piece.len() < 1 << PIECE_BITS => piece.push(value),
            // The first piece grows as it must, for most logs are small.
            None => self.pieces.push(vec![value]),
            Some(_) => {
                let mut piece = Vec::with_capacity(1 << PIECE_BITS);
                piece.push(value);
                self.pieces.push(piece);
            }
        }
    }
}

#[inline]
fn place(slot: Slot) -> (usize, usize) {
    let slot = slot as usize;
    (slot >> PIECE_BITS, slot & ((1 << PIECE_BITS) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_what_a_list_would_be() {
        let mut rows = Rows::new();
        let list: Vec<u32> = (0..(5 << (PIECE_BITS - 1)) + 3).collect();
        for value in &list {
            assert_eq!(rows.value(*value), None);
            rows.push(*value);
            assert_eq!(rows.len(), *value as usize + 1);
        }
        assert!(list.iter().all(|value| rows.value(*value) == Some(*value)));
        *rows.value_mut(70_000).unwrap() = 7;
        assert_eq!((rows.value(69_999), rows.value(70_000)), (Some(69_999), Some(7)));
    }
}
