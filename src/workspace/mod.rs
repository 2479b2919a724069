//! The workspace: what commands share around the files of a user. Logs and the walk over them, templates, revisions of a
//! repository, `cachecheck.yaml`, and profiles, tokenizers and rate cards from files.

pub(crate) mod boundary;
pub(crate) mod config;
pub(crate) mod copies;
pub(crate) mod files;
pub(crate) mod folder;
pub(crate) mod git_session;
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
pub(crate) mod templates;
pub(crate) mod tokenizer;
pub(crate) mod traffic;
pub(crate) mod working_reader;
