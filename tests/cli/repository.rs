//! A git repository of prompts, made for a test.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use crate::program::{Run, ended, program};

const CONFIG: &str = "profile: deepseek-v3.2\ntemplates: [prompts/*.yaml]\ngates:\n  max_prefix_tokens_lost: 0\n";

/// A repository with a configuration in its folder `service`.
pub(crate) struct Repository(tempfile::TempDir);

impl Repository {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let repository = Self(tempfile::tempdir().unwrap());
        repository.git(&["init", "-q"]);
        repository.write(&[("cachecheck.yaml", CONFIG)]);
        repository.write(files);
        repository.commit();
        repository
    }

    pub(crate) fn write(&self, files: &[(&str, &str)]) {
        for (name, text) in files {
            let path = self.0.path().join("service").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    pub(crate) fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "change"]);
    }

    pub(crate) fn git(&self, arguments: &[&str]) {
        let status = Command::new("git").args(arguments).current_dir(self.0.path()).status().unwrap();
        assert!(status.success());
    }

    pub(crate) fn check(&self, folder: &str, base: &str) -> Run {
        self.run(folder, &["check", "--base", base])
    }

    /// Runs the program in a folder of the repository.
    pub(crate) fn run(&self, folder: &str, arguments: &[&str]) -> Run {
        self.run_with(folder, arguments, &[])
    }

    /// The same with variables of the environment.
    pub(crate) fn run_with(&self, folder: &str, arguments: &[&str], environment: &[(&str, &Path)]) -> Run {
        let mut program = program(arguments);
        let folder: &Path = &self.0.path().join(folder);
        // The program looks for git.
        program.current_dir(folder).envs(env::var_os("PATH").map(|path| ("PATH", path)));
        ended(&program.envs(environment.iter().copied()).output().unwrap())
    }

    /// The folder it is in.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

/// A template of one prompt, which begins with a line.
pub(crate) fn prompt(first: &str) -> String {
    let rules = "      Answer every question from the handbook and name its paragraph.\n".repeat(20);
    format!("messages:\n  - role: system\n    content: |\n{first}{rules}")
}

/// A line that a cache cannot keep.
pub(crate) const NOW: &str = "      It is {{ now }}.\n";
