//! Cutting a template of Jinja at its statements and expressions, with the macros it calls and the files it inserts.

use std::collections::BTreeMap;

use minijinja::machinery::Span;
use minijinja::machinery::ast::{BinOpKind, Block, Expr, IfCond, Stmt};

use super::bound::{Bound, MacroInFile, Meaning};
use super::expression::{block_filtered, constant, has_text, is_text, is_unread, names, printed, truth, visit};
use super::library::{Library, Parsed};
use crate::document::SourceMap;
use crate::template::{Choice, Condition, Fragment, Passage, Placeholder, UnreadReason};

/// The most loops within each other that are read: each repeats what stands in it, so that a few more would fill the memory.
pub(super) const MOST_LOOPS: usize = 6;

/// The most macros and files within each other.
pub(super) const MOST_INSERTED: usize = 12;

/// The most statements that macros, loops over constants and inserted files may make of a template, and the most stretches of text.
const MOST_STATEMENTS: usize = 100_000;

/// The bytes of text that count as one statement.
const BYTES: usize = 8;

/// Cuts a text that is parsed.
pub(super) fn cut<'a>(passage: &'a Passage, parsed: &Parsed<'a>, library: &Library<'a>) -> Vec<Fragment> {
    let mut cutting = Cutting {
        passage,
        library,
        parsed,
        pin: None,
        bound: Bound::default(),
        blocks: BTreeMap::new(),
        loops: 0,
        inserted: 0,
        left: MOST_STATEMENTS,
    };
    cutting.template(parsed)
}

/// The bytes of the passage that text of another file stands for: of the statement that inserts it.
pub(super) type Pin = Option<TagBytes>;

/// The first byte of a tag in the text that is cut, and the byte behind it.
pub(super) type TagBytes = (usize, usize);

/// The variables that decide which branch of a choice is taken, and how.
#[derive(Clone)]
pub(super) struct Decided {
    /// None where they are not known.
    pub(super) names: Vec<String>,
    pub(super) conditions: Vec<Condition>,
}

pub(super) struct Cutting<'t, 'a> {
    pub(super) passage: &'t Passage,
    pub(super) library: &'t Library<'a>,
    /// The text that is cut now.
    pub(super) parsed: &'t Parsed<'a>,
    pub(super) pin: Pin,
    pub(super) bound: Bound<'t, 'a>,
    /// Blocks that stand in place of those of a file that is extended, the last that counts first.
    pub(super) blocks: BTreeMap<&'a str, Vec<(&'t Parsed<'a>, Pin, &'t Block<'a>)>>,
    /// Loops around what is cut.
    pub(super) loops: usize,
    /// Macros and files around what is cut.
    pub(super) inserted: usize,
    /// Statements that may still be cut.
    pub(super) left: usize,
}

