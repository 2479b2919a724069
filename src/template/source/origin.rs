//! Origins of names in code, and the class that each gives what is read by the name: one table.

use super::calls;
use super::code::{Argument, Call, Expression, ExpressionKind};
use super::evaluate::text_class;
use super::value::Value;
use super::walk::Walk;
use crate::template::class::{ExpressionClass, is_constant_by_convention};

/// An origin of a name, as far as its file tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Item,
    Text,
    Attribute,
    Empty,
    Bound,
    Environment,
    Constant,
    Field,
    Member,
    Package,
    Nowhere,
}

/// The say of the words of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    /// Nothing.
    Nothing,
    /// They tell the class, where they tell any.
    Class,
    /// They tell a setting; all else is of the request.
    Setting,
}

/// A rule that tells the class of a name by its origin.
#[cfg_attr(not(test), expect(dead_code, reason = "the docs have the words, and a test holds them against these"))]
struct OriginRule {
    origin: Origin,
    /// The origin in words.
    about: &'static str,
    words: Said,
    /// The class where its words say nothing; `None` for that of what it holds.
    class: Option<ExpressionClass>,
    /// The reason for it.
    why: &'static str,
}

/// All of them.
const RULES: &[OriginRule] = &[
    OriginRule {
        origin: Origin::Item,
        about: "an item of a list that is walked over",
        words: Said::Class,
        class: None,
        why: "it is as lasting as the list",
    },
    OriginRule {
        origin: Origin::Text,
        about: "a text that the file puts together",
        words: Said::Nothing,
        class: None,
        why: "its values are known",
    },
    OriginRule {
        origin: Origin::Attribute,
        about: "an attribute of an object (`self.rules`)",
        words: Said::Class,
        class: Some(ExpressionClass::Config),
        why: "an object is made with its attributes and serves many requests",
    },
    OriginRule {
        origin: Origin::Empty,
        about: "a variable that begins empty",
        words: Said::Class,
        class: Some(ExpressionClass::Volatile),
        why: "what it is filled with later is not followed",
    },
    OriginRule {
        origin: Origin::Bound,
        about: "a variable with a value, a parameter",
        words: Said::Nothing,
        class: None,
        why: "the value says it, or the words of the parameter; a value of which nothing is known is config under a name in capitals that speaks of no time \
              and of no request, else volatile",
    },
    OriginRule {
        origin: Origin::Environment,
        about: "a variable of the environment (`process.env.MODE`)",
        words: Said::Nothing,
        class: None,
        why: "a deployment sets it: config; a person's own, such as `HOME`, is volatile",
    },
    OriginRule {
        origin: Origin::Constant,
        about: "a name in capitals or of another file",
        words: Said::Nothing,
        class: Some(ExpressionClass::Stable),
        why: "it is a constant by convention: what a function gives is called",
    },
    OriginRule {
        origin: Origin::Field,
        about: "a field of what a request brings (`ticket.style`)",
        words: Said::Setting,
        class: Some(ExpressionClass::Volatile),
        why: "the request brings its fields too, whatever they are called",
    },
    OriginRule {
        origin: Origin::Member,
        about: "a member of another variable",
        words: Said::Class,
        class: None,
        why: "it is as lasting as what it is a member of",
    },
    OriginRule {
        origin: Origin::Package,
        about: "a name that is nowhere in a file of Go",
        words: Said::Class,
        class: Some(ExpressionClass::Stable),
        why: "another file of the package has it, nearly always as a constant",
    },
    OriginRule {
        origin: Origin::Nowhere,
        about: "any other name",
        words: Said::Class,
        class: Some(ExpressionClass::Volatile),
        why: "what is not known may differ",
    },
];

