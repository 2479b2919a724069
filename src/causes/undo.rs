//! Causes of a whole log: each request held against the one that it should have continued, and the log replayed without each cause.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::code::CauseCode;
use super::compare::Comparison;
use super::difference::Difference;
use super::misses::Misses;
use super::reference::{Reference, references};
use super::replaying::{Groups, NewRecords, Written};
use super::slot::Slots;
use super::sums::{CauseSums, GivenBack, place_of};
use super::text_diffs::TextDiffs;
use super::without::Undone;
use crate::exchange::{Exchange, Input, Place, ScopePart, SumOfMessages};
use crate::money::Money;
use crate::phase::Phase;
use crate::simulation::{CountedExchange, Counter, Prediction, Record, Settings, Simulation, Told};

/// Tokens that are seldom worth a mark.
pub(super) const LITTLE: u64 = 256;

/// A request as it was replayed.
pub struct ReplayedRequest {
    /// The request.
    pub exchange: Arc<Exchange>,
    /// Its tokens; `None` where they depend on the requests before it, or where the provider's count stands for them.
    pub counted: Option<CountedExchange>,
}

/// A log with the causes that were found in it.
pub struct Explained {
    /// Every request's record, in the order of replay.
    pub records: Vec<Record>,
    /// The causes of each request, each with the tokens that missed because of it, the largest first.
    pub causes: Vec<Vec<(CauseCode, u64)>>,
    /// The index of the request that each should have continued; `None` where nothing earlier is like it.
    pub against: Vec<Option<usize>>,
    /// The requests that are asked for.
    pub asked: Vec<bool>,
    /// Tokens that each request would be given back with all causes undone; `None` where nothing predicts it.
    pub given_back: Vec<Option<i64>>,
    /// The causes of the log.
    pub sums: CauseSums,
    /// All causes undone at once; `None` where none can be.
    pub together: Option<GivenBack>,
}

/// A log whose causes are looked for.
pub(super) struct Search<'a> {
    pub(super) calls: &'a [ReplayedRequest],
    pub(super) counter: &'a Arc<Counter<'static>>,
    pub(super) settings: &'a Settings,
    pub(super) records: Vec<Record>,
    /// Knowledge from the log. A request that is written otherwise has no report, and is of the same provider.
    pub(super) told: Told,
    /// The records that replays without a cause are held against: those where the hidden tokens were known before.
    informed: Option<Vec<Record>>,
    pub(super) references: Vec<Option<Reference>>,
    /// Some request is a later turn of a conversation: where none is, nothing lasts as long as one.
    pub(super) has_turns: bool,
    pub(super) diffs: TextDiffs,
    /// The differences of each request from the one that it should have continued.
    pub(super) differences: Vec<Vec<Difference>>,
    pub(super) slots: Slots,
    /// The indexes of the requests by their places.
    pub(super) places: HashMap<Place, usize>,
    /// The requests that are asked for.
    asked: Vec<bool>,
    /// The parts of a caller's name by which the rule of each request keeps caches apart.
    apart: Vec<Vec<ScopePart>>,
    pub(super) groups: Groups,
    /// Of first requests, causes whose version is not the usual one, each with a request that has that.
    pub(super) usual: HashMap<usize, Vec<(CauseCode, usize)>>,
    /// The longest time after which text was served, by model, where that is asked for.
    pub(super) served_gaps: OnceCell<HashMap<Option<String>, i64>>,
    /// The models of which a prompt shorter than documented was served, where that is asked for.
    pub(super) short_reads: OnceCell<HashSet<Option<String>>>,
}

