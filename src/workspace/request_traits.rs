//! Traits of requests by which sums are wanted and that no single field of a line holds: the user, the template, the turn, the tool.

use crate::decomposition::Routes;
use crate::exchange::{Exchange, Message};
use std::sync::Arc;

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
    routes: Routes,
    /// The names of the routes so far.
    names: Vec<String>,
}

impl RequestTraits {
    /// Of no request so far.
    pub(crate) fn new(wanted: &[RequestTrait]) -> Self {
        Self { wanted: wanted.to_vec(), ..Self::default() }
    }

    /// Appends the values of the wanted traits to the groups of a request; `name` tells how its line is called.
    pub(crate) fn note(&mut self, exchange: &mut Arc<Exchange>, name: impl FnOnce(&Exchange) -> String) {
        if self.wanted.is_empty() {
            return;
        }
        let exchange = Arc::make_mut(exchange);
        let route = self.wanted.contains(&RequestTrait::Route).then(|| self.route(exchange, name)).flatten();
        let value = |wanted: &RequestTrait| match wanted {
            RequestTrait::User => user(exchange),
            RequestTrait::Route => route.clone(),
            RequestTrait::Turn => turn(exchange),
            RequestTrait::Tool => tool(exchange.request.messages()),
        };
        let values: Vec<Option<String>> = self.wanted.iter().map(value).collect();
        let named = exchange.groups.iter().flat_map(|groups| groups.iter().cloned());
        exchange.groups = Some(named.chain(values).collect());
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
