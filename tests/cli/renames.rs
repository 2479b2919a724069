//! `check --base` and `diff --git` on templates that have another name than in the base.

use std::fs;

use crate::repository::{NOW, Repository, prompt};

#[test]
fn a_renamed_template_is_compared_with_what_it_was() {
    let repository = Repository::new(&[("prompts/support.yaml", &prompt(""))]);
    repository.git(&["mv", "service/prompts/support.yaml", "service/prompts/helper.yaml"]);
    repository.write(&[("prompts/helper.yaml", &prompt(NOW))]);
    repository.commit();
    for folder in ["service", "service/prompts"] {
        let run = repository.check(folder, "HEAD~1");
        assert_eq!(run.code, Some(1), "{}{}", run.stdout, run.stderr);
        assert!(run.stdout.contains("prompts/helper.yaml:4:13: error gate/max_prefix_tokens_lost"), "{}", run.stdout);
        assert!(
            run.stdout.contains("is compared with prompts/support.yaml, its name before it was renamed"),
            "{}",
            run.stdout
        );
    }
}

#[test]
fn a_new_template_passes_and_one_that_is_gone_is_told() {
    let repository = Repository::new(&[("prompts/support.yaml", &prompt(""))]);
    repository.write(&[("prompts/other.yaml", &prompt(NOW))]);
    repository.commit();
    let run = repository.check("service", "HEAD~1");
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("prompts/other.yaml is new: there is nothing to compare it with"), "{}", run.stdout);

    let rewritten = "messages:\n  - role: system\n    content: '{{ now }}'\n";
    repository.write(&[("prompts/rewritten.yaml", rewritten)]);
    fs::remove_file(repository.path().join("service/prompts/support.yaml")).unwrap();
    repository.commit();
    let run = repository.check("service", "HEAD~1");
    // One removed and another added is no rename that anybody can tell: it passes, and both are named.
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("prompts/support.yaml was removed since HEAD~1"), "{}", run.stdout);
    assert!(
        run.stdout.contains("prompts/rewritten.yaml is new: there is nothing to compare it with"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_prompt_with_another_name_in_its_file_is_compared_with_what_it_was() {
    let named = |name: &str, first: &str| {
        let text = prompt(first).replace('\n', "\n  ");
        format!("{name}:\n  {}\nother:\n  messages:\n    - {{role: user, content: hi}}\n", text.trim_end())
    };
    let repository = Repository::new(&[("prompts/all.yaml", &named("support", ""))]);
    repository.write(&[("prompts/all.yaml", &named("helper", NOW))]);
    repository.commit();
    let run = repository.check("service", "HEAD~1");
    assert_eq!(run.code, Some(1), "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("all.yaml#helper is compared with prompts/all.yaml#support"), "{}", run.stdout);
}

#[test]
fn a_diff_follows_renames_too() {
    let repository = Repository::new(&[("prompts/support.yaml", &prompt("")), ("prompts/same.yaml", &prompt(""))]);
    repository.git(&["mv", "service/prompts/support.yaml", "service/prompts/helper.yaml"]);
    repository.write(&[("prompts/helper.yaml", &prompt(NOW))]);
    repository.git(&["add", "-A"]);
    for (folder, path) in [("service", "prompts"), ("service/prompts", "."), ("service", "prompts/helper.yaml")] {
        let out = repository.run(folder, &["diff", "--git", "HEAD", path]).good();
        assert!(out.contains("helper.yaml: the stable prefix shrinks from 221 tokens to 3"), "{path}: {out}");
        assert!(out.contains("support.yaml, its name before it was renamed"), "{path}: {out}");
        assert!(!out.contains(": removed."), "{path}: {out}");
    }
}

#[test]
fn a_diff_follows_the_new_name_of_a_prompt_in_its_file() {
    let named = |name: &str, first: &str| {
        let text = prompt(first).replace('\n', "\n  ");
        format!("{name}:\n  {}\nother:\n  messages:\n    - {{role: user, content: hi}}\n", text.trim_end())
    };
    let repository = Repository::new(&[("prompts/all.yaml", &named("support", ""))]);
    repository.write(&[("prompts/all.yaml", &named("helper", NOW))]);
    let out = repository.run("service", &["diff", "--git", "HEAD", "prompts"]).good();
    assert!(out.contains("all.yaml#helper: the stable prefix shrinks from 221 tokens to 3"), "{out}");
    assert!(!out.contains("in one of the two files only"), "{out}");
}
