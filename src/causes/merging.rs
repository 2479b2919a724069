//! Messages of two requests merged step by step: what came, what is gone, and what changed in each.

use std::collections::HashSet;
use std::sync::Arc;

use super::code::CauseCode;
use super::decision::{Decision, Moved};
use super::difference::{Difference, Zone};
use super::message;
use super::summary::sums_up;
use super::text_diffs::TextDiffs;
use super::versions::merge_message;
use crate::exchange::Message;

/// A step of two lists of messages, by their indexes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Same(usize, usize),
    Changed(usize, usize),
    Gone(usize),
    Came(usize),
}

/// Messages with which both requests begin, and which are not looked at.
#[derive(Clone, Copy)]
pub(super) struct Start {
    pub(super) is_shared: bool,
    /// Some of them are no instructions.
    pub(super) has_conversation: bool,
    /// The last of the old messages is the answer.
    pub(super) has_answer: bool,
}

/// Messages as they are merged, each with its index in the new request if it has one.
pub(super) struct Merging<'a> {
    pub(super) old: &'a [Arc<Message>],
    pub(super) new: &'a [Arc<Message>],
    pub(super) is_own: bool,
    /// A summary stands in place of some of the old messages.
    pub(super) is_summed_up: bool,
    pub(super) start: Start,
    pub(super) diffs: &'a TextDiffs,
    /// Messages that the earlier request sent, too, whatever became of them.
    pub(super) sent: HashSet<u128>,
    /// Some of them are written as there.
    pub(super) is_carried: bool,
    pub(super) merged: Vec<(Option<usize>, Arc<Message>)>,
    pub(super) moved: Moved,
}

impl<'a> Merging<'a> {
    /// All steps; behind the `last` message that both have, a `summary` may stand for the conversation.
    pub(super) fn all(
        &mut self,
        all: &[Step],
        (last, summary): (Option<usize>, Option<usize>),
        decide: &mut dyn FnMut(&Difference) -> Decision,
    ) {
        let mut at = 0;
        while at < all.len() {
            let run = all[at..].iter().take_while(|step| matches!(step, Step::Gone(_) | Step::Came(_))).count();
            match all[at] {
                Step::Same(_, theirs) => self.push(Some(theirs), &self.new[theirs]),
                Step::Changed(ours, theirs) => self.changed(ours, theirs, decide),
                Step::Gone(_) | Step::Came(_) => {
                    let steps = &all[at..at + run];
                    let is_behind = last.is_none_or(|last| at > last);
                    match summary {
                        _ if self.are_before_answer(steps, all.get(at + run)) => self.appended(steps),
                        Some(came) if is_behind => self.compacted(steps, came, decide),
                        None if is_behind => self.behind(steps, decide),
                        _ if self.are_of_the_newest(steps, all.get(at + run)) => self.left_out(steps, decide),
                        _ => self.between(steps, decide),
                    }
                }
            }
            at += run.max(1);
        }
    }

    /// Steps of an agent that no line of the log has stand between a question and its answer: they are new text.
    fn are_before_answer(&self, steps: &[Step], next: Option<&Step>) -> bool {
        let is_step = |step: &Step| matches!(step, Step::Came(index) if !self.new[*index].is_system());
        self.is_answer(next) && steps.iter().all(is_step)
    }

    /// Messages that stood beside a question only as long as that was the newest are gone before its answer.
    fn are_of_the_newest(&self, steps: &[Step], next: Option<&Step>) -> bool {
        let has_conversation =
            self.start.has_conversation || self.merged.iter().any(|(_, message)| !message.is_system());
        let is_gone = |step: &Step| matches!(step, Step::Gone(index) if !self.old[*index].is_system());
        self.is_own && !self.is_summed_up && has_conversation && self.is_answer(next) && steps.iter().all(is_gone)
    }

    fn left_out(&mut self, steps: &[Step], decide: &mut dyn FnMut(&Difference) -> Decision) {
        if decide(&Difference::plain(CauseCode::HistoryEdited)) == Decision::Undo {
            self.push_gone(steps);
        }
    }

    fn is_answer(&self, step: Option<&Step>) -> bool {
        let is_last = |ours: usize| self.start.has_answer && ours + 1 == self.old.len();
        matches!(step, Some(Step::Same(ours, _) | Step::Changed(ours, _)) if is_last(*ours))
    }

    fn push(&mut self, index: Option<usize>, message: &'a Arc<Message>) {
        self.merged.push((index, Arc::clone(message)));
    }

    fn changed(&mut self, ours: usize, theirs: usize, decide: &mut dyn FnMut(&Difference) -> Decision) {
        let (old, new) = (&self.old[ours], &self.new[theirs]);
        if self.sent.contains(&self.diffs.digest(new)) {
            self.is_carried = true;
            return self.merged.push((Some(theirs), without_marks_but_of(old, new)));
        }
        if self.is_summed_up && old.is_system() && new.is_system() && !message::are_alike(old, new, self.diffs) {
            // One summary in place of another.
            let is_undone = decide(&Difference::plain(CauseCode::HistoryCompacted)) == Decision::Undo;
            return self.push(Some(theirs), if is_undone { old } else { new });
        }
        // Of a question that is no longer the newest, a part may be taken out; what several conversations begin with is none.
        let is_standing = self.diffs.is_standing(old) || self.diffs.is_standing(new);
        let was_question = !old.is_system() && !is_standing && is_part(new, old);
        let zone = if theirs + 1 == self.new.len() && !new.is_system() {
            Zone::Newest
        } else if new.is_system() || !self.is_own && !was_question {
            Zone::Template
        } else {
            Zone::History
        };
        let merged = merge_message(old, new, zone, self.diffs, decide, &mut self.moved);
        self.merged.push((Some(theirs), Arc::new(merged)));
    }

