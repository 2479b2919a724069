//! Sources by what a person names: files, folders, patterns that the shell left alone, an agent's usual place, stdin.

mod usual;

use std::collections::HashSet;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use ignore::WalkBuilder;

pub(crate) use usual::{AGENTS, Agent, found_here};

use crate::input::{Source, special};
use crate::report::text::plural;
use crate::simulation::Shard;

/// The endings by which logs are found in a folder, packed or not.
const ENDINGS: [&str; 8] = ["jsonl", "ndjson", "json", "log", "txt", "har", "yaml", "yml"];

/// The endings of files that are unpacked.
const PACKED: [&str; 3] = ["gz", "zst", "zstd"];

/// The sources that names stand for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sources {
    pub(crate) sources: Vec<Source>,
    /// Files of folders that have no ending of a log, as they are shown.
    pub(crate) others: Vec<String>,
}

impl Sources {
    /// The sources that a shard reads where each reads its own, a run of them with its share of the bytes.
    ///
    /// # Errors
    /// There are fewer sources than shards, or the size of one is not known.
    pub(crate) fn of_shard(&self, shard: Shard) -> anyhow::Result<Range<usize>> {
        let sizes: Option<Vec<u64>> = self.sources.iter().map(Source::size).collect();
        let sizes = sizes.context("a pipe has no size by which files are divided: leave out --own-files")?;
        let all = u128::from(sizes.iter().sum::<u64>().max(1));
        let mut before = 0_u128;
        let mut shards = Vec::with_capacity(sizes.len());
        for size in sizes {
            // The middle of a file decides, so that each goes where most of it is.
            let middle = before + u128::from(size) / 2;
            shards.push((middle * u128::from(shard.of) / all + 1).min(shard.of.into()));
            before += u128::from(size);
        }
        let own = u128::from(shard.number);
        Ok(shards.partition_point(|number| *number < own)..shards.partition_point(|number| *number <= own))
    }

    /// These files, which somebody named each by itself.
    pub(crate) fn files(names: &[String]) -> Self {
        Self { sources: names.iter().map(Source::new).collect(), others: Vec::new() }
    }

    /// The files that the names and the agent's usual place stand for: in the order of the names, within a folder by their paths. A file
    /// that is found in a folder is taken once; one that is named by hand stays as it was named.
    ///
    /// # Errors
    /// A pattern that no file matches, a folder without a log or one that cannot be listed.
    pub(crate) fn gather(names: &[String], agent: Option<&Agent>) -> anyhow::Result<Self> {
        let mut gathered = Gathered::default();
        for name in names {
            gathered.named(name)?;
        }
        if let Some(agent) = agent {
            gathered.agent(agent)?;
        }
        Ok(gathered.sources)
    }
}

#[derive(Default)]
struct Gathered {
    sources: Sources,
    /// Files that were taken, without the links that lead to them.
    taken: HashSet<PathBuf>,
}

impl Gathered {
    fn named(&mut self, name: &str) -> anyhow::Result<()> {
        let path = Path::new(name);
        if name == "-" || !is_pattern(name) || path.exists() {
            return self.path(path, name);
        }
        let matches = glob::glob(name).with_context(|| format!("{name} is not a valid pattern of files"))?;
        let mut paths: Vec<PathBuf> =
            matches.collect::<Result<_, _>>().with_context(|| format!("cannot list {name}"))?;
        paths.sort();
        if paths.is_empty() {
            bail!("no file matches {name}");
        }
        paths.iter().try_for_each(|path| self.path(path, &path.to_string_lossy()))
    }

    /// A file that was named, or all of a folder that was.
    fn path(&mut self, path: &Path, name: &str) -> anyhow::Result<()> {
        if name != "-" && path.is_dir() {
            return self.folder(path, name);
        }
        self.taken.extend(fs::canonicalize(path));
        self.sources.sources.push(Source::new(name));
        Ok(())
    }

    fn agent(&mut self, agent: &Agent) -> anyhow::Result<()> {
        let Some((folder, shown)) = agent.folder() else { bail!("the home folder is not known: HOME is not set") };
        if !folder.is_dir() {
            bail!("{} has no logs here: there is no {shown}", agent.program);
        }
        self.folder(&folder, &shown)
    }

