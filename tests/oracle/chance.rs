//! Chance that is the same in each run.

use crate::Limits;

/// Numbers by a linear congruential generator.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    pub(crate) fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap()
    }

    /// Limits of which each may be absent.
    pub(crate) fn limits(&mut self) -> Limits {
        Limits {
            lifetime: (self.below(3) > 0).then(|| 1 + self.below(40_000)),
            delay: self.below(2) * self.below(4_000),
            capacity: (self.below(2) > 0).then(|| 1 + self.index(25)),
        }
    }
}
