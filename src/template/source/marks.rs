//! Marks for a cache in source code: the entries of dictionaries, arguments and fields that name one.

use std::cell::OnceCell;
use std::ops::Range;

use tree_sitter::Node;

use super::Language;
use super::tree::{child, children, parse, text};
use crate::source::SourceText;

/// The names under which clients of Anthropic, OpenAI and Bedrock have them, in small letters and without underscores.
const KEYS: [&str; 3] = ["cachecontrol", "promptcachebreakpoint", "cachepoint"];

/// A mark in source code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeMark {
    /// The bytes of its key.
    pub span: Range<usize>,
    /// The part of the request that it stands at; `None` if the program chooses it as it runs.
    pub at: Option<CodePart>,
    /// The lifetime that it asks for, as it is written.
    pub lifetime: Option<String>,
    /// Its text is empty.
    pub is_on_nothing: bool,
    /// The first byte of the request that it is a part of.
    pub request: usize,
}

/// The part of a request that a mark stands at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodePart {
    /// A tool.
    Tool,
    /// The instructions before all messages.
    System,
    /// A text of another message.
    Text,
    /// The request itself, so that the provider chooses the place.
    Request,
}

/// The marks of a file of source code, in its order; none in other files.
pub fn marks(source: &SourceText) -> Vec<CodeMark> {
    let file = source.text();
    let Some(language) = Language::by_ending(source.extension()) else { return Vec::new() };
    let names = plain(file);
    if !KEYS.iter().any(|key| names.contains(key)) {
        return Vec::new();
    }
    let Some(tree) = parse(file, &(language.grammar)()) else { return Vec::new() };
    // Each node with the number of those around it. A node asked for its parent looks for it from the root of the tree.
    let (mut marks, mut waiting, mut path) = (Vec::new(), vec![(tree.root_node(), 0)], Vec::new());
    while let Some((node, depth)) = waiting.pop() {
        path.truncate(depth);
        path.push(Step { node, around: OnceCell::new() });
        marks.extend(mark(&path, file));
        waiting.extend(children(node).into_iter().rev().map(|child| (child, depth + 1)));
    }
    marks
}

/// A node on the way from the root of a tree to one that may be a mark.
struct Step<'t> {
    node: Node<'t>,
    around: OnceCell<Around>,
}

/// The answers of a node for the marks in it.
struct Around {
    is_of_system: bool,
    has_empty_text: bool,
    is_request: bool,
}

impl Step<'_> {
    fn around(&self, file: &str) -> &Around {
        self.around.get_or_init(|| {
            let (mut role, mut text_of, mut is_request) = (None, None, false);
            for (key, value) in children(self.node).into_iter().filter_map(|inner| entry(inner, Some(self.node))) {
                match plain(text(key, file)).as_str() {
                    "role" => role = role.or(Some(value)),
                    "text" => text_of = text_of.or(Some(value)),
                    "messages" | "system" | "tools" | "model" => is_request = true,
                    _ => {}
                }
            }
            let role = role.map(|role| plain(text(role, file)));
            Around {
                is_of_system: role.is_some_and(|role| ["system", "developer"].contains(&role.as_str())),
                has_empty_text: text_of.is_some_and(|value| matches!(text(value, file), "\"\"" | "''")),
                is_request,
            }
        })
    }
}

/// A name as all languages write it.
fn plain(name: &str) -> String {
    name.chars().filter(|sign| !matches!(sign, '_' | '"' | '\'' | ':')).flat_map(char::to_lowercase).collect()
}

/// The key and the value of a node that is an entry of a dictionary, a named argument or a field.
fn entry<'t>(node: Node<'t>, parent: Option<Node<'t>>) -> Option<(Node<'t>, Node<'t>)> {
    let value = child(node, "value");
    match node.kind() {
        "pair" => child(node, "key").zip(value),
        "keyword_argument" => child(node, "name").zip(value),
        "keyed_element" => match children(node)[..] {
            [key, value] => Some((key, value)),
            _ => None,
        },
        "assignment_expression" if parent.is_some_and(|whole| whole.kind().contains("initializer")) => {
            child(node, "left").zip(child(node, "right"))
        }
        _ => None,
    }
}

