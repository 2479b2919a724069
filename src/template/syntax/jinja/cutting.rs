//! Cutting a template of Jinja at its statements and expressions, with the macros it calls and the files it inserts.

use std::collections::BTreeMap;
use std::rc::Rc;

use minijinja::Value;
use minijinja::machinery::Span;
use minijinja::machinery::ast::{BinOpKind, Block, Call, CallArg, Expr, ForLoop, IfCond, Macro, Stmt};
use minijinja::value::ValueKind;

use super::bound::{Bound, MacroInFile, Meaning};
use super::expression::{constant, has_text, is_text, is_unread, names, printed, truth, visit};
use super::library::{Library, Parsed, names_of};
use crate::document::SourceMap;
use crate::template::{Choice, Fragment, Passage, Placeholder, UnreadReason};

/// The most loops within each other that are read: each repeats what stands in it, so that a few more would fill the memory.
const MOST_LOOPS: usize = 6;

/// The most macros and files within each other.
const MOST_INSERTED: usize = 12;

/// The most statements that macros, loops over constants and inserted files may make of a template.
const MOST_STATEMENTS: usize = 100_000;

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
type Pin = Option<(usize, usize)>;

struct Cutting<'t, 'a> {
    passage: &'t Passage,
    library: &'t Library<'a>,
    /// The text that is cut now.
    parsed: &'t Parsed<'a>,
    pin: Pin,
    bound: Bound<'t, 'a>,
    /// Blocks that stand in place of those of a file that is extended, the last that counts first.
    blocks: BTreeMap<&'a str, Vec<(&'t Parsed<'a>, Pin, &'t Block<'a>)>>,
    /// Loops around what is cut.
    loops: usize,
    /// Macros and files around what is cut.
    inserted: usize,
    /// Statements that may still be cut.
    left: usize,
}

impl<'t, 'a> Cutting<'t, 'a> {
    /// A whole text: its own, or where it extends another, that one with its blocks.
    fn template(&mut self, parsed: &'t Parsed<'a>) -> Vec<Fragment> {
        let extends = parsed.statements().iter().find_map(|statement| match statement {
            Stmt::Extends(extends) => Some(extends),
            _ => None,
        });
        let Some(extends) = extends else { return self.all(parsed.statements()) };
        let base = names_of(&extends.name).into_iter().find_map(|name| self.library.get(name.as_str()));
        let Some(base) = base.filter(|_| self.inserted < MOST_INSERTED) else {
            let mut fragments = vec![self.unread(extends.span(), UnreadReason::Include)];
            fragments.extend(self.all(parsed.statements()));
            return fragments;
        };
        for statement in parsed.statements() {
            match statement {
                Stmt::Block(block) => self.blocks.entry(block.name).or_default().push((self.parsed, self.pin, block)),
                // What stands outside blocks is not shown, but it binds names.
                other => drop(self.one(other)),
            }
        }
        let pin = self.pin.or_else(|| Some(self.tag(extends.span(), "{%", "%}")));
        self.inside(base, pin, |cutting| cutting.template(base))
    }

    /// Does something in another text, whose places are those of the statement that inserts it.
    fn inside<T>(&mut self, parsed: &'t Parsed<'a>, pin: Pin, act: impl FnOnce(&mut Self) -> T) -> T {
        let (before, pinned) = (std::mem::replace(&mut self.parsed, parsed), std::mem::replace(&mut self.pin, pin));
        self.inserted += 1;
        let done = act(self);
        self.inserted -= 1;
        (self.parsed, self.pin) = (before, pinned);
        done
    }

