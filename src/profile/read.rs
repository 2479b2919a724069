//! Reading profiles from YAML; an unknown key is an error with its place.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::Deserialize;

use super::select::Selector;
use super::{DEFAULT_APART, Exactness, Profile, Profiles};
use crate::cache::{AnyPolicy, Leeway};
use crate::exchange::ScopePart;
use crate::prompt::Template;
use crate::time::{SignedDuration, Timestamp, micros, parse, parse_duration};
use crate::tokens::Encoding;

/// The reason why a profile cannot be read.
#[derive(Debug)]
pub struct ProfileError(String);

impl fmt::Display for ProfileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for ProfileError {}

/// A profile as written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenProfile {
    name: Option<String>,
    about: Option<String>,
    provider: Option<String>,
    /// The built-in profile that gives what is not written here.
    like: Option<String>,
    rule: Option<AnyPolicy>,
    lifetime: Option<String>,
    delay: Option<String>,
    /// The lifetime that is sure, where the one above is only likely.
    lifetime_at_least: Option<String>,
    /// The delay after which a write is surely visible.
    delay_at_most: Option<String>,
    apart: Option<Vec<String>>,
    template: Option<String>,
    tokenizer: Option<String>,
    specials: Option<Specials>,
    stand_in: Option<bool>,
    unpriced: Option<String>,
    evidence: BTreeMap<String, String>,
    exactness: Option<Exactness>,
    open: Vec<String>,
    source: Option<String>,
    retrieved: Option<String>,
    when: Vec<WrittenSelector>,
}

/// The treatment of a special token spelled out in a client's text.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Specials {
    Plain,
    Recognised,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenSelector {
    hosts: Vec<String>,
    fingerprints: Vec<String>,
    models: Vec<String>,
    /// Models of these names that are none of them.
    except: Vec<String>,
    /// Only requests in which the client marks breakpoints.
    marked: bool,
    /// Also where others' names stand before the model's.
    resold: bool,
    from: Option<String>,
    to: Option<String>,
}

/// The built-in profiles, in JSON.
pub(super) fn profiles(json: &str) -> Result<Vec<Profile>, ProfileError> {
    let written: Vec<WrittenProfile> = serde_json::from_str(json).map_err(|error| ProfileError(error.to_string()))?;
    let mut profiles: Vec<Profile> = Vec::new();
    for written in written {
        let like = match &written.like {
            Some(name) => Some(
                profiles
                    .iter()
                    .find(|profile| profile.name == *name)
                    .ok_or_else(|| ProfileError(format!("`like`: no profile `{name}` before it")))?,
            ),
            None => None,
        };
        let profile = written.profile(like)?;
        profiles.push(profile);
    }
    Ok(profiles)
}

/// A profile of a user's file.
pub(super) fn custom(yaml: &str, builtin: &Profiles) -> Result<Profile, ProfileError> {
    let written: WrittenProfile = singleton_maps(yaml)?;
    let like = match &written.like {
        Some(name) => Some(builtin.named(name).ok_or_else(|| ProfileError(format!("`like`: no profile `{name}`")))?),
        None => None,
    };
    written.profile(like.map(Arc::as_ref))
}

/// Reads YAML in which an enum's variant is a map of one key, `{blocks: …}`, rather than a tag.
fn singleton_maps<T: for<'de> Deserialize<'de>>(yaml: &str) -> Result<T, ProfileError> {
    serde_yaml::with::singleton_map_recursive::deserialize(serde_yaml::Deserializer::from_str(yaml))
        .map_err(|error| ProfileError(error.to_string()))
}

