//! Exchanges that are spread over lines and files: sessions of agents, batches, and whom `--scope` names in them.

use serde_json::{Value, json};

use crate::program::{Run, run, run_with};

/// Lines on stdin of `cachecheck parse`.
pub(crate) fn parse(lines: &[Value], flags: &[&str]) -> (Vec<Value>, String) {
    let log: Vec<String> = lines.iter().map(Value::to_string).collect();
    told(run_with(&[&["parse", "-"], flags].concat(), log.join("\n").into_bytes()))
}

/// Each list of lines in a file of its own.
fn parse_files(files: &[&[Value]], flags: &[&str]) -> (Vec<Value>, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut args = vec!["parse".to_owned()];
    for (index, lines) in files.iter().enumerate() {
        let path = folder.path().join(format!("{index}.jsonl"));
        std::fs::write(&path, lines.iter().map(|line| format!("{line}\n")).collect::<String>()).unwrap();
        args.push(path.to_str().unwrap().to_owned());
    }
    let args: Vec<&str> = args.iter().map(String::as_str).chain(flags.iter().copied()).collect();
    told(run(&args))
}

pub(crate) fn told(run: Run) -> (Vec<Value>, String) {
    assert_eq!(run.code, Some(0), "{run:?}");
    (run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), run.stderr)
}

/// A line of a session.
fn line(kind: &str, uuid: &str, parent: &str, message: &Value) -> Value {
    let parent = if parent.is_empty() { Value::Null } else { parent.into() };
    let mut line = json!({"sessionId": "s", "type": kind, "uuid": uuid, "parentUuid": parent,
        "timestamp": "2026-04-07T08:00:00Z", "message": message});
    if kind == "assistant" {
        line["requestId"] = json!(format!("req_{}", line["message"]["id"].as_str().unwrap()));
    }
    line
}

fn user(uuid: &str, parent: &str, text: &str) -> Value {
    line("user", uuid, parent, &json!({"role": "user", "content": text}))
}

fn result(uuid: &str, parent: &str, call: &str) -> Value {
    let block = json!({"type": "tool_result", "tool_use_id": call, "content": format!("result of {call}")});
    line("user", uuid, parent, &json!({"role": "user", "content": [block]}))
}

fn answer(uuid: &str, parent: &str, id: &str, block: &Value, output: u64) -> Value {
    let usage = json!({"input_tokens": 3, "cache_read_input_tokens": 10, "output_tokens": output});
    let message =
        json!({"id": id, "role": "assistant", "model": "claude-sonnet-5", "content": [block], "usage": usage});
    line("assistant", uuid, parent, &message)
}

