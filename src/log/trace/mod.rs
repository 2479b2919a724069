//! Block traces: hashes of blocks instead of text.

use crate::log::format::LogFormat;

pub(crate) mod block_trace;
pub(crate) mod fast_path;

/// The formats of this room.
pub(in crate::log) const FORMATS: &[&dyn LogFormat] = &[&block_trace::BlockTraceLine, &block_trace::BlockTraceFile];
