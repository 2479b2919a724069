//! `cachecheck infer`: the rule of a cache, read from reported hits if none is published.

mod profile;

use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::sync::Arc;

use clap::ValueEnum;
use profile::InferredProfile;

use super::Outcome;
use super::args::LogArgs;
use crate::evidence::inference::{EarlierRequest, FirstRequest, Inference, ObservedRequest};
use crate::exchange::Place;
use crate::profile::Profiles;
use crate::report::Report;
use crate::simulation::{Record, Settings, Sharing, Sharings};
use crate::time::Timestamp;
use crate::wildcard;
use crate::workspace::destination::Destination;
use crate::workspace::logs::{Logs, NotesOn};
use crate::workspace::output::{notes_on_stderr, skipped_on_stderr};
use crate::workspace::replay::{Replayed, replay};

/// Infer a cache's rule from the hits that logs report
///
/// Finds the step in which hits come, the shortest prompt that hit, whether answers are kept, how soon and for how long a prefix is
/// served, and which callers share a cache. Prints a profile for `simulate --profile`, each value with its evidence; a value that the
/// requests do not show is taken from the most similar known profile, and the evidence says what is missing.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct InferArgs {
    #[command(flatten)]
    logs: LogArgs,

    /// Look only at models of this name; `*` stands for anything
    #[arg(long, value_name = "NAME")]
    model: Option<String>,

    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: ProfileFormat,
}

/// The format of profiles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ProfileFormat {
    /// A profile as `--profile` reads it; several are documents of one stream
    #[default]
    Yaml,
    /// The same values as JSON
    Json,
}

const EXAMPLES: &str = "\
Examples:
  cachecheck infer logs.jsonl
  cachecheck infer logs.jsonl --model 'grok-*' > grok.yaml && cachecheck simulate logs.jsonl --profile grok.yaml";

pub(crate) fn run(args: &InferArgs, out: &mut Destination) -> anyhow::Result<Outcome> {
    let inputs = args.logs.inputs("infer")?;
    let profiles = Profiles::builtin().all().iter().map(|profile| profile.name.clone());
    // Sharing between callers is one of the questions: to begin with, all of them may share a cache.
    let sharings = Sharings::all(profiles.chain(Sharings::WITHOUT_PROFILE.map(str::to_owned)), Sharing::Together);
    let settings = Settings {
        max_memory: Some(inputs.options.tokens_memory()),
        sharings: Arc::new(sharings),
        ..Settings::default()
    };
    let add = |observed: &mut Observed, _: &Logs, record: Record| {
        if args.model.as_deref().is_none_or(|name| wildcard::matches(name, record.model.as_deref().unwrap_or_default()))
        {
            observed.add(&record);
        }
        Ok(())
    };
    let Replayed { logs, gathered, .. } = replay(&inputs, settings, Observed::default, add)?;
    let inferred: Vec<InferredProfile> =
        gathered.groups.iter().map(|(group, calls)| InferredProfile::new(group, &Inference::new(calls))).collect();
    let caveats = logs.caveats(NotesOn::Hits);
    match args.format {
        ProfileFormat::Yaml => {
            out.write_all(profile::yaml(&inferred).as_bytes())?;
            notes_on_stderr(&caveats);
            skipped_on_stderr(&logs.faults.skipped, false);
        }
        ProfileFormat::Json => {
            let limited = Report { caveats, skipped: logs.faults.skipped, ..Report::default() };
            writeln!(out, "{:#}", profile::json(&inferred, &limited))?;
        }
    }
    Ok(Outcome::Done)
}

/// Requests of one rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Group {
    /// The profile they fall under; `None` if none is known.
    pub(super) profile: Option<String>,
    /// The model, where no profile is known.
    pub(super) model: Option<String>,
}

/// Observations of all requests.
#[derive(Default)]
struct Observed {
    groups: BTreeMap<Group, Vec<ObservedRequest>>,
    /// Facts of earlier requests that later ones need, in the order of replay.
    earlier: Vec<PriorRequest>,
    /// The indexes of earlier requests by their places.
    places: HashMap<Place, usize>,
}

/// Facts of an earlier request that later ones need.
struct PriorRequest {
    time: Option<Timestamp>,
    prompt_tokens: u64,
    whole_tokens: u64,
    common_tokens: u64,
    /// The index of the request that was the first to send what this one shared with requests before it.
    first: Option<usize>,
    scope: Option<String>,
}

impl Observed {
    fn add(&mut self, record: &Record) {
        let Some(prompt_tokens) = record.prompt_tokens.or(record.reported.prompt_tokens) else { return };
        let common_tokens = record.common_tokens.unwrap_or(0);
        let reported = record.reported.hit_tokens.filter(|_| !record.reported.contradicts);
        if let Some(hit_tokens) = reported {
            let profile = record.applied.as_ref().map(|applied| applied.profile.clone());
            let model = record.model.clone().filter(|_| profile.is_none());
            let call = ObservedRequest {
                prompt_tokens: record.reported.prompt_tokens.unwrap_or(prompt_tokens),
                hit_tokens,
                common_tokens,
                is_exact: record.reported.prompt_tokens.is_none_or(|reported| reported == prompt_tokens),
                is_of_blocks: record.blocks.is_some(),
                earlier: self.earlier_than(record),
            };
            self.groups.entry(Group { profile, model }).or_default().push(call);
        }
        let parent = record.parent.and_then(|parent| self.places.get(&parent.place));
        let seen = PriorRequest {
            time: record.time,
            prompt_tokens,
            whole_tokens: prompt_tokens + record.output_tokens.unwrap_or(0),
            common_tokens,
            first: parent.map(|parent| self.first_with(common_tokens, *parent)),
            scope: record.scope.clone(),
        };
        self.places.insert(record.place, self.earlier.len());
        self.earlier.push(seen);
    }

    fn earlier_than(&self, record: &Record) -> Option<EarlierRequest> {
        let parent = record.parent.filter(|parent| parent.common_tokens > 0 && !record.known_in_part)?;
        let call = *self.places.get(&parent.place)?;
        let (seen, first) = (&self.earlier[call], &self.earlier[self.first_with(parent.common_tokens, call)]);
        let age = |seen: &PriorRequest| {
            let age = record.time.zip(seen.time).map(|(now, then)| now.as_microsecond() - then.as_microsecond());
            age.filter(|age| *age >= 0)
        };
        Some(EarlierRequest {
            prompt_tokens: seen.prompt_tokens,
            whole_tokens: seen.whole_tokens,
            age: age(seen),
            first: FirstRequest { common_tokens: first.common_tokens, age: age(first) },
            is_of_another_caller: seen.scope != record.scope,
        })
    }

    /// The first request that sent so many tokens of a prefix, which this request sent; each step leads to an earlier one.
    fn first_with(&self, tokens: u64, mut call: usize) -> usize {
        while let Some(first) = self.earlier[call].first.filter(|_| self.earlier[call].common_tokens >= tokens) {
            call = first;
        }
        call
    }
}