/// Finds the causes of requests, which stand in the order of replay, and proves them by undoing.
///
/// Causes of the requests that are asked for are summed; the others warm the cache.
pub fn explain(
    calls: &[ReplayedRequest],
    counter: &Arc<Counter<'static>>,
    settings: &Settings,
    is_asked_for: impl FnMut(&Record) -> bool,
) -> Explained {
    let search = Search::new(calls, counter, settings, is_asked_for);
    let mut sums = CauseSums::default();
    let unchanged = search.unchanged();
    let mut causes = search.causes(&unchanged, &mut sums);
    // A key that only chooses the provider's machine is no part of what is replayed.
    let codes = sums.codes().into_iter().filter(|code| code.can_be_undone() && unchanged.codes.contains(code));
    let codes: Vec<CauseCode> = codes.collect();
    let (mut together, mut given_back) = (None, vec![None; calls.len()]);
    if !unchanged.codes.is_empty() && !codes.is_empty() {
        for code in Phase::over("undoing causes", codes.iter()) {
            // Undoing the only cause is undoing all.
            let alone = (unchanged.codes.len() > 1).then(|| search.undone(Undone::One(*code)));
            let (frozen, replayed) = alone
                .as_ref()
                .map_or((&unchanged.written, &unchanged.replayed), |(written, replayed)| (written, replayed));
            if !search.knows_marks(frozen) {
                continue;
            }
            let given_back = search.given_back(replayed);
            // A setting that the provider reads, and of which no rule tells what it does, is one that no replay can undo.
            if *code == CauseCode::SettingChanged && given_back.tokens == 0 {
                continue;
            }
            if given_back.tokens <= 0 && search.is_new_text(*code, &codes) {
                sums.remove(*code);
                for causes in &mut causes {
                    causes.retain(|(known, _)| known != code);
                }
                continue;
            }
            sums.give_back(*code, given_back);
            if let Some(moved) = search.moved(*code, frozen) {
                sums.give_back_moved(*code, search.given_back(&search.replay(&moved)));
            }
        }
        let codes: Vec<CauseCode> = codes.into_iter().filter(|code| sums.has(*code)).collect();
        let (written, replayed) = if codes.len() == unchanged.codes.len() {
            (unchanged.written, unchanged.replayed)
        } else {
            search.undone(Undone::All(&codes))
        };
        if search.knows_marks(&written) && !codes.is_empty() {
            together = Some(search.given_back(&replayed));
            given_back = search.before_and_after(&replayed).map(|(before, after)| avoided(before, after)).collect();
        }
    }
    let against = search.references.iter().map(|reference| reference.map(|reference| reference.call)).collect();
    Explained { records: search.records, against, asked: search.asked, causes, given_back, sums, together }
}

/// A log without any of the changes that can be undone.
struct Unchanged {
    /// The causes that are undone; none where nothing is predicted, or nothing can be undone.
    codes: Vec<CauseCode>,
    /// The requests that are written otherwise.
    written: Written,
    /// The records of those that this changes.
    replayed: NewRecords,
}

/// A request with what became of it.
pub struct FoundRequest {
    /// The request.
    pub exchange: Arc<Exchange>,
    /// Its record.
    pub record: Record,
    /// The causes of its misses, each with the tokens that missed because of it, the largest first.
    pub causes: Vec<(CauseCode, u64)>,
    /// The turn of its conversation, as far as the log shows it, from 1; 0 where it shows neither texts nor a session.
    pub turn: usize,
}

/// The causes of requests, which stand in the order of replay; nothing is undone.
pub fn found(calls: Vec<ReplayedRequest>, counter: &Arc<Counter<'static>>, settings: &Settings) -> Vec<FoundRequest> {
    let search = Search::new(&calls, counter, settings, |_| true);
    let mut sums = CauseSums::default();
    let causes = search.causes(&search.unchanged(), &mut sums);
    let (mut turns, mut answers) = (Vec::<usize>::new(), SumOfMessages::<usize>::default());
    for (call, reference) in search.references.iter().enumerate() {
        if matches!(calls[call].exchange.request.input, Input::Missing) {
            turns.push(search.records[call].by_usage.map_or(0, |judged| judged.turn));
            continue;
        }
        let before = reference.filter(|reference| reference.is_own).map_or(0, |reference| turns[reference.call]);
        // A log may begin within a conversation.
        let answered = match &calls[call].exchange.request.input {
            Input::Messages(messages) => {
                *answers.next(messages, |count, message| *count += usize::from(message.role == "assistant"))
            }
            _ => 0,
        };
        turns.push(1 + before.max(answered));
    }
    let Search { records, .. } = search;
    let parts = calls.into_iter().zip(records).zip(causes).zip(turns);
    parts
        .map(|(((call, record), causes), turn)| FoundRequest { exchange: call.exchange, record, causes, turn })
        .collect()
}

