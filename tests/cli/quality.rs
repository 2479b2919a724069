//! The gates on quality and on renderings, the fixes of lint, and what a configuration says of prompts in code.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::program::{Run, ended, program};
use crate::repository::Repository;

fn in_folder(folder: &Path, args: &[&str]) -> Run {
    ended(&program(args).current_dir(folder).output().unwrap())
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
}

#[test]
fn answers_that_got_worse_fail_the_gate_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let config =
        "quality: {before: before.txt, after: after.txt}\ngates:\n  min_quality: 0.5\n  max_quality_drop: 5%\n";
    write(
        folder.path(),
        &[
            ("cachecheck.yaml", config),
            ("before.txt", "returns: 90%\nprices: 80%\n"),
            ("after.txt", "returns: 60%\nprices: 80%\n"),
        ],
    );
    let run = in_folder(folder.path(), &["check", "--format", "json"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let verdicts: Vec<_> = report["gates"].as_array().unwrap().iter().map(|gate| gate["verdict"].clone()).collect();
    assert_eq!(verdicts, ["pass", "fail"]);
    assert!(report["gates"][1]["reason"].as_str().unwrap().contains("worse: returns"), "{report}");
    assert!(run.stdout.contains("is not better for it"), "{run:?}");
    let same = in_folder(folder.path(), &["check", "--quality", "before.txt", "before.txt"]);
    assert_eq!(same.code, Some(0), "{same:?}");
}

#[test]
fn without_results_gates_on_quality_are_unknown() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[("cachecheck.yaml", "templates: [a.txt]\ngates: {min_quality: 0.5}\n"), ("a.txt", "You are kind.\n")],
    );
    let run = in_folder(folder.path(), &["check"]);
    assert_eq!(run.code, Some(1));
    assert!(run.stdout.contains("no results of evaluations"), "{run:?}");
}

#[test]
fn results_of_other_cases_are_not_compared() {
    let folder = tempfile::tempdir().unwrap();
    let config = "gates: {max_quality_drop: 5%}\n";
    write(
        folder.path(),
        &[
            ("cachecheck.yaml", config),
            ("before.txt", "returns: 90%\nprices: 80%\n"),
            ("after.txt", "letters: 95%\n"),
            ("fewer.txt", "returns: 90%\n"),
            ("more.txt", "returns: 60%\nprices: 80%\nletters: 100%\n"),
        ],
    );
    let run = in_folder(folder.path(), &["check", "--quality", "before.txt", "after.txt"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stdout.contains("other cases than before") && run.stdout.contains("unknown"), "{run:?}");
    let fewer = in_folder(folder.path(), &["check", "--quality", "before.txt", "fewer.txt"]);
    assert!(fewer.stdout.contains("prices of those before is not in those after"), "{fewer:?}");
    // A case that was added does not make up for one that got worse.
    let more = in_folder(folder.path(), &["check", "--quality", "before.txt", "more.txt", "--format", "json"]);
    let report: Value = serde_json::from_str(&more.stdout).unwrap();
    assert_eq!(report["gates"][0]["measured"].as_f64(), Some(0.15), "{report}");
    let reason = report["gates"][0]["reason"].as_str().unwrap();
    assert!(
        reason.contains("of the 2 cases that both have, which are compared, 70.0 % pass, 85.0 % before"),
        "{reason}"
    );
}

#[cfg(unix)]
#[test]
fn renderings_of_a_command_need_no_templates() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("cachecheck.yaml", "profile: deepseek-v3.2\n")]);
    let run = in_folder(folder.path(), &["check", "--renders", "2", "--render-command", "echo Be kind."]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(!run.stdout.contains("nothing can fail"), "{run:?}");
    let none = in_folder(folder.path(), &["check"]);
    assert!(none.stderr.contains("no `templates`"), "{none:?}");
}

#[cfg(unix)]
#[test]
fn renderings_are_compared_byte_by_byte() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[
            ("cachecheck.yaml", "templates: [a.txt]\ngates: {min_stable_prefix_tokens: 1}\n"),
            ("a.txt", "You are kind.\n"),
        ],
    );
    let check = |command: &str| in_folder(folder.path(), &["check", "--renders", "3", "--render-command", command]);
    assert_eq!(check("echo You are kind.").code, Some(0));
    let differs = check("echo Today is $CACHECHECK_RENDER. You are kind.");
    assert_eq!(differs.code, Some(1), "{differs:?}");
    assert!(differs.stdout.contains("share their first 9 bytes and differ from line 1 on"), "{differs:?}");
    assert_eq!(check("exit 3").code, Some(2));
}

