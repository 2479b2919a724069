//! Reports for people: the page they fit, and colours.

use std::path::Path;

use unicode_width::UnicodeWidthStr;

use crate::program::{ROOT, ended, files, fixture, program, read};

fn shown(arguments: &[&str], environment: &[(&str, &str)]) -> String {
    ended(&program(arguments).envs(environment.iter().copied()).output().unwrap()).stdout
}

#[test]
fn no_line_of_any_command_is_wider_than_the_page() {
    let log = fixture("support-and-agent");
    let explained = format!("{log}:29");
    let commands: [&[&str]; 12] = [
        &["simulate", &log, "--by", "scope"],
        &["cost", &log, "--by", "day"],
        &["curve", &log, "--over", "ttl"],
        &["compare", &log, "--split-at", "2026-04-09"],
        &["trend", &log],
        &["explain", &explained],
        &["parse", "--summary", &log],
        &["rates"],
        &["rates", "deepseek-chat"],
        &["profiles"],
        &["lint", "fixtures/templates/lint"],
        &["cost", "--model", "deepseek-chat", "--at", "2026-04-05", "--prompt-tokens", "1000"],
    ];
    for command in commands {
        for width in [80, 100, 140] {
            let text = shown(&[command, &["--width", &width.to_string()]].concat(), &[]);
            // A word that is longer than the page is not broken, so that a path can be opened.
            let fits =
                |line: &str| line.width() <= width || line.split_whitespace().any(|word| word.width() + 4 > width);
            for line in text.lines() {
                assert!(fits(line), "{command:?} at {width}: {} columns: {line}", line.width());
            }
        }
    }
}

#[test]
fn a_pipe_breaks_no_line_and_columns_is_heeded() {
    let command = ["rates", "deepseek-chat"];
    let wide = shown(&command, &[]);
    assert!(wide.lines().any(|line| line.width() > 200), "{wide}");
    assert!(!wide.contains("no room for"), "{wide}");
    let narrow = shown(&command, &[("COLUMNS", "80")]);
    assert!(narrow.contains("(no room for: "), "{narrow}");
    assert_eq!(shown(&["rates", "deepseek-chat", "--width", "0"], &[("COLUMNS", "80")]), wide);
    // Programs read what they always read.
    let json = shown(&["rates", "--format", "json"], &[]);
    assert_eq!(shown(&["rates", "--format", "json"], &[("COLUMNS", "80"), ("CLICOLOR_FORCE", "1")]), json);
}

#[test]
fn colours_are_for_terminals_unless_they_are_asked_for() {
    let log = fixture("short");
    let command = ["simulate", log.as_str()];
    let plain = shown(&command, &[]);
    assert!(!plain.contains('\u{1b}'), "{plain}");
    for (arguments, environment) in [
        (vec!["--color", "always"], vec![]),
        (vec![], vec![("CLICOLOR_FORCE", "1")]),
        (vec!["--color", "always"], vec![("NO_COLOR", "1")]),
    ] {
        let coloured = shown(&[&command[..], &arguments].concat(), &environment);
        assert!(coloured.starts_with("\u{1b}[1m"), "{arguments:?} {environment:?}");
        let bare: String = coloured
            .split('\u{1b}')
            .enumerate()
            .map(|(index, part)| match index {
                0 => part,
                _ => part.split_once('m').map_or(part, |(_, text)| text),
            })
            .collect();
        assert_eq!(bare, plain, "colours change no letter");
    }
    for environment in [[("NO_COLOR", "1")], [("CLICOLOR_FORCE", "0")]] {
        assert_eq!(shown(&command, &environment), plain);
    }
    assert_eq!(shown(&["simulate", &log, "--color", "never"], &[("CLICOLOR_FORCE", "1")]), plain);
    // One rule for help and for reports.
    let is_coloured = |arguments: &[&str], environment: &[(&str, &str)]| {
        shown(&[&["simulate", "-h"], arguments].concat(), environment).contains('\u{1b}')
    };
    assert!(is_coloured(&["--color", "always"], &[("NO_COLOR", "1")]) && is_coloured(&[], &[("CLICOLOR_FORCE", "1")]));
    for environment in [("NO_COLOR", "1"), ("CLICOLOR_FORCE", "0"), ("CLICOLOR", "1")] {
        assert!(!is_coloured(&[], &[environment]), "{environment:?}");
    }
    assert!(!is_coloured(&["--color=never"], &[("CLICOLOR_FORCE", "1")]));
}

/// The words in quotes of a constant of a file.
fn words_of_constant<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let (_, constant) = text.split_once(&format!("\nconst {name}: ")).unwrap_or_else(|| panic!("no constant {name}"));
    let (constant, _) = constant.split_once("];\n").unwrap();
    constant.split('"').skip(1).step_by(2).collect()
}

#[test]
fn each_key_that_a_renderer_knows_is_one_of_a_command() {
    // Tables that several commands show are made in the workspace.
    let rooms = ["src/commands", "src/workspace"];
    let commands: String = rooms.iter().flat_map(|room| files(room, "rs")).map(read).collect();
    for (file, name) in [("fit", "LEAST"), ("table", "RANKED"), ("pictures", "PICTURES")] {
        let text = read(Path::new(ROOT).join(format!("src/report/format/{file}.rs")));
        let keys = words_of_constant(&text, name);
        assert!(!keys.is_empty(), "{name}");
        for key in keys {
            assert!(commands.contains(&format!("\"{key}\"")), "{name} of {file}.rs has {key}, which no command shows");
        }
    }
}
