//! Input that was not read whole: no gate passes on it, and what the machine fails at is no fault of the log.

use std::fs;
use std::path::PathBuf;

use crate::program::{ROOT, Run, ended, fixture, program, run_with};

/// A configuration in a folder, with logs beside it.
struct Gated(tempfile::TempDir);

impl Gated {
    fn new(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = format!(
            "profile: deepseek-v3.2\ntemplates: [prompts/*.md]\nlogs: [logs/*]\n{more}gates: {{min_hit_ratio: 0.1}}\n"
        );
        fs::create_dir(folder.path().join("prompts")).unwrap();
        fs::create_dir(folder.path().join("logs")).unwrap();
        fs::write(folder.path().join("prompts/a.md"), "You are the support assistant of a shop.\n").unwrap();
        fs::write(folder.path().join("cachecheck.yaml"), config).unwrap();
        Self(folder)
    }

    fn log(&self, name: &str, bytes: &[u8]) {
        fs::write(self.0.path().join("logs").join(name), bytes).unwrap();
    }

    fn check(&self, flags: &[&str]) -> Run {
        let mut program = program(&[&["check"], flags].concat());
        ended(&program.current_dir(self.0.path()).output().unwrap())
    }
}

fn log() -> Vec<u8> {
    fs::read(PathBuf::from(ROOT).join(fixture("support-and-agent"))).unwrap()
}

fn unknown(run: &Run, reason: &str) {
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stdout.contains("unknown") && run.stdout.contains(reason), "{reason}: {run:?}");
}

#[test]
fn a_whole_log_passes() {
    let gated = Gated::new("");
    gated.log("a.jsonl", &log());
    gated.check(&[]).good();
}

#[test]
fn a_log_that_is_cut_off_makes_its_gates_unknown() {
    let half = log().len() / 2;
    let gzip = {
        use std::io::Write;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(&log()).unwrap();
        encoder.finish().unwrap()
    };
    let zstd = zstd::encode_all(log().as_slice(), 3).unwrap();
    for (name, bytes, reason) in [
        ("a.jsonl", &log()[..half], "ends in the middle of line"),
        ("a.jsonl.gz", &gzip[..gzip.len() / 2], "cannot be read to its end"),
        ("a.jsonl.zst", &zstd[..zstd.len() / 2], "cannot be read to its end"),
    ] {
        let gated = Gated::new("");
        gated.log(name, bytes);
        // Another log behind it, which is whole.
        gated.log("b.jsonl", &log());
        unknown(&gated.check(&[]), reason);
        assert_eq!(gated.check(&["--strict"]).code, Some(2));
        let json = gated.check(&["--format", "json"]).stdout;
        assert!(json.contains(reason) && json.contains("in `logs`: "), "the report itself says it: {json}");
    }
}

#[test]
fn too_many_lines_that_cannot_be_read_make_gates_unknown() {
    let lines = |bad: usize| [&log()[..], "{\"what\": \"is this\"}\n".repeat(bad).as_bytes()].concat();
    let gated = Gated::new("");
    gated.log("a.jsonl", &lines(4));
    unknown(&gated.check(&[]), "4 of 40 lines could not be read, more than the 1.0 % that --max-skipped allows");
    gated.check(&["--max-skipped", "10%"]).good();
    unknown(&gated.check(&["--max-skipped", "0.099"]), "could not be read");
    assert_eq!(gated.check(&["--max-skipped", "10%", "--strict"]).code, Some(2));
    let allowed = Gated::new("max_skipped: 10%\n");
    allowed.log("a.jsonl", &lines(4));
    allowed.check(&[]).good();
    allowed.log("a.jsonl", &lines(5));
    unknown(&allowed.check(&[]), "could not be read");
}

#[test]
fn what_is_packed_otherwise_is_refused_with_what_to_type() {
    for (magic, way) in
        [(&b"\xfd7zXZ\0\0"[..], "xz -dc"), (b"BZh91AY&SY", "bzip2 -dc"), (b"PK\x03\x04....", "unzip -p")]
    {
        for command in ["simulate", "cost", "parse"] {
            assert!(run_with(&[command, "-"], magic.to_vec()).refusal().contains(way));
        }
    }
}

#[cfg(unix)]
const NO_TEMPORARY_FILE: &str = "cannot write a temporary file; TMPDIR";

