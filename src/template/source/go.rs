//! Go: raw and interpreted literals, composite literals as records and lists, `Sprintf`, builders, receivers as classes.

use tree_sitter::Node;

use super::code::{
    Argument, Call, Class, Expression, ExpressionKind, Field, Function, LiteralBuilder, Statement, TextBuilder,
};
use super::escape;
use super::reader::TreeReader;
use super::tree::{all, child, children, operands, text};

/// Reads the statements of a file.
pub(super) fn read(root: Node<'_>, source: &str) -> Vec<Statement> {
    GoReader { source }.block(root, 0)
}

/// The declarations of constants and variables in a package's files that hold a text, outside functions.
pub(super) fn declarations(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut found, mut at, mut depth, mut begun, mut has_text) = (String::new(), 0, 0_usize, None, false);
    while at < bytes.len() {
        let is_line = at == 0 || bytes[at - 1] == b'\n';
        if depth == 0 && is_line && ["const ", "const(", "var ", "var("].iter().any(|word| text[at..].starts_with(word))
        {
            (begun, has_text) = (Some(at), false);
        }
        match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at = text[at..].find('\n').map_or(bytes.len(), |length| at + length);
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at = text[at..].find("*/").map_or(bytes.len(), |length| at + length + 2);
                continue;
            }
            quote @ (b'"' | b'`' | b'\'') => {
                has_text |= quote != b'\'';
                at = end_of_literal(bytes, at);
                continue;
            }
            b'(' | b'{' | b'[' => depth += 1,
            b')' | b'}' | b']' => depth = depth.saturating_sub(1),
            b'\n' if depth == 0 => {
                if let Some(start) = begun.take().filter(|_| has_text) {
                    found.push_str(&text[start..=at]);
                }
            }
            _ => {}
        }
        at += 1;
    }
    found.push_str(begun.filter(|_| has_text).map_or("", |start| &text[start..]));
    found
}

/// The first byte behind a literal, whose first quote stands here.
fn end_of_literal(bytes: &[u8], at: usize) -> usize {
    let (quote, mut end) = (bytes[at], at + 1);
    while end < bytes.len() && bytes[end] != quote && (quote == b'`' || bytes[end] != b'\n') {
        end += if bytes[end] == b'\\' && quote != b'`' { 2 } else { 1 };
    }
    (end + 1).min(bytes.len())
}

struct GoReader<'a> {
    source: &'a str,
}

