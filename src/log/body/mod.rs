//! Bodies of the providers' APIs, and what stands around them: the same code reads them wherever they were logged.

pub(crate) mod anthropic;
pub(crate) mod api;
pub(crate) mod batch_tier;
pub(crate) mod bedrock;
pub(crate) mod cache_control;
pub(crate) mod call_ids;
pub(crate) mod chat;
pub(crate) mod cost;
pub(crate) mod dashscope;
pub(crate) mod envelope;
pub(crate) mod failure;
pub(crate) mod gemini;
pub(crate) mod interactions;
pub(crate) mod media;
pub(crate) mod no_prompt;
pub(crate) mod other_shapes;
mod part;
pub(crate) mod parts;
pub(crate) mod registry;
pub(crate) mod responses;
pub(crate) mod stream;
pub(crate) mod times;
pub(crate) mod told_by_total;
pub(crate) mod tool_secrets;
pub(crate) mod usage;
