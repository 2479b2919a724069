//! Calls that make or change texts and messages; of any other call the texts it is given are noted.

use super::builder::{built, mutation};
use super::building::{as_function, given_messages};
use super::code::{Argument, Call, Expression, ExpressionKind, Field};
use super::evaluate::{messages, role_in};
use super::list::List;
use super::request;
use super::rope::Rope;
use super::schema;
use super::site::{SiteKind, Use};
use super::text;
use super::value::{MessagePart, TextValue, Value};
use super::walk::Walk;
use super::words::has;
pub(super) use super::words::last;
use crate::template::volatile::words;
use crate::template::{Fragment, Passage, Syntax};

/// Functions that give their text as it is, or nearly.
const PLAIN: &[&str] = &[
    "str",
    "String",
    "raw",
    "join",
    "strip",
    "rstrip",
    "lstrip",
    "trim",
    "trimEnd",
    "trimStart",
    "dumps",
    "stringify",
    "format",
    "lower",
    "upper",
    "len",
    "repr",
    "toString",
    "map",
    "filter",
    "slice",
    "get",
    "[]",
    "*",
];

/// First words of functions that write what they are given in another way.
const CONVERTING: &str = "to as format render stringify serialize dump encode escape truncate clean pretty \
    convert sanitize indent trim compact quote join";

/// Methods that find or put something in the messages that they are given.
const METHODS_OF_LISTS: &[&str] = &["append", "push", "insert", "join", "isinstance", "len", "print", "log", "zip"];

/// Tells whether a function's value is as constant as what it is given.
pub(super) fn is_plain(function: &str) -> bool {
    let last = last(function);
    // `format_rules`, `to_prompt_json`, `truncateText`.
    let is_converting = words(last).first().is_some_and(|verb| has(CONVERTING, verb));
    PLAIN.contains(&last) || is_converting
}

/// The value of a call.
pub(super) fn call(walk: &mut Walk<'_>, call: &Call, expression: &Expression) -> Value {
    let name = last(&call.function);
    if call.function == "[]" {
        return walk.entry(call, expression);
    }
    schema::given(walk, call);
    if schema::is_zod(call) && schema::of_expression(walk, expression) {
        return Value::Unknown;
    }
    if call.function == "dict" {
        let field = |argument: &Argument| Some(Field { name: argument.name.clone()?, value: argument.value.clone() });
        let fields = call.arguments.iter().filter_map(field).collect();
        return walk.value(&Expression { kind: ExpressionKind::Record(fields), span: expression.span.clone() });
    }
    if let Some(value) = Some(call).filter(|_| name == "get").and_then(|call| walk.known_entry(call)) {
        return value;
    }
    if let Some(text) = Some(call).filter(|_| name == "get").and_then(|call| walk.chosen_entry(call, expression)) {
        return Value::Text(text);
    }
    if walk.taken(call, name, expression).is_some() {
        return Value::Unknown;
    }
    let grown = built(walk, call).or_else(|| mutation(walk, call, name));
    if let Some(value) = grown.or_else(|| as_function(walk, call, name, &expression.span)) {
        return value;
    }
    if name == "reduce"
        && let Some(value) = walk.folded(call, expression)
    {
        return value;
    }
    let receiver = call.receiver.as_ref().map(|receiver| walk.value(receiver));
    if let Some(value) = walk.chained(call, receiver.as_ref()) {
        return value;
    }
    let of_receiver = receiver.as_ref().and_then(|receiver| walk.of_a_value(receiver, call, expression));
    let made = of_receiver.or_else(|| text_part(walk, call, name)).or_else(|| constructed(walk, call, name));
    if let Some(value) = made.or_else(|| known_function(walk, call, expression)) {
        return value;
    }
    noted(walk, call, receiver.as_ref());
    Value::Unknown
}

