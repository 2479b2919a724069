//! The places in which agents keep their sessions, and what is found there and here.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{env, fs};

use super::{ENDINGS, may_be_log, walk};
use crate::input::word;
use crate::report::text::plural;

/// A program that keeps its sessions in a place of its own.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Agent {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// Its name for people.
    pub(crate) program: &'static str,
    /// The variables that name another place, and the sessions within it; the first that is set counts.
    named: &'static [(&'static str, &'static str)],
    /// The sessions below the home folder where none is set.
    usual: &'static str,
    /// True if newer versions keep a database beside the folder.
    has_database: bool,
}

/// The agents whose place is known. Sources: the shapes' own, at each reader in `log/agent/`, and where those programs ask for their
/// variables (Gemini CLI's `utils/paths.ts`, opencode's `global` by `xdg-basedir` and `storage/db.ts`, pi's `getAgentDir`), 2026-11.
pub(crate) const AGENTS: [Agent; 5] = [
    Agent {
        name: "claude",
        program: "Claude Code",
        named: &[("CLAUDE_CONFIG_DIR", "projects")],
        usual: ".claude/projects",
        has_database: false,
    },
    Agent {
        name: "codex",
        program: "Codex",
        named: &[("CODEX_HOME", "sessions")],
        usual: ".codex/sessions",
        has_database: false,
    },
    Agent {
        name: "gemini",
        program: "Gemini CLI",
        named: &[("GEMINI_CLI_HOME", ".gemini/tmp")],
        usual: ".gemini/tmp",
        has_database: false,
    },
    Agent {
        name: "opencode",
        program: "opencode",
        named: &[("XDG_DATA_HOME", "opencode/storage/message")],
        usual: ".local/share/opencode/storage/message",
        has_database: true,
    },
    Agent {
        name: "pi",
        program: "pi",
        named: &[("PI_CODING_AGENT_SESSION_DIR", ""), ("PI_CODING_AGENT_DIR", "sessions")],
        usual: ".pi/agent/sessions",
        has_database: false,
    },
];

/// Folder of messages below the one in which opencode keeps its database.
const MESSAGES: &str = "/storage/message";

/// Variable that names opencode's database, within that folder or wherever.
const OPENCODE_DB: &str = "OPENCODE_DB";

/// A place on this machine, and how it is shown: below `~`, or below the variable that names it.
pub(super) struct UsualPlace {
    pub(super) path: PathBuf,
    pub(super) shown: String,
}

impl Agent {
    /// The folder of its sessions. `None` where no home is known.
    pub(super) fn folder(&self) -> Option<UsualPlace> {
        for (variable, below) in self.named {
            if let Some(root) = set(variable) {
                let shown = format!("${variable}/{below}").trim_end_matches('/').to_owned();
                return Some(UsualPlace { path: Path::new(&root).join(below), shown });
            }
        }
        Some(UsualPlace { path: env::home_dir()?.join(self.usual), shown: format!("~/{}", self.usual) })
    }

    /// The databases that it keeps in place of files.
    pub(super) fn databases(&self) -> Vec<UsualPlace> {
        let Some(UsualPlace { path, shown }) = self.folder().filter(|_| self.has_database) else { return Vec::new() };
        let (folder, shown) = (path.ancestors().nth(2).unwrap_or(&path), shown.trim_end_matches(MESSAGES));
        if let Some(named) = set(OPENCODE_DB) {
            let path = folder.join(named);
            let named = path.is_file().then(|| UsualPlace { path, shown: format!("${OPENCODE_DB}") });
            return named.into_iter().collect();
        }
        let found = fs::read_dir(folder).into_iter().flatten().flatten();
        let names = found.filter_map(|entry| entry.file_name().into_string().ok());
        let mut names: Vec<String> = names.filter(|name| is_opencode(name)).collect();
        names.sort();
        names.iter().map(|name| UsualPlace { path: folder.join(name), shown: format!("{shown}/{name}") }).collect()
    }
}

/// The value of a variable that says something.
fn set(variable: &str) -> Option<OsString> {
    env::var_os(variable).filter(|value| !value.is_empty())
}

/// True for the name of a database of opencode, of which its channels have one each.
fn is_opencode(name: &str) -> bool {
    let channel = name.strip_prefix("opencode").and_then(|rest| rest.strip_suffix(".db"));
    channel.is_some_and(|channel| channel.is_empty() || channel.starts_with('-'))
}

/// The query that makes of opencode's tables what `opencode export` writes, a line for each session. Tables: `session.sql.ts` of its
/// repository, 2026-11.
const OPENCODE_QUERY: &str = "SELECT json_object('info', json_object('id', s.id), 'messages', (SELECT json_group_array(json_object('info', \
    json_patch(m.data, json_object('id', m.id, 'sessionID', s.id)), 'parts', (SELECT json_group_array(json(p.data)) FROM (SELECT data FROM part \
    WHERE message_id = m.id ORDER BY id) p))) FROM (SELECT id, data FROM message WHERE session_id = s.id ORDER BY time_created, id) m)) \
    FROM session s";

