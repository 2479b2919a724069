//! Python: literals with their prefixes, format strings, joined literals, `%`, decorators and docstrings.

use std::ops::Range;

use tree_sitter::Node;

use super::code::{Argument, Call, Class, Expression, ExpressionKind, Field, Function, LiteralBuilder, Statement};
use super::escape;
use super::reader::TreeReader;
use super::tree::{all, child, children, text};
use super::words;
use crate::template::condition::ELSE_IF;

/// Reads the statements of a module.
pub(super) fn read(root: Node<'_>, source: &str) -> Vec<Statement> {
    PythonReader { source }.block(root, 0)
}

struct PythonReader<'a> {
    source: &'a str,
}

impl TreeReader for PythonReader<'_> {
    fn source(&self) -> &str {
        self.source
    }

    fn read_statement(&self, node: Node<'_>, depth: usize) -> Vec<Statement> {
        match node.kind() {
            "expression_statement" => {
                children(node).into_iter().flat_map(|child| self.expressed(child, depth)).collect()
            }
            "return_statement" => {
                children(node).first().map(|value| Statement::Return(self.value(*value, depth))).into_iter().collect()
            }
            "decorated_definition" => self.decorated(node, depth),
            "function_definition" => vec![Statement::Function(self.function(node, Vec::new(), depth))],
            "class_definition" => vec![Statement::Class(self.class(node, depth))],
            "if_statement" => vec![self.branch(node, depth)],
            "match_statement" => {
                let cases = child(node, "body").map(|body| all(body, "alternative")).unwrap_or_default();
                let arms = cases.into_iter().filter_map(|case| Some(self.block(child(case, "consequence")?, depth)));
                let condition = child(node, "subject").map(|subject| self.text(subject)).unwrap_or_default();
                vec![Statement::Branch { condition, arms: arms.collect(), is_exhaustive: false }]
            }
            "for_statement" => {
                let name = |field| child(node, field).map(|node| self.text(node)).unwrap_or_default();
                let body = child(node, "body").map(|body| self.block(body, depth)).unwrap_or_default();
                let items = child(node, "right").map(|node| self.value(node, depth + 1));
                vec![Statement::Repeat { over: name("right"), items, binds: names(&name("left")), body }]
            }
            "while_statement" => {
                let over = child(node, "condition").map(|node| self.text(node)).unwrap_or_default();
                let body = child(node, "body").map(|body| self.block(body, depth)).unwrap_or_default();
                vec![Statement::Repeat { over, items: None, binds: Vec::new(), body }]
            }
            "except_clause" => {
                let condition = "except".to_owned();
                vec![Statement::Branch { condition, arms: vec![self.block(node, depth)], is_exhaustive: false }]
            }
            "with_statement" | "try_statement" | "block" | "finally_clause" | "else_clause" => self.block(node, depth),
            // The text of an error or an assertion is for people.
            _ => Vec::new(),
        }
    }

    fn read_value(&self, node: Node<'_>, depth: usize) -> Expression {
        let span = node.byte_range();
        let below = |nodes| self.values(nodes, depth);
        let kind = match node.kind() {
            "string" => return self.literal(node, depth),
            "concatenated_string" => ExpressionKind::Joined(below(children(node))),
            "binary_operator" => return self.operator(node, depth),
            "parenthesized_expression" | "await" | "type" => match children(node).as_slice() {
                [only] => return self.value(*only, depth + 1),
                several => ExpressionKind::Other(below(several.to_vec())),
            },
            "identifier" | "attribute" if is_path(node) => ExpressionKind::Name(self.text(node)),
            "call" => ExpressionKind::Call(Box::new(self.call(node, depth))),
            "conditional_expression" => match children(node).as_slice() {
                [yes, condition, no] => {
                    ExpressionKind::Either { condition: self.text(*condition), branches: below(vec![*yes, *no]) }
                }
                several => ExpressionKind::Other(below(several.to_vec())),
            },
            "named_expression" => match (child(node, "name"), child(node, "value")) {
                (Some(name), Some(value)) => {
                    ExpressionKind::Bound { name: self.text(name), value: Box::new(self.value(value, depth + 1)) }
                }
                _ => ExpressionKind::Other(below(children(node))),
            },
            "subscript" => ExpressionKind::Call(Box::new(self.subscript(node, depth))),
            "list_comprehension" | "generator_expression" | "set_comprehension" => self.comprehension(node, depth),
            "boolean_operator" => match (child(node, "left"), child(node, "right")) {
                (Some(left), Some(right)) if text(node, self.source)[..].contains(" or ") => {
                    ExpressionKind::Either { condition: self.text(left), branches: below(vec![left, right]) }
                }
                _ => ExpressionKind::Other(below(children(node))),
            },
            "dictionary" => ExpressionKind::Record(self.fields(node, depth)),
            "list" | "tuple" | "expression_list" => ExpressionKind::List(below(children(node))),
            "list_splat" | "dictionary_splat" => match children(node).as_slice() {
                [only] => ExpressionKind::Spread(Box::new(self.value(*only, depth + 1))),
                _ => ExpressionKind::Other(Vec::new()),
            },
            "lambda" => {
                let body = child(node, "body").map(|body| Statement::Return(self.value(body, depth + 1)));
                ExpressionKind::Function(Box::new(Function {
                    name: None,
                    parameters: child(node, "parameters").map(|node| names(&self.text(node))).unwrap_or_default(),
                    defaults: Vec::new(),
                    decorators: Vec::new(),
                    docstring: None,
                    body: body.into_iter().collect(),
                }))
            }
            _ => ExpressionKind::Other(below(children(node))),
        };
        Expression { kind, span }
    }
}