/// The value of a function that is known by its name: it unindents a text, lists values, or hands a text on.
fn known_function(walk: &mut Walk<'_>, call: &Call, expression: &Expression) -> Option<Value> {
    let (name, arguments) = (last(&call.function), &call.arguments);
    if let Some(list) = list(walk, call, expression) {
        return Some(list);
    }
    match (name, arguments.as_slice()) {
        ("dedent" | "cleandoc" | "stripIndent" | "outdent" | "trimIndent" | "codeBlock", [only, ..]) => {
            let Value::Text(mut text) = walk.value(&only.value) else { return None };
            walk.change(&mut text, text::dedent);
            // Python's keep the lines at its ends.
            if walk.language != "python" || name == "cleandoc" {
                walk.change(&mut text, |content| text::strip(content, true, true));
            }
            Some(Value::Text(text))
        }
        (_, [text, Argument { value: Expression { kind: ExpressionKind::Record(fields), .. }, .. }])
            if fills_templates(name) =>
        {
            let Value::Text(text) = walk.value(&text.value) else { return None };
            walk.filled_by_name(text, fields).map(Value::Text)
        }
        // A text that stands in for a setting.
        (_, [_, usual]) if walk.class_of_environment(call).is_some() => {
            let Value::Text(text) = walk.value(&usual.value) else { return None };
            let set = TextValue::placeholder(walk.placeholder(expression));
            let condition = walk.written(&expression.span);
            Some(Value::Text(walk.choice(&condition, expression.span.clone(), vec![text, set])))
        }
        ("filter", [test, list]) if walk.keeps_texts(&test.value) => match walk.value(&list.value) {
            Value::List(items, site) => Some(Value::List(items.without_empty(), site)),
            _ => None,
        },
        // Its text is the system's; Semantic Kernel before 1.0 (2023-12) had the service make it.
        ("ChatHistory" | "CreateNewChat", given) => {
            let messages = given.iter().filter_map(|argument| match walk.value(&argument.value) {
                Value::Text(text) => Some(Value::Message(MessagePart { role: Some("system".into()), text })),
                _ => None,
            });
            let messages: Vec<Value> = messages.collect();
            Some(super::evaluate::messages(messages))
        }
        ("StringBuilder" | "StringBuffer" | "StringIO", []) => {
            let passage =
                Passage { text: String::new(), map: crate::document::SourceMap::verbatim(expression.span.end) };
            Some(Value::Text(TextValue::literal(passage)))
        }
        (
            "str" | "String" | "raw" | "cast" | "StringBuilder" | "StringBuffer" | "StringIO" | "StaticText" | "Part"
            | "TextContent" | "TextPart",
            [.., only],
        ) if arguments.len() <= 2 => match walk.value(&only.value) {
            Value::Text(text) => Some(Value::Text(text)),
            _ => None,
        },
        _ => None,
    }
}

/// The list that a constructor or a function of a language's library makes.
fn list(walk: &mut Walk<'_>, call: &Call, expression: &Expression) -> Option<Value> {
    let (name, arguments) = (last(&call.function), &call.arguments);
    match (name, arguments.as_slice()) {
        ("of" | "asList" | "singletonList" | "listOf" | "arrayListOf", _)
            if ["List", "Arrays", "Collections", "Set"]
                .contains(&call.function.split('.').next().unwrap_or_default()) =>
        {
            let items = arguments.iter().map(|argument| argument.value.clone()).collect();
            Some(walk.value(&Expression { kind: ExpressionKind::List(items), span: expression.span.clone() }))
        }
        ("ArrayList" | "LinkedList" | "List", []) | ("StringJoiner", _) => Some(Value::List(List::default(), None)),
        (_, []) if name.ends_with("Collection") => Some(Value::List(List::default(), None)),
        ("ArrayList" | "LinkedList" | "List", [only]) => match walk.value(&only.value) {
            items @ (Value::List(..) | Value::Messages(..)) => Some(items),
            _ => None,
        },
        ("make", [kind, ..]) if walk.written(&kind.value.span).starts_with("[]") => {
            Some(Value::List(List::default(), None))
        }
        _ => None,
    }
}

/// Tells whether a function of that name puts values in the places of a text: `safeTemplateReplace`, `fillPrompt`, `interpolate`.
fn fills_templates(name: &str) -> bool {
    const FILLING: &str = "fill replace render interpolate substitute populate hydrate inject format template";
    words(name).iter().any(|word| has(FILLING, word))
}

/// A part of a message's content: `TextContent(text="…")`.
fn text_part(walk: &mut Walk<'_>, call: &Call, name: &str) -> Option<Value> {
    let is_part =
        name.contains("Text") && name.starts_with(|letter: char| letter.is_uppercase()) && !name.contains("Prompt");
    let text = call.arguments.iter().find(|argument| matches!(argument.name.as_deref(), Some("text" | "content")));
    let given = text.or_else(|| call.arguments.first().filter(|argument| argument.name.is_none()))?;
    let value = is_part.then(|| walk.value(&given.value))?;
    matches!(value, Value::Text(_)).then_some(value)
}

