//! Measures of templates for the gates: each stable prefix, and its change since a revision.

use std::collections::BTreeSet;

use crate::account::Pricing;
use crate::caveat::Code;
use crate::commands::lock;
use crate::money::{Currency, Money};
use crate::report::Caveat;
use crate::source::Place;
use crate::template::diff::{Comparison, Impact, Side, has_lost_all, prompt_cost, suggest};
use crate::template::{Counterparts, Layout, Renderings, StablePrefix, Template, TemplateFile};
use crate::workspace::config::Config;
use crate::workspace::layouts::Layouts;
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
    /// The model that its file names for it.
    pub(super) model: Option<String>,
    /// A better order, where it lost more of its prefix than its gate allows.
    pub(super) better: Option<String>,
    /// The lines of its stable text, with their hashes.
    pub(super) lines: Vec<(String, Place)>,
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
    Compared(Box<(Comparison, Impact)>),
}

impl Measured {
    /// All templates of some files.
    pub(super) fn all(
        files: &[TemplateFile],
        config: &Config,
        base: Option<&str>,
        layouts: &Layouts,
        pricing: &Pricing,
    ) -> anyhow::Result<(Vec<Self>, Vec<Caveat>)> {
        let begun = base.map(|base| Revision::begun_from(base, config.folder.clone())).transpose()?;
        let (base, note) = begun.map_or((None, None), |(base, note)| (Some(base), note));
        let mut since = base.as_ref().map(Revision::since).transpose()?.unwrap_or_default();
        since.gone.retain(|path| config.is_template_path(path));
        let (mut all, mut removed) = (Vec::new(), since.gone.clone());
        if let Some(base) = &base {
            let paths: Vec<&str> = files.iter().map(|file| file.source.label()).collect();
            base.look_up_together(&paths)?;
        }
        for file in files {
            let before = base.as_ref().map(|base| BaseFile::read(base, file, &since, config)).transpose()?;
            let before = before.as_ref().map(|before| (before, before.counterparts(file)));
            for template in &file.templates {
                all.push(Self::new(file, template, before.as_ref(), config, layouts.of_template(template), pricing));
            }
            removed.extend(before.iter().flat_map(|(before, counterparts)| before.removed(file, counterparts)));
        }
        let names: BTreeSet<&String> = all.iter().map(|measured| &measured.name).collect();
        removed.retain(|name| !names.contains(name));
        let told = base.iter().flat_map(|base| {
            removed.iter().map(move |name| Code::RemovedTemplate.caveat(None, &[("name", name), ("base", &base.name)]))
        });
        Ok((all, note.map(|note| Code::ComparedWith.because(&note)).into_iter().chain(told).collect()))
    }

