//! `cachecheck.yaml`: what a repository's templates are, how they are laid out and priced, and which gates they must pass.

mod found;
mod prompts;
mod read;

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use found::Found;
use glob::{MatchOptions, Pattern};
pub(crate) use prompts::PromptDecisions;

use super::boundary::Boundary;
use super::folder::Folder;
use super::{files, templates};
use crate::caveat::Code;
use crate::document::{self, Notation};
use crate::money::{Currency, Decimal, ExchangeRate};
use crate::report::{Caveat, Severity};
use crate::source::{Place, SourceText};
use crate::template::{Syntax, TemplateFile};
use crate::time::Timestamp;

/// The name of the file that is looked for.
const NAME: &str = "cachecheck.yaml";

/// A repository's configuration.
#[derive(Debug, Default)]
pub(crate) struct Config {
    /// The file, for messages.
    pub(crate) label: String,
    /// Its folder, from which all its paths are seen.
    pub(crate) folder: Folder,
    /// Folder that the files which it names must not leave.
    pub(crate) boundary: Boundary,
    /// Globs of templates.
    pub(crate) templates: Vec<String>,
    pub(crate) profile: Option<String>,
    /// The syntax of the variables in all templates.
    pub(crate) syntax: Option<Syntax>,
    /// Variables that are the same in each request, as `NAME` or `NAME=VALUE`.
    pub(crate) stable: Vec<String>,
    pub(crate) pricing: PricingConfig,
    pub(crate) requests_per_day: Option<u64>,
    /// Globs of logs, now and before.
    pub(crate) logs: Vec<String>,
    pub(crate) base_logs: Vec<String>,
    /// A report that `simulate` wrote of the logs before.
    pub(crate) base_report: Option<String>,
    /// The largest share of lines of logs that cannot be read before gates on them are unknown.
    pub(crate) max_skipped: Option<Decimal>,
    pub(crate) quality: QualityConfig,
    /// Decisions on texts of source code.
    pub(crate) prompts: PromptDecisions,
    pub(crate) gates: Gates,
}

/// Files with results of evaluations.
#[derive(Debug, Default)]
pub(crate) struct QualityConfig {
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

/// At which prices.
#[derive(Debug, Default)]
pub(crate) struct PricingConfig {
    pub(crate) model: Option<String>,
    pub(crate) at: Option<Timestamp>,
    pub(crate) rates: Option<String>,
    pub(crate) currency: Option<Currency>,
    pub(crate) fx: Vec<ExchangeRate>,
    pub(crate) provider: Option<String>,
}

/// The gates that were set, each with its place in the file.
#[derive(Debug, Default)]
pub(crate) struct Gates {
    pub(crate) min_stable_prefix_tokens: Option<Limit<u64>>,
    pub(crate) max_prefix_tokens_lost: Option<Limit<u64>>,
    pub(crate) max_input_cost_increase: Option<Limit<Increase>>,
    pub(crate) min_hit_ratio: Option<Limit<Decimal>>,
    pub(crate) max_hit_ratio_drop: Option<Limit<Decimal>>,
    pub(crate) min_quality: Option<Limit<Decimal>>,
    pub(crate) max_quality_drop: Option<Limit<Decimal>>,
    pub(crate) lock: Option<Place>,
    pub(crate) lint: Option<LintGate>,
}

/// The gate on what `lint` finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LintGate {
    /// The lowest severity that fails the run; `None` where none does.
    pub(crate) fail_on: Option<Severity>,
}

/// A limit for all templates, or for some by path.
#[derive(Debug)]
pub(crate) struct Limit<T> {
    limits: Vec<(Option<Pattern>, T)>,
    pub(crate) place: Place,
}

/// The most by which something may cost more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Increase {
    /// A share of what it cost.
    Share(Decimal),
    /// An amount in 30 days, of the currency that its sign names.
    Monthly(Decimal, Option<Currency>),
}

impl Gates {
    /// True if none is set.
    fn are_none(&self) -> bool {
        self.min_stable_prefix_tokens.is_none()
            && self.max_prefix_tokens_lost.is_none()
            && self.max_input_cost_increase.is_none()
            && self.min_hit_ratio.is_none()
            && self.max_hit_ratio_drop.is_none()
            && self.min_quality.is_none()
            && self.max_quality_drop.is_none()
            && self.lock.is_none()
            && self.lint.is_none()
    }
}

impl<T: Copy> Limit<T> {
    /// The limit for a template: of its very path, else of the first glob that fits. `None` where none does.
    pub(crate) fn for_template(&self, path: &str) -> Option<T> {
        let path = path.trim_start_matches("./");
        let is_it = |pattern: &Option<Pattern>| pattern.as_ref().is_some_and(|pattern| pattern.as_str() == path);
        if let Some((_, limit)) = self.limits.iter().find(|(pattern, _)| is_it(pattern)) {
            return Some(*limit);
        }
        let fits = |pattern: &Option<Pattern>| pattern.as_ref().is_none_or(|pattern| matches(pattern, path));
        self.limits.iter().find(|(pattern, _)| fits(pattern)).map(|(_, limit)| *limit)
    }

