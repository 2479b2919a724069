//! The registry of log formats, which each room lists for itself, and the format that a line has.

use std::sync::LazyLock;

use serde_json::Value;

use crate::exchange::HasFields;
use crate::log::body::envelope;
use crate::log::body::registry::{APIS, Bodies, of_request};
use crate::log::format::LogFormat;
use crate::log::gateway::{counts, usage_only};
use crate::log::{agent, gateway, normalized, server, trace, tracer};

/// Formats that have marks of their own, by room. No line has the marks of two, or the first of a room has it.
pub(in crate::log) const CONTAINERS: [&[&dyn LogFormat]; 6] =
    [&[&normalized::Normalized], trace::FORMATS, server::FORMATS, agent::FORMATS, gateway::FORMATS, tracer::FORMATS];

/// The bodies of every API, which are recognised by their requests.
static BODIES: LazyLock<Vec<Bodies>> = LazyLock::new(|| APIS.iter().map(|api| Bodies(*api)).collect());

/// All formats, in the order in which a line is tried: what has no request at all comes last.
pub static FORMATS: LazyLock<Vec<&dyn LogFormat>> = LazyLock::new(|| {
    let bodies = BODIES.iter().map(|bodies| bodies as &dyn LogFormat);
    let last: [&dyn LogFormat; 2] = [&usage_only::UsageOnly, &counts::Counts];
    CONTAINERS.into_iter().flatten().copied().chain(bodies).chain(last).collect()
});

/// The format of that name.
pub fn named(name: &str) -> Option<&'static dyn LogFormat> {
    FORMATS.iter().copied().find(|format| format.name() == name)
}

/// The format of a line: the one that is named for all, where it is of that.
///
/// # Errors
/// Fails if the line is no call, and names what it seems to be.
pub(in crate::log) fn format_of(
    line: &Value,
    named: Option<&'static dyn LogFormat>,
) -> Result<&'static dyn LogFormat, String> {
    match named {
        None => detect(line),
        Some(named) if named.recognises(line) => Ok(named),
        Some(named) => Err(match detect(line) {
            Ok(other) => format!("not of the format {} but {}; leave --log-format out", named.name(), other.name()),
            Err(hint) => format!("not of the format {}: {hint}", named.name()),
        }),
    }
}

/// The format of a line.
///
/// # Errors
/// A hint at what the line seems to be instead.
pub(in crate::log) fn detect(line: &Value) -> Result<&'static dyn LogFormat, String> {
    FORMATS.iter().copied().find(|format| format.recognises(line)).ok_or_else(|| unrecognised(line))
}

/// Says what an unrecognised line seems to be.
fn unrecognised(line: &Value) -> String {
    match line {
        Value::Object(map) if map.contains_key("request") => {
            let body = envelope::body(line);
            of_request(body).err().unwrap_or_else(|| "the request is not one of a known API".into())
        }
        Value::Object(map) if ["choices", "candidates", "output"].iter().any(|key| map.contains_key(*key)) => {
            "a response without its request: log both, as {\"request\": …, \"response\": …}".into()
        }
        Value::Object(map) if map.contains_key("log") => no_har(&map["log"]),
        // Its keys are not shown: they may be anything, a prompt or an API key too.
        Value::Object(map) => {
            format!(
                "no known log format (no `messages`, `prompt`, `request` or `hash_ids` among its {} keys)",
                map.len()
            )
        }
        _ => "not a JSON object".into(),
    }
}

/// Says what a `log` is that is none of HAR's, and what to do where the calls may be within it.
fn no_har(log: &Value) -> String {
    let (found, within) = match log {
        Value::Array(_) => ("a list", Some("jq -c '.log[]'")),
        // Containers' logs have each line of the program as a text.
        Value::String(_) => ("a text", Some("jq -r '.log'")),
        Value::Object(log) => match log.field("entries") {
            Some(Value::Array(_)) => ("an object whose `entries` have no `request`", Some("jq -c '.log.entries[]'")),
            Some(_) => ("an object whose `entries` are no list", None),
            None => ("an object without `entries`", None),
        },
        _ => ("neither an object nor a list", None),
    };
    match within {
        Some(filter) => format!(
            "not a HAR file: `log` is {found}; if the requests are in it, extract them: {filter} LOG | cachecheck parse -"
        ),
        None => format!("not a HAR file: `log` is {found}; export it as \"HAR with content\""),
    }
}
