//! Template files: read from disk, from stdin or from a revision of a git repository.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use ignore::WalkBuilder;
use ignore::gitignore::Gitignore;

use super::beside;
use super::boundary::Boundary;
use super::files;
use super::folder::Folder;
use super::revision::{Had, Revision};
use crate::source::SourceText;
use crate::template::{Loaders, ReadBeside, Syntax, TemplateFile, is_hidden_for_assistants, is_source};

/// The endings by which templates are found in a folder.
const ENDINGS: [&str; 22] = [
    "yaml",
    "yml",
    "json",
    "toml",
    "prompty",
    "prompt",
    "txt",
    "md",
    "mdc",
    "j2",
    "jinja",
    "jinja2",
    "mustache",
    "liquid",
    "hbs",
    "erb",
    "tmpl",
    "gotmpl",
    "gotpl",
    "handlebars",
    "baml",
    "st",
];

/// Reads `PATH`, `REV:PATH` or `-`, by the syntax that was named, else the one that it seems to have.
///
/// # Errors
/// Fails on files that cannot be read, and on those that are not text.
pub(crate) fn read(name: &str, syntax: Option<Syntax>) -> anyhow::Result<TemplateFile> {
    if name == "-" {
        let bytes = files::bounded(std::io::stdin(), files::LARGE).context("cannot read stdin")?;
        return parse(name, bytes, syntax, &|_| None);
    }
    let path = Path::new(name);
    if let (false, Some((revision, path))) = (path.exists(), name.split_once(':')) {
        return read_at(&Revision::named(revision, Folder::here())?, path, syntax);
    }
    let bytes = files::named_bytes(path, files::LARGE).with_context(|| format!("cannot read {name}"))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match Boundary::around(folder) {
        Ok(boundary) => parse(name, bytes, syntax, &beside::on_disk(path, &boundary)),
        Err(_) => parse(name, bytes, syntax, &|_| None),
    }
}

/// Reads a file that a repository names, or that was found in a folder: a regular file within the boundary.
///
/// # Errors
/// A file that leads out of the boundary, what cannot be read, and what is not text.
pub(crate) fn read_within(
    boundary: &Boundary,
    path: &Path,
    label: &str,
    syntax: Option<Syntax>,
) -> anyhow::Result<TemplateFile> {
    boundary.check(path)?;
    let bytes = files::regular(path).and_then(|()| files::named_bytes(path, files::LARGE));
    let bytes = bytes.with_context(|| format!("cannot read {label}"))?;
    parse(label, bytes, syntax, &beside::on_disk(path, boundary))
}

/// Refuses names of which several mean stdin: the second would find it empty.
pub(crate) fn read_stdin_once(names: &[String]) -> anyhow::Result<()> {
    if names.iter().filter(|name| *name == "-").count() > 1 {
        bail!("- is stdin, which can be read once: name files for the others");
    }
    Ok(())
}

/// Reads a path of a revision.
pub(crate) fn read_at(revision: &Revision, path: &str, syntax: Option<Syntax>) -> anyhow::Result<TemplateFile> {
    match revision.read(path)? {
        Had::File(bytes) => parse_at(revision, path, bytes, syntax),
        Had::Nothing => bail!("{path} is not in {}", revision.name),
        Had::Elsewhere => bail!("{path} belongs to another repository: compare it there"),
    }
}

/// Reads what a revision had by some path, with the files that it names as the revision had them.
pub(crate) fn parse_at(
    revision: &Revision,
    path: &str,
    bytes: Vec<u8>,
    syntax: Option<Syntax>,
) -> anyhow::Result<TemplateFile> {
    let label = format!("{}:{path}", revision.name);
    parse(&label, bytes, syntax, &beside::in_revision(path, revision))
}

/// Reads a template; `beside` reads the files that it names.
fn parse(label: &str, bytes: Vec<u8>, syntax: Option<Syntax>, beside: ReadBeside<'_>) -> anyhow::Result<TemplateFile> {
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            bail!("{label}: not text: byte {at} is not UTF-8; save it in that encoding")
        }
    };
    if text.contains('\0') {
        bail!("{label}: not text: it has null bytes")
    }
    Ok(TemplateFile::read_as(SourceText::new(label, text), syntax, beside))
}

