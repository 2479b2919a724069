//! Files that are read whole and written whole: settings, locks, templates, rate cards, profiles, keys.
//!
//! Reading has a limit and never waits for a device. Writing leaves the old file as it is until the new one is complete.

use std::fs::{self, File};
use std::io::{self, BufWriter, IntoInnerError, Read, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::input::special;

/// The most bytes that are read of `cachecheck.yaml` and of a profile.
pub(crate) const SMALL: u64 = 1 << 20;

/// The most bytes that are read of a lock, a template, a rate card or a chat template.
pub(crate) const LARGE: u64 = 64 << 20;

/// A regular file's text.
///
/// # Errors
/// The file is a device, a pipe or a socket, is larger than the limit, is no UTF-8, or cannot be read.
pub(crate) fn text(path: &Path, most: u64) -> io::Result<String> {
    regular(path)?;
    utf8(bounded(File::open(path)?, most)?)
}

/// Refuses what is no regular file, before it is opened.
///
/// # Errors
/// The file is a device, a pipe or a socket, or is not there.
pub(crate) fn regular(path: &Path) -> io::Result<()> {
    match special(&fs::metadata(path)?) {
        Some(kind) => Err(refused(format!("is {kind}, not a regular file"))),
        None => Ok(()),
    }
}

/// The text of a file that a person named, which may be a pipe, such as a shell's `<(command)`.
///
/// # Errors
/// As above.
pub(crate) fn named_text(path: &Path, most: u64) -> io::Result<String> {
    named_bytes(path, most).and_then(utf8)
}

/// The same as bytes.
///
/// # Errors
/// As above.
pub(crate) fn named_bytes(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    match special(&fs::metadata(path)?) {
        None | Some("a pipe" | "a character device") => bounded(File::open(path)?, most),
        Some(kind) => Err(refused(format!("is {kind}, not a file"))),
    }
}

/// All bytes of a reader.
///
/// # Errors
/// There are more than the limit, or they cannot be read.
pub(crate) fn bounded(reader: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(refused(format!("is larger than {} MiB, the most that is read", most >> 20)));
    }
    Ok(bytes)
}

fn utf8(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes)
        .map_err(|error| refused(format!("is not UTF-8 text: see byte {}", error.utf8_error().valid_up_to())))
}

fn refused(reason: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

/// The treatment of a file that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Existing {
    /// It is replaced, with its permissions.
    Replaced,
    /// It is kept, and writing fails. The new file is for its owner alone.
    Kept,
}

/// Writes a file whole: beside its place, to the disk, and then renamed. Whatever fails, and whenever the program is killed, what
/// stood there before is whole.
///
/// # Errors
/// A step fails.
pub(crate) fn write(path: &Path, bytes: &[u8], existing: Existing) -> io::Result<()> {
    write_by(&Disk, path, bytes, existing)
}

/// The steps of writing, apart so that a test can let each fail.
trait Steps {
    fn create(&self, path: &Path, existing: Existing) -> io::Result<NamedTempFile>;
    fn write(&self, file: &mut NamedTempFile, bytes: &[u8]) -> io::Result<()>;
    fn flush(&self, file: &NamedTempFile) -> io::Result<()>;
    fn rename(&self, file: NamedTempFile, path: &Path, existing: Existing) -> io::Result<()>;
}

struct Disk;

impl Steps for Disk {
    fn create(&self, path: &Path, existing: Existing) -> io::Result<NamedTempFile> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let prefix = format!(".{name}.");
        let mut builder = Builder::new();
        builder.prefix(&prefix);
        #[cfg(unix)]
        if existing == Existing::Replaced {
            // As any new file, unless the old one has others.
            let shared = std::os::unix::fs::PermissionsExt::from_mode(0o666);
            builder.permissions(shared);
        }
        // Without the name, which is another each time.
        let file = builder.tempfile_in(folder).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => io::Error::new(error.kind(), format!("there is no folder {}", folder.display())),
            kind => io::Error::from(kind),
        })?;
        if existing == Existing::Replaced
            && let Ok(old) = fs::metadata(path)
        {
            file.as_file().set_permissions(old.permissions())?;
        }
        Ok(file)
    }

    fn write(&self, file: &mut NamedTempFile, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes).map_err(without_path)
    }

    fn flush(&self, file: &NamedTempFile) -> io::Result<()> {
        file.as_file().sync_all()
    }

    fn rename(&self, file: NamedTempFile, path: &Path, existing: Existing) -> io::Result<()> {
        match existing {
            Existing::Replaced => file.persist(path),
            Existing::Kept => file.persist_noclobber(path),
        }
        .map(drop)
        .map_err(|error| error.error)
    }
}

