//! Readers of syntax trees: the steps that are the same in every language.

use tree_sitter::Node;

use super::code::{Expression, ExpressionKind, Statement};
use super::tree::{DEEPEST, child, children, text};

/// The reader of a language: one statement, one value. The walk through a file, and its depth, are the same for all.
pub(super) trait TreeReader {
    /// The text of the file.
    fn source(&self) -> &str;

    /// The statements that a node is; none for what says nothing of texts.
    fn read_statement(&self, node: Node<'_>, depth: usize) -> Vec<Statement>;

    /// The value that a node is.
    fn read_value(&self, node: Node<'_>, depth: usize) -> Expression;

    /// The statements of a node, unless it lies too deep.
    fn statement(&self, node: Node<'_>, depth: usize) -> Vec<Statement> {
        if depth > DEEPEST {
            let value = Expression { kind: ExpressionKind::TooDeep, span: node.byte_range() };
            return vec![Statement::Do(value)];
        }
        let head = headed(node).into_iter().map(|value| Statement::Do(self.value(value, depth)));
        head.chain(self.read_statement(node, depth)).collect()
    }

    /// The value of a node; one that lies too deep is not followed.
    fn value(&self, node: Node<'_>, depth: usize) -> Expression {
        let node = within_brackets(node);
        if depth > DEEPEST {
            return Expression { kind: ExpressionKind::TooDeep, span: node.byte_range() };
        }
        self.read_value(node, depth)
    }

    /// The values of nodes below one.
    fn values(&self, nodes: Vec<Node<'_>>, depth: usize) -> Vec<Expression> {
        nodes.into_iter().map(|node| self.value(node, depth + 1)).collect()
    }

    /// The statements below a node.
    fn block(&self, node: Node<'_>, depth: usize) -> Vec<Statement> {
        children(node).into_iter().flat_map(|child| self.statement(child, depth + 1)).collect()
    }

    /// A block, or a statement in place of one.
    fn body(&self, node: Option<Node<'_>>, depth: usize) -> Vec<Statement> {
        node.map(|node| self.statement(node, depth + 1)).unwrap_or_default()
    }

    /// A node as it is written.
    fn text(&self, node: Node<'_>) -> String {
        text(node, self.source()).to_owned()
    }

    /// The child of a node in that role as it is written; nothing if it has none.
    fn field(&self, node: Node<'_>, name: &str) -> String {
        child(node, name).map(|node| self.text(node)).unwrap_or_default()
    }

    /// A choice by the value in a role, an arm for each of its cases.
    fn switch(&self, node: Node<'_>, by: &str, depth: usize) -> Statement {
        let cases = child(node, "body").map(children).unwrap_or_default();
        let is_exhaustive = cases.iter().any(|case| self.text(*case).starts_with("default"));
        let arms = cases.into_iter().map(|case| self.block(case, depth)).collect();
        Statement::Branch { condition: self.field(node, by), arms, is_exhaustive }
    }

    /// The condition of a statement, without the brackets around it that belong to the statement.
    fn condition_in_brackets(&self, node: Node<'_>) -> String {
        let written = self.field(node, "condition");
        let inner = written.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
        inner.unwrap_or(&written).trim().to_owned()
    }
}

/// The node within brackets that only group, however many there are.
fn within_brackets(node: Node<'_>) -> Node<'_> {
    let mut node = node;
    while node.kind() == "parenthesized_expression" {
        match children(node).as_slice() {
            [only] => node = *only,
            _ => break,
        }
    }
    node
}

/// The values in the head of a statement: a condition, all that a loop runs over, all that `with` opens.
fn headed(node: Node<'_>) -> Vec<Node<'_>> {
    let kind = node.kind();
    if kind == "with_statement" {
        let clauses = children(node).into_iter().filter(|child| child.kind() == "with_clause");
        return clauses.flat_map(children).filter_map(|item| child(item, "value")).collect();
    }
    let is_headed = ["if_statement", "while_statement", "do_statement", "switch_statement", "match_statement"]
        .contains(&kind)
        || kind.starts_with("for") && kind.ends_with("_statement")
        || kind == "enhanced_for_statement";
    let fields: &[&str] = if is_headed { &["condition", "right", "value", "subject"] } else { &[] };
    fields.iter().filter_map(|field| child(node, field)).collect()
}
