//! JSON with places: `serde_json` finds where each value begins and ends.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::align::{Style, align};
use super::{DEEPEST, MapEntry, Node, NodeKind, NotADocument, Scalar};

/// Reads a text; where it is none as it stands, as programs' settings have it: with comments, and commas behind the last item.
pub(super) fn read(text: &str) -> Result<Node, NotADocument> {
    strict(text).or_else(|refusal| {
        let plain = without_comments(text);
        if plain == text { Err(refusal) } else { strict(&plain).map_err(|_| refusal) }
    })
}

/// A text with blanks in place of its comments and of commas behind which a list or a map ends.
fn without_comments(text: &str) -> String {
    let mut plain = text.as_bytes().to_vec();
    let (mut at, mut comma) = (0, None);
    while at < plain.len() {
        let rest = &text.as_bytes()[at..];
        let end = match rest[0] {
            b'"' => {
                let is_end = |byte: &u8, escaped: &mut bool| {
                    let ends = *byte == b'"' && !*escaped;
                    *escaped = *byte == b'\\' && !*escaped;
                    ends
                };
                let mut escaped = false;
                let length = rest[1..].iter().position(|byte| is_end(byte, &mut escaped));
                comma = None;
                at += length.map_or(rest.len(), |length| length + 2);
                continue;
            }
            b'/' if rest.starts_with(b"//") => rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()),
            b'/' if rest.starts_with(b"/*") => {
                rest.windows(2).skip(2).position(|pair| pair == b"*/").map_or(rest.len(), |length| length + 4)
            }
            b',' => {
                comma = Some(at);
                at += 1;
                continue;
            }
            byte => {
                if let (b']' | b'}', Some(comma)) = (byte, comma) {
                    plain[comma] = b' ';
                }
                comma = comma.filter(|_| byte.is_ascii_whitespace());
                at += 1;
                continue;
            }
        };
        for byte in &mut plain[at..at + end] {
            *byte = if *byte == b'\n' { b'\n' } else { b' ' };
        }
        at += end;
    }
    // Whole characters are written over.
    String::from_utf8(plain).unwrap_or_else(|_| text.to_owned())
}

fn strict(text: &str) -> Result<Node, NotADocument> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let raw: &RawValue = serde_json::from_str(body).map_err(|error| refused(text, &error))?;
    JsonReader { text }.node(raw, 0)
}

struct JsonReader<'a> {
    text: &'a str,
}

impl<'a> JsonReader<'a> {
    fn node(&self, raw: &'a RawValue, depth: usize) -> Result<Node, NotADocument> {
        let source = raw.get();
        let start = self.offset(source);
        let refuse = |reason: &str| NotADocument { byte: start, reason: reason.to_owned() };
        if depth > DEEPEST {
            return Err(refuse("nested too deep"));
        }
        let kind = match source.as_bytes().first() {
            Some(b'{') => {
                let JsonPairs(pairs) = serde_json::from_str(source).map_err(|error| refuse(&error.to_string()))?;
                self.map(pairs, start, depth)?
            }
            Some(b'[') => {
                let Items(items) = serde_json::from_str(source).map_err(|error| refuse(&error.to_string()))?;
                NodeKind::List(items.into_iter().map(|item| self.node(item, depth + 1)).collect::<Result<_, _>>()?)
            }
            Some(b'"') => {
                let value: String = serde_json::from_str(source).map_err(|error| refuse(&error.to_string()))?;
                NodeKind::Scalar(string(value, source, start))
            }
            _ => {
                let map = super::SourceMap::verbatim(start);
                NodeKind::Scalar(Scalar { text: source.to_owned(), map, is_bare: true })
            }
        };
        Ok(Node { span: start..start + source.len(), kind })
    }

    fn map(&self, pairs: Vec<(String, &'a RawValue)>, start: usize, depth: usize) -> Result<NodeKind, NotADocument> {
        let mut end = start + 1;
        let mut entries = Vec::with_capacity(pairs.len());
        for (key, raw) in pairs {
            let value = self.node(raw, depth + 1)?;
            // The key is the string between the value before and this one.
            let between = &self.text[end..value.span.start];
            let quote = between.find('"').map_or(value.span.start, |at| end + at);
            let key = string(key, &self.text[quote..value.span.start], quote);
            end = value.span.end;
            entries.push(MapEntry { key, value });
        }
        Ok(NodeKind::Map(entries))
    }

    /// The byte at which a part of the text begins.
    fn offset(&self, part: &str) -> usize {
        part.as_ptr() as usize - self.text.as_ptr() as usize
    }
}

fn string(text: String, source: &str, start: usize) -> Scalar {
    let map = align(&text, source, start, Style::Json);
    Scalar { text, map, is_bare: false }
}

fn refused(text: &str, error: &serde_json::Error) -> NotADocument {
    let line_start = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
    let byte = (line_start + error.column().saturating_sub(1)).min(text.len());
    let reason = error.to_string();
    let reason = reason.split(" at line ").next().unwrap_or_default().to_owned();
    NotADocument { byte, reason }
}

/// An object's members in order, repeated keys and all.
struct JsonPairs<'a>(Vec<(String, &'a RawValue)>);

/// An array's items.
struct Items<'a>(Vec<&'a RawValue>);

impl<'de> Deserialize<'de> for JsonPairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = JsonPairs<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(JsonPairs(pairs))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

impl<'de> Deserialize<'de> for Items<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Elements;
        impl<'de> Visitor<'de> for Elements {
            type Value = Items<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an array")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = list.next_element()? {
                    items.push(item);
                }
                Ok(Items(items))
            }
        }
        deserializer.deserialize_seq(Elements)
    }
}
