//! Parts of a request that all of DeepSeek's templates need: its turns, its tools after `tool_choice`, the thinking mode.

use std::borrow::Cow;

use serde_json::Value;

use super::Version;
use crate::exchange::{Content, Exchange, HasFields, Message, Part, Request, Response, ToolCall};
use crate::prompt::segment::function;
use crate::prompt::{Fragments, Prompt, Template};

pub(super) const BOS: &str = "<｜begin▁of▁sentence｜>";
pub(super) const EOS: &str = "<｜end▁of▁sentence｜>";
pub(super) const USER: &str = "<｜User｜>";
pub(super) const ASSISTANT: &str = "<｜Assistant｜>";
pub(super) const THINK: &str = "<think>";
pub(super) const THINK_END: &str = "</think>";

/// System text that JSON mode adds from V3.1 on: 20 tokens, as counted in recorded requests (2025-08 … 2026-08).
pub(super) const JSON_MODE: &str =
    "You are a helpful assistant designed to output JSON.\n## Response Format:\n\nReply with JSON object ONLY.";

/// Introduction of a schema (`deepseek-recipe` 0.2.0).
pub(super) const SCHEMA_MODE: &str =
    "## Response Format:\n\nYou MUST strictly adhere to the following schema to reply:\n";

/// A request as a template sees it.
pub(super) struct Chat<'a> {
    version: Version,
    request: &'a Request,
    pub(super) turns: Vec<Turn<'a>>,
    /// The `function` objects of the tools the model may call.
    pub(super) tools: Vec<&'a Value>,
    fragments: &'a Fragments,
    /// True if the model must call a tool.
    pub(super) required: bool,
    pub(super) format: AnswerFormat<'a>,
    pub(super) thinking: bool,
    /// True if the client turned thinking off itself, so that no effort is asked for.
    pub(super) is_thinking_off: bool,
    pub(super) effort: Effort,
}

/// A message with its place in the request.
#[derive(Clone)]
pub(super) struct Turn<'a> {
    pub(super) index: usize,
    pub(super) role: Role,
    pub(super) text: Cow<'a, str>,
    /// True if the message has no `content`, not even null.
    pub(super) lacks_content: bool,
    /// Reasoning sent back by the client.
    pub(super) reasoning: Option<&'a str>,
    pub(super) calls: Vec<&'a ToolCall>,
    /// The call that a tool's result answers.
    pub(super) answers: Option<&'a str>,
    /// True if the answer continues this message.
    pub(super) prefix: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    System,
    User,
    Assistant,
    Tool,
    Reminder,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum AnswerFormat<'a> {
    Text,
    JsonObject,
    Schema(&'a Value),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effort {
    Low,
    High,
    Max,
}

impl<'a> Chat<'a> {
    pub(super) fn read(version: Version, exchange: &'a Exchange, fragments: &'a Fragments) -> Self {
        let request = &exchange.request;
        let messages = request.messages().iter().enumerate();
        let mut turns: Vec<_> = messages.map(|(index, message)| Turn::read(version, index, message)).collect();
        if version.is_recipe() && exchange.is_of_responses() {
            turns = with_items_joined(turns);
        }
        let thinking = thinks(version, request);
        let (tools, required) = tools(request);
        Self {
            version,
            request,
            fragments,
            turns,
            tools,
            required,
            format: format(request.response_format.as_ref()),
            thinking,
            is_thinking_off: request.thinking.as_deref() == Some("disabled"),
            effort: effort(request.reasoning_effort.as_deref()),
        }
    }

    /// All system texts in order; hosted DeepSeek up to V4 puts them together at the front, without a separator.
    pub(super) fn systems(&self) -> impl Iterator<Item = &Turn<'a>> {
        self.turns.iter().filter(|turn| turn.role == Role::System)
    }

    /// Appends system texts, tools and format as `write` lays them out, which it does once for all requests that share them.
    pub(super) fn append_front(&self, prompt: &mut Prompt, write: impl FnOnce(&mut Prompt)) {
        let systems: Vec<usize> = self.systems().map(|turn| turn.index).collect();
        let template = Template::DeepSeek(self.version);
        prompt.append(&self.fragments.get_or_write(template, self.request, &systems, write));
    }

    /// The index in `turns` of the last user turn.
    pub(super) fn last_user(&self) -> Option<usize> {
        self.turns.iter().rposition(|turn| turn.role == Role::User)
    }
}

impl<'a> Turn<'a> {
    fn read(version: Version, index: usize, message: &'a Message) -> Self {
        let role = Role::read(version, &message.role);
        let mut text = message.content.as_ref().map_or(Cow::Borrowed(""), |content| joined(version, content));
        if role == Role::System && version.is_recipe() {
            text = without_billing_header(text);
        }
        Self {
            index,
            role,
            text,
            lacks_content: message.lacks_content,
            reasoning: message.reasoning_content.as_deref(),
            calls: message.tool_calls.iter().collect(),
            answers: message.tool_call_id.as_deref(),
            prefix: message.prefix,
        }
    }

    /// A system message with nothing in it.
    pub(super) fn empty_system() -> Self {
        Self {
            index: 0,
            role: Role::System,
            text: Cow::Borrowed(""),
            lacks_content: false,
            reasoning: None,
            calls: Vec::new(),
            answers: None,
            prefix: false,
        }
    }

