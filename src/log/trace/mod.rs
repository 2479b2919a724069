//! Block traces: hashes of blocks instead of text.

pub(crate) mod block_trace;
pub(crate) mod fast_path;
