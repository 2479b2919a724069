//! Collections without an order in source code, as far as a file tells: what goes over a set, a folder or a map of Go comes out in another
//! order with each run, and so do the tools or the lines that are made of it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use tree_sitter::Node;

use super::Language;
use super::hashed::hashed;
use super::tree::{DEEPEST, child, children, parse, text};
use crate::source::SourceText;

/// A place in source code at which items come in no fixed order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnorderedPlace {
    /// The bytes of the expression.
    pub span: Range<usize>,
    /// It as written.
    pub written: String,
    /// The part of the code that its order decides.
    pub of: UnorderedOf,
    /// The order in which items come.
    pub disorder: Disorder,
}

/// The order of items where none is fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disorder {
    /// It may be another one with each run.
    Any,
    /// It is that in which they were added, which nothing promises.
    AsAdded,
}

/// The part of code that an order decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnorderedOf {
    /// The tools of a request.
    Tools,
    /// The value itself.
    Value,
    /// A loop over it, whose body has these bytes.
    Loop(Range<usize>),
}

/// The keys under which a request has its tools.
const TOOLS: [&str; 4] = ["tools", "functions", "Tools", "Functions"];

/// Functions that give their items in another order, or none of them: what they are given may have any.
const ORDERING: &[&str] = &[
    "sorted",
    "len",
    "min",
    "max",
    "sum",
    "any",
    "all",
    "bool",
    "isinstance",
    "sort",
    "Sorted",
    "SortedFunc",
    "delete",
];

/// Functions that give the items as they come.
const PASSING: &[&str] = &[
    "list",
    "tuple",
    "iter",
    "enumerate",
    "map",
    "filter",
    "reversed",
    "join",
    "copy",
    "items",
    "keys",
    "values",
    "str",
    "repr",
    "dict",
    "Join",
    "Keys",
    "Values",
    "Collect",
    "append",
    "format",
    "dumps",
    "chain",
];

/// Functions that list a folder.
const LISTING: &[&str] = &["listdir", "scandir", "iterdir", "glob", "rglob", "iglob"];

/// Methods of a set that give another.
const OF_SETS: &[&str] = &["union", "intersection", "difference", "symmetric_difference", "copy"];

/// The places of a file in order; none in languages whose collections have one.
pub fn unordered(source: &SourceText) -> Vec<UnorderedPlace> {
    let unordered = ["python", "go", "java", "csharp"];
    let known = Language::by_ending(source.extension()).filter(|known| unordered.contains(&known.name));
    let Some(language) = known else { return Vec::new() };
    let Some(tree) = parse(source.text(), &(language.grammar)()) else { return Vec::new() };
    if ["java", "csharp"].contains(&language.name) {
        return hashed(tree.root_node(), source.text(), language.name == "java");
    }
    let mut search = Search { source: source.text(), is_go: language.name == "go", ..Search::default() };
    // A function's value may be used above it.
    search.walk(tree.root_node(), 0, 0);
    search.found.clear();
    search.walk(tree.root_node(), 0, 0);
    search.found
}

/// A walk over a file's code.
#[derive(Default)]
struct Search<'a> {
    source: &'a str,
    is_go: bool,
    /// The names that hold something without an order by the function in which they do, 0 for the file; and if they still do.
    names: BTreeMap<(usize, &'a str), bool>,
    /// The functions that give something without an order.
    functions: BTreeSet<&'a str>,
    /// The fields of structures of Go that are maps.
    fields: BTreeSet<&'a str>,
    found: Vec<UnorderedPlace>,
}

