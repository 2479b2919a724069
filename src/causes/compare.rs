//! Two requests part by part: what differs, and the later one with some of the differences undone.

use std::cell::Cell;
use std::collections::HashSet;
use std::sync::Arc;

use super::code::CauseCode;
use super::decision::{Decision, Moved};
use super::difference::{Difference, Zone};
use super::line_endings::with_endings_of;
use super::merging::{Merging, Start, Step};
use super::message::{self, are_alike};
use super::message_order::{in_old_order, is_of_history};
use super::summary::sums_up;
use super::text_diffs::TextDiffs;
use super::tools;
use super::versions::{STABLE, merge_text, with_texts};
use crate::exchange::{Exchange, Input, Message, Messages, Request, ScopePart};
use crate::list_diff::{Algorithm, DiffOp, list_diff};

/// Two requests, the later of which should have continued the earlier.
pub(super) struct Comparison<'a> {
    pub(super) old: &'a Exchange,
    pub(super) new: &'a Exchange,
    /// The earlier one is a turn of the same conversation, not one that begins alike.
    pub(super) is_own: bool,
    /// The parts of a caller's name that keep caches apart: a key or a user that shares one is no cause.
    pub(super) apart: &'a [ScopePart],
    /// Requests with another `prompt_cache_key` have a cache of their own.
    pub(super) is_apart_by_cache_key: bool,
    /// Differences of texts that are known from other comparisons.
    pub(super) diffs: &'a TextDiffs,
    /// The earlier request as it was sent, where it is written otherwise: messages that both sent alike stay alike.
    pub(super) sent: Option<&'a Exchange>,
    /// Some did.
    pub(super) is_carried: Cell<bool>,
}

