//! Probes: the values that a template is filled with, and the ways through its choices, where requests may differ.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::condition::{Condition, Facts};
use super::{Choice, Fragment, Placeholder, Template};
use crate::hash::{chain, digest};

/// The value and the branches that a template is filled with where it may differ from request to request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// In place of each value.
    pub value: &'static str,
    /// The branches of its choices.
    way: Way,
}

/// A way through choices.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Way {
    /// The first branch of each.
    First,
    /// The branches that these facts decide.
    With(Arc<Facts>),
}

impl Probe {
    /// The text in place of a value, in the form that its expression tells. One that a condition on this way says to hold something is not empty.
    pub(super) fn value_of(&self, value: &Placeholder) -> &'static str {
        let holds = |facts: &Facts| {
            let fact = value.variable().map(|name| Condition::Fact(name.to_owned()));
            fact.is_some_and(|fact| fact.holds(facts) == Some(true))
        };
        match &self.way {
            Way::With(facts) if self.value.is_empty() && holds(facts) => "x",
            _ => value.formed(self.value),
        }
    }

    /// The probe within the branch that it takes of a choice: what the choice rests on holds something there.
    pub(super) fn within(&self, choice: &Choice, branch: usize) -> Option<Self> {
        let (Way::With(facts), "", 0) = (&self.way, self.value, branch) else { return None };
        let condition @ Condition::Fact(_) = choice.conditions.first()? else { return None };
        if condition.holds(facts).is_some()
            || !choice.branches.first()?.iter().any(|inner| matches!(inner, Fragment::Value(_)))
        {
            return None;
        }
        let facts = condition.made(true, facts).into_iter().next()?;
        Some(Self { value: "", way: Way::With(Arc::new(facts)) })
    }

    /// The branch that is taken of a choice.
    pub(super) fn choose(&self, choice: &Choice) -> usize {
        match &self.way {
            Way::First => 0,
            Way::With(facts) => facts.branch(&choice.conditions),
        }
    }
}

/// The first probe: what a template is filled with to be shown or measured once.
pub static USUAL: Probe = probe("");

/// The probes whose renderings have the stable prefix in common: letters, digits, CJK, punctuation, white space, nothing. Tokens
/// merge across the edge of a value, each kind in its own way.
pub static PROBES: [Probe; 14] = [
    probe(""),
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

/// The choices that are also taken one by one: where the stable prefix ends is decided by the first ones.
const FIRST_CHOICES: usize = 4;

/// The most ways to one branch among which the shortest is sought.
const MOST_STARTS: usize = 16;

/// Those of them that are probed with each value, for a value may stand directly behind what a choice ends with.
const WAYS_WITH_VALUES: usize = 8;

const fn probe(value: &'static str) -> Probe {
    Probe { value, way: Way::First }
}

/// All probes for a template: the values on the ways on which its choices are taken alike, as far as they can be, and the ways to each
/// branch of its first choices, through all others where they are shortest.
pub(super) fn probes(template: &Template) -> Vec<Probe> {
    let decisions = Decisions::new(template);
    let paths = Paths { templates: vec![template], names: BTreeMap::new() };
    let mut probes = paths.alike();
    if decisions.all.len() > 1 {
        let apart = paths.apart(decisions.all.iter().take(FIRST_CHOICES));
        probes.extend(apart.into_iter().map(|way| Probe { value: "", way }));
    }
    probes
}

/// All probes for two versions of a template: those of each, and the ways on which what differs comes as early as it can, which lead to
/// each branch of a choice that one of them has otherwise. A variable decides alike wherever it decides.
pub(super) fn probes_of_change(old: &Template, new: &Template) -> Vec<Probe> {
    let (ours, theirs) = (Decisions::new(old), Decisions::new(new));
    let paths = Paths { templates: vec![old, new], names: renamed(&ours, &theirs) };
    let known = |decisions: &Decisions<'_>| -> BTreeSet<(u128, u128)> {
        decisions.all.iter().map(|decision| (decision.key, decision.content)).collect()
    };
    let (known_ours, known_theirs) = (known(&ours), known(&theirs));
    let is_changed =
        |decision: &Decision<'_>, others: &BTreeSet<(u128, u128)>| !others.contains(&(decision.key, decision.content));
    let mut probes = paths.alike();
    let mut add = |decisions: Vec<&Decision<'_>>, values: &[&'static str]| {
        for way in paths.apart(decisions.into_iter()) {
            let new = values.iter().map(|value| Probe { value, way: way.clone() });
            probes.extend(new.collect::<Vec<_>>());
        }
    };
    let changed = ours.all.iter().filter(|decision| is_changed(decision, &known_theirs));
    let changed: Vec<_> =
        changed.chain(theirs.all.iter().filter(|decision| is_changed(decision, &known_ours))).collect();
    if !ours.all.is_empty() || !theirs.all.is_empty() {
        add(changed, &["", "x"]);
        for all in [&ours, &theirs] {
            add(all.all.iter().take(FIRST_CHOICES).collect(), &["", "x"]);
        }
    }
    let mut distinct: Vec<Probe> = Vec::with_capacity(probes.len());
    for probe in probes {
        if !distinct.contains(&probe) {
            distinct.push(probe);
        }
    }
    distinct
}

