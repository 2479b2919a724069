//! V4 (2026-04-24 on): tool calls as DSML `tool_calls`, tool results within the user's turn.
//!
//! Two dialects: as released (95 of 99 and 48 of 48 recorded requests count the same), and since 2026-08-10, which is DeepSeek's
//! published `deepseek-recipe` 0.2.0 (all 41 recorded requests count the same, two of them only with the tool keys in the order
//! that the recorder lost).

use std::borrow::Cow;

use serde_json::{Value, json};

use super::Version;
use super::chat::{ASSISTANT, BOS, Chat, EOS, Effort, Role, THINK, THINK_END, Turn, USER};
use super::dsml::{Values, arguments};
use super::preamble::{self, Gaps};
use super::strict;
use super::v3_2::without_strict;
use crate::exchange::{HasFields, Response};
use crate::prompt::json::{Numbers, spaced};
use crate::prompt::{Origin, Prompt};

const EFFORT_ABSOLUTE: &str = "Reasoning Effort: Absolute maximum with no shortcuts permitted.
You MUST be very thorough in your thinking and comprehensively decompose the problem to resolve the root cause, rigorously stress-testing your logic against all potential paths, edge cases, and adversarial scenarios.
Explicitly write out your entire deliberation process, documenting every intermediate step, considered alternative, and rejected hypothesis to ensure absolutely no assumption is left unchecked.

";

const EFFORT_BEYOND: &str = "Reasoning Effort: Beyond maximum — exhaustive, relentless, and uncompromising.
You MUST reason with the utmost depth and rigor, leaving absolutely nothing to chance: exhaustively decompose the problem into its most fundamental components, trace every causal chain to its root, and resolve the underlying cause rather than any surface symptom.
Do not stop reasoning until you have independently verified the solution from multiple angles and are certain that no assumption remains unchecked and no error remains undiscovered.

";

/// Stands for the content of a message that makes calls and has no `content`: three tokens, as counted in four of four recorded
/// calls (2026-05). Their count is known, their text is not.
const LACKING_CONTENT: &str = "(no content)";

pub(super) const TOOLS: &str = r#"## Tools

You have access to a set of tools to help answer the user's question. You can invoke tools by writing a "<｜DSML｜{calls}>" block like the following:

<｜DSML｜{calls}>
<｜DSML｜{invoke} name="$TOOL_NAME">
<｜DSML｜{parameter} name="$PARAMETER_NAME" string="true|false">$PARAMETER_VALUE</｜DSML｜{parameter}>
...
</｜DSML｜{invoke}>
<｜DSML｜{invoke} name="$TOOL_NAME2">
...
</｜DSML｜{invoke}>
</｜DSML｜{calls}>

String parameters should be specified as is and set `string="true"`. For all other types (numbers, booleans, arrays, objects), pass the value in JSON format and set `string="false"`.

If thinking_mode is enabled (triggered by <think>), you MUST output your complete reasoning inside <think>...</think> BEFORE any tool calls or final response.

Otherwise, output directly after </think> with tool calls or final response.

### Available Tool Schemas

"#;

pub(super) const TOOLS_END: &str =
    "\nYou MUST strictly follow the above defined tool name and parameter schemas to invoke tool calls.\n";

pub(super) fn render(version: Version, chat: &Chat<'_>, response: Option<&Response>) -> (Prompt, Prompt) {
    let template = Dialect { version, thinking: chat.thinking, has_tools: !chat.tools.is_empty() };
    let mut prompt = Prompt::default();
    prompt.special(BOS);
    prompt.begin(Origin::Effort);
    prompt.text(template.effort(chat));
    // System texts stand together at the front, wherever they are in the request.
    let gaps = if template.is_august() { Gaps::BLANK_LINES } else { Gaps::NONE };
    preamble::write(&mut prompt, chat, gaps, Numbers::Plain, |prompt| template.write_tools(prompt, chat));
    let turns = normalised(chat);
    let mut previous = Role::System;
    for turn in &turns {
        prompt.begin(Origin::Message(turn.index));
        template.write_turn(&mut prompt, turn, previous);
        previous = turn.role;
    }
    if turns.last().is_some_and(|turn| turn.prefix) {
        return (prompt, template.output(chat, response));
    }
    prompt.begin(Origin::Answer);
    prompt.special(ASSISTANT);
    prompt.special(if chat.thinking { THINK } else { THINK_END });
    if chat.required {
        prompt.constant("\n\n<｜DSML｜tool_calls>\n");
    }
    (prompt, template.output(chat, response))
}

struct Dialect {
    version: Version,
    thinking: bool,
    /// Without the tool prompt no earlier reasoning is rendered; with it all of it is.
    has_tools: bool,
}

impl Dialect {
    fn is_august(&self) -> bool {
        self.version == Version::V4August
    }

