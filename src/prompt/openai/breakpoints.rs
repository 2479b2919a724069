//! Breakpoints of GPT-5.6 and later: where their cache keeps entries.
//!
//! Without marks of the client an entry ends behind the system messages a request begins with, and one behind its latest message
//! of a user, each before the token that ends the message: 18 of 18 recorded calls of text alone (2026-11) read and wrote as this
//! has it. By OpenAI's guide (2026-09-23) the latest result of a tool stands for a user's message; no recorded call has one. With
//! marks, only behind the marked parts, as `mode: explicit` does; no recorded call has marks without that mode.

use crate::exchange::{CacheControl, Message, Request, RequestElement};
use crate::prompt::{Breakpoint, Prompt};

/// The places in one request; none for models that keep entries elsewhere.
pub(super) struct Breakpoints<'a> {
    request: &'a Request,
    is_kept: bool,
    is_explicit: bool,
    /// The latest message of a user, or result of a tool.
    last_asked: Option<usize>,
    last_system: Option<usize>,
}

impl<'a> Breakpoints<'a> {
    pub(super) fn of_request(request: &'a Request) -> Self {
        let messages = request.messages();
        let system = messages.iter().take_while(|message| message.is_system()).count();
        Self {
            request,
            is_kept: ["gpt-5.6", "gpt-6"].iter().any(|name| request.bare_model().starts_with(name)),
            is_explicit: messages.iter().any(|message| !message.cache_controls.is_empty()),
            last_asked: messages
                .iter()
                .rposition(|message| ["user", "tool", "function"].contains(&message.role.as_str())),
            last_system: system.checked_sub(1),
        }
    }

    /// The end of a part, if the client marked it and more of the message follows.
    pub(super) fn end_part(&self, prompt: &mut Prompt, index: usize, part: usize) {
        let message = &self.request.messages()[index];
        let is_last = message.content.as_ref().is_none_or(|content| part + 1 >= content.parts().len());
        if let Some(mark) = self.mark(message, part).filter(|_| !is_last) {
            prompt.end_text_block(index, Some(mark.into()));
        }
    }

    /// The end of a message, at which the cache also looks for entries of earlier requests.
    pub(super) fn end_message(&self, prompt: &mut Prompt, index: usize) {
        if !self.is_kept {
            return;
        }
        let message = &self.request.messages()[index];
        let last = message.content.as_ref().map_or(0, |content| content.parts().len().saturating_sub(1));
        let is_implicit = !self.is_explicit && [self.last_asked, self.last_system].contains(&Some(index));
        let implicit = is_implicit.then_some(Breakpoint { lifetime: None });
        prompt.end_text_block(index, self.mark(message, last).map(Breakpoint::from).or(implicit));
    }

    fn mark(&self, message: &'a Message, part: usize) -> Option<&'a CacheControl> {
        message.cache_controls.iter().find(|mark| self.is_kept && mark.after == RequestElement::Part(part))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::prompt::openai::tests::{exchange, said};
    use crate::prompt::{Fragments, openai};

    /// The texts that breakpoints stand behind.
    fn marked(model: &str, messages: Vec<Message>) -> Vec<String> {
        let prompt = openai::render(&exchange(model, messages, &json!([]), None), &Fragments::default()).prompt;
        let ends = prompt.block_ends().iter().filter(|end| end.breakpoint.is_some());
        ends.map(|end| prompt.segments()[end.segments - 1].as_str().to_owned()).collect()
    }

    #[test]
    fn entries_end_behind_the_system_messages_and_the_latest_user() {
        let talk = || ["system", "user", "assistant", "user"].iter().zip(["s", "u", "a", "v"]);
        let messages = || talk().map(|(role, text)| said(role, text)).collect();
        assert_eq!(marked("gpt-5.6-sol", messages()), ["s", "v"]);
        assert_eq!(marked("gpt-5.5", messages()), [""; 0]);
    }

    #[test]
    fn in_a_loop_of_tools_an_entry_ends_behind_the_latest_result() {
        let talk = [("system", "s"), ("user", "u"), ("assistant", "a"), ("tool", "one"), ("tool", "two")];
        let messages = talk.iter().map(|(role, text)| said(role, text)).collect();
        assert_eq!(marked("gpt-5.6-sol", messages), ["s", "two"]);
    }

    #[test]
    fn with_marks_entries_end_behind_marked_parts_alone() {
        let parts = json!([{"type": "text", "text": "long"}, {"type": "text", "text": "question"}]);
        let content = crate::exchange::Content::Parts(
            parts
                .as_array()
                .unwrap()
                .iter()
                .map(|part| crate::exchange::Part::Text(part["text"].as_str().unwrap().into()))
                .collect(),
        );
        let mark = CacheControl { after: RequestElement::Part(0), lifetime: None };
        let message = Message { content: Some(content), cache_controls: vec![mark], ..said("user", "") };
        assert_eq!(marked("gpt-5.6-sol", vec![said("system", "s"), message]), ["long"]);
    }
}
