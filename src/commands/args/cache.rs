//! Arguments on caches: under which rule prompts are laid out, counted and replayed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::value::{capacity, duration, lifetime, syntax};
use super::{LogArgs, RateArgs};
use crate::calendar::Zone;
use crate::counting::Overrides;
use crate::profile::{Profiles, RequestFacts};
use crate::simulation::Settings;
use crate::template::{Constants, Layout, Syntax, TemplateFile};
use crate::time::{SignedDuration, Timestamp};
use crate::workspace::boundary::NamedBy;
use crate::workspace::config::Config;
use crate::workspace::layouts::Layouts;
use crate::workspace::{profile, tokenizer};

/// Options for laying out and counting requests.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Cache")]
pub(crate) struct CountingArgs {
    /// Cache rule of all requests: a name of `profiles`, or a YAML file
    ///
    /// Without one it is chosen for each request by its host, system fingerprint, date and model.
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) profile: Option<String>,

    /// The one who named it: a person, or a repository's configuration.
    #[arg(skip)]
    pub(crate) profile_by: NamedBy,

    /// A Hugging Face `tokenizer.json` that replaces the profile's tokenizer
    #[arg(long, value_name = "FILE")]
    pub(crate) tokenizer: Option<PathBuf>,

    /// A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]
    #[arg(long, value_name = "FILE")]
    pub(crate) chat_template: Option<PathBuf>,
}

/// Times of the cache that is simulated.
#[derive(Debug, Args)]
#[command(next_help_heading = "Cache")]
pub(crate) struct CacheTimesArgs {
    /// Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile's]
    #[arg(long, value_name = "DURATION", value_parser = lifetime)]
    pub(crate) ttl: Option<SignedDuration>,

    /// Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile's]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) delay: Option<SignedDuration>,
}

/// Options of the cache that is simulated.
#[derive(Debug, Args)]
#[command(next_help_heading = "Cache")]
pub(crate) struct CacheArgs {
    #[command(flatten)]
    pub(crate) counting: CountingArgs,

    #[command(flatten)]
    pub(crate) times: CacheTimesArgs,

    /// Size of the cache in blocks, such as 50000; when it is full, the least recently used block is evicted [default: no limit]
    #[arg(long, value_name = "BLOCKS", value_parser = capacity)]
    pub(crate) capacity: Option<u64>,

    /// Tokens per block of a block trace [default: as given in the trace, else 512 or 16, whichever fits its lines]
    #[arg(long, value_name = "TOKENS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) block_size: Option<u64>,
}

/// Options for laying out and counting templates.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Layout")]
pub(crate) struct LayoutArgs {
    #[command(flatten)]
    pub(crate) counting: CountingArgs,

    /// Model of the prompts: it decides tokenizer, cache rule and prices
    #[arg(long, value_name = "NAME")]
    pub(crate) model: Option<String>,

    /// A variable that has the same value in each request, with the value if it is known; may be repeated
    #[arg(long, value_name = "NAME[=VALUE]")]
    pub(crate) stable: Vec<String>,

    /// Syntax of variables: plain (none), jinja, handlebars, braces, dollar, percent, erb, go, dify, n8n, semantic-kernel or claude
    /// [default: by the file's name and text]
    #[arg(long, value_name = "NAME", value_parser = syntax)]
    pub(crate) syntax: Option<Syntax>,
}

impl LayoutArgs {
    /// The layout under these arguments, for prompts of that time.
    pub(crate) fn layout(&self, at: Option<Timestamp>) -> anyhow::Result<Layout> {
        let Settings { profile: named, overrides, .. } = self.counting.settings()?;
        let profile = named.or_else(|| {
            // Without a model, what the published guide describes.
            let model = self.model.as_deref().or(Some("deepseek-chat"));
            let choice = Profiles::builtin().choose(RequestFacts { model, time: at, ..RequestFacts::default() });
            choice.map(|choice| Arc::clone(choice.profile))
        });
        let is_named = self.model.is_some() || self.counting.profile.is_some();
        let layout = Layout::new(profile, self.model.clone(), self.constants(), overrides);
        Ok(if is_named { layout } else { layout.assumed() })
    }

