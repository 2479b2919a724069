//! Probes: the values that a template is filled with, and the ways through its choices, where requests may differ.

use std::collections::{BTreeMap, BTreeSet};

use super::{Choice, Fragment, Template};
use crate::hash::{chain, digest};

/// The value and the branches that a template is filled with where it may differ from request to request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// In place of each value.
    pub value: &'static str,
    /// The branches of its choices.
    way: Way,
}

/// A way through choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// The same branch of all; of one within another, the remainder of a division by the branches of the outer one.
    Alike(usize),
    /// These branches of the choices with these conditions, by their digests, and of all others the shortest: what stands in the innermost
    /// comes as early as it can.
    Through(Path),
}

/// Branches within each other, from the outermost on, with the digests of their conditions; 0 is that of none.
type Path = [(u128, usize); MOST_NESTED];

/// The most choices within each other through which a way is sought.
const MOST_NESTED: usize = 4;

impl Probe {
    /// The branch that is taken of a choice, and the probe for what stands in it.
    pub(super) fn choose(self, choice: &Choice) -> (usize, Self) {
        let branches = choice.branches.len().max(1);
        match self.way {
            Way::Alike(branch) => (branch % branches, Self { way: Way::Alike(branch / branches), ..self }),
            Way::Through(path) => {
                let condition = digest(choice.written.as_bytes());
                let taken = path.iter().find(|(known, _)| *known == condition).map(|(_, branch)| branch % branches);
                (taken.or_else(|| shortest(choice)).unwrap_or(0), self)
            }
        }
    }
}

/// The first probe: what a template is filled with to be shown or measured once.
pub const USUAL: Probe = probe("");

/// The probes whose renderings have the stable prefix in common: letters, digits, CJK, punctuation, white space, nothing. Tokens
/// merge across the edge of a value, each kind in its own way.
pub const PROBES: [Probe; 14] = [
    USUAL,
    probe("x"),
    probe("Zebra"),
    probe("ing"),
    probe("7"),
    probe("2026"),
    probe("日"),
    probe("的文"),
    probe("."),
    probe("\""),
    probe("(*"),
    probe(" "),
    probe("\n"),
    probe("\n\n  "),
];

/// The most ways through choices that are probed.
const MOST_WAYS: usize = 64;

/// Those of them that are probed with each value, for a value may stand directly behind what a choice ends with.
const WAYS_WITH_VALUES: usize = 8;

const fn probe(value: &'static str) -> Probe {
    Probe { value, way: Way::Alike(0) }
}

/// All probes for a template: the values on each way through its choices.
pub(super) fn probes(template: &Template) -> Vec<Probe> {
    let contents = template.messages.iter().map(|message| ways(&message.content));
    let ways = contents.max().unwrap_or(1).min(MOST_WAYS);
    let values = |branch| PROBES.iter().filter(move |probe| branch < WAYS_WITH_VALUES || probe.value == "x");
    (0..ways).flat_map(|branch| values(branch).map(move |probe| Probe { way: Way::Alike(branch), ..*probe })).collect()
}

