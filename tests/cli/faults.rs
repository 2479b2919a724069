//! Faults of the disk: a file that may grow no further, at every size, in each command that writes. Nothing half written stays, the old
//! file is whole, and the run ends with 2 and a sentence.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::program::{ROOT, ended, fixture, run};

/// Runs the program where no file may grow beyond so many blocks of 512 bytes (1024 in some shells).
fn limited(blocks: usize, words: &str, folder: &Path) -> std::process::Output {
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" {words}");
    let mut shell = Command::new("sh");
    shell.args(["-c", &script, env!("CARGO_BIN_EXE_cachecheck")]).current_dir(ROOT).env("TMPDIR", folder);
    shell.env("GIT_CEILING_DIRECTORIES", folder).output().unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_file_of_output_is_whole_or_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let out = out.to_str().unwrap();
    let log = fixture("support-and-agent");
    for words in [
        format!("simulate {log}"),
        format!("simulate {log} --format jsonl"),
        format!("parse {log}"),
        format!("cost {log} --format csv"),
        "profiles --format json".into(),
        "completions bash".into(),
        "rates --format json".into(),
        format!("plan {log} --format json"),
        format!("curve {log} --over ttl --format csv"),
        format!("simulate {log} --partial 1/2"),
        format!("explain {log}:15 --format html"),
    ] {
        let whole = run(&words.split(' ').collect::<Vec<_>>()).good();
        let mut failed = 0;
        for blocks in [0, 1, 2, 3, 5, 8, 16, 64, 100_000] {
            fs::write(out, "old").unwrap();
            let run = ended(&limited(blocks, &format!("{words} --output '{out}'"), folder.path()));
            let now = fs::read_to_string(out).unwrap();
            if now == whole {
                run.good();
            } else {
                failed += 1;
                assert_eq!(now, "old", "{words} at {blocks}");
                assert!(run.refusal().contains("cannot write"), "{words} at {blocks}");
            }
            assert_eq!(names(folder.path()), ["out"], "{words} at {blocks}");
        }
        assert!((1..9).contains(&failed), "{words}: {failed} of 9 failed");
    }
}

#[test]
fn both_files_of_keys_are_there_or_none_and_assumptions_are_whole() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (into, key, assumptions) = (place("keys"), place("secret.key"), place("a.yaml"));
    fs::write(&key, "3c9d1f7a5e2b8046").unwrap();
    let log = fixture("support-and-agent");
    let mut ended_well = [0, 0];
    for blocks in [0, 1, 2, 3, 5, 8, 16, 64, 100_000] {
        // Stderr is a pipe, which has no limit.
        let words = format!("keys {log} --into '{into}' --key-file '{key}'");
        let keys = ended(&limited(blocks, &words, folder.path()));
        let are_there = fs::read_dir(&into).map_or(0, Iterator::count);
        if keys.code == Some(0) {
            ended_well[0] += 1;
            assert_eq!(names(Path::new(&into)), ["blocks.jsonl", "requests.jsonl"]);
            fs::remove_dir_all(&into).unwrap();
        } else {
            assert_eq!(are_there, 0, "{blocks}");
            assert!(keys.refusal().contains("jsonl: "), "{blocks}");
        }
        let assumed = ended(&limited(blocks, &format!("simulate {log} --assumptions '{assumptions}'"), folder.path()));
        if assumed.code == Some(0) {
            ended_well[1] += 1;
            fs::remove_file(&assumptions).unwrap();
        } else {
            assert!(!Path::new(&assumptions).exists() && assumed.refusal().contains("cannot write"), "{blocks}");
        }
    }
    assert!(ended_well.iter().all(|times| (1..9).contains(times)), "{ended_well:?}");
}

#[test]
fn a_state_is_the_one_before_or_the_next_whole() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (monday, tuesday, key, state) = (place("monday"), place("tuesday"), place("key"), place("state"));
    for (into, first) in [(&monday, "0"), (&tuesday, "100")] {
        let log = fixture("support-and-agent");
        let keys = run(&["keys", &log, "--into", into, "--key-file", &key, "--first-seq", first]);
        assert_eq!(keys.code, Some(0), "{}", keys.stderr);
    }
    assert_eq!(run(&["hits", &monday, "--state-out", &state]).code, Some(0));
    let kept = || ["settings.json", "state.jsonl"].map(|name| fs::read(Path::new(&state).join(name)).unwrap());
    let before = kept();
    let words = format!("hits '{tuesday}' --state-in '{state}' --state-out '{state}'");
    let mut failed = 0;
    for blocks in [0, 1, 2, 3, 5, 8, 16, 64, 100_000] {
        let hits = ended(&limited(blocks, &words, folder.path()));
        if hits.code == Some(0) {
            assert_ne!(kept(), before, "{blocks}");
        } else {
            failed += 1;
            assert_eq!(kept(), before, "{blocks}");
            // The hits stand in stdout already.
            assert_eq!(hits.code, Some(2), "{blocks}");
            assert!(hits.stderr.contains("cannot write"), "{blocks}: {}", hits.stderr);
        }
        assert_eq!(names(Path::new(&state)), ["settings.json", "state.jsonl"], "{blocks}");
    }
    assert!((1..9).contains(&failed), "{failed} of 9 failed");
}

