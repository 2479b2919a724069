//! Files in git: their content in a revision, and their changes since.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use super::files;
use super::folder::Folder;
use super::git_session::{Contents, GitSession};
use crate::report::Report;

/// A revision of the repository that a folder is in.
#[derive(Debug)]
pub(crate) struct Revision {
    /// As a person wrote it.
    pub(crate) name: String,
    /// The id of its tree.
    tree: String,
    /// This folder as seen from the repository's root, with a slash behind it; nothing in the root.
    prefix: String,
    /// The folder from which paths are seen.
    folder: Folder,
    /// Looks paths up in the tree.
    lookup: RefCell<Option<GitSession>>,
    /// Hashes the files that are here as git would store them.
    hashing: RefCell<Option<GitSession>>,
    /// Gives objects as a checkout would write them.
    contents: RefCell<Option<Contents>>,
    /// Answers about many paths.
    known: RefCell<GitAnswers>,
    /// The roots of the repositories that folders are in.
    tops: RefCell<HashMap<PathBuf, Option<Vec<u8>>>>,
}

/// Answers of git about many paths, which were asked for at once.
#[derive(Debug, Default)]
struct GitAnswers {
    /// The object by each path from the root, or the reason why there is none.
    looked_up: HashMap<String, String>,
    /// The objects that files which are here would be stored as.
    hashed: HashMap<String, String>,
}

/// The content of a revision at a path.
#[derive(Debug)]
pub(crate) enum Had {
    /// A file, as a checkout would write it.
    File(Vec<u8>),
    /// No file.
    Nothing,
    /// Unknown: the path now belongs to another repository, such as a submodule, or to none.
    Elsewhere,
}

/// The changes to files since a revision, by their paths as seen from a folder.
#[derive(Debug, Default)]
pub(crate) struct Since {
    /// Old and new paths of what git takes for the same file.
    renamed: Vec<(String, String)>,
    /// Paths that are no longer there.
    pub(crate) gone: Vec<String>,
    /// The folder from which they are seen.
    folder: Folder,
}

/// The id of a tree with nothing in it, which git knows in every repository.
const EMPTY_TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/// Folders that are listed by one command: arguments have a limit.
const FOLDERS_AT_ONCE: usize = 200;

/// The words that git writes; `None` if it writes none or fails.
fn git_tells(folder: &Folder, arguments: &[&str]) -> Option<String> {
    let told = folder.git(arguments).ok()?;
    Some(String::from_utf8_lossy(&told).trim().to_owned()).filter(|told| !told.is_empty())
}

/// Tells whether a name such as `HEAD~1` means what was before the only commit that there is.
fn is_before_the_first(name: &str, folder: &Folder) -> bool {
    let told = |arguments: &[&str]| git_tells(folder, arguments);
    let is_before = name.ends_with('^') || name.contains('~');
    is_before
        && told(&["rev-list", "--count", "HEAD"]).as_deref() == Some("1")
        && told(&["rev-parse", "--is-shallow-repository"]).as_deref() != Some("true")
        && told(&["rev-parse", "--verify", "--quiet", &format!("{name}^{{tree}}")]).is_none()
}

impl Revision {
    /// The revision of that name.
    ///
    /// # Errors
    /// Fails if there is none, or no repository.
    pub(crate) fn named(name: &str, folder: Folder) -> anyhow::Result<Self> {
        let prefix = folder.in_repository().with_context(|| format!("cannot look for {name}"))?;
        let told = folder.git(&["rev-parse", "--verify", "--quiet", &format!("{name}^{{tree}}")]).unwrap_or_default();
        let tree = String::from_utf8_lossy(&told).trim_end().to_owned();
        // Git also knows what is to be left out, as `^main`.
        if tree.is_empty() || tree.starts_with('^') {
            let shallow =
                folder.git(&["rev-parse", "--is-shallow-repository"]).is_ok_and(|told| told.starts_with(b"true"));
            let fetch = "; this clone is shallow, so fetch it first (`git fetch --unshallow`, in GitHub Actions `fetch-depth: 0`)";
            bail!("git knows no revision {name:?}{}", if shallow { fetch } else { "" });
        }
        Ok(Self {
            name: name.to_owned(),
            tree,
            prefix,
            folder,
            lookup: RefCell::default(),
            hashing: RefCell::default(),
            contents: RefCell::default(),
            known: RefCell::default(),
            tops: RefCell::default(),
        })
    }

