//! Anthropic's content blocks in the order in which its cache sees them: tools, system, messages.
//!
//! The text that frames them is not published, and no tokenizer of Claude is. This layout tells which requests begin alike and
//! where their blocks end; how long that is in Anthropic's tokens only a provider's report says.

use serde_json::{Value, json};

use super::json::{Numbers, spaced};
use super::plain::plain;
use super::segment::answer_texts;
use super::uncounted::uncounted;
use super::{Breakpoint, Fragments, Origin, Prompt, Rendered, Template};
use crate::exchange::{
    CacheControl, Content, Input, Media, Message, Part, Request, RequestElement, Response, ToolCall,
};
use crate::number::to_usize;

const START: &str = "<|im_start|>";
const SEPARATOR: &str = "<|im_sep|>";
const END: &str = "<|im_end|>";

/// The beginning of a system block that Claude Code changes with every call and Anthropic leaves out of the cache's keys: with it
/// 238 of 266 recorded reads are as predicted, without it 265 (November 2026).
const BILLING_HEADER: &str = "x-anthropic-billing-header";

/// The kinds of blocks that matter to a cache.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    /// A thought, behind which no breakpoint can stand.
    Thought,
    /// Calls of one run count as one position of the look-back, and so do results.
    Call,
    Result,
}

pub(super) fn render(request: &Request, response: Option<&Response>, fragments: &Fragments) -> Rendered {
    if let Input::Text(text) = &request.input {
        return plain(text, response);
    }
    let mut writer = Writer::default();
    writer.tools(request, fragments);
    let messages = request.messages();
    let first = messages.iter().position(|message| !message.is_system()).unwrap_or(messages.len());
    for (index, message) in messages.iter().enumerate() {
        writer.prompt.begin(Origin::Message(index));
        if index == 0 {
            writer.system_settings(request);
        }
        if index == first {
            writer.settings(request);
        }
        writer.message(index, message);
    }
    let automatic = request.cache_controls.iter().find(|mark| mark.after == RequestElement::Request);
    if let Some(mark) = automatic {
        writer.mark_end(mark);
    }
    let mut prompt = writer.prompt;
    prompt.begin(Origin::Answer);
    start(&mut prompt, "assistant");
    Rendered { prompt, output: output(response), doubt: uncounted(request) }
}

fn start(prompt: &mut Prompt, role: &str) {
    prompt.special(START);
    prompt.text(role);
    prompt.special(SEPARATOR);
}

fn output(response: Option<&Response>) -> Prompt {
    let mut output = Prompt::default();
    output.begin(Origin::Output);
    let message = response.and_then(|response| response.message.as_ref());
    if let Some(thought) = message.and_then(|message| message.reasoning_content.as_ref()) {
        output.text(thought);
        output.special(END);
    }
    for text in answer_texts(response) {
        output.text(text);
        output.special(END);
    }
    for call in message.iter().flat_map(|message| &message.tool_calls) {
        output.text(&call_text(call));
        output.special(END);
    }
    output
}

fn call_text(call: &ToolCall) -> String {
    [call.id.as_deref().unwrap_or_default(), &call.name, &call.arguments].join(" ")
}

/// Writes a prompt block by block.
#[derive(Default)]
struct Writer {
    prompt: Prompt,
    last: Option<Kind>,
}

impl Writer {
    fn tools(&mut self, request: &Request, fragments: &Fragments) {
        if request.tools.is_empty() {
            return;
        }
        let write = |prompt: &mut Prompt| {
            for (index, tool) in request.tools.iter().enumerate() {
                prompt.begin(Origin::Tool(index));
                prompt.text(&spaced(tool, Numbers::Plain));
                prompt.special(END);
                prompt.end_block(index + 1, None);
            }
            prompt.begin(Origin::Tools);
        };
        self.prompt.append(&fragments.get_or_write(Template::Anthropic, request, &[], write));
        for (index, end) in self.prompt.block_ends_mut().iter_mut().enumerate() {
            let mark = request.cache_controls.iter().find(|mark| mark.after == RequestElement::Tool(index));
            end.breakpoint = mark.map(Breakpoint::from);
        }
        self.last = Some(Kind::Plain);
    }

    /// The settings that make another prompt of the same system prompt and what follows, by Anthropic's table of what
    /// invalidates a cache. The tools before it stay.
    fn system_settings(&mut self, request: &Request) {
        if let Some(settings) = &request.system_settings {
            self.prompt.text(settings);
            self.prompt.special(END);
        }
    }

