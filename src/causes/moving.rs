//! Moving a value to the end: the remedy beside freezing it, for what a prompt cannot do without.

use std::collections::HashMap;

use super::code::CauseCode;
use super::decision::Decision;
use super::difference::Difference;
use super::replaying::Written;
use super::undo::Search;

/// Requests with other values that show which text is a value.
pub(super) const OTHERS: usize = 3;

impl Search<'_> {
    /// The requests that are written otherwise where the values of a cause stand behind everything else; `None` for other causes.
    /// `frozen` are the same requests with the first value in each.
    pub(super) fn moved(&self, code: CauseCode, frozen: &Written) -> Option<Written> {
        // Values may stand behind the rest as well as before it.
        if !code.is_of_value() {
            return None;
        }
        let roots = self.roots();
        let mut others: HashMap<usize, Vec<usize>> = HashMap::new();
        for (call, root) in roots.iter().enumerate().filter(|(call, _)| frozen.contains_key(call)) {
            let others = others.entry(*root).or_default();
            others.extend((others.len() < OTHERS).then_some(call));
        }
        let mut written = Written::new();
        for (call, root) in roots.iter().enumerate() {
            // A request with the first value shows it beside one that has another.
            let others = others.get(root).map_or(&[][..], |others| others);
            let other = |other: &usize| &*self.calls[*other].exchange;
            let frozen = frozen.get(&call).map(|rewritten| &*rewritten.exchange);
            let Some(old) = frozen.or_else(|| others.first().map(other)) else { continue };
            let decide = |difference: &Difference| self.moved_to(code, difference);
            let mut rewritten = self.rewritten(call, &self.beside(old, call, false), decide);
            // Parts that are as in the one may differ from another: a value moves whole.
            for old in others.iter().filter(|_| self.slots.has_parts(code)).map(other) {
                let mut comparison = self.beside(old, call, false);
                comparison.new = rewritten.as_ref().map_or(comparison.new, |rewritten| &rewritten.exchange);
                rewritten = self.rewritten(call, &comparison, decide).or(rewritten);
            }
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