    /// The revision from which the work here began: where it parted from the named one. Where git tells none, the named one itself.
    /// `REV...` means the same. Of the first commit, which has nothing before it, it is empty.
    ///
    /// # Errors
    /// As [`Self::named`].
    pub(crate) fn begun_from(name: &str, folder: Folder) -> anyhow::Result<(Self, Option<String>)> {
        let name = name.trim_end_matches("...");
        if is_before_the_first(name, &folder) {
            return Self::or_nothing(name, folder);
        }
        let told = |arguments: &[&str]| git_tells(&folder, arguments);
        let (own, base) = (told(&["rev-parse", &format!("{name}^{{commit}}")]), told(&["merge-base", name, "HEAD"]));
        match base {
            Some(base) if Some(&base) != own.as_ref() => {
                let note = format!("compared with {}, where this branch left {name}", &base[..base.len().min(10)]);
                Ok((Self { name: name.to_owned(), ..Self::named(&base, folder)? }, Some(note)))
            }
            _ => Ok((Self::named(name, folder)?, None)),
        }
    }

    /// The revision of that name; before the first commit an empty one, with a sentence that says so.
    ///
    /// # Errors
    /// As [`Self::named`].
    pub(crate) fn or_nothing(name: &str, folder: Folder) -> anyhow::Result<(Self, Option<String>)> {
        if is_before_the_first(name, &folder) {
            let empty = Self { name: name.to_owned(), ..Self::named(EMPTY_TREE, folder)? };
            return Ok((empty, Some("this is the first commit: there is nothing before it to compare with".into())));
        }
        Ok((Self::named(name, folder)?, None))
    }

    /// The number of folders between the repository's root and the folder from which paths are seen.
    pub(crate) fn depth(&self) -> usize {
        self.prefix.split('/').filter(|part| !part.is_empty()).count()
    }

    /// A file, links followed.
    pub(crate) fn read(&self, path: &str) -> anyhow::Result<Had> {
        let Some(whole) = from_root(&self.prefix, &self.folder.relative(path)?) else { return Ok(Had::Elsewhere) };
        if whole.contains('\n') {
            bail!("{path:?} has a line end in its name: rename it");
        }
        let told = self.look_up(&whole)?;
        match told.strip_prefix("blob ") {
            Some(object) if self.is_as_here(object, &whole, path) => {
                let here = files::named_bytes(&self.folder.path(path), files::LARGE);
                here.map(Had::File).map_err(Into::into)
            }
            // A checkout may have other line endings than the revision.
            Some(object) => self.checked_out(object, &whole).map(Had::File),
            // A link that leads out of the repository, or names its target from the root of the disk.
            None if told.starts_with("symlink ") || self.is_elsewhere(path) => Ok(Had::Elsewhere),
            None => Ok(Had::Nothing),
        }
        .with_context(|| format!("cannot read {}:{path}", self.name))
    }

    /// Asks git for many paths at once, which will be read one by one: a hundred times as fast as to wait for each answer.
    pub(crate) fn look_up_together(&self, paths: &[&str]) -> anyhow::Result<()> {
        let mut asked = Vec::new();
        for path in paths {
            let whole = from_root(&self.prefix, &self.folder.relative(path)?);
            asked.extend(whole.filter(|whole| !whole.contains('\n')).map(|whole| (*path, whole)));
        }
        let mut looked_up = self.listed(asked.iter().map(|(_, whole)| whole.as_str()));
        let rest: Vec<&String> =
            asked.iter().map(|(_, whole)| whole).filter(|whole| !looked_up.contains_key(*whole)).collect();
        let questions: Vec<String> = rest.iter().map(|whole| format!("{}:{whole}", self.tree)).collect();
        let mut answers = Vec::new();
        self.with_lookup(|session| {
            session.ask_all(&questions, |session, answer| {
                pass_target(session, &answer)?;
                answers.push(answer);
                Ok(())
            })
        })?;
        looked_up.extend(rest.into_iter().cloned().zip(answers));
        let is_here = |(path, whole): &&(&str, String)| {
            looked_up.get(whole).is_some_and(|answer| answer.starts_with("blob ")) && self.folder.path(path).is_file()
        };
        let here: Vec<String> = asked.iter().filter(is_here).map(|(_, whole)| whole.clone()).collect();
        let mut hashes = Vec::new();
        if let Ok(mut session) = GitSession::start(&self.folder, &["hash-object", "--stdin-paths"]) {
            // It ends at a file that it cannot read; the rest is asked one by one.
            let _ = session.ask_all(&here, |_, hash| {
                hashes.push(hash);
                Ok(())
            });
        }
        let mut known = self.known.borrow_mut();
        known.looked_up.extend(looked_up);
        known.hashed.extend(here.into_iter().zip(hashes));
        Ok(())
    }

