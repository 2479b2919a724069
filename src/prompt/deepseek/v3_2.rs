//! V3.2 (2025-12-01 … 2026-04-23): tool calls as DSML `function_calls`; 317 of 319 recorded requests count the same, the other two
//! were redacted.

use super::Version;
use super::chat::{ASSISTANT, BOS, Chat, EOS, Role, THINK, THINK_END, Turn, USER};
use super::dsml::{Values, arguments};
use super::preamble::{self, Gaps};
use crate::exchange::Response;
use crate::prompt::json::{Numbers, spaced};
use crate::prompt::{Origin, Prompt};

const TOOLS: &str = r#"## Tools

You have access to a set of tools you can use to answer the user's question.
You can invoke functions by writing a "<｜DSML｜function_calls>" block like the following as part of your reply to the user:
<｜DSML｜function_calls>
<｜DSML｜invoke name="$FUNCTION_NAME">
<｜DSML｜parameter name="$PARAMETER_NAME" string="true|false">$PARAMETER_VALUE</｜DSML｜parameter>
...
</｜DSML｜invoke>
<｜DSML｜invoke name="$FUNCTION_NAME2">
...
</｜DSML｜invoke>
</｜DSML｜function_calls>

String and scalar parameters should be specified as is without any escaping or quotes, while lists and objects should use JSON format. The "string" attribute should be set to "true" for string type parameters and "false" for other types (numbers, booleans, arrays, objects).

If the thinking_mode is enabled, then after function results you should strongly consider outputting a thinking block. Here is an example:

<｜DSML｜function_calls>
...
</｜DSML｜function_calls>

<function_results>
...
</function_results>

<think>...thinking about results</think>

Here are the functions available in JSONSchema format:
<functions>
"#;

pub(super) fn render(chat: &Chat<'_>, response: Option<&Response>) -> (Prompt, Prompt) {
    let mut prompt = Prompt::default();
    prompt.special(BOS);
    preamble::write(&mut prompt, chat, Gaps::NONE, Numbers::Python, |prompt| write_tools(prompt, chat));
    let last_user = chat.last_user();
    let mut unanswered = 0;
    for (index, turn) in chat.turns.iter().enumerate() {
        prompt.begin(Origin::Message(turn.index));
        let live = last_user.is_none_or(|last| index >= last);
        let marker = if live && chat.thinking { THINK } else { THINK_END };
        match turn.role {
            Role::System => {}
            Role::User | Role::Reminder => {
                prompt.special(USER);
                prompt.text(&turn.text);
                prompt.begin(Origin::Answer);
                prompt.special(ASSISTANT);
                prompt.special(marker);
            }
            Role::Assistant => {
                unanswered = turn.calls.len();
                write_answer(&mut prompt, turn, live && chat.thinking);
            }
            Role::Tool => {
                let first = index == 0 || chat.turns[index - 1].role != Role::Tool;
                unanswered = unanswered.saturating_sub(1);
                prompt.text(if first { "\n\n<function_results>" } else { "" });
                prompt.text(&format!("\n<result>{}</result>", turn.text));
                if unanswered == 0 {
                    prompt.text("\n</function_results>\n\n");
                    prompt.begin(Origin::Answer);
                    prompt.special(marker);
                }
            }
        }
    }
    if chat.required {
        prompt.begin(Origin::Answer);
        prompt.constant("\n\n<｜DSML｜function_calls>\n");
    }
    (prompt, output(chat, response))
}

fn write_tools(prompt: &mut Prompt, chat: &Chat<'_>) {
    prompt.constant(TOOLS);
    for (number, tool) in chat.tools.iter().enumerate() {
        prompt.detail(Origin::Tool(number), |prompt| {
            prompt.text(&spaced(&without_strict(tool), Numbers::Python));
            prompt.text("\n");
        });
    }
    prompt.text("</functions>\n");
}

/// The tool as sent, `strict` aside, which the hosted API drops.
pub(super) fn without_strict(tool: &serde_json::Value) -> serde_json::Value {
    let mut tool = tool.clone();
    if let Some(map) = tool.as_object_mut() {
        map.shift_remove("strict");
    }
    tool
}

fn write_answer(prompt: &mut Prompt, turn: &Turn<'_>, thinking: bool) {
    if thinking {
        prompt.detail(Origin::Reasoning, |prompt| prompt.text(turn.reasoning.unwrap_or_default()));
        prompt.special(THINK_END);
    }
    prompt.text(&turn.text);
    write_calls(prompt, turn);
    prompt.special(EOS);
}

fn write_calls(prompt: &mut Prompt, turn: &Turn<'_>) {
    if !turn.calls.is_empty() {
        prompt.constant("\n\n<｜DSML｜function_calls>\n");
        write_invocations(prompt, turn);
    }
}

fn write_invocations(prompt: &mut Prompt, turn: &Turn<'_>) {
    for call in &turn.calls {
        prompt.constant("<｜DSML｜invoke name=\"");
        prompt.text(&call.name);
        prompt.text("\">\n");
        for (index, argument) in arguments(call, Values::AsSent).iter().enumerate() {
            prompt.text(if index > 0 { "\n" } else { "" });
            argument.write(prompt, "parameter");
        }
        prompt.constant("\n</｜DSML｜invoke>\n");
    }
    prompt.constant("</｜DSML｜function_calls>");
}

/// The answer; where a tool was required, the opening of its calls stands in the prompt already.
fn output(chat: &Chat<'_>, response: Option<&Response>) -> Prompt {
    let mut output = Prompt::default();
    output.begin(Origin::Output);
    let Some(answer) = Turn::answer(Version::V3_2, response) else { return output };
    if chat.required && !answer.calls.is_empty() {
        output.text(&answer.text);
        write_invocations(&mut output, &answer);
        output.special(EOS);
    } else {
        write_answer(&mut output, &answer, answer.reasoning.is_some());
    }
    output
}
