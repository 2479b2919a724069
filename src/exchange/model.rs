//! The names of models. LiteLLM, and the agents that call through it, put the provider before the name (`deepseek/deepseek-chat`);
//! OpenRouter writes the maker there, whichever provider serves the call.

use super::{Exchange, ModelName, Request, Seller, who_sells};

/// The host of Anthropic's own API.
pub(crate) const ANTHROPIC: &str = "api.anthropic.com";

/// The model of a call as the log tells it, and who was called: what decides whose price it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct LoggedModel<'a> {
    /// The model by the name of its maker, else as requested or answered.
    pub model: Option<&'a str>,
    /// The model that answered.
    pub answered: Option<&'a str>,
    /// The host that was called.
    pub host: Option<&'a str>,
    /// The seller in the log's own word.
    pub seller: Option<&'a str>,
}

impl LoggedModel<'_> {
    /// The names by which the model may be known: those of the model that answered first, since a deployment or a router may be
    /// what was asked.
    pub fn names(&self) -> ModelName {
        let apart = |model: Option<&str>| model.map(ModelName::new).unwrap_or_default();
        let (answered, asked) = (apart(self.answered.filter(|name| !name.is_empty())), apart(self.model));
        let mut names = answered.names;
        names.extend(asked.names);
        let mut seen = std::collections::HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
        ModelName { names, seller: asked.seller.or(answered.seller), region: asked.region.or(answered.region) }
    }

    /// The seller that was called: by the host, else by the log's own word. Tracers say `openai` of any server that speaks like
    /// OpenAI's, so that the word for a maker is believed of its own models alone.
    pub fn seller(&self) -> Option<&'static str> {
        let by_word = || {
            let word = self.seller?;
            let Some(seller) = Seller::named(word) else { return who_sells(word) };
            let sells = || self.names().names.iter().any(|name| seller.makes(name));
            (seller.is_reseller() || sells()).then_some(seller.name)
        };
        self.host.and_then(Seller::at).map(|seller| seller.name).or_else(by_word)
    }

    /// True if a server was called of which nobody knows whose it is: a proxy, or one of the user's own.
    pub fn is_at_unknown_host(&self) -> bool {
        self.host.is_some_and(|host| Seller::at(host).is_none())
    }
}

impl Exchange {
    /// The facts that decide whose price it has.
    pub fn asked(&self) -> LoggedModel<'_> {
        let requested = self.model();
        let behind = requested.and_then(|model| self.deepseek_behind_claude(model));
        let answered = self.response.as_ref().and_then(|response| response.model.as_deref());
        LoggedModel {
            model: behind.or(requested),
            answered: answered.filter(|_| behind.is_none()),
            host: self.host.as_deref(),
            seller: self.seller,
        }
    }

    /// The model as requested, else as answered.
    pub fn model(&self) -> Option<&str> {
        self.request.model.as_deref().or_else(|| self.response.as_ref()?.model.as_deref())
    }

    /// The model by the name that its maker knows it by. A provider before it is left out only where it is known to be the maker:
    /// by the host that was called, by the answer, or, where no host was logged, by the format. By `openai/` LiteLLM means any server
    /// that speaks like OpenAI's, and at other hosts (OpenRouter, a proxy) it is not known who serves `deepseek/deepseek-chat`. A name
    /// that no maker has is an alias of a proxy: there the model that answered decides.
    ///
    /// At DeepSeek's own host the names of Claude stand for DeepSeek's models: the one that answered decides, else the one that the
    /// documentation names.
    pub fn model_at_maker(&self) -> Option<&str> {
        let model = self.model()?;
        if let Some(behind) = self.deepseek_behind_claude(model) {
            return Some(behind);
        }
        let called = || self.host.as_deref().and_then(Seller::at);
        // A reseller answers with its own names, or leaves the maker's, and says nothing of who serves.
        let answered = self.response.as_ref().and_then(|response| response.model.as_deref());
        let answered_as = |may_be: &dyn Fn(&str) -> bool| answered.filter(|name| may_be(name) && called().is_none());
        let Some((provider, name)) = model.split_once('/') else {
            let is_made = |model: &str| Seller::makers(model).next().is_some();
            let made = answered_as(&|answered| answered != model && !is_made(model) && is_made(answered));
            return Some(made.unwrap_or(model));
        };
        let maker = Seller::named(provider).filter(|seller| !seller.is_reseller() && seller.makes(name));
        let Some(maker) = maker else { return Some(model) };
        if let Some(answered) = answered_as(&|answered| maker.makes(answered)) {
            return Some(answered);
        }
        let is_called = match &self.host {
            Some(_) => called().is_some_and(|called| called.name == maker.name),
            None => maker.name != "openai" && self.format_traits.names_provider_in_model,
        };
        Some(if is_called { name } else { model })
    }
}

impl Exchange {
    /// The DeepSeek model behind a Claude name; `None` where Claude itself was called, as far as the log tells. `claude-opus*` is
    /// V4-pro and any other Claude the flash model of the day (DeepSeek's guide to its Anthropic API, read 2026-11).
    fn deepseek_behind_claude(&self, model: &str) -> Option<&str> {
        if !model.starts_with("claude") {
            return None;
        }
        let answered = self.response.as_ref().and_then(|response| response.model.as_deref());
        if let Some(answered) = answered.filter(|name| name.starts_with("deepseek")) {
            return Some(answered);
        }
        let is_deepseek = self.host.as_deref() == Some("api.deepseek.com");
        is_deepseek.then_some(if model.starts_with("claude-opus") { "deepseek-v4-pro" } else { "deepseek-v4-flash" })
    }
}

