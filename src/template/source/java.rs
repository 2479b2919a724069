//! Java: text blocks, annotations of interfaces that models answer, builders, lambdas.

use tree_sitter::Node;

use super::code::{
    Argument, Call, Class, Expression, ExpressionKind, Function, LiteralBuilder, Statement, shared_indent,
};
use super::escape;
use super::reader::TreeReader;
use super::tree::{child, children, operands, text};

/// Reads the statements of a file.
pub(super) fn read(root: Node<'_>, source: &str) -> Vec<Statement> {
    JavaReader { source }.block(root, 0)
}

struct JavaReader<'a> {
    source: &'a str,
}

impl TreeReader for JavaReader<'_> {
    fn source(&self) -> &str {
        self.source
    }

    fn read_statement(&self, node: Node<'_>, depth: usize) -> Vec<Statement> {
        match node.kind() {
            "class_declaration" | "interface_declaration" | "record_declaration" | "enum_declaration" => {
                let bases = child(node, "superclass").map(|base| self.text(base)).into_iter().collect();
                let mut body = child(node, "body").map(|body| self.block(body, depth)).unwrap_or_default();
                body.extend(self.structured(node, depth));
                vec![Statement::Class(Class { name: self.field(node, "name"), bases, docstring: None, body })]
            }
            "field_declaration" | "local_variable_declaration" | "constant_declaration" => {
                let annotation = child(node, "type").map(|kind| self.text(kind));
                let declared = children(node).into_iter().filter(|child| child.kind() == "variable_declarator");
                let bind = |node| {
                    let value = self.value(child(node, "value")?, depth);
                    let target = self.field(node, "name");
                    Some(Statement::Bind { target, value, annotation: annotation.clone(), is_growing: false })
                };
                declared.filter_map(bind).collect()
            }
            "method_declaration" | "constructor_declaration" => vec![Statement::Function(self.function(node, depth))],
            "return_statement" | "yield_statement" => {
                children(node).first().map(|value| Statement::Return(self.value(*value, depth))).into_iter().collect()
            }
            "if_statement" => {
                let other = child(node, "alternative");
                let mut arms = vec![self.body(child(node, "consequence"), depth)];
                arms.extend(other.map(|other| self.statement(other, depth + 1)));
                let condition = self.condition_in_brackets(node);
                vec![Statement::Branch { condition, arms, is_exhaustive: other.is_some() }]
            }
            "enhanced_for_statement" => {
                let body = self.body(child(node, "body"), depth);
                let items = child(node, "value").map(|value| self.value(value, depth + 1));
                vec![Statement::Repeat {
                    over: self.field(node, "value"),
                    items,
                    binds: vec![self.field(node, "name")],
                    body,
                }]
            }
            "for_statement" | "while_statement" | "do_statement" => {
                let body = self.body(child(node, "body"), depth);
                vec![Statement::Repeat { over: self.field(node, "condition"), items: None, binds: Vec::new(), body }]
            }
            "switch_expression" => vec![self.switch(node, "condition", depth)],
            "expression_statement" => {
                children(node).into_iter().flat_map(|value| self.expressed(value, depth)).collect()
            }
            "block"
            | "try_statement"
            | "try_with_resources_statement"
            | "catch_clause"
            | "finally_clause"
            | "labeled_statement"
            | "synchronized_statement"
            | "enum_body_declarations"
            | "constructor_body" => self.block(node, depth),
            _ => Vec::new(),
        }
    }

    fn read_value(&self, node: Node<'_>, depth: usize) -> Expression {
        let span = node.byte_range();
        let below = |nodes| self.values(nodes, depth);
        let kind = match node.kind() {
            "string_literal" | "character_literal" => return self.literal(node),
            "parenthesized_expression" => match children(node).as_slice() {
                [only] => return self.value(*only, depth + 1),
                several => ExpressionKind::Other(below(several.to_vec())),
            },
            "binary_expression" => match operands(node, "+", self.source) {
                Some(parts) => ExpressionKind::Joined(below(parts)),
                None => ExpressionKind::Other(below(children(node))),
            },
            "ternary_expression" => match (child(node, "consequence"), child(node, "alternative")) {
                (Some(yes), Some(no)) => {
                    let condition = self.field(node, "condition");
                    ExpressionKind::Either { condition, branches: below(vec![yes, no]) }
                }
                _ => ExpressionKind::Other(below(children(node))),
            },
            "switch_expression" => {
                let rules = child(node, "body").map(children).unwrap_or_default();
                let arms: Vec<Node<'_>> = rules
                    .into_iter()
                    .filter_map(|rule| children(rule).into_iter().rfind(|child| child.kind() == "expression_statement"))
                    .filter_map(|statement| children(statement).into_iter().next())
                    .collect();
                ExpressionKind::Either { condition: self.field(node, "condition"), branches: below(arms) }
            }
            "identifier" | "this" | "field_access" => ExpressionKind::Name(self.text(node)),
            "method_invocation" | "object_creation_expression" => {
                ExpressionKind::Call(Box::new(self.call(node, depth)))
            }
            "array_initializer" | "element_value_array_initializer" => ExpressionKind::List(below(children(node))),
            "array_creation_expression" | "cast_expression" => match child(node, "value") {
                Some(value) => return self.value(value, depth + 1),
                None => ExpressionKind::Other(Vec::new()),
            },
            "lambda_expression" => ExpressionKind::Function(Box::new(self.lambda(node, depth))),
            _ => ExpressionKind::Other(below(children(node))),
        };
        Expression { kind, span }
    }
}

