//! V4.1 (`deepseek-flash`, 2026-09-10 on), after DeepSeek's `deepseek-recipe` 0.2.0: system messages stay in place, effort is a
//! number, tags begin with a space. No recorded request is known that could confirm the hosted API.

use std::borrow::Cow;

use serde_json::json;

use super::Version;
use super::chat::{ASSISTANT, AnswerFormat, BOS, Chat, EOS, Effort, Role, SCHEMA_MODE, THINK, THINK_END, Turn, USER};
use super::dsml::{Values, arguments};
use super::v4::{TOOLS, TOOLS_END, reduced};
use crate::exchange::Response;
use crate::prompt::json::{Numbers, spaced};
use crate::prompt::{Origin, Prompt};

const SYSTEM: &str = "<｜System｜>";

pub(super) fn render(chat: &Chat<'_>, response: Option<&Response>) -> (Prompt, Prompt) {
    let turns = normalised(chat);
    let mut prompt = Prompt::default();
    prompt.special(BOS);
    if chat.thinking || turns.first().is_some_and(|turn| turn.role == Role::System) {
        prompt.special(SYSTEM);
    }
    if chat.thinking {
        prompt.begin(Origin::Effort);
        prompt.text(effort(chat.effort));
    }
    let mut previous = None;
    for (position, turn) in turns.iter().enumerate() {
        if position == 0 && turn.role == Role::System {
            chat.append_front(&mut prompt, |prompt| write_front(prompt, chat, turn));
        } else {
            prompt.begin(Origin::Message(turn.index));
            write_turn(&mut prompt, chat, position, turn, previous);
        }
        previous = Some(turn.role);
    }
    if turns.last().is_some_and(|turn| turn.prefix) {
        return (prompt, output(chat, response));
    }
    prompt.begin(Origin::Answer);
    prompt.special(ASSISTANT);
    prompt.special(if chat.thinking { THINK } else { THINK_END });
    if chat.required {
        prompt.constant("\n\n<｜DSML｜ calls>\n");
    }
    (prompt, output(chat, response))
}

fn effort(effort: Effort) -> &'static str {
    match effort {
        Effort::Low => "Reasoning Effort: 50 (range 1-100, the higher the value, the more thorough the reasoning)\n\n",
        Effort::High => "Reasoning Effort: 75 (range 1-100, the higher the value, the more thorough the reasoning)\n\n",
        Effort::Max => "Reasoning Effort: 100 (range 1-100, the higher the value, the more thorough the reasoning)\n\n",
    }
}

fn write_front(prompt: &mut Prompt, chat: &Chat<'_>, system: &Turn<'_>) {
    prompt.begin(Origin::Message(system.index));
    prompt.text(&system.text);
    write_additions(prompt, chat);
}

/// Tools and response format, which follow the text of the first system message.
fn write_additions(prompt: &mut Prompt, chat: &Chat<'_>) {
    if !chat.tools.is_empty() {
        prompt.begin(Origin::Tools);
        prompt.text("\n\n");
        write_tools(prompt, chat);
    }
    let schema = match chat.format {
        AnswerFormat::Text => return,
        AnswerFormat::JsonObject => spaced(&json!({"type": "json_object"}), Numbers::Python),
        AnswerFormat::Schema(schema) => spaced(schema, Numbers::Python),
    };
    prompt.begin(Origin::Format);
    prompt.text(&format!("\n\n{SCHEMA_MODE}{schema}"));
}

fn write_tools(prompt: &mut Prompt, chat: &Chat<'_>) {
    let head = TOOLS.replace("{calls}", " calls").replace("{invoke}", " invoke").replace("{parameter}", " parameter");
    prompt.constant(&head);
    for (number, tool) in chat.tools.iter().enumerate() {
        prompt.detail(Origin::Tool(number), |prompt| {
            prompt.text(&spaced(&reduced(Version::V4_1, tool), Numbers::Python));
            prompt.text("\n");
        });
    }
    prompt.text(TOOLS_END);
}

fn write_turn(prompt: &mut Prompt, chat: &Chat<'_>, position: usize, turn: &Turn<'_>, previous: Option<Role>) {
    let joins = matches!(previous, Some(Role::User | Role::Tool));
    match turn.role {
        Role::System => {
            if position > 0 {
                prompt.special(SYSTEM);
            }
            prompt.text(&turn.text);
        }
        Role::User => {
            open_user(prompt, joins);
            prompt.text(&turn.text);
        }
        Role::Tool => {
            open_user(prompt, joins);
            prompt.text(&format!("<tool_result>{}</tool_result>", turn.text));
        }
        Role::Assistant => {
            prompt.special(ASSISTANT);
            write_reasoning(prompt, chat, position, turn);
            prompt.grounded(&turn.text);
            write_calls(prompt, turn);
            if !turn.prefix {
                prompt.special(EOS);
            }
        }
        Role::Reminder => {
            prompt.special("<｜latest_reminder｜>");
            prompt.text(&turn.text);
        }
    }
}

