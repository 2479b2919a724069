//! `check --base` and `diff --git` wherever a template may lie and however the repository may stand.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::program::{Run, ended, program, run};
use crate::repository::{NOW, Repository, prompt};

/// Asserts that a check found the effect on a template of a value at the top.
fn assert_lost(run: &Run, template: &str) {
    assert_eq!(run.code, Some(1), "{}{}", run.stdout, run.stderr);
    let found =
        format!("{template}:4:13: error gate/max_prefix_tokens_lost the stable prefix shrank from 221 tokens to 3");
    assert!(run.stdout.contains(&found), "{}", run.stdout);
}

#[cfg(unix)]
#[test]
fn a_link_is_compared_with_what_it_led_to() {
    let link = |to: &str, name: &Path| std::os::unix::fs::symlink(to, name).unwrap();
    let repository = Repository::new(&[("shared/support.yaml", &prompt(""))]);
    fs::create_dir(repository.path().join("service/prompts")).unwrap();
    link("../shared/support.yaml", &repository.path().join("service/prompts/support.yaml"));
    repository.commit();
    let run = repository.check("service", "HEAD");
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains(" pass            0 "), "{}", run.stdout);

    repository.write(&[("shared/support.yaml", &prompt(NOW))]);
    assert_lost(&repository.check("service", "HEAD"), "prompts/support.yaml");
    let out = repository.run("service", &["diff", "--git", "HEAD", "prompts/support.yaml"]).good();
    assert!(out.contains("shrinks from 221 tokens to 3"), "{out}");

    fs::remove_dir_all(repository.path().join("service/prompts")).unwrap();
    link("shared", &repository.path().join("service/prompts"));
    repository.git(&["checkout", "-q", "HEAD", "service/shared"]);
    repository.commit();
    repository.write(&[("shared/support.yaml", &prompt(NOW))]);
    assert_lost(&repository.check("service", "HEAD"), "prompts/support.yaml");
    let out = repository.run("service", &["diff", "--git", "HEAD", "prompts"]).good();
    assert!(out.contains("shrinks from 221 tokens to 3"), "{out}");
}

