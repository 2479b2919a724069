//! Diffs: what a change of a template does to the prefix that a cache can keep.

mod cause;
mod excerpt;
mod impact;
mod json;
mod marked;
mod place;
mod sentence;
mod suggestion;
#[cfg(test)]
mod tests;
mod text;
mod unit;
mod whole;

pub use cause::{Cause, CauseKind, ValueChange};
pub use excerpt::excerpt;
pub use impact::{Impact, has_lost_all, prompt_cost, quote};
pub use marked::marked;
pub use suggestion::{Move, Suggestion, suggest};
pub use unit::UnitKind;

use super::fill::Position;
use super::layout::{LaidOut, Layout};
use super::prefix::{Renderings, StablePrefix, common_tokens};
use super::{Fragment, Syntax, Template, TemplateFile, TemplateMessage};
use crate::source::Place;

/// A template of a file.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// The file.
    pub file: &'a TemplateFile,
    /// The template.
    pub template: &'a Template,
}

/// The effect of a change.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The old template's stable prefix.
    pub old: StablePrefix,
    /// The new one's.
    pub new: StablePrefix,
    /// The first difference; `None` if they are the same to the model.
    pub divergence: Option<TemplateDivergence>,
    /// The cause of the difference.
    pub cause: Option<Cause>,
    /// The first expression that changed, if the texts around all of them are the same: a value, or the condition that chooses among them.
    pub changed_expression: Option<ChangedExpression>,
    /// The files differ, and something in them is not read, so that requests may differ in more than was found.
    pub may_differ_unread: bool,
}

/// An expression that stands where another one stood.
#[derive(Clone, Debug)]
pub struct ChangedExpression {
    /// As written before; `None` if there was none.
    pub old: Option<(String, Place)>,
    /// As written now; `None` if there is none.
    pub new: Option<(String, Place)>,
}

impl ChangedExpression {
    /// The first of two templates that differ in nothing else. White space within an expression does not count.
    fn between(old: Side<'_>, new: Side<'_>) -> Option<Self> {
        let (ours, theirs) = (old.template.volatile(), new.template.volatile());
        let is_same = |index: usize| {
            let written =
                |fragments: &[&Fragment]| fragments.get(index).map(|fragment| without_space(fragment.written()));
            written(&ours) == written(&theirs)
        };
        let index = (0..ours.len().max(theirs.len())).find(|index| !is_same(*index))?;
        let shown = |side: Side<'_>, fragments: &[&Fragment]| {
            let fragment = fragments.get(index)?;
            Some((fragment.written().to_owned(), side.file.place(fragment.span()?.start)))
        };
        Some(Self { old: shown(old, &ours), new: shown(new, &theirs) })
    }
}

/// An expression without the white space around its words, and without the marks that strip the space around its tag.
fn without_space(written: &str) -> String {
    let words: Vec<&str> = written.split_whitespace().collect();
    words.join(" ").replace("{{ ", "{{").replace(" }}", "}}").replace("{% ", "{%").replace(" %}", "%}")
}

/// The first difference between two templates.
#[derive(Clone, Debug)]
pub struct TemplateDivergence {
    /// Index of the first token that differs, with the same values on both sides.
    pub token: u64,
    /// Its place in the old template.
    pub old: Option<Place>,
    /// Its place in the new template.
    pub new: Option<Place>,
}

impl Comparison {
    /// Anything differs for the model, or may.
    pub fn differs(&self) -> bool {
        self.divergence.is_some() || self.changed_expression.is_some() || self.may_differ_unread
    }

    /// Compares two templates under a layout.
    pub fn new(old: Side<'_>, new: Side<'_>, layout: &Layout) -> Self {
        Self::with_cause_if(|_| true, old, new, Renderings::with(new.template, layout, Vec::new()), layout)
    }

