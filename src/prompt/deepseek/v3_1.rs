//! V3.1, V3.1-Terminus and V3.2-Exp (2025-08-21 … 2025-11-30): 254 of 254 recorded requests count the same.

use super::Version;
use super::chat::{ASSISTANT, BOS, Chat, EOS, Role, THINK, THINK_END, Turn};
use super::preamble::{self, Gaps};
use super::v3::open_user;
use crate::exchange::Response;
use crate::prompt::json::{Numbers, spaced};
use crate::prompt::{Origin, Prompt};

const CALLS: &str = "<｜tool▁calls▁begin｜>";
const CALLS_END: &str = "<｜tool▁calls▁end｜>";
const CALL: &str = "<｜tool▁call▁begin｜>";
const CALL_END: &str = "<｜tool▁call▁end｜>";
const SEPARATOR: &str = "<｜tool▁sep｜>";

const TOOLS_HEAD: &str = "## Tools\nYou have access to the following tools:\n";

/// After the tools: the form of a call, spelled in special tokens.
const TOOLS_TAIL: [&str; 3] = [
    "\nIMPORTANT: ALWAYS adhere to this exact format for tool use:\n",
    "{additional_tool_calls}",
    "\n\nWhere:\n- `tool_call_name` must be an exact match to one of the available tools\n- `tool_call_arguments` must be valid JSON \
     that strictly follows the tool's Parameters Schema\n- For multiple tool calls, chain them directly without separators or \
     spaces",
];

pub(super) fn render(chat: &Chat<'_>, response: Option<&Response>) -> (Prompt, Prompt) {
    let mut prompt = Prompt::default();
    prompt.special(BOS);
    preamble::write(&mut prompt, chat, Gaps::NONE, Numbers::Python, |prompt| write_tools(prompt, chat));
    let mut after_user = false;
    let mut after_tool = false;
    for turn in &chat.turns {
        prompt.begin(Origin::Message(turn.index));
        match turn.role {
            Role::System => continue,
            Role::User | Role::Reminder => {
                open_user(&mut prompt, after_user);
                prompt.text(&turn.text);
            }
            Role::Assistant => {
                if after_user || !after_tool {
                    prompt.special(ASSISTANT);
                    prompt.special(THINK_END);
                }
                write_answer(&mut prompt, turn, false);
            }
            Role::Tool => {
                prompt.special("<｜tool▁output▁begin｜>");
                prompt.text(&turn.text);
                prompt.special("<｜tool▁output▁end｜>");
            }
        }
        after_user = matches!(turn.role, Role::User | Role::Reminder);
        after_tool = turn.role == Role::Tool;
    }
    // A prompt that ends in tool results gets no generation prompt.
    if !after_tool {
        write_generation(&mut prompt, chat);
    }
    (prompt, output(chat, response))
}

fn write_tools(prompt: &mut Prompt, chat: &Chat<'_>) {
    prompt.text(TOOLS_HEAD);
    for (number, tool) in chat.tools.iter().enumerate() {
        let text = |key: &str| tool[key].as_str().unwrap_or_default();
        prompt.detail(Origin::Tool(number), |prompt| {
            prompt.text(&format!("\n### {}\nDescription: {}\n\nParameters: ", text("name"), text("description")));
            prompt.text(&spaced(&tool["parameters"], Numbers::Python));
            prompt.text("\n");
        });
    }
    prompt.text(TOOLS_TAIL[0]);
    prompt.special(CALLS);
    prompt.special(CALL);
    prompt.text("tool_call_name");
    prompt.special(SEPARATOR);
    prompt.text("tool_call_arguments");
    prompt.special(CALL_END);
    prompt.text(TOOLS_TAIL[1]);
    prompt.special(CALLS_END);
    prompt.text(TOOLS_TAIL[2]);
}

fn write_generation(prompt: &mut Prompt, chat: &Chat<'_>) {
    prompt.begin(Origin::Answer);
    prompt.special(ASSISTANT);
    prompt.special(if chat.thinking { THINK } else { THINK_END });
    if chat.required {
        // One token more, as counted in two recorded requests (2025-09).
        prompt.special(CALLS);
    }
}

fn write_answer(prompt: &mut Prompt, turn: &Turn<'_>, is_opened: bool) {
    prompt.text(&turn.text);
    if !turn.calls.is_empty() {
        if !is_opened {
            prompt.special(CALLS);
        }
        for call in &turn.calls {
            prompt.special(CALL);
            prompt.text(&call.name);
            prompt.special(SEPARATOR);
            prompt.text(&call.arguments);
            prompt.special(CALL_END);
        }
        prompt.special(CALLS_END);
    }
    prompt.special(EOS);
}

/// The answer; where a tool was required, the opening of its calls stands in the prompt already.
fn output(chat: &Chat<'_>, response: Option<&Response>) -> Prompt {
    let mut output = Prompt::default();
    output.begin(Origin::Output);
    if let Some(answer) = Turn::answer(Version::V3_1, response) {
        if let Some(reasoning) = answer.reasoning {
            output.text(reasoning);
            output.special(THINK_END);
        }
        write_answer(&mut output, &answer, chat.required);
    }
    output
}
