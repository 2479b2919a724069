//! Sharing: the requests that use one cache, by the provider's own rule or as the reported hits say.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::exchange::{Scope, ScopePart};
use crate::profile::{DEFAULT_APART, Profile};

/// The profile of block traces, which have no provider.
pub const BLOCK_TRACE: &str = "block-trace";

/// A candidate for who shares a cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Sharing {
    /// As the profile says.
    #[default]
    Rule,
    /// All.
    Together,
    /// Those of one API key.
    ByKey,
    /// Those of one user.
    ByUser,
}

/// Callers that share a cache, for each profile of which the reported hits say something else than its rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sharings(BTreeMap<String, JudgedSharing>);

/// A choice by reported hits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgedSharing {
    /// Callers that share a cache.
    pub sharing: Sharing,
    /// The choice and its support, for people.
    #[serde(with = "shared_text")]
    pub support: Arc<str>,
}

/// The reason why a request is taken to share a cache with certain others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ScopeBasis {
    /// The log names no caller.
    #[default]
    Unknown,
    /// The user's pointer names the owner.
    Named,
    /// The provider's rule.
    Rule,
    /// The reported hits, with their support.
    ReportedHits(Arc<str>),
}

/// The callers that were seen under each profile, from which it is known which candidates say the same.
#[derive(Debug, Default)]
pub struct Callers {
    /// The last caller, since most requests have the same as the one before.
    last: Option<(String, Scope)>,
    seen: BTreeMap<String, (Vec<ScopePart>, BTreeSet<Scope>)>,
}

/// A text that is shared, written as any other.
mod shared_text {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<str>, D::Error> {
        Ok(String::deserialize(deserializer)?.into())
    }
}

impl Sharing {
    /// All candidates but the rule.
    pub const OTHERS: [Self; 3] = [Self::Together, Self::ByKey, Self::ByUser];

    /// The parts of a scope that keep caches apart, where `rule` does by the provider's rule.
    pub fn apart(self, rule: &[ScopePart]) -> &[ScopePart] {
        match self {
            Self::Rule => rule,
            Self::Together => &[],
            Self::ByKey => &[ScopePart::Account, ScopePart::Key],
            Self::ByUser => &[ScopePart::Account, ScopePart::UserId, ScopePart::User],
        }
    }
}

impl fmt::Display for Sharing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Rule => "as the provider's rule says",
            Self::Together => "all share one cache",
            Self::ByKey => "a cache for each key",
            Self::ByUser => "a cache for each user",
        })
    }
}

impl fmt::Display for ScopeBasis {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => formatter.write_str("no owner in the log"),
            Self::Named => formatter.write_str("named"),
            Self::Rule => formatter.write_str("provider's rule"),
            Self::ReportedHits(support) => write!(formatter, "reported hits: {support}"),
        }
    }
}

impl Sharings {
    /// The names under which requests stand that no profile knows.
    pub const WITHOUT_PROFILE: [&str; 2] = ["", BLOCK_TRACE];

    /// Nothing was judged.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same candidate under each of these profiles.
    pub fn all(profiles: impl Iterator<Item = String>, sharing: Sharing) -> Self {
        Self(profiles.map(|profile| (profile, JudgedSharing { sharing, support: "".into() })).collect())
    }

    /// Takes note of a choice.
    pub fn insert(&mut self, profile: String, judged: JudgedSharing) {
        self.0.insert(profile, judged);
    }

    /// The choices by profile.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &JudgedSharing)> {
        self.0.iter().map(|(profile, judged)| (profile.as_str(), judged))
    }

    /// The parts of a scope that keep the caches of requests under a profile apart.
    pub(super) fn apart<'a>(&self, profile: Option<&'a Profile>) -> &'a [ScopePart] {
        let (name, rule) = named_rule(profile);
        self.0.get(name).map_or(Sharing::Rule, |judged| judged.sharing).apart(rule)
    }

    /// The owner of the cache that a request uses, as a text, and the reason.
    fn owner(&self, scope: &Scope, profile: &str, rule: &[ScopePart]) -> (String, ScopeBasis) {
        if scope.is_unknown() {
            return (String::new(), ScopeBasis::Unknown);
        }
        let judged = self.0.get(profile);
        let sharing = judged.map_or(Sharing::Rule, |judged| judged.sharing);
        let basis = match judged {
            _ if scope.named.is_some() => ScopeBasis::Named,
            Some(judged) => ScopeBasis::ReportedHits(Arc::clone(&judged.support)),
            None => ScopeBasis::Rule,
        };
        (scope.owner(sharing.apart(rule)).text(), basis)
    }

    /// The same under the profile that a request falls under, if any.
    pub(super) fn owner_under(&self, scope: &Scope, profile: Option<&Profile>) -> (String, ScopeBasis) {
        let (name, rule) = named_rule(profile);
        self.owner(scope, name, rule)
    }

    /// The same for a line of a block trace.
    pub(super) fn owner_of_trace(&self, scope: &Scope) -> (String, ScopeBasis) {
        self.owner(scope, BLOCK_TRACE, DEFAULT_APART)
    }
}

