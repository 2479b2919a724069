//! SGLang's request log (`--log-requests --log-requests-level 3`): `Finish: obj=GenerateReqInput(…, text='…', …), out={…}`, or with
//! `--log-requests-format json` the same as `{"timestamp", "event": "request.finished", "rid", "obj", "out"}`.
//!
//! The prompt is as the server rendered it. Below level 2 it is not logged, at level 2 cut in the middle. Lines `Receive: …` tell
//! nothing that the finish does not. Times have no zone and are taken for UTC. Shape: `sglang/srt/utils/request_logger.py`.

use serde_json::{Value, json};

use crate::exchange::{Exchange, HasFields, Input, Place, Request, Response, Usage};
use crate::log::body::chat;
use crate::log::format::{FormatReader, LogFormat};
use crate::log::json::{instant, text};
use crate::log::server::activity::{READER, ServerReader};
use crate::log::server::vllm::python_string;
use crate::time::{self, SignedDuration, Timestamp};

/// A line of the server's log.
pub(crate) struct SglangLog;

const FINISH: &str = "Finish: obj=";
const RECEIVE: &str = "Receive: obj=";

impl LogFormat for SglangLog {
    fn name(&self) -> &'static str {
        "sglang"
    }

    fn about(&self) -> &'static str {
        "SGLang's request log (--log-requests-level 3), prompts as rendered"
    }

    fn lacks(&self) -> Option<&'static str> {
        Some("the model is not in the log; give --profile and --tokenizer")
    }

    fn recognises(&self, line: &Value) -> bool {
        match line {
            Value::String(line) => line.contains(FINISH) || line.contains(RECEIVE) || is_server_line(line),
            _ => {
                line["event"].as_str().is_some_and(|event| event.starts_with("request."))
                    && line.field("rid").is_some()
                    && line.field("obj").is_some()
            }
        }
    }

    fn reader_name(&self) -> &'static str {
        READER
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(ServerReader::default())
    }
}

/// Reads a line.
pub(crate) fn line(line: Value, reader: &mut ServerReader, place: Place) -> Result<Vec<Exchange>, String> {
    match &line {
        Value::String(text) if is_server_line(text) => reader.other(place),
        _ => reader.request(),
    }
    let line = match &line {
        Value::String(line) => match line.split_once(FINISH) {
            Some((before, rest)) => spelled(before, rest)?,
            None => return Ok(Vec::new()),
        },
        _ if line["event"] == "request.finished" => line,
        _ => return Ok(Vec::new()),
    };
    exchange(&line).map(|exchange| vec![exchange])
}

/// True if a line tells how the server fares: `[2026-04-07 08:00:00 TP0] Prefill batch, #new-seq: 1, …`.
fn is_server_line(line: &str) -> bool {
    const BEGINNINGS: [&str; 4] = ["server_args=", "Prefill batch", "Decode batch", "The server is fired up"];
    let told = line.strip_prefix("[20").and_then(|line| line.split_once("] "));
    told.is_some_and(|(_, told)| BEGINNINGS.iter().any(|beginning| told.starts_with(beginning)))
}

fn exchange(line: &Value) -> Result<Exchange, String> {
    let prompt = text(line, &["/obj/text"]).ok_or("no prompt: SGLang logs it with --log-requests-level 3")?;
    let meta = line.pointer("/out/meta_info").cloned().unwrap_or_default();
    let end = instant(line, &["/timestamp"]);
    Ok(Exchange {
        id: text(line, &["/rid"]),
        time: end.map(|end| start(end, &meta)),
        end_time: end,
        request: Request { input: Input::Text(prompt), ..Request::default() },
        response: text(line, &["/out/text"]).map(|text| {
            let message = Some(chat::assistant(text, Vec::new()));
            Response { message, ..Response::default() }
        }),
        usage: Usage::from_json(&meta),
        ..Exchange::default()
    })
}

/// The line is written when the answer is there; it says how long that took.
fn start(end: Timestamp, meta: &Value) -> Timestamp {
    let took = meta["e2e_latency"].as_f64().and_then(|seconds| SignedDuration::try_from_secs_f64(seconds).ok());
    took.and_then(|took| end.checked_sub(took).ok()).unwrap_or(end)
}

