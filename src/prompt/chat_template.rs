//! Chat templates of users' models: Jinja as the Hugging Face libraries and the servers built on them run it.
//!
//! The template is given what vLLM gives it (2026): messages with tool-call arguments as objects, tools, the special tokens of
//! `tokenizer_config.json`. `strftime_now` answers with the request's time, never with the clock.

use std::io;
use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Serde};
use minijinja::{Environment, Error, ErrorKind, Value as Jinja, context};
use serde_json::{Map, Value, json};

use super::json::{Numbers, indented, spaced};
use super::segment::answer_texts;
use super::{Origin, Prompt, Rendered};
use crate::exchange::{Content, Exchange, Input, Message};
use crate::nesting;
use crate::time::Timestamp;

/// A chat template with the special tokens it may name.
pub struct ChatTemplate {
    environment: Environment<'static>,
    /// `bos_token`, `eos_token` and what else the tokenizer's configuration spells.
    tokens: Map<String, Value>,
}

const NAME: &str = "chat template";

impl ChatTemplate {
    /// Reads a template: Jinja text, or a `tokenizer_config.json` that holds one.
    ///
    /// # Errors
    /// Fails if the template has an error, and names it and its place.
    pub fn read(source: &str, config: Option<&str>) -> Result<Self, String> {
        let holds: Option<Value> = serde_json::from_str(source).ok().filter(Value::is_object);
        let config = holds.clone().or_else(|| serde_json::from_str(config?).ok());
        let text = match &holds {
            Some(config) => template_of(config).ok_or("it has no `chat_template`")?,
            None => source.to_owned(),
        };
        if let Some(start) = nesting::too_deep(&text) {
            let (line, most) = (text[..start].matches('\n').count() + 1, nesting::MOST_OPERATORS);
            return Err(format!("line {line}: an expression of more than {most} operators, which is not supported"));
        }
        let mut environment = environment();
        environment.add_template_owned(NAME, text).map_err(|error| described(&error))?;
        Ok(Self { environment, tokens: config.map(|config| spelled_tokens(&config)).unwrap_or_default() })
    }

    /// Lays out an exchange, and its answer as it would read when sent back.
    ///
    /// # Errors
    /// Fails if the template raises an error for the request.
    pub fn render(&self, exchange: &Exchange) -> Result<Rendered, String> {
        let request = &exchange.request;
        if let Input::Text(text) = &request.input {
            return Ok(super::plain::plain(text, exchange.response.as_ref()));
        }
        // Templates differ in whether they take a call's arguments as an object or as the text that was sent.
        self.render_with(exchange, Arguments::Object).or_else(|_| self.render_with(exchange, Arguments::Text))
    }

    fn render_with(&self, exchange: &Exchange, arguments: Arguments) -> Result<Rendered, String> {
        let request = &exchange.request;
        let value = |message: &Message| message_value(message, arguments);
        let mut messages: Vec<Value> = request.messages().iter().map(|message| value(message)).collect();
        let text = self.expand(exchange, &messages, true)?;
        let answer = exchange.response.as_ref().and_then(|response| response.message.as_ref());
        let mut output = Prompt::default();
        output.begin(Origin::Output);
        if let Some(answer) = answer {
            messages.push(value(answer));
            let sent_back = self.expand(exchange, &messages, false).ok();
            match sent_back.as_deref().and_then(|whole| whole.strip_prefix(text.as_str())) {
                Some(rest) => output.text(rest),
                None => answer_texts(exchange.response.as_ref()).into_iter().for_each(|text| output.text(text)),
            }
        }
        Ok(Rendered {
            prompt: attributed(&text, request.messages()),
            output,
            doubt: super::uncounted::uncounted(request),
        })
    }

