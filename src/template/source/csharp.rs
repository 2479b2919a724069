//! C#: verbatim, raw and interpolated literals, object initializers as records, properties, attributes of functions for models.

use tree_sitter::Node;

use super::code::{Argument, Call, Class, Expression, ExpressionKind, Field, Function, LiteralBuilder, Statement};
use super::escape;
use super::reader::TreeReader;
use super::tree::{child, children, operands, text};

/// Reads the statements of a file.
pub(super) fn read(root: Node<'_>, source: &str) -> Vec<Statement> {
    CsharpReader { source }.block(root, 0)
}

struct CsharpReader<'a> {
    source: &'a str,
}

impl TreeReader for CsharpReader<'_> {
    fn source(&self) -> &str {
        self.source
    }

    fn read_statement(&self, node: Node<'_>, depth: usize) -> Vec<Statement> {
        match node.kind() {
            "class_declaration" | "interface_declaration" | "record_declaration" | "struct_declaration" => {
                let body = child(node, "body").map(|body| self.block(body, depth)).unwrap_or_default();
                vec![Statement::Class(Class {
                    name: self.field(node, "name"),
                    bases: Vec::new(),
                    docstring: None,
                    body,
                })]
            }
            "field_declaration" | "local_declaration_statement" | "variable_declaration" | "using_statement" => {
                self.declarations(node, depth)
            }
            "property_declaration" => self.property(node, depth).into_iter().collect(),
            "method_declaration" | "local_function_statement" | "constructor_declaration" => {
                vec![Statement::Function(self.function(node, depth))]
            }
            "return_statement" | "arrow_expression_clause" => {
                children(node).first().map(|value| Statement::Return(self.value(*value, depth))).into_iter().collect()
            }
            "if_statement" => {
                let other = child(node, "alternative");
                let mut arms = vec![self.body(child(node, "consequence"), depth)];
                arms.extend(other.map(|other| self.statement(other, depth + 1)));
                vec![Statement::Branch {
                    condition: self.field(node, "condition"),
                    arms,
                    is_exhaustive: other.is_some(),
                }]
            }
            "foreach_statement" | "for_statement" | "while_statement" | "do_statement" => {
                let over = child(node, "right").or_else(|| child(node, "condition"));
                let binds = child(node, "left").map(|left| self.text(left)).into_iter().collect();
                let body = self.body(child(node, "body"), depth);
                let items = child(node, "right").map(|items| self.value(items, depth + 1));
                vec![Statement::Repeat {
                    over: over.map(|over| self.text(over)).unwrap_or_default(),
                    items,
                    binds,
                    body,
                }]
            }
            "switch_statement" => vec![self.switch(node, "value", depth)],
            "expression_statement" => children(node).into_iter().map(|value| self.expressed(value, depth)).collect(),
            "namespace_declaration"
            | "declaration_list"
            | "global_statement"
            | "block"
            | "try_statement"
            | "catch_clause"
            | "finally_clause"
            | "lock_statement"
            | "file_scoped_namespace_declaration"
            | "checked_statement" => self.block(node, depth),
            _ => Vec::new(),
        }
    }

    fn read_value(&self, node: Node<'_>, depth: usize) -> Expression {
        let span = node.byte_range();
        let below = |nodes| self.values(nodes, depth);
        let last = |node| children(node).into_iter().next_back();
        let kind = match node.kind() {
            "string_literal" | "character_literal" => return self.literal(node),
            "verbatim_string_literal" => return self.verbatim(node),
            "raw_string_literal" | "interpolated_string_expression" => return self.interpolated(node, depth),
            "parenthesized_expression"
            | "await_expression"
            | "expression_element"
            | "collection_element"
            | "cast_expression"
            | "postfix_unary_expression" => match last(node) {
                Some(inner) => return self.value(inner, depth + 1),
                None => ExpressionKind::Other(Vec::new()),
            },
            "binary_expression" => self.operation(node, depth),
            "conditional_expression" => match (child(node, "consequence"), child(node, "alternative")) {
                (Some(yes), Some(no)) => {
                    let condition = self.field(node, "condition");
                    ExpressionKind::Either { condition, branches: below(vec![yes, no]) }
                }
                _ => ExpressionKind::Other(below(children(node))),
            },
            "switch_expression" => {
                let arms = children(node).into_iter().filter(|child| child.kind() == "switch_expression_arm");
                let condition = children(node).first().map(|value| self.text(*value)).unwrap_or_default();
                ExpressionKind::Either { condition, branches: below(arms.filter_map(last).collect()) }
            }
            "identifier" | "this" | "predefined_type" => ExpressionKind::Name(self.text(node)),
            "member_access_expression" if is_path(node) => ExpressionKind::Name(self.text(node)),
            "invocation_expression" => ExpressionKind::Call(Box::new(self.call(node, depth))),
            "object_creation_expression" | "implicit_object_creation_expression" => return self.created(node, depth),
            "anonymous_object_creation_expression" => ExpressionKind::Record(self.anonymous_fields(node, depth)),
            "initializer_expression" => return self.initialized(node, depth),
            "array_creation_expression" | "implicit_array_creation_expression" => match last(node) {
                Some(inner) if inner.kind() == "initializer_expression" => return self.value(inner, depth + 1),
                _ => ExpressionKind::Other(Vec::new()),
            },
            "collection_expression" => ExpressionKind::List(below(children(node))),
            "lambda_expression" => {
                let body = match child(node, "body") {
                    Some(body) if body.kind() == "block" => self.block(body, depth),
                    Some(value) => vec![Statement::Return(self.value(value, depth + 1))],
                    None => Vec::new(),
                };
                ExpressionKind::Function(Box::new(Function { body, ..Function::default() }))
            }
            _ => ExpressionKind::Other(below(children(node))),
        };
        Expression { kind, span }
    }
}

