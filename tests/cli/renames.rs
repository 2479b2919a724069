//! `cachecheck check --base` on templates that have another name than in the base.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use crate::program::{Run, ended, program};

const CONFIG: &str = "profile: deepseek-v3.2\ntemplates: [prompts/*.yaml]\ngates:\n  max_prefix_tokens_lost: 0\n";

/// A repository with a configuration in its folder `service`.
struct Repository(tempfile::TempDir);

impl Repository {
    fn new(files: &[(&str, &str)]) -> Self {
        let repository = Self(tempfile::tempdir().unwrap());
        repository.git(&["init", "-q"]);
        repository.write(&[("cachecheck.yaml", CONFIG)]);
        repository.write(files);
        repository.commit();
        repository
    }

    fn write(&self, files: &[(&str, &str)]) {
        for (name, text) in files {
            let path = self.0.path().join("service").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "change"]);
    }

    fn git(&self, arguments: &[&str]) {
        let status = Command::new("git").args(arguments).current_dir(self.0.path()).status().unwrap();
        assert!(status.success());
    }

    fn check(&self, folder: &str, base: &str) -> Run {
        let mut check = program(&["check", "--base", base]);
        let folder: &Path = &self.0.path().join(folder);
        ended(&check.current_dir(folder).envs(env::var_os("PATH").map(|path| ("PATH", path))).output().unwrap())
    }
}

/// A template of one prompt, which begins with a line.
fn prompt(first: &str) -> String {
    let rules = "      Answer every question from the handbook and name its paragraph.\n".repeat(20);
    format!("messages:\n  - role: system\n    content: |\n{first}{rules}")
}

const NOW: &str = "      It is {{ now }}.\n";

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
        assert!(run.stdout.contains("is compared with prompts/support.yaml, renamed since"), "{}", run.stdout);
    }
}

#[test]
fn a_new_template_passes_unless_it_may_be_one_that_is_gone() {
    let repository = Repository::new(&[("prompts/support.yaml", &prompt(""))]);
    repository.write(&[("prompts/other.yaml", &prompt(NOW))]);
    repository.commit();
    let run = repository.check("service", "HEAD~1");
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("prompts/other.yaml is new: nothing to compare with"), "{}", run.stdout);

    let rewritten = "messages:\n  - role: system\n    content: '{{ now }}'\n";
    repository.write(&[("prompts/rewritten.yaml", rewritten)]);
    fs::remove_file(repository.0.path().join("service/prompts/support.yaml")).unwrap();
    repository.commit();
    let run = repository.check("service", "HEAD~1");
    assert_eq!(run.code, Some(1), "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("unless it was prompts/support.yaml, gone since HEAD~1"), "{}", run.stdout);
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