impl Comparison<'_> {
    /// The later request without the differences that `decide` undoes; it is asked for each, in the order of the request.
    pub(super) fn merged(&self, decide: &mut dyn FnMut(&Difference) -> Decision) -> Exchange {
        let mut merged = self.new.clone();
        self.merge_settings(&mut merged, decide);
        tools::merge(&self.old.request.tools, &self.new.request.tools, &mut merged.request.tools, decide);
        match (&self.old.request.input, &self.new.request.input) {
            (Input::Messages(old), Input::Messages(new)) => {
                // Without a change the messages stay those of their session, which are no list of their own.
                if let Some(messages) = self.merge_messages(old, new, decide) {
                    merged.request.input = messages.into();
                }
            }
            (Input::Text(old), Input::Text(new)) if old != new => {
                let mut moved = Moved::default();
                let text = merge_text((old, new, Zone::Newest), self.diffs, decide, &mut moved);
                let ends = moved.to_conversation.into_iter().chain(moved.to_end);
                merged.request.input = Input::Text(ends.fold(text, |text, end| text + "\n\n" + &end));
            }
            _ => {}
        }
        merged
    }

    /// All differences, in the order of the request.
    pub(super) fn differences(&self) -> Vec<Difference> {
        let mut found = Vec::new();
        self.merged(&mut |difference| {
            found.push(*difference);
            Decision::Keep
        });
        found
    }

    fn merge_settings(&self, merged: &mut Exchange, decide: &mut dyn FnMut(&Difference) -> Decision) {
        let (old, new) = (self.old, self.new);
        let mut setting = |code, differs: bool| differs && decide(&Difference::plain(code)) == Decision::Undo;
        if setting(CauseCode::ModelChanged, old.model() != new.model()) {
            merged.request.model = old.model().map(str::to_owned);
            merged.host.clone_from(&old.host);
        }
        let has_another_key = self.is_apart_by_cache_key && old.request.cache_key != new.request.cache_key;
        if setting(CauseCode::Scope, has_another_key || old.scope.owner(self.apart) != new.scope.owner(self.apart)) {
            merged.scope.clone_from(&old.scope);
            merged.request.cache_key.clone_from(&old.request.cache_key);
        }
        let (ours, theirs) = (&old.request, &new.request);
        let effort = |request: &Request| {
            let Request { reasoning_effort, thinking, thinking_budget, .. } = request;
            (reasoning_effort.clone(), thinking.clone(), *thinking_budget)
        };
        let efforts = effort(ours) != effort(theirs);
        if setting(CauseCode::EffortChanged, efforts) {
            merged.request.reasoning_effort.clone_from(&ours.reasoning_effort);
            merged.request.thinking.clone_from(&ours.thinking);
            merged.request.thinking_budget = ours.thinking_budget;
        }
        if setting(CauseCode::SettingChanged, ours.system_settings != theirs.system_settings) {
            merged.request.system_settings.clone_from(&ours.system_settings);
        }
        if setting(CauseCode::ToolChoiceChanged, ours.tool_choice != theirs.tool_choice) {
            merged.request.tool_choice.clone_from(&ours.tool_choice);
        }
        if setting(CauseCode::ResponseFormatChanged, ours.response_format != theirs.response_format) {
            merged.request.response_format.clone_from(&ours.response_format);
        }
    }

    /// The messages of both merged; `None` if they are the new ones.
    fn merge_messages(
        &self,
        old: &Messages,
        new: &Messages,
        decide: &mut dyn FnMut(&Difference) -> Decision,
    ) -> Option<Vec<Arc<Message>>> {
        // Of a list that only grew, what came is compared with the answer.
        let shared = new.continued(old).unwrap_or(0);
        // The answer is part of what an own turn should have continued.
        let answer = self.old.response.as_ref().and_then(|response| response.message.clone());
        let answer = answer.filter(|_| self.is_own).map(Arc::new);
        let has_answer = answer.is_some();
        let old: Vec<Arc<Message>> = old.behind(shared).iter().cloned().chain(answer).collect();
        let mut is_changed = false;
        let mut decide = |difference: &Difference| {
            let decision = decide(difference);
            is_changed |= decision != Decision::Keep;
            decision
        };
        let start = Start { is_shared: shared > 0, has_conversation: new.instructions().len() < shared, has_answer };
        let (behind, moved) = self.merge_behind(start, &old, &new.behind(shared), &mut decide);
        if !is_changed && !self.is_carried.get() {
            return None;
        }
        let mut merged = new.as_slice()[..shared].to_vec();
        merged.extend(behind);
        let is_said = |message: &&mut Arc<Message>| !message.is_system() && !self.diffs.is_standing(message);
        if let Some(first) = merged.iter_mut().find(is_said) {
            *first = with_texts(first, moved.to_conversation, true);
        }
        if let Some(last) = merged.last_mut() {
            *last = with_texts(last, moved.to_end, false);
        }
        Some(merged)
    }

    /// The messages of both merged behind those that both begin with, which are all of the old request but its answer.
    fn merge_behind(
        &self,
        start: Start,
        old: &[Arc<Message>],
        new: &[Arc<Message>],
        decide: &mut dyn FnMut(&Difference) -> Decision,
    ) -> (Vec<Arc<Message>>, Moved) {
        let digests =
            |messages: &[Arc<Message>]| messages.iter().map(|message| self.diffs.digest(message)).collect::<Vec<_>>();
        let (ours, theirs) = (digests(old), digests(new));
        // Messages that both begin with stand in the same order; one that came behind all of them and was among them is there twice.
        let as_they_are = || ((0..new.len()).collect(), false);
        let (order, is_moved) = if start.is_shared { as_they_are() } else { in_old_order(&ours, &theirs) };
        // A note that is always so many messages before the newest one is no example.
        let is_history = || self.is_own && is_of_history(&order, new);
        let is_sorted = is_moved && {
            let code = if is_history() { CauseCode::HistoryEdited } else { CauseCode::ExamplesReordered };
            decide(&Difference::plain(code)) == Decision::Undo
        };
        let sorted: Vec<Arc<Message>> = order.iter().map(|index| Arc::clone(&new[*index])).collect();
        let theirs: Vec<u128> = order.iter().map(|index| theirs[*index]).collect();
        let steps = self.steps((old, &ours), (&sorted, &theirs));
        let last = steps.iter().rposition(|step| matches!(step, Step::Same(..) | Step::Changed(..)));
        let is_said = |index: usize| !old[index].is_system() && !self.diffs.is_standing(&old[index]);
        let is_kept = |step: &Step| {
            start.has_conversation || matches!(step, Step::Same(ours, _) | Step::Changed(ours, _) if is_said(*ours))
        };
        let summary = summary_of((old, &sorted), &steps, last, &is_kept).filter(|_| self.is_own);
        let is_summed_up = self.is_own && has_new_summary(old, &sorted, &steps, self.diffs);
        let mut merging = Merging {
            old,
            new: &sorted,
            is_own: self.is_own,
            is_summed_up,
            start,
            diffs: self.diffs,
            sent: self.sent_alike(),
            is_carried: false,
            merged: Vec::new(),
            moved: Moved::default(),
        };
        merging.all(&steps, (last, summary), decide);
        let Merging { merged, moved, is_carried, .. } = merging;
        self.is_carried.set(self.is_carried.get() || is_carried);
        if is_moved && !is_sorted {
            // The messages stay in the order in which they were sent; one that is restored stays behind the one before it.
            let mut before = 0;
            let place = |(index, message): (Option<usize>, _)| {
                before = index.map_or(before, |index| order[index]);
                (before, message)
            };
            let mut placed: Vec<(usize, Arc<Message>)> = merged.into_iter().map(place).collect();
            placed.sort_by_key(|(place, _)| *place);
            return (placed.into_iter().map(|(_, message)| message).collect(), moved);
        }
        (merged.into_iter().map(|(_, message)| message).collect(), moved)
    }
}

