//! Endings of files' names, by which those of a folder are told that may be logs.

use std::fs::File;
use std::path::Path;

use crate::input::{FOREIGN_ENDINGS, may_be_text};

/// The endings by which logs are found in a folder, packed or not.
pub(super) const ENDINGS: [&str; 8] = ["jsonl", "ndjson", "json", "log", "txt", "har", "yaml", "yml"];

/// The endings of files that are unpacked.
const PACKED: [&str; 3] = ["gz", "zst", "zstd"];

/// The longest ending of a name; what is longer is a part of it.
const LONGEST: usize = 10;

/// An ending as to logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// It is that of a log, rotated or not: `app.jsonl`, `app.jsonl.1`, `app.log-20260405.gz`.
    Log,
    /// There is none: only the first bytes tell.
    Missing,
    /// It is that of files that hold logs in a form which is refused with the way to read it.
    Foreign,
    /// It is another.
    Other(String),
}

impl Ending {
    pub(super) fn of_file(path: &Path) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        let is_of = |name: &str, endings: &[&str]| endings.contains(&ending(name));
        let unpacked = if is_of(&name, &PACKED) { name.rsplit_once('.').map_or("", |(stem, _)| stem) } else { &name };
        // A number or a day, behind a mark of its own.
        let stem = unpacked.trim_end_matches(|letter: char| letter.is_ascii_digit() || "-_.".contains(letter));
        let is_rotated =
            unpacked[stem.len()..].starts_with(['.', '-', '_']) && unpacked.ends_with(|end: char| end.is_ascii_digit());
        let unrotated = if is_rotated && !is_of(unpacked, &FOREIGN_ENDINGS) { stem } else { unpacked };
        match ending(unrotated) {
            _ if is_of(unpacked, &ENDINGS) || is_of(unrotated, &ENDINGS) => Self::Log,
            "" => Self::Missing,
            found if FOREIGN_ENDINGS.contains(&found) => Self::Foreign,
            found => Self::Other(found.to_owned()),
        }
    }
}

/// The letters behind the last dot of a name; nothing where no word of letters and digits stands there.
fn ending(name: &str) -> &str {
    let found = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_word = found.len() <= LONGEST && found.bytes().all(|letter| letter.is_ascii_alphanumeric());
    if is_word { found } else { "" }
}

/// True if a file may be a log by its name, or where that has no ending by its first bytes.
pub(super) fn may_be_log(path: &Path) -> bool {
    match Ending::of_file(path) {
        Ending::Log => true,
        Ending::Missing => File::open(path).and_then(may_be_text).unwrap_or(true),
        Ending::Foreign | Ending::Other(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_tell_logs_from_other_files_and_from_those_that_only_their_bytes_can_tell() {
        let told =
            |names: &[&str]| -> Vec<Ending> { names.iter().map(|name| Ending::of_file(Path::new(name))).collect() };
        let logs = ["app.jsonl-20260405.gz", "app.jsonl.1", "app.log.2026-04-05", "B.JSONL.GZ", "x.yml"];
        assert_eq!(told(&logs), vec![Ending::Log; logs.len()]);
        let missing = ["access", "access.1", "access-20260405.gz", "c.zst", "1", "svc_10.0.0.7", "a.long-name here"];
        assert_eq!(told(&missing), vec![Ending::Missing; missing.len()]);
        let foreign = ["o.jsonl.bz2", "x.tar.gz", "x.tgz", "calls.parquet", "opencode.db", "a.7z"];
        assert_eq!(told(&foreign), vec![Ending::Foreign; foreign.len()]);
        let other = |ending: &str| Ending::Other(ending.into());
        assert_eq!(told(&["a.md", "a.md.1", "app.har2"]), [other("md"), other("md"), other("har2")]);
    }
}