    /// The plain files among some paths from the root, each with the answer that looking it up would give. Looked up, a path costs git all
    /// names of its folder; listed, the folder is read once.
    fn listed<'a>(&self, paths: impl Iterator<Item = &'a str>) -> HashMap<String, String> {
        let folder = |path: &'a str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let folders: BTreeSet<String> = paths.map(folder).collect();
        let (root, below): (Vec<&String>, Vec<&String>) = folders.iter().partition(|folder| folder.is_empty());
        let mut found = HashMap::new();
        for folders in below.chunks(FOLDERS_AT_ONCE).chain(root.iter().map(|_| &[][..])) {
            let asked = ["ls-tree", "-z", "--full-tree", &self.tree, "--"].into_iter();
            let asked: Vec<&str> = asked.chain(folders.iter().map(|folder| folder.as_str())).collect();
            // The others are looked up.
            let listed = self.folder.git(&asked).unwrap_or_default();
            let entries = listed.split(|byte| *byte == 0).filter_map(|entry| std::str::from_utf8(entry).ok());
            for (kind, path) in entries.filter_map(|entry| entry.split_once('\t')) {
                // `100644 blob 5f8a…`; links and the like have other modes.
                let object = kind.split_once(' ').filter(|(mode, _)| mode.starts_with("100"));
                found.extend(object.map(|(_, object)| (path.to_owned(), object.to_owned())));
            }
        }
        found
    }

    /// Asks git about a path from the root, links followed: `blob` and its id, or the reason why there is none.
    fn look_up(&self, whole: &str) -> anyhow::Result<String> {
        if let Some(known) = self.known.borrow().looked_up.get(whole) {
            return Ok(known.clone());
        }
        self.with_lookup(|session| {
            let answer = session.ask(&format!("{}:{whole}", self.tree))?;
            pass_target(session, &answer)?;
            Ok(answer)
        })
    }

    fn with_lookup<T>(&self, ask: impl FnOnce(&mut GitSession) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let mut lookup = self.lookup.borrow_mut();
        let session = match &mut *lookup {
            Some(session) => session,
            none => {
                let asked = ["cat-file", "--batch-check=%(objecttype) %(objectname)", "--follow-symlinks"];
                none.insert(GitSession::start(&self.folder, &asked)?)
            }
        };
        ask(session)
    }

    /// An object as a checkout would write it to that path.
    fn checked_out(&self, object: &str, whole: &str) -> anyhow::Result<Vec<u8>> {
        let mut contents = self.contents.borrow_mut();
        if contents.is_none() {
            *contents = Contents::start(&self.folder).ok();
        }
        // Between an object's name and a path git passes over white space.
        let is_told_whole = !whole.starts_with([' ', '\t']);
        if let Some(Ok(file)) = contents.as_mut().filter(|_| is_told_whole).map(|contents| contents.read(object, whole))
        {
            return Ok(file);
        }
        // It ends at a filter that fails. Git then says why where it is asked for this file alone.
        *contents = None;
        self.folder.git(&["cat-file", "--filters", &format!("--path={whole}"), object])
    }

    /// True if git takes the file that is here for that object, whatever its line endings.
    fn is_as_here(&self, object: &str, whole: &str, path: &str) -> bool {
        if !self.folder.path(path).is_file() {
            return false;
        }
        if let Some(hashed) = self.known.borrow().hashed.get(whole) {
            return hashed == object;
        }
        let mut hashing = self.hashing.borrow_mut();
        if hashing.is_none() {
            *hashing = GitSession::start(&self.folder, &["hash-object", "--stdin-paths"]).ok();
        }
        if let Some(Ok(hashed)) = hashing.as_mut().map(|session| session.ask(whole)) {
            return hashed == object;
        }
        // It ends at a file that it cannot read.
        *hashing = None;
        false
    }

    /// True if the file that is at a path now, links followed, is outside the repository that the folder is in.
    fn is_elsewhere(&self, path: &str) -> bool {
        let Ok(real) = self.folder.path(path).canonicalize() else { return false };
        real.parent().is_some_and(|parent| self.top_of(parent) != self.top_of(self.folder.as_path()))
    }

    /// The root of the repository that a folder is in, if it is in one.
    fn top_of(&self, folder: &Path) -> Option<Vec<u8>> {
        let ask = || {
            let mut git = Command::new("git");
            git.args(["rev-parse", "--show-toplevel"]).current_dir(folder);
            git.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE");
            git.output().ok().filter(|output| output.status.success()).map(|output| output.stdout)
        };
        self.tops.borrow_mut().entry(folder.to_path_buf()).or_insert_with(ask).clone()
    }

    /// The files under some path, as seen from here, and links.
    pub(crate) fn list(&self, path: &str) -> anyhow::Result<Vec<String>> {
        let listed = self
            .folder
            .git(&["ls-tree", "-r", "-z", &self.tree, "--", path])
            .with_context(|| format!("cannot list {path} at {}", self.name))?;
        let listed = String::from_utf8_lossy(&listed);
        let files = listed.split('\0').filter(|entry| entry.starts_with("100") || entry.starts_with("120"));
        Ok(files.filter_map(|entry| Some(entry.split_once('\t')?.1.to_owned())).collect())
    }

    /// Lists the changes to files since. Git also tells a file that was renamed and changed.
    pub(crate) fn since(&self) -> anyhow::Result<Since> {
        let asked = ["diff", "--no-relative", "--name-status", "-z", "--find-renames", "-l10000", "--diff-filter=RD"];
        let changes = self
            .folder
            .git(&[&asked[..], &[&self.tree, "--"]].concat())
            .with_context(|| format!("cannot tell what changed since {}", self.name))?;
        let up = "../".repeat(self.prefix.matches('/').count());
        let changes = String::from_utf8_lossy(&changes);
        let mut fields = changes.split('\0');
        let mut since = Since { folder: self.folder.clone(), ..Since::default() };
        while let (Some(status), Some(path)) = (fields.next(), fields.next()) {
            let path = self.folder.relative(&format!("{up}{path}"))?;
            let new = if status.starts_with('R') { fields.next() } else { None };
            match new {
                Some(new) => since.renamed.push((path, self.folder.relative(&format!("{up}{new}"))?)),
                None => since.gone.push(path),
            }
        }
        Ok(since)
    }
}

