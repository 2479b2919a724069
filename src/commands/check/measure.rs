//! What the gates on templates look at: each stable prefix, and what became of it since a revision.

use crate::commands::templates;
use crate::money::{Currency, Money};
use crate::simulation::Pricing;
use crate::source::Place;
use crate::template::diff::{Comparison, Impact, Side, prompt_cost};
use crate::template::{Layout, Renderings, StablePrefix, Template, TemplateFile};

/// One template, measured.
pub(super) struct Measured {
    /// Its file, and its name in it where that holds several.
    pub(super) path: String,
    pub(super) name: String,
    pub(super) prefix: StablePrefix,
    pub(super) begin: Place,
    pub(super) base: Base,
    /// What a request's prompt costs, or why that is not known.
    pub(super) cost: Result<Money, String>,
}

/// What a revision says of a template.
pub(super) enum Base {
    /// No revision was named.
    NotAsked,
    /// It was not there.
    Absent,
    /// It was there.
    Changed(Box<(Comparison, Impact)>),
}

impl Measured {
    /// All templates of some files.
    pub(super) fn all(
        files: &[TemplateFile],
        base: Option<&str>,
        layout: &mut Layout,
        pricing: &Pricing,
    ) -> anyhow::Result<Vec<Self>> {
        let mut all = Vec::new();
        for file in files {
            let before = base.map(|base| Before::read(base, file.source.label())).transpose()?;
            for template in &file.templates {
                all.push(Self::of(file, template, before.as_ref(), layout, pricing));
            }
        }
        Ok(all)
    }

    fn of(
        file: &TemplateFile,
        template: &Template,
        before: Option<&Before>,
        layout: &mut Layout,
        pricing: &Pricing,
    ) -> Self {
        let path = file.source.label().to_owned();
        let name = template.name.as_deref().map(|name| format!("#{name}")).unwrap_or_default();
        let prefix = StablePrefix::of(file, &Renderings::of(template, layout));
        let base = match before {
            None => Base::NotAsked,
            Some(before) => match before.counterpart(file, template) {
                None => Base::Absent,
                Some(old) => {
                    let comparison = Comparison::of(old, Side { file, template }, layout);
                    let impact = Impact::of(&comparison, layout, pricing);
                    Base::Changed(Box::new((comparison, impact)))
                }
            },
        };
        let begin = file.place(template.messages.first().map_or(0, |message| message.at));
        let cost = prompt_cost(&prefix, layout, pricing);
        Self { name: format!("{path}{name}"), path, prefix, begin, base, cost }
    }

    /// The currency of its cost.
    pub(super) fn currency(&self) -> Option<Currency> {
        self.cost.as_ref().ok().map(|cost| cost.currency)
    }

    /// Where its stable prefix ends, or where it begins where nothing in it varies.
    pub(super) fn end_place(&self) -> Place {
        self.prefix.end.as_ref().map_or_else(|| self.begin.clone(), |end| end.place.clone())
    }
}

/// A file as a revision has it.
enum Before {
    Absent,
    There(Box<TemplateFile>),
}

impl Before {
    fn read(base: &str, path: &str) -> anyhow::Result<Self> {
        // A revision that does not exist is an error, a file that is not in it is none.
        if templates::list_at(base, path)?.is_empty() {
            return Ok(Self::Absent);
        }
        templates::read_at(base, path).map(|file| Self::There(Box::new(file)))
    }

    fn counterpart(&self, file: &TemplateFile, template: &Template) -> Option<Side<'_>> {
        let Self::There(before) = self else { return None };
        let found = match (before.templates.as_slice(), file.templates.len()) {
            ([only], 1) => Some(only),
            _ => before.named(template.name.as_deref()),
        };
        found.map(|template| Side { file: before, template })
    }
}

/// What a person should know about the templates.
pub(super) fn notes(files: &[TemplateFile], measured: &[Measured]) -> Vec<String> {
    let mut notes: Vec<String> = files.iter().flat_map(|file| file.notes.clone()).collect();
    let doubts = measured.iter().filter_map(|measured| measured.prefix.doubt.clone());
    notes.extend(doubts.map(|doubt| format!("counts are estimates: {doubt}")));
    let mut seen = std::collections::BTreeSet::new();
    notes.retain(|note| seen.insert(note.clone()));
    notes
}
