//! Differences of two lists. Elements become numbers, equal ones the same, so that the algorithms are compiled once and not for each type:
//! that made 0.7 MB of the program.

use std::collections::HashMap;
use std::hash::Hash;

pub(crate) use similar::{Algorithm, DiffOp, diff_ratio};

/// The operations that make the new list of the old one.
pub(crate) fn list_diff<T: Hash + Eq>(algorithm: Algorithm, old: &[T], new: &[T]) -> Vec<DiffOp> {
    let mut numbers: HashMap<&T, usize> = HashMap::new();
    let mut all = Vec::with_capacity(old.len() + new.len());
    for element in old.iter().chain(new) {
        let next = numbers.len();
        all.push(*numbers.entry(element).or_insert(next));
    }
    let (old, new) = all.split_at(old.len());
    similar::capture_diff_slices(algorithm, old, new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operations_are_those_of_the_elements_themselves() {
        let words = |text: &'static str| text.split(' ').collect::<Vec<_>>();
        let (old, new) = (words("a b c a d e b a"), words("b c a x d a b e"));
        for algorithm in [Algorithm::Myers, Algorithm::Patience] {
            assert_eq!(list_diff(algorithm, &old, &new), similar::capture_diff_slices(algorithm, &old, &new));
        }
    }
}
