//! Schemas that a model is given: the descriptions of their fields are tools' text, one template for each schema.

use std::ops::Range;

use super::calls::last;
use super::code::{Argument, Call, Class, Expression, ExpressionKind, Field, Statement};
use super::list::joined;
use super::rope::Rope;
use super::site::{ResultUse, SiteKind, Use};
use super::value::{MessagePart, SiteId, TextValue, Value};
use super::walk::{Walk, names_in};

/// Parameters and keys by which a model is given a schema.
const GIVEN_BY: &[&str] = &[
    "response_model",
    "response_format",
    "response_schema",
    "responseSchema",
    "output_type",
    "outputType",
    "output_schema",
    "outputSchema",
    "output_pydantic",
    "output_json",
    "result_type",
    "args_schema",
    "input_schema",
    "inputSchema",
    "parameters",
    "schema",
    "text_format",
    "tools",
    "functions",
];

/// Functions that give a model a schema, or make of it what is given.
const GIVING: &[&str] = &[
    "with_structured_output",
    "withStructuredOutput",
    "bind_tools",
    "bindTools",
    "zodResponseFormat",
    "zodTextFormat",
    "zodFunction",
    "zodToJsonSchema",
    "pydantic_function_tool",
    "PydanticOutputParser",
    "JsonOutputParser",
    "fromZodSchema",
];

/// Methods that bind a function to an address.
const ROUTING: &[&str] =
    &["get", "post", "put", "patch", "delete", "head", "options", "route", "api_route", "createRoute"];

/// Attributes of a class that are its schema for a model.
const SCHEMA_OF: &[&str] = &["openai_schema", "anthropic_schema", "model_json_schema", "schema_json"];

/// Tells whether a model is given what stands under this key.
pub(super) fn is_given_by(key: &str) -> bool {
    GIVEN_BY.contains(&key)
}

/// Notes the schemas that a call hands to a model.
pub(super) fn given(walk: &mut Walk<'_>, call: &Call) {
    let by = Use::Argument { function: call.function.clone(), keyword: None };
    // The route of a web interface answers with its model.
    if ROUTING.contains(&last(&call.function)) {
        return;
    }
    let gives = GIVING.contains(&last(&call.function));
    for argument in &call.arguments {
        if gives || argument.name.as_deref().is_some_and(is_given_by) {
            handed(walk, &argument.value, &by);
        }
        let mut texts = Vec::new();
        if gives && matches!(&argument.value.kind, ExpressionKind::Call(inner) if is_zod(inner)) {
            descriptions(&argument.value, &mut texts);
            noted(walk, (last(&call.function), "schema"), "tool", &texts, Some(by.clone()));
        }
    }
    // `Answer.model_json_schema()`.
    if let Some((class, attribute)) = call.function.rsplit_once('.')
        && SCHEMA_OF.contains(&attribute)
    {
        walk.results.push(ResultUse { function: class.to_owned(), by, is_schema: true });
    }
}

/// Notes the schemas that an expression names, which a model is given.
pub(super) fn handed(walk: &mut Walk<'_>, expression: &Expression, by: &Use) {
    let mut names = Vec::new();
    names_in(expression, &mut names);
    for name in names {
        let class = name.rsplit_once('.').filter(|(_, attribute)| SCHEMA_OF.contains(attribute));
        let name = class.map_or(name.as_str(), |(class, _)| class).to_owned();
        // A function of this file may give it.
        walk.results.push(ResultUse { function: name.clone(), by: by.clone(), is_schema: false });
        walk.results.push(ResultUse { function: name, by: by.clone(), is_schema: true });
    }
}

/// Notes the schema that a class is, with the descriptions of its fields.
pub(super) fn of_class(walk: &mut Walk<'_>, class: &Class) {
    let is_tool = class.bases.iter().any(|base| ["BaseTool", "Tool", "OpenAISchema"].contains(&last_name(base)));
    let mut texts: Vec<&Expression> = Vec::new();
    for statement in &class.body {
        match statement {
            Statement::Bind { target, value, .. } if is_tool && target == "description" => texts.push(value),
            // Ruby's `description "…"` and `param :city, desc: "…"`.
            Statement::Do(Expression { kind: ExpressionKind::Call(call), .. })
                if is_tool && call.receiver.is_none() =>
            {
                texts
                    .extend(call.arguments.iter().filter(|argument| is_said(call, argument)).map(|given| &given.value));
            }
            Statement::Bind { value, .. } | Statement::Do(value) => descriptions(value, &mut texts),
            _ => {}
        }
    }
    let is_model = class.bases.iter().any(|base| last_name(base) == "BaseModel");
    if texts.is_empty() && !(is_model && class.docstring.is_some()) {
        return;
    }
    texts.extend(class.docstring.iter());
    texts.sort_by_key(|text| text.span.start);
    // DSPy sends a signature: its docstring, and what its fields are.
    if class.bases.iter().any(|base| last_name(base).ends_with("Signature")) {
        return noted(walk, (&class.name, "docstring"), "system", &texts, Some(Use::Key("signature".into())));
    }
    let by = is_tool.then(|| Use::Key("tools".into()));
    noted(walk, (&class.name, "schema"), "tool", &texts, by);
}

/// The last name of a base, however its language joins names.
fn last_name(base: &str) -> &str {
    last(base).rsplit("::").next().unwrap_or(base)
}