    /// The model's answer as a turn; `None` where the log does not hold it.
    pub(super) fn answer(version: Version, response: Option<&'a Response>) -> Option<Self> {
        let message = response?.message.as_ref()?;
        Some(Self::read(version, 0, message))
    }
}

/// Turns as Responses has them: texts of the assistant that follow one another as items are one, with a blank line between (two recorded
/// requests of 2026-08), and parallel calls stand in the order of their ids (`deepseek-recipe` 0.2.0).
fn with_items_joined(turns: Vec<Turn<'_>>) -> Vec<Turn<'_>> {
    let mut joined: Vec<Turn<'_>> = Vec::with_capacity(turns.len());
    for mut turn in turns {
        turn.calls.sort_by(|a, b| a.id.cmp(&b.id));
        let is_item = turn.role == Role::Assistant && turn.reasoning.is_none();
        let said = joined.last_mut().filter(|last| is_item && last.role == Role::Assistant && last.calls.is_empty());
        let Some(said) = said else {
            joined.push(turn);
            continue;
        };
        if !said.text.is_empty() && !turn.text.is_empty() {
            said.text.to_mut().push_str("\n\n");
        }
        said.text.to_mut().push_str(&turn.text);
        said.lacks_content &= turn.lacks_content;
        said.calls = turn.calls;
        said.prefix = turn.prefix;
    }
    joined
}

impl Role {
    /// `developer` comes from Responses, and is a user's until V4.1 (`deepseek-recipe` 0.2.0); Chat refuses it.
    fn read(version: Version, role: &str) -> Self {
        match role {
            "developer" if matches!(version, Version::V4 | Version::V4August) => Self::User,
            "system" | "developer" => Self::System,
            "assistant" => Self::Assistant,
            "tool" | "function" => Self::Tool,
            "latest_reminder" => Self::Reminder,
            _ => Self::User,
        }
    }
}

/// The text of a content: parts are joined by a blank line (`deepseek-recipe` 0.2.0; true for recorded V3 calls as well).
fn joined(version: Version, content: &Content) -> Cow<'_, str> {
    let image = if version == Version::V4_1 { "" } else { "[Unsupported Image]" };
    match content {
        Content::Text(text) => Cow::Borrowed(text),
        Content::Parts(parts) => {
            let texts = parts.iter().filter_map(|part| match part {
                Part::Text(text) => Some(text.as_str()),
                Part::Media(_) => Some(image),
                Part::Unknown => None,
            });
            Cow::Owned(texts.collect::<Vec<_>>().join("\n\n"))
        }
    }
}

/// System text without the header that Claude Code puts first and changes with every request: what follows it begins at the
/// first line feed or `You are`, whichever comes first.
fn without_billing_header(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.starts_with("x-anthropic-billing-header") {
        return text;
    }
    let start = ["\n", "You are"].iter().filter_map(|pattern| text.find(pattern)).min();
    Cow::Owned(start.map_or(String::new(), |start| text[start..].trim_start().to_owned()))
}

/// `deepseek-chat` answers at once, `deepseek-reasoner` and the `deepseek-v4` models think; `thinking.type` and an effort of
/// `none` decide otherwise from V3.1 on.
pub(super) fn thinks(version: Version, request: &Request) -> bool {
    let model = request.bare_model();
    let by_name = match version {
        Version::V3 => return model.contains("reasoner") || model.to_ascii_lowercase().contains("r1"),
        Version::V3_1 | Version::V3_2 => model.contains("reasoner"),
        Version::V4 | Version::V4August | Version::V4_1 => model != "deepseek-chat",
    };
    match (request.thinking.as_deref(), request.reasoning_effort.as_deref()) {
        (Some("disabled"), _) | (None, Some("none")) => false,
        (Some(_), _) => true,
        _ => by_name,
    }
}

fn effort(effort: Option<&str>) -> Effort {
    match effort {
        Some("minimal" | "low") => Effort::Low,
        Some("max" | "ultra") => Effort::Max,
        _ => Effort::High,
    }
}

/// The tools the model sees and whether it must call one: `none` removes them all, a named tool leaves only itself. Anthropic's API
/// writes a choice as an object with a `type`; its `any` is as good as none (`deepseek-recipe` 0.2.0).
fn tools(request: &Request) -> (Vec<&Value>, bool) {
    // Tools of the provider's own have a type of their own, and are no part of the prompt.
    let is_clients =
        |tool: &&Value| tool.field("function").is_some() || matches!(tool["type"].as_str(), None | Some("function"));
    let all = request.tools.iter().filter(is_clients).map(function);
    let choice = request.tool_choice.as_ref();
    let named = choice.map(|choice| &function(choice)["name"]).filter(|name| name.is_string());
    if let Some(name) = named {
        let named: Vec<_> = all.filter(|tool| tool["name"] == *name).collect();
        let required = !named.is_empty();
        return (named, required);
    }
    match choice.and_then(|choice| choice.as_str().or_else(|| choice["type"].as_str())) {
        Some("none") => (Vec::new(), false),
        Some("required") => (all.collect(), !request.tools.is_empty()),
        _ => (all.collect(), false),
    }
}

fn format(format: Option<&Value>) -> AnswerFormat<'_> {
    let Some(format) = format else { return AnswerFormat::Text };
    match format["type"].as_str() {
        Some("json_object") => AnswerFormat::JsonObject,
        Some("json_schema") => {
            AnswerFormat::Schema(format.pointer("/json_schema/schema").unwrap_or(&format["json_schema"]))
        }
        _ => AnswerFormat::Text,
    }
}
