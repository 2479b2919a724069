//! Jinja, by minijinja's own parser; a text that it refuses is cut at its tags, all of them unknown.

use std::collections::BTreeMap;

use minijinja::machinery::ast::{CallArg, Expr, IfCond, Stmt};
use minijinja::machinery::{Span, parse, parse_expr};
use minijinja::syntax::SyntaxConfig;

use super::{Tag, cut_at};
use crate::template::{Choice, Fragment, Passage, Placeholder};

/// Whether a text has tags of Jinja: `{% word`, or `{{ expression }}` that begins with a name.
pub(super) fn has_tags(text: &str) -> bool {
    let is_statement = |(start, _): (usize, &str)| {
        let inner = text[start + 2..].trim_start_matches(['-', '+']).trim_start();
        inner.starts_with(|letter: char| letter.is_alphabetic()) && inner.contains("%}")
    };
    text.match_indices("{%").any(is_statement)
        || text.match_indices("{{").any(|(start, _)| is_expression(&text[start + 2..]))
}

fn is_expression(rest: &str) -> bool {
    let inner = rest.find("}}").map(|end| rest[..end].trim_matches('-').trim());
    inner.is_some_and(|inner| {
        inner.starts_with(|letter: char| letter.is_alphabetic() || "_'\"(".contains(letter))
            && parse_expr(inner).is_ok()
    })
}

/// How many blocks a line opens and closes.
pub(super) fn blocks(line: &str) -> (usize, usize) {
    let words =
        line.match_indices("{%").map(|(start, _)| super::name(line[start + 2..].trim_start_matches(['-', '+', ' '])));
    let words: Vec<&str> = words.collect();
    let opens = |word: &&&str| ["if", "for", "macro", "call", "filter", "with", "block", "raw"].contains(*word);
    (words.iter().filter(opens).count(), words.iter().filter(|word| word.starts_with("end")).count())
}

pub(super) fn cut(passage: &Passage) -> Vec<Fragment> {
    let syntax = SyntaxConfig::builder().keep_trailing_newline(true).build();
    match syntax.map(|syntax| parse(&passage.text, "template", syntax)) {
        Ok(Ok(Stmt::Template(template))) => {
            let mut cutting = Cutting { passage, constants: BTreeMap::new() };
            cutting.all(&template.children)
        }
        _ => cut_at(passage, tags(&passage.text)),
    }
}

/// The tags of a text that is not Jinja's to the letter.
fn tags(text: &str) -> Vec<Tag> {
    let (mut tags, mut at) = (Vec::new(), 0);
    while let Some(start) = text[at..].find('{').map(|found| at + found) {
        let close = ["{{}}", "{%%}", "{##}"].into_iter().find(|pair| text[start..].starts_with(&pair[..2]));
        let end = close.and_then(|pair| text[start + 2..].find(&pair[2..]).map(|found| start + found + 4));
        at = match (close, end) {
            (Some("{##}"), Some(end)) => {
                tags.push(Tag::nothing(start, end));
                end
            }
            (_, Some(end)) => {
                let inner = text[start + 2..end - 2].trim_matches('-').trim();
                let names = parse_expr(inner).map(|expression| names(&expression)).unwrap_or_default();
                tags.push(Tag::value(start, end, names));
                end
            }
            (_, None) => start + 1,
        };
    }
    tags
}

struct Cutting<'a> {
    passage: &'a Passage,
    /// What `{% set %}` has bound to a text.
    constants: BTreeMap<String, String>,
}

