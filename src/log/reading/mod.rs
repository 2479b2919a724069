//! Sources line by line, on several threads, to exchanges in the order of the log.

mod bodies;
mod cut;
pub(crate) mod diagnose;
mod entries;
pub(crate) mod fast_path;
mod known_parts;
pub(crate) mod line;
mod open_source;
pub(crate) mod parse;
mod part_reading;
mod queue;
pub(crate) mod reader;
pub(crate) mod readers;
pub(crate) mod scan;
mod span_path;
#[cfg(test)]
mod tests;
pub(in crate::log) mod value;
mod wrapped;
mod yaml;
