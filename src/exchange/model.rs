//! The names of models. LiteLLM, and the agents that call through it, put the provider before the name (`deepseek/deepseek-chat`);
//! OpenRouter writes the maker there, whoever serves the call.

use super::{Exchange, Request};

/// The host of Anthropic's own API.
pub(crate) const ANTHROPIC: &str = "api.anthropic.com";

/// Prefixes of LiteLLM that name a maker's own API, and the API's host. `azure/`, `openrouter/`, `bedrock/` and the like name other
/// sellers, with other rules and prices.
const MAKERS: [(&str, &str); 6] = [
    ("anthropic", ANTHROPIC),
    ("deepseek", "api.deepseek.com"),
    ("gemini", "generativelanguage.googleapis.com"),
    ("moonshot", "api.moonshot.ai"),
    ("openai", "api.openai.com"),
    ("xai", "api.x.ai"),
];

/// Formats whose models are named as LiteLLM names them.
const BY_PROVIDER: [&str; 3] = ["litellm", "mini-swe-agent", "swe-agent"];

impl Exchange {
    /// The model as requested, else as answered.
    pub fn model(&self) -> Option<&str> {
        self.request.model.as_deref().or_else(|| self.response.as_ref()?.model.as_deref())
    }

    /// The model by the name that its maker knows it by. A provider before it is left out only where it is known to be the maker:
    /// by the host that was called, or, where none was logged, by the format. By `openai/` LiteLLM means any server that speaks like
    /// OpenAI's, and at other hosts (OpenRouter, a proxy) nobody knows who serves `deepseek/deepseek-chat`.
    pub fn model_at_maker(&self) -> Option<&str> {
        let model = self.model()?;
        let Some((provider, name)) = model.split_once('/') else { return Some(model) };
        let is_maker = MAKERS.iter().any(|(prefix, host)| {
            *prefix == provider
                && match self.host.as_deref() {
                    Some(called) => called == *host,
                    None => provider != "openai" && self.format.is_some_and(|format| BY_PROVIDER.contains(&format)),
                }
        });
        Some(if is_maker { name } else { model })
    }
}

impl Request {
    /// The model without what stands before it in a path of providers and makers; empty where none is known. For what hangs on the
    /// model whoever serves it, such as whether it thinks.
    pub fn bare_model(&self) -> &str {
        self.model.as_deref().and_then(|model| model.rsplit('/').next()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_left_out_only_where_it_is_the_maker_that_was_called() {
        let resolved = |model: &str, host: Option<&str>, format| {
            let request = Request { model: Some(model.into()), ..Request::default() };
            let exchange =
                Exchange { request, host: host.map(str::to_owned), format: Some(format), ..Exchange::default() };
            exchange.model_at_maker().unwrap().to_owned()
        };
        let slug = "deepseek/deepseek-chat";
        assert_eq!(resolved(slug, None, "litellm"), "deepseek-chat");
        assert_eq!(resolved(slug, None, "mini-swe-agent"), "deepseek-chat");
        assert_eq!(resolved(slug, Some("api.deepseek.com"), "openai-chat"), "deepseek-chat");
        for (model, host, format) in [
            (slug, None, "openai-chat"),
            (slug, Some("openrouter.ai"), "openai-chat"),
            (slug, Some("proxy.example.org"), "litellm"),
            ("azure/deepseek-chat", None, "litellm"),
            ("openrouter/deepseek/deepseek-chat", None, "litellm"),
            ("openai/gpt-5", None, "litellm"),
        ] {
            assert_eq!(resolved(model, host, format), model, "{host:?}, {format}");
        }
        assert_eq!(resolved("openai/gpt-5", Some("api.openai.com"), "litellm"), "gpt-5");
    }
}
