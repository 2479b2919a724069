//! The optimum of all evictions, which knows the requests to come (Belady, 1966).
//!
//! From one use of a block to the next a cache either keeps it, which takes room for one block all the time and serves it at the next
//! use, or does not. So a cache is a choice of such intervals of which at no time more overlap than there is room for, and the most
//! that fit are found by a greedy walk: where there are too many, the one that ends last goes (Carlisle and Lloyd, 1995).
//!
//! A block serves only if all before it in the request do. That takes nothing from the optimum: a block's interval contains those of
//! all before it that end with the same request, since whatever used it used them too. Wherever the optimum keeps a block and not
//! one before it, the latter can be kept in its stead, with as many hits. So intervals that end with the same request need no names:
//! their number is the number of blocks that the request is served.
//!
//! Intervals are those of a cache without a limit to its room; if blocks become visible late, or expire, none serves more than that.

use std::collections::BTreeMap;

use super::Eviction;
use super::server::Server;
use super::uses::Uses;
use crate::cache::limits::Limits;

/// Intervals from one use of blocks to the next, of requests that go to one server.
pub(super) struct Intervals {
    /// By the request at which they begin: the requests at which they end, with their number. The requests are in order.
    runs: Vec<(u32, Vec<(u32, u32)>)>,
}

impl Intervals {
    /// The intervals of those requests that are on the server, as far as they end with one that is asked for.
    pub(super) fn new(uses: &Uses, is_on_server: impl Fn(usize) -> bool, is_asked: impl Fn(usize) -> bool) -> Self {
        let mut unlimited =
            Server::new(Limits { capacity: None, ..uses.limits() }, Eviction::LeastRecentlyUsed, uses.distinct());
        let mut last_use = vec![0_u32; uses.distinct()];
        let mut runs: BTreeMap<u32, BTreeMap<u32, u32>> = BTreeMap::new();
        let mut path = Vec::new();
        for number in (0..uses.len()).filter(|number| is_on_server(*number)) {
            uses.path(number, &mut path);
            let (end, request) = (u32::try_from(number).unwrap_or(u32::MAX), uses.request(number));
            let held = unlimited.held(&path[..request.could_hit()], request.now);
            for slot in path[..held as usize].iter().filter(|_| is_asked(number)) {
                *runs.entry(last_use[*slot as usize]).or_default().entry(end).or_default() += 1;
            }
            for slot in &path {
                last_use[*slot as usize] = end;
            }
            unlimited.keep(&path, request);
        }
        Self { runs: runs.into_iter().map(|(from, to)| (from, to.into_iter().collect())).collect() }
    }

    /// Writes down, of each request, the blocks that it is served where the most intervals are kept that fit.
    pub(super) fn most_kept(&self, room: u64, served: &mut [u32]) {
        // Kept intervals that have not ended: their number by their end.
        let mut open: BTreeMap<u32, u32> = BTreeMap::new();
        let mut kept = 0_u64;
        for (from, to) in &self.runs {
            while let Some(ended) = open.first_entry().filter(|ended| ended.key() <= from) {
                kept -= u64::from(*ended.get());
                let (end, number) = ended.remove_entry();
                served[end as usize] = number;
            }
            for (end, number) in to {
                *open.entry(*end).or_default() += number;
                kept += u64::from(*number);
            }
            while kept > room {
                let Some(mut last) = open.last_entry() else { break };
                let gone = u32::try_from(kept - room).unwrap_or(u32::MAX).min(*last.get());
                *last.get_mut() -= gone;
                kept -= u64::from(gone);
                if *last.get() == 0 {
                    last.remove();
                }
            }
        }
        for (end, number) in open {
            served[end as usize] = number;
        }
    }
}
