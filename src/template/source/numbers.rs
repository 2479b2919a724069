//! Numbers that stand in texts: those that are written out, sums of them, and the places of items in a list that is gone over.

use super::code::{Expression, ExpressionKind};
use super::origin::is_constant;
use super::walk::Walk;
use crate::document::SourceMap;
use crate::template::Passage;

impl Walk<'_> {
    /// A whole number that is written out.
    pub(super) fn number(&self, expression: &Expression) -> Option<Passage> {
        let parts = match &expression.kind {
            ExpressionKind::Other(parts) => parts,
            ExpressionKind::Joined(parts) => {
                let sum =
                    parts.iter().map(|part| self.count(part)).try_fold(0_u64, |sum, count| sum.checked_add(count?));
                return sum.map(|sum| Passage { text: sum.to_string(), map: SourceMap::pinned(expression.span.start) });
            }
            _ => return None,
        };
        let text = self.written(&expression.span);
        let is_number = parts.is_empty()
            && (1..=15).contains(&text.len())
            && text.bytes().all(|digit| digit.is_ascii_digit())
            && (text == "0" || !text.starts_with('0'));
        is_number.then(|| Passage { text, map: SourceMap::verbatim(expression.span.start) })
    }

    /// The list that is gone over, and the number of the first item where Python numbers them: `enumerate(RULES, 1)`.
    pub(super) fn numbered<'e>(&self, over: &'e Expression) -> (&'e Expression, Option<usize>) {
        let ExpressionKind::Call(call) = &over.kind else { return (over, None) };
        match call.arguments.as_slice() {
            [list, rest @ ..] if call.function == "enumerate" && rest.len() < 2 => {
                let from = rest.first().map_or(Some(0), |from| self.written(&from.value.span).parse().ok());
                (&list.value, from)
            }
            _ => (over, None),
        }
    }

    /// The number that an expression is, or the place of an item in a list.
    fn count(&self, expression: &Expression) -> Option<u64> {
        let number = match &expression.kind {
            ExpressionKind::Name(name) => {
                self.lookup(name).filter(|known| known.is_place).and_then(|known| known.number.clone())
            }
            ExpressionKind::Other(_) => self.number(expression),
            _ => None,
        };
        number?.text.parse().ok()
    }

    /// Tells whether a name keeps its first value: the file gives it none but once.
    pub(super) fn is_fixed(&self, name: &str) -> bool {
        let own = name.rsplit('.').next().unwrap_or(name);
        let is_local = !name.contains('.')
            && self.scopes.iter().rev().find(|scope| scope.get(name).is_some()).is_some_and(|scope| scope.is_function);
        let is_module = !name.contains('.') && self.scopes.first().is_some_and(|scope| scope.get(name).is_some());
        // C#'s `const int Most = 5;`, Java's `static final`.
        let is_declared = || {
            let at = self.lookup(name).and_then(|known| known.number.as_ref()).map_or(0, |number| number.map.at(0));
            let line = self.source[..at].rsplit('\n').next().unwrap_or_default();
            line.contains("const ") || line.contains("final ")
        };
        let is_place = self.lookup(name).is_some_and(|known| known.is_place);
        is_place
            || (is_local || is_module || is_constant(name) || is_declared())
                && self.assigned.get(own).is_none_or(|count| *count < 2)
    }
}
