//! Which files are linted: those that were named, and the templates in folders that were named.

use std::path::Path;

use anyhow::bail;

use crate::report::text;
use crate::template::TemplateFile;
use crate::workspace::templates;

/// Files, and what was passed over.
pub(super) struct Files {
    pub(super) files: Vec<TemplateFile>,
    pub(super) notes: Vec<String>,
}

impl Files {
    /// Reads what was named; what was named and cannot be read is an error, what only lies in a folder is passed over.
    pub(super) fn read(names: &[String]) -> anyhow::Result<Self> {
        let mut found = Self { files: Vec::new(), notes: Vec::new() };
        templates::read_stdin_once(names)?;
        for name in names {
            if Path::new(name).is_dir() {
                found.walk(name)?;
            } else {
                found.files.push(templates::read(name)?);
            }
        }
        if found.files.is_empty() {
            bail!("{}", [&[format!("no template in {}", names.join(", "))][..], &found.notes].concat().join("; "));
        }
        Ok(found)
    }

    /// The templates below a folder by their endings, sorted; hidden files and what git ignores are left out.
    fn walk(&mut self, folder: &str) -> anyhow::Result<()> {
        let (paths, others) = templates::walk(Path::new(folder))?;
        for path in paths {
            match templates::read(&path.to_string_lossy()) {
                Ok(file) => self.files.push(file),
                Err(error) => self.notes.push(format!("passed over: {error:#}")),
            }
        }
        if others > 0 {
            let files = text::plural(others, "file");
            self.notes.push(format!("{files} in {folder} passed over: no ending of a template"));
        }
        Ok(())
    }
}
