//! The walk over a file's code: names are followed to their texts, texts grow, and each place where a text stands is noted.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::builder::given_to_grow;
use super::calls::last;
use super::code::{Class, Expression, ExpressionKind, Function, Statement};
use super::evaluate::text_class;
use super::functions::{self, Following, Functions};
use super::list::List;
use super::rope::Rope;
use super::schema;
use super::scope::{Scope, Variable};
use super::signs;
use super::site::{ResultUse, Site, SiteKind, Use};
use super::value::{MessagePart, SiteId, TextValue, Value};
use crate::template::Placeholder;
use crate::template::class::ExpressionClass;

/// The state of a walk.
pub(super) struct Walk<'a> {
    pub(super) source: &'a str,
    pub(super) scopes: Vec<Scope>,
    pub(super) path: Vec<String>,
    pub(super) sites: Vec<Site>,
    /// The sites by the byte at which they begin.
    pub(super) by_place: BTreeMap<usize, Vec<SiteId>>,
    /// The lists whose texts sites have by now, put together where they are asked for.
    pub(super) lists: BTreeMap<SiteId, List>,
    /// The functions whose values are used, with the use.
    pub(super) results: Vec<ResultUse>,
    /// The parameters of the file's functions; of a name that several have, none.
    pub(super) signatures: BTreeMap<String, Vec<String>>,
    /// The number of fragments and items that expressions have copied.
    pub(super) copied: usize,
    /// The functions of the file, which calls are followed to.
    pub(super) functions: Functions<'a>,
    pub(super) following: Following,
    /// The number of times that the file gives each name a value.
    pub(super) assigned: BTreeMap<&'a str, usize>,
    /// The same of the fields of objects, each with `self` or the like before it.
    pub(super) fields: BTreeMap<&'a str, usize>,
    /// The first byte of code that lies too deep to be read.
    pub(super) too_deep: Option<usize>,
    /// The names that the file imports.
    pub(super) imported: BTreeSet<&'a str>,
    /// The language of the file.
    pub(super) language: &'static str,
    /// The names that a list puts its items in, with their class, while its text is asked for the class.
    pub(super) items: RefCell<Vec<(String, ExpressionClass)>>,
}

impl<'a> Walk<'a> {
    /// Walks over all statements of a file, which imports some texts; gives the first byte that lies too deep, too.
    pub(super) fn over(
        source: &'a str,
        language: &'static str,
        statements: &'a [Statement],
        imported: BTreeMap<String, Value>,
    ) -> (Vec<Site>, Option<usize>) {
        let mut walk = Self::begun(source, language, statements, imported);
        walk.block(statements);
        for site in walk.lists.keys().copied().collect::<Vec<SiteId>>() {
            walk.parts_mut(site);
        }
        walk.pass_on_results();
        (walk.sites, walk.too_deep)
    }

    /// Values that the statements of a file bind outside functions, which are walked over only where they are followed.
    pub(super) fn bound_by(
        source: &'a str,
        language: &'static str,
        statements: &'a [Statement],
        imported: BTreeMap<String, Value>,
    ) -> Vec<(String, Value)> {
        let mut walk = Self::begun(source, language, statements, imported);
        for statement in statements {
            walk.statement(statement);
        }
        for statement in statements {
            if let Statement::Class(class) = statement {
                walk.class(class);
            }
        }
        let given = walk.given_alone();
        let outermost = walk.scopes.into_iter().next().unwrap_or_default();
        outermost.into_variables().map(|(name, variable)| (name, variable.value)).chain(given).collect()
    }

    /// A walk that has seen the imports alone.
    fn begun(
        source: &'a str,
        language: &'static str,
        statements: &'a [Statement],
        imported: BTreeMap<String, Value>,
    ) -> Self {
        let (mut signatures, mut functions) = (BTreeMap::new(), Functions::new());
        functions::sign(statements, &mut signatures);
        functions::functions(statements, &mut functions);
        let mut walk = Self {
            source,
            scopes: vec![Scope::new(false)],
            path: Vec::new(),
            sites: Vec::new(),
            by_place: BTreeMap::new(),
            lists: BTreeMap::new(),
            results: Vec::new(),
            signatures,
            copied: 0,
            functions,
            following: Following::default(),
            assigned: functions::assigned(source),
            fields: functions::assigned_fields(source),
            imported: functions::imported(source),
            too_deep: None,
            language,
            items: RefCell::new(Vec::new()),
        };
        for (name, value) in imported {
            let (text, class) = match &value {
                Value::Text(text) => (text.clone(), text_class(&value)),
                _ => (TextValue::default(), ExpressionClass::Stable),
            };
            // A site that is no template here: it is one in its own file.
            let kind = SiteKind::Binding { annotation: None };
            let site = walk.site(kind, name.clone(), &name, Rope::one(MessagePart { role: None, text }));
            walk.sites[site].is_merged = true;
            walk.insert(&name, Variable { value, site: Some(site), ..Variable::unknown(class) });
        }
        walk
    }

