//! A git process that answers one question after the other, so that thousands of files do not need thousands of processes.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use anyhow::{Context, anyhow, bail};

use super::folder::Folder;

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

impl Drop for GitSession {
    fn drop(&mut self) {
        drop(self.stdin.take());
        // It ends by itself, and how it ended changes nothing.
        let _ = self.child.wait();
    }
}
