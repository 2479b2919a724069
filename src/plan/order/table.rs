//! Tables of prompts: a row for each request, a field for each piece of its text, and the order of fields in each row that shares most.
//!
//! Sharing is the size of the fields that stand in a row's prefix and in that of an earlier row: all fields less those of the tree of
//! prefixes. It starts from the greedy grouping of S. Liu et al. ("Optimizing LLM Queries in Relational Data Analytics Workloads", `MLSys`
//! 2025): the value whose repetition is worth most comes first in all its rows, which are then ordered among themselves, and the others
//! likewise. Then fields stand in one order for all rows, in every order that there is, or by chance; and from all of these single rows are turned as long as that helps.

use std::collections::HashMap;

use crate::hash;
use crate::random::Random;

/// The most fields whose every order is tried.
const ALL_ORDERS: usize = 5;

/// Orders by chance from which single rows are turned, so that what two rows gain together is found.
const BY_CHANCE: usize = 30;

/// The most turns of single rows that are tried from one start.
const TURNS: usize = 2_000_000;

/// A piece of a prompt: the identity of its text, and its size.
pub(super) type Field = (u128, u64);

/// Rows with the same number of fields.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) rows: Vec<Vec<Field>>,
}

/// The order of the fields, by row.
pub(super) type Orders = Vec<Vec<usize>>;

/// The tree of prefixes, each with the number of rows that lead through it.
#[derive(Default)]
struct Prefixes {
    rows: HashMap<u128, usize>,
}

impl Prefixes {
    /// Adds a row; gives the size of its fields that no row had at that place.
    fn add(&mut self, row: &[Field], order: &[usize]) -> u64 {
        self.walk(row, order, |count| {
            *count += 1;
            *count == 1
        })
    }

    /// Takes a row away; gives the size of its fields that no other row has at that place.
    fn remove(&mut self, row: &[Field], order: &[usize]) -> u64 {
        self.walk(row, order, |count| {
            *count -= 1;
            *count == 0
        })
    }

    fn walk(&mut self, row: &[Field], order: &[usize], change: impl Fn(&mut usize) -> bool) -> u64 {
        let (mut prefix, mut alone) = (0, 0);
        for field in order {
            let (key, size) = row[*field];
            prefix = hash::chain(prefix, &key.to_le_bytes());
            alone += if change(self.rows.entry(prefix).or_default()) { size } else { 0 };
        }
        alone
    }
}

impl Table {
    fn fields(&self) -> usize {
        self.rows.first().map_or(0, Vec::len)
    }

    /// The size of the fields that are in the prefix of an earlier row.
    pub(super) fn shared(&self, orders: &Orders) -> u64 {
        let mut prefixes = Prefixes::default();
        let alone: u64 = self.rows.iter().zip(orders).map(|(row, order)| prefixes.add(row, order)).sum();
        self.rows.iter().flatten().map(|(_, size)| *size).sum::<u64>() - alone
    }

    /// The orders that share most, of those that are found.
    pub(super) fn best(&self) -> Orders {
        let fields = self.fields();
        let mut starts = vec![self.greedy()];
        let all = if fields <= ALL_ORDERS { permutations(fields) } else { vec![(0..fields).collect()] };
        starts.extend(all.iter().map(|order| vec![order.clone(); self.rows.len()]));
        let mut random = Random::new(2025);
        let by_chance = |_| self.rows.iter().map(|_| all[random.index(all.len())].clone()).collect();
        starts.extend((0..BY_CHANCE).map(by_chance));
        starts.sort_by_cached_key(|orders| std::cmp::Reverse(self.shared(orders)));
        let tried = self.rows.len() * all.len();
        starts.truncate((TURNS / tried.max(1)).clamp(1, starts.len()));
        if fields <= ALL_ORDERS && tried <= TURNS {
            for orders in &mut starts {
                self.turn_rows(orders, &all);
            }
        }
        // Of equals the first: the fewest turned.
        let best =
            starts.iter().enumerate().max_by_key(|(index, orders)| (self.shared(orders), std::cmp::Reverse(*index)));
        best.map(|(_, orders)| orders.clone()).unwrap_or_default()
    }

