//! Packages of the program: installers, the action, wheel and documents agree on names, versions and the address.
//!
//! The address of the repository stands in `Cargo.toml`; `CACHECHECK_RENEW=1 cargo test --test cli packaging` brings it to the documents.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use regex::Regex;

use crate::program::{ROOT, Run, ended, read};

/// A value of `[package]` in the manifest.
fn package(key: &str) -> String {
    let manifest = read("Cargo.toml");
    let line = manifest.lines().find_map(|line| line.strip_prefix(&format!("{key} = \""))).unwrap();
    line.split('"').next().unwrap().to_owned()
}

/// A folder with a release, as the workflow makes it, of a program that knows its version and no more.
struct Release(tempfile::TempDir);

impl Release {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let release = folder.path().join(format!("OWNER/cachecheck/releases/download/v{}", package("version")));
        fs::create_dir_all(&release).unwrap();
        let program = folder.path().join("cachecheck");
        fs::write(&program, format!("#!/bin/sh\necho cachecheck {}\n", package("version"))).unwrap();
        for target in [
            "aarch64-apple-darwin",
            "aarch64-unknown-linux-gnu",
            "x86_64-apple-darwin",
            "x86_64-pc-windows-msvc",
            "x86_64-unknown-linux-gnu",
        ] {
            python(&["packaging/archive.py", target, program.to_str().unwrap(), release.to_str().unwrap()]);
        }
        python(&["packaging/render.py", release.to_str().unwrap()]);
        Self(folder)
    }

    fn file(&self, name: &str) -> PathBuf {
        let folder = format!("OWNER/cachecheck/releases/download/v{}", package("version"));
        self.0.path().join(folder).join(name)
    }

    fn archive(&self) -> PathBuf {
        self.file(&format!("cachecheck-{}-v{}.tar.gz", target(), package("version")))
    }

    /// Runs the installer of the release into `home`.
    fn install(&self, home: &Path) -> Run {
        let mut shell = Command::new("sh");
        shell.arg(self.file("install.sh")).env_clear().envs(env::var_os("PATH").map(|path| ("PATH", path)));
        shell.env("HOME", home);
        let releases = format!("file://{}/OWNER/cachecheck/releases/download", self.0.path().display());
        ended(&shell.env("CACHECHECK_RELEASES", releases).output().unwrap())
    }
}

/// The target of this machine, as the installer names it.
fn target() -> String {
    let system = if cfg!(target_os = "macos") { "apple-darwin" } else { "unknown-linux-gnu" };
    format!("{}-{system}", env::consts::ARCH)
}

fn python(arguments: &[&str]) -> String {
    let output = Command::new("python3").args(arguments).current_dir(ROOT).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_installer_of_a_release_installs_it_with_its_man_pages() {
    let (release, home) = (Release::new(), tempfile::tempdir().unwrap());
    let run = release.install(home.path());
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains(&format!("installed cachecheck {}", package("version"))), "{}", run.stdout);
    assert!(home.path().join(".local/share/man/man1/cachecheck-simulate.1").is_file());
    assert!(home.path().join(".local/share/fish/vendor_completions.d/cachecheck.fish").is_file());
}

#[test]
fn an_archive_that_is_not_what_its_checksum_says_is_not_installed() {
    let (release, home) = (Release::new(), tempfile::tempdir().unwrap());
    let mut bytes = fs::read(release.archive()).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(release.archive(), bytes).unwrap();
    let run = release.install(home.path());
    assert_eq!(run.code, Some(3));
    assert!(run.stderr.contains("is not what SHA256SUMS says: nothing was installed"), "{}", run.stderr);
    assert!(!home.path().join(".local/bin/cachecheck").exists());
}

#[test]
fn an_archive_without_a_checksum_or_not_there_is_not_installed() {
    let (release, home) = (Release::new(), tempfile::tempdir().unwrap());
    fs::write(release.file("SHA256SUMS"), "").unwrap();
    assert!(release.install(home.path()).stderr.contains("does not name"));
    fs::remove_file(release.archive()).unwrap();
    let run = release.install(home.path());
    assert!(run.code == Some(1) && run.stderr.contains("could not be fetched"), "{}", run.stderr);
}