impl Request {
    /// The model without what stands before it in a path of providers and makers; empty where none is known. For what hangs on the
    /// model whichever provider serves it, such as whether it thinks.
    pub fn bare_model(&self) -> &str {
        self.model.as_deref().and_then(|model| model.rsplit('/').next()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{FormatTraits, Response};

    #[test]
    fn claude_at_deepseeks_host_is_deepseeks_model() {
        let resolved = |model: &str, host: Option<&str>, answered: Option<&str>| {
            let request = Request { model: Some(model.into()), ..Request::default() };
            let response = Response { model: answered.map(str::to_owned), ..Response::default() };
            let host = host.map(str::to_owned);
            let exchange = Exchange { request, response: Some(response), host, ..Exchange::default() };
            exchange.model_at_maker().unwrap().to_owned()
        };
        let deepseek = Some("api.deepseek.com");
        assert_eq!(resolved("claude-opus-4-5", deepseek, None), "deepseek-v4-pro");
        assert_eq!(resolved("claude-sonnet-4-5", deepseek, None), "deepseek-v4-flash");
        assert_eq!(resolved("claude-sonnet-4-5", deepseek, Some("deepseek-flash")), "deepseek-flash");
        assert_eq!(resolved("claude-sonnet-4-5", None, Some("deepseek-v4-pro")), "deepseek-v4-pro");
        assert_eq!(
            resolved("claude-sonnet-4-5", Some("api.anthropic.com"), Some("claude-sonnet-4-5")),
            "claude-sonnet-4-5"
        );
    }

    #[test]
    fn the_model_that_answered_decides_where_an_alias_or_a_provider_and_a_model_were_asked_for() {
        let resolved = |model: &str, host: Option<&str>, answered: &str| {
            let request = Request { model: Some(model.into()), ..Request::default() };
            let response = Response { model: Some(answered.into()), ..Response::default() };
            let host = host.map(str::to_owned);
            let exchange = Exchange { request, response: Some(response), host, ..Exchange::default() };
            exchange.model_at_maker().unwrap().to_owned()
        };
        let proxy = Some("proxy.example.org");
        for (model, host, answered) in [
            ("support", None, "deepseek-v4-flash"),
            ("support", proxy, "deepseek-v4-flash"),
            ("deepseek/deepseek-chat", proxy, "deepseek-v4-flash"),
            ("deepseek/deepseek-chat", None, "deepseek-chat"),
        ] {
            assert_eq!(resolved(model, host, answered), answered, "{model} at {host:?}");
        }
        for (model, host, answered) in [
            ("support", None, "support-2"),
            ("support", None, "deepseek/deepseek-chat"),
            ("support", Some("x.openai.azure.com"), "gpt-4o-2024-08-06"),
            ("gpt-4o", None, "gpt-4o-2024-08-06"),
            ("deepseek/deepseek-chat", Some("openrouter.ai"), "deepseek-chat"),
            ("deepseek/deepseek-chat", None, "deepseek/deepseek-chat"),
            ("openrouter/deepseek/deepseek-chat", None, "deepseek-chat"),
            ("azure/deepseek-r1", None, "deepseek-r1"),
        ] {
            assert_eq!(resolved(model, host, answered), model, "{answered} at {host:?}");
        }
    }

    #[test]
    fn a_provider_is_left_out_only_where_it_is_the_maker_that_was_called() {
        let resolved = |model: &str, host: Option<&str>, names_provider_in_model| {
            let request = Request { model: Some(model.into()), ..Request::default() };
            let format_traits = FormatTraits { names_provider_in_model, ..FormatTraits::default() };
            let exchange = Exchange { request, host: host.map(str::to_owned), format_traits, ..Exchange::default() };
            exchange.model_at_maker().unwrap().to_owned()
        };
        let slug = "deepseek/deepseek-chat";
        assert_eq!(resolved(slug, None, true), "deepseek-chat");
        assert_eq!(resolved(slug, Some("api.deepseek.com"), false), "deepseek-chat");
        for (model, host, names_provider) in [
            (slug, None, false),
            (slug, Some("openrouter.ai"), false),
            (slug, Some("proxy.example.org"), true),
            ("azure/deepseek-chat", None, true),
            ("openrouter/deepseek/deepseek-chat", None, true),
            ("openai/gpt-5", None, true),
        ] {
            assert_eq!(resolved(model, host, names_provider), model, "{host:?}, {names_provider}");
        }
        assert_eq!(resolved("openai/gpt-5", Some("api.openai.com"), true), "gpt-5");
        assert_eq!(resolved("openai/gpt-5", Some("eu.api.openai.com"), false), "gpt-5");
        let served = "dashscope/deepseek-chat";
        assert_eq!(resolved(served, Some("dashscope.aliyuncs.com"), true), served, "it does not make that model");
    }
}
