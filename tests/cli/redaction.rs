//! `parse --redact`: the same hits and costs without a word of what was said.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::{Run, files, run, run_with};

/// The profiles with a rule of each kind and size.
const PROFILES: [&[&str]; 6] = [
    &[],
    &["--profile", "deepseek-v3.2"],
    &["--profile", "deepseek-v4.1"],
    &["--profile", "azure-foundry-deepseek"],
    &["--profile", "vllm"],
    &["--profile", "sglang"],
];

const LIMITS: [&[&str]; 5] =
    [&[], &["--ttl", "90s"], &["--delay", "30s"], &["--capacity", "9"], &["--currency", "CNY"]];

/// A folder with a key.
struct Keyed {
    folder: TempDir,
}

impl Keyed {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("key"), "a key for tests, long enough\n").unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    fn redact(&self, logs: &[&str], flags: &[&str]) -> String {
        let key = self.path("key");
        let run = run(&[&["parse", "--redact", "--key-file", &key], logs, flags].concat());
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert!(run.stderr.is_empty() || run.stderr.contains("[redacted-in-blocks]"), "{}", run.stderr);
        run.stdout
    }
}

/// Every log among the fixtures that is whole.
fn logs() -> Vec<String> {
    let folders = ["jsonl", "json", "har", "log", "traj"].map(|extension| files("fixtures/logs", extension));
    let logs = folders.into_iter().flatten().map(|path| path.to_str().unwrap().to_owned());
    let logs: Vec<String> = logs.filter(|log| !log.ends_with("broken.jsonl")).collect();
    assert!(logs.len() > 30, "{logs:?}");
    logs
}

/// Fields of each exchange that must be the same.
fn numbers(lines: &str, is_wanted: impl Fn(&str) -> bool) -> Vec<String> {
    const SAME: [&str; 18] = [
        "time",
        "model",
        "profile",
        "prompt_tokens",
        "prompt_tokens_reported",
        "estimated_because",
        "hit_tokens_predicted",
        "hit_tokens_min",
        "hit_tokens_max",
        "hit_tokens_reported",
        "written_tokens_predicted",
        "output_tokens",
        "lost",
        "unexplained",
        "cost_predicted",
        "cost_reported",
        "cost_without_cache",
        "currency",
    ];
    let line = |line: &str| {
        let value: Value = serde_json::from_str(line).unwrap();
        let wanted = SAME.iter().filter(|key| is_wanted(key));
        wanted.map(|key| format!("{key} {}", value[*key])).collect::<Vec<_>>().join(", ")
    };
    lines.lines().map(line).collect()
}

#[test]
fn a_redacted_log_hits_and_costs_what_the_clear_one_does() {
    let (keyed, logs) = (Keyed::new(), logs());
    let logs: Vec<&str> = logs.iter().map(String::as_str).collect();
    for profile in PROFILES {
        let redacted = keyed.redact(&logs, profile);
        for limits in LIMITS {
            let flags = [profile, limits].concat();
            // Calls of one time are sorted by the answers that prompts hold, which redacted lines do not tell.
            let simulate = [&["simulate", "--format", "jsonl", "--order", "log"], &flags[..]].concat();
            let clear = run(&[&simulate[..], &logs[..]].concat()).good();
            let same = run_with(&[&simulate[..], &["-"]].concat(), redacted.clone().into_bytes()).good();
            // Under V4.1 a prompt that parts within a block has a wider range where it is known to the block.
            let is_exact = |key: &str| key != "hit_tokens_max" || !profile.contains(&"deepseek-v4.1");
            assert_eq!(numbers(&same, is_exact), numbers(&clear, is_exact), "{flags:?}");
        }
    }
}

#[test]
fn a_redacted_log_costs_to_the_cent_what_the_clear_one_does() {
    let (keyed, logs) = (Keyed::new(), logs());
    let summary = |run: Run| {
        let report: Value = serde_json::from_str(&run.good()).unwrap();
        let mut summary = report["summary"].as_object().unwrap().clone();
        // The best cost and the ledger count what requests share, which is known to the block.
        for known_to_the_block in ["cost_best", "input_cost_best", "still_to_save", "ledger", "diverged"] {
            assert!(summary.remove(known_to_the_block).is_some(), "{known_to_the_block}");
        }
        summary
    };
    for log in &logs {
        let redacted = keyed.redact(&[log], &[]);
        let flags = ["cost", "--format", "json", "--at", "2026-04-07"];
        let same = summary(run_with(&[&flags[..], &["-"]].concat(), redacted.into_bytes()));
        assert_eq!(same, summary(run(&[&flags[..], &[log.as_str()]].concat())), "{log}");
    }
}

