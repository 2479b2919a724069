//! Conditions of choices: what decides which branch is taken, so that two choices on one variable are taken alike.
//!
//! A condition is read as text, in whatever language it is written: `and`, `or` and `not` join facts, and a fact is a variable that
//! holds something, or whatever else is written there. Facts that rest on others (`user.name` on `user`) hold only with them.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A condition, as far as it is understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// A variable holds something, or what is written is the case.
    Fact(String),
    /// The inner one does not hold.
    Not(Box<Condition>),
    /// Each holds.
    All(Vec<Condition>),
    /// One or more hold.
    Any(Vec<Condition>),
}

/// Facts that hold or do not, as far as that is decided. Each step of a way copies them all, so that all but the last few are shared.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Sorted, each once.
    older: Arc<Vec<Fact>>,
    /// The same; what is decided here is decided so, whatever the older ones say.
    recent: Vec<Fact>,
}

type Fact = (Arc<str>, bool);

/// The most facts that are copied with each step.
const MOST_RECENT: usize = 64;

/// The most conditions within each other that are read.
const MOST_NESTED: u32 = 32;

/// The most ways to make a condition hold that are tried.
const MOST_ALTERNATIVES: usize = 8;

/// Stands between the conditions of a choice that is written in a row: the next one decides where those before it do not hold.
pub(super) const ELSE_IF: &str = " elif ";

impl Condition {
    /// The conditions of all branches but the last, which is taken where none of them holds; `written` begins the choice. It is each of
    /// them, or what a `switch` looks at, of which nothing more is known.
    pub fn of_branches(written: &str, branches: usize) -> Vec<Self> {
        let in_a_row: Vec<&str> = written.split(ELSE_IF).collect();
        match branches {
            0 | 1 => Vec::new(),
            _ if in_a_row.len() + 1 == branches => in_a_row.into_iter().map(Self::read).collect(),
            _ => (1..branches).map(|branch| Self::Fact(format!("{} = {branch}", one_line(written)))).collect(),
        }
    }

    /// The conditions of a loop whose branches are its body once, nothing, and its body twice.
    pub fn of_loop(over: &str) -> Vec<Self> {
        let any = Self::read(over);
        let more = Self::Fact(format!("{} > 1", one_line(over)));
        vec![Self::All(vec![any.clone(), Self::Not(Box::new(more))]), Self::Not(Box::new(any))]
    }

    /// Reads a condition or the tag that it stands in.
    pub fn read(written: &str) -> Self {
        let written = one_line(written);
        let inner =
            written.trim_start_matches(['{', '%', '-', '+', ' ']).trim_end_matches(['}', '%', '-', '+', ' ', ':']);
        let word = ["if ", "elif ", "elsif ", "unless "].into_iter().find_map(|word| inner.strip_prefix(word));
        let read = read(word.unwrap_or(inner), 0);
        if inner.starts_with("unless ") { Self::Not(Box::new(read)) } else { read }
    }

    /// The condition with its facts under other names.
    #[must_use]
    pub fn renamed(&self, names: &BTreeMap<String, String>) -> Self {
        let all = |inner: &[Self]| inner.iter().map(|inner| inner.renamed(names)).collect();
        match self {
            Self::Fact(fact) => Self::Fact(names.get(fact).unwrap_or(fact).clone()),
            Self::Not(inner) => Self::Not(Box::new(inner.renamed(names))),
            Self::All(inner) => Self::All(all(inner)),
            Self::Any(inner) => Self::Any(all(inner)),
        }
    }

    /// Calls for each fact in it, in order.
    pub fn each_fact(&self, seen: &mut dyn FnMut(&str)) {
        match self {
            Self::Fact(fact) => seen(fact),
            Self::Not(inner) => inner.each_fact(seen),
            Self::All(inner) | Self::Any(inner) => inner.iter().for_each(|inner| inner.each_fact(seen)),
        }
    }

    /// Tells whether it holds; `None` where the facts do not decide that.
    pub fn holds(&self, facts: &Facts) -> Option<bool> {
        // A known part that decides the whole, or else all parts.
        let joined = |parts: &[Self], deciding: bool| {
            let known: Vec<Option<bool>> = parts.iter().map(|part| part.holds(facts)).collect();
            let is_decided = known.contains(&Some(deciding));
            if is_decided { Some(deciding) } else { (!known.contains(&None)).then_some(!deciding) }
        };
        match self {
            Self::Fact(fact) => facts.get(fact),
            Self::Not(inner) => inner.holds(facts).map(|holds| !holds),
            Self::All(parts) => joined(parts, false),
            Self::Any(parts) => joined(parts, true),
        }
    }

