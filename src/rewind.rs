//! Rewinding: a pipe gives its bytes once. A copy of them is kept, in memory while it is small and in a file without a name beyond
//! that, so that they can be read again.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tempfile::SpooledTempFile;

use crate::input::TEMPORARY_FILE_FAILED;

/// The bytes of a pipe as far as they were read.
#[derive(Clone)]
pub struct Copy(Arc<Mutex<SpooledTempFile>>);

/// Reads a pipe and copies what it gives.
struct Copying<R> {
    pipe: R,
    copy: Copy,
}

/// Reads a copy from its beginning.
struct Again {
    copy: Copy,
    position: u64,
}

impl Copy {
    /// Nothing yet; so many bytes of what comes lie in memory.
    pub fn new(in_memory: usize) -> Self {
        Self(Arc::new(Mutex::new(SpooledTempFile::new(in_memory))))
    }

    /// The pipe's bytes, which are copied as they are read.
    ///
    /// # Errors
    /// Reading fails as the pipe does, or if there is no room for the copy.
    pub fn fill_from<R: Read + Send>(&self, pipe: R) -> impl Read + Send + use<R> {
        Copying { pipe, copy: self.clone() }
    }

    /// The bytes that were copied, from the first on.
    pub fn read_again(&self) -> impl Read + Send + use<> {
        Again { copy: self.clone(), position: 0 }
    }

    fn file(&self) -> MutexGuard<'_, SpooledTempFile> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<R: Read> Read for Copying<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.pipe.read(buffer)?;
        let mut file = self.copy.file();
        file.seek(SeekFrom::End(0))?;
        file.write_all(&buffer[..length]).map_err(|error| failed(&error))?;
        Ok(length)
    }
}

impl Read for Again {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = self.copy.file();
        file.seek(SeekFrom::Start(self.position))?;
        let length = file.read(buffer)?;
        self.position += length as u64;
        Ok(length)
    }
}

/// The machine fails, whatever the kind of the error: a folder for temporary files that is not there would else pass for a fault of the pipe.
fn failed(error: &io::Error) -> io::Error {
    io::Error::new(io::ErrorKind::StorageFull, format!("{TEMPORARY_FILE_FAILED}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_that_cannot_be_written_is_a_failure_of_the_machine() {
        let error = failed(&io::ErrorKind::NotFound.into());
        assert!(crate::input::is_failure_of_machine(&error), "{error}");
    }

    #[test]
    fn a_pipe_is_read_again_byte_for_byte_in_memory_and_beyond() {
        for in_memory in [0, 5, 1 << 20] {
            let copy = Copy::new(in_memory);
            let (mut first, mut second) = (String::new(), String::new());
            copy.fill_from(&b"one line\nand another"[..]).read_to_string(&mut first).unwrap();
            copy.read_again().read_to_string(&mut second).unwrap();
            assert_eq!((&*first, &*second), ("one line\nand another", "one line\nand another"));
        }
    }
}
