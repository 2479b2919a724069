//! The pairs of files to compare: two files, two folders, or paths and their version at a revision.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::bail;
use clap::Args;

use crate::caveat::Code;
use crate::report::Caveat;
use crate::template::{Syntax, TemplateFile};
use crate::workspace::boundary::Boundary;
use crate::workspace::folder::Folder;
use crate::workspace::revision::{Had, Revision, Since};
use crate::workspace::templates;

/// The paths to compare.
#[derive(Debug, Args)]
pub(crate) struct PairArgs {
    /// OLD NEW, or several such pairs; each a file, a folder, REV:PATH or -; with --git, paths alone [default: .]
    #[arg(value_name = "OLD NEW", required_unless_present = "git")]
    paths: Vec<String>,

    /// Compare each path with itself at this revision
    #[arg(long, value_name = "BASE")]
    git: Option<String>,
}

/// The pairs to compare, and caveats on the rest.
#[derive(Debug, Default)]
pub(crate) struct PairsRead {
    pub(crate) pairs: Vec<FilePair>,
    /// A sentence for each folder in which nothing changed.
    pub(crate) unchanged: Vec<String>,
    pub(crate) caveats: Vec<Caveat>,
    /// The syntax that was named.
    syntax: Option<Syntax>,
}

/// Two versions of a file; one of them may not be there.
#[derive(Debug)]
pub(crate) struct FilePair {
    /// The name by which a person knows it.
    pub(crate) name: String,
    pub(crate) old: Option<TemplateFile>,
    pub(crate) new: Option<TemplateFile>,
    /// Its path in the revision it is compared with, where that was another.
    pub(crate) was: Option<String>,
}

/// A file of lines, as logs are and templates are not.
fn is_log(path: &str) -> bool {
    let name = path.trim_end_matches(".gz").trim_end_matches(".zst");
    [".jsonl", ".ndjson", ".log"].iter().any(|ending| name.ends_with(ending))
}

impl PairArgs {
    /// Reads all pairs.
    pub(crate) fn read(&self, syntax: Option<Syntax>) -> anyhow::Result<PairsRead> {
        let mut found = PairsRead { syntax, ..PairsRead::default() };
        if let Some(base) = &self.git {
            let (base, first) = Revision::or_nothing(base, Folder::here())?;
            found.caveats.extend(first.map(|note| Code::ComparedWith.because(&note)));
            let since = base.since()?;
            // As git diff: without paths all below this folder.
            let here = [".".to_owned()];
            for path in if self.paths.is_empty() { &here[..] } else { &self.paths } {
                found.since(&base, &since, path)?;
            }
        } else {
            if !self.paths.len().is_multiple_of(2) {
                bail!("{} has no counterpart: give OLD NEW, or --git BASE", self.paths[self.paths.len() - 1]);
            }
            if let [before, after] = &self.paths[..]
                && is_log(before)
                && is_log(after)
            {
                bail!(
                    "{before} and {after} are logs, and diff compares templates: `cachecheck compare {before} {after}` says why their \
                     hit ratios differ"
                );
            }
            templates::read_stdin_once(&self.paths)?;
            for pair in self.paths.chunks_exact(2) {
                found.pairs.extend(two(&pair[0], &pair[1], syntax)?);
            }
        }
        if found.pairs.is_empty() && found.unchanged.is_empty() && found.caveats.is_empty() {
            bail!("no template in {}", if self.paths.is_empty() { ".".to_owned() } else { self.paths.join(", ") });
        }
        Ok(found)
    }
}

impl PairsRead {
    /// A path, or all templates under it, at a revision and now.
    fn since(&mut self, base: &Revision, since: &Since, path: &str) -> anyhow::Result<()> {
        let here = Path::new(path);
        // A link to a folder is the folder.
        let real = here.canonicalize().ok().filter(|real| real.is_dir());
        let path = &Folder::here().relative(&real.as_deref().unwrap_or(here).to_string_lossy())?;
        let before: BTreeSet<String> = base.list(path)?.into_iter().collect();
        if real.is_some() || before.iter().any(|name| name != path) {
            return self.folder(base, since, path, &before);
        }
        let was = since.old_path(path).filter(|_| before.is_empty());
        let pair = FilePair::since(base, was, path, self.syntax)?;
        if pair.old.is_none() && pair.new.is_none() {
            bail!("{path} exists neither here nor at {}", base.name);
        }
        self.pairs.push(pair);
        Ok(())
    }

