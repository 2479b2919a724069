//! `cachecheck completions`: completions for a shell.

use std::io::Write;

use clap_complete::Shell;

use super::Outcome;

/// Print completions for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cachecheck completions bash > ~/.local/share/bash-completion/completions/cachecheck
  cachecheck completions zsh > ~/.zfunc/_cachecheck
  cachecheck completions fish > ~/.config/fish/completions/cachecheck.fish")]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(crate) fn run(args: &CompletionsArgs, mut command: clap::Command, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "cachecheck", &mut script);
    out.write_all(&script)?;
    Ok(Outcome::Done)
}
