//! V3 and R1 (to 2025-08-20): all 376 recorded requests of V3 count the same, tools and JSON mode among them.
//!
//! The texts are those of DeepSeek-V2.5's published function calling and JSON mode; that the hosted V3 used them was read off the
//! counts of 223 recorded requests with one tool and 7 with JSON mode (2025-03 … 2025-08). Several tools, and JSON mode with a system
//! message, are by analogy.

use serde_json::Value;

use super::Version;
use super::chat::{ASSISTANT, AnswerFormat, BOS, Chat, EOS, Role, THINK, Turn, USER};
use crate::exchange::Response;
use crate::prompt::json::indented;
use crate::prompt::{Origin, Prompt};

/// Text in place of a system text, for tools or a format that need something to follow.
const DEFAULT_SYSTEM: &str = "You are a helpful Assistant.";

const TOOLS: &str = "\n\n## Tools\n\n### Function\n\nYou have the following functions available:\n";

const JSON_MODE: &str = "\n\n## Response Format\n\nReply with JSON object ONLY.";

pub(super) fn render(chat: &Chat<'_>, response: Option<&Response>) -> (Prompt, Prompt) {
    let mut prompt = Prompt::default();
    prompt.special(BOS);
    chat.append_front(&mut prompt, |prompt| write_front(prompt, chat));
    let mut previous = Role::System;
    for turn in chat.turns.iter().filter(|turn| turn.role != Role::System) {
        prompt.begin(Origin::Message(turn.index));
        write_turn(&mut prompt, turn, previous);
        previous = turn.role;
    }
    prompt.begin(Origin::Answer);
    prompt.special(if previous == Role::Tool { OUTPUTS_END } else { ASSISTANT });
    if chat.thinking {
        prompt.special(THINK);
        prompt.text("\n");
    }
    let mut output = Prompt::default();
    output.begin(Origin::Output);
    if let Some(answer) = Turn::answer(Version::V3, response) {
        write_answer(&mut output, &answer);
    }
    (prompt, output)
}

fn write_front(prompt: &mut Prompt, chat: &Chat<'_>) {
    for (number, system) in chat.systems().enumerate() {
        prompt.begin(Origin::Message(system.index));
        prompt.text(if number > 0 { "\n\n" } else { "" });
        prompt.text(&system.text);
    }
    let adds = !chat.tools.is_empty() || chat.format != AnswerFormat::Text;
    if adds && chat.systems().all(|system| system.text.is_empty()) {
        prompt.begin(Origin::Start);
        prompt.text(DEFAULT_SYSTEM);
    }
    if !chat.tools.is_empty() {
        prompt.begin(Origin::Tools);
        prompt.text(TOOLS);
        for (number, tool) in chat.tools.iter().enumerate() {
            prompt.detail(Origin::Tool(number), |prompt| write_tool(prompt, tool));
        }
    }
    if chat.format != AnswerFormat::Text {
        prompt.begin(Origin::Format);
        prompt.text(JSON_MODE);
    }
}

fn write_tool(prompt: &mut Prompt, tool: &Value) {
    let name = tool["name"].as_str().unwrap_or_default();
    prompt.text(&format!("\n- `{name}`:\n```json\n{}\n```\n", indented(tool)));
}

const OUTPUTS_END: &str = "<｜tool▁outputs▁end｜>";

fn write_turn(prompt: &mut Prompt, turn: &Turn<'_>, previous: Role) {
    match turn.role {
        Role::System => {}
        Role::User | Role::Reminder => {
            if previous == Role::Tool {
                prompt.special(OUTPUTS_END);
            }
            open_user(prompt, matches!(previous, Role::User | Role::Reminder));
            prompt.text(&turn.text);
        }
        Role::Assistant => {
            prompt.special(if previous == Role::Tool { OUTPUTS_END } else { ASSISTANT });
            write_answer(prompt, turn);
        }
        Role::Tool => {
            if previous == Role::Tool {
                prompt.text("\n");
            } else {
                prompt.special("<｜tool▁outputs▁begin｜>");
            }
            prompt.special("<｜tool▁output▁begin｜>");
            prompt.text(&turn.text);
            prompt.special("<｜tool▁output▁end｜>");
        }
    }
}

/// The begin of a user's message; V3 and V3.1 joined those that follow each other, as 115 recorded calls count (2025-05 … 2025-09). A line
/// feed and a blank line count the same there; the blank line is how V3 joins system texts.
pub(super) fn open_user(prompt: &mut Prompt, is_joined: bool) {
    if is_joined {
        prompt.text("\n\n");
    } else {
        prompt.special(USER);
    }
}

fn write_answer(prompt: &mut Prompt, turn: &Turn<'_>) {
    prompt.text(&turn.text);
    if !turn.calls.is_empty() {
        prompt.special("<｜tool▁calls▁begin｜>");
        for (number, call) in turn.calls.iter().enumerate() {
            prompt.text(if number > 0 { "\n" } else { "" });
            prompt.special("<｜tool▁call▁begin｜>");
            prompt.text("function");
            prompt.special("<｜tool▁sep｜>");
            prompt.text(&format!("{}\n```json\n{}\n```", call.name, call.arguments));
            prompt.special("<｜tool▁call▁end｜>");
        }
        prompt.special("<｜tool▁calls▁end｜>");
    }
    prompt.special(EOS);
}
