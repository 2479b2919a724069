//! The method by which a request is counted: which template lays it out, which vocabulary cuts it.

use crate::exchange::{Exchange, Input};
use crate::profile::Profile;
use crate::prompt::Template;
use crate::tokens::Encoding;

/// Reason why no count of Claude's tokens is sure.
const NO_TOKENIZER: &str = "the model's tokenizer is not published; lengths are those that the log's usage reports, interpolated by counts with o200k_base";
/// Marks in the chat formats of Qwen, Llama and Gemma, which DeepSeek's vocabulary has not.
const FOREIGN: [&str; 3] = ["<|im_start|>", "<|start_header_id|>", "<start_of_turn>"];

/// The template that lays a request out, and the vocabulary that cuts it into tokens.
#[derive(Clone, Copy, Debug)]
pub struct Method {
    /// Lays the request out.
    pub template: Template,
    /// Cuts its text into tokens.
    pub encoding: Encoding,
    /// A special token spelled out in a client's text becomes that token.
    pub recognises_specials: bool,
    /// Reason why the provider may do it in another way.
    pub doubt: Option<&'static str>,
}

impl Method {
    /// The profile's method; without a profile the one of the model's name, and that of a similar model if none is published for its
    /// tokenizer.
    pub fn choose(profile: Option<&Profile>, model: Option<&str>) -> Self {
        let known = model.and_then(Encoding::of_openai_model);
        if let Some(profile) = profile {
            let Profile { template, encoding, recognises_specials, .. } = *profile;
            let is_deepseek = model.is_some_and(|model| model.to_ascii_lowercase().contains("deepseek"));
            let fits =
                model.is_none() || known == Some(encoding) || is_deepseek && matches!(encoding, Encoding::DeepSeek(_));
            let doubt = match fits {
                _ if template == Template::Anthropic => Some(NO_TOKENIZER),
                false => Some("the profile's tokenizer is not this model's; name its own with --tokenizer"),
                true if model.is_none() && profile.is_stand_in => Some(
                    "the log does not name the model, so that the profile's tokenizer is used; name it with --tokenizer",
                ),
                true => None,
            };
            return Self { template, encoding, recognises_specials, doubt };
        }
        Self {
            template: Template::OpenAi,
            encoding: known.unwrap_or(Encoding::O200k),
            recognises_specials: false,
            doubt: known.is_none().then_some("no tokenizer of this model is known; counted with o200k_base"),
        }
    }

    /// The reason why a prompt that a server has rendered is not of this vocabulary: it spells the marks of another.
    pub(super) fn foreign_text(&self, exchange: &Exchange) -> Option<&'static str> {
        let Input::Text(text) = &exchange.request.input else { return None };
        let is_foreign =
            matches!(self.encoding, Encoding::DeepSeek(_)) && FOREIGN.iter().any(|mark| text.contains(mark));
        is_foreign.then_some("the prompt is written for another model's tokenizer; name its own with --tokenizer")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::Request;
    use crate::profile::Profiles;

    #[test]
    fn a_vocabulary_that_is_not_the_models_own_is_doubted() {
        let doubt = |profile: &str, model: Option<&str>, text: &str| {
            let profile = Profiles::builtin().named(profile).unwrap();
            let request = Request { input: Input::Text(text.into()), ..Request::default() };
            let exchange = Exchange { request, ..Exchange::default() };
            let method = Method::choose(Some(profile), model);
            method.doubt.or_else(|| method.foreign_text(&exchange)).is_some()
        };
        let (plain, qwen) = ("Tell me of the sea.", "<|im_start|>user\nTell me of the sea.<|im_end|>");
        assert!(!doubt("deepseek-v3.2", None, plain));
        assert!(doubt("deepseek-v3.2", None, qwen));
        assert!(doubt("vllm", None, plain));
        assert!(!doubt("vllm", Some("deepseek-ai/DeepSeek-V3.1"), plain));
        assert!(doubt("vllm", Some("Qwen/Qwen3-8B"), plain));
    }
}
