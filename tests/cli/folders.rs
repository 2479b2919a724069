//! Logs by folder, pattern, an agent's usual place, or by nothing at all.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const CALL: &str = r#"{"time":"2026-04-05T16:00:00Z","model":"deepseek-chat","messages":[{"role":"user","content":"good morning"}],"usage":{"prompt_tokens":6,"prompt_cache_hit_tokens":0,"prompt_cache_miss_tokens":6,"completion_tokens":1}}"#;

/// The variables by which agents are told where to keep their sessions.
const VARIABLES: [&str; 7] = [
    "CLAUDE_CONFIG_DIR",
    "CODEX_HOME",
    "GEMINI_CLI_HOME",
    "OPENCODE_DB",
    "PI_CODING_AGENT_DIR",
    "PI_CODING_AGENT_SESSION_DIR",
    "XDG_DATA_HOME",
];

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
    for variable in VARIABLES {
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
        ("logs/access", CALL),
        ("logs/core", "\0\0"),
        ("logs/old.jsonl.bz2", "BZh91AY"),
        ("logs/.hidden/three.jsonl", CALL),
    ]);
    let output = run(home.path(), &["simulate", "logs", "--format", "json"], Stdio::null());
    assert_eq!(requests(&output), 3);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("4 files of the folders are no log"), "{text}");
    for file in ["logs/notes.txt", "logs/settings.json", "logs/core (no text)", "bzip2 -dc logs/old.jsonl.bz2"] {
        assert!(text.contains(file), "{file}: {text}");
    }
    let unopened = "1 file of the folders was not looked into: logs/picture.png (ending .png)";
    assert!(text.contains(unopened), "{text}");
    fs::remove_file(home.path().join("logs/access")).unwrap();
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
    for again in [&["logs/one.jsonl", "./logs/one.jsonl"][..], &["logs/*.jsonl", "logs/two.jsonl"], &["logs", "logs"]] {
        let output = run(home.path(), &[&["simulate", "--format", "json"], again].concat(), Stdio::null());
        let expected = if again[0].ends_with("one.jsonl") { 1 } else { 2 };
        assert_eq!(requests(&output), expected, "{again:?}");
        assert!(String::from_utf8(output.stdout).unwrap().contains("named-again"), "{again:?}");
    }
    // The line is that of the log that was named last, wherever it was read.
    let one = [CALL, CALL].join("\n");
    fs::write(home.path().join("logs/one.jsonl"), one).unwrap();
    let explained =
        run(home.path(), &["explain", "logs/one.jsonl", "logs/two.jsonl", "logs/../logs/one.jsonl:2"], Stdio::null());
    let explained = String::from_utf8(explained.stdout).unwrap();
    assert!(explained.starts_with("Logs/one.jsonl:2"), "{explained}");
    fs::write(home.path().join("logs/one.jsonl"), CALL).unwrap();
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

    for typed in [&["simulate"][..], &[]] {
        let without_a_name = run(home.path(), typed, Stdio::null());
        assert_eq!(without_a_name.status.code(), Some(2));
        let said = String::from_utf8(without_a_name.stderr).unwrap();
        for wanted in ["cachecheck simulate --from claude", "cachecheck simulate logs", "1 file"] {
            assert!(said.contains(wanted), "{wanted}: {said}");
        }
    }
}

#[test]
fn variables_name_other_places_of_agents() {
    let session = include_str!("../../fixtures/logs/formats/pi.jsonl");
    let home = home(&[("own/a.jsonl", session), ("agent/sessions/a.jsonl", session), ("g/.gemini/tmp/a.json", "[]")]);
    let said = |variable: &str, value: &str, agent: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cachecheck"));
        command
            .args(["simulate", "--from", agent, "--format", "jsonl"])
            .current_dir(home.path())
            .env("HOME", home.path());
        for variable in VARIABLES {
            command.env_remove(variable);
        }
        let output = command.env(variable, value).stdin(Stdio::null()).output().unwrap();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    for (variable, value, agent, shown) in [
        ("PI_CODING_AGENT_SESSION_DIR", "own", "pi", "$PI_CODING_AGENT_SESSION_DIR/a.jsonl"),
        ("PI_CODING_AGENT_DIR", "agent", "pi", "$PI_CODING_AGENT_DIR/sessions/a.jsonl"),
        ("GEMINI_CLI_HOME", "g", "gemini", "$GEMINI_CLI_HOME/.gemini/tmp/a.json"),
        ("XDG_DATA_HOME", "none", "opencode", "there is no $XDG_DATA_HOME/opencode/storage/message"),
    ] {
        let told = said(variable, value, agent);
        assert!(told.contains(shown), "{variable}: {told}");
    }
}

/// Tables of opencode with the session of an export, whose messages stand in another order.
const OPENCODE: &str = r#"
import json, sqlite3, sys
export, database = json.load(open(sys.argv[1])), sqlite3.connect(sys.argv[2])
database.execute("CREATE TABLE session (id text, title text)")
for table, more in (("message", ""), ("part", "message_id text, ")):
    database.execute(f"CREATE TABLE {table} (id text, {more}session_id text, time_created integer, time_updated integer, data text)")
