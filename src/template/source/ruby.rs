//! Ruby: here-documents, interpolation, hashes, methods that return their last value.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::code::{
    Argument, Call, Class, Expression, ExpressionKind, Field, Function, LiteralBuilder, Statement, shared_indent,
};
use super::escape;
use super::reader::TreeReader;
use super::tree::{DEEPEST, child, children, operands, text};

/// Reads the statements of a file.
pub(super) fn read(root: Node<'_>, source: &str) -> Vec<Statement> {
    let (mut begins, mut bodies) = (Vec::new(), Vec::new());
    documents(root, 0, &mut begins, &mut bodies);
    let documents = begins.into_iter().zip(bodies).collect();
    RubyReader { source, documents }.block(root, 0)
}

struct RubyReader<'a> {
    source: &'a str,
    /// The texts of here-documents by the byte at which they are announced.
    documents: BTreeMap<usize, Node<'a>>,
}

/// The beginnings of here-documents and their texts, which follow in the same order.
fn documents<'a>(node: Node<'a>, depth: usize, begins: &mut Vec<usize>, bodies: &mut Vec<Node<'a>>) {
    if depth > DEEPEST {
        return;
    }
    match node.kind() {
        "heredoc_beginning" => begins.push(node.start_byte()),
        "heredoc_body" => bodies.push(node),
        _ => {}
    }
    for child in children(node) {
        documents(child, depth + 1, begins, bodies);
    }
}

impl TreeReader for RubyReader<'_> {
    fn source(&self) -> &str {
        self.source
    }

    fn read_statement(&self, node: Node<'_>, depth: usize) -> Vec<Statement> {
        match node.kind() {
            "assignment" | "operator_assignment" => self.assignment(node, depth).into_iter().collect(),
            "method" | "singleton_method" => vec![Statement::Function(self.function(node, depth))],
            // `class << self`.
            "singleton_class" => child(node, "body").map(|body| self.block(body, depth)).unwrap_or_default(),
            "class" | "module" => {
                let body = child(node, "body").map(|body| self.block(body, depth)).unwrap_or_default();
                let bases = child(node, "superclass").map(|base| self.text(base)).into_iter().collect();
                vec![Statement::Class(Class { name: self.field(node, "name"), bases, docstring: None, body })]
            }
            "return" => {
                let values = children(node).into_iter().flat_map(children);
                values.take(1).map(|value| Statement::Return(self.value(value, depth))).collect()
            }
            "if" | "unless" | "elsif" => {
                let other = child(node, "alternative");
                let mut arms = vec![self.body(child(node, "consequence"), depth)];
                arms.extend(other.map(|other| self.statement(other, depth + 1)));
                vec![Statement::Branch { condition: self.condition(node), arms, is_exhaustive: other.is_some() }]
            }
            "if_modifier" | "unless_modifier" => {
                let arms = vec![self.body(child(node, "body"), depth)];
                vec![Statement::Branch { condition: self.condition(node), arms, is_exhaustive: false }]
            }
            "case" => {
                let arms: Vec<Node<'_>> =
                    children(node).into_iter().filter(|child| ["when", "else"].contains(&child.kind())).collect();
                let is_exhaustive = arms.iter().any(|arm| arm.kind() == "else");
                let arm = |arm: &Node<'_>| match child(*arm, "body") {
                    Some(body) => self.block(body, depth),
                    None => self.block(*arm, depth),
                };
                let arms = arms.iter().map(arm).collect();
                vec![Statement::Branch { condition: self.field(node, "value"), arms, is_exhaustive }]
            }
            "while" | "until" | "for" => {
                let body = self.body(child(node, "body"), depth);
                vec![Statement::Repeat { over: self.field(node, "condition"), items: None, binds: Vec::new(), body }]
            }
            "call" if child(node, "block").is_some() => self.with_block(node, depth),
            "then"
            | "else"
            | "begin"
            | "body_statement"
            | "do"
            | "ensure"
            | "rescue"
            | "begin_block"
            | "parenthesized_statements" => self.block(node, depth),
            "heredoc_body" | "comment" | "string" => Vec::new(),
            "binary" if self.field(node, "operator") == "<<" => self.shifted(node, depth),
            _ => vec![Statement::Do(self.value(node, depth))],
        }
    }

    fn read_value(&self, node: Node<'_>, depth: usize) -> Expression {
        let span = node.byte_range();
        let below = |nodes| self.values(nodes, depth);
        let kind = match node.kind() {
            "string" => return self.literal(node, depth),
            "heredoc_beginning" => return self.document(node, depth),
            // `+"…"` is a text that may grow.
            "unary" if ["+", "-"].contains(&self.field(node, "operator").as_str()) => match child(node, "operand") {
                Some(operand) => return self.value(operand, depth + 1),
                None => ExpressionKind::Other(Vec::new()),
            },
            "chained_string" => ExpressionKind::Joined(below(children(node))),
            "parenthesized_statements" => match children(node).as_slice() {
                [only] => return self.value(*only, depth + 1),
                several => ExpressionKind::Other(below(several.to_vec())),
            },
            "binary" => return self.operator(node, depth),
            "conditional" => match (child(node, "consequence"), child(node, "alternative")) {
                (Some(yes), Some(no)) => {
                    let condition = self.field(node, "condition");
                    ExpressionKind::Either { condition, branches: below(vec![yes, no]) }
                }
                _ => ExpressionKind::Other(below(children(node))),
            },
            "identifier" | "constant" | "self" | "scope_resolution" => ExpressionKind::Name(self.text(node)),
            "instance_variable" | "class_variable" => {
                ExpressionKind::Name(self.text(node).trim_start_matches('@').to_owned())
            }
            "call" if is_path(node) => ExpressionKind::Name(self.text(node)),
            "call" => ExpressionKind::Call(Box::new(self.call(node, depth))),
            "hash" => ExpressionKind::Record(children(node).into_iter().map(|pair| self.pair(pair, depth)).collect()),
            "array" => ExpressionKind::List(below(children(node))),
            "splat_argument" => match children(node).as_slice() {
                [only] => ExpressionKind::Spread(Box::new(self.value(*only, depth + 1))),
                _ => ExpressionKind::Other(Vec::new()),
            },
            "lambda" | "block" | "do_block" => {
                let body = child(node, "body").map(|body| self.block(body, depth)).unwrap_or_default();
                ExpressionKind::Function(Box::new(Function { body, ..Function::default() }))
            }
            "if" | "case" | "begin" => {
                let body = self.statement(node, depth + 1);
                ExpressionKind::Function(Box::new(Function { body, ..Function::default() }))
            }
            _ => ExpressionKind::Other(below(children(node))),
        };
        Expression { kind, span }
    }
}