#[test]
fn a_state_stays_as_it_is_where_the_hits_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (keys, state, out) = (place("keys"), place("state"), place("hits"));
    let made = run(&["keys", &fixture("short"), "--into", &keys, "--key-file", &place("key")]);
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    fs::create_dir(&state).unwrap();
    let words = format!("hits '{keys}' --state-out '{state}' --output '{out}'");
    assert!(ended(&limited(0, &words, folder.path())).refusal().contains("cannot write"));
    assert_eq!(names(Path::new(&state)), [""; 0]);
}

#[test]
fn what_the_shell_writes_to_is_no_success_where_it_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let log = fixture("support-and-agent");
    for words in [format!("simulate {log} --format jsonl"), format!("parse {log}"), "rates --format json".into()] {
        for blocks in [0, 1, 4, 16] {
            let output = limited(blocks, &format!("{words} > '{}'", out.display()), folder.path());
            assert!(ended(&output).refusal().contains("cachecheck: "), "{words} at {blocks}");
        }
    }
}

#[test]
fn a_file_for_what_waits_that_cannot_grow_is_the_machines_failure() {
    let folder = tempfile::tempdir().unwrap();
    let log = fs::read_to_string(Path::new(ROOT).join(fixture("support-and-agent"))).unwrap();
    let path = folder.path().join("log.jsonl");
    // More than stays in memory of the copy of a pipe.
    fs::write(&path, "\n".repeat(70 << 20) + &log).unwrap();
    for words in ["simulate - --format jsonl", "cost -", "curve - --over ttl", "trend -", "infer -", "parse - --redact"]
    {
        for (blocks, code) in [(0, 2), (1000, 2), (10_000_000, 0)] {
            let script = format!(
                "trap '' XFSZ; cat '{}' | (ulimit -f {blocks}; \"$0\" {words} 2>&1 >/dev/null; echo \" code $?\")",
                path.display()
            );
            let mut shell = Command::new("sh");
            shell
                .args(["-c", &script, env!("CARGO_BIN_EXE_cachecheck")])
                .current_dir(ROOT)
                .env("TMPDIR", folder.path());
            let told = String::from_utf8(shell.output().unwrap().stdout).unwrap();
            assert!(told.contains(&format!(" code {code}")), "{words} at {blocks}: {told}");
            assert!(code == 0 || told.contains("cannot write a temporary file"), "{words}: {told}");
            assert_eq!(names(folder.path()), ["log.jsonl"], "{words} at {blocks}");
        }
    }
}

#[test]
fn a_place_that_cannot_be_written_to_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let log = fixture("short");
    let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(place("file"), "").unwrap();
    for out in [place("missing/out"), place("file/out"), place("")] {
        let told = run(&["simulate", &log, "--output", &out]).refusal();
        assert!(told.contains("cannot write"), "{told}");
        let told = run(&["parse", &log, "--redact", "--key-file", &out]).refusal();
        assert!(told.contains("key"), "{told}");
    }
    assert_eq!(names(folder.path()), ["file"]);
}

#[test]
fn a_bundle_is_the_one_before_or_the_next_whole() {
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("calls.txt");
    let words = format!("plan {} --bundle '{}'", fixture("support-and-agent"), bundle.display());
    let mut ended_well = 0;
    for blocks in [0, 1, 8] {
        fs::write(&bundle, "old").unwrap();
        let plan = ended(&limited(blocks, &words, folder.path()));
        let now = fs::read_to_string(&bundle).unwrap();
        if plan.code == Some(0) {
            ended_well += 1;
            assert!(now.lines().count() == 7 && now.ends_with('\n'), "{blocks}: {now}");
        } else {
            assert!(now == "old" && plan.refusal().contains("cannot write"), "{blocks}: {now}");
        }
        assert_eq!(names(folder.path()), ["calls.txt"], "{blocks}");
    }
    assert_eq!(ended_well, 2);
}

#[test]
fn a_template_is_mended_whole_or_stays() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    let broken = "You are the assistant of a shop.\r\n".repeat(100);
    let words = format!("lint '{}' '{}' --fix", place("a.md").display(), place("b.md").display());
    let mut failed = 0;
    for blocks in [0, 1, 2, 5, 100] {
        fs::write(place("a.md"), "You are the assistant.\r\n").unwrap();
        fs::write(place("b.md"), &broken).unwrap();
        let lint = ended(&limited(blocks, &words, folder.path()));
        let now = fs::read_to_string(place("b.md")).unwrap();
        if now == broken {
            failed += 1;
            assert!(lint.refusal().contains("cannot write"), "{blocks}");
        } else {
            assert!(now == broken.replace('\r', "") && lint.code == Some(0), "{blocks}: {lint:?}");
        }
        assert_eq!(names(folder.path()), ["a.md", "b.md"], "{blocks}");
    }
    assert!((1..5).contains(&failed), "{failed} of 5 failed");
}

#[test]
fn a_key_is_made_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("new.key");
    for words in [format!("parse {} --redact", fixture("short")), format!("keys {} --into keys", fixture("short"))] {
        let words = format!("{words} --key-file '{}'", key.display())
            .replace("--into keys", &format!("--into '{}'", folder.path().join("keys").display()));
        let run = ended(&limited(0, &words, folder.path()));
        assert!(run.refusal().contains("key"), "{words}");
        assert!(!key.exists(), "{words}");
    }
}
