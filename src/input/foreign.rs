//! Files that are no text: what their first bytes tell them to be, and the command that makes text of them.

use std::borrow::Cow;

/// First bytes of a file that tell its kind; those of a tar archive stand where its first header ends.
pub(super) const FIRST: u64 = 512;

/// Kinds of packing that are not undone here: their first bytes, their name, and the command that unpacks them to stdout.
const PACKED: [(&[u8], &str, &str); 5] = [
    (b"\xfd7zXZ\0", "xz", "xz -dc"),
    (b"BZh", "bzip2", "bzip2 -dc"),
    (b"\x04\x22\x4d\x18", "lz4", "lz4 -dc"),
    (b"PK\x03\x04", "zip", "unzip -p"),
    (b"7z\xbc\xaf\x27\x1c", "7z", "7z x -so"),
];

const ZSTD_DICTIONARY: &[u8] = b"\x37\xa4\x30\xec";
const PARQUET: &[u8] = b"PAR1";
const SQLITE: &[u8] = b"SQLite format 3\0";

/// Place and text by which a tar archive is known.
const TAR: (usize, &[u8]) = (257, b"ustar");

/// Endings of the names of such files.
pub(crate) const ENDINGS: [&str; 14] =
    ["7z", "bz2", "db", "lz4", "parquet", "sqlite", "sqlite3", "tar", "tbz2", "tgz", "txz", "tzst", "xz", "zip"];

/// Says what a file of these first bytes is, and how it can be read; `None` if it may be a log. `name` is that of the file, if it has one.
pub(super) fn refusal(first: &[u8], name: Option<&str>) -> Option<String> {
    if let Some((_, packing, command)) = PACKED.iter().find(|(magic, ..)| first.starts_with(magic)) {
        let unpacking = name.map_or_else(|| (*command).to_owned(), |name| format!("{command} {}", word(name)));
        return Some(format!("it is packed by {packing}; unpack it first: {unpacking} | cachecheck simulate -"));
    }
    let file = name.unwrap_or("FILE");
    if first.starts_with(ZSTD_DICTIONARY) {
        Some("it is a dictionary of zstd, not a log".into())
    } else if first.starts_with(PARQUET) {
        let file = file.replace('\'', "''");
        Some(format!(
            "it is a Parquet file; read its rows: duckdb -c \"COPY (FROM '{file}') TO '/dev/stdout' (FORMAT json)\" | cachecheck simulate -"
        ))
    } else if first.starts_with(SQLITE) {
        Some(format!(
            "it is an SQLite database; read one of its tables: sqlite3 -json {} \"SELECT * FROM TABLE\" | jq -c '.[]' | cachecheck simulate -",
            word(file)
        ))
    } else {
        None
    }
}

/// The same for bytes that were unpacked; `option` tells tar how they are packed.
pub(super) fn archive(first: &[u8], name: Option<&str>, option: &str) -> Option<String> {
    let (place, text) = TAR;
    first.get(place..).filter(|rest| rest.starts_with(text))?;
    let command = match name {
        Some(name) => format!("tar -xOf {}", word(name)),
        None => format!("tar {option}-xO"),
    };
    Some(format!("it is a tar archive; read the files in it: {command} | cachecheck simulate -"))
}

/// A name as a shell takes it for one word.
pub(crate) fn word(name: &str) -> Cow<'_, str> {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_./~+,:@%=".contains(letter);
    if !name.is_empty() && name.chars().all(is_plain) {
        return name.into();
    }
    format!("'{}'", name.replace('\'', "'\\''")).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_word_of_the_shell() {
        assert_eq!(word("logs/x.jsonl"), "logs/x.jsonl");
        assert_eq!(word("it's here"), "'it'\\''s here'");
    }
}