session = export["info"]["id"]
database.execute("INSERT INTO session VALUES (?, 'Loans')", (session,))
for number, message in reversed(list(enumerate(export["messages"]))):
    info = {key: value for key, value in message["info"].items() if key not in ("id", "sessionID")}
    database.execute("INSERT INTO message VALUES (?, ?, ?, 0, ?)", (message["info"]["id"], session, number, json.dumps(info)))
    for place, part in reversed(list(enumerate(message["parts"]))):
        name = f"prt_{number}{place}"
        database.execute("INSERT INTO part VALUES (?, ?, ?, 0, 0, ?)", (name, message["info"]["id"], session, json.dumps(part)))
database.commit()
"#;

/// Writes what a query finds, as `sqlite3` does.
const QUERY: &str = "import sqlite3, sys
for row in sqlite3.connect(sys.argv[1]).execute(sys.argv[2]): print(row[0])";

#[test]
fn the_database_of_opencode_is_read_by_the_query_that_is_told() {
    let python = |arguments: &[&str]| Command::new("python3").args(arguments).output();
    if !python(&["-c", "import sqlite3"]).is_ok_and(|output| output.status.success()) {
        return;
    }
    let home = home(&[(".local/share/opencode/log/x.log", "")]);
    let database = home.path().join(".local/share/opencode/opencode.db");
    let export = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/logs/formats/opencode.json");
    let path = database.to_str().unwrap();
    assert!(python(&["-c", OPENCODE, export, path]).unwrap().status.success());
    let asked = run(home.path(), &["simulate", "--from", "opencode"], Stdio::null());
    let said = String::from_utf8(asked.stderr).unwrap();
    assert!(said.contains("sqlite3 ~/.local/share/opencode/opencode.db \"SELECT "), "{said}");
    let query = said.split('"').nth(1).unwrap();
    assert!(include_str!("../../docs/logs.md").contains(query), "docs/logs.md has the query");
    let lines = python(&["-c", QUERY, path, query]).unwrap();
    fs::write(home.path().join("lines.jsonl"), lines.stdout).unwrap();
    let counts = |log: &str| {
        let output = run(home.path(), &["simulate", log, "--format", "json"], Stdio::null());
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (report["summary"].clone(), report["usage_buckets"].clone())
    };
    assert_eq!(counts("lines.jsonl"), counts(export));
    let named = run(home.path(), &["simulate", path], Stdio::null());
    assert!(String::from_utf8(named.stderr).unwrap().contains(query));
}

#[test]
fn sessions_of_agents_have_a_row_each() {
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/logs/formats");
    let home = home(&[]);
    for (log, session) in [
        ("codex.jsonl", "5e55-2"),
        ("pi.jsonl", "5e55-3"),
        ("opencode.json", "ses_1"),
        ("claude-stream-json.jsonl", "5e55-6"),
        ("gemini-cli.json", "5e55-5"),
        ("claude-code.jsonl", "5e55-1"),
    ] {
        let arguments = ["simulate", &format!("{fixtures}/{log}"), "--by", "session,turn", "--format", "json"];
        let output = run(home.path(), &arguments, Stdio::null());
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let row = &report["tables"]["by"][0];
        assert_eq!((&row["session"], row["requests"].is_u64()), (&serde_json::json!(session), true), "{log}: {row}");
    }
}

#[test]
fn message_files_of_a_session_are_judged_as_its_export_is() {
    let export = include_str!("../../fixtures/logs/formats/opencode.json");
    let messages: serde_json::Value = serde_json::from_str(export).unwrap();
    let home = home(&[("export.json", export)]);
    let folder = home.path().join(".local/share/opencode/storage/message/ses_1");
    fs::create_dir_all(&folder).unwrap();
    for message in messages["messages"].as_array().unwrap() {
        let name = format!("{}.json", message["info"]["id"].as_str().unwrap());
        fs::write(folder.join(name), message["info"].to_string()).unwrap();
    }
    let buckets = |arguments: &[&str]| {
        let output = run(home.path(), &[arguments, &["--format", "json"]].concat(), Stdio::null());
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        report["usage_buckets"].clone()
    };
    assert_eq!(buckets(&["simulate", "--from", "opencode"]), buckets(&["simulate", "export.json"]));
}

#[test]
fn every_command_that_reads_logs_says_which_there_are_where_none_is_named() {
    let home = home(&[("logs/one.jsonl", CALL), ("empty.jsonl", "")]);
    for command in ["simulate", "cost", "curve", "infer", "compare", "explain", "trend", "plan", "keys", "parse"] {
        let output = run(home.path(), &[command], Stdio::null());
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{command}");
        assert!(said.contains(&format!("cachecheck {command} logs")) && said.contains("1 file"), "{command}: {said}");
        assert!(!said.contains("*.jsonl"), "an empty file is none: {said}");
    }
    let said = String::from_utf8(run(home.path(), &["logs/one.jsonl"], Stdio::null()).stderr).unwrap();
    assert!(said.contains("logs/one.jsonl is a file, not a command: cachecheck simulate logs/one.jsonl"), "{said}");
    let said = String::from_utf8(run(home.path(), &["simulate", "s3://b/x"], Stdio::null()).stderr).unwrap();
    assert!(said.contains("aws s3 cp s3://b/x - |"), "{said}");
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
