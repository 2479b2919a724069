//! Dify's exports: the prompts of nodes that ask a model, `pre_prompt` of chats, instructions of agents.

use super::chat;
use super::draft::{Draft, DraftMessage, Shape, ShapeInput};
use crate::document::Node;
use crate::template::Syntax;

pub(super) const SHAPE: Shape = Shape { name: "dify", read };

/// The depth down to which nodes are searched.
const DEPTH: usize = 12;

fn read(input: &ShapeInput<'_>) -> Option<Vec<Draft>> {
    let root = input.documents.first()?;
    let is_export = root.get("app").is_some() && (root.get("workflow").is_some() || root.get("model_config").is_some());
    if !is_export {
        return None;
    }
    let mut drafts = Vec::new();
    find(root, "app", DEPTH, &mut drafts);
    Some(drafts)
}

fn find(node: &Node, name: &str, depth: usize, drafts: &mut Vec<Draft>) {
    if depth == 0 {
        return;
    }
    let name = node.get("title").and_then(Node::text).filter(|title| !title.is_empty()).unwrap_or(name);
    let model = node.get("model").and_then(|model| model.get("name")).and_then(Node::text).map(str::to_owned);
    if let Some(list) = node.get("prompt_template").filter(|list| !list.items().is_empty())
        && let Some(draft) = chat::draft(list)
    {
        drafts.push(Draft { model: model.clone(), ..draft.named(name).with(Syntax::Dify) });
    }
    for key in ["pre_prompt", "instruction", "instructions"] {
        let scalar = node.get(key).and_then(Node::scalar).filter(|scalar| scalar.text.contains(' '));
        if let Some(scalar) = scalar {
            let messages = vec![DraftMessage::new("system", scalar)];
            drafts
                .push(Draft { model: model.clone(), ..Draft::from_messages(messages).named(name).with(Syntax::Dify) });
        }
    }
    for entry in node.entries() {
        find(&entry.value, name, depth - 1, drafts);
    }
    for item in node.items() {
        find(item, name, depth - 1, drafts);
    }
}