    fn all(&mut self, statements: &'t [Stmt<'a>]) -> Vec<Fragment> {
        statements.iter().flat_map(|statement| self.one(statement)).collect()
    }

    fn one(&mut self, statement: &'t Stmt<'a>) -> Vec<Fragment> {
        if self.left == 0 {
            return Vec::new();
        }
        self.left -= 1;
        match statement {
            Stmt::Template(template) => self.all(&template.children),
            Stmt::EmitRaw(raw) => vec![Fragment::Text(self.slice(raw.raw))],
            Stmt::EmitExpr(emit) => self.emit(&emit.expr, emit.span()),
            Stmt::IfCond(condition) => self.condition(condition, condition.span()),
            Stmt::ForLoop(each) => self.repeat(each, each.span()),
            Stmt::WithBlock(with) => {
                let before = self.bound.clone();
                with.assignments.iter().for_each(|(target, value)| self.bind(target, value));
                let fragments = self.all(&with.body);
                self.bound = before;
                fragments
            }
            Stmt::AutoEscape(escape) => self.all(&escape.body),
            Stmt::Block(block) => self.block(block),
            Stmt::FilterBlock(filter) => vec![self.unread(filter.span(), UnreadReason::Computed)],
            Stmt::Include(include) => self.include(&include.name, include.span()),
            Stmt::CallBlock(call) => self.call_block(&call.call, &call.macro_decl, call.span()),
            other => {
                self.binding(other);
                Vec::new()
            }
        }
    }

    /// A statement that shows nothing and binds names.
    fn binding(&mut self, statement: &'t Stmt<'a>) {
        match statement {
            Stmt::Set(set) => self.bind(&set.target, &set.expr),
            Stmt::SetBlock(set) => {
                let fragments = self.within(&set.body);
                if let Expr::Var(variable) = &set.target {
                    let meaning = if set.filter.is_some() { Meaning::Unread } else { Meaning::Captured(fragments) };
                    self.bound.bind(variable.id, meaning);
                }
            }
            Stmt::Macro(own) => {
                let own_macro = MacroInFile { parsed: self.parsed, definition: own, home: None };
                self.bound.bind(own.name, Meaning::Macro(own_macro));
            }
            Stmt::Import(import) => {
                let module = self.module(&import.expr, import.span());
                if let Expr::Var(variable) = &import.name {
                    self.bound.bind(variable.id, module.map_or(Meaning::Unread, Meaning::Module));
                }
            }
            Stmt::FromImport(import) => {
                let module = self.module(&import.expr, import.span());
                for (name, alias) in &import.names {
                    let (Expr::Var(name), Expr::Var(own)) = (name, alias.as_ref().unwrap_or(name)) else { continue };
                    let meaning = module.as_ref().and_then(|module| module.exported(name.id));
                    self.bound.bind(own.id, meaning.unwrap_or(Meaning::Unread));
                }
            }
            _ => {}
        }
    }

    /// What another file binds; `None` if it is not there.
    fn module(&mut self, name: &Expr<'a>, span: Span) -> Option<Rc<Bound<'t, 'a>>> {
        let parsed = names_of(name).into_iter().find_map(|name| self.library.get(name.as_str()))?;
        if self.inserted == MOST_INSERTED {
            return None;
        }
        let pin = self.pin.or_else(|| Some(self.tag(span, "{%", "%}")));
        let before = std::mem::take(&mut self.bound);
        self.inside(parsed, pin, |cutting| cutting.all(parsed.statements()));
        Some(Rc::new(std::mem::replace(&mut self.bound, before)))
    }

    fn include(&mut self, name: &Expr<'a>, span: Span) -> Vec<Fragment> {
        let parsed = names_of(name).into_iter().find_map(|name| self.library.get(name.as_str()));
        let Some(parsed) = parsed.filter(|_| self.inserted < MOST_INSERTED) else {
            return vec![self.unread(span, UnreadReason::Include)];
        };
        let pin = self.pin.or_else(|| Some(self.tag(span, "{%", "%}")));
        let (before, blocks) = (self.bound.clone(), std::mem::take(&mut self.blocks));
        let fragments = self.inside(parsed, pin, |cutting| cutting.template(parsed));
        (self.bound, self.blocks) = (before, blocks);
        fragments
    }

    /// A block, or the one that stands in its place.
    fn block(&mut self, block: &'t Block<'a>) -> Vec<Fragment> {
        let mut chain = self.blocks.get(block.name).cloned().unwrap_or_default();
        chain.push((self.parsed, self.pin, block));
        let before = self.bound.clone();
        let mut fragments = Vec::new();
        for (parsed, pin, block) in chain.into_iter().rev() {
            self.bound.bind("super", Meaning::Callable(std::mem::take(&mut fragments)));
            fragments = self.inside(parsed, pin, |cutting| cutting.all(&block.body));
        }
        self.bound = before;
        fragments
    }

    fn condition(&mut self, condition: &'t IfCond<'a>, span: Span) -> Vec<Fragment> {
        if let Some(is_true) = truth(&condition.expr, &self.bound) {
            return self.all(if is_true { &condition.true_body } else { &condition.false_body });
        }
        let mut tests = Some(Vec::new());
        let mut ends = Vec::new();
        let branches = self.branches(condition, &mut tests, &mut ends);
        let tests = tests.unwrap_or_default();
        let choice = self.choice(branches, tests.clone(), span);
        self.merge(&ends, &tests, span);
        vec![choice]
    }

    /// The branches of `if`, `elif` and `else`, the variables that decide, and the names as each branch leaves them.
    fn branches(
        &mut self,
        condition: &'t IfCond<'a>,
        tests: &mut Option<Vec<String>>,
        ends: &mut Vec<Bound<'t, 'a>>,
    ) -> Vec<Vec<Fragment>> {
        visit(&condition.expr, &self.bound, tests);
        // The first branch is the one of a value that is true; of its negation it is the other one.
        if matches!(condition.expr, Expr::UnaryOp(_)) {
            *tests = None;
        }
        let mut branches = vec![self.apart(&condition.true_body, ends)];
        match condition.false_body.as_slice() {
            [Stmt::IfCond(other)] if truth(&other.expr, &self.bound).is_none() => {
                branches.extend(self.branches(other, tests, ends));
            }
            body => branches.push(self.apart(body, ends)),
        }
        branches
    }

    /// Cuts a branch that may not be taken.
    fn apart(&mut self, statements: &'t [Stmt<'a>], ends: &mut Vec<Bound<'t, 'a>>) -> Vec<Fragment> {
        let before = self.bound.clone();
        let fragments = self.all(statements);
        ends.push(std::mem::replace(&mut self.bound, before));
        fragments
    }

    /// Gives each name that a branch has set the meaning of one of several texts.
    fn merge(&mut self, ends: &[Bound<'t, 'a>], tests: &[String], span: Span) {
        let mut changed: Vec<String> = ends.iter().flat_map(|end| self.bound.changed_in(end)).collect();
        changed.sort();
        changed.dedup();
        ends.iter().for_each(|end| self.bound.count_on(end));
        for name in changed {
            let meanings: Vec<Option<&Meaning<'t, 'a>>> = ends.iter().map(|end| end.get(&name)).collect();
            let is_value = |meaning: &Option<&Meaning<'_, '_>>| matches!(meaning, None | Some(Meaning::Variables(_)));
            let texts: Option<Vec<_>> = meanings.iter().map(|meaning| self.text_of(&name, *meaning, span)).collect();
            let meaning = match texts {
                _ if meanings.iter().all(is_value) => Meaning::Variables(Vec::new()),
                Some(texts) => Meaning::Captured(vec![self.choice(texts, tests.to_vec(), span)]),
                None => Meaning::Unread,
            };
            self.bound.bind(&name, meaning);
        }
    }

    /// The text that a name with this meaning gives; `None` if it is not read.
    fn text_of(&self, name: &str, meaning: Option<&Meaning<'t, 'a>>, span: Span) -> Option<Vec<Fragment>> {
        match meaning {
            Some(Meaning::Constant(value)) => {
                let (start, _) = self.tag(span, "{%", "%}");
                Some(vec![self.text_at(printed(value)?, start)])
            }
            Some(Meaning::Captured(fragments)) => Some(fragments.clone()),
            Some(Meaning::Variables(names)) => Some(vec![self.value("{%", "%}", names.clone(), None, span)]),
            // What the program fills.
            None => Some(vec![self.value("{%", "%}", vec![name.to_owned()], None, span)]),
            _ => None,
        }
    }

    /// A text that a tag at this byte gives.
    fn text_at(&self, text: String, start: usize) -> Fragment {
        let map = SourceMap::pinned(self.passage.map.at(self.pin.map_or(start, |(start, _)| start)));
        Fragment::Text(Passage { text, map })
    }

    /// Cuts a block behind which the names that it sets are forgotten.
    fn within(&mut self, statements: &'t [Stmt<'a>]) -> Vec<Fragment> {
        let before = self.bound.clone();
        let fragments = self.all(statements);
        let after = std::mem::replace(&mut self.bound, before);
        self.bound.count_on(&after);
        fragments
    }

    fn repeat(&mut self, each: &'t ForLoop<'a>, span: Span) -> Vec<Fragment> {
        let is_simple = each.filter_expr.is_none() && !each.recursive;
        let items = constant(&each.iter, &self.bound).filter(|_| is_simple).and_then(|list| {
            let items: Vec<Value> = list.try_iter().ok()?.collect();
            (list.kind() == ValueKind::Seq).then_some(items)
        });
        if let (Some(items), Expr::Var(target)) = (items, &each.target) {
            return self.unrolled(each, target.id, &items);
        }
        if self.loops == MOST_LOOPS {
            return vec![self.unread(span, UnreadReason::Computed)];
        }
        let (over, mut binds) = (names(&each.iter, &self.bound), Some(vec!["loop".to_owned()]));
        visit(&each.target, &Bound::default(), &mut binds);
        let binds = binds.unwrap_or_default();
        let before = self.bound.clone();
        binds.iter().for_each(|name| self.bound.forget(name));
        self.loops += 1;
        let body = self.within(&each.body);
        self.loops -= 1;
        self.bound = before;
        let twice = body.iter().chain(&body).cloned().collect();
        let branches = vec![body, self.within(&each.else_body), twice];
        let condition = if is_simple { over } else { Vec::new() };
        vec![with_binds(self.choice(branches, condition, span), binds)]
    }

    /// A loop over values that are the same in each request.
    fn unrolled(&mut self, each: &'t ForLoop<'a>, target: &str, items: &[Value]) -> Vec<Fragment> {
        if items.is_empty() {
            return self.within(&each.else_body);
        }
        let before = self.bound.clone();
        let mut fragments = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let state = BTreeMap::from([
                ("index", Value::from(index + 1)),
                ("index0", index.into()),
                ("first", (index == 0).into()),
                ("last", (index + 1 == items.len()).into()),
                ("length", items.len().into()),
            ]);
            self.bound.bind("loop", Meaning::Constant(state.into()));
            self.bound.bind(target, Meaning::Constant(item.clone()));
            fragments.extend(self.all(&each.body));
        }
        self.bound = before;
        fragments
    }

    fn bind(&mut self, target: &Expr<'a>, value: &'t Expr<'a>) {
        if let Expr::Var(variable) = target {
            let meaning = self.meaning(value);
            self.bound.bind(variable.id, meaning);
        }
    }

    /// What a name stands for that is given this value.
    fn meaning(&self, value: &Expr<'a>) -> Meaning<'t, 'a> {
        if let Some(value) = constant(value, &self.bound) {
            return Meaning::Constant(value);
        }
        if let Expr::Var(variable) = value
            && let Some(meaning) = self.bound.get(variable.id)
        {
            return meaning.clone();
        }
        let is_namespace =
            matches!(value, Expr::Call(call) if matches!(&call.expr, Expr::Var(name) if name.id == "namespace"));
        // A value joined to a text is a value whose text is not read.
        if is_namespace || has_text(value) || is_unread(value, &self.bound) {
            return Meaning::Unread;
        }
        Meaning::Variables(names(value, &self.bound))
    }

    fn emit(&mut self, expression: &'t Expr<'a>, span: Span) -> Vec<Fragment> {
        if let Some(text) = constant(expression, &self.bound).and_then(|value| printed(&value)) {
            let (start, _) = self.tag(span, "{{", "}}");
            return vec![self.text_at(text, start)];
        }
        match expression {
            Expr::Var(variable) => {
                if let Some(Meaning::Captured(fragments)) = self.bound.get(variable.id) {
                    return fragments.clone();
                }
            }
            Expr::Call(call) => {
                if let Some(fragments) = self.called(call, span) {
                    return fragments;
                }
            }
            Expr::BinOp(operation) => {
                let joins = matches!(operation.op, BinOpKind::Concat)
                    || matches!(operation.op, BinOpKind::Add) && is_text(expression);
                if joins {
                    let mut fragments = self.emit(&operation.left, span);
                    fragments.extend(self.emit(&operation.right, span));
                    return fragments;
                }
            }
            Expr::IfExpr(condition) => {
                let no = condition.false_expr.as_ref().map(|other| self.emit(other, span)).unwrap_or_default();
                let branches = vec![self.emit(&condition.true_expr, span), no];
                let mut tests = Some(Vec::new());
                visit(&condition.test_expr, &self.bound, &mut tests);
                let is_negated = matches!(condition.test_expr, Expr::UnaryOp(_));
                let tests = tests.filter(|_| !is_negated).unwrap_or_default();
                return vec![self.choice_between("{{", "}}", branches, tests, span)];
            }
            _ => {}
        }
        let unread = is_unread(expression, &self.bound).then_some(UnreadReason::Computed);
        vec![self.value("{{", "}}", names(expression, &self.bound), unread, span)]
    }

    /// The text that a call of a known macro gives.
    fn called(&mut self, call: &'t Call<'a>, span: Span) -> Option<Vec<Fragment>> {
        let meaning = match &call.expr {
            Expr::Var(variable) => self.bound.get(variable.id)?.clone(),
            Expr::GetAttr(attribute) => match &attribute.expr {
                Expr::Var(variable) => match self.bound.get(variable.id)? {
                    Meaning::Module(module) => module.exported(attribute.name)?,
                    _ => return None,
                },
                _ => return None,
            },
            _ => return None,
        };
        match meaning {
            Meaning::Callable(fragments) => Some(fragments),
            Meaning::Macro(own) => self.expanded(&own, &call.args, None, span),
            _ => None,
        }
    }

    /// The text of a macro with its arguments; `None` if they are not told one by one.
    fn expanded(
        &mut self,
        own: &MacroInFile<'t, 'a>,
        arguments: &'t [CallArg<'a>],
        caller: Option<Vec<Fragment>>,
        span: Span,
    ) -> Option<Vec<Fragment>> {
        if self.inserted == MOST_INSERTED {
            return None;
        }
        let parameters: Vec<&str> = own.definition.args.iter().filter_map(parameter).collect();
        let mut given = BTreeMap::new();
        for (index, argument) in arguments.iter().enumerate() {
            match argument {
                CallArg::Pos(value) => given.insert(*parameters.get(index)?, self.meaning(value)),
                CallArg::Kwarg(name, value) => given.insert(*name, self.meaning(value)),
                CallArg::PosSplat(_) | CallArg::KwargSplat(_) => return None,
            };
        }
        let pin = if std::ptr::eq(own.parsed, self.parsed) {
            self.pin
        } else {
            self.pin.or_else(|| Some(self.tag(span, "{{", "}}")))
        };
        let inner = own.home.as_deref().cloned().unwrap_or_else(|| self.bound.clone());
        let before = std::mem::replace(&mut self.bound, inner);
        let first_default = parameters.len().saturating_sub(own.definition.defaults.len());
        for (index, name) in parameters.iter().enumerate() {
            let default = index.checked_sub(first_default).and_then(|index| own.definition.defaults.get(index));
            let default = || default.map_or(Meaning::Constant(Value::UNDEFINED), |value| self.meaning(value));
            let meaning = given.remove(name).unwrap_or_else(default);
            self.bound.bind(name, meaning);
        }
        if let Some(caller) = caller {
            self.bound.bind("caller", Meaning::Callable(caller));
        }
        let fragments = self.inside(own.parsed, pin, |cutting| cutting.all(&own.definition.body));
        self.bound = before;
        Some(fragments)
    }

    /// `{% call box() %}…{% endcall %}`.
    fn call_block(&mut self, call: &'t Call<'a>, body: &'t Macro<'a>, span: Span) -> Vec<Fragment> {
        let inner = self.within(&body.body);
        let own = match &call.expr {
            Expr::Var(variable) => match self.bound.get(variable.id) {
                Some(Meaning::Macro(own)) if body.args.is_empty() => Some(own.clone()),
                _ => None,
            },
            _ => None,
        };
        let fragments = own.and_then(|own| self.expanded(&own, &call.args, Some(inner), span));
        fragments.unwrap_or_else(|| vec![self.unread(span, UnreadReason::Computed)])
    }

    /// A statement that inserts a text which is not read.
    fn unread(&self, span: Span, reason: UnreadReason) -> Fragment {
        self.value("{%", "%}", Vec::new(), Some(reason), span)
    }

    fn value(
        &self,
        open: &str,
        close: &str,
        names: Vec<String>,
        unread: Option<UnreadReason>,
        span: Span,
    ) -> Fragment {
        let (start, end) = self.tag(span, open, close);
        let written = self.parsed.text[start..end].to_owned();
        Fragment::Value(Placeholder { written, names, span: self.span(start, end), unread, class: None })
    }

    fn choice(&self, branches: Vec<Vec<Fragment>>, names: Vec<String>, span: Span) -> Fragment {
        self.choice_between("{%", "%}", branches, names, span)
    }

    fn choice_between(
        &self,
        open: &str,
        close: &str,
        branches: Vec<Vec<Fragment>>,
        names: Vec<String>,
        span: Span,
    ) -> Fragment {
        let (start, end) = self.tag(span, open, close);
        let written = self.parsed.text[start..end].to_owned();
        Fragment::Choice(Choice { written, branches, names, binds: Vec::new(), span: self.span(start, end) })
    }

    /// The bytes of the file that some bytes of the text that is cut stand for.
    fn span(&self, start: usize, end: usize) -> std::ops::Range<usize> {
        let (start, end) = self.pin.unwrap_or((start, end));
        self.passage.span(start..end)
    }

    /// The bytes of the tag that a span begins in.
    fn tag(&self, span: Span, open: &str, close: &str) -> (usize, usize) {
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

fn parameter<'a>(expression: &Expr<'a>) -> Option<&'a str> {
    match expression {
        Expr::Var(variable) => Some(variable.id),
        _ => None,
    }
}

/// A loop with the variables that it binds.
fn with_binds(each: Fragment, binds: Vec<String>) -> Fragment {
    match each {
        Fragment::Choice(choice) => Fragment::Choice(Choice { binds, ..choice }),
        other => other,
    }
}
