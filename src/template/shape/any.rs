//! Documents of no known shape: texts under keys that say what they are, else every text long enough to be a prompt.

use super::draft::{Draft, DraftMessage, Shape, ShapeInput};
use crate::document::{MapEntry, Node, NodeKind, Scalar};

pub(super) const SHAPE: Shape = Shape { name: "document", read: |input| Some(read(input)) };

/// A text with fewer characters and without a line's end is a setting, not a prompt.
const SHORTEST: usize = 80;

/// Keys of what a machine runs, such as the steps of a workflow.
const CODE: &[&str] = &["run", "script", "code", "shell", "bash", "command", "cmd", "sql"];

/// Roles of texts by the words of their keys, the surest first.
const ROLES: [(&str, &[&str]); 3] = [
    ("system", &["system", "instructions", "instruction", "persona", "backstory"]),
    ("assistant", &["assistant"]),
    ("user", &["user", "human", "prompt", "template", "task", "content", "query"]),
];

fn read(input: &ShapeInput<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for document in &input.documents {
        find(document, "", &mut drafts);
    }
    if let [only] = drafts.as_mut_slice() {
        only.name = None;
    }
    drafts
}

fn find(node: &Node, path: &str, drafts: &mut Vec<Draft>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    let pair = pair(node);
    if let Some([system, user]) = pair {
        let message = |role, entry: &MapEntry| entry.value.scalar().map(|scalar| DraftMessage::new(role, scalar));
        let messages = [message("system", system), message("user", user)].into_iter().flatten().collect();
        drafts.push(Draft::from_messages(messages).named(path));
    }
    let is_part_of_pair = |entry: &MapEntry| pair.iter().flatten().any(|part| std::ptr::eq(*part, entry));
    for entry in node.entries() {
        match &entry.value.kind {
            NodeKind::Scalar(_) if CODE.contains(&entry.key.text.as_str()) => {}
            NodeKind::Scalar(scalar) if is_part_of_pair(entry) || !is_prompt(scalar) => {}
            NodeKind::Scalar(scalar) => {
                let role = role(&entry.key.text).unwrap_or("system");
                drafts.push(Draft::from_messages(vec![DraftMessage::new(role, scalar)]).named(below(&entry.key.text)));
            }
            _ => find(&entry.value, &below(&entry.key.text), drafts),
        }
    }
    for (index, item) in node.items().iter().enumerate() {
        let path = format!("{path}[{index}]");
        match item.scalar() {
            Some(scalar) if is_prompt(scalar) => {
                drafts.push(Draft::from_messages(vec![DraftMessage::new("user", scalar)]).named(path));
            }
            _ => find(item, &path, drafts),
        }
    }
}

/// The texts of the system and of the user in a map that has one of each: they are one prompt. Several of one kind are prompts of their own.
fn pair(node: &Node) -> Option<[&MapEntry; 2]> {
    let only = |wanted: &str| {
        let mut found = node.entries().iter().filter(|entry| role(&entry.key.text) == Some(wanted));
        let first = found.find(|entry| entry.value.scalar().is_some_and(|scalar| !scalar.text.is_empty()))?;
        (!found.any(|entry| entry.value.scalar().is_some())).then_some(first)
    };
    Some([only("system")?, only("user")?])
}

fn role(key: &str) -> Option<&'static str> {
    let key = key.to_ascii_lowercase();
    let words: Vec<&str> = key.split(|letter: char| !letter.is_alphanumeric()).collect();
    ROLES.iter().find(|(_, known)| words.iter().any(|word| known.contains(word))).map(|(role, _)| *role)
}

fn is_prompt(scalar: &Scalar) -> bool {
    // An address, a digest, a list of names without blanks: no sentence.
    if scalar.text.is_ascii() && scalar.text.split_whitespace().nth(2).is_none() && !scalar.text.contains('{') {
        return false;
    }
    !scalar.is_bare && scalar.text.trim().contains('\n') || scalar.text.chars().count() >= SHORTEST
}
