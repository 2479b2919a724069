//! Syntax trees of source files, by the grammars of tree-sitter.

use tree_sitter::{Language, Node, Parser, Tree};

/// The deepest nesting that is followed.
pub(super) const DEEPEST: usize = 150;

/// Parses a file; `None` if the grammar does not fit the library, which the tests rule out.
pub(super) fn parse(text: &str, grammar: &Language) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(grammar).ok()?;
    parser.parse(text, None)
}

/// The named children of a node, comments left out.
pub(super) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| !child.kind().ends_with("comment")).collect()
}

/// The child of a node in that role.
pub(super) fn child<'a>(node: Node<'a>, field: &str) -> Option<Node<'a>> {
    node.child_by_field_name(field)
}

/// The children of a node in that role.
pub(super) fn all<'a>(node: Node<'a>, field: &str) -> Vec<Node<'a>> {
    let mut cursor = node.walk();
    node.children_by_field_name(field, &mut cursor).collect()
}

/// The text of a node.
pub(super) fn text<'a>(node: Node<'_>, source: &'a str) -> &'a str {
    source.get(node.byte_range()).unwrap_or_default()
}

/// The operands of a chain such as `a + b + c`, however long; `None` if the node is no such operation.
pub(super) fn operands<'a>(node: Node<'a>, operator: &str, source: &str) -> Option<Vec<Node<'a>>> {
    let sides = |node: Node<'a>| {
        let (left, right) = (child(node, "left")?, child(node, "right")?);
        let between = source.get(left.end_byte()..right.start_byte())?;
        (between.trim() == operator).then_some((left, right))
    };
    let (mut first, last) = sides(node)?;
    let mut found = vec![last];
    while let Some((left, right)) = sides(first).filter(|_| first.kind() == node.kind()) {
        found.push(right);
        first = left;
    }
    found.push(first);
    found.reverse();
    Some(found)
}