    /// Messages that stand behind all that both requests have: new text, unless they are instructions before any conversation.
    fn behind(&mut self, steps: &[Step], decide: &mut dyn FnMut(&Difference) -> Decision) {
        let has_conversation =
            self.start.has_conversation || self.merged.iter().any(|(_, message)| !message.is_system());
        let instructs = |step: &&Step| match step {
            // A summary of another conversation is no part of the template.
            Step::Gone(index) => self.old[*index].is_system() && !sums_up(&self.old[*index]),
            Step::Came(index) => {
                let (message, is_newest) = (&self.new[*index], index + 1 == self.new.len());
                // Conversations that begin alike were given a message by the client.
                let is_given = !is_newest && self.diffs.is_standing(message);
                (message.is_system() || is_given) && !sums_up(message)
            }
            Step::Same(..) | Step::Changed(..) => false,
        };
        if has_conversation && self.is_own {
            let is_answer = |index: usize| self.start.has_answer && index + 1 == self.old.len();
            let is_sent =
                |step: &&Step| matches!(step, Step::Gone(index) if !self.old[*index].is_system() && !is_answer(*index));
            let has_gone_on = |step: &Step| matches!(step, Step::Came(index) if self.new[*index].role == "assistant");
            let sent: Vec<Step> = steps.iter().filter(is_sent).copied().collect();
            if !sent.is_empty() && !self.is_summed_up && steps.iter().any(has_gone_on) {
                self.left_out(&sent, decide);
            }
            return self.appended(steps);
        }
        let instructions: Vec<Step> = steps.iter().filter(instructs).copied().collect();
        if !instructions.is_empty() {
            self.between(&instructions, decide);
        }
        let others: Vec<Step> = steps.iter().filter(|step| !instructions.contains(step)).copied().collect();
        self.appended(&others);
    }

    /// New text.
    fn appended(&mut self, steps: &[Step]) {
        for step in steps {
            if let Step::Came(index) = step {
                self.push(Some(*index), &self.new[*index]);
            }
        }
    }

    /// A summary and what follows it, in place of a conversation.
    fn compacted(&mut self, steps: &[Step], summary: usize, decide: &mut dyn FnMut(&Difference) -> Decision) {
        if decide(&Difference::plain(CauseCode::HistoryCompacted)) != Decision::Undo {
            return self.appended(steps);
        }
        self.push_gone(steps);
        let came = |step: &Step| if let Step::Came(index) = step { Some(*index) } else { None };
        // Behind the summary a client may have its own answer to it; the question is the newest message.
        if let Some(newest) = steps.iter().filter_map(came).rfind(|index| *index > summary) {
            self.push(Some(newest), &self.new[newest]);
        }
    }

    fn push_gone(&mut self, steps: &[Step]) {
        for step in steps {
            if let Step::Gone(index) = step {
                self.merged.push((None, without_marks(&self.old[*index])));
            }
        }
    }

    /// Messages that only one request has, before others that both have.
    fn between(&mut self, steps: &[Step], decide: &mut dyn FnMut(&Difference) -> Decision) {
        let gone = steps.iter().filter(|step| matches!(step, Step::Gone(_))).count();
        let came = steps.len() - gone;
        let is_conversation = |step: &Step| match step {
            Step::Gone(index) => !self.old[*index].is_system() && !self.diffs.is_standing(&self.old[*index]),
            _ => false,
        };
        // Words of another conversation, before a note that moves through each, are none of this one.
        let is_of_another = |step: &Step| match step {
            Step::Gone(index) => sums_up(&self.old[*index]) || is_conversation(step),
            _ => false,
        };
        if !self.is_own && came == 0 && steps.iter().all(is_of_another) {
            return;
        }
        let code = match (gone, came) {
            (0, _) if !self.is_summed_up => CauseCode::MessageInserted,
            _ if !self.is_own || !steps.iter().any(is_conversation) => CauseCode::MessageRemoved,
            (_, 0) if !self.is_summed_up => CauseCode::HistoryTrimmed,
            _ => CauseCode::HistoryCompacted,
        };
        let difference = match code {
            CauseCode::MessageInserted => Difference::part(code, &self.said(steps), true),
            CauseCode::MessageRemoved | CauseCode::HistoryTrimmed if came == 0 => {
                Difference::part(code, &self.said(steps), false)
            }
            _ => Difference::plain(code),
        };
        if decide(&difference) == Decision::Undo {
            self.push_gone(steps);
        } else {
            self.appended(steps);
        }
    }

    /// The identity of what some messages say.
    fn said(&self, steps: &[Step]) -> String {
        let digest = |step: &Step| match *step {
            Step::Gone(index) => self.diffs.digest(&self.old[index]),
            Step::Came(index) | Step::Same(_, index) | Step::Changed(_, index) => self.diffs.digest(&self.new[index]),
        };
        steps.iter().map(|step| format!("{:x} ", digest(step))).collect()
    }
}

/// The text of one message stands whole in that of another.
fn is_part(part: &Message, whole: &Message) -> bool {
    let part = message::text(part);
    !part.is_empty() && message::text(whole).contains(part.as_ref())
}

/// A message with the marks of another.
fn without_marks_but_of(message: &Arc<Message>, other: &Message) -> Arc<Message> {
    if message.cache_controls == other.cache_controls {
        return Arc::clone(message);
    }
    Arc::new(Message { cache_controls: other.cache_controls.clone(), ..Message::clone(message) })
}

/// A message as a client sends it again: without the marks up to which it was to be cached.
fn without_marks(message: &Arc<Message>) -> Arc<Message> {
    if message.cache_controls.is_empty() {
        return Arc::clone(message);
    }
    Arc::new(Message { cache_controls: Vec::new(), ..Message::clone(message) })
}
