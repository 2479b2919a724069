//! Bills after public reports of wrong ones: what a tool wrote, in small, and what it costs by hand.
//!
//! Each case is a kind of report: a counter under another name, a prompt that holds the cache or leaves it out, a copy that is counted
//! again, a price of another seller, tier or time.

use serde_json::{Value, json};

use crate::program::run_with;

/// The summary of `cost` over a log.
fn cost(log: &[u8], more: &[&str]) -> Value {
    let run = run_with(&[&["cost", "-", "--format", "json"], more].concat(), log.to_vec());
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    report["summary"].clone()
}

/// Checks prompt, hits and dollars of a log.
fn bills(case: &str, log: &str, expected: (u64, Option<u64>, Option<&str>)) {
    let summary = cost(log.as_bytes(), &[]);
    let cost = summary["cost_billed"]
        .as_str()
        .map(str::to_owned)
        .or_else(|| Some(summary["cost_billed"].as_number()?.to_string()));
    let cost = cost.map(|cost| cost.trim_end_matches('0').to_owned());
    let found =
        (summary["prompt_tokens_billed"].as_u64().unwrap(), summary["hit_tokens_billed"].as_u64(), cost.as_deref());
    assert_eq!(found, expected, "{case}");
}

/// A call of Chat Completions, at a host.
fn chat(model: &str, url: &str, time: &str, usage: &Value) -> String {
    let request = json!({"model": model, "messages": [{"role": "user", "content": "Which hull?"}]});
    let response = json!({"id": "c", "model": model, "choices": [{"message": {"role": "assistant", "content": "Blue."}}], "usage": usage});
    json!({"timestamp": time, "url": url, "request": request, "response": response}).to_string()
}

/// Counts of a call, without its texts.
fn counted(model: &str, time: &str, usage: &Value) -> String {
    json!({"timestamp": time, "model": model, "usage": usage}).to_string()
}

