//! Sides of a comparison: the requests of logs with what became of their tokens and why, before and after, or of one value after another.

use std::collections::BTreeMap;

use super::logs::{LogInputs, Logs};
use super::replay::{Replayed, replay};
use crate::causes::{CauseCode, FoundRequest};
use crate::decomposition::{Basis, Decomposition, Request, Routes, is_of_prefix};
use crate::exchange::Place;
use crate::money::Money;
use crate::simulation::{Record, Settings, Totals};
use crate::time::Timestamp;

/// The requests of one side.
#[derive(Default)]
pub(crate) struct Side {
    pub(crate) totals: Totals,
    /// The requests whose hits are known.
    billed: Vec<Request>,
    /// The requests whose hits are predicted.
    predicted: Vec<Request>,
    /// Requests whose hits were reported.
    reported: usize,
    /// Money between all tokens missed and all tokens hit; `None` without a price for each, or in several currencies.
    spread: Spread,
    causes: BTreeMap<CauseCode, SideCause>,
}

/// A cause on one side.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SideCause {
    /// Tokens that missed because of it.
    pub(crate) tokens: u64,
    /// The first request of which tokens missed because of it.
    pub(crate) first: (Place, Option<Timestamp>),
}

/// Money that the whole of some prompts costs more as misses than as hits.
#[derive(Clone, Copy, Default)]
enum Spread {
    #[default]
    Nothing,
    Known(Money),
    Unknown,
}

/// Sides that are compared, each with the one before it.
pub(crate) struct Sides {
    pub(crate) first: Side,
    /// The sides after it, one at least.
    pub(crate) others: Vec<Side>,
}

/// Two sides, the later one held against the earlier one.
#[derive(Clone, Copy)]
pub(crate) struct SidePair<'a> {
    pub(crate) before: &'a Side,
    pub(crate) after: &'a Side,
    basis: Basis,
}

/// Reads the requests of logs and gives each to the side that is chosen for it.
///
/// # Errors
/// As [`replay`].
pub(crate) fn read(
    inputs: &LogInputs,
    settings: Settings,
    routes: &mut Routes,
    mut add: impl FnMut(&Record, &mut dyn FnMut(&mut Side)),
) -> anyhow::Result<Logs> {
    let Replayed { logs, mut again, .. } = replay(inputs, settings, || (), |(), _, _| Ok(()))?;
    for call in again.causes(inputs)? {
        let route = routes.find_or_add(&call.exchange);
        if inputs.period.holds(call.record.replayed_at) {
            add(&call.record, &mut |side| side.add(&call, route));
        }
    }
    Ok(logs)
}

impl Side {
    fn add(&mut self, call: &FoundRequest, route: usize) {
        let FoundRequest { record, causes, .. } = call;
        self.totals.add(record);
        let request = |basis| Request::new(call, route, basis);
        self.billed.extend(request(Basis::Billed));
        self.predicted.extend(request(Basis::Predicted));
        self.reported += usize::from(record.bill.reported.is_some());
        if let Some((_, charge)) = record.bill.billed() {
            let whole = charge.usage.prompt_tokens();
            let missed = record.bill.input_with(0).zip(record.bill.input_with(whole));
            self.spread = self.spread.and(missed.and_then(|(missed, hit)| (missed - hit).ok()));
        }
        for (code, tokens) in causes {
            let seen = SideCause { tokens: 0, first: (record.place, record.replayed_at) };
            self.causes.entry(*code).or_insert(seen).tokens += tokens;
        }
    }

    /// Hits are reported or predicted of some request.
    pub(crate) fn has_hits(&self) -> bool {
        self.billed.iter().any(|request| request.tokens.prompt > 0)
    }

    /// The same requests as if they had asked one model.
    pub(crate) fn of_any_model(mut self) -> Self {
        self.billed.iter_mut().chain(&mut self.predicted).for_each(|request| request.model = None);
        self
    }

    /// The requests of either basis.
    fn requests(&self, basis: Basis) -> &[Request] {
        match basis {
            Basis::Billed => &self.billed,
            Basis::Predicted => &self.predicted,
        }
    }

    /// Mean turn of the requests whose turn is known, and mean size of all.
    fn means(&self, basis: Basis) -> (Option<f64>, Option<f64>) {
        let requests = self.requests(basis);
        let turns: Vec<usize> = requests.iter().map(|request| request.turn).filter(|turn| *turn > 0).collect();
        let mean = |sum: u64, count: usize| crate::number::ratio(sum, count as u64);
        let size = mean(requests.iter().map(|request| request.tokens.prompt).sum(), requests.len());
        (mean(turns.iter().sum::<usize>() as u64, turns.len()), size)
    }

    /// The share of the tokens that missed because of a cause, with its first request.
    pub(crate) fn cause(&self, code: CauseCode) -> Option<SideCause> {
        self.causes.get(&code).copied()
    }

