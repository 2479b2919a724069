//! OpenAI's prompts, as far as recorded requests tell: `<|im_start|>role<|im_sep|>content<|im_end|>` for each message.
//!
//! OpenAI publishes the framing of gpt-oss alone. All else is counted on 3,656 recorded chat and Responses calls of nine clients
//! (2023-11 … 2026-08, read 2026-11): a rule stands here if it makes the tokens come out as billed, and its file says how often it
//! does. Two layouts of the same size cannot be distinguished that way, so a rule fixes how many tokens stand where, not each of them.
//!
//! Text alone: `3 + Σ (3 + role + content)`, 7,788 of 7,987 calls exact (2026-11, with calls of other clients).

mod breakpoints;
mod calls;
mod doubt;
mod effort;
mod family;
mod first_responses;
mod images;
mod response_format;
mod schema;
mod tools;

pub(super) use doubt::not_replayed;
use family::Family;

use super::plain::plain;
use super::segment::answer_texts;
use super::{Fragments, Origin, Prompt, Rendered};
use crate::exchange::{Content, Exchange, Input, Message, Part, Request, Response};

const START: &str = "<|im_start|>";
const SEPARATOR: &str = "<|im_sep|>";
const END: &str = "<|im_end|>";
const CHANNEL: &str = "<|channel|>";
const CONSTRAIN: &str = "<|constrain|>";
/// A token that was billed and whose text is not known.
const HIDDEN: &str = "<|hidden|>";

/// A request to be laid out, with what decides how.
struct Layout<'a> {
    request: &'a Request,
    family: Family,
    /// True if it went to the Responses API, which lays tools and calls out in another way than Chat Completions.
    is_responses: bool,
    /// True if it went there in that API's first weeks.
    is_of_first_weeks: bool,
}

pub(super) fn render(exchange: &Exchange, fragments: &Fragments) -> Rendered {
    let (request, response) = (&exchange.request, exchange.response.as_ref());
    if let Input::Text(text) = &request.input {
        return plain(text, response);
    }
    let layout = Layout {
        request,
        family: Family::of_model(request.bare_model()),
        is_responses: exchange.is_of_responses(),
        is_of_first_weeks: first_responses::is_of_first_weeks(exchange),
    };
    let mut prompt = Prompt::default();
    layout.write_first_weeks(&mut prompt);
    let messages = request.messages();
    let tools_in_system = layout.tools_in_system();
    if !tools_in_system {
        layout.write_tools(&mut prompt, fragments);
        layout.write_response_format(&mut prompt);
    }
    if layout.functions().count() < request.tools.len() {
        prompt.unseen();
    }
    let mut calls = calls::Calls::default();
    let breakpoints = breakpoints::Breakpoints::of_request(request);
    for (index, message) in messages.iter().enumerate() {
        prompt.begin(Origin::Message(index));
        if layout.family != Family::Classic && message.has_hidden_reasoning {
            // It is fed to the model again until the user's next message.
            prompt.unseen();
        }
        if tools_in_system && index == 0 {
            layout.open(&mut prompt, message, |_, _| {});
            layout.write_tools(&mut prompt, fragments);
            prompt.special(END);
            layout.write_response_format(&mut prompt);
        } else if !calls.write(&layout, &mut prompt, message, |prompt| breakpoints.end_message(prompt, index)) {
            layout.open(&mut prompt, message, |prompt, part| breakpoints.end_part(prompt, index, part));
            breakpoints.end_message(&mut prompt, index);
            prompt.special(END);
        }
    }
    layout.write_answer_start(&mut prompt);
    if let Some(start) = layout.effort_start() {
        prompt.begin_with(start, Origin::Effort);
    }
    Rendered { prompt, output: layout.output(response), doubt: doubt::doubt(&layout, fragments) }
}

/// True if the messages read the same whatever stands before them: their results answer calls of theirs.
pub(super) fn goes_on_alone(exchange: &Exchange) -> bool {
    calls::answers_its_own(exchange.request.messages()) && !first_responses::is_of_first_weeks(exchange)
}

/// Tokens that were billed and whose text is not known.
fn hide(prompt: &mut Prompt, count: usize) {
    for _ in 0..count {
        prompt.special(HIDDEN);
    }
}

impl Layout<'_> {
    /// A message up to the token that ends it. Texts of several parts stand side by side, so that tokens merge across their edges
    /// (19 of 19 messages with two texts).
    fn open(&self, prompt: &mut Prompt, message: &Message, mut end_part: impl FnMut(&mut Prompt, usize)) {
        prompt.special(START);
        prompt.text(&message.role);
        if let Some(name) = &message.name {
            // OpenAI's cookbook counts one token beside the name; no recorded request of today's models has one.
            prompt.special(HIDDEN);
            prompt.text(name);
        }
        if self.family == Family::Channels && message.role == "assistant" {
            prompt.special(CHANNEL);
            prompt.text("final");
        }
        prompt.special(SEPARATOR);
        match &message.content {
            Some(Content::Text(text)) => prompt.text(text),
            Some(Content::Parts(parts)) => {
                for (index, part) in parts.iter().enumerate() {
                    match part {
                        Part::Text(text) => prompt.text(text),
                        Part::Media(media) => {
                            let tokens = images::tokens(self.request.bare_model(), media);
                            prompt.unseen();
                            prompt.media(media.digest, tokens.unwrap_or(1));
                        }
                        Part::Unknown => prompt.unseen(),
                    }
                    end_part(prompt, index);
                }
            }
            None => {}
        }
    }

    fn write_answer_start(&self, prompt: &mut Prompt) {
        prompt.begin(Origin::Answer);
        prompt.special(START);
        prompt.text("assistant");
        if let Some(name) = self.forced_tool() {
            // 7 tokens and the name: 16 of 16 calls of the 4o and 4.1 families.
            prompt.text(" to=functions.");
            prompt.text(name);
            hide(prompt, 4);
        }
        if self.family == Family::Classic && !self.is_gpt_4_in_responses() {
            prompt.special(SEPARATOR);
        }
    }

    /// GPT-4 in Responses is asked for its answer with one token less than in chats (5 of 5 recorded requests, all of one text, 2026-11).
    fn is_gpt_4_in_responses(&self) -> bool {
        let model = self.request.bare_model();
        self.is_responses && (model == "gpt-4" || model.starts_with("gpt-4-"))
    }

    /// The answer as it reads in the next prompt. Its calls are in the cache as well: of 6 recorded reads that ended behind the
    /// prompt of the call before, all ended within its calls (2025-12 … 2026-03).
    fn output(&self, response: Option<&Response>) -> Prompt {
        let mut output = Prompt::default();
        output.begin(Origin::Output);
        let answer = answer_texts(response);
        if !answer.is_empty() {
            if self.family == Family::Channels {
                output.special(CHANNEL);
                output.text("final");
            }
            if self.family != Family::Classic {
                output.special(SEPARATOR);
            }
            for text in &answer {
                output.text(text);
            }
            output.special(END);
        }
        let calls = response.and_then(|response| response.message.as_ref()).map(|message| &message.tool_calls[..]);
        self.write_calls(&mut output, calls.unwrap_or_default(), answer.is_empty());
        output
    }
}

#[cfg(test)]
mod tests;
