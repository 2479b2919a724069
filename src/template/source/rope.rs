//! Lists that cost nothing to copy and to join: what two of them hold alike is held once. Code that lets a text grow under one condition
//! after another has as many versions of it as conditions.

use std::fmt;
use std::rc::Rc;

/// A list whose parts other lists may share: a balanced tree with the items at its leaves.
pub(super) struct Rope<T>(Option<Rc<Node<T>>>);

#[derive(Clone)]
enum Node<T> {
    Item(T),
    Pair { left: Rc<Node<T>>, right: Rc<Node<T>>, len: usize, height: usize },
}

impl<T> Node<T> {
    fn len(&self) -> usize {
        match self {
            Self::Item(_) => 1,
            Self::Pair { len, .. } => *len,
        }
    }

    fn height(&self) -> usize {
        match self {
            Self::Item(_) => 0,
            Self::Pair { height, .. } => *height,
        }
    }

    /// Items of an iterator, a number of them.
    fn new(items: &mut impl Iterator<Item = T>, len: usize) -> Option<Rc<Self>> {
        if len < 2 {
            return items.next().map(|item| Rc::new(Self::Item(item)));
        }
        let left = Self::new(items, len.div_ceil(2))?;
        Some(match Self::new(items, len / 2) {
            Some(right) => Self::pair(left, right),
            None => left,
        })
    }

    fn pair(left: Rc<Self>, right: Rc<Self>) -> Rc<Self> {
        let (len, height) = (left.len() + right.len(), 1 + left.height().max(right.height()));
        Rc::new(Self::Pair { left, right, len, height })
    }

    /// Two lists one behind the other, each balanced, however their heights differ.
    fn joined(left: Rc<Self>, right: Rc<Self>) -> Rc<Self> {
        match (&*left, &*right) {
            (Self::Pair { left: first, right: last, .. }, _) if left.height() > right.height() + 1 => {
                Self::balanced(Rc::clone(first), Self::joined(Rc::clone(last), right))
            }
            (_, Self::Pair { left: first, right: last, .. }) if right.height() > left.height() + 1 => {
                Self::balanced(Self::joined(left, Rc::clone(first)), Rc::clone(last))
            }
            _ => Self::pair(left, right),
        }
    }

    /// Two lists one behind the other whose heights differ by two at most.
    fn balanced(left: Rc<Self>, right: Rc<Self>) -> Rc<Self> {
        match (&*left, &*right) {
            (Self::Pair { left: first, right: last, .. }, _) if left.height() > right.height() + 1 => match &**last {
                Self::Pair { left: inner, right: outer, .. } if last.height() > first.height() => {
                    Self::pair(Self::pair(Rc::clone(first), Rc::clone(inner)), Self::pair(Rc::clone(outer), right))
                }
                _ => Self::pair(Rc::clone(first), Self::pair(Rc::clone(last), right)),
            },
            (_, Self::Pair { left: first, right: last, .. }) if right.height() > left.height() + 1 => match &**first {
                Self::Pair { left: outer, right: inner, .. } if first.height() > last.height() => {
                    Self::pair(Self::pair(left, Rc::clone(outer)), Self::pair(Rc::clone(inner), Rc::clone(last)))
                }
                _ => Self::pair(Self::pair(left, Rc::clone(first)), Rc::clone(last)),
            },
            _ => Self::pair(left, right),
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
            (Some(left), Some(right)) => Some(Node::joined(left, right)),
            (one, other) => one.or(other),
        };
    }

    /// Puts another item in the place of one.
    pub(super) fn set(&mut self, index: usize, item: T) {
        let (mut whole, mut behind) = self.split(index);
        whole.push(item);
        behind = behind.split(1).1;
        whole.append(behind);
        *self = whole;
    }