    /// As released, the effort asked for decides, even of a model that does not think by its name (`deepseek-chat`, 48 of 48 first
    /// turns of one client, 2026-04); since August only a model that thinks is given it.
    fn effort(&self, chat: &Chat<'_>) -> &'static str {
        match (self.version, chat.effort) {
            (Version::V4, Effort::Max) if !chat.is_thinking_off => EFFORT_ABSOLUTE,
            (Version::V4, _) | (_, Effort::Low) => "",
            _ if !chat.thinking => "",
            (_, Effort::High) => EFFORT_ABSOLUTE,
            (_, Effort::Max) => EFFORT_BEYOND,
        }
    }

    fn write_tools(&self, prompt: &mut Prompt, chat: &Chat<'_>) {
        let head =
            TOOLS.replace("{calls}", "tool_calls").replace("{invoke}", "invoke").replace("{parameter}", "parameter");
        prompt.constant(&head);
        for (number, tool) in chat.tools.iter().enumerate() {
            let tool = if self.is_august() { reduced(Version::V4August, tool) } else { without_strict(tool) };
            prompt.detail(Origin::Tool(number), |prompt| {
                prompt.text(&spaced(&tool, Numbers::Plain));
                prompt.text("\n");
            });
        }
        prompt.text(TOOLS_END);
    }

    fn write_turn(&self, prompt: &mut Prompt, turn: &Turn<'_>, previous: Role) {
        match turn.role {
            Role::System => {}
            Role::User => {
                let joins = matches!(previous, Role::User | Role::Tool);
                open_user(prompt, joins);
                prompt.text(&turn.text);
            }
            Role::Tool => {
                open_user(prompt, previous == Role::Tool);
                prompt.text(&format!("<tool_result>{}</tool_result>", turn.text));
            }
            Role::Assistant => {
                prompt.special(ASSISTANT);
                self.write_reasoning(prompt, turn);
                prompt.grounded(&turn.text);
                if self.version == Version::V4 && turn.lacks_content && !turn.calls.is_empty() {
                    prompt.text(LACKING_CONTENT);
                }
                self.write_calls(prompt, turn);
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

    fn write_reasoning(&self, prompt: &mut Prompt, turn: &Turn<'_>) {
        let missing = self.is_august().then_some("");
        let keeps = self.thinking && (self.has_tools || turn.prefix);
        if let Some(reasoning) = turn.reasoning.or(missing).filter(|_| keeps) {
            prompt.special(THINK);
            prompt.detail(Origin::Reasoning, |prompt| prompt.grounded(reasoning));
        }
        // Reasoning that is to be continued stays open.
        if !(self.thinking && turn.prefix && turn.text.is_empty()) {
            prompt.special(THINK_END);
        }
    }

    fn write_calls(&self, prompt: &mut Prompt, turn: &Turn<'_>) {
        if !turn.calls.is_empty() {
            prompt.constant("\n\n<｜DSML｜tool_calls>\n");
            self.write_invocations(prompt, turn);
        }
    }

    fn write_invocations(&self, prompt: &mut Prompt, turn: &Turn<'_>) {
        let values = if self.is_august() { Values::Spaced(Numbers::Plain) } else { Values::AsSent };
        for call in &turn.calls {
            prompt.constant("<｜DSML｜invoke name=\"");
            prompt.text(&format!("{}\">\n", call.name));
            for argument in arguments(call, values) {
                argument.write(prompt, "parameter");
                prompt.text("\n");
            }
            prompt.constant("</｜DSML｜invoke>\n");
        }
        prompt.constant("</｜DSML｜tool_calls>");
    }

    fn output(&self, chat: &Chat<'_>, response: Option<&Response>) -> Prompt {
        let mut output = Prompt::default();
        output.begin(Origin::Output);
        let Some(answer) = Turn::answer(self.version, response) else { return output };
        if chat.thinking {
            output.grounded(answer.reasoning.unwrap_or_default());
            output.special(THINK_END);
        }
        output.grounded(&answer.text);
        if chat.required && !answer.calls.is_empty() {
            self.write_invocations(&mut output, &answer);
        } else {
            self.write_calls(&mut output, &answer);
        }
        output.special(EOS);
        output
    }
}

fn open_user(prompt: &mut Prompt, joins: bool) {
    if joins {
        prompt.text("\n\n");
    } else {
        prompt.special(USER);
    }
}

/// The three keys of a tool that the recipe keeps, in its order; a strict tool's schema may be rewritten.
pub(super) fn reduced(version: Version, tool: &Value) -> Value {
    let sent = tool.field("parameters").filter(|parameters| !parameters.is_null());
    json!({
        "name": tool["name"],
        "description": tool["description"].as_str().unwrap_or_default(),
        "parameters": strict::schema(version, tool).or_else(|| sent.cloned()).unwrap_or_else(|| json!({})),
    })
}

/// The turns behind the system texts: neighbouring user turns become one, parallel calls and their results stand in the order
/// of the calls' ids.
fn normalised<'a>(chat: &Chat<'a>) -> Vec<Turn<'a>> {
    let mut turns: Vec<Turn<'a>> = Vec::new();
    for turn in chat.turns.iter().filter(|turn| turn.role != Role::System) {
        match turns.last_mut() {
            Some(last) if last.role == Role::User && turn.role == Role::User => join_users(last, turn),
            _ => turns.push(turn.clone()),
        }
    }
    let mut index = 0;
    while index < turns.len() {
        let calls = turns[index].calls.len();
        turns[index].calls.sort_by(|a, b| a.id.cmp(&b.id));
        if let Some(results) = turns.get_mut(index + 1..index + 1 + calls).filter(|results| !results.is_empty()) {
            results.sort_by_key(|turn| (turn.role != Role::Tool, turn.answers));
        }
        index += 1;
    }
    turns
}

fn join_users<'a>(last: &mut Turn<'a>, next: &Turn<'a>) {
    if next.text.is_empty() {
        return;
    }
    let gap = if last.text.is_empty() { "" } else { "\n\n" };
    last.text = Cow::Owned(format!("{}{gap}{}", last.text, next.text));
}