/// Says how a database of opencode is read.
pub(super) fn opencode_advice(UsualPlace { path, shown }: &UsualPlace) -> String {
    // A variable is filled in by the shell; it may name a place within another folder.
    let name = match shown.strip_prefix('$') {
        Some(OPENCODE_DB) => word(&path.to_string_lossy()).into_owned(),
        Some(_) => format!("\"{shown}\""),
        None => word(shown).into_owned(),
    };
    format!(
        "opencode keeps its sessions in a database since its version 1.2.0, {shown}; read it with:\n  sqlite3 {name} \"{OPENCODE_QUERY}\" | cachecheck simulate -"
    )
}

/// A file that was named, if it is a database of opencode.
pub(super) fn opencode_database(path: &Path, name: &str) -> Option<UsualPlace> {
    let is_it = path.file_name().is_some_and(|name| is_opencode(&name.to_string_lossy())) && path.is_file();
    is_it.then(|| UsualPlace { path: path.to_owned(), shown: name.to_owned() })
}

/// Arguments that a command needs beside a log.
const BESIDE: [(&str, &str); 4] = [
    ("explain", " --id ID"),
    ("compare", " --split-by model"),
    ("curve", " --over ttl"),
    ("keys", " --into keys/ --key-file ours.key"),
];

/// Says which logs are on this machine, each with the command to type for it, for somebody who named none.
pub(crate) fn found_here(command: &str) -> String {
    let hint =
        format!("name a log, a folder of logs, or - for stdin: cachecheck {command} logs.jsonl{}", beside(command));
    match listed_here(command) {
        Some(found) => format!("no log was named; {hint}\n{found}"),
        None => format!("no log was named, and none was found in the usual places; {hint}"),
    }
}

/// The argument that a command needs beside a log.
fn beside(command: &str) -> &'static str {
    BESIDE.iter().find(|(name, _)| *name == command).map_or("", |(_, beside)| *beside)
}

/// The logs in the usual places, each with the command to type for it; `None` if there are none.
pub(crate) fn listed_here(command: &str) -> Option<String> {
    let mut places: Vec<(String, String)> = Vec::new();
    for agent in &AGENTS {
        let typed = format!("--from {}", agent.name);
        let databases = agent.databases();
        if let Some(UsualPlace { path, shown }) = databases.first() {
            let size = fs::metadata(path).map_or(0, |metadata| metadata.len());
            let found = format!("{} in {shown}: a database, {}; says how to read it", agent.program, bytes(size));
            places.push((typed, found));
        } else if let Some(UsualPlace { path, shown }) = agent.folder()
            && let Some(found) = counted(&path)
        {
            places.push((typed, format!("{} in {shown}: {found}", agent.program)));
        }
    }
    for folder in ["logs", "log"] {
        if let Some(found) = counted(Path::new(folder)) {
            places.push((folder.into(), format!("the folder ./{folder}: {found}")));
        }
    }
    for ending in &ENDINGS[..2] {
        let files = glob::glob(&format!("*.{ending}")).into_iter().flatten().flatten();
        if let Some(found) = size(files.filter(|path| path.is_file())) {
            places.push((format!("'*.{ending}'"), format!("this folder: {found}")));
        }
    }
    let beside = beside(command);
    let width = places.iter().map(|(typed, _)| typed.len()).max().unwrap_or(0);
    let lines = places.iter().map(|(typed, found)| {
        let room = width - typed.len();
        format!("\n  cachecheck {command} {typed}{beside}{:room$}   {found}", "")
    });
    let lines = lines.collect::<String>();
    (!lines.is_empty()).then(|| format!("Logs that were found:{lines}"))
}

/// The logs of a folder in words; `None` where there are none.
fn counted(folder: &Path) -> Option<String> {
    if !folder.is_dir() {
        return None;
    }
    size(walk(folder).ok()?.into_iter().filter(|path| may_be_log(path)))
}

/// The number of the files that are not empty, and their size; `None` where there are none.
fn size(files: impl Iterator<Item = PathBuf>) -> Option<String> {
    let sizes: Vec<u64> =
        files.filter_map(|path| Some(fs::metadata(path).ok()?.len())).filter(|bytes| *bytes > 0).collect();
    let all = plural(sizes.len() as u64, "file");
    (!sizes.is_empty()).then(|| format!("{all}, {}", bytes(sizes.iter().sum())))
}

fn bytes(bytes: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")];
    match units.into_iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) => format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit),
        None => plural(bytes, "byte"),
    }
}