    fn expand(&self, exchange: &Exchange, messages: &[Value], generates: bool) -> Result<String, String> {
        let tools = &exchange.request.tools;
        let now = exchange.time.map(|time| time.to_string());
        let context = context! {
            messages => Jinja::from(Serde(messages)),
            tools => if tools.is_empty() { Jinja::from(()) } else { Jinja::from(Serde(&tools[..])) },
            add_generation_prompt => generates,
            request_time => now,
            ..Jinja::from(Serde(&self.tokens))
        };
        let template = self.environment.get_template(NAME).map_err(|error| described(&error))?;
        let mut prompt = Bounded(Vec::new());
        let rendered = template.render_captured_to(context, &mut prompt).map(|_| ());
        if prompt.0.len() > LONGEST_PROMPT {
            return Err(format!("the template writes a prompt of more than {} MB", LONGEST_PROMPT / 1_000_000));
        }
        rendered.map_err(|error| described(&error))?;
        String::from_utf8(prompt.0).map_err(|_| "the template writes text that is not UTF-8".to_owned())
    }
}

/// Steps that a template may take for one prompt. A conversation of a thousand messages takes about a hundred thousand.
const MOST_STEPS: u64 = 50_000_000;

/// The longest prompt that a template may write, in bytes: more than the longest context of any model.
const LONGEST_PROMPT: usize = 256_000_000;

/// A prompt that a template writes, no longer than allowed.
struct Bounded(Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        if self.0.len() > LONGEST_PROMPT { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The environment that Hugging Face's libraries set up.
fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_fuel(Some(MOST_STEPS));
    if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
        environment.set_syntax(syntax);
    }
    environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
    environment.add_filter("tojson", |value: &Jinja, options: Kwargs| to_json(value, &options));
    environment.add_function("raise_exception", |message: String| -> Result<Jinja, Error> {
        Err(Error::new(ErrorKind::InvalidOperation, message))
    });
    environment.add_function("strftime_now", |state: &minijinja::State<'_, '_>, format: String| {
        let time = state.lookup("request_time").and_then(|time| time.as_str()?.parse::<Timestamp>().ok());
        time.map(|time| time.strftime(&format).to_string()).unwrap_or_default()
    });
    environment
}

/// `tojson` as Hugging Face defines it: Python's `json.dumps` without ASCII escaping and without escaping for HTML.
fn to_json(value: &Jinja, options: &Kwargs) -> Result<Jinja, Error> {
    let indent: Option<usize> = options.get("indent")?;
    let _: Option<bool> = options.get("ensure_ascii")?;
    options.assert_all_used()?;
    let value =
        serde_json::to_value(value).map_err(|error| Error::new(ErrorKind::BadSerialization, error.to_string()))?;
    let text = if indent.is_some() { indented(&value) } else { spaced(&value, Numbers::Python) };
    Ok(Jinja::from_safe_string(text))
}

fn template_of(config: &Value) -> Option<String> {
    match &config["chat_template"] {
        Value::String(text) => Some(text.clone()),
        // A list of named templates: the default one is used for requests.
        Value::Array(named) => {
            let default = named.iter().find(|entry| entry["name"] == "default")?;
            default["template"].as_str().map(str::to_owned)
        }
        _ => None,
    }
}

fn spelled_tokens(config: &Value) -> Map<String, Value> {
    let spelling = |value: &Value| value.as_str().or_else(|| value["content"].as_str()).map(str::to_owned);
    let entries = config.as_object().into_iter().flatten().filter(|(key, _)| key.ends_with("_token"));
    entries.filter_map(|(key, value)| Some((key.clone(), spelling(value)?.into()))).collect()
}

/// Form in which a tool call's arguments are given to a template.
#[derive(Clone, Copy)]
enum Arguments {
    Object,
    Text,
}

