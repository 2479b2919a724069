//! `CrewAI`'s `agents.yaml` and `tasks.yaml`: each agent's role, backstory and goal, each task's description and expected output, worded
//! as `CrewAI` words them.

use super::draft::{Draft, DraftMessage, Shape, ShapeInput};
use crate::document::{Node, SourceMap};
use crate::template::{Passage, Syntax};

pub(super) const SHAPE: Shape = Shape { name: "crewai", read };

fn read(input: &ShapeInput<'_>) -> Option<Vec<Draft>> {
    let root = input.documents.first()?;
    let drafts = root.entries().iter().map(|entry| Some(draft(&entry.value)?.named(entry.key.text.clone())));
    drafts.collect::<Option<Vec<_>>>().filter(|drafts| !drafts.is_empty())
}

/// An agent is the system's, a task the user's.
fn draft(node: &Node) -> Option<Draft> {
    let has = |key: &str| node.get(key).and_then(Node::scalar).is_some();
    let (role, parts): (&str, &[(&str, &str)]) = if has("role") && has("goal") && has("backstory") {
        ("system", &[("You are ", "role"), (". ", "backstory"), ("\nYour personal goal is: ", "goal")])
    } else if has("description") && has("expected_output") {
        let expected = "\n\nThis is the expected criteria for your final answer: ";
        ("user", &[("", "description"), (expected, "expected_output")])
    } else {
        return None;
    };
    let mut passages = Vec::new();
    for (before, key) in parts {
        let scalar = node.get(key).and_then(Node::scalar)?;
        let map = SourceMap::verbatim(scalar.map.at(0));
        passages.extend((!before.is_empty()).then(|| Passage { text: (*before).to_owned(), map }));
        // CrewAI strips neither; a block's last line feed is part of it.
        passages.push(Passage::from_scalar(scalar));
    }
    let at = passages.first()?.map.at(0);
    Some(Draft::from_messages(vec![DraftMessage { role: role.into(), passages, at }]).with(Syntax::Braces))
}
