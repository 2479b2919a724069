//! Counts that contradict each other, resolved where their total tells which of them is meant.

use super::counters::Counters;
use crate::exchange::{Family, Resolution, Usage};

/// The usage as its total says it, where its counts contradict each other.
pub(super) fn resolved(usage: Usage, counters: &Counters) -> Usage {
    let usage = with_reasoning(usage, counters);
    let Some(prompt) = usage.prompt_tokens else { return usage };
    let output = usage.output_tokens.unwrap_or(0);
    let cached = usage.hit_tokens.unwrap_or(0) + usage.written.map_or(0, |written| written.total());
    let total = counters.total.get();
    let sums_up = |prompt: u64| total.map(|total| total == prompt + output);
    if cached > prompt {
        // The APIs that count hits as a part of the prompt never leave them out of it; who passes their counts on may.
        let is_told = !counters.has.own_hits || sums_up(prompt + cached) == Some(true);
        // A total of prompt and answer alone says that the prompt is the whole one, so that the hits cannot be.
        let is_left_out = is_told && !counters.has_unreadable && sums_up(prompt) != Some(true);
        if is_left_out {
            let (prompt_tokens, family) = (Some(prompt + cached), Some(Family::Exclusive));
            return Usage { prompt_tokens, family, resolved: Some(Resolution::LeftOut), ..usage };
        }
        // The text may tell that the prompt leaves them out all the same.
        let other_prompt = (!counters.has_unreadable).then_some(prompt + cached);
        return Usage { contradicts: true, other_prompt, ..usage };
    }
    // Some count what was written among the misses, and some beside them.
    let parts = counters.hit.get().zip(counters.miss.get()).map(|(hit, miss)| hit + miss);
    if let Some(parts) = parts.filter(|parts| *parts != prompt && !counters.sum_up_to_the_prompt()) {
        return match sums_up(parts) {
            Some(true) => Usage { prompt_tokens: Some(parts), resolved: Some(Resolution::ByTotal), ..usage },
            _ => Usage { contradicts: true, ..usage },
        };
    }
    let is_twice = cached > 0 && sums_up(prompt) == Some(false) && sums_up(prompt + cached) == Some(true);
    // An API's own details are part of its prompt; elsewhere the prompt most likely leaves them out, and the text may say otherwise.
    // Anthropic's names beside them say that a gateway converts its counts.
    match (is_twice, counters.has.own_hits && !counters.has.anthropic) {
        (true, true) => Usage { resolved: Some(Resolution::Twice), ..usage },
        (true, false) => Usage { prompt_tokens: Some(prompt + cached), other_prompt: Some(prompt), ..usage },
        (false, _) => usage,
    }
}

/// The usage of names whose prompt leaves out what was read and written, where its total is that of a prompt which holds them, as
/// gateways write that convert the meaning and not the names. A total that somebody summed without a thought of the cache says the
/// same, so that our count of the text may overrule it.
pub(super) fn perhaps_whole(usage: Usage, counters: &Counters) -> Usage {
    let (Some(fresh), Some(prompt)) = (counters.prompt.get(), usage.prompt_tokens) else { return usage };
    let cached = prompt - fresh;
    let is_whole = counters.total.get() == usage.output_tokens.map(|output| fresh + output);
    if !is_whole || cached == 0 || cached > fresh {
        return usage;
    }
    let (prompt_tokens, family) = (Some(fresh), Some(Family::Inclusive));
    Usage { prompt_tokens, family, other_prompt: Some(prompt), resolved: Some(Resolution::Whole), ..usage }
}

/// xAI and some gateways count the reasoning beside the answer: then the total has both.
fn with_reasoning(usage: Usage, counters: &Counters) -> Usage {
    let reasoning = usage.reasoning_tokens.filter(|reasoning| *reasoning > 0);
    let parts = usage.prompt_tokens.zip(usage.output_tokens).zip(reasoning).zip(counters.total.get());
    match parts {
        // Gemini's own answer has its thoughts added already; some servers have them within.
        Some((((prompt, output), reasoning), total)) if counters.candidates.get().is_some() => {
            let is_within = total + reasoning == prompt + output;
            if is_within { Usage { output_tokens: Some(output - reasoning), ..usage } } else { usage }
        }
        Some((((prompt, output), reasoning), total)) if total == prompt + output + reasoning => {
            Usage { output_tokens: Some(output + reasoning), resolved: Some(Resolution::Reasoning), ..usage }
        }
        _ => usage,
    }
}
