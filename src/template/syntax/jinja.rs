//! Jinja, by minijinja's own parser; a text that it refuses is cut at its tags, all of them unknown.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use minijinja::machinery::ast::{BinOpKind, CallArg, Expr, IfCond, SetBlock, Stmt};
use minijinja::machinery::{Span, parse, parse_expr};
use minijinja::syntax::SyntaxConfig;

use super::{Tag, cut_at};
use crate::nesting;
use crate::template::{Choice, Fragment, Passage, Placeholder, UnreadReason};

/// Tells whether a text has tags of Jinja: `{% word`, or `{{ expression }}` that begins with a name.
pub(super) fn has_tags(text: &str) -> bool {
    let last = text.rfind("%}").unwrap_or(0);
    let is_statement = |(start, _): (usize, &str)| {
        let inner = text[start + 2..].trim_start_matches(['-', '+']).trim_start();
        inner.starts_with(|letter: char| letter.is_alphabetic()) && start < last
    };
    text.match_indices("{%").any(is_statement) || opened(text).any(|(start, end)| is_expression(&text[start..end]))
}

/// The insides of pairs of braces without others in them, by where they start and end.
fn opened(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut ends = text.match_indices("}}").map(|(end, _)| end).peekable();
    let mut starts = text.match_indices("{{").map(|(start, _)| start + 2).peekable();
    iter::from_fn(move || {
        loop {
            let start = starts.next()?;
            while ends.next_if(|end| *end < start).is_some() {}
            let end = *ends.peek()?;
            if starts.peek().is_none_or(|next| *next > end) {
                return Some((start, end));
            }
        }
    })
}

fn is_expression(inner: &str) -> bool {
    let inner = inner.trim_matches('-').trim();
    inner.starts_with(|letter: char| letter.is_alphabetic() || "_'\"(".contains(letter)) && expression(inner).is_some()
}

/// An expression, unless it is none or nests too deep.
fn expression(inner: &str) -> Option<Expr<'_>> {
    if nesting::is_too_deep(inner) { None } else { parse_expr(inner).ok() }
}

/// The number of blocks that a line opens and closes.
pub(super) fn blocks(line: &str) -> (usize, usize) {
    let words =
        line.match_indices("{%").map(|(start, _)| super::name(line[start + 2..].trim_start_matches(['-', '+', ' '])));
    let words: Vec<&str> = words.collect();
    let opens = |word: &&&str| ["if", "for", "macro", "call", "filter", "with", "block", "raw"].contains(*word);
    (words.iter().filter(opens).count(), words.iter().filter(|word| word.starts_with("end")).count())
}

pub(super) fn cut(passage: &Passage) -> Vec<Fragment> {
    let syntax = SyntaxConfig::builder().keep_trailing_newline(true).build();
    if nesting::too_deep(&passage.text).is_some() {
        return cut_at(passage, tags(&passage.text));
    }
    match syntax.map(|syntax| parse(&passage.text, "template", syntax)) {
        Ok(Ok(Stmt::Template(template))) => {
            let mut cutting = Cutting { passage, bound: Bound::default(), loops: 0 };
            cutting.all(&template.children)
        }
        _ => cut_at(passage, tags(&passage.text)),
    }
}

/// The tags of a text that is not Jinja's to the letter.
fn tags(text: &str) -> Vec<Tag> {
    let (mut tags, mut at) = (Vec::new(), 0);
    // Behind the last end of its kind none is looked for: a file of beginnings alone would be read once for each.
    let last_ends = ["}}", "%}", "#}"].map(|close| (close, text.rfind(close).unwrap_or(0)));
    let end_behind = |start: usize, close: &str| {
        let (_, last) = last_ends.iter().find(|(known, _)| *known == close)?;
        if start <= *last { text[start..].find(close).map(|found| start + found + close.len()) } else { None }
    };
    while let Some(start) = text[at..].find('{').map(|found| at + found) {
        let close = ["{{}}", "{%%}", "{##}"].into_iter().find(|pair| text[start..].starts_with(&pair[..2]));
        let end = close.and_then(|pair| end_behind(start + 2, &pair[2..]));
        at = match (close, end) {
            (Some("{##}"), Some(end)) => {
                tags.push(Tag::nothing(start, end));
                end
            }
            (_, Some(end)) => {
                let inner = text[start + 2..end - 2].trim_matches('-').trim();
                // A statement that the parser does not know may do anything with the text around it.
                tags.push(if text[start..].starts_with("{%") || nesting::is_too_deep(inner) {
                    Tag::unread(start, end, UnreadReason::Computed)
                } else {
                    Tag::value(start, end, expression(inner).map(|expression| names(&expression)).unwrap_or_default())
                });
                end
            }
            (_, None) => start + 1,
        };
    }
    tags
}

