//! A vector in chunks of a fixed size: a table of millions of values grows without being copied.

use super::index::Slot;

/// Values in a chunk, as a power of two: enough that chunks are few, few enough that the last one is no waste.
const CHUNK_BITS: u32 = 16;

/// Values by slot; they are only added.
#[derive(Debug)]
pub(super) struct ChunkedVec<T> {
    chunks: Vec<Vec<T>>,
}

impl<T: Copy> ChunkedVec<T> {
    /// None yet.
    pub(super) fn new() -> Self {
        Self { chunks: Vec::new() }
    }

    /// The number of values, which is also the next slot.
    pub(super) fn len(&self) -> usize {
        let before = self.chunks.len().saturating_sub(1) << CHUNK_BITS;
        before + self.chunks.last().map_or(0, Vec::len)
    }

    /// The value of a slot; `None` beyond the last one.
    #[inline]
    pub(super) fn value(&self, slot: Slot) -> Option<T> {
        let (chunk, at) = place(slot);
        self.chunks.get(chunk)?.get(at).copied()
    }

    /// The value of a slot for changing it.
    #[inline]
    pub(super) fn value_mut(&mut self, slot: Slot) -> Option<&mut T> {
        let (chunk, at) = place(slot);
        self.chunks.get_mut(chunk)?.get_mut(at)
    }

    /// All values, in the order of their slots.
    pub(super) fn iter(&self) -> impl Iterator<Item = T> {
        self.chunks.iter().flatten().copied()
    }

    /// Adds the value of the next slot.
    pub(super) fn push(&mut self, value: T) {
        match self.chunks.last_mut() {
            Some(chunk) if chunk.len() < 1 << CHUNK_BITS => chunk.push(value),
            // The first chunk grows as it must, since most logs are small.
            None => self.chunks.push(vec![value]),
            Some(_) => {
                let mut chunk = Vec::with_capacity(1 << CHUNK_BITS);
                chunk.push(value);
                self.chunks.push(chunk);
            }
        }
    }
}

#[inline]
fn place(slot: Slot) -> (usize, usize) {
    let slot = slot as usize;
    (slot >> CHUNK_BITS, slot & ((1 << CHUNK_BITS) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunked_vector_is_what_a_list_would_be() {
        let mut values = ChunkedVec::new();
        let list: Vec<u32> = (0..(5 << (CHUNK_BITS - 1)) + 3).collect();
        for value in &list {
            assert_eq!(values.value(*value), None);
            values.push(*value);
            assert_eq!(values.len(), *value as usize + 1);
        }
        assert!(list.iter().all(|value| values.value(*value) == Some(*value)));
        *values.value_mut(70_000).unwrap() = 7;
        assert_eq!((values.value(69_999), values.value(70_000)), (Some(69_999), Some(7)));
    }
}
