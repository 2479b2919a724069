//! `--output`: a file in place of stdout, whole or not there at all.

use std::fs;

use crate::program::{fixture, run};

#[test]
fn the_file_holds_what_stdout_would_and_stdout_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json");
    let log = fixture("short");
    let expected = run(&["cost", &log, "-f", "json"]).good();
    let report = run(&["cost", &log, "-f", "json", "-o", path.to_str().unwrap()]).good();
    assert_eq!((report.as_str(), fs::read_to_string(&path).unwrap()), ("", expected));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_command_that_fails_leaves_the_old_file_and_nothing_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json");
    fs::write(&path, "old").unwrap();
    for arguments in [&["cost", "no-such-log.jsonl"][..], &["parse", &fixture("broken"), "--strict"]] {
        let output = ["--output", path.to_str().unwrap()];
        run(&[arguments, &output].concat()).refusal();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old", "{arguments:?}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "{arguments:?}");
    }
    let nowhere = folder.path().join("missing/report.json");
    let refusal = run(&["cost", &fixture("short"), "-o", nowhere.to_str().unwrap()]).refusal();
    assert!(refusal.contains("cannot write") && !refusal.contains("/.report"), "{refusal}");
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_not_there_and_a_number_that_is_none_are_told() {
    let log = crate::program::fixture("short");
    let said = crate::program::run(&["simulate", &log, "--output", "no-such-folder/x"]).refusal();
    assert!(said.contains("there is no folder no-such-folder"), "{said}");
    let said = crate::program::run(&["simulate", &log, "--by", "model", "--top", "0"]).stderr;
    assert!(said.contains("a number from 1 on is wanted"), "{said}");
}

#[test]
fn a_device_is_written_to_and_not_replaced() {
    let run = run(&["cost", &fixture("short"), "-f", "json", "-o", "/dev/stderr"]);
    assert!(run.stdout.is_empty() && run.stderr.contains("\"schema_version\""), "{}", run.stderr);
}

#[test]
fn help_and_version_are_commands_too_and_letters_stand_for_what_is_typed_daily() {
    assert_eq!(run(&["version"]).good(), run(&["--version"]).good());
    assert_eq!(run(&["help", "simulate"]).good(), run(&["simulate", "--help"]).good());
    let log = fixture("support-and-agent");
    let spelled = ["cost", &log, "--format", "csv", "--by", "model", "--since", "2026-04-08"];
    let short = ["cost", &log, "-f", "csv", "-b", "model", "-s", "2026-04-08"];
    assert_eq!(run(&short).good(), run(&spelled).good());
}

#[test]
fn the_short_help_of_each_command_fits_a_tall_screen() {
    for command in cachecheck::cli::command().get_subcommands() {
        let name = command.get_name();
        let short = run(&[name, "-h"]).good();
        assert!(short.lines().count() <= 90, "{name}:\n{short}");
    }
}