    /// The same with a new template that was laid out already. The cause is looked for only if it is wanted of what was found: that
    /// takes as long as all the rest.
    pub fn with_cause_if<'a>(
        is_wanted: impl FnOnce(&Self) -> bool,
        old: Side<'a>,
        new: Side<'a>,
        laid_out: Renderings<'a>,
        layout: &Layout,
    ) -> Self {
        let (ours, theirs) = Renderings::of_both(old.template, laid_out, layout);
        let divergence = TemplateDivergence::between((old, &ours), (new, &theirs));
        // Other conditions choose among the same texts.
        let is_told_by_expressions = divergence.is_none() || texts(old.template) == texts(new.template);
        let changed_expression = if is_told_by_expressions { ChangedExpression::between(old, new) } else { None };
        let is_unread = !old.template.unread.is_empty() || !new.template.unread.is_empty();
        let mut found = Self {
            old: StablePrefix::measure(old.file, &ours),
            new: StablePrefix::measure(new.file, &theirs),
            divergence,
            cause: None,
            changed_expression,
            may_differ_unread: is_unread && may_differ(old, new),
        };
        if found.divergence.is_some() && found.changed_expression.is_none() && is_wanted(&found) {
            found.cause = Some(cause::find((old.template, &ours), (new.template, &theirs), layout));
        }
        found
    }

    /// Compares a template with itself, by the prefix that was measured of it; `label` is what the earlier file is called.
    pub fn unchanged(label: &str, prefix: &StablePrefix) -> Self {
        let mut before = prefix.clone();
        if let Some(end) = &mut before.end {
            label.clone_into(&mut end.place.path);
        }
        Self {
            old: before,
            new: prefix.clone(),
            divergence: None,
            cause: None,
            changed_expression: None,
            may_differ_unread: false,
        }
    }

    /// Tokens of the old stable prefix with which new requests still begin.
    pub fn kept_tokens(&self) -> u64 {
        let shared = self.old.tokens.min(self.new.tokens);
        self.divergence.as_ref().map_or(shared, |divergence| shared.min(divergence.token))
    }
}

/// The texts of a template, those in branches too, message by message.
fn texts(template: &Template) -> Vec<(&str, String)> {
    fn add(fragments: &[Fragment], text: &mut String) {
        for fragment in fragments {
            match fragment {
                Fragment::Text(passage) => text.push_str(&passage.text),
                Fragment::Value(_) => text.push('\0'),
                Fragment::Choice(choice) => choice.branches.iter().for_each(|branch| {
                    text.push('\0');
                    add(branch, text);
                }),
            }
        }
    }
    let of_one = |message: &'_ TemplateMessage| {
        let mut text = String::new();
        add(&message.content, &mut text);
        text
    };
    template.messages.iter().map(|message| (message.role.as_str(), of_one(message))).collect()
}

/// Tells whether what is not read may be something else now: the files differ, and of code the constructs themselves.
fn may_differ(old: Side<'_>, new: Side<'_>) -> bool {
    let written = |side: Side<'_>| side.template.unread.iter().map(|unread| unread.written.clone()).collect::<Vec<_>>();
    match new.template.syntax {
        Syntax::Code => written(old) != written(new),
        _ => old.file.source.text() != new.file.source.text(),
    }
}

impl TemplateDivergence {
    fn between(old: (Side<'_>, &Renderings<'_>), new: (Side<'_>, &Renderings<'_>)) -> Option<Self> {
        let (token, _) = first_parting(old.1, new.1)?;
        let (old, new) = place::first(old, new, token);
        Some(Self { token: token as u64, old, new })
    }
}

/// The renderings with one probe that part first, and at which token; `None` where no two part.
fn first_parting<'a, 'b>(
    old: &'b Renderings<'a>,
    new: &'b Renderings<'a>,
) -> Option<(usize, (&'b LaidOut<'a>, &'b LaidOut<'a>))> {
    let parting = |(probe, (ours, theirs)): (usize, (&'b LaidOut<'a>, &'b LaidOut<'a>))| {
        let differ = ours.tokens != theirs.tokens;
        differ.then(|| (common_tokens(&ours.tokens, &theirs.tokens), probe, (ours, theirs)))
    };
    // Of those that part equally early not the first, in which values are empty and have no place.
    let parted = old.pairs(new).enumerate().filter_map(parting);
    let first = parted.min_by_key(|(token, probe, _)| (*token, *probe == 0));
    first.map(|(token, _, pair)| (token, pair))
}

/// Tokens that all requests of one template and of another have in common.
fn kept(old: &Renderings<'_>, new: &Renderings<'_>) -> usize {
    let shared = old.stable_tokens().min(new.stable_tokens());
    first_parting(old, new).map_or(shared, |(token, _)| shared.min(token))
}

/// The part of the request that a position of a prompt comes from.
fn origin(laid_out: &LaidOut<'_>, at: Position) -> crate::prompt::Origin {
    laid_out.prompt.origin(at.segment, at.byte)
}
