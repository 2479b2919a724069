//! Sources line by line, on several threads, to exchanges in the order of the log.

pub(crate) mod diagnose;
pub(crate) mod fast_path;
pub(crate) mod line;
pub(crate) mod parse;
pub(crate) mod reader;
pub(crate) mod readers;
pub(crate) mod scan;
