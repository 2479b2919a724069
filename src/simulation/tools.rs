//! Tools that calls share: in other orders of keys, and whether their keys look sorted.

use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::exchange::Request;
use crate::prompt::{KeyOrder, sorting};

/// Tools in other orders of keys, so that calls with the same tools share them: what was laid out of them is remembered by them.
#[derive(Default)]
pub(super) struct ReorderedTools(Mutex<Vec<(Tools, &'static str, Tools)>>);

/// The tools of a request.
pub(super) type Tools = Arc<[Value]>;

/// The most tools that are kept; a log has few, and each in a few orders.
const KEPT_TOOLS: usize = 256;

impl ReorderedTools {
    /// These tools in that order.
    pub(super) fn in_order(&self, tools: &Tools, order: &KeyOrder) -> Tools {
        let Ok(mut kept) = self.0.lock() else { return order.apply(tools) };
        let is_it = |(logged, name, _): &&(Tools, &str, Tools)| Arc::ptr_eq(logged, tools) && *name == order.name;
        if let Some((_, _, reordered)) = kept.iter().find(is_it) {
            return Arc::clone(reordered);
        }
        let reordered = order.apply(tools);
        if kept.len() == KEPT_TOOLS {
            kept.clear();
        }
        kept.push((Arc::clone(tools), order.name, Arc::clone(&reordered)));
        reordered
    }
}

/// The tools of the last call, and if their keys look sorted: most calls have the tools of the call before.
#[derive(Default)]
pub(super) struct LastTools(Option<(Tools, bool)>);

impl LastTools {
    /// The keys of these tools look sorted.
    pub(super) fn are_sorted(&mut self, tools: &Tools) -> bool {
        match &self.0 {
            Some((last, are_sorted)) if Arc::ptr_eq(last, tools) => *are_sorted,
            _ => {
                let are_sorted = sorting(tools).is_some();
                self.0 = Some((Arc::clone(tools), are_sorted));
                are_sorted
            }
        }
    }
}

/// The names of so many tools in the order in which they are written.
pub(super) fn tool_names(request: &Request, written: usize) -> Vec<String> {
    let function = |tool: &Value| tool.get("function").unwrap_or(tool)["name"].as_str().map(str::to_owned);
    let all: Vec<String> = request.tools.iter().filter_map(function).collect();
    let every: Vec<String> = request
        .tools
        .iter()
        .map(|tool| function(tool).unwrap_or_else(|| tool["type"].as_str().unwrap_or("?").into()))
        .collect();
    match written {
        _ if written == every.len() => every,
        _ if written == all.len() => all,
        // The choice of a tool leaves only that one.
        1 => request.tool_choice.as_ref().and_then(function).into_iter().collect(),
        _ => Vec::new(),
    }
}
