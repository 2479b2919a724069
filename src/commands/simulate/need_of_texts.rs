//! The need to read a log once more, with its texts: something missed whose cause no record alone tells.

use std::collections::HashMap;

use crate::causes::{Misses, may_run_until};
use crate::exchange::Place;
use crate::simulation::Record;
use crate::time::Timestamp;

/// Tokens by which the length of an answer may differ from what the next prompt has of it.
const NOISE: u64 = 32;

/// Tokens without a mark from which on it is worth to look for the reason.
const UNMARKED: u64 = 512;

/// Requests that are kept at least before any is let go.
const LEAST_KEPT: usize = 64;

/// Records so far, as far as later ones are held against them.
#[derive(Default)]
pub(super) struct NeedOfTexts {
    /// The causes of a miss are told by texts alone.
    pub(super) is_there: bool,
    requests: u64,
    /// Requests that none has continued yet.
    open: HashMap<Place, Open>,
    /// The model and the owner of the last request.
    last_asked: Option<(Option<String>, Option<String>)>,
    running: Running,
    /// Tokens of all requests that were seen before and not marked.
    unmarked: u64,
    /// A request names the key by which its provider chooses a machine.
    has_cache_key: bool,
}

/// The tokens of a request that the next turn is held against, none where they are not known.
#[derive(Clone, Copy, Default)]
struct Open {
    prompt: u64,
    answer: u64,
    /// Tokens of the answer that few clients send back.
    reasoning: u64,
}

/// Requests that may not have ended by the time of the last one, each with the time at which it has.
#[derive(Default)]
struct Running {
    until: HashMap<Place, Timestamp>,
    /// Those that were kept when the others were last let go.
    kept: usize,
    last: Option<Timestamp>,
    is_out_of_order: bool,
}

impl Open {
    fn new(record: &Record) -> Self {
        let tokens = record.prompt_tokens.zip(record.output_tokens);
        tokens.map_or_else(Self::default, |(prompt, answer)| {
            let reasoning = record.reported.reasoning_tokens.unwrap_or(0).min(answer);
            Self { prompt, answer, reasoning }
        })
    }

    /// A next turn with so many tokens in common lacks a part of the answer, its reasoning aside, or all of it.
    fn is_left_out_behind(self, common: u64) -> bool {
        let Self { prompt, answer, reasoning } = self;
        common + NOISE < prompt + answer - reasoning || common <= prompt + NOISE && answer > NOISE
    }
}

impl NeedOfTexts {
    /// Takes note of the next record.
    pub(super) fn add(&mut self, record: &Record) {
        let asked = (record.model.clone(), record.scope.clone());
        let is_another_cache = self.last_asked.as_ref().is_some_and(|last| *last != asked);
        self.last_asked = Some(asked);
        self.has_cache_key |= record.has_cache_key;
        let may_be_beside = self.running.may_hold_parent(record);
        self.unmarked += self.unmarked_of(record);
        let leaves_out = self.leaves_out(record);
        self.is_there |=
            leaves_out || self.unmarked >= UNMARKED || self.is_needed(record, is_another_cache, may_be_beside);
        self.requests += 1;
    }

    /// Tokens of a request that were seen before and are not served by a rule of marks, beyond the answer that no request could mark yet.
    fn unmarked_of(&self, record: &Record) -> u64 {
        let prediction = record.prediction.filter(|_| record.marks.is_some());
        let parent = prediction.and_then(|prediction| Some((prediction.ledger.rule, prediction.parent?)));
        let open = parent.and_then(|(rule, parent)| Some((rule, self.open.get(&parent.place)?)));
        open.map_or(0, |(rule, open)| rule.saturating_sub(open.answer + NOISE))
    }

    /// The request leaves out what came after one that it continues: an answer, or a later turn that continued it before.
    fn leaves_out(&mut self, record: &Record) -> bool {
        if record.blocks.is_some() {
            // Traces have no texts.
            return false;
        }
        let parent = record.prediction.filter(|prediction| prediction.ledger.new > 0);
        let parent = parent.and_then(|prediction| prediction.parent);
        let leaves_out = parent.is_some_and(|parent| {
            let open = self.open.remove(&parent.place);
            open.is_none_or(|open| record.common_tokens.is_some_and(|common| open.is_left_out_behind(common)))
        });
        self.open.insert(record.place, Open::new(record));
        leaves_out
    }

    /// Only its text tells why something of a request missed. `is_another_cache` says that the one before it asked another model or
    /// has another owner, `may_be_beside` that the one it shares most with may not have ended.
    fn is_needed(&self, record: &Record, is_another_cache: bool, may_be_beside: bool) -> bool {
        if self.requests == 0 {
            return false;
        }
        if let Some(judged) = record.by_usage {
            // Texts of which a piece is in the log may tell what the counts leave unknown.
            return judged.buckets.unknown > 0 && record.divergence.is_some();
        }
        let Some(prediction) = record.prediction else { return Misses::of_record(record).fresh > 0 };
        let is_last =
            record.divergence.as_ref().and_then(|divergence| divergence.part.as_ref()).is_some_and(|part| part.is_last);
        let is_kept_from_serving = prediction.ledger.rule > 0
            && record.minimum.is_some_and(|minimum| {
                prediction.ledger.total() < minimum || record.marks.is_some() && prediction.ledger.rule >= minimum
            });
        let diverged = prediction.ledger.diverged > 0 && (!is_last || record.repeated_tokens > 0);
        let missed_anyway = prediction.ledger.pending > 0 || record.lost().is_some_and(|lost| lost > 0);
        // Elsewhere the record alone tells that it is the provider's doing.
        let is_sent_otherwise = missed_anyway && (may_be_beside || self.has_cache_key);
        prediction.has_cache
            && (diverged || is_sent_otherwise || is_kept_from_serving || prediction.ledger.cold > 0 && is_another_cache)
    }
}

impl Running {
    /// The request that the next one shares most with may not have ended when that began; the next one is then remembered.
    fn may_hold_parent(&mut self, record: &Record) -> bool {
        let may_hold = record.time.is_some_and(|start| {
            self.is_out_of_order |= self.last.is_some_and(|last| start < last);
            self.last = self.last.max(Some(start));
            if self.until.len() > 2 * self.kept {
                self.until.retain(|_, until| *until > start);
                self.kept = self.until.len().max(LEAST_KEPT);
            }
            let parent = record.prediction.and_then(|prediction| prediction.parent);
            let runs = |place| self.until.get(&place).is_some_and(|until| *until > start);
            parent.is_some_and(|parent| self.is_out_of_order || runs(parent.place))
        });
        if let Some(until) = may_run_until(record.time, record.end_time) {
            // The lines of a document may hold many requests.
            let known = self.until.entry(record.place).or_insert(until);
            *known = until.max(*known);
        }
        may_hold
    }
}
