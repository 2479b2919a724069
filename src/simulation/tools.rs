//! Tools that calls share: written otherwise, and how they may have been written.

use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::evidence::judgement::ToolWritingJudgement;
use crate::exchange::Request;
use crate::prompt::ToolWriting;

/// The tools as they stand in the log, which nothing contradicts; `None` without tools.
pub(super) fn as_logged(tools: &Tools) -> Option<ToolWritingJudgement> {
    let as_logged = ToolWritingJudgement { writing: ToolWriting::AS_LOGGED, support: None };
    (!tools.is_empty()).then_some(as_logged)
}

/// Tools written otherwise than logged, so that calls with the same tools share them: what was laid out of them is remembered by them.
#[derive(Default)]
pub(super) struct RewrittenTools(Mutex<Vec<(Tools, ToolWriting, Tools)>>);

/// The tools of a request.
pub(super) type Tools = Arc<[Value]>;

/// The most tools that are kept; a log has few, and each is written in a few ways.
const KEPT_TOOLS: usize = 256;

impl RewrittenTools {
    /// These tools in that way.
    pub(super) fn written(&self, tools: &Tools, writing: ToolWriting) -> Tools {
        let Ok(mut kept) = self.0.lock() else { return writing.apply(tools) };
        let is_it = |(logged, known, _): &&(Tools, ToolWriting, Tools)| Arc::ptr_eq(logged, tools) && *known == writing;
        if let Some((_, _, rewritten)) = kept.iter().find(is_it) {
            return Arc::clone(rewritten);
        }
        let rewritten = writing.apply(tools);
        if kept.len() == KEPT_TOOLS {
            kept.clear();
        }
        kept.push((Arc::clone(tools), writing, Arc::clone(&rewritten)));
        rewritten
    }
}

/// The tools of the last call, and the ways in which they may have been written: most calls have the tools of the call before.
#[derive(Default)]
pub(super) struct LastTools(Option<(Tools, Arc<[ToolWriting]>)>);

impl LastTools {
    /// The ways in which these tools may have been written, as logged first.
    pub(super) fn writings(&mut self, tools: &Tools) -> Arc<[ToolWriting]> {
        match &self.0 {
            Some((last, writings)) if Arc::ptr_eq(last, tools) => Arc::clone(writings),
            _ => {
                let writings: Arc<[ToolWriting]> = ToolWriting::candidates(tools).into();
                self.0 = Some((Arc::clone(tools), Arc::clone(&writings)));
                writings
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
