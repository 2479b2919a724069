//! The places in which agents keep their sessions, and what is found there and here.

use std::path::{Path, PathBuf};
use std::{env, fs};

use super::{ENDINGS, has_ending, walk};
use crate::report::text::plural;

/// A program that keeps its sessions in a place of its own.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Agent {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// Its name for people.
    pub(crate) program: &'static str,
    /// The variable that names another folder than the usual one, and the usual one below the home folder.
    root: (Option<&'static str>, &'static str),
    /// The sessions within it.
    sessions: &'static str,
}

/// The agents whose place is known. Sources: the shapes' own, at each reader in `log/agent/`, 2026-11.
pub(crate) const AGENTS: [Agent; 5] = [
    Agent {
        name: "claude",
        program: "Claude Code",
        root: (Some("CLAUDE_CONFIG_DIR"), ".claude"),
        sessions: "projects",
    },
    Agent { name: "codex", program: "Codex", root: (Some("CODEX_HOME"), ".codex"), sessions: "sessions" },
    Agent { name: "gemini", program: "Gemini CLI", root: (None, ".gemini"), sessions: "tmp" },
    Agent { name: "opencode", program: "opencode", root: (None, ".local/share/opencode"), sessions: "storage/message" },
    Agent { name: "pi", program: "pi", root: (None, ".pi/agent"), sessions: "sessions" },
];

impl Agent {
    /// The folder of its sessions and how it is shown: below `~`, or below the variable that names it. `None` where no home is known.
    pub(super) fn folder(&self) -> Option<(PathBuf, String)> {
        let (variable, usual) = self.root;
        let named =
            variable.and_then(|variable| Some((variable, env::var_os(variable).filter(|root| !root.is_empty())?)));
        if let Some((variable, root)) = named {
            return Some((Path::new(&root).join(self.sessions), format!("${variable}/{}", self.sessions)));
        }
        Some((env::home_dir()?.join(usual).join(self.sessions), format!("~/{usual}/{}", self.sessions)))
    }
}

/// Says which logs are on this machine, each with the command to type for it, for somebody who named none.
pub(crate) fn found_here(command: &str) -> String {
    let mut places: Vec<(String, String)> = Vec::new();
    for agent in &AGENTS {
        if let Some((folder, shown)) = agent.folder()
            && let Some(found) = counted(&folder)
        {
            places.push((format!("--from {}", agent.name), format!("{} in {shown}: {found}", agent.program)));
        }
    }
    for folder in ["logs", "log"] {
        if let Some(found) = counted(Path::new(folder)) {
            places.push((folder.into(), format!("the folder ./{folder}: {found}")));
        }
    }
    for ending in &ENDINGS[..2] {
        let files = glob::glob(&format!("*.{ending}")).into_iter().flatten().flatten();
        let files: Vec<PathBuf> = files.filter(|path| path.is_file()).collect();
        if !files.is_empty() {
            places.push((format!("'*.{ending}'"), format!("this folder: {}", size(&files))));
        }
    }
    let hint = format!("name a log, a folder of logs, or - for stdin: cachecheck {command} logs.jsonl");
    if places.is_empty() {
        return format!("no log was named, and none was found in the usual places; {hint}");
    }
    let width = places.iter().map(|(typed, _)| typed.len()).max().unwrap_or(0);
    let lines = places.iter().map(|(typed, found)| format!("\n  cachecheck {command} {typed:width$}   {found}"));
    format!("no log was named; {hint}\nLogs that were found:{}", lines.collect::<String>())
}

/// The logs of a folder in words; `None` where there are none.
fn counted(folder: &Path) -> Option<String> {
    if !folder.is_dir() {
        return None;
    }
    let files: Vec<PathBuf> = walk(folder).ok()?.into_iter().filter(|path| has_ending(path)).collect();
    (!files.is_empty()).then(|| size(&files))
}

fn size(files: &[PathBuf]) -> String {
    let bytes: u64 = files.iter().filter_map(|path| fs::metadata(path).ok()).map(|metadata| metadata.len()).sum();
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")];
    let size = match units.into_iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) => format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit),
        None => plural(bytes, "byte"),
    };
    format!("{}, {size}", plural(files.len() as u64, "file"))
}
