//! Hash collections of Java and C#, as far as a file tells: what goes over a `HashMap` or a `ConcurrentDictionary` comes out in the order of
//! its hashes, and the text or the tools that are made of it with it.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::tree::{DEEPEST, all, child, children, text};
use super::unordered::{Disorder, UnorderedOf, UnorderedPlace};

/// The collections of a language and what is done with them.
struct Collections {
    /// Types whose items come in the order of their hashes.
    hashed: &'static [&'static str],
    /// Types whose items come as they were added, which nothing promises.
    as_added: &'static [&'static str],
    /// Types that keep the order of the items that they are made of.
    keeping: &'static [&'static str],
    /// Methods and properties that give the items as they come.
    passing: &'static [&'static str],
    /// Methods that add a text to one that grows.
    adding: &'static [&'static str],
}

const JAVA: Collections = Collections {
    hashed: &["HashMap", "HashSet", "ConcurrentHashMap", "Hashtable", "IdentityHashMap", "WeakHashMap"],
    as_added: &[],
    keeping: &["ArrayList", "LinkedList", "LinkedHashSet", "LinkedHashMap", "ArrayDeque", "Vector", "StringBuilder"],
    passing: &[
        "entrySet",
        "keySet",
        "values",
        "stream",
        "parallelStream",
        "map",
        "mapToObj",
        "flatMap",
        "filter",
        "peek",
        "distinct",
        "limit",
        "skip",
        "toList",
        "collect",
        "join",
        "toString",
        "copyOf",
        "iterator",
        "asList",
        "valueOf",
        "format",
        "formatted",
        "toArray",
        "unmodifiableList",
        "unmodifiableSet",
        "unmodifiableMap",
        "concat",
    ],
    adding: &["append"],
};

const CSHARP: Collections = Collections {
    hashed: &[
        "ConcurrentDictionary",
        "ConcurrentBag",
        "Hashtable",
        "ImmutableDictionary",
        "ImmutableHashSet",
        "FrozenDictionary",
        "FrozenSet",
    ],
    as_added: &["Dictionary", "HashSet"],
    keeping: &["List", "LinkedList", "Queue", "StringBuilder", "ReadOnlyDictionary"],
    passing: &[
        "Keys",
        "Values",
        "Select",
        "SelectMany",
        "Where",
        "ToList",
        "ToArray",
        "AsEnumerable",
        "Distinct",
        "Take",
        "Skip",
        "Concat",
        "Append",
        "Prepend",
        "Join",
        "ToString",
        "Format",
        "Cast",
        "OfType",
        "Serialize",
        "ToImmutableList",
        "AsReadOnly",
    ],
    adding: &["Append", "AppendLine", "AppendJoin", "AppendFormat"],
};

/// Methods that sort what they are called on or given.
const SORTING: &[&str] = &["sort", "Sort"];

/// Methods that give a request its tools.
const TOOLS: &[&str] = &["tools", "Tools", "functions", "Functions", "toolCallbacks", "toolSpecifications", "addTools"];

/// Ways of Java to make a collection that has another order with each start of the program.
const SALTED: &[&str] = &["Set.of", "Map.of", "Map.ofEntries", "Set.copyOf", "Map.copyOf"];

/// The places of a file in order.
pub(super) fn hashed(root: Node<'_>, source: &str, is_java: bool) -> Vec<UnorderedPlace> {
    let words = if is_java { &JAVA } else { &CSHARP };
    let mut search =
        HashSearch { source, words, is_java, names: BTreeMap::new(), functions: BTreeMap::new(), found: Vec::new() };
    // A field or a function may be used above it.
    search.walk(root, 0, 0);
    search.found.clear();
    search.walk(root, 0, 0);
    search.found
}

struct HashSearch<'a> {
    source: &'a str,
    words: &'static Collections,
    is_java: bool,
    /// The order of what names hold, by the function in which they do, 0 for the class.
    names: BTreeMap<(usize, &'a str), Option<Disorder>>,
    /// The order of what functions give.
    functions: BTreeMap<&'a str, Disorder>,
    found: Vec<UnorderedPlace>,
}