fn write_by(disk: &impl Steps, path: &Path, bytes: &[u8], existing: Existing) -> io::Result<()> {
    let mut file = disk.create(path, existing)?;
    disk.write(&mut file, bytes)?;
    disk.flush(&file)?;
    disk.rename(file, path, existing)
}

/// A file that is written piece by piece, beside its place until it is complete. Dropped before, it leaves nothing behind.
pub(crate) struct Draft {
    file: BufWriter<NamedTempFile>,
    path: PathBuf,
}

impl Draft {
    /// Begins a file that takes the place of what is there.
    ///
    /// # Errors
    /// No file can be made in that folder.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let file = BufWriter::with_capacity(1 << 16, Disk.create(path, Existing::Replaced)?);
        Ok(Self { file, path: path.to_owned() })
    }

    /// Brings all that was written to the disk, so that nothing but the rename is left that may fail.
    ///
    /// # Errors
    /// There is no room.
    pub(crate) fn complete(&mut self) -> io::Result<()> {
        self.file.flush().map_err(without_path)?;
        Disk.flush(self.file.get_ref())
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// A step fails; what was there before is whole.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.complete()?;
        let file = self.file.into_inner().map_err(IntoInnerError::into_error).map_err(without_path)?;
        Disk.rename(file, &self.path, Existing::Replaced)
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes).map_err(without_path)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush().map_err(without_path)
    }
}

/// An error without the name of the file beside, which is another one in each run.
fn without_path(error: io::Error) -> io::Error {
    match error.to_string().split_once(" at path ") {
        Some((reason, _)) => io::Error::new(error.kind(), reason.to_owned()),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disk on which one step fails; half is written before a write does.
    struct Failing(&'static str);

    impl Failing {
        fn at(&self, step: &str) -> io::Result<()> {
            if self.0 == step { Err(io::Error::from(io::ErrorKind::StorageFull)) } else { Ok(()) }
        }
    }

    impl Steps for Failing {
        fn create(&self, path: &Path, existing: Existing) -> io::Result<NamedTempFile> {
            self.at("create")?;
            Disk.create(path, existing)
        }

        fn write(&self, file: &mut NamedTempFile, bytes: &[u8]) -> io::Result<()> {
            Disk.write(file, &bytes[..bytes.len() / 2])?;
            self.at("write")?;
            Disk.write(file, &bytes[bytes.len() / 2..])
        }

        fn flush(&self, file: &NamedTempFile) -> io::Result<()> {
            self.at("flush")?;
            Disk.flush(file)
        }

        fn rename(&self, file: NamedTempFile, path: &Path, existing: Existing) -> io::Result<()> {
            self.at("rename")?;
            Disk.rename(file, path, existing)
        }
    }

    #[test]
    fn whatever_step_fails_the_old_file_is_whole_and_nothing_lies_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let names = || fs::read_dir(folder.path()).unwrap().count();
        for step in ["create", "write", "flush", "rename"] {
            for existing in [Existing::Replaced, Existing::Kept] {
                assert!(write_by(&Failing(step), &path, b"new text", existing).is_err(), "{step}");
                assert_eq!(names(), 0, "{step}");
            }
        }
        fs::write(&path, "old text").unwrap();
        for step in ["create", "write", "flush", "rename"] {
            assert!(write_by(&Failing(step), &path, b"new text", Existing::Replaced).is_err(), "{step}");
            assert_eq!((fs::read_to_string(&path).unwrap().as_str(), names()), ("old text", 1), "{step}");
        }
        assert!(write(&path, b"new text", Existing::Kept).is_err(), "what is there is kept");
        assert_eq!((fs::read_to_string(&path).unwrap().as_str(), names()), ("old text", 1));
        write(&path, b"new text", Existing::Replaced).unwrap();
        assert_eq!((fs::read_to_string(&path).unwrap().as_str(), names()), ("new text", 1));
    }

    #[test]
    fn what_is_too_large_is_not_read() {
        assert_eq!(bounded(&b"1234"[..], 4).unwrap(), b"1234");
        assert!(bounded(io::repeat(0), 4).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_refused_before_it_is_opened() {
        let error = text(Path::new("/dev/zero"), SMALL).unwrap_err().to_string();
        assert!(error.contains("a character device"), "{error}");
        assert!(named_text(Path::new("/dev/zero"), SMALL).is_err(), "it has no end");
    }
}