struct Cutting<'a> {
    passage: &'a Passage,
    bound: Bound,
    /// Loops around what is cut.
    loops: usize,
}

/// The most loops within each other that are read: each repeats what stands in it, so that a few more would fill the memory.
const MOST_LOOPS: usize = 6;

/// The names that statements have bound so far.
#[derive(Clone, Default)]
struct Bound {
    /// Names of texts, by `{% set name = "text" %}`.
    constants: BTreeMap<String, String>,
    /// Names of texts with values in them, by `{% set name %}…{% endset %}`.
    captured: BTreeMap<String, Vec<Fragment>>,
    /// Names of texts that are not read: macros, what is imported, what a branch may have set.
    unread: BTreeSet<String>,
}

impl Bound {
    /// Forgets a name, which now stands for a text that is read nowhere or for a value.
    fn rebind(&mut self, name: &str, is_unread: bool) {
        self.constants.remove(name);
        self.captured.remove(name);
        if is_unread {
            self.unread.insert(name.to_owned());
        } else {
            self.unread.remove(name);
        }
    }

    /// An expression that makes a text of names whose text is not read, or of captured texts in another way than to insert them.
    fn is_unread(&self, expression: &Expr<'_>) -> bool {
        let is_here = |name: &str| {
            self.unread.contains(name) || self.captured.contains_key(name) || self.constants.contains_key(name)
        };
        matches!(expression, Expr::Var(variable) if is_here(variable.id))
            || parts(expression).into_iter().any(|part| self.is_unread(part))
    }

    /// The text of an expression of constants.
    fn text(&self, expression: &Expr<'_>) -> Option<String> {
        match expression {
            Expr::Const(constant) => Some(constant.value.to_string()),
            Expr::Var(variable) => self.constants.get(variable.id).cloned(),
            Expr::BinOp(operation) => {
                let joins = match operation.op {
                    BinOpKind::Concat => true,
                    BinOpKind::Add => is_text(expression),
                    _ => false,
                };
                let both = || Some(self.text(&operation.left)? + &self.text(&operation.right)?);
                joins.then(both).flatten()
            }
            _ => None,
        }
    }
}

