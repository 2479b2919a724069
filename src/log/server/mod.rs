//! Inference servers' own logs.

use crate::log::format::LogFormat;

pub(crate) mod activity;
pub(crate) mod sglang;
pub(crate) mod vllm;

/// The formats of this room.
pub(in crate::log) const FORMATS: &[&dyn LogFormat] = &[&sglang::SglangLog, &vllm::VllmLog];
