//! Counting: a request laid out as its provider does it, and cut into the tokens that the model reads.
//!
//! Simulations count requests of logs with it, templates count requests that they make themselves.

mod method;
#[cfg(test)]
mod openai_sizes;
mod stretches;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

pub use method::Method;
pub use stretches::Stretch;

use crate::cache::{BlockEnd, Breakpoint};
use crate::exchange::{Exchange, Input};
use crate::prompt::{ChatTemplate, Fragments, Origins, Prompt, Rendered};
use crate::time::micros;
use crate::tokens::{Encoding, Memo, Sequence, Spot, Texts, Tokenizer};

/// Counts requests, for all threads of a run; what it has tokenised once it remembers.
pub struct Engine {
    chat_template: Option<ChatTemplate>,
    own_tokenizer: Option<OwnTokenizer>,
    /// The built-in tokenizers that were used so far.
    tokenizers: Mutex<HashMap<(Encoding, bool), Arc<Memo>>>,
    /// The tokens that all of them remember.
    texts: Arc<Texts>,
    fragments: Fragments,
}

/// A user's own tokenizer.
struct OwnTokenizer {
    memo: Arc<Memo>,
    /// The spelling of the tokens that it puts before a text.
    start: String,
}

/// Reason why no count is sure of messages that are laid out as the profile's model reads them, and cut by another's tokenizer.
const NO_TEMPLATE: &str = "no chat template stands beside the tokenizer, so that messages are laid out as the profile's model reads them, without its special \
                           tokens; name the model's own with --chat-template";

/// A user's own tokenizer and chat template, in place of what the profile names.
#[derive(Default)]
pub struct Overrides {
    /// Turns text into tokens.
    pub tokenizer: Option<Box<dyn Tokenizer>>,
    /// Lays requests out.
    pub chat_template: Option<ChatTemplate>,
}

/// A request, and its answer where there is one, as tokens.
#[derive(Clone)]
pub struct Counted {
    /// Prompt and output.
    pub tokens: Sequence,
    /// The number of them that are the prompt.
    pub prompt_tokens: usize,
    /// The number of those before the marker after which the model answers.
    pub core_tokens: usize,
    /// The ends of the prompt's content blocks, in order; none where the provider knows no breakpoints.
    pub block_ends: Vec<BlockEnd>,
    /// The token from which on the provider may have fed the model more than the log shows; `None` where it has not.
    pub unseen_from: Option<usize>,
    /// Reason why the count may differ from the provider's.
    pub estimated: Option<String>,
    /// The user's chat template refused the request, which is why the count is an estimate.
    pub refused: bool,
    origins: Origins,
    memo: Arc<Memo>,
}

impl Engine {
    /// Nothing remembered yet; of what it remembers it forgets a part above `max_memory` bytes, which changes no result.
    pub fn new(overrides: Overrides, max_memory: Option<usize>) -> Self {
        let texts = Arc::new(Texts::new(max_memory.unwrap_or(usize::MAX)));
        let own_tokenizer = overrides.tokenizer.map(|tokenizer| {
            let start = tokenizer.start();
            OwnTokenizer { memo: Arc::new(Memo::new(tokenizer, true, 0, &texts)), start }
        });
        let chat_template = overrides.chat_template;
        Self { chat_template, own_tokenizer, tokenizers: Mutex::default(), texts, fragments: Fragments::default() }
    }

    /// Counts an exchange; gives its prompt as well, whose texts a caller with little memory drops.
    pub fn count(&self, exchange: &Exchange, method: Method) -> (Counted, Prompt) {
        let (Rendered { prompt, output, doubt }, refusal) = self.render(exchange, method);
        let memo = self.tokenizer(method);
        let prompt = memo.cut(prompt);
        let mut tokens = Sequence::default();
        let core_tokens = memo.encode(&prompt, &mut tokens);
        let prompt_tokens = tokens.len();
        let digests = prompt.block_end_digests();
        let block_ends = prompt.block_ends().iter().zip(digests).map(|(end, digest)| BlockEnd {
            apart: 0,
            digest,
            length: tokens.end_of(end.segments),
            tokens: tokens.end_of(end.segments),
            position: end.position,
            breakpoint: end.breakpoint.map(|breakpoint| Breakpoint { lifetime: breakpoint.lifetime.map(micros) }),
        });
        let block_ends = block_ends.collect();
        let unseen_from = prompt.unseen_from().map(|segments| tokens.end_of(segments));
        memo.encode(&output, &mut tokens);
        let refused = refusal.is_some();
        let of_tokenizer = match &self.own_tokenizer {
            None => method.doubt.or_else(|| method.foreign_text(exchange)),
            Some(_) => (self.chat_template.is_none() && !is_text(exchange)).then_some(NO_TEMPLATE),
        };
        let doubt = of_tokenizer.or(doubt);
        let estimated = refusal.or_else(|| doubt.map(str::to_owned));
        let origins = prompt.origins().clone();
        (
            Counted { tokens, prompt_tokens, core_tokens, block_ends, unseen_from, estimated, refused, origins, memo },
            prompt,
        )
    }

    /// The user brought a tokenizer or a chat template.
    pub fn is_overridden(&self) -> bool {
        self.own_tokenizer.is_some() || self.chat_template.is_some()
    }

    /// Lays out by the user's chat template; a request that it refuses is laid out by the profile's, and the refusal is returned.
    fn render(&self, exchange: &Exchange, method: Method) -> (Rendered, Option<String>) {
        // Before a text a server puts what the tokenizer puts there, and no template's marks.
        if let (Some(own), Input::Text(text)) = (&self.own_tokenizer, &exchange.request.input) {
            return (Rendered::text(&own.start, text, exchange.response.as_ref()), None);
        }
        let refusal = match self.chat_template.as_ref().map(|template| template.render(exchange)) {
            Some(Ok(rendered)) => return (rendered, None),
            Some(Err(refusal)) => Some(format!("the chat template rejected it: {refusal}")),
            None => None,
        };
        (method.template.render_with(exchange, &self.fragments), refusal)
    }

    fn tokenizer(&self, method: Method) -> Arc<Memo> {
        if let Some(own) = &self.own_tokenizer {
            return Arc::clone(&own.memo);
        }
        let Method { encoding, recognises_specials, .. } = method;
        let mut tokenizers = self.tokenizers.lock().unwrap_or_else(PoisonError::into_inner);
        // Number 0 is the user's own.
        let number = tokenizers.len() as u128 + 1;
        let memo = tokenizers
            .entry((encoding, recognises_specials))
            .or_insert_with(|| Arc::new(Memo::new(encoding.tokenizer(), recognises_specials, number, &self.texts)));
        Arc::clone(memo)
    }
}

impl Counted {
    /// The same with breakpoints behind these of its content blocks alone, each with its lifetime in microseconds.
    #[must_use]
    pub fn with_breakpoints(&self, breakpoints: &[(usize, Option<i64>)]) -> Self {
        let mut changed = self.clone();
        for (index, end) in changed.block_ends.iter_mut().enumerate() {
            let own = breakpoints.iter().find(|(block, _)| *block == index);
            end.breakpoint = own.map(|(_, lifetime)| Breakpoint { lifetime: *lifetime });
        }
        changed
    }

    /// The place of the token with this index; `None` beyond the end.
    pub fn locate(&self, index: usize) -> Option<Spot> {
        self.memo.locate(&self.origins, &self.tokens, index)
    }
}

/// The request is one text, as a model reads it, and not messages.
fn is_text(exchange: &Exchange) -> bool {
    matches!(exchange.request.input, Input::Text(_))
}
