//! JavaScript and TypeScript: template literals, tags, objects, arrow functions, class fields.

use tree_sitter::Node;

use super::code::{
    Argument, Call, Class, Expression, ExpressionKind, Field, Function, LiteralBuilder, Statement, TextBuilder,
};
use super::escape;
use super::reader::TreeReader;
use super::tree::{DEEPEST, all, child, children, text};
use crate::document::SourceMap;
use crate::template::Passage;

/// Reads the statements of a program.
pub(super) fn read(root: Node<'_>, source: &str) -> Vec<Statement> {
    ScriptReader { source }.block(root, 0)
}

struct ScriptReader<'a> {
    source: &'a str,
}

impl TreeReader for ScriptReader<'_> {
    fn source(&self) -> &str {
        self.source
    }

    fn read_statement(&self, node: Node<'_>, depth: usize) -> Vec<Statement> {
        match node.kind() {
            "lexical_declaration" | "variable_declaration" => {
                children(node).into_iter().flat_map(|declared| self.declared(declared, depth)).collect()
            }
            "export_statement" => match (child(node, "declaration"), child(node, "value")) {
                (Some(declaration), _) => self.statement(declaration, depth + 1),
                (None, Some(value)) => vec![self.bound("default".into(), value, None, depth)],
                _ => Vec::new(),
            },
            "expression_statement" => {
                children(node).into_iter().flat_map(|child| self.expressed(child, depth)).collect()
            }
            "return_statement" => {
                children(node).first().map(|value| Statement::Return(self.value(*value, depth))).into_iter().collect()
            }
            "function_declaration" | "generator_function_declaration" | "method_definition" => {
                vec![Statement::Function(self.function(node, depth))]
            }
            "class_declaration" | "abstract_class_declaration" | "class" => {
                vec![Statement::Class(self.class(node, depth))]
            }
            "public_field_definition" | "field_definition" => match (self.name(node), child(node, "value")) {
                (Some(name), Some(value)) => vec![self.bound(name, value, None, depth)],
                _ => Vec::new(),
            },
            "if_statement" => vec![self.branch(node, depth)],
            "switch_statement" => vec![self.switch(node, depth)],
            "for_statement" | "while_statement" | "do_statement" | "for_in_statement" => vec![self.repeat(node, depth)],
            "statement_block"
            | "try_statement"
            | "finally_clause"
            | "else_clause"
            | "labeled_statement"
            | "internal_module"
            | "module"
            | "ambient_declaration" => self.block(node, depth),
            "catch_clause" => {
                let condition = "catch".to_owned();
                vec![Statement::Branch { condition, arms: vec![self.block(node, depth)], is_exhaustive: false }]
            }
            // An error's text is for people, and a type is no text.
            _ => Vec::new(),
        }
    }

    fn read_value(&self, node: Node<'_>, depth: usize) -> Expression {
        let span = node.byte_range();
        let below = |nodes| self.values(nodes, depth);
        let kind = match node.kind() {
            "string" | "template_string" => return self.literal(node, depth),
            "binary_expression" => return self.operator(node, depth),
            "parenthesized_expression"
            | "await_expression"
            | "as_expression"
            | "satisfies_expression"
            | "non_null_expression"
            | "type_assertion" => match children(node).into_iter().rfind(is_value) {
                // In `value as Type` the value stands first.
                Some(_) if node.kind().ends_with("s_expression") => {
                    return children(node)
                        .first()
                        .map_or_else(|| Expression::other(span, Vec::new()), |first| self.value(*first, depth + 1));
                }
                Some(only) => return self.value(only, depth + 1),
                None => ExpressionKind::Other(Vec::new()),
            },
            "identifier" | "this" | "shorthand_property_identifier" => ExpressionKind::Name(self.text(node)),
            "member_expression" if is_path(node) => ExpressionKind::Name(self.text(node).replace("?.", ".")),
            "call_expression" | "new_expression" => ExpressionKind::Call(Box::new(self.call(node, depth))),
            "ternary_expression" => match (child(node, "consequence"), child(node, "alternative")) {
                (Some(yes), Some(no)) => {
                    let condition = child(node, "condition").map(|node| self.text(node)).unwrap_or_default();
                    ExpressionKind::Either { condition, branches: below(vec![yes, no]) }
                }
                _ => ExpressionKind::Other(below(children(node))),
            },
            "subscript_expression" => match (child(node, "object"), child(node, "index")) {
                (Some(object), Some(index)) => ExpressionKind::Call(Box::new(Call {
                    function: "[]".into(),
                    receiver: Some(self.value(object, depth + 1)),
                    arguments: vec![Argument { name: None, value: self.value(index, depth + 1) }],
                })),
                _ => ExpressionKind::Other(below(children(node))),
            },
            "object" => ExpressionKind::Record(self.fields(node, depth)),
            "array" => ExpressionKind::List(below(children(node))),
            "spread_element" => match children(node).as_slice() {
                [only] => ExpressionKind::Spread(Box::new(self.value(*only, depth + 1))),
                _ => ExpressionKind::Other(Vec::new()),
            },
            "arrow_function" | "function_expression" | "generator_function" => {
                ExpressionKind::Function(Box::new(self.function(node, depth)))
            }
            "class" => {
                let body = vec![Statement::Class(self.class(node, depth))];
                ExpressionKind::Function(Box::new(Function { body, ..Function::default() }))
            }
            // A page's text is for people.
            kind if kind.starts_with("jsx") => ExpressionKind::Other(self.within_page(node, depth)),
            "regex" | "number" => ExpressionKind::Other(Vec::new()),
            _ => ExpressionKind::Other(below(children(node))),
        };
        Expression { kind, span }
    }
}