impl<'t, 'a> Cutting<'t, 'a> {
    pub(super) fn all(&mut self, statements: &'t [Stmt<'a>]) -> Vec<Fragment> {
        let mut fragments: Vec<Fragment> = statements.iter().flat_map(|statement| self.one(statement)).collect();
        // The first place says it for those behind it.
        fragments.dedup_by(|next, before| is_too_large(next) && is_too_large(before));
        fragments
    }

    pub(super) fn one(&mut self, statement: &'t Stmt<'a>) -> Vec<Fragment> {
        if !self.has_room(1) {
            return self.cut_short(self.statement(span(statement)));
        }
        match statement {
            Stmt::Template(template) => self.all(&template.children),
            Stmt::EmitRaw(raw) => vec![Fragment::Text(self.slice(raw.raw))],
            Stmt::EmitExpr(emit) => self.emit(&emit.expr, self.tag(emit.span(), "{{", "}}")),
            Stmt::IfCond(condition) => self.condition(condition, self.statement(condition.span())),
            Stmt::ForLoop(each) => self.repeat(each, self.statement(each.span())),
            Stmt::WithBlock(with) => {
                let before = self.bound.clone();
                let tag = self.statement(with.span());
                with.assignments.iter().for_each(|(target, value)| self.bind(target, value, tag));
                let fragments = self.all(&with.body);
                self.bound = before;
                fragments
            }
            Stmt::AutoEscape(escape) => self.all(&escape.body),
            Stmt::Block(block) => self.block(block),
            Stmt::FilterBlock(filter) => {
                let tag = self.statement(filter.span());
                let body = self.within(&filter.body);
                match self.filtered(&filter.filter, &body) {
                    Some(text) => vec![self.text_at(text, tag)],
                    None => vec![self.unread(tag, UnreadReason::Computed)],
                }
            }
            Stmt::Include(include) => self.include(&include.name, self.statement(include.span())),
            Stmt::CallBlock(call) => self.call_block(&call.call, &call.macro_decl, self.statement(call.span())),
            other => {
                self.binding(other);
                Vec::new()
            }
        }
    }

    /// A statement that shows nothing and binds names.
    fn binding(&mut self, statement: &'t Stmt<'a>) {
        match statement {
            Stmt::Set(set) => self.bind(&set.target, &set.expr, self.statement(set.span())),
            Stmt::SetBlock(set) => {
                let fragments = self.within(&set.body);
                if let Expr::Var(variable) = &set.target {
                    let meaning = match &set.filter {
                        None => Meaning::Captured(fragments),
                        Some(filter) => match self.filtered(filter, &fragments) {
                            Some(text) => Meaning::Constant(text.into()),
                            None => Meaning::Unread,
                        },
                    };
                    self.bound.bind(variable.id, meaning);
                }
            }
            Stmt::Macro(own) => {
                let own_macro = MacroInFile { parsed: self.parsed, definition: own, home: None };
                self.bound.bind(own.name, Meaning::Macro(own_macro));
            }
            Stmt::Import(import) => {
                let module = self.module(&import.expr, self.statement(import.span()));
                if let Expr::Var(variable) = &import.name {
                    self.bound.bind(variable.id, module.map_or(Meaning::Unread, Meaning::Module));
                }
            }
            Stmt::FromImport(import) => {
                let module = self.module(&import.expr, self.statement(import.span()));
                for (name, alias) in &import.names {
                    let (Expr::Var(name), Expr::Var(own)) = (name, alias.as_ref().unwrap_or(name)) else { continue };
                    let meaning = module.as_ref().and_then(|module| module.exported(name.id));
                    self.bound.bind(own.id, meaning.unwrap_or(Meaning::Unread));
                }
            }
            _ => {}
        }
    }

    fn condition(&mut self, condition: &'t IfCond<'a>, tag: TagBytes) -> Vec<Fragment> {
        if let Some(is_true) = truth(&condition.expr, &self.bound) {
            return self.all(if is_true { &condition.true_body } else { &condition.false_body });
        }
        let mut tests = Some(Vec::new());
        let (mut ends, mut conditions) = (Vec::new(), Vec::new());
        let branches = self.branches(condition, &mut tests, &mut conditions, &mut ends);
        let decided = Decided { names: tests.unwrap_or_default(), conditions };
        let choice = self.choice(branches, decided.clone(), tag);
        self.merge(&ends, &decided, tag);
        vec![choice]
    }

    /// The branches of `if`, `elif` and `else`, the variables and conditions that decide, and the names as each branch leaves them.
    fn branches(
        &mut self,
        condition: &'t IfCond<'a>,
        tests: &mut Option<Vec<String>>,
        conditions: &mut Vec<Condition>,
        ends: &mut Vec<Bound<'t, 'a>>,
    ) -> Vec<Vec<Fragment>> {
        visit(&condition.expr, &self.bound, tests);
        conditions.push(self.condition_of(&condition.expr));
        // The first branch is the one of a value that is true; of its negation it is the other one.
        if matches!(condition.expr, Expr::UnaryOp(_)) {
            *tests = None;
        }
        let mut branches = vec![self.apart(&condition.true_body, ends)];
        match condition.false_body.as_slice() {
            [Stmt::IfCond(other)] if truth(&other.expr, &self.bound).is_none() => {
                branches.extend(self.branches(other, tests, conditions, ends));
            }
            body => branches.push(self.apart(body, ends)),
        }
        branches
    }

    /// The text that a filter makes of a block without values.
    fn filtered(&self, filter: &Expr<'a>, body: &[Fragment]) -> Option<String> {
        let text = |fragment: &Fragment| match fragment {
            Fragment::Text(passage) => Some(passage.text.clone()),
            _ => None,
        };
        let text: String = body.iter().map(text).collect::<Option<_>>()?;
        block_filtered(filter, &text, &self.bound)
    }

    /// Cuts a branch that may not be taken.
    fn apart(&mut self, statements: &'t [Stmt<'a>], ends: &mut Vec<Bound<'t, 'a>>) -> Vec<Fragment> {
        let before = self.bound.clone();
        let fragments = self.all(statements);
        ends.push(std::mem::replace(&mut self.bound, before));
        fragments
    }

    /// Gives each name that a branch has set the meaning of one of several texts.
    fn merge(&mut self, ends: &[Bound<'t, 'a>], decided: &Decided, tag: TagBytes) {
        let mut changed: Vec<String> = ends.iter().flat_map(|end| self.bound.changed_in(end)).collect();
        changed.sort();
        changed.dedup();
        for end in ends {
            self.bound.count_on(end);
        }
        for name in changed {
            let meanings: Vec<Option<&Meaning<'t, 'a>>> = ends.iter().map(|end| end.get(&name)).collect();
            let is_value = |meaning: Option<&Meaning<'_, '_>>| matches!(meaning, None | Some(Meaning::Variables(_)));
            let branches: Option<Vec<_>> = meanings.iter().map(|meaning| self.text_of(&name, *meaning, tag)).collect();
            let meaning = match branches {
                _ if meanings.iter().copied().all(is_value) => Meaning::Variables(Vec::new()),
                Some(branches) => Meaning::Captured(vec![self.choice(branches, decided.clone(), tag)]),
                None => Meaning::Unread,
            };
            self.bound.bind(&name, meaning);
        }
    }

    /// The text that a name with this meaning gives; `None` if it is not read.
    fn text_of(&self, name: &str, meaning: Option<&Meaning<'t, 'a>>, tag: TagBytes) -> Option<Vec<Fragment>> {
        match meaning {
            Some(Meaning::Constant(value)) => Some(vec![self.text_at(printed(value)?, tag)]),
            Some(Meaning::Captured(fragments)) => Some(fragments.clone()),
            Some(Meaning::Variables(names)) => Some(vec![self.value(tag, names.clone(), None)]),
            // The program fills it.
            None => Some(vec![self.value(tag, vec![name.to_owned()], None)]),
            _ => None,
        }
    }

    /// A text that a tag gives.
    fn text_at(&self, text: String, tag: TagBytes) -> Fragment {
        let map = SourceMap::pinned(self.passage.map.at(self.pin.unwrap_or(tag).0));
        Fragment::Text(Passage { text, map })
    }

    /// Cuts a block behind which the names that it sets are forgotten.
    pub(super) fn within(&mut self, statements: &'t [Stmt<'a>]) -> Vec<Fragment> {
        let before = self.bound.clone();
        let fragments = self.all(statements);
        let after = std::mem::replace(&mut self.bound, before);
        self.bound.count_on(&after);
        fragments
    }

    fn bind(&mut self, target: &Expr<'a>, value: &'t Expr<'a>, tag: TagBytes) {
        if let Expr::Var(variable) = target {
            let meaning = self.meaning(value, tag);
            self.bound.bind(variable.id, meaning);
        }
    }

    /// The meaning of a name that is given this value.
    pub(super) fn meaning(&mut self, value: &'t Expr<'a>, tag: TagBytes) -> Meaning<'t, 'a> {
        if let Some(value) = constant(value, &self.bound) {
            return Meaning::Constant(value);
        }
        if let Expr::Var(variable) = value
            && let Some(meaning) = self.bound.get(variable.id)
        {
            return meaning.clone();
        }
        if self.is_joined(value) || matches!(value, Expr::IfExpr(_)) {
            return Meaning::Captured(self.emit(value, tag));
        }
        let is_namespace =
            matches!(value, Expr::Call(call) if matches!(&call.expr, Expr::Var(name) if name.id == "namespace"));
        // A value joined to a text is a value whose text is not read.
        if is_namespace || has_text(value) || is_unread(value, &self.bound) {
            return Meaning::Unread;
        }
        Meaning::Variables(names(value, &self.bound))
    }

    /// Tells whether an expression puts texts together: a `+` is a sum unless one side is a text.
    fn is_joined(&self, expression: &Expr<'_>) -> bool {
        let Expr::BinOp(operation) = expression else { return false };
        let is_known_text = |side: &Expr<'_>| match side {
            Expr::Var(variable) => match self.bound.get(variable.id) {
                Some(Meaning::Captured(_)) => true,
                Some(Meaning::Constant(value)) => value.as_str().is_some(),
                _ => false,
            },
            other => is_text(other) || self.is_joined(other),
        };
        match operation.op {
            BinOpKind::Concat => true,
            BinOpKind::Add => is_known_text(&operation.left) || is_known_text(&operation.right),
            _ => false,
        }
    }

    /// The text that an expression in this tag gives.
    fn emit(&mut self, expression: &'t Expr<'a>, tag: TagBytes) -> Vec<Fragment> {
        if let Some(text) = constant(expression, &self.bound).and_then(|value| printed(&value)) {
            let has_room = self.has_room(text.len() / BYTES);
            return if has_room { vec![self.text_at(text, tag)] } else { self.cut_short(tag) };
        }
        match expression {
            Expr::Var(variable) => {
                if let Some(Meaning::Captured(fragments)) = self.bound.get(variable.id) {
                    let (size, fragments) = (size(fragments), fragments.clone());
                    return if self.has_room(size) { fragments } else { self.cut_short(tag) };
                }
            }
            Expr::Call(call) => {
                if let Some(fragments) = self.called(call, tag) {
                    return fragments;
                }
            }
            Expr::BinOp(operation) if self.is_joined(expression) => {
                let mut fragments = self.emit(&operation.left, tag);
                fragments.extend(self.emit(&operation.right, tag));
                return fragments;
            }
            Expr::IfExpr(condition) => {
                let no = condition.false_expr.as_ref().map(|other| self.emit(other, tag)).unwrap_or_default();
                let branches = vec![self.emit(&condition.true_expr, tag), no];
                let mut tests = Some(Vec::new());
                visit(&condition.test_expr, &self.bound, &mut tests);
                let is_negated = matches!(condition.test_expr, Expr::UnaryOp(_));
                let names = tests.filter(|_| !is_negated).unwrap_or_default();
                let decided = Decided { names, conditions: vec![self.condition_of(&condition.test_expr)] };
                return vec![self.choice(branches, decided, tag)];
            }
            _ => {}
        }
        let unread = is_unread(expression, &self.bound).then_some(UnreadReason::Computed);
        vec![self.value(tag, names(expression, &self.bound), unread)]
    }

    /// Takes so many statements off what may still be cut; false if they are more.
    fn has_room(&mut self, statements: usize) -> bool {
        let left = self.left.checked_sub(statements);
        self.left = left.unwrap_or(0);
        left.is_some()
    }

    /// Says that from here on nothing more is cut.
    fn cut_short(&self, tag: TagBytes) -> Vec<Fragment> {
        vec![self.unread(tag, UnreadReason::TooLarge)]
    }

    /// A statement that inserts a text which is not read.
    pub(super) fn unread(&self, tag: TagBytes, reason: UnreadReason) -> Fragment {
        self.value(tag, Vec::new(), Some(reason))
    }

    fn value(&self, tag: TagBytes, names: Vec<String>, unread: Option<UnreadReason>) -> Fragment {
        let written = self.parsed.text[tag.0..tag.1].to_owned();
        Fragment::Value(Placeholder { written, names, span: self.span(tag), unread, class: None })
    }

    pub(super) fn choice(&self, branches: Vec<Vec<Fragment>>, decided: Decided, tag: TagBytes) -> Fragment {
        let Decided { names, conditions } = decided;
        let (written, span) = (self.parsed.text[tag.0..tag.1].to_owned(), self.span(tag));
        Fragment::Choice(Choice { written, branches, conditions, names, binds: Vec::new(), span })
    }

    fn condition_of(&self, expression: &Expr<'_>) -> Condition {
        Condition::read(self.written(expression))
    }

    /// An expression as written.
    pub(super) fn written(&self, expression: &Expr<'_>) -> &'t str {
        let span = expression.span();
        self.parsed.text.get(span.start_offset as usize..span.end_offset as usize).unwrap_or_default()
    }

    /// The bytes of the file that some bytes of the text that is cut stand for.
    fn span(&self, tag: TagBytes) -> std::ops::Range<usize> {
        let (start, end) = self.pin.unwrap_or(tag);
        self.passage.span(start..end)
    }

    /// The tag of a statement.
    pub(super) fn statement(&self, span: Span) -> TagBytes {
        self.tag(span, "{%", "%}")
    }

    /// The tag that a span begins in.
    fn tag(&self, span: Span, open: &str, close: &str) -> TagBytes {
        let text = self.parsed.text;
        let inside = (span.start_offset as usize).min(text.len());
        let inside = (0..=inside).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let start =
            if text[inside..].starts_with(open) { inside } else { text[..inside].rfind(open).unwrap_or(inside) };
        let end = text[start..].find(close).map_or(text.len(), |found| start + found + close.len());
        (start, end)
    }

    /// The text that a piece of what is cut gives: each line ends in a line feed, as Jinja has it.
    fn slice(&self, piece: &str) -> Passage {
        let start = (piece.as_ptr() as usize).wrapping_sub(self.parsed.text.as_ptr() as usize);
        let end = start.saturating_add(piece.len());
        if end > self.parsed.text.len() {
            return Passage::default();
        }
        if let Some((pin, _)) = self.pin {
            return Passage { text: piece.replace("\r\n", "\n"), map: SourceMap::pinned(self.passage.map.at(pin)) };
        }
        let mut whole = Passage::default();
        let mut at = start;
        for part in piece.split_inclusive("\r\n") {
            let line = self.passage.slice(at..at + part.trim_end_matches("\r\n").len());
            whole.map.append(whole.text.len(), &line.map);
            whole.text.push_str(&line.text);
            if part.ends_with("\r\n") {
                let feed = at + part.len() - 1;
                whole.map.append(whole.text.len(), &self.passage.map.slice(feed..feed + 1));
                whole.text.push('\n');
            }
            at += part.len();
        }
        whole
    }
}