/// A text that a variable holds is the variable's text also when it is filled or stripped: its site learns with what. The text of a local
/// Fragments with their texts cut at the variables of a syntax.
pub(super) fn cut(content: Vec<Fragment>, syntax: Syntax) -> Vec<Fragment> {
    let cut = |fragment| match fragment {
        Fragment::Text(passage) => syntax.cut(passage),
        Fragment::Choice(mut choice) => {
            for branch in &mut choice.branches {
                *branch = cut(std::mem::take(branch), syntax);
            }
            vec![Fragment::Choice(choice)]
        }
        other @ Fragment::Value(_) => vec![other],
    };
    content.into_iter().flat_map(cut).collect()
}

/// A message, or a template, that a constructor makes of a text.
pub(super) fn constructed(walk: &mut Walk<'_>, call: &Call, name: &str) -> Option<Value> {
    // A message on a page of Gradio, Streamlit or Chainlit.
    if ["gr.", "st.", "cl."].iter().any(|page| call.function.starts_with(page)) {
        return None;
    }
    let is_template = call.function.contains("PromptTemplate") || call.function.contains("MessagePrompt");
    if is_template && ["from_messages", "fromMessages", "from_chat_messages"].contains(&name) {
        let Value::Messages(parts, site) = walk.value(&call.arguments.first()?.value) else { return None };
        let as_template = |part: MessagePart| {
            let text = as_template(walk, part.text, Syntax::Braces);
            fill_constant(walk, &text);
            MessagePart { text, ..part }
        };
        return Some(Value::Messages(parts.into_vec().into_iter().map(as_template).collect(), site));
    }
    if let Some(part) = with_role(walk, call, name) {
        return Some(Value::Message(part));
    }
    let named = |wanted: &[&str]| {
        call.arguments.iter().find(|argument| argument.name.as_deref().is_some_and(|name| wanted.contains(&name)))
    };
    let role = role_of(&call.function).map(str::to_owned).or_else(|| {
        let is_message = call.function.ends_with("Message") || call.function.ends_with("MessageParam");
        named(&["role"]).filter(|_| is_message).and_then(|role| role_in(&role.value))
    });
    if role.is_none() && !is_template {
        return None;
    }
    let positional = || call.arguments.iter().find(|argument| argument.name.is_none());
    let given = named(&["content", "template", "prompt", "text"]).or_else(positional)?;
    let (content, value) = record_content(walk, &given.value);
    if let (Value::Unknown, Some(role)) = (&value, &role) {
        walk.used_result(&content, Use::Message(role.clone()));
    }
    let text = match value {
        Value::Text(text) => text,
        Value::List(..) | Value::Unknown if role.is_some() => walk.content(&value, &content),
        _ => return None,
    };
    if role.is_some() && !is_template {
        return Some(Value::Message(MessagePart { role, text }));
    }
    let format = named(&["template_format"]).and_then(|format| format.value.literal());
    let syntax = match format {
        Some("jinja2") => Syntax::Jinja,
        _ if named(&["mustache"]).is_some() || format == Some("mustache") => Syntax::Handlebars,
        // LangChain4j's `PromptTemplate.from("… {{name}} …")`.
        _ if name == "from" => Syntax::Handlebars,
        // LangChainGo's are those of Go's own templates.
        _ if walk.language == "go" => Syntax::Go,
        _ => Syntax::Braces,
    };
    let text = as_template(walk, text, syntax);
    if let Some(site) = text.alias {
        let by = Use::Argument { function: call.function.clone(), keyword: Some("template".into()) };
        walk.sites[site].uses.push(by);
    }
    fill_constant(walk, &text);
    Some(Value::Message(MessagePart { role, text }))
}

/// The text of a variable that is made a template has its values where it stands.
fn fill_constant(walk: &mut Walk<'_>, text: &TextValue) {
    let Some(only) = text.alias.and_then(|site| walk.parts_mut(site).only_mut()) else { return };
    only.text.content.clone_from(&text.content);
    only.text.is_filled = true;
}

/// A message that is given its role first: `new ChatMessage(ChatRole.System, "…")`, `TextParts(ChatMessageTypeHuman, "…")`.
fn with_role(walk: &mut Walk<'_>, call: &Call, name: &str) -> Option<MessagePart> {
    let [role, content, ..] = call.arguments.as_slice() else { return None };
    // C#'s `new(ChatRole.System, "…")` of the list's type.
    let is_of_list = name == "new" && matches!(&role.value.kind, ExpressionKind::Name(role) if role.contains("Role"));
    let is_message = name.contains("Message") || name == "TextParts" || name.contains("Content") || is_of_list;
    let role = role_in(&role.value).filter(|_| is_message)?;
    let value = walk.value(&content.value);
    let text = walk.content(&value, &content.value);
    Some(MessagePart { role: Some(role), text })
}

