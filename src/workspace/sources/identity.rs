//! The identity of a file, whatever name leads to it.

use std::fs;
use std::path::Path;
#[cfg(not(unix))]
use std::path::PathBuf;

/// A regular file: links and other ways to write its path lead to the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct FileIdentity(
    /// Its device and its number there.
    #[cfg(unix)]
    (u64, u64),
    #[cfg(not(unix))] PathBuf,
);

impl FileIdentity {
    /// The file at a path, where `-` is stdin; `None` of what is not there and of what is no regular file, such as a pipe, of which two
    /// names may be two streams.
    pub(super) fn find(path: &Path) -> Option<Self> {
        let path = if path == Path::new("-") { Path::new(STDIN) } else { path };
        let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            Some(Self((metadata.dev(), metadata.ino())))
        }
        #[cfg(not(unix))]
        {
            drop(metadata);
            fs::canonicalize(path).ok().map(Self)
        }
    }
}

/// The path under which the system shows stdin, where it does.
const STDIN: &str = "/dev/stdin";