fn open_user(prompt: &mut Prompt, joins: bool) {
    if joins {
        prompt.text("\n\n");
    } else {
        prompt.special(USER);
    }
}

/// Earlier reasoning is rendered with tools or for a message to be continued; the latter's stays open while it has no content.
fn write_reasoning(prompt: &mut Prompt, chat: &Chat<'_>, position: usize, turn: &Turn<'_>) {
    let renders = chat.thinking && position > 0 && (!chat.tools.is_empty() || turn.prefix);
    if !renders {
        prompt.special(THINK_END);
        return;
    }
    prompt.special(THINK);
    prompt.detail(Origin::Reasoning, |prompt| prompt.grounded(turn.reasoning.unwrap_or_default()));
    if !(turn.prefix && turn.text.is_empty() && turn.calls.is_empty()) {
        prompt.special(THINK_END);
    }
}

fn write_calls(prompt: &mut Prompt, turn: &Turn<'_>) {
    if !turn.calls.is_empty() {
        prompt.constant("\n\n<｜DSML｜ calls>\n");
        write_invocations(prompt, turn);
    }
}

fn write_invocations(prompt: &mut Prompt, turn: &Turn<'_>) {
    for (index, call) in turn.calls.iter().enumerate() {
        prompt.text(if index > 0 { "\n" } else { "" });
        prompt.constant("<｜DSML｜ invoke name=\"");
        prompt.text(&format!("{}\">\n", call.name));
        for (index, argument) in arguments(call, Values::Spaced(Numbers::Python)).iter().enumerate() {
            prompt.text(if index > 0 { "\n" } else { "" });
            argument.write(prompt, " parameter");
        }
        prompt.constant("\n</｜DSML｜ invoke>");
    }
    prompt.constant("\n</｜DSML｜ calls>");
}

fn output(chat: &Chat<'_>, response: Option<&Response>) -> Prompt {
    let mut output = Prompt::default();
    output.begin(Origin::Output);
    let Some(answer) = Turn::answer(Version::V4_1, response) else { return output };
    if chat.thinking {
        output.grounded(answer.reasoning.unwrap_or_default());
        output.special(THINK_END);
    }
    output.grounded(&answer.text);
    if chat.required && !answer.calls.is_empty() {
        write_invocations(&mut output, &answer);
    } else {
        write_calls(&mut output, &answer);
    }
    output.special(EOS);
    output
}

/// Neighbouring user turns become one, a repeated reminder is dropped, results stand in the order of their calls, and tools or a
/// response format find a system message to follow.
fn normalised<'a>(chat: &Chat<'a>) -> Vec<Turn<'a>> {
    let mut turns: Vec<Turn<'a>> = Vec::new();
    for turn in &chat.turns {
        match turns.last_mut() {
            Some(last) if last.role == Role::User && turn.role == Role::User => {
                last.text = Cow::Owned(format!("{}\n\n{}", last.text, turn.text));
            }
            Some(last) if last.role == Role::Reminder && turn.role == Role::Reminder => {}
            _ if turn.role == Role::System && turn.text.is_empty() => {}
            _ => turns.push(turn.clone()),
        }
    }
    sort_results(&mut turns);
    let adds = !chat.tools.is_empty() || chat.format != AnswerFormat::Text;
    if adds && turns.first().is_none_or(|turn| turn.role != Role::System) {
        turns.insert(0, Turn::empty_system());
    }
    turns
}

/// Puts each run of tool results into the order of the calls before it; a result that answers none of them comes first.
fn sort_results(turns: &mut [Turn<'_>]) {
    let mut start = 0;
    while start < turns.len() {
        let ids: Vec<_> = turns[start].calls.iter().map(|call| call.id.clone()).collect();
        let rest = &mut turns[start + 1..];
        let run = rest.iter().take_while(|turn| turn.role == Role::Tool).count();
        if !ids.is_empty() {
            let place = |turn: &Turn<'_>| ids.iter().position(|id| id.as_deref() == turn.answers).unwrap_or(0);
            rest[..run].sort_by_key(place);
        }
        start += run + 1;
    }
}