impl<'a> Search<'a> {
    fn text(&self, node: Node<'_>) -> &'a str {
        text(node, self.source)
    }

    /// Looks at what a node does in a function, which the byte behind its first tells.
    fn walk(&mut self, node: Node<'_>, function: usize, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        let kind = node.kind();
        let inner = if matches!(kind, "function_definition" | "function_declaration" | "method_declaration") {
            self.parameters(node);
            node.start_byte() + 1
        } else {
            function
        };
        match kind {
            "assignment" | "augmented_assignment" | "short_var_declaration" | "assignment_statement" => {
                self.assigned(node, inner);
            }
            "var_spec" => {
                let is_map = child(node, "type").is_some_and(|kind| kind.kind() == "map_type");
                let is_held = is_map || child(node, "value").is_some_and(|value| self.is_unordered(value, inner, 0));
                self.holds(child(node, "name"), is_held, inner);
            }
            "return_statement" if children(node).into_iter().any(|given| self.is_unordered(given, inner, 0)) => {
                self.functions.extend(self.name_of(node));
            }
            "field_declaration" if child(node, "type").is_some_and(|kind| kind.kind() == "map_type") => {
                self.fields.extend(child(node, "name").map(|name| self.text(name)));
            }
            "for_statement" => self.repeated(node, inner),
            "call" | "call_expression" => self.called(node, inner),
            "keyword_argument" | "pair" | "keyed_element" => self.tools(node, inner),
            _ => {}
        }
        if (is_expression(node) || self.is_joined(node)) && self.is_unordered(node, inner, 0) {
            self.push(node, UnorderedOf::Value);
        }
        for child in children(node) {
            self.walk(child, inner, depth + 1);
        }
    }

    /// Tells whether it joins items to a text that is an argument. What other functions make of the items that they are given is not known.
    fn is_joined(&self, node: Node<'_>) -> bool {
        let called =
            child(node, "function").filter(|_| node.parent().is_some_and(|parent| parent.kind() == "argument_list"));
        called
            .is_some_and(|called| ["join", "Join"].contains(&self.text(called).rsplit('.').next().unwrap_or_default()))
    }

    fn push(&mut self, node: Node<'_>, of: UnorderedOf) {
        let (span, written) = (node.byte_range(), self.text(node).to_owned());
        self.found.push(UnorderedPlace { span, written, of, disorder: Disorder::Any });
    }

    /// The name of the function that a node stands in.
    fn name_of(&self, node: Node<'_>) -> Option<&'a str> {
        let mut around = node.parent();
        while let Some(outer) = around {
            if matches!(outer.kind(), "function_definition" | "function_declaration" | "method_declaration") {
                return child(outer, "name").map(|name| self.text(name));
            }
            around = outer.parent();
        }
        None
    }

    /// Parameters that are maps of Go, or sets by their annotation.
    fn parameters(&mut self, function: Node<'_>) {
        for parameter in child(function, "parameters").map(children).unwrap_or_default() {
            let kind = child(parameter, "type").map_or("", |kind| self.text(kind));
            let is_unordered = if self.is_go {
                kind.starts_with("map[")
            } else {
                let name = kind.split('[').next().unwrap_or_default().rsplit('.').next().unwrap_or_default();
                ["set", "Set", "frozenset", "FrozenSet", "AbstractSet"].contains(&name.trim())
            };
            if is_unordered {
                let name = child(parameter, "name").or_else(|| children(parameter).first().copied());
                self.holds(name, true, function.start_byte() + 1);
            }
        }
    }

    /// Says what a name holds from now on.
    fn holds(&mut self, name: Option<Node<'_>>, is_unordered: bool, function: usize) {
        let Some(name) = name.map(|name| self.text(name)) else { return };
        let function = if name.starts_with("self.") || name.starts_with("cls.") { 0 } else { function };
        if is_unordered || self.names.contains_key(&(function, name)) {
            self.names.insert((function, name), is_unordered);
        }
    }

    fn assigned(&mut self, node: Node<'_>, function: usize) {
        let (Some(left), Some(right)) = (child(node, "left"), child(node, "right")) else { return };
        let is_unordered = self.is_unordered(right, function, 0);
        let operator = child(node, "operator").map_or("=", |operator| self.text(operator));
        let is_growing = !matches!(operator, "=" | ":=");
        match left.kind() {
            "subscript" | "index_expression" => {}
            "expression_list" if self.is_go => {
                if let ([only], [_]) = (children(left).as_slice(), children(right).as_slice()) {
                    self.holds(Some(*only), is_unordered, function);
                }
            }
            _ if is_growing && !is_unordered => {}
            _ => self.holds(Some(left), is_unordered, function),
        }
    }

    /// A loop over what has no order: what grows in it has none either.
    fn repeated(&mut self, node: Node<'_>, function: usize) {
        let range = if self.is_go {
            children(node).into_iter().find(|child| child.kind() == "range_clause")
        } else {
            Some(node)
        };
        let Some(over) = range.and_then(|range| child(range, "right")) else { return };
        let Some(body) = child(node, "body").filter(|_| self.is_unordered(over, function, 0)) else { return };
        self.push(over, UnorderedOf::Loop(body.byte_range()));
        let mut waiting = vec![body];
        while let Some(node) = waiting.pop() {
            match node.kind() {
                "augmented_assignment" => self.holds(child(node, "left"), true, function),
                "call" | "call_expression" => {
                    let called = child(node, "function");
                    let name = called.and_then(|called| child(called, "attribute"));
                    if name.is_some_and(|name| ["append", "extend", "add"].contains(&self.text(name))) {
                        self.holds(called.and_then(|called| child(called, "object")), true, function);
                    }
                }
                // `all = append(all, item)`.
                "assignment_statement"
                    if child(node, "right").is_some_and(|right| self.text(right).starts_with("append(")) =>
                {
                    self.holds(child(node, "left"), true, function);
                }
                // A dictionary keeps the order in which it is filled.
                "assignment" if !self.is_go => {
                    let filled = child(node, "left").filter(|left| left.kind() == "subscript");
                    self.holds(filled.and_then(|left| child(left, "value")), true, function);
                }
                "function_definition" | "func_literal" => continue,
                _ => {}
            }
            waiting.extend(children(node));
        }
    }

    /// A call that sorts what it is given where it stands: `names.sort()`, `sort.Strings(names)`.
    fn called(&mut self, node: Node<'_>, function: usize) {
        let Some(called) = child(node, "function") else { return };
        let sorts = |written: &str| written.starts_with("sort.") || written.starts_with("slices.Sort");
        if self.is_go && sorts(self.text(called)) {
            let first = child(node, "arguments").and_then(|given| children(given).first().copied());
            self.holds(first, false, function);
        }
        let method = child(called, "attribute").map(|method| self.text(method));
        if method == Some("sort") {
            self.holds(child(called, "object"), false, function);
        }
    }

    /// The tools of a request.
    fn tools(&mut self, node: Node<'_>, function: usize) {
        let (key, value) = match node.kind() {
            "keyword_argument" => (child(node, "name"), child(node, "value")),
            "pair" => (child(node, "key"), child(node, "value")),
            _ => match children(node)[..] {
                [key, value] => (Some(key), Some(value)),
                _ => (None, None),
            },
        };
        let (Some(key), Some(value)) = (key, value) else { return };
        let is_of_tools = TOOLS.contains(&self.text(key).trim_matches(['"', '\'']));
        // Go's elements have a node of their own.
        let value =
            if value.kind() == "literal_element" { children(value).first().copied().unwrap_or(value) } else { value };
        // A map of tools is no list of them.
        let is_map = self.is_go && !matches!(value.kind(), "identifier" | "call_expression");
        if is_of_tools && !is_map && self.is_unordered(value, function, 0) {
            self.push(value, UnorderedOf::Tools);
        }
    }

    fn is_held(&self, name: &'a str, function: usize) -> bool {
        let own = self.names.get(&(function, name)).copied();
        own.or_else(|| self.names.get(&(0, name)).copied()).unwrap_or(false)
    }

    /// Tells whether an expression gives its items in no fixed order.
    fn is_unordered(&self, node: Node<'_>, function: usize, depth: usize) -> bool {
        if depth > DEEPEST {
            return false;
        }
        let any = |nodes: Vec<Node<'_>>| nodes.into_iter().any(|inner| self.is_unordered(inner, function, depth + 1));
        match node.kind() {
            "set" | "set_comprehension" => true,
            "identifier" | "attribute" => self.is_held(self.text(node), function),
            "selector_expression" => {
                self.is_held(self.text(node), function)
                    || child(node, "field").is_some_and(|field| self.fields.contains(self.text(field)))
            }
            "composite_literal" => child(node, "type").is_some_and(|kind| kind.kind() == "map_type"),
            "call" | "call_expression" => self.gives_unordered(node, function, depth),
            "binary_operator" | "binary_expression" => {
                let operator = child(node, "operator").map_or("", |operator| self.text(operator));
                ["|", "&", "-", "^", "+"].contains(&operator) && any(children(node))
            }
            "list_comprehension" | "generator_expression" | "dictionary_comprehension" => {
                let clauses = children(node).into_iter().filter(|clause| clause.kind() == "for_in_clause");
                any(clauses.filter_map(|clause| child(clause, "right")).collect())
            }
            "list" | "tuple" => any(children(node).into_iter().filter(|item| item.kind() == "list_splat").collect()),
            "list_splat"
            | "parenthesized_expression"
            | "expression_list"
            | "argument_list"
            | "string"
            | "interpolation"
            | "concatenated_string"
            | "await" => any(children(node)),
            "conditional_expression" => {
                any(children(node).into_iter().enumerate().filter(|(at, _)| *at != 1).map(|(_, node)| node).collect())
            }
            _ => false,
        }
    }

    fn gives_unordered(&self, node: Node<'_>, function: usize, depth: usize) -> bool {
        let Some(called) = child(node, "function") else { return false };
        let receiver = child(called, "object").or_else(|| child(called, "operand"));
        let name = self.text(called).rsplit('.').next().unwrap_or_default();
        let given = child(node, "arguments")
            .map(|given| if given.kind() == "argument_list" { children(given) } else { vec![given] });
        let given = given.unwrap_or_default();
        let is_method = receiver.is_some_and(|receiver| self.is_unordered(receiver, function, depth + 1));
        let is_given = || given.iter().any(|given| self.is_unordered(*given, function, depth + 1));
        match name {
            "set" | "frozenset" if receiver.is_none() && !self.is_go => true,
            "make" if self.is_go => given.first().is_some_and(|kind| kind.kind() == "map_type"),
            _ if ORDERING.contains(&name) => false,
            _ if !self.is_go && LISTING.contains(&name) => true,
            _ if OF_SETS.contains(&name) && is_method => true,
            _ if PASSING.contains(&name) && (is_method || is_given()) => true,
            _ => {
                let is_own = receiver.is_none_or(|receiver| ["self", "cls"].contains(&self.text(receiver)));
                is_own && self.functions.contains(name)
            }
        }
    }
}

/// Tells whether a node may be a value of a text.
fn is_expression(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "identifier" | "attribute" | "call" | "call_expression" | "selector_expression" | "set" | "set_comprehension"
    ) && node.parent().is_some_and(|parent| {
        matches!(
            parent.kind(),
            "interpolation" | "binary_operator" | "binary_expression" | "augmented_assignment" | "return_statement"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, code: &str) -> Vec<(String, &'static str)> {
        let places = unordered(&SourceText::new(name, code));
        let kind = |of: &UnorderedOf| match of {
            UnorderedOf::Tools => "tools",
            UnorderedOf::Value => "value",
            UnorderedOf::Loop(_) => "loop",
        };
        places.into_iter().map(|place| (place.written, kind(&place.of))).collect()
    }

    fn tools(code: &str) -> Vec<String> {
        found("a.py", code).into_iter().filter(|(_, kind)| *kind == "tools").map(|(written, _)| written).collect()
    }

    #[test]
    fn tools_made_by_going_over_a_set_or_a_folder_have_no_order() {
        let unordered = [
            ("NAMES = {'a', 'b'}\nask(tools=[schema(name) for name in NAMES])", "[schema(name) for name in NAMES]"),
            ("def f():\n    names = set(given)\n    tools = list(names)\n    return ask(tools=tools)", "tools"),
            ("tools = []\nfor path in os.listdir('tools'):\n    tools.append(load(path))\nask(tools=tools)", "tools"),
            ("by = {name: make(name) for name in {'a', 'b'}}\nask({'tools': list(by.values())})", "list(by.values())"),
            ("def tools():\n    return [make(n) for n in wanted & {'a'}]\nask(tools=tools())", "tools()"),
        ];
        for (code, expected) in unordered {
            assert_eq!(tools(code), [expected], "{code}");
        }
        let ordered = [
            "NAMES = {'a', 'b'}\nask(tools=[schema(name) for name in sorted(NAMES)])",
            "names = set(given)\nnames = sorted(names)\nask(tools=[schema(name) for name in names])",
            "names = list(set(given))\nnames.sort()\nask(tools=names)",
            "by = {'a': 1, 'b': 2}\nask(tools=list(by.values()))",
            "def f():\n    tools = set()\ndef g(tools):\n    return ask(tools=tools)",
            "seen = set()\ntools = [tool for tool in given if tool not in seen]\nask(tools=tools)",
        ];
        for code in ordered {
            assert_eq!(tools(code), Vec::<String>::new(), "{code}");
        }
    }

    #[test]
    fn loops_over_maps_of_go_have_no_order() {
        let code = "package p\nfunc f(tools map[string]string) string {\n\tfor name := range tools {\n\t\tb.WriteString(name)\n\t}\n\t\
                    keys := []string{}\n\tfor key := range tools {\n\t\tkeys = append(keys, key)\n\t}\n\tsort.Strings(keys)\n\t\
                    for _, key := range keys {\n\t\tb.WriteString(key)\n\t}\n\treturn b.String()\n}\n";
        let loops = found("a.go", code).into_iter().filter(|(_, kind)| *kind == "loop").count();
        assert_eq!(loops, 2);
    }
}
