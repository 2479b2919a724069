//! Answers that were read: a session that is forked from another begins with a copy of it, and each answer counts once in a run.

use std::collections::HashSet;

use serde_json::Value;

use crate::hash::{self, ByDigest};
use crate::log::format::LineContext;

/// Remark on an answer that was read before.
const COPIED: &str = "an answer that stands in another session, too, which was forked: it is counted once";

/// The answers of all sessions of a run, by what a fork copies of them.
#[derive(Default)]
pub(crate) struct GivenAnswers(HashSet<u128, ByDigest>);

impl GivenAnswers {
    /// True if an answer with these marks was read before, which is remarked upon. An answer without one of its marks, such as its
    /// time, is known again by nobody.
    pub(crate) fn has(&mut self, marks: &[&Value], context: &mut LineContext) -> bool {
        if marks.iter().any(|mark| mark.is_null()) {
            return false;
        }
        let digest = marks.iter().fold(0, |digest, mark| hash::chain(digest, mark.to_string().as_bytes()));
        let is_copy = !self.0.insert(digest);
        if is_copy {
            context.remark(COPIED);
        }
        is_copy
    }
}
