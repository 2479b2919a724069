//! Tracers: OpenTelemetry and the programs that store its spans or observations.

use crate::log::format::LogFormat;

pub(crate) mod agent_event;
pub(crate) mod inspect_ai;
pub(crate) mod jaeger;
pub(crate) mod langfuse;
pub(crate) mod langsmith;
pub(crate) mod log_records;
pub(crate) mod mastra;
pub(crate) mod span_event;
pub(crate) mod span_exchange;
pub(crate) mod span_usage;
pub(crate) mod spans;
mod told_twice;
pub(crate) mod weave;

/// The formats of this room.
pub(in crate::log) const FORMATS: &[&dyn LogFormat] = &[
    &spans::Otlp,
    &log_records::LogRecords,
    &jaeger::Jaeger,
    &mastra::Mastra,
    &inspect_ai::InspectAi,
    &weave::Weave,
    &langfuse::Langfuse,
    &langsmith::LangSmith,
    &spans::SpanRow,
];