    /// The layouts of some files: where neither a model nor a profile is named, each file's own model chooses.
    pub(crate) fn layouts<'a>(
        &self,
        at: Option<Timestamp>,
        files: impl IntoIterator<Item = &'a TemplateFile>,
    ) -> anyhow::Result<Layouts> {
        let is_named = self.model.is_some() || self.counting.profile.is_some();
        let models: BTreeSet<Option<String>> =
            files.into_iter().flat_map(|file| &file.templates).map(|template| template.model.clone()).collect();
        let is_assumed = !is_named && models.contains(&None);
        let models = models.into_iter().flatten().filter(|_| !is_named);
        let of_model = |model: String| {
            let own = Self { model: Some(model.clone()), ..self.clone() };
            Ok((model, own.layout(at)?))
        };
        let by_model = models.map(of_model).collect::<anyhow::Result<BTreeMap<_, _>>>()?;
        Ok(Layouts::new(self.layout(at)?, by_model, is_assumed))
    }

    /// The same, with what is left open here as the configuration says it.
    pub(crate) fn or(&self, config: &Config) -> anyhow::Result<Self> {
        let mut counting = self.counting.clone();
        if counting.profile.is_none() {
            counting.profile = config.profile()?;
            counting.profile_by = NamedBy::Repository;
        }
        Ok(Self {
            counting,
            model: self.model.clone().or_else(|| config.pricing.model.clone()),
            stable: config.stable.iter().chain(&self.stable).cloned().collect(),
            syntax: self.syntax.or(config.syntax),
        })
    }

    /// The variables that are the same in each request.
    pub(crate) fn constants(&self) -> Constants {
        let read = |given: &String| match given.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (given.clone(), None),
        };
        self.stable.iter().map(read).collect()
    }
}

impl CacheArgs {
    /// The settings of a simulation of logs, within the memory that they leave for tokens.
    pub(crate) fn settings_within(&self, rates: &RateArgs, logs: &LogArgs) -> anyhow::Result<Settings> {
        Ok(Settings { max_memory: Some(logs.options().tokens_memory()), ..self.settings(rates, &logs.zone())? })
    }

    /// The settings of a simulation under these arguments, with times that name no zone as of this one.
    pub(crate) fn settings(&self, rates: &RateArgs, zone: &Zone) -> anyhow::Result<Settings> {
        Ok(Settings {
            lifetime: self.times.ttl,
            delay: self.times.delay,
            capacity: self.capacity,
            block_size: self.block_size,
            max_memory: None,
            pricing: rates.pricing_in(zone)?,
            ..self.counting.settings()?
        })
    }

    /// The options that were given, which only a log can be replayed with.
    pub(crate) fn given(&self) -> Vec<&'static str> {
        let options = [
            ("--profile", self.counting.profile.is_some()),
            ("--tokenizer", self.counting.tokenizer.is_some()),
            ("--chat-template", self.counting.chat_template.is_some()),
            ("--ttl", self.times.ttl.is_some()),
            ("--delay", self.times.delay.is_some()),
            ("--capacity", self.capacity.is_some()),
            ("--block-size", self.block_size.is_some()),
        ];
        options.into_iter().filter(|(_, is_given)| *is_given).map(|(name, _)| name).collect()
    }
}

impl CountingArgs {
    /// The settings under which requests are counted, and nothing else said.
    pub(crate) fn settings(&self) -> anyhow::Result<Settings> {
        Ok(Settings {
            profile: self.profile.as_deref().map(|name| profile::read(name, self.profile_by)).transpose()?,
            overrides: Overrides {
                tokenizer: self.tokenizer.as_deref().map(tokenizer::read).transpose()?,
                chat_template: tokenizer::chat_template(self.chat_template.as_deref(), self.tokenizer.as_deref())?,
            },
            ..Settings::default()
        })
    }
}
