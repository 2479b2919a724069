//! Parts of prompts that their provider counted and the log holds in part: a session's next request has those of the one before it and
//! some more, and nothing but these is laid out and cut into tokens.

use std::sync::Arc;

use super::counter::Counter;
use super::prompt_parts::{PartsInOrder, PromptParts};
use super::{Record, Simulation};
use crate::counting::Method;
use crate::exchange::{Exchange, Input, Message, Messages, Request};

/// The most conversations that are remembered: sessions that run beside each other.
const MOST: usize = 64;

/// Conversations, the latest first.
#[derive(Default)]
pub(super) struct ConversationParts(Vec<Conversation>);

/// A conversation as far as it was sent.
struct Conversation {
    method: Method,
    /// A request of it, for its settings.
    request: Request,
    /// The messages whose parts are known.
    messages: Messages,
    parts: PartsInOrder,
    /// Messages that follow can be laid out by themselves.
    is_open: bool,
}

impl Simulation<'_> {
    /// The parts of a prompt as it is billed; `None` where its text is not in the log.
    pub(super) fn parts(
        &mut self,
        exchange: &Exchange,
        counted: Option<Arc<PartsInOrder>>,
        record: &Record,
    ) -> Option<PromptParts> {
        if let Some(parts) = counted {
            return Some(parts.billed(exchange, record));
        }
        let whole = |simulation: &Self| simulation.count(exchange, record.replayed_at).parts;
        match &exchange.request.input {
            Input::Messages(messages) if messages.are_of_session() && !self.counter.is_overridden() => {
                let profile = self.counter.choose(exchange, record.replayed_at).map(|(profile, _)| profile);
                let method = Method::choose(profile.as_deref(), exchange.model_at_maker());
                let mut conversations = std::mem::take(&mut self.conversations);
                let whole = || whole(self).map(Arc::unwrap_or_clone).unwrap_or_default();
                let parts = conversations.next((exchange, messages), method, &self.counter, whole);
                let billed = parts.billed(exchange, record);
                self.conversations = conversations;
                Some(billed)
            }
            Input::Messages(_) | Input::Text(_) => Some(whole(self)?.billed(exchange, record)),
            Input::Blocks(_) | Input::Missing | Input::Redacted(_) => None,
        }
    }
}

impl ConversationParts {
    /// The parts of a request whose messages those are; `whole` finds those of one that goes on from none that is remembered.
    pub(super) fn next(
        &mut self,
        (exchange, messages): (&Exchange, &Messages),
        method: Method,
        counter: &Counter<'_>,
        whole: impl FnOnce() -> PartsInOrder,
    ) -> &PartsInOrder {
        let known = self.0.iter().position(|known| messages.continued(&known.messages).is_some());
        let known = known.and_then(|known| self.0.remove(known).gone_on((exchange, messages), method, counter));
        let known = known.unwrap_or_else(|| Conversation::new((exchange, messages), method, whole()));
        self.0.truncate(MOST - 1);
        self.0.insert(0, known);
        &self.0[0].parts
    }
}

impl Conversation {
    fn new((exchange, messages): (&Exchange, &Messages), method: Method, parts: PartsInOrder) -> Self {
        // Settings stand before the first message that is no instruction.
        let is_open = messages.behind(0).iter().any(|message| !message.is_system())
            && method.template.goes_on_alone(&alone(exchange, Vec::new()));
        Self { method, request: exchange.request.clone(), messages: messages.clone(), parts, is_open }
    }

    /// The conversation with what an exchange says more; `None` if that cannot be laid out by itself.
    fn gone_on(
        mut self,
        (exchange, messages): (&Exchange, &Messages),
        method: Method,
        counter: &Counter<'_>,
    ) -> Option<Self> {
        if !self.is_open || !self.has_settings_of(&exchange.request, method) {
            return None;
        }
        let more = messages.behind(messages.continued(&self.messages)?);
        if !more.is_empty() {
            let alone = alone(exchange, more.into_owned());
            if !method.template.goes_on_alone(&alone) {
                return None;
            }
            self.parts.go_on(&alone.request, &counter.count_by(&alone, method));
            self.messages = messages.clone();
        }
        Some(self)
    }