/// Halves of a batch, too many to wait in memory for the other.
#[cfg(unix)]
fn batch() -> String {
    let text = "word ".repeat(20_000);
    let line = |id: u64| {
        format!(
            "{{\"custom_id\": \"r{id}\", \"method\": \"POST\", \"url\": \"/v1/chat/completions\", \"body\": {{\"model\": \"gpt-4o\", \
             \"messages\": [{{\"role\": \"user\", \"content\": \"{text}\"}}]}}}}\n"
        )
    };
    (0..200).map(line).collect()
}

#[cfg(unix)]
#[test]
fn no_room_for_what_waits_is_the_machines_failure() {
    let good = fs::read_to_string(PathBuf::from(ROOT).join(fixture("support-and-agent"))).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("batch.jsonl");
    fs::write(&log, format!("{good}{}", batch())).unwrap();
    let log = log.to_str().unwrap();
    for command in ["simulate", "cost", "parse"] {
        let missing = ended(&program(&[command, log]).env("TMPDIR", "/nonexistent").output().unwrap());
        assert_eq!(missing.code, Some(2), "{command}: {}", missing.stderr);
        assert!(missing.stderr.contains(NO_TEMPORARY_FILE), "{}", missing.stderr);
    }
    // A disk that is full when it is written to.
    let script = format!("trap '' XFSZ; ulimit -f 1; exec '{}' simulate '{log}'", env!("CARGO_BIN_EXE_cachecheck"));
    let full = ended(&std::process::Command::new("sh").args(["-c", &script]).output().unwrap());
    assert!(full.refusal().contains(NO_TEMPORARY_FILE));
}

/// The bytes that a pipe gave lie in memory up to 64 MiB, rows up to 16 MiB.
#[cfg(unix)]
#[test]
fn a_copy_of_a_pipe_and_rows_that_find_no_room_are_the_machines_failure() {
    let folder = tempfile::tempdir().unwrap();
    let line = |id: u64| {
        let time = 1_790_000_000 + id;
        format!(
            "{{\"time\": {time}, \"request\": {{\"model\": \"gpt-4o\", \"messages\": [{{\"role\": \"user\", \"content\": \"{id}\"}}]}}}}\n"
        )
    };
    let many = folder.path().join("many.jsonl");
    fs::write(&many, (0..16_000).map(line).collect::<String>()).unwrap();
    let pipe = folder.path().join("blank.jsonl");
    fs::write(&pipe, (" ".repeat((1 << 20) - 1) + "\n").repeat(65) + &line(1)).unwrap();
    let program = env!("CARGO_BIN_EXE_cachecheck");
    let rows = format!("'{program}' simulate --no-causes --format jsonl '{}'", many.display());
    let copy = format!("cat '{}' | '{program}' simulate -", pipe.display());
    for script in [rows, copy] {
        let run =
            std::process::Command::new("sh").args(["-c", &script]).env("TMPDIR", "/nonexistent").output().unwrap();
        assert!(ended(&run).refusal().contains(NO_TEMPORARY_FILE), "{script}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_is_no_success() {
    use std::fs::OpenOptions;
    let log = fixture("support-and-agent");
    for arguments in [&["--help"][..], &["--version"], &["simulate", "--help"], &["simulate", &log], &["profiles"]] {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let status = program(arguments).stdout(full).status().unwrap();
        assert_eq!(status.code(), Some(2), "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_closed_stdout_is_no_success_and_one_that_leads_nowhere_is() {
    let log = fixture("support-and-agent");
    for words in ["--help", "--version", "simulate --help", &format!("simulate {log}"), "profiles", "completions bash"]
    {
        let shell = |way: &str| {
            let script = format!("exec '{}' {words} {way}", env!("CARGO_BIN_EXE_cachecheck"));
            ended(&std::process::Command::new("sh").args(["-c", &script]).current_dir(ROOT).output().unwrap())
        };
        assert!(shell(">&-").refusal().contains("stdout is closed"), "{words}");
        // `<>` opens it for both directions, as Python's and Node's ways to throw output away do.
        for way in [">/dev/null", "1<>/dev/null", ">/dev/null 2>&-", ">/dev/null <&-"] {
            shell(way).good();
        }
    }
}
