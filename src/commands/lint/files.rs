//! The files to lint: those that were named, and the templates in named folders.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::caveat::Code;
use crate::phase::Phase;
use crate::report::Caveat;
use crate::template::{Certainty, Syntax, TemplateFile};
use crate::workspace::boundary::Boundary;
use crate::workspace::config::Config;
use crate::workspace::found_files::listed;
use crate::workspace::templates::{self, Walked};

/// Files, and notes on skipped ones.
pub(super) struct LintedFiles {
    pub(super) files: Vec<TemplateFile>,
    pub(super) caveats: Vec<Caveat>,
    /// Those that were read, by the path that all their names lead to.
    read: HashSet<PathBuf>,
}

/// Endings of logs, of which no line is a template.
const LOGS: [&str; 2] = ["jsonl", "ndjson"];

impl LintedFiles {
    /// Reads the named files and folders. A named file that cannot be read is an error, a file in a folder is skipped with a note.
    pub(super) fn read(names: &[String], syntax: Option<Syntax>, with_source: bool) -> anyhow::Result<Self> {
        let mut found = Self { files: Vec::new(), caveats: Vec::new(), read: HashSet::new() };
        templates::read_stdin_once(names)?;
        let mut again = Vec::new();
        for name in names {
            let path = Path::new(name);
            if path.is_dir() {
                found.walk(name, syntax, with_source, &mut again)?;
            } else if found.is_new(path) {
                let is_log = path.extension().is_some_and(|ending| LOGS.iter().any(|log| ending == *log));
                if is_log && syntax.is_none() {
                    bail!(
                        "{name} is a log by its ending, not a template: `cachecheck simulate {name}` replays it (--syntax text takes it for a template)"
                    );
                }
                found.files.push(templates::read(name, syntax)?);
            } else {
                again.push(name.clone());
            }
        }
        if !again.is_empty() {
            let names = listed(again.iter().cloned());
            found.caveats.push(Code::NamedAgain.caveat(Some(again.len() as u64), &[("reason", &names)]));
        }
        Ok(found)
    }

    /// Notes a file; `false` if it was read under another name, or under this one.
    fn is_new(&mut self, path: &Path) -> bool {
        path.canonicalize().map_or(true, |path| self.read.insert(path))
    }

    /// The files of which something is to be said: none is an error that says what was left out.
    pub(super) fn some(self, names: &[String]) -> anyhow::Result<Self> {
        if self.files.is_empty() {
            let skipped = self.caveats.into_iter().map(|caveat| format!("; {}", caveat.text));
            bail!("no template in {}{}", names.join(", "), skipped.collect::<String>());
        }
        Ok(self)
    }

    /// Leaves out the templates that may be prompts and of which nothing shows it: what is said of them would be a guess. A note counts them.
    pub(super) fn only_shown(files: &mut Vec<TemplateFile>) -> Option<Caveat> {
        let mut unsure = Vec::new();
        for file in files.iter_mut() {
            let own = file.templates.iter().filter(|template| template.certainty == Certainty::Perhaps);
            unsure.extend(own.map(|template| file.name_of(template)));
            file.templates.retain(|template| template.certainty == Certainty::Shown);
        }
        files.retain(|file| !file.templates.is_empty());
        let count = unsure.len() as u64;
        let named = listed(unsure.into_iter());
        (count > 0).then(|| Code::PerhapsPrompt.caveat(Some(count), &[("names", &named)]))
    }

    /// Reads the templates of a configuration.
    pub(super) fn of_config(config: &Config, syntax: Option<Syntax>) -> anyhow::Result<Self> {
        let read = |path: String| {
            let path = config.folder.path(path);
            templates::read_within(&config.boundary, &path, &path.to_string_lossy(), syntax)
        };
        let files = config.template_paths()?.into_iter().map(read).collect::<anyhow::Result<_>>()?;
        Ok(Self { files, caveats: Vec::new(), read: HashSet::new() })
    }

    /// The templates below a folder by their endings, sorted; hidden files and what git ignores are left out.
    fn walk(
        &mut self,
        folder: &str,
        syntax: Option<Syntax>,
        with_source: bool,
        again: &mut Vec<String>,
    ) -> anyhow::Result<()> {
        let Walked { templates: paths, code, others, ignored } = templates::walk(Path::new(folder), with_source)?;
        let boundary = Boundary::around(Path::new(folder))?;
        let loaders = templates::loaders(&code, &boundary);
        let (mut without_prompt, mut texts) = (0, 0);
        for path in Phase::over("reading templates", paths.into_iter()) {
            if !self.is_new(&path) {
                again.push(path.to_string_lossy().into_owned());
                continue;
            }
            match templates::read_within(&boundary, &path, &path.to_string_lossy(), syntax) {
                // Most source code holds no prompt.
                Ok(file) if file.templates.is_empty() => without_prompt += 1,
                Ok(mut file) => {
                    // Texts that stand in the named folder are meant; those in folders within may be anything.
                    if path.parent() != Some(Path::new(folder)) || file.source.extension() != "txt" {
                        file.keep_likely(&loaders);
                    } else if !code.is_empty() {
                        file.judge(&loaders);
                    }
                    if file.templates.is_empty() {
                        texts += 1;
                    } else {
                        self.files.push(file);
                    }
                }
                Err(error) => self.caveats.push(Code::SkippedFile.because(&format!("{error:#}"))),
            }
        }
        if texts > 0 {
            self.caveats.push(Code::TextWithoutPrompt.caveat(Some(texts), &[("folder", folder)]));
        }
        if without_prompt > 0 {
            self.caveats.push(Code::CodeWithoutPrompt.caveat(Some(without_prompt), &[("folder", folder)]));
        }
        if ignored > 0 {
            self.caveats.push(Code::IgnoredTemplates.caveat(Some(ignored), &[("folder", folder)]));
        }
        if others > 0 {
            self.caveats.push(Code::NotTemplates.caveat(Some(others), &[("folder", folder)]));
        }
        Ok(())
    }
}
