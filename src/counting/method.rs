//! The method by which a request is counted: which template lays it out, which vocabulary cuts it.

use crate::exchange::{Exchange, Input};
use crate::profile::Profile;
use crate::prompt::Template;
use crate::prompt::deepseek::Version;
use crate::tokens::Encoding;
use crate::tokens::deepseek::Added;

/// Reason why no count of Claude's tokens is sure.
const NO_TOKENIZER: &str = "the model's tokenizer is not published; lengths are those that the log's usage reports, interpolated by counts with o200k_base";
/// Reason why a count of DeepSeek's published weights is not sure.
const SERVED_BY_ANOTHER: &str = "DeepSeek's weights at a host that may lay prompts out in its own way; counted with DeepSeek's template and tokenizer";
/// Models of DeepSeek by name whose vocabulary is not that of V3 and later: other families, and other makers' models taught by R1.
const OTHER_VOCABULARY: [&str; 8] = ["distill", "coder", "-v2", "-vl", "math", "-moe", "-llm", "janus"];
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
        if let Some((template, encoding)) = model.and_then(deepseeks_weights) {
            return Self { template, encoding, recognises_specials: false, doubt: Some(SERVED_BY_ANOTHER) };
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

/// The template and vocabulary of DeepSeek's weights, by any name that hosts give them: `DeepSeek-V3-0324`, `deepseek-v3p1-terminus`,
/// `us.deepseek.r1-v1:0`.
fn deepseeks_weights(model: &str) -> Option<(Template, Encoding)> {
    let name = model.to_ascii_lowercase();
    let (_, name) =
        name.rsplit_once("deepseek").filter(|(_, name)| !OTHER_VOCABULARY.iter().any(|other| name.contains(other)))?;
    let words = || name.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '.');
    if words().any(|word| word.trim_start_matches('.') == "r1") {
        return Some((Template::DeepSeek(Version::V3), Encoding::DeepSeek(Added::R1)));
    }
    let (version, added) = match words().find_map(version_of)? {
        (3, 0) => (Version::V3, Added::V3),
        (3, 1) => (Version::V3_1, Added::V31),
        // The experimental one has the template of V3.1.
        (3, 2) if name.contains("exp") => (Version::V3_1, Added::V31),
        (3, 2) => (Version::V3_2, Added::V4),
        // The repository of the weights is spelled so, and they were published with the template of April; a lower-case name is that of
        // DeepSeek's own API, to which gateways pass it on.
        (4, 0) if model.contains("DeepSeek-V4") => (Version::V4, Added::V4),
        (4, 0) => (Version::V4August, Added::V4),
        (4, 1) => (Version::V4_1, Added::V41),
        _ => return None,
    };
    Some((Template::DeepSeek(version), Encoding::DeepSeek(added)))
}

/// The version that a word of a name tells, such as `v3.1` or `v3p1`.
fn version_of(word: &str) -> Option<(u8, u8)> {
    let number = word.trim_start_matches('.').strip_prefix('v')?;
    let (major, minor) = number.split_once(['.', 'p']).unwrap_or((number, "0"));
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::Request;
    use crate::profile::Profiles;

    #[test]
    fn deepseeks_weights_are_known_by_the_names_that_hosts_give_them() {
        for (name, version) in [
            ("DeepSeek-V3-0324", Some(Version::V3)),
            ("deepseek-ai/DeepSeek-V3", Some(Version::V3)),
            ("deepseek/deepseek-r1-0528:free", Some(Version::V3)),
            ("us.deepseek.r1-v1:0", Some(Version::V3)),
            ("accounts/fireworks/models/deepseek-v3p1-terminus", Some(Version::V3_1)),
            ("deepseek-ai/DeepSeek-V3.2-Exp", Some(Version::V3_1)),
            ("deepseek-v4-pro", Some(Version::V4August)),
            ("deepseek-ai/DeepSeek-V4-Flash", Some(Version::V4)),
            ("deepseek-ai/DeepSeek-V4.1", Some(Version::V4_1)),
            ("deepseek-r1-distill-llama-70b", None),
            ("deepseek-coder-v2-lite", None),
            ("deepseek-v5", None),
            ("Qwen/Qwen3-8B", None),
        ] {
            let method = Method::choose(None, Some(name));
            assert_eq!(method.template, version.map_or(Template::OpenAi, Template::DeepSeek), "{name}");
            assert_eq!(method.encoding == Encoding::O200k, version.is_none(), "{name}");
            assert!(method.doubt.is_some(), "{name}");
        }
    }

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
