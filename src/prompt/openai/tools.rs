//! Tools, which the models read as functions of a TypeScript namespace.
//!
//! Counted on 1,034 recorded requests with tools (2026-11), calls whose history holds encrypted reasoning aside: 978 exact, 1,009
//! within ± 4. Responses without earlier calls: gpt-5 family 259 of 259, others 310 of 314.

use serde_json::Value;

use super::family::Family;
use super::schema::{Schema, comment, comment_of};
use super::{END, Layout, SEPARATOR, START, hide};
use crate::prompt::segment::function;
use crate::prompt::{Fragments, Origin, Prompt, Template};

/// The headings above the namespace. Responses of the 4o and 4.1 families go without.
const HEADINGS: &str = "# Tools\n\n## functions\n\n";

/// Tokens of the instructions about tools that a chat of the gpt-5 family is given besides: 74 of 79 calls.
const CHAT_INSTRUCTIONS: usize = 82;

impl Layout<'_> {
    /// True if tools stand at the end of the client's own system message: in chats that begin with one, except in the gpt-5 family.
    pub(super) fn tools_in_system(&self) -> bool {
        let begins_with_system = self
            .request
            .messages()
            .first()
            .is_some_and(|message| ["system", "developer"].contains(&message.role.as_str()));
        !self.is_responses && self.family != Family::Channels && begins_with_system && self.functions().next().is_some()
    }

    /// The definitions of the client's functions.
    pub(super) fn functions(&self) -> impl Iterator<Item = &Value> {
        self.request.tools.iter().map(function).filter(|function| function["name"].is_string())
    }

    pub(super) fn write_tools(&self, prompt: &mut Prompt, fragments: &Fragments) {
        let Some(first) = self.functions().next() else { return };
        prompt.begin(Origin::Tools);
        let is_message = !self.tools_in_system();
        if is_message {
            hide(prompt, self.hidden_tokens());
            prompt.special(START);
            prompt.text("system");
            prompt.special(SEPARATOR);
        } else {
            prompt.text("\n\n");
        }
        if !self.is_responses || self.family == Family::Channels {
            prompt.text(HEADINGS);
        }
        let namespace = |prompt: &mut Prompt| self.write_namespace(prompt);
        prompt.append(&fragments.get_or_write(Template::OpenAi, self.request, &[], namespace));
        // The family's namespace is one token shorter if the first function has no description (26 of 26 calls).
        let is_bare = first["description"].as_str().unwrap_or_default().is_empty();
        prompt.text(if self.family == Family::Channels && is_bare { "} //" } else { "} // namespace" });
        if is_message {
            prompt.special(END);
        }
    }

    /// Tokens in front of the tools whose text is not known. For the o-series: three calls of Responses, four of chats.
    fn hidden_tokens(&self) -> usize {
        match (self.family, self.is_responses) {
            (Family::Channels, false) => CHAT_INSTRUCTIONS,
            (Family::Reasoning, true) => 3,
            (Family::Reasoning, false) => 1,
            (Family::Classic, _) | (Family::Channels, true) => 0,
        }
    }

    fn write_namespace(&self, prompt: &mut Prompt) {
        prompt.begin(Origin::Tools);
        prompt.text("namespace functions {\n\n");
        for (number, function) in self.functions().enumerate() {
            prompt.detail(Origin::Tool(number), |prompt| prompt.text(&declaration(function)));
        }
    }

    /// The only tool the model may call, in the families and APIs where that is written behind the answer's role.
    pub(super) fn forced_tool(&self) -> Option<&str> {
        if self.family != Family::Classic {
            return None;
        }
        match self.request.tool_choice.as_ref()? {
            Value::String(choice) if choice == "required" && self.is_responses => {
                let mut functions = self.functions();
                let only = functions.next()?;
                if functions.next().is_none() { only["name"].as_str() } else { None }
            }
            choice if choice["type"] == "function" => function(choice)["name"].as_str(),
            _ => None,
        }
    }
}

/// A function as a type.
fn declaration(function: &Value) -> String {
    let about =
        function["description"].as_str().filter(|text| !text.trim().is_empty()).map(comment).unwrap_or_default();
    let name = function["name"].as_str().unwrap_or_default();
    let parameters = &function["parameters"];
    if parameters["properties"].as_object().is_some_and(|properties| !properties.is_empty()) {
        let kind = Schema::root(parameters).typescript();
        format!("{about}type {name} = (_: {}{kind}) => any;\n\n", comment_of(parameters))
    } else {
        format!("{about}type {name} = () => any;\n\n")
    }
}
