//! YAML with places: granit-parser's events become a tree.

use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, Span, StrInput};

use super::align::{Style, align};
use super::{DEEPEST, MOST_NODES, MapEntry, Node, NodeKind, NotADocument, Scalar};

pub(super) fn read(text: &str) -> Result<Vec<Node>, NotADocument> {
    let mut reading = YamlReader { text, anchors: HashMap::new(), nodes: 0, open: Vec::new(), documents: Vec::new() };
    let skipped = text.len() - text.trim_start_matches('\u{feff}').len();
    for event in parser(text) {
        let (event, span) = event.map_err(|error| NotADocument {
            byte: error.marker().byte_offset().unwrap_or(skipped),
            reason: error.info().clone(),
        })?;
        reading.event(event, span)?;
    }
    Ok(reading.documents)
}

/// Checks that lists and maps are nested no deeper than can be read, for readers of other kinds: some take a time that grows with the square
/// of the depth.
pub(super) fn check_depth(text: &str) -> Result<(), NotADocument> {
    let mut depth = 0;
    for event in parser(text) {
        let (event, span) = event.map_err(|error| NotADocument { byte: 0, reason: error.info().clone() })?;
        match event {
            Event::SequenceStart(..) | Event::MappingStart(..) => depth += 1,
            Event::SequenceEnd | Event::MappingEnd => depth -= 1,
            _ => {}
        }
        if depth > DEEPEST {
            return Err(refused(&span.byte_range().unwrap_or_default(), "nested too deep"));
        }
    }
    Ok(())
}

/// A parser that passes comments over: it keeps few of those that stand in a row, and nothing reads them.
fn parser(text: &str) -> Parser<'_, StrInput<'_>> {
    Parser::new_from_str_with_options(text, granit_parser::options! { emit_comments: false })
}

struct YamlReader<'a> {
    text: &'a str,
    anchors: HashMap<usize, Node>,
    nodes: usize,
    /// The collections that are still open, the innermost last.
    open: Vec<Open>,
    documents: Vec<Node>,
}

struct Open {
    start: usize,
    anchor: usize,
    is_map: bool,
    nodes: Vec<Node>,
}

impl YamlReader<'_> {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), NotADocument> {
        let bytes = span.byte_range().unwrap_or_default();
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_bare = style == ScalarStyle::Plain && tag.is_none();
                let style = style_of(style);
                let written = if style == Style::Block { self.body(&bytes) } else { bytes.clone() };
                // Nothing at all is given as `~`.
                let text = if is_bare && bytes.is_empty() { String::new() } else { text.into_owned() };
                let map = align(&text, &self.text[written.clone()], written.start, style);
                let scalar = Scalar { text, map, is_bare };
                self.close(anchor, Node { span: bytes, kind: NodeKind::Scalar(scalar) })
            }
            Event::SequenceStart(_, anchor, _) => self.begin(bytes, anchor, false),
            Event::MappingStart(_, anchor, _) => self.begin(bytes, anchor, true),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(open) => self.close(open.anchor, open.into_node(bytes.end)),
                None => Ok(()),
            },
            Event::Alias(anchor) => {
                let node = self.anchors.get(&anchor).cloned();
                let node = node.ok_or_else(|| refused(&bytes, "an alias without its anchor"))?;
                self.nodes += count(&node);
                self.close(0, node)
            }
            _ => Ok(()),
        }
    }

    /// A block from the line after its header on: the parser's span leaves out empty lines and the first indentation.
    fn body(&self, bytes: &Range<usize>) -> Range<usize> {
        let before = self.text[..bytes.start].trim_end_matches([' ', '\t', '\r', '\n']);
        let header_end = self.text[before.len()..bytes.start].find('\n');
        header_end.map_or(bytes.start, |end| before.len() + end + 1)..bytes.end
    }

    fn begin(&mut self, bytes: Range<usize>, anchor: usize, is_map: bool) -> Result<(), NotADocument> {
        if self.open.len() >= DEEPEST {
            return Err(refused(&bytes, "nested too deep"));
        }
        self.open.push(Open { start: bytes.start, anchor, is_map, nodes: Vec::new() });
        Ok(())
    }

    fn close(&mut self, anchor: usize, node: Node) -> Result<(), NotADocument> {
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            return Err(refused(&node.span, "too many values, aliases written out"));
        }
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut() {
            Some(open) => open.nodes.push(node),
            None => self.documents.push(node),
        }
        Ok(())
    }
}

impl Open {
    fn into_node(self, end: usize) -> Node {
        let span = self.start..end.max(self.start);
        if !self.is_map {
            return Node { span, kind: NodeKind::List(self.nodes) };
        }
        let mut entries: Vec<MapEntry> = Vec::new();
        let mut merged = Vec::new();
        let mut nodes = self.nodes.into_iter();
        while let (Some(key), Some(value)) = (nodes.next(), nodes.next()) {
            match key.kind {
                NodeKind::Scalar(key) if key.is_bare && key.text == "<<" => merged.push(value),
                NodeKind::Scalar(key) => entries.push(MapEntry { key, value }),
                // A key that is itself a list or a map, as unquoted {{ }} reads.
                NodeKind::List(_) | NodeKind::Map(_) => {}
            }
        }
        for entry in merged.iter().flat_map(merged_entries) {
            if !entries.iter().any(|own| own.key.text == entry.key.text) {
                entries.push(entry.clone());
            }
        }
        Node { span, kind: NodeKind::Map(entries) }
    }
}

/// The entries that a merge key adds: those of a map, or of a list of maps.
fn merged_entries(node: &Node) -> Vec<&MapEntry> {
    match &node.kind {
        NodeKind::List(items) => items.iter().flat_map(Node::entries).collect(),
        _ => node.entries().iter().collect(),
    }
}

fn count(node: &Node) -> usize {
    let inner = match &node.kind {
        NodeKind::Scalar(_) => 0,
        NodeKind::List(items) => items.iter().map(count).sum(),
        NodeKind::Map(entries) => entries.iter().map(|entry| count(&entry.value)).sum(),
    };
    inner + 1
}

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::Single,
        ScalarStyle::DoubleQuoted => Style::Double,
        ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
    }
}

fn refused(bytes: &Range<usize>, reason: &str) -> NotADocument {
    NotADocument { byte: bytes.start, reason: reason.to_owned() }
}
