//! Counting: which profile an exchange falls under, how it is laid out, and which tokens that makes.
//!
//! It needs no exchange but the one, so that threads can count ahead of the replay.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::Settings;
use crate::exchange::{Exchange, Input};
use crate::profile::{Basis, Call, Choice, Profile, Profiles};
use crate::prompt::{ChatTemplate, Fragments, Origins, Rendered, Template};
use crate::time::Timestamp;
use crate::tokens::{Encoding, Memo, Sequence, Spot, Texts};

/// Counts prompts, for all threads of a run.
pub struct Counter<'a> {
    profiles: &'a Profiles,
    /// The profile of all exchanges, where the user named one.
    profile: Option<Arc<Profile>>,
    /// The time of exchanges that have none, where the user gave one.
    at: Option<Timestamp>,
    chat_template: Option<ChatTemplate>,
    own: Option<Arc<Memo>>,
    memos: Mutex<HashMap<(Encoding, bool), Arc<Memo>>>,
    /// The tokens that all of them remember.
    texts: Arc<Texts>,
    fragments: Fragments,
}

/// An exchange as tokens.
pub struct Counted {
    /// The profile it falls under, and what decided.
    pub(super) choice: Option<(Arc<Profile>, Basis)>,
    /// Prompt and output.
    pub(super) tokens: Sequence,
    /// How many of them are the prompt.
    pub(super) prompt: usize,
    /// How many of those stand before what asks the model to answer.
    pub(super) core: usize,
    /// Why the count may not be the provider's.
    pub(super) estimated: Option<String>,
    /// Whether that is what the user's template said against the request.
    pub(super) refused: bool,
    /// Where its stretches come from, and who cut it into tokens.
    origins: Origins,
    memo: Arc<Memo>,
}

/// How a request is laid out and counted.
#[derive(Clone, Copy, Debug)]
pub struct Counting {
    /// How it is laid out.
    pub template: Template,
    /// How its text becomes tokens.
    pub encoding: Encoding,
    /// Whether a special token spelled out in a client's text becomes that token.
    pub recognises_specials: bool,
    /// Why that may not be what the provider does.
    pub doubt: Option<&'static str>,
}

impl<'a> Counter<'a> {
    pub(super) fn new(profiles: &'a Profiles, settings: &mut Settings) -> Self {
        let texts = Arc::new(Texts::new(settings.max_memory.unwrap_or(usize::MAX)));
        let own = settings.tokenizer.take().map(|tokenizer| Arc::new(Memo::new(tokenizer, true, 0, &texts)));
        Self {
            profiles,
            profile: settings.profile.clone(),
            at: settings.pricing.at,
            chat_template: settings.chat_template.take(),
            own,
            memos: Mutex::default(),
            texts,
            fragments: Fragments::default(),
        }
    }

    /// Counts an exchange before its turn; `None` where there is nothing to count, or where that depends on the line before.
    pub fn ahead(&self, exchange: &Exchange) -> Option<Counted> {
        let time = exchange.time.or(self.at);
        let has_text = matches!(exchange.request.input, Input::Messages(_) | Input::Text(_));
        (has_text && time.is_some()).then(|| self.count(exchange, time))
    }

    /// Counts an exchange that was sent at that time.
    pub(super) fn count(&self, exchange: &Exchange, time: Option<Timestamp>) -> Counted {
        let choice = self.choose(exchange, time);
        let counting =
            Counting::choose(choice.as_ref().map(|(profile, _)| profile.as_ref()), exchange.model_at_maker());
        let (rendered, refusal) = self.render(exchange, counting);
        let memo = self.memo(counting);
        let mut tokens = Sequence::default();
        let core = memo.encode(&rendered.prompt, &mut tokens);
        let prompt = tokens.len();
        memo.encode(&rendered.output, &mut tokens);
        let doubt = counting.doubt.filter(|_| self.own.is_none());
        let refused = refusal.is_some();
        let estimated = refusal.or_else(|| doubt.or(rendered.doubt).map(str::to_owned));
        Counted { choice, tokens, prompt, core, estimated, refused, origins: rendered.prompt.into_origins(), memo }
    }

    /// The profile of an exchange, and what decided.
    pub(super) fn choose(&self, exchange: &Exchange, time: Option<Timestamp>) -> Option<(Arc<Profile>, Basis)> {
        if let Some(profile) = &self.profile {
            return Some((Arc::clone(profile), Basis::Named));
        }
        let response = exchange.response.as_ref();
        let call = Call {
            host: exchange.host.as_deref(),
            fingerprint: response.and_then(|response| response.system_fingerprint.as_deref()),
            time,
            model: exchange.model_at_maker(),
        };
        self.profiles.choose(call).map(|Choice { profile, basis }| (Arc::clone(profile), basis))
    }

    /// The profile of that name.
    pub(super) fn profile(&self, name: &str) -> Option<&Arc<Profile>> {
        self.profiles.named(name)
    }

    /// Whether the user brought a tokenizer or a template.
    pub(super) fn is_users_own(&self) -> bool {
        self.own.is_some() || self.chat_template.is_some()
    }

    /// By the user's template; one that refuses a request leaves it to the profile's, and says why.
    fn render(&self, exchange: &Exchange, counting: Counting) -> (Rendered, Option<String>) {
        let refused = match self.chat_template.as_ref().map(|template| template.render(exchange)) {
            Some(Ok(rendered)) => return (rendered, None),
            Some(Err(refusal)) => Some(format!("the chat template refused it: {refusal}")),
            None => None,
        };
        (counting.template.render_with(exchange, &self.fragments), refused)
    }

    fn memo(&self, counting: Counting) -> Arc<Memo> {
        let Counting { encoding, recognises_specials, .. } = counting;
        let known = || {
            let mut memos = self.memos.lock().unwrap_or_else(PoisonError::into_inner);
            let number = memos.len() as u128 + 1;
            let new = || Arc::new(Memo::new(encoding.tokenizer(), recognises_specials, number, &self.texts));
            Arc::clone(memos.entry((encoding, recognises_specials)).or_insert_with(new))
        };
        self.own.clone().unwrap_or_else(known)
    }
}

impl Counted {
    /// Where the token with this index lies.
    pub(super) fn locate(&self, index: usize) -> Option<Spot> {
        self.memo.locate(&self.origins, &self.tokens, index)
    }
}

impl Counting {
    /// By the profile; without one by the model's name, and for a model nobody published a tokenizer of, by a likeness.
    pub fn choose(profile: Option<&Profile>, model: Option<&str>) -> Self {
        let known = model.and_then(Encoding::of_openai_model);
        if let Some(profile) = profile {
            let Profile { template, encoding, recognises_specials, .. } = *profile;
            let is_deepseek = model.is_some_and(|model| model.to_ascii_lowercase().contains("deepseek"));
            let fits =
                model.is_none() || known == Some(encoding) || is_deepseek && matches!(encoding, Encoding::DeepSeek(_));
            let doubt = (!fits).then_some("the profile's tokenizer is not this model's; name its own with --tokenizer");
            return Self { template, encoding, recognises_specials, doubt };
        }
        Self {
            template: Template::OpenAi,
            encoding: known.unwrap_or(Encoding::O200k),
            recognises_specials: false,
            doubt: known.is_none().then_some("no tokenizer of this model is known; counted with o200k_base"),
        }
    }
}
