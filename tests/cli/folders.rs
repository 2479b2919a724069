//! Logs by folder, pattern, an agent's usual place, or by nothing at all.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const CALL: &str = r#"{"time":"2026-04-05T16:00:00Z","model":"deepseek-chat","messages":[{"role":"user","content":"good morning"}],"usage":{"prompt_tokens":6,"prompt_cache_hit_tokens":0,"prompt_cache_miss_tokens":6,"completion_tokens":1}}"#;

fn home(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn run(folder: &Path, arguments: &[&str], stdin: Stdio) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cachecheck"));
    command.args(arguments).current_dir(folder).env("HOME", folder);
    for variable in ["CLAUDE_CONFIG_DIR", "CODEX_HOME"] {
        command.env_remove(variable);
    }
    command.stdin(stdin).output().unwrap()
}

fn requests(output: &Output) -> u64 {
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    report["summary"]["requests"].as_u64().unwrap()
}

fn json(folder: &Path, arguments: &[&str]) -> u64 {
    requests(&run(folder, &[arguments, &["--format", "json"]].concat(), Stdio::null()))
}

#[test]
fn a_folder_is_walked_and_what_is_no_log_in_it_is_named() {
    let home = home(&[
        ("logs/a/one.jsonl", CALL),
        ("logs/two.log", CALL),
        ("logs/notes.txt", "hello\n"),
        ("logs/settings.json", "{\"a\": 1}\n"),
        ("logs/picture.png", "png"),
        ("logs/.hidden/three.jsonl", CALL),
    ]);
    let output = run(home.path(), &["simulate", "logs", "--format", "json"], Stdio::null());
    assert_eq!(requests(&output), 2);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("3 files of the folders are no log"), "{text}");
    for file in ["logs/notes.txt", "logs/settings.json", "logs/picture.png"] {
        assert!(text.contains(file), "{file}: {text}");
    }
    assert!(!text.contains("three.jsonl"), "{text}");
    assert_eq!(json(home.path(), &["cost", "logs"]), 2);
    // A bad line in a file that holds calls is a bad line of a log, and stays one.
    fs::write(home.path().join("logs/two.log"), format!("{CALL}\nno JSON\n")).unwrap();
    assert_eq!(run(home.path(), &["simulate", "logs", "--strict"], Stdio::null()).status.code(), Some(2));
    // A file that is no log fails nothing, unless it was named.
    fs::write(home.path().join("logs/two.log"), CALL).unwrap();
    assert_eq!(run(home.path(), &["simulate", "logs", "--strict"], Stdio::null()).status.code(), Some(0));
    assert_eq!(run(home.path(), &["simulate", "logs/notes.txt"], Stdio::null()).status.code(), Some(2));
}

#[test]
fn a_folder_and_a_file_in_it_are_read_once() {
    let home = home(&[("logs/one.jsonl", CALL), ("logs/two.jsonl", CALL)]);
    assert_eq!(json(home.path(), &["simulate", "logs/one.jsonl", "logs"]), 2);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("one.jsonl", home.path().join("logs/same.jsonl")).unwrap();
        std::os::unix::fs::symlink("../logs", home.path().join("logs/circle")).unwrap();
        assert_eq!(json(home.path(), &["simulate", "logs"]), 2);
    }
}

#[test]
fn a_pattern_that_the_shell_left_alone_names_files() {
    let home = home(&[("one.jsonl", CALL), ("two.jsonl", CALL), ("three.txt", "hello\n")]);
    assert_eq!(json(home.path(), &["simulate", "*.jsonl"]), 2);
    let none = run(home.path(), &["simulate", "*.ndjson"], Stdio::null());
    assert_eq!(none.status.code(), Some(2));
    assert!(String::from_utf8(none.stderr).unwrap().contains("no file matches *.ndjson"));
    // The name of a file is taken as it is, whatever letters are in it.
    fs::write(home.path().join("[old].jsonl"), CALL).unwrap();
    assert_eq!(json(home.path(), &["simulate", "[old].jsonl"]), 1);
}

#[test]
fn an_agents_usual_place_is_found_and_shown_below_home() {
    let session = include_str!("../../fixtures/logs/formats/claude-code.jsonl");
    let home = home(&[(".claude/projects/site/session.jsonl", session), ("logs/one.jsonl", CALL)]);
    let calls = json(home.path(), &["cost", ".claude/projects/site/session.jsonl"]);
    assert_eq!(json(home.path(), &["cost", "--from", "claude"]), calls);
    let rows = run(home.path(), &["simulate", "--from", "claude", "--format", "jsonl"], Stdio::null());
    let rows = String::from_utf8(rows.stdout).unwrap();
    assert!(rows.contains("~/.claude/projects/site/session.jsonl"), "{rows}");
    assert!(!rows.contains(home.path().to_str().unwrap()), "{rows}");

    let missing = run(home.path(), &["simulate", "--from", "codex"], Stdio::null());
    assert_eq!(missing.status.code(), Some(2));
    assert!(String::from_utf8(missing.stderr).unwrap().contains("~/.codex/sessions"));

    let without_a_name = run(home.path(), &["simulate"], Stdio::null());
    assert_eq!(without_a_name.status.code(), Some(2));
    let said = String::from_utf8(without_a_name.stderr).unwrap();
    for wanted in ["cachecheck simulate --from claude", "cachecheck simulate logs", "1 file"] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
}

#[test]
fn a_pipe_is_read_where_no_log_is_named_and_that_is_told() {
    let home = home(&[("one.jsonl", CALL)]);
    for command in ["simulate", "cost", "parse"] {
        let arguments = if command == "parse" { vec![command] } else { vec![command, "--format", "json"] };
        let file = fs::File::open(home.path().join("one.jsonl")).unwrap();
        let output = run(home.path(), &arguments, Stdio::from(file));
        let said = String::from_utf8(output.stderr.clone()).unwrap();
        assert!(output.status.success() && said.contains("no log named: reading stdin"), "{command}: {said}");
    }
}