/// A span with these attributes.
fn span(attributes: &[(&str, Value)]) -> String {
    let value =
        |value: &Value| if value.is_string() { json!({"stringValue": value}) } else { json!({"intValue": value}) };
    let attributes: Vec<Value> = attributes.iter().map(|(key, of)| json!({"key": key, "value": value(of)})).collect();
    let span = json!({"spanId": "b7ad6b7169200000", "name": "chat", "startTimeUnixNano": "1788948000000000000",
        "endTimeUnixNano": "1788948002000000000", "attributes": attributes});
    json!({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).to_string()
}

const OPENAI: &str = "https://api.openai.com/v1/chat/completions";
const PROXY: &str = "http://proxy.example.org/chat/completions";
const DAY: &str = "2026-11-02T12:00:00Z";

#[test]
fn counters_of_gateways_are_billed_whatever_their_names() {
    // 1,200 at 3, 500 at 0.3, 300 written at 3.75, 100 at 15, per million.
    let expected = (2000, Some(500), Some("0.006375"));
    for (case, usage) in [
        (
            "browser-use",
            json!({"prompt_tokens": 2000, "prompt_cached_tokens": 500, "prompt_cache_creation_tokens": 300,
            "completion_tokens": 100, "total_tokens": 2100}),
        ),
        (
            "a gateway",
            json!({"prompt_tokens": 2000, "completion_tokens": 100, "total_tokens": 2100,
            "prompt_tokens_details": {"cached_tokens": 500, "cached_write_tokens": 300}}),
        ),
        (
            "both places",
            json!({"prompt_tokens": 2000, "completion_tokens": 100, "cache_read_input_tokens": 500,
            "cache_creation_input_tokens": 300, "prompt_tokens_details": {"cached_tokens": 0}}),
        ),
        (
            "Anthropic's own",
            json!({"input_tokens": 1200, "cache_read_input_tokens": 500, "cache_creation_input_tokens": 300,
            "output_tokens": 100}),
        ),
    ] {
        bills(case, &counted("claude-sonnet-4-5", DAY, &usage), expected);
    }
    // The prompt holds the cache, as its total says: 1,191 at 3, 112,224 at 0.3, 990 at 15.
    let whole = json!({"input_tokens": 113_415, "cache_read_input_tokens": 112_224, "output_tokens": 990, "total_tokens": 114_405});
    bills("WorkBuddy", &counted("claude-sonnet-4-5", DAY, &whole), (113_415, Some(112_224), Some("0.0520902")));
    // Hits beyond the input: 51,232 at 1.25, 1,188,096 at 0.125, 12,909 at 10.
    let beside = json!({"input_tokens": 51_232, "cached_input_tokens": 1_188_096, "output_tokens": 12_909});
    bills("Bifrost", &counted("gpt-5", DAY, &beside), (1_239_328, Some(1_188_096), Some("0.341642")));
}

#[test]
fn spans_are_billed_whoever_wrote_them() {
    // 476 at 2.5, 1,024 at 1.25, 10 at 10.
    let expected = (1500, Some(1024), Some("0.00257"));
    let gen_ai = [
        ("gen_ai.operation.name", json!("chat")),
        ("gen_ai.request.model", json!("gpt-4o")),
        ("gen_ai.usage.input_tokens", json!(1500)),
        ("gen_ai.usage.output_tokens", json!(10)),
    ];
    for hits in [
        "gen_ai.usage.input_cached_tokens",
        "gen_ai.usage.cache_read.input_tokens",
        "gen_ai.usage.details.cache_read_tokens",
        "gen_ai.usage.input_token_details.cache_read",
        "ai.usage.cachedInputTokens",
    ] {
        bills(hits, &span(&[&gen_ai[..], &[(hits, json!(1024))]].concat()), expected);
    }
    // An input that leaves out what was read and written: 3 at 3, 5,758 at 0.3, 6,174 at 3.75, 100 at 15.
    let exclusive = [
        ("gen_ai.operation.name", json!("chat")),
        ("gen_ai.request.model", json!("claude-sonnet-4-5")),
        ("gen_ai.usage.input_tokens", json!(3)),
        ("gen_ai.usage.output_tokens", json!(100)),
        ("gen_ai.usage.cache_read.input_tokens", json!(5758)),
        ("gen_ai.usage.cache_creation.input_tokens", json!(6174)),
    ];
    bills("an exclusive input", &span(&exclusive), (11_935, Some(5758), Some("0.0263889")));
}

#[test]
fn langfuse_is_billed_by_what_its_total_says() {
    let generation = |model: &str, details: Value| {
        json!({"id": "o", "traceId": "t", "type": "GENERATION", "startTime": DAY, "model": model, "usageDetails": details}).to_string()
    };
    let apart = json!({"input": 86, "input_cached_tokens": 17_817, "output": 5, "total": 17_908});
    bills("parts apart", &generation("gpt-4o", apart), (17_903, Some(17_817), Some("0.02253625")));
    let written_within = json!({"input": 1010, "output": 100, "cache_creation_input_tokens": 1000, "cache_read_input_tokens": 20_000,
        "total": 21_110});
    bills(
        "writes within the input",
        &generation("claude-sonnet-4-6", written_within),
        (21_010, Some(20_000), Some("0.01128")),
    );
}

#[test]
fn a_zero_that_gemini_leaves_out_is_zero_and_its_tools_and_thoughts_count() {
    let call = |usage: Value| {
        json!({"timestamp": DAY, "url": "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent",
            "request": {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]},
            "response": {"modelVersion": "gemini-2.5-flash", "candidates": [], "usageMetadata": usage}})
        .to_string()
    };
    // 12,530 at 0.3 and 209 at 2.5.
    let tools = json!({"promptTokenCount": 26, "toolUsePromptTokenCount": 12_504, "candidatesTokenCount": 109,
        "thoughtsTokenCount": 100, "totalTokenCount": 12_739});
    bills("tools and thoughts", &call(tools), (12_530, Some(0), Some("0.0042815")));
}

#[test]
fn what_was_not_counted_lies_between_bounds() {
    let absent = chat(
        "gpt-4o",
        "https://gateway.example.org/v1/chat/completions",
        DAY,
        &json!({"completion_tokens": 100, "prompt_tokens": 1000}),
    );
    let summary = cost(absent.replace("Which hull?", "").as_bytes(), &["--profile", "deepseek-v3.2"]);
    assert!(summary["cost_billed_min"].is_string() || summary["cost_billed_min"].is_number(), "{summary}");
}