impl<'a> Search<'a> {
    /// Replays the requests, and reads how each differs from the one that it should have continued.
    pub(super) fn new(
        calls: &'a [ReplayedRequest],
        counter: &'a Arc<Counter<'static>>,
        settings: &'a Settings,
        is_asked_for: impl FnMut(&Record) -> bool,
    ) -> Self {
        let references = references(calls.iter().map(|call| &*call.exchange));
        let places = calls.iter().enumerate().map(|(index, call)| (call.exchange.place, index)).collect();
        let mut search = Self {
            calls,
            counter,
            settings,
            records: Vec::new(),
            told: Told::default(),
            informed: None,
            has_turns: references.iter().flatten().any(|reference| reference.is_own),
            references,
            diffs: TextDiffs::new(calls.iter().map(|call| &*call.exchange)),
            differences: Vec::new(),
            slots: Slots::default(),
            places,
            asked: Vec::new(),
            apart: Vec::new(),
            groups: Groups::new(calls, settings),
            usual: HashMap::new(),
            served_gaps: OnceCell::new(),
            short_reads: OnceCell::new(),
        };
        let (records, simulation) = search.as_logged();
        search.records = records;
        search.told = simulation.into_told();
        if !search.told.hidden_tokens.is_empty() {
            search.informed = Some(search.as_logged().0);
        }
        search.asked = search.records.iter().map(is_asked_for).collect();
        let apart = |(call, record): (&ReplayedRequest, &Record)| {
            counter.apart(&call.exchange, call.counted.as_ref(), record.replayed_at, &settings.sharings)
        };
        search.apart = calls.iter().zip(&search.records).map(apart).collect();
        search.read_slots();
        search.find_usual();
        search
    }

