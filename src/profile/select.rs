//! Choice of the profile that a call falls under: by the surest evidence first.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::{Profile, Profiles, RequestFacts};
use crate::exchange::Request;
use crate::time::Timestamp;
use crate::wildcard;

/// The profile chosen for a call, and why.
#[derive(Clone, Copy, Debug)]
pub struct Choice<'a> {
    /// The profile.
    pub profile: &'a Arc<Profile>,
    /// Evidence for the choice.
    pub basis: Basis,
}

/// The evidence for a choice, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Basis {
    /// The user named it.
    Named,
    /// The shape of the line: a block trace brings its own.
    Shape,
    /// The profile under which the log was redacted.
    Redacted,
    /// The host that was called.
    Host,
    /// The system fingerprint of the response.
    Fingerprint,
    /// The request's date with the model's name.
    Date,
    /// The model's name alone.
    Model,
    /// The counts that the provider reported for calls of the same host, model, fingerprint and day.
    Counts {
        /// Calls whose count the choice reproduces.
        reproduced: u64,
        /// Calls that reported a count.
        reported: u64,
    },
}

/// A way to recognise calls: all that it names must hold.
#[derive(Clone, Debug)]
pub(super) struct Selector {
    pub(super) hosts: Vec<String>,
    pub(super) fingerprints: Vec<String>,
    pub(super) models: Vec<String>,
    /// Models of these names that are none of them.
    pub(super) except: Vec<String>,
    /// Only requests in which the client marks breakpoints.
    pub(super) marked: bool,
    /// Also where names of gateways stand before the model's: the maker alone serves it.
    pub(super) resold: bool,
    pub(super) from: Option<Timestamp>,
    pub(super) to: Option<Timestamp>,
}

impl fmt::Display for Basis {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Counts { reproduced, reported } => {
                return write!(formatter, "reported counts ({reproduced} of {reported})");
            }
            Self::Named => "--profile",
            Self::Shape => "a trace's own blocks",
            Self::Redacted => "as redacted",
            Self::Host => "host",
            Self::Fingerprint => "system fingerprint",
            Self::Date => "date and model",
            Self::Model => "model name alone",
        })
    }
}

/// The selectors that fit the names of the last calls: a log has few names, and there are hundreds of patterns.
#[derive(Debug, Default)]
pub(super) struct FittingSelectors(Mutex<Vec<Fitting>>);

/// Names, and the selectors that fit them by the number of their profile and their own.
#[derive(Debug)]
struct Fitting {
    names: [Option<String>; 3],
    selectors: Arc<[(usize, usize)]>,
}

/// Names that are remembered.
const REMEMBERED: usize = 16;

impl FittingSelectors {
    fn find(&self, profiles: &[Arc<Profile>], call: RequestFacts<'_>) -> Arc<[(usize, usize)]> {
        let names = [call.host, call.fingerprint, call.model];
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = known.iter().position(|known| known.names.iter().map(Option::as_deref).eq(names)) {
            known[..=at].rotate_right(1);
            return Arc::clone(&known[0].selectors);
        }
        let numbered = |(number, profile): (usize, &Arc<Profile>)| {
            let fitting = profile.when.iter().enumerate().filter(|(_, selector)| selector.fits_names(call));
            fitting.map(|(own, _)| (number, own)).collect::<Vec<_>>()
        };
        let selectors: Arc<[(usize, usize)]> = profiles.iter().enumerate().flat_map(numbered).collect();
        known.truncate(REMEMBERED - 1);
        known
            .insert(0, Fitting { names: names.map(|name| name.map(str::to_owned)), selectors: Arc::clone(&selectors) });
        selectors
    }
}

pub(super) fn choose<'a>(profiles: &'a Profiles, call: RequestFacts<'_>) -> Option<Choice<'a>> {
    let fitting = profiles.fitting.find(&profiles.all, call);
    let decided_by = |basis| {
        let holds = |(number, own): &&(usize, usize)| {
            let selector = &profiles.all[*number].when[*own];
            selector.basis() == basis && selector.holds(call)
        };
        fitting.iter().find(holds).map(|(number, _)| Choice { profile: &profiles.all[*number], basis })
    };
    [Basis::Host, Basis::Fingerprint, Basis::Date, Basis::Model].into_iter().find_map(decided_by)
}

/// The profiles that a call of this host and model may fall under at any time.
pub(super) fn candidates<'a>(profiles: &'a Profiles, call: RequestFacts<'_>) -> Vec<&'a Arc<Profile>> {
    let may_hold = |(number, own): &&(usize, usize)| {
        let selector = &profiles.all[*number].when[*own];
        !selector.models.is_empty() && selector.fingerprints.is_empty() && selector.fits_marks(call)
    };
    let fitting = profiles.fitting.find(&profiles.all, call);
    let mut numbers: Vec<usize> = fitting.iter().filter(may_hold).map(|(number, _)| *number).collect();
    numbers.dedup();
    numbers.into_iter().map(|number| &profiles.all[number]).collect()
}

impl Basis {
    /// The profile is suggested rather than named: what the provider reported may say otherwise.
    pub fn is_suggestion(self) -> bool {
        matches!(self, Self::Date | Self::Model)
    }
}

