//! SWE-agent and mini-swe-agent configurations: `agent.system_template` and `agent.instance_template`, in Jinja.

use super::draft::{Draft, DraftMessage, Shape, ShapeInput};
use crate::document::Node;
use crate::template::Syntax;

pub(super) const SHAPE: Shape = Shape { name: "swe-agent", read };

/// The templates that open a conversation, with their roles.
const OPENING: [(&str, &str); 2] = [("system_template", "system"), ("instance_template", "user")];

fn read(input: &ShapeInput<'_>) -> Option<Vec<Draft>> {
    let root = input.documents.first()?;
    let agent = root.get("agent").unwrap_or(root);
    let templates = agent.get("templates").unwrap_or(agent);
    let messages: Vec<DraftMessage> = OPENING
        .iter()
        .filter_map(|(key, role)| Some(DraftMessage::new(role, templates.get(key).and_then(Node::scalar)?)))
        .collect();
    (!messages.is_empty()).then(|| vec![Draft::from_messages(messages).with(Syntax::Jinja)])
}
