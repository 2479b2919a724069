//! Words of caveats that are gathered while a log is read, request by request.

use super::Words;
use crate::caveat::Code;

/// The words, in the order of [`Code`].
pub(super) const WORDS: [Words; Code::OtherFiles as usize] = [
    (
        Code::Redacted,
        "redacted",
        "{requests} {was} redacted: hits are exact; the other buckets, the places where prompts differ and the best cost are exact to \
         one block, where token counts are no estimates",
    ),
    (
        Code::SeveralKeys,
        "several-keys",
        "requests were redacted with different keys ({reason}), and those of one key never match those of another: redact all of them \
         again with one --key-file",
    ),
    (
        Code::PartlyRedacted,
        "partly-redacted",
        "some requests are redacted and others are not, and the two kinds never match each other: redact all of them",
    ),
    (
        Code::NoCache,
        "no-cache",
        "{requests} went to a host without a prompt cache: no prompt can be written so that it hits there",
    ),
    (
        Code::HitsWithoutCache,
        "hits-without-cache",
        "{hosted} went to a host that is not known to have a prompt cache, but {reporting} {tokens} cached tokens: the rule does not \
         hold there, and its predictions are wrong",
    ),
    (Code::ZeroWithoutCache, "zero-without-cache", "{requests} to that host {reports} 0 cached tokens{repeated}"),
    (
        Code::UnknownWithoutCache,
        "unknown-without-cache",
        "{requests} to that host {has} no count of cached tokens: it is unknown, not zero",
    ),
    (Code::OutsidePeriod, "outside-period", "{requests} {is} outside the period asked for: replayed, but not summed"),
    (
        Code::NotInPeriod,
        "not-in-period",
        "{requests} {has} no time, which --since and --until need: not summed (--at gives a time)",
    ),
    (
        Code::SkippedFirst,
        "skipped-first",
        "{requests} {is} the first part of the log: replayed, but not summed (--skip-first)",
    ),
    (
        Code::NoTimes,
        "no-times",
        "no line has a time: lines are replayed in their order; as any text may have expired or be pending, the low end of each \
         prediction is 0",
    ),
    (
        Code::UnreadableTime,
        "unreadable-time",
        "{requests} {has} a time that cannot be read: replayed at the time that the answer tells, else at that of the line before",
    ),
    (
        Code::NoTime,
        "no-time",
        "{requests} {has} no time: replayed at --at if it is given, else at the time of the line before",
    ),
    (
        Code::Moved,
        "moved",
        "{requests} {was} moved: the log is replayed in order of time (--order log keeps the order of the lines)",
    ),
    (Code::Direction, "direction", "no line has a time, and by the reported hits the log is replayed with {reason}"),
    (Code::Spaced, "spaced", "lines without a time are placed by the reported hits: {reason}"),
    (
        Code::SharedCache,
        "shared-cache",
        "the reported hits, not the provider's rule, decide which requests share a cache: {reason}",
    ),
    (
        Code::RewrittenTools,
        "rewritten-tools",
        "{requests} {has} tools that the log holds in another form than was sent; by the reported counts they are counted {reason}",
    ),
    (
        Code::NoOwner,
        "no-owner",
        "{requests} {has} no {reason}, which --scope names: taken to use a cache apart from all others",
    ),
    (
        Code::RepeatedCall,
        "repeated-call",
        "{requests} {has} the id of an earlier one, and its time or its counts, and {is} counted again: leave copies out of the logs",
    ),
    (
        Code::CountDiffers,
        "count-differs",
        "{prompts} {has} another token count than reported, by {tokens} tokens in total",
    ),
    (
        Code::SortedKeys,
        "sorted-keys",
        "{requests} of these {has} tools with sorted JSON keys: a logger that sorts keys changes the prompt by a few tokens",
    ),
    (
        Code::ContradictingUsage,
        "contradicting-usage",
        "{requests} {has} a reported usage that contradicts itself or cannot be read: its counts of the prompt are not used",
    ),
    (
        Code::ShorterUsage,
        "shorter-usage",
        "{requests} {has} a reported prompt that is shorter than what a cache would serve of the text: both are not of one request, and their hits are not compared",
    ),
    (
        Code::ResolvedUsage,
        "resolved-usage",
        "{requests} {has} a reported usage that contradicted itself and was resolved: {reason}",
    ),
    (
        Code::UnreadCounters,
        "unread-counters",
        "{requests} {has} counts under names that are not known ({reason}): not used, and the prompt is counted from its text",
    ),
    (Code::InvalidMarks, "invalid-marks", "{requests} {has} cache breakpoints that do not work as intended: {reason}"),
    (Code::OutputUnknown, "output-unknown", "{requests} {has} no count of output tokens: the cost leaves them out"),
    (Code::NotSimulated, "not-simulated", "{requests} {was} not simulated: {reason}"),
    (Code::HitsUnknown, "hits-unknown", "{requests} {has} no known hits and {is} not in the cost: {reason}"),
    (Code::Estimated, "estimated", "{counts} {is} estimated: {reason}"),
    (Code::NoPrice, "no-price", "[{requests} {is} not in the cost: ]{reason}"),
    (
        Code::WritesUnknown,
        "writes-unknown",
        "{requests} went to models that charge for cache writes, and no write is reported: the cost is the least that it can be",
    ),
    (Code::BestUnknown, "best-unknown", "{requests} {was} not compared with earlier ones: the best cost is unknown"),
    (
        Code::BestIsBound,
        "best-is-bound",
        "{requests} went to models that charge for cache writes: the best cost is without writes, so it is a lower bound",
    ),
    (
        Code::HitsBeyondLog,
        "hits-beyond-log",
        "{requests} {has} more reported hits than tokens in common with earlier requests of the log: the best cost counts these hits, too",
    ),
    (
        Code::PricesOfOneDay,
        "prices-of-one-day",
        "[{requests} {is} charged at ]prices as of {reason}; the day from which on they hold is not known",
    ),
    (Code::UncertainPrice, "uncertain-price", "[{requests} {is} charged at ]an uncertain price: {reason}"),
    (
        Code::LoggedCost,
        "logged-cost",
        "{requests} {has} another cost in the log than computed here: the log counts {reason}",
    ),
    (Code::ResoldPrice, "resold-price", "{requests} {was} {reason}"),
    (Code::Surcharge, "surcharge", "[{requests} {is} charged ]{reason}"),
    (
        Code::SearchFees,
        "search-fees",
        "{requests} had the provider search the web: searches ({number} in total) are charged besides the tokens and are not in the cost; \
         {reason}",
    ),
    (
        Code::HolidaysUnknown,
        "holidays-unknown",
        "[{requests} {is} charged at ]peak prices on a day after the end of the calendar of holidays: a holiday would be cheaper",
    ),
    (Code::Exchanged, "exchanged", "prices are converted at {reason}"),
];