/// The mark that the last node of a path is. A key of that name may also be a header of HTTP, whose value is a text.
fn mark(path: &[Step<'_>], file: &str) -> Option<CodeMark> {
    let [outer @ .., holder, Step { node, .. }] = path else { return None };
    let own = entry(*node, Some(holder.node));
    let (key, value) = own.or_else(|| later(*node, file))?;
    let name = plain(text(key, file));
    if !KEYS.contains(&name.as_str()) || name == KEYS[0] && !text(value, file).to_lowercase().contains("ephemeral") {
        return None;
    }
    let at = own.map(|_| part(&path[..=outer.len()], file));
    let is_on_nothing = holder.around(file).has_empty_text;
    let lifetime = member(value, "ttl", file).map(|ttl| ttl.trim_matches(['"', '\'']).to_owned());
    // The root is no part of a request.
    let around = path.get(1..=outer.len()).unwrap_or_default();
    // Of two arms of a choice a request has one.
    let arm = || {
        let is_arm = |pair: &&[Step<'_>]| {
            let [choice, arm] = pair else { return false };
            let is_of_choice =
                ["if", "else", "elif", "switch", "case"].iter().any(|word| choice.node.kind().starts_with(word));
            is_of_choice && arm.node.kind().ends_with("block")
        };
        around.windows(2).rfind(is_arm).and_then(|pair| pair.last())
    };
    let request = around.iter().rev().find(|step| step.around(file).is_request).or_else(arm).or(around.first());
    let request = request.map_or(*node, |step| step.node).start_byte();
    Some(CodeMark { span: key.byte_range(), at, lifetime, is_on_nothing, request })
}

/// The key and the value of a mark that is set on something that is there already.
fn later<'a>(node: Node<'a>, file: &str) -> Option<(Node<'a>, Node<'a>)> {
    let (left, right) = child(node, "left").zip(child(node, "right"))?;
    let key = child(left, "subscript").or_else(|| child(left, "index")).or_else(|| child(left, "property"));
    let key = key.or_else(|| child(left, "attribute")).or_else(|| children(left).pop())?;
    KEYS.contains(&plain(text(key, file)).as_str()).then_some((key, right))
}

/// The value of a dictionary's entry of that name, as it is written.
fn member(holder: Node<'_>, name: &str, file: &str) -> Option<String> {
    let named = |node: Node<'_>| {
        let (key, value) = entry(node, Some(holder))?;
        (plain(text(key, file)) == name).then(|| text(value, file).to_owned())
    };
    children(holder).into_iter().find_map(named)
}

/// The part of a request that the holder of a mark is, which is the last node of a path.
fn part(path: &[Step<'_>], file: &str) -> CodePart {
    if path.last().is_some_and(|holder| holder.around(file).is_request) {
        return CodePart::Request;
    }
    for (index, step) in path.iter().enumerate().rev() {
        if step.around(file).is_of_system {
            return CodePart::System;
        }
        let parent = index.checked_sub(1).map(|above| path[above].node);
        match entry(step.node, parent).map(|(key, _)| plain(text(key, file))).as_deref() {
            Some("tools") => return CodePart::Tool,
            Some("system") => return CodePart::System,
            _ => {}
        }
    }
    CodePart::Text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, text: &str) -> Vec<(Option<CodePart>, Option<String>, bool)> {
        let found = marks(&SourceText::new(name, text));
        found.into_iter().map(|mark| (mark.at, mark.lifetime, mark.is_on_nothing)).collect()
    }

    #[test]
    fn marks_are_found_in_every_language_with_the_part_they_stand_at() {
        let python = r#"
client.messages.create(
    model="claude-sonnet-4-5",
    tools=[{"name": "f", "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
    system=[{"type": "text", "text": RULES, "cache_control": {"type": "ephemeral"}}],
    messages=[{"role": "user", "content": [{"type": "text", "text": "", "cache_control": {"type": "ephemeral"}}]}],
    cache_control={"type": "ephemeral"},
)
messages[-1]["content"][-1]["cache_control"] = {"type": "ephemeral"}
"#;
        assert_eq!(
            found("a.py", python),
            [
                (Some(CodePart::Tool), Some("1h".into()), false),
                (Some(CodePart::System), None, false),
                (Some(CodePart::Text), None, true),
                (Some(CodePart::Request), None, false),
                (None, None, false),
            ]
        );
        let typescript = "const messages = [{ role: 'system', content: rules, \
            providerOptions: { anthropic: { cacheControl: { type: 'ephemeral' } } } }];";
        assert_eq!(found("a.ts", typescript), [(Some(CodePart::System), None, false)]);
        let ruby = "client.messages(system: [{ type: 'text', text: rules, cache_control: { type: 'ephemeral' } }])";
        assert_eq!(found("a.rb", ruby), [(Some(CodePart::System), None, false)]);
        let go = "package p\nvar s = []anthropic.TextBlockParam{{Text: rules, \
            CacheControl: anthropic.NewCacheControlEphemeralParam()}}\n";
        assert_eq!(found("a.go", go), [(Some(CodePart::Text), None, false)]);
    }

    #[test]
    fn a_header_of_http_is_no_mark() {
        assert_eq!(found("a.py", "get(url, headers={'cache_control': 'max-age=60'})"), []);
        assert_eq!(found("a.ts", "put({ Key: k, CacheControl: 'max-age=60' })"), []);
    }
}