    pub(super) fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |node| node.len())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub(super) fn first(&self) -> Option<&T> {
        self.behind(0).next()
    }

    pub(super) fn last(&self) -> Option<&T> {
        self.behind(self.len().saturating_sub(1)).next()
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

    /// The first so many, and those behind them.
    pub(super) fn split(&self, count: usize) -> (Self, Self) {
        let (mut start, mut behind) = (Self::default(), Self::default());
        let (mut open, mut count) = (self.0.as_ref(), count.min(self.len()));
        let whole = |node: &Rc<Node<T>>| Self(Some(Rc::clone(node)));
        while let Some(node) = open.take() {
            match &**node {
                _ if count == 0 => behind = whole(node).and(behind),
                _ if count == node.len() => start.append(whole(node)),
                Node::Pair { left, right, .. } if count < left.len() => {
                    behind = whole(right).and(behind);
                    open = Some(left);
                }
                Node::Pair { left, right, .. } => {
                    start.append(whole(left));
                    count -= left.len();
                    open = Some(right);
                }
                Node::Item(_) => {}
            }
        }
        (start, behind)
    }

    /// The first so many.
    pub(super) fn start(&self, count: usize) -> Self {
        self.split(count).0
    }

    fn and(mut self, behind: Self) -> Self {
        self.append(behind);
        self
    }

    /// The number of items at the beginning that are the very same in both: of lists that grew from one, those that it had.
    pub(super) fn held_in_common(&self, other: &Self) -> usize {
        self.alike(other, |_, _| false)
    }

    /// The number of items at the beginning that are the very same in both, or of which something holds. What both hold is not looked into.
    pub(super) fn alike(&self, other: &Self, is_alike: impl Fn(&T, &T) -> bool) -> usize {
        let start = |rope: &Self| rope.0.iter().map(Rc::clone).collect::<Vec<_>>();
        let (mut ours, mut theirs, mut count) = (start(self), start(other), 0);
        while let (Some(one), Some(other)) = (ours.pop(), theirs.pop()) {
            match (&*one, &*other) {
                _ if Rc::ptr_eq(&one, &other) => count += one.len(),
                (Node::Item(item), Node::Item(theirs)) if is_alike(item, theirs) => count += 1,
                (Node::Pair { left, right, .. }, _) if one.len() >= other.len() => {
                    ours.extend([Rc::clone(right), Rc::clone(left)]);
                    theirs.push(other);
                }
                (_, Node::Pair { left, right, .. }) => {
                    theirs.extend([Rc::clone(right), Rc::clone(left)]);
                    ours.push(one);
                }
                _ => break,
            }
        }
        count
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
        self.append(items.into_iter().collect());
    }
}

impl<T> FromIterator<T> for Rope<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let items: Vec<T> = items.into_iter().collect();
        let len = items.len();
        Self(Node::new(&mut items.into_iter(), len))
    }
}

impl<T: PartialEq> PartialEq for Rope<T> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.alike(other, T::eq) == self.len()
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
    fn a_list_stays_as_low_as_it_may_be_however_it_is_made() {
        let mut grown: Rope<u32> = Rope::default();
        (0..10_000).for_each(|item| grown.push(item));
        let mut first: Rope<u32> = Rope::default();
        (0..10_000).rev().for_each(|item| first = Rope::one(item).and(std::mem::take(&mut first)));
        let (start, behind) = grown.split(3_333);
        let joined = start.clone().and(behind.clone());
        for list in [&grown, &first, &joined] {
            assert_eq!(list, &(0..10_000).collect::<Rope<u32>>());
            assert!(list.0.as_ref().unwrap().height() <= 19);
        }
        assert_eq!((start.len(), behind.first(), behind.last()), (3_333, Some(&3_333), Some(&9_999)));
        assert_eq!((grown.split(0).0.len(), grown.split(10_000).1.len(), grown.split(20_000).0.len()), (0, 0, 10_000));
    }

    #[test]
    fn a_list_in_which_one_item_is_set_shares_the_others() {
        let list: Rope<u32> = (0..1_000).collect();
        let mut changed = list.clone();
        changed.set(700, 7);
        let mut expected: Vec<u32> = (0..1_000).collect();
        expected[700] = 7;
        assert_eq!(changed.held_in_common(&list), 700);
        assert_eq!(changed.split(701).1, list.split(701).1);
        assert_eq!((changed != list, changed.into_vec()), (true, expected));
    }
}
