//! Chats: `messages` with roles and contents, with or without `tools`, or a plain list of messages; GitHub Models' `.prompt.yml` too.

use super::draft::{Draft, DraftMessage, Shape, ShapeInput, role};
use crate::document::{Node, NodeKind};
use crate::template::Passage;

pub(super) const SHAPE: Shape = Shape { name: "chat", read: |input| Some(read(input)) };

/// The depth below the root down to which chats are searched.
const DEPTH: usize = 4;

fn read(input: &ShapeInput<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for document in &input.documents {
        find(document, "", DEPTH, &mut drafts);
    }
    if let [only] = drafts.as_mut_slice() {
        only.name = None;
    }
    drafts
}

/// The chats of a document: it as a whole, or what stands under its keys.
fn find(node: &Node, path: &str, depth: usize, drafts: &mut Vec<Draft>) {
    if let Some(draft) = draft(node) {
        drafts.push(draft.named(path));
        return;
    }
    if depth == 0 {
        return;
    }
    for entry in node.entries() {
        let below = if path.is_empty() { entry.key.text.clone() } else { format!("{path}.{}", entry.key.text) };
        find(&entry.value, &below, depth - 1, drafts);
    }
    for (index, item) in node.items().iter().enumerate() {
        if matches!(item.kind, NodeKind::Map(_) | NodeKind::List(_)) {
            find(item, &format!("{path}[{index}]"), depth - 1, drafts);
        }
    }
}

/// A map with messages, or a list of them.
pub(super) fn draft(node: &Node) -> Option<Draft> {
    let list = match &node.kind {
        NodeKind::List(_) => node,
        _ => node.get("messages").or_else(|| node.get("input").filter(|input| !input.items().is_empty()))?,
    };
    let mut messages: Vec<DraftMessage> = list.items().iter().filter_map(message).collect();
    let has_all = !messages.is_empty() && messages.len() * 2 >= list.items().len();
    if !has_all {
        return None;
    }
    for key in ["instructions", "system"] {
        if let Some(first) = node.get(key).map(|content| message_from("system", content)) {
            messages.insert(0, first);
        }
    }
    Some(Draft { messages, tools: tools(node), ..Draft::default() })
}

/// The tool definitions of a request.
pub(super) fn tools(node: &Node) -> Vec<Node> {
    // Settings of the model hold them in some files.
    let settings = || {
        let model = node.get("model").unwrap_or(node);
        let keys = ["options", "parameters", "modelParameters", "configuration", "inputs"];
        keys.iter().find_map(|key| model.get(key)?.get("tools").or_else(|| model.get(key)?.get("functions")))
    };
    let list = node.get("tools").or_else(|| node.get("functions")).or_else(settings);
    // A text in place of a definition, or of all of them, is a variable that stands for some.
    let is_tool = |tool: &&Node| !tool.entries().is_empty() || tool.text().is_some_and(|text| text.contains('{'));
    list.map(|list| list.items().iter().chain([list]).filter(is_tool).cloned().collect()).unwrap_or_default()
}

/// `{role, content}`, `{system: …}` or `[system, …]`.
fn message(node: &Node) -> Option<DraftMessage> {
    if let (Some(name), Some(content)) = (node.get("role").and_then(Node::text), content(node)) {
        return Some(message_from(role(name).unwrap_or(name), content));
    }
    if let [entry] = node.entries() {
        return Some(message_from(role(&entry.key.text)?, &entry.value));
    }
    if let [name, content] = node.items() {
        return Some(message_from(role(name.text()?)?, content));
    }
    None
}

fn content(node: &Node) -> Option<&Node> {
    ["content", "parts", "text", "template", "prompt"].into_iter().find_map(|key| node.get(key))
}

/// A message of that role, from a text or a list of parts.
fn message_from(role: &str, content: &Node) -> DraftMessage {
    let passages: Vec<Passage> = match &content.kind {
        NodeKind::Scalar(scalar) => vec![Passage::from_scalar(scalar)],
        NodeKind::List(parts) => parts
            .iter()
            .filter_map(|part| part.scalar().or_else(|| part.get("text")?.scalar()))
            .map(Passage::from_scalar)
            .collect(),
        NodeKind::Map(_) => content.get("text").and_then(Node::scalar).map(Passage::from_scalar).into_iter().collect(),
    };
    DraftMessage { role: role.to_owned(), passages, at: content.span.start }
}