impl ScriptReader<'_> {
    fn name(&self, node: Node<'_>) -> Option<String> {
        let name = child(node, "name").or_else(|| child(node, "property"))?;
        Some(self.text(name).trim_matches(['"', '\'']).to_owned())
    }

    fn declared(&self, node: Node<'_>, depth: usize) -> Vec<Statement> {
        let (Some(name), Some(value)) = (child(node, "name"), child(node, "value")) else { return Vec::new() };
        let annotation = child(node, "type").map(|annotation| self.text(annotation));
        if name.kind().ends_with("identifier") {
            return vec![self.bound(self.text(name), value, annotation, depth)];
        }
        let value = self.value(value, depth);
        let mut found = Vec::new();
        self.taken_apart(name, &value, depth, &mut found);
        // A value that is not followed to its parts is read for the texts in it.
        if found.is_empty() { vec![Statement::Do(value)] } else { found }
    }

    /// The names of a pattern with the parts of a value that they get: of one that is written out, or has a name.
    fn taken_apart(&self, pattern: Node<'_>, value: &Expression, depth: usize, found: &mut Vec<Statement>) {
        let ends_here = depth > DEEPEST;
        match pattern.kind() {
            _ if ends_here => {}
            "identifier" | "shorthand_property_identifier_pattern" => {
                found.push(Statement::Bind {
                    target: self.text(pattern),
                    value: value.clone(),
                    annotation: None,
                    is_growing: false,
                });
            }
            "array_pattern" => {
                for (index, inner) in children(pattern).into_iter().enumerate() {
                    if let Some(part) = item(value, index) {
                        self.taken_apart(inner, &part, depth + 1, found);
                    }
                }
            }
            "object_pattern" => {
                for inner in children(pattern) {
                    let key = child(inner, "key").or_else(|| child(inner, "left")).unwrap_or(inner);
                    let key = self.text(key);
                    let target = child(inner, "value").or_else(|| child(inner, "left")).unwrap_or(inner);
                    if let Some(part) = entry(value, key.trim_matches(['"', '\''])) {
                        self.taken_apart(target, &part, depth + 1, found);
                    }
                }
            }
            // A value with another in its place.
            "assignment_pattern" | "object_assignment_pattern" => {
                if let Some(inner) = child(pattern, "left") {
                    self.taken_apart(inner, value, depth + 1, found);
                }
            }
            _ => {}
        }
    }

    /// A name with its value; a function gets the name.
    fn bound(&self, target: String, value: Node<'_>, annotation: Option<String>, depth: usize) -> Statement {
        let value = self.value(value, depth);
        match value.kind {
            ExpressionKind::Function(function) => Statement::Function(Function { name: Some(target), ..*function }),
            _ => Statement::Bind { target, value, annotation, is_growing: false },
        }
    }

    fn function(&self, node: Node<'_>, depth: usize) -> Function {
        let parameters = child(node, "parameters").or_else(|| child(node, "parameter"));
        let mut names = Vec::new();
        if let Some(parameters) = parameters {
            self.patterns(parameters, &mut names, 0);
        }
        let body = child(node, "body");
        let is_block = body.is_some_and(|body| body.kind() == "statement_block");
        let body = match body {
            Some(body) if is_block => self.block(body, depth),
            Some(value) => vec![Statement::Return(self.value(value, depth + 1))],
            None => Vec::new(),
        };
        let name = self.name(node);
        let default = |node: &Node<'_>| {
            let (name, value) = (child(*node, "pattern")?, child(*node, "value")?);
            Some(Field { name: self.text(name), value: self.value(value, depth + 1) })
        };
        let defaults = parameters.map(children).unwrap_or_default().iter().filter_map(default).collect();
        Function { name, parameters: names, defaults, decorators: Vec::new(), docstring: None, body }
    }

    /// The names that a pattern binds.
    fn patterns(&self, node: Node<'_>, names: &mut Vec<String>, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        match node.kind() {
            "identifier" | "shorthand_property_identifier_pattern" => names.push(self.text(node)),
            "type_annotation" => {}
            _ => children(node).into_iter().for_each(|child| self.patterns(child, names, depth + 1)),
        }
    }

    fn class(&self, node: Node<'_>, depth: usize) -> Class {
        let heritage = children(node).into_iter().find(|child| child.kind() == "class_heritage");
        Class {
            name: self.name(node).unwrap_or_default(),
            bases: heritage.map(|heritage| self.text(heritage)).into_iter().collect(),
            docstring: None,
            body: child(node, "body").map(|body| self.block(body, depth)).unwrap_or_default(),
        }
    }

    fn branch(&self, node: Node<'_>, depth: usize) -> Statement {
        let condition = self.condition_in_brackets(node);
        let mut arms = vec![self.body(child(node, "consequence"), depth)];
        let other = child(node, "alternative");
        arms.extend(other.map(|other| self.block(other, depth)));
        Statement::Branch { condition, arms, is_exhaustive: other.is_some() }
    }

    fn switch(&self, node: Node<'_>, depth: usize) -> Statement {
        let cases = child(node, "body").map(children).unwrap_or_default();
        let is_exhaustive = cases.iter().any(|case| case.kind() == "switch_default");
        let arm = |case: &Node<'_>| -> Vec<Statement> {
            all(*case, "body").into_iter().flat_map(|statement| self.statement(statement, depth + 1)).collect()
        };
        let condition = child(node, "value").map(|value| self.text(value)).unwrap_or_default();
        Statement::Branch { condition, arms: cases.iter().map(arm).collect(), is_exhaustive }
    }

    fn repeat(&self, node: Node<'_>, depth: usize) -> Statement {
        let over = child(node, "right").or_else(|| child(node, "condition"));
        let mut binds = Vec::new();
        if let Some(left) = child(node, "left") {
            self.patterns(left, &mut binds, 0);
        }
        let body = self.body(child(node, "body"), depth);
        // `in` gives keys.
        let is_of = child(node, "operator").is_some_and(|operator| self.text(operator) == "of");
        let items = child(node, "right").filter(|_| is_of).map(|items| self.value(items, depth + 1));
        Statement::Repeat { over: over.map(|over| self.text(over)).unwrap_or_default(), items, binds, body }
    }

    /// A statement that is an expression or an assignment.
    fn expressed(&self, node: Node<'_>, depth: usize) -> Vec<Statement> {
        let is_growing = node.kind() == "augmented_assignment_expression";
        match (child(node, "left"), child(node, "right")) {
            (Some(left), Some(right)) if is_growing || node.kind() == "assignment_expression" => {
                if is_growing && !text(node, self.source)[left.byte_range().len()..].trim_start().starts_with("+=") {
                    return vec![Statement::Do(self.value(right, depth))];
                }
                if is_growing {
                    let value = self.value(right, depth);
                    return vec![Statement::Bind { target: self.text(left), value, annotation: None, is_growing }];
                }
                vec![self.bound(self.text(left), right, None, depth)]
            }
            // `items.forEach((item) => {…})`.
            _ if self.is_for_each(node) => {
                let call = self.call(node, depth);
                let mut arguments = call.arguments.into_iter();
                let (
                    Some(receiver),
                    Some(Argument { value: Expression { kind: ExpressionKind::Function(function), .. }, .. }),
                ) = (call.receiver, arguments.next())
                else {
                    return vec![Statement::Do(self.value(node, depth))];
                };
                let (over, binds) =
                    (self.source.get(receiver.span.clone()).unwrap_or_default().to_owned(), function.parameters);
                vec![Statement::Repeat { over, items: Some(receiver), binds, body: function.body }]
            }
            // A text alone is a directive.
            _ if node.kind() == "string" => Vec::new(),
            _ => vec![Statement::Do(self.value(node, depth))],
        }
    }

    /// Tells whether an expression calls a function without a name for each item of a list.
    fn is_for_each(&self, node: Node<'_>) -> bool {
        let method = child(node, "function").and_then(|function| child(function, "property"));
        let first = child(node, "arguments").map(children).unwrap_or_default().into_iter().next();
        let is_block =
            first.and_then(|first| child(first, "body")).is_some_and(|body| body.kind() == "statement_block");
        is_block && method.is_some_and(|method| self.text(method) == "forEach")
    }

    /// The functions in a page's elements, such as what a button does.
    fn within_page(&self, node: Node<'_>, depth: usize) -> Vec<Expression> {
        if depth > DEEPEST {
            return Vec::new();
        }
        let found = children(node).into_iter().flat_map(|child| match child.kind() {
            "arrow_function" | "function_expression" => vec![self.value(child, depth + 1)],
            "string" | "template_string" => Vec::new(),
            _ => self.within_page(child, depth + 1),
        });
        found.collect()
    }

    fn fields(&self, node: Node<'_>, depth: usize) -> Vec<Field> {
        let field = |node: Node<'_>| match node.kind() {
            "pair" => {
                let key = child(node, "key").map(|key| self.text(key)).unwrap_or_default();
                let value = child(node, "value").map(|value| self.value(value, depth + 1));
                let value = value.unwrap_or_else(|| Expression::other(node.byte_range(), Vec::new()));
                Field { name: key.trim_matches(['"', '\'', '`']).to_owned(), value }
            }
            "method_definition" => {
                let function = Box::new(self.function(node, depth));
                let name = function.name.clone().unwrap_or_default();
                Field { name, value: Expression { kind: ExpressionKind::Function(function), span: node.byte_range() } }
            }
            "shorthand_property_identifier" => Field { name: self.text(node), value: self.value(node, depth + 1) },
            _ => Field { name: String::new(), value: self.value(node, depth + 1) },
        };
        children(node).into_iter().map(field).collect()
    }

    fn call(&self, node: Node<'_>, depth: usize) -> Call {
        let function = child(node, "function").or_else(|| child(node, "constructor"));
        // `client.chat(…)`, and `(async () => {…})()`.
        let receiver = match function.map(|function| function.kind()) {
            Some("member_expression") => function.and_then(|function| child(function, "object")),
            Some("parenthesized_expression") => function,
            _ => None,
        };
        let last = || function.and_then(|function| child(function, "property")).map(|name| self.text(name));
        let written = function.filter(|function| is_path(*function));
        let written = written.map(|function| self.text(function).replace("?.", "."));
        let arguments = match child(node, "arguments") {
            // A tag in front of a template literal.
            Some(literal) if literal.kind() == "template_string" => vec![literal],
            given => given.map(children).unwrap_or_default(),
        };
        let argument = |node: Node<'_>| Argument { name: None, value: self.value(node, depth + 1) };
        Call {
            function: written.or_else(last).unwrap_or_default(),
            receiver: receiver.map(|receiver| self.value(receiver, depth + 1)),
            arguments: arguments.into_iter().map(argument).collect(),
        }
    }

    /// `a + b`, however long, and `a ?? b`.
    fn operator(&self, node: Node<'_>, depth: usize) -> Expression {
        let span = node.byte_range();
        let parts = |node| Some((child(node, "left")?, self.text(child(node, "operator")?), child(node, "right")?));
        let Some((mut left, operator, right)) = parts(node) else { return Expression::other(span, Vec::new()) };
        let last = self.value(right, depth + 1);
        match operator.as_str() {
            "+" => {}
            "??" | "||" => {
                let branches = vec![self.value(left, depth + 1), last];
                return Expression { kind: ExpressionKind::Either { condition: self.text(left), branches }, span };
            }
            // `condition && text` is the text or nothing.
            "&&" => {
                let nothing = ExpressionKind::Text(TextBuilder::default().finish(span.end));
                let branches = vec![last, Expression { kind: nothing, span: span.end..span.end }];
                return Expression { kind: ExpressionKind::Either { condition: self.text(left), branches }, span };
            }
            _ => return Expression::other(span, vec![self.value(left, depth + 1), last]),
        }
        let mut joined = vec![last];
        while let Some((first, _, second)) =
            parts(left).filter(|(_, operator, _)| left.kind() == "binary_expression" && operator == "+")
        {
            joined.push(self.value(second, depth + 1));
            left = first;
        }
        joined.push(self.value(left, depth + 1));
        joined.reverse();
        Expression { kind: ExpressionKind::Joined(joined), span }
    }

    /// A literal: a text, or the texts and values of a template literal.
    fn literal(&self, node: Node<'_>, depth: usize) -> Expression {
        let mut cursor = node.walk();
        // Asked for its parent, a tree looks for it from its root.
        let before = self.source[..node.start_byte()].trim_end().strip_suffix("String.raw");
        let is_raw = before
            .is_some_and(|before| !before.ends_with(|letter: char| letter.is_alphanumeric() || "_$.".contains(letter)));
        let mut literal = LiteralBuilder::new(node.start_byte() + 1);
        for part in node.named_children(&mut cursor) {
            let written = text(part, self.source);
            match part.kind() {
                "template_substitution" => {
                    let inner = children(part).first().map(|inner| self.value(*inner, depth + 1));
                    literal.value(inner, part.byte_range());
                }
                "escape_sequence" if !is_raw => literal.text(&escape::javascript(written), part.start_byte()),
                _ => literal.lines(written, part.start_byte()),
            }
        }
        literal.finish(node.byte_range())
    }
}