impl<'a> HashSearch<'a> {
    fn text(&self, node: Node<'_>) -> &'a str {
        text(node, self.source)
    }

    fn walk(&mut self, node: Node<'_>, function: usize, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        let is_function =
            matches!(node.kind(), "method_declaration" | "constructor_declaration" | "local_function_statement");
        let inner = if is_function { node.start_byte() + 1 } else { function };
        match node.kind() {
            "local_variable_declaration" | "field_declaration" | "variable_declaration" => self.declared(node, inner),
            "property_declaration" => {
                let given = child(node, "value").filter(|value| value.kind() != "arrow_expression_clause");
                self.holds_by_type(child(node, "type"), child(node, "name"), given, 0);
            }
            "parameter" | "formal_parameter" => {
                self.holds_by_type(child(node, "type"), child(node, "name"), None, inner);
            }
            "assignment_expression" => self.assigned(node, inner),
            "return_statement" => self.returned(node, inner),
            "enhanced_for_statement" | "foreach_statement" => {
                let over = child(node, if self.is_java { "value" } else { "right" });
                self.repeated(over, child(node, "body"), inner);
            }
            "method_invocation" | "invocation_expression" => self.called(node, inner),
            _ => {}
        }
        if self.is_part_of_a_text(node)
            && let Some(disorder) = self.disorder(node, inner, 0)
        {
            self.push(node, UnorderedOf::Value, disorder);
        }
        for child in children(node) {
            self.walk(child, inner, depth + 1);
        }
    }

    fn push(&mut self, node: Node<'_>, of: UnorderedOf, disorder: Disorder) {
        self.found.push(UnorderedPlace { span: node.byte_range(), written: self.text(node).to_owned(), of, disorder });
    }

    /// Variables that are declared with their values; those of a class stand in no function.
    fn declared(&mut self, node: Node<'_>, function: usize) {
        for declarator in children(node).into_iter().filter(|child| child.kind() == "variable_declarator") {
            let name = child(declarator, "name");
            let last = || children(declarator).into_iter().last().filter(|last| Some(*last) != name);
            self.holds_by_type(child(node, "type"), name, child(declarator, "value").or_else(last), function);
        }
    }

    /// Says what a name holds that has a type: what its value tells, else what the type does.
    fn holds_by_type(
        &mut self,
        kind: Option<Node<'_>>,
        name: Option<Node<'_>>,
        value: Option<Node<'_>>,
        function: usize,
    ) {
        let Some(name) = name.map(|name| self.text(name)) else { return };
        let of_type = kind.and_then(|kind| self.of_type(self.text(kind)));
        let is_told = value.is_some_and(|value| value.kind() == "object_creation_expression");
        let is_filled =
            value.is_some_and(|value| children(value).iter().any(|child| child.kind() == "initializer_expression"));
        let of_value = value.and_then(|value| self.disorder(value, function, 0));
        let of_type = of_type.filter(|of_type| !(is_told || is_filled && *of_type == Disorder::AsAdded));
        self.holds(name, of_value.or(of_type), function);
    }

    fn holds(&mut self, name: &'a str, disorder: Option<Disorder>, function: usize) {
        let (name, function) = name.strip_prefix("this.").map_or((name, function), |name| (name, 0));
        // A name of a function's own hides that of the class.
        let is_known = self.names.contains_key(&(function, name)) || self.names.contains_key(&(0, name));
        if disorder.is_some() || is_known {
            self.names.insert((function, name), disorder);
        }
    }

    fn of_type(&self, written: &str) -> Option<Disorder> {
        let name = base_name(written);
        let as_added = self.words.as_added.contains(&name).then_some(Disorder::AsAdded);
        if self.words.hashed.contains(&name) { Some(Disorder::Any) } else { as_added }
    }

    fn assigned(&mut self, node: Node<'_>, function: usize) {
        let (Some(left), Some(right)) = (child(node, "left"), child(node, "right")) else { return };
        let (name, disorder) = (self.text(left), self.disorder(right, function, 0));
        if TOOLS.contains(&name)
            && let Some(disorder) = disorder
        {
            self.push(right, UnorderedOf::Tools, disorder);
        }
        let is_growing = child(node, "operator").is_some_and(|operator| self.text(operator) != "=");
        let is_field = !self.names.contains_key(&(function, name)) && self.names.contains_key(&(0, name));
        if !is_growing || disorder.is_some() {
            self.holds(name, disorder, if is_field { 0 } else { function });
        }
    }

    /// Notes the order of what a function returns.
    fn returned(&mut self, node: Node<'_>, function: usize) {
        let given = children(node).first().and_then(|given| self.disorder(*given, function, 0));
        let mut around = node.parent();
        while let Some(outer) = around.filter(|_| given.is_some()) {
            if matches!(outer.kind(), "lambda_expression") {
                return;
            }
            if matches!(outer.kind(), "method_declaration" | "local_function_statement") {
                let name = child(outer, "name").map(|name| self.text(name));
                self.functions.extend(name.zip(given));
                return;
            }
            around = outer.parent();
        }
    }

    /// A loop over a collection: lists that grow in it are as it is.
    fn repeated(&mut self, over: Option<Node<'_>>, body: Option<Node<'_>>, function: usize) {
        let (Some(over), Some(body)) = (over, body) else { return };
        let Some(disorder) = self.disorder(over, function, 0) else { return };
        self.push(over, UnorderedOf::Loop(body.byte_range()), disorder);
        let mut waiting = vec![body];
        while let Some(node) = waiting.pop() {
            if let Some((Some(receiver), "add" | "Add" | "addAll" | "AddRange")) = self.method(node) {
                self.holds(self.text(receiver), Some(disorder), function);
            }
            waiting.extend(children(node));
        }
    }

    /// The receiver and the name of a method that is called.
    fn method<'n>(&self, node: Node<'n>) -> Option<(Option<Node<'n>>, &'a str)> {
        match node.kind() {
            "method_invocation" => Some((child(node, "object"), self.text(child(node, "name")?))),
            "invocation_expression" => {
                let called = child(node, "function")?;
                let name = child(called, "name").map_or_else(|| self.text(called), |name| self.text(name));
                Some((child(called, "expression"), name.split('<').next().unwrap_or_default()))
            }
            _ => None,
        }
    }

