//! Recorded sessions: what README, `docs/*.md` and `tests/cmd/*.md` show is what the program prints.
//!
//! `TRYCMD=overwrite cargo test --test cli sessions` records them anew.

use crate::program::{ABOVE, read};

#[test]
fn the_recorded_sessions_are_what_the_program_prints() {
    let cases = trycmd::TestCases::new();
    for (name, value) in [("COLUMNS", "80"), ("NO_COLOR", "1"), ("CLICOLOR_FORCE", "0"), ("LC_ALL", "C"), ("TZ", "UTC")]
    {
        cases.env(name, value);
    }
    cases.env("GIT_CEILING_DIRECTORIES", ABOVE);
    cases.case("README.md").case("docs/*.md").case("tests/cmd/*.md");
}

/// `cargo run --release -- X` is what someone types who has just cloned; the session shows what comes back.
#[test]
fn every_first_command_of_readme_is_recorded_in_it() {
    let readme = read("README.md");
    let typed: Vec<&str> = readme.lines().filter_map(|line| line.strip_prefix("cargo run --release -- ")).collect();
    assert!(!typed.is_empty(), "README does not say how to run the program");
    for arguments in typed {
        let session = format!("$ cachecheck {arguments}\n");
        assert!(readme.contains(&session), "README tells to run `{arguments}` and does not show what comes of it");
    }
}

#[test]
fn the_page_for_scripts_names_every_field_they_may_rely_on() {
    let page = read("docs/scripting.md");
    let lines = crate::program::exchanges("fixtures/logs/few-shot.jsonl", &[]);
    for field in lines[0].as_object().unwrap().keys() {
        assert!(
            page.contains(&format!("`{field}`")),
            "docs/scripting.md does not explain the field `{field}` of jsonl"
        );
    }
}
