//! Calls that two instrumentations tell: the span of a framework and, within it, that of the provider's SDK.
//!
//! A call of a model makes no other one, so that of two calls, one within the other, with one answer's id or the same counts, one is
//! the other's copy (seen with Datadog's and `OpenInference`'s instrumentations of LangChain above those of OpenAI and Anthropic).

use std::collections::HashMap;

use crate::exchange::Exchange;
use crate::log::format::LineContext;

/// Spans between a call and the one it stands in that are gone through.
const DEEPEST: usize = 32;

/// The calls without those that another one tells as well: of two the one that knows more is kept. `parents` has the span in which each
/// span stands, by their ids.
pub(super) fn once(
    calls: Vec<(Option<String>, Exchange)>,
    parents: &HashMap<String, String>,
    context: &mut LineContext,
) -> Vec<Exchange> {
    let by_id: HashMap<String, usize> =
        calls.iter().enumerate().filter_map(|(at, (id, _))| Some((id.clone()?, at))).collect();
    let mut calls: Vec<(Option<String>, Option<Exchange>)> =
        calls.into_iter().map(|(id, call)| (id, Some(call))).collect();
    for inner in 0..calls.len() {
        let above = std::iter::successors(calls[inner].0.as_ref(), |id| parents.get(*id)).skip(1).take(DEEPEST);
        let Some(outer) = above.filter_map(|id| by_id.get(id).copied()).find(|outer| *outer != inner) else { continue };
        let Some((within, around)) = calls[inner].1.as_ref().zip(calls[outer].1.as_ref()) else { continue };
        if is_same(within, around) {
            let left_out = if within.usage.known() > around.usage.known() { outer } else { inner };
            let name = calls[left_out].0.clone().unwrap_or_default();
            context.remark(format!("span {name}: the same call as a span around it or within it, counted once"));
            calls[left_out].1 = None;
        }
    }
    calls.into_iter().filter_map(|(_, call)| call).collect()
}

/// True if two calls have one answer, or the same counts.
fn is_same(one: &Exchange, other: &Exchange) -> bool {
    let answer = |exchange: &Exchange| exchange.response.as_ref().and_then(|response| response.id.clone());
    let counts = |exchange: &Exchange| exchange.usage.prompt_tokens.zip(exchange.usage.output_tokens);
    match (answer(one), answer(other)) {
        (Some(one), Some(other)) => one == other,
        _ => counts(one).is_some_and(|(prompt, output)| prompt + output > 0) && counts(one) == counts(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::Usage;

    #[test]
    fn of_a_call_within_a_call_the_one_that_knows_more_is_kept() {
        let call = |prompt: u64, hits: Option<u64>| {
            let usage =
                Usage { prompt_tokens: Some(prompt), output_tokens: Some(5), hit_tokens: hits, ..Usage::default() };
            Exchange { usage, ..Exchange::default() }
        };
        let parents = [("sdk", "step"), ("step", "framework"), ("other", "framework")];
        let parents = parents.into_iter().map(|(id, parent)| (id.to_owned(), parent.to_owned())).collect();
        let calls = [("framework", call(100, None)), ("sdk", call(100, Some(60))), ("other", call(70, None))];
        let calls = calls.into_iter().map(|(id, call)| (Some(id.to_owned()), call)).collect();
        let mut context = LineContext::default();
        let kept: Vec<_> = once(calls, &parents, &mut context)
            .into_iter()
            .map(|call| (call.usage.prompt_tokens, call.usage.hit_tokens))
            .collect();
        assert_eq!(kept, [(Some(100), Some(60)), (Some(70), None)]);
        assert_eq!(context.remarks.len(), 1);
    }
}
