//! Text before the conversation from V3.1 to V4: system texts, tools, response format.

use super::chat::{AnswerFormat, Chat, JSON_MODE, SCHEMA_MODE};
use crate::prompt::json::{Numbers, spaced};
use crate::prompt::{Origin, Prompt};

/// The gaps between the parts.
#[derive(Clone, Copy)]
pub(super) struct Gaps {
    /// Between two system texts.
    pub(super) systems: &'static str,
    /// True if tools or a format without system text before them begin with a blank line.
    pub(super) leads: bool,
}

impl Gaps {
    /// The hosted API in recorded requests to August 2026.
    pub(super) const NONE: Self = Self { systems: "", leads: false };
    /// `deepseek-recipe` 0.2.0.
    pub(super) const BLANK_LINES: Self = Self { systems: "\n\n", leads: true };
}

/// Writes all system texts, wherever they stand in the request, then tools, then the response format.
pub(super) fn write(
    prompt: &mut Prompt,
    chat: &Chat<'_>,
    gaps: Gaps,
    numbers: Numbers,
    write_tools: impl FnOnce(&mut Prompt),
) {
    chat.append_front(prompt, |prompt| lay_out(prompt, chat, gaps, numbers, write_tools));
}

fn lay_out(prompt: &mut Prompt, chat: &Chat<'_>, gaps: Gaps, numbers: Numbers, write_tools: impl FnOnce(&mut Prompt)) {
    let mut written = false;
    for system in chat.systems().filter(|system| !system.text.is_empty()) {
        prompt.begin(Origin::Message(system.index));
        prompt.text(if written { gaps.systems } else { "" });
        prompt.text(&system.text);
        written = true;
    }
    written |= gaps.leads;
    if !chat.tools.is_empty() {
        prompt.begin(Origin::Tools);
        prompt.text(if written { "\n\n" } else { "" });
        write_tools(prompt);
        written = true;
    }
    if chat.format != AnswerFormat::Text {
        prompt.begin(Origin::Format);
        prompt.text(if written { "\n\n" } else { "" });
        write_format(prompt, chat.format, numbers);
    }
}

fn write_format(prompt: &mut Prompt, format: AnswerFormat<'_>, numbers: Numbers) {
    match format {
        AnswerFormat::Text => {}
        AnswerFormat::JsonObject => prompt.text(JSON_MODE),
        AnswerFormat::Schema(schema) => {
            prompt.text(SCHEMA_MODE);
            prompt.text(&spaced(schema, numbers));
        }
    }
}
