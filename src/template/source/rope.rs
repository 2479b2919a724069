//! Lists that cost nothing to copy and to join: what two of them hold alike is held once. Code that lets a text grow under one condition
//! after another has as many versions of it as conditions.

use std::fmt;
use std::rc::Rc;

/// A list whose parts other lists may share.
pub(super) struct Rope<T>(Option<Rc<Node<T>>>);

#[derive(Clone)]
enum Node<T> {
    Item(T),
    Pair { left: Rc<Node<T>>, right: Rc<Node<T>>, len: usize },
}

impl<T> Node<T> {
    fn len(&self) -> usize {
        match self {
            Self::Item(_) => 1,
            Self::Pair { len, .. } => *len,
        }
    }
}

impl<T> Rope<T> {
    pub(super) fn one(item: T) -> Self {
        Self(Some(Rc::new(Node::Item(item))))
    }

    pub(super) fn push(&mut self, item: T) {
        self.append(Self::one(item));
    }

    pub(super) fn append(&mut self, mut other: Self) {
        self.0 = match (self.0.take(), other.0.take()) {
            (Some(left), Some(right)) => {
                let len = left.len() + right.len();
                Some(Rc::new(Node::Pair { left, right, len }))
            }
            (one, other) => one.or(other),
        };
    }

    pub(super) fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |node| node.len())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub(super) fn first(&self) -> Option<&T> {
        let mut node = self.0.as_deref()?;
        loop {
            match node {
                Node::Item(item) => return Some(item),
                Node::Pair { left, .. } => node = left,
            }
        }
    }

    /// The only item, if there is one alone.
    pub(super) fn only(&self) -> Option<&T> {
        self.first().filter(|_| self.len() == 1)
    }

    pub(super) fn iter(&self) -> Items<'_, T> {
        self.behind(0)
    }

    /// The items behind so many.
    pub(super) fn behind(&self, count: usize) -> Items<'_, T> {
        Items { open: self.0.as_deref().into_iter().collect(), passed: count }
    }

    /// Tells whether something holds of an item, the last one first: of a list that grew its end is near.
    pub(super) fn any_from_end(&self, holds: impl Fn(&T) -> bool) -> bool {
        let mut open: Vec<&Node<T>> = self.0.as_deref().into_iter().collect();
        while let Some(node) = open.pop() {
            match node {
                Node::Item(item) if holds(item) => return true,
                Node::Item(_) => {}
                Node::Pair { left, right, .. } => open.extend([&**left, &**right]),
            }
        }
        false
    }

    /// The first so many.
    pub(super) fn start(&self, mut count: usize) -> Self {
        let mut start = Self::default();
        let mut open: Vec<&Rc<Node<T>>> = self.0.as_ref().into_iter().collect();
        while let Some(node) = open.pop().filter(|_| count > 0) {
            match &**node {
                whole if whole.len() <= count => {
                    count -= whole.len();
                    start.append(Self(Some(Rc::clone(node))));
                }
                Node::Item(_) => {}
                Node::Pair { left, right, .. } => open.extend([right, left]),
            }
        }
        start
    }

    /// The number of items at the beginning that are the very same in both, as far as the way in which they grew tells.
    pub(super) fn held_in_common(&self, other: &Self) -> usize {
        let (Some(mut one), Some(mut other)) = (self.0.as_ref(), other.0.as_ref()) else { return 0 };
        while !Rc::ptr_eq(one, other) {
            let longer = if one.len() >= other.len() { &mut one } else { &mut other };
            match &***longer {
                Node::Item(_) => return 0,
                Node::Pair { left, .. } => *longer = left,
            }
        }
        one.len()
    }
}

/// The items of a list behind some.
pub(super) struct Items<'a, T> {
    open: Vec<&'a Node<T>>,
    passed: usize,
}

impl<'a, T> Iterator for Items<'a, T> {
    type Item = &'a T;

    fn next(&mut self) -> Option<&'a T> {
        while let Some(node) = self.open.pop() {
            match node {
                node if node.len() <= self.passed => self.passed -= node.len(),
                Node::Item(item) => return Some(item),
                Node::Pair { left, right, .. } => self.open.extend([&**right, &**left]),
            }
        }
        None
    }
}

impl<T: Clone> Rope<T> {
    pub(super) fn only_mut(&mut self) -> Option<&mut T> {
        match self.0.as_mut().map(Rc::make_mut) {
            Some(Node::Item(item)) => Some(item),
            _ => None,
        }
    }

    pub(super) fn into_vec(mut self) -> Vec<T> {
        let mut found = Vec::new();
        let mut open: Vec<Rc<Node<T>>> = self.0.take().into_iter().collect();
        while let Some(node) = open.pop() {
            match Rc::unwrap_or_clone(node) {
                Node::Item(item) => found.push(item),
                Node::Pair { left, right, .. } => open.extend([right, left]),
            }
        }
        found
    }
}

/// Without recursion: a list of many items is as deep as it is long.
impl<T> Drop for Rope<T> {
    fn drop(&mut self) {
        let mut open: Vec<Rc<Node<T>>> = self.0.take().into_iter().collect();
        while let Some(node) = open.pop() {
            if let Some(Node::Pair { left, right, .. }) = Rc::into_inner(node) {
                open.extend([left, right]);
            }
        }
    }
}

impl<T> Default for Rope<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Clone for Rope<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Extend<T> for Rope<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        for item in items {
            self.push(item);
        }
    }
}

impl<T> FromIterator<T> for Rope<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut rope = Self::default();
        rope.extend(items);
        rope
    }
}

impl<T: PartialEq> PartialEq for Rope<T> {
    fn eq(&self, other: &Self) -> bool {
        let from = self.held_in_common(other);
        self.len() == other.len() && self.behind(from).eq(other.behind(from))
    }
}

impl<T: fmt::Debug> fmt::Debug for Rope<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_grew_from_one_list_shares_its_items() {
        let start: Rope<u32> = (0..4).collect();
        let (mut one, mut other) = (start.clone(), start.clone());
        one.extend([4, 5]);
        other.push(6);
        assert_eq!(one.iter().copied().collect::<Vec<u32>>(), [0, 1, 2, 3, 4, 5]);
        assert_eq!(one.behind(3).copied().collect::<Vec<u32>>(), [3, 4, 5]);
        assert_eq!((one.held_in_common(&other), one.len(), start.len()), (4, 6, 4));
        assert_eq!(one.start(4).held_in_common(&start), 4);
        assert_eq!(one.start(5), (0..5).collect());
        assert!(one.any_from_end(|item| *item == 0) && !one.any_from_end(|item| *item == 6));
        assert_eq!(other.into_vec(), [0, 1, 2, 3, 6]);
        assert_eq!((one.first(), one.only(), Rope::from_iter([7]).only_mut()), (Some(&0), None, Some(&mut 7)));
    }

    #[test]
    fn lists_are_equal_by_their_items_however_they_grew() {
        let mut one: Rope<u32> = [1, 2].into_iter().collect();
        one.append([3, 4].into_iter().collect());
        assert_eq!(one, (1..5).collect());
        assert_ne!(one, (1..4).collect());
    }

    #[test]
    fn a_long_list_is_dropped_without_recursion() {
        let long: Rope<u32> = (0..200_000).collect();
        assert_eq!(long.behind(199_999).next(), Some(&199_999));
        drop(long);
    }
}