impl CsharpReader<'_> {
    /// The variables of a declaration, and the block of a `using`.
    fn declarations(&self, node: Node<'_>, depth: usize) -> Vec<Statement> {
        let annotation = child(node, "type").map(|kind| self.text(kind));
        let one = |node: Node<'_>| match node.kind() {
            "variable_declarator" => {
                let value = children(node).into_iter().nth(1).map(|value| self.value(value, depth));
                let target = self.field(node, "name");
                value.map(|value| bound(target, value, annotation.clone())).into_iter().collect()
            }
            _ => self.statement(node, depth + 1),
        };
        children(node).into_iter().flat_map(one).collect()
    }

    fn property(&self, node: Node<'_>, depth: usize) -> Option<Statement> {
        let name = self.field(node, "name");
        if let Some(value) = child(node, "value") {
            let value =
                if value.kind() == "arrow_expression_clause" { children(value).into_iter().next()? } else { value };
            return Some(bound(name, self.value(value, depth), None));
        }
        let accessors = child(node, "accessors").map(children).unwrap_or_default();
        let bodies = accessors.into_iter().filter_map(|accessor| child(accessor, "body"));
        let body = bodies.flat_map(|body| self.statement(body, depth + 1)).collect();
        Some(Statement::Function(Function { name: Some(name), body, ..Function::default() }))
    }

    fn function(&self, node: Node<'_>, depth: usize) -> Function {
        let attributes = children(node).into_iter().filter(|child| child.kind() == "attribute_list").flat_map(children);
        let attributes: Vec<Node<'_>> = attributes.collect();
        let named = |wanted: &str| attributes.iter().find(|attribute| self.field(**attribute, "name") == wanted);
        let is_tool =
            ["KernelFunction", "McpServerTool", "SKFunction", "AIFunction"].iter().any(|name| named(name).is_some());
        let described = named("Description").filter(|_| is_tool);
        let described = described.and_then(|attribute| children(*attribute).into_iter().nth(1));
        let described = described.and_then(|list| children(list).into_iter().next());
        let described = described.and_then(|argument| children(argument).into_iter().next());
        let parameters = child(node, "parameters").map(children).unwrap_or_default();
        Function {
            name: Some(self.field(node, "name")),
            defaults: parameters.iter().filter_map(|parameter| self.default(*parameter, depth)).collect(),
            parameters: parameters.into_iter().map(|parameter| self.field(parameter, "name")).collect(),
            decorators: described.iter().map(|_| "kernel_function".to_owned()).collect(),
            docstring: described.map(|text| self.value(text, depth)),
            body: self.body(child(node, "body"), depth),
        }
    }

    /// A parameter with its default.
    fn default(&self, parameter: Node<'_>, depth: usize) -> Option<Field> {
        let name = child(parameter, "name")?;
        let value = children(parameter).into_iter().rfind(|child| child.start_byte() > name.end_byte())?;
        Some(Field { name: self.text(name), value: self.value(value, depth + 1) })
    }

    fn expressed(&self, node: Node<'_>, depth: usize) -> Statement {
        match (node.kind(), child(node, "left"), child(node, "right")) {
            ("assignment_expression", Some(left), Some(right)) => {
                let is_growing = text(node, self.source)[left.byte_range().len()..].trim_start().starts_with("+=");
                let (target, value) = (self.text(left), self.value(right, depth));
                Statement::Bind { target, value, annotation: None, is_growing }
            }
            _ => Statement::Do(self.value(node, depth)),
        }
    }

    /// Texts that are joined by `+`, a value with another in its place by `??`.
    fn operation(&self, node: Node<'_>, depth: usize) -> ExpressionKind {
        if let Some(parts) = operands(node, "+", self.source) {
            return ExpressionKind::Joined(self.values(parts, depth));
        }
        match operands(node, "??", self.source) {
            Some(parts) => {
                ExpressionKind::Either { condition: self.text(parts[0]), branches: self.values(parts, depth) }
            }
            None => ExpressionKind::Other(self.values(children(node), depth)),
        }
    }

    /// The fields of `new { Role = "system" }`.
    fn anonymous_fields(&self, node: Node<'_>, depth: usize) -> Vec<Field> {
        let field = |pair: &[Node<'_>]| match pair {
            [name, value] => Some(Field { name: self.text(*name), value: self.value(*value, depth + 1) }),
            _ => None,
        };
        children(node).chunks(2).filter_map(field).collect()
    }

    /// Entries in braces behind an object: its properties, or the items of a list.
    fn initialized(&self, node: Node<'_>, depth: usize) -> Expression {
        let items = children(node);
        let span = node.byte_range();
        let field = |node: &Node<'_>| {
            let value = self.value(child(*node, "right")?, depth + 1);
            Some(Field { name: self.field(*node, "left").trim_matches(['[', ']', '"']).to_owned(), value })
        };
        if items.first().is_some_and(|item| item.kind() == "assignment_expression") {
            return Expression { kind: ExpressionKind::Record(items.iter().filter_map(field).collect()), span };
        }
        let items = items.into_iter().map(|item| self.value(item, depth + 1)).collect();
        Expression { kind: ExpressionKind::List(items), span }
    }

    /// A new object: a record if only its properties are set, a list if only its items are, else a call.
    fn created(&self, node: Node<'_>, depth: usize) -> Expression {
        let arguments = self.arguments(node, depth);
        // `new() {…}` has its initializer without a name.
        let initializer = children(node).into_iter().find(|child| child.kind() == "initializer_expression");
        if let Some(initializer) = initializer.filter(|_| arguments.is_empty()) {
            return self.initialized(initializer, depth);
        }
        let mut arguments = arguments;
        if let Some(initializer) = initializer {
            arguments.push(Argument { name: None, value: self.initialized(initializer, depth) });
        }
        // `new(…)` of the type that stands elsewhere.
        let function = child(node, "type").map_or_else(|| "new".to_owned(), |kind| self.text(kind));
        let call =
            Call { function: function.split('<').next().unwrap_or_default().to_owned(), receiver: None, arguments };
        Expression { kind: ExpressionKind::Call(Box::new(call)), span: node.byte_range() }
    }

    fn arguments(&self, node: Node<'_>, depth: usize) -> Vec<Argument> {
        let list = children(node).into_iter().find(|child| child.kind() == "argument_list");
        let argument = |node: Node<'_>| {
            let name = child(node, "name").map(|name| self.text(name));
            let value = children(node).into_iter().next_back()?;
            Some(Argument { name, value: self.value(value, depth + 1) })
        };
        list.map(children).unwrap_or_default().into_iter().filter_map(argument).collect()
    }

    fn call(&self, node: Node<'_>, depth: usize) -> Call {
        let function = child(node, "function");
        let member = function.filter(|function| function.kind() == "member_access_expression");
        let receiver = member.and_then(|member| child(member, "expression"));
        let last = || member.map(|member| self.field(member, "name"));
        let written = function.filter(|function| is_path(*function)).map(|function| self.text(function));
        let name = written.or_else(last).unwrap_or_default();
        Call {
            function: name.split('<').next().unwrap_or_default().to_owned(),
            receiver: receiver.map(|receiver| self.value(receiver, depth + 1)),
            arguments: self.arguments(node, depth),
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

    /// `@"…"`, in which only quotes are doubled.
    fn verbatim(&self, node: Node<'_>) -> Expression {
        let (span, written) = (node.byte_range(), text(node, self.source));
        let inner = written.strip_prefix("@\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or_default();
        let mut literal = LiteralBuilder::new(span.start + 2);
        doubled(&mut literal, inner, span.start + 2, &["\"\""]);
        literal.finish(span)
    }

    /// A literal with values, or one in three quotes.
    fn interpolated(&self, node: Node<'_>, depth: usize) -> Expression {
        let (span, written) = (node.byte_range(), text(node, self.source));
        let quotes = written.trim_start_matches(['$', '@']);
        let is_raw = quotes.starts_with("\"\"\"");
        let is_verbatim = written[..written.len() - quotes.len()].contains('@');
        let escaped: &[&str] = match (is_raw, is_verbatim) {
            (true, _) => &[],
            (false, true) => &["\"\"", "{{", "}}"],
            (false, false) => &["{{", "}}"],
        };
        let is_lined = is_raw && quotes.trim_start_matches('"').starts_with(['\n', '\r']);
        let last = written.trim_end_matches('"').rsplit('\n').next().unwrap_or_default();
        let indent = if is_lined { last.len() } else { 0 };
        let parts: Vec<Node<'_>> = children(node);
        let is_content = |node: &Node<'_>| node.kind().ends_with("content");
        let ends = |place: Option<&Node<'_>>| place.map_or(0, |node: &Node<'_>| node.start_byte());
        let (first, final_part) =
            (ends(parts.iter().find(|part| is_content(part))), ends(parts.iter().rfind(|part| is_content(part))));
        let mut literal = LiteralBuilder::new(first.max(span.start));
        let mut is_start = false;
        for part in &parts {
            let (mut at, mut piece) = (part.start_byte(), text(*part, self.source));
            match part.kind() {
                "escape_sequence" => literal.text(&escape::of_others(piece), at),
                "interpolation" => {
                    let inner = children(*part).into_iter().find(|child| !child.kind().starts_with("interpolation_"));
                    literal.value(inner.map(|inner| self.value(inner, depth + 1)), part.byte_range());
                    is_start = false;
                }
                "string_content" | "raw_string_content" if is_lined => {
                    if at == first {
                        let skipped = piece.find('\n').map_or(0, |found| found + 1);
                        (at, piece, is_start) = (at + skipped, &piece[skipped..], true);
                    }
                    if part.start_byte() == final_part {
                        let kept = piece.rfind('\n').unwrap_or(0);
                        piece = piece[..kept].trim_end_matches('\r');
                    }
                    literal.unindented(piece, at, indent, &mut is_start);
                }
                "string_content" | "raw_string_content" => doubled(&mut literal, piece, at, escaped),
                _ => {}
            }
        }
        literal.finish(span)
    }
}

/// Adds a text in which some characters are written twice.
fn doubled(literal: &mut LiteralBuilder, text: &str, at: usize, pairs: &[&str]) {
    let mut from = 0;
    while let Some((start, pair)) =
        pairs.iter().filter_map(|pair| Some((from + text[from..].find(pair)?, pair))).min_by_key(|(start, _)| *start)
    {
        literal.lines(&text[from..start], at + from);
        literal.text(&pair[..1], at + start);
        from = start + pair.len();
    }
    literal.lines(&text[from..], at + from);
}

fn bound(target: String, value: Expression, annotation: Option<String>) -> Statement {
    match value.kind {
        ExpressionKind::Function(function) => Statement::Function(Function { name: Some(target), ..*function }),
        _ => Statement::Bind { target, value, annotation, is_growing: false },
    }
}

/// Tells whether a node is names joined by dots.
fn is_path(node: Node<'_>) -> bool {
    let mut node = node;
    while node.kind() == "member_access_expression" {
        let Some(object) = child(node, "expression") else { return false };
        node = object;
    }
    ["identifier", "this", "base", "predefined_type", "generic_name"].contains(&node.kind())
}
