//! Logs: lines and documents of many formats become exchanges.
//!
//! The module knows the shapes in which calls are logged, not providers' rules: nothing here counts tokens.

mod agent;
mod base64;
mod body;
mod format;
mod gateway;
mod json;
mod normalized;
mod options;
mod reading;
mod reason;
mod registry;
mod secret;
mod server;
mod spool;
#[cfg(test)]
mod tests;
mod trace;
mod tracer;
mod value_budget;

pub(crate) use body::envelope::SESSION;
pub use format::{FormatReader, LineContext, LogFormat, Skip};
pub use options::{MAX_MEMORY, Options, Pointer};
pub use reading::reader::{Batch, Entry, LogReader};
pub use reason::Reason;
pub use registry::{FORMATS, named};
pub(crate) use secret::hide_name;