#[test]
fn names_of_customers_block_ids_and_exact_figures_do_not_travel() {
    let keyed = Keyed::new();
    let log = keyed.path("log.jsonl");
    let call = r#"{"timestamp":"2026-04-07T08:01:02Z","host":"acme.openai.azure.com","request":{"model":"ft:gpt-4o-2024-08-06:acme::x","messages":[{"role":"user","content":"Hello"}]},"response":{"usage":{"prompt_tokens":1029,"completion_tokens":1}}}"#;
    let block = r#"{"timestamp":1000,"input_length":1029,"output_length":7,"hash_ids":[46,47,46]}"#;
    fs::write(&log, format!("{call}\n{block}\n")).unwrap();
    let lines: Vec<Value> = keyed.redact(&[&log], &["--round", "100", "--coarse-times"]).lines().map(parsed).collect();
    let [call, block] = &lines[..] else { panic!("{lines:?}") };
    assert!(!call.to_string().contains("acme"), "{call}");
    assert!(call["host"].as_str().unwrap().ends_with(".openai.azure.com"), "{call}");
    assert!(call["request"]["model"].as_str().unwrap().starts_with("ft:gpt-4o-2024-08-06:"), "{call}");
    assert_eq!((&call["time"], &call["usage"]["prompt_tokens"]), (&"2026-04-07T08:01:00Z".into(), &1000.into()));
    let blocks = &block["request"]["blocks"];
    let ids = &blocks["hash_ids"];
    assert!(ids[0] == ids[2] && ids[0] != ids[1] && ids[0] != 46, "{block}");
    assert_eq!(blocks["input_length"], 1000);
}

#[test]
fn a_key_that_repeats_itself_is_refused() {
    let keyed = Keyed::new();
    fs::write(keyed.path("key"), "abababababababababab").unwrap();
    let refusal = run(&["parse", "--redact", "--key-file", &keyed.path("key"), "fixtures/logs/bare.jsonl"]).refusal();
    assert!(refusal.contains("16 characters or more, 8 of them different"), "{refusal}");
}

#[test]
fn no_word_of_a_prompt_is_left() {
    let keyed = Keyed::new();
    for log in logs() {
        let clear = run(&["parse", &log]).good();
        let spoken: BTreeSet<String> =
            clear.lines().flat_map(|line| texts(&parsed(line))).flat_map(|text| words(&text)).collect();
        let left: BTreeSet<String> =
            keyed.redact(&[&log], &[]).lines().flat_map(|line| words(&without_kept(line))).collect();
        let both: Vec<&String> = spoken.intersection(&left).collect();
        assert!(both.is_empty(), "{log}: {both:?}");
    }
}

fn parsed(line: &str) -> Value {
    serde_json::from_str(line).unwrap()
}

/// All that was said, whoever said it, and who said it: not roles and kinds, which are no texts.
fn texts(line: &Value) -> Vec<String> {
    let mut texts = Vec::new();
    for part in
        ["/request/messages", "/request/prompt", "/request/tools", "/response/message", "/id", "/response/id", "/scope"]
    {
        collect(line.pointer(part).unwrap_or(&Value::Null), &mut texts);
    }
    texts
}

fn collect(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Array(list) => list.iter().for_each(|value| collect(value, texts)),
        Value::Object(map) => {
            for (key, value) in map.iter().filter(|(key, _)| !["role", "type"].contains(&key.as_str())) {
                texts.push(key.clone());
                collect(value, texts);
            }
        }
        _ => {}
    }
}

/// A redacted line without the names of its own fields and what is meant to travel in clear.
fn without_kept(line: &str) -> String {
    let mut line = parsed(line);
    for (part, key) in [
        ("", "origin"),
        ("", "format"),
        ("", "api"),
        ("", "host"),
        ("/request", "model"),
        ("/response", "model"),
        ("/request/redacted", "profile"),
        ("/request/redacted", "estimated"),
        ("/response", "system_fingerprint"),
        // Its name is also the word before an account's region, in clear lines.
        ("/usage", "region"),
    ] {
        line.pointer_mut(part).and_then(Value::as_object_mut).map(|map| map.remove(key));
    }
    let mut values = Vec::new();
    collect(&line, &mut values);
    values.retain(|value| !FIELDS.contains(&value.as_str()));
    values.join("\n")
}

