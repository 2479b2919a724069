//! Shards: a simulation that is divided over several runs and merged again says the same, to the byte.

use std::path::Path;

use serde_json::{Value, json};

use crate::program::{Run, files, fixture, read, run};

/// Every log among the fixtures, whatever its format.
pub(crate) fn logs() -> Vec<String> {
    let folders = ["jsonl", "json", "har", "log", "traj"].into_iter();
    let found = folders.flat_map(|extension| files("fixtures/logs", extension));
    found.map(|path| path.to_string_lossy().replace('\\', "/")).collect()
}

/// The parts of a report, each in a file.
pub(crate) fn parts(folder: &Path, args: &[&str], of: u64) -> Vec<String> {
    let part = |number: u64| {
        let file = folder.join(format!("{number}-of-{of}.partial")).to_string_lossy().into_owned();
        let shard = format!("{number}/{of}");
        let run = run(&[&["simulate", "--partial", &shard, "--output", &file], args].concat());
        assert_eq!(run.code, Some(0), "{args:?}: {}", run.stderr);
        file
    };
    (1..=of).map(part).collect()
}

/// The parts of a report, each replayed by the assumptions in a file, which a run over the whole writes.
pub(crate) fn parts_by_assumptions(folder: &Path, args: &[&str], of: u64) -> Vec<String> {
    let file = folder.join("assumptions.yaml").to_string_lossy().into_owned();
    let args = [args, &["--assumptions", &file]].concat();
    let plain = |run: Run| (run.code, run.stdout);
    let whole = plain(run(&[&["simulate"], &args[..]].concat()));
    assert_eq!(plain(run(&[&["simulate"], &args[..]].concat())), whole, "{args:?}: the same again");
    let parts = parts(folder, &args, of);
    std::fs::remove_file(file).unwrap();
    parts
}

/// The report that parts make, whichever is named first.
pub(crate) fn merged(mut parts: Vec<String>, format: &str) -> String {
    parts.reverse();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    run(&[&["report", "--format", format], &parts[..]].concat()).good()
}

#[test]
fn shards_of_every_log_merge_into_the_report_of_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let mut logs_read = 0;
    for log in logs() {
        let args = [log.as_str(), "--parts", "--by", "model,scope"];
        let whole = run(&[&["simulate", "--format", "json"], &args[..]].concat());
        if whole.code != Some(0) {
            continue;
        }
        logs_read += 1;
        for of in [1, 2, 7] {
            assert_eq!(merged(parts(folder.path(), &args, of), "json"), whole.stdout, "{log}, {of} shards");
        }
        let of_three = parts_by_assumptions(folder.path(), &args, 3);
        assert_eq!(merged(of_three, "json"), whole.stdout, "{log}, by assumptions");
    }
    assert!(logs_read > 40, "only {logs_read} logs were read");
}

#[test]
fn shards_of_a_log_out_of_order_merge_into_the_report_of_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.jsonl").to_string_lossy().into_owned();
    let lines: Vec<Value> =
        read(fixture("support-and-agent")).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let team = |mut line: Value, number: usize| {
        line["team"] = json!(number % 5);
        line
    };
    // The last line first; and the same with one time for all, so that an answer in a later prompt alone tells the order.
    for (has_times, told) in [(true, "times_tell_the_order: true"), (false, "times_tell_the_order: false")] {
        let written = lines.iter().cloned().enumerate().rev().map(|(number, mut line)| {
            if !has_times {
                line["timestamp"] = json!("2026-02-03T10:00:00Z");
            }
            format!("{}\n", team(line, number / 9))
        });
        std::fs::write(&log, written.collect::<String>()).unwrap();
        let args = [log.as_str(), "--parts", "--by", "scope", "--scope", "/team"];
        let decided = folder.path().join("decided.yaml").to_string_lossy().into_owned();
        run(&[&["simulate", "--assumptions", &decided], &args[..]].concat());
        let decisions = read(&decided);
        assert!(decisions.contains("lines_are_in_order: false") && decisions.contains(told), "{decisions}");
        std::fs::remove_file(decided).unwrap();
        let whole = run(&[&["simulate", "--format", "json"], &args[..]].concat()).stdout;
        assert_eq!(merged(parts_by_assumptions(folder.path(), &args, 3), "json"), whole);
    }
}

