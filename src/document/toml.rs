//! TOML with places: the toml crate gives the span of each value.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::align::{Style, align};
use super::{DEEPEST, MapEntry, Node, NodeKind, NotADocument, Scalar, SourceMap};

pub(super) fn read(text: &str) -> Result<Node, NotADocument> {
    let table = DeTable::parse(text).map_err(|error| NotADocument {
        byte: error.span().map_or(0, |span| span.start),
        reason: error.message().to_owned(),
    })?;
    TomlReader { text }.table(table.get_ref(), table.span().start, text.len(), 0)
}

struct TomlReader<'a> {
    text: &'a str,
}

impl TomlReader<'_> {
    fn table(&self, table: &DeTable<'_>, start: usize, end: usize, depth: usize) -> Result<Node, NotADocument> {
        let mut entries = Vec::with_capacity(table.len());
        for (key, value) in table {
            let map = SourceMap::verbatim(key.span().start);
            let key = Scalar { text: key.get_ref().to_string(), map, is_bare: false };
            entries.push(MapEntry { key, value: self.node(value, depth + 1)? });
        }
        // The crate sorts keys; the file's order is what counts.
        entries.sort_by_key(|entry| entry.key.map.at(0));
        Ok(Node { span: start..end, kind: NodeKind::Map(entries) })
    }

    fn node(&self, value: &Spanned<DeValue<'_>>, depth: usize) -> Result<Node, NotADocument> {
        let span = value.span();
        if depth > DEEPEST {
            return Err(NotADocument { byte: span.start, reason: "nested too deep".into() });
        }
        let kind = match value.get_ref() {
            DeValue::Table(table) => return self.table(table, span.start, span.end, depth),
            DeValue::Array(items) => {
                NodeKind::List(items.iter().map(|item| self.node(item, depth + 1)).collect::<Result<_, _>>()?)
            }
            DeValue::String(text) => {
                let raw = &self.text[span.clone()];
                let style = if raw.starts_with('\'') { Style::TomlLiteral } else { Style::TomlBasic };
                let map = align(text, raw, span.start, style);
                NodeKind::Scalar(Scalar { text: text.to_string(), map, is_bare: false })
            }
            _ => {
                let text = self.text[span.clone()].to_owned();
                NodeKind::Scalar(Scalar { text, map: SourceMap::verbatim(span.start), is_bare: true })
            }
        };
        Ok(Node { span, kind })
    }
}