/// The ways on which what differs between two templates comes as early as it can: the branches of each choice that one of them has
/// otherwise, and all others as short as they are.
pub(super) fn probes_of_change(old: &Template, new: &Template) -> Vec<Probe> {
    let (mut ours, mut theirs) = (Conditions::default(), Conditions::default());
    for (template, conditions) in [(old, &mut ours), (new, &mut theirs)] {
        for message in &template.messages {
            conditions.add(&message.content, &[]);
        }
    }
    let is_gone = ours.0.keys().any(|condition| !theirs.0.contains_key(condition));
    let is_new = theirs.0.keys().any(|condition| !ours.0.contains_key(condition));
    // A condition in place of another is paired with it on the ways that take all alike.
    let is_changed = |condition: &u128| match (ours.0.get(condition), theirs.0.get(condition)) {
        (Some(ours), Some(theirs)) => ours.content != theirs.content,
        _ => !(is_gone && is_new),
    };
    let changed: BTreeSet<u128> = ours.0.keys().chain(theirs.0.keys()).copied().filter(|key| is_changed(key)).collect();
    let mut ways = Vec::new();
    if !ours.0.is_empty() || !theirs.0.is_empty() {
        ways.push(Way::Through([(0, 0); MOST_NESTED]));
    }
    for condition in changed {
        let Some(Decided { branches, path, .. }) = theirs.0.get(&condition).or_else(|| ours.0.get(&condition)) else {
            continue;
        };
        if path.len() >= MOST_NESTED {
            continue;
        }
        for branch in 0..*branches {
            let mut through = [(0, 0); MOST_NESTED];
            through.iter_mut().zip(path.iter().chain([&(condition, branch)])).for_each(|(step, own)| *step = *own);
            ways.push(Way::Through(through));
        }
    }
    ways.truncate(MOST_WAYS);
    ways.into_iter().flat_map(|way| ["", "x"].map(|value| Probe { value, way })).collect()
}

/// The conditions of a template's choices, by their digests.
#[derive(Default)]
struct Conditions(BTreeMap<u128, Decided>);

/// All that a condition decides about.
struct Decided {
    /// Its digest.
    content: u128,
    branches: usize,
    /// The branches that its first choice stands in.
    path: Vec<(u128, usize)>,
}

impl Conditions {
    /// Adds the choices of some fragments, which stand in these branches; gives the digest of the fragments.
    fn add(&mut self, fragments: &[Fragment], path: &[(u128, usize)]) -> u128 {
        let mut whole = 0;
        for fragment in fragments {
            whole = match fragment {
                Fragment::Text(passage) => chain(whole, passage.text.as_bytes()),
                Fragment::Value(value) => chain(whole, value.written.as_bytes()),
                Fragment::Choice(choice) => chain(whole, &self.choice(choice, path).to_be_bytes()),
            };
        }
        whole
    }

    fn choice(&mut self, choice: &Choice, path: &[(u128, usize)]) -> u128 {
        let condition = digest(choice.written.as_bytes());
        let mut content = condition;
        for (index, branch) in choice.branches.iter().enumerate() {
            let within = self.add(branch, &[path, &[(condition, index)]].concat());
            content = chain(content, &within.to_be_bytes());
        }
        let new = || Decided { content: 0, branches: 0, path: path.to_vec() };
        let decided = self.0.entry(condition).or_insert_with(new);
        decided.content = chain(decided.content, &content.to_be_bytes());
        decided.branches = decided.branches.max(choice.branches.len());
        content
    }
}

/// The branch of a choice with the least text.
fn shortest(choice: &Choice) -> Option<usize> {
    let branches = choice.branches.iter().enumerate();
    branches.min_by_key(|(_, branch)| least(branch)).map(|(index, _)| index)
}

/// The bytes of text that some fragments have at least.
fn least(fragments: &[Fragment]) -> usize {
    let of_one = |fragment: &Fragment| match fragment {
        Fragment::Text(passage) => passage.text.len(),
        Fragment::Value(_) => 0,
        Fragment::Choice(choice) => choice.branches.iter().map(|branch| least(branch)).min().unwrap_or(0),
    };
    fragments.iter().map(of_one).sum()
}

/// The number of ways through the choices of some fragments, those side by side taken alike.
fn ways(fragments: &[Fragment]) -> usize {
    let of_one = |fragment: &Fragment| match fragment {
        Fragment::Choice(choice) => {
            let inner = choice.branches.iter().map(|branch| ways(branch)).max().unwrap_or(1);
            choice.branches.len().saturating_mul(inner)
        }
        Fragment::Text(_) | Fragment::Value(_) => 1,
    };
    fragments.iter().map(of_one).max().unwrap_or(1)
}
