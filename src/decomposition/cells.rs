//! Cells: the requests of two sides by model, route and turn, and the hit ratio of any mixture of their numbers.

use std::collections::{BTreeMap, BTreeSet};

use super::request::{Request, Tokens};

/// A model and a route.
type Kind = (Option<String>, usize);

/// The requests of two sides, sorted.
#[derive(Debug)]
pub struct Cells(Vec<Cell>);

/// The numbers of one cell, each before and after.
#[derive(Debug)]
struct Cell {
    /// The share of its model and route in all requests.
    kind: [f64; 2],
    /// The share of its turn in the requests of its model and route.
    turn: [f64; 2],
    /// Mean tokens of a prompt.
    prompt: [f64; 2],
    /// Mean tokens of them that are new.
    new: [f64; 2],
    /// Mean tokens of them that are of a first request.
    first: [f64; 2],
    /// The share of what could be served otherwise that is of the first request of a session.
    opening: [f64; 2],
    /// The share of the rest that came too late, or too soon.
    late: [f64; 2],
    /// The share of that rest which stands behind a change.
    changed: [f64; 2],
    /// The share of that rest which nothing explains.
    unexplained: [f64; 2],
    /// The share of that rest which the provider did not serve.
    provider: [f64; 2],
}

/// Sums of one cell on one side.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    requests: u64,
    tokens: Tokens,
}

impl Cells {
    /// Sorts the requests of two sides; `None` if one of them has no token.
    pub fn new(before: &[Request], after: &[Request]) -> Option<Self> {
        let sides = [before, after];
        if sides.iter().any(|side| side.iter().all(|request| request.tokens.prompt == 0)) {
            return None;
        }
        let rare = rare_routes(sides);
        let [before, after] = sides.map(|side| sorted(side, &rare));
        let keys: BTreeSet<&(Kind, usize)> = before.keys().chain(after.keys()).collect();
        let cell = |key: &(Kind, usize)| Cell::new(key, [&before, &after]);
        Some(Self(keys.into_iter().map(cell).collect()))
    }

    /// The hit ratio where the factors marked are as after, the others as before; in the order of [`super::Factor::ALL`].
    pub fn hit_ratio(&self, exchanged: &[bool; 7]) -> f64 {
        let sides = exchanged.map(usize::from);
        let [session_length, _, mix, prompt_size, _, _, rest] = sides;
        let (mut hits, mut prompts) = (0.0, 0.0);
        for cell in &self.0 {
            let requests = cell.kind[mix] * cell.turn[session_length];
            // A log has as many first requests of all, however many turns its conversations have.
            let first = cell.kind[mix] * cell.turn[rest] * cell.first[rest];
            let could = requests * (cell.prompt[prompt_size] - cell.new[prompt_size]);
            hits += (could - first) * cell.served(&sides);
            prompts += requests * cell.prompt[prompt_size];
        }
        hits.max(0.0) / prompts
    }
}

/// Routes of which a side has next to nothing, which tell nothing by themselves: one request in all.
fn rare_routes(sides: [&[Request]; 2]) -> BTreeSet<usize> {
    let mut requests: BTreeMap<usize, usize> = BTreeMap::new();
    sides.into_iter().flatten().for_each(|request| *requests.entry(request.route).or_default() += 1);
    requests.into_iter().filter(|(_, count)| *count == 1).map(|(route, _)| route).collect()
}

fn sorted(requests: &[Request], rare: &BTreeSet<usize>) -> BTreeMap<(Kind, usize), Sum> {
    let mut cells: BTreeMap<(Kind, usize), Sum> = BTreeMap::new();
    for request in requests.iter().filter(|request| request.tokens.prompt > 0) {
        let route = if rare.contains(&request.route) { usize::MAX } else { request.route };
        let sum = cells.entry(((request.model.clone(), route), request.turn)).or_default();
        sum.requests += 1;
        sum.tokens.add(&request.tokens);
    }
    cells
}

impl Cell {
    /// A cell of two sides. Of a side that has no such request the sizes are those of the other, and its share is none. Its losses are those
    /// of its own other turns: that a conversation goes on loses nothing, so that what the other loses there has another reason. A side
    /// without any request of the kind has all from the other.
    fn new(key: &(Kind, usize), sides: [&BTreeMap<(Kind, usize), Sum>; 2]) -> Self {
        let own = |side: usize| sides[side].get(key);
        let sum = [0, 1].map(|side| own(side).or_else(|| own(1 - side)).copied().unwrap_or_default());
        let count = |side: usize, kind: Option<&Kind>| -> u64 {
            let cells = sides[side].iter().filter(|((other, _), _)| kind.is_none_or(|kind| kind == other));
            cells.map(|(_, sum)| sum.requests).sum()
        };
        let of_kind = [0, 1].map(|side| count(side, Some(&key.0)));
        let kind = [0, 1].map(|side| share(of_kind[side], count(side, None)));
        let turn = [0, 1].map(|side| {
            // The continuation of conversations of a kind that a side does not have is taken from the other.
            let side = if of_kind[side] > 0 { side } else { 1 - side };
            share(own(side).map_or(0, |sum| sum.requests), of_kind[side])
        });
        let mean = |of: fn(&Tokens) -> u64| sum.map(|sum| share(of(&sum.tokens), sum.requests));
        let of_all_turns = |side: usize| {
            let mut tokens = Tokens::default();
            let turns = sides[side].iter().filter(|((kind, _), _)| *kind == key.0);
            turns.for_each(|(_, sum)| tokens.add(&sum.tokens));
            tokens
        };
        let losing = [0, 1].map(|side| match own(side) {
            None if of_kind[side] > 0 => of_all_turns(side),
            _ => sum[side].tokens,
        });
        let steps = losing.map(|tokens| tokens.steps());
        let step = |at: usize| [steps[0][at], steps[1][at]];
        Self {
            kind,
            turn,
            prompt: mean(|tokens| tokens.prompt),
            new: mean(|tokens| tokens.new),
            first: mean(|tokens| tokens.first),
            opening: step(0),
            late: step(1),
            changed: step(2),
            unexplained: step(3),
            provider: step(4),
        }
    }

    /// The share of what could be served, first requests aside, that is; each loss as on the side of its factor.
    fn served(&self, &[_, gaps, _, _, prefix, provider, rest]: &[usize; 7]) -> f64 {
        let losses = [
            self.opening[rest],
            self.late[gaps],
            self.changed[prefix],
            self.unexplained[rest],
            self.provider[provider],
        ];
        losses.iter().map(|loss| 1.0 - loss).product()
    }
}

impl Tokens {
    fn add(&mut self, other: &Self) {
        self.prompt += other.prompt;
        self.new += other.new;
        self.first += other.first;
        self.opening += other.opening;
        self.late += other.late;
        self.changed += other.changed;
        self.unexplained += other.unexplained;
        self.provider += other.provider;
    }

    /// The share of each loss in what first requests and the losses before it have left.
    fn steps(&self) -> [f64; 5] {
        let mut left = self.prompt - self.new - self.first;
        [self.opening, self.late, self.changed, self.unexplained, self.provider].map(|lost| {
            let lost_share = share(lost, left);
            left -= lost.min(left);
            lost_share
        })
    }
}

/// One number over another, nothing of nothing.
fn share(part: u64, of: u64) -> f64 {
    crate::number::ratio(part, of).unwrap_or(0.0)
}
