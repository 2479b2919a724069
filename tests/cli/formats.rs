//! Every log format on a fixture of its own: what is found in it, and that `parse` keeps all that `simulate` needs.

use std::fs;

use serde_json::{Value, json};

use crate::program::{ROOT, run, run_with};

const FOLDER: &str = "fixtures/logs/formats";

/// The second of a fixture's two calls: scope, time, model, host, tools, prompt, hits, written, output, answer. `?` stands for what
/// the format does not hold. A fixture that is not listed shows [`COMMON`], as far as its text has it.
const FOUND: &[(&str, &str)] = &[
    (
        "anthropic-messages.jsonl",
        "key:e24b58946eba/user:ann 08:01:00 claude-sonnet-5 api.anthropic.com 1 270 220 0 15 Then",
    ),
    ("atif.json", "? 08:01:00 deepseek-chat ? 0 270 192 ? 15 Then"),
    ("cassette.yaml", "key:e24b58946eba 08:01:00 deepseek-chat api.deepseek.com 1 270 192 ? 15 Then"),
    ("cline.json", "? 08:01:00 claude-sonnet-5 ? 0 270 220 0 15 ?"),
    ("claude-stream-json.jsonl", "? ? claude-sonnet-5 api.anthropic.com 0 270 220 0 15 ?"),
    ("gemini-cli.json", "? 08:01:00 gemini-2.5-flash ? 0 270 192 ? 15 Then"),
    ("opencode.json", "? 08:01:00 claude-sonnet-5 ? 0 270 220 0 15 Then"),
    ("pi.jsonl", "? 08:01:00 claude-sonnet-5 ? 0 270 220 0 15 Then"),
    ("batch.jsonl", "? 08:00:00 deepseek-chat ? 1 240 0 ? 15 One"),
    (
        "bedrock-converse.jsonl",
        "region:eu-central-1/key:e24b58946eba/user:ann 08:01:00 anthropic.claude-sonnet-5 bedrock-runtime.eu-central-1.amazonaws.com 1 270 220 0 15 Then",
    ),
    (
        "bedrock-invoke.jsonl",
        "region:eu-central-1/key:e24b58946eba/user:ann 08:01:00 anthropic.claude-sonnet-5 bedrock-runtime.eu-central-1.amazonaws.com 1 270 220 0 15 Then",
    ),
    (
        "bedrock-log.jsonl",
        "account:123456789012 08:01:00 eu.anthropic.claude-sonnet-5 bedrock-runtime.eu-central-1.amazonaws.com 1 270 220 0 15 Then",
    ),
    ("sglang.log", "? 08:01:00 ? ? 0 270 192 ? 15 Then"),
    ("usage-only.log", "? 08:01:00 ? ? 0 270 192 ? 15 Then"),
    ("block-trace.jsonl", "? 1970-01-01T00:00:01.5 ? ? 0 ? ? ? ? ?"),
    ("claude-code.jsonl", "? 08:01:00 claude-sonnet-5 api.anthropic.com 0 270 220 0 15 Then"),
    ("counts.jsonl", "? 08:01:00 deepseek-chat ? 0 270 192 ? 15 ?"),
    ("codex.jsonl", "? 08:01:00 gpt-5-codex ? 0 270 192 ? 15 Then"),
    (
        "gemini.jsonl",
        "key:e24b58946eba/user:ann 08:01:00 gemini-2.5-flash generativelanguage.googleapis.com 1 270 192 ? 15 Then",
    ),
    ("har.har", "key:e24b58946eba 08:01:00 deepseek-chat api.deepseek.com 1 270 192 ? 15 Then"),
    ("helicone.jsonl", "user:ann 08:01:00 deepseek-chat api.deepseek.com 1 270 192 ? 15 Then"),
    ("kv-cache-tester.json", "session:trace-1 1970-01-01T00:00:01.5 claude-sonnet-5 ? 0 ? ? ? ? ?"),
    ("langfuse.json", "user:ann 08:01:00 deepseek-chat ? 1 270 192 ? 15 Then"),
    ("langsmith.jsonl", "user:ann 08:01:00 deepseek-chat ? 1 270 192 ? 15 Then"),
    ("litellm.jsonl", "key:cf8346fd999c/user:ann 08:01:00 deepseek-chat api.deepseek.com 1 270 192 ? 15 Then"),
    ("mini-swe-agent.traj.json", "? 08:01:00 deepseek/deepseek-chat ? 0 270 192 ? 15 Then"),
    (
        "openai-completions.jsonl",
        "key:e24b58946eba/user:ann 08:01:00 deepseek-chat api.deepseek.com 0 270 192 ? 15 Then",
    ),
    (
        "openai-responses.jsonl",
        "account:harbour/key:e24b58946eba/user:ann 08:01:00 DeepSeek-V4-Pro harbour.services.ai.azure.com 1 270 0 ? 15 Then",
    ),
    ("openrouter.jsonl", "key:e24b58946eba/user:ann 08:01:00 deepseek/deepseek-chat openrouter.ai 1 270 192 ? 15 Then"),
    ("openrouter-generation.jsonl", "user:ann 08:01:00 deepseek/deepseek-chat openrouter.ai 0 270 192 ? 15 ?"),
    ("otlp-logs.json", "? 08:01:00 deepseek-chat api.deepseek.com 1 270 192 ? 15 Then"),
    ("otlp.json", "? 08:01:00 deepseek-chat api.deepseek.com 1 270 192 ? 15 Then"),
    ("phoenix.jsonl", "user:ann 08:01:00 deepseek-chat ? 1 270 192 ? 15 Then"),
    ("swe-agent.traj", "? ? deepseek/deepseek-chat ? 0 ? ? ? ? Then"),
    ("vllm.log", "? ? ? ? 0 ? ? ? ? ?"),
    ("aider.jsonl", "? 08:01:00 deepseek/deepseek-chat ? 0 270 ? ? 15 ?"),
    ("amp.json", "? 08:01:00 claude-sonnet-5 ? 0 270 220 0 15 Then"),
    ("cloudflare.jsonl", "? 08:01:00 deepseek-chat ? 0 270 ? ? 15 ?"),
    ("codex-exec.jsonl", "? ? ? ? 0 270 192 ? 15 ?"),
    ("copilot.jsonl", "? 08:01:00 claude-sonnet-5 ? 0 270 220 0 15 ?"),
    ("dashscope.jsonl", "key:e24b58946eba/user:ann 08:01:00 qwen3-max dashscope-intl.aliyuncs.com 1 270 192 ? 15 Then"),
    ("gemini-headless.json", "? ? gemini-2.5-flash ? 0 270 192 ? 15 ?"),
    (
        "gemini-interactions.jsonl",
        "key:e24b58946eba/user:ann 08:01:00 gemini-2.5-flash generativelanguage.googleapis.com 0 270 192 ? 15 Then",
    ),
    ("goose.jsonl", "? 08:01:00 deepseek-chat ? 1 270 192 ? 15 ?"),
    ("inspect-ai.json", "? 08:01:00 anthropic/claude-sonnet-5 ? 0 270 220 0 15 ?"),
    ("jaeger.json", "? 08:01:00 deepseek-chat ? 0 270 192 ? 15 ?"),
    ("kimi.jsonl", "? 08:01:00 kimi-k2.5 ? 0 270 192 0 15 ?"),
    ("mastra.jsonl", "? 08:01:00 claude-sonnet-5 ? 0 270 220 0 15 ?"),
    ("new-api.jsonl", "user:ann 08:01:00 deepseek-chat ? 0 270 192 ? 15 ?"),
    ("promptfoo.json", "? ? deepseek-chat ? 0 270 ? ? 15 ?"),
    ("qwen-code.jsonl", "? 08:01:00 qwen3-max ? 0 270 192 ? 15 Then"),
    (
        "vertex-log.jsonl",
        "region:europe-west1 08:01:00 gemini-2.5-flash europe-west1-aiplatform.googleapis.com 0 270 192 ? 15 Then",
    ),
    ("weave.jsonl", "? 08:01:00 claude-sonnet-5 ? 0 270 220 0 15 Then"),
];