    fn has_settings_of(&self, request: &Request, method: Method) -> bool {
        let settings = |request: &Request| {
            let Request { model, thinking, reasoning_effort, system_settings, .. } = request;
            let words = [model, thinking, reasoning_effort, system_settings].map(Clone::clone);
            (words, request.thinking_budget, request.tool_choice.clone(), request.response_format.clone())
        };
        let is_laid_out_alike = (self.method.template, self.method.encoding) == (method.template, method.encoding);
        is_laid_out_alike && self.request.tools == request.tools && settings(&self.request) == settings(request)
    }
}

/// The exchange with these messages and nothing that stands before messages.
fn alone(exchange: &Exchange, messages: Vec<Arc<Message>>) -> Exchange {
    let request = Request { model: exchange.request.model.clone(), input: messages.into(), ..Request::default() };
    let Exchange { time, format, api, format_traits, .. } = *exchange;
    Exchange { time, request, format, format_traits, api, ..Exchange::default() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Just, Strategy, any, prop_oneof};

    use super::*;
    use crate::exchange::{Content, SessionMessages, ToolCall};
    use crate::profile::Profiles;
    use crate::simulation::Settings;

    fn said(role: &str, text: &str) -> Message {
        Message { role: role.into(), content: Some(Content::Text(text.into())), ..Message::default() }
    }

    /// The next messages of a conversation: a question, an answer with a thought or without, calls with results of some of them.
    fn turn() -> impl Strategy<Value = Vec<Message>> {
        let text = || prop_oneof![Just(""), Just("one"), Just("see <document>a b</document> it"), Just("two words")];
        let calls = (0_usize..3, 0_usize..3, any::<bool>(), text()).prop_map(|(calls, results, thinks, text)| {
            let id = |number: usize| format!("c{number}");
            let call = |number| ToolCall {
                id: Some(id(number)),
                name: format!("tool_{number}"),
                arguments: "{\"a\": 1}".into(),
                ..ToolCall::default()
            };
            let reasoning_content = thinks.then(|| "a thought".to_owned());
            let tool_calls = (0..calls).map(call).collect();
            let mut messages = vec![Message { reasoning_content, tool_calls, ..said("assistant", text) }];
            messages.extend(
                (0..results).map(|number| Message { tool_call_id: Some(id(number)), ..said("tool", "a result") }),
            );
            messages
        });
        prop_oneof![
            text().prop_map(|text| vec![said("user", text)]),
            text().prop_map(|text| vec![said("system", text)]),
            calls,
        ]
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
        #[test]
        fn a_conversation_that_goes_on_has_the_parts_of_its_whole_prompt(
            turns in proptest::collection::vec(turn(), 1..9),
            model in prop_oneof![Just("gpt-4o"), Just("gpt-5"), Just("o3"), Just("claude-sonnet-4-5"), Just("deepseek-v4-pro")],
            is_responses in any::<bool>(),
            efforts in any::<u8>(),
        ) {
            let mut settings = Settings { wants_parts: true, ..Settings::default() };
            let counter = Counter::new(Profiles::builtin(), &mut settings);
            let mut conversations = ConversationParts::default();
            let mut session: SessionMessages = [std::sync::Arc::new(said("user", "begin"))].into_iter().collect();
            for (number, turn) in turns.into_iter().enumerate() {
                session.extend(turn.into_iter().map(Arc::new));
                let request = Request {
                    model: Some(model.into()),
                    input: Input::Messages(session.so_far()),
                    reasoning_effort: (efforts >> number & 1 == 1).then(|| "high".to_owned()),
                    ..Request::default()
                };
                let api = is_responses.then_some("openai-responses");
                let exchange = Exchange { request, api, ..Exchange::default() };
                let Input::Messages(messages) = &exchange.request.input else { unreachable!("made above") };
                let profile = counter.choose(&exchange, None).map(|(profile, _)| profile);
                let method = Method::choose(profile.as_deref(), exchange.model_at_maker());
                let whole = || PartsInOrder::new(&exchange.request, &counter.count_by(&exchange, method));
                let parts = conversations.next((&exchange, messages), method, &counter, whole);
                let record = Record::from_log(&exchange);
                proptest::prop_assert_eq!(parts.billed(&exchange, &record), whole().billed(&exchange, &record));
            }
        }
    }
}