impl TreeReader for GoReader<'_> {
    fn source(&self) -> &str {
        self.source
    }

    fn read_statement(&self, node: Node<'_>, depth: usize) -> Vec<Statement> {
        match node.kind() {
            "const_spec" | "var_spec" => {
                self.bound(all(node, "name"), child(node, "value"), child(node, "type"), depth)
            }
            "short_var_declaration" => {
                self.bound(child(node, "left").map(children).unwrap_or_default(), child(node, "right"), None, depth)
            }
            "assignment_statement" => self.assigned(node, depth),
            "function_declaration" => vec![Statement::Function(self.function(node, depth))],
            "method_declaration" => {
                let receiver = self.field(node, "receiver");
                let last = receiver.trim_matches(['(', ')']).rsplit([' ', '*']).next().unwrap_or_default();
                let body = vec![Statement::Function(self.function(node, depth))];
                let name = last.split('[').next().unwrap_or_default().to_owned();
                vec![Statement::Class(Class { name, bases: Vec::new(), docstring: None, body })]
            }
            "return_statement" => {
                let values = children(node).into_iter().flat_map(children);
                values.map(|value| Statement::Return(self.value(value, depth))).collect()
            }
            "if_statement" => {
                let mut found = self.body(child(node, "initializer"), depth);
                let other = child(node, "alternative");
                let mut arms = vec![self.body(child(node, "consequence"), depth)];
                arms.extend(other.map(|other| self.statement(other, depth + 1)));
                let condition = self.field(node, "condition");
                found.push(Statement::Branch { condition, arms, is_exhaustive: other.is_some() });
                found
            }
            "for_statement" => {
                let range = children(node).into_iter().find(|child| child.kind() == "range_clause");
                let over = range.map(|range| self.field(range, "right")).unwrap_or_default();
                let left = range.and_then(|range| child(range, "left")).map(children).unwrap_or_default();
                let binds = left.into_iter().map(|name| self.text(name)).collect();
                vec![Statement::Repeat { over, items: None, binds, body: self.body(child(node, "body"), depth) }]
            }
            "expression_switch_statement" | "type_switch_statement" | "select_statement" => {
                let cases: Vec<Node<'_>> = children(node)
                    .into_iter()
                    .filter(|child| child.kind().ends_with("_case") || child.kind() == "communication_case")
                    .collect();
                let is_exhaustive = cases.iter().any(|case| case.kind() == "default_case");
                let arms = cases.into_iter().map(|case| self.block(case, depth)).collect();
                vec![Statement::Branch { condition: self.field(node, "value"), arms, is_exhaustive }]
            }
            "expression_statement" | "go_statement" | "defer_statement" => {
                children(node).into_iter().map(|value| Statement::Do(self.value(value, depth))).collect()
            }
            "const_declaration" | "var_declaration" | "var_spec_list" | "block" | "statement_list"
            | "labeled_statement" => self.block(node, depth),
            _ => Vec::new(),
        }
    }

    fn read_value(&self, node: Node<'_>, depth: usize) -> Expression {
        let span = node.byte_range();
        let below = |nodes| self.values(nodes, depth);
        let kind = match node.kind() {
            "interpreted_string_literal" | "raw_string_literal" => return self.literal(node),
            "parenthesized_expression" | "unary_expression" | "literal_element" => match children(node).as_slice() {
                [only] => return self.value(*only, depth + 1),
                several => ExpressionKind::Other(below(several.to_vec())),
            },
            "binary_expression" => match operands(node, "+", self.source) {
                Some(parts) => ExpressionKind::Joined(below(parts)),
                None => ExpressionKind::Other(below(children(node))),
            },
            "identifier" | "field_identifier" => ExpressionKind::Name(self.text(node)),
            "selector_expression" if is_path(node) => ExpressionKind::Name(self.text(node)),
            "call_expression" => ExpressionKind::Call(Box::new(self.call(node, depth))),
            "type_conversion_expression" => return self.inner(node, "operand", depth),
            "composite_literal" => return self.inner(node, "body", depth),
            "literal_value" => {
                let items = children(node);
                if items.first().is_some_and(|item| item.kind() == "keyed_element") {
                    ExpressionKind::Record(items.into_iter().map(|item| self.keyed(item, depth)).collect())
                } else {
                    ExpressionKind::List(below(items))
                }
            }
            "variadic_argument" => match children(node).as_slice() {
                [only] => ExpressionKind::Spread(Box::new(self.value(*only, depth + 1))),
                _ => ExpressionKind::Other(Vec::new()),
            },
            "func_literal" => ExpressionKind::Function(Box::new(self.function(node, depth))),
            _ => ExpressionKind::Other(below(children(node))),
        };
        Expression { kind, span }
    }
}