/// The parts of a scope as most fixtures have it, each with the texts of which one is in a fixture that holds it.
const SCOPE: &[(&str, &[&str])] =
    &[("key:e24b58946eba", &["sk-not-a-key-of-anyone", "key:e24b58946eba"]), ("user:ann", &["\"ann\"", "user:ann"])];

/// The rest of the second call as most fixtures have it: the words that are shown, each with the texts of which one is in a fixture that holds it.
const COMMON: &[(&str, &[&str])] = &[
    ("08:01:00", &["08:01:00", "1775548860"]),
    ("deepseek-chat", &["deepseek-chat"]),
    ("api.deepseek.com", &["api.deepseek.com"]),
    ("1", &["find_item"]),
    ("270", &["270"]),
    ("192", &["192"]),
    ("?", &[]),
    ("15", &["15,", "15}"]),
    ("Then", &["\"Then"]),
];

/// The second call as it must be shown: listed, else what the fixture's text has of the common one.
fn expected(fixture: &str) -> String {
    if let Some((_, listed)) = FOUND.iter().find(|(name, _)| *name == fixture) {
        return (*listed).to_owned();
    }
    let text = fs::read_to_string(format!("{ROOT}/{FOLDER}/{fixture}")).unwrap();
    let held = |texts: &[&str]| texts.iter().any(|part| text.contains(part));
    let scope: Vec<&str> = SCOPE.iter().filter(|(_, texts)| held(texts)).map(|(part, _)| *part).collect();
    let scope = if scope.is_empty() { "?".to_owned() } else { scope.join("/") };
    let words = COMMON.iter().map(|(word, texts)| match *word {
        _ if held(texts) => *word,
        "1" => "0",
        _ => "?",
    });
    format!("{scope} {}", words.collect::<Vec<_>>().join(" "))
}

