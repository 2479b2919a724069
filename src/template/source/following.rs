//! Values that are followed to where they are made: numbers that a name stands for, functions of the same file that give a text, items of
//! lists that are written out, entries of records.

use std::rc::Rc;

use super::calls::last;
use super::code::{Argument, Call, Expression, ExpressionKind, Function, Statement};
use super::list::List;
use super::rope::Rope;
use super::scope::{Scope, Variable};
use super::site::SiteKind;
use super::value::{MessagePart, SiteId, TextValue, Value};
use super::walk::Walk;
use crate::template::class::ExpressionClass;
use crate::template::{Choice, Fragment, Passage, Placeholder, UnreadReason};

/// The most calls whose functions are followed in a file, and the deepest of them in each other.
const MOST_FOLLOWED: usize = 500;
const DEEPEST_FOLLOWED: usize = 3;

/// The most variables that are followed to the calls that make them, each within the call of another.
const DEEPEST_NAMES: usize = 6;

/// The most statements of a function that is followed, and items of a list that code runs over.
const LONGEST_FUNCTION: usize = 40;
const MOST_ITEMS: usize = 64;

impl Walk<'_> {
    /// The texts that functions of a file give which are given nothing, each by its call: `rules()`.
    pub(super) fn given_alone(&mut self) -> Vec<(String, Value)> {
        let alone = self.functions.iter().filter(|(_, function)| {
            function.is_some_and(|function| function.parameters.is_empty() && function.name.is_some())
        });
        let names: Vec<String> = alone.map(|(name, _)| (*name).to_owned()).collect();
        let mut found = Vec::new();
        for name in names {
            let call = Call { function: name.clone(), receiver: None, arguments: Vec::new() };
            let text = self.result(&call).filter(|text| !text.content.has_values());
            found.extend(text.map(|text| (format!("{name}()"), Value::Text(text))));
        }
        found
    }

    /// The message that a function of this file returns.
    pub(super) fn message_of(&mut self, expression: &Expression) -> Option<MessagePart> {
        let ExpressionKind::Call(call) = &expression.kind else { return None };
        let before = self.following.role.take();
        let text = self.result(call);
        let role = std::mem::replace(&mut self.following.role, before)?;
        Some(MessagePart { role: Some(role), text: self.at_call(text?, expression) })
    }

    /// The text that stands for a value within a text: what a number or a function of this file gives. What changes in it is a value where the
    /// function is called.
    pub(super) fn in_place(&mut self, expression: &Expression) -> TextValue {
        let Some(made) = self.made_of(expression) else {
            let mut place = self.placeholder(expression);
            // Texts of a list that are the same each time, put together in a way that is not followed.
            let is_joined = matches!(&expression.kind, ExpressionKind::Call(call) if ["join", "Join"].contains(&last(&call.function)));
            if is_joined && place.class == Some(ExpressionClass::Stable) {
                place.unread = Some(UnreadReason::Computed);
            }
            return TextValue::placeholder(place);
        };
        // Arguments are a part of the function's text.
        let given = self.by_place.range(expression.span.clone());
        let given: Vec<SiteId> = given.flat_map(|(_, sites)| sites.iter().copied()).collect();
        for site in given {
            let site = &mut self.sites[site];
            site.is_merged |= matches!(site.kind, SiteKind::Argument { .. });
        }
        self.at_call(made, expression)
    }

    /// A function's text where it is called. What changes in it is a value there.
    fn at_call(&mut self, mut made: TextValue, expression: &Expression) -> TextValue {
        if made.content.class() < ExpressionClass::Volatile {
            return made;
        }
        let mut place = self.placeholder(expression);
        // A function's name may sound like a setting; what it makes of a value that changes does.
        if takes_volatile(self, expression) {
            place.class = Some(ExpressionClass::Volatile);
        }
        // Of a few words between values nothing is told.
        if made.content.words() < WORDS_OF_A_TEXT {
            return TextValue::placeholder(place);
        }
        made.content.change(|content| placed_at(content, &place));
        made.has_own_values = true;
        made
    }

    /// The text of a value that is followed to a number or a text which is the same in each request.
    pub(super) fn followed(&mut self, expression: &Expression) -> Option<TextValue> {
        self.made_of(expression).filter(|text| text.content.class() < ExpressionClass::Volatile)
    }

    /// The text of a value that is followed to where it is made.
    fn made_of(&mut self, expression: &Expression) -> Option<TextValue> {
        match &expression.kind {
            ExpressionKind::Call(call) => self.result(call),
            ExpressionKind::Name(name) => {
                let Some(known) = self.lookup(name) else {
                    let call = self.called_by_name(name)?;
                    return self.result(&call);
                };
                match (known.number.clone(), known.made.clone()) {
                    (Some(number), _) => self.is_fixed(name).then(|| TextValue::literal(number)),
                    (None, Some(call)) => self.made_by(name, &call),
                    (None, None) => None,
                }
            }
            _ => self.number(expression).map(TextValue::literal),
        }
    }

    /// The text of the call that makes a variable's value; what it is given may be that variable, or one that it is made of.
    fn made_by(&mut self, name: &str, call: &Call) -> Option<TextValue> {
        let names = &mut self.following.names;
        if names.len() >= DEEPEST_NAMES || names.iter().any(|known| known == name) {
            return None;
        }
        names.push(name.to_owned());
        let made = self.result(call);
        self.following.names.pop();
        made
    }

    /// The call of a method of this file that Ruby writes as a name.
    pub(super) fn called_by_name(&self, name: &str) -> Option<Call> {
        let is_called = self.language == "ruby"
            && self.lookup(name).is_none()
            && self.functions.get(name).is_some_and(|known| known.is_some_and(|known| known.parameters.is_empty()));
        is_called.then(|| Call { function: name.to_owned(), receiver: None, arguments: Vec::new() })
    }

    /// The text that a function of this file gives for these arguments.
    fn result(&mut self, call: &Call) -> Option<TextValue> {
        let name = ["self.", "this.", "cls."].iter().find_map(|start| call.function.strip_prefix(start));
        let name = name.unwrap_or(&call.function);
        let Some(function) = self.functions.get(name).copied().flatten() else { return self.imported_text(call) };
        if call.receiver.is_some() && name == call.function {
            return None;
        }
        let sites = self.sites.len();
        let returned = self.following.returned.replace(Vec::new());
        let walked = self.within(name, function, call, |_| ());
        let texts = std::mem::replace(&mut self.following.returned, returned).unwrap_or_default();
        walked?;
        let text = one_of(call, texts);
        let part = |text: &TextValue| Rope::one(MessagePart { role: None, text: text.clone() });
        let site = text.as_ref().map(|text| self.site(SiteKind::Return, name.to_owned(), "", part(text)));
        // The texts are those of the function, which is walked over by itself.
        self.sites[sites..].iter_mut().for_each(|site| site.is_merged = true);
        let (text, site) = (text?, site?);
        self.sites[site].is_shared = true;
        Some(text.of_variable(site))
    }

    /// Walks over a function for a call of it, and looks at what its names hold then. The texts that it has there are a part of what calls it.
    /// `None` where it is not followed.
    pub(super) fn within<T>(
        &mut self,
        name: &str,
        function: &Function,
        call: &Call,
        look: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        let following = &self.following;
        if following.count >= MOST_FOLLOWED
            || following.within.len() >= DEEPEST_FOLLOWED
            || following.within.iter().any(|known| known == name)
            || function.body.len() > LONGEST_FUNCTION
        {
            return None;
        }
        let (sites, results) = (self.sites.len(), self.results.len());
        let arguments = self.bound_to(function, &call.arguments);
        self.following.count += 1;
        self.following.within.push(name.to_owned());
        let path = std::mem::take(&mut self.path);
        // A function sees the names of its file and class, and not those of its caller.
        let scopes = std::mem::take(&mut self.scopes);
        let places: Vec<bool> = scopes.iter().map(|scope| scope.is_function).collect();
        let (away, kept): (Vec<Scope>, Vec<Scope>) = scopes.into_iter().partition(|scope| scope.is_function);
        let seen = kept.len();
        self.scopes = kept;
        self.scopes.push(Scope::new(true));
        for (parameter, variable) in arguments {
            self.insert(&parameter, variable);
        }
        self.block(&function.body);
        let found = look(self);
        self.scopes.truncate(seen);
        let (mut away, mut kept) = (away.into_iter(), std::mem::take(&mut self.scopes).into_iter());
        self.scopes = places.iter().filter_map(|is_away| if *is_away { away.next() } else { kept.next() }).collect();
        self.path = path;
        self.following.within.pop();
        self.results.truncate(results);
        self.sites[sites..].iter_mut().for_each(|site| site.is_merged = true);
        Some(found)
    }

    /// The text of a function of another file that is given nothing.
    fn imported_text(&mut self, call: &Call) -> Option<TextValue> {
        let is_own = self.functions.contains_key(call.function.as_str());
        if is_own || !call.arguments.is_empty() {
            return None;
        }
        match self.named(&format!("{}()", call.function)) {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The parameters of a function with what a call gives them.
    fn bound_to(&mut self, function: &Function, arguments: &[Argument]) -> Vec<(String, Variable)> {
        let own = |parameter: &&String| !["self", "cls"].contains(&parameter.as_str());
        let mut positional = arguments.iter().filter(|argument| argument.name.is_none());
        let mut found = Vec::new();
        for parameter in function.parameters.iter().filter(own) {
            let by_name = arguments.iter().find(|argument| argument.name.as_ref() == Some(parameter));
            let given = by_name.or_else(|| positional.next()).map(|argument| &argument.value);
            let default = || function.defaults.iter().find(|field| field.name == *parameter).map(|field| &field.value);
            let variable = match given.or_else(default) {
                Some(value) => self.variable_of(value),
                None => Variable::unknown(ExpressionClass::of_words(parameter).unwrap_or(ExpressionClass::Volatile)),
            };
            found.push((parameter.clone(), variable));
        }
        found
    }

    /// A variable that is given a value here.
    fn variable_of(&mut self, expression: &Expression) -> Variable {
        let class = self.class_of(expression);
        let number = match &expression.kind {
            ExpressionKind::Name(name) => self.lookup(name).and_then(|known| known.number.clone()),
            _ => self.number(expression),
        };
        let value = self.value(expression);
        let site = match &value {
            Value::Text(text) => text.alias,
            _ => None,
        };
        Variable { value, site, number, ..Variable::unknown(class) }
    }

    /// The call that makes a variable's value, if it is one of a function of this file.
    pub(super) fn made(&self, expression: &Expression) -> Option<Rc<Call>> {
        match &expression.kind {
            ExpressionKind::Call(call) if self.functions.contains_key(last(&call.function)) => {
                Some(Rc::new((**call).clone()))
            }
            _ => None,
        }
    }

    /// The entry of a record, or the part of a text, that stands in square brackets behind it.
    pub(super) fn known_entry(&mut self, call: &Call) -> Option<Value> {
        let name = entry_name(call)?;
        self.lookup(&name)?;
        Some(self.named(&name))
    }

    /// One of the texts of a record, as a key that is not written out chooses: `PROMPTS[kind]`.
    pub(super) fn chosen_entry(&mut self, call: &Call, expression: &Expression) -> Option<TextValue> {
        let (receiver, key) = (call.receiver.as_ref()?, &call.arguments.first()?.value);
        if key.literal().is_some() {
            return None;
        }
        let written = self.written(&key.span);
        // `{"en": "…", "de": "…"}[language]`.
        if let ExpressionKind::Record(fields) = &receiver.kind {
            let texts = fields.iter().map(|field| field.value.literal().map(|_| self.text_of(&field.value))?);
            let texts: Vec<TextValue> = texts.collect::<Option<_>>()?;
            let are_several = (2..=MOST_ITEMS).contains(&texts.len());
            return are_several.then(|| self.choice(&written, expression.span.clone(), texts));
        }
        let ExpressionKind::Name(holder) = &receiver.kind else { return None };
        let start = format!("{holder}.");
        let mut names =
            self.scopes.iter().rev().map(|scope| scope.names_from(&start)).find(|names| !names.is_empty())?;
        let is_entry = |name: &String| !name[start.len()..].contains('.');
        if names.len() < 2 || names.len() > MOST_ITEMS || !names.iter().all(is_entry) {
            return None;
        }
        // As they are written.
        names.sort_by_key(|name| self.lookup(name).and_then(|known| known.site));
        let text = |name: &String| match self.named(name) {
            Value::Text(text) => Some(text),
            _ => None,
        };
        let texts: Option<Vec<TextValue>> = names.iter().map(text).collect();
        texts.map(|texts| self.choice(&written, expression.span.clone(), texts))
    }

    /// Names the entries of a record that a variable holds: `PROMPTS.title`.
    pub(super) fn bind_entries(&mut self, target: &str, from: usize) {
        let mut path = self.path.clone();
        path.push(target.to_owned());
        let start = path.join(".") + ".";
        for id in from..self.sites.len() {
            let site = &self.sites[id];
            let Some(key) = site.name.strip_prefix(&start).filter(|_| matches!(site.kind, SiteKind::Key { .. })) else {
                continue;
            };
            let name = format!("{target}.{key}");
            let Some(part) = self.parts_mut(id).only().cloned() else { continue };
            let class = part.text.content.class();
            let variable = Variable { value: Value::Text(part.text), site: Some(id), ..Variable::unknown(class) };
            self.insert(&name, variable);
        }
    }

    /// The texts that an expression gives for each item of a list that is written out.
    pub(super) fn for_each(&mut self, item: &Expression, binds: &[String], over: &Expression) -> Option<Value> {
        let (over, from) = self.numbered(over);
        let Value::List(items, site) = self.value(over) else { return None };
        let (bound, place) = match (binds, from) {
            ([bound], None) => (bound, None),
            // JavaScript gives the place behind the item.
            ([bound, place], None) if ["typescript", "javascript"].contains(&self.language) => {
                (bound, Some((place, 0)))
            }
            ([place, bound], Some(from)) => (bound, Some((place, from))),
            _ => return None,
        };
        let texts: Option<Vec<TextValue>> = items.items().iter().map(|item| text_of_item(item, site)).collect();
        let texts = texts.filter(|texts| !texts.is_empty() && texts.len() <= MOST_ITEMS)?;
        let (mut found, sites) = (List::default(), self.sites.len());
        for (index, text) in texts.into_iter().enumerate() {
            self.scopes.push(Scope::new(true));
            let class = text.content.class();
            self.insert(bound, Variable { value: Value::Text(text), site, ..Variable::unknown(class) });
            if let Some((place, from)) = place {
                let number = Passage {
                    text: (from + index).to_string(),
                    map: crate::document::SourceMap::pinned(over.span.start),
                };
                let stable = Variable::unknown(ExpressionClass::Stable);
                self.insert(place, Variable { number: Some(number), is_place: true, ..stable });
            }
            let value = match self.value(item) {
                Value::Text(text) => text,
                _ => self.in_place(item),
            };
            self.scopes.pop();
            found.push(Value::Text(value));
        }
        self.sites[sites..].iter_mut().for_each(|site| site.is_merged = true);
        Some(Value::List(found, None))
    }

    /// Walks over the body of a loop once for each item of a list that is written out, where it only puts texts together. Tells whether it did.
    pub(super) fn unrolled(&mut self, over: &Expression, binds: &[String], body: &[Statement]) -> bool {
        let is_growth = |statement: &Statement| match statement {
            Statement::Bind { is_growing, .. } => *is_growing,
            Statement::Do(Expression { kind: ExpressionKind::Call(call), .. }) => {
                ["append", "push", "write", "WriteString", "Append", "AppendLine"].contains(&last(&call.function))
            }
            _ => false,
        };
        let ([bound], ExpressionKind::Name(_) | ExpressionKind::List(_)) = (binds, &over.kind) else { return false };
        if !body.iter().all(is_growth) {
            return false;
        }
        let Value::List(items, site) = self.value(over) else { return false };
        let texts: Option<Vec<TextValue>> = items.items().iter().map(|item| text_of_item(item, site)).collect();
        let Some(texts) = texts.filter(|texts| !texts.is_empty() && texts.len() <= MOST_ITEMS) else { return false };
        for text in texts {
            let class = text.content.class();
            self.insert(bound, Variable { value: Value::Text(text), site, ..Variable::unknown(class) });
            self.block(body);
        }
        true
    }
}

/// The words from which on the text of a function that is given what changes is followed.
const WORDS_OF_A_TEXT: usize = 3;

/// A function's text with its values as those of its call.
fn placed_at(fragments: Vec<Fragment>, place: &Placeholder) -> Vec<Fragment> {
    let placed = |fragment| match fragment {
        Fragment::Value(value) if value.class() == ExpressionClass::Volatile => {
            Fragment::Value(Placeholder { unread: value.unread, ..place.clone() })
        }
        Fragment::Choice(choice) => {
            let branches = choice.branches.into_iter().map(|branch| placed_at(branch, place)).collect();
            Fragment::Choice(Choice { branches, ..choice })
        }
        other => other,
    };
    fragments.into_iter().map(placed).collect()
}

/// Tells whether a function is given a value that changes.
fn takes_volatile(walk: &Walk<'_>, expression: &Expression) -> bool {
    let ExpressionKind::Call(call) = &expression.kind else { return false };
    call.arguments.iter().any(|argument| walk.class_of(&argument.value) == ExpressionClass::Volatile)
}

/// The name of an entry that literals tell: `PROMPTS.title.short` of `PROMPTS["title"]["short"]`.
fn entry_name(call: &Call) -> Option<String> {
    let (receiver, key) = (call.receiver.as_ref()?, call.arguments.first()?.value.literal()?);
    let holder = match &receiver.kind {
        ExpressionKind::Name(name) => name.clone(),
        ExpressionKind::Call(inner) if inner.function == "[]" => entry_name(inner)?,
        _ => return None,
    };
    Some(format!("{holder}.{key}"))
}

/// The text of an item that is one without values; that of a variable's list stays the variable's, whose text it is a part of.
fn text_of_item(item: &Value, site: Option<SiteId>) -> Option<TextValue> {
    match item {
        Value::Text(text) if text.content.class() == ExpressionClass::Stable && !text.content.has_values() => {
            Some(match site {
                Some(site) => text.clone().of_variable(site).detached(),
                None => TextValue { alias: None, ..text.clone() },
            })
        }
        _ => None,
    }
}

/// Value of a function that returns one of several texts.
fn one_of(call: &Call, texts: Vec<TextValue>) -> Option<TextValue> {
    if texts.iter().all(|text| text.content.is_value()) {
        return None;
    }
    let at = texts.iter().find_map(|text| text.content.first_byte())?;
    match <[TextValue; 1]>::try_from(texts) {
        Ok([only]) => Some(only),
        Err(several) => Some(TextValue::choice(call.function.clone(), at..at + 1, several)),
    }
}

impl Walk<'_> {
    /// Tells whether a function of that name makes an object of the class around it.
    pub(super) fn is_constructor(&self, name: &str) -> bool {
        let is_class = || self.path.iter().rev().nth(1).is_some_and(|class| class == name);
        ["__init__", "__post_init__", "constructor", "initialize"].contains(&name) || is_class()
    }

    /// Keeps the texts that a constructor gives the fields of an object, for the methods that are read after it: those that the file gives
    /// a value but once.
    pub(super) fn keep_fields(&mut self, scope: Scope) {
        for (name, variable) in scope.into_variables() {
            let own = ["self.", "this.", "@"].iter().find_map(|start| name.strip_prefix(start));
            let is_text =
                matches!(variable.value, Value::Text(_) | Value::Message(_) | Value::Messages(..) | Value::List(..));
            let Some(own) = own.filter(|_| is_text && self.fields.get(name.as_str()) == Some(&1)) else { continue };
            // Java and C# leave `this` out.
            if ["java", "csharp"].contains(&self.language) {
                self.insert(own, variable.clone());
            }
            self.insert(&name, variable);
        }
    }
}
