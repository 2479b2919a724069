//! Places: what the name of a file and of the folders around it say of who reads it.

use super::volatile::words;

/// Words of folders and files that hold prompts.
pub(super) const OF_PROMPTS: &[&str] = &["prompt", "prompts", "template", "templates", "instructions"];

/// Files that agents and assistants read as they are, written as they are looked for: `agents.md` is a page.
const OF_AGENTS: &[&str] = &[
    "AGENTS.md",
    "AGENT.md",
    "CLAUDE.md",
    "GEMINI.md",
    "SKILL.md",
    "copilot-instructions.md",
    "skprompt.txt",
    "llms.txt",
    ".cursorrules",
    ".windsurfrules",
    ".clinerules",
    ".roorules",
    ".goosehints",
];

/// Folders of files for agents.
pub(super) const FOLDERS_OF_AGENTS: &[&str] =
    &["agents", "skills", "commands", "subagents", "chatmodes", "rules", ".cursor", ".claude"];

/// Folders of which assistants read every text as it is.
const FOLDERS_OF_ASSISTANTS: &[&str] = &[
    ".claude",
    ".cursor",
    ".codex",
    ".gemini",
    ".opencode",
    ".windsurf",
    ".roo",
    ".clinerules",
    ".kiro",
    ".agents",
    ".amazonq",
    ".continue",
    ".junie",
];

/// Folders in those, of what an assistant keeps for itself: other checkouts, its memory of sessions, packages.
const NOT_READ: &[&str] = &["worktrees", "projects", "todos", "node_modules", "plugins", "logs", "cache"];

/// Folders of GitHub's assistant below `.github`.
const OF_GITHUB: &[&str] = &["prompts", "chatmodes", "instructions", "agents"];

/// Folders of pages for people.
const FOLDERS_OF_PAGES: &[&str] = &[
    "docs",
    "doc",
    "documentation",
    "website",
    "site",
    "blog",
    "i18n",
    "wiki",
    "guides",
    "guide",
    "tutorials",
    "tutorial",
    "workshops",
    "workshop",
    "articles",
    "posts",
    "logs",
    "locales",
    "locale",
    "translations",
    "lang",
];

/// Folders of what tests read.
const FOLDERS_OF_TESTS: &[&str] = &["test", "tests", "__tests__", "spec", "specs", "corpus"];

/// Tells whether a name has a word of prompts.
pub(super) fn is_of_prompts(name: &str) -> bool {
    words(name).iter().any(|word| OF_PROMPTS.contains(&word.as_str()) || word.ends_with("prompts"))
}

/// Tells whether an assistant looks for a file by its name.
pub(super) fn is_named_for_agents(label: &str) -> bool {
    label.rsplit(['/', '\\', ':']).next().is_some_and(|file| OF_AGENTS.contains(&file))
}

/// Tells whether an assistant reads a file by its name or place, as it is.
pub(super) fn is_of_assistants(label: &str) -> bool {
    let parts: Vec<&str> = label.rsplit(['/', '\\', ':']).collect();
    let is_of_github = parts.windows(2).any(|pair| pair[1] == ".github" && OF_GITHUB.contains(&pair[0]));
    let is_in = parts[1..].iter().any(|part| FOLDERS_OF_ASSISTANTS.contains(part));
    is_named_for_agents(label) || is_in || is_of_github
}

/// Tells whether an assistant reads a file or folder by its place in a repository although its name or that of a folder around it hides it.
/// Of others that are hidden nothing is known.
pub fn is_hidden_for_assistants(path: &[&str]) -> bool {
    let Some(first) = path.iter().position(|part| part.starts_with('.')) else { return false };
    let within = &path[first + 1..];
    match path[first] {
        ".github" => match within {
            [] | ["copilot-instructions.md"] => true,
            [folder, ..] => OF_GITHUB.contains(folder),
        },
        folder if FOLDERS_OF_ASSISTANTS.contains(&folder) => {
            !within.iter().any(|part| part.starts_with('.') || NOT_READ.contains(part))
        }
        file => within.is_empty() && OF_AGENTS.contains(&file),
    }
}

/// Tells whether a file stands beside a skill, in the skill's own folder: the model opens it, and fills its places itself.
pub(super) fn is_beside_a_skill(label: &str) -> bool {
    let parts: Vec<&str> = label.rsplit(['/', '\\', ':']).collect();
    !is_named_for_agents(label) && parts.iter().skip(2).any(|folder| *folder == "skills")
}

/// Tells whether a file stands among pages for people or what tests read.
pub(super) fn is_aside(label: &str) -> bool {
    label.rsplit(['/', '\\', ':']).skip(1).any(|folder| {
        let folder = folder.to_lowercase();
        let is_of_pages = words(&folder).iter().any(|word| ["docs", "website"].contains(&word.as_str()));
        is_of_pages || FOLDERS_OF_PAGES.contains(&folder.as_str()) || FOLDERS_OF_TESTS.contains(&folder.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_hidden_files_those_that_assistants_read_are_seen() {
        let is_seen = |path: &str| is_hidden_for_assistants(&path.split('/').collect::<Vec<_>>());
        for path in [
            ".claude",
            "app/.claude/commands/review.md",
            ".cursor/rules/style.mdc",
            ".github",
            ".github/prompts/test.prompt.md",
            ".github/copilot-instructions.md",
            ".cursorrules",
        ] {
            assert!(is_seen(path), "{path}");
        }
        for path in [
            ".git",
            ".github/workflows/ci.yml",
            ".github/PULL_REQUEST_TEMPLATE.md",
            ".claude/worktrees/a/AGENTS.md",
            ".claude/.cache/a.md",
            ".venv/lib/prompt.md",
            ".env",
        ] {
            assert!(!is_seen(path), "{path}");
        }
    }
}
