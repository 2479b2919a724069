//! Answers of APIs whose requests are as Chat Completions or legacy completions have them and whose answers are not: Ollama, llama.cpp's
//! own endpoint, Cohere, and Gemini's Interactions. They become answers of the usual shape, so that no count of theirs is passed over.
//!
//! Shapes as of November 2026: Ollama's `docs/api.md` (its cached count since its pull request 16138), llama.cpp's
//! `tools/server/README.md`, Google's reference of the Interactions API; Cohere's from memory of its reference of Chat v2.

use serde_json::{Map, Value, json};

use crate::exchange::HasFields;
use crate::log::body::usage::tokens;
use crate::log::json::{at, items};

/// An answer in the usual shape; `None` where it has it already.
pub(crate) fn usual(body: &Value) -> Option<Value> {
    if !body.is_object() || body.field("choices").is_some() {
        return None;
    }
    ollama(body).or_else(|| llama_cpp(body)).or_else(|| cohere(body)).or_else(|| interaction(body))
}

/// The same of the events of a stream: the last one that counts, with the texts of all.
pub(crate) fn assemble(events: &[Value]) -> Option<Value> {
    let mut last = events.iter().rev().find_map(|event| usual(end(event)))?;
    let whole: String = events.iter().filter_map(piece).collect();
    if events.len() > 1 && !whole.is_empty() {
        last["choices"] = json!([{"message": {"role": "assistant", "content": whole}}]);
    }
    Some(last)
}

/// The answer that an event of the end has: Cohere's in its `delta`, Gemini's under its name.
fn end(event: &Value) -> &Value {
    let named = if event["type"] == "message-end" { event.field("delta") } else { event.field("interaction") };
    named.unwrap_or(event)
}

/// The text that an event adds to the answer.
fn piece(event: &Value) -> Option<&str> {
    const PLACES: [&str; 5] =
        ["/message/content", "/response", "/content", "/delta/message/content/text", "/delta/text"];
    PLACES.iter().find_map(|place| at(event, place)?.as_str())
}

/// An answer of that message, with counts under the names of Chat Completions; those that are not there are left out.
fn answer(body: &Value, message: Option<Value>, counts: [(&str, Option<u64>); 4]) -> Value {
    let counts: Map<String, Value> =
        counts.into_iter().filter_map(|(name, count)| Some((name.to_owned(), count?.into()))).collect();
    let choices: Vec<Value> = message.map(|message| json!({"message": message})).into_iter().collect();
    json!({"id": body.field("id"), "model": body.field("model"), "created": body.field("created_at").or(body.field("created")),
        "choices": choices, "usage": counts})
}

fn said(text: &Value) -> Option<Value> {
    text.as_str().map(|text| json!({"role": "assistant", "content": text}))
}

fn count(body: &Value, pointer: &str) -> Option<u64> {
    tokens(at(body, pointer)?)
}

fn ollama(body: &Value) -> Option<Value> {
    let (prompt, output) = (count(body, "/prompt_eval_count"), count(body, "/eval_count"));
    prompt.or(output)?;
    let message = body.field("message").filter(|message| message.is_object()).cloned();
    let counts = [
        ("prompt_tokens", prompt),
        ("cached_tokens", count(body, "/prompt_eval_cached_count")),
        ("completion_tokens", output),
        ("reasoning_tokens", None),
    ];
    Some(answer(body, message.or_else(|| said(&body["response"])), counts))
}

/// Tokens of the prompt that were not computed came from the cache, whether the server's version counts them or not.
fn llama_cpp(body: &Value) -> Option<Value> {
    let (prompt, output) = (count(body, "/tokens_evaluated")?, count(body, "/tokens_predicted"));
    let rest = || prompt.checked_sub(count(body, "/timings/prompt_n")?);
    let counts = [
        ("prompt_tokens", Some(prompt)),
        ("cached_tokens", count(body, "/timings/cache_n").or_else(rest)),
        ("completion_tokens", output),
        ("reasoning_tokens", None),
    ];
    Some(answer(body, said(&body["content"]), counts))
}