    /// The facts with which it holds, or does not, in each way that there is; none where that cannot be with those that are decided.
    pub fn made(&self, wanted: bool, facts: &Facts) -> Vec<Facts> {
        match self {
            Self::Fact(fact) => facts.with(fact, wanted).into_iter().collect(),
            Self::Not(inner) => inner.made(!wanted, facts),
            Self::All(parts) | Self::Any(parts) if matches!(self, Self::All(_)) == wanted => {
                each_made(parts.iter().map(|part| (part, wanted)), facts)
            }
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().flat_map(|part| part.made(wanted, facts)).take(MOST_ALTERNATIVES).collect()
            }
        }
    }
}

/// The facts with which each of some conditions holds, or does not.
fn each_made<'c>(mut conditions: impl Iterator<Item = (&'c Condition, bool)>, facts: &Facts) -> Vec<Facts> {
    let Some((first, wanted)) = conditions.next() else { return vec![facts.clone()] };
    conditions.fold(first.made(wanted, facts), |all, (condition, wanted)| {
        all.iter().flat_map(|facts| condition.made(wanted, facts)).take(MOST_ALTERNATIVES).collect()
    })
}

impl Facts {
    /// The branch that is taken; what is not decided does not hold.
    pub fn branch(&self, conditions: &[Condition]) -> usize {
        let holds = |condition: &Condition| condition.holds(self) == Some(true);
        conditions.iter().position(holds).unwrap_or(conditions.len())
    }

    /// The facts with which this branch is taken, in each way that there is.
    pub fn taking(&self, branch: usize, conditions: &[Condition]) -> Vec<Self> {
        let before = conditions.iter().take(branch).map(|condition| (condition, false));
        each_made(before.chain(conditions.get(branch).map(|own| (own, true))), self)
    }

    /// The facts under other names as well.
    #[must_use]
    pub fn known_as(mut self, names: &BTreeMap<String, String>) -> Self {
        for (other, own) in names {
            if let Some(holds) = self.get(own) {
                self.decide(other, holds);
            }
        }
        self
    }

    fn get(&self, fact: &str) -> Option<bool> {
        self.decided(fact).or_else(|| {
            let is_excluded = bases(fact).any(|base| self.decided(base) == Some(false)) || self.equals_other(fact);
            is_excluded.then_some(false)
        })
    }

    /// The same without what follows from others.
    fn decided(&self, fact: &str) -> Option<bool> {
        [&self.recent, &*self.older].into_iter().find_map(|facts| place(facts, fact).ok().map(|at| facts[at].1))
    }

    fn decide(&mut self, fact: &str, holds: bool) {
        if let Some(any) = equality(fact)
            && (holds || self.decided(fact) == Some(true))
        {
            self.note(any, holds);
        }
        self.note(fact, holds);
    }

    fn note(&mut self, fact: &str, holds: bool) {
        match place(&self.recent, fact) {
            Ok(at) => self.recent[at].1 = holds,
            Err(at) => self.recent.insert(at, (fact.into(), holds)),
        }
        if self.recent.len() > MOST_RECENT {
            *self = Self { older: Arc::new(self.iter().cloned().collect()), recent: Vec::new() };
        }
    }

    /// All of them, sorted.
    fn iter(&self) -> impl Iterator<Item = &Fact> {
        let (mut older, mut recent) = (self.older.iter().peekable(), self.recent.iter().peekable());
        std::iter::from_fn(move || {
            let first = match (older.peek(), recent.peek()) {
                (Some((old, _)), Some((new, _))) => old.cmp(new),
                (Some(_), None) => Ordering::Less,
                _ => Ordering::Greater,
            };
            match first {
                Ordering::Less => older.next(),
                Ordering::Equal => older.next().and_then(|_| recent.next()),
                Ordering::Greater => recent.next(),
            }
        })
    }

    /// Tells whether the variable has another value: it has one alone.
    fn equals_other(&self, fact: &str) -> bool {
        equality(fact).is_some_and(|any| self.decided(any) == Some(true))
    }

    fn with(&self, fact: &str, holds: bool) -> Option<Self> {
        if let Some(known) = self.get(fact) {
            return (known == holds).then(|| self.clone());
        }
        let mut facts = self.clone();
        if holds {
            // None of them is known not to hold: then the fact would not either.
            bases(fact).for_each(|base| facts.decide(base, true));
        }
        facts.decide(fact, holds);
        Some(facts)
    }
}

