//! n8n's exports: what the nodes that ask a model are given.

use super::draft::{Draft, DraftMessage, Shape, ShapeInput, role};
use crate::document::Node;
use crate::template::Syntax;

pub(super) const SHAPE: Shape = Shape { name: "n8n", read };

fn read(input: &ShapeInput<'_>) -> Option<Vec<Draft>> {
    let root = input.documents.first()?;
    let nodes = root.get("nodes")?;
    let is_export = root.get("connections").is_some()
        && nodes.items().iter().any(|node| node.get("parameters").is_some() && node.get("type").is_some());
    is_export.then(|| nodes.items().iter().filter_map(draft).collect())
}

/// The messages of a node that asks a model.
fn draft(node: &Node) -> Option<Draft> {
    let kind = node.get("type").and_then(Node::text)?.to_ascii_lowercase();
    let asks =
        ["langchain", "openai", "anthropic", "gemini", "mistral", "ollama"].iter().any(|word| kind.contains(word));
    let parameters = node.get("parameters").filter(|_| asks)?;
    let mut messages = Vec::new();
    collect(parameters, 0, &mut messages);
    messages.sort_by_key(|message| message.role != "system");
    let name = node.get("name").and_then(Node::text).unwrap_or("node");
    (!messages.is_empty()).then(|| Draft::from_messages(messages).named(name).with(Syntax::N8n))
}

fn collect(node: &Node, depth: usize, messages: &mut Vec<DraftMessage>) {
    if depth > 6 {
        return;
    }
    let own = node.get("role").or_else(|| node.get("type")).and_then(Node::text).and_then(role);
    for entry in node.entries() {
        let told = match entry.key.text.as_str() {
            "systemMessage" | "systemPromptTemplate" => Some("system"),
            "text" | "prompt" => Some(own.unwrap_or("user")),
            "content" | "message" => Some(own.unwrap_or(if depth > 0 { "user" } else { "system" })),
            _ => None,
        };
        match (told, entry.value.scalar()) {
            (Some(role), Some(scalar)) if scalar.text.contains(' ') => messages.push(DraftMessage::new(role, scalar)),
            _ => collect(&entry.value, depth + 1, messages),
        }
    }
    node.items().iter().for_each(|item| collect(item, depth + 1, messages));
}