    /// The settings that make another prompt of the same messages, by Anthropic's table of what invalidates a cache. A
    /// `tool_choice` of `auto` is the same as none: recorded requests with and without read each other's entries.
    fn settings(&mut self, request: &Request) {
        let is_auto = |choice: &&Value| **choice == json!({"type": "auto"}) || **choice == json!("auto");
        let choice = request.tool_choice.as_ref().filter(|choice| !is_auto(choice));
        let thinking = request.thinking.as_deref().filter(|thinking| *thinking != "disabled");
        let settings = [
            choice.map(|choice| spaced(choice, Numbers::Plain)),
            request.response_format.as_ref().map(|format| spaced(format, Numbers::Plain)),
            thinking.map(|thinking| match request.thinking_budget {
                Some(budget) => format!("{thinking} {budget}"),
                None => thinking.to_owned(),
            }),
            request.reasoning_effort.clone(),
        ];
        for (index, setting) in settings.iter().enumerate() {
            if let Some(setting) = setting {
                self.prompt.text(&format!("{index} {setting}"));
            }
        }
    }

    fn message(&mut self, number: usize, message: &Message) {
        start(&mut self.prompt, &message.role);
        let is_result = message.role == "tool";
        if is_result {
            self.prompt.text(message.tool_call_id.as_deref().unwrap_or_default());
            self.prompt.text(" ");
        }
        if message.reasoning_content.is_some() || message.has_hidden_reasoning {
            self.prompt.begin(Origin::Reasoning);
            self.block(message.reasoning_content.as_deref().unwrap_or_default(), Kind::Thought, None);
            self.prompt.begin(Origin::Message(number));
        }
        let is_system = message.is_system();
        let kind = if is_result { Kind::Result } else { Kind::Plain };
        let mark = |after| message.cache_controls.iter().find(|mark| mark.after == after);
        let blocks = blocks(message.content.as_ref());
        if is_result && blocks.is_empty() {
            self.block("", kind, mark(RequestElement::Part(0)));
        }
        for (index, block) in blocks.into_iter().enumerate() {
            let mark = mark(RequestElement::Part(index));
            match block {
                Block::Text(text) if is_system && text.starts_with(BILLING_HEADER) => {}
                Block::Text(text) => self.block(text, kind, mark),
                Block::Media(media) => {
                    self.prompt.media(media.digest, image_tokens(media));
                    self.block("", kind, mark);
                }
                Block::Unknown => {
                    self.prompt.unseen();
                    self.block("unknown", kind, mark);
                }
            }
        }
        for (index, call) in message.tool_calls.iter().enumerate() {
            self.block(&call_text(call), Kind::Call, mark(RequestElement::Call(index)));
        }
    }

    fn block(&mut self, text: &str, kind: Kind, mark: Option<&CacheControl>) {
        self.prompt.text(text);
        self.prompt.special(END);
        let is_of_run = matches!(kind, Kind::Call | Kind::Result) && self.last == Some(kind);
        let before = self.prompt.block_ends().last().map_or(0, |end| end.position);
        let position = if is_of_run { before } else { before + 1 };
        self.last = Some(kind);
        self.prompt.end_block(position, mark.map(Breakpoint::from));
    }

    /// The automatic breakpoint, behind the last block.
    fn mark_end(&mut self, mark: &CacheControl) {
        if let Some(end) = self.prompt.block_ends_mut().last_mut() {
            end.breakpoint.get_or_insert(mark.into());
        }
    }
}

/// A block of a message.
enum Block<'a> {
    Text(&'a str),
    Media(&'a Media),
    /// One of the provider's own, whose content is not known.
    Unknown,
}

fn blocks(content: Option<&Content>) -> Vec<Block<'_>> {
    fn block(part: &Part) -> Block<'_> {
        match part {
            Part::Text(text) => Block::Text(text),
            Part::Media(media) => Block::Media(media),
            Part::Unknown => Block::Unknown,
        }
    }
    match content {
        None => Vec::new(),
        Some(Content::Text(text)) => vec![Block::Text(text)],
        Some(Content::Parts(parts)) => parts.iter().map(block).collect(),
    }
}

