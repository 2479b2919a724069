//! Templates seen in a log: which requests were made from one, and what its variables held.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Fragment, Template, TemplateMessage};
use crate::exchange;

/// The values of a template's variables in a log.
#[derive(Debug)]
pub struct LogMatch<'a> {
    template: &'a Template,
    /// The value of each variable; `None` where it was not always the same.
    values: BTreeMap<String, Option<String>>,
}

impl<'a> LogMatch<'a> {
    /// Nothing seen yet.
    pub fn new(template: &'a Template) -> Self {
        Self { template, values: BTreeMap::new() }
    }

    /// Takes note of a request; whether it was made from the template.
    pub fn add(&mut self, messages: &[Arc<exchange::Message>]) -> bool {
        let ours = &self.template.messages;
        let mut found = Vec::new();
        let fits = !ours.is_empty()
            && messages.len() >= ours.len()
            && ours.iter().zip(messages).all(|(ours, theirs)| fits(ours, theirs, &mut found));
        if fits {
            for (name, value) in found {
                let known = self.values.entry(name).or_insert_with(|| Some(value.clone()));
                if known.as_ref() != Some(&value) {
                    *known = None;
                }
            }
        }
        fits
    }

    /// Variables that were always the same, with their values.
    pub fn constants(&self) -> Vec<(String, String)> {
        self.values.iter().filter_map(|(name, value)| Some((name.clone(), value.clone()?))).collect()
    }

    /// Variables that were not always the same.
    pub fn differing(&self) -> Vec<String> {
        self.values.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| name.clone()).collect()
    }
}

/// Compares a message with a template's, and collects the values of its variables.
fn fits(ours: &TemplateMessage, theirs: &exchange::Message, found: &mut Vec<(String, String)>) -> bool {
    let texts = theirs.content.as_ref().map(|content| content.texts().concat()).unwrap_or_default();
    if ours.role != theirs.role {
        return false;
    }
    // White space at the end is what engines differ in.
    let (mut rest, mut open): (&str, Option<Option<&str>>) = (texts.trim_end(), None);
    for (index, fragment) in ours.content.iter().enumerate() {
        let is_last = index + 1 == ours.content.len();
        match fragment {
            Fragment::Text(passage) if is_last && passage.text.trim_end().is_empty() => {}
            Fragment::Text(passage) => {
                let text = if is_last { passage.text.trim_end() } else { passage.text.as_str() };
                let at = match open.take() {
                    None if rest.starts_with(text) => 0,
                    None => return false,
                    Some(name) => {
                        let Some(at) = rest.find(text) else { return false };
                        found.extend(name.map(|name| (name.to_owned(), rest[..at].to_owned())));
                        at
                    }
                };
                rest = &rest[at + text.len()..];
            }
            // Two values side by side cannot be distinguished.
            Fragment::Value(value) if open.is_none() => open = Some(value.variable()),
            Fragment::Value(_) | Fragment::Choice(_) => open = Some(None),
        }
    }
    match open {
        None => rest.is_empty(),
        Some(name) => {
            found.extend(name.map(|name| (name.to_owned(), rest.to_owned())));
            true
        }
    }
}