#[test]
fn requests_made_from_the_earlier_version_are_rendered_anew() {
    let text = "messages:\n  - {role: system, content: 'You are kind. Today is {{ today }}.'}\n";
    let repository = Repository::new(&[("a.yaml", text)]);
    let request = |day: u32| {
        let content = format!("You are kind. Today is 2026-04-0{day}.");
        let messages = serde_json::json!([{ "role": "system", "content": content }]);
        format!("{}\n", serde_json::json!({ "model": "deepseek-chat", "messages": messages }))
    };
    repository.write(&[("log.jsonl", &format!("{}{}", request(1), request(2)))]);
    let traffic =
        "profile: deepseek-v3.2\npricing: {model: deepseek-chat, at: 2026-04-05}\ntraffic: {requests_per_day: 5000}\n";
    repository.write(&[("cachecheck.yaml", &format!("{traffic}templates: [a.yaml]\nlogs: [log.jsonl]\n"))]);
    repository.write(&[("a.yaml", &text.replace("You are kind.", "You are kind and quick."))]);
    let told = |args: &[&str]| repository.run("service", args).stdout;
    assert!(told(&["check", "--renders", "2"]).contains("0 renderings found"));
    let anew = told(&["check", "--renders", "2", "--base", "HEAD"]);
    assert!(anew.contains("2 renderings share their first 42 bytes"), "{anew}");
    let diff = told(&["diff", "--git", "HEAD"]);
    assert!(diff.contains("in 30 days"), "the configuration's requests count: {diff}");
}

#[test]
fn what_is_safe_is_shown_and_mended() {
    let folder = tempfile::tempdir().unwrap();
    let text = "\u{feff}You are kind. \t\r\nTools: {{ tools | tojson }}\r\n";
    write(folder.path(), &[("a.j2", text), ("b.yaml", "messages:\n  - role: user\n    content: {{ question }}\n")]);
    let shown = in_folder(folder.path(), &["lint", "a.j2", "b.yaml", "--diff"]).good();
    assert!(shown.contains("+    content: \"{{ question }}\""), "{shown}");
    assert_eq!(fs::read_to_string(folder.path().join("a.j2")).unwrap(), text, "only shown");
    in_folder(folder.path(), &["lint", "a.j2", "b.yaml", "--fix"]);
    let mended = fs::read_to_string(folder.path().join("a.j2")).unwrap();
    // Jinja2 refuses `sort_keys`, and reads a carriage return with a line feed as a line feed alone.
    assert_eq!(mended, "You are kind.\r\nTools: {{ tools | tojson }}\r\n");
    let mended = fs::read_to_string(folder.path().join("b.yaml")).unwrap();
    assert_eq!(mended, "messages:\n  - role: user\n    content: \"{{ question }}\"\n");
    assert_eq!(in_folder(folder.path(), &["lint", "a.j2", "b.yaml", "--diff"]).good(), "", "nothing is left to mend");
    write(folder.path(), &[("c.txt", "You are kind.\r\nBe brief.\r\n")]);
    in_folder(folder.path(), &["lint", "c.txt", "--fix"]);
    assert_eq!(fs::read_to_string(folder.path().join("c.txt")).unwrap(), "You are kind.\nBe brief.\n");
}

#[test]
fn blanks_within_a_tag_stay() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("a.j2", "You are kind. \n{% if a  \n%}Be brief. \n{% endif %}\n")]);
    in_folder(folder.path(), &["lint", "a.j2", "--fix"]);
    let mended = fs::read_to_string(folder.path().join("a.j2")).unwrap();
    assert_eq!(mended, "You are kind.\n{% if a  \n%}Be brief.\n{% endif %}\n");
}

#[test]
fn a_configuration_says_what_is_a_prompt() {
    let folder = tempfile::tempdir().unwrap();
    let code = "SYSTEM_PROMPT = 'You are a helpful clerk.'\nSKY = 'Blue skies above.'\n";
    let config = "templates: [a.py]\nprompts: [SKY, '!a.py#SYSTEM_*']\n";
    write(folder.path(), &[("a.py", code), ("cachecheck.yaml", config)]);
    let listed: Value =
        serde_json::from_str(&in_folder(folder.path(), &["lint", "--list", "--format", "json"]).good()).unwrap();
    let names: Vec<_> =
        listed["templates"].as_array().unwrap().iter().map(|template| template["name"].clone()).collect();
    assert_eq!(names, ["SKY"]);
}

#[test]
fn the_lock_points_at_the_line_that_was_reworded() {
    let folder = tempfile::tempdir().unwrap();
    let text = "You are a helpful clerk.\nBe brief.\nNever guess.\nToday is {{ today }}.\n";
    write(folder.path(), &[("a.j2", text), ("cachecheck.yaml", "templates: [a.j2]\ngates: {lock: enforced}\n")]);
    in_folder(folder.path(), &["lock"]).good();
    assert_eq!(in_folder(folder.path(), &["check"]).code, Some(0));
    write(folder.path(), &[("a.j2", &text.replace("Be brief", "Be short"))]);
    let run = in_folder(folder.path(), &["check"]);
    assert!(run.stdout.contains("a.j2:2:1: error gate/lock"), "{run:?}");
}

#[test]
fn the_model_of_a_file_chooses_rule_and_minimum() {
    let folder = tempfile::tempdir().unwrap();
    let tasks: String = (0..20).map(|line| format!("line {line} read and told in other words, ")).collect();
    let chat = format!(
        "model: gpt-4o\nmessages:\n  - role: user\n    content: '«{{{{ q }}}}» is to be translated, {tasks}all in one.'\n"
    );
    write(folder.path(), &[("a.prompt.yml", &chat)]);
    let run = in_folder(folder.path(), &["lint", "a.prompt.yml"]);
    assert!(run.stdout.contains("none with fewer than 1024"), "{run:?}");
    let named = in_folder(folder.path(), &["lint", "a.prompt.yml", "--model", "deepseek-chat", "--at", "2026-04-05"]);
    assert!(named.stdout.contains("none with fewer than 64"), "{named:?}");
}
