//! Gateways, proxies and files of providers' consoles: they log calls with the bodies of APIs in containers of their own.

pub(crate) mod batch;
pub(crate) mod bedrock_log;
pub(crate) mod har;
pub(crate) mod helicone;
pub(crate) mod litellm;
pub(crate) mod openrouter;
pub(crate) mod usage_only;
