//! Layouts: how a template is laid out, counted and cached, by a profile or a model's name.

use std::sync::Arc;

use super::fill::{Filled, Probe};
use super::{Constants, Template};
use crate::profile::{Profile, Rule};
use crate::prompt::{Prompt, Rendered};
use crate::simulation::Counting;
use crate::tokens::{Memo, Sequence, TokenId};

/// How templates become tokens, and what of them a cache keeps.
pub struct Layout {
    /// The profile; `None` where what the provider's cache does is not known.
    pub profile: Option<Arc<Profile>>,
    model: Option<String>,
    counting: Counting,
    memo: Memo,
    constants: Constants,
}

/// A filled template laid out and counted.
pub struct LaidOut<'a> {
    /// What it was filled with, and where that stands.
    pub filled: Filled<'a>,
    /// What the model is fed.
    pub prompt: Prompt,
    /// Its tokens.
    pub tokens: Vec<TokenId>,
    /// Why the prompt may not be what the provider feeds the model.
    pub doubt: Option<&'static str>,
}

impl Layout {
    /// By a profile, and the model whose requests they are.
    pub fn new(profile: Option<Arc<Profile>>, model: Option<String>, constants: Constants) -> Self {
        let counting = Counting::choose(profile.as_deref(), model.as_deref());
        let memo = Memo::alone(counting.encoding.tokenizer(), counting.recognises_specials);
        Self { profile, model, counting, memo, constants }
    }

    /// Variables that are the same in each request.
    pub fn constants(&self) -> &Constants {
        &self.constants
    }

    /// Lays out a template filled with a probe.
    pub fn lay_out<'a>(&mut self, template: &'a Template, probe: Probe) -> LaidOut<'a> {
        let filled = Filled::new(template, probe, &self.constants, self.model.as_deref());
        let Rendered { prompt, doubt, .. } = self.counting.template.render(&filled.exchange);
        let mut tokens = Sequence::default();
        self.memo.encode(&prompt, &mut tokens);
        LaidOut { filled, prompt, tokens: tokens.to_vec(), doubt: self.counting.doubt.or(doubt) }
    }

    /// The tokens that the cache serves of a prefix of so many; `None` where what the cache does is not known.
    pub fn served(&self, prefix: u64) -> Option<u64> {
        let profile = self.profile.as_ref()?;
        Some(match profile.rule {
            Rule::None => 0,
            Rule::Blocks { minimum, .. } if prefix < minimum => 0,
            rule => prefix / rule.block_size() * rule.block_size(),
        })
    }

    /// Tokens in a block, where there is a cache that is known.
    pub fn block_size(&self) -> Option<u64> {
        self.profile.as_ref().map(|profile| profile.rule.block_size())
    }
}