/// The formats that `cachecheck parse --list-formats` names.
fn formats() -> Vec<String> {
    let list = run(&["parse", "--list-formats"]).good();
    list.lines().map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
}

/// The fixtures, by file name.
fn fixtures() -> Vec<String> {
    let entries = fs::read_dir(format!("{ROOT}/{FOLDER}")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name != "make.py").collect();
    names.sort();
    names
}

fn parse(fixture: &str) -> Vec<Value> {
    let lines = run(&["parse", &format!("{FOLDER}/{fixture}")]).good();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// An exchange in the words of [`FOUND`].
fn shown(exchange: &Value) -> String {
    let words = |pointer: &str| match exchange.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => "?".into(),
    };
    let tools = exchange.pointer("/request/tools").and_then(Value::as_array).map_or(0, Vec::len);
    let time = words("/time").trim_start_matches("2026-04-07T").trim_end_matches('Z').to_owned();
    let written = match exchange.pointer("/usage/written_tokens").and_then(Value::as_object) {
        Some(written) => written.values().filter_map(Value::as_u64).sum::<u64>().to_string(),
        None => "?".into(),
    };
    let answer = words("/response/message/content");
    let scope = match exchange.get("scope") {
        Some(Value::Object(parts)) => parts.values().filter_map(Value::as_str).collect::<Vec<_>>().join("/"),
        _ => words("/scope"),
    };
    [
        scope,
        time,
        words("/request/model"),
        words("/host"),
        tools.to_string(),
        words("/usage/prompt_tokens"),
        words("/usage/hit_tokens"),
        written,
        words("/usage/output_tokens"),
        answer.split_whitespace().next().unwrap_or_default().to_owned(),
    ]
    .join(" ")
}

#[test]
fn every_format_has_a_fixture_and_every_fixture_is_of_the_format_it_is_named_after() {
    let fixtures = fixtures();
    for format in formats() {
        let own = fixtures.iter().find(|name| name.split('.').next() == Some(&format));
        assert!(own.is_some(), "give `{format}` a fixture {FOLDER}/{format}.jsonl");
    }
    let listed = FOUND.iter().find(|(name, _)| !fixtures.iter().any(|fixture| fixture == name));
    assert_eq!(listed, None, "no fixture");
    for name in fixtures {
        let named = name
            .replace("openrouter.", "openai-chat.")
            .split('.')
            .next()
            .unwrap()
            .replace("cachecheck", "openai-chat")
            .replace("bedrock-invoke", "anthropic-messages");
        for exchange in parse(&name) {
            // Parsed lines keep the name of the format that they came from.
            assert_eq!(exchange["format"], json!(named), "{name}");
        }
    }
}