/// The name of a profile, and what keeps caches apart by its rule; of none too.
fn named_rule(profile: Option<&Profile>) -> (&str, &[ScopePart]) {
    profile.map_or(("", DEFAULT_APART), |profile| (&profile.name, &profile.apart))
}

impl Callers {
    /// Takes note of the caller of a request under a profile whose rule keeps these parts apart.
    pub fn see(&mut self, scope: &Scope, profile: &str, rule: impl Fn() -> Vec<ScopePart>) {
        let is_last = self.last.as_ref().is_some_and(|(name, last)| last == scope && name == profile);
        if is_last {
            return;
        }
        self.last = Some((profile.to_owned(), scope.clone()));
        let (_, seen) = self.seen.entry(profile.to_owned()).or_insert_with(|| (rule(), BTreeSet::new()));
        if !seen.contains(scope) {
            seen.insert(scope.clone());
        }
    }

    /// For each profile the candidates under which other requests share a cache than under the rule, where there are any.
    pub fn candidates(&self) -> BTreeMap<String, Vec<Sharing>> {
        let differing = |(profile, (rule, scopes)): (&String, &(Vec<ScopePart>, BTreeSet<Scope>))| {
            let mut found: Vec<Sharing> = Vec::new();
            for sharing in Sharing::OTHERS {
                let is_new = |other: &Sharing| !divide_alike(scopes, sharing.apart(rule), other.apart(rule));
                if is_new(&Sharing::Rule) && found.iter().all(is_new) {
                    found.push(sharing);
                }
            }
            (!found.is_empty()).then(|| (profile.clone(), found))
        };
        self.seen.iter().filter_map(differing).collect()
    }
}

/// Two lists of parts divide callers into the same groups.
fn divide_alike(scopes: &BTreeSet<Scope>, one: &[ScopePart], other: &[ScopePart]) -> bool {
    let ones: BTreeSet<_> = scopes.iter().map(|scope| scope.owner(one)).collect();
    let others: BTreeSet<_> = scopes.iter().map(|scope| scope.owner(other)).collect();
    let both: BTreeSet<_> = scopes.iter().map(|scope| (scope.owner(one), scope.owner(other))).collect();
    ones.len() == both.len() && others.len() == both.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(key: Option<&str>, user_id: Option<&str>) -> Scope {
        Scope { key: key.map(str::to_owned), user_id: user_id.map(str::to_owned), ..Scope::default() }
    }

    #[test]
    fn only_candidates_that_divide_the_callers_otherwise_are_tried() {
        let rule = [ScopePart::Account, ScopePart::UserId];
        let mut callers = Callers::default();
        callers.see(&caller(Some("k"), None), "p", || rule.to_vec());
        assert!(callers.candidates().is_empty(), "one caller");
        callers.see(&caller(Some("l"), None), "p", || rule.to_vec());
        assert_eq!(callers.candidates()["p"], [Sharing::ByKey], "all together is the rule here");
        callers.see(&caller(Some("l"), Some("ann")), "p", || rule.to_vec());
        assert_eq!(callers.candidates()["p"], [Sharing::Together, Sharing::ByKey], "by user is the rule here");
    }

    #[test]
    fn what_the_user_points_at_has_no_other_candidates() {
        let mut callers = Callers::default();
        for name in ["red", "blue"] {
            callers.see(&Scope::named(name.into()), "p", Vec::new);
        }
        assert!(callers.candidates().is_empty());
    }
}