/// Files below a folder.
pub(crate) struct Walked {
    /// Templates by their endings, sorted.
    pub(crate) templates: Vec<PathBuf>,
    /// Code, which may load them; those of it whose prompts are read are among the templates as well.
    pub(crate) code: Vec<PathBuf>,
    /// The number of all others.
    pub(crate) others: u64,
    /// The number of templates that git ignores.
    pub(crate) ignored: u64,
}

/// Walks a folder; what git ignores is left out, and what is hidden unless assistants read it. A file that git keeps is not ignored, whatever
/// pattern it meets.
pub(crate) fn walk(folder: &Path, with_source: bool) -> anyhow::Result<Walked> {
    let mut found = Walked { templates: Vec::new(), code: Vec::new(), others: 0, ignored: 0 };
    let kept = Folder::new(folder).git(&["ls-files", "-z", "--cached", "--ignored", "--exclude-standard"]);
    for entry in walker(folder, kept.is_ok()).build() {
        let entry = entry.with_context(|| format!("cannot read {}", folder.display()))?;
        found.take(folder, entry.into_path(), with_source);
    }
    if let Ok(kept) = kept {
        for path in listed(&kept).filter(|path| !is_hidden(path)) {
            found.take(folder, folder.join(path), with_source);
        }
        // A folder that is ignored as a whole is one entry, and not looked into.
        let ignored = ["ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"];
        let ignored = Folder::new(folder).git(&ignored).unwrap_or_default();
        let is_template = |path: &PathBuf| is_template(&path.to_string_lossy()) && !is_hidden(path);
        found.ignored = listed(&ignored).filter(is_template).count() as u64;
    }
    for paths in [&mut found.templates, &mut found.code] {
        paths.sort();
        paths.dedup();
    }
    Ok(found)
}

/// The paths that git lists.
fn listed(told: &[u8]) -> impl Iterator<Item = PathBuf> {
    told.split(|byte| *byte == 0)
        .filter(|path| !path.is_empty())
        .map(|path| String::from_utf8_lossy(path).as_ref().into())
}

/// The walk over a folder. Outside a repository nothing tells which files git would keep: its patterns leave out folders there, and no files.
fn walker(folder: &Path, is_in_repository: bool) -> WalkBuilder {
    let mut walker = WalkBuilder::new(folder);
    walker.git_ignore(is_in_repository).git_exclude(is_in_repository).sort_by_file_name(std::ffi::OsStr::cmp);
    let patterns = (!is_in_repository).then(|| Gitignore::new(folder.join(".gitignore")).0);
    let start = folder.to_path_buf();
    walker.hidden(false).filter_entry(move |entry| {
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        let is_ignored = || patterns.as_ref().is_some_and(|patterns| patterns.matched(entry.path(), true).is_ignore());
        let own = entry.path().strip_prefix(&start).unwrap_or(entry.path());
        !(is_hidden(own) || is_folder && is_ignored())
    });
    walker
}

/// Tells whether a file of a hidden folder is none that an assistant is given from the start: its settings, or a page of a skill that it opens
/// itself.
fn is_opened_later(path: &Path) -> bool {
    let is_hidden = path.iter().any(|part| part.to_string_lossy().starts_with('.'));
    let is_of_settings = path.extension().is_some_and(|ending| ending == "json");
    let is_of_skill =
        path.iter().any(|part| part == "skills") && path.file_name().is_some_and(|name| name != "SKILL.md");
    is_hidden && (is_of_settings || is_of_skill)
}

/// Tells whether a path is hidden, and no assistant reads it for all that.
fn is_hidden(path: &Path) -> bool {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
    parts.iter().any(|part| part.starts_with('.')) && !is_hidden_for_assistants(&parts)
}

