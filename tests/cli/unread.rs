//! Templates that are not read whole: nothing that rests on them passes, and nothing is said to be the same.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::program::{Run, ended, program, run};

const TEXT: &str = "Answer every question from the handbook and name its paragraph.\n";

fn check(files: &[(&str, &str)], arguments: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), files);
    let mut check = program(&[&["check"], arguments].concat());
    ended(&check.current_dir(folder.path()).output().unwrap())
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
}

/// The summary and the sentences of a diff of two texts.
fn diff(old: &str, new: &str) -> (Value, String) {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("old.j2", old), ("new.j2", new)]);
    let paths = ["old.j2", "new.j2"].map(|name| folder.path().join(name).to_string_lossy().into_owned());
    let run = run(&["diff", &paths[0], &paths[1], "--format", "json", "--exit-code"]);
    let mut report: Value = serde_json::from_str(&run.stdout).unwrap();
    let is_same = report["sentences"].to_string().contains("nothing differs for the model");
    assert_eq!(run.code, Some(i32::from(!is_same)), "{}", run.stdout);
    (report["summary"].take(), report["sentences"].to_string())
}

#[test]
fn a_gate_on_a_template_that_is_not_read_whole_is_unknown() {
    let config = "profile: deepseek-v3.2\ntemplates: [a.txt]\ngates: {min_stable_prefix_tokens: 4}\n";
    let template = format!("{TEXT}Today is <<DATE>>.\n");
    let run = check(&[("cachecheck.yaml", config), ("a.txt", &template)], &[]);
    assert_eq!(run.code, Some(1), "{}", run.stdout);
    assert!(run.stdout.contains("a.txt:2:10: error gate/read"), "{}", run.stdout);
    assert!(run.stdout.contains("2 gates: 2 unknown"), "{}", run.stdout);
    let run = check(&[("cachecheck.yaml", config), ("a.txt", &template)], &["--unknown-is", "pass"]);
    assert_eq!(run.code, Some(0), "{}", run.stdout);
    let told = format!("syntax: plain\n{config}");
    let run = check(&[("cachecheck.yaml", &told), ("a.txt", &template)], &[]);
    assert_eq!(run.code, Some(0), "{}", run.stdout);
    assert!(run.stdout.contains("1 gate: 1 passed"), "{}", run.stdout);
}

#[test]
fn a_broken_document_is_unknown_also_without_a_gate() {
    let config = "profile: deepseek-v3.2\ntemplates: [a.yaml]\n";
    let run = check(&[("cachecheck.yaml", config), ("a.yaml", "messages: [unclosed\n")], &[]);
    assert_eq!(run.code, Some(1), "{}", run.stdout);
    assert!(run.stdout.contains("this is not valid YAML") && run.stdout.contains("1 unknown"), "{}", run.stdout);
    let run = check(&[("cachecheck.yaml", "templates: [a.txt]\nsyntax: nonsense\n"), ("a.txt", TEXT)], &[]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("cachecheck.yaml:2:9: expected one of plain, jinja"), "{}", run.stderr);
}

#[test]
fn lint_does_not_pass_a_broken_document() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("a.yaml", "messages: [unclosed\n"), ("b.j2", "Be kind. {% include 'rules.j2' %}\n")]);
    let lint = |arguments: &[&str]| {
        let mut lint = program(&[&["lint"], arguments].concat());
        ended(&lint.current_dir(folder.path()).output().unwrap())
    };
    let run = lint(&["a.yaml"]);
    assert_eq!(run.code, Some(1), "{}", run.stdout);
    assert!(run.stdout.contains("verdict: unknown") && run.stdout.contains("gate/read"), "{}", run.stdout);
    for passing in [&["a.yaml", "--unknown-is", "pass"][..], &["a.yaml", "--fail-on", "never"], &["b.j2"]] {
        let run = lint(passing);
        assert_eq!(run.code, Some(0), "{passing:?}: {}", run.stdout);
    }
}

#[test]
fn nothing_differs_is_only_said_of_what_was_read() {
    let with = |rules: &str| format!("{{% set rules %}}{rules}{{% endset %}}\n{TEXT}{{{{ rules }}}}\n");
    let (summary, said) = diff(&with("Be kind."), &with("Be brief."));
    assert_eq!(summary["cause"], "text-reworded", "{said}");

    let with = |rules: &str| format!("{{% macro m() %}}{rules}{{% endmacro %}}\n{TEXT}{{{{ m() }}}}\n");
    let (summary, said) = diff(&with("Be kind."), &with("Be brief."));
    assert_eq!(summary["cause"], "text-reworded", "{said}");

    let with = |rules: &str| format!("{{% macro m() %}}{rules}{{% endmacro %}}\n{TEXT}{{{{ m(*all) }}}}\n");
    let (summary, said) = diff(&with("Be kind."), &with("Be brief."));
    assert!(summary["divergence_token"].is_null() && said.contains("not all of it could"), "{said}");

    let (old, new) = (format!("{TEXT}{{{{ user }}}}"), format!("{TEXT}{{{{ customer }}}}"));
    let (summary, said) = diff(&old, &new);
    assert!(said.contains("the expression `{{ customer }}`") && summary["cause"] == "expression-changed", "{said}");
    let (summary, said) = diff(&old, &format!("{TEXT}{{{{user }}}}"));
    assert!(said.contains("nothing differs for the model") && summary["cause"].is_null(), "{said}");

    let with = |condition: &str| format!("{TEXT}{{% if {condition} %}}Be kind.{{% endif %}}\n");
    let (summary, said) = diff(&with("a"), &with("not a"));
    assert!(said.contains("Cause: the expression `{% if not a %}`"), "{said}");
    assert_eq!(
        (&summary["cause"], summary["divergence_token"].is_u64()),
        (&"expression-changed".into(), true),
        "{said}"
    );
}

#[test]
fn renderings_are_compared_with_the_same_value_and_branch() {
    let old = format!("Hi {{{{ name }}}}.\n{TEXT}");
    let (summary, said) = diff(&old, &format!("{old}{{% if a %}}Be kind.{{% endif %}}"));
    assert_eq!(summary["new_place"]["line"], 3, "{said}");
    assert!(said.contains("a value that may differ was added ("), "nothing stable stands behind it: {said}");
}

#[test]
fn the_list_leaves_out_data_without_a_prompt() {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("a.txt", TEXT),
        ("compiler.json", "{\"compilerOptions\": {\"strict\": true}}\n"),
        ("b.yaml", "system: [\n  You are a helpful clerk. Answer in one sentence.\n"),
        ("c.yaml", "a: [\n"),
    ];
    write(folder.path(), &files);
    let mut list = program(&["lint", "--list", "--format", "json", "."]);
    let run = ended(&list.current_dir(folder.path()).output().unwrap());
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let paths: Vec<_> = report["templates"].as_array().unwrap().iter().map(|template| &template["path"]).collect();
    assert_eq!(paths, ["./a.txt", "./b.yaml"], "a broken document whose words are a prompt's may be one");
    assert!(
        run.stdout.contains("2 files in . skipped: neither name, place nor words say that a model reads them"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_difference_behind_choices_side_by_side_comes_as_early_as_it_can() {
    let with = |rules: &str| format!("Hi.\n{{% if a %}}{TEXT}{{% endif %}}{{% if b %}}{rules}{{% endif %}}\n");
    let (summary, said) = diff(&with("Be kind."), &with("Be brief."));
    assert!(summary["divergence_token"].as_u64().is_some_and(|token| token < 8), "{said}");
}