/// The ways through the choices of a template, or of two versions of one.
struct Paths<'a> {
    templates: Vec<&'a Template>,
    /// The names that facts of the new version had in the old one.
    names: BTreeMap<String, String>,
}

impl Paths<'_> {
    /// The values on each way on which choices are taken alike.
    fn alike(&self) -> Vec<Probe> {
        let ways = self.contents().map(ways).max().unwrap_or(1).min(MOST_WAYS);
        let values = |branch| PROBES.iter().filter(move |probe| branch < WAYS_WITH_VALUES || probe.value == "x");
        let probes = (0..ways).flat_map(|branch| {
            let facts = self.contents().fold(Facts::default(), |facts, content| self.same(content, branch, facts));
            let way = Way::With(Arc::new(facts.known_as(&self.names)));
            values(branch).map(move |probe| Probe { value: probe.value, way: way.clone() })
        });
        probes.collect()
    }

    /// The facts with which the same branch is taken of all choices, if it can be; of one within another, the remainder of a division by
    /// the branches of the outer one.
    fn same(&self, fragments: &[Fragment], wanted: usize, facts: Facts) -> Facts {
        fragments.iter().fold(facts, |facts, fragment| {
            let Fragment::Choice(choice) = fragment else { return facts };
            let branches = choice.branches.len().max(1);
            let order = (0..branches).map(|more| (wanted + more) % branches);
            self.first_possible(order, choice, facts, |branch, facts| self.same(branch, wanted / branches, facts))
        })
    }

    /// The facts with which the first of these branches is taken that can be, and of what stands in it.
    fn first_possible(
        &self,
        mut order: impl Iterator<Item = usize>,
        choice: &Choice,
        facts: Facts,
        within: impl Fn(&[Fragment], Facts) -> Facts,
    ) -> Facts {
        let conditions = self.conditions(choice);
        let taken = order.find_map(|branch| Some((branch, facts.taking(branch, &conditions).into_iter().next()?)));
        match taken {
            Some((branch, facts)) => within(choice.branches.get(branch).map_or(&[], Vec::as_slice), facts),
            None => facts,
        }
    }

    /// The shortest way, and the shortest ones to each branch of these choices; at most as many as are probed.
    fn apart<'d>(&self, decisions: impl Iterator<Item = &'d Decision<'d>>) -> Vec<Way> {
        let mut ways = vec![self.completed(Facts::default())];
        for Decision { choice, path, .. } in decisions {
            let to_choice = |all: Vec<Facts>, (outer, branch): &(&Choice, usize)| self.taking(&all, *branch, outer);
            let starts = path.iter().fold(vec![Facts::default()], to_choice);
            for branch in 0..choice.branches.len() {
                if ways.len() >= MOST_WAYS {
                    return self.ways(ways);
                }
                let all = self.taking(&starts, branch, choice).into_iter().map(|facts| self.completed(facts));
                let size = |facts: &Facts| self.contents().map(|content| self.bytes(content, facts)).sum::<usize>();
                ways.extend(all.min_by_key(size).filter(|way| !ways.contains(way)));
            }
        }
        self.ways(ways)
    }

    fn ways(&self, facts: Vec<Facts>) -> Vec<Way> {
        facts.into_iter().map(|facts| Way::With(Arc::new(facts.known_as(&self.names)))).collect()
    }

    fn contents(&self) -> impl Iterator<Item = &[Fragment]> {
        let messages = self.templates.iter().flat_map(|template| &template.messages);
        messages.map(|message| message.content.as_slice())
    }

    fn conditions(&self, choice: &Choice) -> Vec<Condition> {
        choice.conditions.iter().map(|condition| condition.renamed(&self.names)).collect()
    }

    /// Those facts and the ones with which this branch is taken.
    fn taking(&self, all: &[Facts], branch: usize, choice: &Choice) -> Vec<Facts> {
        let conditions = self.conditions(choice);
        all.iter().flat_map(|facts| facts.taking(branch, &conditions)).take(MOST_STARTS).collect()
    }

    /// The facts with which all that they do not decide is as short as it can be.
    fn completed(&self, facts: Facts) -> Facts {
        self.contents().fold(facts, |facts, content| self.shortest(content, facts))
    }

    fn shortest(&self, fragments: &[Fragment], facts: Facts) -> Facts {
        fragments.iter().fold(facts, |facts, fragment| {
            let Fragment::Choice(choice) = fragment else { return facts };
            let mut branches: Vec<usize> = (0..choice.branches.len()).collect();
            branches.sort_by_key(|branch| least(&choice.branches[*branch]));
            self.first_possible(branches.into_iter(), choice, facts, |branch, facts| self.shortest(branch, facts))
        })
    }

    /// The bytes of text that some fragments have with these facts.
    fn bytes(&self, fragments: &[Fragment], facts: &Facts) -> usize {
        let bytes = |fragment: &Fragment| match fragment {
            Fragment::Text(passage) => passage.text.len(),
            Fragment::Value(_) => 0,
            Fragment::Choice(choice) => {
                let branch = choice.branches.get(facts.branch(&self.conditions(choice)));
                branch.map_or(0, |branch| self.bytes(branch, facts))
            }
        };
        fragments.iter().map(bytes).sum()
    }
}