    /// The limit for the whole.
    pub(crate) fn whole(&self) -> Option<T> {
        self.limits.first().map(|(_, limit)| *limit)
    }
}

impl Config {
    /// The named file, else the one in this folder or above it within the repository; `None` if there is none. Files that it names
    /// stay in the repository, unless a person allows others.
    ///
    /// # Errors
    /// A configuration that leads out of the repository, or cannot be read.
    pub(crate) fn find(named: Option<&str>, allow_outside: bool) -> anyhow::Result<Option<Self>> {
        if let Some(named) = named {
            let folder = Path::new(named).parent().unwrap_or(Path::new("")).to_path_buf();
            let boundary = Boundary::around(Folder::new(&folder).as_path());
            let boundary = if allow_outside { Boundary::none() } else { boundary? };
            return Self::read(Path::new(named), folder, boundary).map(Some);
        }
        let mut folder = PathBuf::new();
        // A repository's root is the last place to look.
        for _ in 0..64 {
            let path = folder.join(NAME);
            let here = Folder::new(&folder);
            if path.is_file() {
                let boundary = if allow_outside { Boundary::none() } else { Boundary::around(here.as_path())? };
                boundary.check(&path)?;
                return Self::read(&path, folder, boundary).map(Some);
            }
            let is_top = here.as_path().canonicalize().is_ok_and(|here| here.parent().is_none());
            if folder.join(".git").exists() || is_top {
                return Ok(None);
            }
            folder.push("..");
        }
        Ok(None)
    }

    /// The same for a command that cannot do without, and that names files as seen from the configuration.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn required(named: Option<&str>, allow_outside: bool) -> anyhow::Result<Self> {
        let config = Self::find(named, allow_outside)?.ok_or_else(|| {
            anyhow!("no {NAME} here or above; begin one with\n\n  profile: deepseek-v3.2\n  templates: [prompts/*.yaml]\n  gates:\n    max_prefix_tokens_lost: 64")
        })?;
        let name = Path::new(&config.label).file_name().map(|name| name.to_string_lossy().into_owned());
        Ok(Self { label: name.unwrap_or_default(), ..config })
    }

    fn read(path: &Path, folder: PathBuf, boundary: Boundary) -> anyhow::Result<Self> {
        let label = path.to_string_lossy().into_owned();
        let text = files::named_text(path, files::SMALL).with_context(|| format!("cannot read {label}"))?;
        let source = SourceText::new(label, text);
        let documents = document::read(source.text(), Notation::Yaml);
        let documents = documents.map_err(|error| anyhow!("{}: {}", source.place(error.byte), error.reason))?;
        let Some(root) = documents.first() else { bail!("{}: empty", source.label()) };
        let config = read::config(&source, root)?;
        Ok(Self { label: source.label().to_owned(), folder: Folder::new(folder), boundary, ..config })
    }

    /// Tells whether it names anything that gates may judge: gates on logs and on quality alone need no templates.
    fn names_something(&self) -> bool {
        let Self { templates, logs, quality, gates, .. } = self;
        let judges_quality = quality.after.is_some() || gates.min_quality.is_some() || gates.max_quality_drop.is_some();
        !templates.is_empty() || !logs.is_empty() || judges_quality
    }

    /// Refuses a file by which nothing is judged.
    ///
    /// # Errors
    /// It names neither templates nor logs nor results.
    pub(crate) fn require_something(&self) -> anyhow::Result<()> {
        if !self.names_something() {
            bail!("{}: {}", self.label, read::NO_TEMPLATES);
        }
        Ok(())
    }

    /// The templates that its globs name, sorted, as seen from its folder.
    pub(crate) fn template_paths(&self) -> anyhow::Result<Vec<String>> {
        let paths = self.files(&self.templates, true)?.paths;
        // Gates on logs alone need none.
        if self.templates.is_empty() {
            return Ok(paths);
        }
        if paths.is_empty() {
            bail!(
                "{}: no file matches templates: [{}]; the files of a folder are prompts/*.md, those below it too prompts/**/*.md",
                self.label,
                self.templates.join(", ")
            );
        }
        Ok(paths)
    }

    /// Caveats on globs of its templates that name nothing, and on a configuration that asks for nothing where nothing else is judged.
    pub(crate) fn caveats(&self, is_more_judged: bool) -> anyhow::Result<Vec<Caveat>> {
        let mut caveats = Vec::new();
        for pattern in &self.templates {
            let found = self.files(std::slice::from_ref(pattern), true)?;
            caveats.extend(found.unreadable.iter().map(|error| Code::SkippedFile.because(error)));
            if found.paths.is_empty() {
                caveats.push(Code::NothingMatches.caveat(None, &[("file", &self.label), ("pattern", pattern)]));
            }
        }
        if self.gates.are_none() && !is_more_judged {
            caveats.push(Code::NoGates.caveat(None, &[("file", &self.label)]));
        }
        Ok(caveats)
    }

    /// The templates that its globs name, named as seen from its folder.
    pub(crate) fn read_templates(&self) -> anyhow::Result<Vec<TemplateFile>> {
        let read = |path: &String| {
            let file = templates::read_within(&self.boundary, &self.folder.path(path), path, self.syntax)?;
            Ok(self.prompts.applied(file, path))
        };
        self.template_paths()?.iter().map(read).collect()
    }

    /// True if its globs would name a template at that path, were it there.
    pub(crate) fn is_template_path(&self, path: &str) -> bool {
        let names = |pattern: &String| Pattern::new(pattern.trim_start_matches("./"));
        self.templates.iter().filter_map(|pattern| names(pattern).ok()).any(|pattern| matches(&pattern, path))
    }

    /// The files that some globs name, within the boundary.
    fn files(&self, globs: &[String], ignores: bool) -> anyhow::Result<Found> {
        let found = found::files(&self.folder, globs, ignores).with_context(|| self.label.clone())?;
        found.paths.iter().try_for_each(|path| self.boundary.check(&self.folder.path(path)))?;
        Ok(found)
    }

    /// The logs that some globs of its `logs` or `base_logs` name, as seen from where the program was started.
    pub(crate) fn log_paths(&self, globs: &[String]) -> anyhow::Result<Vec<String>> {
        let shown = |path: String| self.folder.path(path).to_string_lossy().into_owned();
        let found = self.files(globs, false)?;
        // A gate on a part of the logs would be judged by what a permission leaves of them.
        if let Some(error) = found.unreadable.first() {
            bail!("{}: cannot read all logs: {error}", self.label);
        }
        Ok(found.paths.into_iter().map(shown).collect())
    }

    /// Its profile: a name, or a file within the boundary if there is one.
    pub(crate) fn profile(&self) -> anyhow::Result<Option<String>> {
        let Some(name) = &self.profile else { return Ok(None) };
        let path = self.folder.path(name);
        if !path.exists() {
            return Ok(Some(name.clone()));
        }
        self.boundary.check(&path)?;
        Ok(Some(path.to_string_lossy().into_owned()))
    }

    /// Its rate card, a file within the boundary.
    pub(crate) fn rate_card(&self) -> anyhow::Result<Option<String>> {
        let Some(rates) = &self.pricing.rates else { return Ok(None) };
        let path = self.folder.path(rates);
        self.boundary.check(&path)?;
        Ok(Some(path.to_string_lossy().into_owned()))
    }
}

