//! Curves of one's own servers, on traces small enough to be worked out by hand.

use std::io::Write;

use serde_json::{Value, json};

use crate::program::{count, report, run, run_with};

/// A trace with blocks of 512 tokens: each request has a time in seconds, a length and its blocks.
fn trace(requests: &[(i64, u64, &[u64])]) -> tempfile::NamedTempFile {
    let mut log = tempfile::NamedTempFile::new().unwrap();
    for (seconds, length, blocks) in requests {
        writeln!(log, "{}", json!({"timestamp": seconds * 1000, "input_length": length, "hash_ids": blocks})).unwrap();
    }
    log
}

fn path(log: &tempfile::NamedTempFile) -> &str {
    log.path().to_str().unwrap()
}

fn curve(log: &str, flags: &[&str]) -> Value {
    serde_json::from_str(&run(&[&["curve", log, "--over", "capacity", "--format", "json"], flags].concat()).good())
        .unwrap()
}

/// Five requests. By hand, without limit: the second hits block 1, the third both blocks of the first, the fourth nothing, the
/// fifth both of the second, the last of which is not full.
const FIVE: [(i64, u64, &[u64]); 5] =
    [(0, 1024, &[1, 2]), (1, 1000, &[1, 3]), (2, 1100, &[1, 2, 4]), (3, 300, &[5]), (4, 1000, &[1, 3])];

#[test]
fn the_first_calls_warm_the_cache_and_are_not_summed() {
    // Half of five calls are two: the third, fourth and fifth are summed.
    let backwards: Vec<_> = FIVE.into_iter().rev().collect();
    for log in [trace(&FIVE), trace(&backwards)] {
        for share in ["0.5", "50%", "0.59"] {
            let simulated = report(path(&log), &["--skip-first", share]);
            let summary = &simulated["summary"];
            assert_eq!(count(summary, "/requests"), 3);
            assert_eq!(count(summary, "/prompt_tokens"), 2400);
            assert_eq!(count(summary, "/hit_tokens_predicted"), 1024 + 1000);
            assert_eq!(summary["block_hit_ratio"], json!(0.666_667));
            let caveat =
                simulated["caveats"].as_array().unwrap().iter().find(|caveat| caveat["code"] == "skipped-first");
            assert_eq!(caveat.unwrap()["requests"], 2);
        }
    }
    let log = trace(&FIVE);
    let nothing_skipped = |flags: &[&str]| report(path(&log), flags)["summary"].clone();
    assert_eq!(nothing_skipped(&["--skip-first", "0"]), nothing_skipped(&[]));
}

#[test]
fn a_curve_leaves_out_the_same_calls_as_simulate() {
    let log = trace(&FIVE);
    let rows = curve(path(&log), &["--skip-first", "0.5"]);
    for row in rows["tables"]["curve"].as_array().unwrap() {
        let capacity = row["capacity"].to_string();
        let limit = if row["capacity"].is_u64() { vec!["--capacity", &capacity] } else { Vec::new() };
        let simulated = &report(path(&log), &[&["--skip-first", "0.5"], &limit[..]].concat())["summary"];
        for field in ["hit_tokens_predicted", "hit_ratio_predicted", "block_hit_ratio"] {
            assert_eq!(row[field], simulated[field], "{field} at {capacity}");
        }
    }
}

#[test]
fn a_pipe_is_counted_and_then_read_again() {
    let lines = std::fs::read(trace(&FIVE).path()).unwrap();
    let piped = run_with(&["simulate", "-", "--format", "json", "--skip-first", "0.5"], lines).good();
    let piped: Value = serde_json::from_str(&piped).unwrap();
    assert_eq!(count(&piped["summary"], "/hit_tokens_predicted"), 2024);
}

#[test]
fn causes_and_rows_speak_of_the_same_calls() {
    let log = "fixtures/logs/support-and-agent.jsonl";
    let all = crate::program::exchanges(log, &[]);
    let last = crate::program::exchanges(log, &["--skip-first", "0.5"]);
    assert_eq!(last, all[all.len() / 2..]);
    let hits: u64 = last.iter().map(|row| count(row, "/hit_tokens_predicted")).sum();
    assert_eq!(count(&report(log, &["--skip-first", "0.5"])["summary"], "/hit_tokens_predicted"), hits);
}

#[test]
fn a_share_leaves_something_and_names_no_period() {
    for share in ["1", "100%", "-0.1", "half"] {
        let flag = format!("--skip-first={share}");
        assert!(run(&["simulate", "fixtures/logs/trace.jsonl", &flag]).stderr.contains("below 1"), "{share}");
    }
    let both = run(&["simulate", "fixtures/logs/trace.jsonl", "--skip-first", "0.5", "--since", "2026-01-01"]);
    assert_eq!(both.code, Some(2));
}

/// The hit tokens at each room.
fn served(log: &str, rooms: &str, flags: &[&str]) -> Vec<u64> {
    let curve = curve(log, &[&["--limits", rooms], flags].concat());
    let rows = curve["tables"]["curve"].as_array().unwrap();
    rows.iter().map(|row| count(row, "/hit_tokens_predicted")).collect()
}

