//! V3 and R1 (to 2025-08-20): text only; 151 of 151 recorded calls without tools and JSON mode count the same.
//!
//! Tools, calls and results are laid out roughly as the published template of V3-0324 does, which is not what the hosted API fed
//! its models: such prompts are doubtful.

use super::Version;
use super::chat::{ASSISTANT, BOS, Chat, EOS, JSON_MODE, Role, THINK, Turn, USER};
use crate::log::Response;
use crate::prompt::json::{Numbers, spaced};
use crate::prompt::{Origin, Prompt};

pub(super) fn render(chat: &Chat<'_>, response: Option<&Response>) -> (Prompt, Prompt) {
    let mut prompt = Prompt::default();
    prompt.special(BOS);
    for (number, system) in chat.systems().enumerate() {
        prompt.begin(Origin::Message(system.index));
        prompt.text(if number > 0 { "\n\n" } else { "" });
        prompt.text(&system.text);
    }
    guessed_additions(&mut prompt, chat);
    for turn in &chat.turns {
        prompt.begin(Origin::Message(turn.index));
        write_turn(&mut prompt, turn);
    }
    prompt.begin(Origin::Answer);
    prompt.special(ASSISTANT);
    if chat.thinking {
        // R1's tokenizer has the tag as a special token; the hosted API fed two tokens here.
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

/// Something in place of what is not known, so that equal tools still share a prefix.
fn guessed_additions(prompt: &mut Prompt, chat: &Chat<'_>) {
    if !chat.tools.is_empty() {
        prompt.begin(Origin::Tools);
        for tool in &chat.tools {
            prompt.text("\n\n");
            prompt.text(&spaced(tool, Numbers::Python));
        }
    }
    if chat.format != super::chat::Format::Text {
        prompt.begin(Origin::Format);
        prompt.text(JSON_MODE);
    }
}

fn write_turn(prompt: &mut Prompt, turn: &Turn<'_>) {
    match turn.role {
        Role::System => {}
        Role::User | Role::Reminder => {
            prompt.special(USER);
            prompt.text(&turn.text);
        }
        Role::Assistant => {
            prompt.special(ASSISTANT);
            write_answer(prompt, turn);
        }
        Role::Tool => {
            prompt.special("<｜tool▁output▁begin｜>");
            prompt.text(&turn.text);
            prompt.special("<｜tool▁output▁end｜>");
        }
    }
}

fn write_answer(prompt: &mut Prompt, turn: &Turn<'_>) {
    prompt.text(&turn.text);
    for call in &turn.calls {
        prompt.special("<｜tool▁call▁begin｜>");
        prompt.text("function");
        prompt.special("<｜tool▁sep｜>");
        prompt.text(&format!("{}\n```json\n{}\n```", call.name, call.arguments));
        prompt.special("<｜tool▁call▁end｜>");
    }
    prompt.special(EOS);
}
