//! The times that a line tells of a call, by whatever name they are logged.

use serde_json::Value;

use crate::exchange::HasFields;
use crate::log::json::{at, instant};
use crate::time::{SignedDuration, Timestamp};

/// Places of the time at which a request started.
const START: [&str; 20] = [
    "/timestamp",
    "/time",
    "/ts",
    "/created_at",
    "/start_time",
    "/startTime",
    "/started_at",
    "/request_time",
    "/request_created_at",
    "/@timestamp",
    "/createdAt",
    "/requestTime",
    "/eventTime",
    "/datetime",
    "/date",
    "/startedAt",
    "/received_at",
    "/receivedAt",
    "/Timestamp",
    "/timestamp_ms",
];

/// True if a line has a start that is no time.
pub(crate) fn has_unreadable_time(line: &Value) -> bool {
    let is_told = |pointer: &str| at(line, pointer).is_some_and(|value| !value.is_null());
    instant(line, &START).is_none() && START.iter().any(|pointer| is_told(pointer))
}

/// Start and end, by whatever name they are logged.
pub(crate) fn times(line: &Value, response: Option<&Value>) -> (Option<Timestamp>, Option<Timestamp>) {
    const END: [&str; 8] = [
        "/end_time",
        "/endTime",
        "/ended_at",
        "/completed_at",
        "/response_time",
        "/response_created_at",
        "/endedAt",
        "/completedAt",
    ];
    let created = || instant(response?, &["/created", "/created_at", "/createTime"]);
    let start = instant(line, &START).or_else(created);
    let millis = ["duration_ms", "latency_ms"].iter().find_map(|key| line.field(key)?.as_i64());
    let end = instant(line, &END).or_else(|| start?.checked_add(SignedDuration::from_millis(millis?)).ok());
    (start, end)
}
