//! Promises of the providers' documents, tested on the fixtures.
//!
//! The guide's examples are laid out and compared here by hand, in the most naive way, and the program must say the same.

use std::fs;
use std::path::Path;

use cachecheck::tokens::{Encoding, TokenId, Tokenizer};
use serde_json::Value;

use crate::program::{ROOT, count, counts, exchanges, files, fixture, report, run, run_with};

/// DeepSeek's storage unit (guide "Context Caching", as of 2026-04-05).
const BLOCK: u64 = 64;

/// The guide's three examples.
const EXAMPLES: [&str; 3] = ["long-text-qa", "multi-round", "few-shot"];

/// The logs that a program run without flags can simulate; `broken` among them, which skips lines.
fn logs() -> Vec<String> {
    let logs: Vec<String> = files("fixtures/logs", "jsonl").iter().map(|path| path.to_str().unwrap().into()).collect();
    assert!(logs.len() >= 14, "{logs:?}");
    logs
}

fn requests(log: &str) -> Vec<Value> {
    let text = fs::read_to_string(Path::new(ROOT).join(log)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The tokens of a prompt without tools in DeepSeek-V3.2's layout, and the same with the answer.
fn laid_out(tokenizer: &dyn Tokenizer, line: &Value) -> (Vec<TokenId>, Vec<TokenId>) {
    let special = |spelling: &str| tokenizer.special(spelling).unwrap();
    let text = |message: &Value, ids: &mut Vec<TokenId>| {
        tokenizer.encode_text(message["content"].as_str().unwrap(), ids);
    };
    let mut prompt = vec![special("<｜begin▁of▁sentence｜>")];
    for message in line["request"]["messages"].as_array().unwrap() {
        match message["role"].as_str().unwrap() {
            "user" => {
                prompt.push(special("<｜User｜>"));
                text(message, &mut prompt);
                prompt.extend([special("<｜Assistant｜>"), special("</think>")]);
            }
            "assistant" => {
                text(message, &mut prompt);
                prompt.push(special("<｜end▁of▁sentence｜>"));
            }
            _ => text(message, &mut prompt),
        }
    }
    let mut whole = prompt.clone();
    text(&line["response"]["choices"][0]["message"], &mut whole);
    whole.push(special("<｜end▁of▁sentence｜>"));
    (prompt, whole)
}

/// Tokens and hits of each request by the guide: what an earlier one begins with, in whole blocks, never the last token.
fn promised(log: &str) -> Vec<(u64, u64)> {
    let tokenizer = Encoding::named("deepseek-v3.2").unwrap().tokenizer();
    let mut earlier: Vec<Vec<TokenId>> = Vec::new();
    let mut all = Vec::new();
    for line in requests(log) {
        let (prompt, whole) = laid_out(&*tokenizer, &line);
        let common = |other: &Vec<TokenId>| other.iter().zip(&prompt).take_while(|(a, b)| a == b).count();
        let shared = earlier.iter().map(common).max().unwrap_or(0).min(prompt.len() - 1) as u64;
        all.push((prompt.len() as u64, shared / BLOCK * BLOCK));
        earlier.push(whole);
    }
    all
}

#[test]
fn the_examples_of_the_guide_hit_what_it_promises() {
    for example in EXAMPLES {
        let log = fixture(example);
        let found = exchanges(&log, &[]);
        let found: Vec<(u64, u64)> =
            found.iter().map(|line| (count(line, "/prompt_tokens"), count(line, "/hit_tokens_predicted"))).collect();
        assert_eq!(found, promised(&log), "{example}");
        assert_eq!(found[0].1, 0, "{example}: nothing came before the first request");
        assert!(found[1].1 >= BLOCK, "{example}: the second request shares its beginning with the first");
    }
}

#[test]
fn the_second_question_about_a_long_text_pays_for_little_but_itself() {
    let second = &exchanges(&fixture("long-text-qa"), &[])[1];
    let missed = count(second, "/prompt_tokens") - count(second, "/hit_tokens_predicted");
    assert!(missed < 2 * BLOCK, "{missed} tokens missed");
}

#[test]
fn a_conversation_hits_the_answers_that_are_sent_back() {
    let whole = counts(&exchanges(&fixture("multi-round"), &[]), "/hit_tokens_predicted");
    let without_answers = counts(&exchanges(&fixture("bare"), &[]), "/hit_tokens_predicted");
    assert!(whole[2] > without_answers[2], "{whole:?} against {without_answers:?}");
}

#[test]
fn prompts_of_less_than_a_block_never_hit() {
    let lines = exchanges(&fixture("short"), &[]);
    assert!(counts(&lines, "/prompt_tokens").iter().all(|tokens| *tokens < BLOCK));
    assert_eq!(counts(&lines, "/hit_tokens_predicted"), [0, 0, 0]);
}

#[test]
fn an_overlap_in_the_middle_never_hits() {
    let lines = exchanges(&fixture("middle-overlap"), &[]);
    assert!(counts(&lines, "/prompt_tokens").iter().all(|tokens| *tokens > 8 * BLOCK));
    assert_eq!(counts(&lines, "/hit_tokens_predicted"), [0, 0, 0]);
}

#[test]
fn an_identical_request_hits_all_whole_blocks_but_never_its_last_token() {
    let lines = exchanges(&fixture("identical"), &[]);
    let (tokens, hits) = (count(&lines[1], "/prompt_tokens"), counts(&lines, "/hit_tokens_predicted"));
    let expected = (tokens - 1) / BLOCK * BLOCK;
    assert_eq!(hits, [0, expected, expected]);
}

#[test]
fn what_is_predicted_is_never_called_guaranteed() {
    let table = run(&["simulate", &fixture("identical")]).good().to_lowercase();
    assert!(table.contains("predicted") && !table.contains("guarantee"), "{table}");
}

#[test]
fn azure_foundry_has_no_cache_and_the_report_says_so() {
    let log = fixture("azure-foundry");
    let lines = exchanges(&log, &[]);
    assert_eq!(counts(&lines, "/hit_tokens_predicted"), [0, 0]);
    assert!(lines.iter().all(|line| line["profile"] == "azure-foundry-deepseek" && line["profile_basis"] == "host"));
    // A field that is not there is unknown; a reported zero is zero.
    assert_eq!(lines[0]["hit_tokens_reported"], Value::Null);
    assert_eq!(lines[1]["hit_tokens_reported"], 0);
    let report = run(&["simulate", &log]).good();
    assert!(report.contains("no prompt cache"), "{report}");
    assert!(!report.contains("divergence"), "the prompt is not to blame: {report}");
}

#[test]
fn the_same_prompts_at_deepseek_itself_would_hit() {
    let lines = exchanges(&fixture("azure-foundry"), &["--profile", "deepseek-v3.2"]);
    assert!(count(&lines[1], "/hit_tokens_predicted") > 8 * BLOCK);
}

#[test]
fn a_model_without_a_known_rule_is_counted_and_not_simulated() {
    let known = fs::read_to_string(fixture("openai")).unwrap();
    let unknown = known.replace("gpt-4o", "llm-of-tomorrow").into_bytes();
    let told = run_with(&["simulate", "-", "--format", "jsonl"], unknown.clone()).good();
    let lines: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for line in &lines {
        for field in
            ["profile", "hit_tokens_predicted", "hit_tokens_max", "ledger", "lost", "unexplained", "parent_line"]
        {
            assert_eq!(line[field], Value::Null, "{field}");
        }
        assert!(line["prompt_tokens"].is_u64());
    }
    assert!(count(&lines[1], "/hit_tokens_reported") > 1024);
    let summary: Value =
        serde_json::from_str(&run_with(&["simulate", "-", "--format", "json"], unknown.clone()).good()).unwrap();
    assert_eq!(summary["summary"]["hit_ratio_predicted"], Value::Null);
    assert_eq!(
        count(&summary, "/summary/hit_tokens_reported"),
        counts(&lines, "/hit_tokens_reported").iter().sum::<u64>()
    );
    assert!(run_with(&["simulate", "-"], unknown).good().contains("no rule known for llm-of-tomorrow"));
}

#[test]
fn openai_is_counted_exactly_and_served_in_whole_steps() {
    for line in exchanges(&fixture("openai"), &[]) {
        assert_eq!(line["profile"], "openai-4o");
        assert_eq!(line["prompt_tokens"], line["prompt_tokens_reported"]);
        assert!(count(&line, "/hit_tokens_predicted").is_multiple_of(128));
        assert!(count(&line, "/hit_tokens_predicted") <= count(&line, "/hit_tokens_max"));
    }
}

#[test]
fn every_ledger_adds_up() {
    for log in logs() {
        for flags in [
            &[][..],
            &["--profile", "vllm"],
            &["--profile", "sglang"],
            &["--profile", "deepseek-v4"],
            &["--capacity", "20", "--ttl", "10m", "--delay", "30s"],
        ] {
            for line in exchanges(&log, flags).iter().filter(|line| !line["ledger"].is_null()) {
                let buckets = line["ledger"].as_object().unwrap();
                let sum: u64 = buckets.values().map(|tokens| tokens.as_u64().unwrap()).sum();
                assert_eq!(sum, count(line, "/prompt_tokens"), "{log} {flags:?} {line}");
                assert_eq!(count(line, "/ledger/hit"), count(line, "/hit_tokens_predicted"), "{log} {flags:?} {line}");
            }
        }
    }
}

#[test]
fn the_summary_is_the_sum_of_the_lines() {
    for log in logs() {
        let (lines, report) = (exchanges(&log, &[]), report(&log, &[]));
        assert_eq!(count(&report, "/summary/requests"), lines.len() as u64, "{log}");
        if lines.iter().all(|line| line["prompt_tokens"].is_null()) {
            assert!(report["summary"]["prompt_tokens"].is_null(), "{log}: no prompt was counted, which is not none");
            continue;
        }
        assert_eq!(
            count(&report, "/summary/prompt_tokens"),
            counts(&lines, "/prompt_tokens").iter().sum::<u64>(),
            "{log}"
        );
        let simulated: Vec<Value> = lines.into_iter().filter(|line| !line["ledger"].is_null()).collect();
        let Some(first) = simulated.first() else { continue };
        assert_eq!(
            count(&report, "/summary/hit_tokens_predicted"),
            counts(&simulated, "/hit_tokens_predicted").iter().sum::<u64>(),
            "{log}"
        );
        for bucket in first["ledger"].as_object().unwrap().keys() {
            let pointer = format!("/ledger/{bucket}");
            let sum: u64 = counts(&simulated, &pointer).iter().sum();
            assert_eq!(count(&report, &format!("/summary{pointer}")), sum, "{log} {bucket}");
        }
    }
}

#[test]
fn a_scope_never_hits_what_another_scope_sent() {
    let lines = exchanges(&fixture("identical"), &["--scope", "/timestamp"]);
    assert_eq!(counts(&lines, "/hit_tokens_predicted"), [0, 0, 0]);
}

#[test]
fn a_lifetime_and_a_delay_are_the_reasons_they_are() {
    // A minute lies between the requests.
    let late = exchanges(&fixture("identical"), &["--ttl", "59s"]);
    assert_eq!(counts(&late, "/hit_tokens_predicted"), [0, 0, 0]);
    assert!(count(&late[1], "/ledger/expired") > 0);
    let early = exchanges(&fixture("identical"), &["--delay", "61s"]);
    assert!(count(&early[1], "/ledger/pending") > 0);
    assert!(count(&early[2], "/hit_tokens_predicted") > 0, "after two minutes the first request is visible");
}

#[test]
fn readmes_log_is_what_its_description_says() {
    let log = fixture("support-and-agent");
    let lines = exchanges(&log, &[]);
    assert!(lines.iter().all(|line| line["prompt_tokens"] == line["prompt_tokens_reported"]));
    assert!(lines.iter().all(|line| line["profile"] == "deepseek-v3.2" && line["unexplained"] == 0));
    let lossy: Vec<u64> = lines.iter().filter(|line| line["lost"] != 0).map(|line| count(line, "/line")).collect();
    assert_eq!(lossy, [3, 10, 15, 24]);
    assert!(lines.iter().any(|line| count(line, "/ledger/expired") > 0), "the pause is longer than a lifetime");
}

#[test]
fn another_user_shares_nothing() {
    let log = fixture("support-and-agent");
    let (lines, texts) = (exchanges(&log, &[]), requests(&log));
    let first = texts.iter().position(|line| line["request"]["user_id"] == "tannhof-sued").unwrap();
    assert_eq!(texts[first]["request"]["messages"][0], texts[0]["request"]["messages"][0], "both sent the policies");
    assert_eq!(count(&lines[first], "/hit_tokens_predicted"), 0);
}

/// The guide's prices of April 2026, in dollars per million tokens: hit .028, miss .28, output .42.
#[test]
fn readmes_log_costs_what_the_guide_says() {
    #[expect(clippy::cast_precision_loss, reason = "a few thousand tokens")]
    let dollars = |hit: u64, miss: u64, output: u64| (hit * 28 + miss * 280 + output * 420) as f64 / 1e9;
    for line in exchanges(&fixture("support-and-agent"), &[]) {
        let [prompt, output, predicted, reported] =
            ["/prompt_tokens", "/output_tokens", "/hit_tokens_predicted", "/hit_tokens_reported"]
                .map(|field| count(&line, field));
        for (field, hit) in [("cost_predicted", predicted), ("cost_reported", reported), ("cost_without_cache", 0)] {
            let shown: f64 = line[field].as_str().unwrap().parse().unwrap();
            let expected = dollars(hit, prompt - hit, output);
            assert!((shown - expected).abs() < 1e-12, "{field} of line {}: {shown}, not {expected}", line["line"]);
        }
        assert_eq!(line["currency"], "USD");
    }
}

#[test]
fn the_mistake_in_readmes_log_is_named() {
    let log = fixture("support-and-agent");
    let report = report(&log, &[]);
    let sentences = report["sentences"].as_array().unwrap();
    let named = sentences.iter().filter_map(Value::as_str).find(|sentence| sentence.contains("in message 1 (system)"));
    assert!(named.is_some_and(|sentence| sentence.starts_with("A date or time changes")), "{sentences:?}");
    assert_eq!(report["causes"][0]["cause"], "time");
    let lines = exchanges(&log, &[]);
    let diverged = |line: &&Value| count(line, "/ledger/diverged") > 8 * BLOCK;
    let first = count(lines.iter().find(diverged).unwrap(), "/line");
    let time = lines[usize::try_from(first).unwrap() - 1]["time"].as_str().unwrap();
    assert!(time > "2026-04-09T11:00", "nothing goes wrong before the deploy, but line {first} of {time} does");
}

/// Two requests that share a system prompt and differ in the first words of a long user message.
fn clock_in_front_of_a_question(minute: u32) -> String {
    let policy = fs::read_to_string(Path::new(ROOT).join("fixtures/logs/texts/policy.md")).unwrap();
    let report = fs::read_to_string(Path::new(ROOT).join("fixtures/logs/texts/report.md")).unwrap();
    let user = format!("It is 10:{minute}.\n\n{report}");
    let messages = serde_json::json!([{"role": "system", "content": policy}, {"role": "user", "content": user}]);
    serde_json::json!({"model": "deepseek-chat", "messages": messages}).to_string() + "\n"
}

#[test]
fn a_change_in_front_of_a_long_last_message_is_a_divergence() {
    let log = clock_in_front_of_a_question(11) + &clock_in_front_of_a_question(12);
    let lines = run_with(&["simulate", "-", "--format", "jsonl"], log.into_bytes()).good();
    let second: Value = serde_json::from_str(lines.lines().nth(1).unwrap()).unwrap();
    assert!(count(&second, "/ledger/diverged") > 1000, "an edit can give these back: {}", second["ledger"]);
    assert_eq!(second["divergence_place"], "message 2 (user)");
}

#[test]
fn a_trace_is_counted_as_it_is_given() {
    let log = fixture("trace");
    let mut seen = std::collections::HashSet::new();
    let (mut hits, mut all) = (0_u64, 0_u64);
    for line in requests(&log) {
        let ids: Vec<u64> = line["hash_ids"].as_array().unwrap().iter().map(|id| id.as_u64().unwrap()).collect();
        hits += ids.iter().take_while(|id| seen.contains(*id)).count() as u64;
        all += ids.len() as u64;
        seen.extend(ids);
    }
    let lines = exchanges(&log, &[]);
    assert_eq!(counts(&lines, "/hit_blocks").iter().sum::<u64>(), hits);
    assert_eq!(counts(&lines, "/blocks").iter().sum::<u64>(), all);
    #[expect(clippy::cast_precision_loss, reason = "a ratio of small counts")]
    let ratio = hits as f64 / all as f64;
    let reported = report(&log, &[])["summary"]["block_hit_ratio"].as_f64().unwrap();
    assert!((reported - ratio).abs() < 1e-5, "{reported} against {ratio}");
}

#[test]
fn the_same_log_gives_the_same_bytes() {
    let log = fixture("support-and-agent");
    for format in ["table", "json", "jsonl", "csv", "markdown"] {
        // Lines are not broken down.
        let by = if format == "jsonl" { &[][..] } else { &["--by", "scope"] };
        let args = [&["simulate", &log, "--format", format], by].concat();
        let once = || run(&args).good();
        assert_eq!(once(), once(), "{format}");
    }
}
