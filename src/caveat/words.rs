//! The name and the sentence of each caveat.

use super::{Caveats, Code, Noted};
use crate::report::text::{plural, thousands};

/// A caveat, its name in JSON, and its sentence. `{requests}`, `{prompts}` and `{counts}` become a number with its noun, and verbs in
/// braces (`{is}`, `{has}`, `{was}`) agree with it.
type Words = (Code, &'static str, &'static str);

/// The words of all caveats, in the order of [`Code`].
const WORDS: [Words; Code::Exchanged as usize + 1] = [
    (
        Code::Redacted,
        "redacted",
        "{requests} {was} redacted: hits are exact; the other buckets, the places where prompts differ and the best cost are exact to \
         the block",
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
         hold there, and neither do its predictions",
    ),
    (Code::ZeroWithoutCache, "zero-without-cache", "{requests} to that host {reports} 0 cached tokens{repeated}"),
    (
        Code::UnknownWithoutCache,
        "unknown-without-cache",
        "{requests} to that host {has} no count of cached tokens: it is unknown, not zero",
    ),
    (
        Code::OutsidePeriod,
        "outside-period",
        "{requests} {is} outside the period of --since and --until: replayed, but not summed",
    ),
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
        "no line has a time: the order of the lines stands for it; as no text is known to have expired or to be pending, the low end of \
         each prediction is 0",
    ),
    (
        Code::UnreadableTime,
        "unreadable-time",
        "{requests} {has} a time that cannot be read: replayed as if there were none",
    ),
    (
        Code::NoTime,
        "no-time",
        "{requests} {has} no time: replayed at --at if it is given, else at the time of the line before",
    ),
    (
        Code::Moved,
        "moved",
        "{requests} {was} moved: the log is replayed in the order in which the calls were made (--order log keeps the order of the \
         lines)",
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
        "{requests} {has} tools that the log keeps otherwise than they were sent; by the reported counts they are counted {reason}",
    ),
    (
        Code::NoOwner,
        "no-owner",
        "{requests} {has} no {reason}, which --scope names: taken to share a cache that no other request uses",
    ),
    (
        Code::RepeatedCall,
        "repeated-call",
        "{requests} {has} the id and time of an earlier one and {is} counted again: leave copies out of the logs",
    ),
    (
        Code::CountDiffers,
        "count-differs",
        "{prompts} {was} counted differently from the report, by {tokens} tokens in all",
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
        Code::ResolvedUsage,
        "resolved-usage",
        "{requests} {has} a reported usage that contradicted itself and was resolved: {reason}",
    ),
    (Code::InvalidMarks, "invalid-marks", "{requests} {has} cache marks that do not work as meant: {reason}"),
    (Code::OutputUnknown, "output-unknown", "{requests} {has} no count of output tokens: the cost leaves them out"),
    (Code::NotSimulated, "not-simulated", "{requests} {was} not simulated: {reason}"),
    (Code::HitsUnknown, "hits-unknown", "{requests} {has} no known hits and {is} not in the cost: {reason}"),
    (Code::Estimated, "estimated", "{counts} {is} estimated: {reason}"),
    (Code::NoPrice, "no-price", "{requests} {is} not in the cost: {reason}"),
    (
        Code::WritesUnknown,
        "writes-unknown",
        "{requests} went to models that charge for cache writes, and no write is reported: the cost is too low",
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
        "{requests} {has} more reported hits than tokens in common with earlier requests of the log: the best cache is given these hits \
         too",
    ),
    (
        Code::PricesOfOneDay,
        "prices-of-one-day",
        "{requests} {is} charged at prices as of {reason}; the day from which on they hold is not known",
    ),
    (Code::UncertainPrice, "uncertain-price", "{requests} {is} charged at an uncertain price: {reason}"),
    (Code::LoggedCost, "logged-cost", "{requests} {has} another cost in the log than here: the log counts {reason}"),
    (Code::ResoldPrice, "resold-price", "{requests} {was} {reason}"),
    (Code::Surcharge, "surcharge", "{requests} {is} charged {reason}"),
    (
        Code::SearchFees,
        "search-fees",
        "{requests} had the provider search the web: searches ({number} in all) are charged beside the tokens and are in no cost here; \
         {reason}",
    ),
    (
        Code::HolidaysUnknown,
        "holidays-unknown",
        "{requests} {is} later than the calendar of holidays and charged at peak prices: a holiday would be cheaper",
    ),
    (Code::Exchanged, "exchanged", "prices are converted at {reason}"),
];

/// Rows stand in the order of the codes, so that a code finds its own.
const _: () = {
    let mut index = 0;
    while index < WORDS.len() {
        assert!(WORDS[index].0 as usize == index, "WORDS lists the codes in their order");
        index += 1;
    }
};

impl Code {
    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        WORDS[self as usize].1
    }

    /// Its sentence, about so many requests.
    pub(super) fn sentence(self, requests: u64) -> String {
        let mut text = WORDS[self as usize].2.to_owned();
        for (slot, noun) in [("{requests}", "request"), ("{prompts}", "prompt"), ("{counts}", "token count")] {
            text = text.replace(slot, &plural(requests, noun));
        }
        let verbs = [("is", "are"), ("has", "have"), ("was", "were"), ("reports", "report")];
        for (one, many) in verbs {
            text = text.replace(&format!("{{{one}}}"), if requests == 1 { one } else { many });
        }
        text
    }
}

impl Caveats {
    /// The sentence of a caveat; `None` if another one says it.
    pub(super) fn text(&self, code: Code, reason: &str, noted: &Noted) -> Option<String> {
        let text = code.sentence(noted.requests);
        Some(match code {
            Code::NoCache if self.is_contradicted() => return None,
            Code::HitsWithoutCache => self.on_hits_without_cache(&text, noted),
            Code::ZeroWithoutCache => text.replace("{repeated}", &self.on_zero(noted)),
            Code::NoOwner if noted.requests == self.requests => {
                format!("no line has {reason}, which --scope names: all requests are taken to share one cache")
            }
            Code::CountDiffers => text.replace("{tokens}", &format!("{:+}", noted.tokens)),
            Code::SearchFees => {
                text.replace("{number}", &thousands(noted.tokens.unsigned_abs())).replace("{reason}", reason)
            }
            _ => text.replace("{reason}", reason),
        })
    }

    /// True if hits were reported by hosts that are not known to have a cache.
    fn is_contradicted(&self) -> bool {
        self.requests(Code::HitsWithoutCache) > 0
    }

    fn on_hits_without_cache(&self, text: &str, noted: &Noted) -> String {
        let all = self.requests(Code::NoCache);
        let reporting = if noted.requests == 1 {
            "1 of them reports".into()
        } else {
            format!("{} of them report", thousands(noted.requests))
        };
        text.replace("{hosted}", &plural(all, "request"))
            .replace("{reporting}", &reporting)
            .replace("{tokens}", &thousands(noted.tokens.unsigned_abs()))
    }

    /// A reported zero where there is no cache: it is no miss, even of a prompt that repeats an earlier one.
    fn on_zero(&self, noted: &Noted) -> String {
        let most = thousands(noted.most_tokens.unsigned_abs());
        let repeated = match noted.with_tokens {
            0 => String::new(),
            1 if noted.requests == 1 => format!(", although it shares {most} tokens with an earlier one"),
            1 => format!(", although 1 of them shares {most} tokens with an earlier one"),
            some => format!(", although {} of them share up to {most} tokens with an earlier one", thousands(some)),
        };
        let reason = if self.is_contradicted() { "" } else { ": caching is not supported there, so this is no miss" };
        repeated + reason
    }
}
