//! Presentation of options, the same in every command: short letters, headings, and which of them the short help leaves out.

use clap::{Arg, Command};

/// Letters for what is typed daily.
const SHORT: [(&str, char); 7] =
    [("format", 'f'), ("model", 'm'), ("by", 'b'), ("output", 'o'), ("profile", 'p'), ("since", 's'), ("verbose", 'v')];

/// Headings of options that their own definition puts under none.
const HEADINGS: [(&str, &[&str]); 2] = [
    (
        "Logs",
        &[
            "from",
            "since",
            "until",
            "skip-first",
            "time-zone",
            "scope",
            "order",
            "log-format",
            "max-line",
            "threads",
            "max-memory",
            "strict",
        ],
    ),
    (
        "Output",
        &[
            "format",
            "by",
            "top",
            "parts",
            "output",
            "no-causes",
            "verbose",
            "no-text",
            "monthly",
            "points",
            "limits",
            "width",
            "color",
        ],
    ),
];

/// Options that few need: `--help` has them, `-h` does not.
const SELDOM: [&str; 58] = [
    "until",
    "width",
    "color",
    "strict",
    "skip-first",
    "scope",
    "window",
    "fail-under",
    "top",
    "no-causes",
    "verbose",
    "order",
    "log-format",
    "max-line",
    "threads",
    "max-memory",
    "time-zone",
    "tokenizer",
    "chat-template",
    "ttl",
    "delay",
    "capacity",
    "block-size",
    "currency",
    "fx",
    "at",
    "tier",
    "provider",
    "syntax",
    "allow-outside",
    "every",
    "fail-from",
    "partial",
    "own-files",
    "assumptions",
    "rates",
    "config",
    "unknown-is",
    "max-skipped",
    "renders",
    "render-command",
    "rule",
    "no-rule",
    "no-source",
    "bundle",
    "reorder",
    "routing",
    "model-config",
    "bytes-per-token",
    "kv-dtype",
    "limits",
    "hit-ratio-before",
    "hit-tokens",
    "miss-tokens",
    "written-tokens",
    "sweep",
    "only",
    "round",
];

/// The commands with their options presented.
pub(super) fn present(command: Command) -> Command {
    let command = few_examples(command.mut_args(option));
    let names: Vec<String> = command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    names.into_iter().fold(command, |command, name| command.mut_subcommand(name, present))
}

/// Examples that the short help shows, of the program and of a command.
const FEW: (usize, usize) = (6, 3);

/// Columns of the narrowest terminal for which examples are written.
const COLUMNS: usize = 80;

/// The short help has the first examples, the long help all of them and what stands behind them.
fn few_examples(command: Command) -> Command {
    let Some(all) = command.get_after_help().map(ToString::to_string) else { return command };
    let few = if command.get_name() == "cachecheck" { FEW.0 } else { FEW.1 };
    let first: Vec<&str> = all.lines().take_while(|line| !line.is_empty()).take(1 + few).collect();
    let has_more = first.len() < all.lines().count();
    let short = format!("{}\n\n--help shows all options and examples.", narrow(&first.join("\n")));
    let all = narrow(&all);
    if has_more { command.after_help(short).after_long_help(all) } else { command.after_help(all) }
}

/// Examples whose lines fit: a remark that does not goes under its command, a command that does not is continued.
fn narrow(examples: &str) -> String {
    let lines: Vec<String> = examples.lines().map(narrow_line).collect();
    lines.join("\n")
}

fn narrow_line(line: &str) -> String {
    let is_command = line.starts_with("  cachecheck ");
    if line.chars().count() <= COLUMNS || !is_command {
        return line.to_owned();
    }
    let (command, remark) = line.trim().split_once("  ").unwrap_or((line.trim(), ""));
    let remark = remark.trim();
    let short = format!("  {command}  {remark}");
    if !remark.is_empty() && short.chars().count() <= COLUMNS {
        return short;
    }
    let continued = continued(command);
    if remark.is_empty() { continued } else { format!("{continued}\n      {remark}") }
}

/// A command over several lines, which a shell takes as one; it is divided in front of options and of other commands.
fn continued(command: &str) -> String {
    let mut lines = vec![String::from(" ")];
    let mut rest = command;
    while !rest.is_empty() {
        let next = [" --", " | ", " && ", " > "].iter().filter_map(|mark| Some(rest.get(1..)?.find(mark)? + 1)).min();
        let (piece, behind) = rest.split_at(next.unwrap_or(rest.len()));
        let Some(last) = lines.last_mut() else { break };
        if last.chars().count() + 1 + piece.trim().chars().count() + 2 > COLUMNS {
            last.push_str(" \\");
            lines.push(format!("      {}", piece.trim()));
        } else {
            last.push_str(&format!(" {}", piece.trim()));
        }
        rest = behind;
    }
    lines.join("\n")
}

fn option(mut arg: Arg) -> Arg {
    let Some(name) = arg.get_long().map(str::to_owned) else { return arg };
    if let Some((_, letter)) = SHORT.iter().find(|(long, _)| *long == name) {
        arg = arg.short(*letter);
    }
    if arg.get_help_heading().is_none()
        && let Some((heading, _)) = HEADINGS.iter().find(|(_, names)| names.contains(&name.as_str()))
    {
        arg = arg.help_heading(*heading);
    }
    if SELDOM.contains(&name.as_str()) {
        arg = arg.hide_short_help(true);
    }
    // A man page has only the long help of what the short help leaves out.
    if let (true, None, Some(help)) = (arg.is_hide_short_help_set(), arg.get_long_help(), arg.get_help().cloned()) {
        arg = arg.long_help(help);
    }
    arg
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The long names of all options of a command and of those below it.
    fn options(command: &Command) -> BTreeSet<String> {
        let own = command.get_arguments().filter_map(|arg| arg.get_long().map(str::to_owned));
        own.chain(command.get_subcommands().flat_map(options)).collect()
    }

    #[test]
    fn each_name_is_that_of_an_option() {
        let options = options(&crate::cli::command());
        let short = SHORT.iter().map(|(name, _)| *name);
        let names = short.chain(HEADINGS.iter().flat_map(|(_, names)| names.iter().copied())).chain(SELDOM);
        let unknown: Vec<&str> = names.filter(|name| !options.contains(*name)).collect();
        assert!(unknown.is_empty(), "no command has {unknown:?}");
    }
}
