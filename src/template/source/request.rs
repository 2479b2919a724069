//! Requests: what a call or a record gives a model side by side, such as `system` and `messages`, is one request.

use std::collections::{BTreeMap, BTreeSet};

use super::code::Expression;
use super::content::Content;
use super::rope::Rope;
use super::site::{Site, SiteKind, Use};
use super::value::{MessagePart, SiteId, TextValue, Value};
use super::walk::Walk;
use crate::template::Fragment;

/// Keys of the text that stands before all messages.
const BEFORE: &[&str] = &[
    "system",
    "instructions",
    "system_prompt",
    "systemPrompt",
    "system_instruction",
    "systemInstruction",
    "system_message",
    "systemMessage",
];

/// Keys of what is asked: a text, messages, or a value of which nothing is known.
const ASKED: &[&str] =
    &["messages", "prompt", "input", "contents", "user", "user_prompt", "userPrompt", "user_message"];

/// The most requests that send one constant and are told apart.
const MOST_REQUESTS: usize = 8;

/// The numbers of the keys that make one request, that of the text before all messages first; `None` unless both are there once.
pub(super) fn keys<'k>(names: &(impl Iterator<Item = Option<&'k str>> + Clone)) -> Option<(usize, usize)> {
    let only = |known: &[&str]| {
        // Go and C# write theirs with a capital.
        let is_one = |name: &str| known.iter().any(|known| name.eq_ignore_ascii_case(known));
        let mut all = names.clone().enumerate().filter(|(_, name)| name.is_some_and(is_one));
        let (index, _) = all.next()?;
        all.next().is_none().then_some(index)
    };
    Some((only(BEFORE)?, only(ASKED)?))
}

impl Walk<'_> {
    /// The messages of a request with that text before them; `None` where it is not known to be a text.
    pub(super) fn request(
        &mut self,
        (before, system): (&Expression, &Value),
        (asked, question): (&Expression, &Value),
    ) -> Option<Rope<MessagePart>> {
        let text = match system {
            Value::Text(text) => text.clone(),
            Value::List(items, _) if items.has_words() => self.content(system, before),
            _ => return None,
        };
        let mut parts = Rope::one(MessagePart { role: Some("system".into()), text });
        match question {
            Value::Messages(more, site) => {
                // A list of this function is sent with the text before it, and not by itself.
                if let Some(site) = site.filter(|site| !self.sites[*site].is_shared) {
                    self.sites[site].is_merged = true;
                }
                parts.append(more.clone());
            }
            Value::Message(part) => parts.push(part.clone()),
            question => {
                if let Value::Unknown = question {
                    self.used_result(asked, Use::Message("user".into()));
                }
                let text = self.content(question, asked);
                parts.push(MessagePart { role: Some("user".into()), text });
            }
        }
        Some(parts)
    }
}

/// Gives a constant the messages that it is sent with, where these are values alone: no other text stands for the request. Several requests
/// with as many messages are one, of which each message is one of several.
pub(super) fn complete(sites: &mut [Site], chosen: &BTreeSet<SiteId>) {
    let mut requests: BTreeMap<SiteId, Vec<SiteId>> = BTreeMap::new();
    for id in chosen {
        if let Some(constant) = constant_of(sites, *id).filter(|constant| chosen.contains(constant)) {
            requests.entry(constant).or_default().push(*id);
        }
    }
    for (constant, found) in requests {
        let own = sites[constant].parts.only().map(|part| part.text.clone());
        // A text of other files' has no place here that the values could stand beside.
        let own = own.filter(|text| text.own.is_some());
        let (Some(own), Some(first)) = (own, found.first()) else { continue };
        let roles = |id: SiteId| sites[id].parts.iter().map(|part| part.role.clone()).collect::<Vec<_>>();
        let alike = found.iter().copied().filter(|id| roles(*id) == roles(*first)).take(MOST_REQUESTS);
        let requests: Vec<Vec<MessagePart>> = alike.map(|id| sites[id].parts.clone().into_vec()).collect();
        let part = |(index, part): (usize, &MessagePart)| {
            if part.text.alias == Some(constant) {
                return MessagePart { role: part.role.clone(), text: own.clone() };
            }
            let mut contents: Vec<Content> = Vec::new();
            for content in requests.iter().map(|request| &request[index].text.content) {
                if !contents.contains(content) {
                    contents.push(content.clone());
                }
            }
            let text = match contents.as_slice() {
                [only] => TextValue { content: only.clone(), ..TextValue::default() },
                _ => one_of(&sites[constant].own, contents),
            };
            MessagePart { role: part.role.clone(), text }
        };
        let parts = requests[0].iter().enumerate().map(part).collect();
        sites[constant].parts = parts;
    }
}

/// One of several contents, as the requests that send a constant of that name have them.
fn one_of(constant: &str, contents: Vec<Content>) -> TextValue {
    let span = contents.iter().find_map(Content::first_byte).map_or(0..0, |at| at..at + 1);
    TextValue { content: Content::choice(constant.to_owned(), span, contents), ..TextValue::default() }
}

/// The one constant whose text is all that messages say, if values stand beside it.
fn constant_of(sites: &[Site], id: SiteId) -> Option<SiteId> {
    let site = &sites[id];
    if site.kind != SiteKind::Messages || site.is_merged {
        return None;
    }
    let mut constant = None;
    let mut has_values = false;
    for part in site.parts.iter() {
        let text = &part.text;
        let is_value = text.alias.is_none() && text.inserted.is_empty() && text.content.iter().all(is_value);
        match text.alias {
            Some(alias) if constant.is_none() && sites[alias].is_shared => constant = Some(alias),
            None if is_value => has_values = true,
            _ => return None,
        }
    }
    constant.filter(|_| has_values)
}

fn is_value(fragment: &Fragment) -> bool {
    matches!(fragment, Fragment::Value(_))
}
