//! The words of the command line that clap does not know what to do with: stdin's lines, logs without a command, commands without a log.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::input::{STDIN, stdin_is_fed, word};
use crate::workspace::sources::found_here;

/// Endings of names that are those of logs and not of templates.
const OF_LOGS: [&str; 6] = [".jsonl", ".ndjson", ".log", ".har", ".gz", ".zst"];

/// The words of the command line. A line of stdin is written as it is shown, since `-:29` begins as an option does.
pub(super) fn words() -> impl Iterator<Item = OsString> {
    env::args_os().map(|word| line_of_stdin(&word).unwrap_or(word))
}

fn line_of_stdin(word: &OsStr) -> Option<OsString> {
    let line = word.to_str()?.strip_prefix("-:")?;
    let is_line = line.starts_with(|first: char| first.is_ascii_digit())
        && line.chars().all(|letter| letter.is_ascii_digit() || letter == '#');
    is_line.then(|| format!("{STDIN}:{line}").into())
}

/// The command to type in place of words that clap refuses, where its own words do not help.
pub(super) fn advice(error: &clap::Error) -> Option<String> {
    match error.kind() {
        ErrorKind::InvalidSubcommand => match error.get(ContextKind::InvalidSubcommand)? {
            ContextValue::String(name) => without_command(name),
            _ => None,
        },
        ErrorKind::MissingRequiredArgument => without_log(),
        _ => None,
    }
}

/// A log or a folder in the place of a command.
fn without_command(name: &str) -> Option<String> {
    let path = Path::new(name);
    let kind = if path.metadata().ok()?.is_dir() { "a folder" } else { "a file" };
    let named = word(name);
    let is_log = OF_LOGS.iter().any(|ending| name.ends_with(ending));
    let templates = if is_log { String::new() } else { format!(", or, if it holds prompts: cachecheck lint {named}") };
    Some(format!("{name} is {kind}, not a command: cachecheck simulate {named}{templates}"))
}

/// A command without a log and without an argument that it needs beside one.
fn without_log() -> Option<String> {
    let matches = super::command().ignore_errors(true).try_get_matches_from(words()).ok()?;
    let (command, given) = matches.subcommand()?;
    let names_none = |id: &str| given.try_get_many::<String>(id).is_ok_and(|values| values.is_none());
    (names_none("logs") && names_none("from") && !stdin_is_fed()).then(|| found_here(command))
}