#[test]
fn the_price_is_that_of_the_seller_the_tier_the_region_and_the_day() {
    let plain =
        json!({"prompt_tokens": 1_000_000, "completion_tokens": 0, "prompt_tokens_details": {"cached_tokens": 0}});
    let million = |model: &str, url: &str, time: &str| {
        cost(chat(model, url, time, &plain).as_bytes(), &[])["cost_billed"].clone()
    };
    let is = |cost: Value, expected: Option<&str>| {
        let shown = cost.as_str().map(str::to_owned).or_else(|| Some(cost.as_number()?.to_string()));
        let shown = shown.map(|text| text.parse::<f64>().unwrap());
        assert_eq!(shown, expected.map(|text| text.parse().unwrap()));
    };
    is(million("gpt-4o-mini", OPENAI, DAY), Some("0.15"));
    is(million("sambanova/MiniMax-M2.7", PROXY, DAY), None);
    is(million("yard-prod", "https://yard.openai.azure.com/openai/deployments/yard-prod/chat/completions", DAY), None);
    is(million("gpt-5.6-luna", OPENAI, "2026-07-29T12:00:00Z"), Some("2"));
    is(million("gpt-5.6-luna", OPENAI, "2026-07-30T12:00:00Z"), Some("0.4"));
    let claude = |more: Value| {
        let mut usage = json!({"input_tokens": 1_000_000, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0, "output_tokens": 0});
        usage.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        cost(counted("claude-opus-5", DAY, &usage).as_bytes(), &[])["cost_billed"].clone()
    };
    is(claude(json!({"inference_geo": "global"})), Some("5"));
    is(claude(json!({"inference_geo": "us"})), Some("5.5"));
    is(claude(json!({"speed": "fast"})), Some("10"));
    is(claude(json!({"inference_geo": "moon"})), None);
}

#[test]
fn a_fork_of_a_codex_session_counts_what_is_its_own() {
    let counts = |input: u64, hits: u64, output: u64| json!({"input_tokens": input, "cached_input_tokens": hits, "output_tokens": output, "total_tokens": input + output});
    let turn = |time: &str, total: Value, last: Value| {
        let line =
            |kind: &str, payload: Value| json!({"timestamp": time, "type": kind, "payload": payload}).to_string();
        let said =
            |role: &str| json!({"type": "message", "role": role, "content": [{"type": "input_text", "text": "x"}]});
        [
            line("response_item", said("user")),
            line("response_item", said("assistant")),
            line(
                "event_msg",
                json!({"type": "token_count", "info": {"total_token_usage": total, "last_token_usage": last}}),
            ),
        ]
        .join("\n")
    };
    let meta = json!({"timestamp": "2026-08-20T06:00:00.000Z", "type": "session_meta",
        "payload": {"id": "c", "source": {"subagent": {"thread_spawn": {"parent_thread_id": "p"}}}}});
    let model =
        json!({"timestamp": "2026-08-20T06:00:00.050Z", "type": "turn_context", "payload": {"model": "gpt-5.5"}});
    let log = [
        meta.to_string(),
        model.to_string(),
        turn("2026-08-20T06:00:00.100Z", counts(1000, 0, 100), counts(1000, 0, 100)),
        turn("2026-08-20T06:00:00.130Z", counts(3000, 800, 300), counts(2000, 800, 200)),
        turn("2026-08-20T06:02:05.000Z", counts(5500, 2800, 400), counts(2500, 2000, 100)),
    ];
    // 500 at 5, 2,000 at 0.5, 100 at 30.
    bills("a subagent", &log.join("\n"), (2500, Some(2000), Some("0.0065")));
}

#[test]
fn an_explicit_cache_is_charged_for_the_time_it_was_in_use() {
    let call = |name: &str, time: Option<&str>| {
        let usage = json!({"promptTokenCount": 100_006, "cachedContentTokenCount": 100_000, "candidatesTokenCount": 5});
        let request = json!({"model": "gemini-2.5-pro", "cachedContent": name, "contents": [{"parts": [{"text": "Which hull?"}]}]});
        json!({"timestamp": time, "request": request, "response": {"candidates": [], "usageMetadata": usage}})
            .to_string()
    };
    let storage = |calls: &[String]| cost(calls.join("\n").as_bytes(), &[])["storage_cost"].clone();
    let (nine, eleven) = (Some("2026-10-05T09:00:00Z"), Some("2026-10-05T11:00:00Z"));
    // 100,000 tokens for two hours at $4.50 for a million tokens and an hour.
    assert_eq!(storage(&[call("cachedContents/a", nine), call("cachedContents/a", eleven)]).as_str(), Some("0.9"));
    assert_eq!(storage(&[call("cachedContents/a", nine), call("cachedContents/b", eleven)]).as_str(), Some("0"));
    assert!(storage(&[call("cachedContents/a", nine), call("cachedContents/a", None)]).is_null());
}

