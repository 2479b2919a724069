//! Measures of templates for the gates: each stable prefix, and its change since a revision.

use crate::account::Pricing;
use crate::money::{Currency, Money};
use crate::source::Place;
use crate::template::diff::{Comparison, Impact, Side, prompt_cost};
use crate::template::{Layout, Renderings, StablePrefix, Syntax, Template, TemplateFile, Unread};
use crate::workspace::config::Config;
use crate::workspace::revision::{Had, Revision, Since};
use crate::workspace::templates;

/// One template, measured.
pub(super) struct Measured {
    /// Its file, and its name in it where that holds several.
    pub(super) path: String,
    pub(super) name: String,
    pub(super) prefix: StablePrefix,
    pub(super) begin: Place,
    pub(super) base: Base,
    /// Its name at the revision, if that was another.
    pub(super) was: Option<String>,
    /// Cost of a request's prompt, or the reason why it is not known.
    pub(super) cost: Result<Money, String>,
    /// The constructs that are not read, with their places.
    pub(super) unread: Vec<(Place, String)>,
}

/// The template at a revision.
pub(super) enum Base {
    /// No revision was named.
    NotAsked,
    /// It did not exist; one of those that are gone since may have been it.
    New { gone: Vec<String> },
    /// Its file belongs to another repository.
    Elsewhere,
    /// It existed, and was compared.
    Changed(Box<(Comparison, Impact)>),
}

impl Measured {
    /// All templates of some files.
    pub(super) fn all(
        files: &[TemplateFile],
        config: &Config,
        base: Option<&str>,
        layout: &Layout,
        pricing: &Pricing,
    ) -> anyhow::Result<Vec<Self>> {
        let base = base.map(|base| Revision::named(base, config.folder.clone())).transpose()?;
        let mut since = base.as_ref().map(Revision::since).transpose()?.unwrap_or_default();
        since.gone.retain(|path| config.is_template_path(path));
        let mut all = Vec::new();
        for file in files {
            let before = base
                .as_ref()
                .map(|base| BaseFile::read(base, file.source.label(), &since, config.syntax))
                .transpose()?;
            for template in &file.templates {
                all.push(Self::new(file, template, before.as_ref(), layout, pricing));
            }
        }
        Ok(all)
    }

    fn new(
        file: &TemplateFile,
        template: &Template,
        before: Option<&BaseFile>,
        layout: &Layout,
        pricing: &Pricing,
    ) -> Self {
        let path = file.source.label().to_owned();
        let name = format!("{path}{}", fragment(template));
        let prefix = StablePrefix::measure(file, &Renderings::new(template, layout));
        let mut was = None;
        let base = match before.map(|before| before.counterpart(file, template)) {
            None => Base::NotAsked,
            Some(Err(base)) => base,
            Some(Ok((old, old_path))) => {
                was = Some(format!("{old_path}{}", fragment(old.template))).filter(|was| *was != name);
                let comparison = Comparison::new(old, Side { file, template }, layout);
                let impact = Impact::new(&comparison, layout, pricing);
                Base::Changed(Box::new((comparison, impact)))
            }
        };
        let begin = file.place(template.messages.first().map_or(0, |message| message.at));
        let cost = prompt_cost(&prefix, layout, pricing);
        let place = |unread: &Unread| (file.place(unread.span.start), unread.describe());
        let unread = template.unread.iter().map(place).collect();
        Self { path, name, prefix, begin, base, was, cost, unread }
    }

    /// The currency of its cost.
    pub(super) fn currency(&self) -> Option<Currency> {
        self.cost.as_ref().ok().map(|cost| cost.currency)
    }

    /// The end of its stable prefix, or its beginning if nothing in it varies.
    pub(super) fn end_place(&self) -> Place {
        self.prefix.end.as_ref().map_or_else(|| self.begin.clone(), |end| end.place.clone())
    }
}

/// A template's name behind its file's.
fn fragment(template: &Template) -> String {
    template.name.as_deref().map(|name| format!("#{name}")).unwrap_or_default()
}

/// A file as a revision has it.
enum BaseFile {
    /// The revision does not have it; these files are gone since.
    Absent { gone: Vec<String> },
    /// The file belongs to another repository.
    Elsewhere,
    /// The revision has it, by that path.
    There { path: String, file: Box<TemplateFile> },
}

impl BaseFile {
    fn read(base: &Revision, path: &str, since: &Since, syntax: Option<Syntax>) -> anyhow::Result<Self> {
        let mut old = path;
        let mut had = base.read(path)?;
        if let (Had::Nothing | Had::Elsewhere, Some(renamed)) = (&had, since.old_path(path)) {
            old = renamed;
            had = base.read(renamed)?;
        }
        Ok(match had {
            Had::File(bytes) => {
                let file = Box::new(templates::parse(&format!("{}:{old}", base.name), bytes, syntax)?);
                Self::There { path: old.to_owned(), file }
            }
            Had::Nothing => Self::Absent { gone: since.gone.clone() },
            Had::Elsewhere => Self::Elsewhere,
        })
    }

    /// The earlier version of a template and the path of its file; else the verdict in place of that.
    fn counterpart(&self, file: &TemplateFile, template: &Template) -> Result<(Side<'_>, &str), Base> {
        let (path, before) = match self {
            Self::Absent { gone } => return Err(Base::New { gone: gone.clone() }),
            Self::Elsewhere => return Err(Base::Elsewhere),
            Self::There { path, file } => (path, file),
        };
        let named = |template: &Template| format!("{path}{}", fragment(template));
        match before.counterpart(file, template) {
            Some(template) => Ok((Side { file: before, template }, path)),
            None => Err(Base::New { gone: before.lacking(file).map(named).collect() }),
        }
    }
}

/// Notes on how the templates were read and compared.
pub(super) fn notes(files: &[TemplateFile], measured: &[Measured]) -> Vec<String> {
    let mut notes: Vec<String> = files.iter().flat_map(|file| file.notes.clone()).collect();
    let renamed = measured.iter().filter_map(|measured| Some((measured, measured.was.as_ref()?)));
    notes
        .extend(renamed.map(|(measured, was)| {
            format!("{} is compared with {was}, its name before it was renamed", measured.name)
        }));
    let is_new = |measured: &&Measured| matches!(&measured.base, Base::New { gone } if gone.is_empty());
    let new = measured.iter().filter(is_new);
    notes.extend(new.map(|measured| format!("{} is new: there is nothing to compare it with", measured.name)));
    let doubts = measured.iter().filter_map(|measured| measured.prefix.doubt.clone());
    notes.extend(doubts.map(|doubt| format!("token counts are estimates: {doubt}")));
    let mut seen = std::collections::BTreeSet::new();
    notes.retain(|note| seen.insert(note.clone()));
    notes
}