impl GoReader<'_> {
    /// Names with their values; one without a value is an empty text if its type is a text or a builder of one.
    fn bound(
        &self,
        names: Vec<Node<'_>>,
        values: Option<Node<'_>>,
        kind: Option<Node<'_>>,
        depth: usize,
    ) -> Vec<Statement> {
        let annotation = kind.map(|kind| self.text(kind));
        let is_text = |kind: &str| kind == "string" || kind.ends_with("Builder") || kind == "bytes.Buffer";
        // One of the package may be given its text elsewhere, as by `//go:embed`.
        let is_local = names.first().is_some_and(|name| !is_of_package(*name));
        let is_builder = annotation.as_deref().is_some_and(|kind| kind != "string" && is_text(kind));
        let is_text = is_builder || is_local && annotation.as_deref().is_some_and(is_text);
        let is_list = annotation.as_deref().is_some_and(|kind| kind.starts_with("[]"));
        let given = values.is_some();
        let mut values = values.map(children).unwrap_or_default().into_iter();
        let one = |name: Node<'_>| {
            let value = match values.next() {
                Some(value) => self.value(value, depth),
                None if is_text => empty(name.end_byte()),
                None if is_list => Expression { kind: ExpressionKind::List(Vec::new()), span: name.byte_range() },
                // `text, err := render()`.
                None if given => Expression::other(name.byte_range(), Vec::new()),
                None => return None,
            };
            let target = self.text(name);
            Some(match value.kind {
                ExpressionKind::Function(function) => Statement::Function(Function { name: Some(target), ..*function }),
                _ => Statement::Bind { target, value, annotation: annotation.clone(), is_growing: false },
            })
        };
        names.into_iter().filter(|name| name.kind() != "blank_identifier").filter_map(one).collect()
    }

    fn assigned(&self, node: Node<'_>, depth: usize) -> Vec<Statement> {
        let names = child(node, "left").map(children).unwrap_or_default();
        if self.field(node, "operator") != "+=" {
            return self.bound(names, child(node, "right"), None, depth);
        }
        let values = child(node, "right").map(children).unwrap_or_default();
        let grow = |(name, value): (Node<'_>, Node<'_>)| Statement::Bind {
            target: self.text(name),
            value: self.value(value, depth),
            annotation: None,
            is_growing: true,
        };
        names.into_iter().zip(values).map(grow).collect()
    }

    fn function(&self, node: Node<'_>, depth: usize) -> Function {
        let parameters = child(node, "parameters").map(children).unwrap_or_default();
        let names = parameters.into_iter().flat_map(|parameter| all(parameter, "name"));
        Function {
            name: child(node, "name").map(|name| self.text(name)),
            parameters: names.map(|name| self.text(name)).collect(),
            body: self.body(child(node, "body"), depth),
            ..Function::default()
        }
    }

    fn inner(&self, node: Node<'_>, name: &str, depth: usize) -> Expression {
        child(node, name)
            .map_or_else(|| Expression::other(node.byte_range(), Vec::new()), |inner| self.value(inner, depth + 1))
    }

    fn keyed(&self, node: Node<'_>, depth: usize) -> Field {
        Field {
            name: self.field(node, "key").trim_matches(['"', '`']).to_owned(),
            value: self.inner(node, "value", depth),
        }
    }

    fn call(&self, node: Node<'_>, depth: usize) -> Call {
        let function = child(node, "function");
        let selector = function.filter(|function| function.kind() == "selector_expression");
        let receiver = selector.and_then(|selector| child(selector, "operand"));
        let last = || selector.map(|selector| self.field(selector, "field"));
        let written = function.filter(|function| is_path(*function)).map(|function| self.text(function));
        let arguments = child(node, "arguments").map(children).unwrap_or_default();
        let argument = |node: Node<'_>| Argument { name: None, value: self.value(node, depth + 1) };
        // `go func() {…}()`.
        let in_place = function.filter(|function| function.kind() == "func_literal");
        Call {
            function: written.or_else(last).unwrap_or_default(),
            receiver: receiver.map(|receiver| self.value(receiver, depth + 1)),
            arguments: arguments.into_iter().chain(in_place).map(argument).collect(),
        }
    }

    fn literal(&self, node: Node<'_>) -> Expression {
        let mut literal = LiteralBuilder::new(node.start_byte() + 1);
        for part in children(node) {
            let written = text(part, self.source);
            match part.kind() {
                "escape_sequence" => literal.text(&escape::of_others(written), part.start_byte()),
                _ => literal.lines(written, part.start_byte()),
            }
        }
        literal.finish(node.byte_range())
    }
}

/// A text without words.
fn empty(at: usize) -> Expression {
    Expression { kind: ExpressionKind::Text(TextBuilder::default().finish(at)), span: at..at }
}

/// Tells whether a declared name is one of the package, outside of all functions.
fn is_of_package(name: Node<'_>) -> bool {
    // The name's declaration, a list of those, the statement.
    let above = std::iter::successors(name.parent(), Node::parent).take(4);
    above.last().is_none_or(|node| node.kind() == "source_file")
}

/// Tells whether a node is names joined by dots.
fn is_path(node: Node<'_>) -> bool {
    let mut node = node;
    while node.kind() == "selector_expression" {
        let Some(operand) = child(node, "operand") else { return false };
        node = operand;
    }
    node.kind() == "identifier"
}
