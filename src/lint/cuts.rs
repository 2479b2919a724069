//! The first places of a prompt that end its stable prefix, each looked for once for all places behind them.

use std::collections::HashMap;

use super::classify::Concern;
use super::context::Site;
use crate::template::Fragment;
use crate::template::volatile::ValueKind;

/// The places, by their number among all of the prompt.
#[derive(Default)]
pub(super) struct EarlierCuts {
    /// The number of the first place that begins at a byte.
    numbers: HashMap<usize, usize>,
    /// The first of which words tell that a request brings it.
    known: Option<usize>,
    /// The first value of any kind.
    value: Option<usize>,
    /// The first value of a thing, such as `user` of `user.name`.
    things: HashMap<String, usize>,
}

impl EarlierCuts {
    pub(super) fn new(sites: &[Site<'_>]) -> Self {
        let mut cuts = Self::default();
        for (number, site) in sites.iter().enumerate() {
            cuts.numbers.entry(site.span.start).or_insert(number);
            if site.concern != Concern::Other || site.is_of_setup() {
                continue;
            }
            if cuts.known.is_none() && site.is_known_to_vary() {
                cuts.known = Some(number);
            }
            if matches!(site.fragment, Fragment::Value(_)) {
                cuts.value.get_or_insert(number);
            }
            if let Some(thing) = thing(site) {
                cuts.things.entry(thing).or_insert(number);
            }
        }
        cuts
    }

    /// Tells whether one of them stands before a place: one that is known to vary, or one of the same thing; before an id, any value.
    pub(super) fn is_before(&self, site: &Site<'_>) -> bool {
        let number = self.numbers.get(&site.span.start).copied().unwrap_or(usize::MAX);
        let stands_before = |other: Option<usize>| other.is_some_and(|other| other < number);
        let is_id = || ValueKind::guess(site.fragment.written()) == ValueKind::Id;
        stands_before(self.known)
            || thing(site).is_some_and(|thing| stands_before(self.things.get(&thing).copied()))
            || stands_before(self.value) && is_id()
    }
}

fn thing(site: &Site<'_>) -> Option<String> {
    let Fragment::Value(value) = site.fragment else { return None };
    value.expression().trim().split_once('.').map(|(thing, _)| thing.to_owned())
}