impl PythonReader<'_> {
    /// A definition with its decorators.
    fn decorated(&self, node: Node<'_>, depth: usize) -> Vec<Statement> {
        let Some(definition) = child(node, "definition") else { return Vec::new() };
        let decorators: Vec<Node<'_>> =
            children(node).into_iter().filter(|child| child.kind() == "decorator").collect();
        let values = decorators.iter().flat_map(|decorator| children(*decorator));
        let mut found: Vec<Statement> = values.map(|value| Statement::Do(self.value(value, depth))).collect();
        let names = decorators.iter().map(|decorator| {
            self.text(*decorator).trim_start_matches('@').split('(').next().unwrap_or_default().trim().to_owned()
        });
        match definition.kind() {
            "function_definition" => {
                let mut function = self.function(definition, names.collect(), depth);
                let told = decorators.iter().find_map(|decorator| self.description(*decorator, depth));
                function.docstring = told.or(function.docstring);
                found.push(Statement::Function(function));
            }
            _ => found.extend(self.statement(definition, depth)),
        }
        found
    }

    fn function(&self, node: Node<'_>, decorators: Vec<String>, depth: usize) -> Function {
        let parameters = child(node, "parameters").map(children).unwrap_or_default();
        let parameter = |node: &Node<'_>| names(&self.text(child(*node, "name").unwrap_or(*node))).into_iter().next();
        let body = child(node, "body");
        Function {
            name: child(node, "name").map(|name| self.text(name)),
            parameters: parameters.iter().filter_map(parameter).collect(),
            defaults: parameters.iter().filter_map(|parameter| self.default(*parameter, depth)).collect(),
            decorators,
            docstring: body.and_then(|body| self.docstring(body)),
            body: body.map(|body| self.block(body, depth)).unwrap_or_default(),
        }
    }

    /// A parameter with its default.
    fn default(&self, node: Node<'_>, depth: usize) -> Option<Field> {
        let (name, value) = (child(node, "name")?, child(node, "value")?);
        Some(Field { name: self.text(name), value: self.value(value, depth + 1) })
    }

    fn class(&self, node: Node<'_>, depth: usize) -> Class {
        let bases = child(node, "superclasses").map(children).unwrap_or_default();
        let body = child(node, "body");
        Class {
            name: child(node, "name").map(|name| self.text(name)).unwrap_or_default(),
            bases: bases.into_iter().map(|base| self.text(base)).collect(),
            docstring: body.and_then(|body| self.docstring(body)),
            body: body.map(|body| self.block(body, depth)).unwrap_or_default(),
        }
    }

    /// The literal that a body begins with.
    /// The description that a decorator of a tool is given, by which its docstring is for people alone: `@tool(description=TEXT)`,
    /// `@tools.action("…")`.
    fn description(&self, decorator: Node<'_>, depth: usize) -> Option<Expression> {
        let call = children(decorator).into_iter().find(|node| node.kind() == "call")?;
        let name = self.field(call, "function");
        let arguments = child(call, "arguments").map(children).unwrap_or_default();
        let is_tool = name.rsplit('.').next() == Some("tool");
        let named = |node: &&Node<'_>| {
            node.kind() == "keyword_argument"
                && child(**node, "name").is_some_and(|name| self.text(name) == "description")
        };
        let given = arguments.iter().find(named).and_then(|node| child(*node, "value"));
        let first = || arguments.first().copied().filter(|first| first.kind() != "keyword_argument");
        let value = if is_tool {
            given
        } else if words::is_action(&name) {
            first()
        } else {
            None
        };
        value.map(|value| self.value(value, depth + 1))
    }

    fn docstring(&self, body: Node<'_>) -> Option<Expression> {
        let first = *children(body).first()?;
        let literal = *children(first).first().filter(|_| first.kind() == "expression_statement")?;
        (literal.kind() == "string").then(|| self.value(literal, 0))
    }

    fn branch(&self, node: Node<'_>, depth: usize) -> Statement {
        let mut conditions = vec![self.field(node, "condition")];
        let mut arms = vec![child(node, "consequence").map(|block| self.block(block, depth)).unwrap_or_default()];
        let mut is_exhaustive = false;
        for other in all(node, "alternative") {
            if other.kind() == "else_clause" {
                is_exhaustive = true;
            } else {
                conditions.push(self.field(other, "condition"));
            }
            let block = child(other, "consequence").or_else(|| child(other, "body"));
            arms.push(block.map(|block| self.block(block, depth)).unwrap_or_default());
        }
        Statement::Branch { condition: conditions.join(ELSE_IF), arms, is_exhaustive }
    }

    /// A statement that is an expression or an assignment.
    fn expressed(&self, node: Node<'_>, depth: usize) -> Vec<Statement> {
        match node.kind() {
            // `name: Annotated[str, Field(description="…")]`.
            "assignment" if child(node, "right").is_none() => {
                child(node, "type").map(|kind| Statement::Do(self.value(kind, depth))).into_iter().collect()
            }
            "assignment" | "augmented_assignment" => self.assignment(node, depth),
            // A text alone is a comment.
            "string" | "concatenated_string" => Vec::new(),
            _ => vec![Statement::Do(self.value(node, depth))],
        }
    }

    fn assignment(&self, node: Node<'_>, depth: usize) -> Vec<Statement> {
        let (Some(left), Some(right)) = (child(node, "left"), child(node, "right")) else { return Vec::new() };
        // In `a = b = "…"` the last name stands for both.
        if right.kind() == "assignment" {
            return self.assignment(right, depth + 1);
        }
        let (lefts, rights) = (children(left), children(right));
        let are_pairs = ["pattern_list", "tuple_pattern"].contains(&left.kind())
            && ["expression_list", "tuple"].contains(&right.kind())
            && lefts.len() == rights.len();
        if are_pairs {
            return lefts.into_iter().zip(rights).map(|(left, right)| self.bound(left, right, depth)).collect();
        }
        let operator = child(node, "operator").map(|operator| self.text(operator)).unwrap_or_default();
        match operator.as_str() {
            "%=" | "*=" => {
                let (before, by) = (self.value(left, depth), self.value(right, depth));
                let value = operated(&operator[..1], before, by, node.byte_range());
                vec![Statement::Bind { target: self.target(left), value, annotation: None, is_growing: false }]
            }
            "+=" | "" => vec![Statement::Bind {
                target: self.target(left),
                value: self.value(right, depth),
                annotation: child(node, "type").map(|annotation| self.text(annotation)),
                is_growing: !operator.is_empty(),
            }],
            _ => vec![Statement::Do(self.value(right, depth))],
        }
    }

    fn bound(&self, left: Node<'_>, right: Node<'_>, depth: usize) -> Statement {
        Statement::Bind {
            target: self.target(left),
            value: self.value(right, depth),
            annotation: None,
            is_growing: false,
        }
    }

    /// The name that is bound; for `options["prompt"]` that of the key too.
    fn target(&self, node: Node<'_>) -> String {
        if node.kind() != "subscript" {
            return self.text(node);
        }
        let name = |field| child(node, field).map(|node| self.text(node)).unwrap_or_default();
        format!("{}.{}", name("value"), name("subscript").trim_matches(['"', '\'']))
    }

    fn fields(&self, node: Node<'_>, depth: usize) -> Vec<Field> {
        let field = |node: Node<'_>| match (child(node, "key"), child(node, "value")) {
            (Some(key), Some(value)) => {
                let key = self.text(key).trim_matches(['"', '\'']).to_owned();
                Field { name: key, value: self.value(value, depth + 1) }
            }
            _ => Field { name: String::new(), value: self.value(node, depth + 1) },
        };
        children(node).into_iter().map(field).collect()
    }

    fn call(&self, node: Node<'_>, depth: usize) -> Call {
        let function = child(node, "function");
        let receiver = function.filter(|function| function.kind() == "attribute");
        let receiver = receiver.and_then(|function| child(function, "object"));
        let last = || function.and_then(|function| child(function, "attribute")).map(|name| self.text(name));
        let written = function.filter(|function| is_path(*function)).map(|function| self.text(function));
        let arguments = child(node, "arguments");
        let arguments = match arguments {
            // A generator is the only argument.
            Some(only) if only.kind() == "generator_expression" => vec![only],
            given => given.map(children).unwrap_or_default(),
        };
        let argument = |node: Node<'_>| {
            let name = child(node, "name").filter(|_| node.kind() == "keyword_argument").map(|name| self.text(name));
            let value = child(node, "value").filter(|_| name.is_some()).unwrap_or(node);
            Argument { name, value: self.value(value, depth + 1) }
        };
        Call {
            function: written.or_else(last).unwrap_or_default(),
            receiver: receiver.map(|receiver| self.value(receiver, depth + 1)),
            arguments: arguments.into_iter().map(argument).collect(),
        }
    }

    /// `value[key]`, as a call.
    fn subscript(&self, node: Node<'_>, depth: usize) -> Call {
        let argument = |key: Node<'_>| Argument { name: None, value: self.value(key, depth + 1) };
        Call {
            function: "[]".into(),
            receiver: child(node, "value").map(|value| self.value(value, depth + 1)),
            arguments: all(node, "subscript").into_iter().map(argument).collect(),
        }
    }

    /// `item for name in list`, `item for item in list if item`; one over several lists is not followed.
    fn comprehension(&self, node: Node<'_>, depth: usize) -> ExpressionKind {
        let clauses = children(node);
        let other = |clauses: Vec<Node<'_>>| ExpressionKind::Other(self.values(clauses, depth));
        let (Some(body), Some(clause)) = (child(node, "body"), clauses.get(1).copied()) else { return other(clauses) };
        let tests: Vec<String> = clauses[2..].iter().map(|test| self.text(*test)).collect();
        let (Some(left), Some(right)) = (child(clause, "left"), child(clause, "right")) else { return other(clauses) };
        if clauses[2..].iter().any(|clause| clause.kind() != "if_clause") {
            return other(clauses);
        }
        let name = self.text(left);
        let over = self.value(right, depth + 1);
        // Items that are not empty are kept.
        let is_kept = |test: &String| test == &format!("if {name}") || test == &format!("if {name}.strip()");
        if self.text(body) == name && !tests.is_empty() && tests.iter().all(is_kept) {
            let argument = |value| Argument { name: None, value };
            let arguments =
                vec![argument(Expression::other(right.end_byte()..right.end_byte(), Vec::new())), argument(over)];
            return ExpressionKind::Call(Box::new(Call { function: "filter".into(), receiver: None, arguments }));
        }
        ExpressionKind::Each {
            item: Box::new(self.value(body, depth + 1)),
            binds: names(&name),
            over: Box::new(over),
            is_filtered: !tests.is_empty(),
        }
    }

    /// `a + b`, however long, `text % values`, and `text * 2`.
    fn operator(&self, node: Node<'_>, depth: usize) -> Expression {
        let span = node.byte_range();
        let parts = |node| Some((child(node, "left")?, self.text(child(node, "operator")?), child(node, "right")?));
        let Some((mut left, operator, right)) = parts(node) else { return Expression::other(span, Vec::new()) };
        let right = self.value(right, depth + 1);
        if operator == "%" || operator == "*" {
            return operated(&operator, self.value(left, depth + 1), right, span);
        }
        if operator != "+" {
            return Expression::other(span, vec![self.value(left, depth + 1), right]);
        }
        let mut joined = vec![right];
        while let Some((first, _, second)) =
            parts(left).filter(|(_, operator, _)| left.kind() == "binary_operator" && operator == "+")
        {
            joined.push(self.value(second, depth + 1));
            left = first;
        }
        joined.push(self.value(left, depth + 1));
        joined.reverse();
        Expression { kind: ExpressionKind::Joined(joined), span }
    }

    /// A literal: a text, or the texts and values of a format string.
    fn literal(&self, node: Node<'_>, depth: usize) -> Expression {
        let mut cursor = node.walk();
        let parts: Vec<Node<'_>> = node.named_children(&mut cursor).collect();
        let prefix = parts.first().map(|start| self.text(*start).to_lowercase()).unwrap_or_default();
        if prefix.starts_with(['b']) || prefix.starts_with("rb") {
            return Expression::other(node.byte_range(), Vec::new());
        }
        let is_raw = prefix.trim_end_matches(['"', '\'']).contains('r');
        let begin = parts.first().map_or(node.start_byte(), Node::end_byte);
        let mut literal = LiteralBuilder::new(begin);
        for part in &parts {
            match part.kind() {
                "string_content" => self.content(*part, is_raw, &mut literal),
                "interpolation" => {
                    // `{name=}` is the name and its value.
                    let written = self.text(*part);
                    let is_shown = written.trim_end_matches('}').trim_end().ends_with('=');
                    if let Some(shown) = written[1..].rfind('=').filter(|_| is_shown) {
                        literal.lines(&written[1..=shown + 1], part.start_byte() + 1);
                    }
                    // With another form the same value is another text.
                    let is_form = |node: &Node<'_>| ["format_specifier", "type_conversion"].contains(&node.kind());
                    let end = children(*part).into_iter().filter(is_form).map(|form| form.end_byte()).max();
                    let inner = child(*part, "expression").map(|inner| {
                        let inner = self.value(inner, depth + 1);
                        Expression { span: inner.span.start..end.unwrap_or(inner.span.end), ..inner }
                    });
                    literal.value(inner, part.byte_range());
                }
                _ => {}
            }
        }
        literal.finish(node.byte_range())
    }

    /// The text of a literal between its quotes and values.
    fn content(&self, node: Node<'_>, is_raw: bool, literal: &mut LiteralBuilder) {
        let mut at = node.start_byte();
        let mut cursor = node.walk();
        for special in node.named_children(&mut cursor) {
            literal.lines(self.source.get(at..special.start_byte()).unwrap_or_default(), at);
            let written = text(special, self.source);
            match special.kind() {
                "escape_interpolation" => literal.text(&written[..1], special.start_byte()),
                "escape_sequence" if !is_raw => literal.text(&escape::python(written), special.start_byte()),
                _ => literal.lines(written, special.start_byte()),
            }
            at = special.end_byte();
        }
        literal.lines(self.source.get(at..node.end_byte()).unwrap_or_default(), at);
    }
}

/// `text % values` and `text * 2`, as calls of methods of the text.
fn operated(operator: &str, left: Expression, right: Expression, span: Range<usize>) -> Expression {
    let is_reversed = operator == "*" && right.literal().is_some();
    let (receiver, value) = if is_reversed { (right, left) } else { (left, right) };
    let arguments = vec![Argument { name: None, value }];
    let call = Call { function: operator.to_owned(), receiver: Some(receiver), arguments };
    Expression { kind: ExpressionKind::Call(Box::new(call)), span }
}

/// Tells whether a node is names joined by dots.
fn is_path(node: Node<'_>) -> bool {
    let mut node = node;
    while node.kind() == "attribute" {
        let Some(object) = child(node, "object") else { return false };
        node = object;
    }
    node.kind() == "identifier"
}

/// The names in a list of parameters or targets.
fn names(written: &str) -> Vec<String> {
    let one = |part: &str| part.trim().trim_start_matches('*').split([':', '=', ' ']).next().map(str::to_owned);
    let parts = written.trim_matches(['(', ')']).split(',');
    parts.filter_map(one).filter(|name| !name.is_empty()).collect()
}