impl Walked {
    /// Takes up a file of a folder.
    fn take(&mut self, folder: &Path, path: PathBuf, with_source: bool) {
        // A link to a file is one; a link to a folder is not walked.
        if !path.is_file() {
            return;
        }
        let name = path.to_string_lossy().into_owned();
        let own = path.strip_prefix(folder).unwrap_or(&path);
        if is_for_others(&path) || is_test(own) || is_recorded(own) || is_opened_later(own) {
            self.others += 1;
            return;
        }
        if is_source_path(&name) || name.rsplit_once('.').is_some_and(|(_, ending)| OTHER_CODE.contains(&ending)) {
            self.code.push(path.clone());
        }
        let is_named = || path.file_name().is_some_and(|own| is_hidden_for_assistants(&[&own.to_string_lossy()]));
        if is_template(&name) || is_named() || is_bare_prompt(&path) || with_source && is_source_path(&name) {
            self.templates.push(path);
        } else {
            self.others += 1;
        }
    }
}

/// Tells whether a file without an ending stands in a folder of prompts, or in a folder of one.
fn is_bare_prompt(path: &Path) -> bool {
    let mut folders = path.ancestors().skip(1).take(2).filter_map(Path::file_name);
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let is_word = name.starts_with(|letter: char| letter.is_lowercase()) && !name.contains('.');
    is_word && folders.any(|folder| folder.to_string_lossy().to_lowercase().ends_with("prompts"))
}

/// The names in the literals of a folder's code; a file that cannot be read names nothing.
pub(crate) fn loaders(code: &[PathBuf], boundary: &Boundary) -> Loaders {
    let mut loaders = Loaders::default();
    for path in code.iter().filter(|path| boundary.check(path).is_ok() && files::regular(path).is_ok()) {
        let bytes = files::named_bytes(path, files::LARGE).unwrap_or_default();
        loaders.read(&path.to_string_lossy(), &String::from_utf8_lossy(&bytes));
    }
    loaders
}

/// Endings of code in which no prompts are looked for, but which loads texts as other code does.
const OTHER_CODE: [&str; 18] = [
    "rs", "kt", "kts", "swift", "php", "sh", "ex", "exs", "cpp", "cc", "c", "scala", "clj", "dart", "lua", "vue",
    "svelte", "fs",
];

/// Names without their ending of texts that stand beside every project's code, for people.
const FOR_PEOPLE: [&str; 7] =
    ["readme", "license", "licence", "copying", "changelog", "contributing", "code_of_conduct"];

/// Files of package managers, compilers and the like, by their whole names.
const FOR_TOOLS: [&str; 10] = [
    "requirements.txt",
    "cmakelists.txt",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "pnpm-lock.yaml",
    "docker-compose.yml",
    "docker-compose.yaml",
    "mkdocs.yml",
    "pubspec.yaml",
];

/// Tells whether a file is none of a folder's templates by its name or place: a licence, a list of packages, a page, a part of a Helm
/// chart. It is read where it is named.
fn is_for_others(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    let is_page = [".html.erb", ".text.erb", ".html.hbs"].iter().any(|ending| name.ends_with(ending));
    // A chart's own files lie in it and in its folder of templates, at most a folder deeper.
    let is_chart = || path.ancestors().skip(1).take(3).any(|folder| folder.join("Chart.yaml").is_file());
    // The forms of a forge for requests and reports.
    let is_form = stem.ends_with("_template")
        && ["pr_", "pull_request_", "issue_", "bug_report_", "feature_request_"]
            .iter()
            .any(|start| stem.starts_with(start));
    // `README_ZH.md`, too.
    let first = stem.split(['_', '-']).next().unwrap_or_default();
    FOR_PEOPLE.contains(&stem)
        || first == "readme"
        || FOR_TOOLS.contains(&name.as_str())
        || is_page
        || is_form
        || is_chart()
}

/// Tells whether a file is source code that tests other code, by its place in the folder or its name: its prompts are sent to no model. It is
/// read where it is named.
fn is_test(path: &Path) -> bool {
    const FOLDERS: [&str; 6] = ["test", "tests", "__tests__", "spec", "specs", "testdata"];
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    let is_within = path
        .parent()
        .is_some_and(|path| path.iter().any(|part| FOLDERS.contains(&part.to_string_lossy().to_lowercase().as_str())));
    let is_named = [".test", ".spec", "_test", "_spec", "Test", "Tests"].iter().any(|end| stem.ends_with(end))
        || stem.starts_with("test_")
        || stem == "conftest";
    is_source_path(&name) && (is_within || is_named)
}