/// Fields that a redacted line has of its own.
const FIELDS: [&str; 23] = [
    "account",
    "key",
    "user",
    "user_id",
    "cachecheck",
    "time",
    "end_time",
    "scope",
    "request",
    "response",
    "usage",
    "redacted",
    "key",
    "block_size",
    "prompt_tokens",
    "core_tokens",
    "output_tokens",
    "fingerprints",
    "unseen_from",
    "unseen_fingerprint",
    "reasoning_tokens",
    "family",
    "blocks",
];

/// Words of four letters or more.
fn words(text: &str) -> Vec<String> {
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    words
        .filter(|word| word.chars().filter(|letter| letter.is_alphabetic()).count() >= 4)
        .map(str::to_lowercase)
        .collect()
}

#[test]
fn a_line_that_only_looks_redacted_is_redacted() {
    let keyed = Keyed::new();
    let once = keyed.redact(&["fixtures/logs/support-and-agent.jsonl"], &[]);
    let again = |lines: &str| {
        let path = keyed.path("redacted.jsonl");
        fs::write(&path, lines).unwrap();
        keyed.redact(&[&path], &[])
    };
    assert_eq!(again(&once), once);
    let mut line = parsed(once.lines().next().unwrap());
    line["id"] = "ANN".into();
    line["scope"] = "ANN".into();
    line["usage"]["service_tier"] = "ANN".into();
    line["response"]["message"] = serde_json::json!({"role": "assistant", "content": "ANN"});
    let redacted = again(&line.to_string());
    assert!(redacted.contains("fingerprints") && !redacted.contains("ANN"), "{redacted}");
}

#[test]
fn who_shares_a_cache_stays_the_same_and_has_no_name() {
    let keyed = Keyed::new();
    let log = "fixtures/logs/support-and-agent.jsonl";
    let scopes = |lines: &str| -> Vec<Option<String>> {
        lines.lines().map(|line| parsed(line).get("scope").map(Value::to_string)).collect()
    };
    let (clear, redacted) = (scopes(&run(&["parse", log]).good()), scopes(&keyed.redact(&[log], &[])));
    let pairs: BTreeSet<_> = clear.iter().zip(&redacted).collect();
    let names: BTreeMap<_, _> = pairs.iter().copied().collect();
    let back: BTreeMap<_, _> = pairs.iter().map(|(clear, redacted)| (*redacted, *clear)).collect();
    assert!(names.len() > 1 && names.len() == pairs.len() && back.len() == pairs.len(), "{pairs:?}");
}

#[test]
fn a_second_log_redacted_with_the_same_key_shares_its_cache() {
    let keyed = Keyed::new();
    let log = "fixtures/logs/long-text-qa.jsonl";
    let twice = keyed.redact(&[log], &[]) + &keyed.redact(&[log], &[]);
    let hits = |lines: String| -> Vec<Value> {
        let lines = run_with(&["simulate", "-", "--format", "jsonl"], lines.into_bytes()).good();
        lines.lines().map(|line| parsed(line)["hit_tokens_predicted"].clone()).collect()
    };
    let copy = keyed.path("copy.jsonl");
    fs::copy(log, &copy).unwrap();
    let clear = run(&["simulate", log, &copy, "--format", "jsonl"]).good();
    let expected: Vec<Value> = clear.lines().map(|line| parsed(line)["hit_tokens_predicted"].clone()).collect();
    assert_eq!(hits(twice), expected);
    fs::write(keyed.path("key"), "another key, just as long").unwrap();
    let other = keyed.redact(&[log], &[]);
    fs::write(keyed.path("key"), "a key for tests, long enough").unwrap();
    let mixed = run_with(&["simulate", "-"], (keyed.redact(&[log], &[]) + &other).into_bytes()).good();
    assert!(mixed.contains("redacted with different keys"), "{mixed}");
}