    fn called(&mut self, node: Node<'_>, function: usize) {
        let Some((receiver, name)) = self.method(node) else { return };
        let given = arguments(node);
        match name {
            _ if SORTING.contains(&name) => {
                // `Collections.sort(list)` and `list.sort(null)`.
                for sorted in receiver.into_iter().chain(given.first().copied()) {
                    self.holds(self.text(sorted), None, function);
                }
            }
            "forEach" | "ForEach" => {
                let body = given.first().and_then(|given| child(*given, "body"));
                self.repeated(receiver, body, function);
            }
            _ if TOOLS.contains(&name) => {
                let tools = given.into_iter().find_map(|given| Some((given, self.disorder(given, function, 0)?)));
                if let Some((given, disorder)) = tools {
                    self.push(given, UnorderedOf::Tools, disorder);
                }
            }
            _ => {}
        }
    }

    /// Tells whether a value stands where a text is put together.
    fn is_part_of_a_text(&self, node: Node<'_>) -> bool {
        let Some(parent) = node.parent() else { return false };
        let is_added = |list: Node<'_>| {
            let call = list.parent();
            call.and_then(|call| self.method(call)).is_some_and(|(_, name)| self.words.adding.contains(&name))
        };
        match parent.kind() {
            _ if matches!(node.kind(), "binary_expression" | "interpolated_string_expression") => false,
            "interpolation" => true,
            "binary_expression" => child(parent, "operator").is_some_and(|operator| self.text(operator) == "+"),
            "argument_list" => is_added(parent),
            "argument" => parent.parent().is_some_and(is_added),
            _ => false,
        }
    }

    fn held(&self, name: &str, function: usize) -> Option<Disorder> {
        let (name, function) = name.strip_prefix("this.").map_or((name, function), |name| (name, 0));
        self.names.get(&(function, name)).or_else(|| self.names.get(&(0, name))).copied().flatten()
    }

    /// The order in which an expression gives its items; `None` if it is fixed, or not known to be none.
    fn disorder(&self, node: Node<'_>, function: usize, depth: usize) -> Option<Disorder> {
        if depth > DEEPEST {
            return None;
        }
        let any = |nodes: Vec<Node<'_>>| nodes.into_iter().find_map(|inner| self.disorder(inner, function, depth + 1));
        match node.kind() {
            "identifier" | "field_access" => self.held(self.text(node), function),
            "member_access_expression" => {
                let name = child(node, "name").map_or("", |name| self.text(name));
                let of = child(node, "expression").filter(|_| self.words.passing.contains(&name));
                self.held(self.text(node), function).or_else(|| self.disorder(of?, function, depth + 1))
            }
            "object_creation_expression" => self.created(node, function, depth),
            "method_invocation" | "invocation_expression" => self.given(node, function, depth),
            "binary_expression" => any(all(node, "left").into_iter().chain(all(node, "right")).collect()),
            "parenthesized_expression" | "cast_expression" | "interpolated_string_expression" | "interpolation" => {
                any(children(node))
            }
            "ternary_expression" | "conditional_expression" => any(children(node).into_iter().skip(1).collect()),
            _ => None,
        }
    }

    /// A new object: one that is filled where it is made has the order in which its items stand there.
    fn created(&self, node: Node<'_>, function: usize, depth: usize) -> Option<Disorder> {
        let name = base_name(child(node, "type").map_or("", |kind| self.text(kind)));
        let made = self.of_type(name);
        if made == Some(Disorder::AsAdded) && child(node, "initializer").is_some() {
            return None;
        }
        let first = || arguments(node).into_iter().next().filter(|_| self.words.keeping.contains(&name));
        made.or_else(|| self.disorder(first()?, function, depth + 1))
    }

    /// The order of what a call gives.
    fn given(&self, node: Node<'_>, function: usize, depth: usize) -> Option<Disorder> {
        let (receiver, name) = self.method(node)?;
        let given = arguments(node);
        let path = receiver.map(|receiver| format!("{}.{name}", self.text(receiver)));
        if self.is_java && path.as_deref().is_some_and(|path| SALTED.contains(&path)) {
            // One item, or a key with its value, has no order.
            let is_several = given.len() > 2 || given.len() == 2 && name == "of" && path.as_deref() == Some("Set.of");
            return is_several.then_some(Disorder::Any);
        }
        if self.is_java && name == "collect" {
            let how = given.first().map_or("", |given| self.text(*given));
            let is_other = how.contains("Tree") || how.contains("Linked");
            let is_hashed = ["toSet(", "toMap(", "groupingBy(", "toUnmodifiable"].iter().any(|made| how.contains(made));
            if is_other || is_hashed && !how.contains("toUnmodifiableList") {
                return (!is_other).then_some(Disorder::Any);
            }
        }
        match name {
            "ToHashSet" | "ToDictionary" if !self.is_java => {
                receiver.and_then(|receiver| self.disorder(receiver, function, depth + 1)).or(Some(Disorder::AsAdded))
            }
            _ if self.words.passing.contains(&name) => {
                let mut both = receiver.into_iter().chain(given);
                both.find_map(|inner| self.disorder(inner, function, depth + 1))
            }
            _ => {
                let is_own = receiver.is_none_or(|receiver| self.text(receiver) == "this");
                self.functions.get(name).copied().filter(|_| is_own)
            }
        }
    }
}