/// Tells whether a file is a record that tests compare with, by its place in the folder: no program sends it. It is read where it is named.
fn is_recorded(path: &Path) -> bool {
    const FOLDERS: [&str; 9] = [
        "fixtures",
        "__fixtures__",
        "testdata",
        "test_data",
        "cassettes",
        "__snapshots__",
        "snapshots",
        "recordings",
        "node_modules",
    ];
    // Folders of tests with what they read: `tests/data/`, `src/test/resources/`.
    const OF_TESTS: [&str; 3] = ["data", "resources", "golden"];
    let folder = path.parent().unwrap_or(Path::new(""));
    let parts: Vec<String> = folder.iter().map(|part| part.to_string_lossy().to_lowercase()).collect();
    let is_among = |part: &String, folders: &[&str]| folders.contains(&part.as_str());
    let tests = parts.iter().position(|part| is_among(part, &["test", "tests", "__tests__"]));
    parts.iter().any(|part| is_among(part, &FOLDERS))
        || tests.is_some_and(|at| parts[at + 1..].iter().any(|part| is_among(part, &OF_TESTS)))
}

/// Tells whether a file is source code in which prompts are found.
pub(crate) fn is_source_path(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| is_source(ending))
}

/// True if a file's ending is one of a template's; our own configuration is none.
pub(crate) fn is_template(path: &str) -> bool {
    !path.ends_with("cachecheck.yaml") && path.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_for_people_and_tools_are_no_templates_of_a_folder() {
        for name in [
            "README.md",
            "README_ZH.md",
            "docs/License.txt",
            "package.json",
            "requirements.txt",
            "app/views/show.html.erb",
            "scripts/pr_template.md",
        ] {
            assert!(is_for_others(Path::new(name)), "{name}");
        }
        for name in ["prompts/security.md", "requirements.md", "translations/en.json", "system.erb", "read.me.txt"] {
            assert!(!is_for_others(Path::new(name)), "{name}");
        }
    }

    #[test]
    fn records_of_tests_are_no_templates_of_a_folder() {
        assert!(is_recorded(Path::new("spec/fixtures/cassettes/a.yml")));
        assert!(is_recorded(Path::new("src/test/resources/prompts/a.yaml")));
        assert!(!is_recorded(Path::new("src/main/resources/tests/a.yaml")));
        assert!(!is_recorded(Path::new("prompts/fixtures.md")));
    }

    #[test]
    fn a_file_without_an_ending_is_a_prompt_among_prompts() {
        assert!(is_bare_prompt(Path::new("app/preprompts/clarify")));
        for name in ["app/clarify", "prompts/Makefile", "prompts/a.b", "prompts/.hidden"] {
            assert!(!is_bare_prompt(Path::new(name)), "{name}");
        }
    }

    #[test]
    fn of_hidden_folders_settings_and_pages_of_skills_are_left_out() {
        for name in [".claude/settings.json", ".agents/skills/maps/references/errors.md", ".claude/skills/a/run.md"] {
            assert!(is_opened_later(Path::new(name)), "{name}");
        }
        for name in [".claude/skills/a/SKILL.md", ".claude/commands/review.md", "skills/a/run.md", "prompts/a.json"] {
            assert!(!is_opened_later(Path::new(name)), "{name}");
        }
    }

    #[test]
    fn code_that_tests_other_code_is_left_out_of_a_folder() {
        for name in ["tests/a.py", "src/__tests__/a.ts", "a.spec.ts", "test_a.py", "a_test.go", "AgentTest.java"] {
            assert!(is_test(Path::new(name)), "{name}");
        }
        for name in ["latest.py", "contest.ts", "tests/prompt.md", "testing/a.py", "src/attest.go"] {
            assert!(!is_test(Path::new(name)), "{name}");
        }
    }
}