fn message_value(message: &Message, arguments: Arguments) -> Value {
    let mut map = Map::new();
    map.insert("role".into(), message.role.as_str().into());
    map.insert("content".into(), content_value(message.content.as_ref()));
    let calls = message.tool_calls.iter().map(|call| {
        let object = || serde_json::from_str::<Value>(&call.arguments).ok();
        let arguments = match arguments {
            Arguments::Object => object().unwrap_or_else(|| call.arguments.as_str().into()),
            Arguments::Text => call.arguments.as_str().into(),
        };
        json!({"id": call.id, "type": "function", "function": {"name": call.name, "arguments": arguments}})
    });
    let optional = [
        ("reasoning_content", message.reasoning_content.as_deref()),
        ("tool_call_id", message.tool_call_id.as_deref()),
        ("name", message.name.as_deref()),
    ];
    for (key, value) in optional {
        if let Some(value) = value {
            map.insert(key.into(), value.into());
        }
    }
    if !message.tool_calls.is_empty() {
        map.insert("tool_calls".into(), calls.collect());
    }
    Value::Object(map)
}

fn content_value(content: Option<&Content>) -> Value {
    match content {
        None => Value::Null,
        Some(Content::Text(text)) => text.as_str().into(),
        Some(parts) => parts.texts().join("\n").into(),
    }
}

/// The prompt with each message's text marked as its own: found in order, since a template may put anything around it.
fn attributed(text: &str, messages: &[Arc<Message>]) -> Prompt {
    let mut prompt = Prompt::default();
    let mut written = 0;
    for (index, message) in messages.iter().enumerate() {
        let content = message.content.as_ref().map(|content| content.texts().join("\n")).unwrap_or_default();
        let content = content.trim();
        if let Some(at) = text[written..].find(content).filter(|_| !content.is_empty()) {
            prompt.text(&text[written..written + at]);
            prompt.begin(Origin::Message(index));
            written += at;
        }
    }
    prompt.text(&text[written..]);
    prompt
}

fn described(error: &Error) -> String {
    if error.kind() == ErrorKind::OutOfFuel {
        return format!("the template takes more than {MOST_STEPS} steps for one prompt");
    }
    let line = error.line().map(|line| format!(" (line {line})")).unwrap_or_default();
    format!("{}{line}", error.detail().map_or_else(|| error.kind().to_string(), str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{Request, Response};

    fn exchange() -> Exchange {
        let message = |role: &str, text: &str| Message {
            role: role.into(),
            content: Some(Content::Text(text.into())),
            ..Message::default()
        };
        let request = Request {
            input: vec![message("system", "Be brief."), message("user", "Hi <you>")].into(),
            ..Request::default()
        };
        let response = Response { message: Some(message("assistant", "Hello.")), ..Response::default() };
        Exchange { request, response: Some(response), ..Exchange::default() }
    }

    #[test]
    fn a_template_lays_out_prompt_and_answer_and_knows_whose_text_is_where() {
        let source = "{{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m['content'].strip() }}\n{% endfor %}\
                      {% if add_generation_prompt %}<assistant>{% endif %}";
        let template = ChatTemplate::read(source, Some(r#"{"bos_token": {"content": "<s>"}}"#)).unwrap();
        let rendered = template.render(&exchange()).unwrap();
        assert_eq!(rendered.prompt.spelled(), "<s><system>Be brief.\n<user>Hi <you>\n<assistant>");
        assert_eq!(rendered.output.spelled(), "Hello.\n");
        assert_eq!(rendered.prompt.origin(0, 30), Origin::Message(1));
    }

    #[test]
    fn a_template_that_refuses_says_why() {
        let template = ChatTemplate::read("{{ raise_exception('no system role') }}", None).unwrap();
        assert_eq!(template.render(&exchange()).unwrap_err(), "no system role (line 1)");
        assert!(ChatTemplate::read("{% for %}", None).is_err());
        assert!(ChatTemplate::read("{\"eos_token\": \"x\"}", None).is_err());
    }

    #[test]
    fn json_is_pythons_and_not_escaped_for_html() {
        let template = ChatTemplate::read("{{ messages[1] | tojson }}", None).unwrap();
        let rendered = template.render(&exchange()).unwrap();
        assert_eq!(rendered.prompt.spelled(), r#"{"role": "user", "content": "Hi <you>"}"#);
    }
}
