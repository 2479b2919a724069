//! `cachecheck diff` and `check` on pairs of templates whose outcome was worked out by hand, and in a repository.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use serde_json::Value;

use crate::program::{ROOT, ended, program, run};

/// A pair's folder, the cause and how a value came there, the first token that differs, where in the old and in the new file, what reverting it gives back.
type Expected = (&'static str, &'static str, u64, &'static str, &'static str, Option<u64>);

/// Results for each pair, worked out by hand.
const PAIRS: &[Expected] = &[
    ("appended", "appended", 98, "10:1", "10:1", None),
    ("examples-reordered", "examples-reordered", 100, "17:10", "17:10", Some(47)),
    ("examples-reordered-as-messages", "examples-reordered", 101, "14:20", "14:20", Some(24)),
    ("heading-changed", "heading-changed", 14, "6:9", "6:9", Some(85)),
    ("json-key-order", "key-order", 393, "34:10", "34:10", Some(123)),
    ("json-key-order-in-text", "key-order", 101, "12:3", "12:3", Some(16)),
    ("line-endings", "line-endings", 12, "1:53", "1:53", Some(86)),
    ("message-inserted", "message-inserted", 99, "14:15", "14:14", None),
    ("message-removed", "message-removed", 99, "14:14", "14:15", Some(11)),
    ("role-changed", "role-changed", 97, "14:14", "14:14", Some(9)),
    ("text-inserted", "text-inserted", 30, "8:9", "8:9", Some(69)),
    ("text-removed", "text-removed", 30, "8:9", "8:9", Some(69)),
    ("text-reordered", "text-reordered", 17, "7:9", "7:9", Some(82)),
    ("text-reworded", "text-reworded", 17, "7:9", "7:9", Some(82)),
    ("tool-added", "tool-added", 396, "34:18", "34:18", Some(120)),
    ("tool-removed", "tool-removed", 396, "34:18", "34:18", Some(120)),
    ("tool-schema-edited", "tool-schema", 353, "17:25", "17:25", Some(163)),
    ("tools-reordered", "tools-reordered", 345, "16:18", "16:18", Some(171)),
    ("truncated", "truncated", 71, "8:1", "8:1", Some(27)),
    ("volatile-added", "time added", 1, "4:7", "4:7", Some(98)),
    ("volatile-in-langchain", "user-value moved", 2, "7:16", "7:16", Some(100)),
    ("volatile-in-swe-agent", "user-value added", 1, "3:5", "3:18", Some(101)),
    ("volatile-in-toml", "time moved", 1, "3:1", "3:1", Some(98)),
    ("volatile-moved-back", "volatile-moved-back", 1, "4:7", "4:7", None),
    ("volatile-moved-to-front", "identifier moved", 1, "4:7", "4:7", Some(98)),
    ("volatile-removed", "volatile-removed", 1, "4:7", "4:7", None),
    ("whitespace", "whitespace", 12, "6:7", "6:1", Some(87)),
];

#[test]
fn each_pair_has_the_cause_the_place_and_the_tokens_that_were_worked_out() {
    for (pair, cause, token, old, new, given_back) in PAIRS {
        let summary = summary(&side(pair, "old"), &side(pair, "new"));
        let found = [&summary["cause"], &summary["how"]].map(|value| value.as_str().unwrap_or_default());
        assert_eq!(found.join(" ").trim(), *cause, "{pair}");
        assert_eq!(summary["divergence_token"], *token, "{pair}");
        assert_eq!(
            (place(&summary["old_place"]), place(&summary["new_place"])),
            (old.to_string(), new.to_string()),
            "{pair}"
        );
        assert_eq!(summary["tokens_given_back"].as_u64(), *given_back, "{pair}");
    }
}

#[test]
fn every_pair_is_in_the_table() {
    let folders = fs::read_dir(Path::new(ROOT).join("fixtures/templates/causes")).unwrap();
    let mut names: Vec<String> = folders.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let known: Vec<&str> = PAIRS.iter().map(|(pair, ..)| *pair).collect();
    assert_eq!(names, known);
}

#[test]
fn a_template_does_not_differ_from_itself() {
    for (pair, ..) in PAIRS {
        for name in ["old", "new"] {
            let file = side(pair, name);
            let summary = summary(&file, &file);
            assert!(summary["divergence_token"].is_null() && summary["cause"].is_null(), "{pair}/{name}");
            assert_eq!(summary["blocks_lost"], 0);
            assert_eq!(summary["stable_prefix_tokens_old"], summary["stable_prefix_tokens_new"]);
        }
    }
}