#[test]
fn a_key_is_made_once_where_there_is_none_and_never_in_the_stream() {
    let keyed = Keyed::new();
    let log = "fixtures/logs/short.jsonl";
    let path = keyed.path("new.key");
    let first = run(&["parse", log, "--redact", "--key-file", &path]);
    let key = fs::read_to_string(&path).unwrap();
    assert!(first.stderr.contains("made a new key") && !first.stderr.contains(key.trim()), "{}", first.stderr);
    let second = run(&["parse", log, "--redact", "--key-file", &path]);
    assert_eq!((first.stdout.as_str(), second.stderr.contains("made a new key")), (second.stdout.as_str(), false));
    let shown = run(&["parse", log, "--redact"]);
    let key = shown.stderr.split("shown only here: ").nth(1).unwrap().split(' ').next().unwrap().to_owned();
    assert!(key.len() == 64 && !shown.stdout.contains(&key), "{}", shown.stderr);
    fs::write(&path, &key).unwrap();
    assert_eq!(run(&["parse", log, "--redact", "--key-file", &path]).stdout, shown.stdout);
    fs::write(&path, "short").unwrap();
    assert!(run(&["parse", log, "--redact", "--key-file", &path]).refusal().contains("16 characters"));
}

#[test]
fn a_rule_that_does_not_fit_the_blocks_is_refused_and_one_that_does_is_not() {
    let keyed = Keyed::new();
    let redacted = keyed.redact(&["fixtures/logs/multi-round.jsonl"], &[]);
    let simulate =
        |flags: &[&str]| run_with(&[&["simulate", "-"], flags].concat(), redacted.clone().into_bytes()).good();
    let finer = simulate(&["--profile", "vllm"]);
    assert!(finer.contains("3 requests were not simulated: redacted in blocks of 64"), "{finer}");
    assert!(finer.contains("redact the log again with this --profile"), "{finer}");
    // Units of 128 are two blocks of 64, but V4 lays requests out in another way.
    let coarser = simulate(&["--profile", "deepseek-v4"]);
    assert!(coarser.contains("3 token counts are estimated: redacted as counted by deepseek-v3.2"), "{coarser}");
    let same = simulate(&[]);
    assert!(same.contains("3 requests were redacted: hits are exact") && !same.contains("estimated"), "{same}");
    let cost = run_with(&["cost", "-"], redacted.clone().into_bytes()).good();
    assert!(
        cost.contains("3 requests were redacted: hits are exact")
            && cost.contains("the best cost are exact to one block"),
        "{cost}"
    );
    let summary = run_with(&["parse", "--summary", "-"], redacted.into_bytes()).good();
    assert!(summary.contains("texts redacted"), "{summary}");
}

#[test]
fn what_is_redacted_twice_is_as_it_was() {
    let keyed = Keyed::new();
    let once = keyed.redact(&["fixtures/logs/multi-round.jsonl"], &[]);
    let twice = run_with(&["parse", "-", "--redact", "--key-file", &keyed.path("key")], once.clone().into_bytes());
    assert_eq!(twice.stdout, once);
    assert_eq!(run_with(&["parse", "-"], once.clone().into_bytes()).good(), once);
}

