//! Threads and memory: neither changes a result.

use crate::program::{files, run};

#[test]
fn neither_threads_nor_memory_change_what_is_written() {
    let logs = files("fixtures/logs", "jsonl").into_iter().chain(files("fixtures/logs/formats", "json"));
    for log in logs {
        let log = log.to_string_lossy().replace('\\', "/");
        let commands: [&[&str]; 5] = [
            &["simulate", "--format", "jsonl"],
            &["simulate"],
            &["cost", "--at", "2026-05-01"],
            &["curve", "--over", "ttl"],
            &["parse"],
        ];
        for command in commands {
            let with = |flags: &[&str]| {
                let run = run(&[command, &[log.as_str()], flags].concat());
                (run.code, run.stdout, run.stderr)
            };
            let alone = with(&["--threads", "1"]);
            assert_eq!(alone, with(&["--threads", "4"]), "{command:?} {log}");
            assert_eq!(alone, with(&["--threads", "2", "--max-memory", "0"]), "{command:?} {log}");
        }
    }
}
