//! Requests to hosts that have no prompt cache: a reported zero there is not a miss, and a count that is not there is unknown.

use crate::report::text::{plural, thousands};
use crate::simulation::Record;

/// Tokens shared with an earlier request from which on a cache would have served something anywhere.
const LONG: u64 = 64;

/// Counts over requests to such hosts.
#[derive(Default)]
pub(crate) struct Uncached {
    pub(crate) requests: u64,
    /// Requests that report zero hits.
    zero: u64,
    /// Of them, those that begin as an earlier request does, for many tokens.
    repeated: u64,
    /// The most tokens that one of them shares.
    longest: u64,
    /// Requests that report nothing of hits.
    unknown: u64,
    /// Requests that report hits nonetheless.
    served: u64,
    /// The tokens that they report.
    served_tokens: u64,
}

impl Uncached {
    /// Takes note of a record; those of hosts that have a cache are none of its business.
    pub(crate) fn add(&mut self, record: &Record) {
        if record.prediction.is_none_or(|prediction| prediction.has_cache) {
            return;
        }
        self.requests += 1;
        let shared = record.common_tokens.unwrap_or(0);
        match record.reported.hit_tokens {
            None => self.unknown += 1,
            Some(0) => {
                self.zero += 1;
                self.repeated += u64::from(shared >= LONG);
                self.longest = self.longest.max(shared);
            }
            Some(tokens) => {
                self.served += 1;
                self.served_tokens += tokens;
            }
        }
    }

    /// Whether hits were reported where there should be none.
    pub(crate) fn is_contradicted(&self) -> bool {
        self.served > 0
    }

    /// What is to be said of them.
    pub(crate) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.requests > 0 {
            let requests = plural(self.requests, "request");
            let but = if self.served == 1 { "1 reports".into() } else { format!("{} report", thousands(self.served)) };
            notes.push(if self.is_contradicted() {
                format!(
                    "{requests} to a host that has no prompt cache as far as is known, but {but} {} cached tokens: the rule does not \
                     hold there, nor does what is predicted by it",
                    thousands(self.served_tokens),
                )
            } else {
                format!("{requests} to a host that has no prompt cache: no prompt can be written so that it hits there")
            });
        }
        if self.zero > 0 {
            let repeated = match self.repeated {
                0 => String::new(),
                some => format!(", {some} with up to {} tokens of an earlier one", thousands(self.longest)),
            };
            let zero = plural(self.zero, "request");
            notes.push(format!(
                "{zero} to it with 0 cached tokens reported{repeated}{}",
                if self.is_contradicted() { "" } else { ": caching is not supported there, this is no miss" }
            ));
        }
        if self.unknown > 0 {
            let unknown = plural(self.unknown, "request");
            notes.push(format!("{unknown} to it without a count of cached tokens: unknown, which is not zero"));
        }
        notes
    }
}
