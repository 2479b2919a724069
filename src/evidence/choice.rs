//! The choice among candidates by what the provider reported of neighbouring requests.
//!
//! One candidate that reproduces every reported count of a group wins. If none does, the group is cut into as few runs of
//! neighbouring requests as reproduce the most counts. Reported hits break ties: a candidate whose cache cannot serve such a number of
//! tokens loses against one whose cache can.

/// The most candidates that can be weighed at once: their votes are bits.
pub const MOST_CANDIDATES: usize = 64;

/// One request's vote on each candidate, a bit for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Vote {
    /// The candidates whose count is the reported one; `None` if no count was reported, or none that can be believed.
    pub counts: Option<u64>,
    /// The candidates whose cache cannot serve the number of hits that was reported.
    pub impossible_hits: u64,
}

/// The candidates chosen for the requests of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The index of the candidate of each request.
    pub candidates: Vec<usize>,
    /// Requests whose reported count the choice reproduces.
    pub reproduced: u64,
    /// Requests that reported a count.
    pub reported: u64,
}

/// The costs of a choice, compared from the first on.
type Costs = (u32, u32, u32, u64);

/// Chooses for each request of a group, in the order of replay, one of so many candidates, the preferred ones first.
///
/// The choice misses as few counts as any; among those it changes the candidate as rarely as possible between neighbours, then
/// contradicts the fewest hits, then prefers earlier candidates.
pub fn choose(votes: &[Vote], candidates: usize) -> Choice {
    debug_assert!((1..=MOST_CANDIDATES).contains(&candidates), "votes are bits");
    // The best way to end at each candidate, request by request, and from which candidate of the request before it came.
    let mut best: Vec<Costs> = vec![(0, 0, 0, 0); candidates];
    let mut origins: Vec<Vec<usize>> = Vec::with_capacity(votes.len());
    for (index, vote) in votes.iter().enumerate() {
        let cheapest = index_of_least(&best);
        let mut origin = Vec::with_capacity(candidates);
        let mut next = Vec::with_capacity(candidates);
        for candidate in 0..candidates {
            let stay = best[candidate];
            let (misses, changes, hits, rank) = best[cheapest];
            let change = (misses, changes + 1, hits, rank);
            let came_from = if index == 0 || stay <= change { candidate } else { cheapest };
            let (misses, changes, hits, rank) = if came_from == candidate { stay } else { change };
            next.push((
                misses + u32::from(vote.misses(candidate)),
                changes,
                hits + u32::from(vote.impossible_hits >> candidate & 1 == 1),
                rank + candidate as u64,
            ));
            origin.push(came_from);
        }
        best = next;
        origins.push(origin);
    }
    let mut candidate = index_of_least(&best);
    let mut chosen = vec![candidate; votes.len()];
    for index in (0..votes.len()).rev() {
        chosen[index] = candidate;
        candidate = origins[index][candidate];
    }
    let reported = votes.iter().filter(|vote| vote.counts.is_some()).count() as u64;
    let missed = votes.iter().zip(&chosen).filter(|(vote, candidate)| vote.misses(**candidate)).count() as u64;
    Choice { candidates: chosen, reproduced: reported - missed, reported }
}

impl Vote {
    /// A count was reported, and the candidate has another.
    fn misses(&self, candidate: usize) -> bool {
        self.counts.is_some_and(|counts| counts >> candidate & 1 == 0)
    }
}

fn index_of_least(costs: &[Costs]) -> usize {
    let least = costs.iter().enumerate().min_by_key(|(index, costs)| (**costs, *index));
    least.map_or(0, |(index, _)| index)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn vote(counts: u64) -> Vote {
        Vote { counts: Some(counts), ..Vote::default() }
    }

    #[test]
    fn one_candidate_that_reproduces_all_counts_wins_over_the_preferred_one() {
        let choice = choose(&[vote(0b11), vote(0b10), Vote::default()], 2);
        assert_eq!(choice, Choice { candidates: vec![1, 1, 1], reproduced: 2, reported: 2 });
    }

    #[test]
    fn without_a_report_the_preferred_candidate_stays() {
        assert_eq!(choose(&[Vote::default(); 3], 4).candidates, [0, 0, 0]);
    }

    #[test]
    fn hits_that_a_cache_cannot_serve_decide_between_equal_counts() {
        let odd = Vote { counts: Some(0b11), impossible_hits: 0b01 };
        assert_eq!(choose(&[vote(0b11), odd], 2).candidates, [1, 1]);
    }

    #[test]
    fn a_group_that_no_candidate_reproduces_is_cut_once() {
        assert_eq!(choose(&[vote(0b01), vote(0b01), vote(0b10)], 2).candidates, [0, 0, 1]);
    }

    fn costs(votes: &[Vote], chosen: &[usize]) -> Costs {
        let misses = votes.iter().zip(chosen).filter(|(vote, candidate)| vote.misses(**candidate)).count();
        let changes = chosen.windows(2).filter(|pair| pair[0] != pair[1]).count();
        let hits = votes.iter().zip(chosen).filter(|(vote, candidate)| vote.impossible_hits >> **candidate & 1 == 1);
        let number = |count: usize| u32::try_from(count).unwrap();
        (number(misses), number(changes), number(hits.count()), chosen.iter().sum::<usize>() as u64)
    }

    /// All ways to choose.
    fn all(calls: usize, candidates: usize) -> Vec<Vec<usize>> {
        let longer = |shorter: Vec<usize>| (0..candidates).map(move |last| [shorter.clone(), vec![last]].concat());
        (0..calls).fold(vec![Vec::new()], |shorter, _| shorter.into_iter().flat_map(longer).collect())
    }

    proptest! {
        #[test]
        fn no_other_choice_is_better(raw in prop::collection::vec((prop::option::of(0_u64..8), 0_u64..8), 0..6)) {
            let votes: Vec<Vote> =
                raw.iter().map(|(counts, hits)| Vote { counts: *counts, impossible_hits: *hits }).collect();
            let chosen = choose(&votes, 3).candidates;
            let least = all(votes.len(), 3).iter().map(|other| costs(&votes, other)).min().unwrap();
            prop_assert_eq!(costs(&votes, &chosen), least);
        }
    }
}
