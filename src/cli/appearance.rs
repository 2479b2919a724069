//! Arguments on the appearance of reports for people: their width and their colours.

use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal};

use clap::{Args, ColorChoice, ValueEnum};
use terminal_size::{Width, terminal_size_of};

use crate::report::{Look, visible, wrapped};

/// The narrowest page: below it no table has room.
const NARROWEST: usize = 40;

/// The appearance of tables and sentences. Formats for programs have none.
#[derive(Debug, Args)]
pub(super) struct AppearanceArgs {
    /// Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal's width; in a pipe, 0]
    #[arg(long, global = true, value_name = "COLUMNS")]
    width: Option<u16>,

    /// Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected
    #[arg(long, global = true, value_enum, default_value_t)]
    color: ColorArg,
}

/// The choice of colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ColorArg {
    /// On a terminal
    #[default]
    Auto,
    /// Also in pipes and files
    Always,
    /// Nowhere
    Never,
}

impl ColorArg {
    /// True if there are colours, on a terminal or elsewhere.
    fn colors(self, is_terminal: bool) -> bool {
        let value = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if value("NO_COLOR").is_some() => false,
            Self::Auto if value("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
            Self::Auto => is_terminal && value("CLICOLOR").is_none_or(|value| value != "0"),
        }
    }
}

/// The colours of help and of errors about words, which are told before the words are read: by the same rule, from the words alone.
pub(super) fn of_help(words: impl Iterator<Item = OsString>, is_stdout: bool) -> ColorChoice {
    let words: Vec<String> = words.map(|word| word.to_string_lossy().into_owned()).collect();
    let named = words.iter().enumerate().find_map(|(index, word)| match word.strip_prefix("--color=") {
        Some(value) => Some(value),
        None => words.get(index + 1).filter(|_| word == "--color").map(String::as_str),
    });
    let color = named.and_then(|name| ColorArg::from_str(name, false).ok()).unwrap_or_default();
    let is_terminal = if is_stdout { is_terminal(&io::stdout()) } else { is_terminal(&io::stderr()) };
    if color.colors(is_terminal) { ColorChoice::Always } else { ColorChoice::Never }
}

/// True for a terminal that knows more than letters.
fn is_terminal(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// An error for people: on a terminal, its words go on in the next line where that ends, but for those of a command to type, which
/// would be another if it were broken.
pub(super) fn error(text: &str) -> String {
    let text = visible(text);
    let columns = terminal_size_of(io::stderr()).map(|(Width(width), _)| usize::from(width).max(NARROWEST));
    let Some(width) = columns.filter(|_| io::stderr().is_terminal()) else { return text.into_owned() };
    let lines = text
        .lines()
        .flat_map(|line| if line.starts_with(COMMAND) { vec![line.into()] } else { wrapped(line, width, "  ") });
    lines.collect::<Vec<_>>().join("\n")
}

/// The beginning of a line of an error that is a command to type.
const COMMAND: &str = "  ";

impl AppearanceArgs {
    /// The look of reports, on stdout or in a file.
    pub(super) fn look(&self, is_stdout: bool) -> Look {
        let is_terminal = is_stdout && is_terminal(&io::stdout());
        let colored = self.color.colors(is_terminal);
        let named = self.width.map(usize::from).or_else(|| env::var("COLUMNS").ok()?.parse().ok());
        let terminal =
            || is_terminal.then(|| terminal_size_of(io::stdout())).flatten().map(|(Width(width), _)| width.into());
        let width = named.or_else(terminal).filter(|width| *width > 0).map(|width: usize| width.max(NARROWEST));
        Look { width, colored, is_terminal }
    }
}
