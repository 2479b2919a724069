//! JSON as DeepSeek's servers write it into a prompt: `, ` and `: `, no ASCII escaping, keys in the client's order.

use std::io;

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::Formatter;

/// The way that a number below 1e-4 is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbers {
    /// As Rust's `serde_json` does: `0.00001`.
    Plain,
    /// As Python's json does: `1e-05`.
    Python,
}

/// Writes a value with spaces after commas and colons.
pub(super) fn spaced(value: &Value, numbers: Numbers) -> String {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Spaced(numbers));
    // Writing to memory fails only on map keys that are not texts, which a Value cannot hold.
    if value.serialize(&mut serializer).is_err() {
        return value.to_string();
    }
    String::from_utf8(bytes).unwrap_or_else(|_| value.to_string())
}

/// Writes a value over several lines, four spaces to a level, as Python's `indent=4` does.
pub(super) fn indented(value: &Value) -> String {
    let mut bytes = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    if value.serialize(&mut serializer).is_err() {
        return value.to_string();
    }
    String::from_utf8(bytes).unwrap_or_else(|_| value.to_string())
}

struct Spaced(Numbers);

impl Formatter for Spaced {
    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        writer.write_all(if first { b"" } else { b", " })
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.begin_array_value(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        match self.0 {
            Numbers::Plain => writer.write_all(plain(value).as_bytes()),
            Numbers::Python => writer.write_all(python(value).as_bytes()),
        }
    }
}

fn plain(value: f64) -> String {
    serde_json::Number::from_f64(value).map_or_else(|| value.to_string(), |number| number.to_string())
}

/// Python's `repr`: the shortest digits, with an exponent below 1e-4 and from 1e16 on.
fn python(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e16).contains(&size) {
        let text = format!("{value:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
        return format!("{mantissa}e{sign}{digits:0>2}");
    }
    let text = value.to_string();
    if text.contains('.') { text } else { format!("{text}.0") }
}

/// True if two lists of values would be written alike: their keys stand in the same order.
pub(crate) fn are_same(ours: &[Value], theirs: &[Value]) -> bool {
    ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| is_same(ours, theirs))
}

fn is_same(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Array(ours), Value::Array(theirs)) => are_same(ours, theirs),
        (Value::Object(ours), Value::Object(theirs)) => {
            let mut pairs = ours.iter().zip(theirs);
            ours.len() == theirs.len()
                && pairs.all(|((our, ours), (their, theirs))| our == their && is_same(ours, theirs))
        }
        // A number is written by its digits, and 1.0 equals no 1.
        (Value::Number(ours), Value::Number(theirs)) => ours == theirs && ours.to_string() == theirs.to_string(),
        (ours, theirs) => ours == theirs,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_order_and_numbers_are_the_servers() {
        let value: Value = serde_json::from_str(r#"{"b":[1,2.50,"é/\n"],"a":{},"c":0.00001,"d":1e20,"e":-1}"#).unwrap();
        assert_eq!(
            spaced(&value, Numbers::Plain),
            r#"{"b": [1, 2.5, "é/\n"], "a": {}, "c": 0.00001, "d": 1e+20, "e": -1}"#
        );
        assert_eq!(
            spaced(&value, Numbers::Python),
            r#"{"b": [1, 2.5, "é/\n"], "a": {}, "c": 1e-05, "d": 1e+20, "e": -1}"#
        );
    }
}
