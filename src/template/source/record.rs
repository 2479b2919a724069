//! Records that are no message: the texts under their keys.

use super::code::Field;
use super::request;
use super::rope::Rope;
use super::schema;
use super::signs;
use super::site::{Siblings, SiteKind, Use};
use super::value::Value;
use super::walk::Walk;

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
}
