//! Block traces: requests as hashes of their blocks, in the shape Mooncake published
//! (`timestamp` in ms, `input_length`, `output_length`, `hash_ids`; FAST'25 traces, Apache-2.0).
//!
//! There is no text: nothing is tokenised, and a divergence is known to the block.

use serde_json::Value;

use crate::exchange::{BlockTrace, Exchange, HasFields, Input, Request, Scope, Usage};
use crate::log::body::usage;
use crate::log::format::{FormatReader, LineContext, LogFormat};
use crate::log::json::{items, text};
use crate::log::reason::Reason;
use crate::log::trace::fast_path::{BlockLine, HASH_IDS, Numbers};
use crate::time::Timestamp;

/// A line of a block trace.
pub(crate) struct BlockTraceLine;

/// A session of a block trace: one document for all its requests (shape: kv-cache-tester, as AIPerf's loader reads it).
pub(crate) struct BlockTraceFile;

impl LogFormat for BlockTraceLine {
    fn name(&self) -> &'static str {
        "block-trace"
    }

    fn about(&self) -> &'static str {
        "block hashes instead of text: lines with hash_ids, as in the Mooncake traces"
    }

    fn recognises(&self, line: &Value) -> bool {
        line.get(HASH_IDS).is_some()
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(Self)
    }
}

impl FormatReader for BlockTraceLine {
    fn line(&mut self, line: Value, _: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        let hash_ids = hash_ids(&line)?;
        Ok(vec![of_line(BlockLine { rest: line, hash_ids })?])
    }
}

/// The exchange of a line whose ids are read already.
pub(crate) fn of_line(line: BlockLine) -> Result<Exchange, String> {
    let BlockLine { rest, hash_ids } = line;
    let trace = BlockTrace {
        hash_ids,
        input_length: count(&rest, "input_length")?,
        output_length: count(&rest, "output_length")?,
        block_size: block_size(&rest)?,
    };
    let time = rest.field("timestamp").and_then(|ms| time(ms.as_i64()?));
    // Traces of servers that were measured report what was served, as answers do.
    let usage = Usage::of_response(&rest).or_else(|| rest.field("response").and_then(Usage::of_response));
    Ok(Exchange { usage: usage.unwrap_or_default(), ..exchange(text(&rest, &["/model"]), trace, time) })
}

/// The same of a line that has nothing but numbers.
pub(crate) fn of_numbers(numbers: &Numbers, hash_ids: Vec<u64>) -> Exchange {
    let Numbers { timestamp, input_length, output_length, block_size, .. } = *numbers;
    exchange(None, BlockTrace { hash_ids, input_length, output_length, block_size }, timestamp.and_then(time))
}

/// Milliseconds since the trace began, so small numbers are no mistake.
fn time(milliseconds: i64) -> Option<Timestamp> {
    Timestamp::from_millisecond(milliseconds).ok()
}

impl LogFormat for BlockTraceFile {
    fn name(&self) -> &'static str {
        "kv-cache-tester"
    }

    fn about(&self) -> &'static str {
        "block hashes of a whole session: kv-cache-tester's {\"block_size\", \"requests\"}"
    }

    fn recognises(&self, line: &Value) -> bool {
        line.field("block_size").is_some() && line.field("requests").is_some_and(Value::is_array)
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(Self)
    }
}

impl FormatReader for BlockTraceFile {
    fn line(&mut self, line: Value, _: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        let block_size = block_size(&line)?;
        // Ids of a local scope mean nothing outside their session.
        let scope = (line["hash_id_scope"] != "global").then(|| text(&line, &["/id"])).flatten();
        let mut requests: Vec<&Value> = Vec::new();
        for request in items(line.field("requests")) {
            // A subagent's requests are a list within the list, on the same clock.
            match request.field("requests") {
                Some(inner) => requests.extend(items(Some(inner))),
                None => requests.push(request),
            }
        }
        let seconds = |request: &Value| request["t"].as_f64().unwrap_or(0.0);
        requests.sort_by(|a, b| seconds(a).total_cmp(&seconds(b)));
        let read = |request: &&Value| {
            let (input_length, output_length) = (count(request, "in")?, count(request, "out")?);
            let trace = BlockTrace { hash_ids: hash_ids(request)?, input_length, output_length, block_size };
            #[expect(clippy::cast_possible_truncation, reason = "seconds of a trace in milliseconds")]
            let time = Timestamp::from_millisecond((seconds(request) * 1000.0) as i64).ok();
            Ok(Exchange {
                scope: scope.as_ref().map_or_else(Scope::default, |id| Scope::named(format!("session:{id}"))),
                ..exchange(text(request, &["/model"]), trace, time)
            })
        };
        requests.iter().map(read).collect()
    }
}

fn hash_ids(request: &Value) -> Result<Vec<u64>, String> {
    let ids = request[HASH_IDS].as_array().ok_or("`hash_ids` is not a list")?;
    let ids = ids.iter().map(Value::as_u64).collect::<Option<_>>();
    ids.ok_or_else(|| "`hash_ids` has an element that is not a whole number".into())
}

/// A number of tokens, where the line has one.
fn count(line: &Value, key: &str) -> Result<Option<u64>, String> {
    match line.field(key) {
        None | Some(Value::Null) => Ok(None),
        Some(number) => usage::tokens(number).map(Some).ok_or_else(|| format!("`{key}` is not a number of tokens")),
    }
}

/// A trace's own block size; no block is empty.
fn block_size(line: &Value) -> Result<Option<u64>, String> {
    match count(line, "block_size")? {
        Some(0) => Err("`block_size` is 0".into()),
        size => Ok(size),
    }
}

fn exchange(model: Option<String>, trace: BlockTrace, time: Option<Timestamp>) -> Exchange {
    Exchange {
        time,
        request: Request { model, input: Input::Blocks(trace), ..Request::default() },
        ..Exchange::default()
    }
}