/// The arguments of a call.
fn arguments<'n>(node: Node<'n>) -> Vec<Node<'n>> {
    let given = child(node, "arguments").map(children).unwrap_or_default();
    let inner =
        |given: Node<'n>| if given.kind() == "argument" { children(given).into_iter().last() } else { Some(given) };
    given.into_iter().filter_map(inner).collect()
}

/// The name of a type without its package and its parameters.
fn base_name(written: &str) -> &str {
    let name = written.split(['<', '?', '[']).next().unwrap_or_default();
    name.rsplit('.').next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::super::unordered::{Disorder, UnorderedOf, unordered};
    use crate::source::SourceText;

    fn found(name: &str, code: &str) -> Vec<(String, &'static str)> {
        let kind = |of: &UnorderedOf, disorder: Disorder| match (of, disorder) {
            (_, Disorder::AsAdded) => "as added",
            (UnorderedOf::Tools, _) => "tools",
            (UnorderedOf::Value, _) => "value",
            (UnorderedOf::Loop(_), _) => "loop",
        };
        let places = unordered(&SourceText::new(name, code));
        places
            .into_iter()
            .map(|place| (kind(&place.of, place.disorder), place.written))
            .map(|(kind, it)| (it, kind))
            .collect()
    }

    #[test]
    fn loops_over_hash_collections_have_no_order_unless_they_are_sorted() {
        let of = |body: &str| {
            found(
                "A.java",
                &format!("class A {{ Map<String, Tool> m = new HashMap<>(); String f(List<String> l) {{ {body} }} }}"),
            )
        };
        let one = |written: &str, kind| vec![(written.to_owned(), kind)];
        assert_eq!(of("for (String k : m.keySet()) { b.append(k); }"), one("m.keySet()", "loop"));
        assert_eq!(of("m.forEach((k, v) -> { b.append(k); });"), one("m", "loop"));
        assert_eq!(of("b.append(String.join(\",\", m.keySet()));"), one("String.join(\",\", m.keySet())", "value"));
        assert_eq!(of("request.tools(new ArrayList<>(m.values()));"), one("new ArrayList<>(m.values())", "tools"));
        assert_eq!(of("var s = l.stream().collect(Collectors.toSet()); return \"Use \" + s;"), one("s", "value"));
        assert_eq!(of("for (String k : Set.of(\"a\", \"b\")) { b.append(k); }"), one("Set.of(\"a\", \"b\")", "loop"));
        for ordered in [
            "for (String k : new TreeSet<>(m.keySet())) { b.append(k); }",
            "for (String k : m.keySet().stream().sorted().toList()) { b.append(k); }",
            "List<String> all = new ArrayList<>(m.keySet()); Collections.sort(all); for (String k : all) { b.append(k); }",
            "b.append(m.get(\"a\")).append(m.size());",
            "Map<String, String> m = new LinkedHashMap<>(); for (String k : m.keySet()) { b.append(k); }",
            "for (String k : l) { b.append(k); }",
        ] {
            assert_eq!(of(ordered), [], "{ordered}");
        }
    }

    #[test]
    fn dictionaries_of_net_list_their_items_as_they_were_added_and_concurrent_ones_in_any_order() {
        let of = |body: &str| {
            found(
                "A.cs",
                &format!(
                    "class A {{ Dictionary<string, string> _d = new(); string F(HashSet<string> s) {{ {body} }} }}"
                ),
            )
        };
        let one = |written: &str, kind| vec![(written.to_owned(), kind)];
        assert_eq!(of("foreach (var (k, v) in _d) { b.Append(k); }"), one("_d", "as added"));
        assert_eq!(
            of("b.Append($\"{string.Join(\", \", s)}\");")[0],
            ("string.Join(\", \", s)".to_owned(), "as added")
        );
        let concurrent =
            "var c = new ConcurrentDictionary<string, string>(); foreach (var k in c.Keys) { b.Append(k); }";
        assert_eq!(of(concurrent), one("c.Keys", "loop"));
        for ordered in [
            "foreach (var k in _d.Keys.OrderBy(k => k)) { b.Append(k); }",
            "var n = new HashSet<string> { \"a\", \"b\" }; foreach (var k in n) { b.Append(k); }",
            "b.Append(_d[\"a\"]).Append(s.Count);",
        ] {
            assert_eq!(of(ordered), [], "{ordered}");
        }
    }
}