impl PartialEq for Facts {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Facts {}

fn place(facts: &[Fact], fact: &str) -> Result<usize, usize> {
    facts.binary_search_by(|(known, _)| (**known).cmp(fact))
}

/// The beginning of a fact such as `x == 1`, which stands for `x` having any value that is known.
fn equality(fact: &str) -> Option<&str> {
    const EQUALS: &str = " == ";
    fact.find(EQUALS).map(|at| &fact[..at + EQUALS.len()])
}

/// The facts that a fact rests on: `user` and `user.name` of `user.name == 'x'`.
fn bases(fact: &str) -> impl Iterator<Item = &str> {
    let ends = fact.match_indices(['.', ' ', '[', '?']).map(|(at, _)| at);
    ends.map(|at| &fact[..at]).filter(|base| is_path(base))
}

fn is_path(text: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || "_.[]'\"?".contains(letter);
    text.starts_with(|letter: char| letter.is_alphabetic() || letter == '_') && text.chars().all(is_part)
}

fn one_line(written: &str) -> String {
    written.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn read(text: &str, depth: u32) -> Condition {
    let text = text.trim();
    if depth > MOST_NESTED {
        return Condition::Fact(one_line(text));
    }
    for (words, join) in
        [([" or ", "||"], Condition::Any as fn(Vec<Condition>) -> Condition), ([" and ", "&&"], Condition::All)]
    {
        let parts = split(text, &words);
        if parts.len() > 1 {
            return join(parts.into_iter().map(|part| read(part, depth + 1)).collect());
        }
    }
    if let Some(inner) =
        text.strip_prefix("not ").or_else(|| text.strip_prefix('!').filter(|rest| !rest.starts_with('=')))
    {
        return Condition::Not(Box::new(read(inner, depth + 1)));
    }
    if let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).filter(|inner| is_whole(inner))
    {
        return read(inner, depth + 1);
    }
    compared(text)
}

/// Words for nothing.
const EMPTY: [&str; 12] =
    ["none", "None", "null", "nil", "undefined", "''", "\"\"", "false", "False", "0", "[]", "empty"];

/// Words for something.
const FULL: [&str; 3] = ["defined", "true", "True"];

/// A comparison, or a variable by itself. To hold something is written in many ways.
fn compared(text: &str) -> Condition {
    let fact = |text: &str| Condition::Fact(one_line(without_measure(text)));
    let not = |condition| Condition::Not(Box::new(condition));
    for (operator, is_equal) in
        [(" is not ", false), (" is ", true), ("!==", false), ("===", true), ("!=", false), ("==", true)]
    {
        let Some((left, right)) = text.split_once(operator) else { continue };
        let (left, right) = (left.trim(), right.trim());
        let is_true = if EMPTY.contains(&right) {
            !is_equal
        } else if FULL.contains(&right) {
            is_equal
        } else {
            let equal = Condition::Fact(format!("{} == {}", one_line(left), one_line(right).replace('"', "'")));
            return if is_equal { equal } else { not(equal) };
        };
        return if is_true { fact(left) } else { not(fact(left)) };
    }
    if let Some((left, right)) = text.split_once(" not in ") {
        return not(Condition::Fact(format!("{} in {}", one_line(left), one_line(right))));
    }
    match text.split_once('>').map(|(left, right)| (left.trim(), right.trim())) {
        Some((left, "0")) => fact(left),
        _ => fact(text),
    }
}

/// The variable whose length, trimmed text or items are asked for.
fn without_measure(text: &str) -> &str {
    let text = text.trim();
    let inner = ["len(", "bool(", "Boolean(", "defined?("]
        .into_iter()
        .find_map(|open| text.strip_prefix(open)?.strip_suffix(')'));
    let text = inner.unwrap_or(text);
    let filtered = text.split_once('|').map_or(text, |(variable, _)| variable).trim();
    let ends = [".length", ".size", ".strip()", ".trim()", ".items()", ".values()", ".keys()"];
    let variable = ends.into_iter().find_map(|end| filtered.strip_suffix(end)).unwrap_or(filtered);
    if is_path(variable) { variable } else { text }
}

/// The parts of a text between words that stand in no brackets and no quotes.
fn split<'t>(text: &'t str, words: &[&str]) -> Vec<&'t str> {
    let (mut parts, mut from, mut skip) = (Vec::new(), 0, 0);
    for (at, _) in outside(text) {
        let Some(word) = words.iter().find(|word| at >= skip && text[at..].starts_with(**word)) else { continue };
        parts.push(&text[from..at]);
        from = at + word.len();
        skip = from;
    }
    parts.push(&text[from..]);
    parts
}