/// Cohere's counts are those of the model; what it bills leaves out its own additions.
fn cohere(body: &Value) -> Option<Value> {
    // The first version has them in `meta`, beside the text.
    let told =
        ["/usage", "/meta"].iter().find_map(|place| at(body, place).filter(|told| told.field("tokens").is_some()))?;
    let prompt = count(told, "/tokens/input_tokens")?;
    let counts = [
        ("prompt_tokens", Some(prompt)),
        ("cached_tokens", count(told, "/cached_tokens")),
        ("completion_tokens", count(told, "/tokens/output_tokens")),
        ("reasoning_tokens", None),
    ];
    Some(answer(body, body.field("message").cloned().or_else(|| said(&body["text"])), counts))
}

/// Gemini counts the results of tools beside the input, and thoughts beside the output; the total is the sum of all four.
fn interaction(body: &Value) -> Option<Value> {
    let usage = body.field("usage")?;
    let input = count(usage, "/total_input_tokens")?;
    let thoughts = count(usage, "/total_thought_tokens");
    let texts = items(body.field("outputs")).filter_map(|output| output["text"].as_str());
    let steps = items(body.field("steps")).flat_map(|step| items(step.field("content")));
    let text: String = texts.chain(steps.filter_map(|part| part["text"].as_str())).collect();
    let counts = [
        ("prompt_tokens", Some(input + count(usage, "/total_tool_use_tokens").unwrap_or(0))),
        ("cached_tokens", count(usage, "/total_cached_tokens")),
        ("completion_tokens", count(usage, "/total_output_tokens").map(|output| output + thoughts.unwrap_or(0))),
        ("reasoning_tokens", thoughts),
    ];
    Some(answer(body, Some(json!({"role": "assistant", "content": text})), counts))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::Usage;

    #[test]
    fn answers_of_other_shapes_keep_every_count() {
        let timings = |cached: Option<u64>| json!({"cache_n": cached, "prompt_n": 20, "predicted_n": 50});
        let llama = |cached| json!({"content": "Blue.", "tokens_evaluated": 100, "tokens_predicted": 50, "timings": timings(cached)});
        let ollama = json!({"message": {"role": "assistant", "content": "Blue."}, "done": true, "prompt_eval_count": 100,
            "prompt_eval_cached_count": 80, "eval_count": 50});
        let cohere = json!({"message": {"role": "assistant", "content": [{"type": "text", "text": "Blue."}]},
            "usage": {"billed_units": {"input_tokens": 90}, "tokens": {"input_tokens": 100, "output_tokens": 50}, "cached_tokens": 80}});
        let interaction = json!({"object": "interaction", "outputs": [{"type": "text", "text": "Blue."}], "usage": {"total_input_tokens": 70,
            "total_tool_use_tokens": 30, "total_cached_tokens": 80, "total_output_tokens": 40, "total_thought_tokens": 10, "total_tokens": 150}});
        let first = json!({"text": "Blue.", "meta": {"tokens": {"input_tokens": 100, "output_tokens": 50}, "cached_tokens": 80}});
        for body in [llama(Some(80)), llama(None), ollama.clone(), first, cohere.clone(), interaction.clone()] {
            let usage = Usage::of_response(&usual(&body).unwrap()).unwrap();
            let counts = [usage.prompt_tokens, usage.hit_tokens, usage.output_tokens];
            assert_eq!(counts, [Some(100), Some(80), Some(50)], "{body}");
        }
        let streams = [
            vec![json!({"message": {"content": "Bl"}, "done": false}), json!({"message": {"content": "ue."}}), ollama],
            vec![
                json!({"type": "content-delta", "delta": {"message": {"content": {"text": "Blue."}}}}),
                json!({"type": "message-end", "delta": cohere}),
            ],
            vec![json!({"event_type": "interaction.completed", "interaction": interaction})],
        ];
        for events in streams {
            let usage = Usage::of_response(&assemble(&events).unwrap()).unwrap();
            assert_eq!((usage.prompt_tokens, usage.hit_tokens), (Some(100), Some(80)), "{events:?}");
        }
        assert!(usual(&json!({"choices": [], "usage": {"prompt_tokens": 1}})).is_none());
    }
}