/// The choices of a template in order, those within branches too.
struct Decisions<'a> {
    all: Vec<Decision<'a>>,
}

/// A choice and all that it decides about.
struct Decision<'a> {
    choice: &'a Choice,
    /// Digest of its beginning.
    key: u128,
    /// Digest of its branches.
    content: u128,
    /// The branches that it stands in, from the outermost on.
    path: Vec<(&'a Choice, usize)>,
}

impl<'a> Decisions<'a> {
    fn new(template: &'a Template) -> Self {
        let mut decisions = Self { all: Vec::new() };
        template.messages.iter().for_each(|message| _ = decisions.add(&message.content, &[]));
        decisions
    }

    /// Adds the choices of some fragments, which stand in these branches; gives the digest of the fragments.
    fn add(&mut self, fragments: &'a [Fragment], path: &[(&'a Choice, usize)]) -> u128 {
        fragments.iter().fold(0, |whole, fragment| match fragment {
            Fragment::Text(passage) => chain(whole, passage.text.as_bytes()),
            Fragment::Value(value) => chain(whole, value.written.as_bytes()),
            Fragment::Choice(choice) => chain(whole, &self.choice(choice, path).to_be_bytes()),
        })
    }

    fn choice(&mut self, choice: &'a Choice, path: &[(&'a Choice, usize)]) -> u128 {
        let (key, at) = (digest(choice.written.as_bytes()), self.all.len());
        self.all.push(Decision { choice, key, content: 0, path: path.to_vec() });
        let content = choice.branches.iter().enumerate().fold(key, |content, (index, branch)| {
            let within = self.add(branch, &[path, &[(choice, index)]].concat());
            chain(content, &within.to_be_bytes())
        });
        self.all[at].content = content;
        content
    }

    /// All facts that decide, in the order in which they stand.
    fn facts(&self) -> Vec<String> {
        let (mut facts, mut known): (Vec<String>, BTreeSet<String>) = Default::default();
        let mut add = |fact: &str| {
            if known.insert(fact.to_owned()) {
                facts.push(fact.to_owned());
            }
        };
        let conditions = self.all.iter().flat_map(|decision| &decision.choice.conditions);
        conditions.for_each(|condition| condition.each_fact(&mut add));
        facts
    }
}

/// The old names of facts that stand in place of others, as a renamed variable does: those that are new by those that are gone, in order.
fn renamed(old: &Decisions<'_>, new: &Decisions<'_>) -> BTreeMap<String, String> {
    let (ours, theirs) = (old.facts(), new.facts());
    let beyond = |facts: &[String], known: &[String]| {
        let known: BTreeSet<&String> = known.iter().collect();
        facts.iter().filter(|fact| !known.contains(fact)).cloned().collect::<Vec<String>>()
    };
    let (gone, added) = (beyond(&ours, &theirs), beyond(&theirs, &ours));
    let is_paired = gone.len() == added.len();
    added.into_iter().zip(gone).filter(|_| is_paired).collect()
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
