//! The stable prefix: the tokens of a template that stay the same whatever its variables hold.

use super::fill::{common_items, first_difference};
use super::layout::{LaidOut, Layout};
use super::probe::{Probe, USUAL, probes, probes_of_change};
use super::{Fragment, Template, TemplateFile};
use crate::prompt::Origin;
use crate::source::Place;
use crate::tokens::TokenId;

/// The part of a template that stays the same in each request.
#[derive(Clone, Debug)]
pub struct StablePrefix {
    /// Its tokens.
    pub tokens: u64,
    /// Tokens of the whole prompt, its variables empty, a number one digit.
    pub prompt_tokens: u64,
    /// The value that ends it; `None` if nothing in the template varies.
    pub end: Option<PrefixEnd>,
    /// The ids of its tokens.
    pub ids: Vec<TokenId>,
    /// Reason why the count may differ from the provider's.
    pub doubt: Option<String>,
}

/// The value that ends a stable prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrefixEnd {
    /// The variable as written.
    pub written: String,
    /// Its place.
    pub place: Place,
}

/// A template laid out with every probe.
pub struct Renderings<'a> {
    template: &'a Template,
    probes: Vec<Probe>,
    all: Vec<LaidOut<'a>>,
}

impl<'a> Renderings<'a> {
    /// Lays a template out; once if nothing in it varies.
    pub fn new(template: &'a Template, layout: &Layout) -> Self {
        Self::with(template, layout, probes(template))
    }

    /// The same with these probes, so that each rendering of another template has one to be compared with.
    pub(super) fn with(template: &'a Template, layout: &Layout, probes: Vec<Probe>) -> Self {
        Self { template, probes: Vec::new(), all: Vec::new() }.with_probes(layout, probes)
    }

    /// Lays out two versions of a template with the probes of both. Where the new one was laid out alone, as most often with all of
    /// them, that is not done again.
    pub(super) fn of_both(old: &'a Template, new: Self, layout: &Layout) -> (Self, Self) {
        let probes = probes_of_change(old, new.template);
        (Self::with(old, layout, probes.clone()), new.with_probes(layout, probes))
    }

    /// The same with these probes, laid out where it was not yet.
    fn with_probes(self, layout: &Layout, probes: Vec<Probe>) -> Self {
        let Self { template, probes: known, all } = self;
        let probes = if is_volatile(template, layout) { probes } else { vec![USUAL.clone()] };
        let mut known: Vec<(Probe, Option<LaidOut<'a>>)> = known.into_iter().zip(all.into_iter().map(Some)).collect();
        let mut laid_out = |probe: &Probe| {
            let done = known.iter_mut().find(|(known, _)| known == probe).and_then(|(_, laid_out)| laid_out.take());
            done.unwrap_or_else(|| layout.lay_out(template, probe))
        };
        let all = probes.iter().map(&mut laid_out).collect();
        Self { template, probes, all }
    }

    /// The probes it was laid out with.
    pub(super) fn probes(&self) -> &[Probe] {
        &self.probes
    }

    /// The one with the usual probe.
    pub fn usual(&self) -> &LaidOut<'a> {
        &self.all[0]
    }

    /// Each rendering with the other template's of the same value and branch; a template in which nothing varies has one for all.
    pub fn pairs<'b>(&'b self, other: &'b Self) -> impl Iterator<Item = (&'b LaidOut<'a>, &'b LaidOut<'a>)> {
        let more = if self.all.len() >= other.all.len() { self } else { other };
        more.probes.iter().map(move |probe| (self.by(probe), other.by(probe)))
    }

    fn by(&self, probe: &Probe) -> &LaidOut<'a> {
        let index = self.probes.iter().position(|own| own == probe);
        index.map_or(self.usual(), |index| &self.all[index])
    }

    /// The number of tokens that all of them have in common.
    pub fn stable_tokens(&self) -> usize {
        let common = |other: &LaidOut<'_>| common_tokens(&self.usual().tokens, &other.tokens);
        self.all.iter().map(common).min().unwrap_or(0)
    }

    /// The value that ends the stable prefix: the one at which the first rendering to differ leaves the usual one, in tokens and then in bytes, for
    /// a value may look like what follows it. Of several values in tools, the first.
    fn end(&self) -> Option<Fragment> {
        let parting = |other: &'_ LaidOut<'a>| {
            let at = first_difference(&self.usual().prompt, &other.prompt)?;
            Some((common_tokens(&self.usual().tokens, &other.tokens), at))
        };
        let others = self.all[1..].iter().filter_map(|other| Some((parting(other)?, other)));
        let ((_, at), first) = others.min_by_key(|(parting, _)| *parting)?;
        if self.usual().prompt.origin(at.segment, at.byte) == Origin::Tools {
            return self.template.tool_fragments().into_iter().find(|fragment| !fragment.written().is_empty());
        }
        let ours = self.usual().filled.volatile_at(&self.usual().prompt, at);
        ours.or_else(|| first.filled.volatile_at(&first.prompt, at)).cloned()
    }
}

impl StablePrefix {
    /// Of a template in a file: what all its renderings have in common.
    pub fn measure(file: &TemplateFile, renderings: &Renderings<'_>) -> Self {
        let end = renderings.end().and_then(|fragment| {
            let place = file.place(fragment.span()?.start);
            Some(PrefixEnd { written: fragment.written().to_owned(), place })
        });
        let LaidOut { tokens, doubt, .. } = renderings.usual();
        let stable = renderings.stable_tokens();
        let (prompt_tokens, ids) = (tokens.len() as u64, tokens[..stable].to_vec());
        Self {
            tokens: stable as u64,
            prompt_tokens,
            end,
            ids,
            doubt: doubt
                .clone()
                .or_else(|| unread(file, renderings.template))
                .or_else(|| Some(file.uncounted_caveat()?.text)),
        }
    }

    /// The part of it that a cache can serve, in tokens: the last token of a prompt never is.
    pub fn servable(&self) -> u64 {
        self.tokens.min(self.prompt_tokens.saturating_sub(1))
    }
}

/// The first construct of a template that is not read, with its place.
fn unread(file: &TemplateFile, template: &Template) -> Option<String> {
    template.unread.first().map(|unread| file.unread_note(unread))
}

/// Tells whether anything in a template may differ from request to request.
fn is_volatile(template: &Template, layout: &Layout) -> bool {
    let constants = layout.constants();
    template.volatile().iter().any(|fragment| fragment.is_volatile(constants))
        || template.tool_fragments().iter().any(|fragment| fragment.is_volatile(constants))
}

/// The number of tokens that two prompts have in common at their beginning.
pub fn common_tokens(one: &[TokenId], other: &[TokenId]) -> usize {
    common_items(one, other)
}
