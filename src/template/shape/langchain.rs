//! LangChain prompt files: `_type: prompt` and `few_shot` with `template_format`, and serialised chat prompts (`lc: 1`).

use super::{Draft, DraftMessage, Input, Shape};
use crate::document::Node;
use crate::template::{Passage, Syntax};

pub(super) const SHAPE: Shape = Shape { name: "langchain", about: "a LangChain prompt file", read };

fn read(input: &Input<'_>) -> Option<Vec<Draft>> {
    let root = input.documents.first()?;
    let is_prompt = root.get("_type").is_some() || root.get("input_variables").is_some();
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
        return Some(Draft::of(vec![DraftMessage::new("user", template)]).with(syntax));
    }
    let keys = ["prefix", "suffix"];
    let passages: Vec<Passage> = keys.iter().filter_map(|key| root.get(key)?.scalar()).map(Passage::of).collect();
    let at = root.get("prefix").or_else(|| root.get("suffix"))?.span.start;
    Some(Draft::of(vec![DraftMessage { role: "user".into(), passages, at }]).with(syntax))
}

/// The messages of a `ChatPromptTemplate`, each with the class that names its role.
fn serialised(root: &Node) -> Option<Draft> {
    let kwargs = root.get("kwargs")?;
    let Some(list) = kwargs.get("messages") else {
        return plain(kwargs);
    };
    let message = |node: &Node| {
        let class = node.get("id")?.items().last()?.text()?;
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
    Some(Draft::of(messages).with(first.map_or(Syntax::Braces, syntax)))
}

fn syntax(node: &Node) -> Syntax {
    match node.get("template_format").and_then(Node::text) {
        Some("jinja2") => Syntax::Jinja,
        Some("mustache") => Syntax::Handlebars,
        _ => Syntax::Braces,
    }
}