fn is_too_large(fragment: &Fragment) -> bool {
    matches!(fragment, Fragment::Value(Placeholder { unread: Some(UnreadReason::TooLarge), .. }))
}

fn span(statement: &Stmt<'_>) -> Span {
    match statement {
        Stmt::EmitRaw(raw) => raw.span(),
        Stmt::EmitExpr(emit) => emit.span(),
        Stmt::IfCond(condition) => condition.span(),
        Stmt::ForLoop(each) => each.span(),
        Stmt::Set(set) => set.span(),
        Stmt::SetBlock(set) => set.span(),
        Stmt::Include(include) => include.span(),
        Stmt::CallBlock(call) => call.span(),
        _ => Span::default(),
    }
}

/// The stretches of some fragments, by their length.
fn size(fragments: &[Fragment]) -> usize {
    let of_one = |fragment: &Fragment| match fragment {
        Fragment::Text(passage) => 1 + passage.text.len() / BYTES,
        Fragment::Value(_) => 1,
        Fragment::Choice(choice) => 1 + choice.branches.iter().map(|branch| size(branch)).sum::<usize>(),
    };
    fragments.iter().map(of_one).sum()
}

/// A loop with the variables that it binds.
pub(super) fn with_binds(each: Fragment, binds: Vec<String>) -> Fragment {
    match each {
        Fragment::Choice(choice) => Fragment::Choice(Choice { binds, ..choice }),
        other => other,
    }
}