/// The content of an object that a constructor is given, else what it is given.
fn record_content(walk: &mut Walk<'_>, given: &Expression) -> (Expression, Value) {
    if let ExpressionKind::Record(fields) = &given.kind
        && let Some(field) = fields.iter().find(|field| ["content", "template"].contains(&field.name.as_str()))
    {
        return (field.value.clone(), walk.value(&field.value));
    }
    (given.clone(), walk.value(given))
}

pub(super) fn as_template(walk: &mut Walk<'_>, mut text: TextValue, syntax: Syntax) -> TextValue {
    if text.is_filled {
        return text;
    }
    walk.change(&mut text, |content| cut(content, syntax));
    TextValue { is_filled: true, ..text }
}

/// The role that the name of a constructor means: `SystemMessage`, `HumanMessagePromptTemplate`, `UserPromptMessage`.
pub(super) fn role_of(function: &str) -> Option<&'static str> {
    let class = function.split('.').find(|part| part.contains("Message") || part.ends_with("PromptTemplate"))?;
    let made = ["Add", "Create", "New", "With"].iter().find_map(|verb| class.strip_prefix(verb));
    let class = made.unwrap_or(class);
    // Java's static methods are named after what they make.
    if ["systemMessage", "userMessage", "aiMessage"].contains(&class) {
        // `userMessage.includes("…")` asks something of a text.
        if class != last(function) {
            return None;
        }
        return Some(if class.starts_with('s') {
            "system"
        } else if class.starts_with('u') {
            "user"
        } else {
            "assistant"
        });
    }
    let is_constructor = class.starts_with(|letter: char| letter.is_uppercase());
    let roles = [
        ("System", "system"),
        ("Developer", "developer"),
        ("Human", "user"),
        ("User", "user"),
        ("AI", "assistant"),
        ("AiMessage", "assistant"),
        ("Assistant", "assistant"),
    ];
    let found = roles.iter().find(|(word, _)| class.starts_with(word) || class.starts_with(&format!("Chat{word}")));
    found.filter(|_| is_constructor).map(|(_, role)| *role)
}

/// Tells whether a text is written as a name is.
fn is_identifier(text: &str) -> bool {
    text.len() > 1
        && text.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
        && text.contains(char::is_alphabetic)
}

/// Notes the texts that a call is given.
fn noted(walk: &mut Walk<'_>, call: &Call, receiver: Option<&Value>) {
    if let Some(Value::Text(TextValue { alias: Some(site), .. })) = receiver {
        walk.used(*site, Use::Other);
    }
    let function = run_by_agent(call).unwrap_or_else(|| with_root(call));
    // `ChatPromptTemplate.fromMessages([…]).pipe(model)`.
    if let Some(Value::Messages(parts, None)) = receiver {
        let site = walk.site(SiteKind::Messages, "messages".into(), "messages", parts.clone());
        walk.used(site, Use::Argument { function: function.clone(), keyword: None });
    }
    // `set("system_prompt", "…")`: the first argument names the second.
    let named = match call.arguments.as_slice() {
        [name, _] => name.value.literal().filter(|name| is_identifier(name)).map(str::to_owned),
        _ => None,
    };
    if let Some(parts) = given_messages(walk, call) {
        let own = last(&function).to_owned();
        let site = walk.site(SiteKind::Messages, own.clone(), &own, parts);
        walk.used(site, Use::Argument { function, keyword: None });
        return;
    }
    let is_beside_messages = !METHODS_OF_LISTS.contains(&last(&function)) && call.arguments.iter().any(are_messages);
    let keyword_of = |walk: &Walk<'_>, index: usize| {
        let by_first = || named.clone().filter(|_| index == 1);
        call.arguments[index].name.clone().or_else(by_first).or_else(|| walk.parameter(&call.function, index))
    };
    let mut values = Vec::new();
    for (index, argument) in call.arguments.iter().enumerate() {
        let keyword = keyword_of(walk, index);
        walk.path.extend(keyword.clone());
        let before = walk.sites.len();
        values.push(walk.value(&argument.value));
        walk.not_sent(&function, &argument.value, before);
        walk.asked_by_input(&function, &argument.value);
        walk.path.truncate(walk.path.len() - usize::from(keyword.is_some()));
    }
    let request = sent_together(walk, call, &values);
    for (index, (argument, value)) in call.arguments.iter().zip(values).enumerate() {
        if request.is_some_and(|(before, asked)| index == before || index == asked) {
            continue;
        }
        let keyword = keyword_of(walk, index);
        let own = keyword.clone().unwrap_or_else(|| last(&function).to_owned());
        let is_named = keyword.is_some();
        let by = Use::Argument { function: function.clone(), keyword: keyword.clone() };
        let kind = SiteKind::Argument { function: function.clone(), keyword };
        match value {
            // Text beside messages is what they are sent with.
            Value::Text(text) if is_beside_messages && !is_named || is_text_part(&argument.value) => {
                walk.found(SiteKind::Messages, &own, &own, text, Use::Message(String::new()));
            }
            Value::Text(text) => {
                walk.found(kind, &own, &own, text, by);
            }
            Value::Message(part) => {
                let site = walk.site(SiteKind::Messages, own.clone(), &own, Rope::one(part));
                walk.used(site, by);
            }
            Value::Messages(parts, None) => {
                let site = walk.site(SiteKind::Messages, own.clone(), &own, parts);
                walk.used(site, by);
            }
            Value::Messages(_, Some(site)) | Value::List(_, Some(site)) => walk.used(site, by),
            Value::List(items, None) => {
                if let Value::Messages(parts, _) = messages(items.items().iter().cloned().collect()) {
                    walk.site(SiteKind::Messages, own.clone(), &own, parts);
                } else if let Some(text) = items.lines() {
                    walk.found(kind, &own, &own, text, by);
                }
            }
            Value::Unknown | Value::Optional(_) => walk.used_result(&argument.value, by),
        }
    }
}

