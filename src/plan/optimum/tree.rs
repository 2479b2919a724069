//! The tree of all prompts of one cache, and the cheapest lifetime of an entry at each of its places.
//!
//! A place is the end of a content block at which prompts end or part. Tokens that lead to it are written by the first request of a run, read
//! by those that come in time after the one before, and paid in full by a request that no other follows in time. Each place has one lifetime;
//! an entry lives as long as those of the places behind it or longer, as providers ask. Under these rules the costs of places add up, so
//! that the cheapest lifetimes are found from the leaves to the root.
//!
//! With one lifetime no breakpoints of any request cost less. With two, lifetimes that change from request to request sometimes do: in 4 of 300 small
//! random trees, by 0.2 % of the cost of all (measured 2026-11-29).

use std::collections::HashMap;
use std::hash::Hash;

use crate::money::Decimal;

/// A number of a place.
pub(super) type PlaceId = usize;

/// The prices of a token, and the lifetimes that can be asked for.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    pub(super) miss: Decimal,
    pub(super) read: Decimal,
    /// The shortest first.
    pub(super) lifetimes: Vec<LifetimeTerms>,
}

/// A lifetime that can be asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct LifetimeTerms {
    /// In microseconds.
    pub(super) lifetime: i64,
    pub(super) write: Decimal,
}

/// A request: its time in microseconds, and the ends of its blocks.
pub(super) struct Sent<K> {
    pub(super) time: i64,
    /// The identity of the text up to an end, and its tokens.
    pub(super) ends: Vec<(K, u64)>,
}

/// All prompts.
#[derive(Debug)]
pub(super) struct Tree<K> {
    places: Vec<TreePlace<K>>,
    /// The places of each request, from the first on.
    paths: Vec<Vec<PlaceId>>,
    times: Vec<i64>,
}

#[derive(Debug)]
struct TreePlace<K> {
    /// The identity of the text up to here.
    key: K,
    parent: Option<PlaceId>,
    /// Tokens from the parent to here.
    tokens: u64,
    length: u64,
    /// The requests whose prompts lead through it, in order.
    calls: Vec<usize>,
}

/// The cheapest lifetimes.
#[derive(Debug)]
pub(super) struct CheapestLifetimes {
    /// By place: an index into the lifetimes, or none where nothing is kept.
    pub(super) lifetimes: Vec<Option<usize>>,
    /// The cost of all tokens that lead to places.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "plans are replayed; tests hold this against every other choice")
    )]
    pub(super) cost: Decimal,
}

/// The use that a request makes of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    Read,
    /// Written, since a later request comes in time.
    Written,
    /// No request before or behind it comes in time.
    Alone,
}

impl<K: Copy + Eq + Hash> Tree<K> {
    /// The tree of requests in the order of time.
    pub(super) fn new(sent: &[Sent<K>]) -> Self {
        let mut all = Self { places: Vec::new(), paths: Vec::new(), times: Vec::new() };
        let mut known: HashMap<K, PlaceId> = HashMap::new();
        for (call, Sent { time, ends }) in sent.iter().enumerate() {
            let mut path: Vec<PlaceId> = Vec::with_capacity(ends.len());
            for (key, length) in ends {
                let parent = path.last().copied();
                let id = *known.entry(*key).or_insert_with(|| {
                    let before = parent.map_or(0, |parent| all.places[parent].length);
                    let tokens = length.saturating_sub(before);
                    all.places.push(TreePlace { key: *key, parent, tokens, length: *length, calls: Vec::new() });
                    all.places.len() - 1
                });
                // The same text at another place is another text; ends that repeat one are one.
                if all.places[id].parent == parent && parent != Some(id) {
                    all.places[id].calls.push(call);
                    path.push(id);
                }
            }
            all.paths.push(path);
            all.times.push(*time);
        }
        all.contracted()
    }

    /// Without places that exactly the requests of one place behind them pass: an entry there serves no other request.
    fn contracted(self) -> Self {
        let mut is_kept = vec![true; self.places.len()];
        for place in &self.places {
            if let Some(parent) = place.parent
                && self.places[parent].calls.len() == place.calls.len()
            {
                is_kept[parent] = false;
            }
        }
        let mut numbers = vec![None; self.places.len()];
        let mut kept: Vec<TreePlace<K>> = Vec::new();
        for (id, place) in self.places.into_iter().enumerate() {
            // Parents stand before their children, so that theirs are known: a place that is left out passes on its own parent.
            let parent = place.parent.and_then(|parent| numbers[parent]);
            if is_kept[id] {
                let before = parent.map_or(0, |parent: PlaceId| kept[parent].length);
                numbers[id] = Some(kept.len());
                kept.push(TreePlace { parent, tokens: place.length.saturating_sub(before), ..place });
            } else {
                numbers[id] = parent;
            }
        }
        let path =
            |path: Vec<PlaceId>| path.into_iter().filter(|id| is_kept[*id]).filter_map(|id| numbers[id]).collect();
        Self { places: kept, paths: self.paths.into_iter().map(path).collect(), times: self.times }
    }

