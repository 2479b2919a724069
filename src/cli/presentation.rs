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
const SELDOM: [&str; 57] = [
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

/// Examples that the short help shows.
const FEW: usize = 3;

/// The short help has the first examples, the long help all of them and what stands behind them.
fn few_examples(command: Command) -> Command {
    let Some(all) = command.get_after_help().map(ToString::to_string) else { return command };
    let few: Vec<&str> = all.lines().take_while(|line| !line.is_empty()).take(1 + FEW).collect();
    if few.len() == all.lines().count() || command.get_name() == "cachecheck" {
        return command;
    }
    let short = format!("{}\n\n--help shows all options and examples.", few.join("\n"));
    command.after_help(short).after_long_help(all)
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
