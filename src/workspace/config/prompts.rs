//! `prompts:` of a configuration: which texts of source code are prompts, and which are not, by their names.

use anyhow::anyhow;
use glob::Pattern;

use crate::template::TemplateFile;

/// Decisions on texts of source code, the first that fits a text holds.
#[derive(Debug, Default)]
pub(crate) struct PromptDecisions {
    decisions: Vec<(Pattern, bool)>,
}

impl PromptDecisions {
    /// Adds a decision: a glob of `path#Class.function.name`, of the path or of the name.
    ///
    /// # Errors
    /// A pattern that is no glob.
    pub(super) fn add(&mut self, glob: &str, is_prompt: bool) -> anyhow::Result<()> {
        let pattern = Pattern::new(glob.trim_start_matches("./")).map_err(|error| anyhow!("not a glob: {error}"))?;
        self.decisions.push((pattern, is_prompt));
        Ok(())
    }

    /// The decision on a text; `None` if there is none.
    fn decision(&self, path: &str, name: &str) -> Option<bool> {
        let path = path.trim_start_matches("./");
        let spellings = [format!("{path}#{name}"), path.to_owned(), name.to_owned()];
        let fits = |pattern: &Pattern| spellings.iter().any(|spelling| pattern.matches(spelling));
        self.decisions.iter().find(|(pattern, _)| fits(pattern)).map(|(_, is_prompt)| *is_prompt)
    }

    /// A file with the prompts that these decisions leave in it or add. `path` is its path as the configuration sees it.
    pub(crate) fn applied(&self, file: TemplateFile, path: &str) -> TemplateFile {
        if self.decisions.is_empty() || !file.is_source() {
            return file;
        }
        file.deciding(&|name| self.decision(path, name))
    }
}
