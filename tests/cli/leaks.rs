//! Secrets of every shape in every place of a log that a name may travel from: none is shown in clear, whatever the command.
//!
//! Prompts are not among the places: no command that runs here shows them.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::program::run;

#[path = "../../src/log/secret/samples.rs"]
mod samples;

/// A secret with its issuer.
type Secret = (&'static str, String);

/// Places in a Chat Completions call.
const CHAT: &str = "/id /host /url /base_url /user /session_id /metadata/team /request/model /request/user /request/user_id \
    /request/prompt_cache_key /request/reasoning_effort /request/thinking/type /request/tool_choice \
    /request/service_tier /request/messages/0/role /request/messages/0/name /request/messages/0/content/0/type \
    /request/tools/0/type /request/response_format/type /response/id /response/model \
    /response/system_fingerprint /response/service_tier /response/choices/0/finish_reason \
    /response/choices/0/message/role /response/error/code /timestamp /response/usage/cost /request/stream_options/type \
    /request/tools/0/function/strict /request/messages/0/tool_call_id /request/messages/0/tool_calls/0/id \
    /request/messages/0/tool_calls/0/type /request/tools/0/function/name /request/messages/0/tool_calls/0/function/name \
    /response/choices/0/message/tool_calls/0/function/name";

/// Places in a call of the Messages API.
const ANTHROPIC: &str = "/request/metadata/user_id /request/messages/0/content/0/type /request/tools/0/type /request/thinking/type \
    /response/stop_reason /response/usage/service_tier /response/usage/inference_geo /response/usage/speed";

/// Places in a call of the Responses API.
const RESPONSES: &str =
    "/request/previous_response_id /request/prompt_cache_key /request/input/0/type /response/status";

/// Places in LiteLLM's line.
const LITELLM: &str = "/call_type /custom_llm_provider /api_base /end_user /metadata/user_api_key_alias \
    /metadata/user_api_key_team_id /model_group /status";

/// Places in Langfuse's generation.
const LANGFUSE: &str = "/id /userId /sessionId /name /traceId /level";

/// Places in Claude Code's session.
const CLAUDE: &str = "/sessionId /uuid /requestId /version /cwd /gitBranch /message/id /message/model /type";

/// A line of each kind, and the pointers at which a secret is put into it, apart by blanks.
fn positions() -> [(Value, &'static str); 6] {
    let message = json!({"role": "user", "content": "Hello"});
    let answer = json!({"id": "r", "model": "deepseek-chat", "choices": [{"message": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 90, "completion_tokens": 1, "prompt_cache_hit_tokens": 64, "prompt_cache_miss_tokens": 26}});
    let chat = json!({"timestamp": "2026-04-07T08:00:00Z", "request": {"model": "deepseek-chat", "messages": [message]}, "response": answer});
    let anthropic = json!({"timestamp": "2026-04-07T08:00:00Z",
        "request": {"model": "claude-sonnet-4-5", "max_tokens": 9, "system": "Be brief.", "messages": [message]},
        "response": {"id": "m", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5", "content": [{"type": "text", "text": "Hi"}],
            "usage": {"input_tokens": 9, "output_tokens": 1, "cache_read_input_tokens": 0}}});
    let responses = json!({"timestamp": "2026-04-07T08:00:00Z", "request": {"model": "gpt-4o", "input": "Hello"},
        "response": {"id": "r", "object": "response", "model": "gpt-4o", "output": [], "usage": {"input_tokens": 9, "output_tokens": 1}}});
    let litellm = json!({"call_type": "acompletion", "startTime": 1_775_548_800, "model": "gpt-4o", "messages": [message], "metadata": {}, "response": answer});
    let langfuse = json!({"id": "o", "type": "GENERATION", "startTime": "2026-04-07T08:00:00Z", "model": "gpt-4o", "input": [message],
        "output": {"role": "assistant", "content": "Hi"}, "usageDetails": {"input": 9, "output": 1}});
    let claude = json!({"type": "assistant", "sessionId": "s", "uuid": "u", "timestamp": "2026-04-07T08:00:00Z", "cwd": "/x", "version": "2.0.1",
        "requestId": "q", "message": {"id": "m", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5",
            "content": [{"type": "text", "text": "Hi"}], "usage": {"input_tokens": 9, "output_tokens": 1}}});
    [
        (chat, CHAT),
        (anthropic, ANTHROPIC),
        (responses, RESPONSES),
        (litellm, LITELLM),
        (langfuse, LANGFUSE),
        (claude, CLAUDE),
    ]
}

/// Puts a value at a pointer; what stands on the way and is no object or list becomes one.
fn put(target: &mut Value, pointer: &str, value: Value) {
    let mut place = target;
    for part in pointer.split('/').skip(1) {
        if let Ok(index) = part.parse::<usize>() {
            if !place.is_array() {
                *place = json!([]);
            }
            let list = place.as_array_mut().unwrap();
            while list.len() <= index {
                list.push(json!({}));
            }
            place = &mut list[index];
        } else {
            if !place.is_object() {
                *place = json!({});
            }
            place = place.as_object_mut().unwrap().entry(part).or_insert(Value::Null);
        }
    }
    *place = value;
}

/// All commands that read logs, in all their formats. `parse` without `--redact` is not among them: it is there to show the log.
const MODES: [&str; 101] = [
    "simulate LOG",
    "simulate LOG --format json",
    "simulate LOG --format jsonl",
    "simulate LOG --format csv",
    "simulate LOG --format markdown",
    "simulate LOG --by model",
    "simulate LOG --by scope",
    "simulate LOG --scope /user --by scope",
    "simulate LOG --scope /session_id --by scope --format json",
    "simulate PART --scope /metadata/team --by scope --format csv",
    "simulate PART --by day --format json",
    "simulate LOG --strict",
    "cost LOG",
    "cost LOG --by model",
    "cost LOG --by scope --format json",
    "cost PART --by scope --format csv",
    "cost PART --by model --format markdown",
    "cost PART --invoice INVOICE",
    "cost PART --invoice INVOICE --format json",
    "curve LOG --over ttl",
    "curve LOG --over ttl --format json",
    "curve PART --over ttl --format csv",
    "curve PART --over ttl --format markdown",
    "explain PART:1 --no-text",
    "explain PART:1 --no-text --format json",
    "explain PART:1 --format csv",
    "explain PART:1 --format markdown",
    "compare PART PART",
    "compare PART PART --format json",
    "compare PART PART --format csv",
    "compare PART PART --format markdown",
    "trend PART",
    "trend PART --format json",
    "trend PART --format csv",
    "trend PART --format markdown",
    "simulate PART --format html",
    "cost PART --format html",
    "explain PART:1 --format html",
    "compare PART PART --format html",
    "trend PART --format html",
    "infer PART",
    "infer PART --format json",
    "parse LOG --summary",
    "parse LOG --summary -v",
    "parse PART --summary --format json",
    "parse LOG --redact",
    "parse LOG --redact --round 64 --coarse-times",
    "check --config CONFIG",
    "check --config CONFIG --format json",
    "check --config CONFIG --format sarif",
    "check --config CONFIG --format junit",
    "simulate LOG -vv --no-causes",
    "simulate PART --parts",
    "simulate PART --parts --format json",
    "simulate PART --top 5 --format json",
    "simulate PART --by user,session,route --format json",
    "simulate PART --by version,tool,turn,profile --format csv",
    "simulate PART --by /metadata/team,/user --format markdown",
    "simulate LOG --format prometheus --no-causes",
    "simulate PART --partial 1/2",
    "simulate PART --partial 2/2 --by scope,user",
    "simulate PART --assumptions OUT",
    "keys PART --into OUT --key-file KEY --by model,scope,user,/metadata/team",
    "cost PART --format prometheus",
    "curve PART --over capacity --format html",
    "curve PART --over capacity --replicas 3 --format json",
    "compare PART PART --format prometheus",
    "compare PART --split-by model --format json",
    "trend PART --format prometheus",
    "explain PART:1 --format prometheus",
    "plan PART",
    "plan PART --format json",
    "plan PART --prompts --format markdown",
    "plan PART --breakpoints --format json",
    "plan PART --reorder --format csv",
    "plan PART --compaction --format html",
    "plan PART --audit --format json",
    "plan PART --warm-up --format prometheus",
    "lint TEMPLATE --logs PART",
    "lint TEMPLATE --logs PART --format json",
    "lint TEMPLATE --logs PART --format sarif",
    "lint TEMPLATE --logs PART --format github",
    "lint TEMPLATE --logs PART --format html",
    "check --config CONFIG --format github",
    "check --config CONFIG --format gitlab",
    "check --config CONFIG --format markdown",
    "check --config CONFIG --format html",
    "simulate PART --format jsonl",
    "simulate PART --format html --parts --by model,user,session",
    "simulate PART --follow --window 100000h --fail-under 100%",
    "parse PART --summary --format csv",
    "parse PART --summary --format html",
    "parse PART --summary --format prometheus",
    "plan PART --deferrable all --format json",
    "plan PART --models deepseek-chat,gpt-4o --format html",
    "plan PART --bundle OUT --format csv",
    "infer PART -v",
    "keys PART --into OUT --key-file KEY --assumptions ASSUMED",
    "hits KEYS --state-out OUT",
    "report PARTIAL",
    "report PARTIAL --format html",
];

#[test]
fn no_secret_of_any_shape_is_shown_from_any_place() {
    let secrets = samples::secrets();
    let (log, places) = log_of(&secrets);
    assert!(places >= 36 && secrets.len() >= 36, "{places} places, {} secrets", secrets.len());
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let whole = write("log.jsonl", &log);
    // Commands that replay each call several times are given every fourth line, in another order of secrets for each place.
    let part: String = log.lines().step_by(4).map(|line| format!("{line}\n")).collect();
    let part = write("part.jsonl", &part);
    let template = write("p.md", "You are the support assistant of a shop.\n");
    let key = write("own.key", "3c9d1f7a5e2b8046");
    let config = "profile: deepseek-v3.2\ntemplates: [p.md]\nlogs: [part.jsonl]\ngates: {min_hit_ratio: 0.5}\n";
    let config = write("cachecheck.yaml", config);
    let invoice = write("invoice.csv", "date,model,input_tokens,cost\n2026-04-07,deepseek-chat,90,0.01\n");
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (keys, partial, assumed) = (path("keys"), path("partial.json"), path("assumed.json"));
    run(&["keys", &part, "--into", &keys, "--key-file", &key, "--by", "model,scope,user"]);
    run(&["simulate", &part, "--partial", "1/1", "--by", "scope,user", "-o", &partial]);
    run(&["simulate", &part, "--assumptions", &assumed]);
    let mut leaks = Vec::new();
    for mode in MODES {
        let args = mode.split(' ').map(|arg| match arg {
            "LOG" => whole.clone(),
            "PART" => part.clone(),
            "PART:1" => format!("{part}:1"),
            "CONFIG" => config.clone(),
            "INVOICE" => invoice.clone(),
            "KEY" => key.clone(),
            "TEMPLATE" => template.clone(),
            "OUT" => path("out"),
            "KEYS" => keys.clone(),
            "PARTIAL" => partial.clone(),
            "ASSUMED" => assumed.clone(),
            arg => arg.to_owned(),
        });
        let args: Vec<String> = args.collect();
        let run = run(&args.iter().map(String::as_str).collect::<Vec<_>>());
        // A mode that says nothing tests nothing.
        assert!(run.stdout.len() + run.stderr.len() > 100 && !run.stderr.contains("--help"), "{mode}: {run:?}");
        let written = written(Path::new(&path("out")));
        for text in [&run.stdout, &run.stderr, &written] {
            leaks.extend(shown(&secrets, text).into_iter().map(|leak| format!("{mode}: {leak}")));
        }
    }
    assert!(
        leaks.is_empty(),
        "{} leaks of {} shapes from {places} places in {} modes:\n{}",
        leaks.len(),
        secrets.len(),
        MODES.len(),
        leaks.join("\n")
    );
}

/// The text of what a command wrote at a path, a file or a folder of files, which it leaves empty.
fn written(path: &Path) -> String {
    let files: Vec<_> = match fs::read_dir(path) {
        Ok(entries) => entries.map(|entry| entry.unwrap().path()).collect(),
        Err(_) => vec![path.to_owned()],
    };
    let texts: String = files.iter().filter_map(|file| fs::read_to_string(file).ok()).collect();
    let _ = fs::remove_dir_all(path).or_else(|_| fs::remove_file(path));
    texts
}

/// A log with each secret in each place, by itself in a line, and the number of places.
fn log_of(secrets: &[Secret]) -> (String, usize) {
    let mut log = String::new();
    let mut places = 0;
    for (line, pointers) in positions() {
        for pointer in pointers.split(' ') {
            places += 1;
            // An account's number tells whose a call is where it names a user, and is an ordinary id elsewhere.
            for (issuer, secret) in secrets {
                if *issuer == "account" && !pointer.to_ascii_lowercase().contains("user") {
                    continue;
                }
                let mut line = line.clone();
                put(&mut line, pointer, secret.as_str().into());
                log.push_str(&format!("{line}\n"));
            }
        }
    }
    // Names of fields are names too: a counter, a parameter, what stands beside the request.
    for (_, secret) in secrets.iter().filter(|(issuer, _)| *issuer != "account") {
        for pointer in ["/response/usage", "/request", "/metadata", "", "/request/tools/0"] {
            let mut line = positions()[0].0.clone();
            let name = if pointer.ends_with("usage") { format!("cached {secret}") } else { secret.clone() };
            if let Some(usage) = line.pointer_mut("/response/usage").and_then(Value::as_object_mut) {
                usage.retain(|name, _| !name.contains("cache"));
            }
            put(&mut line, &format!("{pointer}/x"), json!(5));
            let object = line.pointer_mut(pointer).unwrap().as_object_mut().unwrap();
            object.insert(name, json!(5));
            log.push_str(&format!("{line}\n"));
        }
    }
    (log, places)
}

/// The secrets that an output shows, each with what stands before it.
fn shown(secrets: &[Secret], output: &str) -> Vec<String> {
    let mut leaks = Vec::new();
    for (issuer, secret) in secrets {
        for line in output.lines().filter(|line| line.contains(secret)).take(2) {
            let start = line.find(secret.as_str()).unwrap_or_default();
            let before: String = line[..start].chars().rev().take(40).collect::<Vec<_>>().into_iter().rev().collect();
            leaks.push(format!("{issuer} after …{before}"));
        }
    }
    leaks
}
