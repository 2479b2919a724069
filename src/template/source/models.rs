//! Models that code names: the literals that are nothing but a model's name, and which of them answers a text.
//!
//! The smallest part of the code around a text that names a model tells it: a call, a function, a class, the file. Where that part names
//! models of several rules, none is told.

use std::sync::LazyLock;

use regex::Regex;
use tree_sitter::Node;

use crate::profile::{Profiles, RequestFacts};

/// A string that is a model's name, perhaps behind that of a seller. Models that answer nothing with text are left out below.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let families = r"gpt-\d|o[134]\b|chatgpt-|claude-|gemini-|deepseek-(?:chat|reasoner)|mistral-|mixtral-|codestral|llama-?\d|qwen|grok-|command-r|gemma|kimi-|moonshot-|glm-";
    Regex::new(&format!(r#"["'`](?:[A-Za-z0-9_.-]+[/:])*((?:{families})[A-Za-z0-9._:-]*)["'`]"#)).ok()
});

/// Words of models that are given no prompt of text, or give none.
const OTHERS: [&str; 8] = ["embed", "image", "tts", "audio", "realtime", "transcribe", "moderation", "whisper"];

/// The models that a file names.
pub(super) struct Models<'a> {
    root: Node<'a>,
    /// The first byte of each name, in order, the name, and the rule that it falls under.
    all: Vec<(usize, &'a str, Option<&'static str>)>,
}

impl<'a> Models<'a> {
    pub(super) fn named_in(source: &'a str, root: Node<'a>) -> Self {
        let rule = |model: &str| {
            let chosen = Profiles::builtin().choose(RequestFacts { model: Some(model), ..RequestFacts::default() });
            chosen.map(|choice| choice.profile.name.as_str())
        };
        let named = NAMED.iter().flat_map(|named| named.captures_iter(source)).filter_map(|found| found.get(1));
        let is_of_text = |name: &&str| !OTHERS.iter().any(|other| name.contains(other));
        let all = named.filter(|name| is_of_text(&name.as_str())).filter(|name| !is_in_comment(source, name.start()));
        Self { root, all: all.map(|name| (name.start(), name.as_str(), rule(name.as_str()))).collect() }
    }

    /// The model that answers the text at this byte.
    pub(super) fn of_text_at(&self, at: usize) -> Option<&'a str> {
        if self.all.is_empty() {
            return None;
        }
        let mut around = self.root.descendant_for_byte_range(at, at);
        while let Some(node) = around {
            let bytes = node.byte_range();
            let mut within = self.all.iter().filter(|(place, ..)| bytes.contains(place));
            if let Some((_, first, rule)) = within.next() {
                return within.all(|(.., other)| other == rule).then_some(*first);
            }
            around = node.parent();
        }
        None
    }
}

/// Tells whether what stands before a byte in its line begins a comment.
fn is_in_comment(source: &str, at: usize) -> bool {
    let line = source[..at].rfind('\n').map_or(0, |end| end + 1);
    ["#", "//", "*", "/*"].iter().any(|mark| source[line..at].trim_start().starts_with(mark))
}

#[cfg(test)]
mod tests {
    use crate::template::source::tests::read;

    fn models(name: &str, text: &str) -> Vec<Option<String>> {
        read(name, text).templates.into_iter().map(|template| template.model).collect()
    }

    fn asking(model: &str, words: &str) -> String {
        format!(
            "def ask_{words}(client, question):\n    return client.chat.completions.create(model={model}, messages=[\
             {{'role': 'system', 'content': 'You are a clerk who sorts {words}.'}}, {{'role': 'user', 'content': question}}])\n"
        )
    }

    #[test]
    fn the_model_of_the_same_call_or_function_or_file_answers_a_text() {
        let both = asking("'gpt-4o'", "letters") + &asking("'claude-sonnet-4-5'", "parcels");
        let own = [Some("gpt-4o".to_owned()), Some("claude-sonnet-4-5".to_owned())];
        assert_eq!(models("a.py", &both), own);
        let constant = format!("MODEL = 'openai/gpt-4o-mini'\n\n{}", asking("MODEL", "letters"));
        assert_eq!(models("a.py", &constant), [Some("gpt-4o-mini".to_owned())]);
    }

    #[test]
    fn of_models_of_several_rules_none_is_told() {
        let chosen = asking("'gpt-4o' if fast else 'claude-sonnet-4-5'", "letters");
        assert_eq!(models("a.py", &chosen), [None]);
        let commented = format!("# 'gpt-4o'\nEMBEDDING = 'gemini-embedding-001'\n{}", asking("MODEL", "letters"));
        assert_eq!(models("a.py", &commented), [None]);
    }
}
