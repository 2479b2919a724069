//! Requests that wait for their turn, without what the replay does not ask for.

use std::sync::Arc;

use super::spacing::CountedRequest;
use crate::exchange::{Exchange, Input, Message};
use crate::simulation::CountedExchange;
use crate::time::Timestamp;

/// Requests that wait for those that were made before them but stand behind them.
#[derive(Default)]
pub(super) struct Waiting {
    pub(super) times: Vec<Option<i64>>,
    pub(super) calls: Vec<CountedRequest>,
    /// A message without content for each role.
    roles: Vec<Arc<Message>>,
}

impl Waiting {
    /// Keeps a request that is replayed. Of one that is counted the texts go: its tokens are all that the replay needs, and the messages'
    /// roles, which name the parts of a prompt.
    pub(super) fn add(&mut self, exchange: Arc<Exchange>, counted: Option<CountedExchange>) {
        let needs_texts = counted.as_ref().is_none_or(CountedExchange::needs_messages);
        self.keep(exchange, counted, needs_texts);
    }

    /// Keeps a request that is not replayed, without its texts.
    pub(super) fn add_passed_by(&mut self, exchange: Arc<Exchange>) {
        self.keep(exchange, None, false);
    }

    fn keep(&mut self, mut exchange: Arc<Exchange>, counted: Option<CountedExchange>, needs_texts: bool) {
        self.times.push(exchange.time.map(Timestamp::as_microsecond));
        // One that is kept for other passes too has its texts whatever is done here.
        if !needs_texts && let Some(exchange) = Arc::get_mut(&mut exchange) {
            match &mut exchange.request.input {
                // The requests of a session share one conversation; lists of their own would grow with the square of its turns.
                Input::Messages(messages) if messages.are_of_session() => {}
                Input::Messages(messages) => {
                    messages
                        .change(|messages| messages.iter_mut().for_each(|message| *message = self.role_of(message)));
                }
                Input::Text(text) => *text = String::new(),
                Input::Blocks(_) | Input::Missing | Input::Redacted(_) => {}
            }
            // The reasoning behind tool calls may be restored in a later prompt.
            let is_needed = |message: &Message| !message.tool_calls.is_empty();
            exchange
                .response
                .iter_mut()
                .for_each(|response| response.message = response.message.take().filter(is_needed));
        }
        self.calls.push((exchange, counted));
    }

    /// A message of the same role that says nothing.
    fn role_of(&mut self, message: &Message) -> Arc<Message> {
        if let Some(known) = self.roles.iter().find(|known| known.role == message.role) {
            return Arc::clone(known);
        }
        let silent = Arc::new(Message { role: message.role.clone(), ..Message::default() });
        self.roles.push(Arc::clone(&silent));
        silent
    }
}