impl WrittenProfile {
    fn profile(self, like: Option<&Profile>) -> Result<Profile, ProfileError> {
        let name = self.name.unwrap_or_else(|| "custom".into());
        let lacks = |what: &str| {
            ProfileError(format!("profile `{name}` has no `{what}` (set it, or name a profile that it is `like`)"))
        };
        let policy = self.rule.or(like.map(|like| like.policy)).ok_or_else(|| lacks("rule"))?;
        let template = match &self.template {
            Some(name) => Template::named(name).ok_or_else(|| ProfileError(format!("no template `{name}`")))?,
            None => like.map(|like| like.template).ok_or_else(|| lacks("template"))?,
        };
        let encoding = match &self.tokenizer {
            Some(name) => Encoding::named(name).ok_or_else(|| ProfileError(format!("no tokenizer `{name}`")))?,
            None => like.map(|like| like.encoding).ok_or_else(|| lacks("tokenizer"))?,
        };
        let lifetime = duration(self.lifetime.as_deref())?.or(like.and_then(|like| like.lifetime));
        let delay = duration(self.delay.as_deref())?.or(like.map(|like| like.delay)).unwrap_or_default();
        let leeway = leeway(self.lifetime_at_least.as_deref(), self.delay_at_most.as_deref(), delay)?
            // Times in a file are meant exactly.
            .or(like.filter(|_| self.lifetime.is_none() && self.delay.is_none()).and_then(|like| like.leeway));
        // A profile that names a tokenizer knows its model.
        let inherited = like.is_some_and(|like| like.is_stand_in) && self.tokenizer.is_none();
        let is_stand_in = self.stand_in.unwrap_or(inherited);
        let recognises_specials = match self.specials {
            Some(specials) => matches!(specials, Specials::Recognised),
            None => like.is_some_and(|like| like.recognises_specials),
        };
        let apart = match &self.apart {
            Some(names) => names.iter().map(|name| scope_part(name)).collect::<Result<_, _>>()?,
            None => like.map_or_else(|| DEFAULT_APART.to_vec(), |like| like.apart.clone()),
        };
        let when = self.when.into_iter().map(WrittenSelector::selector).collect::<Result<_, _>>()?;
        Ok(Profile {
            name,
            about: self.about.unwrap_or_default(),
            provider: self.provider.or_else(|| Some(like?.provider.clone())).unwrap_or_default(),
            policy,
            lifetime,
            delay,
            leeway,
            apart,
            template,
            encoding,
            recognises_specials,
            is_stand_in,
            unpriced: self.unpriced.or_else(|| like?.unpriced.clone()),
            exactness: self.exactness,
            open_questions: self.open,
            source: self.source.unwrap_or_else(|| "the profile's file".into()),
            retrieved: self.retrieved.unwrap_or_default(),
            when,
        })
    }
}

impl WrittenSelector {
    fn selector(self) -> Result<Selector, ProfileError> {
        let (from, to) = (instant(self.from)?, instant(self.to)?);
        let Self { hosts, fingerprints, models, except, marked, resold, .. } = self;
        Ok(Selector { hosts, fingerprints, models, except, marked, resold, from, to })
    }
}

fn scope_part(name: &str) -> Result<ScopePart, ProfileError> {
    let unknown = || ProfileError(format!("`apart`: no `{name}`, only account, key, user_id and user"));
    ScopePart::by_name(name).ok_or_else(unknown)
}

/// The times that are left open, if either is said.
fn leeway(
    lifetime_at_least: Option<&str>,
    delay_at_most: Option<&str>,
    delay: SignedDuration,
) -> Result<Option<Leeway>, ProfileError> {
    let (least_lifetime, most_delay) = (duration(lifetime_at_least)?, duration(delay_at_most)?);
    let is_said = least_lifetime.is_some() || most_delay.is_some();
    let most_delay = micros(most_delay.unwrap_or(delay));
    Ok(is_said.then(|| Leeway { least_lifetime: least_lifetime.map(micros), most_delay }))
}

fn duration(text: Option<&str>) -> Result<Option<SignedDuration>, ProfileError> {
    let Some(text) = text else { return Ok(None) };
    parse_duration(text).map(Some).ok_or_else(|| ProfileError(format!("`{text}` is not a duration such as 10m or 24h")))
}

fn instant(text: Option<String>) -> Result<Option<Timestamp>, ProfileError> {
    let Some(text) = text else { return Ok(None) };
    parse(&text).map(Some).ok_or_else(|| ProfileError(format!("`{text}` is not a date such as 2026-04-24")))
}
