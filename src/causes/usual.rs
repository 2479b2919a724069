//! Usual versions: a setting or a wording that comes and goes is undone to the version that most requests have, which the first one need
//! not be.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::code::CauseCode;
use super::undo::Search;
use super::without::Undone;

/// Times that requests return to the first version from which on it comes and goes, rather than being deployed.
const RETURNS: usize = 3;

impl Search<'_> {
    /// Finds the first requests whose version is not the usual one.
    pub(super) fn find_usual(&mut self) {
        let mut times: BTreeMap<CauseCode, usize> = BTreeMap::new();
        for differences in &self.differences {
            let codes: BTreeSet<CauseCode> = differences.iter().map(|difference| self.slots.code(difference)).collect();
            codes
                .into_iter()
                .filter(|code| code.may_come_and_go())
                .for_each(|code| *times.entry(code).or_default() += 1);
        }
        // Versions that were deployed a few times is not rewritten over the whole log only to see that.
        let codes = times.into_iter().filter(|(_, times)| *times >= RETURNS).map(|(code, _)| code);
        let codes: Vec<CauseCode> = codes.collect();
        let mut trees: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (call, root) in self.roots().into_iter().enumerate() {
            trees.entry(root).or_default().push(call);
        }
        for code in codes {
            let changed = self.changed_without(code);
            let mut tried = Vec::new();
            for (root, calls) in &trees {
                let is_changed: Vec<bool> = calls.iter().map(|call| changed.contains(call)).collect();
                let returns = is_changed.windows(2).filter(|pair| pair[0] && !pair[1]).count();
                let times = is_changed.iter().filter(|is_changed| **is_changed).count();
                // Prompts of another model may end otherwise: of two that are about as frequent the first one is kept.
                let is_usual = match code {
                    CauseCode::ModelChanged => times * 5 > calls.len() * 3,
                    _ => times * 2 > calls.len(),
                };
                if returns >= RETURNS && is_usual {
                    let usual = calls.iter().find(|call| changed.contains(call));
                    self.usual.entry(*root).or_default().extend(usual.map(|usual| (code, *usual)));
                    tried.push((root, times));
                }
            }
            if tried.is_empty() {
                continue;
            }
            let changed = self.changed_without(code);
            for (root, times) in tried {
                if trees[root].iter().filter(|call| changed.contains(call)).count() >= times {
                    self.usual.entry(*root).or_default().pop();
                }
            }
        }
    }

    /// The requests that are written otherwise without a cause.
    fn changed_without(&self, code: CauseCode) -> HashSet<usize> {
        self.without(Undone::One(code)).into_keys().collect()
    }
}
