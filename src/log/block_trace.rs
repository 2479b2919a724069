//! Block traces: requests as hashes of their blocks, in the shape Mooncake published
//! (`timestamp` in ms, `input_length`, `output_length`, `hash_ids`; FAST'25 traces, Apache-2.0).
//!
//! There is no text: nothing is tokenised, and a divergence is known to the block.

use serde_json::Value;

use super::format::LogFormat;
use super::{BlockTrace, Exchange, Input, Request, usage};
use crate::time::Timestamp;

/// A line of a block trace.
pub(super) struct BlockTraceLine;

impl LogFormat for BlockTraceLine {
    fn name(&self) -> &'static str {
        "block-trace"
    }

    fn about(&self) -> &'static str {
        "block hashes instead of text: Mooncake-shaped lines with hash_ids"
    }

    fn recognises(&self, line: &Value) -> bool {
        line.get("hash_ids").is_some()
    }

    fn read(&self, line: Value) -> Result<Exchange, String> {
        let ids = line["hash_ids"].as_array().ok_or("`hash_ids` is not a list")?;
        let hash_ids = ids
            .iter()
            .map(Value::as_u64)
            .collect::<Option<_>>()
            .ok_or("`hash_ids` has something that is not a whole number")?;
        let count = |key| line.get(key).and_then(usage::tokens);
        let trace = BlockTrace {
            hash_ids,
            input_length: count("input_length"),
            output_length: count("output_length"),
            block_size: count("block_size"),
        };
        Ok(Exchange {
            // Milliseconds since the trace began, so small numbers are no mistake.
            time: line.get("timestamp").and_then(|ms| Timestamp::from_millisecond(ms.as_i64()?).ok()),
            request: Request {
                model: line.get("model").and_then(Value::as_str).map(str::to_owned),
                input: Input::Blocks(trace),
                ..Request::default()
            },
            ..Exchange::default()
        })
    }
}
