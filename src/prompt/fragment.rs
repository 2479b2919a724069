//! Fragments of prompts that many requests have in common, laid out once: the tools, which an agent sends with each request.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::{Prompt, Template};

/// How many are remembered: a log has few lists of tools, and each is compared with what is asked for.
const MOST: usize = 16;

/// Tools as templates lay them out.
#[derive(Default)]
pub struct Fragments(Mutex<Vec<Fragment>>);

/// The list is kept, so that no other can come to lie where it lies.
struct Fragment {
    template: Template,
    tools: Arc<[Value]>,
    prompt: Arc<Prompt>,
}

impl Fragments {
    /// The very same list of tools in this template; `write` lays it out where it was not met before.
    pub(super) fn tools(
        &self,
        template: Template,
        tools: &Arc<[Value]>,
        write: impl FnOnce(&mut Prompt),
    ) -> Arc<Prompt> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = |known: &&Fragment| known.template == template && Arc::ptr_eq(&known.tools, tools);
        if let Some(fragment) = known.iter().find(is_same) {
            return Arc::clone(&fragment.prompt);
        }
        let mut prompt = Prompt::default();
        write(&mut prompt);
        let prompt = Arc::new(prompt);
        known.truncate(MOST - 1);
        known.insert(0, Fragment { template, tools: Arc::clone(tools), prompt: Arc::clone(&prompt) });
        prompt
    }
}
