//! Traits of requests by which sums are wanted and that no single field of a line holds: the user, the template, the turn, the tool.

use crate::decomposition::Routes;
use crate::exchange::{Exchange, Message};
use std::sync::Arc;

/// The name of the session as a dimension: some formats name it beside the request's own line.
pub(crate) const SESSION_DIMENSION: &str = "session";

/// A trait of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestTrait {
    /// The user that the request or the log names, without account and key.
    User,
    /// The template, known by its instructions whatever values stand in them, with the line in which it first appears.
    Route,
    /// The number of answers that the prompt holds, and one: the turn of its conversation.
    Turn,
    /// The tool whose result the newest message is; none where the user asks.
    Tool,
}

/// The wanted traits of the requests of one pass over logs.
#[derive(Default)]
pub(crate) struct RequestTraits {
    wanted: Vec<RequestTrait>,
    /// The dimensions that fields of lines tell, each with whether a request was in one of its groups.
    of_line: Vec<(String, bool)>,
    routes: Routes,
    /// The names of the routes so far.
    names: Vec<String>,
}

impl RequestTraits {
    /// Of no request so far. `of_line` names the dimensions that fields of lines tell.
    pub(crate) fn new(wanted: &[RequestTrait], of_line: &[String]) -> Self {
        let of_line = of_line.iter().map(|name| (name.clone(), false)).collect();
        Self { wanted: wanted.to_vec(), of_line, ..Self::default() }
    }

    /// Appends the values of the wanted traits to the groups of a request, and names its session where no field of its line does;
    /// `name` tells how its line is called.
    pub(crate) fn note(&mut self, exchange: &mut Arc<Exchange>, name: impl FnOnce(&Exchange) -> String) {
        if !self.wanted.is_empty() || self.lacks_session(exchange) {
            self.append(Arc::make_mut(exchange), name);
        }
        for ((_, is_seen), group) in self.of_line.iter_mut().zip(exchange.groups.iter().flat_map(|groups| &**groups)) {
            *is_seen |= group.is_some();
        }
    }

    /// The dimensions of which no request so far said anything.
    pub(crate) fn never_named(&self) -> Vec<String> {
        self.of_line.iter().filter(|(_, is_seen)| !is_seen).map(|(name, _)| name.clone()).collect()
    }

    /// True if the session is asked for, and its name stands beside the request's own line alone.
    fn lacks_session(&self, exchange: &Exchange) -> bool {
        let group = |index: usize| exchange.groups.as_ref().and_then(|groups| groups.get(index)?.as_ref());
        let mut dimensions = self.of_line.iter().enumerate();
        dimensions.any(|(index, (name, _))| name == SESSION_DIMENSION && group(index).is_none())
    }

    fn append(&mut self, exchange: &mut Exchange, name: impl FnOnce(&Exchange) -> String) {
        let route = self.wanted.contains(&RequestTrait::Route).then(|| self.route(exchange, name)).flatten();
        let value = |wanted: &RequestTrait| match wanted {
            RequestTrait::User => user(exchange),
            RequestTrait::Route => route.clone(),
            RequestTrait::Turn => turn(exchange),
            RequestTrait::Tool => tool(exchange.request.messages()),
        };
        let values: Vec<Option<String>> = self.wanted.iter().map(value).collect();
        let session = exchange.session_name.as_ref().or(exchange.session.as_ref());
        let of_line = self.of_line.iter().enumerate().map(|(index, (dimension, _))| {
            let named = exchange.groups.as_ref().and_then(|groups| groups.get(index)?.clone());
            named.or_else(|| session.filter(|_| dimension == SESSION_DIMENSION).cloned())
        });
        exchange.groups = Some(of_line.chain(values).collect());
    }

    fn route(&mut self, exchange: &Exchange, name: impl FnOnce(&Exchange) -> String) -> Option<String> {
        // Number 0 are requests without instructions.
        let number = self.routes.find_or_add(exchange).checked_sub(1)?;
        if number == self.names.len() {
            self.names.push(format!("{}, from {}", number + 1, name(exchange)));
        }
        self.names.get(number).cloned()
    }
}

fn user(exchange: &Exchange) -> Option<String> {
    // The name of a user may stand in a scope beside that of a key, and says there that it is one.
    let name = exchange.scope.user_id.as_deref().or(exchange.scope.user.as_deref())?;
    Some(name.strip_prefix("user:").unwrap_or(name).to_owned())
}

fn turn(exchange: &Exchange) -> Option<String> {
    let messages = exchange.request.messages();
    let answers = messages.iter().filter(|message| message.role == "assistant").count();
    (!messages.is_empty()).then(|| (answers + 1).to_string())
}

/// The name of the tool that the newest message answers.
fn tool<M: AsRef<Message>>(messages: &[M]) -> Option<String> {
    let (newest, earlier) = messages.split_last()?;
    let newest = newest.as_ref();
    if newest.role != "tool" {
        return None;
    }
    let mut calls = earlier.iter().rev().flat_map(|message| message.as_ref().tool_calls.iter().rev());
    let asked = match &newest.tool_call_id {
        Some(id) => calls.find(|call| call.id.as_ref() == Some(id)),
        None => calls.next(),
    };
    asked.map(|call| call.name.clone()).or_else(|| newest.name.clone())
}
