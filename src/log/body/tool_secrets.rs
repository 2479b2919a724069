//! Keys that a request's tools carry, which are no part of what the model reads.

use std::sync::Arc;

use serde_json::Value;

use crate::exchange::Request;
use crate::log::secret;

/// Tools that call a server for the model carry keys, which are no part of what it reads.
pub(crate) fn without_secrets(mut request: Request) -> Request {
    match Arc::get_mut(&mut request.tools) {
        Some(tools) => tools.iter_mut().for_each(|tool| drop_secrets(tool, DEEPEST)),
        None => request.tools = request.tools.iter().map(without_own_secrets).collect(),
    }
    let tool_choice = request.tool_choice.as_ref().map(without_own_secrets);
    let response_format = request.response_format.as_ref().map(without_own_secrets);
    Request { tool_choice, response_format, ..request }
}

/// Levels of a tool on which keys are looked for.
const DEEPEST: usize = 8;

/// A tool without the keys it carries.
pub(crate) fn without_own_secrets(tool: &Value) -> Value {
    let mut tool = tool.clone();
    drop_secrets(&mut tool, DEEPEST);
    tool
}

fn drop_secrets(value: &mut Value, depth: usize) {
    let is_schema = |key: &str| ["function", "parameters", "input_schema", "json_schema", "schema"].contains(&key);
    match value {
        _ if depth == 0 => {}
        Value::Object(map) => {
            map.retain(|key, _| !["headers", "env"].contains(&key.as_str()) && !secret::is_secret_name(key));
            map.iter_mut().filter(|(key, _)| key.ends_with("url")).for_each(|(_, url)| drop_keys(url));
            map.iter_mut().filter(|(key, _)| !is_schema(key)).for_each(|(_, value)| drop_secrets(value, depth - 1));
        }
        Value::Array(list) => list.iter_mut().for_each(|value| drop_secrets(value, depth - 1)),
        _ => {}
    }
}

/// Leaves of a URL what names a server: its query may hold a key, its path too, and a user before the host comes with a password.
fn drop_keys(url: &mut Value) {
    let Some((scheme, rest)) = url.as_str().and_then(|url| url.split_once("://")) else { return };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    let path = if secret::is_in_path(path) { "" } else { path };
    *url = format!("{scheme}://{host}{path}").into();
}
