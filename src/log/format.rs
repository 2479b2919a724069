//! A log format: how its lines are recognised, and a reader that keeps what it must remember between lines.

use std::any::Any;

use serde_json::Value;

use crate::exchange::{Exchange, FormatTraits, Place};
use crate::log::options::Owner;
use crate::log::reason::{Reason, SUM};

/// A shape in which exchanges are logged, one JSON value a line or a document.
pub trait LogFormat: Sync {
    /// Its name on the command line.
    fn name(&self) -> &'static str;
    /// Its description in one line.
    fn about(&self) -> &'static str;
    /// Parts of a call that logs of this format never hold, and the cost of their absence, if there are such parts.
    fn lacks(&self) -> Option<&'static str> {
        None
    }
    /// The name of the reader of its lines. Formats that are mixed in one log, as the lines of a server are, share a reader.
    fn reader_name(&self) -> &'static str {
        self.name()
    }
    /// The shape of its requests, by which their parts may be read apart from the line, on the fast path.
    fn request_shape(&self) -> RequestShape {
        RequestShape::Other
    }
    /// True if the parts of this line may be read apart from the rest of it.
    fn may_be_cut(&self, _line: &[u8]) -> bool {
        self.request_shape() != RequestShape::Other
    }
    /// True if each line is read by itself, whatever came before it, so that any thread may read it.
    fn reads_lines_alone(&self) -> bool {
        false
    }
    /// Fields of its lines that neither it nor another format reads, so that they need not be parsed.
    fn unread_fields(&self) -> &'static [&'static str] {
        &[]
    }
    /// Traits on which it depends how its exchanges are counted and priced.
    fn traits(&self) -> FormatTraits {
        FormatTraits::default()
    }
    /// True if a line has this shape, judged by the keys it cannot do without. A line of plain text is a JSON string.
    fn recognises(&self, line: &Value) -> bool;
    /// All that its reader needs of a line, which any thread finds out before the line's turn comes.
    fn prepare(&self, line: Value) -> PreparedLine {
        PreparedLine::Value(line)
    }
    /// The same of the bytes of a line that is surely of this format and of no other; `None` in the slightest doubt.
    fn prepare_bytes(&self, _line: &[u8]) -> Option<PreparedLine> {
        None
    }
    /// A reader of its lines, which remembers nothing yet.
    fn reader(&self) -> Box<dyn FormatReader>;
}

/// A line that waits for its turn.
pub enum PreparedLine {
    /// Its value.
    Value(Value),
    /// All that its reader needs of it, in a type of the format's own.
    Own(Box<dyn Any + Send>),
}

/// Reason of a line whose reader is given what another format prepared, which no log can cause.
pub(in crate::log) const NOT_PREPARED: &str = "read in the way of another format";

/// The shape of the requests in the lines of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestShape {
    /// The shape of the API which was called, whose reading of it is the format's.
    OfApi,
    /// The shape of the API of this name, whatever was called.
    OfOne(&'static str),
    /// Another, or none.
    Other,
}

/// Reads the lines of a format in the order of the logs of a run.
pub trait FormatReader {
    /// Reads a line that its format recognises: one exchange, several, or none yet if a format spans lines.
    ///
    /// # Errors
    /// A part that is missing or of the wrong type, in words that complete "line 3: …".
    fn line(&mut self, line: Value, context: &mut LineContext) -> Result<Vec<Exchange>, Reason>;

    /// Reads a line that its format prepared in a type of its own.
    ///
    /// # Errors
    /// As for any line.
    fn prepared(&mut self, _line: Box<dyn Any + Send>, _context: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        Err(NOT_PREPARED.into())
    }

    /// The exchange that is complete because a list of values has ended.
    fn end_of_list(&mut self, _context: &mut LineContext) -> Option<Exchange> {
        None
    }

    /// The next exchange that is complete because its source has ended; asked until there is none. Exchanges come one by one, for
    /// each of a session holds all messages before it.
    fn next_of_source(&mut self, _context: &mut LineContext) -> Option<Exchange> {
        None
    }

    /// The exchanges that are complete because there are no more sources.
    fn end(&mut self, _context: &mut LineContext) -> Vec<Exchange> {
        Vec::new()
    }
}

/// The line that is being read, and what is reported of it beside its exchanges.
#[derive(Default)]
pub struct LineContext {
    pub(in crate::log) place: Place,
    /// The cache's owner by this line. The reader of all formats gives it to an exchange of one line; a format that spans lines
    /// asks the line of the request first.
    pub(in crate::log) owner: Owner,
    /// The name of the entry of a document that the line is.
    pub(in crate::log) entry: Option<String>,
    /// Entries of the line that could not be read, beside those that could: the reasons.
    pub(in crate::log) skips: Vec<Reason>,
    /// Remarks on this line or on lines before it.
    pub(in crate::log) remarks: Vec<Skip>,
}

/// A line that was skipped, or read with a remark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skip {
    /// The line.
    pub place: Place,
    /// The reason, in words that complete "line 3: …".
    pub reason: Reason,
    /// True if the line was read nonetheless, so that the reason is only a remark.
    pub is_read: bool,
}

impl LineContext {
    /// Notes what is to be known of the line that is read.
    pub(in crate::log) fn remark(&mut self, reason: impl Into<Reason>) {
        self.remarks.push(Skip { place: self.place, reason: reason.into(), is_read: true });
    }

    /// An exchange whose counts may be those of several requests in sum, which is remarked upon.
    pub(in crate::log) fn in_sum(&mut self, exchange: Exchange, is_sum: bool) -> Exchange {
        if is_sum {
            self.remark(SUM);
        }
        exchange.in_sum(is_sum)
    }

    /// The exchange of one of a line's entries under the entry's name; an entry that cannot be read is noted and does not spoil
    /// the others.
    pub(in crate::log) fn named<T: IntoIterator<Item = Exchange>>(
        &mut self,
        entry: impl FnOnce() -> String,
        read: Result<T, String>,
    ) -> Option<Exchange> {
        match read {
            Ok(found) => found.into_iter().next().map(|exchange| exchange.with_entry(entry())),
            Err(reason) => {
                self.skips.push(format!("{}: {reason}", entry()).into());
                None
            }
        }
    }
}
