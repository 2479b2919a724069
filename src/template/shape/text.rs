//! A plain text: one message, by the system unless the file's name says otherwise.

use super::draft::{Draft, DraftMessage, Shape, ShapeInput, role};
use super::front_matter::by_role_lines;
use crate::template::Passage;

pub(super) const SHAPE: Shape = Shape { name: "text", read: |input| Some(read(input)) };

fn read(input: &ShapeInput<'_>) -> Vec<Draft> {
    let text = input.source.text();
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    if begins_with_a_role(&text[start..]) {
        return vec![Draft::from_messages(by_role_lines(input.source, start..text.len()))];
    }
    let passage = Passage::verbatim(input.source, start..text.len());
    vec![Draft::from_messages(vec![DraftMessage {
        role: role_of(input.source.label()).into(),
        passages: vec![passage],
        at: start,
    }])]
}

/// Tells whether the first line is the heading of a message, as promptflow has them: `system:`, `# user:`.
fn begins_with_a_role(text: &str) -> bool {
    let first = text.trim_start().lines().next().unwrap_or_default();
    first.trim().trim_start_matches('#').trim().strip_suffix(':').is_some_and(|word| role(word).is_some())
}

/// The role that a word of the file's name says.
pub(super) fn role_of(label: &str) -> &'static str {
    let file = label.rsplit(['/', '\\', ':']).next().unwrap_or(label);
    let mut words = file.split(|letter: char| !letter.is_alphanumeric());
    words.find_map(role).filter(|role| *role == "user" || *role == "assistant").unwrap_or("system")
}
