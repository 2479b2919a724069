//! The name and the sentence of each caveat.

use super::{Caveats, Code, Noted};
use crate::report::text::{plural, thousands};

/// Redacted and clear requests in one run.
pub(super) const PARTLY_REDACTED: &str = "redacted and clear requests never match each other: redact all of them";

/// Requests that were redacted with these keys.
pub(super) fn several_keys(keys: &[&str]) -> String {
    format!(
        "redacted with different keys ({}): requests of one never match those of another; redact again with one --key-file",
        keys.join(", ")
    )
}

impl Code {
    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Redacted => "redacted",
            Self::SeveralKeys => "several-keys",
            Self::PartlyRedacted => "partly-redacted",
            Self::NoCache => "no-cache",
            Self::HitsWithoutCache => "hits-without-cache",
            Self::ZeroWithoutCache => "zero-without-cache",
            Self::UnknownWithoutCache => "unknown-without-cache",
            Self::OutsidePeriod => "outside-period",
            Self::NotInPeriod => "not-in-period",
            Self::NoTimes => "no-times",
            Self::UnreadableTime => "unreadable-time",
            Self::NoTime => "no-time",
            Self::Moved => "moved",
            Self::Spaced => "spaced",
            Self::SharedCache => "shared-cache",
            Self::NoOwner => "no-owner",
            Self::RepeatedCall => "repeated-call",
            Self::CountDiffers => "count-differs",
            Self::SortedKeys => "sorted-keys",
            Self::ContradictingUsage => "contradicting-usage",
            Self::ResolvedUsage => "resolved-usage",
            Self::OutputUnknown => "output-unknown",
            Self::NotSimulated => "not-simulated",
            Self::HitsUnknown => "hits-unknown",
            Self::Estimated => "estimated",
            Self::NoPrice => "no-price",
            Self::WritesUnknown => "writes-unknown",
            Self::BestUnknown => "best-unknown",
            Self::BestIsBound => "best-is-bound",
            Self::HitsBeyondLog => "hits-beyond-log",
            Self::PricesOfOneDay => "prices-of-one-day",
            Self::UncertainPrice => "uncertain-price",
            Self::LoggedCost => "logged-cost",
            Self::ResoldPrice => "resold-price",
            Self::HolidaysUnknown => "holidays-unknown",
            Self::Exchanged => "exchanged",
        }
    }
}

