//! A git process that answers one question after the other, so that thousands of files do not need thousands of processes.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use anyhow::{Context, anyhow, bail};

use super::files;
use super::folder::Folder;
use crate::hash::Key;

/// A running process; it ends when its stdin is closed.
#[derive(Debug)]
pub(crate) struct GitSession {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

impl GitSession {
    /// Starts git in a folder.
    ///
    /// # Errors
    /// Git cannot be run.
    pub(crate) fn start(folder: &Folder, arguments: &[&str]) -> anyhow::Result<Self> {
        let mut command = folder.git_command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| anyhow!("cannot run git: {error}"))?;
        let stdout = child.stdout.take().context("git has no stdout")?;
        Ok(Self { stdin: child.stdin.take(), stdout: BufReader::new(stdout), child })
    }

    /// Writes a line and gives the line that comes back.
    ///
    /// # Errors
    /// Git has ended.
    pub(crate) fn ask(&mut self, question: &str) -> anyhow::Result<String> {
        let stdin = self.stdin.as_mut().context("git has no stdin")?;
        writeln!(stdin, "{question}").and_then(|()| stdin.flush()).context("cannot write to git")?;
        self.read_line()
    }

    /// Writes many lines while the lines that come back are read, so that the two need not wait for each other at each one. `answer` is
    /// given each of them, and reads what follows it.
    ///
    /// # Errors
    /// Git has ended; those that were read before it did are good.
    pub(crate) fn ask_all(
        &mut self,
        questions: &[String],
        mut answer: impl FnMut(&mut Self, String) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut stdin = self.stdin.take().context("git has no stdin")?;
        let text: String = questions.iter().map(|question| format!("{question}\n")).collect();
        std::thread::scope(|scope| {
            let writer =
                scope.spawn(move || stdin.write_all(text.as_bytes()).and_then(|()| stdin.flush()).map(|()| stdin));
            let read = questions.iter().try_for_each(|_| {
                let line = self.read_line()?;
                answer(self, line)
            });
            if read.is_err() {
                // Or the writer would wait for it for ever.
                let _ = self.child.kill();
            }
            self.stdin = writer.join().ok().and_then(Result::ok);
            read
        })
    }

    fn read_line(&mut self) -> anyhow::Result<String> {
        let mut answer = String::new();
        if self.stdout.read_line(&mut answer).context("cannot read from git")? == 0 {
            bail!("git has ended before it answered");
        }
        Ok(answer.trim_end_matches('\n').to_owned())
    }

    /// Passes over so many bytes that follow an answer.
    ///
    /// # Errors
    /// Git has ended.
    pub(crate) fn skip(&mut self, bytes: u64) -> anyhow::Result<()> {
        std::io::copy(&mut self.stdout.by_ref().take(bytes), &mut std::io::sink()).context("cannot read from git")?;
        Ok(())
    }
}

/// A git process that gives objects as a checkout would write them.
#[derive(Debug)]
pub(crate) struct Contents {
    session: GitSession,
    /// The name of an object that no repository has. Git tells the size that an object has before line endings and the like are
    /// changed, so that its end is told by asking for this one behind it. It is random: no file can hold it.
    mark: String,
}

impl Contents {
    /// Starts git in a folder.
    ///
    /// # Errors
    /// Git cannot be run, or the system has no randomness.
    pub(crate) fn start(folder: &Folder) -> anyhow::Result<Self> {
        let mark = Key::random().context("the system gives no randomness")?;
        Ok(Self { session: GitSession::start(folder, &["cat-file", "--batch", "--filters"])?, mark })
    }

    /// An object, as it would be checked out to that path.
    ///
    /// # Errors
    /// Git has ended, or the object is larger than files that are read.
    pub(crate) fn read(&mut self, object: &str, path: &str) -> anyhow::Result<Vec<u8>> {
        let head = self.session.ask(&format!("{object} {path}\n{}", self.mark))?;
        if !head.starts_with(object) {
            bail!("git does not know {object}");
        }
        let end = format!("\n{} missing\n", self.mark).into_bytes();
        let mut file = Vec::new();
        while !file.ends_with(&end) {
            let room = files::LARGE.saturating_sub(file.len() as u64);
            let read = self.session.stdout.by_ref().take(room + 1).read_until(b'\n', &mut file);
            if read.context("cannot read from git")? == 0 || file.len() as u64 > files::LARGE {
                bail!("git has ended before it answered, or the file is too large");
            }
        }
        file.truncate(file.len() - end.len());
        Ok(file)
    }
}

impl Drop for GitSession {
    fn drop(&mut self) {
        drop(self.stdin.take());
        // It ends by itself, and how it ended changes nothing.
        let _ = self.child.wait();
    }
}
