//! Sources by what a person names: files, folders, patterns that the shell left alone, an agent's usual place, stdin.

mod elsewhere;
mod ending;
mod identity;
mod usual;

use std::collections::HashMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use ending::{ENDINGS, Ending, may_be_log};
use identity::FileIdentity;
use ignore::WalkBuilder;

pub(crate) use usual::{AGENTS, Agent, found_here, listed_here};
use usual::{UsualPlace, opencode_advice, opencode_database};

use crate::input::{Source, special};
use crate::report::text::plural;
use crate::simulation::Shard;

/// The sources that names stand for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_field_names, reason = "the sources are what it holds, beside what was passed over for them")]
pub(crate) struct Sources {
    pub(crate) sources: Vec<Source>,
    /// Files of folders that have no ending of a log and were not opened: as they are shown, and their endings.
    pub(crate) unopened: Vec<(String, String)>,
    /// Files of folders that have no ending, and are no text.
    pub(crate) binary: Vec<String>,
    /// Names under which files were met again, as they are shown: each is read once.
    pub(crate) again: Vec<String>,
    /// Index of the source that was named last.
    pub(crate) last: usize,
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
        let mut gathered = Gathered::default();
        for name in names {
            gathered.take(Path::new(name), Source::new(name));
        }
        gathered.sources
    }

    /// The files that the names and the agent's usual place stand for: in the order of the names, within a folder by their paths. Each
    /// file is taken once, under the name by which it was met first.
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
    /// Files that were taken, with their indices among the sources.
    taken: HashMap<FileIdentity, usize>,
}

impl Gathered {
    /// Takes a file, unless it was taken before under whatever name.
    fn take(&mut self, path: &Path, source: Source) {
        let Sources { sources, again, last, .. } = &mut self.sources;
        let next = sources.len();
        let known = FileIdentity::find(path).map_or(next, |file| *self.taken.entry(file).or_insert(next));
        *last = known;
        if known < next {
            again.push(source.label().to_owned());
        } else {
            sources.push(source);
        }
    }

    fn named(&mut self, name: &str) -> anyhow::Result<()> {
        let path = Path::new(name);
        if name == "-" || path.exists() {
            return self.path(path, name);
        }
        if let Some(advice) = elsewhere::advice(name) {
            bail!("{advice}");
        }
        if !is_pattern(name) {
            return self.path(path, name);
        }
        // Files that a folder's search leaves out, a pattern leaves out too: hidden ones that are not named so, and behind `**` linked folders.
        let options = glob::MatchOptions { require_literal_leading_dot: true, ..glob::MatchOptions::new() };
        let matches =
            glob::glob_with(name, options).with_context(|| format!("{name} is not a valid pattern of files"))?;
        let mut paths: Vec<PathBuf> =
            matches.collect::<Result<_, _>>().with_context(|| format!("cannot list {name}"))?;
        let named: PathBuf =
            path.components().take_while(|part| !is_pattern(&part.as_os_str().to_string_lossy())).collect();
        paths.retain(|path| !(name.contains("**") && is_behind_link(path, &named)));
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
        if let Some(database) = opencode_database(path, name) {
            bail!("{}", opencode_advice(&database));
        }
        self.take(path, Source::new(name));
        Ok(())
    }

    fn agent(&mut self, agent: &Agent) -> anyhow::Result<()> {
        let Some(UsualPlace { path, shown }) = agent.folder() else {
            bail!("the home folder is not known: HOME is not set")
        };
        let databases = agent.databases();
        if !databases.is_empty() {
            let advice: Vec<String> = databases.iter().map(opencode_advice).collect();
            let older = if path.is_dir() {
                format!("\nSessions of older versions are in {shown}, which can be named.")
            } else {
                String::new()
            };
            bail!("{}{older}", advice.join("\n"));
        }
        if !path.is_dir() {
            bail!("{} has no logs here: there is no {shown}", agent.program);
        }
        self.folder(&path, &shown)
    }

    /// The logs of a folder, shown under another name of it.
    fn folder(&mut self, folder: &Path, shown: &str) -> anyhow::Result<()> {
        let (mut found, mut others) = (0, 0);
        for path in walk(folder)? {
            let below = path.strip_prefix(folder).unwrap_or(&path);
            let label = Path::new(shown).join(below).to_string_lossy().into_owned();
            match Ending::of_file(&path) {
                Ending::Other(ending) => self.sources.unopened.push((label, ending)),
                Ending::Missing if !may_be_log(&path) => self.sources.binary.push(label),
                _ => {
                    found += 1;
                    self.take(&path, Source::found(path.to_string_lossy(), label));
                    continue;
                }
            }
            others += 1;
        }
        if found == 0 {
            let endings = ENDINGS.map(|ending| format!(".{ending}")).join(", ");
            bail!(
                "{shown}: no log in this folder; logs end in {endings}, packed by gzip or zstd or not, with a number of a rotation behind it or not, or have no ending ({} of other kinds)",
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

/// True for a file in a linked folder below one that was named.
fn is_behind_link(path: &Path, named: &Path) -> bool {
    let folders = path.ancestors().skip(1).take_while(|folder| folder.starts_with(named) && *folder != named);
    folders.into_iter().any(Path::is_symlink)
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
        for (name, bytes) in [
            ("b/2.jsonl", ""),
            ("b/1.JSONL.GZ", ""),
            ("a.log", ""),
            ("notes.md", ""),
            ("b/.hidden/3.jsonl", ""),
            ("c", "{}"),
            ("core", "\0\0"),
        ] {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        let named = [place("b/2.jsonl"), folder.path().to_string_lossy().into_owned()];
        let sources = Sources::gather(&named, None).unwrap();
        assert_eq!(names(&sources), ["b/2.jsonl", "a.log", "b/1.JSONL.GZ", "c"].map(place));
        assert_eq!(sources.sources.iter().map(|source| source.is_found).collect::<Vec<_>>(), [false, true, true, true]);
        assert_eq!(sources.unopened, [(place("notes.md"), "md".to_owned())]);
        assert_eq!((sources.binary, sources.again), (vec![place("core")], vec![place("b/2.jsonl")]));
        #[cfg(unix)]
        std::os::unix::fs::symlink(folder.path().join("b"), folder.path().join("link")).unwrap();
        let below = Sources::gather(&[place("**/*.jsonl")], None).unwrap();
        assert_eq!(names(&below), [place("b/2.jsonl")], "neither hidden nor behind a link");
        let hidden = Sources::gather(&[place("b/.hidden/*.jsonl")], None).unwrap();
        assert_eq!(names(&hidden), [place("b/.hidden/3.jsonl")], "as it is named so");
        let again = ["b/*.jsonl", "b/./2.jsonl"].map(place);
        let sources = Sources::gather(&again, None).unwrap();
        assert_eq!((names(&sources), sources.last), (vec![place("b/2.jsonl").as_str()], 0));
        let none = Sources::gather(&[place("b/*.csv")], None).unwrap_err().to_string();
        assert!(none.starts_with("no file matches"), "{none}");
    }
}
