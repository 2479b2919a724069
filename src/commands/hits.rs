//! `cachecheck hits`: the hits and costs of requests of which only keys are known, day after day if the state of the day before is given.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail};

use super::Outcome;
use super::args::CacheTimesArgs;
use crate::account::UnitPrices;
use crate::cache::{Instant, KeyedCache, KeyedPrompt, KeyedRequest, KeyedRule, KeyedUse, Ledger, Limits, Search};
use crate::exchange::Written;
use crate::profile::{Profile, Profiles};
use crate::report::text::{plural, thousands};
use crate::simulation::BLOCK_TRACE;
use crate::time::{SignedDuration, micros};
use crate::workspace::boundary::NamedBy;
use crate::workspace::destination::Destination;
use crate::workspace::key_state::{self, StateSettings};
use crate::workspace::key_tables::{HitRow, ReadTables, RequestRow, write_row};
use crate::workspace::output::line_on_stderr;
use crate::workspace::profile;

/// Count the hits and costs of requests by the keys that `keys` wrote
///
/// Writes a row of JSON for each request, with the fields of `simulate --format jsonl`. Requests are replayed in the order of the rows, one folder
/// after the other. A state carries what a day leaves in the caches to the next: all days one after the other give the same as all in one
/// run. There is no capacity here, which all callers of a cache share.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct HitsArgs {
    /// Folders with the tables of `cachecheck keys`
    #[arg(value_name = "FOLDER", required = true)]
    folders: Vec<PathBuf>,

    /// Folder with the state that the day before left, under the same lifetime, delay and profile
    #[arg(long, value_name = "FOLDER")]
    state_in: Option<PathBuf>,

    /// Folder for the state that these requests leave to the next day; it may be that of --state-in
    #[arg(long, value_name = "FOLDER")]
    state_out: Option<PathBuf>,

    /// The YAML file of the rule under which the keys were made, if the program has no such rule
    #[arg(long, value_name = "NAME|FILE")]
    profile: Option<String>,

    #[command(flatten)]
    times: CacheTimesArgs,
}

const EXAMPLES: &str = "\
Examples:
  cachecheck hits keys/ -o hits.jsonl
  cachecheck hits monday/ --state-out state/ -o monday.jsonl
  cachecheck hits tuesday/ --state-in state/ --state-out state/ -o tuesday.jsonl";

/// The caches, and what they are asked for.
struct Counting<'a> {
    args: &'a HitsArgs,
    /// The rule that was named.
    named: Option<Arc<Profile>>,
    /// Limits by profile.
    limits: HashMap<String, Limits>,
    cache: KeyedCache,
    key_name: Option<String>,
    sums: HitSums,
}

/// The figures of a request; `None` where keys do not tell, and where writes are not counted.
#[derive(Default)]
struct Counted {
    hit_tokens: Option<u64>,
    written: Option<Written>,
    ledger: Option<Ledger>,
}

/// Sums for people.
#[derive(Default)]
struct HitSums {
    calls: u64,
    counted: u64,
    prompt_tokens: u64,
    hit_tokens: u64,
    /// Requests whose hits keys do not tell, by profile.
    unknown: BTreeMap<String, u64>,
}

pub(crate) fn run(args: &HitsArgs, out: &mut Destination) -> anyhow::Result<Outcome> {
    each_once(&args.folders)?;
    let named = args.profile.as_deref().map(|name| profile::read(name, NamedBy::Person)).transpose()?;
    let mut settings = StateSettings {
        cachecheck: env!("CARGO_PKG_VERSION").into(),
        lifetime: args.times.ttl.map(micros),
        delay: args.times.delay.map(micros),
        profile: named.as_ref().map(|profile| profile.name.clone()),
        key_name: None,
    };
    let (cache, key_name) = match &args.state_in {
        Some(folder) => key_state::read(folder, &settings)?,
        None => (KeyedCache::default(), None),
    };
    let mut counting = Counting { args, named, limits: HashMap::new(), cache, key_name, sums: HitSums::default() };
    for folder in &args.folders {
        let (mut tables, mut uses) = (ReadTables::open(folder)?, Vec::new());
        while let Some(call) = tables.next_call(&mut uses)? {
            let row = counting.count(&call, &uses).with_context(|| format!("{}", folder.display()))?;
            write_row(&mut *out, &row)?;
        }
    }
    // A state without its hits would have the next run begin behind requests that no row tells of.
    out.publish()?;
    counting.sums.notes_on_stderr();
    if let Some(folder) = &args.state_out {
        settings.key_name = counting.key_name;
        let entries = key_state::write(folder, &settings, &counting.cache)?;
        line_on_stderr(&format!("left {} in {}", plural(entries, "cache entry"), folder.display()));
    }
    Ok(Outcome::Done)
}

/// Refuses a folder that is named twice, by whatever names: its requests would count twice, and hit their own text.
fn each_once(folders: &[PathBuf]) -> anyhow::Result<()> {
    let mut seen = HashSet::new();
    for folder in folders {
        if folder.canonicalize().is_ok_and(|path| !seen.insert(path)) {
            bail!("{} is named twice, and its requests would count twice: name each folder once", folder.display());
        }
    }
    Ok(())
}

