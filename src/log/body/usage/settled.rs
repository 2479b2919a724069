//! Usage whose meaning only the whole exchange tells: who sold the model, and what the client asked for.

use crate::exchange::{Exchange, Family, Resolution, Written};
use crate::time::{micros, parse_duration};

/// Takes the prompt of an `OpenAI` model at Amazon Bedrock for the whole one, where it may be: Converse leaves what was read and written
/// out of other models' prompts, and not out of theirs (opencode 47296, bifrost 6942, 2026-09).
pub(crate) fn whole_by_seller(exchange: &mut Exchange) {
    let is_openai = |model: &String| model.starts_with("openai.") || model.contains(".openai.");
    let usage = &mut exchange.usage;
    let Some(prompt) = usage.prompt_tokens.filter(|_| usage.family == Some(Family::Exclusive)) else { return };
    let cached = usage.hit_tokens.unwrap_or(0) + usage.written.map_or(0, |written| written.total());
    let counted = prompt.saturating_sub(cached);
    if cached > 0 && counted >= cached && exchange.request.model.as_ref().is_some_and(is_openai) {
        usage.prompt_tokens = Some(counted);
        (usage.other_prompt, usage.family) = (Some(prompt), Some(Family::Inclusive));
        usage.resolved = Some(Resolution::WholeBySeller);
    }
}

/// Gives tokens that were written for a time that is not told the lifetime that the client asked for, where all its marks ask for one. The
/// exchange has to be whole for that: on the quick path messages are put in last.
pub(crate) fn lifetime_as_asked(exchange: &mut Exchange) {
    let Some(written) = exchange.usage.written.filter(|written| written.unstated > 0) else { return };
    let Some(lifetime) = lifetime_of_all_marks(exchange) else { return };
    let mut told = Written { unstated: 0, ..written };
    told.add(parse_duration(&lifetime).map(micros), written.unstated);
    exchange.usage.written = Some(told);
}

/// The lifetime that all marks of the request ask for, or the request for all of them.
fn lifetime_of_all_marks(exchange: &Exchange) -> Option<String> {
    let request = &exchange.request;
    let whole = request.cache_options.lifetime.as_ref();
    // Sessions know if they have marks, so that not each of their requests is gone through.
    if !request.has_marks() {
        return whole.cloned();
    }
    let of_messages = request.messages().iter().flat_map(|message| &message.cache_controls);
    let marks = request.cache_controls.iter().chain(of_messages);
    let mut asked = marks.map(|mark| mark.lifetime.as_ref().or(whole));
    let first = asked.next()??;
    asked.all(|lifetime| lifetime == Some(first)).then(|| first.clone())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::exchange::{CacheControl, CacheOptions, Request, RequestElement, Usage};

    #[test]
    fn an_openai_model_at_bedrock_has_its_whole_prompt_counted() {
        let read = |model: &str, input: u64| {
            let usage = json!({"inputTokens": input, "cacheReadInputTokens": 60, "outputTokens": 5});
            let request = Request { model: Some(model.into()), ..Request::default() };
            let mut exchange = Exchange { request, usage: Usage::from_json(&usage), ..Exchange::default() };
            whole_by_seller(&mut exchange);
            exchange.usage.prompt_tokens
        };
        assert_eq!(read("us.openai.gpt-5.6-luna", 100), Some(100));
        assert_eq!(read("us.openai.gpt-5.6-luna", 40), Some(100), "a part is no larger than the whole");
        assert_eq!(read("us.anthropic.claude-sonnet-5", 100), Some(160));
    }

    #[test]
    fn writes_without_a_lifetime_have_the_one_that_all_marks_ask_for() {
        let written = |lifetimes: &[Option<&str>], whole: Option<&str>| {
            let mark = |(index, lifetime): (usize, Option<&str>)| CacheControl {
                after: RequestElement::Tool(index),
                lifetime: lifetime.map(str::to_owned),
            };
            let cache_controls = lifetimes.iter().copied().enumerate().map(mark).collect();
            let cache_options = CacheOptions { lifetime: whole.map(str::to_owned), ..CacheOptions::default() };
            let usage = Usage { written: Some(Written { unstated: 70, ..Written::default() }), ..Usage::default() };
            let request = Request { cache_controls, cache_options, ..Request::default() };
            let mut exchange = Exchange { request, usage, ..Exchange::default() };
            lifetime_as_asked(&mut exchange);
            exchange.usage.written.map(|written| (written.unstated, written.five_minutes, written.hour))
        };
        assert_eq!(written(&[Some("1h"), Some("1h")], None), Some((0, 0, 70)));
        assert_eq!(written(&[None, None], Some("1h")), Some((0, 0, 70)));
        assert_eq!(written(&[], Some("5m")), Some((0, 70, 0)));
        assert_eq!(written(&[Some("1h"), Some("5m")], None), Some((70, 0, 0)), "which of them is not told");
        assert_eq!(written(&[Some("1h"), None], None), Some((70, 0, 0)));
        assert_eq!(written(&[], None), Some((70, 0, 0)));
    }
}