#[test]
fn the_action_fetches_the_release_that_it_is_asked_for_and_compiles_where_there_is_none() {
    let release = Release::new();
    let (repository, tag) = (release.0.path().join("OWNER/cachecheck"), format!("v{}", package("version")));
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
        let git = Command::new("git").args(identity).args(arguments).current_dir(&repository).output().unwrap();
        String::from_utf8(git.stdout).unwrap().trim().to_owned()
    };
    git(&["init", "-q", "-b", "main"]);
    git(&["commit", "-q", "--allow-empty", "-m", "released"]);
    git(&["tag", "-a", "-m", "release", &tag]);
    git(&["tag", "v0"]);
    let released = git(&["rev-parse", "HEAD"]);
    git(&["commit", "-q", "--allow-empty", "-m", "later"]);
    for (asked, is_fetched) in [(&*tag, true), (&released, true), ("v0", true), ("main", false)] {
        let (run, compiled) = install_step(&release, asked);
        assert_eq!(run.code, Some(0), "{asked}: {}", run.stderr);
        assert_eq!(compiled, !is_fetched, "{asked}: {}{}", run.stdout, run.stderr);
    }
    fs::write(release.archive(), "not it").unwrap();
    let (run, compiled) = install_step(&release, &tag);
    assert!(run.code == Some(3) && !compiled, "a wrong archive is not worked around: {}", run.stderr);
}

/// Runs the step of the action that installs, and tells if it compiled.
fn install_step(release: &Release, asked: &str) -> (Run, bool) {
    let action: serde_yaml::Value = serde_yaml::from_str(&read("action.yml")).unwrap();
    let script = action["runs"]["steps"][0]["run"].as_str().unwrap();
    let runner = tempfile::tempdir().unwrap();
    let cargo = runner.path().join("cargo");
    fs::write(&cargo, "#!/bin/sh\necho compiled > \"$RUNNER_TEMP/compiled\"\n").unwrap();
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", runner.path().display(), env::var("PATH").unwrap());
    let mut shell = Command::new("bash");
    shell.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]).env_clear().env("PATH", path);
    shell.env("SOURCE", ROOT).env("RUNNER_TEMP", runner.path()).env("HOME", runner.path()).env("REF", asked);
    shell
        .env("GITHUB_SERVER_URL", format!("file://{}", release.0.path().display()))
        .env("REPOSITORY", "OWNER/cachecheck");
    let run = ended(&shell.output().unwrap());
    (run, runner.path().join("compiled").exists())
}

#[test]
fn the_formula_and_the_installers_name_the_archives_of_the_release_and_their_checksums() {
    let release = Release::new();
    let sums = fs::read_to_string(release.file("SHA256SUMS")).unwrap();
    let formula = fs::read_to_string(release.file("cachecheck.rb")).unwrap();
    for line in sums.lines().filter(|line| line.ends_with(".tar.gz")) {
        let (digest, name) = line.split_once("  ").unwrap();
        assert!(formula.contains(&format!("/{name}\"")) && formula.contains(&format!("\"{digest}\"")), "{name}");
    }
    for name in ["cachecheck.rb", "install.sh", "install.ps1"] {
        let text = fs::read_to_string(release.file(name)).unwrap();
        assert!(sums.contains(name) && text.contains(&package("repository")), "{name}");
        assert!(!text.contains("@version@") && !text.contains("@repository@"), "{name}");
    }
}

#[test]
fn the_same_program_makes_the_same_archive() {
    let folder = tempfile::tempdir().unwrap();
    let archives = ["one", "two"].map(|name| {
        let out = folder.path().join(name);
        python(&["packaging/archive.py", "x86_64-unknown-linux-gnu", "LICENSE-MIT", out.to_str().unwrap()]);
        fs::read(fs::read_dir(out).unwrap().next().unwrap().unwrap().path()).unwrap()
    });
    assert_eq!(archives[0], archives[1]);
}

#[test]
fn the_documents_name_the_repository_of_the_manifest() {
    let repository = package("repository");
    let name = repository.strip_prefix("https://github.com/").unwrap();
    let address = Regex::new(r"(github\.com/|uses: |github:)[\w.-]+/cachecheck\b").unwrap();
    for path in ["README.md", "docs/install.md", "docs/templates.md"] {
        let text = read(path);
        let fresh = address.replace_all(&text, format!("${{1}}{name}"));
        if env::var_os("CACHECHECK_RENEW").is_some_and(|value| value == "1") {
            fs::write(Path::new(ROOT).join(path), &*fresh).unwrap();
        } else {
            assert!(text == fresh, "{path} names another repository than Cargo.toml does");
        }
    }
}