#[test]
fn the_answers_model_its_tier_and_its_writes_are_charged() {
    let call = |asked: &str, url: &str, answered: Value| {
        let request = json!({"model": asked, "messages": [{"role": "user", "content": "Which sail?"}]});
        json!({"timestamp": "2026-09-20T09:00:00Z", "url": url, "request": request, "response": answered}).to_string()
    };
    let answered = |model: &str, more: Value| {
        let mut answer = json!({"id": "c", "object": "chat.completion", "model": model,
            "choices": [{"message": {"role": "assistant", "content": "Red."}}]});
        answer.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        answer
    };
    let details = json!({"cached_tokens": 2048});
    let usage = json!({"prompt_tokens": 3000, "completion_tokens": 200, "prompt_tokens_details": details});
    // A deployment of any name: 952 at 0.15, 2,048 at 0.075, 200 at 0.6.
    let azure = "https://quay.openai.azure.com/openai/deployments/front-desk/chat/completions?api-version=2025-01-01";
    let mini = answered("gpt-4o-mini-2024-07-18", json!({"usage": usage}));
    bills("Azure's deployment", &call("front-desk", azure, mini), (3000, Some(2048), Some("0.0004164")));
    // A tier of half the price: 952 at 0.125, 2,048 at 0.0125, 200 at 1.
    let flex = answered("gpt-5-mini", json!({"usage": usage, "service_tier": "flex"}));
    bills("flex", &call("gpt-5-mini", OPENAI, flex), (3000, Some(2048), Some("0.0003446")));
    // Written through a router at the maker's prices: 8 at 1, 30,000 at 1.25, 12 at 5; the log's own figure beside it.
    let written = json!({"prompt_tokens": 30_008, "completion_tokens": 12, "cost": 0.037_568,
        "prompt_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 30_000}});
    let haiku = answered("anthropic/claude-haiku-4.5", json!({"usage": written}));
    let router = call("anthropic/claude-haiku-4.5", "https://openrouter.ai/api/v1/chat/completions", haiku);
    bills("a router's writes", &router, (30_008, Some(0), Some("0.037568")));
    let summary = cost(router.as_bytes(), &[]);
    assert_eq!((&summary["cost_logged"], &summary["written_tokens_reported"]), (&json!("0.037568"), &json!(30_000)));
}

#[test]
fn answers_of_a_batch_without_their_requests_are_priced() {
    let usage = json!({"prompt_tokens": 2000, "completion_tokens": 100, "prompt_tokens_details": {"cached_tokens": 0}});
    let body = json!({"id": "c", "object": "chat.completion", "created": 1_788_600_000, "model": "gpt-4o", "choices": [],
        "usage": usage});
    let line = json!({"id": "b", "custom_id": "c1", "response": {"status_code": 200, "body": body}, "error": null});
    // Half of 2,000 at 2.5 and of 100 at 10.
    bills("a batch", &line.to_string(), (2000, Some(0), Some("0.003")));
}

#[test]
fn ratios_speak_for_all_calls_where_a_zero_is_left_out() {
    let call = |usage: Value| {
        json!({"timestamp": DAY, "url": "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent",
            "request": {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]},
            "response": {"modelVersion": "gemini-2.5-flash", "candidates": [], "usageMetadata": usage}})
        .to_string()
    };
    let cold = json!({"promptTokenCount": 6000, "candidatesTokenCount": 10, "totalTokenCount": 6010});
    let warm = json!({"promptTokenCount": 6000, "cachedContentTokenCount": 4000, "candidatesTokenCount": 10, "totalTokenCount": 6010});
    let log = [call(cold.clone()), call(cold), call(warm)].join("\n");
    // 14,000 at 0.3, 4,000 at 0.03, 30 at 2.5.
    bills("two of three without the field", &log, (18_000, Some(4000), Some("0.004395")));
    let ratio = cost(log.as_bytes(), &[])["hit_ratio_billed"].as_f64().unwrap();
    assert!((ratio - 4000.0 / 18_000.0).abs() < 1e-6, "{ratio}");
}

#[test]
fn a_report_without_details_of_the_prompt_lies_between_all_hits_and_none() {
    let usage = json!({"prompt_tokens": 2000, "completion_tokens": 100, "total_tokens": 2100});
    let summary = cost(chat("gpt-4o", OPENAI, DAY, &usage).as_bytes(), &[]);
    let told = ["cost_billed", "cost_billed_min", "cost_billed_max", "hit_ratio_billed_min", "hit_ratio_billed_max"];
    // 2,000 at 1.25 or at 2.5, 100 at 10.
    let expected = json!([null, "0.0035", "0.006", 0.0, 1.0]);
    assert_eq!(Value::from(told.map(|key| summary[key].clone()).to_vec()), expected);
}

#[test]
fn events_of_claude_code_that_telemetry_carries_are_calls() {
    let attribute = |key: &str, value: Value| {
        let kind = if value.is_string() { "stringValue" } else { "intValue" };
        json!({"key": key, "value": {kind: value}})
    };
    let attributes: Vec<Value> = [
        ("event.name", json!("api_request")),
        ("event.timestamp", json!("2026-09-10T10:00:00.000Z")),
        ("session.id", json!("s")),
        ("model", json!("claude-sonnet-4-5-20250929")),
        ("input_tokens", json!("6")),
        ("output_tokens", json!("50")),
        ("cache_read_tokens", json!("20000")),
        ("cache_creation_tokens", json!("3000")),
    ]
    .map(|(key, value)| attribute(key, value))
    .into();
    let record = json!({"timeUnixNano": "1789034400000000000", "body": {"stringValue": "claude_code.api_request"}, "attributes": attributes});
    let log = json!({"resourceLogs": [{"scopeLogs": [{"scope": {"name": "com.anthropic.claude_code.events"}, "logRecords": [record]}]}]});
    // 6 at 3, 20,000 at 0.3, 3,000 at 3.75, 50 at 15.
    bills("an event", &log.to_string(), (23_006, Some(20_000), Some("0.018018")));
}

#[test]
fn a_session_that_lacks_its_system_text_is_priced_by_its_counts() {
    let line = |uuid: &str, parent: Option<&str>, kind: &str, message: Value| {
        json!({"parentUuid": parent, "isSidechain": false, "userType": "external", "sessionId": "s", "version": "2.1.90",
            "type": kind, "uuid": uuid, "timestamp": "2026-06-24T08:00:00Z", "message": message})
        .to_string()
    };
    let usage = json!({"input_tokens": 2000, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 25_600, "output_tokens": 100});
    let answer = json!({"id": "m", "type": "message", "role": "assistant", "model": "deepseek-v4-pro",
        "content": [{"type": "text", "text": "Red."}], "usage": usage});
    let log = [
        line("u1", None, "user", json!({"role": "user", "content": "Which sail?"})),
        line("u2", Some("u1"), "assistant", answer),
    ]
    .join("\n");
    let run = run_with(&["simulate", "-", "--format", "json"], log.into_bytes());
    let report: Value = serde_json::from_str(&run.good()).unwrap();
    // 27,600 at 0.435 and 100 at 0.87; no prediction from a prompt of which the log holds seven tokens.
    assert_eq!(report["summary"]["cost_without_cache"], json!("0.012093"));
    assert_eq!(report["summary"]["hit_tokens_predicted"], Value::Null);
}

#[test]
fn an_imported_price_of_a_reseller_is_not_the_makers() {
    let price = |seller: &str, input: &str, read: &str| {
        format!(
            r#"{{"litellm_provider": "{seller}", "mode": "chat", "input_cost_per_token": {input},
            "cache_read_input_token_cost": {read}, "output_cost_per_token": 2e-06}}"#
        )
    };
    let list = format!(
        r#"{{"boatyard/deepseek-v4-pro": {}, "deepseek/deepseek-v4-pro": {}}}"#,
        price("boatyard", "1.5e-06", "1e-07"),
        price("deepseek", "7e-07", "2e-08")
    );
    let folder = tempfile::tempdir().unwrap();
    let (prices, card) = (folder.path().join("prices.json"), folder.path().join("card.yaml"));
    std::fs::write(&prices, list).unwrap();
    let imported = run_with(&["rates", "import", prices.to_str().unwrap(), "--retrieved", "2026-11-01"], Vec::new());
    std::fs::write(&card, imported.good()).unwrap();
    let usage = json!({"prompt_tokens": 1_000_000, "completion_tokens": 0, "prompt_cache_hit_tokens": 0, "prompt_cache_miss_tokens": 1_000_000});
    let log = chat("deepseek-v4-pro", "https://api.deepseek.com/chat/completions", DAY, &usage);
    let billed = |more: &[&str]| {
        cost(log.as_bytes(), &[&["--rates", card.to_str().unwrap()], more].concat())["cost_billed"].clone()
    };
    assert_eq!(billed(&[]), json!("0.7"));
    assert_eq!(billed(&["--provider", "boatyard"]), json!("1.5"));
}

