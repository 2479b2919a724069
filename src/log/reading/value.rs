//! JSON to values, with less work than `serde_json` needs for its own: objects are made once they are known whole, at their size, and fields
//! of a line that nobody asks for are passed over.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Fields of the objects that are being read.
type FieldsRead = Vec<(String, Value)>;

/// The value that bytes spell, if it is an object without these fields.
///
/// # Errors
/// As `serde_json` fails, but for what stands in a field that is left out.
pub(crate) fn read(bytes: &[u8], left_out: &[&str]) -> serde_json::Result<Value> {
    let mut fields = FieldsRead::with_capacity(32);
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = AnyValue { fields: &mut fields, left_out }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// A value within what is read in another way.
pub(crate) struct AnyJson(pub(crate) Value);

impl<'de> Deserialize<'de> for AnyJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        AnyValue { fields: &mut FieldsRead::new(), left_out: &[] }.deserialize(deserializer).map(Self)
    }
}

/// Reads a value.
struct AnyValue<'a> {
    fields: &'a mut FieldsRead,
    left_out: &'a [&'a str],
}

/// Reads the name of a field; `None` for one that is left out.
struct FieldName<'a>(&'a [&'a str]);

impl AnyValue<'_> {
    /// Reads a value within this one, of which nothing is left out.
    fn within(&mut self) -> AnyValue<'_> {
        AnyValue { fields: self.fields, left_out: &[] }
    }
}

impl<'de> DeserializeSeed<'de> for AnyValue<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AnyValue<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any valid JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = elements.next_element_seed(self.within())? {
            list.push(element);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<Value, A::Error> {
        let start = self.fields.len();
        while let Some(name) = entries.next_key_seed(FieldName(self.left_out))? {
            let Some(name) = name else {
                entries.next_value::<IgnoredAny>()?;
                continue;
            };
            let value = entries.next_value_seed(self.within())?;
            self.fields.push((name, value));
        }
        let mut map = Map::with_capacity(self.fields.len() - start);
        map.extend(self.fields.drain(start..));
        Ok(Value::Object(map))
    }
}

impl<'de> DeserializeSeed<'de> for FieldName<'_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for FieldName<'_> {
    type Value = Option<String>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a field")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok((!self.0.contains(&name)).then(|| name.to_owned()))
    }

    fn visit_string<E: Error>(self, name: String) -> Result<Self::Value, E> {
        let is_left_out = self.0.contains(&name.as_str());
        Ok((!is_left_out).then_some(name))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// JSON texts, valid and not, with fields that stand twice.
    fn texts() -> impl Strategy<Value = String> {
        let pieces = prop_oneof![
            Just("{"),
            Just("}"),
            Just("["),
            Just("]"),
            Just(","),
            Just(":"),
            Just("\"a\""),
            Just("\"b\\n\\u00e9\""),
            Just("\"\\ud800\""),
            Just("1"),
            Just("-7"),
            Just("1.50"),
            Just("1e400"),
            Just("18446744073709551616"),
            Just("true"),
            Just("null"),
            Just(" "),
        ];
        prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat())
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,6}".prop_map(Value::from)
        ];
        leaf.prop_recursive(3, 24, 5, |inner| {
            let fields = prop::collection::vec(("[a-c]{0,2}", inner.clone()), 0..6);
            prop_oneof![
                prop::collection::vec(inner, 0..4).prop_map(Value::from),
                fields.prop_map(|fields| Value::Object(fields.into_iter().collect()))
            ]
        })
    }

    fn spelled(value: serde_json::Result<Value>) -> Result<String, String> {
        value.map(|value| value.to_string()).map_err(|error| error.to_string())
    }

    proptest! {
        #[test]
        fn values_and_errors_are_those_of_serde_json(text in texts(), value in values(), twice in values()) {
            let doubled = format!("{{\"a\": {value}, \"b\": 1, \"a\": {twice}}}");
            for text in [text, value.to_string(), doubled] {
                prop_assert_eq!(spelled(read(text.as_bytes(), &[])), spelled(serde_json::from_str(&text)), "{}", text);
            }
        }
    }

    #[test]
    fn fields_are_left_out_of_the_line_alone_and_not_of_what_stands_in_it() {
        let line = r#"{"a": {"b": 1}, "b": {"a": [2]}, "c": "\"b\": 3"}"#;
        let read = |left_out: &[&str]| read(line.as_bytes(), left_out).unwrap();
        assert_eq!(read(&["b", "x"]), json!({"a": {"b": 1}, "c": "\"b\": 3"}));
        assert_eq!(read(&[]), serde_json::from_str::<Value>(line).unwrap());
        assert!(super::read(br#"{"b": [1, }"#, &["b"]).is_err() && super::read(b"{} {}", &[]).is_err());
    }
}
