//! Entries of a large document, read one by one as lines are: threads share them, those of a kind that lines have go the quick way, and few
//! are in memory at a time.
//!
//! The document is not judged here: its entries are found by their brackets, and each is parsed where it is read. One that is no JSON is
//! named by its number, and the others are read.

use std::ops::Range;

use crate::input::{Chunk, Lines};
use crate::log::reading::scan::Scan;

/// A kind of document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A list of what lines hold.
    List,
    /// A HAR file.
    Har,
    /// Spans as OTLP has them, in the order in which they began.
    Spans,
}

/// The entries of a document.
pub(crate) struct Entries {
    kind: Kind,
    /// The document, behind bytes that are none of it.
    bytes: Vec<u8>,
    /// The place at which it begins.
    start: usize,
    /// Place of each in the document.
    places: Vec<Range<usize>>,
    /// Number of those that were given out.
    given: usize,
    /// The line on which the document begins.
    line: u64,
}

/// Entries that follow each other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DocumentPart {
    pub(crate) kind: Kind,
    /// Number of entries before them.
    pub(crate) before: usize,
    /// Number of all entries, if these are the last.
    pub(crate) all: Option<usize>,
}

impl DocumentPart {
    /// The name of one of them for people; `None` where entries have names of their own.
    pub(crate) fn name(&self, index: usize) -> Option<String> {
        (self.kind == Kind::Har).then(|| self.place(index))
    }

    /// The place of one of them in the document.
    pub(crate) fn place(&self, index: usize) -> String {
        format!("entry {}", self.before + index + 1)
    }
}

impl Entries {
    /// True if a line begins as a document of entries does.
    pub(crate) fn begin(line: &[u8]) -> bool {
        let mut scan = Scan::new(line);
        match scan.peek() {
            Some(b'[') => true,
            Some(b'{') => {
                scan.skip(1);
                let rest = scan.rest().unwrap_or_default();
                [&b"\"log\""[..], b"\"resourceSpans\"", b"\"resource_spans\""].iter().any(|key| rest.starts_with(key))
            }
            _ => false,
        }
    }

    /// The kind of a document and the places of its entries; `None` for one that is not so large, or of another kind, or in the least doubt.
    pub(crate) fn find(bytes: &[u8], large: usize) -> Option<(Kind, Vec<Range<usize>>)> {
        let mut scan = Scan::new(bytes);
        (bytes.len() >= large).then_some(())?;
        let (kind, places) = if scan.peek()? == b'[' {
            let mut places = Vec::new();
            scan.list(|scan| {
                places.push(scan.value()?);
                Some(())
            })?;
            (Kind::List, places)
        } else {
            root(&mut scan)?
        };
        let is_all = scan.peek().is_none() && !places.is_empty();
        is_all.then_some((kind, places))
    }

    /// The entries that were found in the document last given, which begins on this line.
    pub(crate) fn new((kind, places): (Kind, Vec<Range<usize>>), lines: &mut Lines, line: u64) -> Self {
        let (bytes, start) = lines.take();
        Self { kind, bytes, start, places, given: 0, line }
    }

    /// The next entries, of about so many bytes together; `None` if all were given.
    pub(crate) fn next(&mut self, bytes: usize) -> Option<(Chunk, DocumentPart)> {
        let (mut chunk, before) = (Chunk::default(), self.given);
        while chunk.size() < bytes
            && let Some(place) = self.places.get(self.given)
        {
            chunk.push(self.line, &self.bytes[self.start..][place.clone()]);
            self.given += 1;
        }
        let all = self.places.len();
        (self.given > before)
            .then_some((chunk, DocumentPart { kind: self.kind, before, all: (self.given == all).then_some(all) }))
    }
}

/// The places of the whole entries of a list that breaks off before it is closed, and the number of bytes behind them; `None` for anything
/// else.
pub(crate) fn of_torn_list(bytes: &[u8]) -> Option<(Vec<Range<usize>>, usize)> {
    let (mut scan, mut places) = (Scan::new(bytes), Vec::new());
    (scan.peek()? == b'[').then_some(())?;
    let closed = scan.list(|scan| {
        places.push(scan.value()?);
        Some(())
    });
    let behind = bytes[places.last()?.end..].trim_ascii();
    // A list may also be too deep to be looked through, and is closed then.
    let is_torn = closed.is_none() && matches!(behind.first(), None | Some(b',')) && behind.last() != Some(&b']');
    is_torn.then_some((places, behind.len()))
}

