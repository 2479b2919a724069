//! Gateways, proxies and files of providers' consoles: they log calls with the bodies of APIs in containers of their own.

use crate::log::format::LogFormat;

pub(crate) mod batch;
pub(crate) mod bedrock_log;
pub(crate) mod cassette;
pub(crate) mod cloudflare;
pub(crate) mod counts;
pub(crate) mod har;
pub(crate) mod helicone;
pub(crate) mod litellm;
pub(crate) mod new_api;
pub(crate) mod openrouter;
pub(crate) mod promptfoo;
mod recorded;
pub(crate) mod usage_only;
pub(crate) mod vertex_log;

/// The formats of this room. `usage_only` and `counts` are tried last of all, in `log/registry.rs`.
pub(in crate::log) const FORMATS: &[&dyn LogFormat] = &[
    &har::Har,
    &cassette::Cassette,
    &batch::BatchFile,
    &bedrock_log::InvocationLog,
    &litellm::LiteLlm,
    &helicone::Helicone,
    &openrouter::Generation,
    &new_api::NewApi,
    &vertex_log::VertexLog,
    &cloudflare::Cloudflare,
    &promptfoo::Promptfoo,
];