/// Prompts of one block. With room for two the least recently used evicted first never leaves what is asked for; the best choice keeps 1 all
/// along and 2 from its first use to its second, and so serves 1, 2 and 1. With room for three both simple evictions serve two, but not
/// the same: a use does not save 1 from going first where the first in goes first out.
const SINGLE: [(i64, u64, &[u64]); 7] =
    [(0, 512, &[1]), (1, 512, &[2]), (2, 512, &[3]), (3, 512, &[1]), (4, 512, &[4]), (5, 512, &[2]), (6, 512, &[1])];

#[test]
fn evictions_are_worked_out_by_hand() {
    let log = trace(&SINGLE);
    let log = path(&log);
    assert_eq!(served(log, "2,3,4", &["--policy", "opt"]), [3 * 512; 3]);
    assert_eq!(served(log, "2,3,4", &["--policy", "fifo"]), [0, 2 * 512, 3 * 512]);
    assert_eq!(served(log, "2,3,4", &[]), [0, 2 * 512, 3 * 512]);
    let told = curve(log, &["--policy", "opt"]);
    let said = told["sentences"][0].as_str().unwrap();
    assert!(
        said.starts_with("A better eviction could give at most 42.9 points: with room for 2 blocks 42.9 %"),
        "{said}"
    );
    assert_eq!(told["tables"]["curve"][0]["hit_ratio_lru"], json!(0.0));
}

#[test]
fn one_server_is_the_cache_of_simulate() {
    for (log, profile) in [
        ("fixtures/logs/trace.jsonl", None),
        ("fixtures/logs/support-and-agent.jsonl", Some("vllm")),
        ("fixtures/logs/support-and-agent.jsonl", Some("deepseek-v3.2")),
    ] {
        let profile: Vec<&str> = profile.iter().flat_map(|name| ["--profile", *name]).collect();
        let one = served(log, "5,20,100,100k", &[&["--replicas", "1"], &profile[..]].concat());
        let best = served(log, "5,20,100,100k", &[&["--policy", "opt"], &profile[..]].concat());
        for (index, room) in ["5", "20", "100", "100k"].iter().enumerate() {
            let simulated = report(log, &[&["--capacity", room], &profile[..]].concat());
            assert_eq!(one[index], count(&simulated["summary"], "/hit_tokens_predicted"), "{log} {profile:?} {room}");
            assert!(best[index] >= one[index], "{log} {profile:?} {room}");
        }
        assert_eq!(best[3], one[3], "a room for all leaves nothing to choose");
    }
}

/// Two conversations of two users that take turns; each prompt goes on with the one before it of its conversation.
fn conversations(names: impl Fn(u64) -> Value) -> tempfile::NamedTempFile {
    let mut log = tempfile::NamedTempFile::new().unwrap();
    for turn in 1..=3_u64 {
        for who in [0, 1, 0, 1] {
            let ids: Vec<u64> = (0..4 * turn).map(|block| who * 100 + block).collect();
            let mut line = json!({"timestamp": turn * 1000, "input_length": ids.len() * 512, "hash_ids": ids});
            line.as_object_mut().unwrap().extend(names(who).as_object().unwrap().clone());
            writeln!(log, "{line}").unwrap();
        }
    }
    log
}

#[test]
fn requests_are_routed_by_turn_by_session_by_user_and_by_prefix() {
    let hits = |log: &tempfile::NamedTempFile, routing: &str| {
        served(path(log), "1000", &["--replicas", "2", "--routing", routing])[0]
    };
    // 4, 8 and 12 blocks, each twice for each of two: in one cache all but the first turn's first and the new part of each turn's first.
    let all = 2 * 512 * (4 + 4 + 8 + 8 + 12);
    let unnamed = conversations(|_| json!({}));
    let named = conversations(|who| json!({"session_id": format!("s{who}"), "user": format!("u{who}")}));
    for log in [&unnamed, &named] {
        // The requests of 0 and 1 alternate, so that turns happen to keep them together, as all other ways do.
        for routing in ["round-robin", "session", "prefix"] {
            assert_eq!(hits(log, routing), all, "{routing}");
        }
    }
    let crossed = conversations(|who| json!({"session_id": "the same", "user": format!("u{who}")}));
    assert_eq!(hits(&crossed, "session"), all, "one session, one server");
    let told = curve(path(&crossed), &["--replicas", "2", "--routing", "session", "--limits", "1000"]);
    assert_eq!(told["tables"]["curve"][0]["busiest_share"], json!(1.0));
    let no_user =
        run(&["curve", path(&unnamed), "--over", "capacity", "--replicas", "2", "--routing", "user"]).refusal();
    assert!(no_user.contains("no request names its user"), "{no_user}");
}