/// The entries of an object that has nothing else.
fn root(scan: &mut Scan<'_>) -> Option<(Kind, Vec<Range<usize>>)> {
    let mut found = None;
    scan.object(|scan, key| {
        let entries = match key {
            b"log" => (Kind::Har, har(scan)?),
            b"resourceSpans" | b"resource_spans" => (Kind::Spans, spans(scan)?),
            _ => return None,
        };
        found.replace(entries).is_none().then_some(())
    })?;
    found
}

fn har(scan: &mut Scan<'_>) -> Option<Vec<Range<usize>>> {
    let mut entries = None;
    scan.object(|scan, key| {
        if key != b"entries" {
            return scan.value().map(|_| ());
        }
        let mut found = Vec::new();
        scan.list(|scan| {
            found.push(entry(scan)?);
            Some(())
        })?;
        entries.replace(found).is_none().then_some(())
    })?;
    entries
}

/// The place of an entry of a HAR file, which is one by itself too.
fn entry(scan: &mut Scan<'_>) -> Option<Range<usize>> {
    let (start, mut has) = (scan.skip(0).start, [false; 3]);
    scan.object(|scan, key| {
        let first = scan.peek()?;
        match (key, first) {
            (b"startedDateTime", b'"') => has[0] = true,
            (b"request", b'{') => has[1] = true,
            (b"response", _) => has[2] = true,
            // One of two may be what the entry is read as.
            (b"startedDateTime" | b"request", _) => return None,
            _ => {}
        }
        scan.value().map(|_| ())
    })?;
    (has == [true; 3]).then(|| start..scan.skip(0).end)
}

/// The spans of all resources and scopes, in the order in which they began: exporters write a span when it ends.
fn spans(scan: &mut Scan<'_>) -> Option<Vec<Range<usize>>> {
    let mut all = Vec::new();
    within_each(scan, &[b"scopeSpans", b"scope_spans"], &mut |scan| {
        within_each(scan, &[b"spans"], &mut |scan| scan.list(|scan| span(scan, &mut all)))
    })?;
    all.sort_by_key(|(start, _)| *start);
    Some(all.into_iter().map(|(_, place)| place).collect())
}

/// Steps over a list of objects: `inner` steps over the value of the field of one of these names.
fn within_each(scan: &mut Scan<'_>, names: &[&[u8]], inner: &mut dyn FnMut(&mut Scan<'_>) -> Option<()>) -> Option<()> {
    scan.list(|scan| {
        let mut is_found = false;
        scan.object(|scan, key| {
            if !names.contains(&key) {
                return scan.value().map(|_| ());
            }
            (!std::mem::replace(&mut is_found, true)).then_some(())?;
            inner(scan)
        })
    })
}

/// Adds the place of a span, and its start in nanoseconds where that can be read; one without attributes and events is no call.
fn span(scan: &mut Scan<'_>, all: &mut Vec<(Option<i128>, Range<usize>)>) -> Option<()> {
    let (begin, mut start, mut has_attributes, mut has_events) = (scan.skip(0).start, None, false, false);
    scan.object(|scan, key| {
        let first = scan.peek()?;
        let text = scan.taken()?;
        match key {
            b"startTimeUnixNano" | b"start_time_unix_nano" => {
                let digits = std::str::from_utf8(text).ok()?.trim_matches('"');
                return start.replace(digits.parse().ok()).is_none().then_some(());
            }
            b"attributes" => has_attributes |= first == b'[',
            b"events" => has_events = true,
            _ => {}
        }
        Some(())
    })?;
    let place = begin..scan.skip(0).end;
    if has_attributes {
        all.push((start?, place));
    }
    (start.is_some() && (has_attributes || !has_events)).then_some(())
}