#[test]
fn every_format_and_option_is_that_of_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (log, other) = (fixture("support-and-agent"), fixture("openai"));
    let options: [&[&str]; 4] = [
        &["--no-causes"],
        &["--by", "day,user", "--top", "2", "--time-zone", "Asia/Tokyo"],
        &["--since", "2026-04-02", "--ttl", "10m", "--delay", "5s", "--at", "2026-04-05"],
        &["--currency", "EUR", "--fx", "USD/EUR=0.9"],
    ];
    for options in options {
        let args = [&[log.as_str(), other.as_str()], options].concat();
        let parts = parts(folder.path(), &args, 3);
        for format in ["table", "json", "csv", "markdown", "html", "prometheus"] {
            let whole = run(&[&["simulate", "--format", format], &args[..]].concat()).good();
            assert_eq!(merged(parts.clone(), format), whole, "{options:?}, {format}");
        }
    }
}

#[test]
fn shards_of_files_merge_unless_they_share_a_cache() {
    let folder = tempfile::tempdir().unwrap();
    let name = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (bot, agent, file) = (name("bot.jsonl"), name("agent.jsonl"), name("assumptions.yaml"));
    let log = std::fs::read_to_string(fixture("support-and-agent")).unwrap();
    let of_team =
        |team: &str| log.lines().map(|line| format!("{{\"team\": \"{team}\", {}\n", &line[1..])).collect::<String>();
    std::fs::write(&bot, of_team("bot")).unwrap();
    std::fs::write(&agent, of_team("agent")).unwrap();
    let divided = |logs: &[&str]| {
        let args = [logs, &["--no-causes", "--scope", "/team"]].concat();
        let whole = run(&[&["simulate", "--assumptions", &file], &args[..]].concat());
        assert_eq!(whole.code, Some(0), "{}", whole.stderr);
        let of_files = [&args[..], &["--assumptions", &file, "--own-files"]].concat();
        let parts = parts(folder.path(), &of_files, 2);
        let merged = run(&[&["report"], &parts.iter().map(String::as_str).collect::<Vec<_>>()[..]].concat());
        std::fs::remove_file(&file).unwrap();
        (whole.stdout, merged)
    };
    let (whole, merged) = divided(&[&bot, &agent]);
    assert_eq!(merged.good(), whole);
    let again = name("again.jsonl");
    std::fs::write(&again, of_team("bot")).unwrap();
    let (_, shared) = divided(&[&bot, &again]);
    assert!(shared.refusal().contains("hold requests to the same"));
}

#[test]
fn assumptions_are_those_of_their_log_and_options() {
    let folder = tempfile::tempdir().unwrap();
    let name = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (log, file) = (name("log.jsonl"), name("assumptions.yaml"));
    let lines = std::fs::read_to_string(fixture("support-and-agent")).unwrap();
    std::fs::write(&log, &lines).unwrap();
    let simulate = |flags: &[&str]| run(&[&["simulate", &log, "--assumptions", &file], flags].concat());
    assert!(simulate(&["--partial", "1/2"]).refusal().contains("there is no such file of assumptions"));
    assert_eq!(simulate(&["--no-causes"]).code, Some(0));
    assert!(simulate(&["--ttl", "10m"]).refusal().contains("written for other cache"));
    assert!(simulate(&["--partial", "1/2"]).refusal().contains("written with --no-causes"));
    let half = lines.lines().take(9).map(|line| format!("{line}\n")).collect::<String>();
    std::fs::write(&log, half).unwrap();
    assert!(simulate(&["--no-causes"]).refusal().contains("made from another log, with 36 requests instead of 9"));
}

