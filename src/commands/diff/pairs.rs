//! Which files are compared: two by two, two folders, or paths against a revision.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::bail;
use clap::Args;

use crate::commands::templates;
use crate::template::TemplateFile;

/// What is compared with what.
#[derive(Debug, Args)]
pub(crate) struct PairArgs {
    /// OLD NEW, or several such pairs; each a file, a folder, REV:PATH or -; with --git, paths alone
    #[arg(value_name = "OLD NEW", required = true)]
    paths: Vec<String>,

    /// Compare each path with itself at this revision
    #[arg(long, value_name = "BASE")]
    git: Option<String>,
}

/// Two versions of a file; one of them may not be there.
#[derive(Debug)]
pub(crate) struct Pair {
    /// The name by which a person knows it.
    pub(crate) name: String,
    pub(crate) old: Option<TemplateFile>,
    pub(crate) new: Option<TemplateFile>,
}

impl PairArgs {
    /// Reads all pairs.
    pub(crate) fn read(&self) -> anyhow::Result<Vec<Pair>> {
        let mut pairs = Vec::new();
        if let Some(base) = &self.git {
            for path in &self.paths {
                pairs.extend(since(base, path)?);
            }
        } else {
            if !self.paths.len().is_multiple_of(2) {
                bail!(
                    "{} has nothing to be compared with: give OLD NEW, or --git BASE",
                    self.paths[self.paths.len() - 1]
                );
            }
            for pair in self.paths.chunks_exact(2) {
                pairs.extend(two(&pair[0], &pair[1])?);
            }
        }
        if pairs.is_empty() {
            bail!("no template in {}", self.paths.join(", "));
        }
        Ok(pairs)
    }
}

/// Two files, or all templates of two folders by their paths within.
fn two(old: &str, new: &str) -> anyhow::Result<Vec<Pair>> {
    let (ours, theirs) = (Path::new(old), Path::new(new));
    if !ours.is_dir() && !theirs.is_dir() {
        let (old, new) = (templates::read(old)?, templates::read(new)?);
        return Ok(vec![Pair { name: new.source.label().to_owned(), old: Some(old), new: Some(new) }]);
    }
    if !ours.is_dir() || !theirs.is_dir() {
        bail!("{old} and {new}: one is a folder, the other is not");
    }
    let within = |folder: &Path| -> anyhow::Result<BTreeSet<String>> {
        let (paths, _) = templates::walk(folder)?;
        Ok(paths
            .iter()
            .filter_map(|path| Some(path.strip_prefix(folder).ok()?.to_string_lossy().into_owned()))
            .collect())
    };
    let (before, after) = (within(ours)?, within(theirs)?);
    let read = |folder: &Path, name: &String, names: &BTreeSet<String>| {
        names.contains(name).then(|| templates::read(&folder.join(name).to_string_lossy())).transpose()
    };
    let pair = |name: &String| {
        Ok(Pair { name: name.clone(), old: read(ours, name, &before)?, new: read(theirs, name, &after)? })
    };
    before.union(&after).map(pair).collect()
}

/// A path, or all templates under it, at a revision and now.
fn since(base: &str, path: &str) -> anyhow::Result<Vec<Pair>> {
    let before: BTreeSet<String> = templates::list_at(base, path)?.into_iter().collect();
    let here = Path::new(path);
    let is_folder = here.is_dir() || before.iter().any(|name| name != path);
    let after: BTreeSet<String> = match (is_folder, here.exists()) {
        (true, true) => templates::walk(here)?.0.iter().map(|path| path.to_string_lossy().into_owned()).collect(),
        (false, true) => BTreeSet::from([path.to_owned()]),
        (_, false) => BTreeSet::new(),
    };
    let is_wanted = |name: &&String| !is_folder || templates::is_template(name);
    let mut pairs = Vec::new();
    for name in before.union(&after).filter(is_wanted) {
        let old = before.contains(name).then(|| templates::read_at(base, name)).transpose()?;
        let new = after.contains(name).then(|| templates::read(name)).transpose()?;
        let is_same = old.as_ref().zip(new.as_ref()).is_some_and(|(old, new)| old.source.text() == new.source.text());
        // In a folder, what did not change is not worth a row.
        if !is_folder || !is_same {
            pairs.push(Pair { name: name.clone(), old, new });
        }
    }
    if pairs.is_empty() && before.is_empty() && !here.exists() {
        bail!("{path}: neither here nor at {base}");
    }
    Ok(pairs)
}