    /// Money that a hit ratio of all less one of nothing saves; `None` where a price is missing.
    pub(crate) fn spread(&self) -> Option<Money> {
        match self.spread {
            Spread::Known(money) => Some(money),
            Spread::Nothing | Spread::Unknown => None,
        }
    }
}

impl Spread {
    fn and(self, money: Option<Money>) -> Self {
        match (self, money) {
            (Self::Nothing, Some(money)) => Self::Known(money),
            (Self::Known(sum), Some(money)) => (sum + money).map_or(Self::Unknown, Self::Known),
            _ => Self::Unknown,
        }
    }
}

impl Sides {
    /// Two of them.
    pub(crate) fn pair(before: Side, after: Side) -> Self {
        Self { first: before, others: vec![after] }
    }

    /// All of them, in their order.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Side> {
        [&self.first].into_iter().chain(&self.others)
    }

    /// The last one.
    pub(crate) fn last(&self) -> &Side {
        self.others.last().unwrap_or(&self.first)
    }

    /// The steps from each side to the next, all of them by the same kind of hits.
    pub(crate) fn steps(&self) -> impl Iterator<Item = SidePair<'_>> {
        let basis = self.basis();
        self.all().zip(&self.others).map(move |(before, after)| SidePair { before, after, basis })
    }

    /// The hits that all sides have: billed ones if all report some or none does, else predicted ones.
    pub(crate) fn basis(&self) -> Basis {
        if self.report_alike() { Basis::Billed } else { Basis::Predicted }
    }

    /// All sides report hits, or none does.
    fn report_alike(&self) -> bool {
        let reports = self.all().filter(|side| side.reported > 0).count();
        reports == 0 || reports == self.all().count()
    }

    /// No kind of hits is known on all sides: some report hits that no rule predicts, and others report none.
    pub(crate) fn have_no_basis(&self) -> bool {
        !self.report_alike() && self.all().any(|side| side.predicted.is_empty()) && self.all().all(Side::has_hits)
    }

    /// The hits that are compared, in a word.
    pub(crate) fn basis_name(&self) -> &'static str {
        match self.basis() {
            Basis::Billed if self.judges_provider() || self.hides_provider() => "reported",
            Basis::Billed | Basis::Predicted => "predicted",
        }
    }

    /// The provider's reports stand beside predictions on all sides, so that they can be told apart.
    pub(crate) fn judges_provider(&self) -> bool {
        self.all().all(|side| side.totals.agreement.lost.is_some())
    }

    /// The hits compared are the provider's own of which nothing is predicted, so that its part is in the rest and not known apart.
    pub(crate) fn hides_provider(&self) -> bool {
        let is_reported = self.all().any(|side| side.reported > 0);
        is_reported && self.basis() == Basis::Billed && !self.judges_provider()
    }
}

impl SidePair<'_> {
    /// The factor `rest` is that of first requests alone: no miss of either side is without an explanation.
    pub(crate) fn rest_is_first_calls(&self) -> bool {
        let mut requests = self.before.requests(self.basis).iter().chain(self.after.requests(self.basis));
        requests.all(|request| request.tokens.unexplained == 0)
    }

    /// Parts of the difference of the hit ratio; `None` if a side has no request whose hits are known.
    pub(crate) fn decomposition(&self) -> Option<Decomposition> {
        Decomposition::new(self.before.requests(self.basis), self.after.requests(self.basis))
    }

    /// Mean turn of the requests whose turn is known, and mean size of all, before and after.
    pub(crate) fn means(&self) -> [(Option<f64>, Option<f64>); 2] {
        [self.before, self.after].map(|side| side.means(self.basis))
    }

    /// The changes before stable text that take more of the prompts after than before (or less, if the ratio rose by them), the
    /// largest first.
    pub(crate) fn prefix_causes(&self, is_worse: bool) -> Vec<(CauseCode, SideCause)> {
        let size = |side: &Side| side.requests(self.basis).iter().map(|request| request.tokens.prompt).sum::<u64>();
        let share =
            |side: &Side, code| crate::number::ratio(side.cause(code).map_or(0, |seen| seen.tokens), size(side));
        let growth = |code| share(self.after, code).unwrap_or(0.0) - share(self.before, code).unwrap_or(0.0);
        let of = if is_worse { self.after } else { self.before };
        let sign = if is_worse { 1.0 } else { -1.0 };
        let codes = of.causes.iter().filter(|(code, _)| is_of_prefix(**code) && growth(**code) * sign > 0.0);
        let mut codes: Vec<(CauseCode, SideCause)> = codes.map(|(code, seen)| (*code, *seen)).collect();
        codes.sort_by(|(a, _), (b, _)| (growth(*b) * sign).total_cmp(&(growth(*a) * sign)).then(a.cmp(b)));
        codes
    }
}