#[test]
fn scope_time_model_host_tools_usage_and_answer_are_found() {
    let mut wrong = Vec::new();
    for fixture in fixtures() {
        let (found, expected) = (shown(&parse(&fixture)[1]), expected(&fixture));
        if found != expected {
            wrong.push(format!("    (\"{fixture}\", \"{found}\"),"));
        }
    }
    assert!(wrong.is_empty(), "found instead:\n{}", wrong.join("\n"));
}

#[test]
fn an_agents_session_becomes_requests_that_hold_all_before_them() {
    let roles = |fixture: &str| -> Vec<String> {
        let second = &parse(fixture)[1];
        let messages = second.pointer("/request/messages").and_then(Value::as_array).unwrap();
        messages.iter().map(|message| message["role"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(roles("claude-code.jsonl"), ["user", "assistant", "tool", "user"]);
    assert_eq!(roles("codex.jsonl"), ["system", "user", "assistant", "user"]);
    for trajectory in ["mini-swe-agent.traj.json", "swe-agent.traj"] {
        assert_eq!(roles(trajectory), ["system", "user", "assistant", "user"], "{trajectory}");
    }
    let claude = &parse("claude-code.jsonl")[1];
    let calls = |message: &str| claude.pointer(&format!("{message}/tool_calls/0/function/name")).cloned();
    assert_eq!(
        (calls("/request/messages/1"), calls("/response/message")),
        (Some(json!("find_item")), Some(json!("find_item")))
    );
}

#[test]
fn all_conversations_in_messages_are_laid_out_as_the_same_prompt() {
    let simulated = |fixture: &str| -> Vec<Value> {
        let run = run(&["simulate", &format!("{FOLDER}/{fixture}"), "--profile", "deepseek-v3.2", "--format", "jsonl"])
            .good();
        run.lines().take(2).map(|line| serde_json::from_str::<Value>(line).unwrap()["prompt_tokens"].clone()).collect()
    };
    let expected = simulated("openai-chat.jsonl");
    let same = [
        "anthropic-messages.jsonl",
        "bedrock-converse.jsonl",
        "cassette.yaml",
        "gemini.jsonl",
        "har.har",
        "helicone.jsonl",
        "langfuse.json",
        "langsmith.jsonl",
        "litellm.jsonl",
        "openai-responses.jsonl",
        "openrouter.jsonl",
        "otlp-logs.json",
        "otlp.json",
        "phoenix.jsonl",
    ];
    for fixture in same {
        assert_eq!(simulated(fixture), expected, "{fixture}");
    }
}

#[test]
fn what_parse_writes_simulates_as_the_log_itself() {
    let mut logs: Vec<String> = fixtures().iter().map(|name| format!("{FOLDER}/{name}")).collect();
    logs.extend(
        ["support-and-agent", "completions", "trace", "streamed", "azure-foundry", "openai"]
            .map(|name| format!("fixtures/logs/{name}.jsonl")),
    );
    for log in logs {
        let parsed = run(&["parse", &log]).good();
        let twice = run_with(&["parse", "-"], parsed.clone().into_bytes()).good();
        assert_eq!(twice, parsed, "{log}");
        assert_eq!(
            numbers(&run_with(&["simulate", "-", "--format", "jsonl"], parsed.into_bytes()).good()),
            numbers(&run(&["simulate", &log, "--format", "jsonl"]).good()),
            "{log}"
        );
    }
}

/// The lines without the places in them.
fn numbers(lines: &str) -> Vec<Value> {
    let line = |line: &str| {
        let mut value: Value = serde_json::from_str(line).unwrap();
        for place in ["source", "line", "parent_source", "parent_line"] {
            value.as_object_mut().unwrap().remove(place);
        }
        value
    };
    lines.lines().map(line).collect()
}

#[test]
fn no_key_leaves_parse_in_clear() {
    for fixture in fixtures() {
        let lines = run(&["parse", &format!("{FOLDER}/{fixture}")]).good();
        assert!(!lines.contains("sk-not-a-key"), "{fixture}");
    }
}

#[test]
fn a_log_says_where_each_exchange_stood_however_often_it_is_parsed() {
    let log = format!("{FOLDER}/openai-chat.jsonl");
    let once = run(&["parse", &log]).good();
    let twice = run_with(&["parse", "-"], once.clone().into_bytes()).good();
    let origin = |lines: &str| serde_json::from_str::<Value>(lines.lines().nth(1).unwrap()).unwrap()["origin"].clone();
    assert_eq!(origin(&once), json!(format!("{log}:2")));
    assert_eq!(origin(&twice), origin(&once));
}

#[test]
fn a_format_may_be_named_and_an_unknown_one_is_refused() {
    let log = format!("{FOLDER}/har.har");
    assert_eq!(run(&["parse", &log, "--log-format", "har"]).good(), run(&["parse", &log]).good());
    let run = run(&["parse", &log, "--log-format", "papyrus"]);
    assert!(run.code == Some(2) && run.stderr.contains("--list-formats"), "{run:?}");
}

#[test]
fn a_batch_in_two_files_is_joined_in_either_order() {
    let folder = tempfile::tempdir().unwrap();
    let lines = fs::read_to_string(format!("{ROOT}/{FOLDER}/batch.jsonl")).unwrap();
    let (asked, told): (Vec<&str>, Vec<&str>) =
        lines.lines().partition(|line| line.contains("\"body\":{\"model\"") || line.contains("params"));
    let write = |name: &str, lines: &[&str]| {
        let path = folder.path().join(name);
        fs::write(&path, lines.join("\n")).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (asked, told) = (write("asked.jsonl", &asked), write("told.jsonl", &told));
    for order in [[&asked, &told], [&told, &asked]] {
        let joined = run(&["parse", order[0], order[1]]).good();
        let answered = joined.lines().filter(|line| line.contains("\"usage\"")).count();
        assert_eq!((joined.lines().count(), answered), (3, 3));
    }
    let failed = r#"{"custom_id": "q0", "response": null, "error": {"code": "batch_expired"}}"#;
    let lines = fs::read_to_string(&asked).unwrap();
    for order in [format!("{lines}\n{failed}"), format!("{failed}\n{lines}")] {
        let run = run_with(&["parse", "-"], order.into_bytes());
        assert_eq!(run.stdout.lines().count(), 2, "a request that failed was neither billed nor cached: {run:?}");
        assert!(run.stderr.contains("the request failed"), "{run:?}");
    }
    let lonely = run(&["parse", &told]);
    assert!(lonely.stderr.contains("an answer of a batch without its request"), "{lonely:?}");
}

#[test]
fn redacted_prompts_are_refused_and_calls_that_never_left_the_proxy_passed_over() {
    let line = |content: &str, hit: bool| {
        json!({"call_type": "acompletion", "startTime": 1_775_548_800, "metadata": {}, "model": "m", "cache_hit": hit,
            "messages": [{"role": "user", "content": content}]})
    };
    let redacted = run_with(&["parse", "-"], line("redacted-by-litellm", false).to_string().into_bytes()).refusal();
    assert!(redacted.contains("redacted"), "{redacted}");
    let both = format!("{}\n{}\n", line("a", true), line("a", false));
    assert_eq!(run_with(&["parse", "-"], both.into_bytes()).good().lines().count(), 1);
}

#[test]
fn what_cannot_be_read_beside_what_can_is_named() {
    let mut har: Value =
        serde_json::from_str(&fs::read_to_string(format!("{ROOT}/{FOLDER}/har.har")).unwrap()).unwrap();
    let entries = har["log"]["entries"].as_array_mut().unwrap();
    let mut binary = entries[1].clone();
    binary["request"]["postData"] = json!({"text": "/////w==", "encoding": "base64"});
    let mut bodiless = entries[1].clone();
    bodiless["request"].as_object_mut().unwrap().remove("postData");
    entries.extend([binary, bodiless]);
    let run_har = run_with(&["parse", "-"], har.to_string().into_bytes());
    assert_eq!(run_har.stdout.lines().count(), 2);
    assert!(run_har.stderr.contains("entry 4: the request's body is not text"), "{}", run_har.stderr);
    assert!(run_har.stderr.contains("entry 5: the request's body is not in the file"), "{}", run_har.stderr);
    let mut otlp: Value =
        serde_json::from_str(&fs::read_to_string(format!("{ROOT}/{FOLDER}/otlp.json")).unwrap()).unwrap();
    let spans = otlp.pointer_mut("/resourceSpans/0/scopeSpans/0/spans").and_then(Value::as_array_mut).unwrap();
    let mut silent = spans[0].clone();
    silent["spanId"] = "silent".into();
    silent["attributes"].as_array_mut().unwrap().retain(|pair| {
        !pair["key"].as_str().unwrap().contains("messages") && !pair["key"].as_str().unwrap().contains("instructions")
    });
    spans.push(silent);
    let mut torn = spans[0].clone();
    torn["spanId"] = "torn".into();
    let messages = r#"[{"role": "user", "parts": [{"type": "tool_call"}]}]"#;
    torn["attributes"][5]["value"] = json!({"stringValue": messages});
    spans.push(torn);
    let run_otlp = run_with(&["parse", "-"], otlp.to_string().into_bytes());
    assert_eq!(run_otlp.stdout.lines().count(), 4);
    assert!(
        run_otlp.stderr.contains("the prompt is not known: span torn: messages[1]: a tool call without a name"),
        "{}",
        run_otlp.stderr
    );
}

#[test]
fn marks_of_where_to_cache_are_kept() {
    let marks = |fixture: &str| -> Vec<Value> {
        let first = &parse(fixture)[0];
        let mut all = vec![first["request"]["cache_marks"].clone()];
        all.extend(
            first["request"]["messages"].as_array().unwrap().iter().map(|message| message["cache_marks"].clone()),
        );
        all
    };
    assert_eq!(marks("bedrock-invoke.jsonl"), [json!(null), json!([{"part": 0, "ttl": "1h"}]), json!(null)]);
    assert_eq!(marks("bedrock-converse.jsonl"), [json!(null), json!([{"part": 0}]), json!(null)]);
    let line = json!({"model": "m", "cache_control": {"type": "ephemeral"}, "tools": [
        {"name": "a", "input_schema": {}}, {"name": "b", "input_schema": {}, "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
        "messages": [{"role": "assistant", "content": [{"type": "text", "text": "x"},
            {"type": "tool_use", "id": "t", "name": "a", "input": {}, "cache_control": {"type": "ephemeral"}}]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": "y", "cache_control": {"type": "ephemeral"}}]}]});
    let parsed = run_with(&["parse", "-"], line.to_string().into_bytes()).good();
    assert_eq!(run_with(&["parse", "-"], parsed.clone().into_bytes()).good(), parsed);
    let parsed: Value = serde_json::from_str(&parsed).unwrap();
    assert_eq!(parsed["request"]["cache_marks"], json!([{"tool": 1, "ttl": "1h"}, {"request": true}]));
    let of_messages: Vec<&Value> =
        parsed["request"]["messages"].as_array().unwrap().iter().map(|message| &message["cache_marks"]).collect();
    assert_eq!(of_messages, [&json!([{"call": 0}]), &json!([{"part": 0}])]);
}

#[test]
fn what_was_detected_is_said_by_log_and_format() {
    let (one, other) = (format!("{FOLDER}/har.har"), format!("{FOLDER}/usage-only.log"));
    let told = run(&["parse", "-v", &one, &other]).stderr;
    assert!(told.contains(&format!("{one}: 2 exchanges recognised as har")), "{told}");
    assert!(told.contains(&format!("{other}: 2 exchanges recognised as usage-only")), "{told}");
}

#[test]
fn a_table_of_spans_is_read_with_dots_in_its_names() {
    let row = json!({"span_kind": "LLM", "start_time": "2026-04-07T08:00:00Z", "attributes.llm.model_name": "m",
        "attributes.llm.input_messages": [{"message.role": "user", "message.content": "Hello"}],
        "attributes.llm.output_messages": [{"message.role": "assistant", "message.content": "Hi"}]});
    let parsed: Value = serde_json::from_str(&run_with(&["parse", "-"], row.to_string().into_bytes()).good()).unwrap();
    assert_eq!(parsed["request"]["messages"], json!([{"role": "user", "content": "Hello"}]));
    assert_eq!(parsed["response"]["message"]["content"], "Hi");
}

/// Parses a span by the GenAI conventions with these attributes and events.
fn of_span(attributes: &[(&str, Value)], events: &Value) -> Vec<Value> {
    let pair = |(key, value): &(&str, Value)| {
        let kind = if value.is_number() { "int_value" } else { "string_value" };
        let value = if value.is_number() { value.to_string() } else { value.as_str().unwrap().to_owned() };
        json!({"key": key, "value": {"array_value": null, kind: value}})
    };
    let attributes: Vec<Value> = attributes.iter().map(pair).collect();
    // As Phoenix's REST API gives spans: one by itself, names as in the protocol buffers, in a page.
    let span = json!({"span_id": "a", "start_time_unix_nano": "1775548800000000000", "attributes": attributes, "events": events});
    let run = run_with(&["parse", "-"], json!({"data": [span], "next_cursor": null}).to_string().into_bytes());
    run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_span_without_texts_has_its_counts_and_those_around_calls_repeat_them() {
    let counts = [
        ("gen_ai.request.model", json!("m")),
        ("gen_ai.usage.input_tokens", json!(270)),
        ("gen_ai.usage.cache_read.input_tokens", json!(192)),
        ("gen_ai.usage.output_tokens", json!(15)),
    ];
    let found = of_span(&counts, &json!([]));
    assert_eq!((&found[0]["request"], &found[0]["time"]), (&json!({"model": "m"}), &json!("2026-04-07T08:00:00Z")));
    let usage = json!({"prompt_tokens": 270, "hit_tokens": 192, "output_tokens": 15, "family": "inclusive"});
    assert_eq!(found[0]["usage"], usage);
    for operation in ["invoke_agent", "execute_tool", "embeddings"] {
        let mut around = counts.to_vec();
        around.push(("gen_ai.operation.name", json!(operation)));
        assert!(of_span(&around, &json!([])).is_empty(), "{operation}");
    }
    let sentry = [("gen_ai.usage.input_tokens", json!(270)), ("gen_ai.usage.input_tokens.cached", json!(192))];
    assert_eq!(of_span(&sentry, &json!([]))[0]["usage"]["hit_tokens"], 192);
}

#[test]
fn texts_may_be_in_a_spans_events_and_tools_are_flat() {
    let messages = r#"[{"role": "user", "parts": [{"type": "text", "content": "hi"}]}]"#;
    let details = json!([{"name": "gen_ai.client.inference.operation.details",
        "attributes": [{"key": "gen_ai.input.messages", "value": {"string_value": messages}}]}]);
    let tools = r#"[{"type": "function", "name": "f", "parameters": {}}]"#;
    let found = of_span(&[("gen_ai.tool.definitions", json!(tools))], &details);
    assert_eq!(found[0]["request"]["messages"], json!([{"role": "user", "content": "hi"}]));
    assert_eq!(
        found[0]["request"]["tools"],
        json!([{"type": "function", "function": {"name": "f", "parameters": {}}}])
    );
    let said = json!([{"name": "gen_ai.user.message", "attributes": {"gen_ai.event.content": r#"{"content": "hi"}"#}},
        {"name": "gen_ai.choice", "attributes": {"gen_ai.event.content": r#"{"message": {"content": "ho"}}"#}}]);
    let found = of_span(&[("gen_ai.request.model", json!("m"))], &said);
    assert_eq!(found[0]["request"]["messages"], json!([{"role": "user", "content": "hi"}]));
    assert_eq!(found[0]["response"]["message"]["content"], "ho");
}
