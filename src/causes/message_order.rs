//! Messages in another order: examples that a client shuffles.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::exchange::Message;
use crate::hash::{self, ByDigest};

/// The indexes of the new messages in an order in which those that the old request has too stand as there; and whether that is
/// another order.
pub(super) fn in_old_order(old: &[u128], new: &[u128]) -> (Vec<usize>, bool) {
    let identity = (0..new.len()).collect::<Vec<_>>();
    if new.starts_with(old) {
        return (identity, false);
    }
    let (old, new) = &told_apart(old, new);
    let mut places: HashMap<u128, Vec<usize>, ByDigest> = HashMap::default();
    for (index, digest) in old.iter().enumerate() {
        places.entry(*digest).or_default().push(index);
    }
    // The newest message may say again what was said before.
    let earlier = &new[..new.len().saturating_sub(1)];
    let known: Vec<(usize, &[usize])> =
        earlier.iter().enumerate().filter_map(|(index, digest)| Some((index, &**places.get(digest)?))).collect();
    if known.is_sorted_by_key(|(_, place)| *place) {
        return (identity, false);
    }
    let distinct: HashSet<&[usize]> = known.iter().map(|(_, places)| *places).collect();
    // Of messages that came twice nothing tells which one it is.
    let is_plain = distinct.len() == known.len() && known.iter().all(|(_, places)| places.len() == 1);
    if !is_plain {
        return (identity, false);
    }
    let mut sorted = known.clone();
    sorted.sort_by_key(|(_, place)| *place);
    let mut order = identity;
    for ((slot, _), (index, _)) in known.iter().zip(&sorted) {
        order[*slot] = *index;
    }
    (order, true)
}

/// Messages that moved through a conversation, rather than being examples before it: a single one, instructions past what was said, or
/// results of tools that were called at once.
/// `order` has the index of each new message in the order of the earlier request.
pub(super) fn is_of_history(order: &[usize], new: &[Arc<Message>]) -> bool {
    let mut furthest: [Option<usize>; 2] = [None, None];
    for index in order {
        let is_system = new[*index].is_system();
        if furthest[usize::from(!is_system)].is_some_and(|other| other > *index) {
            return true;
        }
        let own = &mut furthest[usize::from(is_system)];
        *own = (*own).max(Some(*index));
    }
    let is_result = |(at, index): (usize, &usize)| at == *index || new[*index].role == "tool";
    order.len() - longest_rise(order) == 1 || order.iter().enumerate().all(is_result)
}

/// The length of the longest part of a list, with gaps, that rises.
fn longest_rise(list: &[usize]) -> usize {
    // The least end of a rise of each length.
    let mut ends: Vec<usize> = Vec::new();
    for item in list {
        let at = ends.partition_point(|end| end < item);
        match ends.get_mut(at) {
            Some(end) => *end = *item,
            None => ends.push(*item),
        }
    }
    ends.len()
}

/// Two lists of messages in which those that stand there several times are told apart by the message before them: examples may have the
/// same answer.
fn told_apart(old: &[u128], new: &[u128]) -> (Vec<u128>, Vec<u128>) {
    let mut times: HashMap<u128, (usize, usize), ByDigest> = HashMap::default();
    for digest in old {
        times.entry(*digest).or_default().0 += 1;
    }
    for digest in new {
        times.entry(*digest).or_default().1 += 1;
    }
    let told = |index: usize, list: &[u128]| {
        let digest = list[index];
        let before = index.checked_sub(1).map_or(0, |before| list[before]);
        let (ours, theirs) = times[&digest];
        if ours.max(theirs) < 2 { digest } else { hash::chain(before, &digest.to_le_bytes()) }
    };
    let all = |list: &[u128]| (0..list.len()).map(|index| told(index, list)).collect();
    (all(old), all(new))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_that_share_their_answers_are_brought_back_into_order() {
        // Three questions of examples with two answers, then a question.
        let (yes, no) = (90, 91);
        let old = [1, yes, 2, no, 3, yes, 50];
        let new = [3, yes, 1, yes, 2, no, 60];
        let (order, is_moved) = in_old_order(&old, &new);
        assert!(is_moved);
        assert_eq!(order.iter().map(|index| new[*index]).collect::<Vec<_>>(), [1, yes, 2, no, 3, yes, 60]);
        // The same question twice with the same answer is not told apart.
        assert_eq!(in_old_order(&[1, yes, 1, yes, 2, 50], &[2, 1, yes, 1, yes, 60]), ((0..6).collect(), false));
    }
}
