//! The texts that a template of Jinja is made of, parsed: its own, and those of the files that it names.

use std::collections::BTreeMap;

use minijinja::machinery::ast::{Expr, Stmt};
use minijinja::machinery::parse;
use minijinja::syntax::SyntaxConfig;

use crate::nesting;
use crate::template::beside::Beside;

/// A text and its statements.
pub(super) struct Parsed<'a> {
    pub(super) text: &'a str,
    root: Stmt<'a>,
}

/// The parsed texts of other files, by name.
pub(super) type Library<'a> = BTreeMap<&'a str, Parsed<'a>>;

impl<'a> Parsed<'a> {
    /// Parses a text; `None` where it is not Jinja to the letter, or nests too deep.
    pub(super) fn new(text: &'a str) -> Option<Self> {
        if nesting::too_deep(text).is_some() {
            return None;
        }
        // As Jinja does, the line feed at the very end is no part of what is made of it.
        let syntax = SyntaxConfig::builder().keep_trailing_newline(false).build().ok()?;
        Some(Self { text, root: parse(text, "template", syntax).ok()? })
    }

    pub(super) fn statements(&self) -> &[Stmt<'a>] {
        match &self.root {
            Stmt::Template(template) => &template.children,
            other => std::slice::from_ref(other),
        }
    }
}

/// Parses the files beside a template; one that is not Jinja is not there.
pub(super) fn library(beside: &Beside) -> Library<'_> {
    beside.iter().filter_map(|(name, text)| Some((name, Parsed::new(text)?))).collect()
}

/// The files that a text includes, imports or extends by constant names.
pub(in crate::template::syntax) fn named_in(text: &str) -> Vec<String> {
    let has_any = ["include", "import", "extends"].iter().any(|word| text.contains(word)) && text.contains("{%");
    let mut found = Vec::new();
    if let Some(parsed) = Some(text).filter(|_| has_any).and_then(Parsed::new) {
        collect(parsed.statements(), &mut found);
    }
    found
}

/// The names that an expression of `include` and the like gives: one, or several of which the first that is there is meant.
pub(super) fn names_of(expression: &Expr<'_>) -> Vec<String> {
    let text = |expression: &Expr<'_>| match expression {
        Expr::Const(constant) => constant.value.as_str().map(str::to_owned),
        _ => None,
    };
    match expression {
        Expr::List(list) => list.items.iter().filter_map(text).collect(),
        Expr::Tuple(list) => list.items.iter().filter_map(text).collect(),
        Expr::Const(constant) if constant.value.as_str().is_none() => constant
            .value
            .try_iter()
            .into_iter()
            .flatten()
            .filter_map(|item| item.as_str().map(str::to_owned))
            .collect(),
        other => text(other).into_iter().collect(),
    }
}

fn collect(statements: &[Stmt<'_>], found: &mut Vec<String>) {
    for statement in statements {
        match statement {
            Stmt::Include(include) => found.extend(names_of(&include.name)),
            Stmt::Import(import) => found.extend(names_of(&import.expr)),
            Stmt::FromImport(import) => found.extend(names_of(&import.expr)),
            Stmt::Extends(extends) => found.extend(names_of(&extends.name)),
            Stmt::ForLoop(each) => {
                collect(&each.body, found);
                collect(&each.else_body, found);
            }
            Stmt::IfCond(condition) => {
                collect(&condition.true_body, found);
                collect(&condition.false_body, found);
            }
            Stmt::WithBlock(with) => collect(&with.body, found),
            Stmt::SetBlock(set) => collect(&set.body, found),
            Stmt::AutoEscape(escape) => collect(&escape.body, found),
            Stmt::FilterBlock(filter) => collect(&filter.body, found),
            Stmt::Block(block) => collect(&block.body, found),
            Stmt::Macro(own) => collect(&own.body, found),
            Stmt::CallBlock(call) => collect(&call.macro_decl.body, found),
            _ => {}
        }
    }
}
