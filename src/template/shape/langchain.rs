//! LangChain's and Semantic Kernel's prompt files: `_type: prompt` and `few_shot` with `template_format`, and serialised chat prompts (`lc: 1`).

use super::draft::{Draft, DraftMessage, Shape, ShapeInput};
use crate::document::{Node, SourceMap};
use crate::template::{Passage, Syntax};

pub(super) const SHAPE: Shape = Shape { name: "langchain", read };

fn read(input: &ShapeInput<'_>) -> Option<Vec<Draft>> {
    let root = input.documents.first()?;
    let is_prompt = ["_type", "input_variables", "template_format"].iter().any(|key| root.get(key).is_some());
    let draft = if root.get("lc").is_some() {
        serialised(root)?
    } else if is_prompt {
        plain(root)?
    } else {
        return None;
    };
    Some(vec![draft])
}

/// `template`, or `prefix`, `examples` and `suffix`.
fn plain(root: &Node) -> Option<Draft> {
    let syntax = syntax(root);
    if let Some(template) = root.get("template").and_then(Node::scalar) {
        return Some(Draft::from_messages(vec![DraftMessage::new("user", template)]).with(syntax));
    }
    let at = root.get("prefix").or_else(|| root.get("suffix"))?.span.start;
    let text = |key: &str| root.get(key).and_then(Node::scalar).map(Passage::from_scalar);
    let parts = text("prefix").into_iter().chain(examples(root)).chain(text("suffix"));
    let gap = root.get("example_separator").and_then(Node::text).unwrap_or("\n\n");
    let mut passages: Vec<Passage> = Vec::new();
    for part in parts.filter(|part| !part.text.is_empty()) {
        if !passages.is_empty() {
            passages.push(Passage { text: gap.to_owned(), map: SourceMap::verbatim(part.map.at(0)) });
        }
        passages.push(part);
    }
    Some(Draft::from_messages(vec![DraftMessage { role: "user".into(), passages, at }]).with(syntax))
}

/// The examples as `example_prompt` words them, each pointing at its own place.
fn examples(root: &Node) -> Vec<Passage> {
    let Some(wording) = root.get("example_prompt").and_then(|prompt| prompt.get("template")?.text()) else {
        return Vec::new();
    };
    let filled = |example: &Node| {
        let text = example.entries().iter().fold(wording.to_owned(), |text, entry| {
            let (name, value) = (&entry.key.text, entry.value.text().unwrap_or_default());
            let spellings = [format!("{{{{ {name} }}}}"), format!("{{{{{name}}}}}"), format!("{{{name}}}")];
            spellings.iter().fold(text, |text, spelling| text.replace(spelling, value))
        });
        Passage { text, map: SourceMap::verbatim(example.span.start) }
    };
    root.get("examples").map_or(&[][..], Node::items).iter().map(filled).collect()
}

/// The messages of a `ChatPromptTemplate`, each with the class that names its role.
fn serialised(root: &Node) -> Option<Draft> {
    let kwargs = root.get("kwargs")?;
    let Some(list) = kwargs.get("messages") else {
        return plain(kwargs);
    };
    let message = |node: &Node| {
        let class = node.get("id")?.items().last()?.text()?;
        if let Some(name) = node.get("kwargs").and_then(|kwargs| kwargs.get("variable_name")?.scalar()) {
            // Earlier messages go here: as much as a value that may differ.
            let text = format!("{{{}}}", name.text);
            let passages = vec![Passage { text, map: SourceMap::verbatim(name.map.at(0)) }];
            return Some(DraftMessage { role: "user".into(), passages, at: name.map.at(0) });
        }
        let role = ["System", "AI", "Human"].into_iter().find(|role| class.starts_with(role));
        let role = match role {
            Some("System") => "system",
            Some("AI") => "assistant",
            _ => "user",
        };
        let prompt = node.get("kwargs")?;
        let template = prompt.get("content").or_else(|| prompt.get("prompt")?.get("kwargs")?.get("template"))?;
        Some(DraftMessage::new(role, template.scalar()?))
    };
    let messages: Vec<DraftMessage> = list.items().iter().filter_map(message).collect();
    let first = list.items().first().and_then(|node| node.get("kwargs")?.get("prompt")?.get("kwargs"));
    Some(Draft::from_messages(messages).with(first.map_or(Syntax::Braces, syntax)))
}

fn syntax(node: &Node) -> Syntax {
    match node.get("template_format").and_then(Node::text) {
        Some("jinja2" | "liquid") => Syntax::Jinja,
        Some("mustache" | "handlebars") => Syntax::Handlebars,
        Some("semantic-kernel") => Syntax::SemanticKernel,
        _ => Syntax::Braces,
    }
}