#[test]
fn the_rows_of_all_shards_are_the_rows_of_the_whole() {
    let rows = |flags: &[&str]| run(&[&["simulate", &fixture("openai"), "--format", "jsonl"], flags].concat()).stdout;
    let mut divided: Vec<String> = (1..=3)
        .flat_map(|number| {
            let shard = format!("{number}/3");
            rows(&["--partial", &shard, "--no-causes"]).lines().map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    let mut whole: Vec<String> = rows(&["--no-causes"]).lines().map(str::to_owned).collect();
    divided.sort();
    whole.sort();
    assert_eq!(divided, whole);
    let refused = run(&["simulate", &fixture("openai"), "--format", "jsonl", "--partial", "1/3"]).refusal();
    assert!(refused.contains("causes of a request are found over the whole log"), "{refused}");
}

#[test]
fn what_makes_no_whole_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let log = fixture("support-and-agent");
    let of_two = parts(folder.path(), &[&log], 2);
    let by_day = folder.path().join("by-day.partial").to_string_lossy().into_owned();
    run(&["simulate", &log, "--partial", "2/2", "--by", "day", "--output", &by_day]).good();
    let refused = |parts: &[&str]| run(&[&["report"], parts].concat()).refusal();
    let (first, second) = (of_two[0].as_str(), of_two[1].as_str());
    assert!(refused(&[first]).contains("shard 2/2 is missing"));
    assert!(refused(&[second, second, first]).contains("shard 2/2 was named twice"));
    assert!(refused(&[first, &by_day]).contains("differ in their breakdown"));
    assert!(refused(&[&log]).contains("is not a part of a report"));
    let capacity = run(&["simulate", &log, "--partial", "1/2", "--capacity", "50"]).refusal();
    assert!(capacity.contains("--capacity is shared by all who use a cache"), "{capacity}");
}

#[test]
fn a_part_that_was_changed_is_refused_without_a_word_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let log = fixture("support-and-agent");
    let part = parts(folder.path(), &[&log], 1).remove(0);
    let whole: Value = serde_json::from_str(&std::fs::read_to_string(&part).unwrap()).unwrap();
    let refusal = |change: &dyn Fn(&mut Value)| {
        let mut changed = whole.clone();
        change(&mut changed);
        std::fs::write(&part, changed.to_string()).unwrap();
        run(&["report", &part]).refusal()
    };
    let said = refusal(&|part| part["shard"] = json!("hunter2"));
    assert!(said.contains("line 1, column") && !said.contains("hunter2"), "{said}");
    // Three such sums would overflow.
    let said = refusal(&|part| enlarge(&mut part["summary"]["tally"]));
    assert!(said.contains("which no log reaches"), "{said}");
    let assumptions = folder.path().join("a.yaml").to_string_lossy().into_owned();
    std::fs::write(&assumptions, "cachecheck: [hunter2]\n").unwrap();
    let said = run(&["simulate", &log, "--assumptions", &assumptions]).refusal();
    assert!(said.contains("line 1, column") && !said.contains("hunter2"), "{said}");
    let aliases: String = (1..30).map(|n| format!("a{n}: &a{n} [*a{m}, *a{m}, *a{m}]\n", m = n - 1)).collect();
    std::fs::write(&assumptions, format!("a0: &a0 [x, x, x]\n{aliases}")).unwrap();
    run(&["simulate", &log, "--assumptions", &assumptions]).refusal();
}

fn enlarge(value: &mut Value) {
    match value {
        Value::Object(map) => map.values_mut().for_each(enlarge),
        Value::Array(list) => list.iter_mut().for_each(enlarge),
        Value::Number(number) if number.as_u64().is_some_and(|count| count > 20) => *value = json!(1_u64 << 62),
        _ => {}
    }
}
