//! Layouts: how a template is laid out, counted and cached, by a profile or a model's name.

use std::sync::Arc;

use super::fill::Filled;
use super::probe::Probe;
use super::{Constants, Template};
use crate::counting::{Engine, Method, Overrides};
use crate::profile::Profile;
use crate::prompt::Prompt;
use crate::tokens::TokenId;

/// The way from templates to tokens, and the part of them that a cache keeps.
pub struct Layout {
    /// The profile; `None` where what the provider's cache does is not known.
    pub profile: Option<Arc<Profile>>,
    model: Option<String>,
    method: Method,
    engine: Engine,
    constants: Constants,
    is_assumed: bool,
}

/// A filled template laid out and counted.
pub struct LaidOut<'a> {
    /// The filled template, and the places of its values.
    pub filled: Filled<'a>,
    /// The prompt that the model reads.
    pub prompt: Prompt,
    /// Its tokens.
    pub tokens: Vec<TokenId>,
    /// Reason why the prompt may differ from the one that the provider feeds the model.
    pub doubt: Option<String>,
}

impl Layout {
    /// By a profile, and the model whose requests they are.
    pub fn new(
        profile: Option<Arc<Profile>>,
        model: Option<String>,
        constants: Constants,
        overrides: Overrides,
    ) -> Self {
        let method = Method::choose(profile.as_deref(), model.as_deref());
        Self { profile, model, method, engine: Engine::new(overrides, None), constants, is_assumed: false }
    }

    /// The same, where nothing says whose rule it is.
    #[must_use]
    pub fn assumed(self) -> Self {
        Self { is_assumed: true, ..self }
    }

    /// Tells whether the rule is one that stands in for another, as nobody named a model or a profile.
    pub fn is_assumed(&self) -> bool {
        self.is_assumed
    }

    /// The model whose requests they are.
    pub fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    /// Says that more variables are the same in each request; what is known of one stays.
    pub fn declare(&mut self, constants: Constants) {
        for (name, value) in constants {
            self.constants.entry(name).or_insert(value);
        }
    }

    /// Variables that are the same in each request.
    pub fn constants(&self) -> &Constants {
        &self.constants
    }

    /// Lays out a template filled with a probe.
    pub fn lay_out<'a>(&self, template: &'a Template, probe: &Probe) -> LaidOut<'a> {
        let filled = Filled::new(template, probe, &self.constants, self.model.as_deref());
        let (counted, prompt) = self.engine.count(&filled.exchange, self.method);
        LaidOut { filled, prompt, tokens: counted.tokens.to_vec(), doubt: counted.estimated }
    }

    /// The tokens that the cache serves of a prefix of so many; `None` where what the cache does is not known.
    pub fn served(&self, prefix: u64) -> Option<u64> {
        self.profile.as_ref().map(|profile| profile.policy.served_prefix(prefix))
    }

    /// Tokens in a block, where there is a cache that is known.
    pub fn block_size(&self) -> Option<u64> {
        self.profile.as_ref().map(|profile| profile.policy.step())
    }
}