impl JavaReader<'_> {
    /// The prompt that a class is the values of, by `LangChain4j`'s annotation: `@StructuredPrompt({"…", "…"})`.
    fn structured(&self, node: Node<'_>, depth: usize) -> Option<Statement> {
        const NAME: &str = "StructuredPrompt";
        let annotations = children(node).into_iter().filter(|child| child.kind() == "modifiers").flat_map(children);
        let annotation = annotations.into_iter().find(|child| self.field(*child, "name") == NAME)?;
        let message = self.message(&annotation, "UserMessage", depth);
        let span = message.span.clone();
        let messages = Expression { kind: ExpressionKind::List(vec![message]), span };
        Some(Statement::Bind { target: "prompt".into(), value: messages, annotation: None, is_growing: false })
    }

    /// A method. The messages that its annotations name are what it asks a model.
    fn function(&self, node: Node<'_>, depth: usize) -> Function {
        let parameters = child(node, "parameters").map(children).unwrap_or_default();
        let annotations = children(node).into_iter().filter(|child| child.kind() == "modifiers").flat_map(children);
        let annotations: Vec<Node<'_>> = annotations.filter(|child| child.kind() == "annotation").collect();
        let named = |wanted: &str| annotations.iter().find(|annotation| self.field(**annotation, "name") == wanted);
        let message = |name: &str| Some(self.message(named(name)?, name, depth));
        let mut messages: Vec<Expression> = ["SystemMessage", "UserMessage"].into_iter().filter_map(message).collect();
        if named("SystemMessage").is_some() && named("UserMessage").is_none() {
            messages.extend(self.asked(&parameters));
        }
        let mut body = self.body(child(node, "body"), depth);
        if !messages.is_empty() {
            let span = messages[0].span.clone();
            body.push(Statement::Return(Expression { kind: ExpressionKind::List(messages), span }));
        }
        let tool = named("Tool").or_else(|| named("McpTool")).map(|annotation| self.annotated(annotation, depth));
        Function {
            name: Some(self.field(node, "name")),
            parameters: parameters.into_iter().map(|parameter| self.field(parameter, "name")).collect(),
            decorators: tool.iter().map(|_| "tool".to_owned()).collect(),
            docstring: tool,
            body,
            ..Function::default()
        }
    }

    /// The user's message that a parameter is: the one whose annotation says so, else the only one, if it has no annotation.
    fn asked(&self, parameters: &[Node<'_>]) -> Option<Expression> {
        let annotations = |parameter: Node<'_>| -> Vec<String> {
            let modifiers =
                children(parameter).into_iter().filter(|child| child.kind() == "modifiers").flat_map(children);
            modifiers
                .filter(|child| child.kind().ends_with("annotation"))
                .map(|child| self.field(child, "name"))
                .collect()
        };
        let is_marked = |parameter: &&Node<'_>| annotations(**parameter).iter().any(|name| name == "UserMessage");
        let is_bare = |parameter: &Node<'_>| annotations(*parameter).is_empty();
        let parameter = parameters.iter().find(is_marked).or(match parameters {
            [only] if is_bare(only) => Some(only),
            _ => None,
        })?;
        let span = child(*parameter, "name")?.byte_range();
        let name = Expression { kind: ExpressionKind::Name(self.field(*parameter, "name")), span: span.clone() };
        let arguments = vec![Argument { name: None, value: name }];
        let call = Call { function: "UserMessage".into(), receiver: None, arguments };
        Some(Expression { kind: ExpressionKind::Call(Box::new(call)), span })
    }

    /// A message of a template with variables in braces, from its annotation.
    fn message(&self, annotation: &Node<'_>, name: &str, depth: usize) -> Expression {
        let content = self.annotated(annotation, depth);
        let span = content.span.clone();
        let mut arguments = vec![Argument { name: None, value: content }];
        // Quarkus writes them in single ones.
        if !self.source.contains("io.quarkiverse.langchain4j") {
            let format = LiteralBuilder::new(span.start).finish(span.clone());
            arguments.push(Argument { name: Some("mustache".into()), value: format });
        }
        let call = Call { function: format!("{name}PromptTemplate"), receiver: None, arguments };
        Expression { kind: ExpressionKind::Call(Box::new(call)), span }
    }

    /// The text of an annotation; several texts are lines.
    fn annotated(&self, annotation: &Node<'_>, depth: usize) -> Expression {
        let given = child(*annotation, "arguments").map(children).unwrap_or_default();
        let pair = |node: &&Node<'_>| {
            node.kind() == "element_value_pair"
                && ["value", "description"].contains(&self.field(**node, "key").as_str())
        };
        let chosen = given.iter().find(pair).and_then(|pair| child(*pair, "value"));
        let chosen = chosen.or_else(|| given.first().copied().filter(|node| node.kind() != "element_value_pair"));
        let Some(node) = chosen else { return Expression::other(annotation.byte_range(), Vec::new()) };
        let value = self.value(node, depth);
        if !matches!(value.kind, ExpressionKind::List(_)) {
            return value;
        }
        let span = value.span.clone();
        let mut line_feed = LiteralBuilder::new(span.start);
        line_feed.text("\n", span.start);
        let arguments = vec![Argument { name: None, value: line_feed.finish(span.clone()) }];
        let call = Call { function: "join".into(), receiver: Some(value), arguments };
        Expression { kind: ExpressionKind::Call(Box::new(call)), span }
    }

    fn expressed(&self, node: Node<'_>, depth: usize) -> Vec<Statement> {
        let (left, right) = (child(node, "left"), child(node, "right"));
        match (node.kind(), left, right) {
            ("assignment_expression", Some(left), Some(right)) => {
                let operator = self.field(node, "operator");
                let (target, value) = (self.text(left), self.value(right, depth));
                vec![Statement::Bind { target, value, annotation: None, is_growing: operator == "+=" }]
            }
            ("switch_expression", ..) => self.statement(node, depth + 1),
            _ => vec![Statement::Do(self.value(node, depth))],
        }
    }

    fn lambda(&self, node: Node<'_>, depth: usize) -> Function {
        let body = match child(node, "body") {
            Some(body) if body.kind() == "block" => self.block(body, depth),
            Some(value) => vec![Statement::Return(self.value(value, depth + 1))],
            None => Vec::new(),
        };
        let parameters = self.field(node, "parameters");
        let names = parameters.trim_matches(['(', ')']).split(',').filter_map(|one| one.split_whitespace().last());
        Function { parameters: names.map(str::to_owned).collect(), body, ..Function::default() }
    }

    fn call(&self, node: Node<'_>, depth: usize) -> Call {
        let receiver = child(node, "object");
        let name = child(node, "name").or_else(|| child(node, "type")).map(|name| self.text(name)).unwrap_or_default();
        // A generic type is written with its parameters.
        let name = name.split('<').next().unwrap_or_default().to_owned();
        let path = receiver.filter(|receiver| is_path(*receiver));
        let function = path.map_or(name.clone(), |path| format!("{}.{name}", self.text(path)));
        let arguments = child(node, "arguments").map(children).unwrap_or_default();
        let argument = |node: Node<'_>| Argument { name: None, value: self.value(node, depth + 1) };
        // A class without a name is given with the call that makes its object.
        let class = children(node).into_iter().find(|child| child.kind() == "class_body").map(|class| {
            let body = Function { body: self.block(class, depth), ..Function::default() };
            let kind = ExpressionKind::Function(Box::new(body));
            Argument { name: None, value: Expression { kind, span: class.byte_range() } }
        });
        Call {
            function,
            receiver: receiver.map(|receiver| self.value(receiver, depth + 1)),
            arguments: arguments.into_iter().map(argument).chain(class).collect(),
        }
    }

    fn literal(&self, node: Node<'_>) -> Expression {
        let (span, written) = (node.byte_range(), text(node, self.source));
        let Some(block) = written.strip_prefix("\"\"\"").and_then(|rest| rest.strip_suffix("\"\"\"")) else {
            let mut literal = LiteralBuilder::new(span.start + 1);
            decoded(&mut literal, quoted(written), span.start + 1);
            return literal.finish(span);
        };
        let start = span.start + 3 + block.find('\n').map_or(0, |at| at + 1);
        let block = block.split_once('\n').map_or(block, |(_, lines)| lines);
        let mut literal = LiteralBuilder::new(start);
        // The line of the closing quotes counts.
        let last = block.rsplit('\n').next().filter(|line| line.trim().is_empty()).map_or(usize::MAX, str::len);
        let (indent, mut at) = (shared_indent(block.lines()).min(last), start);
        for line in block.split_inclusive('\n') {
            let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
            let (begin, end) = (indent.min(blank), line.trim_end_matches([' ', '\t', '\r', '\n']).len());
            let words = &line[begin.min(end)..end];
            let is_joined = (words.len() - words.trim_end_matches('\\').len()) % 2 == 1;
            decoded(&mut literal, if is_joined { &words[..words.len() - 1] } else { words }, at + begin);
            if line.ends_with('\n') && !is_joined {
                literal.text("\n", at + end);
            }
            at += line.len();
        }
        literal.finish(span)
    }
}