    /// The value worth most first in all its rows, then these among themselves, then the others.
    fn greedy(&self) -> Orders {
        let mut orders: Orders = vec![Vec::new(); self.rows.len()];
        let mut left = vec![(0..self.rows.len()).collect::<Vec<_>>()];
        while let Some(rows) = left.pop() {
            let Some((field, key)) = self.most_repeated(&rows, &orders) else { continue };
            let (group, rest): (Vec<usize>, Vec<usize>) =
                rows.into_iter().partition(|row| self.rows[*row][field].0 == key);
            for row in &group {
                orders[*row].push(field);
            }
            left.extend([rest, group]);
        }
        let all = 0..self.fields();
        for order in &mut orders {
            let rest: Vec<usize> = all.clone().filter(|field| !order.contains(field)).collect();
            order.extend(rest);
        }
        orders
    }

    /// The field and value, of those that these rows have not placed yet, whose repetition is worth most.
    fn most_repeated(&self, rows: &[usize], orders: &Orders) -> Option<(usize, u128)> {
        let first = *rows.first()?;
        let mut best: Option<(u64, usize, u128)> = None;
        for field in (0..self.fields()).filter(|field| !orders[first].contains(field)) {
            let mut counts: HashMap<u128, u64> = HashMap::new();
            for row in rows {
                let (key, size) = self.rows[*row][field];
                let worth = counts.entry(key).and_modify(|worth| *worth += size).or_insert(0);
                if *worth > best.map_or(0, |(most, ..)| most) {
                    best = Some((*worth, field, key));
                }
            }
        }
        best.map(|(_, field, key)| (field, key))
    }

    /// Turns one row at a time to the order that shares most, as long as one gains.
    fn turn_rows(&self, orders: &mut Orders, all: &[Vec<usize>]) {
        let mut prefixes = Prefixes::default();
        for (row, order) in self.rows.iter().zip(&*orders) {
            prefixes.add(row, order);
        }
        loop {
            let mut has_gained = false;
            for (row, order) in self.rows.iter().zip(orders.iter_mut()) {
                let own = prefixes.remove(row, order);
                let mut best = (own, None);
                for other in all {
                    let alone = prefixes.add(row, other);
                    prefixes.remove(row, other);
                    if alone < best.0 {
                        best = (alone, Some(other));
                    }
                }
                if let Some(other) = best.1 {
                    order.clone_from(other);
                    has_gained = true;
                }
                prefixes.add(row, order);
            }
            if !has_gained {
                return;
            }
        }
    }
}

/// All orders of so many things, the order in which they stand first.
pub(super) fn permutations(count: usize) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..count {
        let mut longer = Vec::with_capacity(all.len() * count);
        for order in &all {
            let left = (0..count).filter(|next| !order.contains(next));
            longer.extend(left.map(|next| [order.as_slice(), &[next]].concat()));
        }
        all = longer;
    }
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Small tables: up to four rows of three fields, each of a few values whose sizes differ.
    fn tables() -> impl Strategy<Value = Table> {
        let field = 0..3_u128;
        let rows = prop::collection::vec([field.clone(), field.clone(), field], 1..=4);
        rows.prop_map(|rows| {
            let sized = |(field, value): (usize, &u128)| {
                let key = value + 10 * field as u128;
                (key, 3 + u64::try_from(key * 7 % 11).unwrap())
            };
            Table { rows: rows.iter().map(|row| row.iter().enumerate().map(sized).collect()).collect() }
        })
    }

    /// Every order of every row.
    fn most(table: &Table) -> u64 {
        let all = permutations(3);
        let count = u32::try_from(table.rows.len()).unwrap();
        let orders = (0..6_usize.pow(count)).map(|mut number| {
            let digit = |_: &Vec<Field>| {
                let digit = number % 6;
                number /= 6;
                all[digit].clone()
            };
            table.rows.iter().map(digit).collect::<Orders>()
        });
        orders.map(|orders| table.shared(&orders)).max().unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn what_is_found_shares_as_much_as_any_order_does_but_for_two_percent(table in tables()) {
            let (found, most) = (table.shared(&table.best()), most(&table));
            prop_assert!(found <= most && found * 100 >= most * 98, "{found} {most}");
        }
    }

    #[test]
    fn a_document_that_many_questions_ask_comes_first_and_the_question_that_many_documents_are_asked_likewise() {
        let (document, question) = (|number: u128| (number, 1_000), |number: u128| (100 + number, 10));
        let table = Table { rows: (0..6).map(|row| vec![question(row), document(row % 2)]).collect() };
        assert_eq!(table.best(), vec![vec![1, 0]; 6]);
        assert_eq!(table.shared(&table.best()), 4_000);
        let table = Table { rows: (0..6).map(|row| vec![document(row), question(row % 2)]).collect() };
        assert_eq!(table.shared(&table.best()), 40);
    }
}
