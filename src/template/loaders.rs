//! Loaders: what the code of a folder names in its literals, and so which of the folder's texts a program reads.
//!
//! A text is sent by a program that loads it, and to load it the program names its file (`read("prompts/clerk.md")`), its folder
//! (`Environment(loader=FileSystemLoader("prompts"))`), or stands beside it and names its ending (`read(here / f"{name}.md")`).

use std::collections::BTreeSet;

use super::places::is_of_prompts;

/// Endings of texts and documents that may be prompts.
const ENDINGS: &[&str] = &[
    "md",
    "txt",
    "j2",
    "jinja",
    "jinja2",
    "tmpl",
    "gotmpl",
    "hbs",
    "mustache",
    "liquid",
    "handlebars",
    "erb",
    "yaml",
    "yml",
    "json",
    "toml",
    "prompt",
    "prompty",
    "baml",
    "st",
];

/// The names in the literals of a folder's code.
#[derive(Clone, Debug, Default)]
pub struct Loaders {
    /// Files, without their folders.
    files: BTreeSet<String>,
    /// Folders of prompts, and files of prompts without their endings.
    names: BTreeSet<String>,
    /// Folders of code, each with an ending that it names alone.
    endings: BTreeSet<(String, String)>,
    has_code: bool,
}

impl Loaders {
    /// Takes up what a file of code names.
    pub fn read(&mut self, path: &str, code: &str) {
        self.has_code = true;
        for line in code.lines() {
            // Go names what it embeds in a comment.
            let is_embedding = line.trim_start().starts_with("//go:embed ");
            let is_part = |letter: char| letter.is_alphanumeric() || "_-.".contains(letter);
            let mut at = 0;
            while let Some(start) = line[at..].find(is_part).map(|found| at + found) {
                let end = line[start..].find(|letter| !is_part(letter)).map_or(line.len(), |length| start + length);
                at = end;
                let is_quote = |letter: char| "\"'`".contains(letter) || is_embedding && letter == ' ';
                let before = line[..start].chars().next_back();
                let behind = line[end..].chars().next();
                let is_closed = behind.is_some_and(is_quote) || is_embedding && behind.is_none();
                let is_begun = before.is_some_and(|letter| is_quote(letter) || "/\\".contains(letter));
                let is_folder = is_begun && (is_closed || behind.is_some_and(|letter| "/\\:".contains(letter)))
                    || behind == Some('/') && line[end..].len() > 1;
                self.take((folder_of(path), &line[start..end]), is_closed, is_folder);
            }
        }
    }

    fn take(&mut self, (folder, written): (&str, &str), is_closed: bool, is_folder: bool) {
        let ending = written.rsplit_once('.').map(|(stem, ending)| (stem, ending.to_lowercase()));
        if let Some((stem, ending)) = ending.filter(|(_, ending)| is_closed && ENDINGS.contains(&ending.as_str())) {
            if stem.is_empty() {
                self.endings.insert((folder.to_owned(), ending));
            } else {
                self.files.insert(written.to_lowercase());
            }
        } else if is_folder && is_of_prompts(written) {
            self.names.insert(written.trim_matches('.').to_lowercase());
        }
    }

    /// Tells whether the folder has code.
    pub(super) fn have_code(&self) -> bool {
        self.has_code
    }

    /// Tells whether code reads a file.
    pub(super) fn load(&self, path: &str) -> bool {
        let parts: Vec<String> = path.rsplit(['/', '\\']).map(str::to_lowercase).collect();
        let file = parts.first().map_or("", String::as_str);
        let (stem, ending) = file.rsplit_once('.').unwrap_or((file, ""));
        let is_named = |name: &str| is_of_prompts(name) && self.names.contains(name);
        let is_beside = self.endings.contains(&(folder_of(path).to_owned(), ending.to_owned()));
        // Of the folders around it those that a path names together with it.
        self.files.contains(file)
            || is_named(stem)
            || is_beside
            || parts.iter().skip(1).take(4).any(|part| is_named(part))
    }
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once(['/', '\\']).map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loads(code: &str, path: &str) -> bool {
        let mut loaders = Loaders::default();
        loaders.read("app/desk.py", code);
        loaders.load(path)
    }

    #[test]
    fn code_loads_what_it_names() {
        let loaded = [
            ("read('prompts/clerk.md')", "app/prompts/clerk.md"),
            ("read(here / \"clerk.md\")", "app/texts/clerk.md"),
            ("FileSystemLoader(\"prompts\")", "app/prompts/a/clerk.j2"),
            ("open(f'prompts/{name}.md')", "prompts/clerk.md"),
            ("here.joinpath(f\"{name}.md\")", "app/clerk.md"),
            ("//go:embed prompts/*.tmpl", "app/prompts/clerk.tmpl"),
            ("//go:embed clerk.txt", "app/clerk.txt"),
            ("T(\".prompts:clerk.system\")", "app/prompts.yaml"),
        ];
        for (code, path) in loaded {
            assert!(loads(code, path), "{code}");
        }
        let left = [
            ("# see clerk.md for more", "app/clerk.md"),
            ("open('data')", "app/data/clerk.md"),
            ("prompts = []", "app/prompts/clerk.md"),
            ("here.joinpath(f\"{name}.md\")", "other/clerk.md"),
        ];
        for (code, path) in left {
            assert!(!loads(code, path), "{code}");
        }
    }
}