impl Counting<'_> {
    /// The hits of a request.
    fn count<'r>(&mut self, call: &'r RequestRow, uses: &[KeyedUse]) -> anyhow::Result<HitRow<'r>> {
        if self.key_name.get_or_insert_with(|| call.key_name.clone()) != &call.key_name {
            bail!(
                "request {} has keys made with another secret than the earlier requests: make all keys with one --key-file",
                call.seq
            );
        }
        let Counted { hit_tokens, written, ledger } = self.served(call, uses)?;
        self.sums.add(call, hit_tokens);
        let priced = call.prices.as_ref().zip(call.prompt_tokens_billed);
        let cost = |(prices, prompt): (&UnitPrices, u64)| prices.cost(prompt, hit_tokens?, written);
        let without = |(prices, prompt): (&UnitPrices, u64)| prices.cost(prompt, 0, None);
        Ok(HitRow {
            seq: call.seq,
            file: call.file,
            line: call.line,
            scope: call.scope.as_deref(),
            model: call.model.as_deref(),
            profile: call.profile.as_deref(),
            prompt_tokens: call.prompt_tokens,
            hit_tokens_predicted: hit_tokens,
            written_tokens_predicted: written.map(|written| written.total()),
            ledger,
            cost_predicted: priced.and_then(cost).map(|cost| cost.decimal()),
            cost_without_cache: priced.and_then(without).map(|cost| cost.decimal()),
            currency: priced.map(|(prices, _)| prices.currency.to_string()),
        })
    }

    /// The figures of a request that keys tell.
    fn served(&mut self, call: &RequestRow, uses: &[KeyedUse]) -> anyhow::Result<Counted> {
        if call.hit_tokens.is_some() {
            return Ok(Counted { hit_tokens: call.hit_tokens, ..Counted::default() });
        }
        let policy = call.policy.as_deref();
        let Some(rule) = policy.and_then(KeyedRule::named) else { return Ok(Counted::default()) };
        let limits = self.limits(call.profile.as_deref().unwrap_or_default())?;
        let (start, end) = (Instant::from_micros(call.started), Instant::from_micros(call.ended));
        // A trace's blocks do not show where a prompt ends, so that nothing tells what only appends to it.
        let is_told = rule.search == Search::ToFirstAbsent && call.profile.as_deref() != Some(BLOCK_TRACE);
        let prompt = call.prompt_tokens.filter(|_| is_told).map(|tokens| KeyedPrompt {
            tokens,
            core_tokens: call.core_tokens - call.core_tokens.checked_rem(call.block_size).unwrap_or(0),
        });
        let served =
            self.cache.serve(&KeyedRequest { seq: call.seq, uses, search: rule.search, limits, prompt, start, end });
        // Of a prompt below the minimum no block is known.
        let has_blocks = !uses.is_empty() || call.prompt_tokens < Some(call.block_size);
        Ok(Counted {
            hit_tokens: rule.is_predicted.then_some(served.hit_tokens),
            written: rule.counts_writes.then_some(served.written),
            ledger: served.ledger.filter(|_| has_blocks),
        })
    }

    /// The limits of the cache of requests under a profile.
    fn limits(&mut self, name: &str) -> anyhow::Result<Limits> {
        if let Some(limits) = self.limits.get(name) {
            return Ok(*limits);
        }
        let named = self.named.as_ref().filter(|profile| profile.name == name);
        let found = named.or_else(|| Profiles::builtin().named(name));
        if found.is_none() && name != BLOCK_TRACE {
            bail!("some requests have the profile {name}, which is not built in: name its file with --profile");
        }
        let (own_lifetime, own_delay) =
            found.map_or((None, SignedDuration::ZERO), |profile| (profile.lifetime, profile.delay));
        let limits = Limits {
            lifetime: self.args.times.ttl.or(own_lifetime).map(micros),
            delay: micros(self.args.times.delay.unwrap_or(own_delay)),
            overrides_requests: self.args.times.ttl.is_some(),
            ..Limits::default()
        };
        self.limits.insert(name.to_owned(), limits);
        Ok(limits)
    }
}

impl HitSums {
    fn add(&mut self, call: &RequestRow, hit_tokens: Option<u64>) {
        self.calls += 1;
        let Some(hit_tokens) = hit_tokens else {
            *self.unknown.entry(call.profile.clone().unwrap_or_else(|| "no rule".into())).or_default() += 1;
            return;
        };
        self.counted += 1;
        self.prompt_tokens += call.prompt_tokens.unwrap_or(0);
        self.hit_tokens += hit_tokens;
    }

    /// Says them on stderr.
    fn notes_on_stderr(&self) {
        let (hits, prompts) = (thousands(self.hit_tokens), plural(self.prompt_tokens, "prompt token"));
        line_on_stderr(&format!("counted {}: {hits} of {prompts} are hits", plural(self.counted, "request")));
        if self.unknown.is_empty() {
            return;
        }
        let profiles: Vec<String> = self.unknown.iter().map(|(name, calls)| format!("{name}: {calls}")).collect();
        let unknown = plural(self.calls - self.counted, "request");
        line_on_stderr(&format!(
            "the hits of {unknown} cannot be counted by keys (no known rule, a rule by likelihoods, or an incomplete prompt; {}): use `simulate --partial`",
            profiles.join(", ")
        ));
    }
}