    fn new(
        file: &TemplateFile,
        template: &Template,
        before: Option<&(&BaseFile, Counterparts<'_>)>,
        config: &Config,
        layout: &Layout,
        pricing: &Pricing,
    ) -> Self {
        let path = file.source.label().to_owned();
        let name = file.name_of(template);
        let laid_out = Renderings::new(template, layout);
        let prefix = StablePrefix::measure(file, &laid_out);
        let mut was = None;
        let is_cause_told = |comparison: &Comparison| is_cause_told(config, &path, comparison, layout);
        let side = Side { file, template };
        let base = match before
            .map(|(before, earlier)| before.compare(side, earlier, (laid_out, &prefix), layout, is_cause_told))
        {
            None => Base::NotAsked,
            Some(Err(base)) => base,
            Some(Ok((comparison, old_name))) => {
                was = Some(old_name).filter(|was| *was != name);
                let impact = Impact::new(&comparison, layout, pricing);
                Base::Compared(Box::new((comparison, impact)))
            }
        };
        let begin = file.place(template.messages.first().map_or(0, |message| message.at));
        let cost = prompt_cost(&prefix, layout, pricing);
        let unread = file.unread(template);
        let model = template.model.clone();
        let lines = lock::lines(file, template, &prefix);
        let has_lost = matches!(&base, Base::Compared(compared) if loses_too_much(config, &path, &compared.0, layout));
        let better = if has_lost { suggest(side, layout) } else { None };
        let better = better.map(|better| better.in_words(None));
        Self { path, name, prefix, begin, base, was, cost, unread, model, better, lines }
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

/// True if a gate tells the cause of a change: the one on costs always, the one on lost tokens where they are too many.
fn is_cause_told(config: &Config, path: &str, comparison: &Comparison, layout: &Layout) -> bool {
    config.gates.max_input_cost_increase.is_some() || loses_too_much(config, path, comparison, layout)
}

/// True if a template lost more tokens of its prefix than its gate allows, or so many that nothing of it is served.
fn loses_too_much(config: &Config, path: &str, comparison: &Comparison, layout: &Layout) -> bool {
    let most = config.gates.max_prefix_tokens_lost.as_ref().and_then(|limit| limit.for_template(path));
    let is_gone = || has_lost_all(comparison, layout);
    most.is_some_and(|most| comparison.old.tokens.saturating_sub(comparison.new.tokens) > most || is_gone())
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
    /// The revision has the same, by the same path.
    Same { label: String },
    /// The revision has it, by that path.
    There { path: String, file: Box<TemplateFile> },
}

impl BaseFile {
    fn read(base: &Revision, now: &TemplateFile, since: &Since, config: &Config) -> anyhow::Result<Self> {
        let path = now.source.label();
        let mut old = path;
        let mut had = base.read(path)?;
        if let (Had::Nothing | Had::Elsewhere, Some(renamed)) = (&had, since.old_path(path)) {
            old = renamed;
            had = base.read(renamed)?;
        }
        let label = format!("{}:{old}", base.name);
        Ok(match had {
            // Files that it inserts may have changed.
            Had::File(bytes) if old == path && bytes == now.source.text().as_bytes() && now.beside.is_empty() => {
                Self::Same { label }
            }
            Had::File(bytes) => {
                let file = templates::parse_at(base, old, bytes, config.syntax)?;
                Self::There { path: old.to_owned(), file: Box::new(config.prompts.applied(file, old)) }
            }
            Had::Nothing => Self::Absent { gone: since.gone.clone() },
            Had::Elsewhere => Self::Elsewhere,
        })
    }

    /// The earlier versions of a file's templates.
    fn counterparts(&self, now: &TemplateFile) -> Counterparts<'_> {
        match self {
            Self::There { file, .. } => file.counterparts(now),
            _ => Counterparts::default(),
        }
    }

    /// The names of the templates that are gone from a file which is still there by the same path.
    fn removed(&self, now: &TemplateFile, counterparts: &Counterparts<'_>) -> Vec<String> {
        let (path, before) = match self {
            Self::There { path, file } if path == now.source.label() => (path, file),
            _ => return Vec::new(),
        };
        let earlier = now.templates.iter().filter_map(|template| counterparts.earlier(template));
        let matched: BTreeSet<*const Template> = earlier.map(std::ptr::from_ref).collect();
        let is_gone = |old: &&Template| !matched.contains(&std::ptr::from_ref::<Template>(old));
        before.templates.iter().filter(is_gone).map(|old| format!("{path}{}", fragment(old))).collect()
    }

    /// The comparison of a template, which was laid out and measured, with its earlier version, and the name of that; else the verdict
    /// in place of it.
    fn compare<'a>(
        &'a self,
        now: Side<'a>,
        counterparts: &Counterparts<'a>,
        (laid_out, prefix): (Renderings<'a>, &StablePrefix),
        layout: &Layout,
        is_cause_told: impl FnOnce(&Comparison) -> bool,
    ) -> Result<(Comparison, String), Base> {
        let (path, before) = match self {
            Self::Absent { gone } => return Err(Base::New { gone: some(gone.iter().cloned(), gone.len()) }),
            Self::Elsewhere => return Err(Base::Elsewhere),
            Self::Same { label } => {
                return Ok((Comparison::unchanged(label, prefix), now.file.name_of(now.template)));
            }
            Self::There { path, file } => (path, file),
        };
        let named = |template: &Template| format!("{path}{}", fragment(template));
        let Some(template) = counterparts.earlier(now.template) else {
            let gone = counterparts.gone();
            return Err(Base::New { gone: some(gone.iter().map(|template| named(template)), gone.len()) });
        };
        let before = Side { file: before, template };
        Ok((Comparison::with_cause_if(is_cause_told, before, now, laid_out, layout), named(template)))
    }
}

/// The most names of templates and files that are gone in the reason of a gate, of which there is one for each new template.
const MOST_GONE: usize = 5;

/// The first of some names, and the number of the others.
fn some(names: impl Iterator<Item = String>, count: usize) -> Vec<String> {
    let others = count.saturating_sub(MOST_GONE);
    let rest = (others > 0).then(|| format!("one of {others} others"));
    names.take(MOST_GONE).chain(rest).collect()
}

/// Caveats on how the templates were read and compared.
pub(super) fn caveats(files: &[TemplateFile], measured: &[Measured]) -> Vec<Caveat> {
    let mut caveats: Vec<Caveat> =
        files.iter().flat_map(|file| file.uncounted_caveat().into_iter().chain(file.too_deep_caveat())).collect();
    let renamed = |measured: &Measured| {
        Some(Code::Renamed.caveat(None, &[("name", &measured.name), ("before", measured.was.as_ref()?)]))
    };
    caveats.extend(measured.iter().filter_map(renamed));
    let new = measured.iter().filter(|measured| matches!(&measured.base, Base::New { .. }));
    caveats.extend(new.map(|measured| Code::NewTemplate.caveat(None, &[("name", &measured.name)])));
    let doubts: BTreeSet<&String> = measured.iter().filter_map(|measured| measured.prefix.doubt.as_ref()).collect();
    caveats.extend(doubts.into_iter().map(|doubt| Code::Estimated.because(doubt)));
    caveats
}