impl RubyReader<'_> {
    /// `text << more`.
    fn shifted(&self, node: Node<'_>, depth: usize) -> Vec<Statement> {
        match (child(node, "left"), child(node, "right")) {
            (Some(left), Some(right)) if is_path(left) => vec![Statement::Bind {
                target: self.text(left),
                value: self.value(right, depth),
                annotation: None,
                is_growing: true,
            }],
            _ => vec![Statement::Do(self.value(node, depth))],
        }
    }

    /// The condition of an `if` or `unless`, with the word that turns it around.
    fn condition(&self, node: Node<'_>) -> String {
        let turned = if node.kind().starts_with("unless") { "unless " } else { "" };
        format!("{turned}{}", self.field(node, "condition"))
    }

    /// A call with a block: `items.each do … end` repeats it.
    fn with_block(&self, node: Node<'_>, depth: usize) -> Vec<Statement> {
        let block = child(node, "block");
        let parameters = block.and_then(|block| child(block, "parameters")).map(children).unwrap_or_default();
        let body = block.and_then(|block| child(block, "body")).map(|body| self.block(body, depth)).unwrap_or_default();
        let repeated = Statement::Repeat {
            over: self.field(node, "receiver"),
            items: child(node, "receiver").map(|items| self.value(items, depth + 1)),
            binds: parameters.into_iter().map(|parameter| self.text(parameter)).collect(),
            body,
        };
        vec![Statement::Do(self.value(node, depth)), repeated]
    }

    fn assignment(&self, node: Node<'_>, depth: usize) -> Option<Statement> {
        let (left, right) = (child(node, "left")?, child(node, "right")?);
        let between = self.source.get(left.end_byte()..right.start_byte()).unwrap_or_default();
        let value = self.value(right, depth);
        Some(match value.kind {
            ExpressionKind::Function(function) => {
                Statement::Function(Function { name: Some(self.text(left)), ..*function })
            }
            _ => Statement::Bind {
                target: self.target(left),
                value,
                annotation: None,
                is_growing: between.trim() == "+=",
            },
        })
    }

    /// The name that is bound; an attribute of an object by itself is written as one elsewhere.
    fn target(&self, node: Node<'_>) -> String {
        self.text(node).trim_start_matches('@').to_owned()
    }

    fn function(&self, node: Node<'_>, depth: usize) -> Function {
        let parameters = child(node, "parameters").map(children).unwrap_or_default();
        let name =
            |node: &Node<'_>| self.text(child(*node, "name").unwrap_or(*node)).trim_matches(['*', '&', ':']).to_owned();
        let default = |node: &Node<'_>| {
            let (name, value) = (child(*node, "name")?, child(*node, "value")?);
            Some(Field { name: self.text(name), value: self.value(value, depth + 1) })
        };
        Function {
            name: Some(self.field(node, "name")),
            parameters: parameters.iter().map(name).collect(),
            defaults: parameters.iter().filter_map(default).collect(),
            body: self.last_returned(child(node, "body"), depth),
            ..Function::default()
        }
    }

    /// A body, whose last value it returns.
    fn last_returned(&self, body: Option<Node<'_>>, depth: usize) -> Vec<Statement> {
        let Some(body) = body else { return Vec::new() };
        let is_block = ["body_statement", "then", "else", "begin"].contains(&body.kind());
        let nodes = if is_block { children(body) } else { vec![body] };
        let nodes: Vec<Node<'_>> = nodes.into_iter().filter(|node| node.kind() != "heredoc_body").collect();
        let Some((last, before)) = nodes.split_last() else { return Vec::new() };
        let mut found: Vec<Statement> = before.iter().flat_map(|node| self.statement(*node, depth + 1)).collect();
        found.extend(self.returned(*last, depth + 1));
        found
    }

    /// The last statement of a function, whose value it gives: that of the arm that is taken.
    fn returned(&self, node: Node<'_>, depth: usize) -> Vec<Statement> {
        const VALUES: &[&str] =
            &["string", "chained_string", "heredoc_beginning", "call", "array", "hash", "binary", "identifier"];
        match node.kind() {
            "if" | "unless" | "elsif" => {
                let other = child(node, "alternative");
                let mut arms = vec![self.last_returned(child(node, "consequence"), depth)];
                arms.extend(other.map(|other| match other.kind() {
                    "elsif" => self.returned(other, depth + 1),
                    _ => self.last_returned(Some(other), depth),
                }));
                vec![Statement::Branch { condition: self.condition(node), arms, is_exhaustive: other.is_some() }]
            }
            kind if VALUES.contains(&kind) && child(node, "block").is_none() => {
                vec![Statement::Return(self.value(node, depth))]
            }
            _ => self.statement(node, depth),
        }
    }

    fn operator(&self, node: Node<'_>, depth: usize) -> Expression {
        let span = node.byte_range();
        let (Some(left), Some(right)) = (child(node, "left"), child(node, "right")) else {
            return Expression::other(span, Vec::new());
        };
        if let Some(parts) = operands(node, "+", self.source) {
            let parts = parts.into_iter().map(|part| self.value(part, depth + 1)).collect();
            return Expression { kind: ExpressionKind::Joined(parts), span };
        }
        let operator = self.field(node, "operator");
        let both = || vec![self.value(left, depth + 1), self.value(right, depth + 1)];
        let kind = match operator.as_str() {
            "||" => ExpressionKind::Either { condition: self.text(left), branches: both() },
            "%" if ["string", "heredoc_beginning", "constant", "identifier"].contains(&left.kind()) => {
                let arguments = vec![Argument { name: None, value: self.value(right, depth + 1) }];
                let receiver = Some(self.value(left, depth + 1));
                ExpressionKind::Call(Box::new(Call { function: "%".into(), receiver, arguments }))
            }
            _ => ExpressionKind::Other(both()),
        };
        Expression { kind, span }
    }

    fn pair(&self, node: Node<'_>, depth: usize) -> Field {
        match (child(node, "key"), child(node, "value")) {
            (Some(key), value) => {
                let name = self.text(key).trim_matches([':', '"', '\'']).to_owned();
                // `{name:}` is short for `{name: name}`.
                Field { name, value: self.value(value.unwrap_or(key), depth + 1) }
            }
            _ => Field { name: String::new(), value: self.value(node, depth + 1) },
        }
    }

    fn call(&self, node: Node<'_>, depth: usize) -> Call {
        let receiver = child(node, "receiver");
        let method = self.field(node, "method");
        let path = receiver.filter(|receiver| is_path(*receiver)).map(|receiver| self.text(receiver));
        let function = match path {
            // `Name.new(…)` is called by its name.
            Some(path) if method == "new" => path.replace("::", "."),
            Some(path) => format!("{}.{method}", path.replace("::", ".")),
            None => method,
        };
        let given = child(node, "arguments").map(children).unwrap_or_default();
        let argument = |node: Node<'_>| match node.kind() {
            "pair" => {
                let Field { name, value } = self.pair(node, depth);
                Argument { name: Some(name), value }
            }
            _ => Argument { name: None, value: self.value(node, depth + 1) },
        };
        let block = child(node, "block").filter(|block| block.kind() == "block");
        let mut arguments: Vec<Argument> = given.into_iter().map(argument).collect();
        arguments.extend(block.map(|block| Argument { name: None, value: self.value(block, depth + 1) }));
        Call { function, receiver: receiver.map(|receiver| self.value(receiver, depth + 1)), arguments }
    }

    fn literal(&self, node: Node<'_>, depth: usize) -> Expression {
        let begin = children(node).first().map_or(node.start_byte() + 1, Node::start_byte);
        let mut literal = LiteralBuilder::new(begin);
        for part in children(node) {
            let written = text(part, self.source);
            match part.kind() {
                "escape_sequence" => literal.text(&escape::of_others(written), part.start_byte()),
                "interpolation" => {
                    let inner = children(part).first().map(|inner| self.value(*inner, depth + 1));
                    literal.value(inner, part.byte_range());
                }
                _ => literal.lines(written, part.start_byte()),
            }
        }
        literal.finish(node.byte_range())
    }

    /// The text of a here-document.
    fn document(&self, begin: Node<'_>, depth: usize) -> Expression {
        let Some(body) = self.documents.get(&begin.start_byte()) else {
            return Expression::other(begin.byte_range(), Vec::new());
        };
        let mark = text(begin, self.source);
        let parts: Vec<Node<'_>> = children(*body).into_iter().filter(|part| part.kind() != "heredoc_end").collect();
        let end = children(*body).into_iter().find(|part| part.kind() == "heredoc_end");
        let stop = end.map_or(body.end_byte(), |end| end.start_byte());
        let whole = self.source.get(body.start_byte()..stop).unwrap_or_default();
        let skipped = whole.find('\n').map_or(0, |found| found + 1);
        let (first, stop) =
            (body.start_byte() + skipped, body.start_byte() + whole.rfind('\n').map_or(0, |found| found + 1));
        let indent = if mark.starts_with("<<~") { shared_indent(whole.lines()) } else { 0 };
        let mut literal = LiteralBuilder::new(first);
        let mut is_start = true;
        for part in parts {
            let range = part.start_byte().max(first)..part.end_byte().min(stop);
            if range.is_empty() {
                continue;
            }
            let written = self.source.get(range.clone()).unwrap_or_default();
            match part.kind() {
                "escape_sequence" => literal.text(&escape::of_others(written), range.start),
                "interpolation" => {
                    let inner = children(part).first().map(|inner| self.value(*inner, depth + 1));
                    literal.value(inner, part.byte_range());
                    is_start = false;
                }
                _ => literal.unindented(written, range.start, indent, &mut is_start),
            }
        }
        literal.finish(first..stop)
    }
}

/// Tells whether a node is names joined by dots.
fn is_path(node: Node<'_>) -> bool {
    let mut node = node;
    while node.kind() == "call" && child(node, "arguments").is_none() && child(node, "block").is_none() {
        let Some(receiver) = child(node, "receiver") else { return false };
        node = receiver;
    }
    ["identifier", "constant", "self", "instance_variable", "scope_resolution"].contains(&node.kind())
}
