//! Absent counts: what it means of each API that the count of hits is not there.
//!
//! | shape | absent means | source |
//! |---|---|---|
//! | Gemini `usageMetadata` | zero: fields of value 0 are left out of the JSON | proto3's mapping to JSON; recorded requests (LiteLLM 16341, 19775) |
//! | Anthropic, `null` or one of the two cache counts missing | zero: nothing was read, or nothing written | Anthropic SDK types 2.11, which document null so |
//! | Bedrock Converse | zero, unless its total says that something else was counted | API reference of `TokenUsage`: the cache counts are optional, and given where a cache was used |
//! | agents' own objects (pi, opencode) | zero: they write what their SDK left out as 0 | their sources, 2026-11 |
//! | OpenAI Chat Completions and Responses | unknown: the API always counts since 2024-10, so a logger has left it out | OpenAI SDK types 3.52 |
//! | DeepSeek | unknown: the API always counts | DeepSeek's API reference |
//! | vLLM, SGLang | unknown: counted only where a server was started so | `--enable-prompt-tokens-details`, `--enable-cache-report` |
//! | Azure AI Foundry, other than OpenAI's | not supported there: the profile of the host says it has no cache | `profile/` |
//! | tracers and gateways | unknown: they pass on what they were given | OpenTelemetry's conventions for GenAI |

use super::counters::Counters;

/// The hits of a usage object that has no count of them: zero where its API leaves zero out, else not known.
pub(super) fn hits(counters: &Counters) -> Option<u64> {
    let has = counters.has;
    let counted = counters.prompt.get()?;
    let output = counters.output.get().unwrap_or(0);
    // Tokens of the total beyond input and output were read or written.
    let has_more = counters.total.get().is_some_and(|total| total > counted + output);
    let is_left_out_at_zero =
        has.gemini || has.anthropic && !has.chat || has.agent || has.camel && !has.ai_sdk && !has_more;
    (is_left_out_at_zero && !counters.has_unreadable && counters.unknown.is_empty()).then_some(0)
}
