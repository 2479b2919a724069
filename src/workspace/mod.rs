//! The workspace: what commands share around the files of a user. Logs and the walk over them, templates, revisions of a
//! repository, `cachecheck.yaml`, and profiles, tokenizers and rate cards from files.

pub(crate) mod beside;
pub(crate) mod boundary;
mod by_decisions;
pub(crate) mod call_traits;
pub(crate) mod config;
pub(crate) mod copies;
pub(crate) mod decided;
pub(crate) mod destination;
mod direction;
pub(crate) mod evaluations;
mod faults;
pub(crate) mod files;
pub(crate) mod folder;
mod found_files;
pub(crate) mod git_session;
pub(crate) mod key_file;
pub(crate) mod layouts;
pub(crate) mod log_facts;
pub(crate) mod logs;
pub(crate) mod output;
pub(crate) mod period;
pub(crate) mod profile;
pub(crate) mod rate_card;
pub(crate) mod replay;
pub(crate) mod revision;
pub(crate) mod rows;
mod sharing;
pub(crate) mod sides;
pub(crate) mod sources;
mod spacing;
pub(crate) mod templates;
pub(crate) mod tokenizer;
pub(crate) mod traffic;
mod unjudged;
mod waiting;
pub(crate) mod working_reader;