/// Notes what a call is given as the text before all messages and as the messages: they are one request. Gives the places of both.
fn sent_together(walk: &mut Walk<'_>, call: &Call, values: &[Value]) -> Option<(usize, usize)> {
    let (before, asked) = request::keys(&call.arguments.iter().map(|argument| argument.name.as_deref()))?;
    let given = |index: usize| (&call.arguments[index].value, &values[index]);
    let parts = walk.request(given(before), given(asked))?;
    let site = walk.site(SiteKind::Messages, "messages".into(), "messages", parts);
    walk.used(site, Use::Argument { function: with_root(call), keyword: None });
    Some((before, asked))
}

/// The function as a method of the agent that it is given first: `run(agent, "…")` is `agent.run("…")`.
fn run_by_agent(call: &Call) -> Option<String> {
    const RUNNING: &str = "run arun run_sync runSync run_streamed runStreamed";
    let [agent, _, ..] = call.arguments.as_slice() else { return None };
    let ExpressionKind::Name(agent) = &agent.value.kind else { return None };
    let is_agent = words(last(agent)).iter().any(|word| word.starts_with("agent"));
    let name = last(&call.function);
    (is_agent && has(RUNNING, name)).then(|| format!("agent.{name}"))
}

/// The function with the name that its chain begins with: `ai.createObject` of `ai.withLlm(…).createObject(…)`.
fn with_root(call: &Call) -> String {
    let mut inner = call;
    while let Some(ExpressionKind::Call(before)) = inner.receiver.as_ref().map(|receiver| &receiver.kind) {
        inner = before;
    }
    match inner.function.split_once('.') {
        Some((root, _)) if !call.function.contains('.') => format!("{root}.{}", call.function),
        _ => call.function.clone(),
    }
}

/// Tells whether an argument is messages, by its value or by its name.
fn are_messages(argument: &Argument) -> bool {
    let has = |fields: &[Field], known: &[&str]| {
        fields.iter().any(|field| known.iter().any(|name| field.name.eq_ignore_ascii_case(name)))
    };
    let is_message = |item: &Expression| {
        matches!(&item.kind, ExpressionKind::Record(fields)
            if has(fields, &["role"]) && has(fields, &["content", "parts", "text", "tool_calls"]))
    };
    match &argument.value.kind {
        ExpressionKind::List(items) => items.iter().any(is_message),
        ExpressionKind::Name(name) => {
            let words = words(last(name));
            words.last().is_some_and(|last| ["messages", "msgs"].contains(&last.as_str()))
        }
        _ => false,
    }
}

/// Tells whether a record is a part of a message's content: `{"type": "text", "text": …}`.
fn is_text_part(expression: &Expression) -> bool {
    let ExpressionKind::Record(fields) = &expression.kind else { return false };
    let is = |field: &Field| field.name == "type" && matches!(field.value.literal(), Some("text" | "input_text"));
    fields.iter().any(is)
}
