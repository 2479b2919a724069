//! Causes: faults planted in streams of calls are named, and undoing them gives back what a log without them shows.
//!
//! Each stream is made twice by the same chance, with the fault and without it: the difference of misses is the truth. Questions are
//! full of dates, ids and names, which are no fault.

use serde_json::Value;

use crate::planted::{ELSEWHERE, FAULTS, Fault, Place, Shape, stream};
use crate::program::run_with;

fn simulated(log: String, flags: &[&str]) -> Value {
    let run = run_with(&[&["simulate", "-", "--format", "json"], flags].concat(), log.into_bytes());
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

fn misses(report: &Value) -> i64 {
    let count = |key: &str| report["summary"][key].as_i64().unwrap();
    count("prompt_tokens_simulated") - count("hit_tokens_predicted")
}

/// Plants faults and says what is wrong with the answer, if anything is.
fn judged(faults: &[Fault], place: Place, seed: u64, shape: Shape) -> Result<(), String> {
    let broken = simulated(stream(faults, place, seed, shape, true), &[]);
    let repaired = simulated(stream(faults, place, seed, shape, false), &["--no-causes"]);
    let truth = misses(&broken) - misses(&repaired);
    let first = &broken["causes"][0];
    let names: Vec<&str> = faults.iter().map(|(name, _)| *name).collect();
    let told = || format!("{names:?} of {truth} tokens: {}", broken["causes"]);
    if !names.contains(&first["cause"].as_str().unwrap_or_default()) {
        return Err(told());
    }
    let given_back = if names.len() > 1 { &broken["together"] } else { first };
    let given_back = given_back["tokens_given_back"].as_i64().ok_or_else(told)?;
    let is_close = (given_back - truth).abs() * 50 <= truth.abs() || (given_back - truth).abs() < 64;
    if is_close { Ok(()) } else { Err(format!("{given_back} given back, not: {}", told())) }
}

fn all_named(cases: Vec<(Vec<Fault>, Place, Shape)>) {
    let count = cases.len();
    let results = cases
        .into_iter()
        .enumerate()
        .map(|(seed, (faults, place, shape))| judged(&faults, place, seed as u64 + 1, shape));
    let wrong: Vec<String> = results.filter_map(Result::err).collect();
    assert!(wrong.len() * 20 <= count, "{} of {count} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn faults_of_the_system_text_are_named_wherever_they_stand() {
    let places = [Place::Front, Place::Middle, Place::End];
    let cases = FAULTS.iter().flat_map(|fault| places.map(|place| (vec![*fault], place, Shape::Chat)));
    // A document at the end of the text stands before nothing that stays.
    all_named(
        cases
            .filter(|(faults, place, _)| !(faults[0].0 == "document-changed" && matches!(place, Place::End)))
            .collect(),
    );
}

#[test]
fn faults_elsewhere_are_named() {
    all_named(ELSEWHERE.iter().map(|fault| (vec![*fault], Place::Front, Shape::Chat)).collect());
}

#[test]
fn faults_are_named_in_other_shapes() {
    let some = [FAULTS[0], FAULTS[2], FAULTS[5], FAULTS[11], ELSEWHERE[1], ELSEWHERE[5]];
    let cases = some
        .iter()
        .flat_map(|fault| [Shape::LiteLlm, Shape::Anthropic].map(|shape| (vec![*fault], Place::Middle, shape)));
    all_named(cases.collect());
}

#[test]
fn two_faults_at_once_are_undone_together() {
    let pairs = [(FAULTS[0], ELSEWHERE[1]), (FAULTS[2], ELSEWHERE[7]), (FAULTS[5], FAULTS[10]), (FAULTS[4], FAULTS[0])];
    all_named(pairs.map(|(one, other)| (vec![one, other], Place::Front, Shape::Chat)).to_vec());
}

#[test]
fn nothing_is_named_in_clean_streams() {
    for seed in 0..20 {
        let shape = [Shape::Chat, Shape::LiteLlm][usize::try_from(seed).unwrap() % 2];
        let report = simulated(stream(&[], Place::Front, 500 + seed, shape, true), &[]);
        let named = report["causes"].as_array().unwrap().iter().filter(|cause| cause["cause"] != "first");
        let named: u64 = named.filter_map(|cause| cause["tokens_missed"].as_u64()).sum();
        let all = report["summary"]["prompt_tokens"].as_u64().unwrap();
        assert!(named * 50 <= all, "{}", report["causes"]);
    }
}

/// Calls of an agent whose reasoning is not sent back, with a clock before its rules: DeepSeek puts the reasoning in from its own answers.
#[test]
fn causes_are_named_where_the_provider_restores_reasoning() {
    let rules: String = (0..150).map(|rule| format!("Rule {rule}: answer briefly, and never guess. ")).collect();
    let line = |index: usize| {
        let mut messages = vec![
            serde_json::json!({"role": "system", "content": format!("Now it is 08:{index:02}. {rules}")}),
            serde_json::json!({"role": "user", "content": "Read all."}),
        ];
        for step in 0..index {
            let id = format!("call_{step}");
            let call =
                serde_json::json!({"id": id, "type": "function", "function": {"name": "read", "arguments": "{}"}});
            messages.push(serde_json::json!({"role": "assistant", "content": "", "tool_calls": [call]}));
            messages.push(serde_json::json!({"role": "tool", "tool_call_id": id, "content": format!("Page {step}.")}));
        }
        let tools =
            serde_json::json!([{"type": "function", "function": {"name": "read", "parameters": {"type": "object"}}}]);
        let request = serde_json::json!({"model": "deepseek-v4-flash", "messages": messages, "tools": tools});
        serde_json::json!({"timestamp": format!("2026-11-02T08:{index:02}:00Z"), "request": request}).to_string() + "\n"
    };
    let report = simulated((0..6).map(line).collect(), &[]);
    let cause = &report["causes"][0];
    assert_eq!(cause["cause"], "time", "{}", report["causes"]);
    assert!(cause["tokens_given_back"].as_i64().unwrap() > 4_000, "{cause}");
}

/// Requests to OpenAI with a clock before so many rules, of which the provider served nothing.
fn with_a_clock(model: &str) -> String {
    let line = |index: usize| {
        let rules: String =
            (0..150 + index % 7).map(|rule| format!("Rule {rule}: answer briefly, and never guess. ")).collect();
        let system = format!("Now it is 08:{index:02}:17. {rules}");
        let messages = [("system", system), ("user", "And then?".to_owned())];
        let messages = messages.map(|(role, content)| serde_json::json!({"role": role, "content": content}));
        let usage = serde_json::json!({"prompt_tokens_details": {"cached_tokens": 0}});
        serde_json::json!({"timestamp": format!("2026-04-07T08:{index:02}:00Z"), "request": {"model": model, "messages": messages},
            "response": {"choices": [{"message": {"role": "assistant", "content": "So."}}], "usage": usage}})
        .to_string()
            + "\n"
    };
    (0..40).map(line).collect()
}

#[test]
fn what_undoing_gives_is_a_range_where_no_hit_tells_the_providers_own_tokens() {
    let [open, known] = ["gpt-4.1", "deepseek-chat"].map(|model| simulated(with_a_clock(model), &[]));
    let range = |report: &Value, key: &str| {
        let count = |key: &str| report["causes"][0][key].as_i64().unwrap();
        assert_eq!(report["causes"][0]["cause"], "time");
        (count(&format!("{key}_min")), count(key), count(&format!("{key}_max")))
    };
    let (least, likely, most) = range(&open, "tokens_given_back");
    assert!(least < likely && likely <= most && most - least <= 40 * 256, "{least} {likely} {most}");
    let sentence = open["causes"][0]["undo"].as_str().unwrap();
    assert!(sentence.contains(" to ") && sentence.contains("about $"), "{sentence}");
    let (least, likely, most) = range(&known, "tokens_given_back");
    assert_eq!((least, most), (likely, likely));
}

#[test]
fn nothing_is_said_of_what_undoing_gives_where_a_log_has_lost_its_marks() {
    let log = stream(&[FAULTS[0]], Place::Front, 7, Shape::Anthropic, true);
    let without_marks = |line: &str| {
        let mut line: Value =
            serde_json::from_str(&line.replace(r#""cache_control":{"type":"ephemeral"}"#, r#""x":0"#)).unwrap();
        line["response"]["usage"] = serde_json::json!({"input_tokens": 3, "cache_creation_input_tokens": 1500,
            "cache_read_input_tokens": 0, "output_tokens": 20});
        line.to_string() + "\n"
    };
    let report = simulated(log.lines().map(without_marks).collect(), &[]);
    let first = &report["causes"][0];
    assert_eq!((&first["cause"], &first["tokens_given_back"]), (&"time".into(), &Value::Null), "{first}");
    assert_eq!(report["together"], Value::Null);
}

#[test]
fn a_user_id_is_no_cause_where_it_keeps_no_caches_apart() {
    let log = stream(&[], Place::Front, 5, Shape::Anthropic, false);
    let with_session = |(number, line): (usize, &str)| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        line["request"]["metadata"] = serde_json::json!({"user_id": format!("user_a__session_{}", number % 4)});
        line.to_string() + "\n"
    };
    let report = simulated(log.lines().enumerate().map(with_session).collect(), &[]);
    let causes = report["causes"].as_array().unwrap();
    assert!(causes.iter().all(|cause| cause["cause"] != "scope"), "{}", report["causes"]);
}

#[test]
fn a_row_has_the_largest_of_its_causes_and_no_causes_has_none() {
    let log = stream(&[FAULTS[0], ELSEWHERE[1]], Place::Front, 7, Shape::Chat, true);
    let rows = |flags: &[&str]| {
        let run = run_with(&[&["simulate", "-", "--format", "jsonl"], flags].concat(), log.clone().into_bytes());
        run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>()
    };
    for row in rows(&[]) {
        let causes = row["causes"].as_array().unwrap();
        assert_eq!(row["cause"], causes.first().map_or(Value::Null, |cause| cause["cause"].clone()));
        let missed = row["prompt_tokens"].as_u64().unwrap() - row["hit_tokens_predicted"].as_u64().unwrap();
        let named: u64 = causes.iter().filter_map(|cause| cause["tokens_missed"].as_u64()).sum();
        assert!(named <= missed, "no token has two causes: {row}");
    }
    assert!(rows(&["--no-causes"]).iter().all(|row| row["cause"].is_null()));
}

#[test]
fn explain_says_which_lines_and_ids_there_are() {
    let refused = |flags: &[&str]| crate::program::run(&[&["explain"], flags].concat()).refusal();
    let near = refused(&["fixtures/logs/formats/claude-code.jsonl:6"]);
    assert!(near.contains("no request begins in line 6 of fixtures/logs/formats/claude-code.jsonl"), "{near}");
    assert!(near.contains("the nearest begin in line 3 and line 7"), "{near}");
    let folder = refused(&["fixtures/logs:29"]);
    assert!(folder.contains("fixtures/logs is a folder with ") && folder.contains("--id"), "{folder}");
    assert!(refused(&["fixtures/logs/broken.jsonl:abc"]).contains("as in fixtures/logs/broken.jsonl:29"));
    let broken = refused(&["fixtures/logs/broken.jsonl:4"]);
    assert!(broken.contains("line 4 of fixtures/logs/broken.jsonl is no request: messages[0]: no `role`"), "{broken}");
    let numbered = refused(&["fixtures/logs/formats/langfuse.json:2"]);
    assert!(numbered.contains("request 2 is fixtures/logs/formats/langfuse.json:1#2"), "{numbered}");
    let stdin = std::fs::read(format!("{}/fixtures/logs/bare.jsonl", crate::program::ROOT)).unwrap();
    for line in ["-:2", "<stdin>:2"] {
        let explained = crate::program::run_with(&["explain", line], stdin.clone()).good();
        assert!(explained.starts_with("Line 2"), "{line}: {explained}");
    }
    let document = crate::program::run(&["explain", "fixtures/logs/formats/langfuse.json:1"]).good();
    assert!(
        document.contains("This line holds 2 requests; LOG:1#N or --id chooses one of them: o0, o1."),
        "{document}"
    );
}

#[test]
fn each_request_of_a_document_has_a_name_of_its_own() {
    const LOG: &str = "fixtures/logs/formats/har.har";
    let explained = |place: &str| crate::program::run(&["explain", place]).good();
    assert!(explained(&format!("{LOG}:1")).starts_with("Line 1:"));
    let second = explained(&format!("{LOG}:1#2"));
    assert!(second.starts_with("Line 1#2, compared with line 1:"), "{second}");
    let beyond = crate::program::run(&["explain", &format!("{LOG}:1#3")]).refusal();
    assert!(beyond.contains(&format!("{LOG} has no request 1#3; those of the line are 1, 1#2")), "{beyond}");

    let folder = tempfile::tempdir().unwrap();
    let names = folder.path().join("names.txt");
    std::fs::write(&names, format!("{LOG}:1#2\n")).unwrap();
    let written = crate::program::run(&["parse", LOG, "--only", names.to_str().unwrap()]).good();
    let written: Vec<Value> = written.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(written.len(), 1);
    assert_eq!((&written[0]["id"], &written[0]["origin"]), (&"chatcmpl-1".into(), &format!("{LOG}:1#2").into()));
}

#[test]
fn the_parts_of_a_call_sum_to_its_prompt_where_counts_alone_are_known() {
    for call in ["claude-code.jsonl:7", "gemini.jsonl:2", "codex.jsonl:6"] {
        let call = format!("fixtures/logs/formats/{call}");
        let report: Value =
            serde_json::from_str(&crate::program::run(&["explain", &call, "--format", "json"]).good()).unwrap();
        let sum =
            |key: &str| report["parts"].as_array().unwrap().iter().filter_map(|part| part[key].as_u64()).sum::<u64>();
        let of_call = &report["call"];
        assert_eq!(Some(sum("hit_tokens")), of_call["hit_tokens_reported"].as_u64(), "{call}");
        let prompt = report["summary"]["prompt_tokens"].as_u64();
        assert_eq!(Some(sum("tokens")), prompt, "{call}: {report}");
    }
}

#[test]
fn explain_shows_no_text_where_none_is_wanted() {
    let canary = "canary-7f3a";
    let log = |clock: &str| {
        let system = format!("Now {clock} {canary}-{clock}. {}", "You answer for the harbour office. ".repeat(60));
        let messages = serde_json::json!([{"role": "system", "content": system}, {"role": "user", "content": canary}]);
        let tool = serde_json::json!({"type": "function", "function": {"name": canary, "description": canary,
            "parameters": {"type": "object", "properties": {canary: {"type": "string"}}}}});
        let request = serde_json::json!({"model": "deepseek-chat", "messages": messages, "tools": [tool]});
        format!("{}\n", serde_json::json!({"timestamp": "2026-02-03T08:00:00Z", "request": request}))
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    std::fs::write(&path, log("10:00") + &log("10:01")).unwrap();
    let call = format!("{}:2", path.to_str().unwrap());
    for format in ["table", "json", "csv", "markdown"] {
        let told =
            |flags: &[&str]| crate::program::run(&[&["explain", &call, "--format", format], flags].concat()).good();
        assert!(!told(&["--no-text"]).contains(canary), "{format}");
        assert!(format == "csv" || told(&[]).contains(canary), "{format}");
    }
    let page = |flags: &[&str]| crate::program::run(&[&["explain", &call, "--format", "html"], flags].concat()).good();
    assert!(!page(&[]).contains(canary), "a page is made to be passed on");
    assert!(page(&["--show-text"]).contains(canary));
    for command in ["simulate", "cost"] {
        let page = crate::program::run(&[command, path.to_str().unwrap(), "--format", "html"]).good();
        assert!(page.starts_with("<!DOCTYPE html>") && !page.contains(canary), "{command}");
    }
    let report = crate::program::run(&["explain", &call, "--format", "json"]).good();
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["cause"], "time");
    let parts = report["parts"].as_array().unwrap();
    let tokens: u64 = parts.iter().filter_map(|part| part["tokens"].as_u64()).sum();
    assert_eq!(Some(tokens), report["call"]["prompt_tokens"].as_u64(), "the parts sum to the prompt");
    assert!(report["tokens_given_back"].as_i64().unwrap() > 0);
}
