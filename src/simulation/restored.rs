//! Reasoning that the provider restores: DeepSeek V4.1 counts a turn with tool calls that is sent back without its reasoning as if
//! it had it (392 tokens in place of 376 where the reasoning had 16, 2026-09).

use std::collections::HashMap;
use std::sync::Arc;

use crate::exchange::{Exchange, Input, Message};

/// Reasoning of the answers so far, by the ids of their tool calls.
#[derive(Debug, Default)]
pub(super) struct RestoredReasoning {
    by_call: HashMap<String, Reasoning>,
}

#[derive(Clone, Debug)]
enum Reasoning {
    Text(Arc<str>),
    /// Only its length was reported.
    Tokens(u64),
}

/// An exchange with what could be restored.
pub(super) struct Restored {
    pub(super) exchange: Exchange,
    /// Turns whose reasoning stands for another text of its length.
    pub(super) by_length: usize,
}

impl RestoredReasoning {
    /// Remembers the reasoning of an answer that calls tools.
    pub(super) fn learn(&mut self, exchange: &Exchange) {
        let Some(message) = exchange.response.as_ref().and_then(|response| response.message.as_ref()) else { return };
        let text = message.reasoning_content.as_deref().map(|text| Reasoning::Text(text.into()));
        let Some(reasoning) = text.or(exchange.usage.reasoning_tokens.map(Reasoning::Tokens)) else { return };
        for id in message.tool_calls.iter().filter_map(|call| call.id.clone()) {
            self.by_call.insert(id, reasoning.clone());
        }
    }

    /// The exchange with reasoning in those of its messages (by index) that lack it, as far as the answers are known.
    pub(super) fn restore(&self, exchange: &Exchange, lacking: &[usize]) -> Restored {
        let mut restored = Restored { exchange: exchange.clone(), by_length: 0 };
        let Input::Messages(sent) = &exchange.request.input else { return restored };
        let mut messages = sent.as_slice().to_vec();
        for index in lacking {
            let Some(message) = messages.get_mut(*index) else { continue };
            let known = message.tool_calls.iter().find_map(|call| self.by_call.get(call.id.as_ref()?));
            let text = match known {
                None => continue,
                Some(Reasoning::Text(text)) => text.to_string(),
                Some(Reasoning::Tokens(tokens)) => {
                    restored.by_length += usize::from(*tokens > 0);
                    stand_in(*tokens)
                }
            };
            *message = Arc::new(Message { reasoning_content: Some(text), ..Message::clone(message) });
        }
        restored.exchange.request.input = messages.into();
        restored
    }
}

/// A text of so many tokens: DeepSeek's tokenizer cuts digits into threes.
fn stand_in(tokens: u64) -> String {
    (0..tokens).map(|_| "000").collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{Request, Response, ToolCall};

    fn turn(id: &str, reasoning: Option<&str>) -> Message {
        let call =
            ToolCall { id: Some(id.into()), name: "open_door".into(), arguments: "{}".into(), ..ToolCall::default() };
        let reasoning_content = reasoning.map(str::to_owned);
        Message { role: "assistant".into(), tool_calls: vec![call], reasoning_content, ..Message::default() }
    }

    fn answered(message: Message, reasoning_tokens: Option<u64>) -> Exchange {
        let mut exchange = Exchange::default();
        exchange.usage.reasoning_tokens = reasoning_tokens;
        exchange.response = Some(Response { message: Some(message), ..Response::default() });
        exchange
    }

    #[test]
    fn reasoning_is_that_of_the_answer_with_the_same_call_else_of_its_length() {
        let mut known = RestoredReasoning::default();
        known.learn(&answered(turn("c1", Some("The door is locked.")), Some(5)));
        known.learn(&answered(turn("c2", None), Some(2)));
        known.learn(&answered(turn("c3", None), None));
        let input = vec![turn("c1", None), turn("c2", None), turn("c3", None), turn("c4", None)].into();
        let exchange = Exchange { request: Request { input, ..Request::default() }, ..Exchange::default() };
        let restored = known.restore(&exchange, &[0, 1, 2, 3]);
        let messages = restored.exchange.request.messages();
        let texts: Vec<_> = messages.iter().map(|message| message.reasoning_content.as_deref()).collect();
        assert_eq!(texts, [Some("The door is locked."), Some("000000"), None, None]);
        assert_eq!(restored.by_length, 1);
    }
}