#[test]
fn several_servers_share_nothing() {
    // Three requests with the same prompt on two servers in turn: the second misses, the third hits.
    let log = trace(&[(0, 1024, &[1, 2]), (1, 1024, &[1, 2]), (2, 1024, &[1, 2])]);
    assert_eq!(served(path(&log), "10", &["--replicas", "2"]), [1024]);
    assert_eq!(served(path(&log), "10", &["--replicas", "3"]), [0]);
    assert_eq!(served(path(&log), "10", &["--replicas", "2", "--routing", "prefix"]), [2048]);
    // The optimum of any routing is one cache with the room of both: two servers with room for one block each.
    assert_eq!(served(path(&log), "1", &["--replicas", "2", "--routing", "prefix", "--policy", "opt"]), [2048]);
    assert_eq!(served(path(&log), "1", &["--replicas", "2", "--policy", "opt"]), [512]);
}

#[test]
fn capacities_are_memory_where_the_model_is_known() {
    let log = trace(&FIVE);
    let bytes = |flags: &[&str]| {
        let told = curve(path(&log), &[&["--limits", "3"], flags].concat());
        count(&told["tables"]["curve"][0], "/capacity_bytes")
    };
    // 3 blocks of 512 tokens; a token of Llama 3.1 8B takes 32 layers × 8 heads × 128 numbers × 2 × 2 bytes.
    let llama = 3 * 512 * 131_072;
    assert_eq!(bytes(&["--model", "meta-llama/Llama-3.1-8B-Instruct"]), llama);
    assert_eq!(bytes(&["--model", "llama-3.1-8b", "--kv-dtype", "fp8"]), llama / 2);
    assert_eq!(bytes(&["--bytes-per-token", "131072", "--policy", "opt"]), llama);
    let mut config = tempfile::NamedTempFile::new().unwrap();
    write!(
        config,
        "{}",
        json!({"num_hidden_layers": 36, "num_attention_heads": 64, "num_key_value_heads": 8, "head_dim": 64,
        "layer_types": (0..36).map(|layer| ["sliding_attention", "full_attention"][layer % 2]).collect::<Vec<_>>()})
    )
    .unwrap();
    let flags = ["--model-config", path(&config), "--limits", "3"];
    let told = curve(path(&log), &flags);
    let row = &told["tables"]["curve"][0];
    assert_eq!(
        (count(row, "/capacity_bytes"), count(row, "/capacity_bytes_min")),
        (3 * 512 * 73_728, 3 * 512 * 36_864)
    );
    for (flags, told) in [
        (&["--over", "capacity", "--model", "llama-9"][..], "known are llama-3.1-8b"),
        (&["--over", "capacity", "--model-config", "fixtures/logs/trace.jsonl"], "is not JSON"),
        (&["--over", "ttl", "--model", "llama-3.1-8b"], "--over capacity"),
    ] {
        let refused = run(&[&["curve", path(&log)], flags].concat()).refusal();
        assert!(refused.contains(told), "{refused}");
    }
}

#[test]
fn what_servers_cannot_answer_is_refused() {
    let trace = "fixtures/logs/trace.jsonl";
    let refused = |flags: &[&str]| run(&[&["curve", trace], flags].concat()).refusal();
    assert!(refused(&["--over", "ttl", "--policy", "opt"]).contains("--over capacity"));
    assert!(refused(&["--over", "capacity", "--policy", "fifo", "--points", "3"]).contains("--limits"));
    let bot = "fixtures/logs/support-and-agent.jsonl";
    let units = run(&["curve", bot, "--over", "capacity", "--policy", "opt", "--profile", "deepseek-v4"]).refusal();
    assert!(
        units.contains(":1: --policy and --replicas need servers that keep plain blocks, and deepseek-v4 keeps none"),
        "{units}"
    );
}

#[test]
fn without_a_chat_template_a_users_tokenizer_counts_texts_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, text: &Value| {
        let path = folder.path().join(name);
        std::fs::write(&path, text.to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let start = json!({"SpecialToken": {"id": "<s>", "type_id": 0}});
    let tokenizer = json!({"version": "1.0", "truncation": null, "padding": null, "normalizer": null, "decoder": null,
        "added_tokens": [{"id": 2, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}],
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": {"type": "TemplateProcessing", "pair": [], "single": [start, {"Sequence": {"id": "A", "type_id": 0}}],
            "special_tokens": {"<s>": {"id": "<s>", "ids": [2], "tokens": ["<s>"]}}},
        "model": {"type": "WordLevel", "vocab": {"a": 0, "u": 1, "<s>": 2}, "unk_token": "u"}});
    let tokenizer = path("tokenizer.json", &tokenizer);
    let row = |log: Value| {
        let log = path("log.jsonl", &log);
        let told = run(&["simulate", &log, "--profile", "vllm", "--tokenizer", &tokenizer, "--format", "jsonl"]).good();
        let row: Value = serde_json::from_str(told.lines().next().unwrap()).unwrap();
        (count(&row, "/prompt_tokens"), row["estimated"].clone())
    };
    // A server puts the tokenizer's own mark before a text, once.
    assert_eq!(row(json!({"model": "m", "prompt": "a a a"})), (4, json!(false)));
    assert_eq!(row(json!({"model": "m", "prompt": "<s> a a a"})), (4, json!(false)));
    let (words, estimated) = row(json!({"model": "m", "messages": [{"role": "user", "content": "a a"}]}));
    assert_eq!((words, estimated), (2, json!(true)), "marks of another template are no tokens of it");
}
