//! OpenAI's message framing, as far as it is known: `<|im_start|>role<|im_sep|>content<|im_end|>` for each message.
//!
//! Counted on recorded calls (November 2026): `3 + Σ (3 + role + content)` tokens for the gpt-4o and 4.1 families, exact in
//! 1,910 of about 1,918 text-only calls; `2 + Σ (3 + role + content)` for gpt-5, o3 and o4-mini, with two more for each earlier
//! answer of gpt-5. The text of tools and structured output is not published: such prompts are doubtful.

use serde_json::Value;

use super::json::{Numbers, spaced};
use super::uncounted::uncounted;
use super::{Fragments, Origin, Prompt, Rendered, Template, answer_texts, function, plain};
use crate::exchange::{Input, Request, Response};

const START: &str = "<|im_start|>";
const SEPARATOR: &str = "<|im_sep|>";
const END: &str = "<|im_end|>";
const CHANNEL: &str = "<|channel|>";

/// How a family frames messages.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Framing {
    /// The answer's role is followed by a separator.
    Classic,
    /// The model writes what follows its role itself.
    Reasoning,
    /// The same, and earlier answers name their channel.
    Channels,
}

impl Framing {
    fn of(model: &str) -> Self {
        match model {
            _ if model.starts_with("gpt-5") || model.starts_with("gpt-oss") => Self::Channels,
            _ if model.starts_with("o3") || model.starts_with("o4") || model.starts_with("o1") => Self::Reasoning,
            _ => Self::Classic,
        }
    }
}

pub(super) fn render(request: &Request, response: Option<&Response>, fragments: &Fragments) -> Rendered {
    if let Input::Text(text) = &request.input {
        return plain(text, response);
    }
    let framing = Framing::of(request.bare_model());
    let mut prompt = Prompt::default();
    prompt.begin(Origin::Tools);
    prompt.append(&fragments.of(Template::OpenAi, request, &[], |prompt| write_tools(prompt, &request.tools)));
    for (index, message) in request.messages().iter().enumerate() {
        prompt.begin(Origin::Message(index));
        prompt.special(START);
        prompt.text(&message.role);
        if framing == Framing::Channels && message.role == "assistant" {
            prompt.special(CHANNEL);
            prompt.text("final");
        }
        prompt.special(SEPARATOR);
        for text in message.content.iter().flat_map(|content| content.texts()) {
            prompt.text(text);
        }
        for call in &message.tool_calls {
            prompt.text(&call.name);
            prompt.text(&call.arguments);
        }
        prompt.special(END);
    }
    prompt.begin(Origin::Answer);
    prompt.special(START);
    prompt.text("assistant");
    if framing == Framing::Classic {
        prompt.special(SEPARATOR);
    }
    Rendered { prompt, output: output(framing, response), doubt: doubt(request) }
}

/// Something in place of what is not known, so that equal tools still share a prefix.
fn write_tools(prompt: &mut Prompt, tools: &[Value]) {
    for tool in tools {
        prompt.text(&spaced(function(tool), Numbers::Plain));
        prompt.text("\n");
    }
}

fn output(framing: Framing, response: Option<&Response>) -> Prompt {
    let mut output = Prompt::default();
    output.begin(Origin::Output);
    let answer = answer_texts(response);
    if answer.is_empty() {
        return output;
    }
    if framing == Framing::Channels {
        output.special(CHANNEL);
        output.text("final");
    }
    if framing != Framing::Classic {
        output.special(SEPARATOR);
    }
    for text in answer {
        output.text(text);
    }
    output.special(END);
    output
}

fn doubt(request: &Request) -> Option<&'static str> {
    let called = request.messages().iter().any(|message| !message.tool_calls.is_empty());
    let model = request.bare_model();
    if model.starts_with("gpt-oss") {
        Some("servers put a system message of their own before a gpt-oss prompt")
    } else if !request.tools.is_empty() || called {
        Some("how OpenAI writes tools into the prompt is not published")
    } else if request.response_format.as_ref().is_some_and(|format| format["type"] != "text") {
        Some("how OpenAI writes response formats into the prompt is not published")
    } else {
        uncounted(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{Content, Message};
    use crate::prompt::Segment;

    fn specials(model: &str) -> usize {
        let message =
            |role: &str| Message { role: role.into(), content: Some(Content::Text("a".into())), ..Message::default() };
        let messages = ["system", "user", "assistant", "user"].map(message);
        let request = Request { model: Some(model.into()), input: Vec::from(messages).into(), ..Request::default() };
        let prompt = render(&request, None, &Fragments::default()).prompt;
        prompt.segments().iter().filter(|segment| matches!(segment, Segment::Special(_))).count()
    }

    #[test]
    fn each_family_frames_with_the_tokens_that_were_counted() {
        // Three for each of four messages; then start and separator; "assistant" and "final" are text.
        assert_eq!(specials("gpt-4o"), 3 * 4 + 2);
        assert_eq!(specials("o4-mini"), 3 * 4 + 1);
        assert_eq!(specials("gpt-5.2"), 3 * 4 + 1 + 1);
    }
}
