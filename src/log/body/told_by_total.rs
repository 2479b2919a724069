//! Counts of tools that have one set of names for all providers: their input is the whole prompt or what of it was not cached, as the
//! provider counts it, and the total tells which.

use serde_json::{Value, json};

use crate::log::body::usage::tokens;

/// Counts of a call.
pub(crate) struct Told<'a> {
    pub(crate) input: &'a Value,
    pub(crate) output: &'a Value,
    pub(crate) read: &'a Value,
    pub(crate) written: &'a Value,
    pub(crate) total: &'a Value,
}

impl Told<'_> {
    /// The counts under the names of the API that counts so; `is_whole` where the total does not tell.
    pub(crate) fn usage(&self, is_whole: bool) -> Value {
        let count = |value: &Value| tokens(value).unwrap_or(0);
        let (whole, cached) = (count(self.input) + count(self.output), count(self.read) + count(self.written));
        let is_whole = match tokens(self.total) {
            Some(total) if total == whole => true,
            Some(total) if total == whole + cached => false,
            _ => is_whole,
        };
        let mut usage = if is_whole {
            json!({"prompt_tokens": self.input, "completion_tokens": self.output,
                "prompt_tokens_details": {"cached_tokens": self.read, "cache_write_tokens": self.written}})
        } else {
            json!({"input_tokens": self.input, "output_tokens": self.output,
                "cache_read_input_tokens": self.read, "cache_creation_input_tokens": self.written})
        };
        if let Some(counts) = usage.as_object_mut() {
            counts.retain(|_, count| !count.is_null());
        }
        usage
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::Usage;

    #[test]
    fn the_total_tells_if_the_input_is_the_whole_prompt() {
        let prompt = |input: u64, total: Option<u64>, is_whole: bool| {
            let [input, output, read, written, total] =
                [json!(input), json!(50), json!(2_000), json!(6_000), json!(total)];
            let told = Told { input: &input, output: &output, read: &read, written: &written, total: &total };
            let usage = Usage::from_json(&told.usage(is_whole));
            assert_eq!(usage.hit_tokens, Some(2_000));
            usage.prompt_tokens
        };
        assert_eq!(prompt(12, Some(8_062), true), Some(8_012));
        assert_eq!(prompt(8_012, Some(8_062), false), Some(8_012));
        assert_eq!((prompt(9_000, None, false), prompt(9_000, None, true)), (Some(17_000), Some(9_000)));
    }
}