/// Tells whether a class says with an argument what its tool or a parameter of it does.
fn is_said(call: &Call, argument: &Argument) -> bool {
    match argument.name.as_deref() {
        None => call.function == "description",
        Some(name) => {
            ["param", "parameter", "argument"].contains(&call.function.as_str())
                && ["desc", "description"].contains(&name)
        }
    }
}

/// Notes the schema that an expression of zod is; gives whether it is one.
pub(super) fn of_expression(walk: &mut Walk<'_>, expression: &Expression) -> bool {
    let mut texts = Vec::new();
    descriptions(expression, &mut texts);
    let Some(first) = texts.first() else { return false };
    // The call that it is given to has noted it.
    if sites_in(walk, &first.span).iter().any(|site| walk.sites[*site].kind == SiteKind::Schema) {
        return true;
    }
    let own = walk.path.last().cloned().unwrap_or_default();
    let by = walk.path.iter().any(|name| is_given_by(name)).then(|| Use::Key(own.clone()));
    noted(walk, (&own, ""), "tool", &texts, by);
    true
}

/// Keys beside a tool's description under which its parameters stand.
const PARAMETERS: &[&str] = &["parameters", "Parameters", "inputSchema", "input_schema", "InputSchema", "args_schema"];

/// Tells whether a field is a record of a tool's parameters, each with a schema of its own.
pub(super) fn is_parameters(field: &Field) -> bool {
    PARAMETERS.contains(&field.name.as_str()) && matches!(field.value.kind, ExpressionKind::Record(_))
}

/// The description of a tool with those of its parameters, which the keys beside it hold.
pub(super) fn with_parameters(walk: &mut Walk<'_>, description: TextValue, fields: &[Field]) -> TextValue {
    let mut texts = Vec::new();
    for field in fields.iter().filter(|field| PARAMETERS.contains(&field.name.as_str())) {
        descriptions(&field.value, &mut texts);
        described(&field.value, &mut texts);
    }
    if texts.is_empty() || description.alias.is_some() {
        return description;
    }
    let mut values = vec![Value::Text(description.clone())];
    values.extend(texts.iter().map(|text| walk.value(text)));
    merge_within(walk, &texts);
    joined(&values, "\n").unwrap_or(description)
}

/// The descriptions in a JSON schema.
fn described<'a>(expression: &'a Expression, found: &mut Vec<&'a Expression>) {
    match &expression.kind {
        ExpressionKind::Record(fields) => {
            for field in fields {
                if field.name == "description" && field.value.literal().is_some() {
                    found.push(&field.value);
                } else {
                    described(&field.value, found);
                }
            }
        }
        ExpressionKind::List(parts) | ExpressionKind::Other(parts) => {
            for part in parts {
                described(part, found);
            }
        }
        _ => {}
    }
}

/// Notes descriptions as the text of one schema.
fn noted(walk: &mut Walk<'_>, (own, name): (&str, &str), role: &str, texts: &[&Expression], by: Option<Use>) {
    let values: Vec<Value> = texts.iter().map(|text| walk.value(text)).collect();
    let Some(text) = joined(&values, "\n") else { return };
    merge_within(walk, texts);
    let text = TextValue { is_filled: true, ..text };
    let part = MessagePart { role: Some(role.to_owned()), text };
    let site = walk.site(SiteKind::Schema, own.to_owned(), name, Rope::one(part));
    walk.sites[site].uses.extend(by);
}

/// The sites that begin within some bytes.
fn sites_in(walk: &Walk<'_>, span: &Range<usize>) -> Vec<SiteId> {
    walk.by_place.range(span.clone()).flat_map(|(_, sites)| sites.iter().copied()).collect()
}

/// Texts that stand in a schema are no prompts of their own.
fn merge_within(walk: &mut Walk<'_>, texts: &[&Expression]) {
    for text in texts {
        for site in sites_in(walk, &text.span) {
            walk.sites[site].is_merged = true;
        }
    }
}

/// The descriptions that a schema's fields have: `Field(description="…")`, `z.string().describe("…")`.
fn descriptions<'a>(expression: &'a Expression, found: &mut Vec<&'a Expression>) {
    match &expression.kind {
        ExpressionKind::Call(call) => {
            call.receiver.iter().for_each(|receiver| descriptions(receiver, found));
            let name = last(&call.function);
            for argument in &call.arguments {
                let is_description = match argument.name.as_deref() {
                    Some("desc") => ["InputField", "OutputField"].contains(&name),
                    Some(key) => name.ends_with("Field") && key == "description",
                    None => name == "describe",
                };
                if is_description {
                    found.push(&argument.value);
                } else {
                    descriptions(&argument.value, found);
                }
            }
        }
        ExpressionKind::Record(fields) => {
            for field in fields {
                descriptions(&field.value, found);
            }
        }
        ExpressionKind::List(parts) | ExpressionKind::Other(parts) => {
            for part in parts {
                descriptions(part, found);
            }
        }
        _ => {}
    }
}

/// Tells whether a call is one of zod's, which describes a value.
pub(super) fn is_zod(call: &Call) -> bool {
    let mut inner = call;
    while let Some(ExpressionKind::Call(before)) = inner.receiver.as_ref().map(|receiver| &receiver.kind) {
        inner = before;
    }
    inner.function.split_once('.').is_some_and(|(root, _)| root == "z" || root == "zod")
}