impl<'a> Cutting<'a> {
    fn all(&mut self, statements: &[Stmt<'a>]) -> Vec<Fragment> {
        statements.iter().flat_map(|statement| self.one(statement)).collect()
    }

    fn one(&mut self, statement: &Stmt<'a>) -> Vec<Fragment> {
        match statement {
            Stmt::Template(template) => self.all(&template.children),
            Stmt::EmitRaw(raw) => vec![Fragment::Text(self.slice(raw.raw))],
            Stmt::EmitExpr(emit) => vec![self.emit(&emit.expr, emit.span())],
            Stmt::IfCond(condition) => {
                let mut tests = Some(Vec::new());
                let branches = self.branches(condition, &mut tests);
                vec![self.choice(branches, tests.unwrap_or_default(), condition.span())]
            }
            Stmt::ForLoop(each) => {
                let body = self.apart(&each.body);
                let twice = body.iter().chain(&body).cloned().collect();
                let branches = vec![body, self.apart(&each.else_body), twice];
                let (over, mut binds) = (names(&each.iter), Some(vec!["loop".to_owned()]));
                visit(&each.target, &mut binds);
                let is_plain = each.filter_expr.is_none() && !over.is_empty();
                let condition = if is_plain { over } else { Vec::new() };
                let choice = self.choice(branches, condition, each.span());
                vec![with_binds(choice, binds.unwrap_or_default())]
            }
            Stmt::WithBlock(with) => self.all(&with.body),
            Stmt::AutoEscape(escape) => self.all(&escape.body),
            Stmt::Block(block) => self.all(&block.body),
            Stmt::Set(set) => {
                self.bind(&set.target, &set.expr);
                Vec::new()
            }
            Stmt::FilterBlock(filter) => vec![self.unknown(filter.span())],
            Stmt::Include(include) => vec![self.unknown(include.span())],
            Stmt::Extends(extends) => vec![self.unknown(extends.span())],
            Stmt::CallBlock(call) => vec![self.unknown(call.span())],
            _ => Vec::new(),
        }
    }

    /// The branches of `if`, `elif` and `else`, and the variables that decide.
    fn branches(&mut self, condition: &IfCond<'a>, tests: &mut Option<Vec<String>>) -> Vec<Vec<Fragment>> {
        visit(&condition.expr, tests);
        let mut branches = vec![self.apart(&condition.true_body)];
        match condition.false_body.as_slice() {
            [Stmt::IfCond(other)] => branches.extend(self.branches(other, tests)),
            body => branches.push(self.apart(body)),
        }
        branches
    }

    /// What is written in a branch that may not be taken: a variable set in it is no constant behind it.
    fn apart(&mut self, statements: &[Stmt<'a>]) -> Vec<Fragment> {
        let before = self.constants.clone();
        let fragments = self.all(statements);
        self.constants.retain(|name, value| before.get(name) == Some(value));
        fragments
    }

    fn bind(&mut self, target: &Expr<'a>, value: &Expr<'a>) {
        if let Expr::Var(variable) = target {
            match value {
                Expr::Const(constant) => self.constants.insert(variable.id.to_owned(), constant.value.to_string()),
                _ => self.constants.remove(variable.id),
            };
        }
    }

    fn emit(&self, expression: &Expr<'a>, span: Span) -> Fragment {
        let text = match expression {
            Expr::Const(constant) => Some(constant.value.to_string()),
            Expr::Var(variable) => self.constants.get(variable.id).cloned(),
            _ => None,
        };
        let (start, end) = self.tag(span, "{{", "}}");
        match text {
            Some(text) => {
                let map = crate::document::SourceMap::verbatim(self.passage.map.at(start));
                Fragment::Text(Passage { text, map })
            }
            None => self.value(start, end, names(expression)),
        }
    }

    /// A statement whose output is not known.
    fn unknown(&self, span: Span) -> Fragment {
        let (start, end) = self.tag(span, "{%", "%}");
        self.value(start, end, Vec::new())
    }

    fn value(&self, start: usize, end: usize, names: Vec<String>) -> Fragment {
        let written = self.passage.text[start..end].to_owned();
        Fragment::Value(Placeholder { written, names, span: self.passage.span(start..end) })
    }

    fn choice(&self, branches: Vec<Vec<Fragment>>, names: Vec<String>, span: Span) -> Fragment {
        let (start, end) = self.tag(span, "{%", "%}");
        let written = self.passage.text[start..end].to_owned();
        let span = self.passage.span(start..end);
        Fragment::Choice(Choice { written, branches, names, binds: Vec::new(), span })
    }

    /// The bytes of the tag that a span begins in.
    fn tag(&self, span: Span, open: &str, close: &str) -> (usize, usize) {
        let text = self.passage.text.as_str();
        let inside = (span.start_offset as usize).min(text.len());
        let inside = (0..=inside).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let start =
            if text[inside..].starts_with(open) { inside } else { text[..inside].rfind(open).unwrap_or(inside) };
        let end = text[start..].find(close).map_or(text.len(), |found| start + found + close.len());
        (start, end)
    }

    /// The part of the passage that a piece of its text is.
    fn slice(&self, piece: &str) -> Passage {
        let start = (piece.as_ptr() as usize).wrapping_sub(self.passage.text.as_ptr() as usize);
        let end = start.saturating_add(piece.len());
        if end <= self.passage.text.len() { self.passage.slice(start..end) } else { Passage::default() }
    }
}

/// A loop with the variables that it binds.
fn with_binds(each: Fragment, binds: Vec<String>) -> Fragment {
    match each {
        Fragment::Choice(choice) => Fragment::Choice(Choice { binds, ..choice }),
        other => other,
    }
}

/// The variables that an expression is made of, in order; none where it calls a function, whose value is its own.
fn names(expression: &Expr<'_>) -> Vec<String> {
    let mut found = Some(Vec::new());
    visit(expression, &mut found);
    found.unwrap_or_default()
}

fn visit(expression: &Expr<'_>, found: &mut Option<Vec<String>>) {
    let mut each = |inner: &[&Expr<'_>]| inner.iter().for_each(|inner| visit(inner, found));
    match expression {
        Expr::Var(variable) => {
            if let Some(names) = found {
                names.push(variable.id.to_owned());
                names.dedup();
            }
        }
        Expr::Const(_) => {}
        Expr::UnaryOp(operation) => each(&[&operation.expr]),
        Expr::BinOp(operation) => each(&[&operation.left, &operation.right]),
        Expr::GetAttr(attribute) => each(&[&attribute.expr]),
        Expr::GetItem(item) => each(&[&item.expr, &item.subscript_expr]),
        Expr::Slice(slice) => each(&[&slice.expr]),
        Expr::IfExpr(condition) => {
            each(&[&condition.test_expr, &condition.true_expr]);
            if let Some(other) = &condition.false_expr {
                visit(other, found);
            }
        }
        Expr::Filter(filter) => {
            if let Some(inner) = &filter.expr {
                each(&[inner]);
            }
            for argument in &filter.args {
                if let CallArg::Pos(inner) | CallArg::Kwarg(_, inner) = argument {
                    visit(inner, found);
                }
            }
        }
        Expr::Test(test) => each(&[&test.expr]),
        _ => *found = None,
    }
}
