//! `cachecheck lint` on folders, on stdin and on what is no template.

use std::fs;

use serde_json::Value;

use crate::program::{ended, program, run, run_with};

const HOSTILE: &str = "fixtures/templates/lint/hostile.yaml";

#[test]
fn what_git_keeps_is_read_whatever_its_patterns_say() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let list = || {
        let mut list = program(&["lint", "--list", "."]);
        let path = std::env::var_os("PATH").map(|path| ("PATH", path));
        ended(&list.current_dir(folder.path()).envs(path).output().unwrap()).good()
    };
    write(".gitignore", "*.txt\nbuilt/\n");
    write("prompts/clerk.txt", "You are a clerk of {house}.\n");
    write("built/prompts/other.txt", "You are a clerk of {house}.\n");
    let out = list();
    assert!(out.contains("clerk.txt") && !out.contains("other.txt"), "outside a repository: {out}");
    let git = |arguments: &[&str]| {
        assert!(
            std::process::Command::new("git").args(arguments).current_dir(folder.path()).status().unwrap().success()
        );
    };
    git(&["init", "-q"]);
    git(&["add", "--force", "prompts/clerk.txt"]);
    write("prompts/draft.txt", "You are a clerk of {house}.\n");
    let out = list();
    assert!(out.contains("clerk.txt") && !out.contains("draft.txt") && !out.contains("other.txt"), "{out}");
    assert!(out.contains("1 file in . skipped: git ignores"), "{out}");
}

#[test]
fn a_folder_is_walked_as_git_sees_it_and_what_is_no_text_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    };
    write(".gitignore", b"drafts/\n");
    let prompt = b"Be brief with {{ name }}. \nBe kind.\n";
    for name in ["prompts/b.txt", "prompts/c.liquid", "a/deep.j2", "drafts/prompts/c.txt"] {
        write(name, prompt);
    }
    write("picture.txt", &[0xff, 0xd8, 0x00]);
    write("code.py", b"x = 1 \n");
    let name = folder.path().to_str().unwrap();
    let found = run(&["lint", name, "--format", "json", "--rule", "trailing-blanks"]).good();
    let report: Value = serde_json::from_str(&found).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let paths: Vec<&str> = findings.iter().map(|finding| finding["place"]["path"].as_str().unwrap()).collect();
    let found = ["a/deep.j2", "prompts/b.txt", "prompts/c.liquid"];
    assert_eq!(paths, found.map(|path| format!("{name}/{path}")));
    let notes = report["notes"].to_string();
    assert!(notes.contains("picture.txt: not text") && notes.contains("1 file in"), "{notes}");
}

#[test]
fn the_exit_code_is_what_fail_on_says() {
    let code = |fail_on: &str, file: &str| run(&["lint", file, "--fail-on", fail_on]).code;
    assert_eq!(code("error", HOSTILE), Some(1));
    assert_eq!(code("never", HOSTILE), Some(0));
    let notes_alone = "fixtures/templates/lint/allowed.yaml";
    assert_eq!((code("warning", notes_alone), code("note", notes_alone)), (Some(0), Some(1)));
}

#[test]
fn what_cannot_be_read_is_one_sentence() {
    assert!(run(&["lint", "missing.yaml"]).refusal().contains("cannot read missing.yaml"));
    let folder = tempfile::tempdir().unwrap();
    let binary = folder.path().join("a.txt");
    fs::write(&binary, [0xff, 0xfe, 0x00]).unwrap();
    assert!(run(&["lint", binary.to_str().unwrap()]).refusal().contains("not text"));
}

#[test]
fn stdin_is_a_template_too() {
    let found = run_with(&["lint", "-", "--rule", "trailing-blanks"], b"Be brief. \nBe kind.\n".to_vec());
    assert!(found.good().contains("1:10: note trailing-blanks"));
}

#[test]
fn costs_are_what_the_tokens_cost_as_misses_over_hits() {
    let at =
        ["lint", HOSTILE, "--model", "deepseek-chat", "--at", "2026-04-05", "--format", "json", "--fail-on", "never"];
    let report: Value = serde_json::from_str(&run(&at).good()).unwrap();
    let first = &report["findings"][0];
    let tokens = first["tokens"].as_i64().unwrap();
    // 0.28 less 0.028 dollars for a million tokens, in billionths of a dollar.
    let cost = first["cost"].as_str().unwrap();
    let billionths = format!("{:0<9}", cost.split_once('.').unwrap().1).parse::<i64>().unwrap();
    assert_eq!(billionths, tokens * 252, "{first}");
}

#[test]
fn in_a_file_of_several_prompts_a_mark_belongs_to_the_one_in_its_request() {
    let policy = "Never promise a refund before a colleague has agreed. ".repeat(150);
    let call = |name: &str, text: &str| {
        let mark = r#""cache_control": {"type": "ephemeral"}"#;
        format!(
            "def {name}(question: str, today: str):\n    return client.messages.create(\n        model=\"claude-sonnet-4-5\",\n        \
             system=[{{\"type\": \"text\", \"text\": f\"{text}\", {mark}}}],\n        \
             messages=[{{\"role\": \"user\", \"content\": question}}],\n    )\n\n"
        )
    };
    let stable = format!("You are the sales agent of a large shop. {policy}");
    let changing = format!("You are the support agent of a large shop. {policy} Today is {{today}}.");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("agents.py");
    fs::write(&file, format!("{}{}", call("sales", &stable), call("support", &changing))).unwrap();
    let arguments = [
        "lint",
        file.to_str().unwrap(),
        "--model",
        "claude-sonnet-4-5",
        "--rule",
        "mark-behind-value",
        "--format",
        "json",
    ];
    let report: Value = serde_json::from_str(&run(&arguments).good()).unwrap();
    let lines: Vec<_> =
        report["findings"].as_array().unwrap().iter().map(|finding| finding["place"]["line"].clone()).collect();
    assert_eq!(lines, [11], "{report}");
}
