//! Arguments on the appearance of reports for people: their width and their colours.

use std::env;
use std::io::{self, IsTerminal};

use clap::{Args, ValueEnum};
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

/// An error for people: on a terminal, its words go on in the next line where that ends.
pub(super) fn error(text: &str) -> String {
    let text = visible(text);
    let columns = terminal_size_of(io::stderr()).map(|(Width(width), _)| usize::from(width).max(NARROWEST));
    match columns.filter(|_| io::stderr().is_terminal()) {
        Some(width) => wrapped(&text, width, "  ").join("\n"),
        None => text.into_owned(),
    }
}

impl AppearanceArgs {
    /// The look of reports, on stdout or in a file.
    pub(super) fn look(&self, is_stdout: bool) -> Look {
        let is_terminal =
            is_stdout && io::stdout().is_terminal() && env::var_os("TERM").is_none_or(|term| term != "dumb");
        let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
        let colored = match self.color {
            ColorArg::Always => true,
            ColorArg::Never => false,
            ColorArg::Auto if is_set("NO_COLOR") => false,
            ColorArg::Auto => is_set("CLICOLOR_FORCE") || is_terminal,
        };
        let named = self.width.map(usize::from).or_else(|| env::var("COLUMNS").ok()?.parse().ok());
        let terminal =
            || is_terminal.then(|| terminal_size_of(io::stdout())).flatten().map(|(Width(width), _)| width.into());
        let width = named.or_else(terminal).filter(|width| *width > 0).map(|width: usize| width.max(NARROWEST));
        Look { width, colored, is_terminal }
    }
}