#[test]
fn a_volatile_line_at_the_top_fails_the_check_and_at_the_end_passes() {
    let repository = tempfile::tempdir().unwrap();
    let at = repository.path();
    let rules = "Answer every question from the handbook and name its paragraph. ".repeat(250);
    let prompt = |top: &str, end: &str| {
        format!(
            "messages:\n  - role: system\n    content: |\n{top}      {rules}\n{end}  - role: user\n    content: '{{{{ question }}}}'\n"
        )
    };
    fs::create_dir(at.join("prompts")).unwrap();
    fs::write(
        at.join("cachecheck.yaml"),
        "profile: deepseek-v3.2\ntemplates: [prompts/*.yaml]\npricing: {model: deepseek-chat, at: 2026-04-05}\n\
         gates:\n  max_prefix_tokens_lost: 64\n",
    )
    .unwrap();
    git(at, &["init", "-q"]);
    let commit = |text: String| {
        fs::write(at.join("prompts/agent.yaml"), text).unwrap();
        git(at, &["add", "-A"]);
        git(at, &["-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "change"]);
        let mut check = program(&["check", "--base", "HEAD~1"]);
        // The program looks for git.
        ended(&check.current_dir(at).envs(env::var_os("PATH").map(|path| ("PATH", path))).output().unwrap())
    };
    commit(prompt("", ""));
    let run = commit(prompt("      {{ now }}\n", ""));
    let out = run.stdout;
    assert_eq!(run.code, Some(1), "{out}{}", run.stderr);
    assert!(out.contains("prompts/agent.yaml:4:7: error gate/max_prefix_tokens_lost"), "{out}");
    assert!(out.contains("$0.0007"), "{out}");
    let run = commit(prompt("", "      {{ now }}\n"));
    assert_eq!(run.code, Some(0), "{}", run.stdout);
}

#[test]
fn each_template_of_a_file_is_laid_out_under_its_own_model() {
    let folder = tempfile::tempdir().unwrap();
    let code = |rule: &str| {
        let ask = |name: &str, call: &str, model: &str, system: &str, rest: &str| {
            format!(
                "def {name}(client, q):\n    return client.{call}.create(model='{model}', {system}'You are a clerk. {rule}'{rest})\n\n"
            )
        };
        let chat = ask(
            "one",
            "chat.completions",
            "gpt-4o",
            "messages=[{'role': 'system', 'content': ",
            "}, {'role': 'user', 'content': q}]",
        );
        chat + &ask("two", "messages", "deepseek-chat", "system=", ", messages=[{'role': 'user', 'content': q}]")
    };
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_string_lossy().into_owned()
    };
    let rule = "Answer in kind and complete sentences, unhurriedly and unambiguously, by the handbook.";
    let (old, new) = (write("old.py", &code(rule)), write("new.py", &code(&rule.replace("kind", "short"))));
    let json = |arguments: &[&str]| serde_json::from_str::<Value>(&run(arguments).good()).unwrap();
    let compared = json(&["diff", &old, &new, "--format", "json"])["tables"]["templates"].take();
    let listed = json(&["lint", "--list", &new, "--format", "json"])["templates"].take();
    let tokens = |rows: &Value, key: &str| -> Vec<Value> {
        rows.as_array().unwrap().iter().map(|row| row[key].clone()).collect()
    };
    let tokens = [tokens(&compared, "stable_prefix_tokens_new"), tokens(&listed, "stable_prefix_tokens")];
    assert_eq!(tokens[0], tokens[1]);
    assert_ne!(tokens[0][0], tokens[0][1], "two tokenizers");
}

#[test]
fn what_a_deployment_sets_is_told_beside_what_is_written_and_a_template_that_is_gone_by_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_string_lossy().into_owned()
    };
    let review = |what: &str| {
        let rule = format!("You review code in {{LANGUAGE}}. Name each fault with its {what} and say how to mend it.");
        format!(
            "import os\n\nLANGUAGE = os.environ[\"LANGUAGE\"]\n\ndef review(llm, patch):\n    return llm.invoke(f\"{rule}\\n\\n{{patch}}\")\n"
        )
    };
    let greet = "\ndef greet(llm, name):\n    return llm.invoke(f\"You greet guests of a small hotel by their name and tell them when breakfast is served: {name}\")\n";
    let (old, new) = (write("old.py", &(review("line") + greet)), write("new.py", &review("file")));
    let out = run(&["diff", &old, &new]).good();
    assert!(out.contains(&format!("{old}#greet.invoke: removed.")), "{out}");
    let out: Value = serde_json::from_str(&run(&["diff", &old, &new, "--format", "json"]).good()).unwrap();
    let summary = &out["summary"];
    let tokens = |key: &str| summary[key].as_u64().unwrap();
    // The variable ends the prefix as it is written; as it is set the patch does.
    assert!(tokens("stable_prefix_tokens_new") < 10, "{summary}");
    assert!(tokens("stable_prefix_tokens_configured_new") > 15, "{summary}");
}

fn git(at: &Path, arguments: &[&str]) {
    let status = Command::new("git").args(arguments).current_dir(at).status().unwrap();
    assert!(status.success());
}

fn summary(old: &str, new: &str) -> Value {
    let out = run(&["diff", old, new, "--format", "json"]).good();
    serde_json::from_str::<Value>(&out).unwrap()["summary"].take()
}

/// `fixtures/templates/causes/PAIR/NAME.*`.
fn side(pair: &str, name: &str) -> String {
    let folder = Path::new("fixtures/templates/causes").join(pair);
    let files = fs::read_dir(Path::new(ROOT).join(&folder)).unwrap();
    let mut paths = files.map(|entry| PathBuf::from(entry.unwrap().file_name()));
    let file = paths.find(|path| path.file_stem().is_some_and(|stem| stem == name)).unwrap();
    folder.join(file).to_string_lossy().into_owned()
}

fn place(place: &Value) -> String {
    format!("{}:{}", place["line"], place["column"])
}
