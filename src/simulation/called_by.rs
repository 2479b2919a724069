//! The callers by whom a request may be sent to a server: sessions or users, as the log names them.

use std::collections::{BTreeMap, HashMap};

use crate::cache::{Parent, Uses};
use crate::exchange::{Exchange, Place};

/// The kind of callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalledBy {
    /// The session; of a request that names none the conversation that its prompt goes on with.
    Session,
    /// The user; of a request that names none the scope. Requests without either are one user's.
    User,
}

/// A request whose blocks were recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordedUse {
    /// Its number among those of its profile.
    pub number: usize,
    /// The log names the caller by whom its server may be chosen.
    pub names_caller: bool,
}

/// The blocks that requests used, by the profile whose cache they used.
pub type UsesByProfile = BTreeMap<String, Uses>;

/// Callers so far.
#[derive(Default)]
pub(super) struct NumberedCallers {
    by_name: HashMap<String, u32>,
    /// The caller of each line.
    by_place: HashMap<Place, u32>,
    next: u32,
}

/// The name of a request's caller, which stands first among its groups.
fn caller_name(called_by: CalledBy, exchange: &Exchange) -> Option<String> {
    let named = exchange.groups.as_deref().and_then(|groups| groups.first().cloned().flatten());
    match called_by {
        CalledBy::Session => named.or_else(|| exchange.session.clone()),
        CalledBy::User => named.or_else(|| exchange.scope.name()),
    }
}

impl NumberedCallers {
    /// Names the caller of the request that was recorded last.
    pub(super) fn name(
        &mut self,
        uses: Option<&mut Uses>,
        called_by: Option<CalledBy>,
        exchange: &Exchange,
        parent: Option<Parent>,
    ) -> Option<RecordedUse> {
        let (uses, called_by) = uses.zip(called_by)?;
        let name = caller_name(called_by, exchange);
        let names_caller = name.is_some();
        uses.name_caller(self.number(name, called_by, exchange.place, parent));
        Some(RecordedUse { number: uses.len().checked_sub(1)?, names_caller })
    }

    /// The number of a caller: callers are counted in the order of their first request.
    fn number(&mut self, name: Option<String>, called_by: CalledBy, place: Place, parent: Option<Parent>) -> u32 {
        let known = match (name, called_by) {
            (None, CalledBy::Session) => {
                let continued = parent.filter(|parent| parent.is_appended);
                continued.and_then(|parent| self.by_place.get(&parent.place)).copied()
            }
            (name, _) => Some(*self.by_name.entry(name.unwrap_or_default()).or_insert(self.next)),
        };
        let number = known.unwrap_or(self.next);
        self.next = self.next.max(number.saturating_add(1));
        self.by_place.insert(place, number);
        number
    }
}
