//! Looks of a report for people: how wide it may be, and whether it is coloured.

use std::borrow::Cow;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use textwrap::{Options, WordSeparator, WordSplitter};

use super::link::Places;
use crate::report::visible;

/// The look of what people read. Other formats have none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Columns of a terminal; `None` where lines may be as long as they are, as in a pipe.
    pub width: Option<usize>,
    /// True if colours and bold letters are shown.
    pub colored: bool,
    /// True if it is shown on a terminal, which can be cleared and follows links.
    pub is_terminal: bool,
}

/// The lines of a text on a page of so many columns; those behind the first begin with `indent`. No word is broken.
pub fn wrapped<'a>(text: &'a str, width: usize, indent: &str) -> Vec<Cow<'a, str>> {
    let options = Options::new(width)
        .subsequent_indent(indent)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::wrap(text, options)
}

/// Parts of a page that stand out.
pub(super) const HEADING: Style = Style::new().bold();
pub(super) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(super) const DOUBTFUL: Style = AnsiColor::Yellow.on_default().bold();
pub(super) const PLAIN: Style = Style::new();

/// A page that is written line by line, in a look. What a log brings into a line never steers the terminal.
pub(super) struct Page<'a> {
    out: &'a mut dyn Write,
    pub(super) look: Look,
    pub(super) places: Places,
}

impl<'a> Page<'a> {
    /// A page of a report on this file alone, if it is about one.
    pub(super) fn new(out: &'a mut dyn Write, look: Look, log: Option<&str>) -> Self {
        Self { out, look, places: Places::within(log) }
    }

    /// A sentence, whose words go on in the next line where the page ends.
    pub(super) fn sentence(&mut self, text: &str) -> io::Result<()> {
        self.styled_sentence(PLAIN, text)
    }

    /// A sentence that stands out.
    pub(super) fn styled_sentence(&mut self, style: Style, text: &str) -> io::Result<()> {
        let text = visible(text);
        let Some(width) = self.look.width else { return self.styled(style, &text) };
        wrapped(&text, width, "  ").iter().try_for_each(|line| self.styled(style, line))
    }

    /// A line as it is.
    pub(super) fn line(&mut self, text: &str) -> io::Result<()> {
        self.styled(PLAIN, text)
    }

    /// A line that stands out.
    pub(super) fn styled(&mut self, style: Style, text: &str) -> io::Result<()> {
        let mut text = visible(text);
        if self.look.is_terminal {
            text = self.places.linked(&text).into();
        }
        if self.look.colored && style != PLAIN {
            writeln!(self.out, "{style}{text}{style:#}")
        } else {
            writeln!(self.out, "{text}")
        }
    }
}
