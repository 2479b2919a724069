//! Files of assumptions: everything that `simulate --assumptions` finds out over a whole log, by which the log is replayed again, whole or
//! in parts.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use serde::{Deserialize, Serialize};

use super::decided::{Decided, Identity, WrittenDecisions};
use super::files::{self, Existing};
use super::log_facts::LogFacts;
use super::logs::Logs;
use super::output::line_on_stderr;
use crate::causes::{CauseSums, GivenBack};
use crate::simulation::Assumption;

/// Arguments that change figures, by kind.
pub(crate) type AskedKinds = BTreeMap<String, String>;

/// Causes of misses, with all of them undone at once.
pub(crate) type FoundCauses = (CauseSums, Option<GivenBack>);

/// Assumptions that were made over a whole log.
pub(crate) struct Assumed {
    pub(crate) decided: Arc<Decided>,
    pub(crate) identity: Identity,
    pub(crate) logs: LogFacts,
    pub(crate) unjudged: Vec<Assumption>,
    /// Causes of misses, if they were asked for.
    pub(crate) causes: Option<FoundCauses>,
}

/// The same in a file.
#[derive(Serialize, Deserialize)]
struct AssumptionsFile {
    /// Version of the program that wrote it.
    cachecheck: String,
    /// Arguments under which it was written.
    asked: AskedKinds,
    identity: Identity,
    decided: WrittenDecisions,
    unjudged: Vec<Assumption>,
    causes: Option<FoundCauses>,
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
    /// The assumptions in a file.
    ///
    /// # Errors
    /// The file was written by another version, or for other arguments of the kinds that are asked for.
    pub(crate) fn read(path: &Path, asked: &AskedKinds) -> anyhow::Result<Self> {
        let name = path.display();
        let text = files::named_text(path, files::LARGE).with_context(|| format!("cannot read {name}"))?;
        // The error quotes nothing of the file.
        let file: AssumptionsFile = serde_yaml::from_str(&text).map_err(|error| {
            let place = error.location().map(|place| format!(" (line {}, column {})", place.line(), place.column()));
            let place = place.unwrap_or_default();
            anyhow!("{name} is not a file of assumptions as `cachecheck simulate --assumptions` writes it{place}")
        })?;
        if file.cachecheck != env!("CARGO_PKG_VERSION") {
            bail!(
                "{name} was written by cachecheck {}, and this is {}: write it again",
                file.cachecheck,
                env!("CARGO_PKG_VERSION")
            );
        }
        let differs = |kind: &&&str| asked.get(**kind).is_some_and(|asked| file.asked.get(**kind) != Some(asked));
        if let Some(kind) = DECIDING.iter().find(differs) {
            bail!("{name} was written for other {kind}: write another one, or use the same");
        }
        let AssumptionsFile { identity, decided, unjudged, causes, logs, .. } = file;
        Ok(Self { decided: Arc::new(decided.read()?), identity, logs, unjudged, causes })
    }

    /// Refuses a log that has other requests than the one that the assumptions were made over.
    ///
    /// # Errors
    /// It has.
    pub(crate) fn require(&self, calls: Option<Identity>) -> anyhow::Result<()> {
        if calls.is_some_and(|calls| calls != self.identity) {
            let (before, now) = (self.identity.calls(), calls.map_or(0, Identity::calls));
            bail!(
                "the assumptions were made from another log, with {before} requests instead of {now}: write them again"
            );
        }
        Ok(())
    }
}

/// Writes the assumptions of a run.
///
/// # Errors
/// The file cannot be written.
pub(crate) fn write(
    path: &Path,
    asked: AskedKinds,
    decided: &Decided,
    logs: &Logs,
    (unjudged, causes): (&[Assumption], Option<&FoundCauses>),
) -> anyhow::Result<()> {
    let file = AssumptionsFile {
        cachecheck: env!("CARGO_PKG_VERSION").into(),
        asked,
        identity: logs.identity().unwrap_or_default(),
        decided: decided.written(),
        unjudged: unjudged.to_vec(),
        causes: causes.cloned(),
        logs: logs.facts().0,
    };
    let text = format!("{HEAD}{}", serde_yaml::to_string(&file)?);
    let name = path.display();
    files::write(path, text.as_bytes(), Existing::Kept).with_context(|| format!("cannot write {name}"))?;
    line_on_stderr(&format!("wrote {name}; in shards, {} together", decided.couplings.in_words()));
    Ok(())
}
