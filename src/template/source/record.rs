//! Records that are no message: the texts under their keys, and those that are logged or shown.

use super::calls::last;
use super::code::{Expression, ExpressionKind, Field};
use super::request;
use super::rope::Rope;
use super::schema;
use super::signs;
use super::site::{Siblings, SiteKind, Use};
use super::value::{SiteId, Value};
use super::walk::Walk;
use crate::template::volatile::words;

impl Walk<'_> {
    /// Notes the entries that are the text before all messages and the messages: they are one request. Gives the places of both.
    fn sent_together(&mut self, fields: &[Field], values: &[Value]) -> Option<(usize, usize)> {
        let (before, asked) = request::keys(&fields.iter().map(|field| Some(field.name.as_str())))?;
        let given = |index: usize| (&fields[index].value, &values[index]);
        let parts = self.request(given(before), given(asked))?;
        self.site(SiteKind::Messages, "messages".into(), "messages", parts);
        Some((before, asked))
    }

    /// The entries of a record that is no message: each text is noted under its key.
    pub(super) fn record(&mut self, fields: &[Field], values: Vec<Value>) {
        let siblings = Siblings::among(&fields.iter().map(|field| field.name.as_str()));
        let request = if siblings.are_of_request { self.sent_together(fields, &values) } else { None };
        for (index, (field, value)) in fields.iter().zip(values).enumerate() {
            if request.is_some_and(|(before, asked)| index == before || index == asked) {
                continue;
            }
            let name = field.name.clone();
            if schema::is_given_by(&name) {
                schema::handed(self, &field.value, &Use::Key(name.clone()));
            }
            match value {
                Value::Text(text) => {
                    let is_of_tool = signs::describes_tool(&name, siblings);
                    let text = if is_of_tool { schema::with_parameters(self, text, fields) } else { text };
                    let kind = SiteKind::Key { siblings };
                    self.found(kind, &name, &name, text, Use::Key(name.clone()));
                }
                Value::Messages(parts, None) => {
                    self.site(SiteKind::Messages, name.clone(), &name, parts);
                }
                Value::Message(part) => {
                    self.site(SiteKind::Messages, name.clone(), &name, Rope::one(part));
                }
                Value::Messages(_, Some(site)) => self.used(site, Use::Key(name)),
                Value::List(items, site) => self.list(&items, site, &name, &name),
                Value::Unknown | Value::Optional(_) => self.used_result(&field.value, Use::Key(name)),
            }
        }
    }

    /// Notes that an agent is asked the text that a function gives it as its input: `agent_executor.ainvoke({"input": text})`.
    pub(super) fn asked_by_input(&mut self, function: &str, given: &Expression) {
        const RUNNING: &[&str] = &["invoke", "ainvoke", "stream", "astream", "run", "arun"];
        let ExpressionKind::Record(fields) = &given.kind else { return };
        let is_agent = words(function).iter().any(|word| word.starts_with("agent") || word == "executor");
        if !is_agent || !RUNNING.contains(&last(function)) {
            return;
        }
        for field in fields.iter().filter(|field| field.name == "input") {
            let by = Use::Argument { function: function.to_owned(), keyword: Some(field.name.clone()) };
            if let (ExpressionKind::Name(_), Value::Text(text)) = (&field.value.kind, self.value(&field.value))
                && let Some(site) = text.alias
            {
                self.used(site, by);
            }
        }
    }

    /// Takes what was noted from this site on for nothing that is sent: what is logged beside other things, and messages that a page keeps to show
    /// them (`setMessages((shown) => [...shown, {role: 'system', content: 'Saved.'}])`).
    pub(super) fn not_sent(&mut self, function: &str, given: &Expression, from: SiteId) {
        let is_logged = logs(function) && is_record(given);
        let is_shown = self.language.ends_with("script") && keeps_state(function);
        let is_such = |kind: &SiteKind| match kind {
            SiteKind::Key { .. } => is_logged,
            SiteKind::Messages => is_shown,
            _ => false,
        };
        let noted: Vec<SiteId> = (from..self.sites.len()).filter(|id| is_such(&self.sites[*id].kind)).collect();
        for id in noted {
            self.sites[id].is_merged = true;
            // A message of this function that was bound before, too; a request that sends it holds it itself.
            let bound: Vec<SiteId> = self.sites[id].parts.iter().filter_map(|part| part.text.alias).collect();
            for site in bound.into_iter().filter(|_| is_shown) {
                self.sites[site].is_merged = !self.sites[site].is_shared;
            }
        }
    }
}

/// Tells whether an expression is a record, or one that a function is given alone.
fn is_record(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Record(_) => true,
        ExpressionKind::Call(call) => matches!(call.arguments.as_slice(), [only] if is_record(&only.value)),
        _ => false,
    }
}

/// Tells whether a function writes to a log: `logger.info`, `logEvent`, `console.log`.
fn logs(function: &str) -> bool {
    words(function).first().is_some_and(|first| ["log", "logger", "logging", "console"].contains(&first.as_str()))
}

/// Tells whether a function sets what a page keeps, as React's do: `setConversation`.
fn keeps_state(function: &str) -> bool {
    let kept = last(function).strip_prefix("set");
    kept.is_some_and(|kept| kept.starts_with(|letter: char| letter.is_ascii_uppercase()))
}