impl Caveats {
    /// The sentence of a caveat; `None` where another one says it.
    pub(super) fn text(&self, code: Code, reason: &str, noted: &Noted) -> Option<String> {
        let requests = || plural(noted.requests, "request");
        Some(match code {
            Code::Redacted => format!(
                "{}: hits are exact, the other buckets, where prompts part and the best cost are known to the block",
                plural(noted.requests, "redacted request")
            ),
            Code::SeveralKeys => several_keys(&[reason]),
            Code::PartlyRedacted => PARTLY_REDACTED.into(),
            Code::NoCache | Code::HitsWithoutCache | Code::ZeroWithoutCache | Code::UnknownWithoutCache => {
                return self.on_missing_cache(code, noted);
            }
            Code::OutsidePeriod => {
                format!("{} outside the time asked for (--since, --until): replayed, and not summed", requests())
            }
            Code::NotInPeriod => {
                format!("{} without a time, so not summed: --since and --until ask for one (--at gives one)", requests())
            }
            Code::NoTimes => {
                "no line has a time: replayed in the order of the lines; as nothing is known to expire or to be pending, the low end of \
                 each prediction is 0"
                    .into()
            }
            Code::NoTime => {
                format!(
                    "{} without a time: replayed at --at where it is given, else at that of the line before",
                    requests()
                )
            }
            Code::UnreadableTime => format!("{} with a time that cannot be read: as without one", requests()),
            Code::Moved => format!(
                "{} moved: the log is replayed in the order in which the calls were made (--order log leaves it as it stands)",
                requests()
            ),
            Code::Spaced => format!("lines without a time are placed by the reported hits: {reason}"),
            Code::SharedCache => format!(
                "who shares a cache is judged by the reported hits, not by the provider's rule: {reason}"
            ),
            Code::NoOwner if noted.requests == self.requests => {
                format!("no line has {reason}: all requests are taken to share one cache (--scope)")
            }
            Code::NoOwner => {
                format!("{} without {reason}: taken to share a cache that no other request uses (--scope)", requests())
            }
            Code::RepeatedCall => {
                format!("{} with the id and time of an earlier one: counted each time, so leave copies out", requests())
            }
            Code::CountDiffers => format!(
                "{} counted differently from the report, by {:+} tokens in all",
                plural(noted.requests, "prompt"),
                noted.tokens
            ),
            Code::SortedKeys => format!(
                "{} of them with tools whose JSON keys are sorted: a logger that sorts keys changes the prompt by a few tokens",
                thousands(noted.requests)
            ),
            Code::ContradictingUsage => format!(
                "{} with a reported usage that contradicts itself or cannot be read: its counts of the prompt are not used",
                requests()
            ),
            Code::ResolvedUsage => {
                format!("{} with a reported usage that contradicts itself and was resolved: {reason}", requests())
            }
            Code::OutputUnknown => {
                format!("{} without a count of output tokens, which are not in the cost", requests())
            }
            Code::NotSimulated => format!("{} not simulated: {reason}", requests()),
            Code::HitsUnknown => format!("{} without known hits, and so not billed: {reason}", requests()),
            Code::Estimated => format!("{} estimated: {reason}", plural(noted.requests, "count")),
            Code::NoPrice => {
                let is_unlisted = reason.contains("not in the card");
                let hint = if is_unlisted { " (--rates takes a card, `cachecheck rates import` makes one)" } else { "" };
                format!("{} without a price: {reason}{hint}", requests())
            }
            Code::WritesUnknown => format!(
                "{} to models that charge cache writes, and nobody counted them: the cost is too low",
                requests()
            ),
            Code::BestUnknown => format!("{} not compared with earlier ones: the best cost is unknown", requests()),
            Code::BestIsBound => format!(
                "{} to models that charge cache writes: the best cost has none in it, and is a bound",
                requests()
            ),
            Code::HitsBeyondLog => format!(
                "{} with more hits reported than shared with earlier ones of the log: the best cache has them too",
                requests()
            ),
            Code::PricesOfOneDay => {
                format!("{} charged at prices as of {reason}: since when they hold is not known", requests())
            }
            Code::UncertainPrice => format!("{} charged by guess: {reason}", requests()),
            Code::LoggedCost => format!("{} whose cost in the log is not ours: the log counts {reason}", requests()),
            Code::ResoldPrice => format!("{} {reason}", requests()),
            Code::HolidaysUnknown => {
                format!("{} charged at peak prices beyond the end of the holiday calendar", requests())
            }
            Code::Exchanged => format!("prices were exchanged at {reason}"),
        })
    }

    /// Hosts without a cache: a reported zero there is no miss, and a count that is not there is unknown.
    fn on_missing_cache(&self, code: Code, noted: &Noted) -> Option<String> {
        let requests = plural(noted.requests, "request");
        let is_contradicted = self.requests(Code::HitsWithoutCache) > 0;
        Some(match code {
            Code::NoCache if is_contradicted => return None,
            Code::NoCache => {
                format!("{requests} to a host that has no prompt cache: no prompt can be written so that it hits there")
            }
            Code::HitsWithoutCache => {
                let all = plural(self.requests(Code::NoCache), "request");
                let but = if noted.requests == 1 { "1 reports".into() } else { format!("{requests} report") };
                format!(
                    "{all} to a host that has no prompt cache as far as is known, but {but} {} cached tokens: the rule does not \
                     hold there, nor does what is predicted by it",
                    thousands(noted.tokens.unsigned_abs()),
                )
            }
            Code::ZeroWithoutCache => {
                let repeated = match noted.with_tokens {
                    0 => String::new(),
                    some => {
                        let most = thousands(noted.most_tokens.unsigned_abs());
                        format!(", {some} with up to {most} tokens of an earlier one")
                    }
                };
                let why = if is_contradicted { "" } else { ": caching is not supported there, this is no miss" };
                format!("{requests} to it with 0 cached tokens reported{repeated}{why}")
            }
            _ => format!("{requests} to it without a count of cached tokens: unknown, which is not zero"),
        })
    }
}
