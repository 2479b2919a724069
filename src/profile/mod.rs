//! Profiles: what a provider's prompt cache does, as data, and which profile a call falls under.
//!
//! The built-in ones are in `builtin.yaml`, each number with its source and date; `builtin.json` is made of it. A rule's meaning is the cache's business: a
//! profile names a policy and gives its numbers.

mod read;
mod select;
mod unpredicted;

use std::fmt;
use std::sync::{Arc, LazyLock};

pub use read::ProfileError;
pub use select::{Basis, Choice};
use serde::Deserialize;
pub use unpredicted::{ANALYSED_INSTEAD, Unpredicted, unpredicted};

use crate::cache::{AnyPolicy, Leeway};
use crate::exchange::{Request, ScopePart};
use crate::prompt::Template;
use crate::time::{SignedDuration, Timestamp};
use crate::tokens::Encoding;

/// The parts that keep caches apart where a profile does not say: providers have a cache for each organisation, whatever its keys
/// and users.
pub const DEFAULT_APART: &[ScopePart] = &[ScopePart::Account];

/// A provider's rule for its prompt cache.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Its name on the command line.
    pub name: String,
    /// Models and times that it holds for, in one line.
    pub about: String,
    /// The provider or server whose cache it is.
    pub provider: String,
    /// Its rule: where it looks, where it writes.
    pub policy: AnyPolicy,
    /// Time that an entry lives after its last use; `None` is for ever.
    pub lifetime: Option<SignedDuration>,
    /// Time from the request until a write becomes visible.
    pub delay: SignedDuration,
    /// Times that the provider leaves open around these two, if it does.
    pub leeway: Option<Leeway>,
    /// The parts of a caller's name that keep caches apart.
    pub apart: Vec<ScopePart>,
    /// Layout of requests.
    pub template: Template,
    /// Tokenizer of the text.
    pub encoding: Encoding,
    /// True if a special token spelled out in a client's text becomes that token.
    pub recognises_specials: bool,
    /// Template and tokenizer stand in for those of a model that is not known: a server runs any.
    pub is_stand_in: bool,
    /// Reason why tokens have no price there, if they have none: the card's prices are the maker's.
    pub unpriced: Option<String>,
    /// Exactness on recorded requests, if any are known.
    pub exactness: Option<Exactness>,
    /// Open questions about the cache, each in a sentence.
    pub open_questions: Vec<String>,
    /// Source.
    pub source: String,
    /// Date on which that was read.
    pub retrieved: String,
    /// Conditions under which a call belongs to it.
    when: Vec<select::Selector>,
}

/// Recorded calls that a profile predicts as they were billed, of all that were compared.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exactness {
    /// As billed.
    pub exact: u64,
    /// All.
    pub of: u64,
    /// The calls and the measure, as words that follow the numbers.
    pub what: String,
}

/// The facts about a call that are known before its prompt is laid out.
#[derive(Clone, Copy, Debug, Default)]
pub struct RequestFacts<'a> {
    /// The host that was called.
    pub host: Option<&'a str>,
    /// The provider's mark of the serving system.
    pub fingerprint: Option<&'a str>,
    /// Time of the call.
    pub time: Option<Timestamp>,
    /// The model as requested.
    pub model: Option<&'a str>,
    /// The request, if it has been read.
    pub request: Option<&'a Request>,
}

/// The profiles of a run: the built-in ones, and one from a file.
#[derive(Debug)]
pub struct Profiles {
    all: Vec<Arc<Profile>>,
    fitting: select::FittingSelectors,
}

impl Profile {
    /// The hosts, system fingerprints and models, or patterns of them, by which calls are recognised.
    pub fn names_of_requests(&self) -> impl Iterator<Item = &str> {
        self.when.iter().flat_map(|selector| selector.names().map(String::as_str))
    }
}

impl fmt::Display for Exactness {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} of {} {}", self.exact, self.of, self.what)
    }
}

impl Profiles {
    /// The built-in profiles.
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<Profiles> = LazyLock::new(|| match read::profiles(include_str!("builtin.json")) {
            Ok(all) => {
                Profiles { all: all.into_iter().map(Arc::new).collect(), fitting: select::FittingSelectors::default() }
            }
            Err(error) => unreachable!("the built-in profiles are read by a test: {error}"),
        });
        &BUILTIN
    }

    /// The profile of a YAML text: one entry of the shape of the built-in ones, where what is not said is taken from `like`.
    ///
    /// # Errors
    /// Fails if the text has a key that profiles lack, and names its place.
    pub fn custom(yaml: &str) -> Result<Profile, ProfileError> {
        read::custom(yaml, Self::builtin())
    }

    /// All of them, in the order of the file.
    pub fn all(&self) -> &[Arc<Profile>] {
        &self.all
    }

    /// The profile of that name.
    pub fn named(&self, name: &str) -> Option<&Arc<Profile>> {
        self.all.iter().find(|profile| profile.name == name)
    }

    /// The profile a call falls under, and what decided.
    pub fn choose(&self, call: RequestFacts<'_>) -> Option<Choice<'_>> {
        select::choose(self, call)
    }

    /// The profiles that a call of this host and model may fall under, whatever its date and its system fingerprint.
    pub fn candidates(&self, call: RequestFacts<'_>) -> Vec<&Arc<Profile>> {
        select::candidates(self, call)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::Blocks;

    #[test]
    fn the_built_in_profiles_read_and_name_their_sources() {
        let all = Profiles::builtin().all();
        assert!(all.len() >= 8);
        assert!(all.iter().all(|profile| !profile.source.is_empty() && !profile.retrieved.is_empty()));
    }

    #[test]
    fn a_custom_profile_takes_from_another_what_it_does_not_say() {
        let custom =
            Profiles::custom("name: mine\nlike: deepseek-v3.2\nrule: {blocks: {size: 128, minimum: 1024}}\n").unwrap();
        assert_eq!(custom.policy, AnyPolicy::Blocks(Blocks::new(128, Some(1024))));
        assert_eq!(custom.lifetime, Some(SignedDuration::from_hours(24)));
        let error = Profiles::custom("name: mine\nrules: none\n").unwrap_err().to_string();
        assert!(error.contains("rules") && error.contains("line 2"), "{error}");
    }
}