#[test]
fn searches_that_a_session_counts_are_charged_beside_its_tokens() {
    let usage = json!({"input_tokens": 10, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 4000, "output_tokens": 5,
        "server_tool_use": {"web_search_requests": 2}});
    let line = |kind: &str, uuid: &str, message: Value| {
        json!({"parentUuid": null, "isSidechain": false, "userType": "external", "sessionId": "s", "version": "2.1.90",
            "type": kind, "uuid": uuid, "timestamp": DAY, "message": message})
        .to_string()
    };
    let answer = json!({"id": "m", "type": "message", "role": "assistant", "model": "claude-opus-5",
        "content": [{"type": "text", "text": "Red."}], "usage": usage});
    let log = [line("user", "a", json!({"role": "user", "content": "Which sail?"})), line("assistant", "b", answer)];
    let summary = cost(log.join("\n").as_bytes(), &[]);
    assert_eq!((&summary["web_searches"], &summary["search_fees"]), (&json!(2), &json!("0.02")));
}

#[test]
fn a_cost_of_estimated_tokens_says_that_it_is_an_estimate() {
    let request =
        json!({"model": "claude-sonnet-4-5", "messages": [{"role": "user", "content": "Which hull? ".repeat(90)}]});
    let response = json!({"id": "m", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5",
        "content": [{"type": "text", "text": "Blue."}]});
    let log = json!({"timestamp": DAY, "url": "https://api.anthropic.com/v1/messages", "request": request, "response": response});
    let said = run_with(&["cost", "-"], log.to_string().into_bytes()).good();
    let first = said.lines().next().unwrap();
    assert!(first.starts_with("About $") && first.contains("the tokens of 1 request are estimated"), "{first}");
}