/// True if a glob names a path, by the rules for searching folders: `*` stays within a folder.
fn matches(pattern: &Pattern, path: &str) -> bool {
    pattern.matches_with(path, MatchOptions { require_literal_separator: true, ..MatchOptions::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(yaml: &str) -> anyhow::Result<Config> {
        let source = SourceText::new("cachecheck.yaml", yaml);
        let root = document::read(yaml, Notation::Yaml)?.remove(0);
        read::config(&source, &root)
    }

    #[test]
    fn gates_are_for_all_or_by_path() {
        let config = read(
            "profile: deepseek-v3.2\ntemplates: [prompts/*.yaml]\npricing: {model: deepseek-chat, at: 2026-04-05}\ngates:\n  \
             max_prefix_tokens_lost: 64\n  min_stable_prefix_tokens: {prompts/agent.yaml: 2048}\n  \
             max_input_cost_increase: 5%\n  lint: {fail-on: warning}\n",
        )
        .unwrap();
        let gates = config.gates;
        assert_eq!(gates.max_prefix_tokens_lost.unwrap().for_template("prompts/b.yaml"), Some(64));
        let least = gates.min_stable_prefix_tokens.unwrap();
        assert_eq!(
            (least.for_template("prompts/agent.yaml"), least.for_template("prompts/b.yaml")),
            (Some(2048), None)
        );
        let globs =
            read("templates: [a]\ngates:\n  max_prefix_tokens_lost: {prompts/*.yaml: 1, prompts/**/*.yaml: 2}\n");
        let most = globs.unwrap().gates.max_prefix_tokens_lost.unwrap();
        assert_eq!((most.for_template("prompts/a.yaml"), most.for_template("prompts/deep/a.yaml")), (Some(1), Some(2)));
        assert_eq!(least.place.to_string(), "cachecheck.yaml:6:3");
        assert_eq!(gates.max_input_cost_increase.unwrap().whole(), Some(Increase::Share(Decimal::new(5, 2))));
        assert_eq!(gates.lint, Some(LintGate { fail_on: Some(Severity::Warning) }));
    }

    #[test]
    fn what_the_file_has_wrong_is_told_with_its_place() {
        let error = |yaml: &str| read(yaml).unwrap_err().to_string();
        assert!(error("templates: [a]\ngate: {}\n").starts_with("cachecheck.yaml:2:1: unknown key `gate`"));
        assert!(error("templates: [a]\ngates: {max_prefix_tokens_lost: many}\n").starts_with("cachecheck.yaml:2:33: "));
        assert!(error("gates: {}\n").contains("templates"));
        assert!(read("profile: deepseek-v3.2\n").unwrap().require_something().is_err());
        assert!(read("logs: [a.jsonl]\ngates: {min_hit_ratio: 0.5}\n").is_ok());
        assert!(error("templates: [a]\ngates: {lock: perhaps}\n").contains("enforced"));
    }
}
