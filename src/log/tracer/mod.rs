//! Tracers: OpenTelemetry and the programs that store its spans or observations.

pub(crate) mod agent_event;
pub(crate) mod langfuse;
pub(crate) mod langsmith;
pub(crate) mod log_records;
pub(crate) mod span_call;
pub(crate) mod span_event;
pub(crate) mod spans;
