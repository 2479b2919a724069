//! Moving a value to the end: the remedy beside freezing it, for what a prompt cannot do without.

use std::collections::HashMap;

use super::code::CauseCode;
use super::decision::Decision;
use super::replaying::Written;
use super::slot::Difference;
use super::undo::Search;

impl Search<'_> {
    /// The requests that are written otherwise where the values of a cause stand behind everything else; `None` for other causes.
    /// `frozen` are the same requests with the first value in each.
    pub(super) fn moved(&self, code: CauseCode, frozen: &Written) -> Option<Written> {
        // Values may stand behind the rest as well as before it.
        if !code.is_of_value() {
            return None;
        }
        let roots = self.roots();
        let mut others: HashMap<usize, usize> = HashMap::new();
        for (call, root) in roots.iter().enumerate().filter(|(call, _)| frozen.contains_key(call)) {
            others.entry(*root).or_insert(call);
        }
        let mut written = Written::new();
        for (call, root) in roots.iter().enumerate() {
            // A request with the first value shows it beside one that has another.
            let other = || others.get(root).map(|other| &*self.calls[*other].exchange);
            let Some(old) = frozen.get(&call).map(|rewritten| &*rewritten.exchange).or_else(other) else { continue };
            let comparison = self.beside(old, call, false);
            let rewritten = self.rewritten(call, &comparison, |difference| self.moved_to(code, difference));
            written.extend(rewritten.map(|rewritten| (call, rewritten)));
        }
        Some(written)
    }

    fn moved_to(&self, code: CauseCode, difference: &Difference) -> Decision {
        if self.slots.code(difference) != code {
            Decision::Keep
        } else if self.slots.is_of_conversation(difference) {
            Decision::MoveToConversation
        } else {
            Decision::MoveToEnd
        }
    }

    /// The first request of those that each request goes back to.
    pub(super) fn roots(&self) -> Vec<usize> {
        let mut roots: Vec<usize> = Vec::with_capacity(self.references.len());
        for (call, reference) in self.references.iter().enumerate() {
            roots.push(reference.map_or(call, |reference| roots[reference.call]));
        }
        roots
    }
}
