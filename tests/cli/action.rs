//! The action for GitHub: the script of its step, run as a runner runs it, in a clone as `actions/checkout` makes it.
#![cfg(unix)]

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use crate::program::{Run, ended, read};
use crate::repository::{NOW, Repository, prompt};

/// Runs the step that checks.
fn step(clone: &Path, runner: &Path, base: &str) -> Run {
    let action: serde_yaml::Value = serde_yaml::from_str(&read("action.yml")).unwrap();
    let script = action["runs"]["steps"][1]["run"].as_str().unwrap();
    let mut shell = Command::new("bash");
    shell.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]).current_dir(clone).env_clear();
    shell.envs(env::var_os("PATH").map(|path| ("PATH", path))).env("RUNNER_TEMP", runner);
    shell.env("GITHUB_STEP_SUMMARY", runner.join("summary.md")).env("UNKNOWN_IS", "fail");
    ended(&shell.env("BASE", base).env("CONFIG", "service/cachecheck.yaml").output().unwrap())
}

#[test]
fn the_action_finds_its_base_from_a_clone_of_one_commit() {
    let repository = Repository::new(&[("prompts/support.yaml", &prompt(""))]);
    repository.git(&["branch", "release"]);
    repository.write(&[("prompts/support.yaml", &prompt(NOW))]);
    repository.commit();
    let runner = tempfile::tempdir().unwrap();
    let installed = runner.path().join("cachecheck/bin");
    fs::create_dir_all(&installed).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_cachecheck"), installed.join("cachecheck")).unwrap();
    let zeros = "0".repeat(40);
    for (index, base) in ["HEAD~1", "release", "origin/release", &zeros].into_iter().enumerate() {
        let clone = runner.path().join(format!("clone{index}"));
        let url = format!("file://{}", repository.path().display());
        repository.git(&["clone", "-q", "--depth=1", &url, &clone.to_string_lossy()]);
        let run = step(&clone, runner.path(), base);
        assert_eq!(run.code, Some(1), "{base}: {}{}", run.stdout, run.stderr);
        // Seen from the root of the repository, where GitHub looks for it.
        let annotation =
            "::error file=service/prompts/support.yaml,line=4,col=13,title=cachecheck gate/max_prefix_tokens_lost::";
        assert!(run.stdout.starts_with(annotation), "{base}: {}", run.stdout);
        let summary = fs::read_to_string(runner.path().join("summary.md")).unwrap();
        assert!(summary.contains("the stable prefix shrank from 221 tokens to 3"), "{base}: {summary}");
    }
}