    /// A simulation that knows what the log's reports told.
    pub(super) fn simulation(&self) -> Simulation<'static> {
        let mut simulation = Simulation::with_counter(Arc::clone(self.counter), self.settings.again());
        simulation.know(&self.told);
        simulation
    }

    /// The records of all requests as they were sent, and the simulation that made them.
    fn as_logged(&self) -> (Vec<Record>, Simulation<'static>) {
        let mut simulation = self.simulation();
        let calls = Phase::over("replaying requests", self.calls.iter());
        let records = calls.map(|call| simulation.counted(&call.exchange, call.counted.clone())).collect();
        (records, simulation)
    }

    /// The records that replays without a cause are held against.
    fn base(&self) -> &[Record] {
        self.informed.as_deref().unwrap_or(&self.records)
    }

    /// The record of each request before a change, and after it.
    fn before_and_after<'r>(&'r self, replayed: &'r NewRecords) -> impl Iterator<Item = (&'r Record, &'r Record)> {
        self.base().iter().enumerate().map(|(call, before)| (before, replayed.get(&call).unwrap_or(before)))
    }

    /// Takes note of how the texts of requests that missed differ from those that they should have continued.
    fn read_slots(&mut self) {
        for (call, reference) in self.references.iter().enumerate() {
            if let Some(Reference { call: old, is_own: false }) = *reference {
                self.diffs.note_standing(&self.calls[old].exchange, &self.calls[call].exchange);
            }
        }
        let calls = Phase::over("comparing requests", 0..self.calls.len());
        self.differences = calls.map(|call| self.differences_of(call)).collect();
        let mut conversations: Vec<usize> = Vec::new();
        for (call, differences) in self.differences.iter().enumerate() {
            let own = self.references[call].filter(|reference| reference.is_own);
            let own = own.map(|reference| conversations[reference.call]);
            conversations.push(own.unwrap_or(call));
            if has_missed(&self.records[call]) {
                self.slots.begin();
                for difference in differences {
                    self.slots.note(difference, own);
                }
            }
        }
        let references: Vec<Option<usize>> =
            self.references.iter().map(|found| found.map(|found| found.call)).collect();
        let own = self.references.iter().map(|found| found.filter(|found| found.is_own).map(|found| found.call));
        let own: Vec<Option<usize>> = own.collect();
        self.slots.note_usual(&self.differences, (&references, &own));
        self.diffs.places_within(|place, places| self.slots.note_within(place, places));
        self.diffs.end_of_reading();
        let with_paragraphs = |text| self.diffs.with_paragraphs(text);
        let documents = self.slots.note_documents(&self.differences.iter().flatten(), with_paragraphs);
        self.diffs.note_documents(documents);
        let missed = self.differences.iter().zip(&self.records).filter(|(_, record)| has_missed(record));
        self.slots.note_parts(missed.flat_map(|(found, _)| found), &self.diffs.parts());
    }

    /// The log as it would have been without any change to the texts of requests that missed.
    fn unchanged(&self) -> Unchanged {
        let missed = self.differences.iter().zip(&self.records).filter(|(_, record)| has_missed(record));
        let codes: BTreeSet<CauseCode> =
            missed.flat_map(|(found, _)| found).map(|found| self.slots.code(found)).collect();
        let codes: Vec<CauseCode> = codes.into_iter().filter(|code| code.can_be_undone()).collect();
        let is_predicted = self.records.iter().any(|record| record.prediction.is_some());
        let codes = if is_predicted { codes } else { Vec::new() };
        let (written, replayed) = if codes.is_empty() { Default::default() } else { self.undone(Undone::All(&codes)) };
        Unchanged { codes, written, replayed }
    }

    /// The requests that are written otherwise without some causes, and the records of those that this changes.
    fn undone(&self, undone: Undone<'_>) -> (Written, NewRecords) {
        let written = self.without(undone);
        let replayed = self.replay(&written);
        (written, replayed)
    }

    /// Differences in the newest message alone, which others than these causes do not hide, and which nothing is gained without: texts that
    /// happen to have some of their lines in common with the question before are new text.
    fn is_new_text(&self, code: CauseCode, codes: &[CauseCode]) -> bool {
        let missed = self.differences.iter().zip(&self.records).filter(|(_, record)| has_missed(record));
        let mut found = missed.flat_map(|(found, _)| found).filter(|found| self.slots.code(found) == code);
        if !found.all(Difference::is_of_newest) {
            return false;
        }
        let others: Vec<CauseCode> = codes.iter().copied().filter(|other| *other != code).collect();
        let gained = |codes: &[CauseCode]| self.given_back(&self.undone(Undone::All(codes)).1).tokens;
        others.is_empty() || gained(codes) <= gained(&others)
    }

    /// The causes of each request's misses.
    fn causes(&self, unchanged: &Unchanged, sums: &mut CauseSums) -> Vec<Vec<(CauseCode, u64)>> {
        let record = |call: usize| {
            let replayed = unchanged.replayed.get(&call).unwrap_or(&self.base()[call]);
            Some(replayed).filter(|_| !unchanged.codes.is_empty())
        };
        (0..self.calls.len()).map(|call| self.causes_of(call, record(call), sums)).collect()
    }

    /// The tokens of a request as it was sent: reasoning that its provider restores is restored to both of two that are compared.
    pub(super) fn counted(&self, call: usize) -> Option<Cow<'_, CountedExchange>> {
        let ReplayedRequest { exchange, counted } = &self.calls[call];
        match counted {
            Some(counted) => Some(Cow::Borrowed(counted)),
            None => self.counter.count_as_sent(exchange, self.records[call].replayed_at).map(Cow::Owned),
        }
    }

    pub(super) fn comparison(&self, call: usize) -> Option<Comparison<'_>> {
        let Reference { call: old, is_own } = self.references[call]?;
        Some(self.beside(&self.calls[old].exchange, call, is_own))
    }

    /// A request beside an earlier one, which may be written otherwise.
    pub(super) fn beside<'b>(&'b self, old: &'b Exchange, call: usize, is_own: bool) -> Comparison<'b> {
        let new = &self.calls[call].exchange;
        let ReplayedRequest { exchange, counted } = &self.calls[call];
        let time = self.records[call].replayed_at;
        let is_apart_by_cache_key = self.counter.is_apart_by_cache_key(exchange, counted.as_ref(), time);
        Comparison {
            old,
            new,
            is_own,
            apart: &self.apart[call],
            is_apart_by_cache_key,
            diffs: &self.diffs,
            sent: None,
            is_carried: Cell::new(false),
        }
    }

    fn differences_of(&self, call: usize) -> Vec<Difference> {
        self.comparison(call).map_or_else(Vec::new, |comparison| comparison.differences())
    }

    /// The causes of one request's misses; each token of them has one. `unchanged` is the request as it would have been without changes.
    fn causes_of(&self, call: usize, unchanged: Option<&Record>, sums: &mut CauseSums) -> Vec<(CauseCode, u64)> {
        let record = &self.records[call];
        if record.by_usage.is_some() {
            let (causes, place) = self.shown_by_counts(call);
            if self.asked[call] {
                sums.add_request(record, &causes, &place);
            }
            return causes;
        }
        let misses = Misses::of_record(record);
        let unchanged = unchanged.filter(|_| self.continues_another(call));
        let misses = unchanged.map_or(misses, |unchanged| misses.with_kept_behind(unchanged));
        let mut causes = misses.known(record, self.overlap(call));
        let instead = [
            (CauseCode::Scope, self.has_another_key(call) || self.has_another_server(call)),
            (CauseCode::SettingChanged, self.has_another_setting(call)),
        ];
        if let Some((instead, _)) = instead.into_iter().find(|(_, is_so)| *is_so) {
            let lost = causes.iter_mut().filter(|(code, _)| *code == CauseCode::Provider);
            lost.for_each(|(code, _)| *code = instead);
        }
        let mut place = place_of(record);
        let is_behind = misses.fresh > 0 || misses.behind_a_change() > 0 && !self.differences[call].is_empty();
        if is_behind && !causes.iter().any(|(code, _)| *code == CauseCode::NoCache) {
            let (found, token) = self.behind_changes(call, &misses);
            causes.extend(found);
            place = self.place_at(call, token).unwrap_or(place);
        }
        let is_explained = causes.iter().any(|(code, _)| code.can_be_undone() || *code == CauseCode::NoCache);
        // Behind a change little is left that its undoing would not serve: the question, the rest of a step.
        let anyway = Some(misses.rule_anyway).filter(|tokens| *tokens >= LITTLE);
        let unserved = if is_explained { anyway.unwrap_or(0) } else { misses.rule };
        causes.extend(self.kept_from_serving(call, unserved));
        causes.sort_by_key(|(code, tokens)| (std::cmp::Reverse(*tokens), *code));
        if self.asked[call] {
            sums.add_request(record, &causes, &place);
        }
        causes
    }

    /// The request differs from one that it surely should have continued: prompts in other words may be of another template.
    fn continues_another(&self, call: usize) -> bool {
        let is_own = self.references[call].is_some_and(|reference| reference.is_own);
        let differences = || self.differences[call].iter().map(|difference| self.slots.code(difference));
        differences().next().is_some() && (is_own || !differences().any(CauseCode::is_in_other_words))
    }

    fn given_back(&self, undone: &NewRecords) -> GivenBack {
        let asked = |(asked, pair): (&bool, _)| asked.then_some(pair);
        let pairs = || self.asked.iter().zip(self.before_and_after(undone)).filter_map(asked);
        let tokens = pairs().filter_map(|(before, after)| avoided(before, after)).sum();
        let logged = self.records.iter().zip(&self.asked).filter_map(|(record, asked)| asked.then_some(record));
        let ranges = pairs().zip(logged).filter_map(|((before, after), logged)| avoided_range(before, after, logged));
        let tokens_range = ranges.fold((0, 0), |(least, most), range| (least + range.0, most + range.1));
        let sent = |record: &Record| record.prediction.map_or(0, |prediction| prediction.ledger.total().cast_signed());
        let unsent = pairs().map(|(before, after)| sent(before) - sent(after)).sum();
        let saved = pairs().filter(|(before, after)| before.prediction.is_some() && after.prediction.is_some());
        let saved = saved.map(|(before, after)| {
            let before_cost = before.bill.predicted.as_ref()?.cost?.total();
            if before.model != after.model {
                // Another model's prices are no matter of the cache.
                let hits = after.prediction?.hit_tokens;
                return (before_cost - before.bill.cost_with(hits, None)?.total()).ok();
            }
            (before_cost - after.bill.predicted.as_ref()?.cost?.total()).ok()
        });
        let cost: Option<Vec<Money>> = saved.collect();
        GivenBack { tokens, tokens_range, unsent, cost: cost.and_then(|costs| Money::sum(costs).ok().flatten()) }
    }
}