impl Comparison<'_> {
    /// The messages of the earlier request as it was sent, but for its newest one.
    fn sent_alike(&self) -> HashSet<u128> {
        let Some(Input::Messages(sent)) = self.sent.map(|sent| &sent.request.input) else { return HashSet::new() };
        let sent = sent.as_slice();
        let earlier = sent.split_last().map_or(&[][..], |(_, earlier)| earlier);
        earlier.iter().map(|message| self.diffs.digest(message)).collect()
    }
}

/// The message that stands for a whole conversation behind the last message that both requests have.
fn summary_of(
    (old, new): (&[Arc<Message>], &[Arc<Message>]),
    steps: &[Step],
    last: Option<usize>,
    is_kept: &dyn Fn(&Step) -> bool,
) -> Option<usize> {
    let behind = &steps[last.map_or(0, |last| last + 1)..];
    let gone = behind.iter().filter(|step| matches!(step, Step::Gone(index) if !old[*index].is_system())).count();
    let came = behind.iter().filter_map(|step| if let Step::Came(index) = step { Some(*index) } else { None });
    let came: Vec<usize> = came.collect();
    let first = *came.first()?;
    // Of a conversation of which nothing is left, whatever goes on with it is a summary.
    let is_whole = || !new[first].is_system() && !steps.iter().any(is_kept);
    (gone >= 2 && (sums_up(&new[first]) || is_whole())).then_some(first)
}

/// Tells whether a summary came in place of messages that are gone, or other instructions directly before the place where a conversation
/// is gone.
fn has_new_summary(old: &[Arc<Message>], new: &[Arc<Message>], steps: &[Step], diffs: &TextDiffs) -> bool {
    let is_gone = steps.iter().any(|step| matches!(step, Step::Gone(_)));
    let is_replaced = |pair: &[Step]| match *pair {
        [Step::Changed(ours, theirs), Step::Gone(gone)] => {
            let (ours, theirs) = (&old[ours], &new[theirs]);
            let both_instruct = ours.is_system() && theirs.is_system() && !old[gone].is_system();
            both_instruct && !message::are_alike(ours, theirs, diffs)
        }
        _ => false,
    };
    if steps.windows(2).any(is_replaced) {
        return true;
    }
    // The newest message is a question, which may be about what came before.
    let is_earlier = |index: usize| index + 1 < new.len();
    is_gone && steps.iter().any(|step| matches!(step, Step::Came(index) if is_earlier(*index) && sums_up(&new[*index])))
}