impl Selector {
    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        self.hosts.iter().chain(&self.fingerprints).chain(&self.models)
    }

    fn basis(&self) -> Basis {
        if !self.hosts.is_empty() {
            Basis::Host
        } else if !self.fingerprints.is_empty() {
            Basis::Fingerprint
        } else if self.from.is_some() || self.to.is_some() {
            Basis::Date
        } else {
            Basis::Model
        }
    }

    /// Tells whether one that fits the names of a call holds for it.
    fn holds(&self, call: RequestFacts<'_>) -> bool {
        let is_dated = self.from.is_some() || self.to.is_some();
        let is_within = |time| self.from.is_none_or(|from| time >= from) && self.to.is_none_or(|to| time < to);
        (!is_dated || call.time.is_some_and(is_within)) && self.fits_marks(call)
    }

    fn fits_marks(&self, call: RequestFacts<'_>) -> bool {
        !self.marked || call.request.is_some_and(Request::has_marks)
    }

    fn fits_names(&self, call: RequestFacts<'_>) -> bool {
        let named = |patterns: &[String], value: Option<&str>| {
            patterns.is_empty()
                || value.is_some_and(|value| patterns.iter().any(|pattern| wildcard::matches(pattern, value)))
        };
        named(&self.hosts, call.host)
            && named(&self.fingerprints, call.fingerprint)
            && !call.model.is_some_and(|model| self.except.iter().any(|pattern| wildcard::matches(pattern, model)))
            && (named(&self.models, call.model) || self.resold && named(&self.models, call.model.map(behind_sellers)))
    }
}

/// A model's name without those of gateways before it, and without the mark of one that was tuned.
fn behind_sellers(model: &str) -> &str {
    let name = model.rsplit('/').next().unwrap_or(model);
    name.strip_prefix("ft:").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(call: RequestFacts<'_>) -> Option<(&'static str, Basis)> {
        Profiles::builtin().choose(call).map(|choice| (choice.profile.name.as_str(), choice.basis))
    }

    fn dated(model: &'static str, time: &str) -> Option<(&'static str, Basis)> {
        chosen(RequestFacts { model: Some(model), time: crate::time::parse(time), ..RequestFacts::default() })
    }

    #[test]
    fn the_surest_evidence_decides() {
        let azure = RequestFacts {
            host: Some("x.services.ai.azure.com"),
            model: Some("DeepSeek-V4-Pro"),
            ..RequestFacts::default()
        };
        assert_eq!(chosen(azure), Some(("azure-foundry-deepseek", Basis::Host)));
        let fingerprint = RequestFacts {
            fingerprint: Some("fp_eaab8d114b_prod0820_fp8_kvcache"),
            time: crate::time::parse("2026-05-01"),
            model: Some("deepseek-chat"),
            host: None,
            ..RequestFacts::default()
        };
        assert_eq!(chosen(fingerprint), Some(("deepseek-v3.2", Basis::Fingerprint)));
    }

    #[test]
    fn a_model_that_only_its_maker_serves_is_known_behind_a_gateway() {
        for (model, name) in [
            ("openai/gpt-4o-mini", Some("openai-4o")),
            ("openrouter/openai/gpt-5.2", Some("openai-5")),
            ("ft:gpt-4o-mini-2024-07-18:somebody::1", Some("openai-4o")),
            ("openai/gpt-4o-2024-05-13", Some("openai-4o-2024-05")),
            ("openai/gpt-oss-120b", None),
            ("gpt-4o-audio-preview", None),
            ("openai/gpt-5.4-pro", None),
            ("deepseek/deepseek-chat", None),
        ] {
            assert_eq!(dated(model, "2026-08-01").map(|(name, _)| name), name, "{model}");
        }
        assert_eq!(dated("gpt-4o-mini", "2024-09-30"), Some(("openai-4o-2024-05", Basis::Date)));
        assert_eq!(dated("gpt-4o-mini", "2024-10-01"), Some(("openai-4o", Basis::Model)));
    }

    #[test]
    fn a_bare_alias_falls_under_the_documented_64_token_rule() {
        let bare = RequestFacts { model: Some("deepseek-chat"), ..RequestFacts::default() };
        assert_eq!(chosen(bare), Some(("deepseek-v3.2", Basis::Model)));
    }

    #[test]
    fn a_star_stands_for_anything_and_may_stand_more_than_once() {
        for (pattern, value) in
            [("*claude*", "us.anthropic.Claude-x"), ("a*c", "abc"), ("a", "A"), ("*", ""), ("*b*b", "bb")]
        {
            assert!(wildcard::matches(pattern, value), "{pattern} {value}");
        }
        for (pattern, value) in [("*claude*", "clyde"), ("a*c", "ab"), ("a", "ab"), ("ab*ba", "aba"), ("*b*b", "b")] {
            assert!(!wildcard::matches(pattern, value), "{pattern} {value}");
        }
    }

    #[test]
    fn eras_are_half_open() {
        assert_eq!(dated("deepseek-chat", "2025-08-20T23:59:59Z"), Some(("deepseek-v3", Basis::Date)));
        assert_eq!(dated("deepseek-chat", "2025-08-21"), Some(("deepseek-v3.1", Basis::Date)));
        assert_eq!(dated("deepseek-chat", "2026-04-24"), Some(("deepseek-v4", Basis::Date)));
        assert_eq!(dated("deepseek-v4-flash", "2026-09-10T03:59:59Z"), Some(("deepseek-v4-august", Basis::Date)));
        assert_eq!(dated("deepseek-v4-flash", "2026-09-10T04:00:00Z"), Some(("deepseek-v4.1", Basis::Date)));
    }

    #[test]
    fn a_model_whose_rule_nobody_told_us_has_no_profile() {
        assert_eq!(chosen(RequestFacts { model: Some("llm-of-tomorrow"), ..RequestFacts::default() }), None);
    }
}