/// The characters of a text that stand in no brackets and no quotes.
fn outside(text: &str) -> impl Iterator<Item = (usize, char)> {
    let (mut depth, mut quote) = (0_i32, None);
    text.char_indices().filter(move |(_, letter)| {
        match (quote, *letter) {
            (Some(open), letter) => {
                if open == letter {
                    quote = None;
                }
                return false;
            }
            (None, '"' | '\'' | '`') => quote = Some(*letter),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            _ => {}
        }
        quote.is_none() && depth == 0
    })
}

/// Tells whether brackets close where they were opened.
fn is_whole(text: &str) -> bool {
    let mut depth = 0_i32;
    text.chars().all(|letter| {
        depth += match letter {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        depth >= 0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(condition: &Condition) -> String {
        let all = |parts: &[Condition], word: &str| parts.iter().map(shown).collect::<Vec<_>>().join(word);
        match condition {
            Condition::Fact(fact) => format!("<{fact}>"),
            Condition::Not(inner) => format!("!{}", shown(inner)),
            Condition::All(parts) => format!("({})", all(parts, " & ")),
            Condition::Any(parts) => format!("({})", all(parts, " | ")),
        }
    }

    #[test]
    fn conditions_are_read_in_the_ways_that_languages_write_them() {
        let table = [
            ("{%- if a and (b or not c.d) -%}", "(<a> & (<b> | !<c.d>))"),
            ("!a && b !== null", "(!<a> & <b>)"),
            ("x is not none", "<x>"),
            ("x is undefined", "!<x>"),
            ("len(items) > 0", "<items>"),
            ("{% if items|length > 0 %}", "<items>"),
            ("user.names.length", "<user.names>"),
            ("hosts.items()", "<hosts>"),
            ("team and team.values() | list", "(<team> & <team>)"),
            ("mode == 'a and b'", "<mode == 'a and b'>"),
            ("mode != 'a'", "!<mode == 'a'>"),
            ("mode == \"a\"", "<mode == 'a'>"),
            ("f(a, b) and c", "(<f(a, b)> & <c>)"),
            ("(a) or (b)", "(<a> | <b>)"),
            ("x not in y", "!<x in y>"),
            ("a\n  and b", "(<a> & <b>)"),
        ];
        for (written, expected) in &table {
            assert_eq!(shown(&Condition::read(written)), *expected, "{written}");
        }
    }

    #[test]
    fn each_branch_of_a_row_has_its_own_condition() {
        let all = |written, branches| Condition::of_branches(written, branches).iter().map(shown).collect::<Vec<_>>();
        assert_eq!(all("a and b", 2), ["(<a> & <b>)"]);
        assert_eq!(all("unless a", 2), ["!<a>"]);
        assert_eq!(all("a elif not b.c", 3), ["<a>", "!<b.c>"]);
        assert_eq!(all("mode", 3), ["<mode = 1>", "<mode = 2>"]);
        assert!(all("a", 1).is_empty());
    }

    #[test]
    fn facts_hold_with_what_they_rest_on_and_values_exclude_each_other() {
        let read = Condition::read;
        let facts = read("user.name").made(true, &Facts::default()).remove(0);
        assert_eq!(read("user").holds(&facts), Some(true));
        assert!(read("user").made(false, &facts).is_empty());
        let none = read("user").made(false, &Facts::default()).remove(0);
        assert_eq!(read("user.name == 'x' or user.age").holds(&none), Some(false));
        let one = read("mode == 'a'").made(true, &Facts::default()).remove(0);
        assert_eq!(read("mode == 'b'").holds(&one), Some(false));
        assert_eq!(read("other == 'b'").holds(&one), None);
    }

    proptest::proptest! {
        #[test]
        fn what_is_made_to_hold_holds(text in "(not )?[abc] (and|or) (not )?[abc] (and|or) [abc]", wanted: bool, branch in 0_usize..3) {
            let condition = Condition::read(&text);
            for facts in condition.made(wanted, &Facts::default()) {
                proptest::prop_assert_eq!(condition.holds(&facts), Some(wanted));
            }
            let conditions = [Condition::read("a and b"), condition];
            for facts in Facts::default().taking(branch, &conditions) {
                proptest::prop_assert_eq!(facts.branch(&conditions), branch);
            }
        }
    }
}