/// The text between quotes.
fn quoted(written: &str) -> &str {
    written.get(1..written.len().saturating_sub(1)).unwrap_or_default()
}

/// Adds a text with its escape sequences decoded.
fn decoded(literal: &mut LiteralBuilder, written: &str, at: usize) {
    let mut from = 0;
    while let Some(start) = written[from..].find('\\').map(|found| from + found) {
        literal.text(&written[from..start], at + from);
        let rest = &written[start + 1..];
        let digits = |radix| rest.chars().take_while(|letter| letter.is_digit(radix)).take(3).count();
        let length = match rest.chars().next() {
            Some('u') => 1 + rest.trim_start_matches('u').chars().take(4).count(),
            Some(letter) if letter.is_digit(8) => digits(8),
            Some(letter) => letter.len_utf8(),
            None => 0,
        };
        let end = (start + 1 + length).min(written.len());
        literal.text(&escape::of_others(written.get(start..end).unwrap_or("\\\\")), at + start);
        from = end.max(start + 1);
    }
    literal.text(&written[from..], at + from);
}

/// Tells whether a node is names joined by dots.
fn is_path(node: Node<'_>) -> bool {
    let mut node = node;
    while node.kind() == "field_access" {
        let Some(object) = child(node, "object") else { return false };
        node = object;
    }
    ["identifier", "this", "super"].contains(&node.kind())
}
