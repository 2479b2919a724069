//! Differences of two lists. Elements become numbers, equal ones the same, so that the algorithms are compiled once and not for each type,
//! and of them just the two that are asked for: all of them for each type made 0.7 MB of the program.

use std::collections::HashMap;

use similar::algorithms::{Capture, Compact, Replace, myers, patience};
pub(crate) use similar::{DiffOp, DiffTag, diff_ratio, group_diff_ops};

use crate::hash::{self, ByDigest};

/// An element of a list that is compared by its digest.
pub(crate) trait Digested {
    /// The same for equal elements.
    fn digest(&self) -> u128;
}

impl Digested for u128 {
    fn digest(&self) -> u128 {
        *self
    }
}

impl Digested for String {
    fn digest(&self) -> u128 {
        self.as_str().digest()
    }
}

impl Digested for &str {
    fn digest(&self) -> u128 {
        hash::digest(self.as_bytes())
    }
}

/// An algorithm that finds differences.
#[derive(Clone, Copy)]
pub(crate) enum Algorithm {
    /// The fewest changes.
    Myers,
    /// Changes between elements that stand once in each list.
    Patience,
}

/// The operations that make the new list of the old one.
pub(crate) fn list_diff<T: Digested>(algorithm: Algorithm, old: &[T], new: &[T]) -> Vec<DiffOp> {
    let mut numbers: HashMap<u128, usize, ByDigest> = HashMap::default();
    let mut all = Vec::with_capacity(old.len() + new.len());
    for element in old.iter().chain(new) {
        let next = numbers.len();
        all.push(*numbers.entry(element.digest()).or_insert(next));
    }
    let (old, new) = all.split_at(old.len());
    let mut found = Compact::new(Replace::new(Capture::new()), old, new);
    let Ok(()) = match algorithm {
        Algorithm::Myers => myers::diff(&mut found, old, 0..old.len(), new, 0..new.len()),
        Algorithm::Patience => patience::diff(&mut found, old, 0..old.len(), new, 0..new.len()),
    };
    found.into_inner().into_inner().into_ops()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operations_are_those_of_the_elements_themselves() {
        let words = |text: &'static str| text.split(' ').collect::<Vec<_>>();
        let (old, new) = (words("a b c a d e b a"), words("b c a x d a b e"));
        for (algorithm, theirs) in
            [(Algorithm::Myers, similar::Algorithm::Myers), (Algorithm::Patience, similar::Algorithm::Patience)]
        {
            assert_eq!(list_diff(algorithm, &old, &new), similar::capture_diff_slices(theirs, &old, &new));
        }
    }
}
