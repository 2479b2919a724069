//! Inference servers' own logs.

pub(crate) mod activity;
pub(crate) mod sglang;
pub(crate) mod vllm;
