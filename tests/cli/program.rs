//! Running the built program, away from the environment of whoever runs the tests.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use serde_json::Value;

/// The folder of the package.
pub(crate) const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// The folder that it is in: git is not to take a repository there for the package's own.
pub(crate) const ABOVE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The end of a run: its exit code and its output.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The program, to be started in the package's folder with an empty environment.
pub(crate) fn program(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cachecheck"));
    command.env_clear().env("GIT_CEILING_DIRECTORIES", ABOVE);
    command.args(args).current_dir(ROOT).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs the program.
pub(crate) fn run(args: &[&str]) -> Run {
    ended(&program(args).output().unwrap())
}

/// Runs the program with bytes on stdin.
pub(crate) fn run_with(args: &[&str], stdin: Vec<u8>) -> Run {
    let mut child = program(args).stdin(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    // The program may stop reading before the end.
    let writer = thread::spawn(move || drop(pipe.write_all(&stdin)));
    let run = ended(&child.wait_with_output().unwrap());
    writer.join().unwrap();
    run
}

/// Makes a run of a process's output.
pub(crate) fn ended(output: &std::process::Output) -> Run {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("the program writes UTF-8");
    let run = Run { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) };
    assert!(!run.stderr.contains("panicked"), "the program panicked:\n{}", run.stderr);
    run
}

impl Run {
    /// The standard output of a run that ended well, with nothing but notes beside it.
    pub(crate) fn good(self) -> String {
        assert_eq!(self.code, Some(0), "{}", self.stderr);
        assert!(self.stderr.lines().all(is_note), "{}", self.stderr);
        self.stdout
    }

    /// The sentence of a run that could not be done: exit code 2, one line on stderr, nothing on stdout.
    pub(crate) fn refusal(self) -> String {
        assert_eq!(self.code, Some(2), "{self:?}");
        assert_eq!(self.stdout, "");
        assert!(self.stderr.starts_with("cachecheck: "), "{}", self.stderr);
        assert_eq!(self.stderr.lines().count(), 1, "one sentence, not: {}", self.stderr);
        self.stderr
    }
}

/// True if a line on stderr is a note that limits the answer.
fn is_note(line: &str) -> bool {
    line.starts_with("cachecheck: note: ")
}

/// The rows of `simulate --format jsonl` for a log, a value for each exchange.
pub(crate) fn exchanges(log: &str, flags: &[&str]) -> Vec<Value> {
    let run = run(&[&["simulate", log, "--format", "jsonl"], flags].concat());
    let names_lines = run.stderr.lines().all(|told| is_note(told) || told.starts_with(&format!("cachecheck: {log}:")));
    assert!(run.code == Some(0) && names_lines, "{}", run.stderr);
    run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The report of `simulate --format json` for a log.
pub(crate) fn report(log: &str, flags: &[&str]) -> Value {
    serde_json::from_str(&run(&[&["simulate", log, "--format", "json"], flags].concat()).good()).unwrap()
}

/// A numeric field of an exchange or a report, by JSON pointer.
pub(crate) fn count(value: &Value, pointer: &str) -> u64 {
    let field = value.pointer(pointer);
    field.and_then(Value::as_u64).unwrap_or_else(|| panic!("{pointer} is {field:?}, no count"))
}

/// The numeric field of each exchange.
pub(crate) fn counts(exchanges: &[Value], pointer: &str) -> Vec<u64> {
    exchanges.iter().map(|exchange| count(exchange, pointer)).collect()
}

/// A log among the fixtures, as the program is told it.
pub(crate) fn fixture(name: &str) -> String {
    format!("fixtures/logs/{name}.jsonl")
}

/// All files below a folder of the package with this extension, sorted, their paths relative to the package.
pub(crate) fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(&Path::new(ROOT).join(folder), extension, &mut found);
    found.sort();
    assert!(!found.is_empty(), "no .{extension} file in {folder}");
    found
}

fn collect(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, extension, found);
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path.strip_prefix(ROOT).unwrap().to_owned());
        }
    }
}

/// The text of a file of the package.
pub(crate) fn read(path: impl AsRef<Path>) -> String {
    let path = Path::new(ROOT).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
