//! End to end: the program as its users meet it, in one binary.
//!
//! - `sessions`: recorded sessions of README and `tests/cmd`;
//! - `action`: the action for GitHub, in a clone of one commit;
//! - `assets`: completions and man pages as committed;
//! - `architecture`: the floors of the house;
//! - `breakpoints`: a conversation with Claude, whose usage tells its lengths;
//! - `boundary`: files of a repository that means harm;
//! - `caveats`: what limits an answer is said with it;
//! - `curve`: each point of a curve against a simulation of its own;
//! - `deepseek`: what DeepSeek adds to prompts, and whose names it answers to;
//! - `diff`: pairs of templates, and the gates in a repository;
//! - `evidence`: what a log does not say is chosen by the reported figures;
//! - `formats`: every log format on its fixture;
//! - `incomplete`: input that was not read whole, output that could not be written;
//! - `joined`: exchanges that are spread over lines and files;
//! - `lint`: templates in folders, on stdin, and what is none;
//! - `literal`: what a report says, held against its numbers;
//! - `seeds`: what the documents promise of caches, on the fixtures;
//! - `odd`: input that is not a log;
//! - `period`: `--since` and `--until`, which leave calls out of sums and not out of the cache;
//! - `redaction`: `parse --redact`;
//! - `renames`: `check --base` and `diff --git` on templates that had another name;
//! - `revisions`: the same wherever templates lie, and however the repository stands;
//! - `secrets`: API keys stay within;
//! - `pipes`: stdin, closed pipes, compression;
//! - `threads`: threads and memory, which change nothing;
//! - `unread`: templates that are not read whole, of which nothing is known;
//! - `values`: values on the command line, and what to type in place of wrong ones.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod action;
mod agents;
mod agreement;
mod architecture;
mod assets;
mod boundary;
mod breakpoints;
mod caveats;
mod curve;
mod deepseek;
mod diff;
mod evidence;
mod failures;
mod formats;
mod hostile;
mod incomplete;
mod joined;
mod leaks;
mod lint;
mod literal;
mod odd;
mod period;
mod pipes;
mod program;
mod redaction;
mod renames;
mod repository;
mod revisions;
mod rings;
mod secrets;
mod seeds;
mod sessions;
mod threads;
mod unread;
mod values;