impl Walk<'_> {
    /// The class of what is read by a name.
    pub(super) fn class_of_name(&self, name: &str) -> ExpressionClass {
        let (origin, held) = self.origin(name);
        let Some(rule) = RULES.iter().find(|rule| rule.origin == origin) else { return ExpressionClass::Volatile };
        let told = match rule.words {
            Said::Nothing => None,
            Said::Class if origin == Origin::Member && is_of_data(name) => Some(ExpressionClass::Volatile),
            Said::Class => ExpressionClass::of_words(name),
            Said::Setting => ExpressionClass::of_field(name),
        };
        told.or(rule.class).unwrap_or(held)
    }

    /// The origin of a name, and the class of what it holds.
    fn origin(&self, name: &str) -> (Origin, ExpressionClass) {
        let root = name.split('.').next().unwrap_or(name);
        let of_item = self.items.borrow().iter().rev().find(|(item, _)| item == root).map(|(_, class)| *class);
        if let Some(class) = of_item {
            return (Origin::Item, class);
        }
        if let Some(variable) = self.lookup(name) {
            let is_local = self.scopes.iter().any(|scope| scope.is_function && scope.get(name).is_some());
            let origin = match &variable.value {
                Value::Text(text) if !text.content.is_empty() => return (Origin::Text, text_class(&variable.value)),
                _ if is_constant(name) => Origin::Bound,
                _ if name.contains('.') && !is_local => Origin::Attribute,
                _ if variable.class == ExpressionClass::Stable => Origin::Empty,
                _ => Origin::Bound,
            };
            return (origin, variable.class);
        }
        let unknown = ExpressionClass::Volatile;
        if is_of_machine(name) {
            return (Origin::Environment, class_of_setting(calls::last(name)));
        }
        if is_constant(name) || self.imported.contains(name) {
            return (Origin::Constant, unknown);
        }
        if ["self.", "this.", "cls."].iter().any(|start| name.starts_with(start)) {
            return (Origin::Attribute, unknown);
        }
        match self.scopes.iter().rev().find_map(|scope| scope.get(root)) {
            Some(held) if name.len() > root.len() && self.is_data(root) => (Origin::Field, held.class),
            Some(held) => (Origin::Member, held.class),
            None if self.language == "go" && !name.contains('.') => (Origin::Package, unknown),
            None => (Origin::Nowhere, unknown),
        }
    }

    /// The class of what a call reads of the environment, if it does so: `os.environ.get("MODE")`, `os.getenv("MODE")`, `ENV.fetch("MODE")`.
    pub(super) fn class_of_environment(&self, call: &Call) -> Option<ExpressionClass> {
        let is_machine = |receiver: &Expression| matches!(&receiver.kind, ExpressionKind::Name(name) if name == "ENV" || is_of_machine(name));
        let function = calls::last(&call.function);
        let reads = ["get", "fetch"].contains(&function) && call.receiver.as_ref().is_some_and(is_machine);
        let name = call.arguments.first().and_then(|argument| argument.value.literal()).unwrap_or_default();
        (reads || function == "getenv" && self.lookup(function).is_none()).then(|| class_of_setting(name))
    }

    /// Tells whether a function of a type is called without anything of a request: `Kind.listed()`, `cls.default_value("purpose")`.
    pub(super) fn is_of_a_type(&self, call: &Call) -> bool {
        let Some(ExpressionKind::Name(name)) = call.receiver.as_ref().map(|receiver| &receiver.kind) else {
            return false;
        };
        let is_own = self.language == "python" && name == "cls";
        let is_type = self.language != "go"
            && name.starts_with(|letter: char| letter.is_uppercase())
            && name.contains(|letter: char| letter.is_lowercase())
            && !name.contains('.')
            && self.lookup(name).is_none();
        let is_literal = |argument: &Argument| argument.value.literal().is_some();
        (is_own || is_type) && call.arguments.iter().all(is_literal)
    }

    /// Tells whether a variable of a function holds what a request brings.
    fn is_data(&self, root: &str) -> bool {
        let local = self.scopes.iter().rev().filter(|scope| scope.is_function).find_map(|scope| scope.get(root));
        let told = ExpressionClass::of_parameter(root);
        local.is_some_and(|variable| told.unwrap_or(variable.class) == ExpressionClass::Volatile)
    }

    /// The class of a variable that is bound to an expression. What nothing is known of is a constant by convention where its name is one.
    pub(super) fn class_of_bound(&self, target: &str, expression: &Expression) -> ExpressionClass {
        let class = self.class_of(expression);
        let is_told = ExpressionClass::of_words(&self.written(&expression.span)) == Some(ExpressionClass::Volatile);
        let is_unknown = class == ExpressionClass::Volatile && !is_told;
        if is_unknown && is_constant_by_convention(target) { ExpressionClass::Config } else { class }
    }
}

/// Tells whether a name is a field of a model of data and not of one that answers: `model.raw_sql`.
fn is_of_data(name: &str) -> bool {
    const OF_MODELS: &[&str] =
        &["name", "id", "provider", "version", "type", "label", "key", "config", "settings", "family", "capabilities"];
    let Some(("model", field)) = name.split_once('.') else { return false };
    !crate::template::volatile::words(field)
        .iter()
        .any(|word| OF_MODELS.contains(&word.as_str()) || word.ends_with("tokens"))
}

/// Words that Go, C# and others write in capitals wherever they stand.
const INITIALISMS: &[&str] =
    &["ID", "URL", "URI", "UUID", "GUID", "IP", "API", "JSON", "XML", "HTML", "SQL", "CSV", "OS", "UI", "HTTP", "PR"];

/// Tells whether a name is written as constants are.
pub(super) fn is_constant(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    // `params.URL` is a field.
    let is_initialism = name.contains('.') && INITIALISMS.contains(&last);
    !is_initialism
        && last.len() > 1
        && last.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_')
        && !is_of_machine(name)
}

/// Tells whether a name is what a machine is set up with, such as `process.env.MODE`.
fn is_of_machine(name: &str) -> bool {
    name.split_once('.').is_some() && name.split('.').any(|part| ["env", "environ"].contains(&part))
}

/// The class of a variable of the environment: a deployment is set up with it, unless it is a person's own.
fn class_of_setting(name: &str) -> ExpressionClass {
    let is_of_user = ["HOME", "USER", "USERNAME", "PWD", "SHELL", "HOSTNAME"].contains(&name);
    if is_of_user { ExpressionClass::Volatile } else { ExpressionClass::Config }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_docs_list_every_origin_in_this_order() {
        let word = |rule: &OriginRule| match (rule.words, rule.class) {
            (Said::Nothing, None) => "its value's".to_owned(),
            (Said::Nothing, Some(class)) => class.name().to_owned(),
            (Said::Class, None) => "as its words say, else that of what it belongs to".to_owned(),
            (Said::Class, Some(class)) => format!("as its words say, else {}", class.name()),
            (Said::Setting, _) => "config for a form, a language or a bound, else volatile".to_owned(),
        };
        let row = |rule: &OriginRule| format!("| {} | {} | {} |\n", rule.about, word(rule), rule.why);
        let rows: String = RULES.iter().map(row).collect();
        let docs = include_str!("../../../docs/templates.md");
        assert!(docs.contains(&rows), "docs/templates.md should have this table:\n{rows}");
    }
}
