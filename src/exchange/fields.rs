//! Fields of JSON objects. Most objects have few keys, and to compare these is quicker than to hash the one that is looked for, which is
//! done so often that it was a tenth of the time of reading a log.

use serde_json::{Map, Value};

/// Objects of so many keys are searched key by key.
const FEW: usize = 16;

/// A JSON object, or a value that may be one.
pub trait HasFields {
    /// The value of a key; `None` if there is no such key, or no object.
    fn field(&self, key: &str) -> Option<&Value>;

    /// The same, to change it.
    fn field_mut(&mut self, key: &str) -> Option<&mut Value>;
}

impl HasFields for Map<String, Value> {
    fn field(&self, key: &str) -> Option<&Value> {
        if self.len() > FEW {
            return self.get(key);
        }
        self.iter().find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    fn field_mut(&mut self, key: &str) -> Option<&mut Value> {
        if self.len() > FEW {
            return self.get_mut(key);
        }
        self.iter_mut().find(|(name, _)| *name == key).map(|(_, value)| value)
    }
}

impl HasFields for Value {
    fn field(&self, key: &str) -> Option<&Value> {
        self.as_object()?.field(key)
    }

    fn field_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.as_object_mut()?.field_mut(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_among_few_and_among_many() {
        for size in [0, 1, FEW, FEW + 1, 100] {
            let mut object: Value = (0..size).map(|number| (number.to_string(), Value::from(number))).collect();
            for number in 0..size + 2 {
                let wanted = (number < size).then(|| Value::from(number));
                assert_eq!(object.field(&number.to_string()), wanted.as_ref());
                assert_eq!(object.field_mut(&number.to_string()).cloned(), wanted);
            }
        }
        assert_eq!(Value::from("text").field("text"), None);
    }
}