    /// The cheapest lifetimes.
    pub(super) fn cheapest(&self, terms: &Terms) -> CheapestLifetimes {
        let caps = terms.lifetimes.len() + 1;
        // By place and by the longest lifetime that may stand there; 0 keeps nothing.
        let mut least: Vec<Vec<(Decimal, usize)>> = vec![Vec::new(); self.places.len()];
        let mut behind = vec![vec![Decimal::ZERO; caps]; self.places.len()];
        let mut roots = Decimal::ZERO;
        for (id, place) in self.places.iter().enumerate().rev() {
            let mut row: Vec<(Decimal, usize)> = Vec::with_capacity(caps);
            for (cap, beyond) in std::mem::take(&mut behind[id]).into_iter().enumerate() {
                let own = self.cost(place, cap.checked_sub(1).map(|index| &terms.lifetimes[index]), terms);
                let cost = own + beyond;
                // Of equals the shortest.
                row.push(row.last().copied().filter(|(known, _)| *known <= cost).unwrap_or((cost, cap)));
            }
            match place.parent {
                Some(parent) => behind[parent].iter_mut().zip(&row).for_each(|(sum, (cost, _))| *sum += *cost),
                None => roots += row[caps - 1].0,
            }
            least[id] = row;
        }
        let mut chosen: Vec<usize> = Vec::with_capacity(self.places.len());
        for (id, place) in self.places.iter().enumerate() {
            let cap = place.parent.map_or(caps - 1, |parent| chosen[parent]);
            chosen.push(least[id][cap].1);
        }
        CheapestLifetimes { lifetimes: chosen.into_iter().map(|chosen| chosen.checked_sub(1)).collect(), cost: roots }
    }

    /// The cost of the tokens that lead to a place, over all requests.
    fn cost(&self, place: &TreePlace<K>, lifetime: Option<&LifetimeTerms>, terms: &Terms) -> Decimal {
        let Some(lifetime) = lifetime else {
            return terms.miss * Decimal::from(place.tokens) * Decimal::from(place.calls.len());
        };
        let price = self.uses(place, lifetime.lifetime).map(|used| match used {
            Use::Read => terms.read,
            Use::Written => lifetime.write,
            Use::Alone => terms.miss,
        });
        price.sum::<Decimal>() * Decimal::from(place.tokens)
    }

    fn uses(&self, place: &TreePlace<K>, lifetime: i64) -> impl Iterator<Item = Use> {
        let is_in_time = move |earlier: usize, later: usize| self.times[later] - self.times[earlier] < lifetime;
        (0..place.calls.len()).map(move |index| {
            let call = place.calls[index];
            let before = index.checked_sub(1).map(|index| place.calls[index]);
            let next = place.calls.get(index + 1);
            if before.is_some_and(|before| is_in_time(before, call)) {
                Use::Read
            } else if next.is_some_and(|next| is_in_time(call, *next)) {
                Use::Written
            } else {
                Use::Alone
            }
        })
    }

    /// The breakpoints of each request: places and the lifetimes at them, from the first on.
    pub(super) fn breakpoints(&self, choice: &CheapestLifetimes, terms: &Terms) -> Vec<Vec<(PlaceId, usize)>> {
        let mut uses: Vec<HashMap<usize, (Use, Option<usize>)>> = Vec::with_capacity(self.places.len());
        for (id, place) in self.places.iter().enumerate() {
            let lifetime = choice.lifetimes[id].map(|index| terms.lifetimes[index].lifetime);
            let of_place = lifetime.map(|lifetime| self.uses(place, lifetime).collect::<Vec<_>>()).unwrap_or_default();
            let before = std::iter::once(None).chain(place.calls.iter().map(|call| Some(*call)));
            uses.push(
                place
                    .calls
                    .iter()
                    .zip(before)
                    .zip(of_place)
                    .map(|((call, before), used)| (*call, (used, before)))
                    .collect(),
            );
        }
        let read: Vec<Option<PlaceId>> = (0..self.paths.len())
            .map(|call| {
                self.paths[call].iter().rev().copied().find(|id| matches!(uses[*id].get(&call), Some((Use::Read, _))))
            })
            .collect();
        let mut wanted: Vec<Vec<PlaceId>> = vec![Vec::new(); self.paths.len()];
        for (call, place) in read.iter().enumerate() {
            let Some(place) = *place else { continue };
            // To read there, and for the request before to have left an entry.
            wanted[call].push(place);
            if let Some((_, Some(before))) = uses[place].get(&call) {
                wanted[*before].push(place);
            }
        }
        for (call, path) in self.paths.iter().enumerate() {
            let written: Vec<PlaceId> =
                path.iter().copied().filter(|id| matches!(uses[*id].get(&call), Some((Use::Written, _)))).collect();
            // Each lifetime is charged up to its last place.
            let ends = written.iter().enumerate().filter(|(index, id)| {
                written.get(index + 1).is_none_or(|next| choice.lifetimes[*next] != choice.lifetimes[**id])
            });
            wanted[call].extend(ends.map(|(_, id)| *id));
        }
        for places in &mut wanted {
            places.sort_unstable_by_key(|id| self.places[*id].length);
            places.dedup();
        }
        let with_lifetime = |id: PlaceId| Some((id, choice.lifetimes[id]?));
        wanted.into_iter().map(|places| places.into_iter().filter_map(with_lifetime).collect()).collect()
    }

    /// Tokens from the place before it to a place.
    pub(super) fn tokens(&self, id: PlaceId) -> u64 {
        self.places[id].tokens
    }

    /// The identity of the text up to a place.
    pub(super) fn key(&self, id: PlaceId) -> K {
        self.places[id].key
    }
}