    /// The logs of a folder, shown under another name of it.
    fn folder(&mut self, folder: &Path, shown: &str) -> anyhow::Result<()> {
        let (before, others) = (self.sources.sources.len(), self.sources.others.len());
        for path in walk(folder)? {
            let below = path.strip_prefix(folder).unwrap_or(&path);
            let label = Path::new(shown).join(below).to_string_lossy().into_owned();
            if !has_ending(&path) {
                self.sources.others.push(label);
            } else if fs::canonicalize(&path).is_ok_and(|real| self.taken.insert(real)) {
                self.sources.sources.push(Source::found(path.to_string_lossy(), label));
            }
        }
        if self.sources.sources.len() == before {
            let others = (self.sources.others.len() - others) as u64;
            let endings = ENDINGS.map(|ending| format!(".{ending}")).join(", ");
            bail!(
                "{shown}: no log in this folder; logs end in {endings}, packed by gzip or zstd or not, with a number of a rotation behind it or not ({} of other kinds)",
                plural(others, "file")
            );
        }
        Ok(())
    }
}

/// The regular files below a folder, by their paths. Links are followed to files and not to folders, which may lead in a circle; what
/// is hidden below the folder is left alone.
///
/// # Errors
/// A folder that cannot be listed.
fn walk(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut walk = WalkBuilder::new(folder);
    walk.standard_filters(false).hidden(true).sort_by_file_path(Path::cmp);
    let mut paths = Vec::new();
    for entry in walk.build() {
        let path = entry.with_context(|| format!("cannot list {}", folder.display()))?.into_path();
        // A link to nothing is no file.
        let is_file = fs::metadata(&path).is_ok_and(|metadata| metadata.is_file() && special(&metadata).is_none());
        if is_file {
            paths.push(path);
        }
    }
    Ok(paths)
}

/// True if a file's name ends as that of a log, rotated or not: `app.jsonl`, `app.jsonl.1`, `app.log-20260405.gz`.
fn has_ending(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let is_of =
        |name: &str, endings: &[&str]| name.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending));
    let unpacked = if is_of(&name, &PACKED) { name.rsplit_once('.').map_or("", |(stem, _)| stem) } else { &name };
    // A number or a day, behind a mark of its own.
    let stem = unpacked.trim_end_matches(|letter: char| letter.is_ascii_digit() || "-_.".contains(letter));
    let is_rotated =
        unpacked[stem.len()..].starts_with(['.', '-', '_']) && unpacked.ends_with(|end: char| end.is_ascii_digit());
    is_of(unpacked, &ENDINGS) || is_rotated && is_of(stem, &ENDINGS)
}

/// True if a name has letters that stand for others in patterns.
fn is_pattern(name: &str) -> bool {
    name.contains(['*', '?', '['])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(sources: &Sources) -> Vec<&str> {
        sources.sources.iter().map(Source::label).collect()
    }

    #[test]
    fn a_folder_stands_for_its_logs_in_the_order_of_their_paths_and_each_is_taken_once() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        fs::create_dir_all(folder.path().join("b/.hidden")).unwrap();
        for name in ["b/2.jsonl", "b/1.JSONL.GZ", "a.log", "notes.md", "b/.hidden/3.jsonl", "c.zst"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let named = [place("b/2.jsonl"), folder.path().to_string_lossy().into_owned()];
        let sources = Sources::gather(&named, None).unwrap();
        assert_eq!(names(&sources), [place("b/2.jsonl"), place("a.log"), place("b/1.JSONL.GZ")]);
        assert_eq!(sources.sources.iter().map(|source| source.is_found).collect::<Vec<_>>(), [false, true, true]);
        assert_eq!(sources.others, [place("c.zst"), place("notes.md")]);
        assert_eq!(names(&Sources::gather(&[place("b/*.jsonl")], None).unwrap()), [place("b/2.jsonl")]);
        fs::create_dir(folder.path().join("r")).unwrap();
        let rotated = ["app.jsonl", "app.jsonl-20260405.gz", "app.jsonl.1", "app.log.2026-04-05", "app.log.2.zst"];
        for name in rotated.iter().chain(&["app.har2", "app.jsonl.bak", "app.md.1", "1"]) {
            fs::write(folder.path().join("r").join(name), "").unwrap();
        }
        let sources = Sources::gather(&[place("r")], None).unwrap();
        let mut found = rotated.map(|name| place(&format!("r/{name}")));
        found.sort();
        assert_eq!(names(&sources), found, "with what a rotation put aside");
        let none = Sources::gather(&[place("b/*.csv")], None).unwrap_err().to_string();
        assert!(none.starts_with("no file matches"), "{none}");
    }
}