/// Passes over the target that follows the answer of a link which leads nowhere in the tree, by its length in bytes.
fn pass_target(session: &mut GitSession, answer: &str) -> anyhow::Result<()> {
    let target = ["symlink ", "dangling ", "loop ", "notdir "].iter().find_map(|kind| answer.strip_prefix(kind));
    match target.and_then(|length| length.parse::<u64>().ok()) {
        Some(length) => session.skip(length + 1),
        None => Ok(()),
    }
}

impl Since {
    /// The path that a file had.
    pub(crate) fn old_path(&self, path: &str) -> Option<&str> {
        let path = self.folder.relative(path).ok()?;
        self.renamed.iter().find(|(_, new)| *new == path).map(|(old, _)| old.as_str())
    }
}

/// Names files as seen from the repository's root, from where those who show a report's findings beside the code look for them. Without
/// a repository that is where the program was started. The report's files are named as seen from `folder`, or from where the
/// program was started.
pub(crate) fn name_from_root(report: &mut Report, folder: &Folder) {
    let prefix = |seen_from: &Folder| {
        let outside = || Folder::here().relative(&seen_from.as_path().to_string_lossy()).unwrap_or_default();
        seen_from.in_repository().unwrap_or_else(|_| outside())
    };
    let (here, prefixes) = (Folder::here(), [prefix(folder), prefix(&Folder::here())]);
    let findings = report.findings.iter_mut().flat_map(|finding| [Some(&mut finding.place), finding.end.as_mut()]);
    let gates = report.gates.iter_mut().map(|gate| gate.place.as_mut());
    for place in findings.chain(gates).flatten() {
        // Files that are in a revision alone, or came through a pipe, are in no folder.
        if !Path::new(&place.path).is_relative() {
            continue;
        }
        let seen = [folder, &here].iter().position(|folder| folder.path(&place.path).exists());
        if let Some(path) = seen.and_then(|seen| from_root(&prefixes[seen], &place.path)) {
            place.path = path;
        }
    }
}

/// A path as seen from the repository's root; `None` where it leads out of it.
fn from_root(prefix: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in prefix.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
