//! Marks for a cache that do not do what they are meant to: a provider refuses them, or keeps nothing for them.

use super::block_layout::BlockLayout;
use crate::exchange::{Content, Exchange, Message, Part, RequestElement};
use crate::number::to_usize;
use crate::profile::Profile;
use crate::prompt::Template;
use crate::report::text::thousands;
use crate::time::micros;

/// The most marks in a request: Anthropic, Bedrock, Qwen (2026-09), OpenAI (2026-09-23).
pub const MOST_MARKS: usize = 4;

/// Everything that is wrong with the marks of a request, each as a clause that follows "cache breakpoints that do not work as intended".
pub(super) fn faults(exchange: &Exchange, layout: &BlockLayout, profile: &Profile) -> Vec<String> {
    let marked: Vec<_> = layout.block_ends.iter().filter(|end| end.breakpoint.is_some()).collect();
    let mut faults = Vec::new();
    if marked.len() > MOST_MARKS {
        faults.push(format!("{} breakpoints, but the provider accepts {MOST_MARKS}", marked.len()));
    }
    // Elsewhere no documentation has an order.
    if profile.template == Template::Anthropic {
        let own = profile.lifetime.map(micros);
        let lifetimes = marked.iter().map(|end| end.breakpoint.and_then(|mark| mark.lifetime).or(own));
        if lifetimes.clone().zip(lifetimes.skip(1)).any(|(before, behind)| behind > before) {
            faults.push("a breakpoint for a longer time after one for a shorter, which the provider rejects".into());
        }
    }
    if exchange.request.messages().iter().any(|message| has_mark_on_nothing(message)) {
        faults.push("a breakpoint on an empty text, which the provider rejects".into());
    }
    let (minimum, longest) = (to_usize(profile.policy.minimum()), marked.last().map(|end| end.length));
    // A prefix that was reported as kept was long enough.
    if layout.kept != Some(true) && longest.is_some_and(|length| length < minimum) && has_own_marks(exchange, layout) {
        faults.push(format!(
            "no prefix up to a breakpoint has the {} tokens that the provider requires",
            thousands(minimum as u64)
        ));
    }
    faults
}

/// The client set a mark: providers set some themselves.
fn has_own_marks(exchange: &Exchange, layout: &BlockLayout) -> bool {
    let request = &exchange.request;
    request.has_marks() || request.messages().is_empty() && layout.marks() > 0
}

fn has_mark_on_nothing(message: &Message) -> bool {
    message.cache_controls.iter().any(|mark| {
        let RequestElement::Part(index) = mark.after else { return false };
        match (&message.content, index) {
            (Some(Content::Text(text)), 0) => text.is_empty(),
            (Some(Content::Parts(parts)), _) => {
                parts.get(index).is_some_and(|part| matches!(part, Part::Text(text) if text.is_empty()))
            }
            _ => false,
        }
    })
}