/// Tokens of an image by Anthropic's rule of thumb, a token for 750 pixels and 1,600 at most, since larger images are scaled down
/// (guide "Vision" for the models to Claude 4, read 2026-11; no recorded request bears it out, and models since Opus 4.7 are said to read
/// larger ones, so that the count is too low); one where its size is not known.
fn image_tokens(media: &Media) -> usize {
    let pixels = media.size.map_or(0, |(width, height)| u64::from(width) * u64::from(height));
    to_usize((pixels / 750).clamp(1, 1600))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prompt::{BlockEnd, Segment};

    fn text_message(role: &str, texts: &[&str], marked: &[usize]) -> Message {
        let parts = texts.iter().map(|text| Part::Text((*text).into())).collect();
        let mark = |index: &usize| CacheControl { after: RequestElement::Part(*index), lifetime: None };
        let cache_controls = marked.iter().map(mark).collect();
        Message { role: role.into(), content: Some(Content::Parts(parts)), cache_controls, ..Message::default() }
    }

    fn ends(request: &Request) -> Vec<BlockEnd> {
        render(request, None, &Fragments::default()).prompt.block_ends().to_vec()
    }

    fn beginning(request: &Request, block: usize) -> String {
        let prompt = render(request, None, &Fragments::default()).prompt;
        let segments = prompt.block_ends()[block].segments;
        prompt.segments()[..segments].iter().map(Segment::as_str).collect()
    }

    #[test]
    fn settings_of_the_system_prompt_are_no_part_of_the_tools() {
        let messages = || vec![text_message("system", &["a"], &[0]), text_message("user", &["b"], &[])].into();
        let tools = || [json!({"name": "f"})].to_vec().into();
        let request = Request { input: messages(), tools: tools(), ..Request::default() };
        let fast =
            Request { system_settings: Some("fast".into()), input: messages(), tools: tools(), ..Request::default() };
        let [plain, fast] = [request, fast].map(|request| render(&request, None, &Fragments::default()).prompt);
        let tools = |prompt: &Prompt| prompt.segments()[..prompt.block_ends()[0].segments].to_vec();
        assert_eq!(tools(&plain), tools(&fast));
        let first = plain.segments().iter().zip(fast.segments()).position(|(one, other)| one != other).unwrap();
        assert_eq!(fast.origin(first, 0), Origin::Message(0));
    }

    #[test]
    fn blocks_end_behind_tools_system_and_messages_in_this_order() {
        let messages = vec![text_message("system", &["a", "b"], &[1]), text_message("user", &["c"], &[])];
        let tools = [json!({"name": "f"}), json!({"name": "g"})].to_vec().into();
        let cache_controls = vec![CacheControl { after: RequestElement::Tool(1), lifetime: Some("1h".into()) }];
        let request = Request { input: messages.into(), tools, cache_controls, ..Request::default() };
        let ends = ends(&request);
        assert_eq!(ends.iter().map(|end| end.position).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
        let marked: Vec<usize> = (0..ends.len()).filter(|index| ends[*index].breakpoint.is_some()).collect();
        assert_eq!(marked, [1, 3]);
        assert_eq!(ends[1].breakpoint.and_then(|mark| mark.lifetime), crate::time::parse_duration("1h"));
    }

    #[test]
    fn an_automatic_breakpoint_stands_behind_the_last_block() {
        let cache_controls = vec![CacheControl { after: RequestElement::Request, lifetime: None }];
        let input = vec![text_message("user", &["a", "b"], &[])].into();
        let ends = ends(&Request { input, cache_controls, ..Request::default() });
        assert_eq!(ends.iter().map(|end| end.breakpoint.is_some()).collect::<Vec<_>>(), [false, true]);
    }

    #[test]
    fn the_billing_header_of_claude_code_is_no_part_of_the_prompt() {
        let request = |header: &str| Request {
            input: vec![text_message("system", &[header, "rules"], &[1])].into(),
            ..Request::default()
        };
        let (one, other) = (request("x-anthropic-billing-header: 1"), request("x-anthropic-billing-header: 2"));
        assert_eq!(beginning(&one, 0), beginning(&other, 0));
        assert_eq!(ends(&one).len(), 1);
        assert!(ends(&one)[0].breakpoint.is_some());
    }

    #[test]
    fn settings_part_the_messages_but_not_the_system_prompt() {
        let request = |choice: Option<Value>| Request {
            input: vec![text_message("system", &["s"], &[]), text_message("user", &["u"], &[])].into(),
            tool_choice: choice,
            ..Request::default()
        };
        let (none, auto, any) =
            (request(None), request(Some(json!({"type": "auto"}))), request(Some(json!({"type": "any"}))));
        assert_eq!(beginning(&none, 1), beginning(&auto, 1));
        assert_eq!(beginning(&none, 0), beginning(&any, 0));
        assert_ne!(beginning(&none, 1), beginning(&any, 1));
    }

    #[test]
    fn results_that_follow_each_other_are_one_position_of_the_look_back() {
        let result = |id: &str| Message {
            role: "tool".into(),
            tool_call_id: Some(id.into()),
            content: Some(Content::Text("r".into())),
            ..Message::default()
        };
        let input =
            vec![text_message("user", &["q"], &[]), result("1"), result("2"), text_message("user", &["w"], &[])];
        let positions: Vec<usize> =
            ends(&Request { input: input.into(), ..Request::default() }).iter().map(|end| end.position).collect();
        assert_eq!(positions, [1, 2, 2, 3]);
    }
}
