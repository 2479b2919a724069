//! The method by which a request is counted: which template lays it out, which vocabulary cuts it.

use crate::profile::Profile;
use crate::prompt::Template;
use crate::tokens::Encoding;

/// Why no count of Claude's tokens is sure.
const NO_TOKENIZER: &str = "no tokenizer of Claude is published; lengths are those that the log's own usage bills, counted with o200k_base between them";

/// The template that lays a request out, and the vocabulary that cuts it into tokens.
#[derive(Clone, Copy, Debug)]
pub struct Method {
    /// Lays the request out.
    pub template: Template,
    /// Cuts its text into tokens.
    pub encoding: Encoding,
    /// A special token spelled out in a client's text becomes that token.
    pub recognises_specials: bool,
    /// Why that may not be what the provider does.
    pub doubt: Option<&'static str>,
}

impl Method {
    /// The profile's method; without a profile the one of the model's name, and that of a similar model if nobody published its
    /// tokenizer.
    pub fn choose(profile: Option<&Profile>, model: Option<&str>) -> Self {
        let known = model.and_then(Encoding::of_openai_model);
        if let Some(profile) = profile {
            let Profile { template, encoding, recognises_specials, .. } = *profile;
            let is_deepseek = model.is_some_and(|model| model.to_ascii_lowercase().contains("deepseek"));
            let fits =
                model.is_none() || known == Some(encoding) || is_deepseek && matches!(encoding, Encoding::DeepSeek(_));
            let other = "the profile's tokenizer is not this model's; name its own with --tokenizer";
            let doubt = match template {
                Template::Anthropic => Some(NO_TOKENIZER),
                _ => (!fits).then_some(other),
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
}