fn said(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

fn call(id: &str) -> Value {
    json!({"type": "tool_use", "id": id, "name": "look", "input": {}})
}

/// A message in a few words.
fn in_words(message: &Value) -> String {
    let content = message["content"].as_str().unwrap_or_default();
    let calls = message["tool_calls"].as_array().into_iter().flatten().map(|call| call["id"].as_str().unwrap());
    format!("{} {content} {}", message["role"].as_str().unwrap(), calls.collect::<Vec<_>>().join("+")).trim().to_owned()
}

fn history(exchange: &Value) -> Vec<String> {
    exchange["request"]["messages"].as_array().into_iter().flatten().map(in_words).collect()
}

fn outputs(exchanges: &[Value]) -> Vec<Option<u64>> {
    exchanges.iter().map(|exchange| exchange.pointer("/usage/output_tokens").and_then(Value::as_u64)).collect()
}

const AFTER_BOTH: [&str; 4] = ["user Hello", "assistant One moment. c1+c2", "tool result of c1", "tool result of c2"];

#[test]
fn an_answer_whose_lines_stand_between_results_is_one_call_and_one_message() {
    let session = [
        user("u0", "", "Hello"),
        answer("a0", "u0", "m0", &said("One moment."), 1),
        answer("a1", "a0", "m0", &call("c1"), 5),
        result("r1", "a1", "c1"),
        answer("a2", "r1", "m0", &call("c2"), 40),
        result("r2", "a2", "c2"),
        answer("a3", "r2", "m1", &said("Done."), 7),
    ];
    let (exchanges, told) = parse(&session, &[]);
    assert_eq!(outputs(&exchanges), [Some(40), Some(7)], "{told}");
    assert_eq!(in_words(&exchanges[0]["response"]["message"]), "assistant One moment. c1+c2");
    assert_eq!(history(&exchanges[1]), AFTER_BOTH);
    assert!(told.is_empty(), "{told}");
}

#[test]
fn results_of_tools_that_were_called_at_once_all_belong_to_the_next_request() {
    let progress = |uuid: &str, parent: &str| line("progress", uuid, parent, &Value::Null);
    let session = [
        user("u0", "", "Hello"),
        answer("a0", "u0", "m0", &said("One moment."), 1),
        answer("a1", "a0", "m0", &call("c1"), 5),
        progress("p1", "a1"),
        answer("a2", "a1", "m0", &call("c2"), 40),
        // One result on each branch; progress stands between a call and its result.
        result("r1", "p1", "c1"),
        result("r2", "a2", "c2"),
        progress("p2", "r2"),
        answer("a3", "p2", "m1", &said("Done."), 7),
        // Taken back, and asked otherwise.
        user("u1", "a3", "No"),
        user("u2", "a3", "Yes"),
        answer("a4", "u2", "m2", &said("Good."), 8),
    ];
    let (exchanges, _) = parse(&session, &[]);
    assert_eq!(outputs(&exchanges), [Some(40), Some(7), Some(8)]);
    assert_eq!(history(&exchanges[1]), AFTER_BOTH);
    assert_eq!(history(&exchanges[2])[4..], ["assistant Done.", "user Yes"]);
}

#[test]
fn a_copied_session_counts_its_answers_once_and_a_copy_that_differs_is_told() {
    let session = [user("u0", "", "Hello"), answer("a0", "u0", "m0", &said("Hi"), 9)];
    let more = [user("u1", "a0", "And?"), answer("a1", "u1", "m1", &said("Yes"), 4)];
    let fork = [&session[..], &more[..]].concat();
    for files in [[&session[..], &fork[..]], [&fork[..], &session[..]]] {
        let (exchanges, told) = parse_files(&files, &[]);
        assert_eq!(outputs(&exchanges), [Some(9), Some(4)], "{told}");
        assert_eq!(history(&exchanges[1]), ["user Hello", "assistant Hi", "user And?"]);
        assert!(told.is_empty(), "{told}");
    }
    // Through one pipe, and with new ids of lines.
    let renamed = [
        user("x0", "", "Hello"),
        answer("y0", "x0", "m0", &said("Hi"), 9),
        user("x1", "y0", "And?"),
        answer("y1", "x1", "m1", &said("Yes"), 4),
    ];
    let (exchanges, told) = parse(&[&session[..], &renamed].concat(), &[]);
    assert_eq!(outputs(&exchanges), [Some(9), Some(4)], "{told}");
    assert_eq!(history(&exchanges[1]), ["user Hello", "assistant Hi", "user And?"]);
    let torn = [user("u0", "", "Hello"), answer("a0", "u0", "m0", &said("Hi"), 2)];
    let (exchanges, told) = parse_files(&[&session, &torn], &[]);
    assert_eq!(outputs(&exchanges), [Some(9)]);
    assert!(told.contains("1.jsonl:2: a copy of an earlier answer") && told.contains("other counts"), "{told}");
}

#[test]
fn many_sessions_in_one_pipe_are_read_in_order_and_told_apart() {
    let session = |name: u64| {
        let id = |kind: &str| format!("{kind}{name}");
        let mut lines = vec![
            user(&id("u"), "", &format!("Hello {name}")),
            answer(&id("a"), &id("u"), &id("m"), &said("Hi"), name),
            user(&id("v"), &id("a"), "And?"),
            answer(&id("b"), &id("v"), &id("n"), &said("Yes"), name),
        ];
        for line in &mut lines {
            line["sessionId"] = id("s").into();
        }
        lines
    };
    let all: Vec<Vec<Value>> = (1..=40).map(session).collect();
    let (exchanges, told) = parse(&all.concat(), &[]);
    let expected: Vec<_> = (1..=40).flat_map(|name| [Some(name), Some(name)]).collect();
    assert_eq!((outputs(&exchanges), told.as_str()), (expected, ""));
    assert_eq!(history(&exchanges[79]), ["user Hello 40", "assistant Hi", "user And?"]);
    // All at once: what is written to longest ago is taken to have ended, and that is said.
    let (begun, ended): (Vec<_>, Vec<_>) = all.iter().map(|lines| lines.split_at(2)).unzip();
    let (exchanges, told) = parse(&[begun.concat(), ended.concat()].concat(), &[]);
    assert_eq!(exchanges.len(), 80);
    assert!(told.contains("stands before those of 16 other sessions"), "{told}");
    // A few at once are told apart, also where a session goes on under another id.
    let (begun, mut ended) = (begun[..3].concat(), ended[..3].concat());
    for line in &mut ended {
        line["sessionId"] = "resumed".into();
    }
    let (exchanges, told) = parse(&[begun, ended].concat(), &[]);
    assert_eq!((outputs(&exchanges), told.as_str()), ([1, 2, 3, 1, 2, 3].map(Some).to_vec(), ""));
    assert_eq!(history(&exchanges[4]), ["user Hello 2", "assistant Hi", "user And?"]);
}

#[test]
fn an_answer_whose_history_is_not_in_the_file_has_usage_alone() {
    let (exchanges, told) = parse(&[answer("a1", "u1", "m1", &said("Yes"), 4)], &[]);
    assert_eq!((outputs(&exchanges), history(&exchanges[0]).len()), (vec![Some(4)], 0));
    assert!(exchanges[0]["request"].get("messages").is_none());
    assert!(told.contains("<stdin>:1: an earlier line of this session is not in the file"), "{told}");
}

#[test]
fn lines_that_are_their_own_ancestors_have_no_beginning() {
    let session = [user("u0", "u1", "Hello"), user("u1", "u0", "Hello"), answer("a0", "u1", "m0", &said("Hi"), 9)];
    let (exchanges, told) = parse(&session, &[]);
    assert_eq!((outputs(&exchanges), history(&exchanges[0]).len()), (vec![Some(9)], 0));
    assert!(told.contains("an earlier line of this session is not in the file"), "{told}");
}

#[test]
fn a_session_at_another_provider_is_not_said_to_call_anthropic() {
    let mut session = [user("u0", "", "Hello"), answer("a0", "u0", "m0", &said("Hi"), 9)];
    assert_eq!(parse(&session, &[]).0[0]["host"], "api.anthropic.com");
    session[1]["message"]["model"] = "deepseek-v4-flash".into();
    assert!(parse(&session, &[]).0[0].get("host").is_none());
}

fn asked(id: &str, text: &str) -> Value {
    json!({"custom_id": id, "body": {"model": "gpt-5", "user": "ann", "messages": [{"role": "user", "content": text}]}})
}

fn answered(id: &str, text: &str, output: u64) -> Value {
    let usage = json!({"prompt_tokens": 9, "completion_tokens": output});
    let body = json!({"model": "gpt-5", "choices": [{"message": {"content": text}}], "usage": usage});
    json!({"custom_id": id, "response": {"status_code": 200, "body": body}})
}

#[test]
fn a_custom_id_that_two_batches_have_loses_nothing() {
    let lines = [asked("q", "one"), asked("q", "two"), answered("q", "first", 1), answered("q", "second", 2)];
    let (exchanges, told) = parse(&lines, &[]);
    let pairs: Vec<_> =
        exchanges.iter().map(|it| (history(it).join(""), in_words(&it["response"]["message"]))).collect();
    let pair = |asked: &str, told: &str| (format!("user {asked}"), format!("assistant {told}"));
    assert_eq!(pairs, [pair("one", "first"), pair("two", "second")]);
    assert!(told.contains("<stdin>:2: another line has the same `custom_id`"), "{told}");
    let (exchanges, told) = parse(&[lines[2].clone(), lines[3].clone(), lines[0].clone(), lines[1].clone()], &[]);
    assert_eq!(outputs(&exchanges), [Some(1), Some(2)]);
    assert!(told.contains("<stdin>:2: another line has the same `custom_id`"), "{told}");
    // One batch after the other leaves no doubt.
    let (exchanges, told) = parse(&[lines[0].clone(), lines[2].clone(), lines[1].clone(), lines[3].clone()], &[]);
    assert_eq!((outputs(&exchanges), told.as_str()), (vec![Some(1), Some(2)], ""));
}

#[test]
fn requests_of_a_batch_without_an_answer_are_counted_and_told() {
    let lines = [asked("a", "one"), asked("b", "two"), asked("c", "three"), answered("a", "first", 1)];
    let (exchanges, told) = parse(&lines, &[]);
    assert_eq!(outputs(&exchanges), [Some(1), None, None]);
    let expected = "cachecheck: <stdin>:2: a request of a batch without its answer: the prompt is read, usage is not known \
                    (1 more of this kind: <stdin>:3)\n";
    assert_eq!(told, expected);
    let summary = run_with(&["parse", "-", "--summary", "--format", "json"], joined(&lines)).good();
    let summary: Value = serde_json::from_str(&summary).unwrap();
    let remarks = &summary["remarks"];
    assert_eq!(
        (&remarks["lines"], &remarks["first"][1]["line"], &summary["skipped"]["lines"]),
        (&json!(2), &json!(3), &json!(0))
    );
    // A batch that was not sent yet lacks nothing.
    let (exchanges, told) = parse(&lines[..3], &[]);
    assert_eq!((exchanges.len(), told.as_str()), (3, ""));
}

#[test]
fn an_answer_of_a_batch_with_the_status_of_a_failure_is_none() {
    let mut answer = answered("q", "x", 1);
    (answer["response"]["status_code"], answer["response"]["body"]) = (500.into(), json!({}));
    let (exchanges, told) = parse(&[asked("q", "one"), answer, asked("r", "two"), answered("r", "second", 2)], &[]);
    assert_eq!(outputs(&exchanges), [Some(2)]);
    assert!(told.contains("<stdin>:2: the request failed"), "{told}");
}

fn joined(lines: &[Value]) -> Vec<u8> {
    lines.iter().map(|line| format!("{line}\n")).collect::<String>().into_bytes()
}

#[test]
fn a_scope_is_looked_up_in_the_line_of_the_request_first() {
    let scopes = |lines: &[Value], pointer: &str| -> Vec<Value> {
        parse(lines, &["--scope", pointer]).0.iter().map(|exchange| exchange["scope"].clone()).collect()
    };
    let (mut request, mut response) = (asked("q", "one"), answered("q", "first", 1));
    request["team"] = "red".into();
    (response["team"], response["run"]) = ("blue".into(), 7.into());
    for lines in [[request.clone(), response.clone()], [response, request.clone()]] {
        assert_eq!(scopes(&lines, "/team"), ["red"]);
        assert_eq!(scopes(&lines, "/run"), ["7"]);
        assert_eq!(scopes(&lines, "/nothing"), [Value::Null]);
    }
    assert_eq!(scopes(&[request], "/team"), ["red"], "a request without an answer");
    let mut session = [
        user("u0", "", "Hello"),
        answer("a0", "u0", "m0", &said("Hi"), 9),
        user("u1", "a0", "And?"),
        answer("a1", "u1", "m1", &said("Yes"), 4),
    ];
    (session[0]["who"], session[2]["who"], session[3]["who"]) = ("ann".into(), "bob".into(), "eve".into());
    session[3]["late"] = "yes".into();
    assert_eq!(scopes(&session, "/who"), ["ann", "bob"]);
    assert_eq!(scopes(&session, "/late"), [Value::Null, "yes".into()]);
    let item =
        |kind: &str, payload: Value| json!({"timestamp": "2026-04-07T08:00:00Z", "type": kind, "payload": payload});
    let message = |id: &str, role: &str| {
        item(
            "response_item",
            json!({"type": "message", "id": id, "role": role, "content": [{"type": "input_text", "text": "x"}]}),
        )
    };
    let codex = [
        item("session_meta", json!({"id": "session"})),
        item("turn_context", json!({"model": "gpt-5", "cwd": "/project"})),
        message("item-1", "user"),
        message("item-2", "assistant"),
        item(
            "event_msg",
            json!({"type": "token_count", "id": "count", "info": {"last_token_usage": {"input_tokens": 5, "output_tokens": 1}}}),
        ),
    ];
    assert_eq!(scopes(&codex, "/payload/id"), ["session"]);
    assert_eq!(scopes(&codex, "/payload/cwd"), ["/project"]);
    assert_eq!(scopes(&codex, "/payload/role"), ["user"]);
    assert_eq!(scopes(&codex[1..], "/payload/id"), ["item-1"]);
}

#[test]
fn streams_that_stand_one_behind_the_other_are_not_one() {
    let chunk = |id: &str, tokens: u64| {
        json!({"responseId": id, "modelVersion": "gemini-3-flash", "candidates": [{"content": {"parts": [{"text": "x"}]}}],
            "usageMetadata": {"promptTokenCount": tokens, "candidatesTokenCount": tokens}})
    };
    let events = [chunk("a", 1), chunk("a", 2), chunk("b", 3), chunk("b", 4)];
    let log: String = events.iter().map(|event| format!("data: {event}\n\n")).collect();
    let (exchanges, _) = told(run_with(&["parse", "-"], log.into_bytes()));
    assert_eq!(outputs(&exchanges), [Some(2), Some(4)]);
}

#[test]
fn a_prefix_counts_as_the_maker_where_it_is_known_to_be_the_one_that_was_called() {
    let simulated = |line: Value| -> Value {
        let run = run_with(&["simulate", "-", "--format", "jsonl"], line.to_string().into_bytes()).good();
        serde_json::from_str(run.lines().next().unwrap()).unwrap()
    };
    let body = json!({"model": "deepseek/deepseek-chat", "messages": [{"role": "user", "content": "Hello"}]});
    let line = |host: &str| json!({"timestamp": "2026-01-07T08:00:00Z", "url": format!("https://{host}/chat"), "request": body});
    let direct = simulated(line("api.deepseek.com"));
    assert_eq!((&direct["profile"], &direct["model"]), (&json!("deepseek-v3.2"), &json!("deepseek/deepseek-chat")));
    assert!(direct["cost_predicted"].is_string() || direct["cost_predicted"].is_number(), "{direct}");
    let routed = simulated(line("openrouter.ai"));
    assert_eq!((&routed["profile"], &routed["cost_predicted"]), (&Value::Null, &Value::Null));
}

#[test]
fn formats_without_room_for_skipped_lines_name_them_on_stderr() {
    for format in ["jsonl", "csv"] {
        let told = run(&["simulate", "fixtures/logs/broken.jsonl", "--format", format]).stderr;
        let lines = told.lines().filter(|line| line.starts_with("cachecheck: fixtures/logs/broken.jsonl:"));
        assert_eq!(lines.count(), 4, "{told}");
    }
    let lines = vec![
        json!({"model": "deepseek-chat", "messages": [{"role": "user", "content": "Hello"}]}),
        json!([1, 2, 3, 4, 5, 6, 7]),
        json!(8),
    ];
    let (_, told) = parse(&lines, &[]);
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(told.contains("7 more of this kind"), "{told}");
    assert_eq!(parse(&lines, &["-v"]).1.lines().count(), 10, "each of them, what was recognised and what was read");
}

#[test]
fn a_batch_is_billed_as_one_and_what_reads_no_prompt_is_none_of_it() {
    let asked = |id: &str, url: &str, body: Value| json!({"custom_id": id, "method": "POST", "url": url, "body": body});
    let usage = json!({"prompt_tokens": 9, "completion_tokens": 2});
    let told = |id: &str, body: Value| json!({"custom_id": id, "response": {"status_code": 200, "body": body}});
    let chat = json!({"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]});
    let embed = json!({"model": "text-embedding-3-small", "input": "hi"});
    let lines = [
        asked("c", "/v1/chat/completions", chat),
        asked("e", "/v1/embeddings", embed.clone()),
        told("c", json!({"choices": [{"message": {"content": "ho"}}], "usage": usage, "service_tier": "default"})),
        told("e", json!({"usage": {"prompt_tokens": 1}})),
        told("f", json!({"usage": {"prompt_tokens": 1}})),
        asked("f", "/v1/embeddings", embed.clone()),
        asked("unanswered", "/v1/embeddings", embed),
    ];
    let (found, stderr) = parse(&lines, &[]);
    assert_eq!(found.iter().map(|line| line["usage"]["service_tier"].clone()).collect::<Vec<_>>(), ["batch"]);
    assert!(stderr.is_empty(), "{stderr}");
}

#[test]
fn what_was_reported_of_a_prompt_that_cannot_be_had_is_said_to_be_so() {
    let line = json!({"request": {"model": "gpt-4o", "input": "and now?", "previous_response_id": "resp_1"},
        "response": {"object": "response", "output": [], "usage": {"input_tokens": 1_000_000, "output_tokens": 0}}});
    let summary = run_with(&["parse", "-", "--summary"], line.to_string().into_bytes()).good();
    assert!(summary.contains("a body that is redacted, cut short or elsewhere"), "{summary}");
    let (found, stderr) = parse(&[line], &[]);
    assert_eq!(found[0]["usage"]["prompt_tokens"], 1_000_000);
    assert!(
        stderr.contains("the usage is read, the prompt is not known: the provider stores the conversation"),
        "{stderr}"
    );
}

/// A line of Codex.
pub(crate) fn codex(kind: &str, payload: &Value) -> Value {
    json!({"timestamp": "2026-04-07T08:00:00Z", "type": kind, "payload": payload})
}

pub(crate) fn codex_says(role: &str, text: &str) -> Value {
    codex("response_item", &json!({"type": "message", "role": role, "content": [{"type": "text", "text": text}]}))
}

pub(crate) fn codex_counts(input: u64) -> Value {
    let counts = json!({"input_tokens": input, "output_tokens": 1});
    codex("event_msg", &json!({"type": "token_count", "info": {"last_token_usage": counts}}))
}

pub(crate) fn codex_begins(payload: &Value) -> Vec<Value> {
    vec![codex("session_meta", payload), codex("turn_context", &json!({"model": "gpt-5-codex"}))]
}

/// Messages of the prompt, what was answered, and what was counted.
pub(crate) fn calls(exchanges: &[Value]) -> Vec<(usize, String, Option<u64>)> {
    let call = |line: &Value| {
        let said = line["response"]["message"]["content"].as_str().unwrap_or_default().to_owned();
        (line["request"]["messages"].as_array().unwrap().len(), said, line["usage"]["prompt_tokens"].as_u64())
    };
    exchanges.iter().map(call).collect()
}

#[test]
fn an_interrupted_turn_of_codex_is_a_call_of_its_own() {
    let begins = codex_begins(&json!({"id": "s", "instructions": "be brief"}));
    let first = [codex_says("user", "do it"), codex_says("assistant", "I begin")];
    let aborted = [codex("event_msg", &json!({"type": "turn_aborted"}))];
    let second = [codex_says("user", "no, do that instead"), codex_says("assistant", "ok"), codex_counts(2500)];
    let last = [codex_says("user", "and?"), codex_says("assistant", "so")];
    for between in [&aborted[..], &[]] {
        let (found, _) = parse(&[&begins[..], &first, between, &second, &last].concat(), &[]);
        let expected = [(2, "I begin", None), (4, "ok", Some(2500)), (6, "so", None)];
        assert_eq!(calls(&found), expected.map(|(messages, said, counted)| (messages, said.to_owned(), counted)));
    }
}

#[test]
fn a_call_of_codex_behind_an_answer_that_was_counted_is_an_answer_of_its_own() {
    let begins = codex_begins(&json!({"id": "s"}));
    let first = [codex_says("user", "do it"), codex_says("assistant", "I begin"), codex_counts(1000)];
    let call = json!({"type": "function_call", "call_id": "c", "name": "shell", "arguments": "{}"});
    let second = [codex("response_item", &call), codex_counts(1100)];
    let (found, _) = parse(&[&begins[..], &first, &second].concat(), &[]);
    assert_eq!(calls(&found), [(1, "I begin".to_owned(), Some(1000)), (2, String::new(), Some(1100))]);
    assert_eq!(found[1]["request"]["messages"][1], json!({"role": "assistant", "content": "I begin"}));
    assert_eq!(found[1]["response"]["message"]["tool_calls"][0]["id"], "c");
}

#[test]
fn a_fork_of_codex_counts_what_it_copies_once() {
    let history = [codex_says("user", "do it"), codex_says("assistant", "done"), codex_counts(1000)];
    let later = |mut line: Value| {
        line["timestamp"] = "2026-04-07T09:00:00Z".into();
        line
    };
    let goes_on = [codex_says("user", "more"), codex_says("assistant", "done too"), codex_counts(1100)].map(later);
    let parent = [codex_begins(&json!({"id": "p"})), history.to_vec()].concat();
    let forks = [
        [codex_begins(&json!({"id": "f", "forked_from_id": "p"})), history.to_vec(), goes_on.to_vec()].concat(),
        [codex_begins(&json!({"id": "f"})), parent.clone(), goes_on.to_vec()].concat(),
    ];
    for fork in forks {
        let (found, _) = parse_files(&[&parent, &fork], &[]);
        assert_eq!(calls(&found), [(1, "done".to_owned(), Some(1000)), (3, "done too".to_owned(), Some(1100))]);
    }
    // Alone it says that it is one: what it copied has one time.
    let fork = [codex_begins(&json!({"id": "f", "forked_from_id": "p"})), history.to_vec(), goes_on.to_vec()].concat();
    let (found, said) = parse(&fork, &[]);
    assert_eq!(calls(&found), [(3, "done too".to_owned(), Some(1100))]);
    assert!(said.contains("copied from the session that this one was forked from"), "{said}");
    // Nothing tells these from two runs that went alike.
    let (found, _) = parse_files(&[&parent, &parent], &[]);
    assert_eq!(found.len(), 2);
}