impl Comparison<'_> {
    /// The steps from one list of messages to another.
    fn steps(&self, (old, ours): (&[Arc<Message>], &[u128]), (new, theirs): (&[Arc<Message>], &[u128])) -> Vec<Step> {
        let operations = list_diff(Algorithm::Myers, ours, theirs);
        let mut steps = Vec::new();
        let (mut gone, mut came) = (Vec::new(), Vec::new());
        for operation in operations {
            let (ours, theirs) = (operation.old_range(), operation.new_range());
            if let DiffOp::Equal { .. } = operation {
                self.paired((old, new), (&gone, &came), &mut steps);
                (gone, came) = (Vec::new(), Vec::new());
                steps.extend(ours.zip(theirs).map(|(ours, theirs)| Step::Same(ours, theirs)));
            } else {
                gone.extend(ours);
                came.extend(theirs);
            }
        }
        self.paired((old, new), (&gone, &came), &mut steps);
        steps
    }

    /// Steps between messages that differ: versions of one message are one that changed.
    fn paired(
        &self,
        (old, new): (&[Arc<Message>], &[Arc<Message>]),
        (gone, came): (&[usize], &[usize]),
        steps: &mut Vec<Step>,
    ) {
        let is_inner = came.last().is_some_and(|last| last + 1 < new.len())
            && gone.last().is_some_and(|last| last + 1 < old.len());
        let summaries: Vec<usize> = came.iter().copied().filter(|theirs| sums_up(&new[*theirs])).collect();
        // Beside a summary stands the client's own answer to it, in place of whatever was said before.
        let as_many = is_inner && gone.len() == came.len() && summaries.is_empty();
        let (mut next, mut is_within) = (0, false);
        for ours in gone {
            let is_version = |theirs: &usize| {
                // A question is no version of a later one, in another conversation or behind another answer.
                let is_question = *theirs + 1 == new.len() && !new[*theirs].is_system();
                // Behind a summary it is one, too.
                let is_begun = |index: &usize| new[*index].role == "assistant" || summaries.contains(index);
                let is_answered = || came.iter().any(|index| index < theirs && is_begun(index));
                let is_later = is_question && if self.is_own { is_answered() } else { is_within };
                if is_later || summaries.contains(theirs) {
                    return false;
                }
                let (old, new) = (&old[*ours], &new[*theirs]);
                let stands_alike = as_many && *theirs - came[0] == *ours - gone[0] && old.role == new.role;
                let both_instruct = old.is_system() && new.is_system();
                stands_alike
                    || both_instruct
                    || are_alike(old, new, self.diffs)
                    || has_stable_text(old, new, self.diffs)
            };
            if let Some(at) = came[next..].iter().position(is_version) {
                steps.extend(came[next..next + at].iter().map(|theirs| Step::Came(*theirs)));
                steps.push(Step::Changed(*ours, came[next + at]));
                next += at + 1;
            } else {
                is_within |= !old[*ours].is_system();
                steps.push(Step::Gone(*ours));
            }
        }
        steps.extend(came[next..].iter().map(|theirs| Step::Came(*theirs)));
    }
}

/// Two messages of one role have a long text in common, so that one template made them.
fn has_stable_text(old: &Message, new: &Message, diffs: &TextDiffs) -> bool {
    if old.role != new.role {
        return false;
    }
    let (ours, theirs) = (message::text(old), message::text(new));
    if ours.len().min(theirs.len()) < STABLE {
        return false;
    }
    let theirs = with_endings_of(&ours, &theirs);
    let Some(stretches) = diffs.stretches_if_related(&ours, &theirs) else { return false };
    let mut at = 0;
    let mut longest = 0;
    for stretch in stretches.iter() {
        longest = longest.max(stretch.new.start - at);
        at = stretch.new.end;
    }
    longest.max(theirs.len() - at) >= STABLE
}