/// The item of a list that is written out, or of one that has a name.
fn item(value: &Expression, index: usize) -> Option<Expression> {
    match &value.kind {
        ExpressionKind::List(items) if !items.iter().take(index).any(is_spread) => items.get(index).cloned(),
        ExpressionKind::Name(_) => {
            let passage = Passage { text: index.to_string(), map: SourceMap::pinned(value.span.start) };
            let key = Expression { kind: ExpressionKind::Text(passage), span: value.span.clone() };
            let arguments = vec![Argument { name: None, value: key }];
            let call = Call { function: "[]".into(), receiver: Some(value.clone()), arguments };
            Some(Expression { kind: ExpressionKind::Call(Box::new(call)), span: value.span.clone() })
        }
        _ => None,
    }
}

fn is_spread(item: &Expression) -> bool {
    matches!(item.kind, ExpressionKind::Spread(_))
}

/// The entry of an object that is written out, or of one that has a name.
fn entry(value: &Expression, key: &str) -> Option<Expression> {
    match &value.kind {
        ExpressionKind::Record(fields) => {
            fields.iter().find(|field| field.name == key).map(|field| field.value.clone())
        }
        ExpressionKind::Name(name) => {
            Some(Expression { kind: ExpressionKind::Name(format!("{name}.{key}")), span: value.span.clone() })
        }
        _ => None,
    }
}

/// Tells whether a node is a value and no type.
fn is_value(node: &Node<'_>) -> bool {
    !node.kind().ends_with("type") && node.kind() != "type_arguments" && node.kind() != "type_identifier"
}

/// Tells whether a node is names joined by dots.
fn is_path(node: Node<'_>) -> bool {
    let mut node = node;
    while node.kind() == "member_expression" {
        let Some(object) = child(node, "object") else { return false };
        node = object;
    }
    ["identifier", "this", "super"].contains(&node.kind())
}