#[test]
fn an_invoice_is_held_against_what_the_log_costs() {
    let log = counted(
        "gpt-4o",
        "2026-04-05T09:00:00Z",
        &json!({"prompt_tokens": 4000, "completion_tokens": 0, "prompt_tokens_details": {"cached_tokens": 0}}),
    );
    let run = run_with(&["cost", "-", "--invoice", "0.02"], log.into_bytes()).good();
    // 4,000 tokens at $2.50 a million.
    assert!(
        run.contains(
            "The invoice of $0.0200 (no currency was named: USD is taken) is $0.0100 (100.0 %) above what the log costs"
        ),
        "{run}"
    );
}

#[test]
fn reads_beside_a_prompt_that_leaves_them_out_are_reads_if_the_text_says_so() {
    let words: String = (0..1500).map(|number| format!("note {number} of the clerk; ")).collect();
    let bill = |usage: &Value| {
        let request = json!({"model": "gpt-4.1", "messages": [{"role": "user", "content": words}]});
        let line = json!({"timestamp": "2026-11-03T10:00:00Z", "request": request, "response": {"model": "gpt-4.1", "usage": usage}});
        let summary = cost(format!("{line}\n").as_bytes(), &[]);
        (summary["prompt_tokens_billed"].as_u64().unwrap(), summary["hit_tokens_billed"].as_u64().unwrap())
    };
    let usage = |prompt: u64, cached: u64| {
        json!({"prompt_tokens": prompt, "completion_tokens": 5, "total_tokens": prompt + 5,
            "prompt_tokens_details": {"cached_tokens": cached}})
    };
    let (whole, _) = bill(&Value::Null);
    let cached = (whole - 100) / 128 * 128;
    assert_eq!(bill(&usage(whole - cached, cached)), (whole, cached));
    // Both together are twice as long as the text, so that nothing is known of the reads.
    assert_eq!(bill(&usage(whole - 128, whole + 128)).1, 0);
}
