//! Extents: the bytes of a file that are a prompt's own.

use std::ops::Range;

use super::content::first_byte;
use super::site::Site;
use super::value::{SiteId, around};
use crate::template::{Fragment, Template};

/// Places the messages of a template within the bytes of its own literals.
pub(super) fn place_within(template: &mut Template, extent: &Range<usize>) {
    let Some(first) = template.messages.first_mut() else { return };
    first.at = first_text(&first.content).filter(|at| extent.contains(at)).unwrap_or(extent.start);
    first.end = extent.end;
    let within = |at: usize| at.clamp(extent.start, extent.end);
    for message in &mut template.messages {
        (message.at, message.end) = (within(message.at), within(message.end));
    }
}

/// The place of the first text that is always there: a word in place of a value that is missing may stand far above.
fn first_text(fragments: &[Fragment]) -> Option<usize> {
    let has_text = |branch: &Vec<Fragment>| branch.iter().any(|fragment| matches!(fragment, Fragment::Text(_)));
    fragments.iter().find_map(|fragment| match fragment {
        Fragment::Text(passage) if !passage.text.is_empty() => Some(passage.map.at(0)),
        Fragment::Choice(choice) if choice.branches.iter().all(has_text) => first_byte(std::slice::from_ref(fragment)),
        _ => None,
    })
}

/// The bytes of a site's own literals and of those that local variables bring in; `None` if it has none.
pub(super) fn extent(sites: &[Site], own: &[Option<Range<usize>>], id: SiteId) -> Option<Range<usize>> {
    let local = |site: &SiteId| !sites[*site].is_shared && *site != id;
    let inserted =
        sites[id].parts.iter().flat_map(|part| part.text.inserted.iter().chain(part.text.alias.as_ref()).copied());
    inserted.filter(local).fold(own[id].clone(), |whole, inserted| around(whole, own[inserted].clone()))
}

/// The bytes from the first to the last of a site's own literals.
pub(super) fn literals(site: &Site) -> Option<Range<usize>> {
    site.parts.iter().fold(None, |whole, part| around(whole, part.text.own.clone()))
}