/// Tells whether text of a request that another one may have had missed.
fn has_missed(record: &Record) -> bool {
    Misses::of_record(record).may_be_behind_a_change()
}

/// Misses of a request that another writing avoids.
fn avoided(before: &Record, after: &Record) -> Option<i64> {
    let missed = |prediction: Prediction| missed(prediction, prediction.hit_tokens);
    Some(missed(before.prediction?) - missed(after.prediction?))
}

/// The fewest and the most that they may be, whatever number of its own tokens the provider does not count. It is one number for both
/// writings, as far as reads of each leave it open; `logged` is the record as it was before any later read was known.
fn avoided_range(before: &Record, after: &Record, logged: &Record) -> Option<(i64, i64)> {
    let (was, is, logged) = (before.prediction?, after.prediction?, logged.prediction?);
    let served = |hit: &Prediction| (hit.hit_tokens, hit.by_hidden, hit.ledger.total());
    if served(&was) == served(&is) {
        return Some((0, 0));
    }
    let known = avoided(before, after)?;
    let is_estimated = before.estimated.is_some() || after.estimated.is_some();
    let hidden = |hit: &Prediction| hit.by_hidden.map_or((0, 0), |by_hidden| by_hidden.hidden(is_estimated));
    let ((from, to), (other_from, other_to)) = (hidden(&was), hidden(&is));
    let range = (from.min(other_from)..=to.max(other_to)).fold((known, known), |(least, most), hidden| {
        let served = |hit: &Prediction| {
            let hits = (hit.hit_tokens, hit.hit_tokens);
            hit.by_hidden.map_or(hits, |by_hidden| by_hidden.served(hidden, is_estimated))
        };
        let ((before_least, before_most), (after_least, after_most)) = (served(&was), served(&is));
        let fewest = missed(was, before_most) - missed(is, after_least);
        (least.min(fewest), most.max(missed(was, before_least) - missed(is, after_most)))
    });
    let learned = was.hit_tokens.abs_diff(logged.hit_tokens).cast_signed();
    Some((range.0 - learned, range.1 + learned))
}

/// Tokens that are missed if so many are served.
fn missed(prediction: Prediction, hits: u64) -> i64 {
    prediction.ledger.total().cast_signed() - hits.cast_signed()
}
