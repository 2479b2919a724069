//! Sources line by line, on several threads, to exchanges in the order of the log.

mod cut;
pub(crate) mod diagnose;
mod entries;
pub(crate) mod fast_path;
mod known_parts;
pub(crate) mod line;
pub(crate) mod parse;
mod part_reading;
pub(crate) mod reader;
pub(crate) mod readers;
pub(crate) mod scan;
mod span_path;
mod value;
mod yaml;