#[test]
fn what_is_of_another_repository_is_unknown_and_no_new_template() {
    let repository = Repository::new(&[("README.md", "Prompts are kept elsewhere.")]);
    repository.write(&[("prompts/support.yaml", &prompt(""))]);
    repository.git(&["init", "-q", "service/prompts"]);
    let run = repository.check("service", "HEAD");
    assert_eq!(run.code, Some(1), "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("the file belongs to another repository"), "{}", run.stdout);
    let told = repository.run("service", &["diff", "--git", "HEAD", "prompts/support.yaml"]).refusal();
    assert!(told.contains("prompts/support.yaml belongs to another repository"), "{told}");
    let out = repository.run("service", &["diff", "--git", "HEAD", "."]).good();
    assert!(out.contains("skipped: prompts/support.yaml belongs to another repository"), "{out}");
}

#[test]
fn line_endings_that_only_the_checkout_has_are_no_change() {
    let repository = Repository::new(&[("prompts/support.txt", "Answer.\nName the paragraph.\n{{ question }}\n")]);
    repository.git(&["config", "core.autocrlf", "true"]);
    let file = repository.path().join("service/prompts/support.txt");
    fs::remove_file(&file).unwrap();
    repository.git(&["checkout", "-q", "HEAD", "."]);
    assert!(fs::read_to_string(&file).unwrap().contains("\r\n"));
    let out = repository.run("service", &["diff", "--git", "HEAD", "prompts"]).good();
    assert!(out.contains("prompts: no template changed since HEAD"), "{out}");
}

#[test]
fn a_hook_that_is_told_the_repository_sees_the_same() {
    let repository = Repository::new(&[("prompts/support.yaml", &prompt(""))]);
    repository.write(&[("prompts/support.yaml", &prompt(NOW))]);
    let told = repository.path().join(".git");
    assert_lost(
        &repository.run_with("service", &["check", "--base", "HEAD"], &[("GIT_DIR", &told)]),
        "prompts/support.yaml",
    );
}

#[test]
fn how_git_shows_paths_to_its_user_changes_nothing() {
    let repository = Repository::new(&[("prompts/support.yaml", &prompt(""))]);
    repository.git(&["config", "diff.relative", "true"]);
    repository.git(&["mv", "service/prompts/support.yaml", "service/prompts/helper.yaml"]);
    repository.write(&[("prompts/helper.yaml", &prompt(NOW))]);
    repository.commit();
    assert_lost(&repository.check("service", "HEAD~1"), "prompts/helper.yaml");
}

#[test]
fn a_folder_in_which_nothing_changed_is_no_error() {
    let repository = Repository::new(&[("prompts/support.yaml", &prompt(""))]);
    let out = repository.run("service", &["diff", "--git", "HEAD", "prompts", "--exit-code"]).good();
    assert!(out.contains("prompts: no template changed since HEAD"), "{out}");
}

#[test]
fn what_in_a_folder_is_no_text_is_passed_over() {
    let repository = Repository::new(&[("prompts/support.yaml", &prompt(""))]);
    repository.write(&[("prompts/support.yaml", &prompt(NOW))]);
    fs::write(repository.path().join("service/prompts/notes.txt"), b"\xff").unwrap();
    let out = repository.run("service", &["diff", "--git", "HEAD", "prompts"]).good();
    assert!(out.contains("shrinks from 221 tokens to 3"), "{out}");
    assert!(out.contains("skipped: prompts/notes.txt: not text"), "{out}");
}

#[test]
fn what_git_cannot_say_is_one_sentence() {
    let repository = Repository::new(&[("prompts/support.yaml", &prompt(""))]);
    let told = repository.check("service", "nonsense").refusal();
    assert!(told.contains("git knows no revision \"nonsense\""), "{told}");
    fs::rename(repository.path().join(".git"), repository.path().join("git")).unwrap();
    let told = repository.check("service", "HEAD").refusal();
    assert!(told.contains("not a git repository"), "{told}");
}

#[test]
fn what_a_configuration_leaves_unchecked_is_noted() {
    let repository = Repository::new(&[("prompts/support.yaml", &prompt(""))]);
    let check = |config: &str| {
        repository.write(&[("cachecheck.yaml", config)]);
        repository.run("service", &["check"]).good()
    };
    let out = check(
        "templates: [prompts/*.yaml, moved/*.yaml]\ngates: {min_stable_prefix_tokens: {./prompts/support.yaml: 9}}\n",
    );
    assert!(out.contains("note: cachecheck.yaml: no file matches moved/*.yaml of templates"), "{out}");
    assert!(out.contains("1 gate: 1 passed") && !out.contains("sets no gates"), "{out}");
    let out = check("templates: [prompts/*.yaml]\n");
    assert!(out.contains("note: cachecheck.yaml sets no gates"), "{out}");
}

#[test]
fn a_lock_in_conflict_is_written_anew() {
    let repository = Repository::new(&[("prompts/support.yaml", &prompt(""))]);
    repository.write(&[("cachecheck.yaml", "templates: [prompts/*.yaml]\ngates: {lock: enforced}\n")]);
    let first = repository.run("service", &["lock"]).good();
    let file = repository.path().join("service/cachecheck.lock");
    let lock = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{lock}<<<<<<< ours\n=======\n>>>>>>> theirs\n")).unwrap();
    let told = repository.run("service", &["check"]).refusal();
    assert!(
        told.contains("cachecheck.lock:10:1: ") && told.contains("run `cachecheck lock` to write the file again"),
        "{told}"
    );
    assert_eq!(repository.run("service", &["lock"]).good(), first);
    assert_eq!(fs::read_to_string(&file).unwrap(), lock);

    repository.write(&[("prompts/helper.yaml", &prompt(""))]);
    fs::remove_file(repository.path().join("service/prompts/support.yaml")).unwrap();
    let out = repository.run("service", &["lock"]).good();
    assert!(out.contains("prompts/support.yaml: dropped, it is no longer a template"), "{out}");
}

#[test]
fn stdin_is_read_once() {
    let told = run(&["diff", "-", "-"]).refusal();
    assert!(told.contains("stdin, which can be read once"), "{told}");
}

#[test]
fn a_template_is_the_same_by_whatever_path() {
    let repository = Repository::new(&[("prompts/support.yaml", &prompt(""))]);
    let whole = repository.path().join("service/prompts/*.yaml");
    let config = format!(
        "profile: deepseek-v3.2\ntemplates: [{:?}]\ngates:\n  max_prefix_tokens_lost: 0\n",
        whole.to_str().unwrap()
    );
    repository.write(&[("prompts/support.yaml", &prompt(NOW)), ("cachecheck.yaml", &config)]);
    assert_lost(&repository.check("service", "HEAD"), "prompts/support.yaml");
}

#[cfg(unix)]
#[test]
fn a_link_from_the_root_of_the_disk_is_unknown_and_no_new_template() {
    let repository = Repository::new(&[("shared/support.yaml", &prompt(""))]);
    fs::create_dir(repository.path().join("service/prompts")).unwrap();
    let (whole, link) = ("service/shared/support.yaml", "service/prompts/support.yaml");
    std::os::unix::fs::symlink(repository.path().join(whole), repository.path().join(link)).unwrap();
    repository.commit();
    repository.write(&[("shared/support.yaml", &prompt(NOW))]);
    let run = repository.check("service", "HEAD");
    assert_eq!(run.code, Some(1), "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("the file belongs to another repository"), "{}", run.stdout);
}

#[cfg(unix)]
#[test]
fn a_linked_template_is_found_in_its_folder() {
    let repository = Repository::new(&[("shared/support.yaml", &prompt("")), ("prompts/other.yaml", &prompt(""))]);
    let link = repository.path().join("service/prompts/support.yaml");
    std::os::unix::fs::symlink("../shared/support.yaml", link).unwrap();
    repository.commit();
    repository.write(&[("shared/support.yaml", &prompt(NOW))]);
    let out = repository.run("service", &["diff", "--git", "HEAD", "prompts"]).good();
    assert!(out.contains("prompts/support.yaml: the stable prefix shrinks from 221 tokens to 3"), "{out}");
}

#[test]
fn what_git_would_leave_out_is_no_revision() {
    let repository = Repository::new(&[("prompts/support.yaml", &prompt(""))]);
    let told = repository.check("service", "^HEAD").refusal();
    assert!(told.contains("git knows no revision \"^HEAD\""), "{told}");
}

#[test]
fn a_file_that_git_takes_for_unchanged_is_no_change() {
    let repository =
        Repository::new(&[("prompts/support.yaml", &prompt("")), (".gitattributes", "*.yaml text eol=crlf\n")]);
    let run = repository.check("service", "HEAD");
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
}

/// Runs the check with a `git` that counts how often it is started.
#[cfg(unix)]
fn check_counting_git(repository: &Repository) -> (Run, usize) {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let (git, count) = (folder.path().join("git"), folder.path().join("count"));
    let path = std::env::var("PATH").unwrap();
    fs::write(&git, format!("#!/bin/sh\necho once >> '{}'\nPATH='{path}' exec git \"$@\"\n", count.display())).unwrap();
    fs::set_permissions(&git, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{path}", folder.path().display());
    let run = repository.run_with("service", &["check", "--base", "HEAD"], &[("PATH", Path::new(&path))]);
    (run, fs::read_to_string(count).unwrap().lines().count())
}

#[cfg(unix)]
#[test]
fn a_hundred_templates_ask_git_no_more_often_than_one() {
    let (plain, dated) = (prompt(""), prompt(NOW));
    let names: Vec<String> = (0..100).map(|number| format!("prompts/p {number}.yaml")).collect();
    let one = Repository::new(&[("prompts/one.yaml", &plain)]);
    one.write(&[("prompts/one.yaml", &dated), ("prompts/new.yaml", &plain)]);
    let many = Repository::new(&names.iter().map(|name| (name.as_str(), plain.as_str())).collect::<Vec<_>>());
    // Every second is changed, and one is new; one has line endings that git takes away.
    many.write(&names.iter().step_by(2).map(|name| (name.as_str(), dated.as_str())).collect::<Vec<_>>());
    many.write(&[
        ("prompts/new.yaml", &plain),
        ("prompts/newer.yaml", &plain),
        (".gitattributes", "*.yaml text eol=crlf\n"),
    ]);
    many.write(&[(&names[1], &plain.replace('\n', "\r\n"))]);
    let ((_, few), (run, times)) = (check_counting_git(&one), check_counting_git(&many));
    assert_eq!(times, few, "{run:?}");
    for (index, name) in names.iter().enumerate() {
        let lost = run.stdout.contains(&format!("{name}:4:13: error gate/max_prefix_tokens_lost"));
        assert_eq!(lost, index % 2 == 0, "{name}: {}", run.stdout);
    }
    assert!(
        run.stderr.contains("prompts/new.yaml is new") || run.stdout.contains("prompts/new.yaml is new"),
        "{run:?}"
    );
}

#[test]
fn a_file_that_a_template_inserts_is_read_as_the_revision_had_it() {
    let whole = "You are kind.\n{% include 'shared/rules.j2' %}\nIt is {{ now }}.\n";
    let rules = |word: &str| format!("{word} in short sentences and name the paragraph of the handbook. ").repeat(12);
    let repository = Repository::new(&[
        ("cachecheck.yaml", "profile: deepseek-v3.2\ntemplates: [prompts/*.j2]\ngates:\n  max_prefix_tokens_lost: 0\n"),
        ("prompts/a.j2", whole),
        ("shared/rules.j2", &rules("Answer")),
    ]);
    let check = repository.check("service", "HEAD");
    assert_eq!(check.code, Some(0), "{}{}", check.stdout, check.stderr);
    repository.write(&[("shared/rules.j2", &rules("Reply"))]);
    let out = repository.run("service", &["diff", "--git", "HEAD", "prompts/a.j2"]).good();
    assert!(out.contains("Cause: text was reworded (prompts/a.j2:2:1)"), "{out}");
    // Seen from a folder below, too.
    let out = repository.run("service/prompts", &["diff", "--git", "HEAD", "."]).good();
    assert!(out.contains("Cause: text was reworded (a.j2:2:1)"), "{out}");
    repository.write(&[("shared/rules.j2", &format!("{{{{ now }}}} {}", rules("Answer")))]);
    let check = repository.check("service", "HEAD");
    assert_eq!(check.code, Some(1), "{}{}", check.stdout, check.stderr);
}

#[test]
fn before_the_first_commit_there_is_nothing_to_compare_with() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("prompt.j2"), "You are a clerk. Answer {{ question }}.\n").unwrap();
    let git = |arguments: &[&str]| {
        let command = Command::new("git").args(arguments).current_dir(folder.path()).output().unwrap();
        assert!(command.status.success(), "{command:?}");
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["-c", "user.name=a", "-c", "user.email=a@b.test", "commit", "-q", "-m", "first"]);
    let run = ended(&program(&["diff", "--git", "HEAD~1"]).current_dir(folder.path()).output().unwrap());
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.contains("first commit") && run.stdout.contains("prompt.j2: added"), "{run:?}");
}