impl<'a> Cutting<'a> {
    fn all(&mut self, statements: &[Stmt<'a>]) -> Vec<Fragment> {
        statements.iter().flat_map(|statement| self.one(statement)).collect()
    }

    fn one(&mut self, statement: &Stmt<'a>) -> Vec<Fragment> {
        match statement {
            Stmt::Template(template) => self.all(&template.children),
            Stmt::EmitRaw(raw) => vec![Fragment::Text(self.slice(raw.raw))],
            Stmt::EmitExpr(emit) => self.emit(&emit.expr, emit.span()),
            Stmt::IfCond(condition) => {
                let mut tests = Some(Vec::new());
                let branches = self.branches(condition, &mut tests);
                vec![self.choice(branches, tests.unwrap_or_default(), condition.span())]
            }
            Stmt::ForLoop(each) if self.loops == MOST_LOOPS => vec![self.unread(each.span(), UnreadReason::Computed)],
            Stmt::ForLoop(each) => {
                self.loops += 1;
                let body = self.within(&each.body);
                self.loops -= 1;
                let twice = body.iter().chain(&body).cloned().collect();
                let branches = vec![body, self.within(&each.else_body), twice];
                let (over, mut binds) = (names(&each.iter), Some(vec!["loop".to_owned()]));
                visit(&each.target, &mut binds);
                let is_plain = each.filter_expr.is_none() && !over.is_empty();
                let condition = if is_plain { over } else { Vec::new() };
                let choice = self.choice(branches, condition, each.span());
                vec![with_binds(choice, binds.unwrap_or_default())]
            }
            Stmt::WithBlock(with) => {
                let before = self.bound.clone();
                with.assignments.iter().for_each(|(target, value)| self.bind(target, value));
                let fragments = self.all(&with.body);
                self.bound = before;
                fragments
            }
            Stmt::AutoEscape(escape) => self.all(&escape.body),
            Stmt::Block(block) => self.all(&block.body),
            Stmt::Set(set) => {
                self.bind(&set.target, &set.expr);
                Vec::new()
            }
            Stmt::SetBlock(set) => {
                self.capture(set);
                Vec::new()
            }
            Stmt::Macro(own) => {
                self.bound.rebind(own.name, true);
                Vec::new()
            }
            Stmt::Import(import) => {
                self.import(&import.name);
                Vec::new()
            }
            Stmt::FromImport(import) => {
                import.names.iter().for_each(|(name, alias)| self.import(alias.as_ref().unwrap_or(name)));
                Vec::new()
            }
            Stmt::FilterBlock(filter) => vec![self.unread(filter.span(), UnreadReason::Computed)],
            Stmt::Include(include) => vec![self.unread(include.span(), UnreadReason::Include)],
            Stmt::Extends(extends) => vec![self.unread(extends.span(), UnreadReason::Include)],
            Stmt::CallBlock(call) => vec![self.unread(call.span(), UnreadReason::Computed)],
            _ => Vec::new(),
        }
    }

    /// The branches of `if`, `elif` and `else`, and the variables that decide.
    fn branches(&mut self, condition: &IfCond<'a>, tests: &mut Option<Vec<String>>) -> Vec<Vec<Fragment>> {
        visit(&condition.expr, tests);
        // The first branch is the one of a value that is true; of its negation it is the other one.
        if matches!(condition.expr, Expr::UnaryOp(_)) {
            *tests = None;
        }
        let mut branches = vec![self.apart(&condition.true_body)];
        match condition.false_body.as_slice() {
            [Stmt::IfCond(other)] => branches.extend(self.branches(other, tests)),
            body => branches.push(self.apart(body)),
        }
        branches
    }

    /// Cuts a branch that may not be taken: a name that is set in it stands for one of several texts behind it.
    fn apart(&mut self, statements: &[Stmt<'a>]) -> Vec<Fragment> {
        let before = self.bound.clone();
        let fragments = self.all(statements);
        let after = std::mem::replace(&mut self.bound, before);
        let changed = |name: &&String| {
            after.constants.get(*name) != self.bound.constants.get(*name)
                || after.captured.contains_key(*name) != self.bound.captured.contains_key(*name)
                || after.unread.contains(*name)
        };
        let names = after.constants.keys().chain(after.captured.keys()).chain(&after.unread);
        let names: Vec<String> = names.chain(self.bound.constants.keys()).filter(changed).cloned().collect();
        for name in &names {
            self.bound.rebind(name, true);
        }
        fragments
    }

    /// Cuts a block behind which the names that it sets are forgotten.
    fn within(&mut self, statements: &[Stmt<'a>]) -> Vec<Fragment> {
        let before = self.bound.clone();
        let fragments = self.all(statements);
        self.bound = before;
        fragments
    }

    fn bind(&mut self, target: &Expr<'a>, value: &Expr<'a>) {
        let Expr::Var(variable) = target else { return };
        let text = self.bound.text(value);
        // A value joined to a text is a value whose text is not read.
        self.bound.rebind(variable.id, text.is_none() && (has_text(value) || self.bound.is_unread(value)));
        if let Some(text) = text {
            self.bound.constants.insert(variable.id.to_owned(), text);
        }
    }

    fn capture(&mut self, set: &SetBlock<'a>) {
        let fragments = self.within(&set.body);
        if let Expr::Var(variable) = &set.target {
            self.bound.rebind(variable.id, set.filter.is_some());
            if set.filter.is_none() {
                self.bound.captured.insert(variable.id.to_owned(), fragments);
            }
        }
    }

    fn import(&mut self, name: &Expr<'a>) {
        if let Expr::Var(variable) = name {
            self.bound.rebind(variable.id, true);
        }
    }

    fn emit(&self, expression: &Expr<'a>, span: Span) -> Vec<Fragment> {
        if let Expr::Var(variable) = expression
            && let Some(fragments) = self.bound.captured.get(variable.id)
        {
            return fragments.clone();
        }
        let (start, end) = self.tag(span, "{{", "}}");
        if let Some(text) = self.bound.text(expression) {
            let map = crate::document::SourceMap::verbatim(self.passage.map.at(start));
            return vec![Fragment::Text(Passage { text, map })];
        }
        let unread = self.bound.is_unread(expression).then_some(UnreadReason::Computed);
        vec![self.value(start, end, names(expression), unread)]
    }

    /// A statement that inserts a text which is not read.
    fn unread(&self, span: Span, reason: UnreadReason) -> Fragment {
        let (start, end) = self.tag(span, "{%", "%}");
        self.value(start, end, Vec::new(), Some(reason))
    }

    fn value(&self, start: usize, end: usize, names: Vec<String>, unread: Option<UnreadReason>) -> Fragment {
        let written = self.passage.text[start..end].to_owned();
        Fragment::Value(Placeholder { written, names, span: self.passage.span(start..end), unread, class: None })
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

/// The expressions that an expression is made of.
fn parts<'e, 'a>(expression: &'e Expr<'a>) -> Vec<&'e Expr<'a>> {
    match expression {
        Expr::Var(_) | Expr::Const(_) => Vec::new(),
        Expr::Slice(slice) => [Some(&slice.expr), slice.start.as_ref(), slice.stop.as_ref(), slice.step.as_ref()]
            .into_iter()
            .flatten()
            .collect(),
        Expr::UnaryOp(operation) => vec![&operation.expr],
        Expr::BinOp(operation) => vec![&operation.left, &operation.right],
        Expr::Compare(compare) => std::iter::once(&compare.expr).chain(compare.ops.iter().map(|op| &op.expr)).collect(),
        Expr::IfExpr(condition) => {
            let both = [&condition.test_expr, &condition.true_expr];
            both.into_iter().chain(condition.false_expr.as_ref()).collect()
        }
        Expr::Filter(filter) => filter.expr.iter().chain(filter.args.iter().map(argument)).collect(),
        Expr::Test(test) => std::iter::once(&test.expr).chain(test.args.iter().map(argument)).collect(),
        Expr::GetAttr(attribute) => vec![&attribute.expr],
        Expr::GetItem(item) => vec![&item.expr, &item.subscript_expr],
        Expr::Call(call) => std::iter::once(&call.expr).chain(call.args.iter().map(argument)).collect(),
        Expr::List(list) => list.items.iter().collect(),
        Expr::Tuple(tuple) => tuple.items.iter().collect(),
        Expr::Map(map) => map.keys.iter().chain(&map.values).collect(),
    }
}

fn argument<'e, 'a>(argument: &'e CallArg<'a>) -> &'e Expr<'a> {
    match argument {
        CallArg::Pos(value) | CallArg::Kwarg(_, value) | CallArg::PosSplat(value) | CallArg::KwargSplat(value) => value,
    }
}

/// The expression makes a text and no number.
fn is_text(expression: &Expr<'_>) -> bool {
    match expression {
        Expr::Const(constant) => constant.value.as_str().is_some(),
        Expr::BinOp(operation) => match operation.op {
            BinOpKind::Concat => true,
            BinOpKind::Add => is_text(&operation.left) || is_text(&operation.right),
            _ => false,
        },
        _ => false,
    }
}

/// A text is written in the expression, apart from the keys and arguments by which it takes a value.
fn has_text(expression: &Expr<'_>) -> bool {
    match expression {
        Expr::Const(constant) => constant.value.as_str().is_some_and(|text| !text.is_empty()),
        Expr::GetItem(item) => has_text(&item.expr),
        Expr::Filter(filter) => filter.expr.as_ref().is_some_and(has_text),
        Expr::Call(_) | Expr::Compare(_) | Expr::Test(_) => false,
        other => parts(other).into_iter().any(has_text),
    }
}