#[test]
fn a_redacted_line_tells_its_source_by_a_number_and_keeps_it() {
    let keyed = Keyed::new();
    let (one, two) = (keyed.path("customer-ann.jsonl"), keyed.path("customer-bob.jsonl"));
    let line = r#"{"model": "deepseek-chat", "messages": [{"role": "user", "content": "Hello"}]}"#;
    fs::write(&one, format!("{line}\n{line}\n")).unwrap();
    fs::write(&two, line).unwrap();
    let redacted = keyed.redact(&[&one, &two], &[]);
    let origins = |lines: &str| -> Vec<String> {
        lines.lines().map(|line| parsed(line)["origin"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(origins(&redacted), ["source 1:1", "source 1:2", "source 2:1"]);
    assert!(!redacted.contains("customer"), "{redacted}");
    let key = keyed.path("key");
    let again = |lines: &str| run_with(&["parse", "-", "--redact", "--key-file", &key], lines.into()).stdout;
    assert_eq!(again(&redacted), redacted);
    let last = redacted.lines().last().unwrap();
    assert_eq!(origins(&again(last)), ["source 2:1"], "what is left of a log keeps its numbers");
    assert_eq!(
        origins(&again(&format!("{line}\n{last}\n{redacted}"))),
        ["source 1:1", "source 2:1", "source 3:1", "source 3:2", "source 2:1"]
    );
    let told = run(&["parse", "-v", "--redact", "--key-file", &key, &one, &two]).stderr;
    assert!(told.contains(&format!("source 2 is {two}")), "the owner is led back: {told}");
}

#[test]
fn that_marks_of_where_to_cache_are_lost_is_said() {
    let keyed = Keyed::new();
    let key = keyed.path("key");
    let log = "fixtures/logs/formats/bedrock-invoke.jsonl";
    let flags = ["parse", log, "--redact", "--key-file", &key];
    let told = run(&[&flags[..], &["--profile", "deepseek-v3.2"]].concat()).stderr;
    assert!(told.contains("[breakpoints-left-out]") && told.contains("not in the redacted lines"), "{told}");
    let told = run(&flags).stderr;
    assert!(!told.contains("cache breakpoints"), "a rule that goes by marks keeps them: {told}");
}

/// A call a minute: Claude with marks for an hour and five minutes and an automatic one, GPT-5.6 with keys, marks and without.
fn calls_with_marks() -> String {
    let long = "Water runs down the slope. ".repeat(400);
    let text = |text: &str, mark: Value| json!({"type": "text", "text": text, "cache_control": mark});
    let claude = |turns: usize| {
        let system =
            [text(&long, json!({"type": "ephemeral", "ttl": "1h"})), text("Be brief.", json!({"type": "ephemeral"}))];
        let message = |turn| json!({"role": if turn % 2 == 0 { "user" } else { "assistant" }, "content": format!("Turn {turn}. {long}")});
        let messages: Vec<Value> = (0..turns).map(message).collect();
        json!({"model": "claude-sonnet-4-6", "max_tokens": 9, "system": system, "messages": messages,
            "cache_control": {"type": "ephemeral"}})
    };
    let openai = |key: Option<&str>, question: &str, is_marked: bool| {
        let mut part = json!({"type": "text", "text": long});
        if is_marked {
            part["prompt_cache_breakpoint"] = json!({"mode": "explicit"});
        }
        json!({"model": "gpt-5.6-sol", "prompt_cache_key": key,
            "messages": [{"role": "user", "content": [part, {"type": "text", "text": question}]}]})
    };
    let requests = [
        (0, claude(1)),
        (3, claude(3)),
        (12, claude(5)),
        (90, claude(5)),
        (91, openai(Some("a"), "Why?", true)),
        (92, openai(Some("b"), "How?", true)),
        (93, openai(Some("a"), "When?", true)),
        (94, openai(None, "Why?", false)),
        (95, openai(None, "Why?", false)),
        (130, openai(None, "Why?", false)),
    ];
    let call = |(minute, request): (u32, Value)| {
        json!({"timestamp": format!("2026-10-05T{:02}:{:02}:00Z", 8 + minute / 60, minute % 60), "request": request})
            .to_string()
    };
    requests.into_iter().map(call).collect::<Vec<_>>().join("\n")
}

#[test]
fn marks_lifetimes_and_keys_of_a_cache_simulate_to_the_same_when_redacted() {
    let keyed = Keyed::new();
    let log = keyed.path("marked.jsonl");
    fs::write(&log, calls_with_marks()).unwrap();
    let redacted = keyed.redact(&[&log], &[]);
    let simulate =
        |input: &str| run_with(&["simulate", "-", "--format", "jsonl"], input.to_owned().into_bytes()).good();
    let (clear, same) = (simulate(&calls_with_marks()), simulate(&redacted));
    assert_eq!(numbers(&same, |_| true), numbers(&clear, |_| true));
    let hits: Vec<bool> =
        clear.lines().map(|line| parsed(line)["hit_tokens_predicted"].as_u64().unwrap() > 0).collect();
    assert_eq!(hits, [false, true, true, false, false, false, true, false, true, false]);
}

#[test]
fn a_bare_text_under_a_rule_of_breakpoints_is_predicted_neither_in_clear_nor_redacted() {
    let model = "arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-5";
    let line = json!({"request": {"model": model, "prompt": "Be kind. ".repeat(400)}, "response": {"choices": [{"text": "Yes."}]}});
    let keyed = Keyed::new();
    let log = keyed.path("log.jsonl");
    fs::write(&log, format!("{line}\n")).unwrap();
    let redacted = keyed.redact(&[&log], &[]);
    for lines in [format!("{line}\n"), redacted] {
        let run = run_with(&["simulate", "-", "--format", "jsonl"], lines.into_bytes());
        let row: Value = serde_json::from_str(run.stdout.lines().next().unwrap()).unwrap();
        assert!(row["hit_tokens_predicted"].is_null() && row["prompt_tokens"].is_u64(), "{row}");
        assert!(run.stderr.contains("[not-simulated]"), "{}", run.stderr);
    }
}
