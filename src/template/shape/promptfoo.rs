//! promptfoo configurations: `prompts`, each a text, a chat as JSON, or a file of its own, with Nunjucks variables.

use super::chat;
use super::draft::{Draft, DraftMessage, Shape, ShapeInput};
use crate::document::{Node, Scalar};
use crate::template::Syntax;

pub(super) const SHAPE: Shape = Shape { name: "promptfoo", read };

fn read(input: &ShapeInput<'_>) -> Option<Vec<Draft>> {
    let root = input.documents.first()?;
    let prompts = root.get("prompts")?;
    let is_config =
        ["providers", "targets", "tests", "defaultTest", "scenarios"].iter().any(|key| root.get(key).is_some());
    if !is_config {
        return None;
    }
    let drafts: Vec<Draft> = match prompts.items() {
        [] => prompts.entries().iter().filter_map(|entry| prompt(&entry.value, &entry.key.text)).collect(),
        items => {
            items.iter().enumerate().filter_map(|(index, item)| prompt(item, &format!("prompts[{index}]"))).collect()
        }
    };
    Some(drafts)
}

/// A prompt that stands in the file itself.
fn prompt(node: &Node, name: &str) -> Option<Draft> {
    let scalar = node.scalar().or_else(|| node.get("raw")?.scalar());
    let name = node.get("id").or_else(|| node.get("label")).and_then(Node::text).unwrap_or(name);
    let draft = match scalar {
        Some(scalar) if is_file(scalar) => return None,
        Some(scalar) => Draft::from_messages(vec![DraftMessage::new("user", scalar)]),
        None => chat::draft(node).or_else(|| chat::draft(node.get("raw")?))?,
    };
    Some(draft.named(name).with(Syntax::Jinja))
}

fn is_file(scalar: &Scalar) -> bool {
    let is_path = |text: &str| {
        let endings = [".txt", ".md", ".json", ".yaml", ".yml", ".j2", ".py", ".js", ".mjs", ".ts", ".csv"];
        !text.contains(char::is_whitespace) && endings.iter().any(|ending| text.contains(ending))
    };
    scalar.text.starts_with("file://") || is_path(&scalar.text)
}
