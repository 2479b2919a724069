//! Layouts of templates: the one that a person or the configuration names, else one for each model that a file names for its prompts.

use std::collections::BTreeMap;

use crate::caveat::Code;
use crate::report::Caveat;
use crate::template::{Constants, Layout, Template};

/// The layouts of some templates.
pub(crate) struct Layouts {
    usual: Layout,
    by_model: BTreeMap<String, Layout>,
    /// A template falls under the usual layout, and nobody named a model for that.
    is_assumed: bool,
}

impl Layouts {
    /// One layout for all, and those of the models that files name.
    pub(crate) fn new(usual: Layout, by_model: BTreeMap<String, Layout>, is_assumed: bool) -> Self {
        Self { usual, by_model, is_assumed }
    }

    /// The one for templates that name no model.
    pub(crate) fn usual(&self) -> &Layout {
        &self.usual
    }

    /// The one of a model that a file names.
    pub(crate) fn of_model(&self, model: Option<&str>) -> &Layout {
        model.and_then(|model| self.by_model.get(model)).unwrap_or(&self.usual)
    }

    /// The one of a template.
    pub(crate) fn of_template(&self, template: &Template) -> &Layout {
        self.of_model(template.model.as_deref())
    }

    /// Says of all of them that more variables are the same in each request.
    pub(crate) fn declare(&mut self, constants: &Constants) {
        self.usual.declare(constants.clone());
        self.by_model.values_mut().for_each(|layout| layout.declare(constants.clone()));
    }

    /// A note on the rule that is taken where nobody names a model.
    pub(crate) fn assumed_caveat(&self) -> Option<Caveat> {
        let profile = self.usual.profile.as_ref().filter(|_| self.is_assumed)?;
        Some(Code::ModelAssumed.caveat(None, &[("rule", &profile.name)]))
    }

    /// Notes on models that files name, each once.
    pub(crate) fn caveats(&self) -> Vec<Caveat> {
        let note = |(model, layout): (&String, &Layout)| {
            let rule = layout
                .profile
                .as_ref()
                .map_or_else(|| "no rule that is known".to_owned(), |profile| profile.name.clone());
            Code::ModelOfFile.caveat(None, &[("model", model), ("rule", &rule)])
        };
        self.by_model.iter().map(note).collect()
    }
}
