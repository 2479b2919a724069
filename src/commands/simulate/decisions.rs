//! `simulate --assumptions FILE`: everything that is found out over a whole log, in a file by which the log is replayed again, whole or
//! in shards.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use serde::{Deserialize, Serialize};

use super::SimulateArgs;
use super::partial::asked;
use super::summary::SimulationSummary;
use crate::causes::{CauseSums, GivenBack};
use crate::simulation::Assumption;
use crate::workspace::decided::{Decided, Identity, Written};
use crate::workspace::files::{self, Existing};
use crate::workspace::log_facts::LogFacts;
use crate::workspace::logs::Logs;
use crate::workspace::output::line_on_stderr;

/// Assumptions that were made over a whole log.
pub(super) struct Assumed {
    pub(super) decided: Arc<Decided>,
    pub(super) identity: Identity,
    pub(super) logs: LogFacts,
    pub(super) unjudged: Vec<Assumption>,
    /// Causes of misses, if they were asked for.
    pub(super) causes: Option<(CauseSums, Option<GivenBack>)>,
}

/// The same in a file.
#[derive(Serialize, Deserialize)]
struct AssumptionsFile {
    /// Version of the program that wrote it.
    cachecheck: String,
    /// Arguments under which it was written.
    asked: BTreeMap<String, String>,
    identity: Identity,
    decided: Written,
    unjudged: Vec<Assumption>,
    causes: Option<(CauseSums, Option<GivenBack>)>,
    logs: LogFacts,
}

/// The first lines of such a file, for whoever opens it.
const HEAD: &str = "\
# Assumptions of `cachecheck simulate` over a whole log: the rule of each call, the order of its lines, who shares a cache, and why
# tokens missed. `--assumptions` with this file replays the log by them.
";

/// The kinds of arguments on which assumptions rest.
const DECIDING: [&str; 4] = ["logs", "options of logs", "cache", "prices"];

impl Assumed {
    /// The assumptions in the file that was named; `None` if none was, or there is no such file yet.
    ///
    /// # Errors
    /// The file was written by another version, or for other arguments.
    pub(super) fn read(args: &SimulateArgs) -> anyhow::Result<Option<Self>> {
        let Some(path) = args.assumptions.as_deref().filter(|path| path.exists()) else { return Ok(None) };
        let name = path.display();
        let text = files::named_text(path, files::LARGE).with_context(|| format!("cannot read {name}"))?;
        // The error quotes nothing of the file.
        let file: AssumptionsFile = serde_yaml::from_str(&text).map_err(|error| {
            let place = error.location().map(|place| format!(" (line {}, column {})", place.line(), place.column()));
            let place = place.unwrap_or_default();
            anyhow!("{name} is no file of assumptions as `cachecheck simulate --assumptions` writes it{place}")
        })?;
        if file.cachecheck != env!("CARGO_PKG_VERSION") {
            bail!(
                "{name} was written by cachecheck {}, and this is {}: write it anew",
                file.cachecheck,
                env!("CARGO_PKG_VERSION")
            );
        }
        let own = asked(args);
        let differs = |kind: &&&str| own.get(**kind) != file.asked.get(**kind);
        if let Some(kind) = DECIDING.iter().find(differs) {
            bail!("{name} was written for other {kind}: write another one, or ask for the same");
        }
        if file.causes.is_none() && args.partial.is_some() && !args.no_causes {
            bail!("{name} was written with --no-causes, and causes are found over the whole log: say --no-causes");
        }
        let AssumptionsFile { identity, decided, unjudged, causes, logs, .. } = file;
        Ok(Some(Self { decided: Arc::new(decided.read()?), identity, logs, unjudged, causes }))
    }

    /// Refuses a log that has other calls than the one that the assumptions were made over.
    ///
    /// # Errors
    /// It has.
    pub(super) fn require(&self, calls: Option<Identity>) -> anyhow::Result<()> {
        if calls.is_some_and(|calls| calls != self.identity) {
            let (before, now) = (self.identity.calls(), calls.map_or(0, Identity::calls));
            bail!("the assumptions were made over another log, of {before} calls and not these {now}: write them anew");
        }
        Ok(())
    }
}

/// Writes the assumptions of a run.
///
/// # Errors
/// The file cannot be written.
pub(super) fn write(
    path: &Path,
    args: &SimulateArgs,
    decided: &Decided,
    logs: &Logs,
    summary: &SimulationSummary,
) -> anyhow::Result<()> {
    let file = AssumptionsFile {
        cachecheck: env!("CARGO_PKG_VERSION").into(),
        asked: asked(args),
        identity: logs.identity().unwrap_or_default(),
        decided: decided.written(),
        unjudged: summary.assumptions.clone(),
        causes: summary.causes.clone(),
        logs: logs.facts().0,
    };
    let text = format!("{HEAD}{}", serde_yaml::to_string(&file)?);
    let name = path.display();
    files::write(path, text.as_bytes(), Existing::Kept).with_context(|| format!("cannot write {name}"))?;
    line_on_stderr(&format!("wrote {name}; in shards, {} stay together", decided.couplings.in_words()));
    Ok(())
}