    /// Tells the texts that functions of this file return what is done with them.
    fn pass_on_results(&mut self) {
        for ResultUse { function, by, is_schema } in std::mem::take(&mut self.results) {
            // An object that is made of a class is not the class that a model is given.
            let kind = if is_schema { SiteKind::Schema } else { SiteKind::Return };
            let is_returned = |site: &&mut Site| {
                site.kind == kind && site.own == function
                    || site.uses.iter().any(|by| matches!(by, Use::Return(name) if *name == function))
            };
            self.sites.iter_mut().filter(is_returned).for_each(|site| site.uses.push(by.clone()));
        }
    }

    /// Notes the use of a value that is not known but for the function that makes it.
    pub(super) fn used_result(&mut self, expression: &Expression, by: Use) {
        let function = match &expression.kind {
            ExpressionKind::Name(name) => {
                let made_by = self.lookup(name).and_then(|variable| variable.made_by.clone());
                made_by.or_else(|| self.called_by_name(name).map(|call| call.function))
            }
            _ => function_of(expression),
        };
        self.results.extend(function.map(|function| ResultUse { function, by, is_schema: false }));
    }

    /// The statements of a scope: first those that bind names, then the functions and classes, which see all of them.
    pub(super) fn block(&mut self, statements: &[Statement]) {
        for statement in statements {
            self.statement(statement);
        }
        for statement in statements {
            match statement {
                Statement::Function(function) => self.function(function),
                Statement::Class(class) => self.class(class),
                _ => {}
            }
        }
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Bind { target, value, annotation, is_growing } => {
                self.bind(target, value, annotation.as_ref(), *is_growing);
            }
            Statement::Return(value) => self.returned(value),
            Statement::Do(value) => {
                // `history.AddSystemMessage("…")` on what is not followed.
                if let Value::Message(part) = self.value(value) {
                    self.site(SiteKind::Messages, "messages".into(), "messages", Rope::one(part));
                }
                given_to_grow(self, value);
            }
            Statement::Branch { condition, arms, is_exhaustive } => self.branch(condition, arms, *is_exhaustive),
            Statement::Repeat { over, items, binds, body } => {
                if items.as_ref().is_some_and(|items| self.unrolled(items, binds, body)) {
                    return;
                }
                // A count differs from one round to the next, however many there are.
                let told = ExpressionClass::of_words(over).filter(|_| !over.starts_with("range("));
                let of_items = || items.as_ref().map(|items| self.class_of(items));
                let class = told.or_else(of_items).unwrap_or(ExpressionClass::Volatile);
                for name in binds {
                    self.declare(name, class);
                }
                self.branch(over, std::slice::from_ref(body), false);
            }
            Statement::Function(_) | Statement::Class(_) => {}
        }
    }

    pub(super) fn function(&mut self, function: &Function) {
        let name = function.name.clone().unwrap_or_default();
        let is_named = !name.is_empty();
        if is_named {
            self.path.push(name.clone());
        }
        // A function within another returns nothing of it.
        let returned = self.following.returned.take();
        if let Some(docstring) = &function.docstring {
            // Promptflow's `@tool` marks a step of a flow.
            let is_step = self.source.contains("from promptflow") && function.decorators.iter().all(|by| by == "tool");
            let decorators = if is_step { Vec::new() } else { function.decorators.clone() };
            self.docstring(docstring, SiteKind::Docstring { bases: Vec::new(), decorators });
        }
        self.scopes.push(Scope::new(true));
        let is_constructor = self.is_constructor(&name);
        for parameter in &function.parameters {
            // A number or a switch with a usual value is a setting.
            let is_setting =
                function.defaults.iter().any(|field| field.name == *parameter && self.is_number(&field.value));
            let unknown = if is_setting { ExpressionClass::Config } else { ExpressionClass::Volatile };
            // An object is made as a program is set up; other functions are given what a request brings.
            let class = if is_constructor {
                ExpressionClass::of_words(parameter).unwrap_or(ExpressionClass::Config)
            } else {
                ExpressionClass::of_parameter(parameter).unwrap_or(unknown)
            };
            self.declare(parameter, class);
        }
        for field in &function.defaults {
            if let Value::Text(text) = self.value(&field.value) {
                let kind = SiteKind::Binding { annotation: None };
                self.found(kind, &field.name, &field.name, text, Use::Key(field.name.clone()));
            }
        }
        self.block(&function.body);
        let own = self.scopes.pop().unwrap_or_default();
        if is_constructor {
            self.keep_fields(own);
        }
        if is_named {
            self.path.pop();
        }
        self.following.returned = returned;
    }

    fn class(&mut self, class: &Class) {
        self.path.push(class.name.clone());
        if let Some(docstring) = &class.docstring {
            self.docstring(docstring, SiteKind::Docstring { bases: class.bases.clone(), decorators: Vec::new() });
        }
        self.scopes.push(Scope::new(false));
        self.block(&class.body);
        schema::of_class(self, class);
        let own = self.scopes.pop().unwrap_or_default();
        self.path.pop();
        // `Class.NAME`.
        for (name, variable) in own.into_variables().filter(|(_, variable)| variable.site.is_some()) {
            self.insert(&format!("{}.{name}", class.name), variable);
        }
    }

    fn docstring(&mut self, text: &Expression, kind: SiteKind) {
        if let Value::Text(text) = self.value(text) {
            let own = self.path.last().cloned().unwrap_or_default();
            self.site(kind, own, "docstring", Rope::one(MessagePart { role: None, text }));
        }
    }

    fn returned(&mut self, value: &Expression) {
        if self.following.returned.is_some() {
            let text = match self.value(value) {
                Value::Text(text) => text,
                Value::Message(part) => {
                    self.following.role = part.role;
                    part.text
                }
                _ => TextValue::placeholder(self.placeholder(value)),
            };
            self.following.returned.iter_mut().for_each(|returned| returned.push(text.clone()));
            return;
        }
        let own = self.path.last().cloned().unwrap_or_default();
        match self.value(value) {
            Value::Text(text) => {
                self.found(SiteKind::Return, &own, "", text, Use::Return(own.clone()));
            }
            Value::Message(part) => {
                self.site(SiteKind::Messages, own, "", Rope::one(part));
            }
            Value::Messages(parts, None) => {
                self.site(SiteKind::Messages, own, "", parts);
            }
            Value::Messages(_, Some(site)) => self.used(site, Use::Return(own)),
            Value::List(items, site) => self.list(&items, site, &own, ""),
            Value::Unknown | Value::Optional(_) => {}
        }
    }

    /// Notes a text that stands here: a site of its own, or a use of a variable's. Gives its site.
    pub(super) fn found(&mut self, kind: SiteKind, own: &str, name: &str, text: TextValue, by: Use) -> Option<SiteId> {
        if let Some(site) = text.alias {
            self.used(site, by);
            return Some(site);
        }
        match text.only_variable() {
            Some(only) => {
                self.used(only, by);
                Some(only)
            }
            None if text.has_words() => {
                Some(self.site(kind, own.to_owned(), name, Rope::one(MessagePart { role: None, text })))
            }
            None => None,
        }
    }

    pub(super) fn used(&mut self, site: SiteId, by: Use) {
        self.sites[site].uses.push(by);
    }

    /// Notes a site; its name is added to the path of what is around it.
    pub(super) fn site(&mut self, kind: SiteKind, own: String, name: &str, parts: Rope<MessagePart>) -> SiteId {
        let mut path = self.path.clone();
        if !name.is_empty() {
            path.push(name.to_owned());
        }
        let around = self.path.iter().filter(|name| **name != own).cloned().collect();
        let first = parts.iter().filter_map(|part| part.text.own.clone()).map(|own| own.start).min();
        let at = first.or_else(|| parts.iter().find_map(|part| part.text.content.first_byte())).unwrap_or(0);
        self.by_place.entry(at).or_default().push(self.sites.len());
        self.sites.push(Site {
            name: path.join("."),
            kind,
            own,
            around,
            parts,
            uses: Vec::new(),
            is_shared: !self.scopes.iter().any(|scope| scope.is_function),
            at,
            is_merged: false,
            is_read: false,
        });
        self.sites.len() - 1
    }

    /// A list of texts, as one site.
    pub(super) fn list(&mut self, items: &List, site: Option<SiteId>, own: &str, name: &str) {
        // A pair of a value and a text, such as a failure and its reason, is no text.
        let text = self.lines(items).filter(|text| !text.content.has_flag());
        if let (None, Some(text)) = (site, text) {
            self.site(
                SiteKind::Binding { annotation: None },
                own.to_owned(),
                name,
                Rope::one(MessagePart { role: None, text }),
            );
        }
    }

    /// The variable of a name as code writes it here.
    pub(super) fn lookup(&self, name: &str) -> Option<&Variable> {
        let own = ["self.", "this.", "cls."].iter().find_map(|start| name.strip_prefix(start));
        let by_class = || name.split_once('.').filter(|(class, _)| self.path.iter().any(|path| path == class));
        let own = own.or_else(|| by_class().map(|(_, own)| own));
        self.scopes.iter().rev().find_map(|scope| {
            let found = scope.get(name);
            found.or_else(|| own.and_then(|own| scope.get(own).filter(|_| !scope.is_function)))
        })
    }

    /// The parameter of a function of this file that an argument without a name is given to, if its name is a prompt's.
    pub(super) fn parameter(&self, function: &str, index: usize) -> Option<String> {
        let own = ["self.", "this.", "cls."].iter().find_map(|start| function.strip_prefix(start));
        let parameters = self.signatures.get(own.unwrap_or(function))?;
        parameters.get(index).filter(|name| signs::names_a_prompt(name)).cloned()
    }

    pub(super) fn variable(&mut self, name: &str) -> Option<&mut Variable> {
        self.scopes.iter_mut().rev().find_map(|scope| scope.get_mut(name))
    }

    /// A name of which nothing is known but its class.
    fn declare(&mut self, name: &str, class: ExpressionClass) {
        self.insert(name, Variable { bound: 1, ..Variable::unknown(class) });
    }

    pub(super) fn insert(&mut self, name: &str, variable: Variable) {
        if let Some(scope) = self.scopes.last_mut() {
            let bound = scope.get(name).map_or(0, |known| known.bound);
            scope.insert(name, Variable { bound: bound + 1, ..variable });
        }
    }

    pub(super) fn bind(
        &mut self,
        target: &str,
        expression: &Expression,
        annotation: Option<&String>,
        is_growing: bool,
    ) {
        if self.appended(target, expression) {
            return;
        }
        if is_growing && self.said_by_role(target, expression) {
            return;
        }
        let sites = self.sites.len();
        let unread = self.unread_site(target);
        // Texts in keys below stand under this name.
        self.path.push(target.to_owned());
        let value = self.value(expression);
        self.path.pop();
        if self.set_part(target, &value, expression, is_growing) {
            return;
        }
        if is_growing {
            self.grow(target, value, expression);
            return;
        }
        if schema::is_given_by(target) {
            schema::handed(self, expression, &Use::Key(target.to_owned()));
        }
        let class = self.class_of_bound(target, expression);
        let kind = SiteKind::Binding { annotation: annotation.cloned() };
        let last = target.rsplit('.').next().unwrap_or(target).to_owned();
        let (value, site) = self.bound_value(value, kind, (&last, target), unread);
        let made_by = function_of(expression);
        let made = if matches!(value, Value::Unknown) { self.made(expression) } else { None };
        let number = self.number(expression);
        self.insert(target, Variable { value, class, site, made_by, bound: 0, number, is_place: false, made });
        if let ExpressionKind::Record(_) = expression.kind {
            self.bind_entries(target, sites);
        }
    }

    /// A value that is not text here, as a place where it goes.
    pub(super) fn placeholder(&self, expression: &Expression) -> Placeholder {
        let written = self.written(&expression.span);
        let mut names = Vec::new();
        names_in(expression, &mut names);
        Placeholder {
            written,
            names,
            span: expression.span.clone(),
            unread: None,
            class: Some(self.class_of(expression)),
        }
    }

    /// Tells whether an expression is a number or a truth value.
    fn is_number(&self, expression: &Expression) -> bool {
        let written = self.written(&expression.span);
        let is_switch = ["True", "False", "true", "false"].contains(&written.as_str());
        is_switch || written.parse::<f64>().is_ok_and(f64::is_finite)
    }

    pub(super) fn written(&self, span: &Range<usize>) -> String {
        self.source.get(span.clone()).unwrap_or_default().to_owned()
    }
}

/// The function that an expression calls.
fn function_of(expression: &Expression) -> Option<String> {
    match &expression.kind {
        ExpressionKind::Call(call) => Some(last(&call.function).to_owned()),
        _ => None,
    }
}

/// The variables in an expression.
pub(super) fn names_in(expression: &Expression, names: &mut Vec<String>) {
    match &expression.kind {
        ExpressionKind::Name(name) => names.push(name.clone()),
        ExpressionKind::Joined(parts) | ExpressionKind::List(parts) | ExpressionKind::Other(parts) => {
            for part in parts {
                names_in(part, names);
            }
        }
        ExpressionKind::Either { branches, .. } => branches.iter().for_each(|branch| names_in(branch, names)),
        ExpressionKind::Bound { value, .. } => names_in(value, names),
        ExpressionKind::Each { item, over, .. } => {
            names_in(item, names);
            names_in(over, names);
        }
        ExpressionKind::Call(call) => {
            call.receiver.iter().for_each(|receiver| names_in(receiver, names));
            call.arguments.iter().for_each(|argument| names_in(&argument.value, names));
        }
        _ => {}
    }
}