    /// The templates in a folder that changed; other files are left out.
    fn folder(
        &mut self,
        base: &Revision,
        since: &Since,
        folder: &str,
        before: &BTreeSet<String>,
    ) -> anyhow::Result<()> {
        let is_here = Path::new(folder).is_dir();
        let walked = if is_here { templates::walk(Path::new(folder), true)?.templates } else { Vec::new() };
        let after = walked.iter().map(|path| Folder::here().relative(&path.to_string_lossy()));
        let after: BTreeSet<String> = after.collect::<Result<_, _>>()?;
        let was = |name: &String| since.old_path(name).filter(|_| after.contains(name) && !before.contains(name));
        let moved: BTreeSet<&str> = after.iter().filter_map(was).collect();
        let is_read = |name: &str| templates::is_template(name) || templates::is_source_path(name);
        let is_wanted = |name: &&String| is_read(name) && !moved.contains(name.as_str());
        let (told, known) = (self.caveats.len(), self.pairs.len());
        let mut seen = 0;
        for name in before.union(&after).filter(is_wanted) {
            seen += 1;
            match FilePair::since(base, was(name), name, self.syntax) {
                Ok(pair) if pair.is_same() || pair.is_of_settings() => {}
                Ok(pair) => self.pairs.push(pair),
                Err(error) => self.caveats.push(Code::SkippedFile.because(&format!("{error:#}"))),
            }
        }
        if seen > 0 && told == self.caveats.len() && known == self.pairs.len() {
            self.unchanged.push(format!("{folder}: no template changed since {}.", base.name));
        }
        Ok(())
    }
}

impl FilePair {
    /// A file at a revision, where it may have had another path, and now.
    fn since(base: &Revision, was: Option<&str>, name: &str, syntax: Option<Syntax>) -> anyhow::Result<Self> {
        let old_path = was.unwrap_or(name);
        let old = match base.read(old_path)? {
            Had::File(bytes) => Some(templates::parse_at(base, old_path, bytes, syntax)?),
            Had::Nothing => None,
            Had::Elsewhere => bail!("{name} belongs to another repository: run the comparison there"),
        };
        let here = Path::new(name);
        let new = here.exists().then(|| templates::read_within(&Boundary::around(Path::new("."))?, here, name, syntax));
        let new = new.transpose()?;
        Ok(Self { name: name.to_owned(), old, new, was: was.map(str::to_owned) })
    }

    /// It is data in which no prompt stands, such as the lists of packages that installers write.
    fn is_of_settings(&self) -> bool {
        self.old.iter().chain(&self.new).all(TemplateFile::is_setting)
    }

    /// Both versions have the same text.
    fn is_same(&self) -> bool {
        let both = self.old.as_ref().zip(self.new.as_ref());
        both.is_some_and(|(old, new)| old.source.text() == new.source.text() && old.beside == new.beside)
    }
}

/// Two files, or all templates of two folders by their paths within.
fn two(old: &str, new: &str, syntax: Option<Syntax>) -> anyhow::Result<Vec<FilePair>> {
    let (ours, theirs) = (Path::new(old), Path::new(new));
    if !ours.is_dir() && !theirs.is_dir() {
        let (old, new) = (templates::read(old, syntax)?, templates::read(new, syntax)?);
        return Ok(vec![FilePair { name: new.source.label().to_owned(), old: Some(old), new: Some(new), was: None }]);
    }
    if !ours.is_dir() || !theirs.is_dir() {
        bail!("{old} and {new} cannot be compared: one is a folder, the other a file");
    }
    let within = |folder: &Path| -> anyhow::Result<BTreeSet<String>> {
        let paths = templates::walk(folder, true)?.templates;
        Ok(paths
            .iter()
            .filter_map(|path| Some(path.strip_prefix(folder).ok()?.to_string_lossy().into_owned()))
            .collect())
    };
    let (before, after) = (within(ours)?, within(theirs)?);
    let read = |folder: &Path, name: &String, names: &BTreeSet<String>| {
        if !names.contains(name) {
            return Ok(None);
        }
        let path = folder.join(name);
        templates::read_within(&Boundary::around(folder)?, &path, &path.to_string_lossy(), syntax).map(Some)
    };
    let pair = |name: &String| {
        let (old, new) = (read(ours, name, &before)?, read(theirs, name, &after)?);
        Ok(FilePair { name: name.clone(), old, new, was: None })
    };
    let is_of_prompts = |pair: &anyhow::Result<FilePair>| !pair.as_ref().is_ok_and(FilePair::is_of_settings);
    before.union(&after).map(pair).filter(is_of_prompts).collect()
}