/// The Python string behind a name, and what follows it.
fn quoted<'a>(text: &'a str, name: &str) -> Option<(String, &'a str)> {
    python_string(text.split_once(name)?.1)
}

/// The text of a finish in the shape of its JSON.
fn spelled(before: &str, rest: &str) -> Result<Value, String> {
    const CUT: &str = "the prompt is cut in the middle: SGLang logs it whole with --log-requests-level 3";
    // The line begins with `[2026-04-07 08:00:02 TP0]`: date and time are 19 letters.
    let time = before.trim_start().strip_prefix('[').and_then(|time| time.get(..19)).and_then(time::parse);
    let id = quoted(rest, "rid=").map(|(id, _)| id);
    // The first field stands behind a bracket, and which one is first differs between versions.
    let (prompt, after) = quoted(rest, ", text=").or_else(|| quoted(rest, "(text=")).unzip();
    let after = after.unwrap_or(rest);
    // Level 2 writes the beginning and the end of a prompt, each in quotes, with dots between them.
    if after.starts_with(" ... ") {
        return Err(CUT.into());
    }
    let out = after.split_once(", out={").map_or("", |(_, out)| out);
    let answer = out.strip_prefix("'text': ").and_then(python_string);
    let meta = answer.as_ref().map_or(out, |(_, rest)| rest);
    let meta = meta.split_once("'meta_info': ").map_or("", |(_, meta)| meta);
    // The rest is Python, of which only plain numbers read as JSON.
    let number = |name: &str| -> Value {
        let digits = meta.split_once(&format!("'{name}': ")).map_or("", |(_, rest)| rest);
        let end = digits.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(digits.len());
        serde_json::from_str(&digits[..end]).unwrap_or_default()
    };
    let counts = ["prompt_tokens", "completion_tokens", "cached_tokens", "e2e_latency"];
    let meta: serde_json::Map<String, Value> =
        counts.iter().map(|name| ((*name).to_owned(), number(name))).filter(|(_, value)| !value.is_null()).collect();
    Ok(json!({
        "timestamp": time.map(|time| time.to_string()),
        "rid": id,
        "obj": {"text": prompt},
        "out": {"text": answer.map(|(answer, _)| answer), "meta_info": meta},
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::format::LineContext;

    #[test]
    fn both_formats_of_a_finish_read_the_same() {
        let spoken = "[2026-04-07 08:00:02 TP0] Finish: obj=GenerateReqInput(rid='r', text='It\\'s', input_ids=None), \
                      out={'text': 'so', 'output_ids': [7], 'meta_info': {'id': 'r', 'prompt_tokens': 5, 'cached_tokens': 4, \
                      'completion_tokens': 1, 'e2e_latency': 2.0}}";
        let json = json!({"timestamp": "2026-04-07T08:00:02", "event": "request.finished", "rid": "r", "obj": {"text": "It's"},
            "out": {"text": "so", "meta_info": {"prompt_tokens": 5, "cached_tokens": 4, "completion_tokens": 1, "e2e_latency": 2.0}}});
        let read =
            |line: Value| format!("{:?}", ServerReader::default().line(line, &mut LineContext::default()).unwrap());
        assert_eq!(read(spoken.into()), read(json));
        assert!(read(spoken.into()).contains("hit_tokens: Some(4)") && read(spoken.into()).contains("08:00:00Z"));
    }

    #[test]
    fn a_prompt_that_is_cut_or_absent_is_named() {
        let read = |line: &str| {
            ServerReader::default().line(line.into(), &mut LineContext::default()).map(|found| found.len())
        };
        assert!(
            read("Finish: obj=GenerateReqInput(rid='r', text='a' ... 'b'), out={}")
                .unwrap_err()
                .to_string()
                .contains("cut")
        );
        assert!(read("Finish: obj=GenerateReqInput(rid='r'), out={}").unwrap_err().to_string().contains("level 3"));
        assert_eq!(read("Receive: obj=GenerateReqInput(rid='r')"), Ok(0));
    }
}
