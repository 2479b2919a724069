//! Fragments of prompts that many requests have in common, laid out once: what stands before a conversation, system text and
//! tools, is often most of a prompt and the same in all of them.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::{Prompt, Template, json};
use crate::exchange::{Message, Request};

/// Number of fragments that are remembered: a log has few of them, and each is compared with the one asked for.
const MOST: usize = 16;

/// Fragments with what they were laid out from.
#[derive(Default)]
pub struct Fragments {
    known: Mutex<Vec<Fragment>>,
    /// Lists of tools, with the answer to the question whether how they are written is known in all.
    doubts: Mutex<Vec<(Arc<[Value]>, bool)>>,
}

/// The parts are kept: most are known again because they are the very same, which costs least to see.
struct Fragment {
    template: Template,
    messages: Vec<(usize, Arc<Message>)>,
    tools: Arc<[Value]>,
    tool_choice: Option<Value>,
    response_format: Option<Value>,
    prompt: Arc<Prompt>,
}

impl Fragments {
    /// Returns the fragment that `write` makes in this template of these messages and of the request's tools and format; it may
    /// depend on nothing else. It is called where the same parts were not met before.
    pub(super) fn get_or_write(
        &self,
        template: Template,
        request: &Request,
        messages: &[usize],
        write: impl FnOnce(&mut Prompt),
    ) -> Arc<Prompt> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(fragment) = known.iter_mut().find(|known| known.is_of(template, request, messages)) {
            // The next request has these more likely than those of an earlier pass, and the very same are seen at once.
            fragment.tools = Arc::clone(&request.tools);
            return Arc::clone(&fragment.prompt);
        }
        let mut prompt = Prompt::default();
        write(&mut prompt);
        let prompt = Arc::new(prompt.into_shared());
        known.truncate(MOST - 1);
        let fragment = Fragment {
            template,
            messages: messages.iter().map(|index| (*index, Arc::clone(&request.messages()[*index]))).collect(),
            tools: Arc::clone(&request.tools),
            tool_choice: request.tool_choice.clone(),
            response_format: request.response_format.clone(),
            prompt: Arc::clone(&prompt),
        };
        known.insert(0, fragment);
        prompt
    }

    /// True if `is_doubtful` says so of these tools, of which it is asked once where requests share the very same list.
    pub(super) fn has_doubtful_tools(&self, tools: &Arc<[Value]>, is_doubtful: impl FnOnce() -> bool) -> bool {
        let mut known = self.doubts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = known.iter().find(|(known, _)| Arc::ptr_eq(known, tools)) {
            return *known;
        }
        let is_doubtful = is_doubtful();
        known.truncate(MOST - 1);
        known.insert(0, (Arc::clone(tools), is_doubtful));
        is_doubtful
    }
}

impl Fragment {
    fn is_of(&self, template: Template, request: &Request, messages: &[usize]) -> bool {
        let is_same = |((index, message), wanted): (&(usize, Arc<Message>), &usize)| {
            let other = &request.messages()[*wanted];
            index == wanted && (Arc::ptr_eq(message, other) || message == other)
        };
        // Most formats make the tools of each request anew.
        let has_tools = || Arc::ptr_eq(&self.tools, &request.tools) || json::are_same(&self.tools, &request.tools);
        self.template == template
            && json::are_same(self.tool_choice.as_slice(), request.tool_choice.as_slice())
            && json::are_same(self.response_format.as_slice(), request.response_format.as_slice())
            && self.messages.len() == messages.len()
            && self.messages.iter().zip(messages).all(is_same)
            && has_tools()
    }
}
