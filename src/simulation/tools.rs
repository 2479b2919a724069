//! Tools that requests share: written otherwise, and how they may have been written.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use crate::evidence::judgement::ToolWritingJudgement;
use crate::exchange::{HasFields, Request};
use crate::hash;
use crate::log::hide_name;
use crate::profile::Profile;
use crate::prompt::ToolWriting;

/// The tools as they stand in the log, which nothing contradicts; `None` without tools.
pub(super) fn as_logged(tools: &Tools) -> Option<ToolWritingJudgement> {
    let as_logged = ToolWritingJudgement { writing: ToolWriting::AS_LOGGED, support: None };
    (!tools.is_empty()).then_some(as_logged)
}

/// Tools written otherwise than logged, so that requests with the same tools share them: what was laid out of them is remembered by them.
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

/// Tools in the ways in which they may have been written, for all requests that share them.
pub(super) struct ToolTrial {
    tools: Tools,
    choice: Option<Value>,
    /// The ways, as logged first.
    pub(super) writings: Arc<[ToolWriting]>,
    /// A digest of the tools, if there are several ways, else 0.
    pub(super) digest: u128,
    /// By profile the tokens that each way takes more than the tools as logged; `None` where each request has to be counted.
    more: Mutex<HashMap<String, MoreByWriting>>,
}

/// Tokens that each way to write tools takes more than the tools as logged; `None` where that is not the same in each request.
pub(super) type MoreByWriting = Option<Arc<[i64]>>;

impl ToolTrial {
    /// The tokens that each of the ways takes more under a profile, which `count` finds for the first request.
    pub(super) fn more(&self, profile: &Profile, count: impl FnOnce() -> MoreByWriting) -> MoreByWriting {
        if self.writings.len() == 1 {
            return Some([0].into());
        }
        let mut more = self.more.lock().unwrap_or_else(PoisonError::into_inner);
        more.entry(profile.name.clone()).or_insert_with(count).clone()
    }
}

/// Trials of the tools of a log.
#[derive(Default)]
pub(super) struct ToolTrials(Mutex<Vec<Arc<ToolTrial>>>);

impl ToolTrials {
    /// The trial of a request's tools.
    pub(super) fn of_request(&self, request: &Request) -> Arc<ToolTrial> {
        let mut trials = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it =
            |trial: &&Arc<ToolTrial>| Arc::ptr_eq(&trial.tools, &request.tools) && trial.choice == request.tool_choice;
        if let Some(trial) = trials.iter().rev().find(is_it) {
            return Arc::clone(trial);
        }
        let writings: Arc<[ToolWriting]> = ToolWriting::candidates(&request.tools).into();
        let digest = || hash::digest(Value::from(request.tools.to_vec()).to_string().as_bytes());
        let trial = Arc::new(ToolTrial {
            tools: Arc::clone(&request.tools),
            choice: request.tool_choice.clone(),
            digest: if writings.len() > 1 { digest() } else { 0 },
            writings,
            more: Mutex::default(),
        });
        if trials.len() == KEPT_TOOLS {
            trials.clear();
        }
        trials.push(Arc::clone(&trial));
        trial
    }
}

/// The name of a tool as reports show it: a key in its place is hashed.
pub(super) fn shown_name(name: &str) -> String {
    let mut name = name.to_owned();
    hide_name(&mut name);
    name
}

/// The names of so many tools in the order in which they are written.
pub(super) fn tool_names(request: &Request, written: usize) -> Vec<String> {
    let function = |tool: &Value| tool.field("function").unwrap_or(tool)["name"].as_str().map(shown_name);
    let all: Vec<String> = request.tools.iter().filter_map(function).collect();
    let every: Vec<String> = request
        .tools
        .iter()
        .map(|tool| function(tool).unwrap_or_else(|| shown_name(tool["type"].as_str().unwrap_or("?"))))
        .collect();
    match written {
        _ if written == every.len() => every,
        _ if written == all.len() => all,
        // The choice of a tool leaves only that one.
        1 => request.tool_choice.as_ref().and_then(function).into_iter().collect(),
        _ => Vec::new(),
    }
}
